//! Reads a JSON text into a [`Tape`], as strictly as the reference's reader and with its words where it refuses.
//!
//! Comments are allowed, nothing else beyond the standard. Only the first value is read; what follows it is the
//! caller's to judge. Iterative: nesting costs no stack.

use super::tape::{Tape, Token, TokenKind, Word};
use super::words::{self, Refusal};
use crate::schema::avro::failure::Parsed;

/// Deepest nesting of arrays and objects.
pub(in crate::schema::avro) const NESTING_MAX: usize = 1000;
/// Longest number, in digits.
const NUMBER_CHARS_MAX: usize = 1000;
/// Longest string, in UTF-16 units.
const STRING_UNITS_MAX: usize = 20_000_000;
/// Longest key, in UTF-16 units.
const KEY_UNITS_MAX: usize = 50_000;

/// Reads the first value of `text`, and says where it ends.
pub(in crate::schema::avro) fn read(text: &str) -> Parsed<(Tape<'_>, usize)> {
    if u32::try_from(text.len()).is_err() {
        return Err(words::too_long(text.len()));
    }
    let mut reader = Reader { text, bytes: text.as_bytes(), at: 0, tokens: Vec::new(), open: Vec::new() };
    reader.tokens.reserve(text.len() / 6 + 8);
    reader.first_value()?;
    Ok((Tape { text, tokens: reader.tokens }, reader.at))
}

/// A container whose end has not been seen.
struct Open {
    token: usize,
    count: u32,
    is_object: bool,
}

pub(super) struct Reader<'t> {
    pub(super) text: &'t str,
    pub(super) bytes: &'t [u8],
    pub(super) at: usize,
    pub(super) tokens: Vec<Token>,
    open: Vec<Open>,
}

impl Reader<'_> {
    fn first_value(&mut self) -> Parsed<()> {
        self.skip_blanks()?;
        if self.at == self.bytes.len() {
            return Ok(());
        }
        loop {
            // A value is due at `self.at`.
            if self.value()? && self.begin_container()? {
                continue;
            }
            // A value has just ended: close what ends here, or go on behind a comma.
            loop {
                self.skip_blanks_between()?;
                let Some(open) = self.open.last_mut() else { return Ok(()) };
                let is_object = open.is_object;
                match self.bytes.get(self.at) {
                    Some(b',') => {
                        open.count += 1;
                        self.at += 1;
                        self.skip_blanks()?;
                        if self.at == self.bytes.len() {
                            return Err(words::refuse(self, Refusal::EndAfterComma { is_object }));
                        }
                        if is_object {
                            self.key()?;
                        }
                        break;
                    }
                    Some(b'}' | b']') => self.close()?,
                    Some(_) => return Err(words::refuse(self, Refusal::NoComma { is_object })),
                    None => return Err(self.unclosed()),
                }
            }
        }
    }

    /// Steps into the container that has just begun. False if it ends at once.
    fn begin_container(&mut self) -> Parsed<bool> {
        self.skip_blanks()?;
        let open = self.open.last_mut().expect("a container has just begun");
        match self.bytes.get(self.at) {
            Some(b'}' | b']') => {
                self.close()?;
                Ok(false)
            }
            Some(_) => {
                open.count = 1;
                if open.is_object {
                    self.key()?;
                }
                Ok(true)
            }
            None => Err(self.unclosed()),
        }
    }

    /// Ends the innermost container, whose end mark must stand here.
    fn close(&mut self) -> Parsed<()> {
        let open = self.open.last().expect("only called inside a container");
        let expected = if open.is_object { b'}' } else { b']' };
        if self.bytes[self.at] != expected {
            let started_at = self.tokens[open.token].start as usize;
            return Err(words::refuse(self, Refusal::WrongClose { is_object: open.is_object, started_at }));
        }
        let open = self.open.pop().expect("only called inside a container");
        self.at += 1;
        let next = self.tokens.len() as u32;
        let token = &mut self.tokens[open.token];
        (token.next, token.end) = (next, open.count);
        if open.is_object && open.count > 1 {
            self.drop_repeated_keys(open.token);
        }
        Ok(())
    }

    /// Reads one value, or the start of a container, and says whether it was one.
    fn value(&mut self) -> Parsed<bool> {
        let start = self.at;
        let kind = match self.bytes[start] {
            b'"' => {
                let (kind, start, end) = self.string(STRING_UNITS_MAX)?;
                self.push(kind, Word::Other, start, end);
                return Ok(false);
            }
            b'{' => TokenKind::Object,
            b'[' => TokenKind::Array,
            b't' => self.literal("true", TokenKind::True)?,
            b'f' => self.literal("false", TokenKind::False)?,
            b'n' => self.literal("null", TokenKind::Null)?,
            b'-' | b'0'..=b'9' => self.number()?,
            byte => return Err(words::odd_value(self, byte)),
        };
        let token = self.tokens.len();
        let is_object = kind == TokenKind::Object;
        let is_container = is_object || kind == TokenKind::Array;
        if is_container {
            self.at += 1;
            if self.open.len() == NESTING_MAX {
                return Err(words::refuse(self, Refusal::TooDeep));
            }
            self.open.push(Open { token, count: 0, is_object });
        }
        self.push(kind, Word::Other, start, self.at);
        Ok(is_container)
    }

    #[inline(always)]
    fn push(&mut self, kind: TokenKind, word: Word, start: usize, end: usize) {
        let next = self.tokens.len() as u32 + 1;
        self.tokens.push(Token { kind, word, start: start as u32, end: end as u32, next });
    }

    /// Reads a key and its colon, up to the value.
    fn key(&mut self) -> Parsed<()> {
        if self.bytes[self.at] != b'"' {
            return Err(words::refuse(self, Refusal::NoKey));
        }
        let (kind, start, end) = self.string(KEY_UNITS_MAX).map_err(words::in_key)?;
        let word = match kind {
            TokenKind::Escaped => Word::of(unescaped(&self.text[start..end]).as_bytes()),
            _ => Word::of(&self.bytes[start..end]),
        };
        self.push(kind, word, start, end);
        if self.bytes.get(self.at) == Some(&b':')
            && self.bytes.get(self.at + 1).is_some_and(|byte| *byte > b' ' && *byte != b'/')
        {
            self.at += 1;
            return Ok(());
        }
        self.skip_blanks()?;
        match self.bytes.get(self.at) {
            Some(b':') => self.at += 1,
            Some(_) => return Err(words::refuse(self, Refusal::NoColon)),
            None => return Err(words::refuse(self, Refusal::EndInEntry)),
        }
        self.skip_blanks()?;
        match self.bytes.get(self.at) {
            Some(_) => Ok(()),
            None => Err(words::refuse(self, Refusal::EndInEntry)),
        }
    }

    /// Reads a string, whose quote stands here: its kind, and where it begins and ends without its quotes.
    #[inline(always)]
    fn string(&mut self, units_max: usize) -> Parsed<(TokenKind, usize, usize)> {
        let start = self.at + 1;
        let end = end_of_run(self.bytes, start);
        if self.bytes.get(end) != Some(&b'"') || end - start > KEY_UNITS_MAX {
            return self.odd_string(start, end, units_max);
        }
        self.at = end + 1;
        Ok((TokenKind::Plain, start, end))
    }

    /// The same where something is odd from `at` on.
    fn odd_string(&mut self, start: usize, mut at: usize, units_max: usize) -> Parsed<(TokenKind, usize, usize)> {
        let mut kind = TokenKind::Plain;
        loop {
            match self.bytes.get(at) {
                Some(b'"') => break,
                Some(b'\\') => {
                    kind = TokenKind::Escaped;
                    self.at = at + 1;
                    self.escape()?;
                    at = end_of_run(self.bytes, self.at);
                }
                found => {
                    self.at = at;
                    let refusal = if found.is_some() { Refusal::ControlInString } else { Refusal::EndInString };
                    return Err(words::refuse(self, refusal));
                }
            }
        }
        self.at = at + 1;
        if at - start > units_max {
            words::check_length(&self.text[start..at], units_max)?;
        }
        Ok((kind, start, at))
    }

    /// Steps over an escape, behind its backslash. A surrogate must be followed by its partner.
    fn escape(&mut self) -> Parsed<()> {
        match self.bytes.get(self.at) {
            Some(b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't') => {
                self.at += 1;
                Ok(())
            }
            Some(b'u') => {
                let start = self.at - 1;
                let unit = self.hex_escape()?;
                let is_pair = match unit {
                    0xd800..=0xdbff if self.bytes[self.at..].starts_with(b"\\u") => {
                        self.at += 1;
                        matches!(self.hex_escape()?, 0xdc00..=0xdfff)
                    }
                    0xd800..=0xdfff => false,
                    _ => return Ok(()),
                };
                if is_pair { Ok(()) } else { Err(words::lone_surrogate(unit, start)) }
            }
            Some(_) => Err(words::refuse(self, Refusal::UnknownEscape)),
            None => Err(words::refuse(self, Refusal::EndInEscape)),
        }
    }

    /// Reads the four digits behind a `u`.
    fn hex_escape(&mut self) -> Parsed<u32> {
        self.at += 1;
        let mut unit = 0;
        for _ in 0..4 {
            let Some(byte) = self.bytes.get(self.at) else {
                return Err(words::refuse(self, Refusal::EndInEscape));
            };
            let Some(digit) = char::from(*byte).to_digit(16) else {
                return Err(words::refuse(self, Refusal::NoHexDigit));
            };
            unit = unit * 16 + digit;
            self.at += 1;
        }
        Ok(unit)
    }

    fn literal(&mut self, word: &'static str, kind: TokenKind) -> Parsed<TokenKind> {
        let rest = &self.bytes[self.at..];
        let ends = rest.get(word.len()).is_none_or(|byte| !byte.is_ascii_alphanumeric() && *byte < 0x7f);
        if rest.starts_with(word.as_bytes()) && ends && !matches!(rest.get(word.len()), Some(b'_' | b'$')) {
            self.at += word.len();
            return Ok(kind);
        }
        words::check_literal(self, word).map(|()| kind)
    }

    fn number(&mut self) -> Parsed<TokenKind> {
        let start = self.at;
        let mut at = start + usize::from(self.bytes[start] == b'-');
        let digits = |mut at: usize| {
            while self.bytes.get(at).is_some_and(u8::is_ascii_digit) {
                at += 1;
            }
            at
        };
        let whole = digits(at);
        let leading_zero = self.bytes.get(at) == Some(&b'0') && whole > at + 1;
        if whole == at || leading_zero {
            return Err(words::bad_number(self));
        }
        at = whole;
        let mut kind = TokenKind::Integer;
        if self.bytes.get(at) == Some(&b'.') {
            kind = TokenKind::Decimal;
            let end = digits(at + 1);
            if end == at + 1 {
                return Err(words::bad_number(self));
            }
            at = end;
        }
        if let Some(b'e' | b'E') = self.bytes.get(at) {
            kind = TokenKind::Decimal;
            let sign = usize::from(matches!(self.bytes.get(at + 1), Some(b'+' | b'-')));
            let end = digits(at + 1 + sign);
            if end == at + 1 + sign {
                return Err(words::bad_number(self));
            }
            at = end;
        }
        self.at = at;
        if self.open.is_empty() && !matches!(self.bytes.get(at), None | Some(b' ' | b'\t' | b'\r' | b'\n')) {
            return Err(words::refuse(self, Refusal::NoSpaceAfterRoot));
        }
        if at - start > NUMBER_CHARS_MAX {
            words::check_number_length(self, start, NUMBER_CHARS_MAX)?;
        }
        Ok(kind)
    }

    /// Steps over blanks and comments.
    #[inline(always)]
    fn skip_blanks(&mut self) -> Parsed<()> {
        match self.bytes.get(self.at) {
            Some(byte) if *byte > b' ' && *byte != b'/' => Ok(()),
            _ => self.skip_blanks_slowly(),
        }
    }

    /// The same behind a value, where the outermost has nothing to skip: what follows it is not read.
    #[inline(always)]
    fn skip_blanks_between(&mut self) -> Parsed<()> {
        if self.open.is_empty() { Ok(()) } else { self.skip_blanks() }
    }

    #[inline(never)]
    fn skip_blanks_slowly(&mut self) -> Parsed<()> {
        loop {
            match self.bytes.get(self.at) {
                Some(b' ' | b'\n' | b'\r' | b'\t') => self.at += 1,
                Some(b'/') => self.comment()?,
                Some(byte) if *byte < b' ' => return Err(words::refuse(self, Refusal::ControlBetween)),
                _ => return Ok(()),
            }
        }
    }

    fn comment(&mut self) -> Parsed<()> {
        let is_line = match self.bytes.get(self.at + 1) {
            Some(b'/') => true,
            Some(b'*') => false,
            Some(_) => {
                self.at += 1;
                return Err(words::refuse(self, Refusal::NoComment));
            }
            None => return Err(words::refuse(self, Refusal::EndInComment)),
        };
        self.at += 2;
        while let Some(byte) = self.bytes.get(self.at) {
            match byte {
                b'\n' | b'\r' if is_line => return Ok(()),
                b'*' if !is_line && self.bytes.get(self.at + 1) == Some(&b'/') => {
                    self.at += 2;
                    return Ok(());
                }
                b'\n' | b'\r' | b'\t' | b' '.. => self.at += 1,
                _ => return Err(words::refuse(self, Refusal::ControlBetween)),
            }
        }
        if is_line { Ok(()) } else { Err(words::refuse(self, Refusal::EndInComment)) }
    }

    fn unclosed(&self) -> Box<crate::schema::avro::failure::Failure> {
        let open = self.open.last().expect("only called inside a container");
        let started_at = self.tokens[open.token].start as usize;
        words::refuse(self, Refusal::EndInContainer { is_object: open.is_object, started_at })
    }

    /// Whether nothing is open: the value being read is the outermost.
    pub(super) fn is_at_root(&self) -> bool {
        self.open.is_empty()
    }

    /// Whether the innermost open container is an array.
    pub(super) fn is_in_array(&self) -> bool {
        self.open.last().is_some_and(|open| !open.is_object)
    }
}

/// Where the next quote, backslash or control stands, from `at` on; the end of the text if nowhere.
#[inline]
pub(super) fn end_of_run(bytes: &[u8], mut at: usize) -> usize {
    const ONES: u64 = 0x0101_0101_0101_0101;
    const TOPS: u64 = ONES << 7;
    // Eight bytes at a time. The lowest byte marked is right; those above it may be marked in vain.
    while let Some(word) = bytes.get(at..at + 8) {
        let word = u64::from_le_bytes(word.try_into().expect("eight bytes"));
        let is_zero = |word: u64| word.wrapping_sub(ONES) & !word;
        let is_control = word.wrapping_sub(ONES * 0x20) & !word;
        let found = (is_control | is_zero(word ^ (ONES * 0x22)) | is_zero(word ^ (ONES * 0x5c))) & TOPS;
        if found != 0 {
            return at + found.trailing_zeros() as usize / 8;
        }
        at += 8;
    }
    while bytes.get(at).is_some_and(|byte| *byte >= b' ' && *byte != b'"' && *byte != b'\\') {
        at += 1;
    }
    at
}

/// Undoes the escapes of a string that has been read without a complaint.
pub(crate) fn unescaped(raw: &str) -> String {
    let mut text = String::with_capacity(raw.len());
    let mut rest = raw;
    while let Some(at) = rest.find('\\') {
        text.push_str(&rest[..at]);
        let escape = rest.as_bytes()[at + 1];
        rest = &rest[at + 2..];
        match escape {
            b'b' => text.push('\u{8}'),
            b'f' => text.push('\u{c}'),
            b'n' => text.push('\n'),
            b'r' => text.push('\r'),
            b't' => text.push('\t'),
            b'u' => {
                let unit = |digits: &str| u32::from_str_radix(&digits[..4], 16).unwrap_or_default();
                let mut point = unit(rest);
                rest = &rest[4..];
                if (0xd800..0xdc00).contains(&point) {
                    point = 0x10000 + ((point - 0xd800) << 10) + (unit(&rest[2..]) - 0xdc00);
                    rest = &rest[6..];
                }
                text.push(char::from_u32(point).unwrap_or(char::REPLACEMENT_CHARACTER));
            }
            other => text.push(char::from(other)),
        }
    }
    text.push_str(rest);
    text
}
