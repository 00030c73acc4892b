//! Reads Java's answers.

use serde_json::Value;

/// The text under `key`, if there is one.
pub(crate) fn text<'a>(answer: &'a Value, key: &str) -> Option<&'a str> {
    answer.get(key).and_then(Value::as_str)
}

/// The decision behind [`differ_in_double_digits`].
pub(crate) const FEWEST_DIGITS: &str = "a double is printed as JDK 19 and later do, not as this JDK does";

/// Whether two texts are equal but for digits of doubles, which stand for the same doubles, ours with no more digits.
///
/// Before JDK 19 `Double.toString` now and then printed more digits than needed, or others than the nearest.
pub(crate) fn differ_in_double_digits(ours: &str, theirs: &str) -> bool {
    let (ours, theirs) = (numbers_apart(ours), numbers_apart(theirs));
    let is_better = |ours: &str, theirs: &str| {
        let read = (ours.parse::<f64>(), theirs.parse::<f64>());
        ours.len() <= theirs.len() && matches!(read, (Ok(ours), Ok(theirs)) if ours == theirs)
    };
    ours.len() == theirs.len()
        && ours.iter().zip(&theirs).all(|(ours, theirs)| ours == theirs || is_better(ours, theirs))
}

/// A text cut before and behind everything that may be a number.
fn numbers_apart(text: &str) -> Vec<&str> {
    let is_numeric = |c: char| c.is_ascii_digit() || "+-.E".contains(c);
    let mut parts = Vec::new();
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let end = rest.find(|c| is_numeric(c) != is_numeric(first)).unwrap_or(rest.len());
        let (part, behind) = rest.split_at(end);
        parts.push(part);
        rest = behind;
    }
    parts
}
