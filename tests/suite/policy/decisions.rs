//! The decision table: the golden rows, and what the table says beyond them.

use super::{INT, LONG, Scene, change, exemption_for, refusal};
use jiff::civil::date;
use serde_json::Value;
use sluicegate::evolution::ChangeClass;
use sluicegate::policy::{DeclaredMajor, Enforcement, Question, decide, messages};
use std::fs;

struct Row {
    enforcement: Enforcement,
    is_level_compatible: bool,
    class: ChangeClass,
    old: Option<u32>,
    new: Option<u32>,
    is_exempted: bool,
    expected: (bool, String),
    text: String,
}

/// The rows of `compat-cases/policy/decisions.json`.
fn golden() -> Vec<Row> {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/compat-cases/policy/decisions.json");
    let document: Value = serde_json::from_str(&fs::read_to_string(path).unwrap()).unwrap();
    let major = |value: &Value| value.as_u64().map(|number| u32::try_from(number).unwrap());
    let row = |row: &Value| Row {
        enforcement: Enforcement::read(row["enforcement"].as_str().unwrap()).unwrap(),
        is_level_compatible: row["level_compatible"].as_bool().unwrap(),
        class: ChangeClass::read(row["class"].as_str().unwrap()).unwrap(),
        old: major(&row["declared_major_old"]),
        new: major(&row["declared_major_new"]),
        is_exempted: row["exempted"].as_bool().unwrap(),
        expected: (row["decision"] == "accept", row["reason"].as_str().unwrap().to_owned()),
        text: row.to_string(),
    };
    document["decisions"].as_array().unwrap().iter().map(row).collect()
}

/// The same row lived through: a judgement of changes of that class, with an exemption where there is one.
fn judged(row: &Row) -> (bool, String) {
    let changes = match row.class {
        ChangeClass::None => vec![],
        ChangeClass::Allowed => vec![change("doc-changed", "a")],
        ChangeClass::MajorBumpRequired => vec![change("enum-symbol-removed", "a"), change("doc-changed", "a")],
        ChangeClass::Forbidden => vec![change("field-removed", "b"), change("enum-symbol-removed", "a")],
    };
    let mut scene = Scene::of(INT, LONG).declaring(row.old, row.new);
    scene.policy.enforcement = row.enforcement;
    if !row.is_level_compatible {
        scene.verdict = refusal(scene.level);
    }
    if row.is_exempted {
        let first = scene.judge(&changes);
        scene.exemptions.push(exemption_for(&first, 0, date(2026, 12, 31)));
    }
    let judgement = scene.judge(&changes);
    (judgement.accepted, judgement.reason.to_owned())
}

#[test]
fn every_golden_decision_is_taken() {
    let rows = golden();
    assert_eq!(rows.len(), 44);
    let wrong: Vec<String> = rows
        .iter()
        .filter(|row| judged(row) != row.expected)
        .map(|row| format!("{:?} instead of {}", judged(row), row.text))
        .collect();
    assert!(wrong.is_empty(), "{} decisions differ:\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn an_exemption_is_of_no_consequence_to_what_is_not_forbidden() {
    for class in [ChangeClass::None, ChangeClass::Allowed, ChangeClass::MajorBumpRequired] {
        for major in [DeclaredMajor::SameOrAbsent, DeclaredMajor::Raised] {
            for enforcement in Enforcement::ALL {
                let asked = |is_exempted| decide(true, Question { class, is_exempted, major, enforcement });
                assert_eq!(asked(false), asked(true), "{class} {major:?} {enforcement}");
            }
        }
    }
}

#[test]
fn only_enforcement_refuses_what_the_level_accepts() {
    for class in ChangeClass::ALL {
        for is_exempted in [false, true] {
            for major in [DeclaredMajor::SameOrAbsent, DeclaredMajor::Raised] {
                for enforcement in [Enforcement::Off, Enforcement::Report] {
                    let decision = decide(true, Question { class, is_exempted, major, enforcement });
                    assert!(decision.is_accepted, "{class} {is_exempted} {major:?} {enforcement}");
                }
            }
        }
    }
}

#[test]
fn a_lower_major_than_the_predecessors_is_not_a_raised_one() {
    let scene = Scene::of(INT, LONG).declaring(Some(3), Some(2));
    let judgement = scene.judge(&[change("enum-symbol-removed", "a")]);
    assert_eq!((judgement.accepted, judgement.reason), (false, "major-bump-required"));
    assert_eq!(judgement.needed_major, 4);
}

#[test]
fn nothing_to_follow_means_nothing_changed() {
    let scene = Scene::of(INT, LONG).declaring(None, Some(5));
    let mut case = scene.case();
    case.predecessor = None;
    let judgement = sluicegate::policy::judge(&case, &mut Default::default()).unwrap();
    assert_eq!((judgement.accepted, judgement.reason), (true, "existing-or-no-change"));
    assert_eq!(judgement.answer.class, ChangeClass::None);
    assert!(judgement.answer.forward_compatible && judgement.answer.backward_compatible);
    assert_eq!((judgement.needed_major, judgement.is_major_raised), (5, false));
}

#[test]
fn a_refusal_says_which_change_where_and_what_to_do() {
    let scene = Scene::of(INT, LONG).declaring(Some(2), Some(2));
    let judgement = scene.judge(&[change("doc-changed", "a"), change("enum-symbol-removed", "event_type")]);
    assert_eq!(
        messages::rejection(&judgement).unwrap(),
        "major-bump-required: enum-symbol-removed at event_type: enum-symbol-removed happened. \
         Undo it, or declare application.major.version=3."
    );

    let judgement = scene.judge(&[change("enum-symbol-removed", "event_type"), change("field-removed", "channel")]);
    let name = &judgement.answer.changes[1].fingerprint;
    assert_eq!(
        messages::rejection(&judgement).unwrap(),
        format!(
            "forbidden-change: field-removed at channel: field-removed happened. Undo it, or publish it as a new \
             subject, or ask for an exemption (fingerprint {name}). enum-symbol-removed at event_type: \
             enum-symbol-removed happened. Undo it, or declare application.major.version=3."
        )
    );
}

#[test]
fn a_refusal_of_a_thousand_changes_names_fifty_and_counts_the_rest() {
    let changes: Vec<_> = (0..1000).map(|at| change("field-removed", &format!("f{at}"))).collect();
    let text = messages::rejection(&Scene::of(INT, LONG).judge(&changes)).unwrap();
    assert!(text.ends_with(" And 950 more."), "{text}");
    assert_eq!(text.matches("field-removed at f").count(), 50);
}

#[test]
fn what_is_accepted_or_refused_by_the_level_needs_no_words_of_policy() {
    let mut scene = Scene::of(INT, LONG);
    assert_eq!(messages::rejection(&scene.judge(&[])), None);
    scene.verdict = refusal(scene.level);
    let judgement = scene.judge(&[change("field-removed", "b")]);
    assert_eq!(messages::rejection(&judgement), None);
    assert_eq!(messages::findings(&judgement).len(), 1);
}

#[test]
fn a_fix_names_only_ways_that_are_still_open() {
    let changes = [change("enum-symbol-removed", "a")];
    let fix = |scene: &Scene| scene.judge(&changes).answer.changes[0].fix.clone();
    let mut scene = Scene::of(INT, LONG).declaring(Some(2), Some(2));
    assert_eq!(fix(&scene), "undo it, or declare application.major.version=3");
    // Declared: done.
    scene = scene.declaring(Some(2), Some(3));
    assert_eq!(fix(&scene), "");
    // Declared, and the level still refuses, as it does where the subject groups versions by another property.
    scene.verdict = refusal(scene.level);
    assert_eq!(fix(&scene), "undo it");
}
