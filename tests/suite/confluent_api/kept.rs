//! Answers that are given again as they stand: never when anything they tell of has changed.
//!
//! `KEPT_SEED` repeats a run, `KEPT_STEPS` changes how long one is.

use super::client::{Answer, Client};
use super::start;
use crate::dice::{Dice, number};
use sluicegate::http::HttpSettings;
use sluicegate::registry::Settings;

const JSON: [(&str, &str); 1] = [("Content-Type", "application/json")];

fn ask(client: &mut Client, method: &str, target: &str, body: &str) -> (u16, String) {
    let body = (!body.is_empty()).then_some(body.as_bytes());
    let answer = client.send(method, target, &JSON, body).unwrap();
    (answer.status, answer.text())
}

/// A body that brings a record with these fields.
fn brings(fields: &[&str]) -> String {
    let fields: Vec<_> =
        fields.iter().map(|name| format!(r#"{{\"name\":\"{name}\",\"type\":\"int\",\"default\":0}}"#)).collect();
    format!(r#"{{"schema":"{{\"type\":\"record\",\"name\":\"R\",\"fields\":[{}]}}"}}"#, fields.join(","))
}

/// The same with a field that has no default: incompatible with any of [`brings`].
fn breaks() -> String {
    r#"{"schema":"{\"type\":\"record\",\"name\":\"R\",\"fields\":[{\"name\":\"z\",\"type\":\"int\"}]}"}"#.to_owned()
}

/// Everything that is kept, of the few names that the commands below are about.
fn questions() -> Vec<(&'static str, String, String)> {
    let mut questions = Vec::new();
    for id in 1..=3 {
        for tail in ["", "/schema", "?subject=s", "?subject=alias", "?fetchMaxId=true", "?subject=:.c:s"] {
            questions.push(("GET", format!("/schemas/ids/{id}{tail}"), String::new()));
        }
    }
    for subject in ["s", "t", "alias", ":.c:s"] {
        for tail in ["/latest", "/1", "/2", "/1/schema", "/latest?deleted=true", "/2?deleted=true"] {
            questions.push(("GET", format!("/subjects/{subject}/versions{tail}"), String::new()));
        }
        for body in [brings(&["a"]), brings(&["a", "b"]), breaks()] {
            questions.push(("POST", format!("/subjects/{subject}"), body.clone()));
            questions.push(("POST", format!("/subjects/{subject}?deleted=true"), body.clone()));
            let target = format!("/compatibility/subjects/{subject}/versions");
            questions.push(("POST", format!("{target}/latest"), body.clone()));
            questions.push(("POST", format!("{target}?verbose=true"), body));
        }
    }
    questions
}

/// One random change.
fn change(client: &mut Client, dice: &mut Dice) {
    let subject = ["s", "t", ":.c:s"][dice.index(3)];
    let level = ["NONE", "BACKWARD", "FULL_TRANSITIVE"][dice.index(3)];
    let (method, target, body) = match dice.below(12) {
        0..3 => ("POST", format!("/subjects/{subject}/versions"), brings(&["a", "b", "c"][..=dice.index(3)])),
        3 => ("POST", format!("/subjects/{subject}/versions"), breaks()),
        4 => ("DELETE", format!("/subjects/{subject}/versions/{}", 1 + dice.below(2)), String::new()),
        5 => ("DELETE", format!("/subjects/{subject}/versions/{}?permanent=true", 1 + dice.below(2)), String::new()),
        6 => ("DELETE", format!("/subjects/{subject}"), String::new()),
        7 => ("DELETE", format!("/subjects/{subject}?permanent=true"), String::new()),
        8 => ("PUT", format!("/config/{subject}"), format!(r#"{{"compatibility":"{level}"}}"#)),
        9 => ("PUT", "/config/alias".to_owned(), format!(r#"{{"alias":"{}"}}"#, ["s", "t"][dice.index(2)])),
        10 => ("DELETE", "/config/alias".to_owned(), String::new()),
        _ => ("PUT", format!("/policy/{subject}"), r#"{"enforcement":"enforce"}"#.to_owned()),
    };
    ask(client, method, &target, &body);
}

/// What is kept must be what would be answered anew: under a target that nobody has asked for, because it has a
/// parameter that means nothing.
#[test]
fn whatever_changes_an_answer_that_was_given_before_is_the_one_of_now() {
    let server = start::server(Settings::default(), HttpSettings::default());
    let mut client = Client::new(server.addresses()[0]);
    let mut dice = Dice::thrown("KEPT_SEED");
    let questions = questions();
    for step in 0..number("KEPT_STEPS").unwrap_or(30) {
        change(&mut client, &mut dice);
        for (method, target, body) in &questions {
            let first = ask(&mut client, method, target, body);
            let again = ask(&mut client, method, target, body);
            let mark = if target.contains('?') { '&' } else { '?' };
            let anew = ask(&mut client, method, &format!("{target}{mark}anew={step}"), body);
            assert_eq!((&first, &again), (&anew, &anew), "step {step}: {method} {target} {body}");
        }
    }
    server.abort().unwrap();
}

#[test]
fn a_registration_is_taken_on_again_once_its_version_is_gone() {
    let server = start::server(Settings::default(), HttpSettings::default());
    let mut client = Client::new(server.addresses()[0]);
    let (target, body) = ("/subjects/s/versions", brings(&["a"]));
    let first = ask(&mut client, "POST", target, &body);
    for _ in 0..3 {
        assert_eq!(ask(&mut client, "POST", target, &body), first);
    }
    assert_eq!(ask(&mut client, "DELETE", "/subjects/s", "").0, 200);
    let again = ask(&mut client, "POST", target, &body);
    assert!(again.0 == 200 && again.1.contains(r#""version":2"#), "{again:?}");
    assert_eq!(ask(&mut client, "GET", target, "").1, "[2]");
    // A body means nothing to GET, and another method is another question.
    assert_eq!(ask(&mut client, "GET", target, &body).1, "[2]");
    assert_eq!(ask(&mut client, "POST", target, &body), again);
    server.abort().unwrap();
}

#[test]
fn each_client_gets_a_kept_answer_in_the_form_it_takes() {
    let server = start::server(Settings::default(), HttpSettings::default());
    let mut client = Client::new(server.addresses()[0]);
    assert_eq!(ask(&mut client, "POST", "/subjects/s/versions", &brings(&["a"])).0, 200);
    let get = |client: &mut Client, method: &str, headers: &[(&str, &str)]| -> Answer {
        client.send(method, "/schemas/ids/1", headers, None).unwrap()
    };
    let plain = get(&mut client, "GET", &[]);
    for _ in 0..3 {
        let packed = get(&mut client, "GET", &[("Accept-Encoding", "gzip")]);
        assert_eq!((packed.header("content-encoding"), packed.text()), (Some("gzip"), plain.text()));
        let other = get(&mut client, "GET", &[("Accept", "application/json")]);
        assert_eq!((other.header("content-encoding"), other.text()), (None, plain.text()));
        assert_eq!(other.header("content-type"), Some("application/json"));
        let head = get(&mut client, "HEAD", &[]);
        assert_eq!((head.status, head.header("content-length")), (200, plain.header("content-length")));
        assert_eq!(get(&mut client, "GET", &[("Accept", "text/html")]).status, 406);
        let id = get(&mut client, "GET", &[("X-Request-ID", "mine")]);
        assert_eq!((id.header("x-request-id"), id.header("vary")), (Some("mine"), Some("Accept-Encoding")));
    }
    server.abort().unwrap();
}

#[test]
fn a_verdict_counts_each_time_it_is_told() {
    let server = start::server(Settings::default(), HttpSettings::default());
    let mut client = Client::new(server.addresses()[0]);
    assert_eq!(ask(&mut client, "POST", "/subjects/s/versions", &brings(&["a"])).0, 200);
    let told = |client: &mut Client| -> [String; 2] {
        let page = ask(client, "GET", "/metrics", "").1;
        ["compatible", "incompatible"].map(|outcome| {
            let name = format!("sluicegate_level_verdicts_total{{outcome=\"{outcome}\"}} ");
            page.lines().find_map(|line| line.strip_prefix(&name)).expect("a counter").to_owned()
        })
    };
    let before: Vec<u32> = told(&mut client).iter().map(|count| count.parse().unwrap()).collect();
    for _ in 0..3 {
        let target = "/compatibility/subjects/s/versions/latest";
        assert_eq!(ask(&mut client, "POST", target, &brings(&["a", "b"])).1, r#"{"is_compatible":true}"#);
        assert_eq!(ask(&mut client, "POST", target, &breaks()).1, r#"{"is_compatible":false}"#);
    }
    assert_eq!(told(&mut client), [before[0] + 3, before[1] + 3].map(|count| count.to_string()));
    server.abort().unwrap();
}
