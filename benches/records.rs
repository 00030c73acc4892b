//! What checking a record costs, beside decoding it with apache-avro's `GenericDatumReader`, which a producer would do
//! without us: binary, JSON, and with a reader.

#[path = "allocations.rs"]
mod allocations;
#[path = "budget.rs"]
#[expect(dead_code, reason = "each bench uses a part of what they share")]
mod budget;
#[path = "event.rs"]
mod event;

use allocations::allocations;
use apache_avro::Schema;
use apache_avro::reader::datum::GenericDatumReader;
use budget::{Kind, Table, cpu_ns};
use event::event;
use sluicegate::records::{Checker, JsonForm, Reading};
use sluicegate::schema::{ParsedSchema, SchemaSource, Strictness, parse};
use std::hint::black_box;
use std::sync::Arc;

fn main() {
    let mut table = Table::new("records", "Checking a record, schemas parsed (thread CPU time)");
    for count in [10, 100] {
        wide(&mut table, count);
    }
    nested(&mut table);
    strings(&mut table);
    table.finish();
}

fn schema(text: &str) -> Arc<ParsedSchema> {
    Arc::new(parse(&SchemaSource::avro(text), Strictness::New).expect("the bench's schemas are valid"))
}

fn wide(table: &mut Table, count: usize) {
    let (text, json) = event(count, "");
    let checker = Checker::new(schema(&text));
    let datum = checker.json(&json, JsonForm::Plain).expect("the bench's values fit");
    let check = compared(table, &format!("{count} fields"), &text, &checker, &datum, 1.5);
    table.plain(&format!("JSON checked and encoded, {count} fields"), json_ns(&checker, &json) / 1e3, "us");
    let parse_ns = cpu_ns(|| drop(black_box(serde_json::from_str::<serde_json::Value>(black_box(&json)))));
    let ratio = json_ns(&checker, &json) / parse_ns;
    table.at_most(
        &format!("JSON checked and encoded, to serde_json::Value, {count} fields"),
        ratio,
        1.5,
        "times",
        Kind::Ratio,
    );
    let reader = event(count, ",{\"name\":\"added\",\"type\":\"string\",\"default\":\"\"}").0;
    let reading = Reading::new(schema(&text), schema(&reader));
    assert!(reading.reads_everything());
    let reads = cpu_ns(|| assert_eq!(black_box(&reading).binary(black_box(&datum)), Ok(())));
    table.at_most(
        &format!("with a reader that reads all, to checking, {count} fields"),
        reads / check,
        1.3,
        "times",
        Kind::Ratio,
    );
    // A union that the reader has narrowed, of which the record does not use what it lost.
    let narrow = text.replace("[\"null\",\"double\"]", "\"double\"");
    let reading = Reading::new(schema(&text), schema(&narrow));
    assert!(!reading.reads_everything());
    let reads = cpu_ns(|| assert_eq!(black_box(&reading).binary(black_box(&datum)), Ok(())));
    table.at_most(
        &format!("with a reader that reads some, to checking, {count} fields"),
        reads / check,
        1.5,
        "times",
        Kind::Ratio,
    );
    let (old, new) = (schema(&text), schema(&narrow));
    let made = cpu_ns(|| drop(black_box(Reading::new(Arc::clone(&old), Arc::clone(&new)))));
    table.plain(&format!("making a reading, {count} fields"), made / 1e3, "us");
    let made = cpu_ns(|| drop(black_box(Checker::new(Arc::clone(&old)))));
    table.plain(&format!("making a checker, {count} fields"), made / 1e3, "us");
}

fn json_ns(checker: &Checker, json: &str) -> f64 {
    cpu_ns(|| drop(black_box(checker.json(black_box(json), JsonForm::Plain)).expect("it fits")))
}

/// Checking against decoding; returns the nanoseconds of a check.
fn compared(table: &mut Table, name: &str, text: &str, checker: &Checker, datum: &[u8], budget: f64) -> f64 {
    let theirs = Schema::parse_str(text).expect("the crate takes the bench's schemas");
    let decoder = GenericDatumReader::builder(&theirs).build().expect("a reader");
    let allocations = allocations(|| assert_eq!(checker.binary(datum), Ok(())));
    let check = cpu_ns(|| assert_eq!(black_box(checker).binary(black_box(datum)), Ok(())));
    let decode = cpu_ns(|| drop(black_box(decoder.read_value(&mut black_box(datum))).expect("it decodes")));
    table.plain(&format!("check, {name}"), check, "ns");
    table.plain(&format!("decode, {name}"), decode, "ns");
    table.at_most(&format!("check to decode, {name}"), check / decode, budget, "times", Kind::Ratio);
    table.at_most(&format!("allocations, {name}"), allocations as f64, 0.0, "", Kind::Ratio);
    check
}

fn nested(table: &mut Table) {
    let line = "{\"type\":\"record\",\"name\":\"Line\",\"fields\":[{\"name\":\"sku\",\"type\":\"string\"},{\"name\":\"price\",\"type\":[\"null\",\"long\"]}]}";
    let text = format!(
        "{{\"type\":\"record\",\"name\":\"Order\",\"fields\":[{{\"name\":\"lines\",\"type\":{{\"type\":\"array\",\"items\":{line}}}}},{{\"name\":\"labels\",\"type\":{{\"type\":\"map\",\"values\":\"int\"}}}}]}}"
    );
    let line = "{\"sku\":\"4006381333931\",\"price\":1999}";
    let json = format!("{{\"lines\":[{}],\"labels\":{{\"a\":1,\"b\":2}}}}", vec![line; 1_000].join(","));
    let checker = Checker::new(schema(&text));
    let datum = checker.json(&json, JsonForm::Plain).expect("the bench's values fit");
    compared(table, "1000 nested records", &text, &checker, &datum, 1.5);
}

fn strings(table: &mut Table) {
    let text = "{\"type\":\"array\",\"items\":\"string\"}";
    let json = format!("[{}]", vec![format!("\"{}\"", "text ".repeat(200)); 100].join(","));
    let checker = Checker::new(schema(text));
    let datum = checker.json(&json, JsonForm::Plain).expect("the bench's values fit");
    compared(table, "100 strings of 1 KB", text, &checker, &datum, 1.5);
}
