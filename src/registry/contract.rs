//! What surrounds a schema: references, metadata, rule sets, configurations and modes (`rest-api` 6.4, 6.5, 11).
//!
//! Plain data in sorted collections, in the order the reference hashes and prints them (by UTF-16 code unit).

use crate::compat::CompatibilityLevel;
use crate::schema::names::utf16_order;
use std::borrow::Borrow;
use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

/// A text that sorts as Java sorts strings: by UTF-16 code unit.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Word(Box<str>);

impl Word {
    /// The text itself.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl From<&str> for Word {
    fn from(text: &str) -> Self {
        Self(text.into())
    }
}

impl From<String> for Word {
    fn from(text: String) -> Self {
        Self(text.into())
    }
}

impl fmt::Debug for Word {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&*self.0, f)
    }
}

impl fmt::Display for Word {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl Ord for Word {
    fn cmp(&self, other: &Self) -> Ordering {
        utf16_order(&self.0, &other.0)
    }
}

impl PartialOrd for Word {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

/// A reference as it is stored: the subject as sent (relative to the referrer's context), the version resolved.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Reference {
    /// The name the referrer uses.
    pub name: Box<str>,
    /// The subject as sent, perhaps qualified.
    pub subject: Box<str>,
    /// 1 or more.
    pub version: u32,
}

/// Metadata of a schema. Absent and empty metadata are different things: they hash differently.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Metadata {
    /// Path in the schema to its tags.
    pub tags: BTreeMap<Word, BTreeSet<Word>>,
    /// Free properties; `confluent:version`, `confluent:reserved` and a compatibility group's mean something here.
    pub properties: BTreeMap<Word, String>,
    /// Names of properties whose values are secret.
    pub sensitive: BTreeSet<Word>,
}

impl Metadata {
    /// The value of one property.
    pub fn property(&self, name: &str) -> Option<&str> {
        self.properties.get(&Word::from(name)).map(Borrow::borrow)
    }

    /// `self` with `newer` laid over it: per path newer tags replace, per name newer properties win, sensitive unite.
    #[must_use]
    pub fn overlaid_with(&self, newer: &Self) -> Self {
        let mut merged = self.clone();
        merged.tags.extend(newer.tags.clone());
        merged.properties.extend(newer.properties.clone());
        merged.sensitive.extend(newer.sensitive.iter().cloned());
        merged
    }
}

/// The rules of a data contract. Absent and empty rule sets are different things: they hash differently.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RuleSet {
    /// Rules between versions.
    pub migration_rules: Vec<Rule>,
    /// Rules on the content.
    pub domain_rules: Vec<Rule>,
    /// Rules on the encoded form.
    pub encoding_rules: Vec<Rule>,
    /// Where rules are executed.
    pub enable_at: Option<ExecutionEnvironment>,
}

impl RuleSet {
    /// `self` with `newer` laid over it: per list, newer rules replace those of their name and stand at the end.
    #[must_use]
    pub fn overlaid_with(&self, newer: &Self) -> Self {
        let list = |old: &[Rule], new: &[Rule]| -> Vec<Rule> {
            let kept = old.iter().filter(|rule| !new.iter().any(|other| other.name == rule.name));
            kept.chain(new).cloned().collect()
        };
        Self {
            migration_rules: list(&self.migration_rules, &newer.migration_rules),
            domain_rules: list(&self.domain_rules, &newer.domain_rules),
            encoding_rules: list(&self.encoding_rules, &newer.encoding_rules),
            enable_at: newer.enable_at.or(self.enable_at),
        }
    }
}

/// One rule. Texts that were not given are `None`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Rule {
    /// Unique in its rule set.
    pub name: Option<String>,
    /// For people.
    pub doc: Option<String>,
    /// Whether it changes a record or judges it.
    pub kind: RuleKind,
    /// When it applies.
    pub mode: RuleMode,
    /// Who executes it, e.g. `CEL`.
    pub rule_type: Option<String>,
    /// Tags it applies to.
    pub tags: BTreeSet<Word>,
    /// Parameters for its executor.
    pub params: BTreeMap<Word, String>,
    /// What is executed.
    pub expr: Option<String>,
    /// Action after success.
    pub on_success: Option<String>,
    /// Action after failure.
    pub on_failure: Option<String>,
    /// Whether it is switched off.
    pub disabled: bool,
}

macro_rules! words {
    ($(#[$doc:meta])* $name:ident { $($(#[$variant_doc:meta])* $variant:ident = $word:literal,)+ }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum $name { $($(#[$variant_doc])* $variant,)+ }

        impl $name {
            /// All of them.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)+];

            /// The word of requests, answers and facts.
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $word,)+ }
            }

            /// Reads the word exactly as it is written.
            pub fn read_exact(text: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|word| word.as_str() == text)
            }

            /// Reads the word in any letter case.
            pub fn read(text: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|word| word.as_str().eq_ignore_ascii_case(text))
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(self.as_str())
            }
        }
    };
}

words! {
    /// Whether a rule changes a record or judges it.
    #[derive(Default)]
    RuleKind {
        /// Judges.
        Condition = "CONDITION",
        /// Changes; the default.
        #[default]
        Transform = "TRANSFORM",
    }
}

words! {
    /// When a rule applies.
    #[derive(Default)]
    RuleMode {
        /// Migrating to a newer version.
        Upgrade = "UPGRADE",
        /// Migrating to an older version.
        Downgrade = "DOWNGRADE",
        /// Migrating either way.
        UpDown = "UPDOWN",
        /// Writing.
        Write = "WRITE",
        /// Reading.
        Read = "READ",
        /// Writing and reading; the default.
        #[default]
        WriteRead = "WRITEREAD",
    }
}

words! {
    /// Where rules are executed.
    ExecutionEnvironment {
        /// Everywhere.
        All = "ALL",
        /// In clients.
        Client = "CLIENT",
        /// In gateways.
        Gateway = "GATEWAY",
        /// In servers.
        Server = "SERVER",
        /// Nowhere.
        None = "NONE",
    }
}

words! {
    /// How strictly the JSON Schema check judges.
    CompatibilityPolicy {
        /// By the letter; the default.
        Strict = "STRICT",
        /// Tolerating some differences of content models.
        Lenient = "LENIENT",
    }
}

words! {
    /// What may be written in a scope.
    Mode {
        /// Everything; the default.
        ReadWrite = "READWRITE",
        /// Nothing new.
        ReadOnly = "READONLY",
        /// As [`Mode::ReadOnly`]; deprecated by the reference.
        ReadOnlyOverride = "READONLY_OVERRIDE",
        /// Versions with given ids, unchecked.
        Import = "IMPORT",
        /// As [`Mode::Import`], only for all contexts at once.
        Forward = "FORWARD",
    }
}

impl Mode {
    /// Whether new content and deletes are refused.
    pub fn is_read_only(self) -> bool {
        matches!(self, Self::ReadOnly | Self::ReadOnlyOverride)
    }

    /// Whether versions are taken as given, with their ids and unchecked.
    pub fn is_import(self) -> bool {
        matches!(self, Self::Import | Self::Forward)
    }
}

/// What is configured at one scope. An empty configuration is still one: it hides outer scopes altogether.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Config {
    /// Another subject that this name stands for.
    pub alias: Option<String>,
    /// The same for encryption keys.
    pub alias_for_deks: Option<String>,
    /// Whether schemas are normalised although the request does not ask.
    pub normalize: Option<bool>,
    /// Whether reserved fields are enforced.
    pub validate_fields: Option<bool>,
    /// Whether new schemas are judged as strictly as [`crate::schema::Strictness::New`].
    pub validate_new_schemas: Option<bool>,
    /// Kept for clients.
    pub validate_rules: Option<bool>,
    /// The compatibility level.
    pub level: Option<CompatibilityLevel>,
    /// How the level is judged.
    pub policy: Option<CompatibilityPolicy>,
    /// Name of the metadata property whose value separates versions that need not be compatible.
    pub group: Option<String>,
    /// Metadata laid under what a registration brings.
    pub default_metadata: Option<Metadata>,
    /// Metadata laid over it.
    pub override_metadata: Option<Metadata>,
    /// Rules laid under what a registration brings.
    pub default_rule_set: Option<RuleSet>,
    /// Rules laid over it.
    pub override_rule_set: Option<RuleSet>,
}

/// What an update says about one field of a configuration.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Change<T> {
    /// Nothing: it stays.
    #[default]
    Keep,
    /// `null`: it goes.
    Clear,
    /// A value.
    Set(T),
}

impl<T> Change<T> {
    /// What the field becomes.
    pub fn applied_to(self, old: Option<T>) -> Option<T> {
        match self {
            Self::Keep => old,
            Self::Clear => None,
            Self::Set(value) => Some(value),
        }
    }
}

/// An update of a configuration, field by field as in [`Config`].
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[expect(missing_docs, reason = "field by field as in Config")]
pub struct ConfigUpdate {
    pub alias: Change<String>,
    pub alias_for_deks: Change<String>,
    pub normalize: Change<bool>,
    pub validate_fields: Change<bool>,
    pub validate_new_schemas: Change<bool>,
    pub validate_rules: Change<bool>,
    pub level: Change<CompatibilityLevel>,
    pub policy: Change<CompatibilityPolicy>,
    pub group: Change<String>,
    pub default_metadata: Change<Metadata>,
    pub override_metadata: Change<Metadata>,
    pub default_rule_set: Change<RuleSet>,
    pub override_rule_set: Change<RuleSet>,
}

impl ConfigUpdate {
    /// What `old` becomes. Empty texts that this update sets are kept, as the answer to it shows them.
    pub fn applied_to(self, old: Config) -> Config {
        Config {
            alias: self.alias.applied_to(old.alias),
            alias_for_deks: self.alias_for_deks.applied_to(old.alias_for_deks),
            normalize: self.normalize.applied_to(old.normalize),
            validate_fields: self.validate_fields.applied_to(old.validate_fields),
            validate_new_schemas: self.validate_new_schemas.applied_to(old.validate_new_schemas),
            validate_rules: self.validate_rules.applied_to(old.validate_rules),
            level: self.level.applied_to(old.level),
            policy: self.policy.applied_to(old.policy),
            group: self.group.applied_to(old.group),
            default_metadata: self.default_metadata.applied_to(old.default_metadata),
            override_metadata: self.override_metadata.applied_to(old.override_metadata),
            default_rule_set: self.default_rule_set.applied_to(old.default_rule_set),
            override_rule_set: self.override_rule_set.applied_to(old.override_rule_set),
        }
    }
}
