//! Answers by id, guid, name and number.

use super::candidate::Draft;
use super::error::RegistryError;
use super::face::{AskedReference, RegisteredSchema, VersionListing};
use super::journal::JournalError;
use super::record::Guid;
use super::references::referrers;
use super::register::shown;
use super::tagging;
use super::view::{IdEntry, Known, Row, RowName, SubjectView};
use super::world::World;
use crate::schema::names::{Context, SchemaId, SubjectName, Version, VersionSelector, utf16_order};
use crate::schema::{ParsedSchema, Strictness, TaggedEntity};
use std::collections::BTreeSet;
use std::sync::Arc;

/// A version that was found, without its text.
pub(super) type Found = (Arc<SubjectView>, Row);

/// The version an id is shown with.
pub(super) fn by_id(known: &dyn Known, id: SchemaId, subject: Option<&SubjectName>) -> Result<Found, RegistryError> {
    let missing = || RegistryError::IdNotFound { id };
    // While a round is being published, the version an id is shown with may not be there yet, be gone, or have other
    // content already; the entry is right again as soon as the round is out.
    for _ in 0..HALF_PUBLISHED_MAX {
        let (entry, asked) = uses(known, id, subject).ok_or_else(missing)?;
        let (name, version) = match asked {
            Some(asked) => asked,
            None => {
                let first = entry.uses.first().map(|(subject, _)| (**subject).clone()).ok_or_else(missing)?;
                let newest = entry.uses.newest_of(&first).ok_or_else(missing)?;
                (first, newest)
            }
        };
        if let Some(view) = known.subject(&name)
            && let Some(row) = view.row(version).filter(|row| row.content.id == id)
        {
            let row = row.clone();
            return Ok((view, row));
        }
        std::thread::yield_now();
    }
    Err(missing())
}

/// Looks at an id before it counts as gone: far longer than a round takes to publish.
const HALF_PUBLISHED_MAX: usize = 10_000;

/// What an id means, and which version of the subject asked for has it.
fn uses(known: &dyn Known, id: SchemaId, subject: Option<&SubjectName>) -> Option<(IdEntry, Option<RowName>)> {
    let in_context = |context: &str, subject: Option<&SubjectName>| {
        let entry = known.id(context, id)?;
        let found = match subject {
            Some(subject) => Some((subject.clone(), entry.uses.newest_of(subject)?)),
            None => None,
        };
        Some((entry, found))
    };
    let anywhere = || in_context(Context::DEFAULT, None);
    match subject {
        None => anywhere(),
        Some(subject) if subject.is_default_scope() => anywhere(),
        Some(subject) if subject.is_in_default_context() => {
            let elsewhere = || {
                known
                    .contexts()
                    .iter()
                    .find_map(|context| in_context(context, Some(&SubjectName::within(context, subject.name()))))
            };
            in_context(Context::DEFAULT, Some(subject)).or_else(elsewhere).or_else(anywhere)
        }
        Some(scope) if scope.is_context_scope() => in_context(scope.context(), None),
        Some(subject) => in_context(subject.context(), Some(subject)),
    }
}

/// Who uses an id: the newest version of each subject that has it, sorted.
pub(super) fn uses_of_id(
    known: &dyn Known,
    id: SchemaId,
    subject: Option<&SubjectName>,
    deleted: bool,
) -> Result<Vec<(SubjectName, Version)>, RegistryError> {
    let (entry, _) = uses(known, id, subject).ok_or(RegistryError::SchemaNotFound)?;
    let mut newest: Vec<(SubjectName, Version)> = Vec::new();
    let mut list = entry.uses.list();
    // Stable: of one subject the newest stands last.
    list.sort_by(|(left, _), (right, _)| left.cmp(right));
    for (subject, version) in list {
        match newest.last_mut() {
            Some((last, number)) if *last == *subject => *number = version,
            _ => newest.push(((*subject).clone(), version)),
        }
    }
    let is_visible = |(subject, version): &(SubjectName, Version)| {
        known
            .subject(subject)
            .is_some_and(|view| view.row(*version).is_some_and(|row| row.content.id == id && (deleted || !row.deleted)))
    };
    newest.retain(is_visible);
    Ok(newest)
}

/// The version a guid is shown with.
pub(super) fn by_guid(known: &dyn Known, guid: &str) -> Result<Found, RegistryError> {
    let missing = || RegistryError::GuidNotFound { guid: guid.to_owned() };
    let wanted = Guid::read(guid).ok_or_else(missing)?;
    for (context, id) in ids_with(known, wanted) {
        let scope = SubjectName::within(&context, "");
        if let Ok(found) = by_id(known, id, Some(&scope)) {
            return Ok(found);
        }
    }
    Err(missing())
}

/// Context and id of every schema with a guid.
pub(super) fn ids_of_guid(known: &dyn Known, guid: &str) -> Vec<(Box<str>, SchemaId)> {
    Guid::read(guid).map(|guid| ids_with(known, guid)).unwrap_or_default()
}

fn ids_with(known: &dyn Known, guid: Guid) -> Vec<(Box<str>, SchemaId)> {
    let contexts = std::iter::once(Arc::from(Context::DEFAULT)).chain(known.contexts());
    contexts.filter_map(|context| Some((Box::from(&*context), known.id_of(&context, guid)?))).collect()
}

/// Whether a subject counts as being there. A context, all of them, or the default one, named as a subject, does as soon
/// as any subject in it does, whether its own empty subject has versions or not.
pub(super) fn is_there(known: &dyn Known, subject: &SubjectName, with_deleted: bool) -> bool {
    let has_own = known.subject(subject).is_some_and(|view| view.has_versions(with_deleted));
    has_own || subject.is_context_scope() && known.has_versions_within(subject, with_deleted)
}

/// One version of a subject; an unqualified subject is searched in every context.
pub(super) fn version(
    known: &dyn Known,
    subject: &SubjectName,
    version: VersionSelector,
    deleted: bool,
) -> Result<Found, RegistryError> {
    let found = version_in(known, subject, version, deleted);
    if found.is_ok() || !subject.is_in_default_context() {
        return found;
    }
    let contexts = known.contexts();
    let elsewhere = contexts.iter().map(|context| SubjectName::within(context, subject.name()));
    elsewhere.filter_map(|subject| version_in(known, &subject, version, deleted).ok()).next().map_or(found, Ok)
}

fn version_in(
    known: &dyn Known,
    subject: &SubjectName,
    version: VersionSelector,
    deleted: bool,
) -> Result<Found, RegistryError> {
    let Some(view) = known.subject(subject).filter(|view| view.has_versions(deleted)) else {
        return Err(match is_there(known, subject, deleted) {
            true => RegistryError::VersionNotFound { version },
            false => RegistryError::SubjectNotFound { subject: subject.clone() },
        });
    };
    let row = match version {
        VersionSelector::Latest => view.latest(),
        VersionSelector::Number(number) => view.row(number).filter(|row| deleted || !row.deleted),
    };
    let row = row.ok_or(RegistryError::VersionNotFound { version })?.clone();
    Ok((view, row))
}

/// Numbers of a subject's versions, each with whether it is soft-deleted.
pub(super) fn versions(
    known: &dyn Known,
    subject: &SubjectName,
    listing: VersionListing,
) -> Result<Vec<(Version, bool)>, RegistryError> {
    let VersionListing { deleted, deleted_only, deleted_as_negative } = listing;
    let view = known.subject(subject);
    let rows = view.as_ref().map_or(&[][..], |view| &view.rows);
    if !is_there(known, subject, deleted || deleted_only) {
        return Err(RegistryError::SubjectNotFound { subject: subject.clone() });
    }
    let is_shown = |row: &&Row| match (deleted_as_negative, deleted_only) {
        (true, _) => true,
        (false, true) => row.deleted,
        (false, false) => deleted || !row.deleted,
    };
    Ok(rows.iter().filter(is_shown).map(|row| (row.version, row.deleted)).collect())
}

/// Ids of the schemas that refer to a version, by context and id.
pub(super) fn referenced_by(
    known: &dyn Known,
    subject: &SubjectName,
    selector: VersionSelector,
    deleted: bool,
) -> Result<Vec<SchemaId>, RegistryError> {
    let (view, row) = version(known, subject, selector, true)?;
    let referrers = referrers(known, &view.name, row.version, deleted);
    let mut ids: Vec<(Box<str>, SchemaId)> =
        referrers.iter().map(|(view, row)| (view.name.context().into(), row.content.id)).collect();
    ids.sort_by(|(left, id), (right, other)| utf16_order(left, right).then(id.cmp(other)));
    ids.dedup();
    Ok(ids.into_iter().map(|(_, id)| id).collect())
}

/// The newest version whose metadata has all of `properties`; one without metadata never matches.
pub(super) fn latest_with_metadata(
    known: &dyn Known,
    subject: &SubjectName,
    properties: &[(String, String)],
    deleted: bool,
) -> Result<Found, RegistryError> {
    let Some(view) = known.subject(subject).filter(|view| view.has_versions(deleted)) else {
        return Err(match is_there(known, subject, deleted) {
            true => RegistryError::SchemaNotFound,
            false => RegistryError::SubjectNotFound { subject: subject.clone() },
        });
    };
    let matches = |row: &&Row| {
        let metadata = row.content.metadata();
        let has_all = |metadata: &super::Metadata| {
            properties.iter().all(|(name, value)| metadata.property(name) == Some(value.as_str()))
        };
        (deleted || !row.deleted) && metadata.is_some_and(|metadata| has_all(metadata))
    };
    let row = view.rows.iter().rev().find(matches).ok_or(RegistryError::SchemaNotFound)?.clone();
    Ok((view, row))
}

/// What a subject's own configuration says it stands for. The global configuration is no subject's.
pub(super) fn alias_target(known: &dyn Known, subject: &SubjectName) -> Option<SubjectName> {
    known.subject(subject)?.alias_target()
}

/// A version that was found, with its text. `missing` where the text vanished meanwhile.
pub(super) fn with_text(
    world: World<'_>,
    (view, row): Found,
    missing: impl FnOnce() -> RegistryError,
) -> Result<RegisteredSchema, RegistryError> {
    match world.shelf.text(world.known, row.content.text) {
        Ok(text) => Ok(shown(&view.name, &row, text)),
        Err(JournalError::TextMissing { .. }) => Err(missing()),
        Err(error) => Err(error.into()),
    }
}

/// A version that was found, if its text is at hand.
pub(super) fn with_hot_text(world: World<'_>, (view, row): Found) -> Option<RegisteredSchema> {
    let text = world.shelf.hot_text(row.content.text)?;
    Some(shown(&view.name, &row, text))
}

/// The text of a stored schema with every referenced type written out.
pub(super) fn resolved_text(world: World<'_>, schema: &RegisteredSchema) -> Result<String, RegistryError> {
    Ok(model(world, schema)?.map_or_else(|| schema.text.to_string(), |model| model.resolved_text()))
}

/// Parts of a stored schema with one of the inline tags `wanted`, or with any where `*` is wanted.
pub(super) fn tagged_entities(
    world: World<'_>,
    schema: &RegisteredSchema,
    wanted: &[String],
) -> Result<Vec<TaggedEntity>, RegistryError> {
    let wanted: BTreeSet<&str> = wanted.iter().map(String::as_str).collect();
    let is_wanted = |tag: &str| wanted.contains("*") || wanted.contains(tag);
    let Some(model) = model(world, schema)? else { return Ok(Vec::new()) };
    model.tagged_entities(is_wanted).map_err(tagging::refused)
}

/// The parsed form of a schema that was found; `None` for an imported blank text.
fn model(world: World<'_>, schema: &RegisteredSchema) -> Result<Option<Arc<ParsedSchema>>, RegistryError> {
    let asked: Vec<AskedReference> = schema.references.iter().map(AskedReference::from).collect();
    let draft = Draft {
        subject: schema.subject.clone(),
        version: i32::try_from(schema.version.get()).ok(),
        id: Some(schema.id.0),
        schema_type: Some(schema.schema_type.as_str().to_owned()),
        references: asked,
        metadata: schema.metadata.clone(),
        rule_set: schema.rule_set.clone(),
        text: Some(schema.text.clone()),
        normalize: false,
    };
    if draft.is_blank() {
        return Ok(None);
    }
    draft.parse(world, Strictness::Stored)?.model(world)
}
