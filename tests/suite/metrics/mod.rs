//! `GET /metrics`: both texts are what scrapers read, the numbers move with what happens, their names are those of the
//! README, and nothing that clients ask for makes the page grow.

mod strict;

use crate::confluent_api::client::{Answer, Client};
use crate::confluent_api::start;
use crate::dice::Dice;
use sluicegate::http::{Bound, HttpSettings};
use sluicegate::registry::Settings;
use sluicegate::registry::journal::{Condition, Journal, JournalError, Position, Texts};
use sluicegate::registry::record::{Fact, TextHash};
use sluicegate::storage::memory::{Fault, MemoryStore};
use sluicegate::storage::rocksdb;
use std::collections::BTreeSet;
use std::path::Path;
use std::sync::{Arc, mpsc};
use std::time::{Duration, Instant};
use strict::Page;

const JSON: (&str, &str) = ("Content-Type", "application/json");
/// What Prometheus 3 sends.
const PROMETHEUS: &str = "application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.6,\
                          application/openmetrics-text;version=0.0.1;q=0.5,text/plain;version=1.0.0;q=0.4,\
                          text/plain;version=0.0.4;q=0.3,*/*;q=0.2";

fn client(server: &Bound) -> Client {
    Client::new(server.addresses()[0])
}

fn ask(client: &mut Client, method: &str, target: &str, body: &str) -> Answer {
    let body = (!body.is_empty()).then_some(body.as_bytes());
    client.send(method, target, &[JSON], body).expect("an answer")
}

fn scrape(client: &mut Client) -> Page {
    let answer = client.send("GET", "/metrics", &[], None).expect("an answer");
    assert_eq!(answer.status, 200);
    strict::read(&answer.text(), false).unwrap_or_else(|wrong| panic!("{wrong}"))
}

fn schema(text: &str) -> String {
    format!(r#"{{"schema":"{}"}}"#, text.replace('"', "\\\""))
}

/// A record with one field of this type, without a default.
fn record(field_type: &str) -> String {
    schema(&format!(r#"{{"type":"record","name":"R","fields":[{{"name":"f","type":"{field_type}"}}]}}"#))
}

#[test]
fn both_texts_are_strictly_what_scrapers_read_and_say_the_same() {
    let server = start::server(Settings::default(), HttpSettings::default());
    let mut client = client(&server);
    ask(&mut client, "POST", "/subjects/s/versions", &record("int"));
    ask(&mut client, "GET", "/nowhere", "");
    let kinds = |page: &Page, suffix: &str| -> BTreeSet<(String, String)> {
        let named = page.families.iter().map(|(name, family)| match family.kind.as_str() {
            "counter" => (format!("{name}{suffix}"), "counter".to_owned()),
            "untyped" => (name.clone(), "unknown".to_owned()),
            kind => (name.clone(), kind.to_owned()),
        });
        named.collect()
    };
    let plain = kinds(&scrape(&mut client), "");
    let answer = client.send("GET", "/metrics", &[("Accept", PROMETHEUS)], None).expect("an answer");
    let expected = "application/openmetrics-text; version=1.0.0; charset=utf-8";
    assert_eq!(answer.header("content-type"), Some(expected));
    let open = strict::read(&answer.text(), true).unwrap_or_else(|wrong| panic!("{wrong}"));
    assert_eq!(kinds(&open, "_total"), plain);
    server.abort().unwrap();
}

#[test]
fn no_scraper_is_refused_and_each_gets_the_text_it_likes() {
    let server = start::server(Settings::default(), HttpSettings::default());
    let mut client = client(&server);
    let (plain, open) =
        ("text/plain; version=0.0.4; charset=utf-8", "application/openmetrics-text; version=1.0.0; charset=utf-8");
    for (accept, expected) in [
        ("text/plain", plain),
        ("*/*", plain),
        ("application/json", plain),
        ("image/png", plain),
        ("text/plain;version=0.0.4;q=0.5,application/openmetrics-text;q=0.4", plain),
        ("application/openmetrics-text;q=0,*/*", plain),
        ("application/openmetrics-text", open),
        ("application/openmetrics-text;version=1.0.0,text/plain;q=0.5,*/*;q=0.1", open),
        (PROMETHEUS, open),
    ] {
        let answer = client.send("GET", "/metrics", &[("Accept", accept)], None).expect("an answer");
        assert_eq!((answer.status, answer.header("content-type")), (200, Some(expected)), "{accept}");
        assert_eq!(answer.text().ends_with("# EOF\n"), expected == open, "{accept}");
    }
    let head = client.send("HEAD", "/metrics", &[], None).expect("an answer");
    assert_eq!((head.status, head.header("content-type")), (200, Some(plain)));
    server.abort().unwrap();
}

// Long because it is one session, with every number that moves in it.
#[test]
fn the_numbers_move_with_what_happens() {
    let server = start::server(Settings::default(), HttpSettings::default());
    let mut client = client(&server);
    let versions = "/subjects/{subject}/versions";
    assert_eq!(ask(&mut client, "POST", "/subjects/s/versions", &record("int")).status, 200);
    assert_eq!(ask(&mut client, "POST", "/subjects/s/versions", &record("int")).status, 200, "known");
    assert_eq!(ask(&mut client, "POST", "/subjects/s/versions", &record("string")).status, 409);
    assert_eq!(ask(&mut client, "POST", "/subjects/:.c:t/versions", &record("int")).status, 200);
    assert_eq!(ask(&mut client, "GET", "/subjects/s/versions/1", "").status, 200);
    assert_eq!(ask(&mut client, "GET", "/contexts/c/subjects/t/versions/1", "").status, 200, "behind a prefix");
    assert_eq!(ask(&mut client, "GET", "/schemas/types", "").status, 200);
    assert_eq!(ask(&mut client, "GET", "/nowhere/at/all", "").status, 404);
    assert_eq!(ask(&mut client, "DELETE", "/subjects/s/versions/1", "").status, 200);

    let page = scrape(&mut client);
    let requests = |method, route, status| {
        let labels = [("method", method), ("route", route), ("status", status)];
        let count = page.sum("sluicegate_http_requests_total", &labels);
        assert_eq!(page.sum("sluicegate_http_request_duration_seconds_count", &labels), count);
        count
    };
    assert_eq!(requests("POST", versions, "2xx"), 3.0);
    assert_eq!(requests("POST", versions, "4xx"), 1.0);
    assert_eq!(requests("GET", "/subjects/{subject}/versions/{version}", "2xx"), 2.0);
    assert_eq!(requests("DELETE", "/subjects/{subject}/versions/{version}", "2xx"), 1.0);
    assert_eq!(requests("GET", "/schemas/types", "2xx"), 1.0);
    assert_eq!(requests("GET", "unmatched", "4xx"), 1.0);
    assert_eq!(page.sum("sluicegate_http_requests_total", &[]), 9.0, "a scrape counts itself afterwards");
    let took = page.sum("sluicegate_http_request_duration_seconds_sum", &[]);
    assert!(took > 0.0 && took < 20.0, "{took} seconds");

    for (name, labels, expected) in [
        ("sluicegate_http_requests_in_flight", [("", "")], 1.0),
        ("sluicegate_http_connections", [("", "")], 1.0),
        ("sluicegate_http_connections_opened_total", [("", "")], 1.0),
        ("sluicegate_writer_writable", [("", "")], 1.0),
        ("sluicegate_writer_queue_commands", [("", "")], 0.0),
        ("sluicegate_writer_commands_total", [("outcome", "done")], 3.0),
        ("sluicegate_writer_appends_total", [("outcome", "synced")], 3.0),
        ("sluicegate_writer_sync_seconds_count", [("", "")], 3.0),
        ("sluicegate_writer_batch_commands_bucket", [("le", "1.0")], 3.0),
        ("sluicegate_level_verdicts_total", [("outcome", "compatible")], 2.0),
        ("sluicegate_level_verdicts_total", [("outcome", "incompatible")], 1.0),
        ("sluicegate_subjects", [("", "")], 2.0),
        ("sluicegate_versions", [("state", "live")], 1.0),
        ("sluicegate_versions", [("state", "deleted")], 1.0),
        ("sluicegate_schemas", [("schema_type", "avro")], 2.0),
        ("sluicegate_contexts", [("", "")], 2.0),
        ("kafka_schema_registry_registered_count", [("", "")], 2.0),
        ("kafka_schema_registry_deleted_count", [("", "")], 1.0),
        ("kafka_schema_registry_schemas_created", [("schema_type", "avro")], 2.0),
        ("kafka_schema_registry_api_success_count", [("", "")], 7.0),
        ("kafka_schema_registry_api_failure_count", [("", "")], 2.0),
        ("kafka_schema_registry_master_slave_role", [("", "")], 1.0),
    ] {
        let labels: &[_] = if labels[0].0.is_empty() { &[] } else { &labels };
        assert_eq!(page.sum(name, labels), expected, "{name} {labels:?}");
    }
    assert!(page.sum("sluicegate_store_position", &[]) >= 3.0);
    assert!(page.sum("sluicegate_cache_hits_total", &[]) > 0.0 && page.sum("sluicegate_cache_bytes", &[]) > 0.0);
    assert!(page.sum("process_resident_memory_bytes", &[]) > 1e6);
    assert!(page.sum("process_cpu_seconds_total", &[]) > 0.0 && page.sum("process_open_fds", &[]) > 3.0);
    let started = page.sum("process_start_time_seconds", &[]);
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap().as_secs_f64();
    assert!(started > now - 86_400.0 && started <= now + 1.0, "began at {started}, now is {now}");
    server.abort().unwrap();
}

#[test]
fn decisions_and_the_changes_that_were_refused_are_counted() {
    let server = start::server(Settings::default(), HttpSettings::default());
    let mut client = client(&server);
    let of_fields = |fields: &[&str]| {
        let fields: Vec<String> = fields.iter().map(|name| format!(r#"{{"name":"{name}","type":"int"}}"#)).collect();
        schema(&format!(r#"{{"type":"record","name":"R","fields":[{}]}}"#, fields.join(",")))
    };
    let (both, one) = (of_fields(&["a", "b"]), of_fields(&["a"]));
    let register = |client: &mut Client, subject: &str, body: &str| {
        ask(client, "POST", &format!("/subjects/{subject}/versions"), body).status
    };
    for (subject, enforcement, status) in [("off", "off", 200), ("report", "report", 200), ("enforce", "enforce", 409)]
    {
        let policy = format!(r#"{{"enforcement":"{enforcement}"}}"#);
        assert_eq!(ask(&mut client, "PUT", &format!("/policy/{subject}"), &policy).status, 200);
        assert_eq!(register(&mut client, subject, &both), 200);
        assert_eq!(register(&mut client, subject, &one), status, "{subject}");
    }
    let page = scrape(&mut client);
    let decisions = |enforcement, outcome| {
        page.sum("sluicegate_policy_decisions_total", &[("enforcement", enforcement), ("outcome", outcome)])
    };
    let counted = ["report", "enforce"].map(|word| ["accepted", "reported", "refused"].map(|it| decisions(word, it)));
    assert_eq!(counted, [[1.0, 1.0, 0.0], [1.0, 0.0, 1.0]]);
    assert_eq!(page.sum("sluicegate_policy_refusals_total", &[("change", "field-removed")]), 1.0);
    assert_eq!(page.sum("sluicegate_policy_refusals_total", &[]), 1.0);
    server.abort().unwrap();
}

#[test]
fn records_that_were_checked_are_counted_by_what_became_of_them() {
    let server = start::server(Settings::default(), HttpSettings::default());
    let mut client = client(&server);
    assert_eq!(ask(&mut client, "POST", "/subjects/s/versions", &schema("\"string\"")).status, 200);
    // "a" behind id 1; the same behind id 9; no message; a message without a value.
    let body = r#"{"records":[{"wire":"AAAAAAECYQ=="},{"wire":"AAAAAAkCYQ=="},{"wire":"AmE="},{"wire":null}]}"#;
    for _ in 0..2 {
        assert_eq!(ask(&mut client, "POST", "/validate/wire", body).status, 200);
    }
    assert_eq!(ask(&mut client, "POST", "/validate/wire", r#"{"records":[{"wire":"*"}]}"#).status, 422);
    let page = scrape(&mut client);
    let counted = |outcome| page.sum("sluicegate_records_checked_total", &[("outcome", outcome)]);
    let words = ["fits", "tombstone", "unknown-schema", "not-framed", "misfit", "not-registered"];
    assert_eq!(words.map(counted), [2.0, 2.0, 2.0, 2.0, 0.0, 0.0]);
    assert!(page.sum("sluicegate_cache_bytes", &[("cache", "checkers")]) > 0.0);
    server.abort().unwrap();
}

#[test]
fn exemptions_are_counted_as_long_as_they_are_there() {
    let server = start::server(Settings::default(), HttpSettings::default());
    let mut client = client(&server);
    let exemption = r#"{"fingerprint":"0123456789abcdef","subject":"s","change":"field-removed","path":"f",
                        "reason":"nobody reads it","approvedBy":"board","expires":"9000-12-31"}"#;
    for (method, target, body, in_force) in [
        ("GET", "/exemptions", "", 0.0),
        ("POST", "/exemptions", exemption, 1.0),
        ("DELETE", "/exemptions/0123456789abcdef", "", 0.0),
    ] {
        assert_eq!(ask(&mut client, method, target, body).status, 200, "{method} {target}");
        let page = scrape(&mut client);
        assert_eq!(page.sum("sluicegate_exemptions", &[("state", "in-force")]), in_force, "{method} {target}");
        assert_eq!(page.sum("sluicegate_exemptions", &[("state", "expired")]), 0.0);
    }
    server.abort().unwrap();
}

#[test]
fn what_limits_turn_away_is_counted_by_status() {
    let http = HttpSettings { body_bytes_max: 200, ..HttpSettings::default() };
    let server = start::server(Settings::default(), http);
    let mut client = client(&server);
    assert_eq!(ask(&mut client, "POST", "/subjects/s/versions", &"x".repeat(201)).status, 413);
    assert_eq!(ask(&mut client, "GET", &format!("/{}", "x".repeat(9000)), "").status, 414);
    let page = scrape(&mut client);
    for (status, expected) in [("413", 1.0), ("414", 1.0), ("429", 0.0), ("503", 0.0), ("408", 0.0)] {
        assert_eq!(page.sum("sluicegate_http_requests_limited_total", &[("status", status)]), expected, "{status}");
    }
    assert_eq!(page.sum("sluicegate_http_requests_total", &[("route", "unmatched")]), 2.0, "no route was looked for");
    server.abort().unwrap();
}

#[test]
fn a_registry_that_cannot_write_says_so_to_scrapers() {
    let store = MemoryStore::default();
    let server = start::server_over(store.journal(), Settings::default(), HttpSettings::default());
    let mut client = client(&server);
    store.set_faults(Some(Box::new(|_| Fault::Refuse)));
    assert_eq!(ask(&mut client, "POST", "/subjects/s/versions", &record("int")).status, 503);
    let page = scrape(&mut client);
    assert_eq!(page.sum("sluicegate_writer_writable", &[]), 0.0);
    assert_eq!(page.sum("sluicegate_writer_commands_total", &[("outcome", "failed")]), 1.0);
    assert_eq!(page.sum("sluicegate_writer_appends_total", &[("outcome", "refused")]), 1.0);
    assert_eq!(page.sum("sluicegate_writer_sync_seconds_count", &[]), 0.0);
    assert_eq!(page.sum("sluicegate_http_requests_limited_total", &[("status", "503")]), 1.0);
    server.abort().unwrap();
}

#[test]
fn nothing_that_clients_ask_for_makes_the_page_grow() {
    let server = start::server(Settings::default(), HttpSettings::default());
    let mut client = client(&server);
    let description: serde_json::Value =
        serde_json::from_str(&ask(&mut client, "GET", "/openapi.json", "").text()).unwrap();
    let mut routes: BTreeSet<String> = description["paths"].as_object().unwrap().keys().cloned().collect();
    routes.insert("unmatched".to_owned());
    let mut dice = Dice::new(20);
    let templates: Vec<String> = routes.iter().cloned().collect();
    let words = ["subjects", "versions", "schemas", "ids", "config", "contexts", "mode", "1", "%2e", "%C3%A9"];
    let methods = ["GET", "PUT", "POST", "DELETE", "HEAD", "OPTIONS", "PATCH", "BREW"];
    for number in 0..2_000 {
        let word = |dice: &mut Dice| format!("{}{number}", words[dice.index(words.len())]);
        let path: String = match number % 2 {
            0 => (0..dice.below(6)).map(|_| format!("/{}", word(&mut dice))).collect(),
            _ => {
                let template = templates[dice.index(templates.len())].split('/').skip(1);
                let filled = template.map(|segment| match segment.starts_with('{') {
                    true => format!("/{}", word(&mut dice)),
                    false => format!("/{segment}"),
                });
                filled.collect()
            }
        };
        let path = if path.starts_with('/') { path } else { format!("/{path}") };
        let method = methods[dice.index(methods.len())];
        let answer = client.send(method, &path, &[JSON], (method == "PUT").then_some(b"{}")).expect("an answer");
        assert!(answer.status < 500, "{method} {path}: {}", answer.status);
    }
    let page = scrape(&mut client);
    let values = |label: &str| -> BTreeSet<String> {
        page.samples().filter_map(|sample| sample.labels.get(label).cloned()).collect()
    };
    let listed = ["GET", "POST", "PUT", "DELETE", "HEAD", "OPTIONS", "other"].map(str::to_owned);
    assert!(values("method").is_subset(&listed.into_iter().collect()), "{:?}", values("method"));
    assert_eq!(values("route"), routes, "each route was asked for");
    let bytes = client.send("GET", "/metrics", &[], None).unwrap().body.len();
    assert!(bytes < 1 << 20, "{bytes} bytes");
    server.abort().unwrap();
}

/// A journal on a disk that does not answer, until the other end of the channel is dropped.
struct Hanging(Arc<dyn Texts>, std::sync::Mutex<mpsc::Receiver<()>>);

impl Texts for Hanging {
    fn replay(&self, seen: Position, each: &mut dyn FnMut(Fact)) -> Result<Position, JournalError> {
        self.0.replay(seen, each)
    }

    fn text(&self, hash: TextHash) -> Result<Arc<str>, JournalError> {
        self.0.text(hash)
    }

    fn condition(&self) -> Condition {
        assert!(self.1.lock().unwrap().recv().is_err(), "nothing is ever sent");
        Condition { free_bytes: Some(7), note_behind: None }
    }
}

#[test]
fn a_disk_that_hangs_takes_its_own_figures_along_and_no_others() {
    let (release, hold) = mpsc::channel();
    let Journal { writer, texts } = MemoryStore::default().journal();
    let journal = Journal { writer, texts: Arc::new(Hanging(texts, hold.into())) };
    let server = start::server_over(journal, Settings::default(), HttpSettings::default());
    let mut client = client(&server);
    let began = Instant::now();
    for _ in 0..5 {
        let page = scrape(&mut client);
        assert_eq!(page.sum("sluicegate_writer_writable", &[]), 1.0);
        assert!(!page.families.contains_key("sluicegate_store_disk_free_bytes"));
    }
    assert!(began.elapsed() < Duration::from_secs(60), "five scrapes took {:?}", began.elapsed());
    drop(release);
    let deadline = Instant::now() + Duration::from_secs(60);
    while scrape(&mut client).sum("sluicegate_store_disk_free_bytes", &[]) != 7.0 {
        assert!(Instant::now() < deadline, "the disk answers again");
    }
    server.abort().unwrap();
}

/// The names in the section of the README, as they stand in the older format.
fn documented() -> BTreeSet<String> {
    let readme = std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("README.md")).unwrap();
    let section = readme.split("### Metrics").nth(1).expect("the README has such a section");
    let section = section.split("\n#").next().expect("split gives one at least");
    let rows = section.lines().filter(|line| line.starts_with("| `"));
    let names = rows.flat_map(|row| row.split('|').nth(1).unwrap_or_default().split('`').skip(1).step_by(2));
    names.map(|name| name.split('{').next().unwrap_or_default().to_owned()).collect()
}

#[test]
fn the_readme_lists_every_name_and_no_other() {
    let folder = tempfile::tempdir().unwrap();
    let journal = rocksdb::open(&folder.path().join("data")).unwrap();
    let server = start::server_over(journal, Settings::default(), HttpSettings::default());
    let mut client = client(&server);
    assert_eq!(ask(&mut client, "POST", "/subjects/s/versions", &record("int")).status, 200);
    let page = scrape(&mut client);
    let served: BTreeSet<String> = page.families.keys().cloned().collect();
    let documented = documented();
    assert_eq!(served.difference(&documented).collect::<Vec<_>>(), Vec::<&String>::new(), "not in the README");
    assert_eq!(documented.difference(&served).collect::<Vec<_>>(), Vec::<&String>::new(), "not served");
    assert!(page.sum("sluicegate_store_disk_free_bytes", &[]) > 1e6);
    assert!(page.sum("sluicegate_store_head_behind_seconds", &[]) < 10.0);
    server.abort().unwrap();
}
