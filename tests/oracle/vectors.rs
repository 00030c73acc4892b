//! Asks Java what is on record first: a harness that drives it otherwise than the registry does is not to be trusted.

use crate::answers::{differ_in_double_digits, text};
use crate::java::Java;
use serde_json::{Value, json};
use std::io::{Error, Result};
use std::path::Path;

/// # Errors
/// If an answer differs from the record, or Java cannot be asked.
pub(crate) fn check(java: &Java) -> Result<()> {
    let pairs = read("avro-vectors.json")?;
    let texts = read("avro/parse.json")?;
    let printed = read("avro/canonical.json")?;
    check_file(java, &pairs, |it| json!({"reader": it["reader"], "writer": it["writer"]}), pair_agrees)?;
    check_file(java, &texts, |it| json!({"text": it["schema"]}), text_agrees)?;
    check_file(java, &printed, referring, print_agrees)?;
    println!("{} recorded pairs and {} recorded texts reproduced", pairs.len(), texts.len() + printed.len());
    Ok(())
}

fn read(file: &str) -> Result<Vec<Value>> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data").join(file);
    Ok(serde_json::from_str(&std::fs::read_to_string(path)?)?)
}

fn check_file(
    java: &Java,
    vectors: &[Value],
    question: fn(&Value) -> Value,
    agrees: fn(&Value, &Value) -> bool,
) -> Result<()> {
    let mut wrong = Vec::new();
    let questions: Vec<Value> = vectors.iter().map(question).collect();
    java.ask(questions.into_iter(), |number, answer| {
        let vector = &vectors[usize::try_from(number).expect("an index")];
        if !agrees(vector, &answer) {
            wrong.push(format!("{vector}\n  {answer}"));
        }
    })?;
    if wrong.is_empty() { Ok(()) } else { Err(Error::other(format!("not as recorded:\n{}", wrong.join("\n")))) }
}

fn pair_agrees(vector: &Value, answer: &Value) -> bool {
    match vector.get("throws") {
        Some(throws) => answer.get("throws") == Some(throws),
        None => answer.get("incompatibilities") == vector.get("incompatibilities"),
    }
}

fn text_agrees(vector: &Value, answer: &Value) -> bool {
    let is_same = |recorded: &str, answered: &str| vector.get(recorded) == answer.get(answered);
    is_same("asNewError", "newError")
        && is_same("asStoredError", "storedError")
        && prints_as(vector, "canonical", answer, "storedText")
        && ["parsingForm", "crc64", "md5", "sha256"].into_iter().all(|key| is_same(key, key))
}

fn referring(vector: &Value) -> Value {
    let references = vector["references"].as_array().into_iter().flatten();
    let texts: Vec<&Value> = references.map(|reference| reference.get("schema").unwrap_or(reference)).collect();
    json!({"text": vector["schema"], "references": texts})
}

fn print_agrees(vector: &Value, answer: &Value) -> bool {
    match vector.get("error") {
        Some(error) => answer.get("storedError") == Some(error),
        None => prints_as(vector, "stored", answer, "storedText") && prints_as(vector, "resolved", answer, "resolved"),
    }
}

fn prints_as(vector: &Value, recorded: &str, answer: &Value, answered: &str) -> bool {
    match (text(vector, recorded), text(answer, answered)) {
        (Some(recorded), Some(answered)) => recorded == answered || differ_in_double_digits(recorded, answered),
        (recorded, answered) => recorded == answered,
    }
}
