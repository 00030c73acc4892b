//! Exemptions: they let pass what they name, and nothing like it.

use super::{INT, LONG, Scene, change, exemption_for, refusal};
use jiff::civil::date;
use sluicegate::evolution::{Bump, Change, ChangeClass};
use sluicegate::policy::{Exemption, Fingerprints};

fn removed() -> Vec<Change> {
    vec![change("field-removed", "b")]
}

/// A removed field, an exemption that is changed by `edit`, and a declared major.
fn scene(edit: impl Fn(&mut Exemption)) -> Scene {
    let mut scene = Scene::of(INT, LONG).declaring(Some(2), Some(3));
    let mut exemption = exemption_for(&scene.judge(&removed()), 0, date(2026, 6, 30));
    edit(&mut exemption);
    scene.exemptions.push(exemption);
    scene
}

#[test]
fn an_exempted_change_needs_a_major_version_instead() {
    let mut scene = scene(|_| ());
    let judgement = scene.judge(&removed());
    assert_eq!((judgement.accepted, judgement.reason), (true, "major-bump-declared"));
    assert_eq!((judgement.answer.class, judgement.answer.bump), (ChangeClass::MajorBumpRequired, Bump::Major));
    assert_eq!(judgement.exemptions_matched, [0]);
    let [listed] = &judgement.answer.exemptions[..] else { unreachable!("one exemption") };
    assert_eq!((listed.expires.as_str(), listed.is_expired), ("2026-06-30", false));

    scene = scene.declaring(Some(2), Some(2));
    let judgement = scene.judge(&removed());
    assert_eq!((judgement.accepted, judgement.reason), (false, "major-bump-required"));
    assert_eq!(judgement.answer.changes[0].fix, "undo it, or declare application.major.version=3");
}

#[test]
fn an_exemption_of_something_else_changes_nothing() {
    type Edit = fn(&mut Exemption);
    let edits: [(&str, Edit); 4] = [
        ("another subject", |exemption| exemption.subject = "orders2".to_owned()),
        ("another id", |exemption| exemption.change = "field-renamed".to_owned()),
        ("another path", |exemption| exemption.path = "a".to_owned()),
        ("another fingerprint", |exemption| exemption.fingerprint = "0123456789abcdef".to_owned()),
    ];
    for (what, edit) in edits {
        let judgement = scene(edit).judge(&removed());
        assert_eq!((judgement.accepted, judgement.reason), (false, "forbidden-change"), "{what}");
        assert!(judgement.exemptions_matched.is_empty() && judgement.answer.exemptions.is_empty(), "{what}");
    }
}

#[test]
fn an_exemption_is_for_the_two_schemas_it_was_given_for() {
    let given = scene(|_| ()).exemptions;
    for (old, new) in [(INT, INT), (LONG, LONG), (LONG, INT)] {
        let mut other = Scene::of(old, new).declaring(Some(2), Some(3));
        other.exemptions.clone_from(&given);
        assert_eq!(other.judge(&removed()).reason, "forbidden-change", "{old} -> {new}");
    }
    // How the schema is written does not matter: what a registry stores of it does.
    let mut spelled = Scene::of(&INT.replace(' ', "\n"), LONG).declaring(Some(2), Some(3));
    spelled.exemptions = given;
    assert_eq!(spelled.judge(&removed()).reason, "major-bump-declared");
}

#[test]
fn an_exemption_holds_to_the_end_of_its_last_day() {
    for (today, is_expired) in
        [(date(2026, 6, 29), false), (date(2026, 6, 30), false), (date(2026, 7, 1), true), (date(2027, 1, 1), true)]
    {
        let mut scene = scene(|_| ());
        scene.today = today;
        let judgement = scene.judge(&removed());
        assert_eq!(judgement.accepted, !is_expired, "{today}");
        assert_eq!(judgement.answer.exemptions[0].is_expired, is_expired, "{today}");
        assert_eq!(judgement.exemptions_matched, [0], "an expired one is reported, not ignored: {today}");
    }
}

#[test]
fn the_fix_speaks_of_the_exemption_that_expired() {
    let mut scene = scene(|_| ());
    scene.today = date(2026, 7, 1);
    let judgement = scene.judge(&removed());
    let answered = &judgement.answer.changes[0];
    assert_eq!(
        answered.fix,
        format!(
            "undo it, or publish it as a new subject, or have the exemption renewed that expired after 2026-06-30 \
             (fingerprint {})",
            answered.fingerprint
        )
    );
    // Renewed beside the old one.
    let mut renewed = scene.exemptions[0].clone();
    renewed.expires = date(2026, 12, 31);
    scene.exemptions.push(renewed);
    let judgement = scene.judge(&removed());
    assert!(judgement.accepted);
    assert_eq!(judgement.exemptions_matched, [0, 1]);
}

#[test]
fn one_exempted_change_does_not_cover_for_another() {
    let changes = [change("field-removed", "b"), change("field-removed", "c")];
    let mut scene = Scene::of(INT, LONG).declaring(Some(2), Some(3));
    let judgement = scene.judge(&changes);
    scene.exemptions.push(exemption_for(&judgement, 1, date(2026, 6, 30)));
    assert_eq!(scene.judge(&changes).reason, "forbidden-change");
    scene.exemptions.push(exemption_for(&judgement, 0, date(2026, 6, 30)));
    assert_eq!(scene.judge(&changes).reason, "major-bump-declared");
}

#[test]
fn an_exemption_does_not_reach_the_level() {
    let mut scene = scene(|_| ());
    scene.verdict = refusal(scene.level);
    let judgement = scene.judge(&removed());
    assert_eq!((judgement.accepted, judgement.reason), (false, "incompatible"));
    assert!(!judgement.answer.level.compatible);
}

#[test]
fn what_is_not_forbidden_keeps_its_class_beside_an_exemption() {
    for id in ["doc-changed", "enum-symbol-removed"] {
        let changes = [change(id, "a")];
        let mut scene = Scene::of(INT, LONG);
        let before = scene.judge(&changes);
        scene.exemptions.push(exemption_for(&before, 0, date(2026, 6, 30)));
        let after = scene.judge(&changes);
        assert_eq!((after.accepted, after.answer.class), (before.accepted, before.answer.class), "{id}");
        assert_eq!(after.answer.exemptions.len(), 1, "it names the change all the same: {id}");
    }
}

#[test]
fn a_fingerprint_is_the_one_that_anybody_can_compute() {
    // printf '%s\n%s\n%s\n%s\n%s' orders field-removed b "$(sha256 of the old text)" "$(… the new)" | sha256sum
    let fingerprints = Fingerprints::of("orders", &super::schema(INT), &super::schema(LONG));
    assert_eq!(fingerprints.name("field-removed", "b"), "d9044bd2d2d1623b");
}
