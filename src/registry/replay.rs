//! From a journal to a catalog, and whether two catalogs say the same.

use super::catalog::Catalog;
use super::figures::Figures;
use super::journal::{JournalError, Position, Texts};
use super::view::{Changes, Known, SubjectView, View};
use crate::schema::names::SchemaId;
use std::sync::Arc;

/// Facts that are applied before readers see them: large enough to spare copies, small enough to spare memory.
const CHUNK_FACTS: usize = 4_096;

/// Applies every fact after `seen`, counts it, and returns the last position.
pub(super) fn replay(
    catalog: &Catalog,
    figures: &Figures,
    journal: &dyn Texts,
    seen: Position,
) -> Result<Position, JournalError> {
    // Names are listed once at the end: piece by piece would take longer than all the rest.
    let is_start = seen == Position::START;
    let publish = |changes| match is_start {
        true => catalog.publish_unlisted(changes),
        false => catalog.publish(changes),
    };
    let mut view = View::new(catalog);
    let mut pending = 0;
    let last = journal.replay(seen, &mut |fact| {
        view.apply(&fact);
        figures.applied(&fact);
        pending += 1;
        if pending == CHUNK_FACTS {
            let ordinal = view.changes.ordinal;
            publish(std::mem::replace(&mut view.changes, Changes { ordinal, ..Changes::default() }));
            pending = 0;
        }
    })?;
    publish(view.changes);
    figures.position.set(last.0);
    if is_start {
        catalog.list_names();
    }
    Ok(last)
}

/// The first thing that two catalogs disagree about. Neither may change meanwhile.
pub(super) fn difference(left: &Catalog, right: &Catalog) -> Option<String> {
    let (lefts, rights) = (left.all_subjects(), right.all_subjects());
    if lefts.len() != rights.len() {
        return Some(format!("{} against {} names", lefts.len(), rights.len()));
    }
    for (one, other) in lefts.iter().zip(&rights) {
        if let Some(what) = subject_difference(one, other) {
            return Some(format!("subject {}: {what}", one.name));
        }
        for row in &one.rows {
            let (context, id) = (one.name.context(), row.content.id);
            if uses(left, context, id) != uses(right, context, id) {
                return Some(format!("uses of id {id} in context {context}"));
            }
            if left.id_of(context, row.content.guid) != right.id_of(context, row.content.guid) {
                return Some(format!("id of {} in context {context}", row.content.guid));
            }
            if left.referrers(&one.name, row.version) != right.referrers(&one.name, row.version) {
                return Some(format!("referrers of version {} of {}", row.version, one.name));
            }
        }
    }
    let (names, other_names) = (left.names(), right.names());
    if !names.all.iter().eq(other_names.all.iter())
        || !names.dormant.iter().eq(other_names.dormant.iter())
        || left.version_count() != right.version_count()
        || left.live_version_count() != right.live_version_count()
    {
        return Some("the index of names".to_owned());
    }
    let (listed, others) = (left.associations.names(), right.associations.names());
    if !listed.iter().eq(others.iter()) || left.associations.sizes() != right.associations.sizes() {
        return Some("the lists of associations".to_owned());
    }
    if left.exemptions.len() != right.exemptions.len() {
        return Some("the index of exemptions".to_owned());
    }
    let states = |catalog: &Catalog| -> Vec<_> {
        let states = catalog.all_contexts().into_iter().map(|(name, state)| (name, state.created, state.highest));
        states.filter(|(_, created, highest)| *created || *highest > 0).collect()
    };
    (states(left) != states(right)).then(|| "the contexts or their highest ids".to_owned())
}

fn uses(catalog: &Catalog, context: &str, id: SchemaId) -> Option<Vec<String>> {
    let entry = catalog.id(context, id)?;
    Some(entry.uses.list().iter().map(|(subject, version)| format!("{subject} {version}")).collect())
}

fn subject_difference(one: &Arc<SubjectView>, other: &Arc<SubjectView>) -> Option<String> {
    if one.name != other.name {
        return Some(format!("unknown, instead there is {}", other.name));
    }
    if one.config != other.config || one.mode != other.mode {
        return Some("configuration or mode".to_owned());
    }
    if one.associations() != other.associations() {
        return Some("associations".to_owned());
    }
    if one.governance != other.governance {
        return Some("policy or exemptions".to_owned());
    }
    if one.rows.len() != other.rows.len() {
        return Some(format!("{} against {} versions", one.rows.len(), other.rows.len()));
    }
    let differs = one.rows.iter().zip(&other.rows).find(|(left, right)| {
        let shown = |row: &super::view::Row| (row.version, row.deleted, row.timestamp_ms, row.ordinal);
        shown(left) != shown(right) || left.content != right.content
    });
    differs.map(|(row, _)| format!("version {}", row.version))
}
