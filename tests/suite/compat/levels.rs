//! Which versions and directions a level looks at.

use super::schema;
use crate::generator::Generator;
use sluicegate::compat::{
    Candidate, CompatibilityLevel as Level, Direction, HistoricVersion, LevelVerdict, Reading, Refusal, Scratch,
    can_read, check,
};
use sluicegate::schema::names::Version;
use sluicegate::schema::{ParsedSchema, SchemaSource, Strictness, parse};
use std::cell::Cell;
use std::convert::Infallible;
use std::sync::Arc;

const INT: &str = "\"int\"";
const LONG: &str = "\"long\"";
const STRING: &str = "\"string\"";

/// Versions 1, 2, … of these texts, newest first.
fn history(oldest_first: &[Arc<ParsedSchema>]) -> Vec<HistoricVersion> {
    let version = |(at, schema): (usize, &Arc<ParsedSchema>)| HistoricVersion {
        version: Version::new(at as i64 + 1).expect("a version"),
        schema: Arc::clone(schema),
        text: schema.stored_text().into(),
    };
    oldest_first.iter().enumerate().map(version).rev().collect()
}

fn texts(oldest_first: &[&str]) -> Vec<HistoricVersion> {
    history(&oldest_first.iter().map(|text| Arc::new(schema(text))).collect::<Vec<_>>())
}

fn verdict(new: &ParsedSchema, history: &[HistoricVersion], level: Level) -> LevelVerdict {
    let history = history.iter().cloned().map(Ok::<_, Infallible>);
    let Ok(verdict) = check(Candidate { schema: new }, history, level, &mut Scratch::default());
    verdict
}

/// The failing version and its directions.
fn failure(verdict: &LevelVerdict) -> Option<(u32, Vec<Direction>)> {
    match verdict {
        LevelVerdict::Compatible => None,
        LevelVerdict::Incompatible(Refusal { version, findings, .. }) => {
            Some((version.get(), findings.iter().map(|(direction, _)| *direction).collect()))
        }
    }
}

#[test]
fn each_level_looks_at_its_versions_in_its_directions() {
    use Direction::{Backward, Forward};
    type Row<'a> = (&'a str, &'a [&'a str], Level, Option<(u32, &'a [Direction])>);
    let table: &[Row<'_>] = &[
        (STRING, &[INT], Level::None, None),
        (LONG, &[INT], Level::Backward, None),
        (INT, &[LONG], Level::Backward, Some((1, &[Backward]))),
        (INT, &[LONG], Level::Forward, None),
        (LONG, &[INT], Level::Forward, Some((1, &[Forward]))),
        (LONG, &[INT], Level::Full, Some((1, &[Forward]))),
        (INT, &[LONG], Level::Full, Some((1, &[Backward]))),
        (STRING, &[INT], Level::Full, Some((1, &[Forward, Backward]))),
        (INT, &[INT], Level::Full, None),
        (LONG, &[STRING, INT], Level::Backward, None),
        (LONG, &[STRING, INT], Level::BackwardTransitive, Some((1, &[Backward]))),
        (INT, &[STRING, LONG], Level::ForwardTransitive, Some((1, &[Forward]))),
        (INT, &[STRING, STRING, LONG, INT], Level::FullTransitive, Some((3, &[Backward]))),
        (INT, &[INT, INT], Level::FullTransitive, None),
        (STRING, &[], Level::FullTransitive, None),
    ];
    for (new, old, level, expected) in table {
        let found = failure(&verdict(&schema(new), &texts(old), *level));
        let expected = expected.map(|(version, directions)| (version, directions.to_vec()));
        assert_eq!(found, expected, "{new} after {old:?} at {level}");
    }
}

#[test]
fn history_is_drawn_only_as_far_as_needed() {
    let drawn = Cell::new(0);
    let versions = texts(&[INT, STRING, INT, INT]);
    let count = |level: Level| {
        drawn.set(0);
        let counted = versions.iter().cloned().map(|version| {
            drawn.set(drawn.get() + 1);
            Ok::<_, Infallible>(version)
        });
        let new = schema(INT);
        let Ok(_) = check(Candidate { schema: &new }, counted, level, &mut Scratch::default());
        drawn.get()
    };
    assert_eq!(count(Level::None), 0);
    assert_eq!(count(Level::Backward), 1);
    assert_eq!(count(Level::FullTransitive), 3);
}

#[test]
fn a_history_that_cannot_be_read_is_no_verdict() {
    let new = schema(INT);
    let history = [Ok(texts(&[INT]).remove(0)), Err("disk")];
    let candidate = Candidate { schema: &new };
    assert_eq!(check(candidate, history, Level::BackwardTransitive, &mut Scratch::default()), Err("disk"));
}

/// Histories of related schemas, each with a candidate.
fn random_histories() -> impl Iterator<Item = (ParsedSchema, Vec<HistoricVersion>)> {
    let mut generator = Generator::new(4_711);
    std::iter::repeat_with(move || {
        let mut all = Vec::new();
        for _ in 0..3 {
            let (one, other) = generator.pair();
            let parsed = [one, other].map(|text| parse(&SchemaSource::avro(&text), Strictness::Stored).ok());
            all.extend(parsed.into_iter().flatten());
        }
        let new = all.pop().unwrap_or_else(|| schema(INT));
        (new, history(&all.into_iter().map(Arc::new).collect::<Vec<_>>()))
    })
    .take(2_000)
}

#[test]
fn full_is_both_directions() {
    let mut scratch = Scratch::default();
    for (new, history) in random_histories() {
        let Some(latest) = history.first() else { continue };
        let backward = can_read(Reading { reader: &new, writer: &latest.schema }, &mut scratch);
        let forward = can_read(Reading { reader: &latest.schema, writer: &new }, &mut scratch);
        let compatible = |level| verdict(&new, &history, level) == LevelVerdict::Compatible;
        assert_eq!(compatible(Level::Backward), backward);
        assert_eq!(compatible(Level::Forward), forward);
        assert_eq!(compatible(Level::Full), backward && forward);
        let listed = |level| match verdict(&new, &history, level) {
            LevelVerdict::Compatible => Vec::new(),
            LevelVerdict::Incompatible(refusal) => refusal.findings,
        };
        let apart: Vec<_> = listed(Level::Forward).into_iter().chain(listed(Level::Backward)).collect();
        assert_eq!(listed(Level::Full), apart);
    }
}

#[test]
fn a_transitive_level_is_never_softer_and_older_history_never_softens_it() {
    let levels = [
        (Level::Backward, Level::BackwardTransitive),
        (Level::Forward, Level::ForwardTransitive),
        (Level::Full, Level::FullTransitive),
    ];
    for (new, history) in random_histories() {
        for (single, transitive) in levels {
            let mut refused = failure(&verdict(&new, &history, single));
            for length in 1..=history.len() {
                let now = failure(&verdict(&new, &history[..length], transitive));
                assert!(refused.is_none() || now == refused, "{single}: {refused:?} became {now:?}");
                refused = now;
            }
        }
    }
}
