//! Findings in Confluent's sentences. The expected texts are those of the reference's own server.

use super::schema;
use sluicegate::compat::{
    Candidate, CompatibilityLevel as Level, Direction, Findings, HistoricVersion, Incompatibility, IncompatibilityKind,
    LevelVerdict, Refusal, Scratch, check, words,
};
use sluicegate::schema::names::Version;
use std::convert::Infallible;
use std::sync::Arc;

/// The messages a candidate gets against one version, none if it is compatible.
fn messages(new: &str, old: &str, level: Level) -> Vec<String> {
    let old = schema(old);
    let text = old.stored_text().into();
    let version = Version::new(1).expect("a version");
    let history = [Ok::<_, Infallible>(HistoricVersion { version, schema: Arc::new(old), text })];
    let new = schema(new);
    let candidate = Candidate { schema: &new };
    match check(candidate, history, level, &mut Scratch::default()) {
        Ok(LevelVerdict::Compatible) => Vec::new(),
        Ok(LevelVerdict::Incompatible(refusal)) => words::messages(&refusal, false),
    }
}

const RECORD_A: &str = r#"{"type":"record","name":"R","fields":[{"name":"a","type":"string"}]}"#;
const RECORD_AB: &str =
    r#"{"type":"record","name":"R","fields":[{"name":"a","type":"string"},{"name":"b","type":"string"}]}"#;
const RECORD_INT: &str = r#"{"type":"record","name":"R","fields":[{"name":"a","type":"int"}]}"#;

const MISSING_NEW: &str = "{errorType:'READER_FIELD_MISSING_DEFAULT_VALUE', description:'The field 'b' at path '/fields/1' in the new schema has no default value and is missing in the old schema', additionalInfo:'b'}";
const MISSING_OLD: &str = "{errorType:'READER_FIELD_MISSING_DEFAULT_VALUE', description:'The field 'b' at path '/fields/1' in the old schema has no default value and is missing in the new schema', additionalInfo:'b'}";

#[test]
fn a_refusal_lists_findings_then_the_old_schema_then_the_level() {
    let old_schema = format!("{{oldSchema: '{RECORD_A}'}}");
    let backward = "{validateFields: 'false', compatibility: 'BACKWARD'}";
    assert_eq!(
        messages(RECORD_AB, RECORD_A, Level::Backward),
        [MISSING_NEW, "{oldSchemaVersion: 1}", &old_schema, backward]
    );
    let mismatch = "{errorType:'TYPE_MISMATCH', description:'The type (path '/fields/0/type') of a field in the new schema does not match with the old schema', additionalInfo:'reader type: INT not compatible with writer type: STRING'}";
    assert_eq!(
        messages(RECORD_INT, RECORD_A, Level::Backward),
        [mismatch, "{oldSchemaVersion: 1}", &old_schema, backward]
    );
}

#[test]
fn forward_findings_swap_new_and_old() {
    let old_schema = format!("{{oldSchema: '{RECORD_AB}'}}");
    let forward = "{validateFields: 'false', compatibility: 'FORWARD'}";
    assert_eq!(
        messages(RECORD_A, RECORD_AB, Level::Forward),
        [MISSING_OLD, "{oldSchemaVersion: 1}", &old_schema, forward]
    );
}

#[test]
fn full_quotes_the_old_schema_only_if_the_backward_half_fails() {
    let trailer = "{validateFields: 'false', compatibility: 'FULL'}";
    assert_eq!(messages(RECORD_A, RECORD_AB, Level::Full), [MISSING_OLD, trailer]);
    let old_schema = format!("{{oldSchema: '{RECORD_A}'}}");
    assert_eq!(
        messages(RECORD_AB, RECORD_A, Level::Full),
        [MISSING_NEW, "{oldSchemaVersion: 1}", &old_schema, trailer]
    );
}

#[test]
fn full_lists_the_forward_findings_first() {
    let mismatch = |reader: &str, writer: &str, from: &str, to: &str| {
        format!(
            "{{errorType:'TYPE_MISMATCH', description:'The type (path '/') of a field in the {reader} schema does not match with the {writer} schema', additionalInfo:'reader type: {to} not compatible with writer type: {from}'}}"
        )
    };
    let expected = [
        mismatch("old", "new", "STRING", "INT"),
        mismatch("new", "old", "INT", "STRING"),
        "{oldSchemaVersion: 1}".to_owned(),
        "{oldSchema: '\"int\"'}".to_owned(),
        "{validateFields: 'false', compatibility: 'FULL_TRANSITIVE'}".to_owned(),
    ];
    assert_eq!(messages("\"string\"", "\"int\"", Level::FullTransitive), expected);
}

#[test]
fn each_kind_of_finding_has_its_sentence() {
    let of = |new: &str, old: &str| messages(new, old, Level::Backward).swap_remove(0);
    assert_eq!(
        of(r#"{"type":"fixed","name":"F","size":5}"#, r#"{"type":"fixed","name":"F","size":4}"#),
        "{errorType:'FIXED_SIZE_MISMATCH', description:'The size of FIXED type field at path '/size' in the new schema does not match with the old schema', additionalInfo:'expected: 4, found: 5'}"
    );
    assert_eq!(
        of(r#"{"type":"enum","name":"F","symbols":["A"]}"#, r#"{"type":"enum","name":"n.E","symbols":["A"]}"#),
        "{errorType:'NAME_MISMATCH', description:'The name of the schema has changed (path '/name')', additionalInfo:'expected: n.E'}"
    );
    assert_eq!(
        of(r#"{"type":"enum","name":"E","symbols":["A"]}"#, r#"{"type":"enum","name":"E","symbols":["A","C","B"]}"#),
        "{errorType:'MISSING_ENUM_SYMBOLS', description:'The new schema is missing enum symbols '[B, C]' at path '/symbols' in the old schema', additionalInfo:'[B, C]'}"
    );
    assert_eq!(
        of(r#"["int","null"]"#, "\"string\""),
        "{errorType:'MISSING_UNION_BRANCH', description:'The new schema is missing a type inside a union field at path '/' in the old schema', additionalInfo:'reader union lacking writer type: STRING'}"
    );
}

#[test]
fn a_check_that_throws_says_so_in_one_sentence() {
    let new = r#"{"type":"record","name":"R","fields":[{"name":"a","type":"int","aliases":["b"]}]}"#;
    let old =
        r#"{"type":"record","name":"R","doc":"100%","fields":[{"name":"a","type":"int"},{"name":"b","type":"int"}]}"#;
    let expected = [
        format!(
            "Unexpected exception during compatibility check: Reader record field a type:INT pos:0 matches multiple fields in writer record schema {old}"
        ),
        "{oldSchemaVersion: 1}".to_owned(),
        format!("{{oldSchema: '{old}'}}"),
        "{validateFields: 'false', compatibility: 'BACKWARD'}".to_owned(),
    ];
    assert_eq!(messages(new, old, Level::Backward), expected);
}

fn refusal(text: &str, findings: Vec<(Direction, Findings)>) -> Refusal {
    Refusal { level: Level::Backward, version: Version::new(7).expect("a version"), text: text.into(), findings }
}

fn one_finding() -> Vec<(Direction, Findings)> {
    let finding =
        Incompatibility { kind: IncompatibilityKind::TypeMismatch, location: "/".to_owned(), message: "m".to_owned() };
    vec![(Direction::Backward, Findings { list: vec![finding], is_cut: false })]
}

#[test]
fn an_old_schema_of_more_than_10240_utf16_units_is_cut() {
    let quoted = |text: &str| words::messages(&refusal(text, one_finding()), true).swap_remove(2);
    let longest = "x".repeat(10_240);
    assert_eq!(quoted(&longest), format!("{{oldSchema: '{longest}'}}"));
    assert_eq!(quoted(&format!("{longest}y")), format!("{{oldSchema: <truncated> '{longest}...'}}"));
    let pairs = "\u{1f600}".repeat(5_120);
    assert_eq!(quoted(&pairs), format!("{{oldSchema: '{pairs}'}}"));
    let odd = format!("{}\u{1f600}", "x".repeat(10_239));
    assert_eq!(quoted(&odd), format!("{{oldSchema: <truncated> '{}...'}}", "x".repeat(10_239)));
}

#[test]
fn two_schema_types_are_named_without_the_old_schema() {
    let expected =
        ["Incompatible because of different schema type", "{validateFields: 'true', compatibility: 'BACKWARD'}"];
    assert_eq!(words::messages(&refusal("{}", Vec::new()), true), expected);
}

#[test]
fn a_list_that_was_cut_says_so() {
    let mut findings = one_finding();
    findings[0].1.is_cut = true;
    let messages = words::messages(&refusal("\"int\"", findings), false);
    assert_eq!(messages[1], "{findings: <truncated> 'only the first 1 are listed'}");
}
