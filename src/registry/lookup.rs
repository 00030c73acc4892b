//! Which version a schema is, asked without registering (`registry-semantics` 4.1).

use super::candidate::{Candidate, Draft};
use super::error::RegistryError;
use super::face::{RegisteredSchema, Submission};
use super::identity::{equivalent, exact};
use super::reading::is_there;
use super::register::{echo, merged_metadata, merged_rule_set, stored};
use super::scope;
use super::view::SubjectView;
use super::world::World;
use crate::schema::Strictness;
use crate::schema::names::SubjectName;

/// Looks a submission up; see [`super::Registry::lookup`].
pub(super) fn lookup(
    world: World<'_>,
    asked: &Submission,
    with_deleted: bool,
) -> Result<RegisteredSchema, RegistryError> {
    let first = draft(world, asked);
    let found = lookup_in(world, &first, with_deleted);
    let fails_elsewhere = matches!(found, Err(RegistryError::SubjectNotFound { .. } | RegistryError::SchemaNotFound));
    if fails_elsewhere && asked.subject.is_in_default_context() {
        for context in world.known.contexts() {
            let subject = SubjectName::within(&context, asked.subject.name());
            if world.known.subject(&subject).is_none() {
                continue;
            }
            // Whether to normalize stays as the subject that was asked about has it.
            if let Ok(found) = lookup_in(world, &Draft { subject, ..first.clone() }, with_deleted) {
                return Ok(found);
            }
        }
    }
    found
}

/// Looks a submission up as long as nothing need be parsed or read.
pub(super) fn hot_lookup(world: World<'_>, asked: &Submission, with_deleted: bool) -> Option<RegisteredSchema> {
    let view = world.known.subject(&asked.subject)?;
    let draft = draft(world, asked);
    let candidate = draft.hot_parse(world, Strictness::Stored)?;
    let row = exact(world, &view, &candidate, with_deleted)?;
    Some(echo(&view.name, row, &candidate))
}

fn draft(world: World<'_>, asked: &Submission) -> Draft {
    let config = scope::config(world.known, &asked.subject);
    let mut draft = Draft::from(asked);
    draft.normalize |= scope::normalizes(config.as_deref());
    draft
}

/// Looks a submission up in exactly its subject.
pub(super) fn lookup_here(
    world: World<'_>,
    asked: &Submission,
    with_deleted: bool,
) -> Result<RegisteredSchema, RegistryError> {
    lookup_in(world, &draft(world, asked), with_deleted)
}

fn lookup_in(world: World<'_>, draft: &Draft, with_deleted: bool) -> Result<RegisteredSchema, RegistryError> {
    let candidate = match draft.is_blank() {
        true => None,
        false => Some(draft.parse(world, Strictness::Stored)?),
    };
    let view = world.known.subject(&draft.subject);
    let visible = view.as_ref().filter(|view| view.has_versions(with_deleted));
    let Some(view) = visible else {
        return Err(match is_there(world.known, &draft.subject, with_deleted) {
            true => RegistryError::SchemaNotFound,
            false => RegistryError::SubjectNotFound { subject: draft.subject.clone() },
        });
    };
    let candidate = candidate.ok_or(RegistryError::SchemaNotFound)?;
    if let Some(found) = find(world, view, &candidate, with_deleted)? {
        return Ok(found);
    }
    let filled_in = filled_in(world, view, draft, &candidate);
    let found = filled_in.map(|candidate| find(world, view, &candidate, with_deleted)).transpose()?.flatten();
    found.ok_or(RegistryError::SchemaNotFound)
}

fn find(
    world: World<'_>,
    view: &SubjectView,
    candidate: &Candidate,
    with_deleted: bool,
) -> Result<Option<RegisteredSchema>, RegistryError> {
    if let Some(row) = exact(world, view, candidate, with_deleted) {
        return Ok(Some(echo(&view.name, row, candidate)));
    }
    let row = equivalent(world, view, candidate, with_deleted, |_| true)?;
    row.map(|row| stored(world, &view.name, row)).transpose()
}

/// The candidate with what registration would fill in, where that changes anything.
fn filled_in(world: World<'_>, view: &SubjectView, draft: &Draft, candidate: &Candidate) -> Option<Candidate> {
    let latest = view.latest()?;
    let config = scope::config(world.known, &view.name);
    let metadata = merged_metadata(draft.metadata.as_ref(), Some(latest), config.as_deref());
    let rule_set = merged_rule_set(draft.rule_set.as_ref(), Some(latest), config.as_deref());
    let changed = metadata != candidate.metadata || rule_set != candidate.rule_set;
    changed.then(|| candidate.with_contract(metadata, rule_set))
}
