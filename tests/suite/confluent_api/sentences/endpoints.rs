//! Listings, ids, look-ups and deletes (`rest-api` 5).

use super::super::conversation::{
    Conversation, INT, LONG, R, R_AND_OPTIONAL, R_AND_REQUIRED, STRING, deleted, found, version,
};
use serde_json::json;

/// Lets any schema follow any other.
fn without_checks() -> Conversation {
    let mut registry = Conversation::new();
    registry.put("/config", r#"{"compatibility":"NONE"}"#).ok(r#"{"compatibility":"NONE"}"#);
    registry
}

/// 5.2: default and maximum are 1000; what is larger falls back to the default.
#[test]
fn a_page_of_schemas_holds_a_thousand_and_one_of_subjects_all() {
    let mut registry = Conversation::new();
    for number in 0..1001 {
        registry.register(&format!("s{number:04}"), STRING);
    }
    for asked in ["", "?limit=1000", "?limit=1001", "?limit=5000", "?limit=0", "?limit=-1", "?limit="] {
        let page = registry.get(&format!("/schemas{asked}")).json();
        let page = page.as_array().expect("a list");
        assert_eq!(page.len(), 1000, "{asked}");
        assert_eq!(page[999]["subject"], "s0999");
    }
    registry.get("/schemas?offset=1000").lists(&[version("s1000", 1, 1, STRING)]);
    registry.get("/schemas?offset=999&limit=1").lists(&[version("s0999", 1, 1, STRING)]);
    registry.get("/schemas?offset=1001").ok("[]");
    for target in ["/subjects", "/schemas/ids/1/subjects", "/schemas/ids/1/versions", "/subjects?limit=5000"] {
        assert_eq!(registry.get(target).json().as_array().map(Vec::len), Some(1001), "{target}");
    }
}

/// 5.2 and 5.5: the order is that of UTF-16 code units of the printed name.
#[test]
fn names_are_listed_in_the_order_of_their_code_units() {
    let mut registry = Conversation::new();
    let names = ["0", ":.c1:x", ":ctx:n", "A", "a", "a-b", "a.b", "~", "é", "😀", "\u{ff21}"];
    let escaped = |name: &str| -> String {
        name.bytes()
            .map(|byte| if byte.is_ascii() { char::from(byte).to_string() } else { format!("%{byte:02X}") })
            .collect()
    };
    for name in names.iter().rev() {
        registry.register(&escaped(name), STRING);
    }
    let listed: Vec<String> = serde_json::from_value(registry.get("/subjects").json()).unwrap();
    assert_eq!(listed, names);
    let schemas = registry.get("/schemas?subjectPrefix=:*:").json();
    let listed: Vec<&str> = schemas.as_array().unwrap().iter().map(|item| item["subject"].as_str().unwrap()).collect();
    assert_eq!(listed, names);
}

/// 5.2: `latestOnly` respects `deleted`.
#[test]
fn the_latest_of_each_subject_is_the_newest_that_is_asked_for() {
    let mut registry = without_checks();
    for schema in [STRING, INT] {
        registry.register("s", schema);
        registry.register("t", schema);
    }
    registry.delete("/subjects/s/versions/2").ok("2");
    registry.delete("/subjects/t").ok("[1,2]");
    let [s1, s2, t2] = [version("s", 1, 1, STRING), version("s", 2, 2, INT), version("t", 2, 2, INT)];
    registry.get("/schemas?latestOnly=true").lists(&[s1]);
    registry.get("/schemas?latestOnly=true&deleted=true").lists(&[deleted(&s2), deleted(&t2)]);
    registry.get("/schemas?latestOnly=true&deleted=true&offset=1&limit=1").lists(&[deleted(&t2)]);
}

/// 5.3: the highest id of the context in which the id is looked up.
#[test]
fn the_highest_id_is_that_of_the_context_and_counts_what_was_deleted() {
    let mut registry = without_checks();
    registry.register("s", STRING);
    registry.register("s", INT);
    registry.register(":.c1:s", STRING);
    for (subject, highest) in [("", 2), ("s", 2), ("zz", 2), (":.c1:", 1), (":.c1:s", 1)] {
        let answer = registry.get(&format!("/schemas/ids/1?fetchMaxId=true&subject={subject}")).json();
        assert_eq!(answer["maxId"], highest, "{subject:?}: {answer}");
    }
    registry.delete("/subjects/s/versions/2").ok("2");
    assert_eq!(registry.get("/schemas/ids/1?fetchMaxId=true").json()["maxId"], 2);
    registry.delete("/subjects/s/versions/2?permanent=true").ok("2");
    assert_eq!(registry.get("/schemas/ids/1?fetchMaxId=true").json()["maxId"], 2);
    assert!(registry.get("/schemas/ids/1?fetchMaxId=1").json().get("maxId").is_none());
}

/// 5.5: null body 422, schema invalid 42201, subject missing 40401, no match 40403.
#[test]
fn a_look_up_minds_body_schema_subject_and_match_in_this_order() {
    let mut registry = Conversation::new();
    registry.register("s", R);
    for subject in ["missing", "s"] {
        let target = format!("/subjects/{subject}");
        for body in ["", "null", "  "] {
            registry.post(&target, body).fails(422, "lookUpSchemaUnderSubject.arg5 must not be null (was null)");
        }
        registry.post_schema(&target, "no schema").fails_beginning(42201, "Invalid schema of type AVRO, details: ");
        registry.post(&target, r#"{"schema":"\"int\"","schemaType":"X"}"#).fails(42201, "Invalid schema type X");
    }
    for body in [r#"{"schema":"\"int\""}"#, "{}"] {
        registry.post("/subjects/missing", body).fails(40401, "Subject 'missing' not found.");
        registry.post("/subjects/s", body).fails(40403, "Schema not found");
    }
    registry.delete("/subjects/s").ok("[1]");
    registry.post_schema("/subjects/s", R).fails(40401, "Subject 's' not found.");
    registry.post_schema("/subjects/s?deleted=true", INT).fails(40403, "Schema not found");
}

/// 5.5: time and deletion are told where the match was found by structure, and not where by the very content.
#[test]
fn a_look_up_tells_the_time_of_what_it_found_by_structure() {
    let mut registry = Conversation::new();
    let text = |attributes: &str| format!(r#"{{"type":"fixed","name":"F","size":1,{attributes}}}"#);
    let (kept, other) = (text(r#""z":1,"b":2"#), text(r#""b":2,"z":1"#));
    registry.register("s", &kept);
    let exact = registry.post_schema("/subjects/s", &kept).json();
    assert!(exact.get("ts").is_none() && exact.get("deleted").is_none(), "{exact}");
    let similar = registry.post_schema("/subjects/s", &other).json();
    assert!(similar["ts"].is_i64() && similar["deleted"] == false, "{similar}");
    assert_eq!((&similar["schema"], &similar["id"]), (&json!(kept), &json!(1)));
}

/// 5.5: the newest version that matches.
#[test]
fn of_several_versions_with_one_content_a_look_up_shows_the_newest() {
    let mut registry = Conversation::new();
    registry.put("/mode", r#"{"mode":"IMPORT"}"#).ok(r#"{"mode":"IMPORT"}"#);
    for (number, schema) in [(1, STRING), (2, INT), (3, STRING)] {
        let body = json!({"schema": schema, "id": if schema == INT { 2 } else { 1 }, "version": number});
        registry.register_with("s", body);
    }
    registry.put("/mode", r#"{"mode":"READWRITE"}"#).ok(r#"{"mode":"READWRITE"}"#);
    registry.post_schema("/subjects/s", STRING).ok(&found("s", 3, 1, STRING));
    registry.delete("/subjects/s/versions/3").ok("3");
    // The content itself leads to version 3; version 1 is found by its structure.
    registry.post_schema("/subjects/s", STRING).ok(&version("s", 1, 1, STRING));
    registry.post_schema("/subjects/s?deleted=true", STRING).ok(&found("s", 3, 1, STRING));
}

/// 5.5: subject unknown 40401, all versions softly deleted 40404, read-only 42205, references 42206, not softly
/// deleted 40405.
#[test]
fn deleting_a_subject_minds_existence_mode_and_references_in_this_order() {
    let mut registry = Conversation::new();
    registry.register("gone", STRING);
    registry.delete("/subjects/gone").ok("[1]");
    registry.register("ref", r#"{"type":"record","name":"R","fields":[]}"#);
    registry.register_with(
        "user",
        json!({"schema": r#"{"type":"record","name":"U","fields":[]}"#,
               "references": [{"name": "R", "subject": "ref", "version": 1}]}),
    );
    let referenced = "One or more references exist to the schema {magic=1,keytype=SCHEMA,subject=ref,version=1}.";
    registry.delete("/subjects/ref?permanent=true").fails(42206, referenced);
    registry.put("/mode", r#"{"mode":"READONLY"}"#).ok(r#"{"mode":"READONLY"}"#);
    registry.delete("/subjects/missing").fails(40401, "Subject 'missing' not found.");
    registry.delete("/subjects/missing?permanent=true").fails(40401, "Subject 'missing' not found.");
    registry
        .delete("/subjects/gone")
        .fails(40404, "Subject 'gone' was soft deleted.Set permanent=true to delete permanently");
    registry.delete("/subjects/gone?permanent=true").fails(42205, "Subject gone in context  is in read-only mode");
    for permanent in ["", "?permanent=true"] {
        registry
            .delete(&format!("/subjects/ref{permanent}"))
            .fails(42205, "Subject ref in context  is in read-only mode");
        registry
            .delete(&format!("/subjects/user{permanent}"))
            .fails(42205, "Subject user in context  is in read-only mode");
    }
}

/// 5.6: 42202, 40406, 40401 or 40402, 42205, 42206, 40407.
#[test]
fn deleting_a_version_minds_number_existence_mode_and_references_in_this_order() {
    let mut registry = without_checks();
    registry.register("s", STRING);
    registry.register("s", INT);
    registry.delete("/subjects/s/versions/1").ok("1");
    registry.register("ref", r#"{"type":"record","name":"R","fields":[]}"#);
    registry.register_with(
        "user",
        json!({"schema": r#"{"type":"record","name":"U","fields":[]}"#,
               "references": [{"name": "R", "subject": "ref", "version": 1}]}),
    );
    let referenced = "One or more references exist to the schema {magic=1,keytype=SCHEMA,subject=ref,version=1}.";
    registry.delete("/subjects/ref/versions/1?permanent=true").fails(42206, referenced);
    registry.put("/mode", r#"{"mode":"READONLY"}"#).ok(r#"{"mode":"READONLY"}"#);
    registry.delete("/subjects/s/versions/0").fails_beginning(42202, "The specified version '0' is not a valid");
    registry
        .delete("/subjects/s/versions/1")
        .fails(40406, "Subject 's' Version 1 was soft deleted.Set permanent=true to delete permanently");
    registry.delete("/subjects/s/versions/3").fails(40402, "Version 3 not found.");
    registry.delete("/subjects/missing/versions/1").fails(40401, "Subject 'missing' not found.");
    for target in ["s/versions/1?permanent=true", "s/versions/2", "s/versions/latest?permanent=true"] {
        registry.delete(&format!("/subjects/{target}")).fails(42205, "Subject s in context  is in read-only mode");
    }
    registry.delete("/subjects/ref/versions/1").fails(42205, "Subject ref in context  is in read-only mode");
}

/// 5.5: pairs by position, the newest that has them all; without pairs the newest that has metadata at all.
#[test]
fn metadata_are_searched_from_the_newest_version_on() {
    let mut registry = without_checks();
    let register = |registry: &mut Conversation, schema: &str, properties: serde_json::Value| {
        registry.register_with("s", json!({"schema": schema, "metadata": {"properties": properties}}));
    };
    register(&mut registry, STRING, json!({"a": "1", "b": "2"}));
    register(&mut registry, INT, json!({"a": "1"}));
    register(&mut registry, LONG, json!({"a": "2", "b": "2"}));
    let mut version_with =
        |query: &str| registry.get(&format!("/subjects/s/metadata{query}")).json()["version"].clone();
    assert_eq!(version_with("?key=a&value=1"), 2);
    assert_eq!(version_with("?key=b&value=2"), 3);
    assert_eq!(version_with("?key=a&value=1&key=b&value=2"), 1);
    assert_eq!(version_with("?key=b&key=a&value=2&value=1"), 1);
    assert_eq!(version_with("?value=1&value=2&key=a&key=b"), 1);
    assert_eq!(version_with(""), 3);
    registry.get("/subjects/s/metadata?key=a&value=2&key=b&value=1").fails(40403, "Schema not found");
    registry.get("/subjects/missing/metadata").fails(40401, "Subject 'missing' not found.");
}

/// 5.6: all versions, those that are deleted as negative numbers in place, beats the other flags; whether the subject
/// is there is asked with `deleted` and `deletedOnly` alone.
#[test]
fn deleted_versions_may_be_listed_as_negative_numbers() {
    let mut registry = without_checks();
    for schema in [STRING, INT, LONG] {
        registry.register("s", schema);
    }
    registry.delete("/subjects/s/versions/2").ok("2");
    for others in ["", "&deleted=true", "&deletedOnly=true", "&deleted=true&deletedOnly=true"] {
        registry.get(&format!("/subjects/s/versions?deletedAsNegative=true{others}")).ok("[1,-2,3]");
    }
    registry.get("/subjects/s/versions?deletedAsNegative=true&offset=1&limit=1").ok("[-2]");
    registry.get("/subjects/s/versions?deletedOnly=true").ok("[2]");
    registry.get("/subjects/s/versions?deletedOnly=true&deleted=true").ok("[2]");
    registry.delete("/subjects/s").ok("[1,3]");
    registry.get("/subjects/s/versions?deletedAsNegative=true").fails(40401, "Subject 's' not found.");
    registry.get("/subjects/s/versions?deletedAsNegative=true&deleted=true").ok("[-1,-2,-3]");
    registry.get("/subjects/s/versions?deletedAsNegative=true&deletedOnly=true").ok("[-1,-2,-3]");
    registry.get("/subjects/s/versions?deletedOnly=true").ok("[1,2,3]");
}

/// 5.6: the version is resolved with what is softly deleted; `deleted` adds soft-deleted referrers.
#[test]
fn who_refers_to_a_version_can_be_asked_of_a_deleted_one() {
    let mut registry = Conversation::new();
    registry.register("s", STRING);
    registry.delete("/subjects/s").ok("[1]");
    registry.get("/subjects/s/versions/1/referencedby").ok("[]");
    registry.get("/subjects/s/versions/1/referencedby?deleted=true").ok("[]");
    registry.get("/subjects/s/versions/2/referencedby").fails(40402, "Version 2 not found.");
    registry.get("/subjects/s/versions/latest/referencedby").fails(40402, "Version -1 not found.");
    registry.get("/subjects/s/versions/latest/referencedby?deleted=true").fails(40402, "Version -1 not found.");
    registry.get("/subjects/missing/versions/1/referencedby").fails(40401, "Subject 'missing' not found.");
    registry.delete("/subjects/s?permanent=true").ok("[1]");
    registry.get("/subjects/s/versions/1/referencedby").fails(40401, "Subject 's' not found.");
}

/// 5.3 and 5.5: a qualified subject that does not hold the id is 40403; everything softly deleted is an empty list.
#[test]
fn the_uses_of_an_id_are_those_of_one_context() {
    let mut registry = Conversation::new();
    registry.register("a", R);
    registry.register(":.c1:a", R_AND_OPTIONAL);
    registry.register(":.c1:b", R_AND_REQUIRED);
    registry.get("/schemas/ids/2/versions").fails(40403, "Schema not found");
    registry.get("/schemas/ids/2/versions?subject=:.c1:").ok(r#"[{"subject":":.c1:b","version":1}]"#);
    registry.get("/contexts/c1/schemas/ids/1/subjects").ok(r#"[":.c1:a"]"#);
    registry.get("/contexts/c1/schemas/ids/1/subjects?subject=b").fails(40403, "Schema not found");
    registry.delete("/subjects/a").ok("[1]");
    registry.get("/schemas/ids/1/subjects").ok("[]");
    registry.get("/schemas/ids/1/versions").ok("[]");
    registry.get("/schemas/ids/1/versions?deleted=true").ok(r#"[{"subject":"a","version":1}]"#);
    assert_eq!(registry.get("/schemas/ids/1").json()["deleted"], true);
}

/// 5.2: the prefixes, as for subjects.
#[test]
fn schemas_are_listed_by_the_same_prefixes_as_subjects() {
    let mut registry = Conversation::new();
    for subject in ["ab", "b", ":.c1:ab", ":.c1:b", ":.c2:a"] {
        registry.register(subject, STRING);
    }
    for (prefix, expected) in [
        ("", vec!["ab", "b"]),
        ("a", vec!["ab"]),
        (":.c1:", vec![":.c1:ab", ":.c1:b"]),
        (":.c1:a", vec![":.c1:ab"]),
        (":.c3:", vec![]),
        (":*:", vec![":.c1:ab", ":.c1:b", ":.c2:a", "ab", "b"]),
        (":*:a", vec![":.c1:ab", ":.c2:a", "ab"]),
        (":.c", vec![":.c1:ab", ":.c1:b", ":.c2:a"]),
        (":.", vec![":.c1:ab", ":.c1:b", ":.c2:a", "ab", "b"]),
        (":", vec![]),
        (":.:", vec!["ab", "b"]),
        (":.:a", vec!["ab"]),
        (":*", vec![]),
        ("*", vec![]),
    ] {
        let schemas = registry.get(&format!("/schemas?subjectPrefix={prefix}")).json();
        let subjects = registry.get(&format!("/subjects?subjectPrefix={prefix}")).json();
        let of_schemas: Vec<&str> =
            schemas.as_array().unwrap().iter().map(|item| item["subject"].as_str().unwrap()).collect();
        assert_eq!(subjects, json!(of_schemas), "{prefix}");
        assert_eq!(of_schemas, expected, "{prefix}");
    }
}

/// 5.5: the configuration may say that forms are compared normalized.
#[test]
fn a_look_up_normalizes_where_the_request_or_the_configuration_says_so() {
    let mut registry = Conversation::new();
    let text =
        |order: &str| format!(r#"{{"type":"record","name":"R","fields":[{{"name":"a","type":"int",{order}}}]}}"#);
    let (sent, normalized) = (text(r#""z":1,"b":2"#), text(r#""b":2,"z":1"#));
    registry.post_schema("/subjects/s/versions?normalize=true", &sent);
    assert_eq!(registry.get("/subjects/s/versions/1").json()["schema"], json!(normalized));
    assert_eq!(registry.post_schema("/subjects/s?normalize=true", &sent).json()["version"], 1);
    registry.put("/config/s", r#"{"normalize":true}"#);
    let found = registry.post_schema("/subjects/s", &sent).json();
    assert_eq!(found["version"], 1);
    assert!(found.get("ts").is_none(), "the normalized text is the very content: {found}");
    assert_eq!(registry.register("s", &sent).version, 1);
}
