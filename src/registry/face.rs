//! What callers hand to the registry and get from it: plain data.

use super::associations::{Association, AssociationSelection};
use super::contract::{Metadata, Reference, RuleSet};
use super::error::{Incompatible, RegistryError};
use super::record::{Guid, ReferenceParts};
use crate::compat::CompatibilityLevel;
use crate::policy;
use crate::schema::names::{SchemaId, SubjectName, Version, VersionSelector};
use crate::schema::{ParsedSchema, SchemaType, TaggedEntity};
use std::fmt;
use std::sync::Arc;

/// Called once with the outcome of a command, from another thread perhaps; must not block.
pub type Reply<T> = Box<dyn FnOnce(Result<T, RegistryError>) + Send>;

/// How a registry behaves where requests do not say.
#[derive(Clone)]
pub struct Settings {
    /// The level where none is configured.
    pub default_level: CompatibilityLevel,
    /// What becomes of rule sets in requests.
    pub rule_sets: RuleSets,
    /// Whether modes may be changed.
    pub modes_may_change: bool,
    /// Whether fields are validated where no configuration says.
    pub validate_fields: bool,
    /// Whether new schemas are judged strictly where no configuration says.
    pub validate_new_schemas: bool,
    /// Whether the empty subject of a context is refused.
    pub reject_empty_subject: bool,
    /// What texts, parsed schemas, known requests and verdicts may use together.
    pub cache_bytes_max: usize,
    /// How many commands may wait.
    pub queue_commands_max: usize,
    /// Milliseconds since 1970, UTC.
    pub clock: Arc<dyn Fn() -> i64 + Send + Sync>,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            default_level: CompatibilityLevel::Backward,
            rule_sets: RuleSets::Keep,
            modes_may_change: true,
            validate_fields: false,
            validate_new_schemas: true,
            reject_empty_subject: false,
            cache_bytes_max: 64 << 20,
            queue_commands_max: 4096,
            clock: Arc::new(|| {
                let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
                now.map_or(0, |since| i64::try_from(since.as_millis()).unwrap_or(i64::MAX))
            }),
        }
    }
}

impl fmt::Debug for Settings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Settings")
            .field("default_level", &self.default_level)
            .field("rule_sets", &self.rule_sets)
            .finish_non_exhaustive()
    }
}

/// What becomes of rule sets in requests.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RuleSets {
    /// They are checked and stored.
    Keep,
    /// They are dropped unread, as the community server does.
    Drop,
}

/// A schema somebody brings: to register, look up or check. Members as sent; `None` is absent or null.
#[derive(Clone, Debug)]
pub struct Submission {
    /// Where.
    pub subject: SubjectName,
    /// The version it is to become: absent or 0 for the next, -1 for the next and tagged with its number.
    pub version: Option<i32>,
    /// The id it is to have, in import mode.
    pub id: Option<i32>,
    /// Absent is AVRO.
    pub schema_type: Option<String>,
    /// What it refers to.
    pub references: Vec<AskedReference>,
    /// Its metadata.
    pub metadata: Option<Metadata>,
    /// Its rules.
    pub rule_set: Option<RuleSet>,
    /// The text. Absent or blank at a registration: that of the latest version.
    pub text: Option<String>,
    /// Whether the request asks for the normal form; a configuration may ask as well.
    pub normalize: bool,
    /// Changes to the inline tags of the text. Only registration heeds these and the next.
    pub tags: AskedTags,
    /// Whether the inline tags of the latest version are added to the text.
    pub propagate_tags: bool,
}

impl Submission {
    /// An Avro text without more.
    pub fn avro(subject: SubjectName, text: impl Into<String>) -> Self {
        Self {
            subject,
            version: None,
            id: None,
            schema_type: None,
            references: Vec::new(),
            metadata: None,
            rule_set: None,
            text: Some(text.into()),
            normalize: false,
            tags: AskedTags::default(),
            propagate_tags: false,
        }
    }
}

/// Changes to inline tags as sent; `None` stands for an entry without its entity or its tags.
#[derive(Clone, Debug, Default)]
pub struct AskedTags {
    /// To add.
    pub add: Vec<Option<TaggedEntity>>,
    /// To remove.
    pub remove: Vec<Option<TaggedEntity>>,
}

impl AskedTags {
    /// Whether nothing is asked.
    pub fn is_empty(&self) -> bool {
        self.add.is_empty() && self.remove.is_empty()
    }
}

/// A version that is to be registered once more with other inline tags (`POST …/versions/{version}/tags`). Members as
/// sent; `None` is absent or null.
#[derive(Clone, Debug)]
pub struct TagSubmission {
    /// Where; an unqualified one without such a version is searched in every context.
    pub subject: SubjectName,
    /// The version whose text and metadata are taken.
    pub version: VersionSelector,
    /// The version it is to become: absent or 0 or less for the next.
    pub new_version: Option<i32>,
    /// Changes to the inline tags.
    pub tags: AskedTags,
    /// Metadata instead of the version's.
    pub metadata: Option<Metadata>,
    /// Rules instead of the latest version's.
    pub rule_set: Option<RuleSet>,
    /// Rules to merge into those of the version before the new one; excludes [`Self::rule_set`], as does the next.
    pub rules_to_merge: Option<RuleSet>,
    /// Names of rules to take out of them afterwards.
    pub rules_to_remove: Option<Vec<String>>,
}

/// A reference as sent.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct AskedReference {
    /// The name the referrer uses.
    pub name: Option<String>,
    /// Unqualified: in the referrer's context.
    pub subject: Option<String>,
    /// -1 for the latest.
    pub version: Option<i32>,
}

impl<'a> From<&'a AskedReference> for ReferenceParts<'a> {
    fn from(asked: &'a AskedReference) -> Self {
        Self { name: asked.name.as_deref(), subject: asked.subject.as_deref(), version: asked.version }
    }
}

impl From<&Reference> for AskedReference {
    fn from(stored: &Reference) -> Self {
        Self {
            name: Some(stored.name.to_string()),
            subject: Some(stored.subject.to_string()),
            version: i32::try_from(stored.version).ok(),
        }
    }
}

/// A version of a subject with everything that belongs to it.
#[derive(Clone, Debug, PartialEq)]
pub struct RegisteredSchema {
    /// Where.
    pub subject: SubjectName,
    /// Which.
    pub version: Version,
    /// The id of its content in its context.
    pub id: SchemaId,
    /// The fingerprint of its content.
    pub guid: Guid,
    /// The language of the text.
    pub schema_type: SchemaType,
    /// In the order sent.
    pub references: Arc<[Reference]>,
    /// Its metadata.
    pub metadata: Option<Arc<Metadata>>,
    /// Its rules.
    pub rule_set: Option<Arc<RuleSet>>,
    /// The stored text.
    pub text: Arc<str>,
    /// Set where the answer shows the stored version; `None` where a registration or lookup was settled by the
    /// fingerprint and the answer echoes the request (then the reference leaves out `ts` and `deleted`).
    pub stored: Option<Stored>,
}

/// What only a stored version has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stored {
    /// When it was registered, or soft-deleted by itself. Milliseconds since 1970, UTC.
    pub timestamp_ms: i64,
    /// Whether it is soft-deleted.
    pub deleted: bool,
}

/// Which subjects to list.
#[derive(Clone, Debug, Default)]
pub struct Listing {
    /// `subjectPrefix`: empty for the default context, `:*:` for all, `:.ctx:`, each with the beginning of a name.
    pub prefix: String,
    /// Soft-deleted ones too.
    pub deleted: bool,
    /// Only those without a live version; wins over `deleted`.
    pub deleted_only: bool,
}

/// Which schemas to list.
#[derive(Clone, Debug, Default)]
pub struct SchemaListing {
    /// As for [`Listing`].
    pub prefix: String,
    /// Soft-deleted versions too.
    pub deleted: bool,
    /// The newest visible version of each subject alone.
    pub latest_only: bool,
    /// Those with a rule of this type alone.
    pub rule_type: Option<String>,
    /// Those of subjects that are used so alone, with what uses them.
    pub associations: Option<AssociationSelection>,
    /// The prefix is held against aliases as well, and what they stand for is listed with them.
    pub aliases: bool,
}

/// A schema as listings show it.
#[derive(Clone, Debug, PartialEq)]
pub struct ListedSchema {
    /// The schema.
    pub schema: RegisteredSchema,
    /// What uses its subject, where that was asked for.
    pub associations: Arc<[Arc<Association>]>,
    /// The names matching the prefix that are configured to stand for its subject; by context, then by name.
    pub aliases: Arc<[SubjectName]>,
}

/// Which versions of a subject to list.
#[derive(Clone, Copy, Debug, Default)]
pub struct VersionListing {
    /// Soft-deleted ones too.
    pub deleted: bool,
    /// Soft-deleted ones alone; wins over `deleted`.
    pub deleted_only: bool,
    /// All of them; wins over both. Whether the subject exists is still judged by the others.
    pub deleted_as_negative: bool,
}

/// A part of a list.
#[derive(Clone, Copy, Debug)]
pub struct Page {
    /// How many to leave out at the beginning.
    pub offset: usize,
    /// How many at most.
    pub limit: usize,
}

impl Page {
    /// Everything.
    pub const ALL: Self = Self { offset: 0, limit: usize::MAX };
}

/// What a submission is checked against.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CheckAgainst {
    /// What the level demands.
    Level,
    /// One version, whatever the level's span. `Latest` of an empty subject is compatible.
    Version(VersionSelector),
}

/// The answer to question one.
#[derive(Clone, Debug, PartialEq)]
pub enum CompatibilityAnswer {
    /// Compatible.
    Compatible,
    /// Not, and why.
    Incompatible(Box<Incompatible>),
}

/// The answer to both questions (`change-classification` 9).
#[derive(Clone, Debug)]
pub struct Classification {
    /// Everything but the words of the level, where reserved fields have a part in them.
    pub answer: policy::answer::Answer,
    /// What breaks the level.
    pub broken: Option<Incompatible>,
    /// The candidate, and the version that the level refuses it against: what a witness is made of.
    pub refused: Option<[Arc<ParsedSchema>; 2]>,
}

/// How to delete.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Deletion {
    /// Hidden, its number and id still taken.
    Soft,
    /// Gone, after a soft delete.
    Permanent,
}

/// Whether commands can take effect.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Health {
    /// They can.
    Writable,
    /// They cannot at present; questions are answered.
    ReadOnly {
        /// One line for the operator.
        reason: Arc<str>,
    },
    /// The registry was stopped.
    Stopped,
}
