//! Schemas that come with associations: refused as a registration of their own is, and in as many words.

use super::{CURRENCY, EURO, ID, NOTE, Schema, Talk, WAREHOUSE};
use serde_json::{Value, json};

const SUBJECT: &str = ":.n:t-value";

/// A request that gives the topic `t` in `n`, which has the id `r`, a value schema.
fn asked(schema: &Schema) -> Value {
    resource(json!({ "lifecycle": "STRONG", "schema": schema.body() }))
}

fn resource(association: Value) -> Value {
    json!({ "resourceName": "t", "resourceNamespace": "n", "resourceId": "r", "associations": [association] })
}

fn batch(kind: &str, schema: &Schema) -> Value {
    let step = json!({ "opType": kind, "lifecycle": "STRONG", "schema": schema.body() });
    json!({ "requests": [resource(step)] })
}

/// A server on which the topic has a value schema and its policy is enforced.
fn enforced(enforcement: &str) -> Talk {
    let mut talk = Talk::begin();
    talk.done("POST", &format!("/subjects/{SUBJECT}/versions"), &Schema::record(&[ID, CURRENCY]).body());
    talk.done("PUT", "/associations/resources/r", &asked(&Schema::record(&[ID, CURRENCY])));
    talk.enforce(SUBJECT, enforcement);
    talk
}

/// Code and message of each way to bring a schema with an association; of the batch forms those of its only part.
fn answers(talk: &mut Talk, schema: &Schema) -> Vec<(u64, String)> {
    let mut answers = Vec::new();
    let mut heard = |answer: &Value| {
        let code = answer["error_code"].as_u64().unwrap_or_else(|| panic!("not refused: {answer}"));
        answers.push((code, answer["message"].as_str().expect("a message").to_owned()));
    };
    for dry_run in ["true", "false"] {
        heard(&talk.send("PUT", &format!("/associations/resources/r?dryRun={dry_run}"), &asked(schema)).1);
        let target = format!("/associations:batchMutate?dryRun={dry_run}");
        let (status, answer) = talk.send("POST", &target, &batch("UPSERT", schema));
        assert_eq!(status, 207, "{answer}");
        heard(&answer["results"][0]["error"]);
    }
    answers
}

#[test]
fn what_policy_refuses_is_refused_with_an_association_in_the_same_words() {
    let mut talk = enforced("enforce");
    for schema in [Schema::record(&[ID, EURO]), Schema::record(&[ID]), Schema::record(&[ID, NOTE]).major(Some(0))] {
        let registered = talk.refused(SUBJECT, &schema);
        for answer in answers(&mut talk, &schema) {
            assert_eq!(answer, (409, registered.clone()));
        }
    }
    assert_eq!(talk.done("GET", &format!("/subjects/{SUBJECT}/versions"), &Value::Null), json!([1]));
}

/// The sentence before the list is missing here on the reference, too (`rest-api` 13.1).
#[test]
fn what_the_level_refuses_is_followed_by_the_changes_and_the_way_on() {
    let mut talk = enforced("enforce");
    let schema = Schema::record(&[ID, CURRENCY, WAREHOUSE]);
    let registered = talk.refused(SUBJECT, &schema);
    let (_, details) = registered.split_once("details: ").expect("details");
    assert!(details.contains("field-added-without-default at warehouse: "), "{details}");
    assert!(details.ends_with(", or declare application.major.version=2."), "{details}");
    for answer in answers(&mut talk, &schema) {
        assert_eq!(answer, (409, details.to_owned()));
    }
    for enforcement in ["report", "off"] {
        talk.enforce(SUBJECT, enforcement);
        for (code, message) in answers(&mut talk, &schema) {
            assert!(code == 409 && message.ends_with("compatibility: 'BACKWARD'}]"), "{enforcement}: {message}");
        }
    }
}

/// A frozen association begins its subject, so there is no change to refuse, but a declaration may be none.
#[test]
fn creating_says_what_registering_says() {
    let mut talk = Talk::begin();
    talk.enforce(":.n:", "enforce");
    let schema = Schema::record(&[ID]).with("application.major.version", "x");
    let registered = talk.register(SUBJECT, &schema).1;
    assert!(registered["message"].as_str().unwrap().starts_with("declared-version-unreadable: "), "{registered}");
    for dry_run in ["true", "false"] {
        let created = talk.send("POST", &format!("/associations?dryRun={dry_run}"), &asked(&schema));
        assert_eq!(created, (409, registered.clone()));
        let target = format!("/associations:batchMutate?dryRun={dry_run}");
        let answer = talk.send("POST", &target, &batch("CREATE", &schema)).1;
        assert_eq!(answer["results"][0]["error"], registered);
    }
    let (status, answer) = talk.send("GET", &format!("/subjects/{SUBJECT}/versions"), &Value::Null);
    assert_eq!(status, 404, "{answer}");
}

#[test]
fn the_declared_way_on_is_open_here_too() {
    let mut talk = enforced("enforce");
    let next = Schema::record(&[ID, CURRENCY, WAREHOUSE]).major(Some(2));
    talk.done("PUT", "/associations/resources/r?dryRun=true", &asked(&next));
    talk.done("PUT", "/associations/resources/r", &asked(&next));
    assert_eq!(talk.done("GET", &format!("/subjects/{SUBJECT}/versions"), &Value::Null), json!([1, 2]));
}
