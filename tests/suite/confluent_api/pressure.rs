//! Bodies that do not come whole, memory that many of them would take, and stops with connections still open.

use super::client::Client;
use super::start;
use sluicegate::http::{HttpSettings, Server};
use sluicegate::registry::{Registry, Settings, Submission};
use sluicegate::schema::names::SubjectName;
use sluicegate::storage::memory::MemoryStore;
use std::io::{Read, Write};
use std::net::{Shutdown, SocketAddr, TcpStream};
use std::sync::Arc;
use std::sync::mpsc::channel;
use std::time::{Duration, Instant};

const REGISTER: &str = "POST /subjects/s/versions HTTP/1.1\r\nHost: h\r\nContent-Type: application/json\r\n";
const STRING: &str = r#"{"schema":"\"string\""}"#;

fn connect(address: SocketAddr) -> TcpStream {
    let connection = TcpStream::connect(address).unwrap();
    connection.set_read_timeout(Some(Duration::from_secs(60))).unwrap();
    connection
}

/// Everything the server sends until it closes the connection.
fn rest(mut connection: TcpStream) -> String {
    let mut bytes = Vec::new();
    connection.read_to_end(&mut bytes).unwrap();
    String::from_utf8_lossy(&bytes).into_owned()
}

/// How many bytes of bodies the server holds, as it says itself.
fn held(client: &mut Client) -> usize {
    let page = client.send("GET", "/metrics", &[], None).unwrap();
    let value = page.text().lines().find_map(|line| line.strip_prefix("sluicegate_http_body_bytes ")?.parse().ok());
    value.expect("a page with the gauge")
}

#[test]
fn a_request_whose_body_breaks_off_is_not_carried_out() {
    let server = start::server(Settings::default(), HttpSettings::default());
    let address = server.addresses()[0];
    let mut client = Client::new(address);
    let json = [("Content-Type", "application/json")];
    assert_eq!(client.send("POST", "/subjects/s/versions", &json, Some(STRING.as_bytes())).unwrap().status, 200);

    let mut connection = connect(address);
    connection.write_all(b"DELETE /subjects/s HTTP/1.1\r\nHost: h\r\nContent-Length: 100\r\n\r\nabc").unwrap();
    connection.shutdown(Shutdown::Write).unwrap();
    drop(rest(connection));
    let mut connection = connect(address);
    connection
        .write_all(b"DELETE /subjects/s HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n")
        .unwrap();
    connection.shutdown(Shutdown::Write).unwrap();
    drop(rest(connection));

    assert_eq!(client.send("GET", "/subjects", &[], None).unwrap().text(), r#"["s"]"#);
    server.abort().unwrap();
}

#[test]
fn a_body_that_pauses_too_long_is_408_and_ends_its_connection() {
    let http = HttpSettings { body_silence: Duration::from_millis(50), ..HttpSettings::default() };
    let server = start::server(Settings::default(), http);
    let mut connection = connect(server.addresses()[0]);
    write!(connection, "{REGISTER}Content-Length: 100\r\n\r\n{{").unwrap();
    let answer = rest(connection);
    assert!(answer.starts_with("HTTP/1.1 408 "), "{answer}");
    assert!(answer.ends_with(r#"{"error_code":408,"message":"The request body did not arrive in time"}"#), "{answer}");
    server.abort().unwrap();
}

#[test]
fn bodies_that_would_take_too_much_memory_together_are_429() {
    let http = HttpSettings { all_bodies_bytes_max: 1000, ..HttpSettings::default() };
    let server = start::server(Settings::default(), http);
    let address = server.addresses()[0];
    let mut slow = connect(address);
    write!(slow, "{REGISTER}Content-Length: 900\r\n\r\n{}", " ".repeat(899)).unwrap();

    let mut client = Client::new(address);
    let body = format!("{STRING}{}", " ".repeat(200));
    let json = [("Content-Type", "application/json")];
    let deadline = Instant::now() + Duration::from_secs(60);
    // A body before that would take the room that the slow one is about to take.
    while held(&mut client) != 899 {
        assert!(Instant::now() < deadline, "{} bytes are held", held(&mut client));
    }
    let mut ask = || client.send("POST", "/subjects/s/versions", &json, Some(body.as_bytes())).unwrap();
    let refused = ask();
    assert_eq!(refused.status, 429, "{}", refused.text());
    assert_eq!(refused.header("retry-after"), Some("1"));

    drop(slow);
    let again = loop {
        let answer = ask();
        if answer.status != 429 || Instant::now() > deadline {
            break answer;
        }
    };
    assert_eq!(again.status, 200, "what the slow one held is given back: {}", again.text());
    server.abort().unwrap();
}

/// A pool that takes nothing shows what would be done there: whatever else is answered is done on the event loop.
#[test]
fn a_large_body_is_left_to_the_pool_and_small_requests_go_on() {
    let registry = Registry::start(MemoryStore::default().journal(), Settings::default()).unwrap();
    let (done, outcome) = channel();
    let string = Submission::avro(SubjectName::read("s"), r#""string""#);
    registry.register(string, Box::new(move |registered| done.send(registered).unwrap()));
    outcome.recv().unwrap().unwrap();
    let http = HttpSettings {
        listen: vec![([127, 0, 0, 1], 0).into()],
        workers: 1,
        cpu_waiting_max: 0,
        ..HttpSettings::default()
    };
    let server = Server::bind(http, Arc::new(registry)).unwrap();
    let mut client = Client::new(server.addresses()[0]);
    let json = [("Content-Type", "application/json")];
    let blanks = " ".repeat(1 << 20);
    for (method, target) in [
        ("POST", "/subjects/s/versions"),
        ("POST", "/compatibility/subjects/s/versions/latest"),
        ("PUT", "/config/s"),
        ("PUT", "/mode/s"),
    ] {
        let mut ask = |body: &str| client.send(method, target, &json, Some(body.as_bytes())).unwrap();
        for body in [STRING, "{"] {
            let large = ask(&format!("{blanks}{body}"));
            assert_eq!(large.status, 429, "{method} {target}: {}", large.text());
            let small = ask(body);
            assert_ne!(small.status, 429, "{method} {target}: {}", small.text());
        }
    }
    server.abort().unwrap();
}

#[test]
fn a_large_body_is_answered_like_a_small_one() {
    let server = start::server(Settings::default(), HttpSettings::default());
    let mut client = Client::new(server.addresses()[0]);
    let json = [("Content-Type", "application/json")];
    let blanks = " ".repeat(1 << 20);
    for body in [STRING, STRING, "{", "[]", "null", r#"{"schema":"{"}"#, r#"{"schem":1}"#] {
        for target in ["/subjects/s/versions", "/subjects/s", "/compatibility/subjects/s/versions/latest"] {
            let mut ask = |body: &str| {
                let answer = client.send("POST", target, &json, Some(body.as_bytes())).unwrap();
                (answer.status, answer.text())
            };
            // Complaints may name the place.
            assert_eq!(ask(&format!("{body}{blanks}")), ask(body), "{target} {body}");
        }
    }
    server.abort().unwrap();
}

#[test]
fn a_stop_waits_for_a_long_answer_to_be_read() {
    let server = start::server(Settings::default(), HttpSettings::default());
    let address = server.addresses()[0];
    let mut client = Client::new(address);
    let json = [("Content-Type", "application/json")];
    let doc = "x".repeat(8 << 20);
    let schema = format!(r#"{{"schema":"{{\"type\":\"fixed\",\"name\":\"F\",\"size\":1,\"doc\":\"{doc}\"}}"}}"#);
    assert_eq!(client.send("POST", "/subjects/s/versions", &json, Some(schema.as_bytes())).unwrap().status, 200);
    let mut slow = connect(address);
    slow.write_all(b"GET /schemas/ids/1 HTTP/1.1\r\nHost: h\r\n\r\n").unwrap();
    let mut first = [0; 12];
    slow.read_exact(&mut first).unwrap();
    assert_eq!(&first, b"HTTP/1.1 200");

    std::thread::scope(|scope| {
        let stopping = scope.spawn(|| server.stop());
        // Long enough for a stop that does not wait, and far from how long one waits at most.
        std::thread::sleep(Duration::from_millis(500));
        assert!(!stopping.is_finished(), "most of the answer has not been read");
        let answer = rest(slow);
        assert!(answer.len() > 8 << 20, "{} bytes", answer.len());
        stopping.join().unwrap().unwrap();
    });
}

#[test]
fn a_stop_does_not_wait_for_connections_that_ask_nothing() {
    let server = start::server(Settings::default(), HttpSettings::default());
    let address = server.addresses()[0];
    let _silent = connect(address);
    let mut idle = Client::new(address);
    assert_eq!(idle.send("GET", "/subjects", &[], None).unwrap().status, 200);
    let start = Instant::now();
    server.stop().unwrap();
    assert!(start.elapsed() < Duration::from_secs(7), "it took {:?}", start.elapsed());
}
