//! Writes compact JSON with the original's escaping: only what must be, and characters beyond U+FFFF as two
//! `\uXXXX` in upper case (`rest-api` 1.2).

/// Appends JSON to a buffer. Keys and separators are the caller's order; nothing is checked.
#[derive(Debug, Default)]
pub(in crate::http) struct Writer {
    out: String,
    /// Whether the next value or key needs a comma before it.
    comma: bool,
}

impl Writer {
    /// A writer whose buffer has room for `bytes`.
    pub(in crate::http) fn with_capacity(bytes: usize) -> Self {
        Self { out: String::with_capacity(bytes), comma: false }
    }

    /// The text written so far.
    pub(in crate::http) fn into_text(self) -> String {
        self.out
    }

    /// `{…}` around what `inside` writes.
    pub(in crate::http) fn object(&mut self, inside: impl FnOnce(&mut Self)) {
        self.around('{', '}', inside);
    }

    /// `[…]` around what `inside` writes.
    pub(in crate::http) fn array(&mut self, inside: impl FnOnce(&mut Self)) {
        self.around('[', ']', inside);
    }

    fn around(&mut self, open: char, close: char, inside: impl FnOnce(&mut Self)) {
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
        self.out.push(':');
        self.comma = false;
        self
    }

    /// A string.
    pub(in crate::http) fn text(&mut self, text: &str) {
        self.separate();
        self.out.push('"');
        escape_into(text, &mut self.out);
        self.out.push('"');
    }

    /// A number.
    pub(in crate::http) fn number(&mut self, number: i64) {
        self.separate();
        self.out.push_str(&number.to_string());
    }

    /// `true` or `false`.
    pub(in crate::http) fn boolean(&mut self, value: bool) {
        self.separate();
        self.out.push_str(if value { "true" } else { "false" });
    }

    /// `null`.
    pub(in crate::http) fn null(&mut self) {
        self.separate();
        self.out.push_str("null");
    }

    fn separate(&mut self) {
        if std::mem::replace(&mut self.comma, true) {
            self.out.push(',');
        }
    }
}

fn escape_into(text: &str, out: &mut String) {
    let mut plain_from = 0;
    // Nearly all of a schema needs no escape: whole runs are copied. Bytes from 0xf0 start characters beyond U+FFFF.
    for (at, byte) in text.bytes().enumerate() {
        if (0x20..0xf0).contains(&byte) && byte != b'"' && byte != b'\\' {
            continue;
        }
        out.push_str(&text[plain_from..at]);
        plain_from = at + 1;
        match byte {
            b'"' => out.push_str("\\\""),
            b'\\' => out.push_str("\\\\"),
            b'\n' => out.push_str("\\n"),
            b'\r' => out.push_str("\\r"),
            b'\t' => out.push_str("\\t"),
            8 => out.push_str("\\b"),
            12 => out.push_str("\\f"),
            0..0x20 => out.push_str(&format!("\\u{byte:04X}")),
            _ => {
                let character = text[at..].chars().next().unwrap_or(char::REPLACEMENT_CHARACTER);
                for unit in character.encode_utf16(&mut [0; 2]) {
                    out.push_str(&format!("\\u{unit:04X}"));
                }
                plain_from = at + character.len_utf8();
            }
        }
    }
    out.push_str(&text[plain_from..]);
}
