//! Whether an answer is the recorded one: status, headers, and the body with the order of its keys.

use super::client::Answer;
use super::exchange::Step;
use serde_json::Value;

/// Headers that are compared where they are recorded, and must be absent where they are not.
const HEADERS: [&str; 11] = [
    "content-type",
    "vary",
    "allow",
    "content-encoding",
    "cache-control",
    "access-control-allow-origin",
    "access-control-allow-credentials",
    "access-control-max-age",
    "access-control-allow-methods",
    "access-control-allow-headers",
    "access-control-expose-headers",
];

/// What is different, in one line; `None` if nothing is.
pub(super) fn difference(step: &Step, answer: &Answer) -> Option<String> {
    if answer.status != step.status {
        return Some(format!("status {} instead of {}: {}", answer.status, step.status, shortened(&answer.text())));
    }
    let is_page = step.answer_header("content-type").is_some_and(|value| value.starts_with("text/html"));
    if is_page {
        return None; // a page of the HTTP server itself: its text is nobody's contract
    }
    for name in HEADERS {
        let (expected, actual) = (step.answer_header(name), answer.header(name));
        let same = if name == "allow" { as_set(expected) == as_set(actual) } else { expected == actual };
        if !same {
            return Some(format!("{name} {actual:?} instead of {expected:?}"));
        }
    }
    if step.method == "HEAD" {
        let (expected, actual) = (step.answer_header("content-length"), answer.header("content-length"));
        return (expected != actual).then(|| format!("content-length {actual:?} instead of {expected:?}"));
    }
    let (expected, actual) = (comparable(step, &step.answer), comparable(step, &answer.text()));
    let at = expected.bytes().zip(actual.bytes()).take_while(|(e, a)| e == a).count();
    (expected != actual).then(|| {
        format!("from byte {at} on: {} instead of {}", shortened_from(&actual, at), shortened_from(&expected, at))
    })
}

/// The body with everything blanked that may differ.
fn comparable(step: &Step, body: &str) -> String {
    if step.method == "OPTIONS" {
        return as_set(Some(body)).join(",");
    }
    let mut body = body.to_owned();
    for pattern in &step.volatile_patterns {
        body = blank_numbered(&body, pattern);
    }
    if step.volatile.is_empty() && !step.is_unordered {
        return body; // as it stands: escaping counts, too
    }
    let Ok(mut value) = serde_json::from_str::<Value>(&body) else { return body };
    for path in &step.volatile {
        blank(&mut value, path);
    }
    if step.is_unordered
        && let Some(list) = value.as_array_mut()
    {
        list.sort_by_key(Value::to_string);
    }
    value.to_string()
}

/// Blanks what `path` names: `$.a.b`, `$[0].a`, `$.a['b']`.
fn blank(value: &mut Value, path: &str) {
    let pointer = path.trim_start_matches('$').replace("['", "/").replace("']", "").replace(['.', '['], "/");
    if let Some(place) = value.pointer_mut(&pointer.replace(']', "")) {
        *place = match place {
            Value::Number(_) => Value::from(0),
            _ => Value::from("volatile"),
        };
    }
}

/// Blanks the number in a pattern of the form `prefix[0-9]+`, the only one recorded.
fn blank_numbered(body: &str, pattern: &str) -> String {
    let prefix = pattern.strip_suffix("[0-9]+").expect("a pattern of the recorded form");
    let mut pieces = body.split(prefix);
    let first = pieces.next().unwrap_or_default().to_owned();
    pieces.fold(first, |text, piece| text + prefix + piece.trim_start_matches(|c: char| c.is_ascii_digit()))
}

fn as_set(list: Option<&str>) -> Vec<&str> {
    let mut names: Vec<&str> = list.unwrap_or_default().split(',').map(str::trim).collect();
    names.sort_unstable();
    names
}

fn shortened_from(text: &str, at: usize) -> String {
    let start = (0..=at.saturating_sub(20).min(text.len())).rev().find(|&i| text.is_char_boundary(i)).unwrap_or(0);
    shortened(&text[start..])
}

fn shortened(text: &str) -> String {
    text.chars().take(220).collect()
}
