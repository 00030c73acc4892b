//! What stands in an answer, and in which order.

use super::super::conversation::{Conversation, INT, R, STRING, found, version};
use serde_json::json;

const USER: &str = r#"{"type":"record","name":"U","fields":[{"name":"r","type":"R"}]}"#;

/// `ref` holds `R`, and `user` a schema that refers to it and has metadata.
fn with_references_and_metadata() -> Conversation {
    let mut registry = Conversation::new();
    registry.register("ref", R);
    registry.register_with(
        "user",
        json!({"schema": USER, "references": [{"name": "R", "subject": "ref", "version": 1}],
               "metadata": {"properties": {"k": "v"}}}),
    );
    registry
}

#[test]
fn s21_type_and_deleted_are_written_even_where_they_say_nothing() {
    let mut registry = Conversation::new();
    registry.register("s", STRING);
    let whole = version("s", 1, 1, STRING);
    assert!(whole.contains(r#""schemaType":"AVRO""#) && whole.ends_with(r#""ts":0,"deleted":false}"#));
    registry.get("/subjects/s/versions/1").ok(&whole);
    registry.get("/schemas").lists(std::slice::from_ref(&whole));
    let by_id = r#"{"subject":"s","version":1,"guid":"095d71cf-1255-6b9d-5e33-0ad575b3df5d","schemaType":"AVRO","schema":"\"string\"","ts":0,"deleted":false}"#;
    registry.get("/schemas/ids/1").ok(by_id);
    registry
        .get("/schemas/guids/095d71cf-1255-6b9d-5e33-0ad575b3df5d")
        .ok(&by_id.replace(r#""subject":"s","version":1,"#, ""));
    // A look-up by the very text and a registration answer without time and deletion.
    registry.post_schema("/subjects/s", STRING).ok(&found("s", 1, 1, STRING));
}

#[test]
fn s22_the_schema_stands_before_the_references_by_id_and_after_the_metadata_by_version() {
    let mut registry = with_references_and_metadata();
    let guid = registry.get("/subjects/user/versions/1").json()["guid"].as_str().expect("a guid").to_owned();
    let references = r#""references":[{"name":"R","subject":"ref","version":1}]"#;
    let metadata = r#""metadata":{"properties":{"k":"v"}}"#;
    let schema = format!(r#""schema":{}"#, serde_json::Value::from(USER));
    let head = format!(r#""guid":"{guid}","schemaType":"AVRO""#);
    let by_version = format!(
        r#"{{"subject":"user","version":1,"id":2,{head},{references},{metadata},{schema},"ts":0,"deleted":false}}"#
    );
    registry.get("/subjects/user/versions/1").ok(&by_version);
    registry.get("/subjects/user/metadata?key=k&value=v").ok(&by_version);
    registry.get("/schemas?subjectPrefix=u").lists(std::slice::from_ref(&by_version));
    let tail = format!(r#"{head},{schema},{references},{metadata},"ts":0,"deleted":false}}"#);
    registry.get("/schemas/ids/2").ok(&format!(r#"{{"subject":"user","version":1,{tail}"#));
    registry.get(&format!("/schemas/guids/{guid}")).ok(&format!("{{{tail}"));
    registry
        .post_schema("/subjects/user/versions", "")
        .ok(&format!(r#"{{"id":2,"version":1,{head},{references},{metadata},{schema}}}"#));
}

#[test]
fn s29_an_unqualified_subject_beside_an_id_is_a_hint_and_no_filter() {
    let mut registry = Conversation::new();
    registry.register("a", STRING);
    registry.register("b", STRING);
    registry.register(":.c1:c", INT);
    let text = |registry: &mut Conversation, subject: &str| {
        registry.get(&format!("/schemas/ids/1?subject={subject}")).json()["schema"].clone()
    };
    for subject in ["a", "b", "zz", ""] {
        assert_eq!(text(&mut registry, subject), STRING);
        registry.get(&format!("/schemas/ids/1/schema?subject={subject}")).ok(STRING);
        registry.get(&format!("/schemas/ids/1/subjects?subject={subject}")).ok(r#"["a","b"]"#);
        registry
            .get(&format!("/schemas/ids/1/versions?subject={subject}"))
            .ok(r#"[{"subject":"a","version":1},{"subject":"b","version":1}]"#);
    }
    assert_eq!(registry.get("/schemas/ids/1?subject=b").json()["subject"], "b");
    // Where another context has that subject with that id, it leads there; a qualified one has to.
    assert_eq!(text(&mut registry, "c"), INT);
    assert_eq!(text(&mut registry, ":.c1:c"), INT);
    assert_eq!(text(&mut registry, ":.c1:"), INT);
    registry.get("/schemas/ids/2?subject=:.c1:c").fails(40403, "Schema 2 not found");
    registry.get("/schemas/ids/1?subject=:.c2:c").fails(40403, "Schema 1 not found");
    registry.get("/schemas/ids/1/subjects?subject=:.c1:").ok(r#"[":.c1:c"]"#);
    registry.get("/schemas/ids/1/subjects?subject=:.c2:a").fails(40403, "Schema not found");
}

#[test]
fn s50_tags_are_found_by_name_or_star_and_an_unknown_format_is_ignored() {
    let mut registry = Conversation::new();
    let tagged = r#"{"type":"record","name":"T","fields":[{"name":"a","type":"string","confluent:tags":["PII"]}]}"#;
    registry.register_with("s", json!({"schema": tagged, "metadata": {"tags": {"T.a": ["OTHER"]}}}));
    registry.register("ref", R);
    registry
        .register_with("user", json!({"schema": USER, "references": [{"name": "R", "subject": "ref", "version": 1}]}));
    let found = json!([{"schemaEntity": {"entityPath": "T.a", "entityType": "sr_field"}, "tags": ["PII"]}]);
    for target in ["/schemas/ids/1", "/subjects/s/versions/1"] {
        for wanted in ["findTags=*", "findTags=PII", "findTags=X&findTags=PII"] {
            assert_eq!(registry.get(&format!("{target}?{wanted}")).json()["schemaTags"], found, "{target} {wanted}");
        }
        // Only tags of the text are searched, not those of the metadata.
        for wanted in ["findTags=OTHER", "findTags=", "findTags=pii"] {
            assert!(registry.get(&format!("{target}?{wanted}")).json().get("schemaTags").is_none(), "{wanted}");
        }
    }
    for target in ["/schemas/ids/3/schema", "/subjects/user/versions/1/schema"] {
        for unknown in ["format=x", "format=", "format=serialized", "format=logical"] {
            registry.get(&format!("{target}?{unknown}")).ok(USER);
        }
        let resolved = USER.replace(r#""type":"R""#, &format!(r#""type":{R}"#));
        for known in ["format=resolved", "format=RESOLVED"] {
            registry.get(&format!("{target}?{known}")).ok(&resolved);
        }
    }
}
