//! Writing: strings escaped as Jackson escapes them, objects member by member.

/// Appends `text` as a JSON string, escaped as Jackson escapes.
pub(in crate::topic) fn push_string(out: &mut Vec<u8>, text: &str) {
    out.push(b'"');
    let bytes = text.as_bytes();
    let mut plain = 0;
    let mut at = 0;
    while at < bytes.len() {
        let byte = bytes[at];
        if !needs_escape(byte) {
            at += 1;
            continue;
        }
        out.extend_from_slice(&bytes[plain..at]);
        at += push_escaped(out, &text[at..]);
        plain = at;
    }
    out.extend_from_slice(&bytes[plain..]);
    out.push(b'"');
}

/// Appends a whole number.
pub(in crate::topic) fn push_int(out: &mut Vec<u8>, number: i64) {
    let mut digits = [0_u8; 20];
    let mut at = digits.len();
    let mut rest = number.unsigned_abs();
    loop {
        at -= 1;
        digits[at] = b'0' + u8::try_from(rest % 10).expect("a digit");
        rest /= 10;
        if rest == 0 {
            break;
        }
    }
    if number < 0 {
        out.push(b'-');
    }
    out.extend_from_slice(&digits[at..]);
}

/// Writes one JSON object, member by member.
pub(in crate::topic) struct ObjectWriter<'o> {
    out: &'o mut Vec<u8>,
    separator: u8,
}

impl<'o> ObjectWriter<'o> {
    /// Begins an object at the end of `out`.
    pub(in crate::topic) fn begin(out: &'o mut Vec<u8>) -> Self {
        Self { out, separator: b'{' }
    }

    /// Ends the object.
    pub(in crate::topic) fn end(self) {
        if self.separator == b'{' {
            self.out.push(b'{');
        }
        self.out.push(b'}');
    }

    /// Begins a member; its value is then to be appended to what is returned.
    pub(in crate::topic) fn member(&mut self, name: &str) -> &mut Vec<u8> {
        self.out.push(self.separator);
        self.separator = b',';
        push_string(self.out, name);
        self.out.push(b':');
        self.out
    }

    pub(in crate::topic) fn text(&mut self, name: &str, value: &str) {
        push_string(self.member(name), value);
    }

    pub(in crate::topic) fn text_unless_empty(&mut self, name: &str, value: &str) {
        if !value.is_empty() {
            self.text(name, value);
        }
    }

    pub(in crate::topic) fn text_if_some(&mut self, name: &str, value: Option<&str>) {
        if let Some(value) = value {
            self.text(name, value);
        }
    }

    pub(in crate::topic) fn int(&mut self, name: &str, value: i64) {
        push_int(self.member(name), value);
    }

    pub(in crate::topic) fn flag(&mut self, name: &str, value: bool) {
        self.member(name).extend_from_slice(if value { b"true" } else { b"false" });
    }

    pub(in crate::topic) fn flag_if_some(&mut self, name: &str, value: Option<bool>) {
        if let Some(value) = value {
            self.flag(name, value);
        }
    }
}

/// Appends an array, calling `each` for every element.
pub(in crate::topic) fn push_array<T>(
    out: &mut Vec<u8>,
    elements: impl IntoIterator<Item = T>,
    mut each: impl FnMut(&mut Vec<u8>, T),
) {
    out.push(b'[');
    for (at, element) in elements.into_iter().enumerate() {
        if at > 0 {
            out.push(b',');
        }
        each(out, element);
    }
    out.push(b']');
}

fn needs_escape(byte: u8) -> bool {
    byte < 0x20 || byte == b'"' || byte == b'\\' || byte >= 0xF0
}

/// Escapes the first character of `text`; returns how many bytes it had.
fn push_escaped(out: &mut Vec<u8>, text: &str) -> usize {
    let character = text.chars().next().expect("called with at least one character left");
    match character {
        '"' => out.extend_from_slice(b"\\\""),
        '\\' => out.extend_from_slice(b"\\\\"),
        '\u{8}' => out.extend_from_slice(b"\\b"),
        '\t' => out.extend_from_slice(b"\\t"),
        '\n' => out.extend_from_slice(b"\\n"),
        '\u{c}' => out.extend_from_slice(b"\\f"),
        '\r' => out.extend_from_slice(b"\\r"),
        other => {
            for unit in other.encode_utf16(&mut [0; 2]) {
                push_unit(out, *unit);
            }
        }
    }
    character.len_utf8()
}

fn push_unit(out: &mut Vec<u8>, unit: u16) {
    out.extend_from_slice(b"\\u");
    for shift in [12, 8, 4, 0] {
        out.push(b"0123456789ABCDEF"[usize::from(unit >> shift & 0xF)]);
    }
}

#[cfg(test)]
mod tests {
    use super::{push_int, push_string};
    use crate::topic::json::Reader;

    fn written(text: &str) -> String {
        let mut out = Vec::new();
        push_string(&mut out, text);
        String::from_utf8(out).expect("ASCII and whole characters")
    }

    #[test]
    fn strings_are_escaped_as_the_reference_escapes_keys() {
        for (text, expected) in [
            ("foo-value", r#""foo-value""#),
            ("a\"\\b", r#""a\"\\b""#),
            ("\u{8}\t\n\u{c}\r", r#""\b\t\n\f\r""#),
            ("\u{1}\u{1f}", r#""\u0001\u001F""#),
            ("/<'", r#""/<'""#),
            ("é\u{7f}\u{2028}\u{fffd}", "\"é\u{7f}\u{2028}\u{fffd}\""),
            ("x\u{1F600}y", r#""x\uD83D\uDE00y""#),
            ("", r#""""#),
        ] {
            assert_eq!(written(text), expected);
        }
    }

    #[test]
    fn what_is_written_is_read_back() {
        let text: String = (0..0x1_0400).filter_map(char::from_u32).collect();
        let json = written(&text);
        let mut reader = Reader::new(&json);
        assert_eq!(reader.text().expect("own text").as_deref(), Some(text.as_str()));
        assert_eq!(reader.end(), Ok(()));
    }

    #[test]
    fn whole_numbers_are_written_plainly() {
        for number in [0, 7, 10, -1, 2_147_483_647, i64::MAX, i64::MIN] {
            let mut out = Vec::new();
            push_int(&mut out, number);
            assert_eq!(String::from_utf8(out).expect("digits"), number.to_string());
        }
    }
}
