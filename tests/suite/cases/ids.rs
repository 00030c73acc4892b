//! Ids of changes: each is shown by a case and narrowly missed by another, and none is ever given up.

use crate::casebook::{self, Pair};
use serde_json::Value;
use sluicegate::evolution::catalogue;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;

/// Two languages of schemas would be needed to show it.
const WITHOUT_CASES: &str = "schema-type-changed";

/// How many values of its schemas a near miss may change: more would be another change, not a narrow miss.
const NEAR: usize = 8;

/// Lines of `compat-cases/ids.txt`: an id, and behind ` -> ` its successor where it is retired.
fn listed() -> Vec<(String, Option<String>)> {
    let text = fs::read_to_string(casebook::folder().join("ids.txt")).expect("the list of ids");
    let line = |line: &str| match line.split_once(" -> ") {
        Some((id, successor)) => (id.to_owned(), Some(successor.to_owned())),
        None => (line.to_owned(), None),
    };
    text.lines().map(line).collect()
}

#[test]
fn every_id_that_was_ever_given_is_still_known_and_no_id_means_two_things() {
    let listed = listed();
    let known: Vec<&str> = catalogue::ALL.iter().map(|kind| kind.id).collect();
    let current: Vec<&str> =
        listed.iter().filter(|(_, successor)| successor.is_none()).map(|(id, _)| id.as_str()).collect();
    assert_eq!(known, current, "a new id goes to the end of its section in compat-cases/ids.txt; an old one stays");
    let all: BTreeSet<&str> = listed.iter().map(|(id, _)| id.as_str()).collect();
    assert_eq!(all.len(), listed.len(), "an id is listed twice");
    for (id, successor) in &listed {
        let is_known = successor.as_deref().is_none_or(|successor| known.contains(&successor));
        assert!(is_known, "{id} has a successor that is no id");
    }
}

#[test]
fn every_id_is_shown_by_a_case_and_narrowly_missed_by_another() {
    let pairs = casebook::pairs();
    let shown: BTreeSet<&str> = pairs.iter().flat_map(|pair| &pair.expect.changes).map(|it| it.id.as_str()).collect();
    let missed: BTreeSet<&str> = pairs.iter().flat_map(|pair| &pair.near_miss_of).map(String::as_str).collect();
    let mut wrong = Vec::new();
    for kind in catalogue::ALL.into_iter().filter(|kind| kind.id != WITHOUT_CASES) {
        if !shown.contains(kind.id) {
            wrong.push(format!("{}: no case shows it", kind.id));
        }
        if !missed.contains(kind.id) {
            wrong.push(format!("{}: no case is a near miss of it", kind.id));
        }
    }
    let unknown = shown.union(&missed).filter(|id| catalogue::find(id).is_none());
    wrong.extend(unknown.map(|id| format!("{id}: no such change")));
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn a_near_miss_misses_and_is_near() {
    let wrong = |pair: &Pair| {
        let hit = pair.near_miss_of.iter().filter(|id| pair.expect.changes.iter().any(|change| change.id == **id));
        let mut wrong: Vec<String> = hit.map(|id| format!("{}: shows {id}", pair.file)).collect();
        let changed = changed_values(&pair.old, &pair.new);
        if changed > NEAR && !pair.near_miss_of.is_empty() {
            wrong.push(format!("{}: {changed} values changed, at most {NEAR} are near", pair.file));
        }
        wrong
    };
    let wrong: Vec<String> = casebook::pairs().iter().flat_map(wrong).collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// How many values two schemas have that the other does not, positions aside.
fn changed_values(old: &str, new: &str) -> usize {
    fn count(value: &Value, key: &str, by: isize, found: &mut BTreeMap<String, isize>) {
        match value {
            Value::Array(items) => items.iter().for_each(|item| count(item, key, by, found)),
            Value::Object(members) => members.iter().for_each(|(key, value)| count(value, key, by, found)),
            value => *found.entry(format!("{key}: {value}")).or_default() += by,
        }
    }
    let mut found = BTreeMap::new();
    for (text, by) in [(old, -1), (new, 1)] {
        count(&serde_json::from_str(text).expect("JSON"), "", by, &mut found);
    }
    found.into_values().map(isize::unsigned_abs).sum()
}
