//! What the documents of a registry say. Readers take what they need and pass over the rest, since registries differ;
//! `None` where a document is not what it should be.

use super::schema::{Document, Guid};
use crate::evolution::Bump;
use crate::evolution::ChangeClass;
use crate::policy::{Exemption, PolicyLayer, Treatment, Unknown};
use serde_json::Value;
use std::collections::BTreeMap;
use std::sync::Arc;

/// A version as a registry has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RegisteredVersion {
    /// Its subject, as it was asked for.
    pub subject: String,
    /// Its number.
    pub version: u32,
    /// Its id, where the registry tells.
    pub id: Option<u32>,
    /// `AVRO`, or another language's word.
    pub schema_type: String,
    /// Its text.
    pub text: Arc<str>,
    /// What it refers to directly.
    pub references: Vec<VersionReference>,
    /// Its metadata properties.
    pub properties: BTreeMap<String, String>,
    /// Its rules.
    pub rules: Option<ToldRules>,
}

/// Rules as a registry tells them: compared and laid over each other, not understood.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ToldRules {
    /// Each list that has any, by its name: `domainRules` and its like.
    lists: BTreeMap<String, Vec<ToldRule>>,
    enabled_at: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct ToldRule {
    name: String,
    /// All of it, as JSON.
    text: String,
}

impl ToldRules {
    /// What becomes of these when `newer` are laid over them: in each list a rule gives way to one of its name
    /// (`registry-semantics` 9.2).
    pub fn overlaid_with(&self, newer: &Self) -> Self {
        let mut merged = self.clone();
        for (list, newer) in &newer.lists {
            let rules = merged.lists.entry(list.clone()).or_default();
            rules.retain(|rule| newer.iter().all(|other| other.name != rule.name));
            rules.extend(newer.iter().cloned());
        }
        merged.enabled_at = newer.enabled_at.clone().or(merged.enabled_at);
        merged
    }

    fn read(told: Option<&Value>) -> Option<Self> {
        let told = told?.as_object()?;
        let rule = |rule: &Value| ToldRule { name: text(rule, "name").unwrap_or_default(), text: rule.to_string() };
        let lists =
            told.iter().filter_map(|(name, list)| Some((name, list.as_array().filter(|list| !list.is_empty())?)));
        Some(Self {
            lists: lists.map(|(name, list)| (name.clone(), list.iter().map(rule).collect())).collect(),
            enabled_at: told.get("enableAt").and_then(Value::as_str).map(str::to_owned),
        })
    }
}

/// A reference of a version.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct VersionReference {
    /// The name the referrer uses.
    pub name: String,
    /// The subject, as written: seen from the referrer's context.
    pub subject: String,
    /// The version.
    pub version: u32,
}

/// The configuration in force for a subject.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SubjectConfig {
    /// The level's word.
    pub level: Option<String>,
    /// The property whose value separates versions that need not be compatible.
    pub group: Option<String>,
    /// The subject that a name stands for; of the scope that supplies the configuration.
    pub alias: Option<String>,
    /// Whether schemas are normalised although the request does not ask.
    pub normalizes: bool,
    /// Whether reserved fields are looked at; `None` where the configuration leaves that to the registry's own setting.
    pub validates_fields: Option<bool>,
    /// Metadata properties laid under what a registration brings.
    pub default_properties: BTreeMap<String, String>,
    /// Metadata properties laid over it.
    pub override_properties: BTreeMap<String, String>,
    /// Rules laid under what a registration brings or inherits.
    pub default_rules: Option<ToldRules>,
    /// Rules laid over it.
    pub override_rules: Option<ToldRules>,
}

/// A registry's own verdict on a schema.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verdict {
    /// Whether it may follow.
    pub is_compatible: bool,
    /// Why not.
    pub messages: Vec<String>,
}

/// Where a schema is registered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Registration {
    /// The id that messages carry.
    pub id: u32,
    /// The guid that messages may carry instead; registries before 8.0 have none.
    pub guid: Option<Guid>,
    /// The version of the subject, where the registry tells.
    pub version: Option<u32>,
}

/// What kind of change a schema would be.
///
/// ```no_run
/// use sluicegate::client::{ChangeClass, Classifier, Schema, Settings, blocking};
///
/// let client = blocking::Client::new(Settings::new(["http://127.0.0.1:8081"]))?;
/// let schema = Schema::avro(include_str!("../../examples/registry/order_events_v3.avsc"));
/// let change = client.class_of_change("orders-value", &schema)?;
/// for told in change.changes.iter().filter(|told| told.class > ChangeClass::Allowed) {
///     eprintln!("{} at {}: {}", told.id, told.path, told.fix);
/// }
/// if change.by == Classifier::LibraryWithoutPolicy {
///     eprintln!("the registry knows no policies; a team's own may say otherwise");
/// }
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClassOfChange {
    /// How far it may go.
    pub class: ChangeClass,
    /// Which part of a semantic version must go up.
    pub bump: Bump,
    /// The version that it was compared with; `None` where there is none.
    pub predecessor: Option<u32>,
    /// Each change, in schema order.
    pub changes: Vec<ToldChange>,
    /// Who says so, and on what policy.
    pub by: Classifier,
}

/// Who found out what kind of change a schema would be, and on what policy.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Classifier {
    /// The registry, on the policy in force there.
    Registry,
    /// This library, by the same rules and on the policy in force there: the registry has policies, but does not classify, or
    /// something before it does not let the question pass.
    Library,
    /// This library, by the same rules, of a registry that knows no policies: on profile `seed`, without rules of one's own and
    /// without exemptions. What a team has agreed on elsewhere, as in a `sluicegate.toml`, is not known.
    LibraryWithoutPolicy,
}

/// One change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ToldChange {
    /// What happened, e.g. `field-removed`: `sluicegate explain ID` tells more.
    pub id: String,
    /// Where, e.g. `orders[].price`.
    pub path: String,
    /// What exactly.
    pub detail: String,
    /// How far it may go, on the policy in force.
    pub class: ChangeClass,
    /// The way on.
    pub fix: String,
}

/// A policy as our own registry tells it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct OwnPolicy {
    /// The profile's word.
    pub profile: Option<String>,
    /// The enforcement's word.
    pub enforcement: Option<String>,
    /// Class by change id.
    pub rules: BTreeMap<String, String>,
}

/// An exemption as our own registry tells it; the day as written.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the members of the document")]
pub struct OwnExemption {
    pub fingerprint: String,
    pub subject: String,
    pub change: String,
    pub path: String,
    pub reason: String,
    pub approved_by: String,
    pub expires: String,
}

impl SubjectConfig {
    /// What the registry makes of a registration before it looks at it.
    pub fn treatment(&self) -> Treatment {
        Treatment {
            normalizes: self.normalizes,
            validates_fields: self.validates_fields.unwrap_or(false),
            default_properties: self.default_properties.clone(),
            override_properties: self.override_properties.clone(),
        }
    }
}

impl OwnPolicy {
    /// What its words mean.
    ///
    /// # Errors
    /// The first word that this release does not know.
    pub fn layer(&self) -> Result<PolicyLayer, Unknown> {
        let rules = self.rules.iter().map(|(id, class)| (id.as_str(), class.as_str()));
        PolicyLayer::read(self.profile.as_deref(), self.enforcement.as_deref(), rules)
    }
}

impl OwnExemption {
    /// What it means; `None` of one whose last day cannot be read, which is in force on no day.
    pub fn read(&self) -> Option<Exemption> {
        let Self { fingerprint, subject, change, path, reason, approved_by, expires } = self.clone();
        Some(Exemption { fingerprint, subject, change, path, reason, approved_by, expires: expires.parse().ok()? })
    }
}

pub(super) fn names(answer: &Value) -> Option<Vec<String>> {
    answer.as_array()?.iter().map(|name| name.as_str().map(str::to_owned)).collect()
}

pub(super) fn versions(answer: &Value) -> Option<Vec<u32>> {
    let mut numbers: Vec<u32> = answer.as_array()?.iter().map(number).collect::<Option<_>>()?;
    numbers.sort_unstable();
    numbers.dedup();
    Some(numbers)
}

pub(super) fn version(answer: &Value, subject: &str, version: u32) -> Option<RegisteredVersion> {
    let references = match answer.get("references") {
        None | Some(Value::Null) => Vec::new(),
        Some(references) => references.as_array()?.iter().map(reference).collect::<Option<_>>()?,
    };
    Some(RegisteredVersion {
        subject: subject.to_owned(),
        version,
        id: answer.get("id").and_then(number),
        schema_type: answer.get("schemaType").and_then(Value::as_str).unwrap_or("AVRO").to_owned(),
        text: answer.get("schema")?.as_str()?.into(),
        references,
        properties: properties(answer.get("metadata")),
        rules: ToldRules::read(answer.get("ruleSet")),
    })
}

/// The properties of metadata.
fn properties(metadata: Option<&Value>) -> BTreeMap<String, String> {
    let properties = metadata.and_then(|metadata| metadata.get("properties")?.as_object()).into_iter().flatten();
    properties.filter_map(|(name, value)| Some((name.clone(), value.as_str()?.to_owned()))).collect()
}

fn reference(value: &Value) -> Option<VersionReference> {
    Some(VersionReference {
        name: text(value, "name")?,
        subject: text(value, "subject")?,
        version: value.get("version").and_then(number)?,
    })
}

/// A schema by id, guid or version: whatever of these the document tells.
pub(super) fn document(answer: &Value) -> Option<Document> {
    let version = version(answer, "", 0)?;
    Some(Document {
        id: version.id,
        guid: answer.get("guid").and_then(Value::as_str).and_then(Guid::read),
        subject: text(answer, "subject"),
        version: answer.get("version").and_then(number),
        schema_type: version.schema_type,
        text: version.text,
        references: version.references,
        properties: version.properties,
    })
}

pub(super) fn registration(answer: &Value) -> Option<Registration> {
    Some(Registration {
        id: answer.get("id").and_then(number)?,
        guid: answer.get("guid").and_then(Value::as_str).and_then(Guid::read),
        version: answer.get("version").and_then(number),
    })
}

pub(super) fn class_of_change(answer: &Value) -> Option<ClassOfChange> {
    let change = |change: &Value| {
        Some(ToldChange {
            id: text(change, "id")?,
            path: text(change, "path").unwrap_or_default(),
            detail: text(change, "detail").unwrap_or_default(),
            class: ChangeClass::read(&text(change, "class")?)?,
            fix: text(change, "fix").unwrap_or_default(),
        })
    };
    let bump = text(answer, "bump")?;
    Some(ClassOfChange {
        class: ChangeClass::read(&text(answer, "class")?)?,
        bump: Bump::ALL.into_iter().find(|known| known.as_str() == bump)?,
        predecessor: answer.get("predecessor").and_then(|predecessor| number(predecessor.get("version")?)),
        changes: answer.get("changes")?.as_array()?.iter().map(change).collect::<Option<_>>()?,
        by: Classifier::Registry,
    })
}

pub(super) fn config(answer: &Value) -> Option<SubjectConfig> {
    answer.as_object()?;
    // `compatibility` is how old registries called it in answers.
    let level = text(answer, "compatibilityLevel").or_else(|| text(answer, "compatibility"));
    let non_empty = |member| text(answer, member).filter(|text| !text.is_empty());
    Some(SubjectConfig {
        level,
        group: non_empty("compatibilityGroup"),
        alias: non_empty("alias"),
        normalizes: answer.get("normalize").and_then(Value::as_bool).unwrap_or(false),
        validates_fields: answer.get("validateFields").and_then(Value::as_bool),
        default_properties: properties(answer.get("defaultMetadata")),
        override_properties: properties(answer.get("overrideMetadata")),
        default_rules: ToldRules::read(answer.get("defaultRuleSet")),
        override_rules: ToldRules::read(answer.get("overrideRuleSet")),
    })
}

pub(super) fn verdict(answer: &Value) -> Option<Verdict> {
    let messages = answer.get("messages").and_then(Value::as_array).into_iter().flatten();
    Some(Verdict {
        is_compatible: answer.get("is_compatible")?.as_bool()?,
        messages: messages.filter_map(|message| message.as_str().map(str::to_owned)).collect(),
    })
}

pub(super) fn mode(answer: &Value) -> Option<String> {
    text(answer, "mode")
}

pub(super) fn policy(answer: &Value) -> Option<OwnPolicy> {
    answer.as_object()?;
    let rules = answer.get("rules").and_then(Value::as_object).into_iter().flatten();
    Some(OwnPolicy {
        profile: text(answer, "profile"),
        enforcement: text(answer, "enforcement"),
        rules: rules.filter_map(|(id, class)| Some((id.clone(), class.as_str()?.to_owned()))).collect(),
    })
}

pub(super) fn exemptions(answer: &Value) -> Option<Vec<OwnExemption>> {
    answer.as_array()?.iter().map(exemption).collect()
}

fn exemption(value: &Value) -> Option<OwnExemption> {
    Some(OwnExemption {
        fingerprint: text(value, "fingerprint")?,
        subject: text(value, "subject")?,
        change: text(value, "change")?,
        path: text(value, "path")?,
        reason: text(value, "reason")?,
        approved_by: text(value, "approvedBy")?,
        expires: text(value, "expires")?,
    })
}

fn text(value: &Value, member: &str) -> Option<String> {
    value.get(member)?.as_str().map(str::to_owned)
}

fn number(value: &Value) -> Option<u32> {
    u32::try_from(value.as_u64()?).ok()
}
