//! Configurations and modes.

use super::super::conversation::{Conversation, INT, R, R_AND_OPTIONAL, R_AND_REQUIRED, STRING, registered};

#[test]
fn s02_a_put_says_compatibility_and_everything_else_compatibility_level() {
    let mut registry = Conversation::new();
    for target in ["/config", "/config/s", "/config/:.c1:", "/config/:.c1:s", "/config/:.__GLOBAL:"] {
        registry.put(target, r#"{"compatibility":"FULL"}"#).ok(r#"{"compatibility":"FULL"}"#);
        registry.get(target).ok(r#"{"compatibilityLevel":"FULL"}"#);
        registry.get(&format!("{target}?defaultToGlobal=true")).ok(r#"{"compatibilityLevel":"FULL"}"#);
        // The other name is an unknown property.
        registry.put(target, r#"{"compatibilityLevel":"NONE"}"#).ok(r#"{"compatibility":"FULL"}"#);
        registry.delete(target).ok(r#"{"compatibilityLevel":"FULL"}"#);
        registry.put(target, r#"{"compatibilityLevel":"NONE"}"#).ok("{}");
    }
}

#[test]
fn s03_a_mode_is_echoed_as_it_was_sent_and_a_level_in_capitals() {
    let mut registry = Conversation::new();
    for (sent, kept) in
        [("readonly", "READONLY"), ("ReadWrite", "READWRITE"), ("Readonly_Override", "READONLY_OVERRIDE")]
    {
        for target in ["/mode", "/mode/s"] {
            let body = format!(r#"{{"mode":"{sent}"}}"#);
            registry.put(target, &body).ok(&body);
            registry.get(target).ok(&format!(r#"{{"mode":"{kept}"}}"#));
        }
        registry.delete("/mode/s").ok(&format!(r#"{{"mode":"{kept}"}}"#));
    }
    registry.delete("/mode").ok(r#"{"mode":"READONLY_OVERRIDE"}"#);
    for target in ["/config", "/config/s"] {
        for sent in ["full", "Full", "FULL"] {
            registry.put(target, &format!(r#"{{"compatibility":"{sent}"}}"#)).ok(r#"{"compatibility":"FULL"}"#);
        }
        registry
            .put(target, r#"{"compatibilityPolicy":"lenient"}"#)
            .ok(r#"{"compatibility":"FULL","compatibilityPolicy":"LENIENT"}"#);
    }
    let invalid = "Invalid mode. Valid values are READWRITE, READONLY, IMPORT and FORWARD.";
    registry.put("/mode", r#"{"mode":"read only"}"#).fails(42204, invalid);
    registry.put("/config", r#"{"compatibility":"full "}"#).fails(
        42203,
        "Invalid compatibility level. Valid values are none, backward, forward, full, backward_transitive, \
         forward_transitive, and full_transitive",
    );
}

#[test]
fn s04_what_is_not_configured_is_40408_to_read_and_40401_to_delete() {
    let mut registry = Conversation::new();
    registry.register("s", STRING);
    for subject in ["s", "missing", ":.c1:", ":.c1:s"] {
        let not_found = format!("Subject '{subject}' not found.");
        registry
            .get(&format!("/config/{subject}"))
            .fails(40408, &format!("Subject '{subject}' does not have subject-level compatibility configured"));
        registry.delete(&format!("/config/{subject}")).fails(40401, &not_found);
        registry
            .get(&format!("/mode/{subject}"))
            .fails(40409, &format!("Subject '{subject}' does not have subject-level mode configured"));
        registry.delete(&format!("/mode/{subject}")).fails(40401, &not_found);
        registry.get(&format!("/config/{subject}?defaultToGlobal=true")).ok(r#"{"compatibilityLevel":"BACKWARD"}"#);
        registry.get(&format!("/mode/{subject}?defaultToGlobal=true")).ok(r#"{"mode":"READWRITE"}"#);
    }
    registry.delete("/config").ok(r#"{"compatibilityLevel":"BACKWARD"}"#);
    registry.delete("/mode").ok(r#"{"mode":"READWRITE"}"#);
}

#[test]
fn s30_a_configuration_for_any_field_pins_the_level_and_hides_the_global_one() {
    let mut registry = Conversation::new();
    registry
        .put("/config", r#"{"compatibility":"NONE","normalize":true,"compatibilityGroup":"g"}"#)
        .ok(r#"{"normalize":true,"compatibility":"NONE","compatibilityGroup":"g"}"#);
    registry.register("s", R);
    let global = r#"{"normalize":true,"compatibilityLevel":"NONE","compatibilityGroup":"g"}"#;
    registry.get("/config/s?defaultToGlobal=true").ok(global);
    registry.put("/config/s", r#"{"validateFields":false}"#).ok(r#"{"validateFields":false}"#);
    for target in ["/config/s", "/config/s?defaultToGlobal=true"] {
        registry.get(target).ok(r#"{"validateFields":false,"compatibilityLevel":"BACKWARD"}"#);
    }
    // That level is in force, for the check and for the registration.
    registry.post_schema("/compatibility/subjects/s/versions/latest", R_AND_REQUIRED).ok(r#"{"is_compatible":false}"#);
    assert_eq!(registry.post_schema("/subjects/s/versions", R_AND_REQUIRED).status(), 409);
    // So is the missing `normalize`: attributes are kept in the order in which they were sent.
    let attributes =
        |order: &str| format!(r#"{{"type":"record","name":"F","fields":[{{"name":"a","type":"int",{order}}}]}}"#);
    let (sent, normalized) = (attributes(r#""z":1,"b":2"#), attributes(r#""b":2,"z":1"#));
    registry.put("/config/t", r#"{"alias":""}"#).ok(r#"{"alias":""}"#);
    assert_eq!(registry.post_schema("/subjects/u/versions", &sent).json()["schema"], normalized);
    assert_eq!(registry.post_schema("/subjects/t/versions", &sent).json()["schema"], sent);
    registry.delete("/config/s").ok(r#"{"validateFields":false,"compatibilityLevel":"BACKWARD"}"#);
    registry.get("/config/s?defaultToGlobal=true").ok(global);
    registry.post_schema("/compatibility/subjects/s/versions/latest", R_AND_REQUIRED).ok(r#"{"is_compatible":true}"#);
}

#[test]
fn s32_a_mode_can_be_set_while_everything_is_read_only_and_a_configuration_cannot() {
    let mut registry = Conversation::new();
    registry.register("s", R);
    registry.put("/config/s", r#"{"compatibility":"FULL"}"#).ok(r#"{"compatibility":"FULL"}"#);
    let read_only = "Subject s in context  is in read-only mode";
    for mode in ["READONLY", "READONLY_OVERRIDE"] {
        let body = format!(r#"{{"mode":"{mode}"}}"#);
        registry.put("/mode", &body).ok(&body);
        registry.put("/config/s", r#"{"compatibility":"NONE"}"#).fails(42205, read_only);
        registry.delete("/config/s").fails(42205, read_only);
        registry
            .put("/config", r#"{"compatibility":"NONE"}"#)
            .fails(42205, "Subject null in context  is in read-only mode");
        registry.post_schema("/subjects/s/versions", R_AND_OPTIONAL).fails(42205, read_only);
        registry.delete("/subjects/s").fails(42205, read_only);
        registry.delete("/subjects/s/versions/1").fails(42205, read_only);
        // Whether the request means anything is looked at first.
        registry.put("/config/s", r#"{"compatibility":"x"}"#).fails_beginning(42203, "Invalid compatibility level.");
        registry.delete("/config/t").fails(40401, "Subject 't' not found.");
        registry.put("/mode/s", &body).ok(&body);
        registry.put("/mode/s", r#"{"mode":"READWRITE"}"#).ok(r#"{"mode":"READWRITE"}"#);
        // A subject's own mode wins.
        registry.put("/config/s", r#"{"compatibility":"FULL"}"#).ok(r#"{"compatibility":"FULL"}"#);
        registry.delete("/mode/s").ok(r#"{"mode":"READWRITE"}"#);
    }
}

#[test]
fn s33_a_mode_may_be_a_bare_text_and_must_be_there() {
    let mut registry = Conversation::new();
    let invalid = "Invalid mode. Valid values are READWRITE, READONLY, IMPORT and FORWARD.";
    for (mode, config) in [("/mode", "/config"), ("/mode/s", "/config/s")] {
        // quirks.md: A mode that is missing is invalid
        for none in ["{}", r#"{"other":"READONLY"}"#] {
            registry.put(mode, none).fails(42204, invalid);
        }
        registry.put(config, "{}").ok("{}");
        registry.put(mode, r#""READONLY""#).ok(r#"{"mode":"READONLY"}"#);
        registry.get(mode).ok(r#"{"mode":"READONLY"}"#);
        registry.put(mode, r#""x""#).fails(42204, invalid);
        registry
            .put(mode, r#"{"mode":{}}"#)
            .fails(400, "Cannot deserialize value of type `String` from Object value (token `JsonToken.START_OBJECT`)");
        registry.put(mode, r#"{"mode":null}"#).ok(r#"{"mode":null}"#);
        registry.put(config, r#""FULL""#).fails(
            400,
            "Cannot construct instance of `ConfigUpdateRequest` (although at least one Creator exists): no \
             String-argument constructor/factory method to deserialize from String value ('FULL')",
        );
    }
    registry.get("/mode").ok(r#"{"mode":"READWRITE"}"#);
    registry.get("/mode/s").fails(40409, "Subject 's' does not have subject-level mode configured");
}

#[test]
fn s54_the_echo_of_a_configuration_shows_empty_texts_that_nobody_will_read() {
    let mut registry = Conversation::new();
    registry.register("s", INT);
    for target in ["/config", "/config/s", "/config/:.c1:"] {
        registry.put(target, r#"{"alias":""}"#).ok(r#"{"alias":""}"#);
        registry.get(target).ok(r#"{"compatibilityLevel":"BACKWARD"}"#);
        registry.put(target, r#"{"compatibilityGroup":""}"#).ok(r#"{"compatibilityGroup":""}"#);
        registry.put(target, r#"{"compatibility":"FULL"}"#).ok(r#"{"compatibility":"FULL"}"#);
        registry
            .put(target, r#"{"alias":"","compatibilityGroup":""}"#)
            .ok(r#"{"alias":"","compatibility":"FULL","compatibilityGroup":""}"#);
        registry.get(target).ok(r#"{"compatibilityLevel":"FULL"}"#);
        // An empty object that was given is kept and shown.
        registry.put(target, r#"{"defaultMetadata":{}}"#).ok(r#"{"compatibility":"FULL","defaultMetadata":{}}"#);
        registry.get(target).ok(r#"{"compatibilityLevel":"FULL","defaultMetadata":{}}"#);
        registry.delete(target).ok(r#"{"compatibilityLevel":"FULL","defaultMetadata":{}}"#);
    }
    // An empty alias leads nowhere.
    registry.put("/config/s", r#"{"alias":""}"#).ok(r#"{"alias":""}"#);
    registry.post_schema("/subjects/s/versions", INT).ok(&registered(1, 1, INT));
}
