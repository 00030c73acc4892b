//! Associations over restarts, failures and limits.

use super::recovery::wait_until_writable;
use super::{ask, fresh, register_text, start, subject};
use crate::facts::fact;
use sluicegate::registry::journal::{Batch, Position};
use sluicegate::registry::record::{AssociationKey, AssociationValue, Event};
use sluicegate::registry::{
    AskedAssociation, AskedResource, Association, AssociationFilter, AssociationRequest, Lifecycle, Page, Registry,
    RegistryError, ResourceAssociations, Submission, Way,
};
use sluicegate::storage::memory::{Fault, MemoryStore};
use std::sync::Arc;

fn request(name: &str, associations: Vec<AskedAssociation>) -> AssociationRequest {
    let text = |text: &str| Some(text.to_owned());
    let resource = AskedResource {
        name: text(name),
        namespace: text("n"),
        id: text(&format!("id-{name}")),
        ..AskedResource::default()
    };
    AssociationRequest { resource, associations }
}

fn asked(name: &str, lifecycle: Lifecycle) -> AskedAssociation {
    AskedAssociation { subject: Some(name.to_owned()), lifecycle: Some(lifecycle), ..AskedAssociation::default() }
}

fn put(registry: &Registry, way: Way, request: AssociationRequest) -> Result<ResourceAssociations, RegistryError> {
    ask(|reply| registry.put_associations(way, &subject(""), request, false, reply)).wait()
}

fn all(registry: &Registry) -> Vec<Arc<Association>> {
    registry.associations_named(None, None, &AssociationFilter::default(), Page::ALL)
}

#[test]
fn an_association_keeps_its_age_and_its_guid_over_changes_and_restarts() {
    let (store, registry) = fresh();
    register_text(&registry, "s", "\"string\"").expect("a first version");
    put(&registry, Way::Create, request("t", vec![asked("s", Lifecycle::Weak)])).expect("a subject with a version");
    let made = all(&registry).remove(0);
    assert_eq!(made.created_ms, made.updated_ms);
    put(&registry, Way::Update, request("t", vec![asked("s", Lifecycle::Strong)])).expect("nobody else uses it");
    let changed = all(&registry).remove(0);
    assert_eq!((changed.created_ms, &changed.value.guid), (made.created_ms, &made.value.guid));
    assert!(changed.updated_ms > made.updated_ms);
    // The first record of the key is gone: what is left says how old the association is.
    registry.stop();
    let again = start(store.journal());
    assert_eq!(all(&again), [changed]);
}

#[test]
fn a_record_of_the_reference_is_as_old_as_the_oldest_that_is_left() {
    let key = AssociationKey {
        resource_name: "t".into(),
        resource_namespace: "n".into(),
        resource_type: "topic".into(),
        association_type: "value".into(),
        subject: subject("s"),
    };
    let value = |lifecycle| AssociationValue {
        guid: "0052e295-8e43-460e-aceb-5b254a81bb08".into(),
        resource_id: "id-t".into(),
        lifecycle,
        frozen: Some(false),
        created_ms: None,
    };
    let set = |timestamp_ms, lifecycle| {
        let event = Event::AssociationSet { key: key.clone(), value: value(lifecycle) };
        sluicegate::registry::record::Fact { timestamp_ms, event }
    };
    let facts = vec![set(7, Lifecycle::Weak), set(9, Lifecycle::Strong)];
    for (store, created_ms) in [(MemoryStore::keeping_everything(), 7), (MemoryStore::new(), 9)] {
        let batch = Batch { facts: facts.clone(), texts: Vec::new() };
        store.journal().writer.append(Position::START, &batch).expect("nobody else appends");
        let found = all(&start(store.journal())).remove(0);
        assert_eq!((found.created_ms, found.updated_ms, found.value.lifecycle), (created_ms, 9, Lifecycle::Strong));
    }
}

#[test]
fn a_schema_and_its_association_are_written_together_or_not_at_all() {
    let store = MemoryStore::new();
    let registry = start(store.journal());
    let brings = |kind: &str, text: &str| AskedAssociation {
        association_type: Some(kind.to_owned()),
        schema: Some(Submission::avro(subject(""), text)),
        ..AskedAssociation::default()
    };
    let both = || request("t", vec![brings("key", "\"int\""), brings("value", "\"string\"")]);
    let mut fault = Some(Fault::FailBefore);
    store.set_faults(Some(Box::new(move |_| fault.take().unwrap_or(Fault::None))));
    assert!(matches!(put(&registry, Way::Create, both()), Err(RegistryError::Journal(_))));
    wait_until_writable(&registry);
    assert_eq!((registry.size(), all(&registry)), ((0, 0), Vec::new()));
    let syncs = store.syncs();
    let made = put(&registry, Way::Create, both()).expect("a new resource").associations;
    assert_eq!(store.syncs(), syncs + 1);
    let ids: Vec<_> = made.iter().map(|(_, schema)| schema.as_ref().map(|schema| schema.id.0)).collect();
    assert_eq!((ids, registry.size()), (vec![Some(1), Some(2)], (2, 2)));
}

#[test]
fn a_subject_has_ten_thousand_associations_at_most() {
    let store = MemoryStore::new();
    let key = |number: usize| AssociationKey {
        resource_name: format!("t{number}").into(),
        resource_namespace: "n".into(),
        resource_type: "topic".into(),
        association_type: "value".into(),
        subject: subject("s"),
    };
    let value = |number: usize| AssociationValue {
        guid: "g".into(),
        resource_id: format!("id-t{number}").into(),
        lifecycle: Lifecycle::Weak,
        frozen: Some(false),
        created_ms: None,
    };
    let facts = (1..10_000).map(|number| fact(Event::AssociationSet { key: key(number), value: value(number) }));
    let batch = Batch { facts: facts.collect(), texts: Vec::new() };
    store.journal().writer.append(Position::START, &batch).expect("nobody else appends");
    let registry = start(store.journal());
    register_text(&registry, "s", "\"string\"").expect("a first version");
    let create = |name: &str| put(&registry, Way::Create, request(name, vec![asked("s", Lifecycle::Weak)]));
    assert!(create("t10000").is_ok());
    assert_eq!(create("t10001"), Err(RegistryError::TooManyAssociations { max: 10_000 }));
    assert!(create("t1").expect("it is there already").associations.is_empty());
}
