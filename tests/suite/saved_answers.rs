//! Avro Java's own answers, saved: changed copies of every recorded pair, and random pairs and texts of every kind.
//!
//! `tests/oracle` asked them (`--save`, seed 1); here the engine is held to them without a JDK. Normal forms are those of
//! Confluent's own routine (release line 8.5) for texts of the same generator, where Java 17 and 21 print alike.

use flate2::read::GzDecoder;
use serde_json::{Value, json};
use sluicegate::compat::{self, Findings, IncompatibilityKind, Reading, Scratch};
use sluicegate::schema::{
    self, InvalidSchema, ParsedSchema, ReferencedText, SchemaSource, SchemaType, Strictness, avro,
};
use std::io::{BufRead, BufReader};

const PAIRS: &[u8] = include_bytes!("../data/avro/pairs.jsonl.gz");
const TEXTS: &[u8] = include_bytes!("../data/avro/texts.jsonl.gz");
const NORMAL: &[u8] = include_bytes!("../data/avro/normal.jsonl.gz");
const CORNERS: &[u8] = include_bytes!("../data/avro/corners.jsonl.gz");
const VECTORS: &str = include_str!("../data/avro-vectors.json");

#[test]
fn a_pair_gets_the_findings_that_avro_java_lists() {
    let mut scratch = Scratch::default();
    let wrong: Vec<String> = lines(PAIRS).iter().filter_map(|pair| pair_disagreement(pair, &mut scratch)).collect();
    assert!(wrong.is_empty(), "{} pairs disagree:\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn a_changed_copy_of_a_recorded_pair_keeps_its_answer_where_it_must() {
    let vectors: Vec<Value> = serde_json::from_str(VECTORS).expect("the vectors are JSON");
    let mut kept = 0;
    for pair in lines(PAIRS).iter().filter(|pair| pair["keepsAnswer"] == true) {
        let vector = vectors.iter().find(|it| it["name"] == pair["vector"]).expect("a copy of a recorded pair");
        // The words of a check that throws quote the writer, attributes included.
        if vector.get("throws").is_none() {
            assert_eq!(
                pair["incompatibilities"], vector["incompatibilities"],
                "{} of {}",
                pair["change"], pair["vector"]
            );
            kept += 1;
        }
    }
    assert!(kept >= 4 * 140, "only {kept} copies are there");
}

#[test]
fn a_text_is_taken_refused_and_printed_as_avro_java_does() {
    let wrong: Vec<String> = lines(TEXTS).iter().filter_map(text_disagreement).collect();
    assert!(wrong.is_empty(), "{} texts disagree:\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn a_normal_form_is_that_of_the_registry_and_fails_where_its_own_fails() {
    let wrong: Vec<String> = lines(NORMAL).iter().filter_map(normal_disagreement).collect();
    assert!(wrong.is_empty(), "{} normal forms disagree:\n{}", wrong.len(), wrong.join("\n"));
}

/// Hand-made: JSON broken in every way its reader has words for, odd names and namespaces, numbers as texts, types that
/// refer to each other in circles, integers beyond 64 bits, references in every order.
#[test]
fn a_corner_of_the_language_is_answered_as_avro_java_answers_it() {
    let wrong: Vec<String> = lines(CORNERS).iter().filter_map(text_disagreement).collect();
    assert!(wrong.is_empty(), "{} texts disagree:\n{}", wrong.len(), wrong.join("\n"));
}

fn lines(data: &[u8]) -> Vec<Value> {
    let lines = BufReader::new(GzDecoder::new(data)).lines();
    lines.map(|line| serde_json::from_str(&line.expect("a gzip file")).expect("a line of JSON")).collect()
}

fn parse(text: &Value, strictness: Strictness) -> Result<ParsedSchema, InvalidSchema> {
    parse_referring(text, &[], strictness)
}

fn parse_referring(
    text: &Value,
    references: &[ReferencedText],
    strictness: Strictness,
) -> Result<ParsedSchema, InvalidSchema> {
    schema::parse(&source(text, references), strictness)
}

fn source<'a>(text: &'a Value, references: &'a [ReferencedText]) -> SchemaSource<'a> {
    SchemaSource { schema_type: SchemaType::Avro, text: text.as_str().expect("a text"), references }
}

fn references(question: &Value) -> Vec<ReferencedText> {
    let references = question["references"].as_array().into_iter().flatten();
    let named = |text: &Value| ReferencedText { name: "r".to_owned(), text: text.as_str().expect("a text").into() };
    references.map(named).collect()
}

fn pair_disagreement(pair: &Value, scratch: &mut Scratch) -> Option<String> {
    let parsed = ["reader", "writer"].map(|side| parse(&pair[side], Strictness::Stored));
    let [Ok(reader), Ok(writer)] = &parsed else {
        return pair.get("invalid").is_none().then(|| format!("refused: {pair}"));
    };
    let reading = Reading { reader, writer };
    let findings = compat::incompatibilities(reading, scratch);
    let expected = expected_findings(pair);
    let ours = described(&findings);
    let is_same = reader.is_equivalent_to(writer);
    let agrees = (ours == expected || is_refused_for_soundness(pair, &findings))
        && compat::can_read(reading, scratch) == findings.list.is_empty()
        && pair["same"].as_bool() == Some(is_same);
    (!agrees).then(|| format!("{pair}\n  ours: {ours} same: {is_same}"))
}

/// Java's answer in our form: where its check throws, one finding that says so.
fn expected_findings(pair: &Value) -> Value {
    match pair["throws"].as_str() {
        Some(words) => json!([{
            "type": IncompatibilityKind::CheckThrew.as_str(),
            "location": "/",
            "message": format!("Unexpected exception during compatibility check: {words}"),
        }]),
        None => pair["incompatibilities"].clone(),
    }
}

/// Whether we refuse, with one finding of our own, a copy of the one recorded pair that Java's memo lets pass although
/// it cannot be read (D5).
fn is_refused_for_soundness(pair: &Value, findings: &Findings) -> bool {
    const UNSOUND: &str = "a pair assumed compatible while in progress";
    pair["vector"].as_str().is_some_and(|name| name.starts_with(UNSOUND))
        && pair["incompatibilities"] == json!([])
        && matches!(&*findings.list, [only] if only.kind == IncompatibilityKind::UnsoundAssumption)
}

fn described(findings: &Findings) -> Value {
    let list = findings.list.iter();
    list.map(|it| json!({"type": it.kind.as_str(), "location": it.location, "message": it.message})).collect()
}

fn text_disagreement(text: &Value) -> Option<String> {
    // What fails in both ways is answered with the second failure.
    let java_new = text.get("newError").map(|new| text.get("storedError").unwrap_or(new));
    let references = references(text);
    let [new, stored] =
        [Strictness::New, Strictness::Stored].map(|strictness| parse_referring(&text["text"], &references, strictness));
    let agrees = is_as_expected(&new, java_new, &text["newText"])
        && is_as_expected(&stored, text.get("storedError"), &text["storedText"])
        && stored.as_ref().map_or(true, |schema| prints_agree(schema, text));
    (!agrees).then(|| format!("{text}\n  new: {:?}\n  stored: {:?}", outcome(&new), outcome(&stored)))
}

fn normal_disagreement(text: &Value) -> Option<String> {
    let references = references(text);
    let normal = schema::parse_normalized(&source(&text["text"], &references), Strictness::New);
    let agrees = match &normal {
        Ok(schema) => text["normal"] == schema.stored_text(),
        Err(_) => text["normalFails"] == true,
    };
    (!agrees).then(|| format!("{text}\n  ours: {:?}", outcome(&normal)))
}

fn outcome(parsed: &Result<ParsedSchema, InvalidSchema>) -> Result<String, &str> {
    parsed.as_ref().map(ParsedSchema::stored_text).map_err(|error| &*error.reason)
}

fn is_as_expected(ours: &Result<ParsedSchema, InvalidSchema>, refused: Option<&Value>, printed: &Value) -> bool {
    match (outcome(ours), refused.and_then(Value::as_str)) {
        (Ok(ours), None) => *printed == ours,
        (Err(ours), Some(theirs)) => is_same_refusal(ours, theirs),
        _ => false,
    }
}

/// Java numbers the stand-ins for open names process-wide, and at the top of a schema names the stand-in, not the name.
fn is_same_refusal(ours: &str, theirs: &str) -> bool {
    const STAND_IN: &str = "UnresolvedSchema_";
    let parts = |words: &str| -> Vec<String> {
        let is_number = |c: char| c.is_ascii_digit() || "<n>".contains(c);
        let mut parts = words.split(STAND_IN);
        let first = parts.next().unwrap_or_default().to_owned();
        std::iter::once(first).chain(parts.map(|part| part.trim_start_matches(is_number).to_owned())).collect()
    };
    let names_a_stand_in = theirs.starts_with(&format!("Unknown schema: org.apache.avro.compiler.{STAND_IN}"));
    parts(ours) == parts(theirs) || names_a_stand_in && ours.starts_with("Undefined schema: ")
}

fn prints_agree(schema: &ParsedSchema, text: &Value) -> bool {
    let ParsedSchema::Avro(avro_schema) = schema;
    let form = avro::parsing_form(avro_schema);
    text["resolved"] == schema.resolved_text()
        && text["crc64"] == format!("{:016x}", avro::crc64(&form))
        && text["parsingForm"] == form
}
