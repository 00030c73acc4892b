//! What is known and what may be done. Synchronous; its only effects go through the journal.
//!
//! [`Registry`] answers questions from memory and takes commands, which one writer thread decides, appends together and
//! applies. A command's reply comes through a callback, after the sync and never before it.

pub mod contract;
pub mod error;
pub mod journal;
pub mod record;

mod face;

pub use contract::{Change, Config, ConfigUpdate, Metadata, Mode, Reference, Rule, RuleSet, Word};
pub use error::RegistryError;
pub use face::{
    AskedReference, CheckAgainst, CompatibilityAnswer, Deletion, Health, Listing, Page, RegisteredSchema, Reply,
    RuleSets, SchemaListing, Settings, Stored, Submission, VersionListing,
};
pub use record::Guid;

use crate::schema::names::{SchemaId, SubjectName, Version, VersionSelector};
use journal::{Journal, JournalError};

/// Everything the registry knows and does. Cheap to share: keep it in an `Arc`.
///
/// Questions answer from the caller's thread and never wait for a write. Those that return a schema may read its text
/// from the journal when it is not at hand; their `hot_` forms return `None` instead, for callers that may not block.
pub struct Registry {
    _private: (),
}

#[expect(unused_variables, reason = "bodies follow with the next commit")]
impl Registry {
    /// Replays `journal` and starts the writer.
    ///
    /// # Errors
    /// When the journal cannot be read.
    pub fn start(journal: Journal, settings: Settings) -> Result<Self, JournalError> {
        unimplemented!()
    }

    /// Finishes the commands that were accepted, closes the journal and returns. Later commands are refused.
    pub fn stop(&self) {
        unimplemented!()
    }

    /// Whether commands can take effect, and why not.
    pub fn health(&self) -> Health {
        unimplemented!()
    }

    /// How many subjects and versions there are, soft-deleted ones included.
    pub fn size(&self) -> (usize, usize) {
        unimplemented!()
    }

    // --- schemas by id and guid ---

    /// The schema with this id. A qualified `subject` picks its context and must hold the id; an unqualified one is a
    /// hint: the default context if the subject holds the id there, else the first context where it does, else any.
    /// `:.:s` is treated as `s` (the reference misses a step there).
    ///
    /// # Errors
    /// [`RegistryError::IdNotFound`].
    pub fn schema_by_id(&self, id: SchemaId, subject: Option<&SubjectName>) -> Result<RegisteredSchema, RegistryError> {
        unimplemented!()
    }

    /// [`Self::schema_by_id`] where the text is at hand.
    pub fn hot_schema_by_id(
        &self,
        id: SchemaId,
        subject: Option<&SubjectName>,
    ) -> Option<Result<RegisteredSchema, RegistryError>> {
        unimplemented!()
    }

    /// The highest id ever issued in a context; 0 for none.
    pub fn highest_id(&self, context: &str) -> SchemaId {
        unimplemented!()
    }

    /// Subjects and versions that use an id, sorted; `subject` picks the context as in [`Self::schema_by_id`] and
    /// filters nothing.
    ///
    /// # Errors
    /// [`RegistryError::SchemaNotFound`] for an unknown id. A known one without visible uses is an empty list.
    pub fn uses_of_id(
        &self,
        id: SchemaId,
        subject: Option<&SubjectName>,
        deleted: bool,
    ) -> Result<Vec<(SubjectName, Version)>, RegistryError> {
        unimplemented!()
    }

    /// The schema with this guid: default context first, then the others by name.
    ///
    /// # Errors
    /// [`RegistryError::GuidNotFound`], also for what is no guid and after a hard delete (the reference: 500).
    pub fn schema_by_guid(&self, guid: &str) -> Result<RegisteredSchema, RegistryError> {
        unimplemented!()
    }

    /// Context and id of every schema with this guid, sorted; nothing stale after hard deletes.
    pub fn ids_of_guid(&self, guid: &str) -> Vec<(Box<str>, SchemaId)> {
        unimplemented!()
    }

    // --- subjects and versions ---

    /// Names of subjects, sorted as answers are.
    pub fn subjects(&self, listing: &Listing, page: Page) -> Vec<SubjectName> {
        unimplemented!()
    }

    /// Whole schemas, by subject and version.
    ///
    /// # Errors
    /// When a text cannot be read.
    pub fn schemas(&self, listing: &SchemaListing, page: Page) -> Result<Vec<RegisteredSchema>, RegistryError> {
        unimplemented!()
    }

    /// Numbers of a subject's versions, ascending, each with whether it is soft-deleted.
    ///
    /// # Errors
    /// [`RegistryError::SubjectNotFound`].
    pub fn versions(
        &self,
        subject: &SubjectName,
        listing: VersionListing,
        page: Page,
    ) -> Result<Vec<(Version, bool)>, RegistryError> {
        unimplemented!()
    }

    /// One version. An unqualified subject without it is searched in every context.
    ///
    /// # Errors
    /// [`RegistryError::SubjectNotFound`], [`RegistryError::VersionNotFound`].
    pub fn version(
        &self,
        subject: &SubjectName,
        version: VersionSelector,
        deleted: bool,
    ) -> Result<RegisteredSchema, RegistryError> {
        unimplemented!()
    }

    /// [`Self::version`] where the text is at hand.
    pub fn hot_version(
        &self,
        subject: &SubjectName,
        version: VersionSelector,
        deleted: bool,
    ) -> Option<Result<RegisteredSchema, RegistryError>> {
        unimplemented!()
    }

    /// Ids of the schemas that refer to a version, by context and id; those in use only by soft-deleted versions with
    /// `deleted`.
    ///
    /// # Errors
    /// [`RegistryError::SubjectNotFound`], [`RegistryError::VersionNotFound`].
    pub fn referenced_by(
        &self,
        subject: &SubjectName,
        version: VersionSelector,
        deleted: bool,
        page: Page,
    ) -> Result<Vec<SchemaId>, RegistryError> {
        unimplemented!()
    }

    /// The newest version whose metadata has all of `properties`.
    ///
    /// # Errors
    /// [`RegistryError::SubjectNotFound`], [`RegistryError::SchemaNotFound`].
    pub fn latest_with_metadata(
        &self,
        subject: &SubjectName,
        properties: &[(String, String)],
        deleted: bool,
    ) -> Result<RegisteredSchema, RegistryError> {
        unimplemented!()
    }

    /// Names of contexts that begin with `prefix`: `.` first, then sorted.
    pub fn contexts(&self, prefix: &str, page: Page) -> Vec<Box<str>> {
        unimplemented!()
    }

    /// The text with every referenced type written out (`format=resolved`).
    ///
    /// # Errors
    /// When a text cannot be read.
    pub fn resolved_text(&self, schema: &RegisteredSchema) -> Result<String, RegistryError> {
        unimplemented!()
    }

    // --- schemas by content ---

    /// The version that a submission matches (`POST /subjects/{subject}`). An unqualified subject is searched in every
    /// context. Imported blank texts are skipped (the reference fails on them).
    ///
    /// # Errors
    /// [`RegistryError::InvalidSchema`], [`RegistryError::SubjectNotFound`], [`RegistryError::SchemaNotFound`].
    pub fn lookup(&self, asked: &Submission, deleted: bool) -> Result<RegisteredSchema, RegistryError> {
        unimplemented!()
    }

    /// [`Self::lookup`] where nothing need be parsed or read.
    pub fn hot_lookup(&self, asked: &Submission, deleted: bool) -> Option<Result<RegisteredSchema, RegistryError>> {
        unimplemented!()
    }

    /// Whether a submission would be compatible (`POST /compatibility/…`). Nothing is inherited and no mode asked.
    ///
    /// # Errors
    /// [`RegistryError::VersionNotFound`] before the schema is looked at, [`RegistryError::InvalidSchema`].
    pub fn check_compatibility(
        &self,
        asked: &Submission,
        against: CheckAgainst,
    ) -> Result<CompatibilityAnswer, RegistryError> {
        unimplemented!()
    }

    // --- configurations and modes ---

    /// The configuration of exactly this scope, its level filled in with the server's where it has none.
    ///
    /// # Errors
    /// [`RegistryError::ConfigNotFound`], except for the default scope and `:.__GLOBAL:`.
    pub fn config(&self, scope: &SubjectName) -> Result<Config, RegistryError> {
        unimplemented!()
    }

    /// The configuration in force for a scope, level included.
    pub fn effective_config(&self, scope: &SubjectName) -> Config {
        unimplemented!()
    }

    /// The mode of exactly this scope.
    ///
    /// # Errors
    /// [`RegistryError::ModeNotFound`], except for the default scope and `:.__GLOBAL:`.
    pub fn mode(&self, scope: &SubjectName) -> Result<Mode, RegistryError> {
        unimplemented!()
    }

    /// The mode in force for a scope.
    pub fn effective_mode(&self, scope: &SubjectName) -> Mode {
        unimplemented!()
    }

    /// What the subject's own configuration says it stands for, one hop; an unqualified target is taken in the holder's
    /// context (the reference does so for some spellings only).
    pub fn alias_target(&self, subject: &SubjectName) -> Option<SubjectName> {
        unimplemented!()
    }

    // --- commands ---

    /// Answers a submission that is known already, without parsing, reading or waiting; `None` where [`Self::register`]
    /// must be asked. For the event loop: this is what producers do on every start.
    pub fn hot_register(&self, asked: &Submission) -> Option<Result<RegisteredSchema, RegistryError>> {
        unimplemented!()
    }

    /// Registers a schema. Parses and checks on the caller's thread; `reply` is called from there when that settles the
    /// matter, else by the writer.
    pub fn register(&self, asked: Submission, reply: Reply<RegisteredSchema>) {
        unimplemented!()
    }

    /// Deletes one version and replies with its number.
    pub fn delete_version(
        &self,
        subject: SubjectName,
        version: VersionSelector,
        deletion: Deletion,
        reply: Reply<Version>,
    ) {
        unimplemented!()
    }

    /// Deletes a subject and replies with the versions concerned, ascending.
    pub fn delete_subject(&self, subject: SubjectName, deletion: Deletion, reply: Reply<Vec<Version>>) {
        unimplemented!()
    }

    /// Updates the configuration of a scope and replies with what it is then; empty texts of this update are shown.
    pub fn update_config(&self, scope: SubjectName, update: ConfigUpdate, reply: Reply<Config>) {
        unimplemented!()
    }

    /// Removes the configuration of a scope and replies with what it was.
    pub fn remove_config(&self, scope: SubjectName, reply: Reply<Config>) {
        unimplemented!()
    }

    /// Sets (or with `None` clears) the mode of a scope. `force` skips the check for existing subjects.
    pub fn set_mode(&self, scope: SubjectName, mode: Option<Mode>, force: bool, reply: Reply<()>) {
        unimplemented!()
    }

    /// Removes the mode of a scope, with `recursive` those below a context too, and replies with what it was.
    pub fn remove_mode(&self, scope: SubjectName, recursive: bool, reply: Reply<Option<Mode>>) {
        unimplemented!()
    }

    /// Removes an empty context from the list.
    pub fn delete_context(&self, context: Box<str>, reply: Reply<()>) {
        unimplemented!()
    }
}
