//! A conversation with a registry of its own: what is asked, and what must be answered, word for word.

use super::client::{Answer, Client};
use super::start;
use serde_json::{Value, json};
use sluicegate::http::{Bound, HttpSettings, IncompatibleErrorCode};
use sluicegate::registry::{RuleSets, Settings};

/// Texts of schemas whose guid is known from the reference.
pub(crate) const STRING: &str = r#""string""#;
pub(crate) const INT: &str = r#""int""#;
pub(crate) const LONG: &str = r#""long""#;

/// A record with one field, the same with an optional one more, and with one that old data does not have.
pub(crate) const R: &str = r#"{"type":"record","name":"R","fields":[{"name":"a","type":"string"}]}"#;
pub(crate) const R_AND_OPTIONAL: &str = r#"{"type":"record","name":"R","fields":[{"name":"a","type":"string"},{"name":"b","type":["null","string"],"default":null}]}"#;
pub(crate) const R_AND_REQUIRED: &str =
    r#"{"type":"record","name":"R","fields":[{"name":"a","type":"string"},{"name":"z","type":"int"}]}"#;

const JSON: (&str, &str) = ("Content-Type", "application/vnd.schemaregistry.v1+json");

/// An empty registry behind a socket, and one connection to it.
pub(crate) struct Conversation {
    server: Option<Bound>,
    client: Client,
}

impl Conversation {
    /// With our own defaults.
    pub(crate) fn new() -> Self {
        Self::with(Settings::default(), HttpSettings::default())
    }

    /// With the settings that answer as the recorded server did.
    pub(crate) fn as_recorded() -> Self {
        let http =
            HttpSettings { incompatible_error_code: IncompatibleErrorCode::Code40901, ..HttpSettings::default() };
        Self::with(Settings { rule_sets: RuleSets::Drop, ..Settings::default() }, http)
    }

    pub(crate) fn with(registry: Settings, http: HttpSettings) -> Self {
        let server = start::server(registry, http);
        let client = Client::new(server.addresses()[0]);
        Self { server: Some(server), client }
    }

    /// Where the server is: `http://HOST:PORT`.
    pub(crate) fn url(&self) -> String {
        let server = self.server.as_ref().expect("it is there until the end");
        format!("http://{}", server.addresses()[0])
    }

    /// Sends a request without headers, and without a body where that is empty; status and body of the answer.
    pub(crate) fn ask(&mut self, method: &str, target: &str, body: &str) -> (u16, String) {
        let reply = self.send(method, target, &[], (!body.is_empty()).then_some(body));
        (reply.status(), reply.text())
    }

    /// Sends requests one after the other: method, target, body, and what status and body must be.
    #[track_caller]
    pub(crate) fn exchange(&mut self, exchanges: &[(&str, &str, &str, u16, &str)]) {
        for (method, target, body, status, expected) in exchanges {
            let (found, text) = self.ask(method, target, body);
            assert_eq!((found, text.as_str()), (*status, *expected), "{method} {target} {body}");
        }
    }

    pub(crate) fn get(&mut self, target: &str) -> Reply {
        self.send("GET", target, &[], None)
    }

    pub(crate) fn delete(&mut self, target: &str) -> Reply {
        self.send("DELETE", target, &[], None)
    }

    pub(crate) fn post(&mut self, target: &str, body: &str) -> Reply {
        self.send("POST", target, &[JSON], Some(body))
    }

    pub(crate) fn put(&mut self, target: &str, body: &str) -> Reply {
        self.send("PUT", target, &[JSON], Some(body))
    }

    /// Posts `{"schema": schema}`.
    pub(crate) fn post_schema(&mut self, target: &str, schema: &str) -> Reply {
        self.post(target, &json!({ "schema": schema }).to_string())
    }

    /// Registers a schema that must be accepted.
    #[track_caller]
    pub(crate) fn register(&mut self, subject: &str, schema: &str) -> Registered {
        self.register_with(subject, json!({ "schema": schema }))
    }

    /// Registers what must be accepted.
    #[track_caller]
    pub(crate) fn register_with(&mut self, subject: &str, body: Value) -> Registered {
        let answer = self.post(&format!("/subjects/{subject}/versions"), &body.to_string()).json();
        let number = |key: &str| answer[key].as_i64().unwrap_or_else(|| panic!("registering in {subject}: {answer}"));
        Registered { id: number("id"), version: number("version") }
    }

    pub(crate) fn send(&mut self, method: &str, target: &str, headers: &[(&str, &str)], body: Option<&str>) -> Reply {
        let asked = format!("{method} {target} {}", body.unwrap_or_default());
        let answer = self.client.send(method, target, headers, body.map(str::as_bytes));
        Reply { answer: answer.unwrap_or_else(|error| panic!("{asked}: {error}")), asked }
    }

    pub(crate) fn send_bytes(&mut self, method: &str, target: &str, headers: &[(&str, &str)], body: &[u8]) -> Reply {
        let asked = format!("{method} {target} {body:?}");
        let answer = self.client.send(method, target, headers, Some(body));
        Reply { answer: answer.unwrap_or_else(|error| panic!("{asked}: {error}")), asked }
    }
}

impl Drop for Conversation {
    fn drop(&mut self) {
        if let Some(server) = self.server.take() {
            let ended = server.abort();
            // A test that fails has said why already.
            assert!(ended.is_ok() || std::thread::panicking(), "the server did not end well: {ended:?}");
        }
    }
}

/// What a registration gave.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Registered {
    pub(crate) id: i64,
    pub(crate) version: i64,
}

/// An answer that remembers what was asked.
pub(crate) struct Reply {
    asked: String,
    answer: Answer,
}

impl Reply {
    /// The status and the whole body, in which time stamps are written as `"ts":0`.
    #[track_caller]
    pub(crate) fn is(&self, status: u16, body: &str) -> &Self {
        assert_eq!((self.answer.status, self.without_times().as_str()), (status, body), "{}", self.asked);
        self
    }

    /// 200 and the whole body.
    #[track_caller]
    pub(crate) fn ok(&self, body: &str) -> &Self {
        self.is(200, body)
    }

    /// 200 and a body with these lines of a listing, separated by commas.
    #[track_caller]
    pub(crate) fn lists(&self, items: &[String]) -> &Self {
        self.is(200, &format!("[{}]", items.join(",")))
    }

    /// An error: its code, of which the first three digits are the status, and its whole message.
    #[track_caller]
    pub(crate) fn fails(&self, code: u32, message: &str) -> &Self {
        let status = if code > 999 { code / 100 } else { code };
        let body = format!(r#"{{"error_code":{code},"message":{}}}"#, Value::from(message));
        self.is(u16::try_from(status).expect("a status"), &body)
    }

    /// An error whose message begins like this.
    #[track_caller]
    pub(crate) fn fails_beginning(&self, code: u32, beginning: &str) -> &Self {
        let answer = self.json();
        let message = answer["message"].as_str().unwrap_or_default();
        assert_eq!(answer["error_code"], code, "{}: {answer}", self.asked);
        assert!(message.starts_with(beginning), "{}: {message}", self.asked);
        self
    }

    /// One header, or that there is none.
    #[track_caller]
    pub(crate) fn header_is(&self, name: &str, value: Option<&str>) -> &Self {
        assert_eq!(self.answer.header(name), value, "{name} of {}", self.asked);
        self
    }

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.answer.header(name)
    }

    pub(crate) fn text(&self) -> String {
        self.answer.text()
    }

    pub(crate) fn status(&self) -> u16 {
        self.answer.status
    }

    #[track_caller]
    pub(crate) fn json(&self) -> Value {
        let text = self.answer.text();
        serde_json::from_str(&text).unwrap_or_else(|error| panic!("{}: {error}: {text}", self.asked))
    }

    /// The body without the guid, where nothing but that is of no interest.
    #[track_caller]
    pub(crate) fn without_guid(&self) -> Value {
        let mut body = self.json();
        let guid = body.as_object_mut().and_then(|object| object.remove("guid"));
        assert!(guid.is_some(), "{}: no guid in {body}", self.asked);
        body
    }

    /// 200 and the whole body but the guid, where nothing is known of that.
    #[track_caller]
    pub(crate) fn without_guid_is(&self, body: &str) -> &Self {
        let answered = self.without_times();
        let (before, rest) = answered.split_once(r#""guid":""#).unwrap_or_else(|| panic!("{}: {answered}", self.asked));
        let (_guid, after) = rest.split_once("\",").expect("a key behind the guid");
        assert_eq!((self.answer.status, format!("{before}{after}").as_str()), (200, body), "{}", self.asked);
        self
    }

    /// The body with every time stamp 0.
    pub(crate) fn without_times(&self) -> String {
        let text = self.answer.text();
        let mut pieces = text.split(r#""ts":"#);
        let first = pieces.next().unwrap_or_default().to_owned();
        pieces.fold(first, |body, piece| {
            body + r#""ts":0"# + piece.trim_start_matches(|symbol: char| symbol.is_ascii_digit())
        })
    }
}

/// A live version as it is read and listed, of a schema that [`guid`] knows.
pub(crate) fn version(subject: &str, version: u32, id: u32, schema: &str) -> String {
    let (guid, text) = (guid(schema), Value::from(schema));
    format!(
        r#"{{"subject":"{subject}","version":{version},"id":{id},"guid":"{guid}","schemaType":"AVRO","schema":{text},"ts":0,"deleted":false}}"#
    )
}

/// The answer to a registration.
pub(crate) fn registered(id: u32, version: u32, schema: &str) -> String {
    let (guid, text) = (guid(schema), Value::from(schema));
    format!(r#"{{"id":{id},"version":{version},"guid":"{guid}","schemaType":"AVRO","schema":{text}}}"#)
}

/// The answer to a look-up that found the very text: without time stamp.
pub(crate) fn found(subject: &str, number: u32, id: u32, schema: &str) -> String {
    version(subject, number, id, schema).replace(r#","ts":0,"deleted":false"#, "")
}

/// The same version, softly deleted.
pub(crate) fn deleted(version: &str) -> String {
    version.replace(r#""deleted":false"#, r#""deleted":true"#)
}

/// The guids of the reference (rest-api 6.6 and the recorded exchanges).
fn guid(schema: &str) -> &'static str {
    match schema {
        STRING => "095d71cf-1255-6b9d-5e33-0ad575b3df5d",
        INT => "ef524ea1-b91e-7317-3d93-8ade36c1db32",
        LONG => "e1dd9a1e-f98b-451b-5369-0370b393966b",
        R => "5dc3f779-b8f9-f027-359c-6140cfb455e0",
        R_AND_OPTIONAL => "005eeae6-1e65-ea6a-69cb-406f7c39e5d2",
        R_AND_REQUIRED => "f58a73e0-dafe-b084-a22e-9025864455eb",
        _ => panic!("no guid is known of {schema}"),
    }
}
