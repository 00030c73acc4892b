//! What policy does not look at, and what keeps it from looking.

use super::{CURRENCY, EURO, ID, NOTE, Schema, Talk};
use serde_json::{Value, json};

#[test]
fn nothing_is_enforced_where_nobody_said_so() {
    let mut talk = Talk::begin();
    talk.registered("s", &Schema::record(&[ID, CURRENCY]));
    assert_eq!(talk.registered("s", &Schema::record(&[ID])), 2);
    talk.enforce("other", "enforce");
    assert_eq!(talk.registered("s", &Schema::record(&[ID, EURO])), 3);
}

#[test]
fn report_refuses_nothing() {
    let mut talk = Talk::begin();
    talk.enforce("", "report");
    talk.registered("s", &Schema::record(&[ID, CURRENCY]));
    assert_eq!(talk.registered("s", &Schema::record(&[ID])), 2);
    assert_eq!(talk.registered("s", &Schema::record(&[ID, CURRENCY]).with("application.major.version", "x")), 3);
}

#[test]
fn a_text_that_is_there_already_is_found_and_not_judged() {
    let mut talk = Talk::begin();
    let first = Schema::record(&[ID, CURRENCY]);
    talk.registered("s", &first);
    talk.registered("s", &Schema::record(&[ID, CURRENCY, NOTE]));
    talk.enforce("s", "enforce");
    // As a change from version 2 it would be forbidden.
    assert_eq!(talk.classified("s", &first)["class"], "forbidden");
    assert_eq!(talk.registered("s", &first), 1);
}

#[test]
fn import_bypasses_both_checks() {
    let mut talk = Talk::begin();
    talk.registered("s", &Schema::record(&[ID, CURRENCY]));
    talk.enforce("s", "enforce");
    talk.done("PUT", "/mode/s?force=true", &json!({ "mode": "IMPORT" }));
    let mut body = Schema::record(&[ID]).body();
    body["id"] = json!(70);
    body["version"] = json!(7);
    assert_eq!(talk.done("POST", "/subjects/s/versions", &body)["id"], 70);
}

#[test]
fn softly_deleted_versions_are_no_predecessors() {
    let mut talk = Talk::begin();
    talk.enforce("", "enforce");
    talk.registered("s", &Schema::record(&[ID]));
    talk.registered("s", &Schema::record(&[ID, CURRENCY]));
    let euro = Schema::record(&[ID, EURO]);
    assert!(talk.refused("s", &euro).starts_with("major-bump-required: field-default-changed at currency"));
    talk.done("DELETE", "/subjects/s/versions/2", &Value::Null);
    let answer = talk.classified("s", &euro);
    assert_eq!((&answer["class"], &answer["predecessor"]["version"]), (&json!("allowed"), &json!(1)));
    assert_eq!(talk.registered("s", &euro), 3);
}

/// `change-classification` 8.1: the group is computed only where none is configured.
#[test]
fn a_configured_group_takes_the_place_of_the_implied_one() {
    let mut talk = Talk::begin();
    talk.done("PUT", "/config/s", &json!({ "compatibility": "FULL", "compatibilityGroup": "team" }));
    talk.registered("s", &Schema::record(&[ID]).with("team", "a"));
    talk.enforce("s", "enforce");
    let breaking = Schema::record(&[ID, r#""name":"w","type":"string""#]).major(Some(2));
    let refused = talk.refused("s", &breaking.clone().with("team", "a"));
    assert!(refused.starts_with("Schema being registered is incompatible"), "{refused}");
    assert_eq!(talk.registered("s", &breaking.with("team", "b")), 2);
}

#[test]
fn tags_that_are_added_are_a_change_like_any_other() {
    let mut talk = Talk::begin();
    talk.registered("s", &Schema::record(&[ID]));
    talk.done("PUT", "/policy/s", &json!({ "enforcement": "enforce", "rules": { "tag-added": "forbidden" } }));
    let tags = json!({ "tagsToAdd": [{ "schemaEntity": { "entityPath": "R.id", "entityType": "sr_field" },
                                       "tags": ["PII"] }] });
    let (status, answer) = talk.send("POST", "/subjects/s/versions/1/tags", &tags);
    assert_eq!(status, 409, "{answer}");
    assert!(answer["message"].as_str().unwrap().starts_with("forbidden-change: tag-added at id"), "{answer}");
}
