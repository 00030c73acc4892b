//! What policy said is counted once for each registration that took effect or was refused, however it was asked for and
//! however often it was decided.

use super::held::hold;
use super::policed::{counted, enforce, refused, text};
use super::recovery::wait_until_writable;
use super::{ask, fresh, register, register_text, start, subject};
use crate::facts::fact;
use sluicegate::evolution::ChangeClass::{Allowed, Forbidden, None as NoChange};
use sluicegate::policy::Enforcement::{Enforce, Report};
use sluicegate::registry::figures::DecisionOutcome::{Accepted, Refused, Reported};
use sluicegate::registry::record::Event;
use sluicegate::registry::{
    AskedAssociation, AskedResource, AssociationRequest, AssociationStep, AssociationSteps, Lifecycle, Registry,
    RegistryError, ResourceAssociations, Submission, Way,
};
use sluicegate::storage::memory::{Fault, MemoryStore};

/// Associations of a topic with subjects, each with the schema it brings.
fn request(topic: &str, brought: &[(&str, &str, &[&str])]) -> AssociationRequest {
    let resource = AskedResource {
        name: Some(topic.to_owned()),
        namespace: Some("n".to_owned()),
        id: Some(format!("id-{topic}")),
        ..AskedResource::default()
    };
    let bring = |(kind, name, fields): &(&str, &str, &[&str])| AskedAssociation {
        subject: Some((*name).to_owned()),
        association_type: Some((*kind).to_owned()),
        lifecycle: Some(Lifecycle::Strong),
        schema: Some(Submission::avro(subject(""), text(fields))),
        ..AskedAssociation::default()
    };
    AssociationRequest { resource, associations: brought.iter().map(bring).collect() }
}

fn put(registry: &Registry, request: AssociationRequest) -> Result<ResourceAssociations, RegistryError> {
    ask(|reply| registry.put_associations(Way::Update, &subject(""), request, false, reply)).wait()
}

/// A registry that enforces, in which `s` has fields `a` and `b`. That is the first decision counted.
fn enforced() -> (MemoryStore, Registry) {
    let (store, registry) = fresh();
    enforce(&registry, "", Enforce);
    register_text(&registry, "s", &text(&["a", "b"])).expect("registered");
    (store, registry)
}

#[test]
fn schemas_that_associations_bring_are_counted_each() {
    let (_store, registry) = enforced();
    put(&registry, request("t", &[("key", "k", &["a"]), ("value", "s", &["a", "b", "c"])])).expect("allowed");
    assert_eq!(counted(&registry), [(NoChange, Enforce, Accepted, 2), (Allowed, Enforce, Accepted, 1)]);
    // What is there already is found and not judged again.
    put(&registry, request("t", &[("key", "k", &["a"])])).expect("kept");
    let dry = request("u", &[("key", "fresh", &["a"])]);
    ask(|reply| registry.put_associations(Way::Update, &subject(""), dry, true, reply)).wait().expect("fine");
    assert_eq!(counted(&registry), [(NoChange, Enforce, Accepted, 2), (Allowed, Enforce, Accepted, 1)]);
}

#[test]
fn of_a_request_that_is_refused_only_the_refusal_is_counted() {
    let (_store, registry) = enforced();
    let outcome = put(&registry, request("t", &[("key", "k", &["a"]), ("value", "s", &["a"])]));
    assert!(matches!(outcome, Err(RegistryError::RefusedByPolicy(_))), "{outcome:?}");
    assert_eq!(registry.size(), (1, 1));
    assert_eq!(counted(&registry), [(NoChange, Enforce, Accepted, 1), (Forbidden, Enforce, Refused, 1)]);
    assert!(registry.figures().refusals().any(|refused| refused == ("field-removed", 1)));
}

#[test]
fn each_part_of_a_batch_is_counted_by_what_became_of_it() {
    let (_store, registry) = enforced();
    let steps = |topic: &str, name: &str, fields: &[&str]| {
        let AssociationRequest { resource, associations } = request(topic, &[("value", name, fields)]);
        AssociationSteps { resource, steps: associations.into_iter().map(AssociationStep::Update).collect() }
    };
    let asked = vec![steps("t", "s", &["a"]), steps("u", "v", &["a"])];
    let parts = ask(|reply| registry.mutate_associations(&subject(""), asked, false, reply)).wait().expect("answers");
    assert_eq!(parts.iter().map(Result::is_ok).collect::<Vec<_>>(), [false, true]);
    assert_eq!(counted(&registry), [(NoChange, Enforce, Accepted, 2), (Forbidden, Enforce, Refused, 1)]);
}

#[test]
fn what_is_decided_again_because_somebody_else_appended_first_is_counted_once() {
    let (store, registry) = enforced();
    enforce(&registry, "r", Report);
    register_text(&registry, "r", &text(&["a", "b"])).expect("registered");
    let mut foreign = [".x", ".y"].into_iter();
    store.set_faults(Some(Box::new(move |_| match foreign.next() {
        Some(context) => Fault::Conflict(vec![fact(Event::ContextCreated { context: context.into() })]),
        None => Fault::None,
    })));
    put(&registry, request("t", &[("value", "s", &["a", "b", "c"])])).expect("allowed");
    assert!(refused(register_text(&registry, "s", &text(&["a"]))).starts_with("forbidden-change"));
    register_text(&registry, "r", &text(&["a"])).expect("reported");
    let expected = [
        (NoChange, Report, Accepted, 1),
        (NoChange, Enforce, Accepted, 1),
        (Allowed, Enforce, Accepted, 1),
        (Forbidden, Report, Reported, 1),
        (Forbidden, Enforce, Refused, 1),
    ];
    assert_eq!(counted(&registry), expected);
}

#[test]
fn what_was_not_written_is_not_counted() {
    let (store, registry) = enforced();
    let mut faults = vec![Fault::FailBefore, Fault::FailBefore];
    store.set_faults(Some(Box::new(move |_| faults.pop().unwrap_or(Fault::None))));
    assert!(put(&registry, request("t", &[("value", "v", &["a"])])).is_err());
    wait_until_writable(&registry);
    assert!(register(&registry, Submission::avro(subject("s"), text(&["a", "b", "c"]))).is_err());
    wait_until_writable(&registry);
    assert_eq!(counted(&registry), [(NoChange, Enforce, Accepted, 1)]);
    drop(start(store.journal()));
}

#[test]
fn a_schema_asked_many_times_at_once_is_one_decision() {
    let (store, registry) = enforced();
    let held = hold(&store, &registry);
    let asked: Vec<_> =
        (0..20).map(|_| ask(|reply| registry.register(Submission::avro(subject("n"), text(&["a"])), reply))).collect();
    drop(held);
    asked.into_iter().for_each(|asked| drop(asked.wait().expect("registered")));
    assert_eq!(counted(&registry), [(NoChange, Enforce, Accepted, 2)]);
}
