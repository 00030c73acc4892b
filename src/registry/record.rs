//! The facts that are agreed and kept. Each has a key, and the newest fact of a key wins.
//!
//! Facts are Confluent's own (`schemas-topic` 3 to 5), so that one codec serves the disk, a topic, export and import; the
//! few of ours travel where Confluent's readers do not look (10.5).
//! They travel without schema texts; a text is fetched by its hash.

use super::contract::{Config, Metadata, Mode, Reference, RuleSet};
use crate::schema::SchemaType;
use crate::schema::names::{SchemaId, SubjectName, Version};
use md5::{Digest as _, Md5};
use sha2::Sha256;
use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

pub use super::associations::{AssociationKey, AssociationValue, Lifecycle};
pub use super::governance::{Exemption, PolicyLayer};

/// One fact and when it was agreed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fact {
    /// Milliseconds since 1970, UTC.
    pub timestamp_ms: i64,
    /// What was agreed.
    pub event: Event,
}

/// What was agreed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Event {
    /// A version exists, live or soft-deleted, exactly as given. A soft delete is the same version once more.
    SchemaRegistered(Arc<SchemaRecord>),
    /// A version is gone for good.
    VersionRemoved {
        /// Where.
        subject: SubjectName,
        /// Which.
        version: Version,
    },
    /// Every version up to and including `up_to` that exists now is soft-deleted.
    SubjectDeleted {
        /// Where.
        subject: SubjectName,
        /// The highest version concerned.
        up_to: Version,
    },
    /// Soft-deleted versions in the scope are gone for good.
    SubjectCleared {
        /// A subject, a context, or everything (the default scope and `:.__GLOBAL:`).
        scope: SubjectName,
    },
    /// A scope is configured so, and no longer as before.
    ConfigSet {
        /// A subject, a context, the default scope (global) or `:.__GLOBAL:`.
        scope: SubjectName,
        /// The whole of it.
        config: Arc<Config>,
    },
    /// A scope has no configuration of its own.
    ConfigRemoved {
        /// Which.
        scope: SubjectName,
    },
    /// A scope has this mode.
    ModeSet {
        /// As for configurations.
        scope: SubjectName,
        /// The mode.
        mode: Mode,
    },
    /// A scope has no mode of its own.
    ModeRemoved {
        /// Which.
        scope: SubjectName,
    },
    /// A context exists. The default context always does and has no such fact.
    ContextCreated {
        /// `.ctx`
        context: Box<str>,
    },
    /// A context is no longer listed.
    ContextRemoved {
        /// `.ctx`
        context: Box<str>,
    },
    /// A resource uses a subject so, and no longer as before.
    AssociationSet {
        /// Which.
        key: AssociationKey,
        /// How.
        value: AssociationValue,
    },
    /// It no longer does.
    AssociationRemoved {
        /// Which.
        key: AssociationKey,
    },
    /// A scope has this policy, and no longer one of before. Ours: Confluent has no such thing.
    PolicySet {
        /// As for configurations.
        scope: SubjectName,
        /// The whole of it.
        policy: Arc<PolicyLayer>,
    },
    /// A scope has no policy of its own.
    PolicyRemoved {
        /// Which.
        scope: SubjectName,
    },
    /// A forbidden change of a subject is let pass until a day. Ours as well.
    ExemptionSet {
        /// The whole of it; its fingerprint is in lower case.
        exemption: Arc<Exemption>,
    },
    /// It no longer is.
    ExemptionRemoved {
        /// Which.
        fingerprint: Box<str>,
    },
    /// Highest id ever issued, by context. Written where the versions that are left no longer tell.
    IdsIssued {
        /// Context (`.`, `.ctx`) to id; lists every context that needs it.
        highest: BTreeMap<Box<str>, SchemaId>,
    },
}

/// A version of a subject.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SchemaRecord {
    /// Where.
    pub subject: SubjectName,
    /// Which.
    pub version: Version,
    /// The id of its content within its context.
    pub id: SchemaId,
    /// Fingerprint of its content. Kept beside the reference's record, which does not carry it.
    pub guid: Guid,
    /// Which text. Kept beside the reference's record, which carries the text.
    pub text: TextHash,
    /// The language of the text.
    pub schema_type: SchemaType,
    /// In the order sent.
    pub references: Arc<[Reference]>,
    /// Its metadata.
    pub metadata: Option<Arc<Metadata>>,
    /// Its rules.
    pub rule_set: Option<Arc<RuleSet>>,
    /// Whether it is soft-deleted.
    pub deleted: bool,
    /// Ordinal of its first registration, kept when it is soft-deleted; 0 where a foreign writer left none.
    ///
    /// Decides which use of an id is shown first and which id a content has that was imported under several, so that
    /// neither depends on what compaction left of the history. Kept beside the reference's record.
    pub ordinal: u64,
}

/// What a fact is about; the newest fact of a key wins.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[expect(missing_docs, reason = "named after the events")]
pub enum FactKey {
    Schema(SubjectName, Version),
    SubjectDeleted(SubjectName),
    SubjectCleared(SubjectName),
    Config(SubjectName),
    Mode(SubjectName),
    Context(Box<str>),
    Association(AssociationKey),
    Policy(SubjectName),
    Exemption(Box<str>),
    IdsIssued,
}

impl Event {
    /// What this is about.
    pub fn key(&self) -> FactKey {
        match self {
            Self::SchemaRegistered(record) => FactKey::Schema(record.subject.clone(), record.version),
            Self::VersionRemoved { subject, version } => FactKey::Schema(subject.clone(), *version),
            Self::SubjectDeleted { subject, .. } => FactKey::SubjectDeleted(subject.clone()),
            Self::SubjectCleared { scope } => FactKey::SubjectCleared(scope.clone()),
            Self::ConfigSet { scope, .. } | Self::ConfigRemoved { scope } => FactKey::Config(scope.clone()),
            Self::ModeSet { scope, .. } | Self::ModeRemoved { scope } => FactKey::Mode(scope.clone()),
            Self::ContextCreated { context } | Self::ContextRemoved { context } => FactKey::Context(context.clone()),
            Self::AssociationSet { key, .. } | Self::AssociationRemoved { key } => FactKey::Association(key.clone()),
            Self::PolicySet { scope, .. } | Self::PolicyRemoved { scope } => FactKey::Policy(scope.clone()),
            Self::ExemptionSet { exemption } => FactKey::Exemption(exemption.fingerprint.as_str().into()),
            Self::ExemptionRemoved { fingerprint } => FactKey::Exemption(fingerprint.clone()),
            Self::IdsIssued { .. } => FactKey::IdsIssued,
        }
    }

    /// Whether the event only takes away: once nothing older of its key is left, it need not be kept either.
    pub fn is_removal(&self) -> bool {
        matches!(
            self,
            Self::VersionRemoved { .. }
                | Self::ConfigRemoved { .. }
                | Self::ModeRemoved { .. }
                | Self::ContextRemoved { .. }
                | Self::AssociationRemoved { .. }
                | Self::PolicyRemoved { .. }
                | Self::ExemptionRemoved { .. }
        )
    }
}

/// SHA-256 of a schema text: the name under which it is kept.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct TextHash(pub [u8; 32]);

impl TextHash {
    /// Stands for the text of a version that was imported without one, as the reference allows.
    pub const NONE: Self = Self([0; 32]);

    /// The hash of `text`.
    pub fn of(text: &str) -> Self {
        Self(Sha256::digest(text.as_bytes()).into())
    }
}

impl fmt::Debug for TextHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0[..6].iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

/// The reference's fingerprint of a content: an MD5 printed as a UUID (`rest-api` 6.6). Prints in lower case.
///
/// Collisions can be made, so whoever finds by it compares the contents too. The schema type is not part of it.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Guid(pub [u8; 16]);

impl Guid {
    /// Reads a UUID in any letter case, 32 hexadecimal digits, or a UUID whose groups lack leading zeros.
    pub fn read(text: &str) -> Option<Self> {
        let digits: String = match text.len() {
            32 if !text.contains('-') => text.to_owned(),
            _ => {
                let groups: Vec<&str> = text.split('-').collect();
                let [a, b, c, d, e] = groups[..] else { return None };
                let fits = |group: &str, width| !group.is_empty() && group.len() <= width;
                let all = fits(a, 8) && fits(b, 4) && fits(c, 4) && fits(d, 4) && fits(e, 12);
                all.then(|| format!("{a:0>8}{b:0>4}{c:0>4}{d:0>4}{e:0>12}"))?
            }
        };
        if !digits.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            return None;
        }
        u128::from_str_radix(&digits, 16).ok().map(|number| Self(number.to_be_bytes()))
    }

    /// The fingerprint of a content. Reference subjects count as sent.
    pub fn of<'a>(
        text: &str,
        references: impl IntoIterator<Item = ReferenceParts<'a>>,
        metadata: Option<&Metadata>,
        rule_set: Option<&RuleSet>,
    ) -> Self {
        let mut md5 = Md5::new();
        md5.update(text);
        for reference in references {
            md5.update(reference.name.unwrap_or_default());
            md5.update(reference.subject.unwrap_or_default());
            if let Some(version) = reference.version {
                md5.update(version.to_be_bytes());
            }
        }
        if let Some(metadata) = metadata {
            md5.update([1]);
            for (path, tags) in &metadata.tags {
                md5.update(path.as_str());
                tags.iter().for_each(|tag| md5.update(tag.as_str()));
            }
            for (name, value) in &metadata.properties {
                md5.update(name.as_str());
                md5.update(value);
            }
            metadata.sensitive.iter().for_each(|name| md5.update(name.as_str()));
        }
        if let Some(rules) = rule_set {
            hash_rules(rules, &mut md5);
        }
        Self(md5.finalize().into())
    }
}

/// What of a reference is hashed; missing parts are left out.
#[derive(Clone, Copy, Debug)]
#[expect(missing_docs, reason = "the members of a reference")]
pub struct ReferenceParts<'a> {
    pub name: Option<&'a str>,
    pub subject: Option<&'a str>,
    pub version: Option<i32>,
}

impl<'a> From<&'a Reference> for ReferenceParts<'a> {
    fn from(reference: &'a Reference) -> Self {
        Self {
            name: Some(&reference.name),
            subject: Some(&reference.subject),
            version: i32::try_from(reference.version).ok(),
        }
    }
}

fn hash_rules(rules: &RuleSet, md5: &mut Md5) {
    md5.update([1]);
    for rule in rules.migration_rules.iter().chain(&rules.domain_rules).chain(&rules.encoding_rules) {
        let mut text = |text: &Option<String>| md5.update(text.as_deref().unwrap_or_default());
        text(&rule.name);
        text(&rule.doc);
        md5.update(rule.kind.as_str());
        md5.update(rule.mode.as_str());
        md5.update(rule.rule_type.as_deref().unwrap_or_default());
        rule.tags.iter().for_each(|tag| md5.update(tag.as_str()));
        for (name, value) in &rule.params {
            md5.update(name.as_str());
            md5.update(value);
        }
        for text in [&rule.expr, &rule.on_success, &rule.on_failure] {
            md5.update(text.as_deref().unwrap_or_default());
        }
        if rule.disabled {
            md5.update([1]);
        }
    }
    if let Some(environment) = rules.enable_at {
        md5.update(environment.as_str());
    }
}

impl fmt::Display for Guid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, byte) in self.0.iter().enumerate() {
            let dash = if matches!(at, 4 | 6 | 8 | 10) { "-" } else { "" };
            write!(f, "{dash}{byte:02x}")?;
        }
        Ok(())
    }
}

impl fmt::Debug for Guid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

#[cfg(test)]
mod tests {
    use super::{Guid, ReferenceParts};
    use crate::registry::contract::{ExecutionEnvironment, Metadata, Rule, RuleKind, RuleMode, RuleSet, Word};

    fn guid(text: &str, metadata: Option<&Metadata>, rules: Option<&RuleSet>) -> String {
        Guid::of(text, [], metadata, rules).to_string()
    }

    #[test]
    fn a_guid_is_the_references_fingerprint_of_a_text() {
        assert_eq!(guid("\"string\"", None, None), "095d71cf-1255-6b9d-5e33-0ad575b3df5d");
        assert_eq!(guid("\"int\"", None, None), "ef524ea1-b91e-7317-3d93-8ade36c1db32");
        assert_eq!(guid("", None, None), "d41d8cd9-8f00-b204-e980-0998ecf8427e");
    }

    #[test]
    fn references_count_with_name_subject_and_version() {
        for (text, name, subject, expected) in [
            (
                r#"{"type":"record","name":"U","fields":[{"name":"r","type":"R"}]}"#,
                "R",
                "ref",
                "142caf24-3fcc-8647-c4ca-7df7a3046482",
            ),
            ("syntax = \"proto3\";\n", "a.proto", "a", "ed2d9e52-b5c7-3c31-7909-7bd39ebdad0f"),
        ] {
            let reference = ReferenceParts { name: Some(name), subject: Some(subject), version: Some(1) };
            assert_eq!(Guid::of(text, [reference], None, None).to_string(), expected);
        }
    }

    #[test]
    fn absent_and_empty_contracts_differ() {
        let (metadata, rules) = (Metadata::default(), RuleSet::default());
        assert_eq!(guid("\"string\"", Some(&metadata), Some(&rules)), "798abfa1-2094-1666-9863-657f1f45761c");
    }

    #[test]
    fn every_part_of_a_contract_counts() {
        let word = Word::from;
        let metadata = Metadata {
            tags: [(word("**.ssn"), [word("A"), word("PII")].into())].into(),
            properties: [(word("confluent:version"), "3".to_owned()), (word("owner"), "bob".to_owned())].into(),
            sensitive: [word("owner")].into(),
        };
        let up = Rule {
            name: Some("up".into()),
            kind: RuleKind::Transform,
            mode: RuleMode::Upgrade,
            rule_type: Some("JSONATA".into()),
            expr: Some("$".into()),
            on_success: Some("NONE,NONE".into()),
            disabled: true,
            ..Rule::default()
        };
        let check = Rule {
            name: Some("checkLen".into()),
            doc: Some("doc".into()),
            kind: RuleKind::Condition,
            mode: RuleMode::Write,
            rule_type: Some("CEL".into()),
            tags: [word("PII")].into(),
            params: [(word("k"), "v".to_owned())].into(),
            expr: Some("size(message.x)>0".into()),
            on_success: Some("NONE".into()),
            on_failure: Some("ERROR".into()),
            disabled: false,
        };
        let rules = RuleSet {
            migration_rules: vec![up],
            domain_rules: vec![check],
            encoding_rules: Vec::new(),
            enable_at: Some(ExecutionEnvironment::All),
        };
        assert_eq!(guid("\"string\"", Some(&metadata), Some(&rules)), "9b6d4bf8-0616-7b15-c9b7-f7743e06a7bf");
    }

    #[test]
    fn guids_are_read_as_the_reference_reads_them() {
        let known = Guid::read("095d71cf-1255-6b9d-5e33-0ad575b3df5d");
        assert!(known.is_some());
        for text in [
            "95d71cf-1255-6b9d-5e33-ad575b3df5d",
            "095D71CF-1255-6B9D-5E33-0AD575B3DF5D",
            "095d71cf12556b9d5e330ad575b3df5d",
        ] {
            assert_eq!(Guid::read(text), known, "{text}");
        }
        for text in [
            "",
            "x",
            "0095d71cf-1255-6b9d-5e33-0ad575b3df5d",
            "095d71cf-1255-6b9d-5e33",
            "+95d71cf12556b9d5e330ad575b3df5d",
        ] {
            assert_eq!(Guid::read(text), None, "{text}");
        }
    }
}
