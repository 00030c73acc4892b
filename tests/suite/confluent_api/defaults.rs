//! What the recorded exchanges cannot show: our own defaults, limits, and endpoints.

use super::client::{Answer, Client};
use super::start;
use crate::registry::held::hold_next_append;
use sluicegate::http::{HttpSettings, IncompatibleErrorCode};
use sluicegate::registry::journal::{Journal, JournalError, Position, Texts};
use sluicegate::registry::record::{Fact, TextHash};
use sluicegate::registry::{RuleSets, Settings};
use sluicegate::storage::memory::{Fault, MemoryStore};
use std::net::TcpStream;
use std::sync::Arc;

const JSON: (&str, &str) = ("Content-Type", "application/json");
const STRING: &str = r#"{"schema":"\"string\""}"#;

fn post(client: &mut Client, target: &str, body: &str) -> Answer {
    client.send("POST", target, &[JSON], Some(body.as_bytes())).expect("an answer")
}

fn get(client: &mut Client, target: &str) -> Answer {
    client.send("GET", target, &[], None).expect("an answer")
}

#[test]
fn an_incompatible_registration_is_409_unless_the_setting_says_40901() {
    for (code, word) in [(IncompatibleErrorCode::default(), "409"), (IncompatibleErrorCode::Code40901, "40901")] {
        let http = HttpSettings { incompatible_error_code: code, ..HttpSettings::default() };
        let server = start::server(Settings::default(), http);
        let mut client = Client::new(server.addresses()[0]);
        assert_eq!(post(&mut client, "/subjects/s/versions", STRING).status, 200);
        let refused = post(&mut client, "/subjects/s/versions", r#"{"schema":"\"int\""}"#);
        assert_eq!(refused.status, 409);
        let beginning = format!("{{\"error_code\":{word},\"message\":\"Schema being registered is incompatible");
        assert!(refused.text().starts_with(&beginning), "{}", refused.text());
        server.abort().unwrap();
    }
}

#[test]
fn rule_sets_are_kept_and_those_that_are_not_valid_refused() {
    let server = start::server(Settings::default(), HttpSettings::default());
    let mut client = Client::new(server.addresses()[0]);
    let rules =
        r#""ruleSet":{"domainRules":[{"name":"r","kind":"CONDITION","mode":"WRITE","type":"CEL","disabled":false}]}"#;
    let answer = post(&mut client, "/subjects/s/versions", &format!(r#"{{"schema":"\"string\"",{rules}}}"#));
    assert_eq!(answer.status, 200, "{}", answer.text());
    assert!(get(&mut client, "/subjects/s/versions/1").text().ends_with(&format!("{rules}}}")));
    let nameless = r#"{"schema":"\"string\"","ruleSet":{"domainRules":[{"type":"CEL"}]}}"#;
    let refused = post(&mut client, "/subjects/t/versions", nameless);
    assert_eq!(refused.text(), r#"{"error_code":42210,"message":"Missing rule name"}"#);
    server.abort().unwrap();
}

#[test]
fn other_schema_types_are_unknown() {
    let server = start::server(Settings::default(), HttpSettings::default());
    let mut client = Client::new(server.addresses()[0]);
    for kind in ["JSON", "PROTOBUF"] {
        let answer =
            post(&mut client, "/subjects/s/versions", &format!(r#"{{"schemaType":"{kind}","schema":"{{}}"}}"#));
        let expected = format!(r#"{{"error_code":42201,"message":"Invalid schema type {kind}"}}"#);
        assert_eq!((answer.status, answer.text()), (422, expected));
    }
    server.abort().unwrap();
}

#[test]
fn a_body_beyond_the_limit_is_413_declared_or_not() {
    let http = HttpSettings { body_bytes_max: 200, ..HttpSettings::default() };
    let server = start::server(Settings::default(), http);
    let mut client = Client::new(server.addresses()[0]);
    let large = format!(r#"{{"schema":"\"string\"","x":"{}"}}"#, "x".repeat(200));
    for target in ["/subjects/s/versions", "/nope"] {
        let answer = post(&mut client, target, &large);
        let expected = format!(r#"{{"error_code":413,"message":"Request body is too large: {}>200"}}"#, large.len());
        assert_eq!((answer.status, answer.text()), (413, expected));
        assert_eq!(answer.header("content-type"), Some("application/json"));
    }
    let silent = client.send("PUT", "/config", &[JSON], Some(large.as_bytes())).unwrap();
    assert_eq!((silent.status, silent.text(), silent.header("content-type")), (413, String::new(), None));
    let chunked = format!("{:x}\r\n{large}\r\n0\r\n\r\n", large.len());
    let headers = [JSON, ("Transfer-Encoding", "chunked")];
    let answer = client.send("POST", "/subjects/s/versions", &headers, Some(chunked.as_bytes())).unwrap();
    assert_eq!(answer.status, 413);
    assert_eq!(get(&mut client, "/subjects").text(), "[]");
    server.abort().unwrap();
}

#[test]
fn where_rule_sets_are_dropped_an_update_that_brings_one_clears_those_that_were_kept() {
    let store = MemoryStore::default();
    let put = |client: &mut Client, body: &str| {
        client.send("PUT", "/config/s", &[JSON], Some(body.as_bytes())).expect("an answer").text()
    };
    let rules = r#"{"domainRules":[{"name":"r","kind":"TRANSFORM","mode":"WRITE","type":"CEL","disabled":false}]}"#;
    let both = format!(r#"{{"defaultRuleSet":{rules},"overrideRuleSet":{rules}}}"#);
    let keeping = start::server_over(store.journal(), Settings::default(), HttpSettings::default());
    assert_eq!(put(&mut Client::new(keeping.addresses()[0]), &both), both);
    keeping.abort().unwrap();

    let drops = Settings { rule_sets: RuleSets::Drop, ..Settings::default() };
    let dropping = start::server_over(store.journal(), drops, HttpSettings::default());
    let mut client = Client::new(dropping.addresses()[0]);
    // What an update does not mention stays; one rule set in it, and the original's handler empties both.
    let with_normalize = format!(r#"{{"normalize":true,{}"#, &both[1..]);
    assert_eq!(put(&mut client, r#"{"normalize":true}"#), with_normalize);
    assert_eq!(put(&mut client, &format!(r#"{{"defaultRuleSet":{rules}}}"#)), r#"{"normalize":true}"#);
    assert_eq!(get(&mut client, "/config/s").text(), r#"{"normalize":true,"compatibilityLevel":"BACKWARD"}"#);
    dropping.abort().unwrap();
}

#[test]
fn deep_nesting_is_refused_before_it_costs_anything() {
    let server = start::server(Settings::default(), HttpSettings::default());
    let mut client = Client::new(server.addresses()[0]);
    let deep = format!(r#"{{"x":{}"#, "[".repeat(100_000));
    let answer = post(&mut client, "/subjects/s/versions", &deep);
    let message = "Document nesting depth (1001) exceeds the maximum allowed (1000, from \
                   `StreamReadConstraints.getMaxNestingDepth()`)";
    assert_eq!(answer.text(), format!(r#"{{"error_code":400,"message":"{message}"}}"#));
    let schema = format!(r#"{{"schema":"{}"}}"#, "[".repeat(100_000));
    assert_eq!(post(&mut client, "/subjects/s/versions", &schema).status, 422);
    server.abort().unwrap();
}

#[test]
fn a_registry_that_cannot_write_says_503_and_goes_on_reading() {
    let store = MemoryStore::default();
    let server = start::server_over(store.journal(), Settings::default(), HttpSettings::default());
    let mut client = Client::new(server.addresses()[0]);
    assert_eq!(get(&mut client, "/health/ready").text(), r#"{"status":"ready","reason":null}"#);
    assert_eq!(post(&mut client, "/subjects/s/versions", STRING).status, 200);
    store.set_faults(Some(Box::new(|_| Fault::Refuse)));
    let refused = post(&mut client, "/subjects/s/versions", r#"{"schema":"\"bytes\""}"#);
    assert_eq!((refused.status, refused.header("retry-after")), (503, Some("1")), "{}", refused.text());
    let unready = get(&mut client, "/health/ready");
    assert_eq!(unready.status, 503);
    assert!(unready.text().starts_with(r#"{"status":"read-only","reason":""#), "{}", unready.text());
    assert_eq!(get(&mut client, "/subjects/s/versions").text(), "[1]");
    assert_eq!(post(&mut client, "/subjects/s/versions", STRING).status, 200, "what is known needs no write");
    assert_eq!(get(&mut client, "/health/live").status, 200);
    server.abort().unwrap();
}

#[test]
fn too_many_waiting_writes_are_429_and_the_others_are_kept() {
    let store = MemoryStore::default();
    let settings = Settings { queue_commands_max: 1, ..Settings::default() };
    let server = start::server_over(store.journal(), settings, HttpSettings::default());
    let address = server.addresses()[0];
    let register = |number: u32| post(&mut Client::new(address), &format!("/subjects/s{number}/versions"), STRING);
    let held = hold_next_append(&store);
    let answers: Vec<(u32, Answer)> = std::thread::scope(|scope| {
        let written = scope.spawn(move || register(0));
        held.wait();
        let waiting = scope.spawn(move || register(1));
        let mut watching = Client::new(address);
        while !get(&mut watching, "/metrics").text().contains("\nsluicegate_writer_queue_commands 1\n") {
            assert!(!waiting.is_finished(), "the first to wait finds room");
        }
        let refused = (2..12).map(|number| (number, register(number))).collect::<Vec<_>>();
        drop(held);
        [(0, written.join().unwrap()), (1, waiting.join().unwrap())].into_iter().chain(refused).collect()
    });
    let mut client = Client::new(address);
    for (number, answer) in &answers {
        let versions = get(&mut client, &format!("/subjects/s{number}/versions")).status;
        match number {
            0 | 1 => assert_eq!((answer.status, versions), (200, 200), "s{number}: {}", answer.text()),
            _ => {
                assert_eq!((answer.status, answer.header("retry-after")), (429, Some("1")), "s{number}");
                assert_eq!(versions, 404, "s{number} was refused");
            }
        }
    }
    server.abort().unwrap();
}

/// A journal whose texts cannot be read without a panic.
struct Trap(Arc<dyn Texts>);

impl Texts for Trap {
    fn replay(&self, seen: Position, each: &mut dyn FnMut(Fact)) -> Result<Position, JournalError> {
        self.0.replay(seen, each)
    }

    fn text(&self, hash: TextHash) -> Result<Arc<str>, JournalError> {
        panic!("reading {hash:?}, as the test wants")
    }
}

#[test]
fn a_panic_is_one_answer_lost_and_no_more() {
    let store = MemoryStore::default();
    let first = start::server_over(store.journal(), Settings::default(), HttpSettings::default());
    assert_eq!(post(&mut Client::new(first.addresses()[0]), "/subjects/s/versions", STRING).status, 200);
    first.abort().unwrap();

    let Journal { writer, texts } = store.journal();
    let journal = Journal { writer, texts: Arc::new(Trap(texts)) };
    let server = start::server_over(journal, Settings::default(), HttpSettings::default());
    let mut client = Client::new(server.addresses()[0]);
    for _ in 0..3 {
        let answer = get(&mut client, "/schemas/ids/1");
        assert_eq!(
            (answer.status, answer.text()),
            (500, r#"{"error_code":500,"message":"Internal Server Error"}"#.into())
        );
        assert_eq!(get(&mut client, "/subjects").text(), r#"["s"]"#);
    }
    server.abort().unwrap();
}

#[test]
fn a_request_id_is_echoed_or_made_up() {
    let server = start::server(Settings::default(), HttpSettings::default());
    let mut client = Client::new(server.addresses()[0]);
    let id_of = |client: &mut Client, headers: &[(&str, &str)]| {
        let answer = client.send("GET", "/subjects", headers, None).unwrap();
        answer.header("x-request-id").unwrap().to_owned()
    };
    assert_eq!(id_of(&mut client, &[("X-Request-ID", "abc")]), "abc");
    let fresh = [
        id_of(&mut client, &[]),
        id_of(&mut client, &[("X-Request-ID", " ")]),
        id_of(&mut client, &[("X-Request-ID", "a"), ("X-Request-ID", "b")]),
    ];
    for (at, id) in fresh.iter().enumerate() {
        assert!(id.len() == 36 && id.as_bytes()[14] == b'4', "{id} is no random UUID");
        assert!(!fresh[..at].contains(id), "{id} twice");
    }
    server.abort().unwrap();
}

#[test]
fn a_stop_lets_accepted_requests_finish() {
    let store = MemoryStore::default();
    let server = start::server_over(store.journal(), Settings::default(), HttpSettings::default());
    let address = server.addresses()[0];
    let held = hold_next_append(&store);
    let waiting = std::thread::spawn(move || post(&mut Client::new(address), "/subjects/s/versions", STRING));
    held.wait();
    let stopping = std::thread::spawn(move || server.stop());
    while TcpStream::connect(address).is_ok() {
        std::thread::yield_now();
    }
    assert!(!stopping.is_finished(), "a request is under way");
    drop(held);
    stopping.join().unwrap().unwrap();
    assert_eq!(waiting.join().unwrap().status, 200);
}
