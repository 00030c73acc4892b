//! Policies and exemptions in the naive registry: two maps that nothing else touches.

use super::model::Answer;
use super::{ask, subject};
use jiff::civil::{Date, date};
use sluicegate::policy::{Enforcement, Profile, Rules};
use sluicegate::registry::{Exemption, Page, PolicyLayer, Registry, RegistryError};
use std::collections::BTreeMap;

/// What governs schemas is changed.
#[derive(Clone, Debug)]
pub(super) enum Governing {
    SetPolicy { scope: String, layer: PolicyLayer },
    RemovePolicy { scope: String },
    AddExemption { number: u8, subject: String, reason: u8 },
    RemoveExemption { number: u8 },
}

#[derive(Clone, Debug, Default)]
pub(super) struct Governance {
    policies: BTreeMap<String, PolicyLayer>,
    /// Subject and reason by number.
    exemptions: BTreeMap<u8, (String, u8)>,
}

/// Policies that say different things, and none that refuses: the model takes on what the level lets pass.
pub(super) fn layers() -> [PolicyLayer; 4] {
    let read = |profile, enforcement, rules: &[(&'static str, &'static str)]| {
        PolicyLayer::read(profile, enforcement, rules.iter().copied()).expect("words that exist")
    };
    [
        PolicyLayer::default(),
        read(Some("avro"), None, &[("doc-changed", "none")]),
        read(None, Some("off"), &[("doc-changed", "forbidden"), ("alias-added", "none")]),
        read(Some("strict"), Some("report"), &[]),
    ]
}

fn fingerprint(number: u8) -> String {
    format!("{number:016x}")
}

fn exemption(number: u8, subject: &str, reason: u8) -> Exemption {
    Exemption {
        fingerprint: fingerprint(number),
        subject: subject.to_owned(),
        change: "field-removed".to_owned(),
        path: "$".to_owned(),
        reason: format!("reason {reason}"),
        approved_by: "board".to_owned(),
        expires: date(2030, 1, 1),
    }
}

const TODAY: Date = date(2026, 1, 1);

impl Governance {
    pub(super) fn command(&mut self, command: &Governing) -> Answer {
        match command {
            Governing::SetPolicy { scope, layer } => {
                self.policies.insert(scope.clone(), layer.clone());
            }
            Governing::RemovePolicy { scope } => drop(self.policies.remove(scope).ok_or("PolicyNotFound")?),
            Governing::AddExemption { number, subject, reason } => {
                let added = (subject.clone(), *reason);
                match self.exemptions.get(number) {
                    Some(there) if *there != added => return Err("ExemptionExists"),
                    _ => drop(self.exemptions.insert(*number, added)),
                }
            }
            Governing::RemoveExemption { number } => {
                drop(self.exemptions.remove(number).ok_or("ExemptionNotFound")?);
            }
        }
        Ok(String::new())
    }

    /// Member by member from the innermost scope that says anything.
    fn in_force(&self, scopes: &[&str]) -> PolicyLayer {
        let known: Vec<_> = scopes.iter().filter_map(|scope| self.policies.get(*scope)).collect();
        let mut rules = Rules::default();
        for layer in known.iter().rev() {
            layer.rules.iter().for_each(|(id, class)| rules.set(id, class).expect("an id that exists"));
        }
        PolicyLayer {
            profile: known.iter().find_map(|layer| layer.profile).or(Some(Profile::Seed)),
            enforcement: known.iter().find_map(|layer| layer.enforcement).or(Some(Enforcement::Off)),
            rules,
        }
    }
}

pub(super) fn execute(registry: &Registry, command: &Governing) -> Result<String, RegistryError> {
    match command.clone() {
        Governing::SetPolicy { scope, layer } => {
            ask(|reply| registry.set_policy(subject(&scope), layer, reply)).wait().map(drop)?;
        }
        Governing::RemovePolicy { scope } => {
            ask(|reply| registry.remove_policy(subject(&scope), reply)).wait().map(drop)?;
        }
        Governing::AddExemption { number, subject, reason } => {
            let exemption = exemption(number, &subject, reason);
            ask(|reply| registry.add_exemption(exemption, TODAY, reply)).wait().map(drop)?;
        }
        Governing::RemoveExemption { number } => {
            ask(|reply| registry.remove_exemption(&fingerprint(number), reply)).wait().map(drop)?;
        }
    }
    Ok(String::new())
}

/// By every way that leads to them.
pub(super) fn compare(registry: &Registry, model: &Governance, place: &str) {
    for scopes in
        [&[":.__GLOBAL:"][..], &["", ":.__GLOBAL:"], &["a", "", ":.__GLOBAL:"], &[":.c:a", ":.c:", "", ":.__GLOBAL:"]]
    {
        let scope = subject(scopes[0]);
        assert_eq!(registry.policy(&scope).ok().as_ref(), model.policies.get(scopes[0]), "policy of {scope}, {place}");
        let policy = registry.effective_policy(&scope);
        let found =
            PolicyLayer { profile: Some(policy.profile), enforcement: Some(policy.enforcement), rules: policy.rules };
        assert_eq!(found, model.in_force(scopes), "policy in force for {scope}, {place}");
    }
    let made = |(number, (subject, reason)): (&u8, &(String, u8))| exemption(*number, subject, *reason);
    let mut all: Vec<Exemption> = model.exemptions.iter().map(made).collect();
    all.sort_by_key(|exemption| (subject(&exemption.subject), exemption.fingerprint.clone()));
    let listed = |scope: Option<&str>| -> Vec<Exemption> {
        let listed = registry.exemptions(scope.map(subject).as_ref(), Page::ALL);
        listed.iter().map(|exemption| (**exemption).clone()).collect()
    };
    assert_eq!(listed(None), all, "exemptions, {place}");
    let own: Vec<_> = all.iter().filter(|exemption| exemption.subject == "a").cloned().collect();
    assert_eq!(listed(Some("a")), own, "exemptions of a, {place}");
    for number in 0..4 {
        let expected = all.iter().find(|exemption| exemption.fingerprint == fingerprint(number));
        let found = registry.exemption(&fingerprint(number)).ok();
        assert_eq!(found.as_deref(), expected, "exemption {number}, {place}");
    }
}
