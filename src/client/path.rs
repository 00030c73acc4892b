//! Subjects as segments of a path, and back.

use std::fmt::Write as _;

/// Percent-encodes all but what RFC 3986 calls unreserved. `.` and `..` are spelled out as well: between slashes they
/// would mean the folder.
pub(in crate::client) fn segment(text: &str) -> String {
    let spells_dots = matches!(text, "." | "..");
    let mut encoded = String::with_capacity(text.len());
    for byte in text.bytes() {
        let is_dot = byte == b'.';
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'~') || (is_dot && !spells_dots) {
            encoded.push(char::from(byte));
        } else {
            write!(encoded, "%{byte:02X}").expect("writing into a String cannot fail");
        }
    }
    encoded
}

/// What `%XX` stands for; anything else, and what is no UTF-8 then, stays as it is.
pub(crate) fn percent_decoded(text: &str) -> String {
    let mut decoded = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let [first, tail @ ..] = rest {
        let escaped = match (first, tail) {
            (b'%', [high, low, ..]) => char::from(*high).to_digit(16).zip(char::from(*low).to_digit(16)),
            _ => None,
        };
        match escaped {
            Some((high, low)) => {
                decoded.extend(u8::try_from(high * 16 + low));
                rest = &tail[2..];
            }
            None => {
                decoded.push(*first);
                rest = tail;
            }
        }
    }
    String::from_utf8(decoded).unwrap_or_else(|_| text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::{percent_decoded, segment};

    #[test]
    fn a_subject_is_one_segment() {
        for (subject, encoded) in [
            ("orders.order_events-value", "orders.order_events-value"),
            ("a/b c?d#e%f", "a%2Fb%20c%3Fd%23e%25f"),
            (":.ctx:x", "%3A.ctx%3Ax"),
            ("größe", "gr%C3%B6%C3%9Fe"),
            ("..", "%2E%2E"),
        ] {
            assert_eq!(segment(subject), encoded);
            assert_eq!(percent_decoded(encoded), subject);
        }
    }
}
