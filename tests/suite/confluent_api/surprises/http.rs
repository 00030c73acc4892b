//! Media types, odd paths, and what the HTTP server answers by itself.

use super::super::conversation::{Conversation, STRING, registered};
use serde_json::Value;
use sluicegate::http::{HttpSettings, UriRules};
use sluicegate::registry::Settings;

const V1: &str = "application/vnd.schemaregistry.v1+json";
const V0: &str = "application/vnd.schemaregistry+json";
const JSON: &str = "application/json";
const BODY: &str = r#"{"schema":"\"string\""}"#;

#[test]
fn s05_whoever_names_no_type_gets_the_registrys_own() {
    let mut registry = Conversation::new();
    registry.get("/subjects").ok("[]").header_is("content-type", Some(V1));
    for (accept, given) in [
        ("", V1),
        ("*/*", V1),
        ("application/*", V1),
        ("text/html,*/*;q=0.8", V1),
        (JSON, JSON),
        (V0, V0),
        (V1, V1),
        ("APPLICATION/JSON", JSON),
        ("application/json, application/vnd.schemaregistry.v1+json", V1),
        ("application/json, application/vnd.schemaregistry.v1+json;q=0.5", JSON),
        ("application/json; charset=utf-8", "application/json;charset=utf-8"),
    ] {
        registry.send("GET", "/subjects", &[("Accept", accept)], None).ok("[]").header_is("content-type", Some(given));
    }
    registry
        .send("GET", "/subjects/none/versions", &[("Accept", JSON)], None)
        .fails(40401, "Subject 'none' not found.")
        .header_is("content-type", Some(JSON));
    for none in ["text/plain", "text/html", "application/octet-stream", "garbage"] {
        registry
            .send("GET", "/subjects/none/versions", &[("Accept", none)], None)
            .fails(406, "HTTP 406 Not Acceptable")
            .header_is("content-type", None);
    }
    // The raw text of a schema comes under the same type.
    registry.register("s", STRING);
    registry.get("/schemas/ids/1/schema").ok(STRING).header_is("content-type", Some(V1));
}

#[test]
fn s06_a_form_is_415_and_no_type_at_all_is_fine() {
    let mut registry = Conversation::new();
    for refused in ["application/x-www-form-urlencoded", "text/plain", "text/json", "application/xml", "*/*"] {
        registry
            .send("POST", "/subjects/s/versions", &[("Content-Type", refused)], Some(BODY))
            .fails(415, "HTTP 415 Unsupported Media Type")
            .header_is("content-type", Some(V1));
        // A GET that says so is refused as well.
        registry
            .send("GET", "/subjects", &[("Content-Type", refused)], None)
            .fails(415, "HTTP 415 Unsupported Media Type");
    }
    registry.get("/subjects").ok("[]");
    registry.send("POST", "/subjects/s/versions", &[], Some(BODY)).ok(&registered(1, 1, STRING));
    for fine in [JSON, V0, V1, "application/JSON; charset=utf-8", "application/octet-stream"] {
        registry
            .send("POST", "/subjects/s/versions", &[("Content-Type", fine)], Some(BODY))
            .ok(&registered(1, 1, STRING));
    }
}

#[test]
fn s43_an_escaped_slash_belongs_to_the_name_and_what_no_path_holds_is_400() {
    let mut registry = Conversation::new();
    for (path, name) in [
        ("a%2Fb", "a/b"),
        ("a%252Fb", "a%2Fb"),
        ("a%20b", "a b"),
        ("a+b", "a+b"),
        ("a%5Bb", "a[b"),
        ("a%7Bb%7D", "a{b}"),
        ("a%22b", "a\"b"),
        ("a;b", "a"),
        (".", "."),
        ("..", ".."),
    ] {
        registry.post_schema(&format!("/subjects/{path}/versions"), STRING).ok(&registered(1, 1, STRING));
        let read = registry.get(&format!("/subjects/{path}/versions/1")).json();
        assert_eq!(read["subject"], Value::from(name), "{path}");
    }
    for refused in [
        "a//b", "a%5Cb", "a%7Fb", "a%01b", "a[b", "a{b", "a^b", "a\"b", "a|b", "a`b", "a<b", "%2E", "%2e%2E", "%zz",
        "%FF",
    ] {
        let target = format!("/subjects/{refused}/versions");
        for method in ["GET", "POST"] {
            assert_eq!(registry.send(method, &target, &[], None).status(), 400, "{method} {target}");
        }
    }
    assert_eq!(registry.get("/subjects//versions").status(), 400);
    // With the rules of older servers two slashes are one, and an escaped backslash is part of a name.
    let http = HttpSettings { uri_rules: UriRules::Legacy, ..HttpSettings::default() };
    let mut legacy = Conversation::with(Settings::default(), http);
    legacy.get("/config//").ok(r#"{"compatibilityLevel":"BACKWARD"}"#);
    legacy.post_schema("/subjects//versions", STRING).fails(40401, "Subject 'versions' not found.");
    legacy.get("/subjects//versions").fails(405, "HTTP 405 Method Not Allowed");
    legacy.post_schema("/subjects/a%5Cb/versions", STRING).ok(&registered(1, 1, STRING));
    legacy
        .post_schema("/subjects/a%01b/versions", STRING)
        .fails(42208, "The specified subject 'a\u{1}b' is not a valid.");
    // In a query none of this matters.
    registry.get("/subjects?subjectPrefix=a%zz").ok("[]");
    registry.get("/subjects?subjectPrefix=a|b").ok("[]");
}

#[test]
fn s44_an_error_without_a_route_has_no_type_and_one_of_the_server_no_body_for_put_and_delete() {
    let mut registry = Conversation::new();
    registry.get("/nope").fails(404, "HTTP 404 Not Found").header_is("content-type", None);
    registry.put("/nope", "{}").fails(404, "HTTP 404 Not Found").header_is("content-type", None);
    let not_allowed = registry.delete("/subjects");
    not_allowed.fails(405, "HTTP 405 Method Not Allowed");
    not_allowed.header_is("content-type", None).header_is("allow", None);
    registry
        .send("GET", "/subjects", &[("Accept", "text/plain")], None)
        .fails(406, "HTTP 406 Not Acceptable")
        .header_is("content-type", None);
    // Where a route was found, the errors have one.
    registry.get("/schemas/ids/x").fails(404, "HTTP 404 Not Found").header_is("content-type", Some(V1));
    registry.get("/subjects/s/versions").fails(40401, "Subject 's' not found.").header_is("content-type", Some(V1));
    // What is refused before that is silent to PUT and DELETE.
    let odd = [("Content-Type", "garbage")];
    for method in ["GET", "POST"] {
        registry
            .send(method, "/config", &odd, Some("{}"))
            .fails(400, "Bad Request")
            .header_is("content-type", Some(JSON));
        let page = registry.send(method, "/subjects/a%5Cb/versions", &[], None);
        assert_eq!(page.status(), 400);
        assert!(page.header("content-type").is_some_and(|kind| kind.starts_with("text/html")), "{method}");
    }
    for method in ["PUT", "DELETE"] {
        registry.send(method, "/config", &odd, Some("{}")).is(400, "").header_is("content-type", None);
        registry.send(method, "/subjects/a%5Cb", &[], None).is(400, "").header_is("content-type", None);
    }
}

#[test]
fn s45_the_root_answers_an_empty_object_to_get_and_post() {
    let mut registry = Conversation::new();
    registry.get("/").ok("{}").header_is("content-type", Some(V1));
    registry.post("/", "{}").ok("{}");
    registry.post("/", r#"{"a":"b"}"#).ok("{}");
    registry.post("/", "null").ok("{}");
    registry.send("POST", "/", &[], None).ok("{}");
    registry.post("/", "{").fails_beginning(400, "Unexpected end-of-input: expected close marker for Object");
    registry.send("HEAD", "/", &[], None).is(200, "").header_is("content-length", Some("2"));
    registry.put("/", "{}").fails(405, "HTTP 405 Method Not Allowed");
    registry.delete("/").fails(405, "HTTP 405 Method Not Allowed");
}

#[test]
fn s55_options_tell_the_methods_in_a_text_unless_json_is_asked_for() {
    let mut registry = Conversation::new();
    let sorted = |list: &str| {
        let mut names: Vec<String> = list.split(',').map(|name| name.trim().to_owned()).collect();
        names.sort();
        names
    };
    for (target, allowed) in [
        ("/", "GET, HEAD, OPTIONS, POST"),
        ("/subjects", "GET, HEAD, OPTIONS"),
        ("/subjects/s", "DELETE, OPTIONS, POST"),
        ("/subjects/s/versions", "GET, HEAD, OPTIONS, POST"),
        ("/config/s", "DELETE, GET, HEAD, OPTIONS, PUT"),
    ] {
        for accept in [None, Some("*/*"), Some("text/plain")] {
            let headers: Vec<(&str, &str)> = accept.iter().map(|accept| ("Accept", *accept)).collect();
            let told = registry.send("OPTIONS", target, &headers, None);
            assert_eq!(told.status(), 200);
            told.header_is("content-type", Some("text/plain"));
            assert_eq!(sorted(&told.text()), sorted(allowed), "{target}");
            assert_eq!(sorted(told.header("allow").expect("a list")), sorted(allowed), "{target}");
        }
        for json in [JSON, V0, V1] {
            let silent = registry.send("OPTIONS", target, &[("Accept", json)], None);
            silent.is(200, "").header_is("content-type", Some(json));
            assert_eq!(sorted(silent.header("allow").expect("a list")), sorted(allowed), "{target}");
        }
    }
    registry.send("OPTIONS", "/nope", &[], None).fails(404, "HTTP 404 Not Found");
}
