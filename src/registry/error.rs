//! What can go wrong, as facts: no sentences for clients, no HTTP. `rest-api` section 7 has a row for each.

use super::contract::{Metadata, RuleSet};
use super::journal::JournalError;
use super::record::Guid;
use crate::compat::{CompatibilityLevel, Refusal, ReservedBreach};
use crate::evolution::ChangeClass;
use crate::schema::TagProblem;
use crate::schema::names::{SchemaId, SubjectName, Version, VersionSelector};
use jiff::civil::Date;
use std::sync::Arc;

pub use super::associations::{AssociationProblem, NameMember};
pub use super::governance::{ExemptionMember, ExemptionProblem};

/// Why a question has no answer or a command no effect.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum RegistryError {
    /// The subject has no version that may be seen (40401).
    #[error("subject {subject} not found")]
    SubjectNotFound {
        /// Which.
        subject: SubjectName,
    },
    /// The subject exists, the version does not (40402).
    #[error("version {version} not found")]
    VersionNotFound {
        /// As asked.
        version: VersionSelector,
    },
    /// No version matches (40403 without an id).
    #[error("schema not found")]
    SchemaNotFound,
    /// No schema has the id (40403).
    #[error("schema {id} not found")]
    IdNotFound {
        /// As asked.
        id: SchemaId,
    },
    /// No schema has the guid (40403).
    #[error("schema {guid} not found")]
    GuidNotFound {
        /// As asked, perhaps no guid at all.
        guid: String,
    },
    /// A soft delete of a subject that is soft-deleted already (40404).
    #[error("subject {subject} is soft-deleted already")]
    SubjectSoftDeleted {
        /// Which.
        subject: SubjectName,
    },
    /// A permanent delete of a subject that is not soft-deleted (40405).
    #[error("subject {subject} is not soft-deleted")]
    SubjectNotSoftDeleted {
        /// Which.
        subject: SubjectName,
    },
    /// A soft delete of a version that is soft-deleted already (40406).
    #[error("version {version} of {subject} is soft-deleted already")]
    VersionSoftDeleted {
        /// Where.
        subject: SubjectName,
        /// Which.
        version: Version,
    },
    /// A permanent delete of a version that is not soft-deleted (40407).
    #[error("version {version} of {subject} is not soft-deleted")]
    VersionNotSoftDeleted {
        /// Where.
        subject: SubjectName,
        /// Which.
        version: Version,
    },
    /// The scope has no configuration of its own (40408).
    #[error("{scope} is not configured")]
    ConfigNotFound {
        /// Which.
        scope: SubjectName,
    },
    /// The scope has no mode of its own (40409).
    #[error("{scope} has no mode")]
    ModeNotFound {
        /// Which.
        scope: SubjectName,
    },
    /// The resource has no association of the kind asked for (40410).
    #[error("resource {resource_id} has no association")]
    AssociationNotFound {
        /// As asked.
        resource_id: String,
    },
    /// As many associations as there may be (40902).
    #[error("there are {max} associations already")]
    TooManyAssociations {
        /// At most so many.
        max: usize,
    },
    /// The resource has another association of the type (40903).
    #[error("{resource} has another association for its {association_type}")]
    AssociationForResourceExists {
        /// `key` or `value`.
        association_type: Box<str>,
        /// The resource's name.
        resource: Box<str>,
    },
    /// The subject is used (40904).
    #[error("{subject} is used")]
    AssociationForSubjectExists {
        /// Which.
        subject: SubjectName,
    },
    /// The subject is some resource's own (40905).
    #[error("{subject} has a strong association")]
    StrongAssociationForSubjectExists {
        /// Which.
        subject: SubjectName,
    },
    /// The subject has, or would have, no live version although it is used (40907).
    #[error("{subject} has no live version")]
    NoLiveVersion {
        /// Which.
        subject: SubjectName,
    },
    /// Nothing of the association may be changed (40908).
    #[error("the association of {subject} is frozen")]
    AssociationFrozen {
        /// `key` or `value`.
        association_type: Box<str>,
        /// Of which subject.
        subject: SubjectName,
    },
    /// A schema that comes with an association breaks the level in force (409 or 40901, in fewer words).
    #[error("incompatible with an earlier schema")]
    AssociationIncompatible {
        /// What breaks.
        reason: Box<Incompatible>,
        /// As in [`Self::Incompatible`].
        findings: Vec<String>,
    },
    /// The subject of an association is read-only (42205, in other words).
    #[error("{subject} is read-only")]
    AssociationReadOnly {
        /// Which.
        subject: SubjectName,
    },
    /// The request about associations is not valid (42212).
    #[error("invalid association: {0:?}")]
    InvalidAssociation(Box<AssociationProblem>),
    /// The schema breaks the level in force (409 or 40901).
    #[error("incompatible with an earlier schema of {subject}")]
    Incompatible {
        /// Where.
        subject: SubjectName,
        /// What breaks.
        reason: Box<Incompatible>,
        /// What policy finds besides, where it may refuse: sentences that go behind those of the level.
        findings: Vec<String>,
    },
    /// Policy refuses what the level accepts (409). Ours.
    #[error("refused by policy: {}", .0.reason)]
    RefusedByPolicy(Box<PolicyRefusal>),
    /// The schema and its predecessor are too large to be compared (42209). Ours.
    #[error("the change of {subject} is too large to be classified")]
    TooLargeToClassify {
        /// Where.
        subject: SubjectName,
    },
    /// The schema, its references or its version are unusable (42201).
    #[error("invalid schema: {0:?}")]
    InvalidSchema(Box<SchemaProblem>),
    /// Nothing may be registered or set under this name (42208).
    #[error("{subject:?} is no valid subject")]
    InvalidSubject {
        /// Which.
        subject: SubjectName,
    },
    /// [`super::Mode::Forward`] is for all contexts only (42204).
    #[error("FORWARD is for all contexts only")]
    ForwardOnlyForAllContexts,
    /// The scope is read-only (42205).
    #[error("{scope} is read-only")]
    ReadOnly {
        /// The scope asked for; the default scope in a global operation.
        scope: SubjectName,
    },
    /// An id was given outside import mode (42205).
    #[error("{subject} is not in import mode")]
    NotInImportMode {
        /// Where.
        subject: SubjectName,
    },
    /// No id was given in import mode (42205).
    #[error("{subject} is not in read-write mode")]
    NotInReadWriteMode {
        /// Where.
        subject: SubjectName,
    },
    /// The given id names other content (42205).
    #[error("id {id} in context {context} names other content")]
    IdTaken {
        /// Which.
        id: SchemaId,
        /// `.` or `.ctx`
        context: Box<str>,
    },
    /// Import mode was asked for although there are subjects (42205).
    #[error("cannot import: there are subjects")]
    SubjectsExist,
    /// Modes may not be changed on this server (42205).
    #[error("modes may not be changed")]
    ModesAreFixed,
    /// The version is referred to (42206).
    #[error("version {version} of {subject} is referred to")]
    Referenced {
        /// Where.
        subject: SubjectName,
        /// Which.
        version: Version,
    },
    /// The scope has no policy of its own (40480). Ours, as the four below.
    #[error("{scope} has no policy")]
    PolicyNotFound {
        /// Which.
        scope: SubjectName,
    },
    /// No exemption has the fingerprint (40481).
    #[error("exemption {fingerprint} not found")]
    ExemptionNotFound {
        /// As asked.
        fingerprint: String,
    },
    /// Another exemption of this fingerprint still holds (40980).
    #[error("there is another exemption {fingerprint}")]
    ExemptionExists {
        /// Which.
        fingerprint: String,
        /// Its last day.
        expires: Date,
    },
    /// As many exemptions as there may be, of the subject or in all (40981).
    #[error("there are {max} exemptions already")]
    TooManyExemptions {
        /// At most so many.
        max: usize,
    },
    /// The exemption is not narrow, reasoned and temporary (42281).
    #[error("invalid exemption: {0:?}")]
    InvalidExemption(ExemptionProblem),
    /// The record is larger than the journal takes (42209).
    #[error("the schema is too large")]
    TooLarge,
    /// The rule set is not valid (42210).
    #[error("invalid rule set: {0:?}")]
    InvalidRuleSet(RuleSetProblem),
    /// The context has subjects (42211).
    #[error("context {context} is not empty")]
    ContextNotEmpty {
        /// `.ctx`
        context: Box<str>,
    },
    /// Every id of the context up to 2^31 - 1 has been issued. Ours: the reference overflows (500).
    #[error("no id is left in context {context}")]
    IdsExhausted {
        /// `.` or `.ctx`
        context: Box<str>,
    },
    /// The journal failed (50001). Whether a command took effect is then not known.
    #[error("journal: {0}")]
    Journal(JournalError),
    /// Nothing can be written at present; reading goes on (503).
    #[error("not writable: {reason}")]
    NotWritable {
        /// One line for the operator.
        reason: Arc<str>,
    },
    /// What is on a page of a listing takes more memory than one may; a smaller page can be asked for.
    #[error("what this page lists takes more than {max} bytes")]
    PageTooLong {
        /// At most so many bytes.
        max: usize,
    },
    /// Too many commands wait; try again in a second (429).
    #[error("too many commands wait")]
    QueueFull,
}

/// Why policy refuses a registration.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PolicyRefusal {
    /// Where it was to become a version.
    pub subject: SubjectName,
    /// Of the change from the predecessor.
    pub class: ChangeClass,
    /// In a word, which the message begins with.
    pub reason: &'static str,
    /// Which changes, where, and what to do; of bounded length.
    pub message: String,
    /// The kinds of the changes that are in the way, one for each change.
    pub changes: Vec<&'static str>,
}

/// What breaks a compatibility level. At least one of the first two says something.
#[derive(Clone, Debug, PartialEq)]
pub struct Incompatible {
    /// What becomes of reserved names; only where fields are validated.
    pub reserved: ReservedBreach,
    /// The pair of versions that cannot be read as the level demands.
    pub refusal: Option<Refusal>,
    /// The level, quoted in the last message.
    pub level: CompatibilityLevel,
    /// Whether fields are validated, quoted in the last message.
    pub validate_fields: bool,
}

impl Incompatible {
    /// How many reasons are listed.
    pub fn findings(&self) -> usize {
        let listed = self.refusal.iter().flat_map(|refusal| &refusal.findings);
        listed.map(|(_, findings)| findings.list.len()).sum()
    }
}

/// Why a schema is unusable (42201).
#[derive(Clone, Debug, PartialEq)]
pub enum SchemaProblem {
    /// There is no text, and no version whose text could stand in.
    Empty,
    /// No such schema type.
    UnknownType {
        /// As sent.
        schema_type: String,
    },
    /// The given version is not the next one.
    VersionNotNext,
    /// Inline tags cannot be changed as asked.
    Tags(TagProblem),
    /// An entry of inline tags lacks its entity or its tags. Ours: the reference fails (500).
    IncompleteTags,
    /// Inline tags were sent without a text that could bear them.
    NoTextToTag,
    /// The text or its references are refused.
    Refused {
        /// What was tried.
        candidate: RefusedCandidate,
        /// Why.
        cause: RefusalCause,
    },
}

/// What was tried, as the reference dumps it in its message.
#[derive(Clone, Debug, PartialEq)]
pub struct RefusedCandidate {
    /// Where.
    pub subject: SubjectName,
    /// As sent.
    pub version: Option<i32>,
    /// As sent.
    pub id: Option<i32>,
    /// Fingerprint of what was sent.
    pub guid: Guid,
    /// The schema type.
    pub schema_type: crate::schema::SchemaType,
    /// As sent.
    pub references: Vec<super::AskedReference>,
    /// Filled in as registration does.
    pub metadata: Option<Arc<Metadata>>,
    /// Filled in as registration does.
    pub rule_set: Option<Arc<RuleSet>>,
    /// As sent.
    pub text: Option<Arc<str>>,
}

/// Why a text or its references are refused.
#[derive(Clone, Debug, PartialEq)]
pub enum RefusalCause {
    /// The text is no schema, in the reference's words.
    Text(String),
    /// Normalising it fails, where the reference fails with words of its runtime.
    Normalize(String),
    /// There is no text, in a place where the reference says `Cannot parse <null> schema`.
    NoText,
    /// A reference lacks its name, subject or version.
    IncompleteReference(super::AskedReference),
    /// A reference asks for version 0 or one below -1.
    InvalidReferenceVersion(i32),
    /// A reference leads nowhere.
    ReferenceNotFound {
        /// As sent.
        subject: String,
        /// As sent; -1 for the latest.
        version: i32,
    },
    /// References lead in a circle. Ours: import mode could make such.
    ReferenceCycle,
    /// The schemas referred to exceed a limit. Ours (D10).
    ReferencesTooLarge {
        /// At most so many schemas.
        schemas_max: usize,
        /// At most so many bytes of text.
        bytes_max: usize,
    },
}

/// What is wrong with a rule set (`registry-semantics` 9.2).
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RuleSetProblem {
    /// Two rules have this name.
    DuplicateName(String),
    /// A rule has no name.
    MissingName,
    /// A rule's name is empty.
    EmptyName,
    /// A rule's name has more than 256 characters.
    NameTooLong,
    /// The name begins with something other than a letter or `_`.
    IllegalInitialCharacter(String),
    /// The name has something other than letters, digits, `_` and `-`.
    IllegalCharacter(String),
    /// A rule has no type.
    MissingType,
    /// Several actions for a rule that runs one way.
    MultipleActions,
    /// A migration rule with a mode of other rules.
    MigrationMode,
    /// A domain rule with a mode of migration rules.
    DomainMode,
    /// An encoding rule with a mode of migration rules.
    EncodingMode,
    /// A whole rule set beside rules to merge or to remove.
    GivenBesideChanges,
}

impl From<JournalError> for RegistryError {
    fn from(error: JournalError) -> Self {
        match error {
            JournalError::TooLarge => Self::TooLarge,
            JournalError::Refused { reason } => Self::NotWritable { reason: reason.into() },
            // A text that vanished belongs to a version that was deleted while it was being answered.
            JournalError::TextMissing { .. } => Self::SchemaNotFound,
            error @ (JournalError::Conflict | JournalError::Failed { .. }) => Self::Journal(error),
        }
    }
}
