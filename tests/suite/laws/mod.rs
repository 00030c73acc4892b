//! Laws that tie classes, changes and verdicts together, over random pairs and histories (`change-classification` 13.4).
//!
//! `LAW_SEED` and `LAW_PAIRS` change the run; a failure prints the seed and the smallest pair that breaks a law.

mod meaning;

use crate::generator::Generator;
use serde_json::{Value, json};
use sluicegate::compat::{
    Candidate, CompatibilityLevel, HistoricVersion, LevelVerdict, Reading, Scratch, can_read, check, incompatibilities,
};
use sluicegate::evolution::{Bump, Change, ChangeClass, Evolving, catalogue, classify};
use sluicegate::policy::{
    Case, Declared, Enforcement, Judgement, Policy, PredecessorSide, Profile, Rules, Side, judge,
};
use sluicegate::schema::names::Version;
use sluicegate::schema::{ParsedSchema, SchemaSource, Strictness, parse};
use std::collections::BTreeMap;
use std::convert::Infallible;
use std::rc::Rc;
use std::sync::Arc;

fn setting(name: &str, otherwise: usize) -> usize {
    std::env::var(name).ok().and_then(|text| text.parse().ok()).unwrap_or(otherwise)
}

fn seed() -> u64 {
    setting("LAW_SEED", 20_261_126) as u64
}

/// How many pairs the laws that cost little look at; the others look at a tenth.
fn pairs_max() -> usize {
    setting("LAW_PAIRS", 100_000)
}

/// Of a hundred pairs, how many are made by edits that teams make. The rest is in the corners of the language.
const TAME: usize = 80;

/// How many steps one random evolution has.
const STEPS: usize = 4;

/// An id that fewer than one in this many pairs shows is not looked at often enough.
const RARE: usize = 200;

struct Pair {
    old_text: Rc<str>,
    new_text: Rc<str>,
    old: Rc<ParsedSchema>,
    new: Rc<ParsedSchema>,
}

fn parsed(text: &str) -> Option<ParsedSchema> {
    parse(&SchemaSource::avro(text), Strictness::Stored).ok()
}

/// `count` pairs that parse: steps of random evolutions, and strangers.
fn pairs(count: usize) -> impl Iterator<Item = Pair> {
    let mut generator = Generator::new(seed());
    let rounds = std::iter::repeat_with(move || {
        let mut found = steps(generator.versions(STEPS + 1));
        for _ in 0..STEPS * (100 - TAME) / TAME {
            let (old, new) = generator.pair();
            found.extend(steps(vec![old, new]));
        }
        found
    });
    rounds.flatten().take(count)
}

/// Each version that parses with the next one.
fn steps(texts: Vec<String>) -> Vec<Pair> {
    let parsed = |text: String| Some((Rc::new(parsed(&text)?), Rc::<str>::from(text)));
    let versions: Vec<_> = texts.into_iter().filter_map(parsed).collect();
    let step = |versions: &[(Rc<ParsedSchema>, Rc<str>)]| Pair {
        old: versions[0].0.clone(),
        new: versions[1].0.clone(),
        old_text: versions[0].1.clone(),
        new_text: versions[1].1.clone(),
    };
    versions.windows(2).map(step).collect()
}

/// Looks at `count` pairs and fails with the smallest that breaks a law.
fn assert_law(count: usize, broken: impl FnMut(&Pair) -> Option<String>) {
    assert_law_over(pairs(count), broken);
}

fn assert_law_over(pairs: impl Iterator<Item = Pair>, mut broken: impl FnMut(&Pair) -> Option<String>) {
    let mut smallest: Option<(usize, String)> = None;
    let mut failures = 0;
    for pair in pairs {
        let Some(reason) = broken(&pair) else { continue };
        failures += 1;
        let (old, new) = (pair.old.stored_text(), pair.new.stored_text());
        let size = old.len() + new.len();
        if smallest.as_ref().is_none_or(|(least, _)| size < *least) {
            smallest = Some((size, format!("{reason}\n{old}\n{new}")));
        }
    }
    let smallest = smallest.map(|(_, text)| text).unwrap_or_default();
    assert!(failures == 0, "seed {}: {failures} pairs break the law, the smallest:\n{smallest}", seed());
}

fn changes(old: &ParsedSchema, new: &ParsedSchema) -> Vec<Change> {
    classify(Evolving { old, new }).expect("no random pair is too large")
}

/// Without places, which depend on where in the text a type is written out.
fn lines(changes: &[Change]) -> Vec<(&'static str, &str, Option<&str>, ChangeClass, Bump)> {
    changes
        .iter()
        .map(|change| (change.kind.id, change.path.as_str(), change.detail.as_deref(), change.class, change.bump))
        .collect()
}

fn worst(changes: &[Change]) -> (ChangeClass, Bump) {
    let class = changes.iter().map(|change| change.class).max().unwrap_or(ChangeClass::None);
    (class, changes.iter().map(|change| change.bump).max().unwrap_or(Bump::None))
}

/// Whether the reference's check throws even between a schema and itself, because a field matches several of its own
/// fields by aliases: nothing follows from what such a schema can read.
fn throws(schema: &ParsedSchema, scratch: &mut Scratch) -> bool {
    let itself = Reading { reader: schema, writer: schema };
    incompatibilities(itself, scratch).list.iter().any(|finding| finding.kind.as_str() == "CHECK_THREW")
}

#[test]
fn classes_keep_what_they_promise_and_silence_means_equality() {
    let mut scratch = Scratch::default();
    let mut hits: BTreeMap<&str, usize> = BTreeMap::new();
    assert_law(pairs_max(), |pair| {
        let found = changes(&pair.old, &pair.new);
        for kind in catalogue::ALL {
            *hits.entry(kind.id).or_default() += usize::from(found.iter().any(|change| change.kind == kind));
        }
        let (class, _) = worst(&found);
        *hits.entry(class.as_str()).or_default() += 1;
        broken_promise(pair, &found, &mut scratch).or_else(|| broken_silence(pair, &found))
    });
    let mut rare = Vec::new();
    for (id, count) in hits {
        println!("{:6.2} % {id}", count as f64 * 100.0 / pairs_max() as f64);
        if id != "schema-type-changed" && count * RARE < pairs_max() {
            rare.push(id);
        }
    }
    assert!(rare.is_empty(), "fewer than one pair in {RARE} shows {rare:?}");
}

/// P1: what is allowed is readable backward. P2: what needs no more than a patch is readable both ways.
fn broken_promise(pair: &Pair, found: &[Change], scratch: &mut Scratch) -> Option<String> {
    let (class, bump) = worst(found);
    let backward = Reading { reader: &pair.new, writer: &pair.old };
    let forward = Reading { reader: &pair.old, writer: &pair.new };
    let promises = [(backward, "backward", class <= ChangeClass::Allowed), (forward, "forward", bump <= Bump::Patch)];
    let mut kept = |reading| can_read(reading, scratch) || throws(&pair.old, scratch);
    let broken = promises.into_iter().find(|(reading, _, promised)| *promised && !kept(*reading));
    broken.map(|(_, way, _)| format!("{class}, {bump}, but not readable {way}: {:?}", lines(found)))
}

/// No finding means equal schemas, and the other way round.
fn broken_silence(pair: &Pair, found: &[Change]) -> Option<String> {
    // The costly question is not asked where anything but a default has changed.
    let is_suspect = |change: &Change| change.kind.id == "field-default-changed";
    let are_equal = match pair.old.is_equivalent_to(&pair.new) {
        false if found.iter().all(is_suspect) => meaning::is_shared(&pair.old, &pair.new)?,
        are_equal => are_equal,
    };
    (found.is_empty() != are_equal).then(|| format!("equal: {are_equal}, but {:?}", lines(found)))
}

#[test]
fn a_schema_does_not_differ_from_itself() {
    assert_law(pairs_max() / 10, |pair| {
        let found = changes(&pair.new, &pair.new);
        (!found.is_empty()).then(|| format!("{:?}", lines(&found)))
    });
}

#[test]
fn the_order_of_json_keys_makes_no_change() {
    assert_law(pairs_max() / 10, |pair| {
        let turned = [&pair.old_text, &pair.new_text].map(|text| {
            let tree = serde_json::from_str(text).ok()?;
            parsed(&turned(tree).to_string())
        });
        // Text that serde_json reads otherwise, such as a number too large for it, proves nothing.
        let [Some(old), Some(new)] = turned else { return None };
        if !pair.old.is_equivalent_to(&old) || !pair.new.is_equivalent_to(&new) {
            return None;
        }
        let (before, after) = (changes(&pair.old, &pair.new), changes(&old, &new));
        (lines(&before) != lines(&after)).then(|| format!("{:?}\n{:?}", lines(&before), lines(&after)))
    });
}

fn turned(value: Value) -> Value {
    match value {
        Value::Array(items) => items.into_iter().map(turned).collect(),
        Value::Object(members) => members.into_iter().rev().map(|(key, value)| (key, turned(value))).collect(),
        other => other,
    }
}

#[test]
fn where_a_type_is_written_out_makes_no_change() {
    let mut generator = Generator::new(seed());
    let mut looked_at = 0;
    for _ in 0..pairs_max() / 10 {
        let texts = generator.respelled_pair();
        let [Some(old), Some(new), Some(respelled)] = texts.each_ref().map(|text| parsed(text)) else { continue };
        if !respelled.is_equivalent_to(&new) || respelled.stored_text() == new.stored_text() {
            continue;
        }
        looked_at += 1;
        let (before, after) = (changes(&old, &new), changes(&old, &respelled));
        let words = || format!("{:?}\n{:?}\n{}", lines(&before), lines(&after), texts.join("\n"));
        assert!(lines(&before) == lines(&after), "seed {}:\n{}", seed(), words());
    }
    assert!(looked_at * RARE > pairs_max(), "{looked_at} pairs had a type to write out elsewhere");
}

#[test]
fn an_unrelated_optional_field_never_lowers_the_class() {
    let mut looked_at = 0;
    assert_law(pairs_max() / 10, |pair| {
        let grown = parsed(&with_a_field(&pair.new_text)?)?;
        looked_at += 1;
        let (before, after) = (changes(&pair.old, &pair.new), changes(&pair.old, &grown));
        (worst(&after) < worst(&before)).then(|| format!("{:?}\n{:?}", lines(&before), lines(&after)))
    });
    assert!(looked_at * 20 > pairs_max(), "{looked_at}");
}

/// The schema with an optional field more in its root record.
fn with_a_field(text: &str) -> Option<String> {
    let mut tree: Value = serde_json::from_str(text).ok()?;
    let root = match &mut tree {
        Value::Array(branches) => branches.first_mut()?,
        root => root,
    };
    let field = json!({"name": "unrelated", "type": ["null", "string"], "default": null});
    root.get_mut("fields")?.as_array_mut()?.push(field);
    Some(tree.to_string())
}

fn judged(pair: &Pair, verdict: &LevelVerdict, policy: &Policy, scratch: &mut Scratch) -> Judgement {
    let declared = Declared::default();
    let case = Case {
        subject: "orders",
        candidate: Side { schema: &pair.new, declared },
        predecessor: Some(PredecessorSide { schema: &pair.old, declared, version: None, id: None, next_line: 2 }),
        level: CompatibilityLevel::Backward,
        verdict,
        is_new_line_free: true,
        reserved: None,
        policy,
        exemptions: &[],
        today: jiff::civil::date(2026, 1, 1),
    };
    judge(&case, scratch).expect("no random pair is too large")
}

/// Overrides of a few ids, some of them softer and some harder.
fn some_rules(at: usize) -> Rules {
    let mut rules = Rules::default();
    for step in 0..6 {
        let kind = catalogue::ALL[(at * 7 + step * 11) % catalogue::ALL.len()];
        rules.set(kind.id, ChangeClass::ALL[(at + step) % ChangeClass::ALL.len()]).expect("an id of the catalogue");
    }
    rules
}

#[test]
fn no_override_and_no_profile_reaches_the_level_verdict() {
    let mut scratch = Scratch::default();
    let mut at = 0;
    assert_law(pairs_max() / 10, |pair| {
        at += 1;
        let verdict = level_verdict(&pair.new, &[&pair.old_text], CompatibilityLevel::Backward)?;
        let mut broken = None;
        for profile in Profile::ALL {
            let policy = Policy { profile, enforcement: Enforcement::Enforce, rules: some_rules(at) };
            let judgement = judged(pair, &verdict, &policy, &mut scratch);
            let is_compatible = verdict == LevelVerdict::Compatible;
            if judgement.answer.level.compatible != is_compatible || judgement.accepted && !is_compatible {
                broken = Some(format!("{profile}: {:?}", judgement.answer));
            }
        }
        broken
    });
}

#[test]
fn the_class_of_a_pair_is_the_worst_of_its_changes() {
    let mut scratch = Scratch::default();
    let policy = Policy { profile: Profile::Seed, enforcement: Enforcement::Enforce, rules: Rules::default() };
    assert_law(pairs_max() / 10, |pair| {
        let answer = judged(pair, &LevelVerdict::Compatible, &policy, &mut scratch).answer;
        let expected = worst(&changes(&pair.old, &pair.new));
        ((answer.class, answer.bump) != expected).then(|| format!("{} {}", answer.class, answer.bump))
    });
}

/// What a level says of a candidate after these versions, oldest first; `None` where one of them does not parse.
fn level_verdict(new: &ParsedSchema, oldest_first: &[&str], level: CompatibilityLevel) -> Option<LevelVerdict> {
    let mut history = Vec::new();
    for (at, text) in oldest_first.iter().enumerate().rev() {
        let version = Version::new(at as i64 + 1).expect("a version");
        history.push(Ok::<_, Infallible>(HistoricVersion {
            version,
            schema: Arc::new(parsed(text)?),
            text: (*text).into(),
        }));
    }
    let Ok(verdict) = check(Candidate { schema: new }, history, level, &mut Scratch::default());
    Some(verdict)
}

#[test]
fn backward_seen_from_the_other_side_is_forward() {
    use CompatibilityLevel::{Backward, BackwardTransitive, Forward, ForwardTransitive};
    let mut generator = Generator::new(seed());
    for _ in 0..pairs_max() / 50 {
        let texts = generator.versions(4);
        let (last, before) = texts.split_last().expect("versions");
        let before: Vec<&str> = before.iter().map(String::as_str).collect();
        let Some(new) = parsed(last).filter(|_| before.iter().all(|text| parsed(text).is_some())) else { continue };
        for (level, transitive, other) in
            [(Backward, BackwardTransitive, Forward), (Forward, ForwardTransitive, Backward)]
        {
            let accepts = |text: &&str| {
                let seen = parsed(text).and_then(|old| level_verdict(&old, &[last], other));
                seen == Some(LevelVerdict::Compatible)
            };
            let accepted = |level| level_verdict(&new, &before, level) == Some(LevelVerdict::Compatible);
            assert_eq!(accepted(level), before.last().is_some_and(accepts), "seed {}: {before:?}\n{last}", seed());
            assert_eq!(accepted(transitive), before.iter().all(accepts), "seed {}: {before:?}\n{last}", seed());
        }
    }
}
