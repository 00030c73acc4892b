//! Messages that other programs read, and those of other programs, read: every case of `messages/cases.json`, through the
//! project's own library, and read by the other crates too.

mod others;
mod own;
mod records;
mod values;

use crate::kit::Kit;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value as Json, json};
use std::path::Path;

/// One message, with the case it was made of.
pub struct Message<'c> {
    pub case: &'c Json,
    pub topic: String,
    pub header: Option<Vec<u8>>,
    /// None of a tombstone.
    pub payload: Option<Vec<u8>>,
}

impl Message<'_> {
    /// For messages: whose it is, and which.
    pub fn told(&self) -> String {
        format!("{} in {}", self.case["name"], self.topic)
    }

    pub fn subject(&self) -> String {
        format!("{}-{}", self.topic, if is_key(self.case) { "key" } else { "value" })
    }
}

pub async fn write(kit: &Kit, cases: &Json, folder: &Path) {
    own::register_types(kit, cases).await;
    let by_id = tokio::task::block_in_place(|| own::write_by_id(kit, cases));
    let by_guid = own::write_by_guid(kit, cases).await;
    let text = |bytes: Option<Vec<u8>>| bytes.map(|bytes| STANDARD.encode(bytes));
    let line = |message: Message<'_>| {
        let (header, payload) = (text(message.header), text(message.payload));
        json!({"case": message.case["name"], "topic": message.topic, "header": header, "payload": payload})
    };
    let messages: Json = by_id.into_iter().chain(by_guid).map(line).collect();
    std::fs::write(folder.join("rust.json"), messages.to_string()).expect("written");
    kit.passed("write messages");
}

pub async fn read(kit: &Kit, cases: &Json, folder: &Path) {
    let messages = read_all(cases, folder);
    tokio::task::block_in_place(|| own::read_blocking(kit, &messages));
    own::read_awaited(kit, &messages).await;
    kit.passed("read messages");
    others::read_with_converter(kit, &messages).await;
    others::read_with_registry_client(kit, &messages).await;
    kit.passed("read messages with the other crates");
    tokio::task::block_in_place(|| records::check(kit, &messages));
    kit.passed("check messages");
}

pub fn cases() -> Json {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../messages/cases.json");
    serde_json::from_str(&std::fs::read_to_string(file).expect("the cases")).expect("JSON")
}

fn read_all<'c>(cases: &'c Json, folder: &Path) -> Vec<Message<'c>> {
    let mut files: Vec<_> = folder.read_dir().expect("the folder").map(|file| file.expect("a file").path()).collect();
    files.sort();
    let bytes = |text: &Json| text.as_str().map(|text| STANDARD.decode(text).expect("base64"));
    let message = |line: &Json| Message {
        case: list(&cases["cases"]).find(|case| case["name"] == line["case"]).expect("a case"),
        topic: text(&line["topic"]).to_owned(),
        header: bytes(&line["header"]),
        payload: bytes(&line["payload"]),
    };
    let mut messages = Vec::new();
    for file in files {
        let lines: Json = serde_json::from_slice(&std::fs::read(file).expect("readable")).expect("JSON");
        messages.extend(list(&lines).map(message));
    }
    messages
}

fn list(json: &Json) -> std::slice::Iter<'_, Json> {
    json.as_array().map_or_else(Default::default, |items| items.iter())
}

fn text(json: &Json) -> &str {
    json.as_str().expect("a text")
}

fn is_key(case: &Json) -> bool {
    case["part"] == "key"
}
