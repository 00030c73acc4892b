//! When a version that is there counts as the schema that is asked about (`registry-semantics` 3).

use super::candidate::Candidate;
use super::contract::{Metadata, Word};
use super::error::RegistryError;
use super::shelf::Unreadable;
use super::view::{Row, SubjectView};
use super::world::World;
use crate::schema::names::SubjectName;
use std::borrow::Cow;

/// The property that ties metadata to a version number.
pub(super) const VERSION_PROPERTY: &str = "confluent:version";

/// The version with exactly this content, by fingerprint and then by content: the newest, and only if it may be seen.
///
/// Where the newest version with the content's id is hidden, older ones with it are not asked, as in the reference.
pub(super) fn exact<'a>(
    world: World<'_>,
    view: &'a SubjectView,
    candidate: &Candidate,
    with_deleted: bool,
) -> Option<&'a Row> {
    let context = view.name.context();
    let id = world.known.id_of(context, candidate.guid())?;
    let newest = view.rows.iter().rev().filter(|row| row.content.id == id).max_by_key(|row| row.ordinal)?;
    let visible = (with_deleted || !newest.deleted) && candidate.is_content(&newest.content);
    visible.then_some(newest)
}

/// The newest version that is equivalent to the candidate.
///
/// # Errors
/// When a stored text cannot be had. Stored versions that cannot be read any more match nothing.
pub(super) fn equivalent<'a>(
    world: World<'_>,
    view: &'a SubjectView,
    candidate: &Candidate,
    with_deleted: bool,
    mut fits: impl FnMut(&Row) -> bool,
) -> Result<Option<&'a Row>, RegistryError> {
    for row in view.rows.iter().rev().filter(|row| with_deleted || !row.deleted) {
        if fits(row) && is_equivalent(world, &view.name, candidate, row)? {
            return Ok(Some(row));
        }
    }
    Ok(None)
}

/// Whether a version is equivalent to the candidate.
///
/// # Errors
/// As [`equivalent`].
pub(super) fn is_equivalent(
    world: World<'_>,
    subject: &SubjectName,
    candidate: &Candidate,
    row: &Row,
) -> Result<bool, RegistryError> {
    let stored = row.content.references();
    let inlined = candidate.references.is_empty() && !stored.is_empty();
    if !inlined && *candidate.references != *stored {
        return Ok(false);
    }
    if candidate.rule_set.as_ref() != row.content.rule_set() || !has_same_metadata(candidate, row) {
        return Ok(false);
    }
    let Some(shape) = candidate.shape() else { return Ok(false) };
    if candidate.hash == row.content.text && !inlined {
        return Ok(candidate.schema_type == row.content.schema_type);
    }
    if !inlined && world.shelf.shape_of(world.known, row.content.text)? != shape {
        return Ok(false);
    }
    let stored = match world.shelf.model(world.known, subject.context(), &row.content) {
        Ok(stored) => stored,
        Err(Unreadable::Refused(_)) => None,
        Err(Unreadable::Journal(error)) => return Err(error.into()),
    };
    let Some(stored) = stored else { return Ok(false) };
    Ok(candidate.model(world)?.is_some_and(|model| model.is_equivalent_to(&stored)))
}

/// Whether the metadata is the same but for a version property that only one side has.
fn has_same_metadata(candidate: &Candidate, row: &Row) -> bool {
    let (new, old) = (candidate.metadata.as_deref(), row.content.metadata().map(|metadata| &**metadata));
    let or_empty = |metadata: Option<&Metadata>| metadata.cloned().unwrap_or_default();
    match (version_property(new), version_property(old)) {
        (None, Some(_)) => or_empty(new) == *without_version(old),
        (Some(wanted), None) => {
            i64::from(wanted) == i64::from(row.version.get()) && *without_version(new) == or_empty(old)
        }
        (None, None) | (Some(_), Some(_)) => new == old,
    }
}

/// The number it is; one that is no number, as import may bring it, is a property like any other.
fn version_property(metadata: Option<&Metadata>) -> Option<i32> {
    metadata?.property(VERSION_PROPERTY)?.parse().ok()
}

fn without_version(metadata: Option<&Metadata>) -> Cow<'_, Metadata> {
    let name = Word::from(VERSION_PROPERTY);
    match metadata {
        None => Cow::Owned(Metadata::default()),
        Some(metadata) if metadata.properties.contains_key(&name) => {
            let mut rest = metadata.clone();
            rest.properties.remove(&name);
            Cow::Owned(rest)
        }
        Some(metadata) => Cow::Borrowed(metadata),
    }
}
