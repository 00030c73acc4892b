//! A conversation with the registry: each part is a method and a path, and after the first line a body. No answer may be
//! a server error, and every request has one.
#![no_main]

use libfuzzer_sys::fuzz_target;
use sluicegate::http::{Bound, HttpSettings, Server};
use sluicegate::registry::{Registry, Settings};
use sluicegate::storage::memory::MemoryStore;
use sluicegate_fuzz::CUT;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::PathBuf;
use std::sync::{Arc, LazyLock, Mutex};
use std::time::Duration;

const NO_ID_LEFT: &[u8] = b"No schema id is left";

/// One server for all inputs: what one leaves behind is another's past.
static SERVER: LazyLock<Bound> = LazyLock::new(|| {
    let settings = Settings::default();
    let registry = Registry::start(MemoryStore::default().journal(), settings).expect("an empty journal replays");
    let http = HttpSettings { listen: vec![([127, 0, 0, 1], 0).into()], workers: 1, ..HttpSettings::default() };
    Server::bind(http, Arc::new(registry)).expect("a port is free")
});
/// What that server has been told, to be written down where an answer is wrong: the same in one input shows it again.
static PAST: Mutex<Vec<String>> = Mutex::new(Vec::new());

fuzz_target!(|text: &str| {
    let requests: Vec<_> = text.split(CUT).filter_map(request).collect();
    if requests.is_empty() {
        return;
    }
    PAST.lock().expect("nobody panics with it").push(text.to_owned());
    let mut answers = connect();
    for request in requests {
        answers.get_mut().write_all(&request).expect("the server takes a request");
        let Answer { status, body, is_last } = answer(&mut answers);
        // Who imports the last id has none left, as in the original.
        if status == 500 && !body.windows(NO_ID_LEFT.len()).any(|words| words == NO_ID_LEFT) {
            let past = PathBuf::from(std::env::var_os("FUZZ_FOLDER").unwrap_or_default()).join("past.txt");
            let told = PAST.lock().expect("nobody panics with it").join(CUT);
            std::fs::write(&past, told).expect("the folder can be written");
            let lossy = String::from_utf8_lossy;
            panic!("{}\nis answered {}\nthe past: {}", lossy(&request), lossy(&body), past.display());
        }
        if is_last {
            answers = connect();
        }
    }
});

fn connect() -> BufReader<TcpStream> {
    let stream = TcpStream::connect(SERVER.addresses()[0]).expect("the server listens");
    stream.set_read_timeout(Some(Duration::from_secs(30))).expect("a socket has timeouts");
    BufReader::new(stream)
}

/// Well-formed HTTP; what is not is the HTTP library's to refuse.
fn request(part: &str) -> Option<Vec<u8>> {
    let (line, body) = part.split_once('\n').unwrap_or((part, ""));
    let (method, target) = line.split_once(' ')?;
    let is_method = ["GET", "POST", "PUT", "DELETE"].contains(&method);
    if !is_method || !target.starts_with('/') || !target.bytes().all(|byte| byte.is_ascii_graphic()) {
        return None;
    }
    let length = body.len();
    let kind = "application/vnd.schemaregistry.v1+json";
    let head = format!("{line} HTTP/1.1\r\nHost: registry\r\nContent-Type: {kind}\r\nContent-Length: {length}\r\n\r\n");
    Some([head.as_bytes(), body.as_bytes()].concat())
}

struct Answer {
    status: u16,
    body: Vec<u8>,
    /// The server ends the connection after it. That is so too where the HTTP library takes a request for none (a
    /// backtick in a path), which it answers in its own way: 400 without a body.
    is_last: bool,
}

fn answer(stream: &mut BufReader<TcpStream>) -> Answer {
    let (mut status, mut length, mut is_chunked, mut is_last) = (0, 0, false, false);
    loop {
        let mut line = String::new();
        let bytes = stream.read_line(&mut line).expect("an answer arrives in time");
        assert_ne!(bytes, 0, "a request was not answered");
        let line = line.trim_end().to_ascii_lowercase();
        match line.split_once(": ") {
            _ if line.is_empty() => break,
            _ if line.starts_with("http/1.1 ") => status = line[9..12].parse().expect("a status is a number"),
            Some(("content-length", value)) => length = value.parse().expect("a length is a number"),
            Some(("transfer-encoding", _)) => is_chunked = true,
            Some(("connection", "close")) => is_last = true,
            _ => {}
        }
    }
    let mut body = Vec::new();
    if is_chunked {
        while chunk(stream, &mut body) {}
    } else {
        stream.take(length).read_to_end(&mut body).expect("an answer has its length");
    }
    is_last |= status == 400 && body.is_empty();
    Answer { status, body, is_last }
}

/// Appends the next chunk to the body; `false` after the last.
fn chunk(stream: &mut BufReader<TcpStream>, body: &mut Vec<u8>) -> bool {
    let mut line = String::new();
    stream.read_line(&mut line).expect("a chunk arrives in time");
    let length = u64::from_str_radix(line.trim_end(), 16).expect("a chunk has a length");
    stream.take(length + 2).read_to_end(body).expect("a chunk has its length");
    body.truncate(body.len() - 2);
    length > 0
}
