//! What changes between the judgement of a submission and its decision is taken into account: policies, predecessors,
//! exemptions.

use super::interleavings::hold;
use super::{ask, fresh, name_of, number, register_text, subject};
use sluicegate::evolution::ChangeClass;
use sluicegate::policy::{Enforcement, Exemption};
use sluicegate::registry::figures::DecisionOutcome;
use sluicegate::registry::{
    CheckAgainst, Deletion, Metadata, PolicyLayer, RegisteredSchema, Registry, RegistryError, Submission, Word,
};

/// A record whose fields have defaults: every pair can be read both ways, and only policy has objections.
fn text(fields: &[&str]) -> String {
    let field = |name: &&str| format!(r#"{{"name":"{name}","type":"int","default":0}}"#);
    let fields: Vec<String> = fields.iter().map(field).collect();
    format!(r#"{{"type":"record","name":"R","fields":[{}]}}"#, fields.join(","))
}

fn enforcing(enforcement: Enforcement) -> PolicyLayer {
    PolicyLayer { enforcement: Some(enforcement), ..PolicyLayer::default() }
}

fn enforce(registry: &Registry, scope: &str, enforcement: Enforcement) {
    ask(|reply| registry.set_policy(subject(scope), enforcing(enforcement), reply)).wait().expect("set");
}

fn counted(registry: &Registry) -> Vec<(ChangeClass, Enforcement, DecisionOutcome, u64)> {
    registry.figures().decisions().filter(|(.., count)| *count > 0).collect()
}

/// The refusal of a submission, once the command that was given before it has taken effect.
fn refused(outcome: Result<RegisteredSchema, RegistryError>) -> String {
    match outcome.expect_err("refused now") {
        RegistryError::RefusedByPolicy(refusal) => refusal.message,
        other => panic!("{other:?}"),
    }
}

#[test]
fn enforcement_that_is_switched_on_meanwhile_counts() {
    for scope in ["s", "", ":.__GLOBAL:"] {
        let (store, registry) = fresh();
        register_text(&registry, "s", &text(&["a", "b"])).expect("registered");
        let held = hold(&store, &registry);
        let set = ask(|reply| registry.set_policy(subject(scope), enforcing(Enforcement::Enforce), reply));
        let asked = ask(|reply| registry.register(Submission::avro(subject("s"), text(&["a"])), reply));
        drop(held);
        set.wait().expect("set");
        assert!(refused(asked.wait()).starts_with("forbidden-change: field-removed at b"), "{scope}");
        let expected = (ChangeClass::Forbidden, Enforcement::Enforce, DecisionOutcome::Refused, 1);
        assert_eq!(counted(&registry), [expected]);
        assert!(registry.figures().refusals().any(|refused| refused == ("field-removed", 1)));
    }
}

#[test]
fn enforcement_that_is_softened_meanwhile_is_counted_as_it_is_then() {
    let (store, registry) = fresh();
    enforce(&registry, "s", Enforcement::Enforce);
    register_text(&registry, "s", &text(&["a"])).expect("registered");
    let held = hold(&store, &registry);
    let set = ask(|reply| registry.set_policy(subject("s"), enforcing(Enforcement::Report), reply));
    let asked = ask(|reply| registry.register(Submission::avro(subject("s"), text(&["a", "b"])), reply));
    drop(held);
    set.wait().expect("set");
    asked.wait().expect("allowed either way");
    let expected = [
        (ChangeClass::None, Enforcement::Enforce, DecisionOutcome::Accepted, 1),
        (ChangeClass::Allowed, Enforcement::Report, DecisionOutcome::Accepted, 1),
    ];
    assert_eq!(counted(&registry), expected);
    register_text(&registry, "s", &text(&["b"])).expect("report refuses nothing");
    let reported = (ChangeClass::Forbidden, Enforcement::Report, DecisionOutcome::Reported, 1);
    assert!(counted(&registry).contains(&reported), "{:?}", counted(&registry));
}

#[test]
fn a_predecessor_that_is_deleted_meanwhile_gives_way_to_the_one_before_it() {
    let (store, registry) = fresh();
    register_text(&registry, "s", &text(&["a", "b"])).expect("registered");
    register_text(&registry, "s", &text(&["a"])).expect("registered");
    enforce(&registry, "s", Enforcement::Enforce);
    let held = hold(&store, &registry);
    let deleted = ask(|reply| registry.delete_version(subject("s"), number(2), Deletion::Soft, reply));
    let asked = ask(|reply| registry.register(Submission::avro(subject("s"), text(&["a", "c"])), reply));
    drop(held);
    deleted.wait().expect("deleted");
    assert!(refused(asked.wait()).starts_with("forbidden-change: field-removed at b"));
}

#[test]
fn a_version_that_is_registered_meanwhile_is_the_predecessor() {
    let (store, registry) = fresh();
    enforce(&registry, "s", Enforcement::Enforce);
    register_text(&registry, "s", &text(&["a"])).expect("registered");
    let held = hold(&store, &registry);
    let first = ask(|reply| registry.register(Submission::avro(subject("s"), text(&["a", "b"])), reply));
    let second = ask(|reply| registry.register(Submission::avro(subject("s"), text(&["a", "c"])), reply));
    drop(held);
    first.wait().expect("allowed");
    assert!(refused(second.wait()).starts_with("forbidden-change: field-removed at b"));
}

#[test]
fn an_exemption_that_is_removed_meanwhile_exempts_no_longer() {
    let (store, registry) = fresh();
    register_text(&registry, "s", &text(&["a", "b"])).expect("registered");
    enforce(&registry, "s", Enforcement::Enforce);
    let properties = [(Word::from("application.major.version"), "2".to_owned())].into_iter().collect();
    let metadata = Some(Metadata { properties, ..Metadata::default() });
    let submission = Submission { metadata, ..Submission::avro(subject("s"), text(&["a"])) };
    let answer = registry.classify(&submission, CheckAgainst::Level).expect("an answer").answer;
    let fingerprint = answer.changes[0].fingerprint.clone();
    let exemption = Exemption {
        fingerprint: fingerprint.clone(),
        subject: "s".to_owned(),
        change: "field-removed".to_owned(),
        path: "b".to_owned(),
        reason: "nobody reads it".to_owned(),
        approved_by: "board".to_owned(),
        expires: jiff::civil::date(2999, 1, 1),
    };
    let today = jiff::civil::date(1970, 1, 1);
    ask(|reply| registry.add_exemption(exemption, today, reply)).wait().expect("added");
    let held = hold(&store, &registry);
    let removed = ask(|reply| registry.remove_exemption(&fingerprint, reply));
    let asked = ask(|reply| registry.register(submission.clone(), reply));
    drop(held);
    removed.wait().expect("removed");
    assert!(refused(asked.wait()).starts_with("forbidden-change: field-removed at b"));
}

#[test]
fn an_exemption_holds_up_to_its_last_day() {
    // The clock of these registries stands in 1970.
    let (_store, registry) = fresh();
    register_text(&registry, "s", &text(&["a", "b"])).expect("registered");
    enforce(&registry, "s", Enforcement::Enforce);
    let properties = [(Word::from("application.major.version"), "2".to_owned())].into_iter().collect();
    let metadata = Some(Metadata { properties, ..Metadata::default() });
    let submission = Submission { metadata, ..Submission::avro(subject("s"), text(&["a"])) };
    let answer = registry.classify(&submission, CheckAgainst::Level).expect("an answer").answer;
    let exemption = |expires| Exemption {
        fingerprint: answer.changes[0].fingerprint.clone(),
        subject: "s".to_owned(),
        change: "field-removed".to_owned(),
        path: "b".to_owned(),
        reason: "nobody reads it".to_owned(),
        approved_by: "board".to_owned(),
        expires,
    };
    let (yesterday, today) = (jiff::civil::date(1969, 12, 31), jiff::civil::date(1970, 1, 1));
    ask(|reply| registry.add_exemption(exemption(yesterday), yesterday, reply)).wait().expect("added in time");
    let message = refused(ask(|reply| registry.register(submission.clone(), reply)).wait());
    assert!(message.contains("have the exemption renewed that expired after 1969-12-31"), "{message}");
    ask(|reply| registry.add_exemption(exemption(today), today, reply)).wait().expect("renewed");
    let registered = ask(|reply| registry.register(submission, reply)).wait();
    assert_eq!(registered.map(|schema| schema.version.get()).map_err(|error| name_of(&error)), Ok(2));
}
