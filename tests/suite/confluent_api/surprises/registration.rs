//! What counts as known, what is inherited, and what of a request is heeded.

use super::super::conversation::{
    Conversation, INT, R, R_AND_OPTIONAL, R_AND_REQUIRED, Registered, STRING, found, registered, version,
};
use serde_json::json;

const NOT_NEXT: &str = "Version is not one more than previous version";

#[test]
fn s15_registering_what_is_there_again_is_idempotent_in_every_mode_but_not_with_a_version() {
    let mut registry = Conversation::new();
    registry.register("s", STRING);
    for mode in ["READWRITE", "READONLY", "READONLY_OVERRIDE", "IMPORT"] {
        registry.put("/mode?force=true", &format!(r#"{{"mode":"{mode}"}}"#)).ok(&format!(r#"{{"mode":"{mode}"}}"#));
        registry.post_schema("/subjects/s/versions", STRING).ok(&registered(1, 1, STRING));
        registry.post_schema("/subjects/s/versions", r#" { "type" : "string" } "#).ok(&registered(1, 1, STRING));
        registry
            .post("/subjects/s/versions", r#"{"schema":"\"string\"","id":1,"version":1}"#)
            .ok(&registered(1, 1, STRING));
        // The text is looked at before the mode is.
        registry
            .post_schema("/subjects/s/versions", "no schema")
            .fails_beginning(42201, "Invalid schema of type AVRO, details: Invalid schema {subject=s,version=null,");
    }
    registry.put("/mode", r#"{"mode":"READONLY"}"#).ok(r#"{"mode":"READONLY"}"#);
    registry.post_schema("/subjects/s/versions", INT).fails(42205, "Subject s in context  is in read-only mode");
    registry
        .post("/subjects/s/versions", r#"{"schema":"\"string\"","version":1}"#)
        .fails(42205, "Subject s in context  is in read-only mode");
    registry.put("/mode", r#"{"mode":"READWRITE"}"#).ok(r#"{"mode":"READWRITE"}"#);
    registry.post("/subjects/s/versions", r#"{"schema":"\"string\"","version":1}"#).fails(42201, NOT_NEXT);
    registry.get("/subjects/s/versions").ok("[1]");
}

#[test]
fn s16_an_empty_text_registers_the_latest_again_where_there_is_one() {
    let mut registry = Conversation::new();
    let empty = [r#"{"schema":""}"#, "{}", r#"{"schema":" \n"}"#, r#"{"schema":null}"#];
    for body in empty {
        registry.post("/subjects/s/versions", body).fails(42201, "Empty schema");
    }
    registry.register("s", R);
    registry.register("s", R_AND_OPTIONAL);
    for body in empty {
        registry.post("/subjects/s/versions", body).ok(&registered(2, 2, R_AND_OPTIONAL));
    }
    // Type and references come from there as well, whatever the request says.
    registry
        .post("/subjects/s/versions", r#"{"schemaType":"BAD","references":[{"name":"x","subject":"y","version":1}]}"#)
        .ok(&registered(2, 2, R_AND_OPTIONAL));
    registry.post("/subjects/s", "{}").fails(40403, "Schema not found");
    registry.delete("/subjects/s").ok("[1,2]");
    registry.post("/subjects/s/versions", "{}").fails(42201, "Empty schema");
}

#[test]
fn s17_one_text_has_one_id_in_a_context_and_each_context_counts_by_itself() {
    let mut registry = Conversation::new();
    assert_eq!(registry.register("filler", INT), Registered { id: 1, version: 1 });
    assert_eq!(registry.register("a", STRING), Registered { id: 2, version: 1 });
    assert_eq!(registry.register("b", STRING), Registered { id: 2, version: 1 });
    assert_eq!(registry.register(":.c1:a", STRING), Registered { id: 1, version: 1 });
    assert_eq!(registry.register(":.c1:b", INT), Registered { id: 2, version: 1 });
    registry.get("/schemas/ids/1?subject=:.c1:").ok(
        r#"{"subject":":.c1:a","version":1,"guid":"095d71cf-1255-6b9d-5e33-0ad575b3df5d","schemaType":"AVRO","schema":"\"string\"","ts":0,"deleted":false}"#,
    );
    registry
        .get("/schemas/guids/095d71cf-1255-6b9d-5e33-0ad575b3df5d/ids")
        .ok(r#"[{"context":".","id":2},{"context":".c1","id":1}]"#);
}

#[test]
fn s18_a_text_of_another_type_is_not_known_whatever_its_fingerprint() {
    let mut registry = Conversation::new();
    registry.register("s", STRING);
    // quirks.md: Other schema types are not known
    for subject in ["s", "other"] {
        for kind in ["JSON", "PROTOBUF", "avro", "X", ""] {
            let body = json!({"schemaType": kind, "schema": STRING}).to_string();
            let message = format!("Invalid schema type {kind}");
            registry.post(&format!("/subjects/{subject}/versions"), &body).fails(42201, &message);
            registry.post(&format!("/subjects/{subject}"), &body).fails(42201, &message);
        }
    }
    registry
        .post("/subjects/s/versions", r#"{"schemaType":"AVRO","schema":"\"string\""}"#)
        .ok(&registered(1, 1, STRING));
    registry.get("/subjects").ok(r#"["s"]"#);
}

#[test]
fn s19_metadata_are_inherited_from_the_version_before() {
    let mut registry = Conversation::new();
    let metadata = json!({"properties": {"owner": "orders"}});
    let inherited = |id: u32, number: u32, schema: &str| json!({"id": id, "version": number, "schemaType": "AVRO", "metadata": metadata, "schema": schema});
    let first = registry.register_with("s", json!({"schema": R, "metadata": metadata}));
    assert_eq!(first, Registered { id: 1, version: 1 });
    for (schema, id, number) in [(R, 1, 1), (R_AND_OPTIONAL, 2, 2), (R, 1, 1)] {
        let answer = registry.post_schema("/subjects/s/versions", schema).without_guid();
        assert_eq!(answer, inherited(id, number, schema));
        // A look-up that knows nothing of metadata finds it, too.
        let looked_up = registry.post_schema("/subjects/s", schema).json();
        assert_eq!((&looked_up["version"], &looked_up["metadata"]), (&json!(number), &metadata));
    }
    // Whoever wants none says so, and that is inherited as well.
    let none = registry.register_with("s", json!({"schema": R, "metadata": {}}));
    assert_eq!(none, Registered { id: 3, version: 3 });
    assert_eq!(registry.register("s", R), none);
    registry
        .post("/subjects/s", &json!({"schema": R, "metadata": {"properties": {"owner": "nobody"}}}).to_string())
        .fails(40403, "Schema not found");
    // Another subject inherits nothing.
    registry.post_schema("/subjects/t/versions", R).ok(&registered(4, 1, R));
}

#[test]
fn s46_a_look_up_ignores_id_and_version_and_a_registration_does_not() {
    let mut registry = Conversation::new();
    registry.register("s", R);
    registry.register("s", R_AND_OPTIONAL);
    for (id, number) in [(1, 1), (99, 7), (-5, -5), (2, 2)] {
        let body = json!({"schema": R, "id": id, "version": number}).to_string();
        registry.post("/subjects/s", &body).ok(&found("s", 1, 1, R));
    }
    let register =
        |registry: &mut Conversation, body: serde_json::Value| registry.post("/subjects/s/versions", &body.to_string());
    let not_import = "Subject s in context  is not in import mode";
    // An id that is the match's is heeded; any other needs IMPORT.
    register(&mut registry, json!({"schema": R, "id": 1})).ok(&registered(1, 1, R));
    register(&mut registry, json!({"schema": R, "id": 1, "version": 1})).ok(&registered(1, 1, R));
    register(&mut registry, json!({"schema": R, "id": -1})).ok(&registered(1, 1, R));
    for id in [0, 2, 77] {
        register(&mut registry, json!({"schema": R, "id": id})).fails(42205, not_import);
    }
    register(&mut registry, json!({"schema": R, "id": 1, "version": 2})).fails(42205, not_import);
    // A version is heeded always.
    register(&mut registry, json!({"schema": R, "version": 1})).fails(42201, NOT_NEXT);
    register(&mut registry, json!({"schema": R, "version": 5})).fails(42201, NOT_NEXT);
    let next = register(&mut registry, json!({"schema": R, "version": 3})).json();
    assert_eq!((&next["id"], &next["version"]), (&json!(3), &json!(3)));
    assert_eq!(next["metadata"], json!({"properties": {"confluent:version": "3"}}));
}

#[test]
fn s47_an_avro_text_is_kept_as_the_parser_prints_it() {
    let mut registry = Conversation::new();
    let sent = r#"
        { "fields" : [ {"default": "x", "type": {"type": "string"}, "x-unit": "EUR", "name": "a", "aliases": ["b"],
                        "doc": "first"} ],
          "x-owner": [1, {"z": 1, "y": 2}], "name": "R", "namespace": "n", "doc": "of all", "aliases": ["Q"],
          "type": "record" }"#;
    let kept = r#"{"type":"record","name":"R","namespace":"n","doc":"of all","fields":[{"name":"a","type":"string","doc":"first","default":"x","aliases":["b"],"x-unit":"EUR"}],"x-owner":[1,{"z":1,"y":2}],"aliases":["Q"]}"#;
    let answer = registry.post_schema("/subjects/s/versions", sent).json();
    assert_eq!(answer["schema"], kept);
    assert_eq!(registry.get("/subjects/s/versions/1").json()["schema"], kept);
    registry.get("/schemas/ids/1/schema").ok(kept);
    registry.get("/subjects/s/versions/1/schema").ok(kept);
    // What was sent finds it, and so does what is kept.
    assert_eq!(registry.post_schema("/subjects/s", sent).json()["version"], 1);
    assert_eq!(registry.register("s", kept), Registered { id: 1, version: 1 });
    assert_eq!(registry.register("t", &sent.replace("first", "second")).id, 2);
}

#[test]
fn s53_force_does_nothing_for_a_registration() {
    let mut registry = Conversation::new();
    registry.register("s", R);
    for force in ["", "?force=false", "?force=true", "?force=TRUE"] {
        registry.post_schema(&format!("/subjects/s/versions{force}"), R_AND_REQUIRED).fails_beginning(
            409,
            "Schema being registered is incompatible with an earlier schema for subject \"s\", details: [",
        );
        registry
            .post_schema(&format!("/subjects/s/versions{force}"), "no schema")
            .fails_beginning(42201, "Invalid schema of type AVRO, details: ");
        registry.post_schema(&format!("/subjects/s/versions{force}"), R).ok(&registered(1, 1, R));
    }
    registry.put("/mode", r#"{"mode":"READONLY"}"#).ok(r#"{"mode":"READONLY"}"#);
    registry
        .post_schema("/subjects/s/versions?force=true", R_AND_OPTIONAL)
        .fails(42205, "Subject s in context  is in read-only mode");
    registry.get("/schemas").lists(&[version("s", 1, 1, R)]);
}

#[test]
fn s20_rule_sets_are_kept_here_and_dropped_by_the_setting_that_drops_them() {
    let rules = json!({"domainRules": [{"name": "r", "kind": "TRANSFORM", "mode": "WRITEREAD", "type": "CEL",
                                        "disabled": false}]});
    let rule_set = json!({"domainRules": [{"name": "r", "type": "CEL"}]});
    let sent = json!({"schema": STRING, "ruleSet": rule_set}).to_string();
    let merged = json!({"rulesToMerge": {"domainRules": [{"name": "q", "type": "CEL"}]}}).to_string();
    // quirks.md: Rule sets are kept
    let mut keeping = Conversation::new();
    assert_eq!(keeping.post("/subjects/s/versions", &sent).json()["ruleSet"], rules);
    assert_eq!(keeping.get("/subjects/s/versions/1").json()["ruleSet"], rules);
    assert_eq!(keeping.get("/schemas/ids/1").json()["ruleSet"], rules);
    assert_eq!(keeping.get("/schemas?ruleType=CEL").json().as_array().map(Vec::len), Some(1));
    keeping.get("/schemas?ruleType=X").ok("[]");
    let both = keeping.post("/subjects/s/versions/1/tags", &merged).json();
    assert_eq!(both["ruleSet"]["domainRules"].as_array().map(Vec::len), Some(2), "{both}");
    assert_eq!(keeping.get("/subjects/s/versions/2").json()["ruleSet"], both["ruleSet"]);

    let mut dropping = Conversation::as_recorded();
    dropping.post("/subjects/s/versions", &sent).ok(&registered(1, 1, STRING));
    dropping.get("/subjects/s/versions/1").ok(&version("s", 1, 1, STRING));
    dropping.get("/schemas?ruleType=CEL").ok("[]");
    dropping.post("/subjects/s", &sent).fails(40403, "Schema not found");
    dropping.put("/config/s", r#"{"defaultRuleSet":{"domainRules":[]}}"#).ok("{}");
    // quirks.md: An answer to a change of tags shows what is stored
    let answer = dropping.post("/subjects/s/versions/1/tags", &merged).json();
    let stored = dropping.get("/subjects/s/versions/2").json();
    assert_eq!((answer.get("ruleSet"), stored.get("ruleSet")), (None, None));
    assert_eq!(answer["guid"], stored["guid"]);
    assert_eq!(stored["metadata"], json!({"properties": {"confluent:version": "2"}}));
}
