//! A data directory of format 1 is opened by this release and every later one.
//!
//! `tests/data/store-format-1` was made by release 0.1.0: one fact of every kind, a clean end, then a version more and a
//! kill once HEAD had been written, so that there is something in tables and something in the log.
//! `tests/data/store-format-1.jsonl` says what is in it, as topic records. Neither is ever made again: a release that
//! writes another format, or another kind of fact, adds its own beside them, as `store-format-1-governance` is.

use std::collections::BTreeSet;
use std::path::Path;

use serde_json::{Value, json};
use sluicegate::registry::journal::{Journal, Position};
use sluicegate::registry::record::{Event, TextHash};
use sluicegate::storage::rocksdb::{inspect, open};
use sluicegate::topic::{write_key, write_value};

use super::{append_versions, copy, told, versions};

/// Every kind of fact that format 1 knew at first.
const KINDS: [&str; 13] = [
    "AssociationRemoved",
    "AssociationSet",
    "ConfigRemoved",
    "ConfigSet",
    "ContextCreated",
    "ContextRemoved",
    "IdsIssued",
    "ModeRemoved",
    "ModeSet",
    "SchemaRegistered",
    "SubjectCleared",
    "SubjectDeleted",
    "VersionRemoved",
];

/// Those that policies and exemptions brought.
const KINDS_OF_GOVERNANCE: [&str; 5] =
    ["ExemptionRemoved", "ExemptionSet", "PolicyRemoved", "PolicySet", "SchemaRegistered"];

#[test]
fn a_store_of_format_1_is_opened_with_all_that_is_in_it() {
    is_opened("tests/data/store-format-1", &KINDS);
}

#[test]
fn a_store_with_policies_and_exemptions_is_opened_with_all_that_is_in_it() {
    is_opened("tests/data/store-format-1-governance", &KINDS_OF_GOVERNANCE);
}

fn is_opened(store: &str, expected_kinds: &[&str]) {
    let folder = tempfile::tempdir().expect("a temporary folder");
    copy(Path::new(store), folder.path());
    let mut journal = open(folder.path()).expect("a store that is whole");
    let expected: Vec<Value> = std::fs::read_to_string(format!("{store}.jsonl"))
        .expect("the content is in the checkout")
        .lines()
        .map(|line| serde_json::from_str(line).expect("JSON lines"))
        .collect();
    assert_eq!(listed(&journal), expected);
    assert_eq!(kinds(&journal), expected_kinds.iter().map(|kind| (*kind).to_owned()).collect());

    let before = versions(&journal);
    append_versions(&mut journal, 101, 103);
    journal.writer.close().expect("a clean end");
    drop(journal);
    assert_eq!(versions(&open(folder.path()).expect("a store that is whole")), before + 3);
    assert_eq!(inspect(folder.path()).expect("a store that is whole").findings, Vec::<String>::new());
}

/// What a journal tells, as topic records with what is kept beside them.
fn listed(journal: &Journal) -> Vec<Value> {
    let (facts, _) = told(journal).expect("a store that is whole");
    let listed = facts.iter().map(|fact| {
        let (mut key, mut value) = (Vec::new(), Vec::new());
        write_key(&fact.event.key(), &mut key);
        let record = match &fact.event {
            Event::SchemaRegistered(record) => Some(record),
            _ => None,
        };
        let text = record.filter(|record| record.text != TextHash::NONE);
        let text = text.map(|record| journal.texts.text(record.text).expect("its text is there"));
        let has_value = write_value(&fact.event, text.as_deref(), &mut value);
        let utf8 = |bytes| String::from_utf8(bytes).expect("records are UTF-8");
        json!({
            "timestamp": fact.timestamp_ms,
            "key": utf8(key),
            "value": has_value.then(|| utf8(value)),
            "guid": record.map(|record| record.guid.to_string()),
            "ordinal": record.map(|record| record.ordinal),
        })
    });
    listed.collect()
}

fn kinds(journal: &Journal) -> BTreeSet<String> {
    let mut kinds = BTreeSet::new();
    let each = &mut |fact: sluicegate::registry::record::Fact| {
        let printed = format!("{:?}", fact.event);
        kinds.extend(printed.split(|c: char| !c.is_alphanumeric()).next().map(str::to_owned));
    };
    journal.texts.replay(Position::START, each).expect("a store that is whole");
    kinds
}
