//! Which versions are compared and how (`rest-api` 9 and 11.3).

use super::super::conversation::{Conversation, INT, R, R_AND_OPTIONAL, R_AND_REQUIRED, STRING, registered};
use serde_json::{Value, json};

const TRUE: &str = r#"{"is_compatible":true}"#;
const FALSE: &str = r#"{"is_compatible":false}"#;

fn check(registry: &mut Conversation, target: &str, body: Value) -> String {
    registry.post(&format!("/compatibility/subjects/{target}"), &body.to_string()).text()
}

/// 9.1: the level says how, and which versions only where none is named; NONE is always true.
#[test]
fn a_named_version_is_the_one_compared_whatever_the_level_says_of_others() {
    let mut registry = Conversation::new();
    registry.put("/config", r#"{"compatibility":"NONE"}"#).ok(r#"{"compatibility":"NONE"}"#);
    registry.register("s", R);
    registry.register("s", STRING);
    for schema in [R, STRING, INT] {
        for target in ["s/versions", "s/versions/1", "s/versions/latest"] {
            assert_eq!(check(&mut registry, target, json!({"schema": schema})), TRUE);
        }
    }
    for level in ["BACKWARD", "BACKWARD_TRANSITIVE", "FORWARD", "FORWARD_TRANSITIVE", "FULL", "FULL_TRANSITIVE"] {
        let body = format!(r#"{{"compatibility":"{level}"}}"#);
        registry.put("/config", &body).ok(&body);
        assert_eq!(check(&mut registry, "s/versions/1", json!({"schema": R})), TRUE, "{level}");
        assert_eq!(check(&mut registry, "s/versions/2", json!({"schema": R})), FALSE, "{level}");
        assert_eq!(check(&mut registry, "s/versions/latest", json!({"schema": STRING})), TRUE, "{level}");
        assert_eq!(check(&mut registry, "s/versions/1", json!({"schema": STRING})), FALSE, "{level}");
        let all = if level.ends_with("TRANSITIVE") { FALSE } else { TRUE };
        assert_eq!(check(&mut registry, "s/versions", json!({"schema": STRING})), all, "{level}");
    }
    // What is softly deleted is not compared.
    registry.delete("/subjects/s/versions/1").ok("1");
    assert_eq!(check(&mut registry, "s/versions", json!({"schema": STRING})), TRUE);
    registry.delete("/subjects/s/versions/2").ok("2");
    assert_eq!(check(&mut registry, "s/versions", json!({"schema": INT})), TRUE);
}

/// 9.1: with a group, only versions whose property has the same value count.
#[test]
fn a_compatibility_group_compares_only_versions_of_the_same_generation() {
    let mut registry = Conversation::new();
    let config = r#"{"compatibility":"BACKWARD_TRANSITIVE","compatibilityGroup":"major"}"#;
    registry.put("/config/s", config).ok(config);
    let of = |schema: &str, major: &str| json!({"schema": schema, "metadata": {"properties": {"major": major}}});
    registry.register_with("s", of(R, "1"));
    assert_eq!(check(&mut registry, "s/versions", of(R_AND_REQUIRED, "1")), FALSE);
    assert_eq!(check(&mut registry, "s/versions", of(R_AND_REQUIRED, "2")), TRUE);
    registry.register_with("s", of(R_AND_REQUIRED, "2"));
    assert_eq!(check(&mut registry, "s/versions", of(INT, "2")), FALSE);
    registry.register_with("s", of(R_AND_OPTIONAL, "1"));
    assert_eq!(registry.post("/subjects/s/versions", &of(INT, "1").to_string()).status(), 409);
}

/// 9.1: the mode does not matter, and a name is not looked at.
#[test]
fn a_check_works_in_every_mode_and_for_every_name() {
    let mut registry = Conversation::new();
    registry.register("s", R);
    for mode in ["READONLY", "READONLY_OVERRIDE", "IMPORT"] {
        registry.put("/mode?force=true", &format!(r#"{{"mode":"{mode}"}}"#)).ok(&format!(r#"{{"mode":"{mode}"}}"#));
        assert_eq!(check(&mut registry, "s/versions", json!({"schema": R_AND_OPTIONAL})), TRUE, "{mode}");
        assert_eq!(check(&mut registry, "s/versions", json!({"schema": R_AND_REQUIRED})), FALSE, "{mode}");
        assert_eq!(check(&mut registry, "__GLOBAL/versions", json!({"schema": R})), TRUE, "{mode}");
    }
}

/// 11.3: without a level of its own, a configured subject has the server's, not the global one.
#[test]
fn a_subject_with_another_setting_is_checked_with_the_servers_level() {
    let mut registry = Conversation::new();
    registry.put("/config", r#"{"compatibility":"NONE"}"#).ok(r#"{"compatibility":"NONE"}"#);
    registry.register("s", R);
    assert_eq!(check(&mut registry, "s/versions/1", json!({"schema": R_AND_REQUIRED})), TRUE);
    registry.put("/config/s", r#"{"normalize":true}"#).ok(r#"{"normalize":true}"#);
    assert_eq!(check(&mut registry, "s/versions/1", json!({"schema": R_AND_REQUIRED})), FALSE);
    assert_eq!(registry.post_schema("/subjects/s/versions", R_AND_REQUIRED).status(), 409);
    registry.put("/config/s", r#"{"compatibility":"NONE"}"#).ok(r#"{"normalize":true,"compatibility":"NONE"}"#);
    registry.post_schema("/subjects/s/versions", R_AND_REQUIRED).ok(&registered(2, 2, R_AND_REQUIRED));
}

/// 9.2: a per cent sign in names, docs and defaults is none of a format.
#[test]
fn a_per_cent_sign_is_a_per_cent_sign() {
    let mut registry = Conversation::new();
    let schema = |kind: &str| json!({"schema": format!(r#"{{"type":"record","name":"P","doc":"100%s","fields":[{{"name":"a","type":"{kind}","doc":"%d%n"}}]}}"#)});
    registry.register_with("a%25s", schema("string"));
    let told = check(&mut registry, "a%25s/versions?verbose=true", schema("int"));
    assert!(told.contains("TYPE_MISMATCH") && told.contains("100%s") && told.contains("%d%n"), "{told}");
    registry.post("/subjects/a%25s/versions", &schema("int").to_string()).fails_beginning(
        409,
        "Schema being registered is incompatible with an earlier schema for subject \"a%s\", details: [",
    );
}

/// 9.1: the group is looked at before the level chooses among what is left; a schema without the property is a group of
/// its own.
#[test]
fn the_latest_of_a_group_is_compared_where_all_versions_are_asked_about() {
    let mut registry = Conversation::new();
    let config = r#"{"compatibility":"BACKWARD","compatibilityGroup":"major"}"#;
    registry.put("/config/s", config).ok(config);
    let of = |schema: &str, major: Option<&str>| match major {
        Some(major) => json!({"schema": schema, "metadata": {"properties": {"major": major}}}),
        None => json!({"schema": schema, "metadata": {}}),
    };
    registry.register_with("s", of(R, Some("1")));
    registry.register_with("s", of(INT, Some("2")));
    registry.register_with("s", of(STRING, None));
    for (schema, major, versions, latest) in [
        (R_AND_REQUIRED, Some("1"), FALSE, TRUE),
        (R_AND_OPTIONAL, Some("1"), TRUE, TRUE),
        (R, Some("2"), FALSE, TRUE),
        (R, Some("3"), TRUE, TRUE),
        (R, None, FALSE, FALSE),
        (STRING, None, TRUE, TRUE),
    ] {
        assert_eq!(check(&mut registry, "s/versions", of(schema, major)), versions, "{schema} of {major:?}");
        assert_eq!(check(&mut registry, "s/versions/latest", of(schema, major)), latest, "{schema} of {major:?}");
    }
    // A registration is checked as all versions are, and with the metadata that it inherits.
    assert_eq!(registry.post("/subjects/s/versions", &of(R_AND_REQUIRED, Some("1")).to_string()).status(), 409);
    assert_eq!(registry.post_schema("/subjects/s/versions", R).status(), 409);
    assert_eq!(registry.register_with("s", of(R_AND_OPTIONAL, Some("1"))).version, 4);
    assert_eq!(registry.register("s", R).version, 1, "that group's first version is the very content");
}

/// 9.1: `normalize` of the request or the configuration, and an unchanged text whatever the metadata say.
#[test]
fn what_is_compared_is_the_schema_and_not_what_is_said_about_it() {
    let mut registry = Conversation::new();
    registry.register_with("s", json!({"schema": R, "metadata": {"properties": {"a": "1"}}}));
    for normalize in ["", "?normalize=true", "?normalize=x"] {
        for metadata in [json!({}), json!(null), json!({"properties": {"a": "2"}})] {
            let body = json!({"schema": R, "metadata": metadata});
            assert_eq!(check(&mut registry, &format!("s/versions/latest{normalize}"), body.clone()), TRUE);
            assert_eq!(check(&mut registry, &format!("s/versions{normalize}"), body), TRUE);
        }
    }
}
