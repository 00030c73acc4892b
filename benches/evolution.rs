//! What it costs to name every change of a pair, both sides parsed: by size, by number of changes, tangled on purpose.

#[path = "budget.rs"]
#[expect(dead_code, reason = "each bench uses a part of what they share")]
mod budget;

use budget::{Kind, Table, cpu_ns};
use sluicegate::evolution::{Evolving, classify};
use sluicegate::schema::{ParsedSchema, SchemaSource, Strictness, parse};
use std::fmt::Write;
use std::hint::black_box;

fn main() {
    let mut table = Table::new("evolution", "Changes named, both sides parsed (thread CPU time)");
    by_fields(&mut table);
    by_shape(&mut table);
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

/// A record of `count` fields. Every hundred of them hold `changes` changes against the plain one, up to five: a field
/// renamed without an alias, one documented, one widened, one made nullable.
fn wide(count: usize, changes: usize) -> String {
    let mut text = String::from("{\"type\":\"record\",\"name\":\"Event\",\"namespace\":\"com.example\",\"fields\":[");
    for at in 0..count {
        let comma = if at == 0 { "" } else { "," };
        let (mut name, mut of, mut more) = (format!("field_{at}"), FIELD_TYPES[at % 100 % FIELD_TYPES.len()], "");
        match at % 100 {
            10 if changes > 0 => more = ",\"doc\":\"as the customer entered it\"",
            37 if changes > 1 => of = "\"long\"",
            48 if changes > 2 => of = "[\"null\",\"string\"]",
            // Gone under one name, there under another: two changes.
            64 if changes > 3 => (name, more) = (format!("renamed_{at}"), ",\"default\":\"\""),
            _ => {}
        }
        let _ = write!(text, "{comma}{{\"name\":\"{name}\",\"type\":{of}{more}}}");
    }
    text.push_str("]}");
    text
}

/// CPU nanoseconds of one classification, which must find `expected` changes.
fn classified(old: &str, new: &str, expected: usize) -> f64 {
    let (old, new) = (schema(old), schema(new));
    let pair = Evolving { old: &old, new: &new };
    let found = classify(pair).expect("an ordinary pair");
    assert_eq!(found.len(), expected, "{found:#?}");
    cpu_ns(|| drop(black_box(classify(black_box(pair)))))
}

fn by_fields(table: &mut Table) {
    let mut per_field = Vec::new();
    for (count, budget) in [(100, 15.0), (1_000, 150.0)] {
        let ns = classified(&wide(count, 0), &wide(count, 4), count / 20);
        per_field.push(ns / count as f64);
        table.at_most(
            &format!("pair of {count} fields, {} changes", count / 20),
            ns / 1e3,
            budget,
            "us",
            Kind::Absolute,
        );
        let ns = classified(&wide(count, 0), &wide(count, 0), 0);
        table.at_most(&format!("pair of {count} fields, no change"), ns / 1e3, budget / 2.0, "us", Kind::Absolute);
    }
    table.at_most("cost of a field, 1000 against 100", per_field[1] / per_field[0], 1.5, "times", Kind::Ratio);
}

/// A union of `count` records, the last first if `is_reversed`.
fn union(count: usize, is_reversed: bool) -> String {
    let record = |at: usize| {
        format!("{{\"type\":\"record\",\"name\":\"Branch{at}\",\"fields\":[{{\"name\":\"id\",\"type\":\"long\"}}]}}")
    };
    let mut branches: Vec<_> = (0..count).map(record).collect();
    if is_reversed {
        branches.reverse();
    }
    format!("[{}]", branches.join(","))
}

/// `count` records, each naming the next at the end of its own fields.
fn nested(count: usize, last: &str) -> String {
    (0..count).fold(format!("\"{last}\""), |text, at| {
        format!(
            "{{\"type\":\"record\",\"name\":\"Level{at}\",\"fields\":[{{\"name\":\"id\",\"type\":\"long\"}},{{\"name\":\"of\",\"type\":[\"null\",{text}]}}]}}"
        )
    })
}

fn by_shape(table: &mut Table) {
    let few = classified(&union(50, false), &union(50, true), 1);
    let many = classified(&union(400, false), &union(400, true), 1);
    table.at_most("union of 50 records, reversed", few / 1e3, 50.0, "us", Kind::Absolute);
    table.at_most("cost of a branch, 400 against 50", many / few / 8.0, 1.7, "times", Kind::Ratio);
    let flat = classified(&nested(50, "int"), &nested(50, "long"), 1);
    let deep = classified(&nested(200, "int"), &nested(200, "long"), 1);
    table.at_most("50 levels of nesting", flat / 1e3, 40.0, "us", Kind::Absolute);
    table.at_most("cost of a level, 200 against 50", deep / flat / 4.0, 1.7, "times", Kind::Ratio);
    // Every record meets every other; the most that a pair may cost before it is refused.
    let (old, new) = (schema(&tangled(250, 0)), schema(&tangled(250, 1)));
    let pair = Evolving { old: &old, new: &new };
    assert!(classify(pair).is_err(), "this many pairs are too many");
    let ns = cpu_ns(|| drop(black_box(classify(black_box(pair)))));
    table.at_most("250 tangled records, refused", ns / 1e6, 500.0, "ms", Kind::Absolute);
}

/// `count` records with as many fields each, every field of another record; `shift` says which record comes first.
fn tangled(count: usize, shift: usize) -> String {
    let record = |at: usize| {
        let field =
            |field: usize| format!("{{\"name\":\"of_{field}\",\"type\":\"Knot{}\"}}", (at + field + shift) % count);
        let fields: Vec<_> = (0..count).map(field).collect();
        format!("{{\"type\":\"record\",\"name\":\"Knot{at}\",\"fields\":[{}]}}", fields.join(","))
    };
    format!("[{}]", (0..count).map(record).collect::<Vec<_>>().join(","))
}
