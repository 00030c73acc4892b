//! Rules that a configuration lays under or over what is registered: a preflight says what a registration is answered with.

use crate::confluent_api::conversation::Conversation;
use crate::program::run;
use serde_json::{Value, json};

const TEXT: &str = r#"{"type":"record","name":"R","fields":[{"name":"a","type":"int"}]}"#;

fn rules(names: &[&str]) -> Value {
    let rule =
        |name: &&str| json!({ "name": name, "kind": "CONDITION", "mode": "WRITE", "type": "CEL", "expr": "true" });
    json!({ "domainRules": names.iter().map(rule).collect::<Vec<_>>() })
}

/// What a preflight says of the text, and what registering it is answered with: the version, or the status.
fn both(talk: &mut Conversation) -> (String, u64) {
    let (url, folder) = (talk.url(), tempfile::tempdir().expect("a temporary folder"));
    let file = folder.path().join("s.avsc");
    std::fs::write(&file, TEXT).expect("written");
    let file = file.to_str().expect("UTF-8");
    let ended = run(&["preflight", "--subject", "s", "--registry", &url, "--format", "json", file]);
    let told: Value = serde_json::from_str(&ended.out).unwrap_or_else(|error| panic!("{error}: {ended:?}"));
    let registration = &told["registration"];
    let standing = match registration["version"].as_u64() {
        Some(version) => format!("{} {version}", registration["status"].as_str().expect("a word")),
        None => registration["status"].as_str().expect("a word").to_owned(),
    };
    let answer = talk.post_schema("/subjects/s/versions", TEXT);
    let version = answer.json()["version"].as_u64();
    (standing, version.unwrap_or(answer.status().into()))
}

#[test]
fn a_text_is_registered_again_under_rules_that_are_laid_over_it() {
    let mut talk = Conversation::new();
    assert_eq!(both(&mut talk), ("acceptable".to_owned(), 1));
    assert_eq!(both(&mut talk), ("registered 1".to_owned(), 1));
    for (member, names, version) in [("overrideRuleSet", &["a"][..], 2), ("defaultRuleSet", &["b", "a"], 3)] {
        let config = json!({ member: rules(names) });
        assert_eq!(talk.put("/config/s", &config.to_string()).status(), 200);
        assert_eq!(both(&mut talk), ("acceptable".to_owned(), version), "{member}");
        assert_eq!(both(&mut talk), (format!("registered {version}"), version), "{member}");
    }
    // What was laid over it is inherited where nothing is laid over it any more.
    assert_eq!(talk.put("/config/s", r#"{"overrideRuleSet":null,"defaultRuleSet":null}"#).status(), 200);
    assert_eq!(both(&mut talk), ("registered 1".to_owned(), 1), "as it was sent");
}

#[test]
fn a_version_with_rules_is_not_found_where_nothing_is_filled_in() {
    let mut talk = Conversation::new();
    talk.register_with("s", json!({ "schema": TEXT, "ruleSet": rules(&["a"]) }));
    assert_eq!(both(&mut talk), ("registered 1".to_owned(), 1));
    assert_eq!(talk.put("/mode/s", r#"{"mode":"READONLY"}"#).status(), 200);
    assert_eq!(both(&mut talk), ("refused".to_owned(), 422));
}
