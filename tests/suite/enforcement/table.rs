//! The 44 golden rows of the decision table, each lived through over HTTP.

use super::{CURRENCY, EURO, ID, NOTE, Schema, Talk, WAREHOUSE};
use serde_json::{Value, json};
use std::fs;

/// What is there and what is brought in a row, and the level that accepts or refuses it.
fn pair(class: &str, is_level_compatible: bool) -> (Schema, Schema, &'static str) {
    let old = Schema::record(&[ID, CURRENCY]);
    let total = |kind: &str| Schema::record(&[&format!(r#""name":"total","type":"{kind}""#)]);
    match (class, is_level_compatible) {
        ("none", true) => (old.clone(), old, "FULL"),
        ("allowed", true) => (old, Schema::record(&[ID, CURRENCY, NOTE]), "FULL"),
        ("major-bump-required", true) => (old, Schema::record(&[ID, EURO]), "FULL"),
        ("forbidden", true) => (old, Schema::record(&[ID]), "FULL"),
        ("allowed", false) => (total("int"), total("long"), "FORWARD"),
        ("major-bump-required", false) => (old, Schema::record(&[ID, CURRENCY, WAREHOUSE]), "BACKWARD"),
        ("forbidden", false) => (total("int"), total("string"), "BACKWARD"),
        other => panic!("no schemas for {other:?}"),
    }
}

/// Lives one row through in a subject of its own and gives what is wrong.
fn live_through(talk: &mut Talk, subject: &str, row: &Value) -> Result<(), String> {
    let text = |key: &str| row[key].as_str().expect("a text");
    let (class, enforcement) = (text("class"), text("enforcement"));
    let is_level_compatible = row["level_compatible"] == true;
    let (old, new, level) = pair(class, is_level_compatible);
    let (old, new) = (old.major(row["declared_major_old"].as_u64()), new.major(row["declared_major_new"].as_u64()));
    talk.level(subject, level);
    talk.registered(subject, &old);
    talk.enforce(subject, enforcement);
    let answer = talk.classified(subject, &new);
    if answer["class"] != class || answer["level"]["compatible"] != is_level_compatible {
        return Err(format!("the endpoint says {answer}"));
    }
    if row["exempted"] == true {
        let change = &answer["changes"][0];
        let exemption = json!({
            "fingerprint": change["fingerprint"], "subject": subject, "change": change["id"], "path": change["path"],
            "reason": "nobody reads it any more", "approvedBy": "governance board", "expires": "2999-12-31",
        });
        let (status, answer) = talk.send("POST", "/exemptions", &exemption);
        assert!(status < 300, "{answer}");
        let answer = talk.classified(subject, &new);
        if answer["class"] != "major-bump-required" || answer["exemptions"].as_array().map(Vec::len) != Some(1) {
            return Err(format!("exempted, the endpoint says {answer}"));
        }
    }
    let (status, answer) = talk.register(subject, &new);
    let message = answer["message"].as_str().unwrap_or_default();
    let has_findings = message.contains("field-added-without-default at") || message.contains("type-changed at");
    let ends_well = match (text("decision"), text("reason")) {
        ("accept", _) => status == 200,
        ("reject", "incompatible") => {
            let must_have = enforcement == "enforce" && class != "allowed";
            status == 409 && message.starts_with("Schema being registered is incomp") && has_findings == must_have
        }
        (_, reason) => status == 409 && answer["error_code"] == 409 && message.starts_with(&format!("{reason}: ")),
    };
    ends_well.then_some(()).ok_or(format!("{status} {answer}"))
}

#[test]
fn every_golden_decision_is_taken_at_registration() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/compat-cases/policy/decisions.json");
    let document: Value = serde_json::from_str(&fs::read_to_string(path).unwrap()).unwrap();
    let rows = document["decisions"].as_array().unwrap();
    assert_eq!(rows.len(), 44);
    let mut talk = Talk::begin();
    let mut wrong = Vec::new();
    for (at, row) in rows.iter().enumerate() {
        if let Err(found) = live_through(&mut talk, &format!("s{at}"), row) {
            wrong.push(format!("{row}: {found}"));
        }
    }
    assert!(wrong.is_empty(), "{} decisions differ:\n{}", wrong.len(), wrong.join("\n"));
}
