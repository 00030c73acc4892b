//! Writes that fail are not acknowledged; reads go on, and when there is room again so do writes.
//!
//! A limit on the size of files stands for the full disk: RocksDB's log reaches it again and again, and each time the
//! registry opens its store anew.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use super::http::Connection;
use super::server::{self, Server};

const FILE_BYTES_MAX: u64 = 1 << 20;
const FAILURES: usize = 3;

#[test]
fn a_failed_write_is_refused_and_the_registry_recovers() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let server = Server::start_with_files_up_to(FILE_BYTES_MAX, folder.path());
    let mut connection = server.connection();
    let reply = connection.send("PUT", "/config", r#"{"compatibility":"NONE"}"#).expect("the server runs");
    assert_eq!(reply.status, 200, "{}", reply.body);

    let mut acknowledged: BTreeMap<i64, String> = BTreeMap::new();
    let mut failures = 0;
    for number in 0..200 {
        if failures == FAILURES {
            break;
        }
        let text = large_schema(number);
        let body = serde_json::json!({ "schema": text }).to_string();
        let reply = connection.send("POST", "/subjects/large/versions", &body).expect("the server runs");
        if reply.status == 200 {
            let id = reply.json()["id"].as_i64().expect("an id");
            assert_eq!(acknowledged.insert(id, text), None, "id {id} was given twice");
            continue;
        }
        assert!(reply.status >= 500 && reply.json()["error_code"].is_i64(), "{} {}", reply.status, reply.body);
        failures += 1;
        compare(&acknowledged, &mut connection);
        wait_until_ready(&mut connection);
    }
    assert_eq!(failures, FAILURES, "{} large schemas did not fill a log of {FILE_BYTES_MAX} bytes", acknowledged.len());
    drop(connection);
    server.kill();

    let server = Server::start(folder.path());
    compare(&acknowledged, &mut server.connection());
    server.stop();
    server::verify(folder.path());
}

/// Some 40 KB, unlike any other.
fn large_schema(number: usize) -> String {
    let symbols: Vec<String> = (0..3000).map(|symbol| format!("\"SYMBOL_{number}_{symbol}\"")).collect();
    format!(r#"{{"type":"enum","name":"E","symbols":[{}]}}"#, symbols.join(","))
}

fn compare(acknowledged: &BTreeMap<i64, String>, connection: &mut Connection) {
    for (id, text) in acknowledged {
        let reply = connection.send("GET", &format!("/schemas/ids/{id}"), "").expect("the server runs");
        assert_eq!(reply.status, 200, "id {id}: {}", reply.body);
        assert_eq!(reply.json()["schema"].as_str(), Some(text.as_str()), "id {id}");
    }
}

fn wait_until_ready(connection: &mut Connection) {
    let started = Instant::now();
    while connection.send("GET", "/health/ready", "").expect("the server runs").status != 200 {
        assert!(started.elapsed() < Duration::from_secs(120), "the registry does not recover");
        std::thread::sleep(Duration::from_millis(20));
    }
}
