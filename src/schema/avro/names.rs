//! Which names are valid, under both strictnesses (`avro-compatibility` 1.1).

use super::letters::{is_digit, is_letter};

/// Why `name` may not be a simple name for a new schema: ASCII letters, digits and underscores, no digit first.
pub(super) fn strict_complaint(name: &str) -> Option<String> {
    let mut bytes = name.bytes();
    match bytes.next() {
        None => Some("Empty name".to_owned()),
        Some(first) if !(first.is_ascii_alphabetic() || first == b'_') => {
            Some(format!("Illegal initial character: {name}"))
        }
        _ if !bytes.all(|byte| byte.is_ascii_alphanumeric() || byte == b'_') => {
            Some(format!("Illegal character in: {name}"))
        }
        _ => None,
    }
}

/// Why `name` may not be a simple name at all: letters and digits of any script, judged per UTF-16 unit.
pub(super) fn lenient_complaint(name: &str) -> Option<String> {
    strict_complaint(name)?;
    let mut chars = name.chars();
    match chars.next() {
        None => Some("Empty name".to_owned()),
        Some(first) if !(is_letter(first) || first == '_') => Some(format!("Illegal initial character: {name}")),
        _ if !chars.all(|char| is_letter(char) || is_digit(char) || char == '_') => {
            Some(format!("Illegal character in: {name}"))
        }
        _ => None,
    }
}

/// Why the namespace of a new type may not stand, or its full name has no parts at all.
pub(super) fn full_name_complaint(full: &str, is_strict: bool) -> Option<String> {
    // Java drops empty parts at the end, so a name of dots alone has none.
    if !full.is_empty() && full.bytes().all(|byte| byte == b'.') {
        return Some("Index -1 out of bounds for length 0".to_owned());
    }
    if !is_strict {
        return None;
    }
    let (namespace, _) = full.rsplit_once('.')?;
    namespace.split('.').find_map(|part| {
        strict_complaint(part).map(|complaint| format!("Namespace part \"{part}\" is invalid: {complaint}"))
    })
}
