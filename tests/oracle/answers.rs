//! Reads members of Java's answers.

use serde_json::Value;

/// The text under `key`, if there is one.
pub(crate) fn text<'a>(answer: &'a Value, key: &str) -> Option<&'a str> {
    answer.get(key).and_then(Value::as_str)
}
