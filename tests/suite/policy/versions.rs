//! Declared semantic versions: the rows of `change-classification` 8.4, and how versions are written.

use super::{INT, LONG, Scene, change, major, version};
use sluicegate::evolution::Bump;
use sluicegate::policy::{Declared, Enforcement, SchemaVersion, VersionOutcome, messages};

/// What becomes of two declared versions, in the words of the table.
fn outcome(needed: Bump, old: &str, new: &str) -> &'static str {
    let declared = |text| Declared::by_version(version(text));
    match VersionOutcome::of(Some(declared(old)), declared(new), needed) {
        VersionOutcome::Enough => "ok",
        VersionOutcome::MoreThanNeeded { .. } => "ok, with a warning",
        VersionOutcome::TooLow { needed: Bump::Patch, .. } => "patch needed",
        VersionOutcome::TooLow { needed: Bump::Minor, .. } => "minor needed",
        VersionOutcome::TooLow { needed: Bump::Major, .. } => "major needed",
        VersionOutcome::GoesDown { .. } => "goes down",
        VersionOutcome::NotReleasable => "not releasable",
        VersionOutcome::TooLow { .. }
        | VersionOutcome::NotDeclared
        | VersionOutcome::MajorGoesDown { .. }
        | VersionOutcome::NotOfItsLine { .. } => "?",
    }
}

#[test]
fn every_row_of_the_table_holds() {
    let table = [
        (Bump::None, "2.1.0", "2.1.0", "ok"),
        (Bump::None, "2.1.0", "2.1.1", "ok, with a warning"),
        (Bump::None, "2.1.0", "2.0.9", "goes down"),
        (Bump::Patch, "2.1.0", "2.1.0", "patch needed"),
        (Bump::Patch, "2.1.0", "2.1.1", "ok"),
        (Bump::Patch, "2.1.0", "2.1.7", "ok"),
        (Bump::Patch, "2.1.0", "2.2.0", "ok, with a warning"),
        (Bump::Patch, "2.1.0", "3.0.0", "ok, with a warning"),
        (Bump::Minor, "2.1.0", "2.1.0", "minor needed"),
        (Bump::Minor, "2.1.0", "2.1.1", "minor needed"),
        (Bump::Minor, "2.1.0", "2.2.0", "ok"),
        (Bump::Minor, "2.1.9", "2.3.4", "ok"),
        (Bump::Minor, "2.1.0", "3.0.0", "ok, with a warning"),
        (Bump::Major, "2.1.0", "2.1.0", "major needed"),
        (Bump::Major, "2.1.0", "2.2.0", "major needed"),
        (Bump::Major, "2.1.0", "3.0.0", "ok"),
        (Bump::Major, "2.1.0", "4.1.1", "ok"),
        (Bump::Major, "2.1.0", "1.9.9", "goes down"),
        (Bump::NotReleasable, "2.1.0", "3.0.0", "not releasable"),
        (Bump::NotReleasable, "2.1.0", "2.1.0", "not releasable"),
        // A 0.x version follows the same table.
        (Bump::Major, "0.1.0", "0.2.0", "major needed"),
        (Bump::Major, "0.1.0", "1.0.0", "ok"),
        // Numbers, not texts.
        (Bump::Minor, "2.9.0", "2.10.0", "ok"),
    ];
    for (needed, old, new, expected) in table {
        assert_eq!(outcome(needed, old, new), expected, "{needed} needed, {old} -> {new}");
    }
}

#[test]
fn a_version_is_three_plain_numbers() {
    for text in ["2.1.0", "0.0.0", "10.20.30", "4294967295.0.0"] {
        assert_eq!(SchemaVersion::read(text).map(|version| version.to_string()).as_deref(), Some(text));
    }
    let none =
        ["", "2", "2.1", "2.1.0.0", "v2.1.0", "02.1.0", "2.1.00", "2.1.", ".1.0", "2.1.0-rc1", "2.1.0+b", " 2.1.0"];
    for text in none.into_iter().chain(["-1.0.0", "+1.0.0", "2.1.x", "٢.1.0", "4294967296.0.0", "2,1,0"]) {
        assert_eq!(SchemaVersion::read(text), None, "{text}");
    }
}

#[test]
fn the_first_number_is_the_declared_major() {
    let declared = |major, text| Declared { major, version: Some(version(text)) };
    let outcome = |new| VersionOutcome::of(None, new, Bump::None);
    assert_eq!(outcome(declared(Some(2), "2.1.0")), VersionOutcome::NotDeclared, "nothing to compare with");
    assert!(outcome(declared(Some(2), "3.0.0")).fails());
    // Nothing declared counts as 1.
    assert!(outcome(declared(None, "2.1.0")).fails());
    assert!(!outcome(declared(None, "1.4.0")).fails());
    assert_eq!(
        outcome(declared(Some(2), "3.0.0")).complaint().as_deref(),
        Some(
            "the declared versions disagree: schema_version 3.0.0 does not begin with the declared major version 2; \
             declare application.major.version=3, or a schema_version 2.x.y"
        )
    );
}

#[test]
fn what_the_old_side_declared_wrongly_is_not_held_against_the_new_one() {
    let old = Declared { major: Some(1), version: Some(version("2.0.0")) };
    assert_eq!(
        VersionOutcome::of(Some(old), Declared::by_version(version("2.0.1")), Bump::Patch),
        VersionOutcome::Enough
    );
}

#[test]
fn one_declared_version_is_nothing_to_compare() {
    let some = Declared::by_version(version("1.0.0"));
    for (old, new) in [(Some(major(None)), some), (Some(some), major(None)), (None, some)] {
        assert_eq!(VersionOutcome::of(old, new, Bump::Minor), VersionOutcome::NotDeclared);
    }
}

fn declaring_versions(old: &str, new: &str) -> Scene {
    let mut scene = Scene::of(INT, LONG);
    scene.old_declares = Declared::by_version(version(old));
    scene.new_declares = Declared::by_version(version(new));
    scene
}

#[test]
fn a_version_too_low_is_refused_and_says_which_is_enough() {
    let judgement = declaring_versions("2.1.0", "2.1.1").judge(&[change("field-added-optional", "b")]);
    assert_eq!((judgement.accepted, judgement.reason), (false, "declared-version-too-low"));
    assert_eq!(
        messages::rejection(&judgement).unwrap(),
        "declared-version-too-low: minor needed: schema_version 2.1.0 -> 2.1.1 is not enough for these changes; \
         declare schema_version 2.2.0 or higher."
    );
}

#[test]
fn a_version_that_disagrees_with_its_major_is_refused_under_its_own_word() {
    let mut scene = declaring_versions("2.1.0", "2.2.0");
    scene.new_declares.major = Some(3);
    let judgement = scene.judge(&[change("field-added-optional", "b")]);
    assert_eq!((judgement.accepted, judgement.reason), (false, "declared-version-mismatch"));
}

#[test]
fn a_version_that_goes_down_is_told_one_that_is_enough() {
    let judgement = declaring_versions("2.1.0", "2.0.9").judge(&[change("field-added-optional", "b")]);
    assert_eq!((judgement.accepted, judgement.reason), (false, "declared-version-too-low"));
    assert_eq!(
        messages::rejection(&judgement).unwrap(),
        "declared-version-too-low: the declared version goes down: schema_version 2.1.0 -> 2.0.9; declare \
         2.2.0 or higher."
    );
}

#[test]
fn a_major_that_goes_down_is_refused_where_no_version_is_declared() {
    let judged = |old, new, changes: &[&str]| {
        let changes: Vec<_> = changes.iter().map(|id| change(id, "b")).collect();
        Scene::of(INT, LONG).declaring(old, new).judge(&changes)
    };
    for (old, new, changes) in [
        (Some(4), Some(3), &["field-added-optional"][..]),
        (Some(4), Some(0), &[]),
        // What declares nothing counts as 1.
        (None, Some(0), &["doc-changed"]),
    ] {
        let judgement = judged(old, new, changes);
        assert_eq!((judgement.accepted, judgement.reason), (false, "declared-version-too-low"), "{old:?} -> {new:?}");
    }
    assert_eq!(
        messages::rejection(&judged(Some(4), Some(3), &[])).unwrap(),
        "declared-version-too-low: the declared major version goes down, 4 -> 3; declare 4 or higher."
    );
    // The decision table speaks first, and leaving the declaration out lowers nothing (golden decisions).
    assert_eq!(judged(Some(4), Some(3), &["enum-symbol-removed"]).reason, "major-bump-required");
    assert!(judged(Some(4), None, &["field-added-optional"]).accepted);
    let mut scene = Scene::of(INT, LONG).declaring(Some(4), Some(3));
    scene.policy.enforcement = Enforcement::Report;
    assert!(scene.judge(&[]).accepted, "a report refuses nothing");
}

#[test]
fn the_decision_table_speaks_before_the_version_does() {
    let judgement = declaring_versions("2.1.0", "2.2.0").judge(&[change("enum-symbol-removed", "a")]);
    assert_eq!(judgement.reason, "major-bump-required");
    let judgement = declaring_versions("2.1.0", "3.0.0").judge(&[change("field-removed", "b")]);
    assert_eq!(judgement.reason, "forbidden-change");
    let judgement = declaring_versions("2.1.0", "3.0.0").judge(&[change("enum-symbol-removed", "a")]);
    assert_eq!((judgement.accepted, judgement.reason), (true, "major-bump-declared"));
}

#[test]
fn a_version_refuses_only_where_policy_is_enforced() {
    for enforcement in [Enforcement::Off, Enforcement::Report] {
        let mut scene = declaring_versions("2.1.0", "2.1.0");
        scene.policy.enforcement = enforcement;
        let judgement = scene.judge(&[change("field-added-optional", "b")]);
        assert!(judgement.accepted && judgement.version.fails(), "{enforcement}");
    }
}

#[test]
fn raising_more_than_needed_is_warned_about_once() {
    let warnings = |old, new, id| declaring_versions(old, new).judge(&[change(id, "b")]).answer.warnings;
    assert_eq!(warnings("2.1.0", "2.2.0", "doc-changed"), ["upgrade-consumers-first", "needless-version-bump"]);
    assert_eq!(warnings("2.1.0", "3.0.0", "doc-changed"), ["upgrade-consumers-first", "needless-major-bump"]);
    assert_eq!(warnings("2.1.0", "2.1.1", "doc-changed"), ["upgrade-consumers-first"]);
}
