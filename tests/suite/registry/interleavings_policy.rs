//! What changes between the judgement of a submission and its decision is taken into account: policies, predecessors,
//! exemptions.

use super::held::hold;
use super::policed::{counted, enforce, enforcing, exemption, next_major, refused, text};
use super::{ask, fresh, name_of, number, register, register_text, subject};
use sluicegate::evolution::ChangeClass;
use sluicegate::policy::Enforcement;
use sluicegate::registry::figures::DecisionOutcome;
use sluicegate::registry::{Deletion, Submission};

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
    let submission = next_major("s", &["a"]);
    let exemption = exemption(&registry, &submission, jiff::civil::date(2999, 1, 1));
    let fingerprint = exemption.fingerprint.clone();
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
    let submission = next_major("s", &["a"]);
    let exemption = |expires| exemption(&registry, &submission, expires);
    let (yesterday, today) = (jiff::civil::date(1969, 12, 31), jiff::civil::date(1970, 1, 1));
    ask(|reply| registry.add_exemption(exemption(yesterday), yesterday, reply)).wait().expect("added in time");
    let message = refused(register(&registry, submission.clone()));
    assert!(message.contains("have the exemption renewed that expired after 1969-12-31"), "{message}");
    ask(|reply| registry.add_exemption(exemption(today), today, reply)).wait().expect("renewed");
    let registered = register(&registry, submission);
    assert_eq!(registered.map(|schema| schema.version.get()).map_err(|error| name_of(&error)), Ok(2));
}
