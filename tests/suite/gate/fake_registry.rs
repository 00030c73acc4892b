//! A registry that says what a test wants: canned answers on a free port, and a list of what it was asked.

use std::collections::BTreeMap;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;
use std::time::Duration;

/// What is said to one request.
#[derive(Clone, Debug)]
pub(super) enum Said {
    /// A status and a body.
    Answer(u16, String),
    /// The connection ends without an answer.
    Hangup,
    /// Nothing, for longer than anybody waits.
    Silence,
}

/// A request as it came.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Asked {
    pub(super) method: String,
    pub(super) target: String,
    pub(super) authorization: Option<String>,
    pub(super) body: String,
}

/// The server; ends with the test.
pub(super) struct FakeRegistry {
    address: SocketAddr,
    script: Arc<Script>,
    thread: Option<JoinHandle<()>>,
}

#[derive(Default)]
struct Script {
    /// Per target what is said, one after the other; the last stays.
    answers: Mutex<BTreeMap<String, Vec<Said>>>,
    asked: Mutex<Vec<Asked>>,
    is_over: AtomicBool,
}

impl FakeRegistry {
    /// Knows nothing yet: subjects are not found, the level is BACKWARD, there is no policy.
    pub(super) fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let script = Arc::new(Script::default());
        let server = Arc::clone(&script);
        let thread = std::thread::spawn(move || {
            let mut connections = Vec::new();
            for stream in listener.incoming() {
                if server.is_over.load(Ordering::SeqCst) {
                    break;
                }
                let (server, stream) = (Arc::clone(&server), stream.unwrap());
                connections.push(std::thread::spawn(move || drop(server.serve(stream))));
            }
            connections.into_iter().for_each(|connection| connection.join().unwrap());
        });
        Self { address, script, thread: Some(thread) }
    }

    /// `http://127.0.0.1:PORT`
    pub(super) fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Says this to `target`, after what it says already.
    pub(super) fn say(&self, target: &str, said: Said) -> &Self {
        self.script.answers.lock().unwrap().entry(target.to_owned()).or_default().push(said);
        self
    }

    /// Answers `target` with a document.
    pub(super) fn json(&self, target: &str, document: serde_json::Value) -> &Self {
        self.say(target, Said::Answer(200, document.to_string()))
    }

    /// Holds versions of a subject: text and metadata properties of each, from version 1.
    pub(super) fn subject(&self, subject: &str, versions: &[(&str, &[(&str, &str)])]) -> &Self {
        let numbers: Vec<usize> = (1..=versions.len()).collect();
        self.json(&format!("/subjects/{subject}/versions"), serde_json::json!(numbers));
        for (number, (text, properties)) in numbers.into_iter().zip(versions) {
            let properties: BTreeMap<_, _> = properties.iter().copied().collect();
            let mut document =
                serde_json::json!({"subject": subject, "version": number, "id": 100 + number, "schema": text});
            if !properties.is_empty() {
                document["metadata"] = serde_json::json!({ "properties": properties });
            }
            self.json(&format!("/subjects/{subject}/versions/{number}"), document);
        }
        self
    }

    /// Everything it was asked.
    pub(super) fn asked(&self) -> Vec<Asked> {
        self.script.asked.lock().unwrap().clone()
    }

    /// The targets it was asked for, sorted.
    pub(super) fn targets(&self) -> Vec<String> {
        let mut targets: Vec<String> = self.asked().into_iter().map(|asked| asked.target).collect();
        targets.sort();
        targets
    }
}

impl Drop for FakeRegistry {
    fn drop(&mut self) {
        self.script.is_over.store(true, Ordering::SeqCst);
        drop(TcpStream::connect(self.address)); // wakes the listener
        if let Some(thread) = self.thread.take() {
            thread.join().unwrap();
        }
    }
}

impl Script {
    fn serve(&self, mut stream: TcpStream) -> std::io::Result<()> {
        stream.set_read_timeout(Some(Duration::from_secs(10)))?;
        let mut reader = BufReader::new(stream.try_clone()?);
        while let Some(asked) = read_request(&mut reader)? {
            let target = asked.target.clone();
            self.asked.lock().unwrap().push(asked);
            match self.next(&target) {
                Said::Answer(status, body) => {
                    let head = format!(
                        "HTTP/1.1 {status} X\r\nContent-Type: application/vnd.schemaregistry.v1+json\r\nContent-Length: \
                         {}\r\n\r\n",
                        body.len()
                    );
                    stream.write_all(head.as_bytes())?;
                    stream.write_all(body.as_bytes())?;
                }
                Said::Hangup => return stream.shutdown(std::net::Shutdown::Both),
                Said::Silence => {
                    // Until the other side gives up.
                    reader.read_to_end(&mut Vec::new())?;
                    return Ok(());
                }
            }
        }
        Ok(())
    }

    fn next(&self, target: &str) -> Said {
        let mut answers = self.answers.lock().unwrap();
        match answers.get_mut(target) {
            Some(said) if said.len() > 1 => said.remove(0),
            Some(said) => said[0].clone(),
            None => Said::Answer(404, default_answer(target)),
        }
        .or_default_config(target)
    }
}

impl Said {
    /// A configuration that nobody wrote down is `BACKWARD`.
    fn or_default_config(self, target: &str) -> Self {
        match self {
            Self::Answer(404, body) if target.starts_with("/config/") && body.contains("\"error_code\":404,") => {
                Self::Answer(200, r#"{"compatibilityLevel":"BACKWARD"}"#.to_owned())
            }
            said => said,
        }
    }
}

fn default_answer(target: &str) -> String {
    let code = match target.split_once("/versions") {
        Some((_, "")) => 40401,
        Some((_, _)) => 40402,
        None => 404,
    };
    format!(r#"{{"error_code":{code},"message":"not found"}}"#)
}

fn read_request(reader: &mut BufReader<TcpStream>) -> std::io::Result<Option<Asked>> {
    let mut line = String::new();
    if reader.read_line(&mut line)? == 0 {
        return Ok(None);
    }
    let mut parts = line.split(' ').map(str::to_owned);
    let (method, target) = (parts.next().unwrap_or_default(), parts.next().unwrap_or_default());
    let (mut authorization, mut length) = (None, 0);
    loop {
        let mut header = String::new();
        reader.read_line(&mut header)?;
        let header = header.trim_end();
        if header.is_empty() {
            break;
        }
        let (name, value) = header.split_once(": ").unwrap_or((header, ""));
        match name.to_ascii_lowercase().as_str() {
            "authorization" => authorization = Some(value.to_owned()),
            "content-length" => length = value.parse().unwrap_or(0),
            _ => {}
        }
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body)?;
    Ok(Some(Asked { method, target, authorization, body: String::from_utf8_lossy(&body).into_owned() }))
}
