//! Keys, their order and what is left out (`rest-api` 1.2 and 6).

use super::super::conversation::{Conversation, R, STRING, registered};
use serde_json::json;

/// 6: null, empty texts, lists and maps are left out, an empty object that was given is kept.
#[test]
fn what_is_empty_is_left_out_and_an_empty_object_kept() {
    let mut registry = Conversation::new();
    registry
        .post(
            "/subjects/s/versions",
            r#"{"schema":"\"string\"","references":[],"metadata":{"tags":{},"properties":{},"sensitive":[]}}"#,
        )
        .without_guid_is(r#"{"id":1,"version":1,"schemaType":"AVRO","metadata":{},"schema":"\"string\""}"#);
    registry
        .post("/subjects/t/versions", r#"{"schema":"\"string\"","references":null,"metadata":null,"ruleSet":null}"#)
        .ok(&registered(2, 1, STRING));
}

/// 1.2: what counts for what.
#[test]
fn numbers_texts_and_truths_are_taken_for_each_other_as_far_as_the_original_does() {
    let mut registry = Conversation::new();
    for (sent, kept) in
        [("1.9", 1), ("\"1\"", 1), ("\" 1 \"", 1), ("\"\"", 1), ("\"  \"", 1), ("null", 1), ("0", 1), ("NaN", 1)]
    {
        let subject = format!("s{}", sent.bytes().map(|byte| format!("{byte:02x}")).collect::<String>());
        let answer = registry
            .post(&format!("/subjects/{subject}/versions"), &format!(r#"{{"schema":"\"string\"","version":{sent}}}"#))
            .json();
        assert_eq!(answer["version"], kept, "{sent}: {answer}");
    }
    for (sent, message) in [
        (
            "\"1.0\"",
            "Cannot deserialize value of type `Integer` from String \"1.0\": not a valid `java.lang.Integer` value",
        ),
        (
            "\"abc\"",
            "Cannot deserialize value of type `Integer` from String \"abc\": not a valid `java.lang.Integer` value",
        ),
        ("[1]", "Cannot deserialize value of type `Integer` from Array value (token `JsonToken.START_ARRAY`)"),
        ("{}", "Cannot deserialize value of type `Integer` from Object value (token `JsonToken.START_OBJECT`)"),
        ("99999999999", "Numeric value (99999999999) out of range of int (-2147483648 - 2147483647)"),
    ] {
        registry
            .post("/subjects/s/versions", &format!(r#"{{"schema":"\"string\"","version":{sent}}}"#))
            .fails(400, message);
    }
    for (sent, kept) in [("1", "true"), ("0", "false"), ("-7", "true"), ("\"TRUE\"", "true"), ("\"false\"", "false")] {
        registry.put("/config/s", &format!(r#"{{"normalize":{sent}}}"#)).ok(&format!(r#"{{"normalize":{kept}}}"#));
    }
    registry.put("/config/s", r#"{"normalize":""}"#).ok("{}");
    registry.put("/config/s", r#"{"normalize":1.0}"#).fails(
        400,
        "Cannot deserialize value of type `Boolean` from Floating-point value (token `JsonToken.VALUE_NUMBER_FLOAT`)",
    );
    registry.put("/config/s", r#"{"normalize":"maybe"}"#).fails(
        400,
        "Cannot deserialize value of type `Boolean` from String \"maybe\": only \"true\" or \"false\" recognized",
    );
    let numbers = registry
        .register_with("m", json!({"schema": STRING, "metadata": {"properties": {"a": 1, "b": true, "c": 1.5}}}));
    assert_eq!(
        registry.get(&format!("/subjects/m/versions/{}", numbers.version)).json()["metadata"]["properties"],
        json!({"a": "1", "b": "true", "c": "1.5"})
    );
    registry
        .post("/subjects/m/versions", r#"{"schema":123}"#)
        .fails_beginning(42201, "Invalid schema of type AVRO, details: ");
    // Unknown keys are ignored at every level, and of a key that comes twice the last is taken.
    registry
        .post(
            "/subjects/d/versions",
            r#"{"schema":"no schema","x":{"y":[1]},"schema":"\"string\"","metadata":{"z":1}}"#,
        )
        .without_guid_is(r#"{"id":4,"version":1,"schemaType":"AVRO","metadata":{},"schema":"\"string\""}"#);
}

/// 1.2: characters above U+FFFF are written as two escapes, all others as they are, in raw texts all of them.
#[test]
fn characters_beyond_the_first_plane_are_escaped_in_json_and_stand_raw_in_texts() {
    let mut registry = Conversation::new();
    let text = r#"{"type":"record","name":"R","doc":"é/\u0001😀","fields":[]}"#;
    registry.register("s", text);
    let body = registry.get("/schemas/ids/1").text();
    assert!(body.contains(r#"é/\\u0001\uD83D\uDE00"#), "{body}");
    let raw = registry.get("/schemas/ids/1/schema").text();
    assert!(raw.contains("é/\\u0001😀"), "{raw}");
}

/// 6.2: the order of the keys, with the highest id before the time.
#[test]
fn an_answer_by_id_has_its_keys_in_order() {
    let mut registry = Conversation::new();
    registry.register_with("ref", json!({"schema": R}));
    registry.register_with(
        "s",
        json!({"schema": r#"{"type":"record","name":"U","fields":[{"name":"r","type":"R"}]}"#,
               "references": [{"version": 1, "subject": "ref", "name": "R"}],
               "metadata": {"sensitive": ["b", "a"], "properties": {"b": "2", "a": "1"}, "tags": {"z": ["q", "p"], "a": ["x"]}},
               "ruleSet": {"encodingRules": [], "domainRules": [{"disabled": true, "onFailure": "f", "onSuccess": "s",
                   "expr": "e", "params": {"b": "1", "a": "2"}, "tags": ["t2", "t1"], "type": "CEL", "mode": "READ",
                   "kind": "CONDITION", "doc": "d", "name": "n"}]}}),
    );
    let metadata =
        r#""metadata":{"tags":{"a":["x"],"z":["p","q"]},"properties":{"a":"1","b":"2"},"sensitive":["a","b"]}"#;
    let rules = r#""ruleSet":{"domainRules":[{"name":"n","doc":"d","kind":"CONDITION","mode":"READ","type":"CEL","tags":["t1","t2"],"params":{"a":"2","b":"1"},"expr":"e","onSuccess":"s","onFailure":"f","disabled":true}]}"#;
    let references = r#""references":[{"name":"R","subject":"ref","version":1}]"#;
    let schema = r#""schema":"{\"type\":\"record\",\"name\":\"U\",\"fields\":[{\"name\":\"r\",\"type\":\"R\"}]}""#;
    registry.get("/schemas/ids/2?fetchMaxId=true").without_guid_is(&format!(
        r#"{{"subject":"s","version":1,"schemaType":"AVRO",{schema},{references},{metadata},{rules},"maxId":2,"ts":0,"deleted":false}}"#
    ));
    registry.get("/subjects/s/versions/1").without_guid_is(&format!(
        r#"{{"subject":"s","version":1,"id":2,"schemaType":"AVRO",{references},{metadata},{schema},"ts":0,"deleted":false,{rules}}}"#
    ));
}
