//! Laws over random schemas, and the two walks against the slow model.

use super::slow_model::{JavaAnswer, is_readable, java};
use super::tangles::Tangles;
use super::vectors::THREW;
use super::{Line, answer, avro, lines, schema};
use crate::generator::Generator;
use serde_json::Value;
use sluicegate::compat::{Reading, Scratch, can_read, incompatibilities};
use sluicegate::schema::avro::AvroSchema;
use sluicegate::schema::{ParsedSchema, SchemaSource, Strictness, parse};
use std::collections::BTreeMap;

/// Seed of a run: `COMPAT_SEED`, or a fixed one. Failures print it.
fn seed() -> u64 {
    std::env::var("COMPAT_SEED").ok().and_then(|text| text.parse().ok()).unwrap_or(20_260_101)
}

/// How many pairs a law looks at: `COMPAT_PAIRS`, or a number that takes a few seconds.
fn pairs_max() -> usize {
    std::env::var("COMPAT_PAIRS").ok().and_then(|text| text.parse().ok()).unwrap_or(6_000)
}

fn parsed(text: &str) -> Option<ParsedSchema> {
    parse(&SchemaSource::avro(text), Strictness::Stored).ok()
}

/// Pairs of the general generator that parse.
fn pairs() -> impl Iterator<Item = (ParsedSchema, ParsedSchema)> {
    let mut generator = Generator::new(seed());
    let pairs = std::iter::repeat_with(move || generator.pair()).take(pairs_max());
    pairs.filter_map(|(reader, writer)| Some((parsed(&reader)?, parsed(&writer)?)))
}

/// Pairs of records that contain each other under the same simple names: where assumptions fail.
fn tangled_pairs() -> impl Iterator<Item = (ParsedSchema, ParsedSchema)> {
    let mut tangles = Tangles::new(seed());
    std::iter::repeat_with(move || tangles.pair())
        .take(pairs_max())
        .map(|(reader, writer)| (schema(&reader), schema(&writer)))
}

/// What the engine must answer according to the slow model, and under which heading it is counted.
fn expected(reader: &ParsedSchema, writer: &ParsedSchema) -> (&'static str, Option<Vec<Line>>) {
    match java(avro(reader), avro(writer)) {
        JavaAnswer::Throws(words) => {
            ("throws", Some(vec![("CHECK_THREW".to_owned(), "/".to_owned(), format!("{THREW}{words}"))]))
        }
        JavaAnswer::Lists(list) if !list.is_empty() => {
            let line = |(kind, location, message): (&str, String, String)| (kind.to_owned(), location, message);
            ("incompatible", Some(list.into_iter().map(line).collect()))
        }
        JavaAnswer::Lists(_) if is_readable(avro(reader), avro(writer)) => ("compatible", Some(Vec::new())),
        JavaAnswer::Lists(_) => ("compatible by a failed assumption", None),
    }
}

fn agree_with_the_slow_model(pairs: impl Iterator<Item = (ParsedSchema, ParsedSchema)>) -> BTreeMap<String, usize> {
    let mut scratch = Scratch::default();
    let mut counts = BTreeMap::new();
    let mut wrong = Vec::new();
    for (reader, writer) in pairs {
        let (heading, expected) = expected(&reader, &writer);
        *counts.entry(heading.to_owned()).or_insert(0) += 1;
        let (can_read, found) = answer(&reader, &writer, &mut scratch);
        let is_right = match &expected {
            Some(expected) => found == *expected && can_read == expected.is_empty(),
            None => !can_read && found.len() == 1 && found[0].0 == "UNSOUND_ASSUMPTION",
        };
        if !is_right {
            let (reader, writer) = (reader.stored_text(), writer.stored_text());
            wrong.push(format!("{reader}\n{writer}\n found {can_read} {found:?}\n expected {heading} {expected:?}"));
        }
        for (kind, _, _) in found {
            *counts.entry(kind).or_insert(0) += 1;
        }
    }
    assert!(wrong.is_empty(), "seed {}: {} pairs disagree, the first:\n{}", seed(), wrong.len(), wrong[0]);
    counts
}

#[test]
fn both_walks_agree_with_the_slow_model_on_random_pairs() {
    let counts = agree_with_the_slow_model(pairs());
    let headings = ["compatible", "incompatible", "throws", "NAME_MISMATCH", "FIXED_SIZE_MISMATCH"];
    assert_common(&counts, &headings);
    assert_common(&counts, &["MISSING_ENUM_SYMBOLS", "READER_FIELD_MISSING_DEFAULT_VALUE", "TYPE_MISMATCH"]);
    assert_common(&counts, &["MISSING_UNION_BRANCH"]);
}

#[test]
fn both_walks_agree_with_the_slow_model_where_assumptions_fail() {
    let counts = agree_with_the_slow_model(tangled_pairs());
    assert_common(&counts, &["compatible", "incompatible", "throws", "compatible by a failed assumption"]);
}

/// Each of `headings` is met by one pair in two hundred at least.
fn assert_common(counts: &BTreeMap<String, usize>, headings: &[&str]) {
    for heading in headings {
        assert!(counts.get(*heading).is_some_and(|count| *count * 200 >= pairs_max()), "{heading}: {counts:?}");
    }
}

#[test]
fn a_schema_reads_itself_unless_the_check_throws() {
    let mut scratch = Scratch::default();
    for (reader, writer) in pairs().chain(tangled_pairs()) {
        for schema in [&reader, &writer] {
            let (can_read, found) = answer(schema, schema, &mut scratch);
            let threw = found.len() == 1 && found[0].0 == "CHECK_THREW";
            let is_fine = can_read && found.is_empty() || threw || has_ambiguous_field(avro(schema));
            assert!(is_fine, "seed {}: {}\n{found:?}", seed(), schema.stored_text());
        }
    }
}

/// Whether a field finds several fields in its own record. The reference may pass such a pair by without a look, on an
/// assumption; a record that meets itself for certain throws.
fn has_ambiguous_field(schema: &AvroSchema) -> bool {
    schema.records().iter().any(|record| {
        let has = |name: &str| record.fields().iter().any(|field| field.name() == name);
        record.fields().iter().any(|field| field.aliases().iter().any(|(alias, _)| has(alias)))
    })
}

#[test]
fn attribute_order_whitespace_and_documentation_never_matter() {
    let mut scratch = Scratch::default();
    let mut compared = 0;
    for (reader, writer) in pairs() {
        let [reader, writer] = [reader, writer].map(|schema| schema.stored_text());
        // A type of no namespace, named inside one, is printed as a name that reads back as another.
        let (Some(old), Some(new)) = (parsed(&reader), parsed(&writer)) else { continue };
        let before = answer(&old, &new, &mut scratch);
        let [reader, writer] = [reader, writer].map(|text| respelled(&text));
        let (can_read, found) = answer(&schema(&reader), &schema(&writer), &mut scratch);
        compared += 1;
        let without_quotes = |list: &[Line]| -> Vec<Line> {
            let cut = |text: &str| text.split(" in writer record schema ").next().map(str::to_owned);
            list.iter().map(|(k, l, m)| (k.clone(), l.clone(), cut(m).unwrap_or_default())).collect()
        };
        let are_same = without_quotes(&found) == without_quotes(&before.1);
        assert!(can_read == before.0 && are_same, "seed {}:\n{reader}\n{writer}\n{found:?}\n{before:?}", seed());
    }
    assert!(compared > pairs_max() / 2);
}

/// The same schema in other words: members in another order, other whitespace, documentation everywhere.
fn respelled(text: &str) -> String {
    fn turn(value: Value) -> Value {
        match value {
            Value::Array(items) => items.into_iter().map(turn).collect(),
            Value::Object(members) => {
                let is_named = members.contains_key("name");
                let mut members: serde_json::Map<_, _> = members
                    .into_iter()
                    .rev()
                    .map(|(key, value)| if key == "default" { (key, value) } else { (key, turn(value)) })
                    .collect();
                if is_named {
                    members.insert("doc".to_owned(), "other words".into());
                }
                members.into()
            }
            other => other,
        }
    }
    serde_json::from_str(text).map_or_else(|_| text.to_owned(), |tree: Value| format!("{:#}", turn(tree)))
}

#[test]
fn a_warm_scratch_answers_as_a_fresh_one() {
    let mut warm = Scratch::default();
    for (reader, writer) in pairs().chain(tangled_pairs()).take(5_000) {
        let reading = Reading { reader: &reader, writer: &writer };
        let mut fresh = Scratch::default();
        assert_eq!(can_read(reading, &mut warm), can_read(reading, &mut fresh), "seed {}", seed());
        let found = lines(incompatibilities(reading, &mut warm));
        assert_eq!(found, lines(incompatibilities(reading, &mut fresh)), "seed {}", seed());
    }
}
