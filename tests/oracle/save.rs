//! Keeps a selection of questions with Java's answers, for the suite to hold the engine to without a JDK.

use crate::answers::text;
use crate::changes::CHANGES;
use crate::java::Java;
use crate::settings::Settings;
use crate::{pairs, texts};
use flate2::{Compression, write::GzEncoder};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{Result, Write};
use std::path::Path;

/// How many random questions are looked at, and how many of those with the same kind of answer are kept.
const LOOKED_AT: u64 = 20_000;
const PAIRS_OF_A_KIND: usize = 25;
const TEXTS_OF_A_KIND: usize = 20;

/// Writes `pairs.jsonl.gz` and `texts.jsonl.gz` into `folder`.
pub(crate) fn save(java: &Java, settings: &Settings, folder: &Path) -> Result<()> {
    fs::create_dir_all(folder)?;
    let mut saved = changed_vectors(java)?;
    let changed = saved.len();
    saved.extend(random_pairs(java, settings)?);
    println!("saved {} pairs, {changed} of them changed copies of recorded ones", saved.len());
    write(&folder.join("pairs.jsonl.gz"), &saved)?;
    let saved = random_texts(java, settings)?;
    println!("saved {} texts", saved.len());
    write(&folder.join("texts.jsonl.gz"), &saved)
}

/// Every recorded pair in every changed form, with Java's answer to that.
fn changed_vectors(java: &Java) -> Result<Vec<Value>> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/avro-vectors.json");
    let vectors: Vec<Value> = serde_json::from_str(&fs::read_to_string(path)?)?;
    let mut questions = Vec::new();
    for vector in &vectors {
        for change in CHANGES {
            let [reader, writer] = ["reader", "writer"].map(|side| text(vector, side).unwrap_or_default());
            if let Some((reader, writer)) = change.apply(reader, writer) {
                let mut question = json!({"vector": vector["name"], "change": change.name});
                if change.keeps_answer {
                    question["keepsAnswer"] = json!(true);
                }
                question["reader"] = reader.into();
                question["writer"] = writer.into();
                questions.push(question);
            }
        }
    }
    let mut saved = Vec::new();
    java.ask(questions.clone().into_iter(), |number, answer| {
        let question = &questions[usize::try_from(number).expect("an index")];
        if question["keepsAnswer"] == true && vectors.iter().any(|it| it["name"] == question["vector"]) {
            let vector = vectors.iter().find(|it| it["name"] == question["vector"]).expect("just found");
            let kept = answer.get("throws") == vector.get("throws")
                && (answer.get("throws").is_some()
                    || answer.get("incompatibilities") == vector.get("incompatibilities"));
            // The words of a check that throws hold the writer's text, attributes included.
            assert!(kept || vector.get("throws").is_some(), "not kept: {question} {answer}");
        }
        saved.push(joined(question.clone(), answer));
    })?;
    Ok(saved)
}

fn random_pairs(java: &Java, settings: &Settings) -> Result<Vec<Value>> {
    let questions = (0..LOOKED_AT).map(|number| pairs::question(settings, number));
    selected(java, questions, |number| pairs::question(settings, number), PAIRS_OF_A_KIND, pairs::kind_of)
}

/// Found the hard way: a text that only repeats what a referenced one defines is that, and nothing is bound anew; else
/// all is, and a default may then meet a record that has no fields yet.
const IN_CIRCLES: [(&str, &str); 4] = [
    (CIRCLE, r#"{"type":"record","name":"F","fields":[{"name":"next","type":{"type":"array","items":"S"}}]}"#),
    (
        CIRCLE,
        r#"{"type":"record","name":"F","fields":[{"name":"next","type":{"type":"array","items":"S"},"default":[]}]}"#,
    ),
    (CIRCLE, r#"{"type":"array","items":"F"}"#),
    (CIRCLE, r#"{"type":"record","name":"New","fields":[{"name":"f","type":"F"}]}"#),
];
/// Found among 400,000: a null among symbols shows in a complaint about what is around it.
const WITH_A_NULL_SYMBOL: &str = r#"[["string"],{"type":"enum","name":"G","symbols":["E",[],"Z9"]}]"#;

const CIRCLE: &str = r#"{"type":"record","name":"S","fields":[{"name":"A","type":{"type":"record","name":"F","fields":[
    {"name":"next","type":{"type":"array","items":"S"}}]},"default":{"next":[]}}]}"#;

fn texts_by_hand(java: &Java) -> Result<Vec<Value>> {
    let in_circles = IN_CIRCLES.map(|(reference, text)| json!({"text": text, "references": [reference]}));
    let questions: Vec<Value> = in_circles.into_iter().chain([json!({"text": WITH_A_NULL_SYMBOL})]).collect();
    let mut saved = Vec::new();
    java.ask(questions.clone().into_iter(), |number, answer| {
        saved.push(joined(questions[usize::try_from(number).expect("an index")].clone(), answer));
    })?;
    Ok(saved)
}

fn random_texts(java: &Java, settings: &Settings) -> Result<Vec<Value>> {
    let questions = (0..LOOKED_AT).map(|number| texts::question(settings, number));
    let mut saved =
        selected(java, questions, |number| texts::question(settings, number), TEXTS_OF_A_KIND, texts::kind_of_answer)?;
    saved.extend(texts_by_hand(java)?);
    for answer in saved.iter_mut().filter_map(Value::as_object_mut) {
        // Digests of a text that is there do not compress, and prove little more.
        answer.remove("md5");
        answer.remove("sha256");
    }
    Ok(saved)
}

/// Asks all `questions` and keeps those whose answer is one of the first `of_a_kind` of its kind.
fn selected(
    java: &Java,
    questions: impl Iterator<Item = Value> + Send,
    question: impl Fn(u64) -> Value,
    of_a_kind: usize,
    kind_of: impl Fn(&Value) -> String,
) -> Result<Vec<Value>> {
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    let mut saved = Vec::new();
    java.ask(questions, |number, answer| {
        let question = question(number);
        let refers = if question.get("references").is_some() { "refers " } else { "" };
        let count = counts.entry(refers.to_owned() + &kind_of(&answer)).or_default();
        *count += 1;
        // Half a surrogate pair is refused on purpose, whatever Java says.
        let is_half = question["text"].as_str().is_some_and(texts::has_lone_surrogate);
        if *count <= of_a_kind && question.to_string().len() < 2_000 && !is_half {
            saved.push(joined(question, answer));
        }
    })?;
    Ok(saved)
}

fn joined(mut question: Value, answer: Value) -> Value {
    let members = question.as_object_mut().expect("a question is an object");
    members.extend(answer.as_object().cloned().unwrap_or_default());
    question
}

fn write(path: &Path, lines: &[Value]) -> Result<()> {
    let mut out = GzEncoder::new(File::create(path)?, Compression::best());
    for line in lines {
        writeln!(out, "{line}")?;
    }
    out.finish().map(drop)
}
