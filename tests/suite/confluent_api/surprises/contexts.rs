//! Contexts, their prefix, and the search through them.

use super::super::conversation::{Conversation, INT, R, STRING, found, registered, version};
use serde_json::json;

const NOT_ALLOWED: &str = "HTTP 405 Method Not Allowed";

#[test]
fn s28_reading_and_looking_up_find_a_subject_of_another_context_and_listing_does_not() {
    let mut registry = Conversation::new();
    registry.register(":.c2:s", INT);
    registry.register(":.c1:s", STRING);
    // The first context by name that has it.
    let first = version(":.c1:s", 1, 1, STRING);
    registry.get("/subjects/s/versions/1").ok(&first);
    registry.get("/subjects/s/versions/latest").ok(&first);
    registry.get("/subjects/s/versions/1/schema").ok(STRING);
    registry.get("/subjects/s/versions/1/referencedby").ok("[]");
    registry.post_schema("/subjects/s", STRING).ok(&found(":.c1:s", 1, 1, STRING));
    registry.post_schema("/subjects/s", INT).ok(&found(":.c2:s", 1, 1, INT));
    let not_found = "Subject 's' not found.";
    registry.get("/subjects/s/versions").fails(40401, not_found);
    registry.get("/subjects/s/versions?deleted=true").fails(40401, not_found);
    registry.delete("/subjects/s").fails(40401, not_found);
    registry.delete("/subjects/s/versions/1").fails(40401, not_found);
    registry.get("/config/s").fails(40408, "Subject 's' does not have subject-level compatibility configured");
    registry.get("/mode/s").fails(40409, "Subject 's' does not have subject-level mode configured");
    // Compatibility is asked of the subject of the default context, which has no version yet.
    registry.post_schema("/compatibility/subjects/s/versions", R).ok(r#"{"is_compatible":true}"#);
    registry.post_schema("/compatibility/subjects/s/versions/1", R).fails(40402, "Version 1 not found.");
    // A registration goes to the default context, and from then on it is found there.
    registry.post_schema("/subjects/s/versions", R).ok(&registered(1, 1, R));
    registry.get("/subjects/s/versions/1").ok(&version("s", 1, 1, R));
    registry.get("/subjects/s/versions/2").fails(40402, "Version 2 not found.");
    // A qualified name is never searched for elsewhere.
    registry.get("/subjects/:.c3:s/versions/1").fails(40401, "Subject ':.c3:s' not found.");
}

#[test]
fn s31_an_alias_is_one_hop_and_a_delete_goes_to_the_target() {
    let mut registry = Conversation::new();
    for subject in ["real", ":.c1:real"] {
        registry.register(subject, if subject == "real" { INT } else { STRING });
    }
    let point = |registry: &mut Conversation, from: &str, to: &str| {
        let body = json!({"alias": to}).to_string();
        registry.put(&format!("/config/{from}"), &body).ok(&body);
    };
    point(&mut registry, "al", "real");
    point(&mut registry, "far", "al");
    point(&mut registry, ":.c1:al", "real");
    registry.get("/subjects/al/versions/1").ok(&version("real", 1, 1, INT));
    registry.get("/subjects/al/versions").ok("[1]");
    registry.post_schema("/subjects/al", INT).ok(&found("real", 1, 1, INT));
    registry.get("/subjects/far/versions").fails(40401, "Subject 'al' not found.");
    // The configuration is the alias's own, so that it can be taken back.
    registry.get("/config/al").ok(r#"{"alias":"real","compatibilityLevel":"BACKWARD"}"#);
    registry.get("/config/real").fails(40408, "Subject 'real' does not have subject-level compatibility configured");
    registry.get("/subjects").ok(r#"[":.c1:real","real"]"#);
    // quirks.md: An unqualified alias target lives in the context of its holder
    for spelling in [":.c1:al", "%3A.c1%3Aal"] {
        registry.get(&format!("/subjects/{spelling}/versions/1")).ok(&version(":.c1:real", 1, 1, STRING));
        registry.get(&format!("/schemas/ids/1/schema?subject={spelling}")).ok(STRING);
    }
    registry.get("/contexts/c1/subjects/al/versions/1").ok(&version(":.c1:real", 1, 1, STRING));
    registry.post_schema("/subjects/al/versions", r#"{"type":"int"}"#).ok(&registered(1, 1, INT));
    registry.delete("/subjects/al").ok("[1]");
    registry.get("/subjects").ok(r#"[":.c1:real"]"#);
    registry.get("/subjects?deleted=true").ok(r#"[":.c1:real","real"]"#);
    registry.put("/config/al", r#"{"alias":""}"#).ok(r#"{"alias":""}"#);
    registry.get("/subjects/al/versions").fails(40401, "Subject 'al' not found.");
}

#[test]
fn s39_the_default_context_is_always_listed_and_one_that_is_not_there_can_be_deleted() {
    let mut registry = Conversation::new();
    registry.get("/contexts").ok(r#"["."]"#);
    for missing in ["c1", ".c1", ":.c1:"] {
        registry.delete(&format!("/contexts/{missing}")).is(204, "").header_is("content-type", None);
    }
    for subject in [":.c2:s", ":.c1:s", ":.B:s"] {
        registry.register(subject, STRING);
    }
    registry.get("/contexts").ok(r#"[".",".B",".c1",".c2"]"#);
    registry.get("/contexts?contextPrefix=.c").ok(r#"[".c1",".c2"]"#);
    registry.get("/contexts?contextPrefix=c").ok("[]");
    registry.get("/contexts?offset=1&limit=2").ok(r#"[".B",".c1"]"#);
    // One that has anything, were it softly deleted, stays.
    let not_empty = "The specified context ':.c1:' is not empty.";
    for spelling in ["c1", ".c1", ":.c1:"] {
        registry.delete(&format!("/contexts/{spelling}")).fails(42211, not_empty);
    }
    registry.delete("/subjects/:.c1:s").ok("[1]");
    registry.delete("/contexts/.c1").fails(42211, not_empty);
    registry.delete("/subjects/:.c1:s?permanent=true").ok("[1]");
    registry.put("/mode", r#"{"mode":"READONLY"}"#).ok(r#"{"mode":"READONLY"}"#);
    registry.delete("/contexts/.c1").is(204, "");
    registry.get("/contexts").ok(r#"[".",".B",".c2"]"#);
    registry.delete("/contexts/.c1").is(204, "");
    registry.delete("/contexts/.").fails(405, NOT_ALLOWED);
}

#[test]
fn s42_under_the_prefix_of_a_context_config_and_mode_are_those_of_the_context() {
    let mut registry = Conversation::new();
    registry.get("/config").ok(r#"{"compatibilityLevel":"BACKWARD"}"#);
    registry.get("/mode").ok(r#"{"mode":"READWRITE"}"#);
    for prefix in ["/contexts/c1", "/contexts/.c1", "/contexts/:.c1:"] {
        registry
            .get(&format!("{prefix}/config"))
            .fails(40408, "Subject ':.c1:' does not have subject-level compatibility configured");
        registry
            .get(&format!("{prefix}/mode"))
            .fails(40409, "Subject ':.c1:' does not have subject-level mode configured");
        registry.get(&format!("{prefix}/config?defaultToGlobal=true")).ok(r#"{"compatibilityLevel":"BACKWARD"}"#);
        registry.put(&format!("{prefix}/config"), r#"{"compatibility":"NONE"}"#).ok(r#"{"compatibility":"NONE"}"#);
        registry.get(&format!("{prefix}/config")).ok(r#"{"compatibilityLevel":"NONE"}"#);
        registry.get("/config/:.c1:").ok(r#"{"compatibilityLevel":"NONE"}"#);
        registry.get("/config").ok(r#"{"compatibilityLevel":"BACKWARD"}"#);
        registry.get(&format!("{prefix}/config/s?defaultToGlobal=true")).ok(r#"{"compatibilityLevel":"NONE"}"#);
        registry.delete(&format!("{prefix}/config")).ok(r#"{"compatibilityLevel":"NONE"}"#);
        registry.delete(&format!("{prefix}/config")).fails(40401, "Subject ':.c1:' not found.");
    }
    // The default context has no prefix of its own: its configuration is the global one.
    for prefix in ["/contexts/.", "/contexts/:.:"] {
        registry.get(&format!("{prefix}/config")).ok(r#"{"compatibilityLevel":"BACKWARD"}"#);
        registry.get(&format!("{prefix}/mode")).ok(r#"{"mode":"READWRITE"}"#);
        registry.put(&format!("{prefix}/config"), r#"{"compatibility":"FULL"}"#).ok(r#"{"compatibility":"FULL"}"#);
        registry.get("/config").ok(r#"{"compatibilityLevel":"FULL"}"#);
        registry.delete("/config").ok(r#"{"compatibilityLevel":"FULL"}"#);
    }
}

#[test]
fn s51_the_scope_of_all_contexts_always_has_a_configuration_and_a_mode() {
    let mut registry = Conversation::new();
    let all = ":.__GLOBAL:";
    for _twice in 0..2 {
        registry.get(&format!("/config/{all}")).ok(r#"{"compatibilityLevel":"BACKWARD"}"#);
        registry.get(&format!("/config/{all}?defaultToGlobal=true")).ok(r#"{"compatibilityLevel":"BACKWARD"}"#);
        registry.delete(&format!("/config/{all}")).ok(r#"{"compatibilityLevel":"BACKWARD"}"#);
        registry.get(&format!("/mode/{all}")).ok(r#"{"mode":"READWRITE"}"#);
        registry.delete(&format!("/mode/{all}")).ok(r#"{"mode":"READWRITE"}"#);
    }
    registry.put(&format!("/config/{all}"), r#"{"compatibility":"NONE"}"#).ok(r#"{"compatibility":"NONE"}"#);
    registry.put(&format!("/mode/{all}"), r#"{"mode":"READONLY"}"#).ok(r#"{"mode":"READONLY"}"#);
    registry.get(&format!("/config/{all}")).ok(r#"{"compatibilityLevel":"NONE"}"#);
    // It is the last resort of every context; the default one asks its own, the global one, first.
    for subject in ["s", ":.c1:s", ":.c1:"] {
        registry.get(&format!("/config/{subject}?defaultToGlobal=true")).ok(r#"{"compatibilityLevel":"NONE"}"#);
        registry.get(&format!("/mode/{subject}?defaultToGlobal=true")).ok(r#"{"mode":"READONLY"}"#);
    }
    registry.delete(&format!("/mode/{all}")).ok(r#"{"mode":"READONLY"}"#);
    registry.delete(&format!("/config/{all}")).ok(r#"{"compatibilityLevel":"NONE"}"#);
    registry.delete(&format!("/config/{all}")).ok(r#"{"compatibilityLevel":"BACKWARD"}"#);
}

#[test]
fn s52_an_escaped_colon_in_the_prefix_is_a_colon() {
    let mut registry = Conversation::new();
    // quirks.md: An escaped colon in a context prefix is a colon
    registry.post_schema("/contexts/%3A.c1%3A/subjects/s/versions", STRING).ok(&registered(1, 1, STRING));
    registry.get("/contexts").ok(r#"[".",".c1"]"#);
    registry.get("/subjects").ok(r#"[":.c1:s"]"#);
    for prefix in ["/contexts/%3A.c1%3A", "/contexts/:.c1%3A", "/contexts/:.c1:", "/contexts/.c1"] {
        registry.get(&format!("{prefix}/subjects/s/versions/1")).ok(&version(":.c1:s", 1, 1, STRING));
        registry.delete(prefix).fails(42211, "The specified context ':.c1:' is not empty.");
    }
    let colon = "Context name 'a:b' cannot contain a colon";
    for prefix in ["/contexts/a:b", "/contexts/a%3Ab"] {
        registry.get(&format!("{prefix}/subjects")).fails(400, colon).header_is("content-type", None);
        registry.get(&format!("{prefix}/subjects/s/versions")).fails(400, colon);
        // Where the name would not be used, nobody looks at it.
        registry.get(&format!("{prefix}/contexts")).ok(r#"[".",".c1"]"#);
        assert_eq!(registry.get(&format!("{prefix}/schemas/types")).status(), 200);
        registry.get(&format!("{prefix}/nope")).fails(404, "HTTP 404 Not Found");
    }
}
