//! What reading and printing an Avro schema costs, against `serde_json` reading the same text in the same run.

#[path = "budget.rs"]
#[expect(dead_code, reason = "each bench uses a part of what they share")]
mod budget;

use budget::{Kind, Table, cpu_ns};
use sluicegate::schema::{ParsedSchema, SchemaSource, Strictness, parse, parse_normalized};
use std::fmt::Write;
use std::hint::black_box;

fn main() {
    let mut table = Table::new("parse", "parse: CPU time of reading and printing Avro schemas");
    by_size(&mut table);
    of_real_sizes(&mut table);
    of_deep_and_wide(&mut table);
    printing(&mut table);
    table.finish();
}

/// A flat record as producers write them: strings, numbers, optional fields, now and then an array or a date.
fn flat(fields: usize) -> String {
    let mut text = String::from(r#"{"type":"record","name":"Order","namespace":"com.example","fields":["#);
    for at in 0..fields {
        let comma = if at > 0 { "," } else { "" };
        let rest = match at % 5 {
            0 => r#""type":"string""#,
            1 => r#""type":["null","string"],"default":null"#,
            2 => r#""type":"long""#,
            3 => r#""type":{"type":"int","logicalType":"date"}"#,
            _ => r#""type":"double","default":0.5"#,
        };
        write!(text, r#"{comma}{{"name":"f{at:04}",{rest}}}"#).expect("a String takes everything");
    }
    text.push_str("]}");
    text
}

/// The same with a sentence beside every field, as most public schemas have.
fn documented(fields: usize, bytes_per_field: usize) -> String {
    let doc =
        "What this field is for, in a sentence of the usual length that says little and repeats itself. ".repeat(3);
    let bare = 45;
    let doc = &doc[..bytes_per_field.saturating_sub(bare + 9).min(doc.len())];
    let with_doc = format!(r#"","doc":"{doc}","type""#);
    flat(fields).replace(r#"","type""#, &with_doc)
}

fn read(text: &str) -> ParsedSchema {
    parse(&SchemaSource::avro(text), Strictness::New).expect("a valid schema")
}

fn parse_ns(text: &str) -> f64 {
    cpu_ns(|| {
        black_box(read(black_box(text)));
    })
}

/// Two figures that make a ratio, measured in turns, so that what a neighbour takes of the caches falls on both.
fn in_turns(left: impl Fn() -> f64, right: impl Fn() -> f64) -> (f64, f64) {
    let turns = (0..5).map(|_| (left(), right()));
    turns.reduce(|least, turn| (least.0.min(turn.0), least.1.min(turn.1))).expect("five turns")
}

fn by_size(table: &mut Table) {
    let (small, text, large) = (flat(10), flat(100), flat(1000));
    let (hundred, thousand) = in_turns(|| parse_ns(&text), || parse_ns(&large));
    let value = cpu_ns(|| {
        black_box(serde_json::from_str::<serde_json::Value>(black_box(&text)).expect("JSON"));
    });
    table.plain("text of 100 fields", text.len() as f64, "bytes");
    table.at_most("parse, 100 fields", hundred / 1000.0, 20.0, "us", Kind::Absolute);
    table.at_most("parse, 100 fields, to serde_json::Value", hundred / value, 3.0, "x", Kind::Ratio);
    table.at_most(
        "parse, a field of 10 to one of 100",
        parse_ns(&small) / 10.0 / (hundred / 100.0),
        1.3,
        "x",
        Kind::Ratio,
    );
    table.at_most("parse, a field of 1000 to one of 100", thousand / 1000.0 / (hundred / 100.0), 1.3, "x", Kind::Ratio);
}

fn of_real_sizes(table: &mut Table) {
    let per_field = parse_ns(&flat(100)) / 100.0;
    for (name, fields, bytes) in
        [("1 KB, 6 fields", 6, 160), ("20 KB, 140 fields", 140, 143), ("40 KB, 480 fields", 480, 84)]
    {
        let text = documented(fields, bytes);
        let took = parse_ns(&text);
        let value = cpu_ns(|| {
            black_box(serde_json::from_str::<serde_json::Value>(black_box(&text)).expect("JSON"));
        });
        table.plain(&format!("parse, {name}, text of {} bytes", text.len()), took / 1000.0, "us");
        table.at_most(&format!("parse, {name}, to serde_json::Value"), took / value, 3.0, "x", Kind::Ratio);
        table.plain(&format!("parse, {name}, a field to one of 100 bare ones"), took / fields as f64 / per_field, "x");
    }
}

fn of_deep_and_wide(table: &mut Table) {
    let mut union = String::from("[");
    for at in 0..49 {
        let comma = if at > 0 { "," } else { "" };
        write!(union, r#"{comma}{{"type":"record","name":"Event{at}","fields":[{{"name":"id","type":"string"}},{{"name":"at","type":"long"}}]}}"#)
            .expect("a String takes everything");
    }
    union.push(']');
    let mut nested = String::from("\"int\"");
    for at in 0..40 {
        nested = format!(r#"{{"type":"record","name":"R{at}","fields":[{{"name":"inner","type":{nested}}}]}}"#);
    }
    for (name, text, parts) in [("49 branches", union, 49.0 * 2.0), ("40 nested records", nested, 40.0)] {
        let took = parse_ns(&text);
        let value = cpu_ns(|| {
            black_box(serde_json::from_str::<serde_json::Value>(black_box(&text)).expect("JSON"));
        });
        table.plain(&format!("parse, {name}"), took / 1000.0, "us");
        table.plain(&format!("parse, {name}, per field"), took / parts, "ns");
        table.at_most(&format!("parse, {name}, to serde_json::Value"), took / value, 3.0, "x", Kind::Ratio);
    }
}

fn printing(table: &mut Table) {
    let text = documented(140, 143);
    let schema = read(&text);
    let print_ns = || {
        cpu_ns(|| {
            black_box(black_box(&schema).stored_text());
        })
    };
    let (reading, printing) = in_turns(|| parse_ns(&text), print_ns);
    table.plain("canonical text, 20 KB", printing / 1000.0, "us");
    table.at_most("canonical text, 20 KB, to its parse", printing / reading, 0.5, "x", Kind::Ratio);
    let normalizing = cpu_ns(|| {
        let source = SchemaSource::avro(black_box(&text));
        black_box(parse_normalized(&source, Strictness::New).expect("a valid schema"));
    });
    table.plain("parse and normalise, 20 KB, to its parse", normalizing / reading, "x");
    let other = read(&text);
    let comparing = cpu_ns(|| {
        black_box(black_box(&schema).is_equivalent_to(black_box(&other)));
    });
    table.plain("is it equivalent, 20 KB, to its parse", comparing / reading, "x");
}
