//! What a level check costs, both sides parsed: pairs by size and shape, whole histories.

#[path = "allocations.rs"]
mod allocations;
#[path = "budget.rs"]
#[expect(dead_code, reason = "each bench uses a part of what they share")]
mod budget;

use allocations::allocations;
use budget::{Kind, Table, cpu_ns};
use sluicegate::compat::{
    Candidate, CompatibilityLevel, HistoricVersion, LevelVerdict, Reading, Scratch, can_read, check, incompatibilities,
};
use sluicegate::schema::names::Version;
use sluicegate::schema::{ParsedSchema, SchemaSource, Strictness, parse};
use std::convert::Infallible;
use std::fmt::Write;
use std::hint::black_box;
use std::sync::Arc;

fn main() {
    let mut table = Table::new("compat", "Level check, both sides parsed (thread CPU time)");
    let mut scratch = Scratch::default();
    by_fields(&mut table, &mut scratch);
    by_shape(&mut table, &mut scratch);
    real_sizes(&mut table, &mut scratch);
    findings(&mut table, &mut scratch);
    histories(&mut table, &mut scratch);
    table.finish();
}

fn schema(text: &str) -> ParsedSchema {
    parse(&SchemaSource::avro(text), Strictness::New).expect("the bench's schemas are valid")
}

/// Types as they occur in event schemas.
const FIELD_TYPES: [&str; 8] = [
    "\"string\"",
    "[\"null\",\"string\"]",
    "\"long\"",
    "{\"type\":\"long\",\"logicalType\":\"timestamp-millis\"}",
    "{\"type\":\"array\",\"items\":\"string\"}",
    "\"int\"",
    "[\"null\",\"double\"]",
    "\"boolean\"",
];

/// A record of `count` fields, followed by `more`.
fn wide(count: usize, more: &str) -> String {
    let mut text = String::from("{\"type\":\"record\",\"name\":\"Event\",\"namespace\":\"com.example\",\"fields\":[");
    for at in 0..count {
        let comma = if at == 0 { "" } else { "," };
        let _ = write!(text, "{comma}{{\"name\":\"field_{at}\",\"type\":{}}}", FIELD_TYPES[at % FIELD_TYPES.len()]);
    }
    text.push_str(more);
    text.push_str("]}");
    text
}

const ADDED: &str = ",{\"name\":\"added\",\"type\":[\"null\",\"string\"],\"default\":null}";
const ADDED_WITHOUT_DEFAULT: &str = ",{\"name\":\"added\",\"type\":\"string\"}";

/// CPU nanoseconds of one verdict, which must be `expected`; and the allocations of one, once warm.
fn verdict(reader: &str, writer: &str, expected: bool, scratch: &mut Scratch) -> (f64, u64) {
    let (reader, writer) = (schema(reader), schema(writer));
    let reading = Reading { reader: &reader, writer: &writer };
    assert_eq!(can_read(reading, scratch), expected);
    let allocations = allocations(|| assert_eq!(can_read(reading, scratch), expected));
    (cpu_ns(|| assert_eq!(can_read(black_box(reading), scratch), expected)), allocations)
}

fn by_fields(table: &mut Table, scratch: &mut Scratch) {
    let mut per_field = Vec::new();
    for (count, budget) in [(10, 0.3), (100, 3.0), (1_000, 30.0)] {
        let (ns, allocations) = verdict(&wide(count, ADDED), &wide(count, ""), true, scratch);
        per_field.push(ns / count as f64);
        table.at_most(&format!("pair of {count} fields, compatible"), ns / 1e3, budget, "us", Kind::Absolute);
        table.at_most(&format!("allocations, {count} fields, compatible"), allocations as f64, 0.0, "", Kind::Ratio);
        let (ns, _) = verdict(&wide(count, ADDED_WITHOUT_DEFAULT), &wide(count, ""), false, scratch);
        table.at_most(&format!("pair of {count} fields, a default missing"), ns / 1e3, budget, "us", Kind::Absolute);
    }
    let growth = per_field[2] / per_field[1];
    table.at_most("cost of a field, 1000 against 100 fields", growth, 1.5, "times", Kind::Ratio);
}

/// `count` records, each naming the next at the end of its own fields; as a union if `is_union`, else nested.
fn nested(count: usize, last: &str) -> String {
    let mut text = format!("\"{last}\"");
    for at in 0..count {
        text = format!(
            "{{\"type\":\"record\",\"name\":\"Level{at}\",\"fields\":[{{\"name\":\"id\",\"type\":\"long\"}},{{\"name\":\"of\",\"type\":[\"null\",{text}]}}]}}"
        );
    }
    text
}

fn union(count: usize, is_reversed: bool) -> String {
    let record = |at: usize| {
        format!(
            "{{\"type\":\"record\",\"name\":\"Branch{at}\",\"fields\":[{{\"name\":\"id\",\"type\":\"long\"}},{{\"name\":\"of\",\"type\":\"string\"}}]}}"
        )
    };
    let mut branches: Vec<_> = (0..count).map(record).collect();
    if is_reversed {
        branches.reverse();
    }
    format!("[{}]", branches.join(","))
}

fn chained(count: usize) -> String {
    let record = |at: usize| {
        let before = if at == 0 { "\"null\"".to_owned() } else { format!("\"Link{}\"", at - 1) };
        format!(
            "{{\"type\":\"record\",\"name\":\"Link{at}\",\"fields\":[{{\"name\":\"id\",\"type\":\"long\"}},{{\"name\":\"before\",\"type\":{before}}}]}}"
        )
    };
    format!("[{}]", (0..count).map(record).collect::<Vec<_>>().join(","))
}

const TREE: &str = r#"{"type":"record","name":"Tree","fields":[{"name":"value","type":"long"},{"name":"left","type":["null","Tree"]},{"name":"right","type":["null","Tree"]},{"name":"children","type":{"type":"array","items":"Tree"}}]}"#;

fn by_shape(table: &mut Table, scratch: &mut Scratch) {
    let mut row = |name: &str, (ns, allocations): (f64, u64), budget: f64| {
        table.at_most(name, ns / 1e3, budget, "us", Kind::Absolute);
        table.at_most(&format!("allocations, {name}"), allocations as f64, 0.0, "", Kind::Ratio);
        ns
    };
    // Budgets: a tenth of the faster of Java and the crate for pairs of this shape.
    let deep = row("50 levels of nesting", verdict(&nested(50, "long"), &nested(50, "int"), true, scratch), 4.0);
    let deeper = verdict(&nested(200, "long"), &nested(200, "int"), true, scratch).0;
    let branches = row("union of 50 records", verdict(&union(50, false), &union(50, false), true, scratch), 12.5);
    row("union of 50 records, reversed", verdict(&union(50, true), &union(50, false), true, scratch), 15.3);
    let more_branches = verdict(&union(400, false), &union(400, false), true, scratch).0;
    let links = row(
        "union of 200 records, each naming the one before",
        verdict(&chained(200), &chained(200), true, scratch),
        49.0,
    );
    let more_links = verdict(&chained(800), &chained(800), true, scratch).0;
    row("recursive tree", verdict(TREE, TREE, true, scratch), 0.3);
    table.at_most("cost of a level, 200 against 50", deeper / deep / 4.0, 1.5, "times", Kind::Ratio);
    table.at_most("cost of a branch, 400 against 50", more_branches / branches / 8.0, 1.7, "times", Kind::Ratio);
    table.at_most("cost of a link, 800 against 200", more_links / links / 4.0, 1.7, "times", Kind::Ratio);
}

fn real_sizes(table: &mut Table, scratch: &mut Scratch) {
    // Documentation and nesting fill real texts: 1 KB holds 6 fields, 20 KB 140, 40 KB 480 (5,600 public schemas).
    for (name, fields, bytes) in
        [("1 KB, 6 fields", 6, 1_000), ("20 KB, 140 fields", 140, 20_000), ("40 KB, 480 fields", 480, 40_000)]
    {
        let text = documented(fields, bytes);
        let ns = verdict(&text, &text, true, scratch).0;
        table.at_most(name, ns / 1e3, fields as f64 * 0.03, "us", Kind::Absolute);
    }
    let ns = verdict(&union(49, false), &union(49, false), true, scratch).0;
    table.at_most("union of 49 records", ns / 1e3, 12.5, "us", Kind::Absolute);
}

/// Records of ten fields within a record, documented up to about `bytes`.
fn documented(fields: usize, bytes: usize) -> String {
    let doc = "d".repeat((bytes / fields).saturating_sub(60).max(1));
    let field = |at: usize| {
        let of = FIELD_TYPES[at % FIELD_TYPES.len()];
        format!("{{\"name\":\"field_{at}\",\"type\":{of},\"doc\":\"{doc}\"}}")
    };
    let all: Vec<_> = (0..fields).map(field).collect();
    let groups = all.chunks(10).enumerate().map(|(at, group)| {
        let of = format!("{{\"type\":\"record\",\"name\":\"Group{at}\",\"fields\":[{}]}}", group.join(","));
        format!("{{\"name\":\"group_{at}\",\"type\":{of}}}")
    });
    format!("{{\"type\":\"record\",\"name\":\"Document\",\"fields\":[{}]}}", groups.collect::<Vec<_>>().join(","))
}

fn findings(table: &mut Table, scratch: &mut Scratch) {
    // The faster of Java and the crate take 24, 53 and 2,312 us for the same pairs.
    for (count, budget) in [(10, 3.3), (100, 53.0), (1_000, 2_312.0)] {
        let (reader, writer) = (schema(&wide(count, ADDED_WITHOUT_DEFAULT)), schema(&wide(count, "")));
        let reading = Reading { reader: &reader, writer: &writer };
        assert_eq!(incompatibilities(reading, scratch).list.len(), 1);
        let ns = cpu_ns(|| drop(black_box(incompatibilities(black_box(reading), scratch))));
        table.at_most(
            &format!("findings of {count} fields, a default missing"),
            ns / 1e3,
            budget,
            "us",
            Kind::Absolute,
        );
    }
    let (reader, writer) = (schema(&chained(200)), schema(&chained(200).replace("\"long\"", "\"string\"")));
    let reading = Reading { reader: &reader, writer: &writer };
    let ns = cpu_ns(|| drop(black_box(incompatibilities(black_box(reading), scratch))));
    table.at_most("findings of a union of 200 chained records", ns / 1e3, 19_469.0, "us", Kind::Absolute);
}

/// A thousand versions of 100 fields, each a field away from the one before.
fn histories(table: &mut Table, scratch: &mut Scratch) {
    let version = |at: i64| {
        let more = format!(",{{\"name\":\"added_{at}\",\"type\":\"string\",\"default\":\"\"}}");
        let schema = Arc::new(schema(&wide(99, &more)));
        HistoricVersion { version: Version::new(at).expect("a version"), schema, text: "".into() }
    };
    let versions: Vec<_> = (1..=1_000).rev().map(version).collect();
    let new = schema(&wide(99, ",{\"name\":\"added_0\",\"type\":\"string\",\"default\":\"\"}"));
    let ns = cpu_ns(|| full_transitive(&new, versions.iter().cloned(), scratch));
    table.at_most("FULL_TRANSITIVE, 1000 versions of 100 fields", ns / 1e6, 10.0, "ms", Kind::Absolute);
    let texts: Vec<_> = versions.iter().map(|version| version.schema.stored_text()).collect();
    let ns = cpu_ns(|| {
        let parsed = |(version, text): (&HistoricVersion, &String)| {
            let schema = parse(&SchemaSource::avro(text), Strictness::Stored).expect("stored texts are valid");
            HistoricVersion { schema: Arc::new(schema), ..version.clone() }
        };
        full_transitive(&new, versions.iter().zip(&texts).map(parsed), scratch);
    });
    table.at_most("the same, cold from stored text", ns / 1e6, 40.0, "ms", Kind::Absolute);
}

fn full_transitive(new: &ParsedSchema, history: impl Iterator<Item = HistoricVersion>, scratch: &mut Scratch) {
    let history = history.map(Ok::<_, Infallible>);
    let Ok(verdict) = check(Candidate { schema: new }, history, CompatibilityLevel::FullTransitive, scratch);
    assert_eq!(verdict, LevelVerdict::Compatible);
}
