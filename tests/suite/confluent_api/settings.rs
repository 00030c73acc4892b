//! Settings of what clients see, each given as an operator gives it; the recorded scenarios hold further cases.

use super::client::{Answer, Client};
use super::start::configured;

const JSON: (&str, &str) = ("Content-Type", "application/json");

/// Asks a server with these settings in turn.
fn with(flags: &[(&'static str, &str)], ask: impl FnOnce(&mut Client)) {
    let server = configured(flags);
    ask(&mut Client::new(server.addresses()[0]));
    server.abort().unwrap();
}

fn send(client: &mut Client, method: &str, target: &str, headers: &[(&str, &str)], body: &str) -> Answer {
    client.send(method, target, headers, (!body.is_empty()).then_some(body.as_bytes())).unwrap()
}

fn get(client: &mut Client, target: &str) -> String {
    send(client, "GET", target, &[], "").text()
}

fn register(client: &mut Client, subject: &str, schema: &str) -> Answer {
    let body = format!(r#"{{"schema":"{}"}}"#, schema.replace('"', "\\\""));
    send(client, "POST", &format!("/subjects/{subject}/versions"), &[JSON], &body)
}

#[test]
fn fixed_modes_are_not_changed_once_the_request_has_been_judged() {
    with(&[("mode-mutability", "false")], |client| {
        let fixed = (422, r#"{"error_code":42205,"message":"Mode changes are not allowed"}"#.to_owned());
        for (method, target, body) in [
            ("PUT", "/mode", r#"{"mode":"READONLY"}"#),
            ("PUT", "/mode", r#"{"mode":null}"#),
            ("PUT", "/mode/s?force=true", r#"{"mode":"IMPORT"}"#),
            ("PUT", "/mode/:.c:", r#""READONLY""#),
            ("DELETE", "/mode", ""),
            ("DELETE", "/mode/s?recursive=true", ""),
            ("DELETE", "/mode/:.__GLOBAL:", ""),
        ] {
            let answer = send(client, method, target, &[JSON], body);
            assert_eq!((answer.status, answer.text()), fixed, "{method} {target} {body}");
        }
        for (method, target, body, code) in [
            ("PUT", "/mode", r#"{"mode":"x"}"#, 42204),
            ("PUT", "/mode/s", r#"{"mode":"FORWARD"}"#, 42204),
            ("PUT", "/mode/__GLOBAL", r#"{"mode":"READONLY"}"#, 42208),
            ("PUT", "/mode", "", 422),
            ("PUT", "/mode", "{", 400),
            ("DELETE", "/mode/s", "", 40401),
        ] {
            let answer = send(client, method, target, &[JSON], body);
            assert!(answer.text().starts_with(&format!(r#"{{"error_code":{code},"#)), "{method} {target} {body}");
        }
        assert_eq!(get(client, "/mode"), r#"{"mode":"READWRITE"}"#);
    });
}

#[test]
fn fields_are_validated_by_default_where_the_setting_says_so() {
    let (old, new) = (r#"{"schema":"\"string\""}"#, r#"{"schema":"\"int\""}"#);
    for value in ["true", "false"] {
        with(&[("schema-validate-fields", value)], |client| {
            assert_eq!(send(client, "POST", "/subjects/s/versions", &[JSON], old).status, 200);
            let target = "/compatibility/subjects/s/versions/latest?verbose=true";
            let verdict = send(client, "POST", target, &[JSON], new).text();
            assert!(
                verdict.contains(&format!("{{validateFields: '{value}', compatibility: 'BACKWARD'}}")),
                "{verdict}"
            );
            let own = format!(r#"{{"validateFields":{}}}"#, value == "false");
            assert_eq!(send(client, "PUT", "/config/s", &[JSON], &own).status, 200);
            let verdict = send(client, "POST", target, &[JSON], new).text();
            assert!(verdict.contains(&format!("{{validateFields: '{}'", value == "false")), "{verdict}");
        });
    }
}

#[test]
fn new_schemas_are_judged_strictly_unless_the_setting_says_otherwise() {
    let wrong_default = r#"{"type":"record","name":"R","fields":[{"name":"a","type":"int","default":"x"}]}"#;
    for (value, status) in [("true", 422), ("false", 200)] {
        with(&[("schema-validate-new-schemas", value)], |client| {
            assert_eq!(register(client, "s", wrong_default).status, status, "{value}");
        });
    }
}

#[test]
fn listings_have_the_limits_that_were_set() {
    let flags = [
        ("schema-search-default-limit", "2"),
        ("schema-search-max-limit", "3"),
        ("subject-search-default-limit", "1"),
        ("subject-search-max-limit", "2"),
        ("subject-version-search-default-limit", "2"),
        ("subject-version-search-max-limit", "4"),
        ("context-search-default-limit", "1"),
        ("context-search-max-limit", "3"),
    ];
    with(&flags, |client| {
        let types = ["boolean", "int", "long", "float", "double"];
        assert_eq!(send(client, "PUT", "/config", &[JSON], r#"{"compatibility":"NONE"}"#).status, 200);
        for (number, name) in types.iter().enumerate() {
            assert_eq!(register(client, "s", &format!("\"{name}\"")).status, 200);
            assert_eq!(register(client, &format!("t{number}"), "\"int\"").status, 200);
            assert_eq!(register(client, &format!(":.c{number}:s"), "\"int\"").status, 200);
            let reference = r#"{"schema":"\"int\"","references":[{"name":"x","subject":"s","version":1}]}"#;
            let reference = reference.replace("\\\"int\\\"", &format!("\\\"{name}\\\""));
            assert_eq!(send(client, "POST", "/subjects/r/versions", &[JSON], &reference).status, 200);
        }
        let mut count = |target: &str| {
            let list: serde_json::Value = serde_json::from_str(&get(client, target)).unwrap();
            list.as_array().unwrap().len()
        };
        for (target, default, max) in [
            ("/schemas?", 2, 3),
            ("/subjects/s/versions/1/referencedby?", 2, 3),
            ("/subjects?", 1, 2),
            ("/schemas/ids/2/subjects?", 1, 2),
            ("/subjects/s/versions?", 2, 4),
            ("/schemas/ids/2/versions?", 2, 4),
            ("/contexts?", 1, 3),
        ] {
            let counts = [
                count(target),
                count(&format!("{target}limit=0")),
                count(&format!("{target}limit={max}")),
                count(&format!("{target}limit={}", max + 1)),
            ];
            assert_eq!(counts, [default, default, max, default], "{target}");
        }
    });
}

#[test]
fn referrers_come_by_the_thousand() {
    // 8.3.1 pages them like schemas, not like its other lists.
    with(&[("schema-search-default-limit", "1")], |client| {
        register(client, "s", "\"int\"");
        for name in ["int", "long"] {
            let body = format!(r#"{{"schema":"\"{name}\"","references":[{{"name":"x","subject":"s","version":1}}]}}"#);
            assert_eq!(send(client, "POST", &format!("/subjects/{name}/versions"), &[JSON], &body).status, 200);
        }
        assert_eq!(get(client, "/subjects/s/versions/1/referencedby"), "[2]");
        assert_eq!(get(client, "/subjects/s/versions/1/referencedby?limit=1000"), "[2,3]");
    });
}

/// The CORS headers of an answer, in short.
fn crossing(answer: &Answer) -> [Option<String>; 4] {
    ["allow-origin", "allow-methods", "allow-headers", "expose-headers"]
        .map(|name| answer.header(&format!("access-control-{name}")).map(str::to_owned))
}

#[test]
fn pages_of_other_origins_may_do_what_the_settings_say() {
    let flags = [
        ("access-control-allow-origin", "https://*.example.com, http://exact"),
        ("access-control-allow-methods", "GET,PUT"),
        ("access-control-allow-headers", "*"),
        ("access-control-expose-headers", "X-Request-ID,Vary"),
    ];
    with(&flags, |client| {
        let origin = "https://ui.example.com";
        let exposed = Some("X-Request-ID,Vary".to_owned());
        let answer = send(client, "GET", "/subjects", &[("Origin", origin)], "");
        assert_eq!(crossing(&answer), [Some(origin.to_owned()), None, None, exposed]);
        for other in ["http://ui.example.com", "https://example.com", "https://ui.example.com.evil", "http://exac", " "]
        {
            let answer = send(client, "GET", "/subjects", &[("Origin", other)], "");
            assert_eq!(crossing(&answer), [const { None }; 4], "{other}");
            assert_eq!(answer.header("vary"), Some("Accept-Encoding, Origin"), "{other}");
        }
        let two = send(client, "GET", "/subjects", &[("Origin", "http://other http://exact")], "");
        assert_eq!(crossing(&two)[0].as_deref(), Some("http://other http://exact"), "one of several is enough");

        let mut preflight = |method: &str, asked: &str| {
            let headers = [
                ("Origin", origin),
                ("Access-Control-Request-Method", method),
                ("Access-Control-Request-Headers", asked),
            ];
            send(client, "OPTIONS", "/anything/at/all", &headers, "")
        };
        let allowed = preflight("PUT", "X-A ,, content-type");
        let methods = Some("GET,PUT".to_owned());
        let headers = Some("X-A,content-type".to_owned());
        assert_eq!((allowed.status, allowed.text()), (200, String::new()));
        assert_eq!(crossing(&allowed), [Some(origin.to_owned()), methods, headers, None]);
        assert_eq!(allowed.header("access-control-max-age"), Some("1800"));
        for refused in [preflight("DELETE", "X-A"), preflight("put", "X-A")] {
            assert_eq!((refused.status, crossing(&refused)), (200, [const { None }; 4]));
        }
    });
}

#[test]
fn headers_of_the_operators_own_are_on_every_answer_of_the_api() {
    let flags = [
        ("response-http-headers-config", r#"set X-A: 1, "add Cache-Control: no-cache, no-store", setDate Expires: 0"#),
        ("access-control-allow-origin", "*"),
    ];
    with(&flags, |client| {
        for (method, target) in [("GET", "/subjects"), ("GET", "/nope"), ("DELETE", "/subjects/s"), ("OPTIONS", "/")] {
            let answer = send(client, method, target, &[], "");
            assert_eq!(answer.header("x-a"), Some("1"), "{method} {target}");
            assert_eq!(answer.header("cache-control"), Some("no-cache, no-store"), "{method} {target}");
            assert!(answer.header("expires").is_some_and(|date| date.ends_with(" GMT")), "{method} {target}");
        }
        assert_eq!(send(client, "GET", "/a%zz", &[], "").header("x-a"), None, "refused before the API");
        let preflight = [("Origin", "http://a"), ("Access-Control-Request-Method", "GET")];
        assert_eq!(send(client, "OPTIONS", "/", &preflight, "").header("x-a"), None, "answered before the API");
    });
}

#[test]
fn answers_stay_as_they_are_without_compression() {
    let asked = [("Accept-Encoding", "gzip")];
    for (value, coding, vary) in [("true", Some("gzip"), Some("Accept-Encoding")), ("false", None, None)] {
        with(&[("compression-enable", value)], |client| {
            register(client, "a-subject-with-a-long-name", "\"int\"");
            let answer = send(client, "GET", "/subjects?deleted=true", &asked, "");
            assert_eq!(answer.text(), r#"["a-subject-with-a-long-name"]"#);
            let long = send(client, "GET", "/schemas", &asked, "");
            assert_eq!((long.header("content-encoding"), long.header("vary")), (coding, vary));
        });
    }
}

#[test]
fn a_refusal_before_the_api_bears_what_its_layer_adds() {
    with(&[("body-bytes-max", "100")], |client| {
        let large = "x".repeat(101);
        let id = ("X-Request-ID", "mine");
        for (method, is_told, is_handled, vary) in [
            ("GET", true, true, Some("Accept-Encoding")),
            ("POST", true, true, Some("Accept-Encoding")),
            ("PUT", false, true, None),
            ("DELETE", false, false, None),
            ("PATCH", false, false, None),
            ("OPTIONS", false, false, None),
        ] {
            let too_large = send(client, method, "/config", &[JSON, id], &large);
            assert_eq!(too_large.status, 413);
            assert_eq!(too_large.text().is_empty(), !is_told, "{method}");
            assert_eq!(too_large.header("cache-control").is_some(), is_handled, "{method}");
            assert_eq!((too_large.header("vary"), too_large.header("x-request-id")), (vary, Some("mine")), "{method}");

            let unreadable = send(client, method, "/config", &[("Content-Type", "a/b/c"), id], "");
            assert_eq!(unreadable.status, 400);
            assert_eq!(unreadable.text().is_empty(), !is_told, "{method}");
            assert_eq!(unreadable.header("cache-control").is_some(), is_handled, "{method}");
            assert_eq!((unreadable.header("vary"), unreadable.header("x-request-id")), (None, None), "{method}");

            let malformed = send(client, method, "/config//", &[id], "");
            assert_eq!(malformed.status, 400);
            assert_eq!(malformed.text().is_empty(), !is_told, "{method}");
            assert!(
                malformed.header("cache-control").is_some() && malformed.header("x-request-id").is_none(),
                "{method}"
            );
        }
    });
}
