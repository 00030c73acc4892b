//! Policies and exemptions, which Confluent does not have: they travel as NOOP records with a subject of their own.
//!
//! Confluent's readers look at nothing of a NOOP beyond its kind, and no further member of a key changes how Karapace
//! writes its own; a new `keytype` would end Confluent's reader for good (`schemas-topic` 3, 6 and 10.5). Compaction
//! compares key bytes, so each policy and each exemption is kept as the fact of its own that it is.

use super::Unreadable;
use super::json::{ObjectWriter, Reader};
use crate::evolution::ChangeClass;
use crate::policy::{Enforcement, Profile};
use crate::registry::record::{Event, Exemption, FactKey, PolicyLayer};
use crate::schema::names::SubjectName;
use std::collections::BTreeMap;

/// How the subject of such a key begins; a scope or a fingerprint follows.
const POLICY: &str = "sluicegate/policy/";
const EXEMPTION: &str = "sluicegate/exemption/";

/// The subject of the key of a policy.
pub(super) fn policy_subject(scope: &SubjectName) -> String {
    format!("{POLICY}{scope}")
}

/// The subject of the key of an exemption.
pub(super) fn exemption_subject(fingerprint: &str) -> String {
    format!("{EXEMPTION}{fingerprint}")
}

/// What a NOOP key with this subject is about.
pub(super) fn read_subject(subject: &str) -> FactKey {
    if let Some(scope) = subject.strip_prefix(POLICY) {
        return FactKey::Policy(SubjectName::read(scope));
    }
    match subject.strip_prefix(EXEMPTION) {
        Some(fingerprint) => FactKey::Exemption(fingerprint.into()),
        None => FactKey::IdsIssued,
    }
}

pub(super) fn write_policy(policy: &PolicyLayer, out: &mut Vec<u8>) {
    let mut object = ObjectWriter::begin(out);
    object.text_if_some("profile", policy.profile.map(Profile::as_str));
    object.text_if_some("enforcement", policy.enforcement.map(Enforcement::as_str));
    let mut rules = ObjectWriter::begin(object.member("rules"));
    for (id, class) in policy.rules.iter() {
        rules.text(id, ChangeClass::as_str(class));
    }
    rules.end();
    object.end();
}

/// Reads a policy. A word of a later release is no policy without it: whoever cannot hold a rule must not say so.
pub(super) fn read_policy(scope: SubjectName, reader: &mut Reader<'_>) -> Result<Event, Unreadable> {
    let (mut profile, mut enforcement, mut rules) = (None, None, BTreeMap::new());
    reader.object(|name, value| {
        match name {
            "profile" => profile = value.text()?,
            "enforcement" => enforcement = value.text()?,
            "rules" => value.object(|id, class| {
                rules.insert(id.to_owned(), class.text()?.unwrap_or_default());
                Ok(())
            })?,
            _ => drop(value.skip()?),
        }
        Ok(())
    })?;
    let rules = rules.iter().map(|(id, class)| (id.as_str(), class.as_ref()));
    let policy = PolicyLayer::read(profile.as_deref(), enforcement.as_deref(), rules);
    let policy = policy.map_err(|_| Unreadable::Value("its policy has a word that is not known"))?;
    Ok(Event::PolicySet { scope, policy: policy.into() })
}

pub(super) fn write_exemption(exemption: &Exemption, out: &mut Vec<u8>) {
    let mut object = ObjectWriter::begin(out);
    object.text("subject", &exemption.subject);
    object.text("change", &exemption.change);
    object.text("path", &exemption.path);
    object.text("reason", &exemption.reason);
    object.text("approvedBy", &exemption.approved_by);
    object.text("expires", &exemption.expires.to_string());
    object.end();
}

/// Reads what the key does not tell.
pub(super) fn read_exemption(fingerprint: Box<str>, reader: &mut Reader<'_>) -> Result<Event, Unreadable> {
    let mut members: BTreeMap<String, String> = BTreeMap::new();
    reader.object(|name, value| {
        let known = ["subject", "change", "path", "reason", "approvedBy", "expires"].contains(&name);
        match known.then(|| value.text()).transpose()?.flatten() {
            Some(text) => drop(members.insert(name.to_owned(), text.into_owned())),
            None if known => {}
            None => drop(value.skip()?),
        }
        Ok(())
    })?;
    let mut member = |name| members.remove(name).ok_or(Unreadable::Value("a member of its exemption is missing"));
    let exemption = Exemption {
        fingerprint: fingerprint.into(),
        subject: member("subject")?,
        change: member("change")?,
        path: member("path")?,
        reason: member("reason")?,
        approved_by: member("approvedBy")?,
        expires: member("expires")?.parse().map_err(|_| Unreadable::Value("its last day is none"))?,
    };
    Ok(Event::ExemptionSet { exemption: exemption.into() })
}
