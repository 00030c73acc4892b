//! Every schema text whose answers by Avro Java 1.12.1 under Confluent 8.3.1 are on record: accepted or refused and in
//! which words, its stored text, its parsing form and fingerprints, its normal form.

use serde_json::Value;
use sluicegate::schema::avro::{crc64, md5, parsing_form, sha256};
use sluicegate::schema::{ParsedSchema, ReferencedText, SchemaSource, SchemaType, Strictness, parse, parse_normalized};
use std::fmt::Write;

const PARSE: &str = include_str!("../data/avro/parse.json");
const CANONICAL: &str = include_str!("../data/avro/canonical.json");

#[test]
fn every_text_is_accepted_or_refused_as_on_record() {
    report(PARSE, |vector| {
        let text = vector["schema"].as_str().expect("a text");
        let source = SchemaSource::avro(text);
        let mut wrong = Vec::new();
        for (strictness, accepted, error) in
            [(Strictness::New, "asNew", "asNewError"), (Strictness::Stored, "asStored", "asStoredError")]
        {
            // What a caller hears of a text that fails both ways is the second failure.
            let both_fail = vector["asStored"] == Value::Bool(false);
            let expected = match vector[accepted].as_bool() {
                Some(true) => None,
                _ if both_fail => vector["asStoredError"].as_str().map(|error| as_we_say_it(error, text)),
                _ => vector[error].as_str().map(|error| as_we_say_it(error, text)),
            };
            let found = parse(&source, strictness).err().map(|invalid| invalid.reason);
            if found != expected {
                wrong.push(format!("{strictness:?}: expected {expected:?}, found {found:?}"));
            }
        }
        wrong
    });
}

#[test]
fn every_text_prints_and_fingerprints_as_on_record() {
    report(PARSE, |vector| {
        let Some(canonical) = vector["canonical"].as_str() else { return Vec::new() };
        let text = vector["schema"].as_str().expect("a text");
        let parsed = parse(&SchemaSource::avro(text), Strictness::Stored).expect("accepted as stored");
        let ParsedSchema::Avro(schema) = &parsed;
        let form = parsing_form(schema);
        let mut wrong = Vec::new();
        for (what, expected, found) in [
            ("canonical", canonical, parsed.stored_text()),
            ("parsing form", vector["parsingForm"].as_str().unwrap_or(""), form.clone()),
            ("crc64", vector["crc64"].as_str().unwrap_or(""), hex(&crc64(&form).to_be_bytes())),
            ("md5", vector["md5"].as_str().unwrap_or(""), hex(&md5(&form))),
            ("sha256", vector["sha256"].as_str().unwrap_or(""), hex(&sha256(&form))),
        ] {
            if found != expected {
                wrong.push(format!("{what}: expected {expected}, found {found}"));
            }
        }
        wrong
    });
}

#[test]
fn every_normal_form_is_the_one_on_record() {
    report(PARSE, |vector| {
        let text = vector["schema"].as_str().expect("a text");
        let found = parse_normalized(&SchemaSource::avro(text), Strictness::New);
        match (vector["normalized"].as_str(), vector["normalizeError"].as_str(), found) {
            (Some(expected), _, found) => {
                let found = found.map(|schema| schema.stored_text()).map_err(|invalid| invalid.reason);
                if found.as_deref() == Ok(expected) {
                    Vec::new()
                } else {
                    vec![format!("expected {expected}, found {found:?}")]
                }
            }
            (None, Some(expected), Ok(schema)) => {
                vec![format!("expected to fail with {expected}, found {}", schema.stored_text())]
            }
            (None, Some(expected), Err(invalid)) => {
                let expected = as_the_server_says_it(expected);
                match invalid.in_normal_form && expected.contains(&invalid.reason.as_str()) {
                    true => Vec::new(),
                    false => vec![format!("expected to fail with one of {expected:?}, found {invalid:?}")],
                }
            }
            _ => Vec::new(),
        }
    });
}

#[test]
fn every_stored_resolved_and_normal_text_is_the_one_on_record() {
    report(CANONICAL, |vector| {
        let references: Vec<ReferencedText> = vector["references"]
            .as_array()
            .into_iter()
            .flatten()
            .map(|text| ReferencedText { name: String::new(), text: text.as_str().expect("a text").into() })
            .collect();
        let text = vector["schema"].as_str().expect("a text");
        let source = SchemaSource { schema_type: SchemaType::Avro, text, references: &references };
        let parsed = match (parse(&source, Strictness::New), vector["error"].as_str()) {
            (Ok(parsed), None) => parsed,
            (Err(invalid), Some(error)) if invalid.reason == error => return Vec::new(),
            (found, expected) => {
                return vec![format!("expected {expected:?}, found {:?}", found.map(|schema| schema.stored_text()))];
            }
        };
        let mut wrong = Vec::new();
        for (what, found) in [("stored", parsed.stored_text()), ("resolved", parsed.resolved_text())] {
            if vector[what].as_str() != Some(&found) {
                wrong.push(format!("{what}: expected {}, found {found}", vector[what]));
            }
        }
        let normalized = parse_normalized(&source, Strictness::New).map(|schema| schema.stored_text());
        match (vector["normalized"].as_str(), normalized) {
            (Some(expected), Ok(found)) if found == expected => {}
            (None, Err(invalid))
                if as_the_server_says_it(vector["normalizeError"].as_str().expect("words"))
                    .contains(&invalid.reason.as_str()) => {}
            (expected, found) => wrong.push(format!("normalized: expected {expected:?}, found {found:?}")),
        }
        wrong
    });
}

/// The reference numbers names that nothing defines with a counter of the process; we name them (decision 8 of the
/// reference document), and where it prints such a name inside a schema our number is always 0.
fn as_we_say_it(error: &str, text: &str) -> String {
    if error.starts_with("Unknown schema: org.apache.avro.compiler.UnresolvedSchema_") {
        let value: Value = serde_json::from_str(text).expect("a JSON text");
        let name = value.as_str().or_else(|| value["type"].as_str()).expect("a name");
        return format!("Undefined schema: {name}");
    }
    error.replace("UnresolvedSchema_<n>", "UnresolvedSchema_0")
}

/// Where the record has a null pointer of the reference, the server 8.3.1 names it, by where it occurs.
fn as_the_server_says_it(error: &str) -> Vec<&str> {
    match error {
        "no JSON for null" | "(null pointer in the reference)" => vec![
            "Cannot invoke \"com.fasterxml.jackson.databind.JsonNode.toString()\" because the return value of \"io.confluent.kafka.schemaregistry.avro.AvroSchemaUtils.toJsonNode(Object)\" is null",
            "Cannot invoke \"Object.getClass()\" because \"<parameter1>\" is null",
        ],
        error => vec![error],
    }
}

/// Collects every disagreement before failing, so that a pattern can be seen.
fn report(vectors: &str, check: impl Fn(&Value) -> Vec<String>) {
    let vectors: Vec<Value> = serde_json::from_str(vectors).expect("vectors are JSON");
    let mut wrong = String::new();
    let mut count = 0;
    for vector in &vectors {
        for complaint in check(vector) {
            count += 1;
            writeln!(wrong, "{}\n  {complaint}", vector["schema"]).expect("a String takes everything");
        }
    }
    assert!(count == 0, "{count} disagreements over {} texts:\n{wrong}", vectors.len());
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut out, byte| {
        write!(out, "{byte:02x}").expect("a String takes everything");
        out
    })
}
