//! A registry that says what a test wants: canned answers on a free port, and a list of what it was asked.

use std::collections::BTreeMap;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Condvar, Mutex};
use std::thread::JoinHandle;
use std::time::Duration;

/// What is said to one request.
#[derive(Clone, Debug)]
pub(crate) enum Said {
    /// A status and a body.
    Answer(u16, String),
    /// The connection ends without an answer.
    Hangup,
    /// Nothing, for longer than anybody waits.
    Silence,
    /// A status and a body once the gate is open.
    Held(Arc<Gate>, u16, String),
    /// A status, headers of its own and a body, after a while.
    Slowly(Duration, u16, &'static [(&'static str, &'static str)], String),
    /// A good answer that breaks off in the middle of its body.
    Cut(String),
    /// Bytes that are no HTTP.
    Noise,
}

/// Closed until it is opened.
#[derive(Debug, Default)]
pub(crate) struct Gate {
    is_open: Mutex<bool>,
    changed: Condvar,
}

impl Gate {
    pub(crate) fn open(&self) {
        *self.is_open.lock().unwrap() = true;
        self.changed.notify_all();
    }

    fn pass(&self) {
        drop(self.changed.wait_while(self.is_open.lock().unwrap(), |is_open| !*is_open).unwrap());
    }
}

/// A request as it came.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Asked {
    pub(crate) method: String,
    pub(crate) target: String,
    pub(crate) authorization: Option<String>,
    pub(crate) body: String,
}

/// The server; ends with the test.
pub(crate) struct FakeRegistry {
    address: SocketAddr,
    script: Arc<Script>,
    thread: Option<JoinHandle<()>>,
}

/// What is said by a function: `None` where that knows nothing.
type Teller = Box<dyn Fn(&Asked) -> Option<(u16, String)> + Send + Sync>;

#[derive(Default)]
struct Script {
    /// Who is asked first.
    teller: Mutex<Option<Teller>>,
    /// Per target what is said, one after the other; the last stays.
    answers: Mutex<BTreeMap<String, Vec<Said>>>,
    asked: Mutex<Vec<Asked>>,
    is_over: AtomicBool,
    is_down: AtomicBool,
}

impl FakeRegistry {
    /// Knows nothing yet: subjects are not found, the level is BACKWARD, there is no policy.
    pub(crate) fn start() -> Self {
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
    pub(crate) fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Says this to `target`, after what it says already.
    pub(crate) fn say(&self, target: &str, said: Said) -> &Self {
        self.script.answers.lock().unwrap().entry(target.to_owned()).or_default().push(said);
        self
    }

    /// Answers `target` with a document.
    pub(crate) fn json(&self, target: &str, document: serde_json::Value) -> &Self {
        self.say(target, Said::Answer(200, document.to_string()))
    }

    /// Holds versions of a subject: text and metadata properties of each, from version 1.
    pub(crate) fn subject(&self, subject: &str, versions: &[(&str, &[(&str, &str)])]) -> &Self {
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

    /// Says what the registry at `address` says, but knows nothing of what is `hidden`, the beginning of a path.
    #[cfg(feature = "server")]
    pub(crate) fn in_front_of(address: SocketAddr, hidden: &'static str) -> Self {
        let front = Self::start();
        let behind = Mutex::new(crate::confluent_api::client::Client::new(address));
        let teller = move |asked: &Asked| {
            if asked.target.starts_with(hidden) {
                return None;
            }
            let body = (!asked.body.is_empty()).then_some(asked.body.as_bytes());
            let answer = behind.lock().unwrap().send(&asked.method, &asked.target, &[], body).expect("an answer");
            Some((answer.status, answer.text()))
        };
        *front.script.teller.lock().unwrap() = Some(Box::new(teller));
        front
    }

    /// Breaks off every connection from now on, or ends that.
    pub(crate) fn is_down(&self, is_down: bool) -> &Self {
        self.script.is_down.store(is_down, Ordering::SeqCst);
        self
    }

    /// Says this to `target` from now on, instead of what it said.
    pub(crate) fn say_instead(&self, target: &str, said: Said) -> &Self {
        self.script.answers.lock().unwrap().insert(target.to_owned(), vec![said]);
        self
    }

    /// How often it was asked for `target`.
    pub(crate) fn count(&self, target: &str) -> usize {
        self.asked().iter().filter(|asked| asked.target == target).count()
    }

    /// Everything it was asked.
    pub(crate) fn asked(&self) -> Vec<Asked> {
        self.script.asked.lock().unwrap().clone()
    }

    /// The targets it was asked for, sorted.
    pub(crate) fn targets(&self) -> Vec<String> {
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
        stream.set_read_timeout(Some(Duration::from_secs(60)))?;
        stream.set_nodelay(true)?; // or the body waits for the head to be acknowledged
        let mut reader = BufReader::new(stream.try_clone()?);
        while let Some(asked) = read_request(&mut reader)? {
            let target = asked.target.clone();
            if self.is_down.load(Ordering::SeqCst) {
                return stream.shutdown(std::net::Shutdown::Both);
            }
            let told = self.teller.lock().unwrap().as_ref().and_then(|teller| teller(&asked));
            self.asked.lock().unwrap().push(asked);
            let said = told.map_or_else(|| self.next(&target), |(status, body)| Said::Answer(status, body));
            match said {
                Said::Answer(status, body) => answer(&mut stream, status, &[], &body)?,
                Said::Held(gate, status, body) => {
                    gate.pass();
                    answer(&mut stream, status, &[], &body)?;
                }
                Said::Slowly(time, status, headers, body) => {
                    std::thread::sleep(time);
                    answer(&mut stream, status, headers, &body)?;
                }
                Said::Cut(body) => {
                    write!(stream, "HTTP/1.1 200 X\r\nContent-Length: {}\r\n\r\n{body}", body.len() + 10)?;
                    return stream.shutdown(std::net::Shutdown::Both);
                }
                Said::Noise => {
                    stream.write_all(b"SSH-2.0-OpenSSH_9.9\r\n\r\n")?;
                    return stream.shutdown(std::net::Shutdown::Both);
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

fn answer(stream: &mut TcpStream, status: u16, headers: &[(&str, &str)], body: &str) -> std::io::Result<()> {
    let headers: String = headers.iter().map(|(name, value)| format!("{name}: {value}\r\n")).collect();
    let head = format!(
        "HTTP/1.1 {status} X\r\nContent-Type: application/vnd.schemaregistry.v1+json\r\n{headers}Content-Length: {}\r\n\r\n",
        body.len()
    );
    stream.write_all(head.as_bytes())?;
    stream.write_all(body.as_bytes())
}

fn default_answer(target: &str) -> String {
    let code = match target.split_once("/versions") {
        Some((_, "")) => 40401,
        Some((_, _)) => 40402,
        None if target.starts_with("/subjects/") => 40401,
        None if target.starts_with("/schemas/") => 40403,
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
