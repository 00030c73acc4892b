//! A JSON text as a flat list of tokens that point into it: what the check of a record walks.
//!
//! RFC 8259 and nothing more. Unlike the reader of schemas it has no limit on nesting (it does not recurse, and neither
//! does the walk), knows nothing of words, and keeps every member of an object, so that one given twice can be told of.

use crate::schema::avro::json::unescaped;
use std::borrow::Cow;

/// What a token is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Null,
    True,
    False,
    /// Digits with an optional minus.
    Integer,
    /// Any other number.
    Decimal,
    /// A string or key without escapes.
    Plain,
    /// A string or key with escapes.
    Escaped,
    Array,
    Object,
}

impl Kind {
    /// As it is called where another was wanted.
    pub(super) fn word(self) -> &'static str {
        match self {
            Self::Null => "null",
            Self::True | Self::False => "a boolean",
            Self::Integer | Self::Decimal => "a number",
            Self::Plain | Self::Escaped => "a string",
            Self::Array => "an array",
            Self::Object => "an object",
        }
    }
}

#[derive(Clone, Copy, Debug)]
struct Token {
    kind: Kind,
    /// First byte; of strings the one after the quote.
    start: u32,
    /// One behind the last byte of a scalar; how many children a container has.
    end: u32,
    /// Position of the token behind this one and all it contains.
    next: u32,
}

/// A value or key of a [`Tape`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Value(u32);

impl Value {
    /// The outermost.
    pub(super) const ROOT: Self = Self(0);

    /// The value of a key.
    pub(super) fn of_key(self) -> Self {
        Self(self.0 + 1)
    }
}

/// Why a text is no JSON, and at which byte.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Broken {
    pub(super) at: usize,
    pub(super) problem: &'static str,
}

/// A whole text: one value.
#[derive(Debug)]
pub(super) struct Tape<'t> {
    text: Cow<'t, str>,
    tokens: Vec<Token>,
}

impl<'t> Tape<'t> {
    /// Reads a text of one value.
    pub(super) fn read(text: Cow<'t, str>) -> Result<Self, Broken> {
        if u32::try_from(text.len()).is_err() {
            return Err(Broken { at: 0, problem: "the text is longer than 4 GiB" });
        }
        let mut reader = Reader { bytes: text.as_bytes(), at: 0, tokens: Vec::with_capacity(text.len() / 8 + 4) };
        reader.text()?;
        let tokens = reader.tokens;
        Ok(Self { text, tokens })
    }

    fn token(&self, value: Value) -> Token {
        self.tokens[value.0 as usize]
    }

    pub(super) fn kind(&self, value: Value) -> Kind {
        self.token(value).kind
    }

    /// How many elements or members a container has.
    pub(super) fn count(&self, value: Value) -> usize {
        self.token(value).end as usize
    }

    /// The first child of a container, and where its children end.
    pub(super) fn children(&self, value: Value) -> (Value, Value) {
        (Value(value.0 + 1), Value(self.token(value).next))
    }

    /// What stands behind a value and all it contains.
    pub(super) fn after(&self, value: Value) -> Value {
        Value(self.token(value).next)
    }

    /// The keys of an object; nothing for anything else.
    pub(super) fn keys(&self, value: Value) -> impl Iterator<Item = Value> {
        let (first, end) = match self.kind(value) {
            Kind::Object => self.children(value),
            _ => (value, value),
        };
        let mut at = first;
        std::iter::from_fn(move || {
            let key = (at != end).then_some(at)?;
            at = self.after(key.of_key());
            Some(key)
        })
    }

    /// The text of a string or key; the digits of a number.
    pub(super) fn text(&self, value: Value) -> Cow<'_, str> {
        let token = self.token(value);
        let raw = &self.text[token.start as usize..token.end as usize];
        match token.kind {
            Kind::Escaped => Cow::Owned(unescaped(raw)),
            _ => Cow::Borrowed(raw),
        }
    }
}

struct Reader<'t> {
    bytes: &'t [u8],
    at: usize,
    tokens: Vec<Token>,
}

impl Reader<'_> {
    fn text(&mut self) -> Result<(), Broken> {
        // Tokens of containers whose end has not been seen, the innermost last.
        let mut open: Vec<usize> = Vec::new();
        self.skip_blanks();
        loop {
            // A value is due.
            if self.value()? {
                let container = self.tokens.len() - 1;
                let is_object = self.tokens[container].kind == Kind::Object;
                self.skip_blanks();
                if self.peek() != Some(close_of(is_object)) {
                    open.push(container);
                    self.tokens[container].end = 1;
                    if is_object {
                        self.key()?;
                    }
                    continue;
                }
                self.at += 1;
                self.tokens[container].next = self.tokens.len() as u32;
            }
            // A value has ended: close what ends here, or go on behind a comma.
            loop {
                self.skip_blanks();
                let Some(container) = open.last().copied() else {
                    return if self.at == self.bytes.len() { Ok(()) } else { self.broken("more follows the value") };
                };
                let is_object = self.tokens[container].kind == Kind::Object;
                match self.peek() {
                    Some(b',') => {
                        self.tokens[container].end += 1;
                        self.at += 1;
                        self.skip_blanks();
                        if is_object {
                            self.key()?;
                        }
                        break;
                    }
                    Some(byte) if byte == close_of(is_object) => {
                        self.at += 1;
                        self.tokens[container].next = self.tokens.len() as u32;
                        open.pop();
                    }
                    _ if is_object => return self.broken("a comma or } is missing"),
                    _ => return self.broken("a comma or ] is missing"),
                }
            }
        }
    }

    /// Reads a scalar whole, of a container the beginning; tells whether it was one.
    fn value(&mut self) -> Result<bool, Broken> {
        let start = self.at;
        let kind = match self.peek() {
            Some(b'{') => Kind::Object,
            Some(b'[') => Kind::Array,
            Some(b'"') => return self.string().map(|()| false),
            Some(b't') => self.word(b"true", Kind::True)?,
            Some(b'f') => self.word(b"false", Kind::False)?,
            Some(b'n') => self.word(b"null", Kind::Null)?,
            Some(b'-' | b'0'..=b'9') => self.number()?,
            None => return self.broken("a value is missing"),
            Some(_) => return self.broken("no value begins like this"),
        };
        let is_container = matches!(kind, Kind::Object | Kind::Array);
        self.at += usize::from(is_container);
        self.push(kind, start, if is_container { 0 } else { self.at });
        Ok(is_container)
    }

    fn push(&mut self, kind: Kind, start: usize, end: usize) {
        let next = self.tokens.len() as u32 + 1;
        self.tokens.push(Token { kind, start: start as u32, end: end as u32, next });
    }

    fn key(&mut self) -> Result<(), Broken> {
        if self.peek() != Some(b'"') {
            return self.broken("a key in quotes is missing");
        }
        self.string()?;
        self.skip_blanks();
        if self.peek() != Some(b':') {
            return self.broken("a colon is missing");
        }
        self.at += 1;
        self.skip_blanks();
        Ok(())
    }

    fn string(&mut self) -> Result<(), Broken> {
        let start = self.at + 1;
        let mut kind = Kind::Plain;
        self.at = start;
        loop {
            match self.peek() {
                Some(b'"') => break,
                Some(b'\\') => {
                    kind = Kind::Escaped;
                    self.escape()?;
                }
                Some(byte) if byte >= b' ' => self.at += 1,
                Some(_) => return self.broken("a control character in a string is not escaped"),
                None => return self.broken("the closing quote of a string is missing"),
            }
        }
        self.push(kind, start, self.at);
        self.at += 1;
        Ok(())
    }

    fn escape(&mut self) -> Result<(), Broken> {
        match self.bytes.get(self.at + 1) {
            Some(b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't') => {
                self.at += 2;
                Ok(())
            }
            Some(b'u') => match self.unit(self.at) {
                Some(0xd800..=0xdbff) if matches!(self.unit(self.at + 6), Some(0xdc00..=0xdfff)) => {
                    self.at += 12;
                    Ok(())
                }
                // Half of a character has no bytes in UTF-8. Java would write a question mark.
                Some(0xd800..=0xdfff) => self.broken("an escape is half of a surrogate pair"),
                Some(_) => {
                    self.at += 6;
                    Ok(())
                }
                None => self.broken("\\u needs four hexadecimal digits"),
            },
            _ => self.broken("no escape begins like this"),
        }
    }

    /// The number of a `\u` escape that begins at `at`.
    fn unit(&self, at: usize) -> Option<u32> {
        let digits = self.bytes.get(at..at + 6)?.strip_prefix(b"\\u")?;
        digits.iter().try_fold(0, |unit, digit| Some(unit << 4 | char::from(*digit).to_digit(16)?))
    }

    fn word(&mut self, word: &'static [u8], kind: Kind) -> Result<Kind, Broken> {
        if !self.bytes[self.at..].starts_with(word) {
            return self.broken("no value begins like this");
        }
        self.at += word.len();
        Ok(kind)
    }

    fn number(&mut self) -> Result<Kind, Broken> {
        self.at += usize::from(self.peek() == Some(b'-'));
        let first = self.peek();
        let whole = self.digits();
        if whole == 0 || first == Some(b'0') && whole > 1 {
            return self.broken("a number has digits, and no zero before others");
        }
        let mut kind = Kind::Integer;
        if self.peek() == Some(b'.') {
            self.at += 1;
            kind = Kind::Decimal;
            if self.digits() == 0 {
                return self.broken("digits are missing behind the point");
            }
        }
        if let Some(b'e' | b'E') = self.peek() {
            self.at += 1;
            kind = Kind::Decimal;
            self.at += usize::from(matches!(self.peek(), Some(b'+' | b'-')));
            if self.digits() == 0 {
                return self.broken("digits are missing in the exponent");
            }
        }
        Ok(kind)
    }

    fn digits(&mut self) -> usize {
        let start = self.at;
        while self.peek().is_some_and(|byte| byte.is_ascii_digit()) {
            self.at += 1;
        }
        self.at - start
    }

    fn skip_blanks(&mut self) {
        while let Some(b' ' | b'\n' | b'\r' | b'\t') = self.peek() {
            self.at += 1;
        }
    }

    fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    fn broken<T>(&self, problem: &'static str) -> Result<T, Broken> {
        Err(Broken { at: self.at, problem })
    }
}

fn close_of(is_object: bool) -> u8 {
    if is_object { b'}' } else { b']' }
}

#[cfg(test)]
mod tests {
    use super::{Kind, Tape, Value};

    fn problem(text: &str) -> Option<(usize, &'static str)> {
        Tape::read(text.into()).err().map(|broken| (broken.at, broken.problem))
    }

    #[test]
    fn what_serde_json_takes_is_taken_and_nothing_else() {
        let texts = [
            "",
            " ",
            "null",
            " null ",
            "nul",
            "nullx",
            "true false",
            "[1,2]",
            "[1,]",
            "[,1]",
            "[",
            "]",
            "{}",
            "{\"a\":1}",
            "{\"a\"}",
            "{\"a\":}",
            "{\"a\":1,}",
            "{a:1}",
            "{\"a\":1}}",
            "0",
            "-0",
            "-",
            "01",
            "1.",
            ".1",
            "1.5",
            "1e",
            "1e+",
            "1e+5",
            "1E5",
            "+1",
            "\"a",
            "\"\\x\"",
            "\"\\u12\"",
            "\"\\u00e9\"",
            "\"\\ud83d\\ude00\"",
            "\"\\ud83d\"",
            "\"\\ude00\"",
            "\"\\ud83dx\"",
            "\"\u{1}\"",
            "\"\t\"",
            "[[[]]]",
            "[{\"a\":[{}]}]",
            "// c\n1",
            "[1 2]",
            "NaN",
            "\u{feff}1",
        ];
        for text in texts {
            let theirs = serde_json::from_str::<serde_json::Value>(text).is_ok();
            assert_eq!(problem(text).is_none(), theirs, "{text:?} {:?}", problem(text));
        }
    }

    #[test]
    fn strings_lose_their_escapes() {
        let tape = Tape::read(r#"["a\"\\\/\b\f\n\r\t\u00e9\ud83d\ude00z"]"#.into()).expect("a text");
        let (first, end) = tape.children(Value::ROOT);
        assert_eq!(tape.text(first), "a\"\\/\u{8}\u{c}\n\r\té😀z");
        assert_eq!((tape.kind(first), tape.after(first)), (Kind::Escaped, end));
    }

    #[test]
    fn a_million_brackets_cost_no_stack() {
        let text = "[".repeat(1_000_000) + &"]".repeat(1_000_000);
        assert_eq!(problem(&text), None);
        assert_eq!(problem(&text[1..]), Some((1_999_998, "more follows the value")));
    }
}
