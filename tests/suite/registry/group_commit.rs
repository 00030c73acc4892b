//! Many writers share a sync, and nobody is answered before it.

use super::held::hold_next_append;
use super::{ask, fresh, record, subject};
use sluicegate::registry::{RegistryError, Settings, Submission};
use sluicegate::storage::memory::MemoryStore;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering::SeqCst};
use std::time::Duration;

#[test]
fn a_hundred_concurrent_registrations_need_at_most_ten_syncs() {
    let (store, registry) = fresh();
    // However long it takes to ask all of them: the first sync goes on until then.
    let held = hold_next_append(&store);
    let before = store.syncs();
    let pending: Vec<_> = (0..100)
        .map(|n| {
            let submission = Submission::avro(subject(&format!("s{n}")), record(1 + n));
            ask(|reply| registry.register(submission, reply))
        })
        .collect();
    held.wait();
    drop(held);
    for asked in pending {
        asked.wait().expect("registered");
    }
    let syncs = store.syncs() - before;
    assert!((1..=10).contains(&syncs), "{syncs} syncs");
}

#[test]
fn an_answer_is_given_after_its_sync_and_when_readers_see_it() {
    let (store, registry) = fresh();
    let registry = Arc::new(registry);
    store.set_sync_delay(Duration::from_millis(3));
    for n in 1..20_u32 {
        let before = store.syncs();
        let at_reply = Arc::new(AtomicU64::new(0));
        let (noted, counting, reading) = (at_reply.clone(), store.clone(), registry.clone());
        let submission = Submission::avro(subject(&format!("s{n}")), record(n | 0x80));
        ask(|reply| {
            registry.register(
                submission,
                Box::new(move |outcome| {
                    noted.store(counting.syncs(), SeqCst);
                    let seen = outcome.as_ref().ok().map(|schema| reading.schema_by_id(schema.id, None).is_ok());
                    assert_eq!(seen, Some(true), "an answered id can be read");
                    reply(outcome);
                }),
            );
        })
        .wait()
        .expect("registered");
        assert!(at_reply.load(SeqCst) > before, "answered before the sync");
    }
}

#[test]
fn what_is_known_is_answered_without_a_sync_and_without_parsing() {
    let (store, registry) = fresh();
    let submission = Submission::avro(subject("s"), record(3));
    assert_eq!(registry.hot_register(&submission), None);
    let first = ask(|reply| registry.register(submission.clone(), reply)).wait().expect("registered");
    let syncs = store.syncs();
    let again = ask(|reply| registry.register(submission.clone(), reply)).wait().expect("known");
    let hot = registry.hot_register(&submission).expect("known").expect("known");
    assert_eq!((again.id, again.version), (first.id, first.version));
    assert_eq!((hot.id, hot.version, &*hot.text), (first.id, first.version, &*first.text));
    assert_eq!(store.syncs(), syncs);
}

#[test]
fn a_registry_that_is_let_go_by_its_last_reply_ends_in_peace() {
    let (store, registry) = fresh();
    let registry = Arc::new(registry);
    let (held, last) = (
        registry.clone(),
        ask(|reply| {
            let held = registry.clone();
            registry.register(
                Submission::avro(subject("s"), record(1)),
                Box::new(move |outcome| {
                    // Waits until nobody else holds the registry.
                    while Arc::strong_count(&held) > 1 {
                        std::thread::yield_now();
                    }
                    drop(held);
                    reply(outcome);
                }),
            );
        }),
    );
    drop((held, registry));
    last.wait().expect("registered");
    assert_eq!(store.facts().len(), 1);
}

#[test]
fn a_full_queue_refuses_and_loses_nothing() {
    let store = MemoryStore::new();
    let registry = super::start_with(store.journal(), Settings { queue_commands_max: 4, ..Settings::default() });
    let register =
        |n: u32| ask(|reply| registry.register(Submission::avro(subject(&format!("s{n}")), record(1)), reply));
    let held = hold_next_append(&store);
    let first = register(0);
    held.wait();
    let pending: Vec<_> = (1..40).map(register).collect();
    drop(held);
    first.wait().expect("registered");
    let outcomes: Vec<_> = pending.into_iter().map(super::Asked::wait).collect();
    assert!(outcomes[..4].iter().all(Result::is_ok), "they had room: {outcomes:?}");
    assert!(outcomes[4..].iter().all(|outcome| *outcome == Err(RegistryError::QueueFull)), "{outcomes:?}");
    assert_eq!(registry.size().0, 5);
}
