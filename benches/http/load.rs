//! A load generator: keep-alive connections, one request in flight on each, driven by one thread whose own CPU time
//! is known and left out.

use crate::budget::{process_cpu, thread_cpu};
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::{Duration, Instant};

/// The longest answer: 100,000 names.
const ANSWER_BYTES_MAX: usize = 8 << 20;

/// What a round of load cost.
pub(crate) struct Cost {
    /// CPU time of everything but the load generator, per request.
    pub(crate) server_cpu_us: f64,
    /// Requests per second of wall time.
    pub(crate) rate: f64,
    /// Wall time of single requests in ascending order; only with one connection.
    pub(crate) latencies: Vec<Duration>,
}

/// Open connections to one server.
pub(crate) struct Load {
    connections: Vec<TcpStream>,
    buffer: Vec<u8>,
}

impl Load {
    pub(crate) fn new(server: SocketAddr, connections: usize) -> Self {
        let connect = |_| {
            let stream = TcpStream::connect(server).expect("the server accepts");
            stream.set_nodelay(true).expect("a TCP option");
            stream
        };
        Self { connections: (0..connections).map(connect).collect(), buffer: vec![0; ANSWER_BYTES_MAX] }
    }

    /// Sends requests for about `time`; `request` writes the next one. Every answer must have status 200.
    pub(crate) fn run(&mut self, time: Duration, mut request: impl FnMut(&mut Vec<u8>)) -> Cost {
        let (start, cpu, own) = (Instant::now(), process_cpu(), thread_cpu());
        let (mut sent, mut latencies) = (0u32, Vec::new());
        while start.elapsed() < time {
            let asked = Instant::now();
            sent += self.once(&mut request);
            if self.connections.len() == 1 {
                latencies.push(asked.elapsed());
            }
        }
        let (wall, server) = (start.elapsed(), (process_cpu() - cpu).saturating_sub(thread_cpu() - own));
        latencies.sort_unstable();
        Cost {
            server_cpu_us: server.as_secs_f64() * 1e6 / f64::from(sent),
            rate: f64::from(sent) / wall.as_secs_f64(),
            latencies,
        }
    }

    /// Sends one request on every connection, reads the answers, and returns how many.
    pub(crate) fn once(&mut self, mut request: impl FnMut(&mut Vec<u8>)) -> u32 {
        let (mut received, mut bytes) = (0, Vec::new());
        for connection in &mut self.connections {
            bytes.clear();
            request(&mut bytes);
            connection.write_all(&bytes).expect("the server reads");
        }
        for connection in &mut self.connections {
            receive(connection, &mut self.buffer);
            received += 1;
        }
        received
    }
}

/// A record of ten fields, about 600 bytes, different for every number.
pub(crate) fn schema(number: u32) -> String {
    let fields: Vec<String> = (0..10)
        .map(|field| format!(r#"{{"name":"field_{field}_{number}","type":["null","string"],"default":null}}"#))
        .collect();
    format!(r#"{{"type":"record","name":"Order","namespace":"com.example","fields":[{}]}}"#, fields.join(","))
}

/// The body that brings a schema.
pub(crate) fn body(schema: &str) -> String {
    format!(r#"{{"schema":"{}"}}"#, schema.replace('"', "\\\""))
}

/// Writes a GET.
pub(crate) fn get(target: &str, out: &mut Vec<u8>) {
    write!(
        out,
        "GET {target} HTTP/1.1\r\nHost: localhost\r\nAccept: application/vnd.schemaregistry.v1+json, \
         application/vnd.schemaregistry+json, application/json\r\nContent-Type: \
         application/vnd.schemaregistry.v1+json\r\n\r\n"
    )
    .expect("memory takes it");
}

/// Writes a POST of a JSON body.
pub(crate) fn post(target: &str, body: &str, out: &mut Vec<u8>) {
    write!(
        out,
        "POST {target} HTTP/1.1\r\nHost: localhost\r\nAccept: application/vnd.schemaregistry.v1+json\r\nContent-Type: \
         application/vnd.schemaregistry.v1+json\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    )
    .expect("memory takes it");
}

/// Reads one whole answer.
fn receive(connection: &mut TcpStream, buffer: &mut [u8]) {
    let mut filled = 0;
    loop {
        let read = connection.read(&mut buffer[filled..]).expect("the server answers");
        assert!(read > 0, "the server closed the connection");
        filled += read;
        let Some(head) = buffer[..filled].windows(4).position(|window| window == b"\r\n\r\n") else { continue };
        let text = std::str::from_utf8(&buffer[..head]).expect("a head in ASCII");
        assert!(text.starts_with("HTTP/1.1 200"), "{}", String::from_utf8_lossy(&buffer[..filled]));
        let length = text.lines().find_map(|line| {
            let (name, value) = line.split_once(':')?;
            name.eq_ignore_ascii_case("content-length").then(|| value.trim().parse::<usize>())?.ok()
        });
        if filled >= head + 4 + length.expect("a length") {
            return;
        }
    }
}
