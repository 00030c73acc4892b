//! The gate against the real server: it judges with the policy and the exemptions that the registry has.

use crate::confluent_api::conversation::Conversation;
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
    let named = if more.contains(&"--subject") { &[][..] } else { &["--subject", "s"] };
    let arguments = ["check", file, "--against", url, "--format", "json"];
    let ended = run(&[&arguments[..], named, more].concat());
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
    let mut talk = Conversation::new();
    let url = talk.url();
    let folder = tempfile::tempdir().expect("a temporary folder");
    assert_eq!(talk.ask("POST", "/subjects/s/versions", &json!({"schema": OLD}).to_string()).0, 200);
    let check = |more: &[&str]| check(folder.path(), &url, more);

    // Nothing is set: the gate's own default refuses, and the server's default `off` does not count.
    assert_eq!(decided(&check(&[])), (Some(100), "rejected", "forbidden-change"));

    talk.ask("PUT", "/policy", r#"{"enforcement":"report"}"#);
    let found = check(&[]);
    assert_eq!((found.0, found.1.as_str()), (Some(0), "accepted"), "{found:?}");

    talk.ask("PUT", "/policy/s", r#"{"enforcement":"enforce","rules":{"field-removed":"allowed"}}"#);
    assert_eq!(decided(&check(&[])), (Some(0), "accepted", "allowed"));

    talk.ask("PUT", "/policy/s", r#"{"enforcement":"enforce"}"#);
    let found = check(&["--declare-major", "2"]);
    assert_eq!(decided(&found), (Some(100), "rejected", "forbidden-change"));
    let change = &found.3["changes"][0];
    let exemption = json!({"fingerprint": change["fingerprint"], "subject": "s", "change": change["id"],
        "path": change["path"], "reason": "nobody reads it", "approvedBy": "board", "expires": "9000-01-01"});
    let elsewhere = json!({"fingerprint": "0000000000000000", "subject": "s", "change": change["id"],
        "path": change["path"], "reason": "for another pair", "approvedBy": "board", "expires": "9000-01-01"});

    // One for another pair of schemas is as good as any, and never matches, which is said.
    assert_eq!(talk.ask("POST", "/exemptions", &elsewhere.to_string()).0, 200);
    assert_eq!(decided(&check(&["--declare-major", "2"])), (Some(100), "rejected", "forbidden-change"));
    let file = folder.path().join("s.avsc");
    let warned = || {
        let arguments =
            ["check", file.to_str().expect("UTF-8"), "--subject", "s", "--against", &url, "--format", "json"];
        let report: Value = serde_json::from_str(&run(&arguments).out).expect("JSON");
        report["warnings"].clone()
    };
    let told = format!(
        "s: the exemption 0000000000000000 for field-removed at b is for other schemas than these, between which the same \
         change has the fingerprint {}",
        change["fingerprint"].as_str().expect("a fingerprint")
    );
    assert_eq!(warned(), json!([told]));
    assert_eq!(talk.ask("POST", "/exemptions", &exemption.to_string()).0, 200);
    assert_eq!(decided(&check(&[])), (Some(100), "rejected", "major-bump-required"));
    let found = check(&["--declare-major", "2"]);
    assert_eq!((found.0, found.1.as_str()), (Some(0), "accepted"), "{found:?}");
    assert_eq!(found.3["exemptions"][0]["fingerprint"], exemption["fingerprint"]);
    assert_eq!(warned(), json!([]), "it is exempted, by another");

    let fingerprint = exemption["fingerprint"].as_str().expect("a fingerprint");
    assert_eq!(talk.ask("DELETE", &format!("/exemptions/{fingerprint}"), "").0, 200);
    assert_eq!(decided(&check(&["--declare-major", "2"])), (Some(100), "rejected", "forbidden-change"));
}

#[test]
fn through_the_address_of_a_context_the_gate_comes_to_the_fingerprints_of_the_registry() {
    let mut talk = Conversation::new();
    let folder = tempfile::tempdir().expect("a temporary folder");
    assert_eq!(talk.ask("POST", "/contexts/.c/subjects/s/versions", &json!({"schema": OLD}).to_string()).0, 200);
    let body = json!({"schema": NEW}).to_string();
    let (_, text) = talk.ask("POST", "/contexts/.c/classification/subjects/s/versions", &body);
    let told: Value = serde_json::from_str(&text).expect("JSON");
    let change = &told["changes"][0];
    let fingerprint = change["fingerprint"].as_str().expect("a fingerprint").to_owned();
    let plain = talk.url();
    for (base, name) in [
        (format!("{plain}/contexts/.c"), "s"),
        (format!("{plain}/contexts/c/"), "s"),
        (format!("{plain}/contexts/:.c:"), "s"),
        (format!("{plain}/contexts/%2Ec"), ":.c:s"),
        (plain.clone(), ":.c:s"),
        (format!("{plain}/contexts/."), ":.c:s"),
        (format!("{plain}/contexts/.other"), ":.c:s"),
    ] {
        let found = check(folder.path(), &base, &["--subject", name]);
        assert_eq!(found.3["changes"][0]["fingerprint"], *fingerprint, "{base} {name}");
    }

    // An exemption of the file is for the subject by the name that the file has for it, one of the registry by its own.
    let base = format!("{plain}/contexts/.c");
    let more = ["--declare-major", "2", "--subject", "s"];
    assert_eq!(decided(&check(folder.path(), &base, &more)), (Some(100), "rejected", "forbidden-change"));
    let own = folder.path().join("exemptions.toml");
    let written = format!(
        "[[exemption]]\nfingerprint = \"{fingerprint}\"\nsubject = \"s\"\nchange = \"field-removed\"\npath = \"b\"\n\
         reason = \"nobody reads it\"\napproved-by = \"board\"\nexpires = \"9000-01-01\"\n"
    );
    std::fs::write(&own, written).expect("a temporary folder");
    let configuration = folder.path().join("sluicegate.toml");
    std::fs::write(&configuration, "version = 1\n[check]\nexemptions = \"exemptions.toml\"\n").expect("likewise");
    let configuration = configuration.to_str().expect("UTF-8");
    let found = check(folder.path(), &base, &[&more[..], &["--config", configuration]].concat());
    assert_eq!((found.0, found.1.as_str()), (Some(0), "accepted"), "{found:?}");

    let exemption = json!({"fingerprint": fingerprint, "subject": "s", "change": change["id"], "path": change["path"],
        "reason": "nobody reads it", "approvedBy": "board", "expires": "9000-01-01"});
    assert_eq!(talk.ask("POST", "/contexts/.c/exemptions", &exemption.to_string()).0, 200);
    let found = check(folder.path(), &base, &more);
    assert_eq!((found.0, found.1.as_str()), (Some(0), "accepted"), "{found:?}");
    // And registration agrees.
    let metadata = json!({"properties": {"application.major.version": "2"}});
    talk.ask("PUT", "/contexts/.c/policy/s", r#"{"enforcement":"enforce"}"#);
    assert_eq!(talk.ask("POST", "/contexts/.c/subjects/s/versions", &body).0, 409);
    let body = json!({"schema": NEW, "metadata": metadata}).to_string();
    assert_eq!(talk.ask("POST", "/contexts/.c/subjects/s/versions", &body).0, 200);
}

#[test]
fn the_gate_sends_a_change_of_an_old_line_to_the_next_free_one() {
    let mut talk = Conversation::new();
    let url = talk.url();
    let folder = tempfile::tempdir().expect("a temporary folder");
    // The second line is older than what the gate has to read: it is asked for.
    let again = OLD.replace(r#""name":"a""#, r#""name":"a","doc":"again""#);
    for (schema, major) in [(OLD, "1"), (NEW, "2"), (&again, "1")] {
        let metadata = json!({ "properties": { "application.major.version": major } });
        let body = json!({ "schema": schema, "metadata": metadata });
        assert_eq!(talk.ask("POST", "/subjects/s/versions", &body.to_string()).0, 200);
    }
    let file = folder.path().join("s.avsc");
    let told = |schema: &str| {
        std::fs::write(&file, schema).expect("a temporary folder");
        let file = file.to_str().expect("temporary folders have UTF-8 names");
        let ended = run(&["check", file, "--subject", "s", "--against", &url, "--declare-major", "1"]);
        assert_eq!(ended.code, Some(100), "{ended:?}");
        ended.out.split_whitespace().collect::<Vec<_>>().join(" ")
    };
    let follows =
        "declare major version 3 (--declare-major 3), which is then compared with the latest version of major 2";
    let out = told(NEW);
    assert!(out.contains(&format!("; other ways are a new subject, or to {follows}.")), "{out}");
    assert!(!out.contains("exemption"), "{out}");
    let out = told(&OLD.replace(r#""default":0"#, r#""default":1"#));
    assert!(out.contains(&format!("D{}, or take back field-default-changed at b.", &follows[1..])), "{out}");
}

/// Whatever context the address has: a subject of another is judged by what is laid down for it there.
#[test]
fn policy_and_exemptions_of_a_subject_in_another_context_than_the_address_count() {
    let mut talk = Conversation::new();
    let folder = tempfile::tempdir().expect("a temporary folder");
    let plain = talk.url();
    let name = ":.c:s";
    assert_eq!(talk.ask("POST", &format!("/subjects/{name}/versions"), &json!({"schema": OLD}).to_string()).0, 200);
    assert_eq!(talk.ask("PUT", &format!("/policy/{name}"), r#"{"enforcement":"enforce"}"#).0, 200);
    let bases = ["", "/contexts/.c", "/contexts/.other", "/contexts/."].map(|tail| format!("{plain}{tail}"));
    let check = |base: &str| check(folder.path(), base, &["--subject", name, "--declare-major", "2"]);
    for base in &bases {
        assert_eq!(decided(&check(base)).2, "forbidden-change", "{base}");
    }
    let change = check(&plain).3["changes"][0].clone();
    let exemption = json!({"fingerprint": change["fingerprint"], "subject": name, "change": change["id"],
        "path": change["path"], "reason": "nobody reads it", "approvedBy": "board", "expires": "9000-01-01"});
    assert_eq!(talk.ask("POST", "/exemptions", &exemption.to_string()).0, 200);
    for base in &bases {
        assert_eq!(decided(&check(base)).0, Some(0), "{base}");
    }
}

#[test]
fn of_a_context_with_many_exemptions_the_subjects_own_are_found() {
    let mut talk = Conversation::new();
    let (url, folder) = (talk.url(), tempfile::tempdir().expect("a temporary folder"));
    for subject in ["s", "t"] {
        let target = format!("/subjects/{subject}/versions");
        assert_eq!(talk.ask("POST", &target, &json!({"schema": OLD}).to_string()).0, 200);
    }
    talk.ask("PUT", "/policy", r#"{"enforcement":"enforce"}"#);
    let check = || check(folder.path(), &url, &["--subject", "s", "--declare-major", "2"]);
    let change = check().3["changes"][0].clone();
    let mut add = |fingerprint: &str, subject: &str| {
        let exemption = json!({"fingerprint": fingerprint, "subject": subject, "change": change["id"],
            "path": change["path"], "reason": "nobody reads it", "approvedBy": "board", "expires": "9000-01-01"});
        assert_eq!(talk.ask("POST", "/exemptions", &exemption.to_string()).0, 200);
    };
    // More than a page of others before it, and more than a page of its own.
    (0..150).for_each(|number| add(&format!("{number:016x}"), "a"));
    (150..300).for_each(|number| add(&format!("{number:016x}"), "s"));
    assert_eq!(decided(&check()).2, "forbidden-change");
    add(change["fingerprint"].as_str().expect("a fingerprint"), "s");
    assert_eq!(decided(&check()).0, Some(0));
}
