//! Names of subjects, contexts, and references between them (`rest-api` 10).

use super::super::conversation::{Conversation, INT, R, R_AND_OPTIONAL, STRING, deleted, found, registered, version};
use serde_json::{Value, json};

const USER: &str = r#"{"type":"record","name":"U","fields":[{"name":"r","type":"R"}]}"#;

fn references(items: Value) -> Value {
    json!({"schema": USER, "references": items})
}

/// 10.1: the context itself is a subject with an empty name; `:.:x` is `x`; `:ctx:x` is a name with colons in it.
#[test]
fn a_context_is_a_subject_with_an_empty_name() {
    let mut registry = Conversation::new();
    registry.register(":.c1:", STRING);
    registry.get("/subjects").ok(r#"[":.c1:"]"#);
    for spelling in [":.c1:", ":.c1"] {
        registry.get(&format!("/subjects/{spelling}/versions/1")).ok(&version(":.c1:", 1, 1, STRING));
    }
    registry.get("/contexts").ok(r#"[".",".c1"]"#);
    registry.register(":.:x", STRING);
    registry.register("x", STRING);
    registry.register(":ctx:x", STRING);
    registry.get("/subjects").ok(r#"[":.c1:",":ctx:x","x"]"#);
    registry.get("/contexts").ok(r#"[".",".c1"]"#);
    registry.get("/subjects/:.:x/versions/1").ok(&version("x", 1, 1, STRING));
    registry.get("/subjects/:.:/versions").ok("[]");
    registry.delete("/contexts/c1").fails(42211, "The specified context ':.c1:' is not empty.");
}

/// 10.1: names are case-sensitive, may be blank, very long, and hold almost anything that is escaped.
#[test]
fn almost_any_name_is_a_subject() {
    let mut registry = Conversation::new();
    registry.register("keeps-the-id", STRING);
    let long = "n".repeat(3000);
    let names = ["S", "s", "%20", "%20%20", "a%3Bb", "a%3Fb", "a%23b", "%3Ca%3E", "%22", "latest", "-1", long.as_str()];
    for name in names {
        registry.post_schema(&format!("/subjects/{name}/versions"), STRING).ok(&registered(1, 1, STRING));
        registry.get(&format!("/subjects/{name}/versions")).ok("[1]");
        registry.delete(&format!("/subjects/{name}")).ok("[1]");
        registry.delete(&format!("/subjects/{name}?permanent=true")).ok("[1]");
    }
}

/// 10.4: the other contexts are searched for the very version or content, in the order of their names.
#[test]
fn what_the_default_context_does_not_have_is_searched_for_in_the_others() {
    let mut registry = Conversation::new();
    registry.register("s", STRING);
    for schema in [R, R_AND_OPTIONAL] {
        registry.register(":.c1:s", schema);
        registry.register(":.c2:s", schema);
    }
    registry.register(":.c2:s", R);
    registry.get("/subjects/s/versions/1").ok(&version("s", 1, 1, STRING));
    registry.get("/subjects/s/versions/latest").ok(&version("s", 1, 1, STRING));
    registry.get("/subjects/s/versions/2").ok(&version(":.c1:s", 2, 2, R_AND_OPTIONAL));
    registry.get("/subjects/s/versions/2/schema").ok(R_AND_OPTIONAL);
    registry.get("/subjects/s/versions/3").fails(40402, "Version 3 not found.");
    registry.post_schema("/subjects/s", R_AND_OPTIONAL).ok(&found(":.c1:s", 2, 2, R_AND_OPTIONAL));
    registry.post_schema("/subjects/s", INT).fails(40403, "Schema not found");
    registry.delete("/subjects/:.c1:s/versions/2").ok("2");
    registry.get("/subjects/s/versions/2").ok(&version(":.c2:s", 2, 2, R_AND_OPTIONAL));
    registry.get("/subjects/s/versions/2?deleted=true").ok(&deleted(&version(":.c1:s", 2, 2, R_AND_OPTIONAL)));
}

/// 10.5: a reference is relative to the context of who refers; the newest version is kept as its number.
#[test]
fn references_are_relative_to_the_context_and_kept_with_a_number() {
    let mut registry = Conversation::new();
    registry.register("ref", R);
    registry.register(":.c1:ref", INT);
    registry.put("/config/ref", r#"{"compatibility":"NONE"}"#).ok(r#"{"compatibility":"NONE"}"#);
    registry.register("ref", R_AND_OPTIONAL);
    let kept = registry
        .post(
            "/subjects/user/versions",
            &references(json!([{"name": "R", "subject": "ref", "version": -1}])).to_string(),
        )
        .json();
    assert_eq!(kept["references"], json!([{"name": "R", "subject": "ref", "version": 2}]));
    registry.get("/subjects/ref/versions/2/referencedby").ok("[3]");
    registry.get("/subjects/ref/versions/1/referencedby").ok("[]");
    // `ref` of `.c1` holds no record.
    registry
        .post(
            "/subjects/:.c1:user/versions",
            &references(json!([{"name": "R", "subject": "ref", "version": 1}])).to_string(),
        )
        .fails_beginning(42201, "Invalid schema of type AVRO, details: ");
    registry
        .delete("/subjects/ref/versions/2")
        .fails(42206, "One or more references exist to the schema {magic=1,keytype=SCHEMA,subject=ref,version=2}.");
}

/// 10.5: an empty name spoils the subject in 8.3.1 and may be refused at once.
#[test]
fn a_reference_without_a_name_is_refused_at_once() {
    let mut registry = Conversation::new();
    registry.register("ref", R);
    for reference in [
        json!({"name": "", "subject": "ref", "version": 1}),
        json!({"subject": "ref", "version": 1}),
        json!({"name": "R", "version": 1}),
        json!({"name": "R", "subject": "ref"}),
        json!({"name": null, "subject": "ref", "version": 1}),
    ] {
        registry
            .post("/subjects/user/versions", &references(json!([reference])).to_string())
            .fails_beginning(42201, "Invalid schema of type AVRO, details: ");
    }
    for number in [0, -2, 7] {
        registry
            .post(
                "/subjects/user/versions",
                &references(json!([{"name": "R", "subject": "ref", "version": number}])).to_string(),
            )
            .fails_beginning(42201, "Invalid schema of type AVRO, details: ");
    }
    registry.get("/subjects").ok(r#"["ref"]"#);
}

/// 10.5: duplicates are kept as sent, and removed and sorted by subject and version with `normalize`.
#[test]
fn normalizing_sorts_references_and_drops_exact_duplicates() {
    let mut registry = Conversation::new();
    registry.register("ref", R);
    registry.register("b", STRING);
    registry.register("a", STRING);
    let sent = json!([
        {"name": "R", "subject": "ref", "version": 1},
        {"name": "x", "subject": "b", "version": 1},
        {"name": "y", "subject": "a", "version": 1},
        {"name": "R", "subject": "ref", "version": 1}
    ]);
    let body = references(sent.clone()).to_string();
    assert_eq!(registry.post("/subjects/u/versions", &body).json()["references"], sent);
    assert_eq!(
        registry.post("/subjects/n/versions?normalize=true", &body).json()["references"],
        json!([
            {"name": "y", "subject": "a", "version": 1},
            {"name": "x", "subject": "b", "version": 1},
            {"name": "R", "subject": "ref", "version": 1}
        ])
    );
}

/// 10.6: everywhere after `subjects` and beside an id, nowhere after `config` and `mode`.
#[test]
fn an_alias_holds_for_subjects_and_ids_and_not_for_its_own_settings() {
    let mut registry = Conversation::new();
    registry.register("real", R);
    registry.put("/config/al", r#"{"alias":"real"}"#).ok(r#"{"alias":"real"}"#);
    let real = version("real", 1, 1, R);
    registry.get("/subjects/al/versions/latest").ok(&real);
    registry.get("/subjects/al/versions/1/schema").ok(R);
    registry.get("/subjects/al/versions/1/referencedby").ok("[]");
    registry.get("/subjects/al/metadata").fails(40403, "Schema not found");
    registry.get("/schemas/ids/1/subjects?subject=al").ok(r#"["real"]"#);
    registry.post_schema("/subjects/al/versions", R_AND_OPTIONAL).ok(&registered(2, 2, R_AND_OPTIONAL));
    registry.get("/subjects/al/versions").ok("[1,2]");
    registry.post_schema("/compatibility/subjects/al/versions/1", INT).ok(r#"{"is_compatible":false}"#);
    registry.post_schema("/compatibility/subjects/al/versions", INT).ok(r#"{"is_compatible":false}"#);
    registry.put("/mode/al", r#"{"mode":"READONLY"}"#).ok(r#"{"mode":"READONLY"}"#);
    registry.get("/mode/real").fails(40409, "Subject 'real' does not have subject-level mode configured");
    registry.delete("/subjects/al/versions/2").ok("2");
    registry.get("/subjects/real/versions").ok("[1]");
    registry.delete("/mode/al").ok(r#"{"mode":"READONLY"}"#);
    registry.delete("/config/al").ok(r#"{"alias":"real","compatibilityLevel":"BACKWARD"}"#);
    registry.get("/subjects/al/versions").fails(40401, "Subject 'al' not found.");
}

// 5.2: "the prefix is also matched against alias names; a subject reached through aliases is listed under its real name
// with the alias names matching the prefix. Subjects of other contexts reached by an alias of the requested context are
// listed too."
#[test]
fn a_listing_with_aliases_has_what_aliases_stand_for() {
    let mut registry = Conversation::new();
    for subject in ["k", "kk", ":.c:k", "z"] {
        registry.register(subject, STRING);
        registry.register(subject, STRING);
    }
    let aliases = [("al", "k"), ("al2", "k"), ("k9", ":.c:k"), (":.c:x", "k"), ("hop", "al"), ("none", "missing")];
    for (alias, target) in aliases {
        registry.put(&format!("/config/{alias}"), &format!(r#"{{"alias":"{target}"}}"#));
    }
    registry.put("/config/z", r#"{"alias":""}"#);
    registry.put("/config", r#"{"alias":"z"}"#); // everybody's configuration stands for nobody
    let mut listed = |query: &str| {
        let list = registry.get(&format!("/schemas?{query}")).json();
        let item = |item: &Value| match &item["aliases"] {
            Value::Array(names) => {
                let names: Vec<&str> = names.iter().filter_map(Value::as_str).collect();
                format!("{}={}", item["subject"].as_str().unwrap(), names.join("+"))
            }
            _ => item["subject"].as_str().unwrap().to_owned(),
        };
        list.as_array().unwrap().iter().map(item).collect::<Vec<_>>().join(" ")
    };
    for (query, expected) in [
        ("subjectPrefix=al&aliases=true", "k=al+al2"),
        ("subjectPrefix=k&aliases=true", ":.c:k=k9 k kk"),
        ("aliases=true", ":.c:k=k9 k=al+al2 kk z"),
        ("subjectPrefix=:.c:&aliases=true", ":.c:k=:.c:x"),
        ("subjectPrefix=:*:&aliases=true", ":.c:k=k9+:.c:x k=al+al2 kk z"),
        ("subjectPrefix=hop&aliases=true", ""), // one hop, and nothing lives under the name it leads to
        ("aliases=true&offset=1&limit=2", "k=al+al2 kk"),
        ("subjectPrefix=al&aliases=false", ""),
        ("subjectPrefix=al", ""),
    ] {
        assert_eq!(listed(query), expected, "{query}");
    }
    registry.delete("/subjects/k");
    let mut subjects = |query: &str| registry.get(&format!("/schemas?{query}")).json().as_array().unwrap().len();
    assert_eq!(subjects("subjectPrefix=al&aliases=true"), 0);
    assert_eq!(subjects("subjectPrefix=al&aliases=true&deleted=true&latestOnly=true"), 1);
}
