//! The recorded exchanges: what was sent to Confluent's server of release 8.3.1 and what it answered.

use flate2::read::GzDecoder;
use serde_json::Value;
use std::fs::File;
use std::io::{BufRead, BufReader};
use std::path::Path;

/// Requests in order, sent to a registry that was empty before the first.
pub(super) struct Scenario {
    pub(super) name: String,
    /// Properties with which the recorded server ran, where they were not its defaults.
    pub(super) settings: Vec<(String, String)>,
    pub(super) steps: Vec<Step>,
}

/// One request and its answer.
pub(crate) struct Step {
    pub(super) number: u64,
    pub(super) method: String,
    /// Raw, with the query.
    pub(super) path: String,
    pub(super) headers: Vec<(String, String)>,
    pub(super) body: Option<Vec<u8>>,
    pub(super) status: u16,
    /// Names in lower case.
    pub(super) answer_headers: Vec<(String, String)>,
    pub(super) answer: String,
    /// JSON paths whose value differs from run to run.
    pub(super) volatile: Vec<String>,
    /// Patterns of text that differs from run to run.
    pub(super) volatile_patterns: Vec<String>,
    /// Whether the answer is an array whose order means nothing.
    pub(super) is_unordered: bool,
}

impl Step {
    pub(super) fn answer_header(&self, name: &str) -> Option<&str> {
        self.answer_headers.iter().find(|(n, _)| n == name).map(|(_, value)| value.as_str())
    }
}

/// Every scenario of one file of `tests/data/exchanges`.
pub(super) fn scenarios(file: &str) -> Vec<Scenario> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("tests/data/exchanges/{file}.jsonl.gz"));
    let packed = File::open(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let mut scenarios: Vec<Scenario> = Vec::new();
    for line in BufReader::new(GzDecoder::new(packed)).lines() {
        let line: Value = serde_json::from_str(&line.unwrap()).unwrap();
        let name = line["scenario"].as_str().unwrap();
        if line["start"] == true {
            let settings = pairs(&line["settings"]);
            scenarios.push(Scenario { name: name.to_owned(), settings, steps: Vec::new() });
        } else {
            let scenario = scenarios.last_mut().expect("a scenario starts before its steps");
            assert_eq!(scenario.name, name);
            scenario.steps.push(step(&line));
        }
    }
    scenarios
}

fn step(line: &Value) -> Step {
    let texts = |key: &str| -> Vec<String> {
        let list = line[key].as_array().into_iter().flatten();
        list.map(|text| text.as_str().unwrap().to_owned()).collect()
    };
    let body = match (&line["request_body_base64"], &line["request_body"]) {
        (Value::String(encoded), _) => Some(base64(encoded)),
        (_, Value::String(text)) => Some(text.clone().into_bytes()),
        _ => None,
    };
    Step {
        number: line["step"].as_u64().unwrap(),
        method: line["method"].as_str().unwrap().to_owned(),
        path: line["path"].as_str().unwrap().to_owned(),
        headers: pairs(&line["request_headers"]),
        body,
        status: u16::try_from(line["status"].as_u64().unwrap()).unwrap(),
        answer_headers: pairs(&line["response_headers"])
            .into_iter()
            .map(|(name, value)| (name.to_ascii_lowercase(), value))
            .collect(),
        answer: line["response_body"].as_str().unwrap_or("").to_owned(),
        volatile: texts("volatile"),
        volatile_patterns: texts("volatile_regex"),
        is_unordered: texts("unordered") == ["$"],
    }
}

/// Headers or settings: an object, or a list of pairs where one is repeated.
fn pairs(headers: &Value) -> Vec<(String, String)> {
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    match headers {
        Value::Object(map) => map.iter().map(|(name, value)| (name.clone(), text(value))).collect(),
        Value::Array(list) => list.iter().map(|pair| (text(&pair[0]), text(&pair[1]))).collect(),
        _ => Vec::new(),
    }
}

fn base64(encoded: &str) -> Vec<u8> {
    const ALPHABET: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut bits = 0u32;
    let mut count = 0;
    let mut bytes = Vec::new();
    for symbol in encoded.bytes().filter(|b| *b != b'=') {
        let value = ALPHABET.iter().position(|b| *b == symbol).expect("a base64 symbol");
        bits = bits << 6 | u32::try_from(value).unwrap();
        count += 6;
        if count >= 8 {
            count -= 8;
            bytes.push((bits >> count & 0xff) as u8);
        }
    }
    bytes
}
