//! Inline tags over HTTP, where no recorded exchange shows what the reference's public source does (8.3.1).

use super::conversation::{Conversation, R};
use serde_json::json;

const TAGGED: &str = r#"{"type":"record","name":"R","fields":[{"name":"a","type":"string"}],"confluent:tags":["T"]}"#;

fn tag() -> String {
    json!({"tagsToAdd": [{"schemaEntity": {"entityPath": "R", "entityType": "sr_record"}, "tags": ["T"]}]}).to_string()
}

#[test]
fn a_name_that_is_not_allowed_comes_before_a_version_that_is_none_and_a_body_before_both() {
    let mut registry = Conversation::new();
    let invalid = r#"{"error_code":42208,"message":"The specified subject '__GLOBAL' is not a valid."}"#;
    registry.post("/subjects/__GLOBAL/versions/x/tags", "{}").is(422, invalid);
    registry
        .post("/subjects/__GLOBAL/versions/x/tags", "null")
        .is(422, r#"{"error_code":422,"message":"modifyTags.arg4 must not be null (was null)"}"#);
}

#[test]
fn an_alias_is_followed_and_a_context_prefix_heeded() {
    let mut registry = Conversation::new();
    registry.register(":.c:s", R);
    registry.put("/config/:.c:other", r#"{"alias":"s"}"#).status();
    for path in ["/contexts/.c/subjects/s", "/subjects/:.c:s", "/subjects/:.c:other", "/contexts/.c/subjects/other"] {
        let answer = registry.post(&format!("{path}/versions/latest/tags"), &tag()).json();
        assert_eq!(answer["schema"], TAGGED, "{path}");
    }
    registry.get("/subjects/:.c:s/versions").ok("[1,2,3,4,5]");
    registry.get("/subjects?subjectPrefix=:*:").ok(r#"[":.c:s"]"#);
}

#[test]
fn found_tags_stand_where_the_reference_puts_them() {
    let mut registry = Conversation::new();
    registry.register("s", TAGGED);
    let guid = registry.get("/schemas/ids/1").json()["guid"].as_str().unwrap().to_owned();
    let schema = json!(TAGGED);
    let tags = r#"[{"schemaEntity":{"entityPath":"R","entityType":"sr_record"},"tags":["T"]}]"#;
    registry.get("/subjects/s/versions/1?findTags=T").ok(&format!(
        r#"{{"subject":"s","version":1,"id":1,"guid":"{guid}","schemaType":"AVRO","schema":{schema},"schemaTags":{tags},"ts":0,"deleted":false}}"#
    ));
    registry.get("/schemas/ids/1?findTags=*&fetchMaxId=true").ok(&format!(
        r#"{{"subject":"s","version":1,"guid":"{guid}","schemaType":"AVRO","schema":{schema},"schemaTags":{tags},"maxId":1,"ts":0,"deleted":false}}"#
    ));
    // By guid, and for a text alone, nothing is looked for.
    assert!(registry.get(&format!("/schemas/guids/{guid}?findTags=*")).json()["schemaTags"].is_null());
    registry.get("/subjects/s/versions/1/schema?findTags=*").ok(TAGGED);
}

#[test]
fn what_is_wrong_with_an_entity_is_said_while_the_body_is_read_or_after_the_version_was_found() {
    let mut registry = Conversation::new();
    let no_path = r#"{"tagsToAdd":[{"schemaEntity":{"entityType":"sr_record"},"tags":["T"]}]}"#;
    let malformed = "Cannot construct instance of `SchemaEntity`, problem: Cannot invoke \
                     \"String.startsWith(String)\" because \"this.entityPath\" is null";
    let malformed = json!({"error_code": 400, "message": malformed});
    assert_eq!(registry.post("/subjects/s/versions/1/tags", no_path).json(), malformed);
    let incomplete = r#"{"tagsToAdd":[{"tags":["T"]}]}"#;
    registry
        .post("/subjects/s/versions/1/tags", incomplete)
        .is(404, r#"{"error_code":40401,"message":"Subject 's' not found."}"#);
    registry.register("s", R);
    for incomplete in [incomplete, r#"{"tagsToRemove":[null]}"#, &tag().replace("[\"T\"]", "[\"T\",null]")] {
        registry.post("/subjects/s/versions/1/tags", incomplete).is(
            422,
            r#"{"error_code":42201,"message":"Schema tags need a schemaEntity with an entityPath, and tags without null"}"#,
        );
    }
    // Without a type it is a field.
    let field = r#"{"tagsToAdd":[{"schemaEntity":{"entityPath":"R.a"},"tags":["T",1]}]}"#;
    let answer = registry.post("/subjects/s/versions/1/tags", field).json();
    assert_eq!(answer["schema"], R.replace("\"string\"", "\"string\",\"confluent:tags\":[\"T\",\"1\"]"));
    let odd = R.replace("]}", "],\"confluent:tags\":\"T\"}");
    registry.register("odd", &odd);
    registry
        .post("/subjects/odd/versions/1/tags", &tag())
        .is(422, r#"{"error_code":42201,"message":"The confluent:tags of 'R' are no array"}"#);
}

/// As the original's JSON library reads enumerations: by name with blanks around it, or by number.
#[test]
fn a_type_of_entity_is_read_as_enumerations_are() {
    let mut registry = Conversation::new();
    registry.register("s", R);
    let with = |entity_type: &str| tag().replace("\"sr_record\"", entity_type);
    for entity_type in ["\" sr_record \"", "0", "\"0\""] {
        assert_eq!(registry.post("/subjects/s/versions/1/tags", &with(entity_type)).json()["schema"], TAGGED);
    }
    let weird = "Cannot deserialize value of type `EntityType` from";
    let unknown = "not one of the values accepted for Enum class: [sr_record, sr_field]";
    for (entity_type, message) in [
        ("\"\"", "Cannot coerce empty String (\"\") to `EntityType` value (but could if coercion was enabled using `CoercionConfig`)".to_owned()),
        ("2", format!("{weird} number 2: index value outside legal index range [0..1]")),
        ("\"00\"", format!("{weird} String \"00\": {unknown}")),
        ("\" SR_FIELD\"", format!("{weird} String \"SR_FIELD\": {unknown}")),
        ("true", format!("{weird} Boolean value (token `JsonToken.VALUE_TRUE`)")),
    ] {
        let answer = registry.post("/subjects/s/versions/1/tags", &with(entity_type));
        assert_eq!(answer.json(), json!({"error_code": 400, "message": message}), "{entity_type}");
    }
}

#[test]
fn rules_given_beside_changes_to_them_are_42210_where_rule_sets_are_kept() {
    let body = r#"{"ruleSet":{"domainRules":[]},"rulesToRemove":["r"]}"#;
    let mut registry = Conversation::new();
    registry.register("s", R);
    registry.post("/subjects/s/versions/1/tags", body).is(
        422,
        r#"{"error_code":42210,"message":"ruleSet should be omitted if specifying rulesToMerge or rulesToRemove"}"#,
    );
    let merge = r#"{"rulesToMerge":{"domainRules":[{"name":"r","type":"CEL"}]}}"#;
    let answer = registry.post("/subjects/s/versions/1/tags", merge).json();
    let stored = registry.get("/subjects/s/versions/2").json();
    assert_eq!((&answer["ruleSet"], &answer["guid"]), (&stored["ruleSet"], &stored["guid"]));
    assert_eq!(answer["ruleSet"]["domainRules"][0]["name"], "r");

    let mut registry = Conversation::as_recorded();
    registry.register("s", R);
    assert_eq!(registry.post("/subjects/s/versions/1/tags", body).json()["version"], 2);
    registry
        .post("/subjects/s/versions/1/tags", r#"{"rulesToMerge":{"domainRules":[{"type":"CEL"}]}}"#)
        .is(422, r#"{"error_code":42210,"message":"Missing rule name"}"#);
}
