//! `POST /subjects/{subject}/versions/{version}/validate` and `POST /validate/wire`: what becomes of records that are sent
//! there. What is sent is encoded by the `apache-avro` crate or written by hand; every answer is held against the served
//! description.

mod hostile;
mod kinds;
mod versions;
mod wire;

use crate::confluent_api::conversation::{Conversation, Reply};
use crate::confluent_api::openapi::description::DESCRIPTION;
use apache_avro::Schema;
use apache_avro::types::Value as Avro;
use apache_avro::writer::datum::GenericDatumWriter;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

/// An order, with an optional price.
const ORDER: &str = r#"{"type":"record","name":"Order","fields":[{"name":"id","type":"string"},{"name":"price","type":["null","double"],"default":null}]}"#;
/// The order without the price.
const ORDER_BEFORE: &str = r#"{"type":"record","name":"Order","fields":[{"name":"id","type":"string"}]}"#;

/// What the path of a version's validation is.
fn of_version(subject: &str, version: &str) -> String {
    format!("/subjects/{subject}/versions/{version}/validate")
}

/// Bytes as they travel in JSON.
fn base64(bytes: &[u8]) -> String {
    STANDARD.encode(bytes)
}

/// A value as `apache-avro` encodes it.
fn datum(schema: &str, value: Avro) -> Vec<u8> {
    let schema = Schema::parse_str(schema).unwrap();
    GenericDatumWriter::builder(&schema).build().unwrap().write_value_to_vec(value).unwrap()
}

/// An order as bytes.
fn order(id: &str, price: Option<f64>) -> Vec<u8> {
    let price = match price {
        None => Avro::Union(0, Box::new(Avro::Null)),
        Some(price) => Avro::Union(1, Box::new(Avro::Double(price))),
    };
    datum(ORDER, Avro::Record(vec![("id".to_owned(), Avro::String(id.to_owned())), ("price".to_owned(), price)]))
}

/// Bytes behind the prefix of an id.
fn behind_id(id: i64, datum: &[u8]) -> Vec<u8> {
    let id = u32::try_from(id).unwrap().to_be_bytes();
    [&[0][..], &id, datum].concat()
}

/// What a header holds, or what a prefix is, of a guid.
fn guid_bytes(guid: &str) -> Vec<u8> {
    let digits = guid.replace('-', "");
    let bytes = (0..16).map(|at| u8::from_str_radix(&digits[2 * at..2 * at + 2], 16).unwrap());
    std::iter::once(1).chain(bytes).collect()
}

/// Sends records that make a sound batch, and returns the answer, which must be as described.
#[track_caller]
fn checked(talk: &mut Conversation, target: &str, records: &Value) -> Value {
    answered(&talk.post(target, &json!({ "records": records }).to_string()))
}

/// The body of an answer that must be a report, and as described.
#[track_caller]
fn answered(reply: &Reply) -> Value {
    assert_eq!(reply.status(), 200, "{}", reply.text());
    let answer = reply.json();
    let described = json!({ "$ref": "#/components/schemas/RecordReport" });
    assert_eq!(DESCRIPTION.misfit(&described, &answer), None, "{answer}");
    let outcomes = outcomes(&answer);
    for (record, outcome) in answer["records"].as_array().unwrap().iter().zip(&outcomes) {
        let is_fine = matches!(outcome.as_str(), "fits" | "tombstone");
        assert_eq!(record["fits"], is_fine, "{record}");
        let is_told = record.get("misfits").is_some_and(|misfits| misfits != &json!([]));
        assert!(is_told != is_fine || record["is_cut"] == true, "{record}");
    }
    let fine = outcomes.iter().filter(|outcome| matches!(outcome.as_str(), "fits" | "tombstone")).count();
    let summary = json!({ "records": outcomes.len(), "fitting": fine, "misfits": outcomes.len() - fine });
    assert_eq!(answer["summary"], summary);
    answer
}

/// What became of each record.
fn outcomes(answer: &Value) -> Vec<String> {
    let records = answer["records"].as_array().unwrap();
    records.iter().map(|record| record["outcome"].as_str().unwrap().to_owned()).collect()
}

/// The paths at which a record does not fit.
fn paths(record: &Value) -> Vec<&str> {
    record["misfits"].as_array().unwrap().iter().map(|misfit| misfit["path"].as_str().unwrap()).collect()
}
