//! Writes compact JSON with the original's escaping: only what must be, and characters beyond U+FFFF as two
//! `\uXXXX` in upper case (`rest-api` 1.2).

use super::marks::plain_short;

/// Appends JSON to a buffer. Keys and separators are the caller's order; nothing is checked.
#[derive(Debug, Default)]
pub(in crate::http) struct Writer {
    out: Vec<u8>,
    /// Whether the next value or key needs a comma before it.
    comma: bool,
}

impl Writer {
    /// A writer whose buffer has room for `bytes`.
    pub(in crate::http) fn with_capacity(bytes: usize) -> Self {
        Self { out: Vec::with_capacity(bytes), comma: false }
    }

    /// Bytes written so far.
    pub(in crate::http) fn len(&self) -> usize {
        self.out.len()
    }

    /// What was written, in UTF-8.
    pub(in crate::http) fn into_bytes(self) -> Vec<u8> {
        self.out
    }

    /// `{…}` around what `inside` writes.
    pub(in crate::http) fn object(&mut self, inside: impl FnOnce(&mut Self)) {
        self.around(b'{', b'}', inside);
    }

    /// `[…]` around what `inside` writes.
    pub(in crate::http) fn array(&mut self, inside: impl FnOnce(&mut Self)) {
        self.around(b'[', b']', inside);
    }

    fn around(&mut self, open: u8, close: u8, inside: impl FnOnce(&mut Self)) {
        self.separate();
        self.out.push(open);
        self.comma = false;
        inside(self);
        self.out.push(close);
        self.comma = true;
    }

    /// A key; its value comes next.
    pub(in crate::http) fn key(&mut self, key: &str) -> &mut Self {
        self.text(key);
        self.out.push(b':');
        self.comma = false;
        self
    }

    /// A string.
    pub(in crate::http) fn text(&mut self, text: &str) {
        self.separate();
        self.out.push(b'"');
        escape_into(text, &mut self.out);
        self.out.push(b'"');
    }

    /// A number.
    pub(in crate::http) fn number(&mut self, number: i64) {
        self.separate();
        let mut digits = [0; 20];
        let mut at = digits.len();
        let mut rest = number.unsigned_abs();
        loop {
            at -= 1;
            digits[at] = b"0123456789"[usize::try_from(rest % 10).expect("a digit")];
            rest /= 10;
            if rest == 0 {
                break;
            }
        }
        if number < 0 {
            self.out.push(b'-');
        }
        self.out.extend_from_slice(&digits[at..]);
    }

    /// `true` or `false`.
    pub(in crate::http) fn boolean(&mut self, value: bool) {
        self.separate();
        self.out.extend_from_slice(if value { b"true" } else { b"false" });
    }

    /// `null`.
    pub(in crate::http) fn null(&mut self) {
        self.separate();
        self.out.extend_from_slice(b"null");
    }

    /// A value that stands already, of bounded depth.
    pub(in crate::http) fn document(&mut self, value: &serde_json::Value) {
        self.separate();
        self.out.extend_from_slice(value.to_string().as_bytes());
    }

    fn separate(&mut self) {
        if std::mem::replace(&mut self.comma, true) {
            self.out.push(b',');
        }
    }
}

/// Writes into a buffer that is large enough for all but the rare escapes, which go another way. Bytes from 0xf0 start
/// characters beyond U+FFFF.
fn escape_into(text: &str, out: &mut Vec<u8>) {
    let (start, bytes) = (out.len(), text.as_bytes());
    out.resize(start + 2 * bytes.len(), 0);
    let (mut at, mut read) = (start, 0);
    while let Some(&byte) = bytes.get(read) {
        if let Some(&eight) = bytes[read..].first_chunk()
            && let plain @ 1.. = plain_short(eight)
        {
            // What is copied too much is overwritten: at least as many bytes are still to come.
            out[at..at + 8].copy_from_slice(&eight);
            (at, read) = (at + plain, read + plain);
            continue;
        }
        let short = match byte {
            0x20..0xf0 if byte != b'"' && byte != b'\\' => {
                out[at] = byte;
                (at, read) = (at + 1, read + 1);
                continue;
            }
            b'"' | b'\\' => byte,
            b'\n' => b'n',
            b'\r' => b'r',
            b'\t' => b't',
            8 => b'b',
            12 => b'f',
            _ => {
                out.truncate(at);
                return escape_slowly(&text[read..], out);
            }
        };
        out[at..at + 2].copy_from_slice(&[b'\\', short]);
        (at, read) = (at + 2, read + 1);
    }
    out.truncate(at);
}

/// As [`escape_into`], for what is left of a text with characters that need six bytes or twelve.
fn escape_slowly(text: &str, out: &mut Vec<u8>) {
    for character in text.chars() {
        match character {
            '\0'..='\u{1f}' | '"' | '\\'
                if matches!(character, '"' | '\\' | '\n' | '\r' | '\t' | '\u{8}' | '\u{c}') =>
            {
                escape_into(character.encode_utf8(&mut [0; 4]), out);
            }
            '\0'..='\u{1f}' | '\u{10000}'.. => {
                for unit in character.encode_utf16(&mut [0; 2]) {
                    out.extend_from_slice(format!("\\u{unit:04X}").as_bytes());
                }
            }
            _ => out.extend_from_slice(character.encode_utf8(&mut [0; 4]).as_bytes()),
        }
    }
}
