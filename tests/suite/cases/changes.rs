//! Class, bump, changes and warnings of every case, and the two laws that tie them to the verdicts.

use super::{assert_on_every_history, assert_on_every_pair, schema, with_reversed_keys};
use crate::casebook::{ExpectedChange, Pair};
use sluicegate::compat::{CompatibilityLevel, LevelVerdict, Scratch};
use sluicegate::evolution::{Bump, ChangeClass, Evolving, classify};
use sluicegate::policy::answer::Answer;
use sluicegate::policy::{Case, Declared, Enforcement, Policy, PredecessorSide, Profile, Rules, Side, judge};
use sluicegate::schema::ParsedSchema;
use std::collections::BTreeSet;

fn changes(old: &ParsedSchema, new: &ParsedSchema) -> Vec<ExpectedChange> {
    let changes = classify(Evolving { old, new }).expect("no case is too large");
    let expected = |change: sluicegate::evolution::Change| ExpectedChange {
        id: change.kind.id.to_owned(),
        path: change.path,
        detail: change.detail,
        class: change.class.as_str().to_owned(),
        bump: change.bump.as_str().to_owned(),
    };
    changes.into_iter().map(expected).collect()
}

/// The answer under profile `seed` with no level to fail.
fn answer(old: &ParsedSchema, new: &ParsedSchema) -> Answer {
    let policy = Policy { profile: Profile::Seed, enforcement: Enforcement::Report, rules: Rules::default() };
    let declared = Declared::default();
    let case = Case {
        subject: "orders",
        candidate: Side { schema: new, declared },
        predecessor: Some(PredecessorSide { schema: old, declared, version: None, id: None, next_line: 2 }),
        level: CompatibilityLevel::None,
        verdict: &LevelVerdict::Compatible,
        is_new_line_free: true,
        reserved: None,
        policy: &policy,
        exemptions: &[],
        today: jiff::civil::date(2026, 1, 1),
    };
    judge(&case, &mut Scratch::default()).expect("no case is too large").answer
}

#[test]
fn every_case_gets_its_complete_list_of_changes() {
    assert_on_every_pair(|pair, old, new| {
        let found = changes(old, new);
        if found == pair.expect.changes {
            return Vec::new();
        }
        let show = |change: &ExpectedChange| format!("    {change:?}");
        let list = |changes: &[ExpectedChange]| changes.iter().map(show).collect::<Vec<_>>().join("\n");
        vec![format!("  found\n{}\n  expected\n{}", list(&found), list(&pair.expect.changes))]
    });
}

#[test]
fn every_case_gets_its_class_bump_and_warnings() {
    assert_on_every_pair(|pair, old, new| {
        let (answer, expect) = (answer(old, new), &pair.expect);
        let mut wrong = Vec::new();
        if answer.class.as_str() != expect.class || answer.bump.as_str() != expect.bump {
            wrong.push(format!("  {} {}, expected {} {}", answer.class, answer.bump, expect.class, expect.bump));
        }
        let expected: BTreeSet<&str> = expect.warnings.iter().map(String::as_str).collect();
        if BTreeSet::from_iter(answer.warnings.iter().copied()) != expected {
            wrong.push(format!("  warnings {:?}, expected {expected:?}", answer.warnings));
        }
        if (answer.backward_compatible, answer.forward_compatible) != (expect.backward, expect.forward) {
            wrong.push("  the answer gives other verdicts than the case".to_owned());
        }
        wrong
    });
}

#[test]
fn the_last_step_of_every_history_gets_its_class_and_changes() {
    assert_on_every_history(|history| {
        let [.., before, last] = &*history.versions else { return vec!["  fewer than two versions".to_owned()] };
        let (before, last) = (schema(before), schema(last));
        let ids: Vec<String> = changes(&before, &last).into_iter().map(|change| change.id).collect();
        let class = answer(&before, &last).class.as_str();
        let is_right = ids == history.last_change && class == history.last_class;
        if is_right { Vec::new() } else { vec![format!("  {class} by {ids:?}")] }
    });
}

#[test]
fn no_version_differs_from_itself() {
    let silent = |schema: &ParsedSchema| changes(schema, schema).is_empty();
    assert_on_every_pair(|_, old, new| {
        [old, new].into_iter().filter(|it| !silent(it)).map(|schema| format!("  {}", schema.stored_text())).collect()
    });
    assert_on_every_history(|history| {
        history.versions.iter().filter(|text| !silent(&schema(text))).map(|text| format!("  {text}")).collect()
    });
}

#[test]
fn the_order_of_json_keys_makes_no_change() {
    assert_on_every_pair(|pair, old, new| {
        let [other_old, other_new] = [&pair.old, &pair.new].map(|text| schema(&with_reversed_keys(text)));
        let mut wrong = Vec::new();
        if !changes(old, &other_old).is_empty() || !changes(new, &other_new).is_empty() {
            wrong.push("  reversing the keys is seen as a change".to_owned());
        }
        if changes(&other_old, &other_new) != changes(old, new) {
            wrong.push("  other changes when the keys are reversed".to_owned());
        }
        wrong
    });
}

#[test]
fn what_is_allowed_is_readable_backward_and_what_needs_a_patch_is_readable_both_ways() {
    assert_on_every_pair(|pair, old, new| {
        let (answer, expect) = (answer(old, new), &pair.expect);
        let breaks_first = answer.class <= ChangeClass::Allowed && !expect.backward;
        let breaks_second = answer.bump <= Bump::Patch && !(expect.backward && expect.forward);
        let wrong = |pair: &Pair| format!("  {}: {} {}", pair.id, answer.class, answer.bump);
        if breaks_first || breaks_second { vec![wrong(pair)] } else { Vec::new() }
    });
}
