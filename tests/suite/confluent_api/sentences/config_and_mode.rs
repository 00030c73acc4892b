//! Configurations and modes (`rest-api` 11).

use super::super::conversation::{Conversation, INT, LONG, R, R_AND_OPTIONAL, STRING, registered};
use serde_json::json;

const READ_ONLY: &str = r#"{"mode":"READONLY"}"#;
const READ_WRITE: &str = r#"{"mode":"READWRITE"}"#;
const IMPORT: &str = r#"{"mode":"IMPORT"}"#;

/// 11.1: absent keeps, null clears.
#[test]
fn a_configuration_is_merged_and_null_clears_a_field() {
    let mut registry = Conversation::new();
    registry.put("/config/s", r#"{"compatibility":"FULL","alias":"x"}"#).ok(r#"{"alias":"x","compatibility":"FULL"}"#);
    registry.put("/config/s", r#"{"normalize":true}"#).ok(r#"{"alias":"x","normalize":true,"compatibility":"FULL"}"#);
    registry.put("/config/s", r#"{"alias":null}"#).ok(r#"{"normalize":true,"compatibility":"FULL"}"#);
    registry.put("/config/s", "{}").ok(r#"{"normalize":true,"compatibility":"FULL"}"#);
    registry.put("/config/s", r#"{"compatibility":null}"#).ok(r#"{"normalize":true}"#);
    registry.get("/config/s").ok(r#"{"normalize":true,"compatibilityLevel":"BACKWARD"}"#);
    registry.put("/config/s", r#"{"normalize":null}"#).ok("{}");
    registry.get("/config/s").ok(r#"{"compatibilityLevel":"BACKWARD"}"#);
    registry.delete("/config/s").ok(r#"{"compatibilityLevel":"BACKWARD"}"#);
    registry.delete("/config/s").fails(40401, "Subject 's' not found.");
}

/// 11.1: body 422, level 42203, name 42208, mode 42205.
#[test]
fn a_configuration_minds_body_level_name_and_mode_in_this_order() {
    let mut registry = Conversation::new();
    registry.put("/mode", READ_ONLY).ok(READ_ONLY);
    for subject in ["s", "__GLOBAL"] {
        let target = format!("/config/{subject}");
        registry.put(&target, "").fails(422, "updateSubjectLevelConfig.arg2 must not be null (was null)");
        registry.put(&target, r#"{"compatibility":"x"}"#).fails_beginning(42203, "Invalid compatibility level.");
    }
    registry.put("/config/__GLOBAL", "{}").fails(42208, "The specified subject '__GLOBAL' is not a valid.");
    registry.put("/config/s", "{}").fails(42205, "Subject s in context  is in read-only mode");
    registry.put("/config", "").fails(422, "updateTopLevelConfig.arg1 must not be null (was null)");
    registry.put("/config", r#"{"compatibility":"x"}"#).fails_beginning(42203, "Invalid compatibility level.");
}

/// 11.2: body 422, name 42208, mode 42204.
#[test]
fn a_mode_minds_body_name_and_value_in_this_order() {
    let mut registry = Conversation::new();
    let invalid = "Invalid mode. Valid values are READWRITE, READONLY, IMPORT and FORWARD.";
    registry.put("/mode/__GLOBAL", "").fails(422, "updateMode.arg2 must not be null (was null)");
    registry.put("/mode/__GLOBAL", r#"{"mode":"x"}"#).fails(42208, "The specified subject '__GLOBAL' is not a valid.");
    registry.put("/mode/s", r#"{"mode":"x"}"#).fails(42204, invalid);
    registry.put("/mode", "").fails(422, "updateTopLevelMode.arg1 must not be null (was null)");
    registry.put("/mode", r#"{"mode":"x"}"#).fails(42204, invalid);
}

/// 11.1: the configuration outlives a soft delete and goes with the last version.
#[test]
fn configuration_and_mode_of_a_subject_go_with_its_last_version() {
    for by_version in [false, true] {
        let mut registry = Conversation::new();
        registry.put("/config", r#"{"compatibility":"NONE"}"#).ok(r#"{"compatibility":"NONE"}"#);
        registry.register("s", STRING);
        registry.register("s", INT);
        registry.put("/config/s", r#"{"compatibility":"FULL"}"#).ok(r#"{"compatibility":"FULL"}"#);
        registry.put("/mode/s", READ_WRITE).ok(READ_WRITE);
        registry.delete("/subjects/s").ok("[1,2]");
        registry.get("/config/s").ok(r#"{"compatibilityLevel":"FULL"}"#);
        registry.get("/mode/s").ok(READ_WRITE);
        if by_version {
            registry.delete("/subjects/s/versions/2?permanent=true").ok("2");
            registry.get("/config/s").ok(r#"{"compatibilityLevel":"FULL"}"#);
            registry.delete("/subjects/s/versions/1?permanent=true").ok("1");
        } else {
            registry.delete("/subjects/s?permanent=true").ok("[1,2]");
        }
        registry.get("/config/s").fails(40408, "Subject 's' does not have subject-level compatibility configured");
        registry.get("/mode/s").fails(40409, "Subject 's' does not have subject-level mode configured");
    }
}

/// 11.1 and 11.2: subject, its context (for the default one: the global record), `:.__GLOBAL:`, the server's default.
#[test]
fn the_first_scope_that_has_a_record_supplies_everything() {
    let mut registry = Conversation::new();
    let ask = |registry: &mut Conversation, subject: &str| {
        registry.get(&format!("/config/{subject}?defaultToGlobal=true")).text()
    };
    registry.put("/config/:.__GLOBAL:", r#"{"compatibility":"NONE","alias":"deep"}"#);
    assert_eq!(ask(&mut registry, "s"), r#"{"alias":"deep","compatibilityLevel":"NONE"}"#);
    assert_eq!(ask(&mut registry, ":.c1:s"), r#"{"alias":"deep","compatibilityLevel":"NONE"}"#);
    registry.put("/config", r#"{"compatibility":"FORWARD","validateFields":true}"#);
    assert_eq!(ask(&mut registry, "s"), r#"{"validateFields":true,"compatibilityLevel":"FORWARD"}"#);
    // The global record is the default context's alone.
    assert_eq!(ask(&mut registry, ":.c1:s"), r#"{"alias":"deep","compatibilityLevel":"NONE"}"#);
    registry.put("/config/:.c1:", r#"{"normalize":true}"#);
    assert_eq!(ask(&mut registry, ":.c1:s"), r#"{"normalize":true,"compatibilityLevel":"BACKWARD"}"#);
    registry.put("/config/s", r#"{"alias":"q"}"#);
    assert_eq!(ask(&mut registry, "s"), r#"{"alias":"q","compatibilityLevel":"BACKWARD"}"#);
}

/// 11.2: refused while the scope has live subjects, unless forced or set already; what is softly deleted is purged.
#[test]
fn import_is_refused_where_subjects_live_and_purges_the_deleted() {
    let mut registry = Conversation::new();
    let found = "Cannot import since found existing subjects";
    registry.register("s", STRING);
    registry.register(":.c1:s", STRING);
    registry.put("/mode", IMPORT).fails(42205, found);
    registry.put("/mode/s", IMPORT).fails(42205, found);
    registry.put("/mode/:.c1:", IMPORT).fails(42205, found);
    registry.put("/mode/other", IMPORT).ok(IMPORT);
    registry.put("/mode/:.c2:", IMPORT).ok(IMPORT);
    registry.delete("/subjects/s").ok("[1]");
    registry.get("/subjects/s/versions?deleted=true").ok("[1]");
    registry.put("/mode/s", IMPORT).ok(IMPORT);
    registry.get("/subjects/s/versions?deleted=true").fails(40401, "Subject 's' not found.");
    registry.put("/mode/s", IMPORT).ok(IMPORT);
    registry.put("/mode/:.c1:?force=true", IMPORT).ok(IMPORT);
    registry.put("/mode/:.c1:", IMPORT).ok(IMPORT);
    registry.get("/subjects/:.c1:s/versions").ok("[1]");
}

/// 11.2: `recursive` takes the modes of all subjects below along; on an empty scope the answer is `{}`.
#[test]
fn deleting_a_mode_recursively_takes_those_below_along() {
    let mut registry = Conversation::new();
    registry.put("/mode/s", READ_ONLY).ok(READ_ONLY);
    registry.put("/mode/:.c1:s", READ_ONLY).ok(READ_ONLY);
    registry.put("/mode/:.c1:t", READ_WRITE).ok(READ_WRITE);
    registry.put("/mode/:.c1:", READ_ONLY).ok(READ_ONLY);
    registry.delete("/mode/:.c2:?recursive=true").ok("{}");
    registry.delete("/mode/:.c1:?recursive=true").ok(READ_ONLY);
    for subject in [":.c1:", ":.c1:s", ":.c1:t"] {
        registry
            .get(&format!("/mode/{subject}"))
            .fails(40409, &format!("Subject '{subject}' does not have subject-level mode configured"));
    }
    registry.get("/mode/s").ok(READ_ONLY);
}

/// 11.2: a subject's own mode wins, then that of its context, then that of all contexts.
#[test]
fn the_nearest_mode_decides() {
    let mut registry = Conversation::new();
    registry.register("s", R);
    registry.register(":.c1:s", R);
    registry.put("/mode/:.__GLOBAL:", READ_ONLY).ok(READ_ONLY);
    let ask = |registry: &mut Conversation, subject: &str| {
        registry.post_schema(&format!("/subjects/{subject}/versions"), R_AND_OPTIONAL).status()
    };
    assert_eq!((ask(&mut registry, "s"), ask(&mut registry, ":.c1:s")), (422, 422));
    registry.put("/mode", READ_WRITE).ok(READ_WRITE);
    assert_eq!((ask(&mut registry, "s"), ask(&mut registry, ":.c1:s")), (200, 422));
    registry.put("/mode/:.c1:s", READ_WRITE).ok(READ_WRITE);
    assert_eq!(ask(&mut registry, ":.c1:s"), 200);
    // Reads, look-ups, what is there already, and whole contexts that are empty are not blocked.
    registry.put("/mode", READ_ONLY).ok(READ_ONLY);
    registry.post_schema("/subjects/s/versions", R).ok(&registered(1, 1, R));
    assert_eq!(registry.post_schema("/subjects/s", R).status(), 200);
    registry.delete("/contexts/c9").is(204, "");
    registry.post_schema("/subjects/s/versions", LONG).fails(42205, "Subject s in context  is in read-only mode");
}

/// 11.1: the policy is taken in any letter case, and what is none clears it.
#[test]
fn an_unknown_policy_clears_the_policy() {
    let mut registry = Conversation::new();
    for (sent, kept) in [("LENIENT", "LENIENT"), ("strict", "STRICT"), ("Lenient", "LENIENT")] {
        registry
            .put("/config/s", &json!({"compatibilityPolicy": sent}).to_string())
            .ok(&format!(r#"{{"compatibilityPolicy":"{kept}"}}"#));
    }
    for sent in ["LOGICAL", "x", ""] {
        registry.put("/config/s", r#"{"compatibilityPolicy":"STRICT"}"#).ok(r#"{"compatibilityPolicy":"STRICT"}"#);
        registry.put("/config/s", &json!({"compatibilityPolicy": sent}).to_string()).ok("{}");
    }
}
