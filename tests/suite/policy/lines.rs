//! Major lines: what a candidate follows, and which versions the level looks at under enforcement.

use super::{INT, LONG, Scene, change, major};
use sluicegate::policy::{Declared, SchemaVersion, predecessor, same_line};
use std::collections::BTreeMap;

/// Live versions by number, newest first, from the majors they declare, oldest first.
fn live(oldest_first: &[Option<u32>]) -> Vec<(u32, Declared)> {
    let numbered = (1..).zip(oldest_first).map(|(number, declared)| (number, major(*declared)));
    let mut versions: Vec<_> = numbered.collect();
    versions.reverse();
    versions
}

fn follows(oldest_first: &[Option<u32>], candidate: Option<u32>) -> Option<u32> {
    predecessor(major(candidate), &live(oldest_first)).copied()
}

fn looks_at(oldest_first: &[Option<u32>], candidate: Option<u32>) -> Vec<u32> {
    same_line(major(candidate), &live(oldest_first)).copied().collect()
}

#[test]
fn a_candidate_follows_the_newest_of_its_line() {
    assert_eq!(follows(&[], None), None);
    assert_eq!(follows(&[Some(2), Some(2)], Some(2)), Some(2));
    assert_eq!(follows(&[None, None, None], None), Some(3));
}

#[test]
fn an_old_line_is_maintained_after_a_newer_one_began() {
    let history = [Some(2), Some(2), Some(3), Some(3)];
    assert_eq!(follows(&history, Some(2)), Some(2));
    assert_eq!(looks_at(&history, Some(2)), [2, 1]);
    assert_eq!(follows(&history, Some(3)), Some(4));
    assert_eq!(looks_at(&history, Some(3)), [4, 3]);
}

#[test]
fn a_new_line_follows_the_newest_of_the_greatest_lower_one_and_starts_free() {
    let history = [Some(1), Some(2), Some(2), Some(1)];
    assert_eq!(follows(&history, Some(3)), Some(3));
    assert_eq!(follows(&history, Some(9)), Some(3));
    assert!(looks_at(&history, Some(3)).is_empty());
}

#[test]
fn declaring_nothing_counts_as_major_1() {
    assert_eq!(follows(&[None, Some(1), Some(2)], None), Some(2));
    assert_eq!(follows(&[Some(1), None, Some(2)], Some(1)), Some(2));
    assert_eq!(looks_at(&[Some(1), None, Some(2)], None), [2, 1]);
    assert_eq!(looks_at(&[Some(1), None, Some(2)], Some(1)), [2, 1]);
}

#[test]
fn leaving_the_declaration_out_is_no_way_past_the_checks() {
    let history = [Some(2), Some(3), Some(2)];
    assert_eq!(follows(&history, None), Some(3), "the newest, as no version is of line 1");
    assert_eq!(looks_at(&history, None), [3, 1]);
}

#[test]
fn declaring_less_than_all_is_no_way_past_the_checks_either() {
    let history = [Some(4), Some(5), Some(4), Some(5)];
    for major in [0, 1, 3] {
        assert_eq!(follows(&history, Some(major)), Some(3), "the newest of the lowest line");
        assert_eq!(looks_at(&history, Some(major)), [3, 1]);
    }
    assert_eq!(follows(&[None, None], Some(0)), Some(2), "what declares nothing is of line 1");
    assert_eq!(follows(&[Some(0), Some(2)], Some(1)), Some(1), "a lower line is there");
}

#[test]
fn the_first_declaration_of_a_major_is_judged_like_any_other() {
    let changes = [change("enum-symbol-removed", "a")];
    let reason = |old, new| Scene::of(INT, LONG).declaring(old, new).judge(&changes).reason;
    // What was there declared nothing, which counts as 1.
    assert_eq!(reason(None, Some(1)), "major-bump-required");
    assert_eq!(reason(None, Some(2)), "major-bump-declared");
    assert_eq!(follows(&[None, None], Some(1)), Some(2));
    assert_eq!(follows(&[None, None], Some(2)), Some(2));
    assert_eq!(looks_at(&[None, None], Some(1)), [2, 1], "the property alone opens no new group");
    assert!(looks_at(&[None, None], Some(2)).is_empty());
}

#[test]
fn declarations_are_read_from_properties() {
    let read = |properties: &[(&str, &str)]| {
        let map: BTreeMap<String, String> =
            properties.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        Declared::read(|name| map.get(name).map(String::as_str)).map_err(|error| error.to_string())
    };
    assert_eq!(read(&[("owner", "orders")]), Ok(Declared::default()));
    let version = SchemaVersion { major: 2, minor: 1, patch: 0 };
    assert_eq!(
        read(&[("application.major.version", "2"), ("schema_version", "2.1.0")]),
        Ok(Declared { major: Some(2), version: Some(version) })
    );
    assert_eq!(read(&[("schema_version", "2.1.0")]).map(Declared::line), Ok(1), "clients pin a line by its property");
    assert_eq!(Declared::by_version(version).line(), 2);
    for text in ["", "v2", "2.0", "02", "-1", "+2", " 2", "4294967296"] {
        assert_eq!(
            read(&[("application.major.version", text)]),
            Err(format!("application.major.version is \"{text}\", which is not a version; write it like \"2\""))
        );
    }
    assert_eq!(
        read(&[("schema_version", "2.1")]).unwrap_err(),
        "schema_version is \"2.1\", which is not a version; write it like \"2.1.0\""
    );
}
