//! What a refusal says to do is done, word by word: then it passes, or the refusal does not say so.

use super::{CURRENCY, EURO, ID, NOTE, Schema, Talk, WAREHOUSE};
use serde_json::json;

const POUNDS: &str = r#""name":"pounds","type":["null","string"],"default":null"#;
const POUND: &str = r#""name":"currency","type":"string","default":"GBP""#;

/// The major version that a message says to declare.
fn told(message: &str) -> Option<u64> {
    let (_, rest) = message.split_once("declare application.major.version=")?;
    let digits: String = rest.chars().take_while(char::is_ascii_digit).collect();
    digits.parse().ok()
}

#[test]
fn a_change_of_an_old_line_is_sent_to_the_next_free_one() {
    let mut talk = Talk::begin();
    talk.enforce("s", "enforce");
    talk.registered("s", &Schema::record(&[ID, CURRENCY]).major(Some(1)));
    talk.registered("s", &Schema::record(&[ID, EURO]).major(Some(2)));
    talk.registered("s", &Schema::record(&[ID, EURO, NOTE]).major(Some(3)));
    talk.registered("s", &Schema::record(&[ID, EURO, NOTE, POUNDS]).major(Some(9)));

    let change = Schema::record(&[ID, POUND, NOTE]);
    let refused = talk.refused("s", &change.clone().major(Some(1)));
    let expected = "or declare application.major.version=4, which is then compared with the latest version of major 3.";
    assert!(refused.starts_with("major-bump-required: ") && refused.ends_with(expected), "{refused}");
    assert_eq!(talk.registered("s", &change.major(Some(4))), 5);

    // No exemption: it would be for two schemas that no line accepts one after the other.
    let refused = talk.refused("s", &Schema::record(&[ID]).major(Some(1)));
    let expected = ", or publish it as a new subject, or declare application.major.version=5, which is then compared with \
                    the latest version of major 4.";
    assert!(refused.starts_with("forbidden-change: ") && refused.ends_with(expected), "{refused}");

    // The line after this one is free, whatever lies beyond it.
    let change = Schema::record(&[ID, POUND, NOTE, WAREHOUSE]);
    let refused = talk.refused("s", &change.clone().major(Some(4)));
    assert!(refused.ends_with("or declare application.major.version=5."), "{refused}");
    assert_eq!(talk.registered("s", &change.major(Some(5))), 6);
}

#[test]
fn no_major_version_is_offered_where_the_level_does_not_go_by_it() {
    let mut talk = Talk::begin();
    talk.done("PUT", "/config/grouped", &json!({ "compatibilityGroup": "team" }));
    talk.done("PUT", "/config/reserved", &json!({ "validateFields": true }));
    for subject in ["grouped", "reserved"] {
        let first = Schema::record(&[ID]).with("team", "a").with("confluent:reserved", "old");
        talk.registered(subject, &first);
        talk.enforce(subject, "enforce");
        let second = Schema::record(&[ID, WAREHOUSE]).with("team", "a");
        let refused = talk.refused(subject, &second);
        assert!(refused.starts_with("Schema being registered is incompatible"), "{refused}");
        assert!(refused.contains("Give warehouse a default"), "{refused}");
        assert_eq!(told(&refused), None, "{refused}");
        talk.refused(subject, &second.with("application.major.version", "2"));
    }
    talk.done("PUT", "/config/by-line", &json!({ "compatibilityGroup": "application.major.version" }));
    talk.registered("by-line", &Schema::record(&[ID]).major(Some(1)));
    talk.enforce("by-line", "enforce");
    let second = Schema::record(&[ID, WAREHOUSE]);
    assert_eq!(told(&talk.refused("by-line", &second.clone().major(Some(1)))), Some(2));
    assert_eq!(talk.registered("by-line", &second.major(Some(2))), 2);
}

#[test]
fn a_semantic_version_goes_along_with_the_major_version() {
    let mut talk = Talk::begin();
    talk.enforce("s", "enforce");
    talk.registered("s", &Schema::record(&[ID, CURRENCY]));
    let goes_along = "schema_version has to go along: application.major.version=2 and schema_version=2.0.0.";
    // Refused by policy, and by the level.
    for fields in [&[ID, EURO][..], &[ID, CURRENCY, WAREHOUSE]] {
        let refused = talk.refused("s", &Schema::record(fields).with("schema_version", "1.1.0"));
        assert_eq!(told(&refused), Some(2));
        assert!(refused.ends_with(goes_along), "{refused}");
    }
    let both = Schema::record(&[ID, EURO]).with("schema_version", "2.0.0").with("application.major.version", "2");
    assert_eq!(talk.registered("s", &both), 2);
    // Who declares none is not told of it.
    let refused = talk.refused("s", &Schema::record(&[ID, POUND]));
    assert!(!refused.contains("schema_version"), "{refused}");
}

/// Nothing in the change from the version before says what the level has against it.
#[test]
fn older_history_in_the_way_is_left_behind_with_a_new_line() {
    let mut talk = Talk::begin();
    let retyped = r#""name":"currency","type":"int","default":0"#;
    talk.registered("s", &Schema::record(&[ID, CURRENCY]));
    talk.level("s", "NONE");
    talk.registered("s", &Schema::record(&[ID]));
    talk.level("s", "BACKWARD_TRANSITIVE");
    talk.enforce("s", "enforce");
    let back = Schema::record(&[ID, retyped]);
    let refused = talk.refused("s", &back);
    let expected = "Make the schema compatible with the version above, or declare application.major.version=2: level \
                    BACKWARD_TRANSITIVE compares within a major line only.";
    assert!(refused.contains("{oldSchemaVersion: 1}") && refused.ends_with(expected), "{refused}");
    assert_eq!(talk.registered("s", &back.major(Some(2))), 3);
}

/// What is there already is found; with other metadata it is a new version, of which the level is asked.
#[test]
fn classification_asks_the_level_wherever_registration_does() {
    let mut talk = Talk::begin();
    talk.level("s", "NONE");
    talk.registered("s", &Schema::record(&[ID, r#""name":"n","type":"int""#]));
    let latest = Schema::record(&[ID, r#""name":"n","type":"string""#]);
    talk.registered("s", &latest);
    talk.level("s", "BACKWARD_TRANSITIVE");
    assert_eq!(talk.classified("s", &latest)["level"]["compatible"], true);
    assert_eq!(talk.registered("s", &latest), 2);
    let owned = latest.with("owner", "orders");
    assert_eq!(talk.classified("s", &owned)["level"]["compatible"], false);
    talk.refused("s", &owned);
}

#[test]
fn an_exemption_names_the_subject_and_no_alias_of_it() {
    let mut talk = Talk::begin();
    talk.done("PUT", "/config/other", &json!({ "alias": "s" }));
    talk.enforce("s", "enforce");
    talk.registered("s", &Schema::record(&[ID, CURRENCY]));
    let refused = talk.refused("other", &Schema::record(&[ID]).major(Some(2)));
    let (_, fingerprint) = refused.split_once("(fingerprint ").expect("a fingerprint");
    let exemption = |subject: &str| {
        json!({ "fingerprint": &fingerprint[..16], "subject": subject, "change": "field-removed", "path": "currency",
            "reason": "never filled", "approvedBy": "board", "expires": "9000-01-01" })
    };
    let (status, answer) = talk.send("POST", "/exemptions", &exemption("other"));
    assert_eq!((status, &answer["error_code"]), (422, &json!(42281)), "{answer}");
    let told = answer["message"].as_str().expect("a message");
    assert!(told.contains("other is an alias: what is registered under it becomes a version of s"), "{told}");
    talk.done("POST", "/exemptions", &exemption("s"));
    assert_eq!(talk.registered("other", &Schema::record(&[ID]).major(Some(2))), 2);
}
