//! Profiles and overrides: what they relabel, and what they do not.

use super::{INT, LONG, Scene, change, refusal};
use sluicegate::compat::CompatibilityLevel;
use sluicegate::evolution::{Bump, Change, ChangeClass, catalogue};
use sluicegate::policy::{Enforcement, Judgement, Profile, Rules};

use ChangeClass::{Allowed, Forbidden, MajorBumpRequired};

/// The ids of `change-classification` 5.1.
const DESCRIPTIVE: [&str; 10] = [
    "doc-changed",
    "property-changed",
    "tag-added",
    "tag-removed",
    "fields-reordered",
    "field-sort-order-changed",
    "enum-symbols-reordered",
    "union-reordered",
    "union-of-one-changed",
    "alias-added",
];

fn grade(judgement: &Judgement) -> (ChangeClass, Bump) {
    (judgement.answer.class, judgement.answer.bump)
}

fn classes(judgement: &Judgement) -> Vec<ChangeClass> {
    judgement.answer.changes.iter().map(|change| change.class).collect()
}

#[test]
fn seed_takes_every_change_as_it_was_found() {
    for kind in catalogue::ALL {
        let found = change(kind.id, "a");
        let judgement = Scene::of(INT, LONG).judge(std::slice::from_ref(&found));
        assert_eq!(grade(&judgement), (found.class, found.bump), "{kind:?}");
    }
}

#[test]
fn strict_asks_for_a_major_version_where_old_readers_are_cut_off() {
    let changes = [change("doc-changed", "a"), change("numeric-widened", "a")];
    let judgement = Scene::of(INT, LONG).under(Profile::Strict, &[]).judge(&changes);
    assert_eq!(grade(&judgement), (MajorBumpRequired, Bump::Major));
    assert_eq!(classes(&judgement), [Allowed, MajorBumpRequired], "the doc is not to blame");
    assert_eq!(judgement.answer.changes[1].fix, "take this change back, or declare application.major.version=2");
    assert!(judgement.answer.warnings.is_empty(), "what is refused needs no warning about consumers");

    // The same where old readers go on reading.
    let judgement = Scene::of(INT, INT).under(Profile::Strict, &[]).judge(&changes);
    assert_eq!(grade(&judgement), (Allowed, Bump::Minor));
}

#[test]
fn strict_raises_a_pair_even_where_no_single_change_is_to_blame() {
    let judgement = Scene::of(INT, LONG).under(Profile::Strict, &[]).judge(&[change("alias-added", "a")]);
    assert_eq!(grade(&judgement), (MajorBumpRequired, Bump::Major));
}

#[test]
fn strict_leaves_worse_classes_and_decided_kinds_alone() {
    let changes = [change("numeric-widened", "a"), change("field-removed", "b")];
    let judgement = Scene::of(INT, LONG).under(Profile::Strict, &[]).judge(&changes);
    assert_eq!(classes(&judgement), [Allowed, Forbidden]);

    let allowed = Scene::of(INT, LONG).under(Profile::Strict, &[("numeric-widened", "allowed")]);
    assert_eq!(grade(&allowed.judge(&changes[..1])), (Allowed, Bump::Minor));
}

#[test]
fn avro_allows_what_the_level_accepts_and_never_forbids() {
    for kind in catalogue::ALL {
        let found = [change(kind.id, "a")];
        let mut scene = Scene::of(INT, LONG).under(Profile::Avro, &[]);
        let bump = if DESCRIPTIVE.contains(&kind.id) { Bump::Patch } else { Bump::Minor };
        assert_eq!(grade(&scene.judge(&found)), (Allowed, bump), "{kind:?}");
        scene.verdict = refusal(scene.level);
        assert_eq!(grade(&scene.judge(&found)), (MajorBumpRequired, Bump::Major), "{kind:?}");
    }
}

#[test]
fn avro_blames_the_changes_that_can_break_something() {
    let changes = [change("doc-changed", "a"), change("field-added-optional", "b"), change("enum-symbol-removed", "a")];
    let mut scene = Scene::of(INT, LONG).under(Profile::Avro, &[]);
    scene.verdict = refusal(scene.level);
    assert_eq!(classes(&scene.judge(&changes)), [Allowed, Allowed, MajorBumpRequired]);
}

#[test]
fn avro_does_not_call_a_major_needless_that_the_level_would_have_asked_for() {
    // LONG -> INT is refused under BACKWARD; the declared major opens an empty line, where the level accepts anything.
    let changes = [change("numeric-narrowed", "a")];
    let scene = Scene::of(LONG, INT).declaring(Some(1), Some(2)).under(Profile::Avro, &[]);
    let judgement = scene.judge(&changes);
    assert_eq!((judgement.accepted, judgement.reason), (true, "major-bump-declared"));

    let mut scene = scene;
    scene.level = CompatibilityLevel::None;
    assert_eq!(scene.judge(&changes).reason, "needless-major-bump");
    scene.level = CompatibilityLevel::Forward;
    assert_eq!(scene.judge(&changes).reason, "needless-major-bump");
    scene.level = CompatibilityLevel::FullTransitive;
    assert_eq!(scene.judge(&changes).reason, "major-bump-declared");
}

#[test]
fn only_descriptive_kinds_ask_for_a_patch() {
    let patches: Vec<&str> =
        catalogue::ALL.iter().filter(|kind| kind.bump == Bump::Patch).map(|kind| kind.id).collect();
    assert_eq!(patches, DESCRIPTIVE);
}

#[test]
fn an_override_brings_the_bump_that_goes_with_its_class() {
    let table = [
        ("numeric-widened-lossy", "major-bump-required", Bump::Major),
        ("field-removed", "major-bump-required", Bump::Major),
        ("field-made-nullable", "forbidden", Bump::NotReleasable),
        ("field-made-nullable", "allowed", Bump::Minor),
        ("field-removed", "allowed", Bump::Minor),
        ("doc-changed", "allowed", Bump::Patch),
        ("doc-changed", "none", Bump::None),
        ("field-removed", "none", Bump::None),
    ];
    for profile in Profile::ALL {
        for (id, class, bump) in table {
            let scene = Scene::of(INT, LONG).under(profile, &[(id, class)]);
            let judgement = scene.judge(&[change(id, "a")]);
            assert_eq!(grade(&judgement), (ChangeClass::read(class).unwrap(), bump), "{id} = {class} under {profile}");
        }
    }
}

#[test]
fn an_override_to_none_leaves_the_change_listed_and_the_rest_decided() {
    let changes = [change("doc-changed", "a"), change("tag-removed", "b"), change("field-made-nullable", "a")];
    let scene = Scene::of(INT, INT).under(Profile::Seed, &[("doc-changed", "none"), ("tag-removed", "none")]);
    let judgement = scene.judge(&changes);
    assert_eq!(classes(&judgement), [ChangeClass::None, ChangeClass::None, MajorBumpRequired]);
    assert!(judgement.answer.warnings.is_empty());

    let judgement = scene.judge(&changes[..2]);
    assert_eq!(grade(&judgement), (ChangeClass::None, Bump::None));
    assert_eq!((judgement.accepted, judgement.reason), (true, "existing-or-no-change"));
    assert_eq!(judgement.answer.changes.len(), 2);
}

#[test]
fn an_overridden_change_says_what_to_do_like_any_other() {
    let fix = |class, id| {
        let scene = Scene::of(INT, LONG).under(Profile::Seed, &[(id, class)]);
        scene.judge(&[change(id, "a")]).answer.changes[0].fix.clone()
    };
    assert_eq!(
        fix("major-bump-required", "doc-changed"),
        "take this change back, or declare application.major.version=2"
    );
    assert!(
        fix("forbidden", "doc-changed").starts_with("take this change back, or publish it as a new subject, or ask")
    );
    assert_eq!(fix("major-bump-required", "field-removed"), "undo it, or declare application.major.version=2");
    assert_eq!(fix("allowed", "field-removed"), "");
}

#[test]
fn the_subject_wins_over_what_holds_everywhere() {
    let everywhere = Rules::parse([("doc-changed", "none"), ("field-removed", "forbidden")]).unwrap();
    let here = Rules::parse([("field-removed", "major-bump-required"), ("enum-symbol-added", "forbidden")]).unwrap();
    let merged: Vec<_> = here.over(&everywhere).iter().collect();
    assert_eq!(
        merged,
        [("doc-changed", ChangeClass::None), ("enum-symbol-added", Forbidden), ("field-removed", MajorBumpRequired)]
    );
}

#[test]
fn what_is_not_known_is_refused_with_the_nearest_that_is() {
    let error = |id: &str, class: &str| Rules::parse([(id, class)]).unwrap_err().to_string();
    for (id, nearest) in [
        ("field-remove", "field-removed"),
        ("Field_Removed", "field-removed"),
        ("feild-removed", "field-removed"),
        ("enum-symbol-aded", "enum-symbol-added"),
        ("numeric-widend-lossy", "numeric-widened-lossy"),
        ("tag", "tag-added"),
    ] {
        assert_eq!(error(id, "allowed"), format!("unknown change id `{id}`: did you mean `{nearest}`?"));
    }
    for (class, nearest) in [
        ("major", "major-bump-required"),
        ("forbiden", "forbidden"),
        ("Allowed", "allowed"),
        ("off", "none"),
        ("allow", "allowed"),
    ] {
        assert_eq!(error("field-removed", class), format!("unknown class `{class}`: did you mean `{nearest}`?"));
    }
    assert_eq!(Profile::read("sede").unwrap_err().to_string(), "unknown profile `sede`: did you mean `seed`?");
    assert_eq!(
        Enforcement::read("enforced").unwrap_err().to_string(),
        "unknown enforcement `enforced`: did you mean `enforce`?"
    );
    // However long a word is, the answer comes at once.
    assert!(Rules::parse([("x".repeat(10_000_000).as_str(), "allowed")]).is_err());
}

#[test]
fn every_known_word_is_read() {
    for kind in catalogue::ALL {
        for class in ChangeClass::ALL {
            let rules = Rules::parse([(kind.id, class.as_str())]).unwrap();
            assert_eq!(rules.class_of(kind), Some(class));
        }
    }
    assert_eq!(Profile::ALL.map(|profile| Profile::read(profile.as_str())), Profile::ALL.map(Ok));
    assert_eq!(Enforcement::ALL.map(|word| Enforcement::read(word.as_str())), Enforcement::ALL.map(Ok));
}

#[test]
fn warnings_come_once_each_and_in_one_order() {
    let of = |old, new, changes: &[Change]| Scene::of(old, new).judge(changes).answer.warnings;
    let lossy = change("numeric-widened-lossy", "a");
    assert_eq!(of(INT, LONG, &[lossy.clone(), lossy.clone()]), ["precision-loss", "upgrade-consumers-first"]);
    assert_eq!(of(LONG, INT, std::slice::from_ref(&lossy)), ["precision-loss"], "not readable backward either");
    let all =
        [change("alias-collision", "a"), change("tag-removed", "a"), change("decimal-precision-increased", "a"), lossy];
    assert_eq!(of(INT, INT, &all), ["precision-loss", "avro-spec-mismatch", "tag-removed", "alias-collision"]);
    let raised = Scene::of(INT, INT).declaring(Some(1), Some(2));
    assert_eq!(raised.judge(&[change("doc-changed", "a")]).answer.warnings, ["needless-major-bump"]);
    assert!(raised.judge(&[]).answer.warnings.is_empty(), "no change, nothing to be needless for");
}
