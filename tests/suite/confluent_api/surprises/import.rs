//! IMPORT mode.

use super::super::conversation::{Conversation, INT, LONG, R, R_AND_REQUIRED, STRING, registered, version};
use serde_json::json;

#[test]
fn s36_import_takes_ids_and_versions_as_they_come_and_nothing_without_an_id() {
    let mut registry = Conversation::new();
    registry.put("/mode", r#"{"mode":"IMPORT"}"#).ok(r#"{"mode":"IMPORT"}"#);
    let import = |registry: &mut Conversation, subject: &str, id: i64, number: Option<i64>, schema: &str| {
        let mut body = json!({"schema": schema, "id": id});
        if let Some(number) = number {
            body["version"] = number.into();
        }
        registry.post(&format!("/subjects/{subject}/versions"), &body.to_string())
    };
    let not_read_write = "Subject s in context  is not in read-write mode";
    registry.post_schema("/subjects/s/versions", R).fails(42205, not_read_write);
    registry.post("/subjects/s/versions", r#"{"schema":"\"int\"","id":-1}"#).fails(42205, not_read_write);
    registry.post("/subjects/s/versions", r#"{"schema":"\"int\"","version":1}"#).fails(42205, not_read_write);
    import(&mut registry, "s", 100, Some(3), R).ok(&registered(100, 3, R));
    // Compatibility is off, the next version is the default, and gaps and the past are fine.
    import(&mut registry, "s", 101, None, R_AND_REQUIRED).ok(&registered(101, 4, R_AND_REQUIRED));
    import(&mut registry, "s", 50, Some(1), INT).ok(&registered(50, 1, INT));
    import(&mut registry, "s", 0, Some(9), STRING).ok(&registered(0, 9, STRING));
    // A version may be overwritten, an id may not.
    import(&mut registry, "s", 102, Some(4), LONG).ok(&registered(102, 4, LONG));
    for (subject, number) in [("s", Some(5)), ("t", None)] {
        import(&mut registry, subject, 100, number, LONG)
            .fails(42205, "Overwrite new schema with id 100 in context  is not permitted.");
    }
    registry.get("/subjects/s/versions").ok("[1,3,4,9]");
    registry.get("/subjects/s/versions/4").ok(&version("s", 4, 102, LONG));
    // Afterwards, what has no id gets one above all of them.
    registry.put("/mode", r#"{"mode":"READWRITE"}"#).ok(r#"{"mode":"READWRITE"}"#);
    import(&mut registry, "t", 500, None, r#""bytes""#).fails(42205, "Subject t in context  is not in import mode");
    assert_eq!(registry.register("t", r#""bytes""#).id, 103);
    assert_eq!(registry.register("t2", R).id, 100);
}
