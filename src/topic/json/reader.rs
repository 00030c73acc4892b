//! Reading: from left to right, without a tree, as leniently as Jackson takes typed fields.

use std::borrow::Cow;

/// How deep values may nest, as Jackson limits it.
const NESTING_MAX: usize = 1000;

/// Why a text is not the JSON a record needs. The record is skipped; the word goes to the log.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::topic) struct Malformed(pub(in crate::topic) &'static str);

/// Reads one JSON text from left to right, without building a tree.
///
/// Scalars are taken as Jackson takes them for typed fields: a number may stand in quotes, `1.5` is 1, `null` is the
/// field's default.
pub(in crate::topic) struct Reader<'a> {
    text: &'a str,
    at: usize,
}

impl<'a> Reader<'a> {
    pub(in crate::topic) fn new(text: &'a str) -> Self {
        Self { text, at: 0 }
    }

    /// Reads an object, handing each member's name over with the reader before its value.
    ///
    /// `each` must read exactly the value. A `null` in the object's place is an object without members.
    pub(in crate::topic) fn object(
        &mut self,
        mut each: impl FnMut(&str, &mut Self) -> Result<(), Malformed>,
    ) -> Result<(), Malformed> {
        if self.takes_null()? {
            return Ok(());
        }
        self.expect(b'{')?;
        if self.takes(b'}') {
            return Ok(());
        }
        loop {
            let name = self.member_name()?;
            each(&name, self)?;
            if self.takes(b',') {
                continue;
            }
            return self.expect(b'}');
        }
    }

    /// Reads an array, calling `each` with the reader before each element. `null` is an array without elements.
    pub(in crate::topic) fn array(
        &mut self,
        mut each: impl FnMut(&mut Self) -> Result<(), Malformed>,
    ) -> Result<(), Malformed> {
        if self.takes_null()? {
            return Ok(());
        }
        self.expect(b'[')?;
        if self.takes(b']') {
            return Ok(());
        }
        loop {
            each(self)?;
            if self.takes(b',') {
                continue;
            }
            return self.expect(b']');
        }
    }

    /// Reads a text; `None` for `null`. Numbers and booleans are taken by their spelling.
    pub(in crate::topic) fn text(&mut self) -> Result<Option<Cow<'a, str>>, Malformed> {
        self.skip_blanks();
        match self.peek() {
            Some(b'"') => self.string().map(Some),
            Some(b'{' | b'[') | None => Err(Malformed("a text is expected")),
            Some(_) => match self.word()? {
                "null" => Ok(None),
                word => Ok(Some(Cow::Borrowed(word))),
            },
        }
    }

    /// Reads a whole number; `None` for `null`.
    pub(in crate::topic) fn int(&mut self) -> Result<Option<i64>, Malformed> {
        if let Some(number) = self.digits() {
            return Ok(Some(number));
        }
        let Some(text) = self.text()? else { return Ok(None) };
        let text = text.trim();
        if let Ok(number) = text.parse::<i64>() {
            return Ok(Some(number));
        }
        // Jackson truncates a fraction towards zero; the range is then that of the type.
        match text.parse::<f64>() {
            Ok(number) if number.abs() < 9e15 =>
            {
                #[expect(clippy::cast_possible_truncation, reason = "truncation is the rule, the range was checked")]
                Ok(Some(number as i64))
            }
            _ => Err(Malformed("a whole number is expected")),
        }
    }

    /// A whole number as every writer writes it: up to 18 digits, and nothing after them that belongs to a number.
    fn digits(&mut self) -> Option<i64> {
        self.skip_blanks();
        let rest = &self.text.as_bytes()[self.at..];
        let count = rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
        let ends = !matches!(rest.get(count), Some(b'.' | b'e' | b'E'));
        let plain = (1..=18).contains(&count) && ends && (count == 1 || rest[0] != b'0');
        plain.then(|| {
            self.at += count;
            rest[..count].iter().fold(0, |number, digit| number * 10 + i64::from(digit - b'0'))
        })
    }

    /// Reads a boolean; `None` for `null`.
    pub(in crate::topic) fn flag(&mut self) -> Result<Option<bool>, Malformed> {
        let Some(text) = self.text()? else { return Ok(None) };
        match text.trim() {
            "true" | "True" | "TRUE" => Ok(Some(true)),
            "false" | "False" | "FALSE" => Ok(Some(false)),
            number => match number.parse::<i64>() {
                Ok(number) => Ok(Some(number != 0)),
                Err(_) => Err(Malformed("true or false is expected")),
            },
        }
    }

    /// Passes over any value and returns its spelling. The stack does not grow with the nesting, which is bounded.
    pub(in crate::topic) fn skip(&mut self) -> Result<&'a str, Malformed> {
        self.skip_blanks();
        let start = self.at;
        let mut open = Vec::new();
        loop {
            self.skip_blanks();
            match self.peek() {
                Some(b'{') => {
                    self.at += 1;
                    if !self.takes(b'}') {
                        open.push(b'}');
                        self.member_name()?;
                        continue;
                    }
                }
                Some(b'[') => {
                    self.at += 1;
                    if !self.takes(b']') {
                        open.push(b']');
                        continue;
                    }
                }
                Some(b'"') => drop(self.string()?),
                _ => drop(self.word()?),
            }
            if open.len() > NESTING_MAX {
                return Err(Malformed("the nesting is too deep"));
            }
            if !self.closes_or_continues(&mut open)? {
                return Ok(&self.text[start..self.at]);
            }
        }
    }

    /// After a value: closes what ends here. Whether another value follows.
    fn closes_or_continues(&mut self, open: &mut Vec<u8>) -> Result<bool, Malformed> {
        while let Some(&closing) = open.last() {
            if self.takes(b',') {
                if closing == b'}' {
                    self.member_name()?;
                }
                return Ok(true);
            }
            self.expect(closing)?;
            open.pop();
        }
        Ok(false)
    }

    fn member_name(&mut self) -> Result<Cow<'a, str>, Malformed> {
        self.skip_blanks();
        let name = self.string()?;
        self.expect(b':')?;
        Ok(name)
    }

    /// Reads `null` if it is ahead.
    pub(in crate::topic) fn takes_null(&mut self) -> Result<bool, Malformed> {
        self.skip_blanks();
        if self.peek() != Some(b'n') {
            return Ok(false);
        }
        match self.word()? {
            "null" => Ok(true),
            _ => Err(Malformed("an unknown word")),
        }
    }

    /// Nothing but blanks may follow.
    pub(in crate::topic) fn end(&mut self) -> Result<(), Malformed> {
        self.skip_blanks();
        if self.at == self.text.len() { Ok(()) } else { Err(Malformed("something follows the value")) }
    }

    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn skip_blanks(&mut self) {
        while matches!(self.peek(), Some(b' ' | b'\t' | b'\n' | b'\r')) {
            self.at += 1;
        }
    }

    fn takes(&mut self, byte: u8) -> bool {
        self.skip_blanks();
        let found = self.peek() == Some(byte);
        self.at += usize::from(found);
        found
    }

    fn expect(&mut self, byte: u8) -> Result<(), Malformed> {
        if self.takes(byte) { Ok(()) } else { Err(Malformed("a bracket, colon or comma is missing")) }
    }

    /// A number, `true`, `false` or `null`.
    fn word(&mut self) -> Result<&'a str, Malformed> {
        let start = self.at;
        while matches!(self.peek(), Some(b'-' | b'+' | b'.' | b'0'..=b'9' | b'a'..=b'z' | b'A'..=b'Z')) {
            self.at += 1;
        }
        let word = &self.text[start..self.at];
        let numeric = word.starts_with(|first: char| first == '-' || first.is_ascii_digit());
        if matches!(word, "true" | "false" | "null") || (numeric && word.parse::<f64>().is_ok()) {
            return Ok(word);
        }
        Err(Malformed("a value is expected"))
    }

    fn string(&mut self) -> Result<Cow<'a, str>, Malformed> {
        if self.peek() != Some(b'"') {
            return Err(Malformed("a string is expected"));
        }
        self.at += 1;
        let start = self.at;
        loop {
            match self.peek() {
                Some(b'"') => {
                    self.at += 1;
                    return Ok(Cow::Borrowed(&self.text[start..self.at - 1]));
                }
                Some(b'\\') => return self.string_with_escapes(start).map(Cow::Owned),
                Some(byte) if byte >= 0x20 => self.at += 1,
                _ => return Err(Malformed("a string is not closed, or holds a control character")),
            }
        }
    }

    fn string_with_escapes(&mut self, start: usize) -> Result<String, Malformed> {
        let mut value = String::from(&self.text[start..self.at]);
        let mut plain = self.at;
        loop {
            match self.peek() {
                Some(b'"') => {
                    value.push_str(&self.text[plain..self.at]);
                    self.at += 1;
                    return Ok(value);
                }
                Some(b'\\') => {
                    value.push_str(&self.text[plain..self.at]);
                    self.at += 1;
                    value.push(self.escape()?);
                    plain = self.at;
                }
                Some(byte) if byte >= 0x20 => self.at += 1,
                _ => return Err(Malformed("a string is not closed, or holds a control character")),
            }
        }
    }

    fn escape(&mut self) -> Result<char, Malformed> {
        let kind = self.peek().ok_or(Malformed("a string is not closed"))?;
        self.at += 1;
        Ok(match kind {
            b'"' | b'\\' | b'/' => char::from(kind),
            b'b' => '\u{8}',
            b't' => '\t',
            b'n' => '\n',
            b'f' => '\u{c}',
            b'r' => '\r',
            b'u' => self.escaped_character()?,
            _ => return Err(Malformed("an unknown escape")),
        })
    }

    /// The character behind `\u`: one unit, or two that form a pair. A lone surrogate is no text of ours.
    fn escaped_character(&mut self) -> Result<char, Malformed> {
        let unit = self.hex_unit()?;
        if !(0xD800..0xE000).contains(&unit) {
            return char::from_u32(unit.into()).ok_or(Malformed("a lone surrogate"));
        }
        if !self.text.as_bytes()[self.at..].starts_with(b"\\u") {
            return Err(Malformed("a lone surrogate"));
        }
        self.at += 2;
        let pair = [unit, self.hex_unit()?];
        char::decode_utf16(pair).next().and_then(Result::ok).ok_or(Malformed("a lone surrogate"))
    }

    fn hex_unit(&mut self) -> Result<u16, Malformed> {
        let digits = self.text.as_bytes().get(self.at..self.at + 4).ok_or(Malformed("an escape is cut"))?;
        let mut unit = 0;
        for digit in digits {
            let value = char::from(*digit).to_digit(16).ok_or(Malformed("an escape is no hexadecimal number"))?;
            unit = unit << 4 | u16::try_from(value).expect("a hexadecimal digit");
        }
        self.at += 4;
        Ok(unit)
    }
}

#[cfg(test)]
mod tests {
    use super::{Malformed, Reader};

    #[test]
    fn scalars_are_taken_as_leniently_as_the_reference_takes_them() {
        let int = |text| Reader::new(text).int();
        assert_eq!(int("12"), Ok(Some(12)));
        assert_eq!(int("\"12\""), Ok(Some(12)));
        assert_eq!(int("1.5"), Ok(Some(1)));
        assert_eq!(int("-1.5"), Ok(Some(-1)));
        assert_eq!(int("null"), Ok(None));
        assert!(int("\"x\"").is_err() && int("{}").is_err() && int("1e99").is_err());
        let flag = |text| Reader::new(text).flag();
        assert_eq!(flag("true"), Ok(Some(true)));
        assert_eq!(flag("\"false\""), Ok(Some(false)));
        assert_eq!(flag("1"), Ok(Some(true)));
        assert_eq!(flag("null"), Ok(None));
        assert!(flag("\"maybe\"").is_err());
    }

    #[test]
    fn any_value_can_be_passed_over_however_deep() {
        for text in ["1", "\"a\\\"]\"", "null", "[]", "{\"a\":[1,{\"b\":\"}\"}],\"c\":true}"] {
            let followed = format!(" {text} ,");
            assert_eq!(Reader::new(&followed).skip(), Ok(text));
        }
        let nested = |depth| "[".repeat(depth) + &"]".repeat(depth);
        assert_eq!(Reader::new(&nested(1000)).skip().map(str::len), Ok(2000));
        assert!(Reader::new(&"[".repeat(1_000_000)).skip().is_err());
        for text in ["[[1]", "}", "{1:2}", "[1 2]", "[1,]", "{\"a\":1]", "[}"] {
            assert!(Reader::new(text).skip().is_err(), "{text:?}");
        }
    }

    #[test]
    fn broken_texts_are_refused() {
        for text in ["\"a", "\"\\x\"", "\"\\u12\"", "\"\\uD83D\"", "\"\\uD83Dx\"", "\"\\uDE00\"", "\"\n\"", "nul", ""] {
            assert!(Reader::new(text).text().is_err(), "{text:?}");
        }
        let members = |text| Reader::new(text).object(|_, value| value.skip().map(drop));
        assert_eq!(members("{\"a\": 1 , \"b\":[ ]}"), Ok(()));
        for text in ["{", "{\"a\"}", "{\"a\":}", "{\"a\":1,}", "{a:1}", "[]", "{\"a\":1 \"b\":2}"] {
            assert!(members(text).is_err(), "{text:?}");
        }
        assert_eq!(Reader::new("1 2").end(), Err(Malformed("something follows the value")));
    }
}
