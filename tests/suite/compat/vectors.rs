//! The reference's own answers to 145 pairs (`tests/data/avro-vectors.json`), list for list.

use super::{Line, answer, schema};
use serde_json::Value;
use sluicegate::compat::Scratch;

/// One pair with what the reference answers.
#[derive(Clone)]
pub(crate) struct Vector {
    pub(crate) name: String,
    pub(crate) reader: String,
    pub(crate) writer: String,
    /// What the engine must answer: the reference's list, or one line with the exception it throws.
    pub(crate) expected: Vec<Line>,
}

/// The one pair that the reference wrongly lets pass (D5); its list is empty, ours is not.
pub(crate) const UNSOUND: &str =
    "a pair assumed compatible while in progress stays so in the memo (the reference wrongly says compatible)";

/// What precedes the words of the reference's exception.
pub(crate) const THREW: &str = "Unexpected exception during compatibility check: ";

pub(crate) fn vectors() -> Vec<Vector> {
    let entries: Vec<Value> =
        serde_json::from_str(include_str!("../../data/avro-vectors.json")).expect("the vectors are JSON");
    entries.iter().map(vector).collect()
}

fn vector(entry: &Value) -> Vector {
    let text = |value: &Value| value.as_str().expect("a text").to_owned();
    let line = |item: &Value| (text(&item["type"]), text(&item["location"]), text(&item["message"]));
    let mut expected: Vec<Line> = entry["incompatibilities"].as_array().expect("a list").iter().map(line).collect();
    if let Some(words) = entry["throws"].as_str() {
        expected.push(("CHECK_THREW".to_owned(), "/".to_owned(), format!("{THREW}{words}")));
    }
    let vector =
        Vector { name: text(&entry["name"]), reader: text(&entry["reader"]), writer: text(&entry["writer"]), expected };
    assert_eq!(entry["compatible"].as_bool(), Some(vector.expected.is_empty()), "{}", vector.name);
    vector
}

#[test]
fn every_vector_gets_the_list_of_the_reference() {
    let vectors = vectors();
    assert_eq!(vectors.len(), 145);
    let mut scratch = Scratch::default();
    let mut wrong = Vec::new();
    for vector in vectors.iter().filter(|vector| vector.name != UNSOUND) {
        let (can_read, found) = answer(&schema(&vector.reader), &schema(&vector.writer), &mut scratch);
        if found != vector.expected || can_read != vector.expected.is_empty() {
            wrong.push(format!("{}\n  found {can_read} {found:?}\n  expected {:?}", vector.name, vector.expected));
        }
    }
    assert!(wrong.is_empty(), "{} vectors disagree:\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn a_pair_that_passes_in_the_reference_by_a_failed_assumption_is_refused_and_the_place_is_named() {
    let vectors = vectors();
    let vector = vectors.iter().find(|vector| vector.name == UNSOUND).expect("the vector of D5");
    let (can_read, found) = answer(&schema(&vector.reader), &schema(&vector.writer), &mut Scratch::default());
    assert!(!can_read);
    let place = "/fields/1/type/fields/0/type/items/fields/1/type";
    let message = "reader type: INT not compatible with writer type: STRING";
    assert_eq!(found, [("UNSOUND_ASSUMPTION".to_owned(), place.to_owned(), message.to_owned())]);
}
