//! What an input holds: how its records are written and where one ends, said by `--input` or recognised.

use std::fmt;

/// How records are written in an input.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// Avro's JSON encoding, a record a line.
    Json,
    /// Plain JSON, a record a line: unions without tags.
    PlainJson,
    /// An object container file.
    Container,
    /// One message of Confluent's wire format, and nothing else.
    Wire,
    /// Messages in base64, one a line.
    WireBase64,
    /// Messages in hexadecimal digits, one a line.
    WireHex,
    /// Messages as Kafka's own `Bytes` are printed, one a line: `\x00` for what is no printable letter.
    WireEscaped,
    /// Messages, each behind its length as four bytes: what `kcat -f '%R%s'` writes.
    WireLengths,
}

/// The magic of an object container file.
pub(super) const CONTAINER: &[u8; 4] = b"Obj\x01";

/// How much of an input is looked at.
pub(super) const LOOKED_AT: usize = 512;

/// Shortest message that is looked for: the magic byte and an id.
const PREFIX: usize = 5;

impl Form {
    /// All of them.
    pub const ALL: [Self; 8] = [
        Self::Json,
        Self::PlainJson,
        Self::Container,
        Self::Wire,
        Self::WireBase64,
        Self::WireHex,
        Self::WireEscaped,
        Self::WireLengths,
    ];

    /// The word of the command line and of answers.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Json => "json",
            Self::PlainJson => "plain-json",
            Self::Container => "avro",
            Self::Wire => "wire",
            Self::WireBase64 => "wire-base64",
            Self::WireHex => "wire-hex",
            Self::WireEscaped => "wire-escaped",
            Self::WireLengths => "wire-lengths",
        }
    }

    /// Whether records come in Avro's binary encoding.
    pub(super) fn has_bytes(self) -> bool {
        self == Self::Container || self.is_wire()
    }

    /// Whether it holds messages that name their schema.
    pub(super) fn is_wire(self) -> bool {
        match self {
            Self::Json | Self::PlainJson | Self::Container => false,
            Self::Wire | Self::WireBase64 | Self::WireHex | Self::WireEscaped | Self::WireLengths => true,
        }
    }

    /// Tells the form by how an input begins. No two forms can begin alike: a line of JSON begins neither with two
    /// digits of which the first is a zero, nor with a letter of base64 that a message begins with, nor with `\`.
    ///
    /// # Errors
    /// What it seems to be instead, and what to do.
    pub(super) fn recognise(head: &[u8]) -> Result<Self, String> {
        if head.starts_with(CONTAINER) {
            return Ok(Self::Container);
        }
        if let Some(what) = foreign(head) {
            return Err(what.to_owned());
        }
        if matches!(head.first(), Some(0 | 1)) {
            return Ok(Self::Wire);
        }
        let text = head.strip_prefix(b"\xef\xbb\xbf").unwrap_or(head);
        let text = text.trim_ascii_start();
        let line = text.split(|byte| matches!(byte, b'\n' | b'\r')).next().unwrap_or_default().trim_ascii_end();
        if line.starts_with(br"\x00") || line.starts_with(br"\x01") {
            return Ok(Self::WireEscaped);
        }
        let is_long = line.len() >= 2 * PREFIX;
        if is_long && matches!(line, [b'0', b'0' | b'1', ..]) && line.iter().all(u8::is_ascii_hexdigit) {
            return Ok(Self::WireHex);
        }
        let is_base64 = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/' | b'-' | b'_' | b'=');
        let begins_with_magic = matches!(line, [b'A', b'A'..=b'P' | b'Q'..=b'Z' | b'a'..=b'f', ..]);
        if line.len() > PREFIX && begins_with_magic && line.iter().all(is_base64) {
            return Ok(Self::WireBase64);
        }
        Ok(Self::Json)
    }
}

/// What people have at hand and take for records.
fn foreign(head: &[u8]) -> Option<&'static str> {
    const KNOWN: [(&[u8], &str); 9] = [
        (b"\x1f\x8b", "is compressed with gzip; `gunzip -c FILE | sluicegate records … -` checks what is in it"),
        (b"\x28\xb5\x2f\xfd", "is compressed with zstd; `zstd -dc FILE | sluicegate records … -` checks what is in it"),
        (b"PK\x03\x04", "is a ZIP archive; unpack it"),
        (b"PAR1", "is a Parquet file, which has no records of Avro"),
        (b"ORC", "is an ORC file, which has no records of Avro"),
        (b"Obj", "begins like an object container file of another version than 1"),
        (b"\xff\xfe", "is UTF-16; save it as UTF-8"),
        (b"\xfe\xff", "is UTF-16; save it as UTF-8"),
        (b"\xc3\x01", "holds a message in Avro's single-object encoding, which is not read"),
    ];
    KNOWN.iter().find(|(magic, _)| head.starts_with(magic)).map(|(_, what)| *what)
}

impl fmt::Display for Form {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::Form;

    #[test]
    fn a_form_is_told_by_its_first_bytes() {
        for (head, form) in [
            (&b"Obj\x01\x04"[..], Form::Container),
            (b"\x00\x00\x00\x00\x07\x02", Form::Wire),
            (b"\x01guidguidguidguid\x02", Form::Wire),
            (b"AAAAAAcC\n", Form::WireBase64),
            (b"AQAAAAcC", Form::WireBase64),
            (b"\r\n  0000000007023A\r\n", Form::WireHex),
            (br"\x00\x00\x00\x00\x07\x02a", Form::WireEscaped),
            (b"\xef\xbb\xbf{\"a\":1}", Form::Json),
            (b"AAAA", Form::Json),
            (b"0", Form::Json),
            (b"\"AAAAAAcC\"", Form::Json),
            (b"", Form::Json),
            (b"null\n", Form::Json),
        ] {
            assert_eq!(Form::recognise(head), Ok(form), "{}", head.escape_ascii());
        }
        for head in [&b"\x1f\x8b\x08"[..], b"PAR1", b"Obj\x02", b"\xff\xfe{\x00"] {
            assert!(Form::recognise(head).is_err(), "{}", head.escape_ascii());
        }
    }
}
