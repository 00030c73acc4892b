//! The pages under `src/evolution/rules/` are what the catalogue says, and every kind has one.

use crate::snapshot;
use sluicegate::evolution::{catalogue, page};
use std::collections::BTreeSet;
use std::path::Path;

#[test]
fn every_kind_has_its_page_and_every_page_its_kind() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/evolution/rules");
    let mut pages: Vec<(String, String)> =
        catalogue::ALL.iter().map(|kind| (format!("{}.md", kind.id), page::rule(kind))).collect();
    pages.push(("README.md".to_owned(), page::index()));
    let wrong: Vec<String> =
        pages.iter().filter_map(|(name, text)| snapshot::compare(&folder.join(name), text).err()).collect();
    assert!(wrong.is_empty(), "{} pages differ:\n{}", wrong.len(), wrong.join("\n"));
    let expected: BTreeSet<String> = pages.into_iter().map(|(name, _)| name).collect();
    let there: BTreeSet<String> =
        folder.read_dir().unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    assert_eq!(there, expected, "files that are no page of the catalogue");
}

#[test]
fn the_chapters_hold_the_whole_catalogue() {
    let chapters: Vec<_> = page::chapters().collect();
    let kinds: Vec<&str> = chapters.iter().flat_map(|(_, kinds)| kinds.iter().map(|kind| kind.id)).collect();
    assert_eq!(kinds, catalogue::ALL.map(|kind| kind.id));
    let firsts: Vec<&str> = chapters.iter().map(|(_, kinds)| kinds[0].id).collect();
    assert_eq!(
        firsts,
        [
            "doc-changed",
            "field-added-optional",
            "numeric-widened",
            "field-made-nullable",
            "enum-symbol-added",
            "event-renamed"
        ],
        "the first of each section of the specification"
    );
}

#[test]
fn every_page_leads_on_to_another() {
    let alone: Vec<&str> =
        catalogue::ALL.iter().filter(|kind| page::related(kind).is_empty()).map(|kind| kind.id).collect();
    assert!(alone.is_empty(), "{alone:?}");
}

#[test]
fn every_page_shows_an_example_in_which_something_differs() {
    for kind in catalogue::ALL.iter().filter(|kind| kind.example.is_some()) {
        let page = page::rule(kind);
        let difference = page.split("```diff\n").nth(1).unwrap_or_else(|| panic!("{} has no example", kind.id));
        let difference = difference.split("```").next().unwrap();
        assert!(difference.lines().any(|line| line.starts_with(['+', '-'])), "{}: {difference}", kind.id);
    }
}
