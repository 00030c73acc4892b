//! No profile, override, exemption or enforcement makes a candidate acceptable that its level refuses.

use super::{INT, LONG, Scene, change, exemption_for, major, refusal, version};
use crate::dice::Dice;
use jiff::civil::date;
use sluicegate::compat::CompatibilityLevel;
use sluicegate::evolution::{Change, ChangeClass, catalogue};
use sluicegate::policy::{DeclaredMajor, Enforcement, Policy, Profile, Question, Rules, decide};

/// Anything that is not the verdict, at random; every change may be exempted, and every kind overridden.
fn anything_goes(dice: &mut Dice) -> (Scene, Vec<Change>) {
    let mut scene = match dice.below(2) {
        0 => Scene::of(INT, LONG),
        _ => Scene::of(LONG, INT),
    };
    let mut rules = Rules::default();
    for kind in catalogue::ALL {
        if dice.below(4) == 0 {
            rules.set(kind.id, ChangeClass::ALL[dice.index(4)]).unwrap();
        }
    }
    scene.policy = Policy { profile: Profile::ALL[dice.index(3)], enforcement: Enforcement::ALL[dice.index(3)], rules };
    scene.level = CompatibilityLevel::ALL[dice.index(7)];
    scene.old_declares = major([None, Some(1), Some(2)][dice.index(3)]);
    scene.new_declares = major([None, Some(1), Some(2), Some(3)][dice.index(4)]);
    if dice.below(3) == 0 {
        scene.old_declares.version = Some(version(["1.0.0", "2.1.0"][dice.index(2)]));
        scene.new_declares.version = Some(version(["1.0.0", "1.0.1", "2.2.0", "3.0.0"][dice.index(4)]));
    }
    let count = dice.index(4);
    let changes: Vec<Change> =
        (0..count).map(|at| change(catalogue::ALL[dice.index(51)].id, &format!("f{at}"))).collect();
    let judgement = scene.judge(&changes);
    for at in 0..changes.len() {
        if dice.below(2) == 0 {
            let expires = [date(2026, 12, 31), date(2025, 12, 31)][dice.index(2)];
            scene.exemptions.push(exemption_for(&judgement, at, expires));
        }
    }
    (scene, changes)
}

#[test]
fn no_policy_accepts_what_the_level_refuses() {
    let mut dice = Dice::thrown("SLUICEGATE_POLICY_SEED");
    let mut accepted_otherwise = 0;
    for _ in 0..20_000 {
        let (mut scene, changes) = anything_goes(&mut dice);
        accepted_otherwise += u32::from(scene.judge(&changes).accepted);
        scene.verdict = refusal(scene.level);
        let judgement = scene.judge(&changes);
        assert!(!judgement.accepted, "{:?} {changes:?}", scene.policy);
        assert_eq!(judgement.reason, "incompatible");
        assert!(!judgement.answer.level.compatible && !judgement.answer.level.messages.is_empty());
    }
    assert!(accepted_otherwise > 5_000, "the law is not tried: only {accepted_otherwise} would have passed");
}

#[test]
fn a_refused_level_is_one_decision_whatever_policy_is_asked() {
    for class in ChangeClass::ALL {
        for is_exempted in [false, true] {
            for major in [DeclaredMajor::SameOrAbsent, DeclaredMajor::Raised] {
                for enforcement in Enforcement::ALL {
                    let decision = decide(false, Question { class, is_exempted, major, enforcement });
                    assert_eq!((decision.is_accepted, decision.reason), (false, "incompatible"));
                }
            }
        }
    }
}

#[test]
fn an_exemption_never_makes_a_change_allowed() {
    let mut dice = Dice::thrown("SLUICEGATE_POLICY_SEED");
    for _ in 0..5_000 {
        let (mut scene, changes) = anything_goes(&mut dice);
        let with = scene.judge(&changes);
        scene.exemptions.clear();
        let without = scene.judge(&changes);
        for (with, without) in with.answer.changes.iter().zip(&without.answer.changes) {
            let may_differ = without.class == ChangeClass::Forbidden && with.class == ChangeClass::MajorBumpRequired;
            assert!(may_differ || with.class == without.class, "{} became {}", without.class, with.class);
        }
        assert_eq!(with.answer.level, without.answer.level);
    }
}

#[test]
fn the_grade_of_a_pair_is_the_worst_of_its_changes() {
    let mut dice = Dice::thrown("SLUICEGATE_POLICY_SEED");
    for _ in 0..5_000 {
        let (scene, changes) = anything_goes(&mut dice);
        let answer = scene.judge(&changes).answer;
        let class = answer.changes.iter().map(|change| change.class).max();
        assert_eq!(answer.class, class.unwrap_or(ChangeClass::None));
        assert_eq!(answer.bump.as_str() == "not-releasable", answer.class == ChangeClass::Forbidden);
        assert_eq!(answer.changes.len(), changes.len(), "every change stays listed");
    }
}
