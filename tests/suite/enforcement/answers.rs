//! The answers of the classification endpoints: their form, their errors, and that they say what the gate says.

use super::{CURRENCY, EURO, ID, NOTE, Schema, Talk};
use crate::confluent_api::conversation::Conversation;
use serde_json::{Value, json};
use sluicegate::http::HttpSettings;
use sluicegate::registry::Settings;

const LATEST: &str = "/classification/subjects/s/versions/latest";
const PREDECESSOR: &str = "/classification/subjects/s/versions";

/// The example of `change-classification` 9, in its order of keys.
#[test]
fn an_answer_has_the_form_that_is_promised() {
    let mut talk = Talk::begin();
    let kinds = |symbols: &str| {
        Schema::record(&[&format!(r#""name":"t","type":{{"type":"enum","name":"E","symbols":[{symbols}]}}"#)])
            .major(Some(2))
    };
    talk.registered("s", &kinds(r#""A","B""#));
    let answer = talk.classified("s", &kinds(r#""A""#));
    let keys: Vec<&str> = answer.as_object().unwrap().keys().map(String::as_str).collect();
    let expected = [
        "format",
        "class",
        "bump",
        "profile",
        "predecessor",
        "level",
        "forward_compatible",
        "changes",
        "warnings",
        "exemptions",
    ];
    assert_eq!(keys, expected);
    assert_eq!(answer["predecessor"], json!({ "version": 1, "id": 1, "major": 2 }));
    assert_eq!((&answer["level"]["name"], &answer["level"]["compatible"]), (&json!("BACKWARD"), &json!(false)));
    let messages = talk.done("POST", "/compatibility/subjects/s/versions/1?verbose=true", &kinds(r#""A""#).body());
    assert_eq!(answer["level"]["messages"], messages["messages"], "in Confluent's words");
    let change = &answer["changes"][0];
    let keys: Vec<&str> = change.as_object().unwrap().keys().map(String::as_str).collect();
    let expected = ["id", "path", "detail", "class", "bump", "message", "fix", "old", "new", "fingerprint"];
    assert_eq!(keys, expected);
    assert_eq!(change["id"], "enum-symbol-removed");
    assert!(change["fix"].as_str().unwrap().ends_with(", or declare application.major.version=3"), "{change}");
}

#[test]
fn one_version_is_asked_about_by_number_or_as_the_latest() {
    let mut talk = Talk::begin();
    for fields in [&[ID, CURRENCY][..], &[ID, EURO], &[ID, EURO, NOTE]] {
        talk.registered("s", &Schema::record(fields));
    }
    let body = Schema::record(&[ID, EURO]).body();
    let class = |talk: &mut Talk, target: &str| {
        let answer = talk.done("POST", target, &body);
        (answer["predecessor"]["version"].as_u64(), answer["class"].as_str().unwrap().to_owned())
    };
    assert_eq!(class(&mut talk, &format!("{PREDECESSOR}/1")), (Some(1), "major-bump-required".to_owned()));
    assert_eq!(class(&mut talk, &format!("{PREDECESSOR}/2")), (Some(2), "none".to_owned()));
    assert_eq!(class(&mut talk, LATEST), (Some(3), "forbidden".to_owned()));
    assert_eq!(class(&mut talk, "/classification/subjects/new/versions/latest"), (None, "none".to_owned()));
    assert_eq!(class(&mut talk, "/classification/subjects/new/versions"), (None, "none".to_owned()));
    assert_eq!(class(&mut talk, "/contexts/.c/classification/subjects/s/versions"), (None, "none".to_owned()));
}

#[test]
fn errors_are_those_of_the_compatibility_endpoint() {
    let mut talk = Talk::begin();
    talk.registered("s", &Schema::record(&[ID]));
    let good = Schema::record(&[ID]).body();
    let wrong = json!({ "schema": "{\"type\":\"nothing\"}" });
    let code = |talk: &mut Talk, target: &str, body: &Value| {
        let (status, answer) = talk.send("POST", target, body);
        (status, answer["error_code"].as_u64().unwrap())
    };
    for (tail, body) in [
        ("", &wrong),
        ("/1", &wrong),
        ("/1", &Value::Null),
        ("/2", &good),
        ("/0", &good),
        ("/x", &good),
        ("/2", &wrong),
    ] {
        let ours = code(&mut talk, &format!("{PREDECESSOR}{tail}"), body);
        let theirs = code(&mut talk, &format!("/compatibility/subjects/s/versions{tail}"), body);
        assert_eq!(ours, theirs, "{tail} {body}");
    }
}

#[test]
fn the_policy_of_the_subject_grades_the_answer() {
    let mut talk = Talk::begin();
    talk.registered("s", &Schema::record(&[ID]));
    let rules = json!({ "profile": "strict", "rules": { "field-added-optional": "forbidden" } });
    talk.done("PUT", "/policy/s", &rules);
    let answer = talk.classified("s", &Schema::record(&[ID, NOTE]));
    assert_eq!((&answer["class"], &answer["profile"]), (&json!("forbidden"), &json!("strict")));
}

/// A declaration that cannot be read refuses nothing here, and is not passed over in silence.
#[test]
fn a_declaration_that_is_none_is_warned_about() {
    let mut talk = Talk::begin();
    talk.registered("s", &Schema::record(&[ID]));
    let answer = talk.classified("s", &Schema::record(&[ID, NOTE]).with("application.major.version", "v2"));
    assert_eq!(answer["warnings"], json!(["declared-version-unreadable"]));
}

#[test]
fn reserved_fields_are_part_of_the_level_here_too() {
    let settings = Settings { validate_fields: true, ..Settings::default() };
    let mut talk = Talk(Conversation::with(settings, HttpSettings::default()));
    talk.registered("s", &Schema::record(&[ID]).with("confluent:reserved", "old"));
    let new = Schema::record(&[ID, NOTE]).with("confluent:reserved", "");
    let answer = talk.classified("s", &new);
    assert_eq!(answer["level"]["compatible"], false);
    assert!(answer["level"]["messages"][0].as_str().unwrap().contains("reserved field old removed"), "{answer}");
}

#[test]
fn an_answer_lists_no_more_than_fits() {
    let mut talk = Talk::begin();
    let fields: Vec<String> = (0..12_000).map(|at| format!(r#""name":"f{at}","type":"int","default":0"#)).collect();
    let fields: Vec<&str> = fields.iter().map(String::as_str).collect();
    talk.registered("s", &Schema::record(&fields));
    let answer = talk.classified("s", &Schema::record(&fields[..1]));
    let listed = answer["changes"].as_array().unwrap().len() as u64;
    assert!(listed <= 10_000 && answer["changes_omitted"].as_u64() == Some(11_999 - listed), "{listed}");
    assert_eq!(answer["class"], "forbidden");
}

/// The records themselves are held to decoders where they are made; here that the right pair is shown, and only if asked.
#[test]
fn a_witness_is_shown_on_request() {
    let mut talk = Talk::begin();
    let total = |kind: &str| Schema::record(&[&format!(r#""name":"total","type":"{kind}""#)]);
    talk.done("PUT", "/config/s", &json!({ "compatibility": "BACKWARD_TRANSITIVE" }));
    talk.registered("s", &total("int"));
    talk.level("s", "NONE");
    talk.registered("s", &total("string"));
    talk.level("s", "BACKWARD_TRANSITIVE");
    let ask = |talk: &mut Talk, schema: &Schema, target: &str| talk.done("POST", target, &schema.body());
    assert!(ask(&mut talk, &total("bytes"), PREDECESSOR).get("witnesses").is_none());
    // The predecessor can be read, the version before it cannot: its data is shown.
    let answer = ask(&mut talk, &total("bytes"), &format!("{PREDECESSOR}?witness=true"));
    let witness = &answer["witnesses"][0];
    assert_eq!((&witness["direction"], &witness["outcome"]), (&json!("backward"), &json!("unreadable")));
    assert_eq!((&witness["json"], &witness["avro"]), (&json!("{\"total\":0}"), &json!("AA==")));
    let answer = ask(&mut talk, &total("string"), &format!("{LATEST}?witness=true"));
    assert_eq!(answer["witnesses"], json!([]));
}
