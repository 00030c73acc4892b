//! `sluicegate verify` finds what a journal, which does not understand schemas, lets through.

use std::path::Path;

use sluicegate::admin::{Command, Failure, Outcome, run};
use sluicegate::registry::journal::{Batch, Position};
use sluicegate::registry::record::{Event, Guid, SchemaRecord};
use sluicegate::registry::{AssociationKey, AssociationValue, Lifecycle};
use sluicegate::schema::names::SubjectName;
use sluicegate::storage::rocksdb::open;

use super::append_versions;
use crate::facts::{every_kind, fact, record, registered, version};

/// What `verify` prints about a store with these facts, and how it ends.
fn verified(batch: &Batch) -> (String, Outcome) {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let mut journal = open(folder.path()).expect("an empty directory");
    journal.writer.append(Position::START, batch).expect("a journal takes any fact");
    journal.writer.close().expect("a clean end");
    drop(journal);
    verify(folder.path()).expect("it can be looked at")
}

fn verify(data: &Path) -> Result<(String, Outcome), Failure> {
    let mut printed = Vec::new();
    let outcome = run(&Command::Verify { data: data.into() }, &mut printed)?;
    Ok((String::from_utf8(printed).expect("UTF-8"), outcome))
}

#[test]
fn a_store_that_is_whole_is_counted_and_found_so() {
    let (printed, outcome) = verified(&every_kind());
    assert_eq!((outcome, outcome.code()), (Outcome::Fine, 0));
    let note = "note: an association leads to no live version: topic orders in lkc-1, value: orders-value\n";
    let line = "19 facts, 3 versions, 1 associations (1 without a live version), 1 texts (0 no longer used): nothing is \
                wrong\n";
    assert!(printed.starts_with(note) && printed.ends_with(line) && printed.lines().count() == 2, "{printed}");
}

#[test]
fn an_association_of_a_subject_without_a_live_version_is_named_and_no_damage() {
    let key = |subject: &str| AssociationKey {
        resource_name: "t".into(),
        resource_namespace: "n".into(),
        resource_type: "topic".into(),
        association_type: "value".into(),
        subject: SubjectName::read(subject),
    };
    let value = AssociationValue {
        guid: "g".into(),
        resource_id: "r".into(),
        lifecycle: Lifecycle::Weak,
        frozen: None,
        created_ms: None,
    };
    let uses = ["live", "again", "softly", "gone", "never"]
        .map(|subject| fact(Event::AssociationSet { key: key(subject), value: value.clone() }));
    let versions = [("gone", 1), ("live", 1), ("again", 1), ("again", 2), ("softly", 1)];
    let versions = versions.into_iter().zip(1..).map(|((subject, number), id)| registered(subject, number, id));
    let (versions, texts): (Vec<_>, Vec<_>) = versions.unzip();
    let [gone, live, first, second, softly] = <[_; 5]>::try_from(versions).expect("five of them");
    let deleted =
        |subject: &str| fact(Event::SubjectDeleted { subject: SubjectName::read(subject), up_to: version(1) });
    let removed = fact(Event::VersionRemoved { subject: SubjectName::read("gone"), version: version(1) });
    let mut facts = uses.to_vec();
    facts.extend([live, first, deleted("again"), second, softly, deleted("softly"), gone, removed]);
    let (printed, outcome) = verified(&Batch { facts, texts });
    assert_eq!(outcome, Outcome::Fine, "{printed}");
    let noted: Vec<&str> =
        printed.lines().filter_map(|line| line.strip_prefix("note: ")?.rsplit_once(": ").map(|(_, it)| it)).collect();
    assert_eq!(noted, ["gone", "never", "softly"], "{printed}");
    assert!(printed.contains("5 associations (3 without a live version)"), "{printed}");
}

#[test]
fn an_id_that_stands_for_two_contents_is_damage() {
    let (first, text) = registered("a", 1, 7);
    let (second, other_text) = registered("b", 1, 7);
    let (printed, outcome) = verified(&Batch { facts: vec![first, second], texts: vec![text, other_text] });
    assert_eq!((outcome, outcome.code()), (Outcome::Damaged, 100));
    assert!(printed.contains("damage: position 2: b version 1: id 7 stands for two contents\n"), "{printed}");
}

#[test]
fn the_same_id_in_two_contexts_is_none() {
    let (first, text) = registered(":.one:a", 1, 7);
    let (second, other_text) = registered(":.two:a", 1, 7);
    let (printed, outcome) = verified(&Batch { facts: vec![first, second], texts: vec![text, other_text] });
    assert_eq!(outcome, Outcome::Fine, "{printed}");
}

#[test]
fn a_missing_text_and_a_wrong_fingerprint_are_damage() {
    let (without_text, _) = registered("a", 1, 1);
    let (_, text) = registered("b", 1, 2);
    let wrong = SchemaRecord { guid: Guid([7; 16]), ..record("b", 1, 2, &text.1) };
    let facts = vec![without_text, fact(Event::SchemaRegistered(wrong.into()))];
    let (printed, outcome) = verified(&Batch { facts, texts: vec![text] });
    assert_eq!(outcome, Outcome::Damaged);
    assert!(printed.contains("damage: position 1: a version 1: its text"), "{printed}");
    assert!(
        printed.contains("damage: position 2: b version 1: its fingerprint is not that of its content"),
        "{printed}"
    );
    assert!(printed.ends_with("the store is damaged\n"), "{printed}");
}

#[test]
fn an_id_that_was_forgotten_is_damage() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let mut journal = open(folder.path()).expect("an empty directory");
    append_versions(&mut journal, 1, 2);
    // Nothing says any more that id 2 was given.
    let removal = fact(Event::VersionRemoved { subject: SubjectName::read("orders-value"), version: version(2) });
    let batch = Batch { facts: vec![removal], texts: Vec::new() };
    journal.writer.append(Position(2), &batch).expect("a journal takes any fact");
    journal.writer.close().expect("a clean end");
    drop(journal);
    let (printed, outcome) = verify(folder.path()).expect("it can be looked at");
    assert_eq!(outcome, Outcome::Damaged);
    assert!(printed.contains("its highest id in context '.' is 1 where 2 had been given"), "{printed}");
    assert!(printed.contains("2 texts (1 no longer used)"), "{printed}");
}

#[test]
fn a_damaged_store_is_damage_and_no_store_is_a_failure_to_look() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let failure = verify(folder.path()).expect_err("there is none").to_string();
    assert!(failure.contains("holds no sluicegate store; name a registry's data directory"), "{failure}");
    assert!(verify(&folder.path().join("missing")).is_err());
    let mut journal = open(folder.path()).expect("an empty directory");
    let failure = verify(folder.path()).expect_err("it is in use").to_string();
    assert!(failure.contains("in use by another process"), "{failure}");
    append_versions(&mut journal, 1, 1);
    journal.writer.close().expect("a clean end");
    drop(journal);
    std::fs::write(folder.path().join("store/CURRENT"), "MANIFEST-999999\n").expect("a store");
    let (printed, outcome) = verify(folder.path()).expect("damage is a finding");
    assert_eq!((outcome, printed.lines().count()), (Outcome::Damaged, 1), "{printed}");
    assert!(printed.starts_with("damage: the store in "), "{printed}");
}
