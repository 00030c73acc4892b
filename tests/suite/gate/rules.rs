//! `explain` and `rules`: the catalogue for people and scripts.

use super::reports::removed;
use crate::snapshot;
use sluicegate::evolution::{ChangeClass, catalogue};
use sluicegate::gate::render::Screen;
use sluicegate::gate::render::rule::{InForce, document, unknown, write_finding, write_page, write_table};
use sluicegate::policy::{Profile, Rules};

const PLAIN: Screen = Screen { is_coloured: false, columns: 80 };

fn written(write: impl FnOnce(&mut Vec<u8>) -> std::io::Result<()>) -> String {
    let mut out = Vec::new();
    write(&mut out).unwrap();
    String::from_utf8(out).unwrap()
}

#[test]
fn a_rule_is_a_page_on_a_screen_and_markdown_in_a_pipe() {
    let kind = catalogue::find("field-removed").unwrap();
    snapshot::agrees("gate/explain.txt", &written(|out| write_page(out, kind, Some(PLAIN))));
    let coloured = written(|out| write_page(out, kind, Some(Screen { is_coloured: true, columns: 80 })));
    snapshot::agrees("gate/explain-coloured.txt", &coloured.replace('\u{1b}', "^["));
    assert_eq!(written(|out| write_page(out, kind, None)), sluicegate::evolution::page::rule(kind));
}

#[test]
fn every_page_fits_a_screen_of_eighty_columns() {
    for kind in catalogue::ALL {
        for line in written(|out| write_page(out, kind, Some(PLAIN))).lines() {
            assert!(line.chars().count() <= 80, "{}: {line}", kind.id);
        }
    }
}

#[test]
fn an_unknown_id_brings_the_nearest_ones() {
    for (asked, wanted) in [
        ("field-remved", "field-removed"),
        ("removed-field", "field-removed"),
        ("FIELD_REMOVED", "field-removed"),
        ("enum-removed", "enum-symbol-removed"),
        ("widened", "numeric-widened"),
        ("", "`sluicegate rules` lists all"),
    ] {
        let said = unknown(asked);
        assert!(said.contains(wanted), "{asked}: {said}");
    }
    assert!(unknown(&"x".repeat(1_000_000)).len() < 1_100_000);
}

#[test]
fn the_table_of_rules_is_the_catalogue() {
    let rules = Rules::default();
    let in_force = InForce { profile: Profile::Seed, rules: &rules };
    snapshot::agrees("gate/rules.txt", &written(|out| write_table(out, in_force, PLAIN)));
    let document = document(in_force);
    let ids: Vec<&str> =
        document["rules"].as_array().unwrap().iter().map(|rule| rule["id"].as_str().unwrap()).collect();
    assert_eq!(ids, catalogue::ALL.map(|kind| kind.id));
}

#[test]
fn the_table_shows_what_the_configuration_changes() {
    let mut rules = Rules::default();
    rules.set("field-removed", ChangeClass::MajorBumpRequired).unwrap();
    rules.set("numeric-narrowed", ChangeClass::Allowed).unwrap();
    let in_force = InForce { profile: Profile::Strict, rules: &rules };
    let text = written(|out| write_table(out, in_force, PLAIN));
    let line = |id: &str| text.lines().find(|line| line.trim_start().starts_with(id)).unwrap();
    assert!(line("field-removed ").contains("major-bump-required (*)"), "{text}");
    assert!(line("numeric-narrowed ").contains("allowed (*)"), "{text}");
    assert!(text.contains("Profile strict"), "{text}");
    let document = document(in_force);
    let narrowed = document["rules"].as_array().unwrap().iter().find(|rule| rule["id"] == "numeric-narrowed").unwrap();
    assert_eq!(narrowed["class_on_optional_field"], "allowed");
    assert_eq!(narrowed["bump"], "minor");
    assert_eq!(narrowed["configured"], true);
}

#[test]
fn a_finding_is_shown_with_both_places_and_its_rule() {
    let subject = removed();
    let change = &subject.answer.as_ref().unwrap().changes[0];
    snapshot::agrees("gate/finding.txt", &written(|out| write_finding(out, &subject.subject, change, PLAIN)));
}
