//! What is known and what may be done. Synchronous; its only effects go through the journal.
//!
//! [`Registry`] answers questions from memory and takes commands, which one writer thread decides, appends together and
//! applies. A command's reply comes through a callback, after the sync and never before it: `commands`.

pub mod contract;
pub mod error;
pub mod figures;
pub mod journal;
pub mod record;

mod apply;
mod associations;
mod cache;
mod candidate;
mod catalog;
mod commands;
mod configure;
mod delete;
mod face;
mod governance;
mod identity;
mod judgement;
mod listing;
mod lookup;
mod names_index;
mod overlay;
mod parsed;
mod queue;
mod reading;
mod references;
mod register;
mod replay;
mod rules;
mod scope;
mod shelf;
mod sizes;
mod tagging;
mod trial;
mod view;
mod world;
mod writer;

pub use associations::{
    AskedAssociation, AskedResource, Association, AssociationFilter, AssociationKey, AssociationQuery,
    AssociationRequest, AssociationSelection, AssociationStep, AssociationSteps, AssociationValue, BATCH_MAX,
    Lifecycle, ResourceAssociations, Way,
};
pub use cache::{Cache, CacheSize};
pub use contract::{Change, Config, ConfigUpdate, Metadata, Mode, Reference, Rule, RuleSet, Word};
pub use error::RegistryError;
pub use face::{
    AskedReference, AskedTags, CheckAgainst, Classification, CompatibilityAnswer, Deletion, Health, ListedSchema,
    Listing, Page, RegisteredSchema, Reply, RuleSets, SchemaListing, Settings, Stored, Submission, TagSubmission,
    VersionListing,
};
pub use governance::{Exemption, PolicyLayer};
pub use parsed::ParsedVersion;
pub use record::Guid;
pub use sizes::Sizes;

use crate::schema::TaggedEntity;
use crate::schema::names::{SchemaId, SubjectName, Version, VersionSelector};
use arc_swap::ArcSwap;
use catalog::Catalog;
use figures::Figures;
use journal::{Journal, JournalError, Position};
use queue::Queue;
use shelf::Shelf;
use std::fmt;
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;
use view::Known;
use world::World;
use writer::Writer;

/// Everything the registry knows and does. Cheap to share: keep it in an `Arc`.
///
/// Questions answer from the caller's thread and never wait for a write. Those that return a schema may read its text
/// from the journal when it is not at hand; their `hot_` forms return `None` instead, for callers that may not block.
pub struct Registry {
    shared: Arc<Shared>,
    writer: Mutex<Option<JoinHandle<()>>>,
}

/// What readers and the writer share.
struct Shared {
    catalog: Catalog,
    shelf: Shelf,
    settings: Settings,
    queue: Queue,
    health: ArcSwap<Health>,
    figures: Figures,
}

impl Shared {
    fn is_read_only(&self) -> bool {
        matches!(**self.health.load(), Health::ReadOnly { .. })
    }

    fn set_health(&self, health: Health) {
        if **self.health.load() != health {
            self.health.store(Arc::new(health));
        }
    }

    fn world(&self) -> World<'_> {
        World { known: &self.catalog, shelf: &self.shelf, settings: &self.settings, figures: &self.figures }
    }
}

impl Registry {
    /// Replays `journal` and starts the writer.
    ///
    /// # Errors
    /// When the journal cannot be read.
    pub fn start(journal: Journal, settings: Settings) -> Result<Self, JournalError> {
        let Journal { writer: journal, texts } = journal;
        let shared = Arc::new(Shared {
            catalog: Catalog::default(),
            shelf: Shelf::new(texts.clone(), settings.cache_bytes_max),
            queue: Queue::new(settings.queue_commands_max),
            settings,
            health: ArcSwap::from_pointee(Health::Writable),
            figures: Figures::default(),
        });
        let seen = replay::replay(&shared.catalog, &shared.figures, &*texts, Position::START)?;
        let writer = Writer { shared: shared.clone(), journal, texts, seen };
        let thread = std::thread::Builder::new().name("registry-writer".to_owned());
        let failed = |error: std::io::Error| JournalError::Failed {
            operation: "starting the writer thread",
            reason: error.to_string(),
        };
        let thread = thread.spawn(|| writer.run()).map_err(failed)?;
        Ok(Self { shared, writer: Mutex::new(Some(thread)) })
    }

    /// Finishes the commands that were accepted, closes the journal and returns. Later commands are refused.
    pub fn stop(&self) {
        self.shared.queue.close();
        let thread = self.writer.lock().unwrap_or_else(|poisoned| poisoned.into_inner()).take();
        // A reply may be what drops the registry; the writer cannot wait for itself and ends on its own.
        let thread = thread.filter(|thread| thread.thread().id() != std::thread::current().id());
        if let Some(thread) = thread {
            thread.join().expect("a panic of the writer ends the process");
        }
    }

    /// How often what is known has changed. An answer that follows from what is known alone, and was made after this
    /// number was read, holds for as long as the number stays the same.
    pub fn changes(&self) -> u64 {
        self.shared.catalog.rounds()
    }

    // --- schemas by id and guid ---

    /// The schema with this id. A qualified `subject` picks its context and must hold the id; an unqualified one is a
    /// hint: the default context if the subject holds the id there, else the first context where it does, else any.
    /// `:.:s` is treated as `s` (the reference misses a step there).
    ///
    /// # Errors
    /// [`RegistryError::IdNotFound`].
    pub fn schema_by_id(&self, id: SchemaId, subject: Option<&SubjectName>) -> Result<RegisteredSchema, RegistryError> {
        let missing = || RegistryError::IdNotFound { id };
        let found = reading::by_id(&self.shared.catalog, id, subject)?;
        reading::with_text(self.shared.world(), found, missing)
    }

    /// [`Self::schema_by_id`] where the text is at hand.
    pub fn hot_schema_by_id(
        &self,
        id: SchemaId,
        subject: Option<&SubjectName>,
    ) -> Option<Result<RegisteredSchema, RegistryError>> {
        if subject.is_some_and(|subject| self.shared.catalog.is_sought_widely(subject)) {
            return None;
        }
        match reading::by_id(&self.shared.catalog, id, subject) {
            Ok(found) => reading::with_hot_text(self.shared.world(), found).map(Ok),
            Err(error) => Some(Err(error)),
        }
    }

    /// The highest id ever issued in a context; 0 for none.
    pub fn highest_id(&self, context: &str) -> SchemaId {
        SchemaId(self.shared.catalog.context(context).highest)
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
        reading::uses_of_id(&self.shared.catalog, id, subject, deleted)
    }

    /// The schema with this guid: default context first, then the others by name.
    ///
    /// # Errors
    /// [`RegistryError::GuidNotFound`], also for what is no guid and after a hard delete (the reference: 500).
    pub fn schema_by_guid(&self, guid: &str) -> Result<RegisteredSchema, RegistryError> {
        let missing = || RegistryError::GuidNotFound { guid: guid.to_owned() };
        let found = reading::by_guid(&self.shared.catalog, guid)?;
        reading::with_text(self.shared.world(), found, missing)
    }

    /// Context and id of every schema with this guid, sorted; nothing stale after hard deletes.
    pub fn ids_of_guid(&self, guid: &str) -> Vec<(Box<str>, SchemaId)> {
        reading::ids_of_guid(&self.shared.catalog, guid)
    }

    // --- subjects and versions ---

    /// Names of subjects, sorted as answers are.
    pub fn subjects(&self, listing: &Listing, page: Page) -> Vec<SubjectName> {
        listing::subjects(&self.shared.catalog, listing, page)
    }

    /// Whole schemas, by subject and version.
    ///
    /// # Errors
    /// When a text cannot be read.
    pub fn schemas(&self, listing: &SchemaListing, page: Page) -> Result<Vec<ListedSchema>, RegistryError> {
        listing::schemas(&self.shared.catalog, self.shared.world(), listing, page)
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
        let versions = reading::versions(&self.shared.catalog, subject, listing)?;
        Ok(versions.into_iter().skip(page.offset).take(page.limit).collect())
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
        let missing = || RegistryError::VersionNotFound { version };
        let found = reading::version(&self.shared.catalog, subject, version, deleted)?;
        reading::with_text(self.shared.world(), found, missing)
    }

    /// [`Self::version`] where the text is at hand.
    pub fn hot_version(
        &self,
        subject: &SubjectName,
        version: VersionSelector,
        deleted: bool,
    ) -> Option<Result<RegisteredSchema, RegistryError>> {
        if self.shared.catalog.is_sought_widely(subject) {
            return None;
        }
        match reading::version(&self.shared.catalog, subject, version, deleted) {
            Ok(found) => reading::with_hot_text(self.shared.world(), found).map(Ok),
            Err(error) => Some(Err(error)),
        }
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
        let ids = reading::referenced_by(&self.shared.catalog, subject, version, deleted)?;
        Ok(ids.into_iter().skip(page.offset).take(page.limit).collect())
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
        let found = reading::latest_with_metadata(&self.shared.catalog, subject, properties, deleted)?;
        reading::with_text(self.shared.world(), found, || RegistryError::SchemaNotFound)
    }

    /// Names of contexts that begin with `prefix`: `.` first, then sorted.
    pub fn contexts(&self, prefix: &str, page: Page) -> Vec<Box<str>> {
        listing::contexts(&self.shared.catalog, prefix, page)
    }

    /// The text with every referenced type written out (`format=resolved`).
    ///
    /// # Errors
    /// When a text cannot be read.
    pub fn resolved_text(&self, schema: &RegisteredSchema) -> Result<String, RegistryError> {
        reading::resolved_text(self.shared.world(), schema)
    }

    /// Records and fields with one of the inline tags `wanted`, or with any where `*` is among them (`findTags`); types
    /// of referenced schemas count.
    ///
    /// # Errors
    /// When a text cannot be read.
    pub fn tagged_entities(
        &self,
        schema: &RegisteredSchema,
        wanted: &[String],
    ) -> Result<Vec<TaggedEntity>, RegistryError> {
        reading::tagged_entities(self.shared.world(), schema, wanted)
    }

    // --- schemas by content ---

    /// The version that a submission matches (`POST /subjects/{subject}`). An unqualified subject is searched in every
    /// context. Imported blank texts are skipped (the reference fails on them).
    ///
    /// # Errors
    /// [`RegistryError::InvalidSchema`], [`RegistryError::SubjectNotFound`], [`RegistryError::SchemaNotFound`].
    pub fn lookup(&self, asked: &Submission, deleted: bool) -> Result<RegisteredSchema, RegistryError> {
        lookup::lookup(self.shared.world(), asked, deleted)
    }

    /// [`Self::lookup`] where nothing need be parsed or read.
    pub fn hot_lookup(&self, asked: &Submission, deleted: bool) -> Option<Result<RegisteredSchema, RegistryError>> {
        lookup::hot_lookup(self.shared.world(), asked, deleted).map(Ok)
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
        trial::check(self.shared.world(), asked, against)
    }

    /// Whether [`Self::check_compatibility`] is known to say yes, or easily found to; costs microseconds, and neither
    /// reads nor waits. Where this is false, that must be asked.
    pub fn is_easily_compatible(&self, asked: &Submission, against: CheckAgainst) -> bool {
        trial::hot_check(self.shared.world(), asked, against)
    }

    // --- configurations and modes ---

    /// The configuration of exactly this scope, its level filled in with the server's where it has none.
    ///
    /// # Errors
    /// [`RegistryError::ConfigNotFound`], except for the default scope and those of `:.__GLOBAL:`.
    pub fn config(&self, scope: &SubjectName) -> Result<Config, RegistryError> {
        let config = self.shared.catalog.subject(scope).and_then(|view| view.config.clone());
        if config.is_none() && !configure::has_default(scope) {
            return Err(RegistryError::ConfigNotFound { scope: scope.clone() });
        }
        Ok(scope::shown(config.as_deref(), &self.shared.settings))
    }

    /// The configuration in force for a scope, level included.
    pub fn effective_config(&self, scope: &SubjectName) -> Config {
        let config = scope::config(&self.shared.catalog, scope);
        scope::shown(config.as_deref(), &self.shared.settings)
    }

    /// A configuration in force in which what is set nowhere is the server's own setting.
    pub fn with_defaults(&self, config: Config) -> Config {
        let settings = &self.shared.settings;
        Config {
            normalize: Some(scope::normalizes(Some(&config))),
            validate_fields: Some(scope::validates_fields(Some(&config), settings)),
            validate_new_schemas: Some(scope::validates_new_schemas(Some(&config), settings)),
            ..config
        }
    }

    /// The mode of exactly this scope.
    ///
    /// # Errors
    /// [`RegistryError::ModeNotFound`], except for the default scope and those of `:.__GLOBAL:`.
    pub fn mode(&self, scope: &SubjectName) -> Result<Mode, RegistryError> {
        let mode = self.shared.catalog.subject(scope).and_then(|view| view.mode);
        let default = configure::has_default(scope).then_some(Mode::ReadWrite);
        mode.or(default).ok_or_else(|| RegistryError::ModeNotFound { scope: scope.clone() })
    }

    /// The mode in force for a scope.
    pub fn effective_mode(&self, scope: &SubjectName) -> Mode {
        scope::mode(&self.shared.catalog, scope)
    }

    /// What the subject's own configuration says it stands for, one hop; an unqualified target is taken in the holder's
    /// context (the reference does so for some spellings only).
    pub fn alias_target(&self, subject: &SubjectName) -> Option<SubjectName> {
        reading::alias_target(&self.shared.catalog, subject)
    }
}

impl Drop for Registry {
    fn drop(&mut self) {
        self.stop();
    }
}

impl fmt::Debug for Registry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Registry").field("health", &self.health()).finish_non_exhaustive()
    }
}
