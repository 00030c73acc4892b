//! Verdicts, their words, and what is compared.

use super::super::conversation::{Conversation, INT, R, R_AND_OPTIONAL, R_AND_REQUIRED, STRING, registered};
use serde_json::{Value, json};

const MISSING_DEFAULT: &str = "{errorType:'READER_FIELD_MISSING_DEFAULT_VALUE', description:'The field 'z' at path \
     '/fields/1' in the new schema has no default value and is missing in the old schema', additionalInfo:'z'}";

fn trailer(level: &str) -> String {
    format!("{{validateFields: 'false', compatibility: '{level}'}}")
}

fn incompatible(messages: &[String]) -> String {
    format!(r#"{{"is_compatible":false,"messages":{}}}"#, Value::from(messages.to_vec()))
}

#[test]
fn s23_a_refusal_is_409_and_its_code_depends_on_the_line() {
    let message = format!(
        "Schema being registered is incompatible with an earlier schema for subject \"s\", details: \
         [{MISSING_DEFAULT}, {{oldSchemaVersion: 1}}, {{oldSchema: '{R}'}}, {}]",
        trailer("BACKWARD")
    );
    // quirks.md: The code of an incompatible registration
    for (mut registry, code) in [(Conversation::new(), 409), (Conversation::as_recorded(), 40901)] {
        registry.register("s", R);
        let refused = registry.post_schema("/subjects/s/versions", R_AND_REQUIRED);
        refused.fails(code, &message);
        assert_eq!(refused.status(), 409);
        registry.get("/subjects/s/versions").ok("[1]");
    }
}

#[test]
fn s24_under_full_a_forward_problem_alone_is_told_without_the_old_schema() {
    let mut registry = Conversation::new();
    registry.register("s", R_AND_REQUIRED);
    let problem = "{errorType:'READER_FIELD_MISSING_DEFAULT_VALUE', description:'The field 'z' at path '/fields/1' in \
                   the old schema has no default value and is missing in the new schema', additionalInfo:'z'}";
    let old = ["{oldSchemaVersion: 1}".to_owned(), format!("{{oldSchema: '{R_AND_REQUIRED}'}}")];
    for level in ["FULL", "FULL_TRANSITIVE", "FORWARD", "FORWARD_TRANSITIVE"] {
        let mut messages = vec![problem.to_owned()];
        if level.starts_with("FORWARD") {
            messages.extend(old.clone());
        }
        messages.push(trailer(level));
        let setting = format!(r#"{{"compatibility":"{level}"}}"#);
        registry.put("/config", &setting).ok(&setting);
        registry.post_schema("/compatibility/subjects/s/versions?verbose=true", R).ok(&incompatible(&messages));
    }
    // A backward problem under FULL has them.
    registry.register("t", R);
    registry.put("/config", r#"{"compatibility":"FULL"}"#).ok(r#"{"compatibility":"FULL"}"#);
    registry.post_schema("/compatibility/subjects/t/versions?verbose=true", R_AND_REQUIRED).ok(&incompatible(&[
        MISSING_DEFAULT.to_owned(),
        "{oldSchemaVersion: 1}".to_owned(),
        format!("{{oldSchema: '{R}'}}"),
        trailer("FULL"),
    ]));
}

#[test]
fn s25_of_several_versions_that_break_the_newest_alone_is_reported() {
    let mut registry = Conversation::new();
    registry.register("s", R);
    registry.register("s", R_AND_OPTIONAL);
    let third = R_AND_OPTIONAL.replace(r#""name":"b""#, r#""name":"c""#);
    registry.register("s", &third);
    registry
        .put("/config/s", r#"{"compatibility":"BACKWARD_TRANSITIVE"}"#)
        .ok(r#"{"compatibility":"BACKWARD_TRANSITIVE"}"#);
    let expected = |version: u32, old: &str| {
        incompatible(&[
            MISSING_DEFAULT.to_owned(),
            format!("{{oldSchemaVersion: {version}}}"),
            format!("{{oldSchema: '{old}'}}"),
            trailer("BACKWARD_TRANSITIVE"),
        ])
    };
    let all = "/compatibility/subjects/s/versions?verbose=true";
    registry.post_schema(all, R_AND_REQUIRED).ok(&expected(3, &third));
    registry.delete("/subjects/s/versions/3").ok("3");
    registry.post_schema(all, R_AND_REQUIRED).ok(&expected(2, R_AND_OPTIONAL));
    registry.delete("/subjects/s/versions/2").ok("2");
    registry.post_schema(all, R_AND_REQUIRED).ok(&expected(1, R));
}

#[test]
fn s26_an_unparsable_schema_is_an_answer_where_it_is_asked_verbosely() {
    let mut registry = Conversation::new();
    registry.register("s", STRING);
    for subject in ["s", "missing"] {
        for rest in ["/versions", "/versions/latest", "/versions/"] {
            let target = format!("/compatibility/subjects/{subject}{rest}");
            for (body, beginning) in [
                (json!({"schema": "no schema"}), "Invalid schema of type AVRO, details: Invalid schema {subject="),
                (json!({"schema": ""}), "Empty schema"),
                (json!({"schema": STRING, "schemaType": "X"}), "Invalid schema type X"),
            ] {
                let body = body.to_string();
                registry.post(&target, &body).fails_beginning(42201, beginning);
                let verbose = registry.post(&format!("{target}?verbose=true"), &body);
                let answer = verbose.json();
                assert_eq!((verbose.status(), &answer["is_compatible"]), (200, &json!(false)));
                let messages = answer["messages"].as_array().expect("messages");
                assert!(
                    messages[0].as_str().expect("a text").starts_with(beginning) && messages.len() == 1,
                    "{answer}"
                );
            }
        }
    }
}

#[test]
fn s27_a_missing_subject_is_compatible_and_a_missing_version_40402() {
    let mut registry = Conversation::new();
    for rest in ["/versions", "/versions/", "/versions/latest", "/versions/-1"] {
        let target = format!("/compatibility/subjects/missing{rest}");
        registry.post_schema(&target, STRING).ok(r#"{"is_compatible":true}"#);
        registry.post_schema(&format!("{target}?verbose=true"), STRING).ok(r#"{"is_compatible":true,"messages":[]}"#);
    }
    registry.register("s", STRING);
    for subject in ["missing", "s"] {
        for schema in [STRING, "no schema"] {
            for verbose in ["", "?verbose=true"] {
                registry
                    .post_schema(&format!("/compatibility/subjects/{subject}/versions/5{verbose}"), schema)
                    .fails(40402, "Version 5 not found.");
            }
        }
    }
    // What is softly deleted is missing.
    registry.delete("/subjects/s").ok("[1]");
    registry.post_schema("/compatibility/subjects/s/versions/1", INT).fails(40402, "Version 1 not found.");
    registry.post_schema("/compatibility/subjects/s/versions/latest", INT).ok(r#"{"is_compatible":true}"#);
    registry.post_schema("/compatibility/subjects/s/versions", INT).ok(r#"{"is_compatible":true}"#);
    registry.post_schema("/subjects/s/versions", INT).ok(&registered(2, 2, INT));
}
