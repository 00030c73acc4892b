//! Soft and permanent deletes, and what they leave.

use super::super::conversation::{Conversation, INT, LONG, STRING, deleted, registered, version};
use serde_json::{Value, json};

/// Lets any schema follow any other.
fn without_checks() -> Conversation {
    let mut registry = Conversation::new();
    registry.put("/config", r#"{"compatibility":"NONE"}"#).ok(r#"{"compatibility":"NONE"}"#);
    registry
}

#[test]
fn s10_deleting_twice_is_a_404_that_lacks_a_blank() {
    let mut registry = without_checks();
    registry.register("s", STRING);
    registry.register("s", INT);
    registry.delete("/subjects/s/versions/1").ok("1");
    registry
        .delete("/subjects/s/versions/1")
        .fails(40406, "Subject 's' Version 1 was soft deleted.Set permanent=true to delete permanently");
    registry.delete("/subjects/s").ok("[2]");
    let twice = "Subject 's' was soft deleted.Set permanent=true to delete permanently";
    registry.delete("/subjects/s").fails(40404, twice);
    registry
        .delete("/subjects/s/versions/2")
        .fails(40406, "Subject 's' Version 2 was soft deleted.Set permanent=true to delete permanently");
    registry.delete("/subjects/s/versions/3").fails(40402, "Version 3 not found.");
    registry.delete("/subjects/s/versions/latest").fails(40402, "Version -1 not found.");
    registry.delete("/subjects/s").fails(40404, twice);
    registry.delete("/subjects/s?permanent=true").ok("[1,2]");
    registry.delete("/subjects/s?permanent=true").fails(40401, "Subject 's' not found.");
    registry.delete("/subjects/s").fails(40401, "Subject 's' not found.");
    registry.delete("/subjects/s/versions/1").fails(40401, "Subject 's' not found.");
}

#[test]
fn s11_a_permanent_delete_needs_a_soft_one_before() {
    let mut registry = without_checks();
    registry.register("s", STRING);
    registry.register("s", INT);
    let subject_is_live = "Subject 's' was not deleted first before being permanently deleted";
    let version_is_live =
        |number: u32| format!("Subject 's' Version {number} was not deleted first before being permanently deleted");
    registry.delete("/subjects/s?permanent=true").fails(40405, subject_is_live);
    registry.delete("/subjects/s/versions/1?permanent=true").fails(40407, &version_is_live(1));
    registry.delete("/subjects/s/versions/latest?permanent=true").fails(40407, &version_is_live(2));
    registry.get("/subjects/s/versions").ok("[1,2]");
    registry.delete("/subjects/s/versions/1").ok("1");
    registry.delete("/subjects/s?permanent=true").fails(40405, subject_is_live);
    registry.delete("/subjects/s/versions/1?permanent=true").ok("1");
    registry.get("/subjects/s/versions?deleted=true").ok("[2]");
    registry.delete("/subjects/s/versions/1?permanent=true").fails(40402, "Version 1 not found.");
    registry.delete("/subjects/s").ok("[2]");
    registry.delete("/subjects/s?permanent=true").ok("[2]");
    registry.get("/subjects?deleted=true").ok("[]");
}

#[test]
fn s12_deleting_a_version_answers_a_number_and_a_subject_the_versions_it_took() {
    let mut registry = without_checks();
    for schema in [STRING, INT, LONG] {
        registry.register("s", schema);
    }
    registry
        .delete("/subjects/s/versions/2")
        .ok("2")
        .header_is("content-type", Some("application/vnd.schemaregistry.v1+json"));
    registry.delete("/subjects/s").ok("[1,3]");
    registry.delete("/subjects/s/versions/3?permanent=true").ok("3");
    registry.delete("/subjects/s?permanent=true").ok("[1,2]");
}

#[test]
fn s13_version_numbers_count_what_is_softly_deleted_and_ids_never_start_again() {
    let mut registry = without_checks();
    registry.register("s", STRING);
    registry.register("s", INT);
    registry.delete("/subjects/s").ok("[1,2]");
    registry.post_schema("/subjects/s/versions", LONG).ok(&registered(3, 3, LONG));
    registry.delete("/subjects/s/versions/1?permanent=true").ok("1");
    registry.delete("/subjects/s/versions/2?permanent=true").ok("2");
    // Some version is still there, so the numbers go on; the id of a content that is gone does not come back.
    registry.post_schema("/subjects/s/versions", STRING).ok(&registered(4, 4, STRING));
    registry.delete("/subjects/s").ok("[3,4]");
    registry.delete("/subjects/s?permanent=true").ok("[3,4]");
    registry.post_schema("/subjects/s/versions", STRING).ok(&registered(5, 1, STRING));
    registry.get("/schemas/ids/1").fails(40403, "Schema 1 not found");
    registry.get("/schemas/ids/5?fetchMaxId=true").ok(
        r#"{"subject":"s","version":1,"guid":"095d71cf-1255-6b9d-5e33-0ad575b3df5d","schemaType":"AVRO","schema":"\"string\"","maxId":5,"ts":0,"deleted":false}"#,
    );
}

#[test]
fn s14_a_content_that_comes_back_has_its_old_id_and_a_new_number() {
    let mut registry = without_checks();
    registry.register("s", STRING);
    registry.register("s", INT);
    registry.delete("/subjects/s/versions/1").ok("1");
    registry.post_schema("/subjects/s/versions", STRING).ok(&registered(1, 3, STRING));
    registry.get("/subjects/s/versions?deleted=true").ok("[2,3]");
    registry.get("/subjects/s/versions/1?deleted=true").fails(40402, "Version 1 not found.");
    registry.get("/schemas/ids/1/versions?deleted=true").ok(r#"[{"subject":"s","version":3}]"#);
    registry.get("/subjects/s/versions/3").ok(&version("s", 3, 1, STRING));
    // The row of another subject stays.
    registry.register("t", STRING);
    registry.delete("/subjects/t").ok("[1]");
    registry.delete("/subjects/s").ok("[2,3]");
    registry.post_schema("/subjects/s/versions", STRING).ok(&registered(1, 4, STRING));
    registry.get("/subjects/t/versions?deleted=true").ok("[1]");
    registry.get("/subjects/s/versions?deleted=true").ok("[2,4]");
}

#[test]
fn s38_a_version_that_others_refer_to_cannot_go_before_they_do() {
    let mut registry = without_checks();
    registry.register("ref", r#"{"type":"record","name":"R","fields":[]}"#);
    registry.register_with(
        "user",
        json!({"schema": r#"{"type":"record","name":"U","fields":[{"name":"r","type":"R"}]}"#,
               "references": [{"name": "R", "subject": "ref", "version": 1}]}),
    );
    let referenced = "One or more references exist to the schema {magic=1,keytype=SCHEMA,subject=ref,version=1}.";
    for target in ["/subjects/ref/versions/1", "/subjects/ref/versions/latest", "/subjects/ref"] {
        registry.delete(target).fails(42206, referenced);
    }
    registry.get("/subjects/ref/versions/1/referencedby").ok("[2]");
    // One that is softly deleted itself does not keep it from a soft delete, but from going for good.
    registry.delete("/subjects/user").ok("[1]");
    registry.get("/subjects/ref/versions/1/referencedby").ok("[]");
    registry.get("/subjects/ref/versions/1/referencedby?deleted=true").ok("[2]");
    registry.delete("/subjects/ref/versions/1").ok("1");
    registry.delete("/subjects/ref/versions/1?permanent=true").fails(42206, referenced);
    registry.delete("/subjects/ref?permanent=true").fails(42206, referenced);
    registry.delete("/subjects/user?permanent=true").ok("[1]");
    registry.delete("/subjects/ref?permanent=true").ok("[1]");
}

#[test]
fn s48_deleting_one_version_sets_its_time_and_deleting_the_subject_does_not() {
    let mut registry = without_checks();
    registry.register("s", STRING);
    registry.register("s", INT);
    let time = |registry: &mut Conversation, number: u32| -> Value {
        let read = registry.get(&format!("/subjects/s/versions/{number}?deleted=true"));
        read.json()["ts"].clone()
    };
    let registered_at = [time(&mut registry, 1), time(&mut registry, 2)];
    std::thread::sleep(std::time::Duration::from_millis(5));
    registry.delete("/subjects/s/versions/1").ok("1");
    let deleted_at = time(&mut registry, 1);
    assert!(deleted_at.as_i64() > registered_at[0].as_i64(), "{deleted_at} is the time of the delete");
    registry.delete("/subjects/s").ok("[2]");
    assert_eq!([time(&mut registry, 1), time(&mut registry, 2)], [deleted_at, registered_at[1].clone()]);
    registry.get("/subjects/s/versions/2?deleted=true").ok(&deleted(&version("s", 2, 2, INT)));
}
