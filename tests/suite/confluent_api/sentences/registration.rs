//! Registering, step by step (`rest-api` 8).

use super::super::conversation::{
    Conversation, INT, LONG, R, R_AND_OPTIONAL, R_AND_REQUIRED, Registered, STRING, registered,
};
use serde_json::{Value, json};

fn register(registry: &mut Conversation, body: Value) -> Value {
    registry.post("/subjects/s/versions", &body.to_string()).json()
}

/// 8.2: the latest with that content is answered with its time; any other makes a new version.
#[test]
fn the_version_minus_one_is_the_latest_or_a_new_one() {
    let mut registry = Conversation::new();
    register(&mut registry, json!({"schema": R}));
    // The latest has no `confluent:version`, and a missing one is no difference.
    let same = register(&mut registry, json!({"schema": R, "version": -1}));
    assert_eq!((&same["id"], &same["version"]), (&json!(1), &json!(1)), "{same}");
    assert!(same["ts"].is_i64() && same["deleted"] == false, "{same}");
    let new = register(&mut registry, json!({"schema": R_AND_OPTIONAL, "version": -1}));
    assert_eq!((&new["version"], &new["metadata"]), (&json!(2), &json!({"properties": {"confluent:version": "2"}})));
    assert!(new.get("ts").is_none(), "{new}");
    let older = register(&mut registry, json!({"schema": R, "version": -1}));
    assert_eq!(
        (&older["version"], &older["metadata"]),
        (&json!(3), &json!({"properties": {"confluent:version": "3"}}))
    );
}

/// 8: the steps in their order: name, text, mode, compatibility, number.
#[test]
fn of_several_mistakes_the_first_step_speaks() {
    let mut registry = Conversation::new();
    registry.register("s", R);
    for subject in ["__GLOBAL", "s"] {
        registry
            .post(&format!("/subjects/{subject}/versions"), "null")
            .fails(422, "register.arg5 must not be null (was null)");
    }
    registry
        .post_schema("/subjects/__GLOBAL/versions", "no schema")
        .fails(42208, "The specified subject '__GLOBAL' is not a valid.");
    let both = json!({"schema": R_AND_REQUIRED, "version": 9}).to_string();
    registry.post("/subjects/s/versions", &both).fails_beginning(409, "Schema being registered is incompatible");
    let all = json!({"schema": R_AND_REQUIRED, "version": 9, "id": 5}).to_string();
    registry.post("/subjects/s/versions", &all).fails(42205, "Subject s in context  is not in import mode");
    registry.put("/mode", r#"{"mode":"READONLY"}"#).ok(r#"{"mode":"READONLY"}"#);
    registry.post("/subjects/s/versions", &all).fails(42205, "Subject s in context  is in read-only mode");
    registry.post("/subjects/s/versions", "{}").fails(42205, "Subject s in context  is in read-only mode");
    registry
        .post_schema("/subjects/s/versions", "no schema")
        .fails_beginning(42201, "Invalid schema of type AVRO, details: ");
    registry
        .post("/subjects/s/versions", r#"{"schema":"\"int\"","schemaType":"X"}"#)
        .fails(42201, "Invalid schema type X");
}

/// 8.3: a soft-deleted row that comes back goes for good, unless some schema refers to it.
#[test]
fn a_softly_deleted_version_that_others_refer_to_stays_when_its_content_comes_back() {
    let mut registry = Conversation::new();
    registry.put("/config", r#"{"compatibility":"NONE"}"#).ok(r#"{"compatibility":"NONE"}"#);
    registry.register("s", R);
    registry.register("s", INT);
    registry.register_with(
        "user",
        json!({"schema": r#"{"type":"record","name":"U","fields":[]}"#,
               "references": [{"name": "R", "subject": "s", "version": 1}]}),
    );
    registry.delete("/subjects/user").ok("[1]");
    registry.delete("/subjects/s").ok("[1,2]");
    registry.post_schema("/subjects/s/versions", R).ok(&registered(1, 3, R));
    registry.get("/subjects/s/versions?deleted=true").ok("[1,2,3]");
    registry.post_schema("/subjects/s/versions", INT).ok(&registered(2, 4, INT));
    registry.get("/subjects/s/versions?deletedAsNegative=true").ok("[-1,3,4]");
}

/// 8.1: what the configuration gives as a default lies below the request's, what it gives as an override above.
#[test]
fn configured_metadata_lie_below_and_above_those_of_the_request() {
    let mut registry = Conversation::new();
    let config = json!({
        "defaultMetadata": {"properties": {"a": "default", "b": "default"}},
        "overrideMetadata": {"properties": {"b": "override", "c": "override"}}
    });
    assert_eq!(registry.put("/config/s", &config.to_string()).json(), config);
    let properties = |answer: Value| answer["metadata"]["properties"].clone();
    assert_eq!(
        properties(register(
            &mut registry,
            json!({"schema": R, "metadata": {"properties": {"a": "own", "b": "own", "d": "own"}}})
        )),
        json!({"a": "own", "b": "override", "c": "override", "d": "own"})
    );
    // The version before is inherited as a whole, and then merged.
    assert_eq!(
        properties(register(&mut registry, json!({"schema": R_AND_OPTIONAL}))),
        json!({"a": "own", "b": "override", "c": "override", "d": "own"})
    );
    assert_eq!(
        properties(register(&mut registry, json!({"schema": R_AND_OPTIONAL, "metadata": {}}))),
        json!({"a": "default", "b": "override", "c": "override"})
    );
}

/// 8.2: after an import, new contents get ids above the highest, and known ones the id imported last.
#[test]
fn after_an_import_a_known_content_has_the_id_that_was_imported_last() {
    let mut registry = Conversation::new();
    registry.put("/mode", r#"{"mode":"IMPORT"}"#).ok(r#"{"mode":"IMPORT"}"#);
    for (id, number) in [(30, 1), (20, 2)] {
        let body = json!({"schema": STRING, "id": id, "version": number});
        assert_eq!(registry.register_with("s", body), Registered { id, version: number });
    }
    registry.put("/mode", r#"{"mode":"READWRITE"}"#).ok(r#"{"mode":"READWRITE"}"#);
    assert_eq!(registry.register("t", STRING), Registered { id: 20, version: 1 });
    assert_eq!(registry.register("u", LONG), Registered { id: 31, version: 1 });
    // The subject's own match is its newest.
    assert_eq!(registry.register("s", STRING), Registered { id: 20, version: 2 });
    for id in [20, 30] {
        registry.get(&format!("/schemas/ids/{id}/schema")).ok(STRING);
    }
}

/// 8.2: no check of compatibility, no inheritance of metadata, the next number by default, overwriting allowed.
#[test]
fn an_import_inherits_nothing() {
    let mut registry = Conversation::new();
    registry.register_with("s", json!({"schema": R, "metadata": {"properties": {"a": "1"}}}));
    registry.put("/config/s", r#"{"defaultMetadata":{"properties":{"b":"2"}}}"#);
    registry.put("/mode/s?force=true", r#"{"mode":"IMPORT"}"#).ok(r#"{"mode":"IMPORT"}"#);
    let next = register(&mut registry, json!({"schema": R_AND_REQUIRED, "id": 9}));
    assert_eq!((&next["version"], next.get("metadata")), (&json!(2), None), "{next}");
    let same = register(&mut registry, json!({"schema": LONG, "id": 10, "version": 2}));
    assert_eq!(same["version"], 2);
    registry.get("/subjects/s/versions/2/schema").ok(LONG);
    registry.get("/subjects/s/versions").ok("[1,2]");
}

/// 8, step 4: where the configuration adds to what is sent, nothing is looked up before the mode is asked.
#[test]
fn with_configured_metadata_the_mode_speaks_first() {
    let mut registry = Conversation::new();
    registry.register("s", R);
    registry.register("t", R);
    registry.put("/config/t", r#"{"overrideMetadata":{"properties":{"a":"1"}}}"#);
    registry.put("/mode", r#"{"mode":"READONLY"}"#).ok(r#"{"mode":"READONLY"}"#);
    registry.post_schema("/subjects/s/versions", R).ok(&registered(1, 1, R));
    for schema in [R, "no schema", ""] {
        registry.post_schema("/subjects/t/versions", schema).fails(42205, "Subject t in context  is in read-only mode");
    }
}

/// 8.3 and D6: rule sets are kept here, so they are inherited, identify a schema, and are found by who sends them.
#[test]
fn a_rule_set_is_inherited_and_part_of_what_a_schema_is() {
    let mut registry = Conversation::new();
    let rules = |name: &str| json!({"domainRules": [{"name": name, "kind": "CONDITION", "mode": "WRITE", "type": "CEL", "expr": "true", "disabled": false}]});
    let first = registry.register_with("s", json!({"schema": R, "ruleSet": rules("a")}));
    assert_eq!(first, Registered { id: 1, version: 1 });
    // Without one it is inherited, and found without.
    assert_eq!(registry.register("s", R), first);
    assert_eq!(registry.post_schema("/subjects/s", R).json()["ruleSet"], rules("a"));
    assert_eq!(registry.register("s", R_AND_OPTIONAL), Registered { id: 2, version: 2 });
    assert_eq!(registry.get("/subjects/s/versions/2").json()["ruleSet"], rules("a"));
    let look_up = |registry: &mut Conversation, rule_set: Value| {
        registry.post("/subjects/s", &json!({"schema": R_AND_OPTIONAL, "ruleSet": rule_set}).to_string())
    };
    assert_eq!(look_up(&mut registry, rules("a")).json()["version"], 2);
    look_up(&mut registry, rules("b")).fails(40403, "Schema not found");
    assert_eq!(
        registry.register_with("s", json!({"schema": R, "ruleSet": rules("b")})),
        Registered { id: 3, version: 3 }
    );
    assert_eq!(registry.register("t", R), Registered { id: 4, version: 1 });
    // An empty one takes them away.
    assert_eq!(registry.register_with("s", json!({"schema": R, "ruleSet": {}})), Registered { id: 5, version: 4 });
    assert_eq!(registry.register("s", R), Registered { id: 5, version: 4 });
}

/// 8.2, and what the README says of moving from another registry: what is listed can be imported as it stands.
#[test]
fn what_one_registry_lists_another_imports() {
    let mut old = Conversation::new();
    old.put("/config", r#"{"compatibility":"NONE"}"#).ok(r#"{"compatibility":"NONE"}"#);
    old.register("filler", INT);
    for subject in ["ref", "a%2Fb", ":.c1:ref"] {
        old.register(subject, R);
    }
    old.register_with(
        "a%20user",
        json!({"schema": r#"{"type":"record","name":"U","fields":[{"name":"r","type":"R"}]}"#,
               "references": [{"name": "R", "subject": "ref", "version": 1}],
               "metadata": {"properties": {"k": "v"}}, "ruleSet": {"domainRules": [{"name": "r", "type": "CEL"}]}}),
    );
    old.register("ref", R_AND_OPTIONAL);
    old.register("filler", r#"{"type":"string","doc":"😀 é / \n"}"#);
    old.delete("/subjects/filler/versions/1").ok("1");

    let mut new = Conversation::new();
    let import = r#"{"mode":"IMPORT"}"#;
    new.put("/mode/:.__GLOBAL:", import).ok(import);
    let listed = old.get("/schemas?subjectPrefix=:*:").json();
    let mut listed = listed.as_array().expect("a list").clone();
    listed.sort_by_key(|schema| schema["id"].as_i64());
    for schema in &listed {
        let subject: String =
            schema["subject"].as_str().expect("a name").bytes().map(|byte| format!("%{byte:02X}")).collect();
        assert_eq!(new.post(&format!("/subjects/{subject}/versions"), &schema.to_string()).status(), 200, "{schema}");
    }
    new.delete("/mode/:.__GLOBAL:").ok(import);
    new.get("/schemas?subjectPrefix=:*:").ok(&old.get("/schemas?subjectPrefix=:*:").without_times());
    // The ids go on where they ended.
    for registry in [&mut old, &mut new] {
        assert_eq!(registry.register("another", LONG).id, 6);
        assert_eq!(registry.register(":.c1:another", LONG).id, 2);
    }
}
