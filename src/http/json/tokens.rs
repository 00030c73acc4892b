//! Cuts a JSON text into tokens and complains in Jackson's words (2.21, `ALLOW_NON_NUMERIC_NUMBERS` on).
//!
//! Strings keep nothing that is no Unicode: a lone surrogate becomes U+FFFD. Memory is bounded by the nesting limit.

use super::Malformed;
use super::marks::copy_simple;
use std::borrow::Cow;

const DEPTH_MAX: usize = 1000;
const NUMBER_BYTES_MAX: usize = 1000;
const NAME_CHARS_MAX: usize = 50_000;
/// Longest piece of an unknown word that a complaint repeats.
const WORD_CHARS_MAX: usize = 256;
const VALUES: &str = "(JSON String, Number (or 'NaN'/'+INF'/'-INF'), Array, Object or token 'null', 'true' or 'false')";
const REDACTED: &str = "[Source: REDACTED (`StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION` disabled)";

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Token<'b> {
    ObjectStart,
    ObjectEnd,
    ArrayStart,
    ArrayEnd,
    Name(Cow<'b, str>),
    String(Cow<'b, str>),
    /// A number without fraction and exponent, as written.
    Int(Cow<'b, str>),
    /// Any other number, as written; also `NaN` and the infinities.
    Float(Cow<'b, str>),
    True,
    False,
    Null,
}

/// An array or object that is not closed yet.
struct Open {
    is_array: bool,
    /// Where its opening mark stands.
    start: usize,
    /// Whether an element or entry has been read: the next needs a comma.
    is_begun: bool,
    /// Whether a name has been read whose value is due.
    awaits_value: bool,
}

pub(super) struct Tokens<'b> {
    bytes: &'b [u8],
    at: usize,
    /// Where the last value began.
    start: usize,
    open: Vec<Open>,
}

type Read<T> = Result<T, Malformed>;

impl<'b> Tokens<'b> {
    pub(super) fn new(bytes: &'b [u8]) -> Self {
        Self { bytes, at: 0, start: 0, open: Vec::new() }
    }

    /// The next token; `None` at the end of the text.
    pub(super) fn next(&mut self) -> Read<Option<Token<'b>>> {
        self.skip_blanks()?;
        let Some(byte) = self.peek() else {
            return match self.open.last() {
                None => Ok(None),
                Some(open) if open.awaits_value => Err(self.cut_short_between()),
                Some(open) => Err(Malformed(format!(
                    "Unexpected end-of-input: expected close marker for {} (start marker at {})",
                    kind(open.is_array),
                    self.place(open.start)
                ))),
            };
        };
        match self.open.last() {
            Some(open) if !open.awaits_value => {
                if byte == b'}' || byte == b']' {
                    return self.close(byte).map(Some);
                }
                let is_array = open.is_array;
                self.pass_comma(byte)?;
                if is_array { self.value().map(Some) } else { self.name().map(Some) }
            }
            None if byte == b'}' || byte == b']' => self.close(byte).map(Some),
            _ => {
                if let Some(open) = self.open.last_mut() {
                    open.awaits_value = false;
                }
                self.value().map(Some)
            }
        }
    }

    /// Where the value began whose first token was the last one read.
    pub(super) fn start(&self) -> usize {
        self.start
    }

    /// What was read since then, as it is written.
    pub(super) fn since(&self, start: usize) -> &'b [u8] {
        &self.bytes[start..self.at]
    }

    fn pass_comma(&mut self, byte: u8) -> Read<()> {
        let open = self.open.last_mut().expect("called inside an array or object");
        let is_array = open.is_array;
        if !std::mem::replace(&mut open.is_begun, true) {
            return Ok(());
        }
        if byte != b',' {
            return Err(self.unexpected(&format!("was expecting comma to separate {} entries", kind(is_array))));
        }
        self.at += 1;
        self.skip_blanks()?;
        if self.peek().is_none() { Err(self.cut_short_between()) } else { Ok(()) }
    }

    fn name(&mut self) -> Read<Token<'b>> {
        if self.peek() != Some(b'"') {
            return Err(self.unexpected("was expecting double-quote to start field name"));
        }
        self.at += 1;
        let name = self.string("name", " in field name")?;
        if name.len() > NAME_CHARS_MAX {
            return Err(Malformed(format!(
                "Name length ({}) exceeds the maximum allowed ({NAME_CHARS_MAX}, from `StreamReadConstraints.getMaxNameLength()`)",
                name.len()
            )));
        }
        self.skip_blanks()?;
        match self.peek() {
            Some(b':') => self.at += 1,
            Some(_) => return Err(self.unexpected("was expecting a colon to separate field name and value")),
            None => return Err(self.cut_short_between()),
        }
        self.open.last_mut().expect("a name stands in an object").awaits_value = true;
        Ok(Token::Name(name))
    }

    fn value(&mut self) -> Read<Token<'b>> {
        let byte = self.peek().expect("the caller has seen a byte");
        self.start = self.at;
        match byte {
            b'{' => self.enter(false),
            b'[' => self.enter(true),
            b'"' => {
                self.at += 1;
                self.string("string value", " in VALUE_STRING").map(Token::String)
            }
            b'-' | b'0'..=b'9' => self.number(),
            b't' => self.word("true", Token::True),
            b'f' => self.word("false", Token::False),
            b'n' => self.word("null", Token::Null),
            b'N' => self.word("NaN", Token::Float(Cow::Borrowed("NaN"))),
            b'I' => self.word("Infinity", Token::Float(Cow::Borrowed("Infinity"))),
            b'+' => {
                self.at += 1;
                self.not_a_number(false)
            }
            b'}' | b',' => Err(self.unexpected("expected a value")),
            b']' if self.open.last().is_some_and(|open| open.is_array) => Err(self.unexpected("expected a value")),
            _ if self.peek_char().is_some_and(starts_identifier) => Err(self.unknown_word(self.at)),
            _ => Err(self.unexpected(&format!("expected a valid value {VALUES}"))),
        }
    }

    fn enter(&mut self, is_array: bool) -> Read<Token<'b>> {
        if self.open.len() == DEPTH_MAX {
            return Err(Malformed(format!(
                "Document nesting depth ({}) exceeds the maximum allowed ({DEPTH_MAX}, from `StreamReadConstraints.getMaxNestingDepth()`)",
                DEPTH_MAX + 1
            )));
        }
        self.open.push(Open { is_array, start: self.at, is_begun: false, awaits_value: false });
        self.at += 1;
        Ok(if is_array { Token::ArrayStart } else { Token::ObjectStart })
    }

    fn close(&mut self, byte: u8) -> Read<Token<'b>> {
        let is_array = byte == b']';
        let Some(open) = self.open.last() else {
            let mark = char::from(byte);
            return Err(Malformed(format!("Unexpected close marker '{mark}': no open {} to close", kind(is_array))));
        };
        if open.is_array != is_array {
            let expected = if open.is_array { ']' } else { '}' };
            return Err(Malformed(format!(
                "Unexpected close marker '{}': expected '{expected}' (for {} starting at {})",
                char::from(byte),
                kind(open.is_array),
                self.place(open.start)
            )));
        }
        self.at += 1;
        self.open.pop();
        Ok(if is_array { Token::ArrayEnd } else { Token::ObjectEnd })
    }

    /// Reads to the closing quote; `place` and `cut` are how complaints call the string.
    fn string(&mut self, place: &str, cut: &str) -> Read<Cow<'b, str>> {
        let start = self.at;
        let plain = self.bytes[start..].iter().position(|&b| b == b'"' || b == b'\\' || b < 0x20);
        if let Some(length) = plain.filter(|length| self.bytes[start + length] == b'"')
            && let Ok(text) = std::str::from_utf8(&self.bytes[start..start + length])
        {
            self.at = start + length + 1;
            return Ok(Cow::Borrowed(text));
        }
        let mut text = Vec::with_capacity(plain.unwrap_or(0) + 256);
        loop {
            self.at += copy_simple(&self.bytes[self.at..], &mut text);
            let Some(&byte) = self.bytes.get(self.at) else {
                return Err(Malformed(format!("Unexpected end-of-input{cut}")));
            };
            let character = match byte {
                b'"' => {
                    self.at += 1;
                    return Ok(Cow::Owned(String::from_utf8(text).expect("whole characters were put together")));
                }
                b'\\' => {
                    self.at += 1;
                    self.escape()?
                }
                0..0x20 => {
                    return Err(Malformed(format!(
                        "Illegal unquoted character ({}): has to be escaped using backslash to be included in {place}",
                        describe(char::from(byte))
                    )));
                }
                0x20..0x80 => {
                    text.push(byte);
                    self.at += 1;
                    continue;
                }
                _ => self.multi_byte(cut)?,
            };
            text.extend_from_slice(character.encode_utf8(&mut [0; 4]).as_bytes());
        }
    }

    fn escape(&mut self) -> Read<char> {
        let cut = || Malformed::new("Unexpected end-of-input in character escape sequence");
        let byte = self.peek().ok_or_else(cut)?;
        let plain = match byte {
            b'"' | b'\\' | b'/' => char::from(byte),
            b'b' => '\u{8}',
            b'f' => '\u{c}',
            b'n' => '\n',
            b'r' => '\r',
            b't' => '\t',
            b'u' => {
                self.at += 1;
                return self.unicode_escape();
            }
            _ => {
                let shown = describe(self.peek_char().unwrap_or(char::REPLACEMENT_CHARACTER));
                return Err(Malformed(format!("Unrecognized character escape {shown}")));
            }
        };
        self.at += 1;
        Ok(plain)
    }

    fn unicode_escape(&mut self) -> Read<char> {
        let high = self.hex4()?;
        if !(0xd800..0xdc00).contains(&high) {
            return Ok(char::from_u32(high).unwrap_or(char::REPLACEMENT_CHARACTER));
        }
        if self.bytes[self.at..].starts_with(b"\\u") {
            let back = self.at;
            self.at += 2;
            let low = self.hex4()?;
            if (0xdc00..0xe000).contains(&low) {
                let code = 0x10000 + ((high - 0xd800) << 10) + (low - 0xdc00);
                return Ok(char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER));
            }
            self.at = back;
        }
        Ok(char::REPLACEMENT_CHARACTER)
    }

    fn hex4(&mut self) -> Read<u32> {
        let mut code = 0;
        for _ in 0..4 {
            let byte =
                self.peek().ok_or_else(|| Malformed::new("Unexpected end-of-input in character escape sequence"))?;
            let digit = char::from(byte)
                .to_digit(16)
                .ok_or_else(|| self.unexpected("expected a hex-digit for character escape sequence"))?;
            code = code * 16 + digit;
            self.at += 1;
        }
        Ok(code)
    }

    /// One character beyond ASCII, as leniently as the original: overlong forms pass, only the shape is checked.
    fn multi_byte(&mut self, cut: &str) -> Read<char> {
        let lead = self.bytes[self.at];
        let (length, bits) = match lead {
            0xc0..=0xdf => (2, u32::from(lead & 0x1f)),
            0xe0..=0xef => (3, u32::from(lead & 0x0f)),
            0xf0..=0xf7 => (4, u32::from(lead & 0x07)),
            _ => return Err(Malformed(format!("Invalid UTF-8 start byte 0x{lead:02x}"))),
        };
        let mut code = bits;
        for place in 1..length {
            let byte =
                *self.bytes.get(self.at + place).ok_or_else(|| Malformed(format!("Unexpected end-of-input{cut}")))?;
            if byte & 0xc0 != 0x80 {
                return Err(Malformed(format!("Invalid UTF-8 middle byte 0x{byte:02x}")));
            }
            code = code << 6 | u32::from(byte & 0x3f);
        }
        self.at += length;
        Ok(char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER))
    }

    fn number(&mut self) -> Read<Token<'b>> {
        let start = self.at;
        if self.peek() == Some(b'-') {
            self.at += 1;
            match self.peek() {
                Some(b'0'..=b'9') => {}
                _ => return self.not_a_number(true),
            }
        }
        if self.peek() == Some(b'0') && matches!(self.bytes.get(self.at + 1), Some(b'0'..=b'9')) {
            return Err(Malformed::new("Invalid numeric value: Leading zeroes not allowed"));
        }
        self.digits();
        let mut is_int = true;
        if self.peek() == Some(b'.') {
            self.at += 1;
            is_int = false;
            self.at_least_one_digit("Decimal point not followed by a digit")?;
        }
        if matches!(self.peek(), Some(b'e' | b'E')) {
            self.at += 1;
            is_int = false;
            if matches!(self.peek(), Some(b'+' | b'-')) {
                self.at += 1;
            }
            self.at_least_one_digit("Exponent indicator not followed by a digit")?;
        }
        let raw = &self.bytes[start..self.at];
        if raw.len() > NUMBER_BYTES_MAX {
            return Err(Malformed(format!(
                "Number value length ({}) exceeds the maximum allowed ({NUMBER_BYTES_MAX}, from `StreamReadConstraints.getMaxNumberLength()`)",
                raw.len()
            )));
        }
        if self.open.is_empty() && self.peek().is_some_and(|b| !b" \t\r\n".contains(&b)) {
            return Err(self.unexpected("Expected space separating root-level values"));
        }
        let raw = String::from_utf8_lossy(raw);
        Ok(if is_int { Token::Int(raw) } else { Token::Float(raw) })
    }

    fn digits(&mut self) {
        self.at += self.bytes[self.at..].iter().take_while(|b| b.is_ascii_digit()).count();
    }

    fn at_least_one_digit(&mut self, complaint: &str) -> Read<()> {
        match self.peek() {
            Some(b'0'..=b'9') => {
                self.digits();
                Ok(())
            }
            Some(_) => Err(self.unexpected_in_number(complaint)),
            None => Err(Malformed::new("Unexpected end-of-input in a Number value")),
        }
    }

    /// After a sign that no digit follows: an infinity, or nothing legal.
    fn not_a_number(&mut self, is_negative: bool) -> Read<Token<'b>> {
        let words = if is_negative { ["-INF", "-Infinity"] } else { ["+INF", "+Infinity"] };
        let start = self.at - 1;
        match self.bytes.get(self.at..).unwrap_or_default() {
            [] => Err(Malformed::new("Unexpected end-of-input in a Number value")),
            [b'I', b'N', ..] => self.word_at(start, words[0]),
            [b'I', b'n', ..] => self.word_at(start, words[1]),
            _ if is_negative => {
                Err(self.unexpected_in_number("expected digit (0-9) to follow minus sign, for valid numeric value"))
            }
            _ => {
                self.at = start;
                Err(self.unexpected_in_number(
                    "JSON spec does not allow numbers to have plus signs: enable \
                     `JsonReadFeature.ALLOW_LEADING_PLUS_SIGN_FOR_NUMBERS` to allow",
                ))
            }
        }
    }

    fn word_at(&mut self, start: usize, word: &'static str) -> Read<Token<'b>> {
        self.at = start;
        self.word(word, Token::Float(Cow::Borrowed(word)))
    }

    fn word(&mut self, word: &str, token: Token<'b>) -> Read<Token<'b>> {
        let start = self.at;
        if !self.bytes[start..].starts_with(word.as_bytes()) {
            return Err(self.unknown_word(start));
        }
        self.at += word.len();
        if self.peek_char().is_some_and(continues_identifier) {
            return Err(self.unknown_word(start));
        }
        Ok(token)
    }

    fn unknown_word(&self, start: usize) -> Malformed {
        let text = String::from_utf8_lossy(&self.bytes[start..self.bytes.len().min(start + 4 * WORD_CHARS_MAX)]);
        let sign = usize::from(text.starts_with(['+', '-']));
        let length = sign + text.chars().skip(sign).take_while(|c| continues_identifier(*c)).count();
        let word: String = text.chars().take(length.clamp(1, WORD_CHARS_MAX)).collect();
        let more = if length >= WORD_CHARS_MAX { "..." } else { "" };
        Malformed(format!("Unrecognized token '{word}{more}': was expecting {VALUES}"))
    }

    fn skip_blanks(&mut self) -> Read<()> {
        while let Some(byte) = self.peek() {
            match byte {
                b' ' | b'\t' | b'\r' | b'\n' => self.at += 1,
                b'/' => {
                    return Err(self.unexpected(
                        "maybe a (non-standard) comment? (not recognized as one since Feature 'ALLOW_COMMENTS' \
                         not enabled for parser)",
                    ));
                }
                0..0x20 => {
                    return Err(Malformed(format!(
                        "Illegal character ({}): only regular white space (\\r, \\n, \\t) is allowed between tokens",
                        describe(char::from(byte))
                    )));
                }
                _ => break,
            }
        }
        Ok(())
    }

    fn cut_short_between(&self) -> Malformed {
        let is_array = self.open.last().is_some_and(|open| open.is_array);
        Malformed(format!("Unexpected end-of-input within/between {} entries", kind(is_array)))
    }

    /// The complaint about the character at hand.
    fn unexpected(&self, comment: &str) -> Malformed {
        let shown = describe(self.peek_char().unwrap_or(char::REPLACEMENT_CHARACTER));
        Malformed(format!("Unexpected character ({shown}): {comment}"))
    }

    fn unexpected_in_number(&self, comment: &str) -> Malformed {
        let shown = describe(self.peek_char().unwrap_or(char::REPLACEMENT_CHARACTER));
        Malformed(format!("Unexpected character ({shown}) in numeric value: {comment}"))
    }

    fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    fn peek_char(&self) -> Option<char> {
        let rest = &self.bytes[self.at..];
        String::from_utf8_lossy(&rest[..rest.len().min(4)]).chars().next()
    }

    /// How complaints name the place of the byte at `at`: line and column from 1, columns in bytes.
    fn place(&self, at: usize) -> String {
        let before = &self.bytes[..at];
        let line = before.iter().filter(|&&b| b == b'\n').count() + 1;
        let column = at - before.iter().rposition(|&b| b == b'\n').map_or(0, |newline| newline + 1) + 1;
        format!("{REDACTED}; line: {line}, column: {column}]")
    }
}

fn kind(is_array: bool) -> &'static str {
    if is_array { "Array" } else { "Object" }
}

fn describe(character: char) -> String {
    let code = u32::from(character);
    if character.is_control() {
        format!("(CTRL-CHAR, code {code})")
    } else if code > 255 {
        format!("'{character}' (code {code} / 0x{code:x})")
    } else {
        format!("'{character}' (code {code})")
    }
}

fn starts_identifier(character: char) -> bool {
    character.is_alphabetic() || character == '_' || character == '$'
}

fn continues_identifier(character: char) -> bool {
    starts_identifier(character) || character.is_numeric()
}
