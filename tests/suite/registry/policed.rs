//! What tests of policy in a registry share: schemas that only policy has objections to, policies and exemptions.

use super::{ask, subject};
use jiff::civil::Date;
use sluicegate::evolution::ChangeClass;
use sluicegate::policy::{Enforcement, Exemption};
use sluicegate::registry::figures::DecisionOutcome;
use sluicegate::registry::{
    CheckAgainst, Metadata, PolicyLayer, RegisteredSchema, Registry, RegistryError, Submission, Word,
};

/// A record whose fields have defaults: every pair can be read both ways, and only policy has objections.
pub(super) fn text(fields: &[&str]) -> String {
    let field = |name: &&str| format!(r#"{{"name":"{name}","type":"int","default":0}}"#);
    let fields: Vec<String> = fields.iter().map(field).collect();
    format!(r#"{{"type":"record","name":"R","fields":[{}]}}"#, fields.join(","))
}

pub(super) fn enforcing(enforcement: Enforcement) -> PolicyLayer {
    PolicyLayer { enforcement: Some(enforcement), ..PolicyLayer::default() }
}

pub(super) fn enforce(registry: &Registry, scope: &str, enforcement: Enforcement) {
    ask(|reply| registry.set_policy(subject(scope), enforcing(enforcement), reply)).wait().expect("set");
}

/// The decisions that were counted.
pub(super) fn counted(registry: &Registry) -> Vec<(ChangeClass, Enforcement, DecisionOutcome, u64)> {
    registry.figures().decisions().filter(|(.., count)| *count > 0).collect()
}

/// Why policy refused.
pub(super) fn refused(outcome: Result<RegisteredSchema, RegistryError>) -> String {
    match outcome.expect_err("refused now") {
        RegistryError::RefusedByPolicy(refusal) => refusal.message,
        other => panic!("{other:?}"),
    }
}

/// A record with these fields that declares major version 2.
pub(super) fn next_major(name: &str, fields: &[&str]) -> Submission {
    let properties = [(Word::from("application.major.version"), "2".to_owned())].into_iter().collect();
    let metadata = Some(Metadata { properties, ..Metadata::default() });
    Submission { metadata, ..Submission::avro(subject(name), text(fields)) }
}

/// An exemption for the first change of a submission.
pub(super) fn exemption(registry: &Registry, submission: &Submission, expires: Date) -> Exemption {
    let answer = registry.classify(submission, CheckAgainst::Level).expect("an answer").answer;
    let change = &answer.changes[0];
    Exemption {
        fingerprint: change.fingerprint.clone(),
        subject: submission.subject.as_str().to_owned(),
        change: change.change.kind.id.to_owned(),
        path: change.change.path.clone(),
        reason: "nobody reads it".to_owned(),
        approved_by: "board".to_owned(),
        expires,
    }
}
