//! Whether the bodies of recorded requests are as the description says.

use super::description::DESCRIPTION;
use super::routes::exchange_files;
use crate::confluent_api::exchange::{self, Step};
use serde_json::Value;

/// Scenarios and steps about what is taken beyond the description; its introduction says so.
const TOLERATED: &[(&str, &[u64], &str)] = &[
    ("http-root-and-metadata", &[4, 6], "a number for a text, null for nothing"),
    ("body-bad-config-subject", &[29, 30, 31, 32, 33, 36, 40, 41, 46, 48, 49], "one scalar for another"),
    ("json-string-bodies", &[1, 5], "a bare text for a mode"),
    ("body-bad-tags", &[22, 23, 24, 25], "a schema in a request that has none"),
    ("http-body-encoding", &[3, 4, 5, 6, 10], "other encodings than UTF-8"),
    ("http-chunked-and-keepalive", &[1], "chunks, recorded with their framing"),
];

/// Properties in recorded requests that mean nothing: descriptions are judged closed, requests are not.
const IGNORED: [&str; 5] = ["note", "unknown", "extra", "x", "compatibilityLevel"];

fn without_ignored(value: &mut Value) {
    match value {
        Value::Array(items) => items.iter_mut().for_each(without_ignored),
        Value::Object(members) => {
            members.retain(|name, _| !IGNORED.contains(&name.as_str()));
            members.values_mut().for_each(without_ignored);
        }
        _ => {}
    }
}

fn complaint(step: &Step) -> Option<String> {
    let operation = DESCRIPTION.operation(&step.method, &step.path).filter(|_| (200..300).contains(&step.status))?;
    let schema = &operation.content["requestBody"]["content"]["application/json"]["schema"];
    let body = step.body.as_ref().filter(|body| !body.is_empty())?;
    if schema.is_null() {
        return Some("a body is not described".to_owned());
    }
    match serde_json::from_slice::<Value>(body) {
        Ok(mut body) => {
            without_ignored(&mut body);
            DESCRIPTION.misfit(schema, &body)
        }
        Err(error) => Some(error.to_string()),
    }
}

#[test]
fn the_bodies_of_successful_requests_are_described() {
    let mut wrong = Vec::new();
    let mut tolerated = Vec::new();
    for scenario in exchange_files().iter().flat_map(|file| exchange::scenarios(file)) {
        for step in &scenario.steps {
            let Some(complaint) = complaint(step) else { continue };
            let is_listed =
                |(name, steps, _): &&(&str, &[u64], &str)| *name == scenario.name && steps.contains(&step.number);
            match TOLERATED.iter().find(is_listed) {
                Some((name, ..)) => tolerated.push((*name, step.number)),
                None => wrong.push(format!("{} {}: {complaint}", scenario.name, step.number)),
            }
        }
    }
    for (name, steps, why) in TOLERATED {
        let described = steps.iter().filter(|step| !tolerated.contains(&(*name, **step)));
        wrong.extend(described.map(|step| format!("{name} {step}: listed for {why}, but described")));
    }
    assert!(wrong.is_empty(), "{} bodies are not as they should be:\n{}", wrong.len(), wrong.join("\n"));
}
