//! Verdicts, findings and levels of every case, and what follows from them.

use super::{assert_on_every_history, assert_on_every_pair, schema, with_reversed_keys};
use crate::casebook::Incompatibility;
use sluicegate::compat::{
    Candidate, CompatibilityLevel as Level, HistoricVersion, LevelVerdict, Reading, Scratch, can_read, check,
    incompatibilities,
};
use sluicegate::schema::ParsedSchema;
use sluicegate::schema::names::Version;
use std::collections::BTreeSet;
use std::convert::Infallible;
use std::sync::Arc;

/// What the engine finds, in the words of the cases: the reference's exception has no text of its own there.
fn found(reader: &ParsedSchema, writer: &ParsedSchema) -> (bool, Vec<Incompatibility>) {
    let (reading, mut scratch) = (Reading { reader, writer }, Scratch::default());
    let list = incompatibilities(reading, &mut scratch).list.into_iter().map(|finding| match finding.kind.as_str() {
        "CHECK_THREW" => Incompatibility {
            kind: "EXCEPTION".to_owned(),
            location: String::new(),
            message: "org.apache.avro.AvroRuntimeException".to_owned(),
        },
        kind => Incompatibility { kind: kind.to_owned(), location: finding.location, message: finding.message },
    });
    (can_read(reading, &mut scratch), list.collect())
}

fn is_accepted(new: &ParsedSchema, oldest_first: &[String], level: Level) -> bool {
    let version = |(at, text): (usize, &String)| HistoricVersion {
        version: Version::new(at as i64 + 1).expect("a version"),
        schema: Arc::new(schema(text)),
        text: text.as_str().into(),
    };
    let newest_first: Vec<_> = oldest_first.iter().enumerate().map(version).rev().map(Ok::<_, Infallible>).collect();
    let Ok(verdict) = check(Candidate { schema: new }, newest_first, level, &mut Scratch::default());
    verdict == LevelVerdict::Compatible
}

#[test]
fn every_case_gets_the_verdicts_and_findings_of_avro_java() {
    assert_on_every_pair(|pair, old, new| {
        let expect = &pair.expect;
        let backward = (expect.backward, expect.backward_incompatibilities.clone());
        let forward = (expect.forward, expect.forward_incompatibilities.clone());
        // Swapping the pair exchanges its verdicts, so the two questions are asked of the two orders.
        let asked = [("backward", found(new, old), backward), ("forward", found(old, new), forward)];
        let wrong = asked.into_iter().filter(|(_, found, expected)| found != expected);
        wrong.map(|(way, found, expected)| format!("  {way}: {found:?}\n  expected {expected:?}")).collect()
    });
}

#[test]
fn every_level_follows_from_the_two_verdicts() {
    assert_on_every_pair(|pair, _, new| {
        let (backward, forward) = (pair.expect.backward, pair.expect.forward);
        let expected = |level| match level {
            Level::None => true,
            Level::Backward | Level::BackwardTransitive => backward,
            Level::Forward | Level::ForwardTransitive => forward,
            Level::Full | Level::FullTransitive => backward && forward,
        };
        let old = std::slice::from_ref(&pair.old);
        let wrong = Level::ALL.into_iter().filter(|level| is_accepted(new, old, *level) != expected(*level));
        wrong.map(|level| format!("  {level}: expected {}", expected(level))).collect()
    });
}

#[test]
fn every_history_is_accepted_by_the_levels_it_says() {
    assert_on_every_history(|history| {
        let (last, before) = history.versions.split_last().expect("versions");
        let last = schema(last);
        let named: BTreeSet<&str> = history.registering_last_version.iter().map(|(level, _)| &**level).collect();
        let levels = Level::ALL.map(Level::as_str);
        let missing = levels.iter().filter(|level| **level != "NONE" && !named.contains(**level));
        let mut wrong: Vec<String> = missing.map(|level| format!("  {level} is not named")).collect();
        for (name, expected) in &history.registering_last_version {
            let level = Level::read(name).expect("a level");
            if is_accepted(&last, before, level) != *expected {
                wrong.push(format!("  {name}: expected {expected}"));
            }
        }
        wrong
    });
}

#[test]
fn every_version_reads_itself_unless_its_own_fields_are_ambiguous() {
    assert_on_every_pair(|_, old, new| {
        // A record with a field whose alias is another of its fields: the reference's check throws even here.
        let is_wrong = |schema: &&ParsedSchema| {
            let (is_readable, list) = found(schema, schema);
            !is_readable && list.iter().any(|finding| finding.kind != "EXCEPTION")
        };
        [old, new].into_iter().filter(is_wrong).map(|schema| format!("  {}", schema.stored_text())).collect()
    });
    assert_on_every_history(|history| {
        let is_wrong = |text: &&String| found(&schema(text), &schema(text)) != (true, Vec::new());
        history.versions.iter().filter(is_wrong).map(|text| format!("  {text}")).collect()
    });
}

#[test]
fn the_order_of_json_keys_changes_no_verdict() {
    assert_on_every_pair(|pair, old, new| {
        let [other_old, other_new] = [&pair.old, &pair.new].map(|text| schema(&with_reversed_keys(text)));
        let mut wrong = Vec::new();
        if found(new, old) != found(&other_new, &other_old) || found(old, new) != found(&other_old, &other_new) {
            wrong.push("  other verdicts when the keys are reversed".to_owned());
        }
        wrong
    });
}
