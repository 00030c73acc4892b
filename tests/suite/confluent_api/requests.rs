//! Requests byte by byte: what a client library would never send, and what every server must take or refuse.

use super::start::configured;
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};

/// Everything that comes back until the server closes the connection.
fn answer(address: SocketAddr, request: &str) -> String {
    let mut connection = TcpStream::connect(address).unwrap();
    connection.write_all(request.as_bytes()).unwrap();
    let mut answer = String::new();
    connection.read_to_string(&mut answer).unwrap();
    answer
}

#[test]
fn a_request_names_its_host_exactly_once() {
    let server = configured(&[]);
    let address = server.addresses()[0];
    for (head, status) in [
        ("GET /subjects HTTP/1.1\r\n", 400),
        ("GET /nope HTTP/1.1\r\nHost: a\r\nHost: a\r\n", 400),
        ("DELETE /subjects/s HTTP/1.1\r\n", 400),
        ("GET /subjects HTTP/1.1\r\nHost: a\r\n", 200),
        ("GET /subjects HTTP/1.0\r\n", 200),
    ] {
        let answer = answer(address, &format!("{head}Connection: close\r\n\r\n"));
        assert!(answer.split(' ').nth(1) == Some(&status.to_string()), "{head}\n{answer}");
    }
    server.abort().unwrap();
}

#[test]
fn methods_are_spelled_as_they_are() {
    let server = configured(&[]);
    let address = server.addresses()[0];
    for (method, status) in [("get", 405), ("Get", 405), ("TRACE", 405), ("PATCH", 405), ("PROPFIND", 405)] {
        let answer = answer(address, &format!("{method} /subjects HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"));
        assert!(answer.starts_with(&format!("HTTP/1.1 {status} ")), "{method}\n{answer}");
        assert!(!answer.contains("\r\nallow:"), "{method}\n{answer}");
    }
    server.abort().unwrap();
}

#[test]
fn what_follows_a_request_on_the_same_connection_is_answered_in_order() {
    let server = configured(&[]);
    let one = "GET /subjects HTTP/1.1\r\nHost: a\r\n\r\n";
    let two = "POST /nope HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\n{}";
    let three = "GET /v1/metadata/deployment HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n";
    let answers = answer(server.addresses()[0], &format!("{one}{two}{three}"));
    let statuses: Vec<&str> = answers.split("HTTP/1.1 ").skip(1).map(|answer| &answer[..3]).collect();
    assert_eq!(statuses, ["200", "404", "200"], "{answers}");
    assert!(answers.ends_with(r#"{"attributes":[]}"#), "{answers}");
    server.abort().unwrap();
}
