//! Which versions did an exemption let pass? Read off the history rather than noted when it happens: nothing is kept that
//! could get lost, and what is asked is the same before and after a restart.

use crate::policy::{self, Declared, Exemption, Fingerprints};
use crate::registry::judgement::declared_by;
use crate::registry::view::Row;
use crate::registry::world::World;
use crate::schema::ParsedSchema;
use crate::schema::names::{SubjectName, Version};
use std::collections::BTreeSet;
use std::sync::Arc;

/// For each exemption of a subject the versions, ascending, whose change from their predecessor it names.
///
/// The predecessor is the version that policy picks among those below, once with and once without the soft-deleted ones:
/// which of them were live at the time nobody knows any more. What was deleted for good, or cannot be read, is not seen.
pub(super) fn applied_to(world: World<'_>, subject: &SubjectName, exemptions: &[Arc<Exemption>]) -> Vec<Vec<Version>> {
    let mut applied = vec![Vec::new(); exemptions.len()];
    let Some(view) = world.known.subject(subject) else { return applied };
    let declared: Vec<Declared> = view.rows.iter().map(declared_by).collect();
    let schema = |row: &Row| world.shelf.model(world.known, subject.context(), &row.content).ok().flatten();
    for (at, row) in view.rows.iter().enumerate() {
        let olds = predecessors(&view.rows, &declared, at);
        let Some(new) = schema(row).filter(|_| !olds.is_empty()) else { continue };
        let olds: Vec<Arc<ParsedSchema>> = olds.into_iter().filter_map(|old| schema(&view.rows[old])).collect();
        let pairs: Vec<Fingerprints> = olds.iter().map(|old| Fingerprints::of(subject.as_str(), old, &new)).collect();
        for (exemption, versions) in exemptions.iter().zip(&mut applied) {
            let Exemption { fingerprint, change, path, .. } = &**exemption;
            if pairs.iter().any(|pair| pair.name(change, path) == *fingerprint) {
                versions.push(row.version);
            }
        }
    }
    applied
}

/// What the version at `at` may have been judged against, by position.
fn predecessors(rows: &[Row], declared: &[Declared], at: usize) -> BTreeSet<usize> {
    let below = || (0..at).rev().map(|older| (older, declared[older]));
    let all: Vec<_> = below().collect();
    let live: Vec<_> = below().filter(|(older, _)| !rows[*older].deleted).collect();
    [all, live].iter().filter_map(|pool| policy::predecessor(declared[at], pool).copied()).collect()
}
