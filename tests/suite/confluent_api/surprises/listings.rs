//! What is listed, in which scope and how much of it.

use super::super::conversation::{Conversation, INT, LONG, STRING, deleted, version};
use serde_json::json;

#[test]
fn s01_subjects_are_listed_of_all_contexts_and_schemas_of_the_default_one() {
    let mut registry = Conversation::new();
    registry.register("a", STRING);
    registry.register(":.c1:b", INT);
    registry.register("c", LONG);

    registry.get("/subjects").ok(r#"[":.c1:b","a","c"]"#);
    registry.get("/subjects?subjectPrefix=:*:").ok(r#"[":.c1:b","a","c"]"#);
    registry.get("/subjects?subjectPrefix=").ok(r#"["a","c"]"#);
    registry.get("/subjects?subjectPrefix=a").ok(r#"["a"]"#);
    registry.get("/subjects?subjectPrefix=:.c1:").ok(r#"[":.c1:b"]"#);

    let [a, b, c] = [version("a", 1, 1, STRING), version(":.c1:b", 1, 1, INT), version("c", 1, 2, LONG)];
    registry.get("/schemas").lists(&[a.clone(), c.clone()]);
    registry.get("/schemas?subjectPrefix=").lists(&[a.clone(), c.clone()]);
    registry.get("/schemas?subjectPrefix=:.c1:").lists(std::slice::from_ref(&b));
    registry.get("/schemas?subjectPrefix=:*:").lists(&[b, a, c]);
}

#[test]
fn s34_a_flag_is_set_by_the_word_true_alone() {
    let mut registry = Conversation::new();
    registry.register("s", STRING);
    registry.register("t", STRING);
    registry.delete("/subjects/s").ok("[1]");
    for no in ["deleted=1", "deleted=yes", "deleted=", "deleted", "deleted=t", "deleted=%20true", "deleted=false"] {
        registry.get(&format!("/subjects?{no}")).ok(r#"["t"]"#);
        registry.get(&format!("/schemas?{no}")).lists(&[version("t", 1, 1, STRING)]);
        registry.get(&format!("/subjects/s/versions?{no}")).fails(40401, "Subject 's' not found.");
    }
    for yes in ["deleted=true", "deleted=TRUE", "deleted=True", "deleted=true&deleted=false"] {
        registry.get(&format!("/subjects?{yes}")).ok(r#"["s","t"]"#);
        registry.get(&format!("/subjects/s/versions?{yes}")).ok("[1]");
    }
    // A permanent delete is not one by chance.
    registry.delete("/subjects/t?permanent=1").ok("[1]");
    registry.get("/subjects?deleted=true").ok(r#"["s","t"]"#);
}

#[test]
fn s35_a_limit_of_zero_is_none_and_a_negative_offset_counts_as_none() {
    let mut registry = Conversation::new();
    for subject in ["a", "b", "c"] {
        registry.register(subject, STRING);
    }
    for unlimited in ["limit=0", "limit=-1", "limit=-5", "limit=", "offset=0&limit=0", "limit=100"] {
        registry.get(&format!("/subjects?{unlimited}")).ok(r#"["a","b","c"]"#);
        assert_eq!(registry.get(&format!("/schemas?{unlimited}")).json().as_array().map(Vec::len), Some(3));
        registry.get(&format!("/schemas/ids/1/subjects?{unlimited}")).ok(r#"["a","b","c"]"#);
        registry.get(&format!("/contexts?{unlimited}")).ok(r#"["."]"#);
    }
    registry.get("/subjects?limit=2").ok(r#"["a","b"]"#);
    registry.get("/subjects?offset=1&limit=1").ok(r#"["b"]"#);
    registry.get("/subjects?offset=3").ok("[]");
    registry.get("/subjects?limit=01&limit=3").ok(r#"["a"]"#);
    for none in ["limit=x", "offset=1.5", "offset=%201", "limit=2147483648"] {
        registry.get(&format!("/subjects?{none}")).fails(404, "HTTP 404 Not Found");
    }
    // quirks.md: A negative offset counts as none
    for target in ["/subjects?", "/schemas/ids/1/subjects?", "/subjects?limit=0&"] {
        registry.get(&format!("{target}offset=-1")).ok(r#"["a","b","c"]"#);
    }
    registry.get("/contexts?offset=-1").ok(r#"["."]"#);
    registry.get("/subjects/a/versions?offset=-1").ok("[1]");
}

#[test]
fn s40_referring_ids_come_by_context_and_then_by_number() {
    let mut registry = Conversation::new();
    registry.register(":.c0:ref", STRING);
    for (context, fillers) in [(":.c1:", 0), (":.c0:", 4), ("", 2)] {
        for number in 0..fillers {
            registry.register(
                &format!("{context}filler{number}"),
                &format!(r#"{{"type":"fixed","name":"F{number}","size":1}}"#),
            );
        }
        for user in ["user1", "user2"] {
            let schema = format!(r#"{{"type":"record","name":"{user}","fields":[]}}"#);
            let references = json!([{"name": "N", "subject": ":.c0:ref", "version": 1}]);
            registry.register_with(&format!("{context}{user}"), json!({"schema": schema, "references": references}));
        }
    }
    // 3 and 4 of the default context (after two fillers), 6 and 7 of `.c0` (after five), 1 and 2 of `.c1`.
    registry.get("/subjects/:.c0:ref/versions/1/referencedby").ok("[3,4,6,7,1,2]");
    registry.get("/subjects/:.c0:ref/versions/1/referencedby?offset=1&limit=4").ok("[4,6,7,1]");
}

#[test]
fn s49_what_shares_an_id_comes_sorted_although_nobody_may_rely_on_it() {
    let mut registry = Conversation::new();
    for subject in ["m", "z", "a", "B", "a-value"] {
        registry.register(subject, STRING);
    }
    registry.get("/schemas/ids/1/subjects").ok(r#"["B","a","a-value","m","z"]"#);
    let items = ["B", "a", "a-value", "m", "z"].map(|subject| format!(r#"{{"subject":"{subject}","version":1}}"#));
    registry.get("/schemas/ids/1/versions").lists(&items);
    registry.delete("/subjects/m").ok("[1]");
    registry.get("/schemas/ids/1/subjects").ok(r#"["B","a","a-value","z"]"#);
    registry.get("/schemas/ids/1/subjects?deleted=true").ok(r#"["B","a","a-value","m","z"]"#);
    registry.get("/schemas?subjectPrefix=m&deleted=true").lists(&[deleted(&version("m", 1, 1, STRING))]);
}
