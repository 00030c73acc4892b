//! Every case of `compat-cases/` judged as a whole: class, bump and warnings under `seed`, and what follows from them.

use super::Scene;
use crate::casebook::{Pair, histories, pairs};
use sluicegate::compat::{Candidate, CompatibilityLevel, HistoricVersion, Scratch, check};
use sluicegate::evolution::ChangeClass;
use sluicegate::policy::{Enforcement, Judgement, Profile, judge};
use sluicegate::schema::names::Version;
use std::convert::Infallible;
use std::sync::Arc;

/// A pair judged under a level that looks at its old side alone.
fn judged(scene: &mut Scene, old: &str) -> Judgement {
    let history = [Ok::<_, Infallible>(HistoricVersion {
        version: Version::FIRST,
        schema: Arc::new(super::schema(old)),
        text: scene.old.stored_text().into(),
    })];
    let Ok(verdict) = check(Candidate { schema: &scene.new }, history, scene.level, &mut Scratch::default());
    scene.verdict = verdict;
    judge(&scene.case(), &mut Scratch::default()).expect("no case is too large")
}

fn scene(pair: &Pair, profile: Profile, level: CompatibilityLevel) -> Scene {
    let mut scene = Scene::of(&pair.old, &pair.new).under(profile, &[]);
    scene.level = level;
    scene
}

fn report(wrong: &[String]) {
    assert!(wrong.is_empty(), "{} cases disagree:\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn every_case_has_the_class_the_bump_and_the_warnings_it_promises() {
    let mut wrong = Vec::new();
    for pair in pairs() {
        let answer = judged(&mut scene(&pair, Profile::Seed, CompatibilityLevel::None), &pair.old).answer;
        let found = (answer.class.as_str(), answer.bump.as_str(), answer.warnings);
        let expected = (pair.expect.class.as_str(), pair.expect.bump.as_str(), &pair.expect.warnings);
        if (found.0, found.1) != (expected.0, expected.1) || found.2 != *expected.2 {
            wrong.push(format!("{}: {found:?} instead of {expected:?}", pair.file));
        }
        if (answer.backward_compatible, answer.forward_compatible) != (pair.expect.backward, pair.expect.forward) {
            wrong.push(format!("{}: the pair's own verdicts differ", pair.file));
        }
    }
    report(&wrong);
}

#[test]
fn the_last_step_of_every_history_has_its_class() {
    let mut wrong = Vec::new();
    for history in histories() {
        let [.., old, new] = &history.versions[..] else { unreachable!("{}: fewer than two versions", history.file) };
        let mut scene = Scene::of(old, new);
        scene.level = CompatibilityLevel::None;
        let answer = judged(&mut scene, old).answer;
        let ids: Vec<&str> = answer.changes.iter().map(|answered| answered.change.kind.id).collect();
        if answer.class.as_str() != history.last_class || ids != history.last_change {
            let (class, expected) = (answer.class, (&history.last_class, &history.last_change));
            wrong.push(format!("{}: {class} {ids:?} instead of {expected:?}", history.file));
        }
    }
    report(&wrong);
}

#[test]
fn strict_is_seed_with_old_readers_in_mind() {
    let mut wrong = Vec::new();
    for pair in pairs() {
        let strict = judged(&mut scene(&pair, Profile::Strict, CompatibilityLevel::None), &pair.old).answer.class;
        let expected = match pair.expect.class.as_str() {
            "allowed" if !pair.expect.forward => "major-bump-required",
            class => class,
        };
        if strict.as_str() != expected {
            wrong.push(format!("{}: {strict} instead of {expected}", pair.file));
        }
    }
    report(&wrong);
}

#[test]
fn avro_is_the_level_and_nothing_else() {
    let mut wrong = Vec::new();
    for pair in pairs() {
        let is_descriptive = pair.expect.changes.iter().all(|change| change.bump == "patch");
        for (level, is_compatible) in [
            (CompatibilityLevel::None, true),
            (CompatibilityLevel::Backward, pair.expect.backward),
            (CompatibilityLevel::Forward, pair.expect.forward),
            (CompatibilityLevel::Full, pair.expect.backward && pair.expect.forward),
        ] {
            let answer = judged(&mut scene(&pair, Profile::Avro, level), &pair.old).answer;
            let expected = match (pair.expect.changes.is_empty(), is_compatible) {
                (true, _) => ("none", "none"),
                (false, false) => ("major-bump-required", "major"),
                (false, true) if is_descriptive => ("allowed", "patch"),
                (false, true) => ("allowed", "minor"),
            };
            if (answer.class.as_str(), answer.bump.as_str()) != expected {
                wrong.push(format!("{} under {level}: {} instead of {expected:?}", pair.file, answer.class));
            }
        }
    }
    report(&wrong);
}

#[test]
fn what_is_refused_says_how_to_go_on_and_what_is_accepted_does_not() {
    let mut wrong = Vec::new();
    for pair in pairs() {
        let judgement = judged(&mut scene(&pair, Profile::Seed, CompatibilityLevel::None), &pair.old);
        for answered in &judgement.answer.changes {
            let must_say = answered.class > ChangeClass::Allowed;
            if answered.fix.is_empty() == must_say || answered.fix.starts_with("take this change back") {
                wrong.push(format!("{}: {:?} says \"{}\"", pair.file, answered.change.kind, answered.fix));
            }
        }
    }
    report(&wrong);
}

#[test]
fn declaring_the_next_major_settles_what_needs_one() {
    let mut wrong = Vec::new();
    for pair in pairs().iter().filter(|pair| pair.expect.class == "major-bump-required") {
        let mut scene = scene(pair, Profile::Seed, CompatibilityLevel::None);
        assert_eq!(scene.policy.enforcement, Enforcement::Enforce);
        let refused = judged(&mut scene, &pair.old);
        scene = scene.declaring(None, Some(refused.needed_major));
        let settled = judged(&mut scene, &pair.old);
        if refused.accepted || !settled.accepted || settled.answer.changes.iter().any(|change| !change.fix.is_empty()) {
            wrong.push(format!("{}: {} and then {}", pair.file, refused.reason, settled.reason));
        }
    }
    report(&wrong);
}
