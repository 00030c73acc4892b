//! Subjects as segments of a path.

use std::fmt::Write as _;

/// Percent-encodes all but what RFC 3986 calls unreserved. `.` and `..` are spelled out as well: between slashes they
/// would mean the folder.
pub(super) fn segment(text: &str) -> String {
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

#[cfg(test)]
mod tests {
    use super::segment;

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
        }
    }
}
