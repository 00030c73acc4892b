//! A journal that fails, refuses or is written by somebody else.

use super::{ask, fresh, name_of, record, register_text, set_level, start, subject};
use sluicegate::compat::CompatibilityLevel;
use sluicegate::registry::journal::JournalError;
use sluicegate::registry::record::{Event, Fact};
use sluicegate::registry::{Config, Deletion, Health, Registry, RegistryError, Submission};
use sluicegate::storage::memory::{Fault, MemoryStore};
use std::sync::Arc;
use std::time::{Duration, Instant};

fn fail_once(store: &MemoryStore, fault: Fault) {
    let mut fault = Some(fault);
    store.set_faults(Some(Box::new(move |_| fault.take().unwrap_or(Fault::None))));
}

pub(super) fn wait_until_writable(registry: &Registry) {
    let start = Instant::now();
    while registry.health() != Health::Writable {
        assert!(start.elapsed() < Duration::from_secs(60), "still {:?}", registry.health());
        std::thread::sleep(Duration::from_micros(200));
    }
}

#[test]
fn after_a_failed_write_nothing_is_acknowledged_and_the_registry_goes_on() {
    for (fault, survives) in [(Fault::FailBefore, false), (Fault::FailAfter, true)] {
        let (store, registry) = fresh();
        register_text(&registry, "s", &record(1)).expect("registered");
        fail_once(&store, fault.clone());
        let error = register_text(&registry, "t", &record(1)).expect_err("the write failed");
        assert!(matches!(error, RegistryError::Journal(JournalError::Failed { .. })), "{error:?}");
        assert!(registry.version(&subject("s"), super::number(1), false).is_ok(), "reading goes on");
        wait_until_writable(&registry);
        assert_eq!(registry.size().0, if survives { 2 } else { 1 }, "{fault:?}");
        let again = register_text(&registry, "t", &record(1)).expect("registered");
        assert_eq!((again.id.0, again.version.get()), (1, 1));
    }
}

#[test]
fn a_failed_write_leaves_no_command_waiting() {
    let (store, registry) = fresh();
    store.set_sync_delay(Duration::from_millis(5));
    let mut failures = 5;
    store.set_faults(Some(Box::new(move |_| {
        failures -= 1;
        if failures >= 0 { Fault::FailBefore } else { Fault::None }
    })));
    let mut outcomes = Vec::new();
    for n in 0..200 {
        let asked = ask(|reply| registry.register(Submission::avro(subject(&format!("s{n}")), record(1)), reply));
        outcomes.push(asked);
        std::thread::sleep(Duration::from_micros(100));
    }
    let done = outcomes.into_iter().filter_map(|asked| asked.wait().ok()).count();
    wait_until_writable(&registry);
    assert_eq!(registry.size().0, done);
}

#[test]
fn while_the_journal_refuses_writes_the_registry_says_so_and_comes_back_by_itself() {
    let (store, registry) = fresh();
    store.set_faults(Some(Box::new(|_| Fault::Refuse)));
    assert_eq!(name_of(&register_text(&registry, "s", &record(1)).expect_err("refused")), "NotWritable");
    assert!(matches!(registry.health(), Health::ReadOnly { .. }));
    store.set_faults(None);
    wait_until_writable(&registry);
    register_text(&registry, "s", &record(1)).expect("registered");
}

#[test]
fn a_journal_that_takes_writes_again_is_noticed_while_commands_without_effect_keep_coming() {
    let (store, registry) = fresh();
    store.set_faults(Some(Box::new(|_| Fault::Refuse)));
    assert_eq!(name_of(&register_text(&registry, "s", &record(1)).expect_err("refused")), "NotWritable");
    store.set_faults(None);
    let deadline = Instant::now() + Duration::from_secs(60);
    while !matches!(registry.health(), Health::Writable) {
        assert!(Instant::now() < deadline, "read-only for good");
        let unknown = ask(|reply| registry.delete_subject(subject("unknown"), Deletion::Soft, reply)).wait();
        assert!(unknown.is_err(), "there is nothing to delete");
        std::thread::sleep(Duration::from_millis(20));
    }
}

#[test]
fn one_batch_that_is_too_large_does_not_take_its_neighbours_along() {
    let (store, registry) = fresh();
    store.set_sync_delay(Duration::from_millis(10));
    store.set_faults(Some(Box::new(|batch| {
        let large = |text: &Arc<str>| text.len() > 5_000;
        if batch.texts.iter().any(|(_, text)| large(text)) { Fault::TooLarge } else { Fault::None }
    })));
    let large = format!(r#"{{"type":"record","name":"R","doc":"{}","fields":[]}}"#, "x".repeat(6_000));
    let asked: Vec<_> = (0..20)
        .map(|n| {
            let text = if n == 7 { large.clone() } else { record(1 + n) };
            ask(|reply| registry.register(Submission::avro(subject(&format!("s{n}")), text), reply))
        })
        .collect();
    for (n, asked) in asked.into_iter().enumerate() {
        match asked.wait() {
            Ok(_) => assert_ne!(n, 7),
            Err(error) => assert_eq!((n, name_of(&error)), (7, "TooLarge".to_owned())),
        }
    }
}

#[test]
fn somebody_elses_fact_is_read_and_the_decision_taken_again() {
    let (store, registry) = fresh();
    set_level(&registry, "", CompatibilityLevel::None);
    register_text(&registry, "s", &record(1)).expect("registered");
    let config = Config { level: Some(CompatibilityLevel::Backward), ..Config::default() };
    let event = Event::ConfigSet { scope: subject("s"), config: Arc::new(config) };
    fail_once(&store, Fault::Conflict(vec![Fact { timestamp_ms: 5, event }]));
    let error = register_text(&registry, "s", &record(2)).expect_err("incompatible by now");
    assert_eq!(name_of(&error), "Incompatible");
    assert_eq!(registry.effective_config(&subject("s")).level, Some(CompatibilityLevel::Backward));
}

#[test]
fn endless_conflicts_end_in_an_error() {
    let (store, registry) = fresh();
    let event = Event::ModeRemoved { scope: subject("x") };
    store.set_faults(Some(Box::new(move |_| Fault::Conflict(vec![Fact { timestamp_ms: 5, event: event.clone() }]))));
    let error = register_text(&registry, "s", &record(1)).expect_err("never its turn");
    assert_eq!(error, RegistryError::Journal(JournalError::Conflict));
    store.set_faults(None);
    register_text(&registry, "s", &record(1)).expect("registered");
}

#[test]
fn a_stopped_registry_has_finished_what_it_took_and_takes_no_more() {
    let (store, registry) = fresh();
    store.set_sync_delay(Duration::from_millis(5));
    let asked: Vec<_> = (0..10)
        .map(|n| ask(|reply| registry.register(Submission::avro(subject(&format!("s{n}")), record(1)), reply)))
        .collect();
    registry.stop();
    for asked in asked {
        asked.wait().expect("taken before the stop");
    }
    assert_eq!(registry.health(), Health::Stopped);
    assert_eq!(name_of(&register_text(&registry, "late", &record(1)).expect_err("stopped")), "NotWritable");
    assert_eq!(start(store.journal()).size(), (10, 10));
}
