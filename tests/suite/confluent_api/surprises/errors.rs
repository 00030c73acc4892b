//! Which error comes, in which words, and which check wins.

use super::super::conversation::{Conversation, STRING, deleted, version};

const NOT_FOUND: &str = "HTTP 404 Not Found";

#[test]
fn s07_a_number_that_is_none_is_a_plain_404_and_an_unknown_one_is_40403() {
    let mut registry = Conversation::new();
    registry.register("s", STRING);
    for none in ["abc", "1.0", "%201", "2147483648", "-2147483649", "1e0", "0x1", "latest"] {
        for rest in ["", "/schema", "/subjects", "/versions"] {
            registry.get(&format!("/schemas/ids/{none}{rest}")).fails(404, NOT_FOUND);
        }
    }
    for (unknown, printed) in [("99", "99"), ("-1", "-1"), ("0", "0"), ("099", "99"), ("+99", "99")] {
        registry.get(&format!("/schemas/ids/{unknown}")).fails(40403, &format!("Schema {printed} not found"));
        registry.get(&format!("/schemas/ids/{unknown}/subjects")).fails(40403, "Schema not found");
        registry.get(&format!("/schemas/ids/{unknown}/versions")).fails(40403, "Schema not found");
        // quirks.md: The text of an unknown id is not found
        registry.get(&format!("/schemas/ids/{unknown}/schema")).fails(40403, &format!("Schema {printed} not found"));
    }
    for known in ["1", "01", "+1"] {
        registry.get(&format!("/schemas/ids/{known}/schema")).ok(STRING);
    }
}

#[test]
fn s08_a_version_that_is_none_is_refused_before_the_subject_is_looked_at() {
    let mut registry = Conversation::new();
    registry.register("s", STRING);
    for none in ["0", "abc", "-2", "1.0", "2147483648", "latests", "1a"] {
        let message = format!(
            "The specified version '{none}' is not a valid version id. Allowed values are between [1, 2^31-1] and the \
             string \"latest\""
        );
        for subject in ["s", "missing"] {
            let target = format!("/subjects/{subject}/versions/{none}");
            registry.get(&target).fails(42202, &message);
            registry.get(&format!("{target}/schema")).fails(42202, &message);
            registry.get(&format!("{target}/referencedby")).fails(42202, &message);
            registry.post(&format!("{target}/tags"), "{}").fails(42202, &message);
            registry.delete(&target).fails(42202, &message);
            registry.delete(&format!("{target}?permanent=true")).fails(42202, &message);
            registry.post(&format!("/compatibility{target}"), r#"{"schema":"no schema"}"#).fails(42202, &message);
        }
    }
    registry.get("/subjects/missing/versions/1").fails(40401, "Subject 'missing' not found.");
    registry.get("/subjects/s/versions/2").fails(40402, "Version 2 not found.");
    registry.get("/subjects/s/versions/1").ok(&version("s", 1, 1, STRING));
}

#[test]
fn s09_minus_one_and_latest_are_the_same_and_no_version_is_zero() {
    let mut registry = Conversation::new();
    registry.register("s", STRING);
    registry.put("/config/s", r#"{"compatibility":"NONE"}"#).ok(r#"{"compatibility":"NONE"}"#);
    registry.register("s", r#""int""#);
    for latest in ["latest", "-1", "LATEST", "Latest", "%20latest", "latest%20", "2", "02", "+2"] {
        let target = format!("/subjects/s/versions/{latest}");
        registry.get(&target).ok(&version("s", 2, 2, r#""int""#));
        registry.get(&format!("{target}/schema")).ok(r#""int""#);
        registry.get(&format!("{target}/referencedby")).ok("[]");
        registry.post_schema(&format!("/compatibility{target}"), STRING).ok(r#"{"is_compatible":true}"#);
        registry
            .delete(&format!("{target}?permanent=true"))
            .fails(40407, "Subject 's' Version 2 was not deleted first before being permanently deleted");
    }
    // Neither reaches a soft-deleted version, whatever the flag says.
    registry.delete("/subjects/s/versions/-1").ok("2");
    for latest in ["latest", "-1"] {
        registry.get(&format!("/subjects/s/versions/{latest}?deleted=true")).ok(&version("s", 1, 1, STRING));
    }
    registry.delete("/subjects/s/versions/latest").ok("1");
    for latest in ["latest", "-1"] {
        registry.get(&format!("/subjects/s/versions/{latest}")).fails(40401, "Subject 's' not found.");
        registry.get(&format!("/subjects/s/versions/{latest}?deleted=true")).fails(40402, "Version -1 not found.");
        registry.get(&format!("/subjects/s/versions/{latest}/referencedby")).fails(40402, "Version -1 not found.");
    }
    registry.get("/subjects/s/versions/2?deleted=true").ok(&deleted(&version("s", 2, 2, r#""int""#)));
    // A registration numbers from 1, also when it asks for 0.
    registry
        .post("/subjects/t/versions", r#"{"schema":"\"string\"","version":0}"#)
        .ok(r#"{"id":1,"version":1,"guid":"095d71cf-1255-6b9d-5e33-0ad575b3df5d","schemaType":"AVRO","schema":"\"string\""}"#);
}

#[test]
fn s37_a_refused_operation_names_the_default_context_with_nothing_between_two_blanks() {
    let mut registry = Conversation::new();
    registry.register("s", STRING);
    registry.register(":.c1:s", STRING);
    registry
        .post("/subjects/s/versions", r#"{"schema":"\"int\"","id":7}"#)
        .fails(42205, "Subject s in context  is not in import mode");
    registry
        .post("/subjects/:.c1:s/versions", r#"{"schema":"\"int\"","id":7}"#)
        .fails(42205, "Subject :.c1:s in context :.c1: is not in import mode");
    registry.put("/mode/:.__GLOBAL:", r#"{"mode":"READONLY"}"#).ok(r#"{"mode":"READONLY"}"#);
    registry.delete("/subjects/s").fails(42205, "Subject s in context  is in read-only mode");
    registry.delete("/subjects/:.c1:s").fails(42205, "Subject :.c1:s in context :.c1: is in read-only mode");
    registry
        .put("/config", r#"{"compatibility":"FULL"}"#)
        .fails(42205, "Subject null in context  is in read-only mode");
    registry
        .put("/config/:.c1:", r#"{"compatibility":"FULL"}"#)
        .fails(42205, "Subject :.c1: in context :.c1: is in read-only mode");
}

#[test]
fn s41_the_internal_names_are_no_subjects_and_the_text_ends_in_a_valid() {
    let mut registry = Conversation::new();
    for name in ["__GLOBAL", "__EMPTY", ":.c1:__GLOBAL", ":.c1:__EMPTY"] {
        let message = format!("The specified subject '{name}' is not a valid.");
        registry.post_schema(&format!("/subjects/{name}/versions"), STRING).fails(42208, &message);
        registry.put(&format!("/config/{name}"), r#"{"compatibility":"NONE"}"#).fails(42208, &message);
        registry.put(&format!("/mode/{name}"), r#"{"mode":"READWRITE"}"#).fails(42208, &message);
        // Who reads or deletes is told that there is nothing.
        registry.get(&format!("/subjects/{name}/versions/1")).fails(40401, &format!("Subject '{name}' not found."));
        registry.delete(&format!("/subjects/{name}")).fails(40401, &format!("Subject '{name}' not found."));
    }
    // In the scope of all contexts every name has a configuration and a mode, and none a schema.
    registry
        .post_schema("/subjects/:.__GLOBAL:s/versions", STRING)
        .fails(42208, "The specified subject ':.__GLOBAL:s' is not a valid.");
    registry.put("/config/:.__GLOBAL:s", r#"{"compatibility":"NONE"}"#).ok(r#"{"compatibility":"NONE"}"#);
    registry.put("/mode/:.__GLOBAL:s", r#"{"mode":"READWRITE"}"#).ok(r#"{"mode":"READWRITE"}"#);
    for fine in ["__GLOBAL__", "__global", "_EMPTY", "GLOBAL", "a__GLOBAL", "%20", "*"] {
        registry.register(fine, STRING);
    }
}
