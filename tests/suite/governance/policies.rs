//! Policies over HTTP: `command-line` 3 and `change-classification` 10.

use crate::confluent_api::conversation::Conversation;

const NO_GLOBAL: &str = r#"{"error_code":40480,"message":"No global policy is set"}"#;
const DEFAULT: &str = r#"{"profile":"seed","enforcement":"off","rules":{}}"#;

#[test]
fn a_policy_is_set_read_replaced_and_removed() {
    let whole = r#"{"profile":"strict","enforcement":"enforce","rules":{"doc-changed":"none","field-removed":"major-bump-required"}}"#;
    Conversation::new().exchange(&[
        ("GET", "/policy", "", 404, NO_GLOBAL),
        ("GET", "/policy?defaultToGlobal=true", "", 200, DEFAULT),
        ("PUT", "/policy", whole, 200, whole),
        ("GET", "/policy", "", 200, whole),
        // What is put replaces all that was there.
        ("PUT", "/policy", r#"{"enforcement":"report"}"#, 200, r#"{"enforcement":"report","rules":{}}"#),
        ("GET", "/policy", "", 200, r#"{"enforcement":"report","rules":{}}"#),
        ("PUT", "/policy", r#"{"profile":null,"rules":null}"#, 200, r#"{"rules":{}}"#),
        ("GET", "/policy", "", 200, r#"{"rules":{}}"#),
        ("GET", "/policy?defaultToGlobal=true", "", 200, DEFAULT),
        // What nobody has said may matter: the gate has a default of its own.
        ("GET", "/policy?defaultToGlobal=true&withoutDefaults=true", "", 200, r#"{"rules":{}}"#),
        ("DELETE", "/policy", "", 200, r#"{"rules":{}}"#),
        ("DELETE", "/policy", "", 404, NO_GLOBAL),
        ("GET", "/policy", "", 404, NO_GLOBAL),
    ]);
}

#[test]
fn a_policy_is_inherited_member_by_member_and_rules_id_by_id() {
    let mut talk = Conversation::new();
    for (scope, policy) in [
        ("/policy/:.__GLOBAL:", r#"{"profile":"strict","enforcement":"report","rules":{"doc-changed":"none"}}"#),
        ("/policy", r#"{"profile":"avro","rules":{"doc-changed":"forbidden","alias-added":"none"}}"#),
        ("/policy/:.c:", r#"{"rules":{"alias-added":"allowed"}}"#),
        ("/policy/:.c:s", r#"{"enforcement":"enforce"}"#),
        ("/policy/s", r#"{"profile":"seed"}"#),
    ] {
        assert_eq!(talk.ask("PUT", scope, policy).0, 200, "{scope}");
    }
    for (scope, expected) in [
        ("/policy/:.__GLOBAL:", r#"{"profile":"strict","enforcement":"report","rules":{"doc-changed":"none"}}"#),
        (
            "/policy",
            r#"{"profile":"avro","enforcement":"report","rules":{"alias-added":"none","doc-changed":"forbidden"}}"#,
        ),
        (
            "/policy/:.c:",
            r#"{"profile":"avro","enforcement":"report","rules":{"alias-added":"allowed","doc-changed":"forbidden"}}"#,
        ),
        (
            "/policy/:.c:s",
            r#"{"profile":"avro","enforcement":"enforce","rules":{"alias-added":"allowed","doc-changed":"forbidden"}}"#,
        ),
        (
            "/policy/s",
            r#"{"profile":"seed","enforcement":"report","rules":{"alias-added":"none","doc-changed":"forbidden"}}"#,
        ),
        (
            "/policy/t",
            r#"{"profile":"avro","enforcement":"report","rules":{"alias-added":"none","doc-changed":"forbidden"}}"#,
        ),
        (
            "/policy/:.d:t",
            r#"{"profile":"avro","enforcement":"report","rules":{"alias-added":"none","doc-changed":"forbidden"}}"#,
        ),
    ] {
        let found = talk.ask("GET", &format!("{scope}?defaultToGlobal=true"), "");
        assert_eq!(found, (200, expected.to_owned()), "{scope}");
    }
    talk.exchange(&[
        ("GET", "/policy/:.c:s", "", 200, r#"{"enforcement":"enforce","rules":{}}"#),
        (
            "GET",
            "/policy/t",
            "",
            404,
            r#"{"error_code":40480,"message":"Subject 't' does not have a policy of its own"}"#,
        ),
    ]);
}

#[test]
fn a_context_prefix_reaches_policies_as_it_reaches_configurations_and_aliases_do_not() {
    Conversation::new().exchange(&[
        ("PUT", "/contexts/c/policy/s", r#"{"profile":"avro"}"#, 200, r#"{"profile":"avro","rules":{}}"#),
        ("GET", "/policy/:.c:s", "", 200, r#"{"profile":"avro","rules":{}}"#),
        ("PUT", "/contexts/c/policy", r#"{"enforcement":"report"}"#, 200, r#"{"enforcement":"report","rules":{}}"#),
        ("GET", "/policy/:.c:", "", 200, r#"{"enforcement":"report","rules":{}}"#),
        ("GET", "/contexts/c/policy", "", 200, r#"{"enforcement":"report","rules":{}}"#),
        ("GET", "/policy", "", 404, NO_GLOBAL),
        ("DELETE", "/contexts/c/policy", "", 200, r#"{"enforcement":"report","rules":{}}"#),
        ("PUT", "/config/a", r#"{"alias":"s"}"#, 200, r#"{"alias":"s"}"#),
        ("PUT", "/policy/a", r#"{"profile":"strict"}"#, 200, r#"{"profile":"strict","rules":{}}"#),
        (
            "GET",
            "/policy/s",
            "",
            404,
            r#"{"error_code":40480,"message":"Subject 's' does not have a policy of its own"}"#,
        ),
        ("GET", "/policy/a", "", 200, r#"{"profile":"strict","rules":{}}"#),
    ]);
}

#[test]
fn a_word_that_does_not_exist_is_refused_with_the_nearest_one() {
    let mut talk = Conversation::new();
    for (body, message) in [
        (r#"{"rules":{"field-remove":"allowed"}}"#, "unknown change id `field-remove`: did you mean `field-removed`?"),
        (r#"{"rules":{"field-removed":"major"}}"#, "unknown class `major`: did you mean `major-bump-required`?"),
        (r#"{"rules":{"field-removed":null}}"#, "unknown class `null`: did you mean `none`?"),
        (r#"{"profile":"sead"}"#, "unknown profile `sead`: did you mean `seed`?"),
        (r#"{"profile":""}"#, "unknown profile ``: did you mean `seed`?"),
        (r#"{"enforcement":"Enforce"}"#, "unknown enforcement `Enforce`: did you mean `enforce`?"),
        (r#"{"enforcement":true}"#, "unknown enforcement `true`: did you mean `off`?"),
        (r#"{"enforcment":"enforce"}"#, "unknown member `enforcment`: did you mean `enforcement`?"),
        (r#"{"enforcement":"enforce","rule":{}}"#, "unknown member `rule`: did you mean `rules`?"),
        (r#"{"enforcement":"enforce","enforcement":"off"}"#, "`enforcement` is given twice"),
        (r#"{"rules":{"doc-changed":"none","doc-changed":"forbidden"}}"#, "`doc-changed` is given twice"),
    ] {
        let expected = format!(r#"{{"error_code":42280,"message":"{message}"}}"#);
        assert_eq!(talk.ask("PUT", "/policy/s", body), (422, expected), "{body}");
    }
    let long = "x".repeat(40_000);
    for body in [format!(r#"{{"profile":"{long}"}}"#), format!(r#"{{"rules":{{"{long}":"none"}}}}"#)] {
        let (status, text) = talk.ask("PUT", "/policy/s", &body);
        assert_eq!(status, 422, "{text}");
        assert!(text.len() < 300, "{} bytes repeat what was sent", text.len());
    }
    assert_eq!(talk.ask("PUT", "/policy", "").0, 422, "no body");
    assert_eq!(talk.ask("PUT", "/policy", "null").0, 422, "no policy");
    assert_eq!(talk.ask("PUT", "/policy", r#""enforce""#).0, 400, "no object");
    assert_eq!(talk.ask("PUT", "/policy", r#"{"rules":[]}"#).0, 400, "no object");
    assert_eq!(talk.ask("GET", "/policy/s", "").0, 404, "nothing of it was set");
}

#[test]
fn a_policy_where_no_subject_can_be_is_refused() {
    let mut talk = Conversation::new();
    for scope in ["__GLOBAL", "__EMPTY", ":*:", ":*:s", ":.__GLOBAL:s"] {
        let (status, text) = talk.ask("PUT", &format!("/policy/{scope}"), r#"{"profile":"avro"}"#);
        assert_eq!(status, 422, "{scope}: {text}");
        assert!(text.starts_with(r#"{"error_code":42208,"#), "{scope}: {text}");
    }
}

/// Decided here: a mode binds those who write schemas, a policy is laid down by those who run the registry; and were a
/// policy to go with its subject, whoever may delete could be rid of it.
#[test]
fn neither_a_read_only_mode_nor_a_deleted_subject_nor_a_configuration_ends_a_policy() {
    let enforce = r#"{"enforcement":"enforce","rules":{}}"#;
    let string = r#"{"schema":"\"string\""}"#;
    let mut talk = Conversation::new();
    talk.ask("POST", "/subjects/s/versions", string);
    talk.exchange(&[
        ("PUT", "/policy/s", r#"{"enforcement":"enforce"}"#, 200, enforce),
        ("PUT", "/config/s", r#"{"compatibility":"FULL"}"#, 200, r#"{"compatibility":"FULL"}"#),
        ("DELETE", "/config/s", "", 200, r#"{"compatibilityLevel":"FULL"}"#),
        ("GET", "/policy/s", "", 200, enforce),
        ("DELETE", "/subjects/s", "", 200, "[1]"),
        ("DELETE", "/subjects/s?permanent=true", "", 200, "[1]"),
        ("GET", "/policy/s", "", 200, enforce),
        ("PUT", "/mode", r#"{"mode":"READONLY"}"#, 200, r#"{"mode":"READONLY"}"#),
        ("PUT", "/policy/s", r#"{"enforcement":"report"}"#, 200, r#"{"enforcement":"report","rules":{}}"#),
        ("DELETE", "/policy/s", "", 200, r#"{"enforcement":"report","rules":{}}"#),
        // And a policy is no subject: nothing a Confluent client lists shows it.
        ("PUT", "/policy/t", r#"{"enforcement":"report"}"#, 200, r#"{"enforcement":"report","rules":{}}"#),
        ("PUT", "/policy/:.c:", r#"{"enforcement":"report"}"#, 200, r#"{"enforcement":"report","rules":{}}"#),
        ("GET", "/subjects?deleted=true", "", 200, "[]"),
        ("GET", "/contexts", "", 200, r#"["."]"#),
        ("GET", "/subjects/t/versions", "", 404, r#"{"error_code":40401,"message":"Subject 't' not found."}"#),
        (
            "GET",
            "/config/t",
            "",
            404,
            r#"{"error_code":40408,"message":"Subject 't' does not have subject-level compatibility configured"}"#,
        ),
    ]);
}
