//! Stored schemas in their parsed form, for whoever holds records against them. May parse and read texts: not for the
//! event loop.

use super::error::{RegistryError, SchemaProblem};
use super::journal::JournalError;
use super::reading::{self, Found};
use super::record::Guid;
use super::shelf::Unreadable;
use super::view::{Known as _, Row, SubjectView};
use super::{Registry, trial};
use crate::schema::ParsedSchema;
use crate::schema::names::{SchemaId, SubjectName, Version, VersionSelector};
use std::sync::Arc;

/// A stored schema, parsed, and what it is known as.
#[derive(Clone, Debug)]
pub struct ParsedVersion {
    /// The subject it was found in.
    pub subject: SubjectName,
    /// The version it was found as.
    pub version: Version,
    /// The id of its content in the subject's context.
    pub id: SchemaId,
    /// The fingerprint of its content.
    pub guid: Guid,
    /// Shared by all who ask for the same text, as long as it is kept.
    pub schema: Arc<ParsedSchema>,
}

impl Registry {
    /// [`Registry::version`], parsed.
    ///
    /// # Errors
    /// As there; [`RegistryError::InvalidSchema`] where the text cannot be used: an imported blank one, or one whose
    /// references have gone.
    pub fn parsed_version(
        &self,
        subject: &SubjectName,
        version: VersionSelector,
        deleted: bool,
    ) -> Result<ParsedVersion, RegistryError> {
        let found = reading::version(&self.shared.catalog, subject, version, deleted)?;
        self.parsed(&found, || RegistryError::VersionNotFound { version })
    }

    /// The newest `newest` live versions of exactly this subject, parsed, oldest first.
    ///
    /// # Errors
    /// [`RegistryError::InvalidSchema`] as in [`Self::parsed_version`].
    pub fn parsed_live_versions(
        &self,
        subject: &SubjectName,
        newest: usize,
    ) -> Result<Vec<ParsedVersion>, RegistryError> {
        let Some(view) = self.shared.catalog.subject(subject) else { return Ok(Vec::new()) };
        let rows: Vec<Row> = view.live().rev().take(newest).cloned().collect();
        let parsed = |row: Row| {
            let version = VersionSelector::Number(row.version);
            self.parsed(&(view.clone(), row), || RegistryError::VersionNotFound { version })
        };
        rows.into_iter().rev().map(parsed).collect()
    }

    /// How many live versions exactly this subject has.
    pub fn live_version_count(&self, subject: &SubjectName) -> usize {
        self.shared.catalog.subject(subject).map_or(0, |view| view.live().count())
    }

    /// The schema with this id, parsed. Found as by [`Registry::schema_by_id`], and where a qualified `subject` does not
    /// hold the id, as that of whoever does in its context.
    ///
    /// # Errors
    /// [`RegistryError::IdNotFound`]; [`RegistryError::InvalidSchema`] as in [`Self::parsed_version`].
    pub fn parsed_by_id(&self, id: SchemaId, subject: Option<&SubjectName>) -> Result<ParsedVersion, RegistryError> {
        let catalog = &self.shared.catalog;
        let in_context =
            |subject: &SubjectName| reading::by_id(catalog, id, Some(&SubjectName::within(subject.context(), "")));
        let found = reading::by_id(catalog, id, subject).or_else(|missing| subject.map_or(Err(missing), in_context))?;
        self.parsed(&found, || RegistryError::IdNotFound { id })
    }

    /// The schema with this guid, parsed. It is the same in every context; that of `subject` is looked at first, so that
    /// id and version are those that it has there.
    ///
    /// # Errors
    /// [`RegistryError::GuidNotFound`]; [`RegistryError::InvalidSchema`] as in [`Self::parsed_version`].
    pub fn parsed_by_guid(&self, guid: Guid, subject: Option<&SubjectName>) -> Result<ParsedVersion, RegistryError> {
        let catalog = &self.shared.catalog;
        let near = subject.and_then(|subject| {
            let id = catalog.id_of(subject.context(), guid)?;
            let scope = SubjectName::within(subject.context(), "");
            reading::by_id(catalog, id, Some(subject)).or_else(|_| reading::by_id(catalog, id, Some(&scope))).ok()
        });
        let text = guid.to_string();
        let found = near.map_or_else(|| reading::by_guid(catalog, &text), Ok)?;
        self.parsed(&found, || RegistryError::GuidNotFound { guid: text })
    }

    /// Whether the content of `found` is registered under `subject`: whether a version there has its id. An unqualified
    /// subject is also looked for in the context in which the content was found, as ids are.
    pub fn is_registered_under(&self, found: &ParsedVersion, subject: &SubjectName, deleted: bool) -> bool {
        let has = |view: Arc<SubjectView>| {
            view.rows.iter().any(|row| row.content.guid == found.guid && (deleted || !row.deleted))
        };
        let under = |subject: &SubjectName| self.shared.catalog.subject(subject).is_some_and(has);
        under(subject)
            || subject.is_in_default_context() && under(&SubjectName::within(found.subject.context(), subject.name()))
    }

    fn parsed(
        &self,
        (view, row): &Found,
        missing: impl FnOnce() -> RegistryError,
    ) -> Result<ParsedVersion, RegistryError> {
        let (catalog, content) = (&self.shared.catalog, &row.content);
        let schema = match self.shared.shelf.model(catalog, view.name.context(), content) {
            Ok(Some(schema)) => schema,
            Ok(None) => return Err(RegistryError::InvalidSchema(Box::new(SchemaProblem::Empty))),
            Err(Unreadable::Journal(JournalError::TextMissing { .. })) => return Err(missing()),
            Err(failure) => return Err(trial::unreadable(&view.name, row, failure)),
        };
        Ok(ParsedVersion {
            subject: (*view.name).clone(),
            version: row.version,
            id: content.id,
            guid: content.guid,
            schema,
        })
    }
}
