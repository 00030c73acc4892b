//! The gate against the real server: it judges with the policy and the exemptions that the registry has.

use super::Talk;
use crate::program::run;
use serde_json::{Value, json};
use std::path::Path;

const OLD: &str =
    r#"{"type":"record","name":"R","fields":[{"name":"a","type":"int"},{"name":"b","type":"int","default":0}]}"#;
const NEW: &str = r#"{"type":"record","name":"R","fields":[{"name":"a","type":"int"}]}"#;

/// What `sluicegate check` says of the changed file: the exit code, the subject's decision and reason, and the answer.
fn check(folder: &Path, url: &str, more: &[&str]) -> (Option<i32>, String, String, Value) {
    let file = folder.join("s.avsc");
    std::fs::write(&file, NEW).expect("a temporary folder");
    let file = file.to_str().expect("temporary folders have UTF-8 names");
    let arguments = ["check", file, "--subject", "s", "--against", url, "--format", "json"];
    let ended = run(&[&arguments[..], more].concat());
    let report: Value = serde_json::from_str(&ended.out).unwrap_or_else(|error| panic!("{error}: {ended:?}"));
    let subject = &report["subjects"][0];
    let word = |name: &str| subject[name].as_str().unwrap_or_default().to_owned();
    (ended.code, word("decision"), word("reason"), subject["answer"].clone())
}

fn decided(found: &(Option<i32>, String, String, Value)) -> (Option<i32>, &str, &str) {
    (found.0, &found.1, &found.2)
}

#[test]
fn the_gate_judges_with_the_policy_and_the_exemptions_of_the_registry() {
    let mut talk = Talk::begin();
    let url = format!("http://{}", talk.server.addresses()[0]);
    let folder = tempfile::tempdir().expect("a temporary folder");
    assert_eq!(talk.send("POST", "/subjects/s/versions", &json!({"schema": OLD}).to_string()).0, 200);
    let check = |more: &[&str]| check(folder.path(), &url, more);

    // Nothing is set: the gate's own default refuses, and the server's default `off` does not count.
    assert_eq!(decided(&check(&[])), (Some(100), "rejected", "forbidden-change"));

    talk.send("PUT", "/policy", r#"{"enforcement":"report"}"#);
    let found = check(&[]);
    assert_eq!((found.0, found.1.as_str()), (Some(0), "accepted"), "{found:?}");

    talk.send("PUT", "/policy/s", r#"{"enforcement":"enforce","rules":{"field-removed":"allowed"}}"#);
    assert_eq!(decided(&check(&[])), (Some(0), "accepted", "allowed"));

    talk.send("PUT", "/policy/s", r#"{"enforcement":"enforce"}"#);
    let found = check(&["--declare-major", "2"]);
    assert_eq!(decided(&found), (Some(100), "rejected", "forbidden-change"));
    let change = &found.3["changes"][0];
    let exemption = json!({"fingerprint": change["fingerprint"], "subject": "s", "change": change["id"],
        "path": change["path"], "reason": "nobody reads it", "approvedBy": "board", "expires": "9000-01-01"});
    let elsewhere = json!({"fingerprint": "0000000000000000", "subject": "s", "change": change["id"],
        "path": change["path"], "reason": "for another pair", "approvedBy": "board", "expires": "9000-01-01"});

    // One for another pair of schemas is as good as any, and never matches.
    assert_eq!(talk.send("POST", "/exemptions", &elsewhere.to_string()).0, 200);
    assert_eq!(decided(&check(&["--declare-major", "2"])), (Some(100), "rejected", "forbidden-change"));
    assert_eq!(talk.send("POST", "/exemptions", &exemption.to_string()).0, 200);
    assert_eq!(decided(&check(&[])), (Some(100), "rejected", "major-bump-required"));
    let found = check(&["--declare-major", "2"]);
    assert_eq!((found.0, found.1.as_str()), (Some(0), "accepted"), "{found:?}");
    assert_eq!(found.3["exemptions"][0]["fingerprint"], exemption["fingerprint"]);

    let fingerprint = exemption["fingerprint"].as_str().expect("a fingerprint");
    assert_eq!(talk.send("DELETE", &format!("/exemptions/{fingerprint}"), "").0, 200);
    assert_eq!(decided(&check(&["--declare-major", "2"])), (Some(100), "rejected", "forbidden-change"));
    talk.end();
}
