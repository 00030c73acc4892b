//! A baseline: what it lists is shown and does not fail, and nothing else passes because of it.

use super::reports::{incompatible, invalid, mixed, removed, report, undecided, widened};
use crate::snapshot;
use sluicegate::compat::{self, CompatibilityLevel, HistoricVersion, LevelVerdict};
use sluicegate::gate::adopted::Baseline;
use sluicegate::policy::{self, Case, Enforcement, Judgement, Policy, PredecessorSide, Profile, Rules, Side};
use sluicegate::schema::names::Version;
use sluicegate::schema::{ParsedSchema, SchemaSource, SchemaType, Strictness, parse};
use std::convert::Infallible;
use std::sync::Arc;

#[test]
fn a_baseline_lists_what_refuses_one_finding_a_line_in_order() {
    let baseline = Baseline::of(&mixed());
    snapshot::agrees("gate/baseline.toml", &baseline.to_text());
    assert_eq!(Baseline::read("known.toml", &baseline.to_text()), Ok(baseline));
}

#[test]
fn what_is_accepted_or_undecided_is_not_adopted() {
    assert!(Baseline::of(&report(vec![widened(), undecided()])).is_empty());
    let baseline = Baseline::of(&report(vec![removed()]));
    assert_eq!(baseline.adopted("orders.order_events", removed().answer.as_ref().unwrap()), [true, false, false]);
    assert_eq!(baseline.adopted("another.subject", removed().answer.as_ref().unwrap()), [false, false, false]);
}

#[test]
fn names_with_quotes_and_line_breaks_survive() {
    let mut subject = removed();
    subject.subject = "a \"b\" \\ \n\u{1} ü".to_owned();
    let baseline = Baseline::of(&report(vec![subject.clone()]));
    let read = Baseline::read("known.toml", &baseline.to_text()).unwrap();
    assert_eq!(read.adopted(&subject.subject, subject.answer.as_ref().unwrap()), [true, false, false]);
}

#[test]
fn a_refusal_as_a_whole_is_adopted_by_its_reason() {
    let baseline = Baseline::of(&report(vec![invalid(), incompatible()]));
    assert!(baseline.lists_whole("crm.customers", "invalid-schema"));
    assert!(baseline.lists_whole("orders.shipments", "incompatible"));
    assert!(!baseline.lists_whole("orders.order_events", "forbidden-change"));
}

#[test]
fn findings_that_are_gone_are_counted() {
    let baseline = Baseline::of(&report(vec![removed(), incompatible()]));
    let mut fixed = removed();
    fixed.answer.as_mut().unwrap().changes.remove(0);
    assert_eq!(baseline.outdated(&report(vec![removed(), incompatible()])), 0);
    assert_eq!(baseline.outdated(&report(vec![fixed])), 1, "a subject that is not checked says nothing");
}

#[test]
fn a_bad_baseline_names_file_and_line() {
    let error = |text: &str| Baseline::read("known.toml", text).unwrap_err().message;
    for (text, wanted) in [
        (
            "version = 1\nfinding = [\n  { subject = \"a\", id = \"b\", pth = \"c\" },\n]\n",
            "known.toml:3: unknown key `pth`",
        ),
        (
            "version = 1\nfinding = [\n  { subject = \"a\", id = \"b\" },\n]\n",
            "known.toml:3: this finding has no `path`",
        ),
        ("version = 1\nfinding = [\n  { subject = 7, id = \"b\", path = \"c\" },\n]\n", "known.toml:3: `subject`"),
        ("version = 2\n", "known.toml:1: a baseline of version 2"),
        ("finding = []\n", "known.toml: a baseline begins with `version = 1`"),
        ("version = 1\n\nfinding = [\n", "known.toml:"),
        ("{\"version\": 1}", "known.toml:1"),
    ] {
        let said = error(text);
        assert!(said.starts_with(wanted), "{text:?}: {said}");
    }
}

const OLD: &str = r#"{"type": "record", "name": "Order", "fields": [{"name": "id", "type": "string"},
    {"name": "note", "type": "string", "default": ""}, {"name": "code", "type": "string", "default": ""}]}"#;

fn schema(text: &str) -> ParsedSchema {
    let source = SchemaSource { schema_type: SchemaType::Avro, text, references: &[] };
    parse(&source, Strictness::New).unwrap()
}

/// Judges `new` against [`OLD`], once and then without what a baseline of these lines lists.
fn judged(new: &str, findings: &str) -> (Judgement, Judgement) {
    let (old, new) = (Arc::new(schema(OLD)), schema(new));
    let mut scratch = compat::Scratch::default();
    let level = CompatibilityLevel::Backward;
    let history =
        [Ok::<_, Infallible>(HistoricVersion { version: Version::FIRST, schema: Arc::clone(&old), text: OLD.into() })];
    let verdict: LevelVerdict =
        compat::check(compat::Candidate { schema: &new }, history, level, &mut scratch).unwrap();
    let policy = Policy { profile: Profile::Seed, enforcement: Enforcement::Enforce, rules: Rules::default() };
    let case = Case {
        subject: "orders",
        candidate: Side { schema: &new, declared: policy::Declared::default() },
        predecessor: Some(PredecessorSide {
            schema: &old,
            declared: policy::Declared::default(),
            version: Some(1),
            id: Some(1),
            next_line: 2,
        }),
        level,
        verdict: &verdict,
        is_new_line_free: true,
        reserved: None,
        policy: &policy,
        exemptions: &[],
        today: "2026-01-01".parse().unwrap(),
    };
    let first = policy::judge(&case, &mut scratch).unwrap();
    let baseline = Baseline::read("known.toml", &format!("version = 1\nfinding = [{findings}]\n")).unwrap();
    let second = baseline.judge_the_rest(case.subject, &case, &first, &mut scratch);
    (first, second)
}

#[test]
fn an_adopted_change_does_not_fail_and_a_new_one_beside_it_does() {
    let note = r#"{subject = "orders", id = "field-removed", path = "note"}"#;
    let without_note = r#"{"type": "record", "name": "Order", "fields": [{"name": "id", "type": "string"},
        {"name": "code", "type": "string", "default": ""}]}"#;
    let (first, second) = judged(without_note, note);
    assert!(!first.accepted);
    assert!(second.accepted, "{}", second.reason);

    let without_both = r#"{"type": "record", "name": "Order", "fields": [{"name": "id", "type": "string"}]}"#;
    let (_, second) = judged(without_both, note);
    assert_eq!((second.accepted, second.reason), (false, "forbidden-change"));
}

#[test]
fn adopting_a_change_does_not_adopt_what_the_level_says_of_it() {
    let with_total = r#"{"type": "record", "name": "Order", "fields": [{"name": "id", "type": "string"},
        {"name": "note", "type": "string", "default": ""}, {"name": "code", "type": "string", "default": ""},
        {"name": "total", "type": "long"}]}"#;
    let total = r#"{subject = "orders", id = "field-added-without-default", path = "total"}"#;
    let level = r#"{subject = "orders", id = "incompatible", path = "$"}"#;
    assert_eq!(judged(with_total, total).1.reason, "incompatible");
    assert_eq!(judged(with_total, level).1.reason, "major-bump-required");
    assert!(judged(with_total, &format!("{total}, {level}")).1.accepted);
}
