//! A JSON text as a flat list of tokens that point into it: what the schema parser walks.
//!
//! Values stand in the order of the text, children behind their container, each token knowing where the next sibling
//! is. Keys are unique: of a repeated one the last value counts, at the place of the first.

use super::Json;
use std::borrow::Cow;

/// What a token is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::schema::avro) enum TokenKind {
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

/// The keys that mean something in a schema.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::schema::avro) enum Word {
    Other,
    Type,
    Name,
    Namespace,
    Doc,
    Fields,
    Items,
    Values,
    Symbols,
    Size,
    Aliases,
    Default,
    Order,
    LogicalType,
}

impl Word {
    /// How many words there are.
    pub(in crate::schema::avro) const COUNT: usize = Self::LogicalType as usize + 1;

    /// The word a key spells.
    pub(super) fn of(key: &[u8]) -> Self {
        match key {
            b"type" => Self::Type,
            b"name" => Self::Name,
            b"namespace" => Self::Namespace,
            b"doc" => Self::Doc,
            b"fields" => Self::Fields,
            b"items" => Self::Items,
            b"values" => Self::Values,
            b"symbols" => Self::Symbols,
            b"size" => Self::Size,
            b"aliases" => Self::Aliases,
            b"default" => Self::Default,
            b"order" => Self::Order,
            b"logicalType" => Self::LogicalType,
            _ => Self::Other,
        }
    }
}

/// One value or key.
#[derive(Clone, Copy, Debug)]
pub(super) struct Token {
    pub(super) kind: TokenKind,
    /// What a key spells; meaningless elsewhere.
    pub(super) word: Word,
    /// First byte; of strings the one after the quote.
    pub(super) start: u32,
    /// One behind the last byte of a scalar; how many children a container has.
    pub(super) end: u32,
    /// Position of the token behind this one and all it contains.
    pub(super) next: u32,
}

/// A value of a [`Tape`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::schema::avro) struct Value(u32);

/// A whole text.
#[derive(Debug)]
pub(in crate::schema::avro) struct Tape<'t> {
    pub(super) text: &'t str,
    pub(super) tokens: Vec<Token>,
}

impl<'t> Tape<'t> {
    /// The outermost value; `None` for a text of blanks and comments.
    pub(in crate::schema::avro) fn root(&self) -> Option<Value> {
        (!self.tokens.is_empty()).then_some(Value(0))
    }

    fn token(&self, value: Value) -> &Token {
        &self.tokens[value.0 as usize]
    }

    /// What `value` is.
    pub(in crate::schema::avro) fn kind(&self, value: Value) -> TokenKind {
        self.token(value).kind
    }

    /// Whether it is a string.
    pub(in crate::schema::avro) fn is_string(&self, value: Value) -> bool {
        matches!(self.kind(value), TokenKind::Plain | TokenKind::Escaped)
    }

    /// Byte where it begins, the quote of a string included.
    pub(in crate::schema::avro) fn offset(&self, value: Value) -> usize {
        let token = self.token(value);
        token.start as usize - usize::from(matches!(token.kind, TokenKind::Plain | TokenKind::Escaped))
    }

    /// How many elements or members a container has.
    pub(in crate::schema::avro) fn count(&self, value: Value) -> usize {
        self.token(value).end as usize
    }

    /// The text of a string.
    pub(in crate::schema::avro) fn string(&self, value: Value) -> Option<Cow<'t, str>> {
        let token = self.token(value);
        match token.kind {
            TokenKind::Plain => Some(Cow::Borrowed(&self.text[token.start as usize..token.end as usize])),
            TokenKind::Escaped => {
                Some(Cow::Owned(super::read::unescaped(&self.text[token.start as usize..token.end as usize])))
            }
            _ => None,
        }
    }

    /// The digits of a number.
    pub(in crate::schema::avro) fn number(&self, value: Value) -> &'t str {
        let token = self.token(value);
        &self.text[token.start as usize..token.end as usize]
    }

    /// The elements of an array; nothing for anything else.
    pub(in crate::schema::avro) fn elements(&self, value: Value) -> Elements<'_, 't> {
        let token = self.token(value);
        let is_array = token.kind == TokenKind::Array;
        Elements { tape: self, at: value.0 + 1, end: if is_array { token.next } else { value.0 + 1 } }
    }

    /// The members of an object; nothing for anything else.
    pub(in crate::schema::avro) fn members(&self, value: Value) -> Members<'_, 't> {
        let token = self.token(value);
        let is_object = token.kind == TokenKind::Object;
        Members { tape: self, at: value.0 + 1, end: if is_object { token.next } else { value.0 + 1 } }
    }

    /// The value itself, on its own.
    pub(in crate::schema::avro) fn json(&self, value: Value) -> Json {
        match self.kind(value) {
            TokenKind::Null => Json::Null,
            TokenKind::True => Json::Bool(true),
            TokenKind::False => Json::Bool(false),
            TokenKind::Integer => integer(self.number(value)),
            // Out of range becomes infinite, as in the reference.
            TokenKind::Decimal => Json::Double(self.number(value).parse().unwrap_or(f64::INFINITY)),
            TokenKind::Plain | TokenKind::Escaped => Json::String(self.string(value).unwrap_or_default().into()),
            TokenKind::Array => Json::Array(self.elements(value).map(|element| self.json(element)).collect()),
            TokenKind::Object => Json::Object(
                self.members(value).map(|member| (self.key(member.key).into(), self.json(member.value))).collect(),
            ),
        }
    }

    /// The text of a key.
    pub(in crate::schema::avro) fn key(&self, key: Value) -> Cow<'t, str> {
        self.string(key).unwrap_or_default()
    }
}

/// Reads digits: 64 bits if they fit, else the digits themselves.
fn integer(digits: &str) -> Json {
    match digits.parse() {
        Ok(integer) => Json::Integer(integer),
        Err(_) => Json::BigInteger(digits.into()),
    }
}

/// See [`Tape::elements`].
pub(in crate::schema::avro) struct Elements<'a, 't> {
    tape: &'a Tape<'t>,
    at: u32,
    end: u32,
}

impl Iterator for Elements<'_, '_> {
    type Item = Value;

    fn next(&mut self) -> Option<Value> {
        if self.at == self.end {
            return None;
        }
        let value = Value(self.at);
        self.at = self.tape.token(value).next;
        Some(value)
    }
}

/// A key and its value.
#[derive(Clone, Copy, Debug)]
pub(in crate::schema::avro) struct Member {
    pub(in crate::schema::avro) word: Word,
    pub(in crate::schema::avro) key: Value,
    pub(in crate::schema::avro) value: Value,
}

/// See [`Tape::members`].
pub(in crate::schema::avro) struct Members<'a, 't> {
    tape: &'a Tape<'t>,
    at: u32,
    end: u32,
}

impl Iterator for Members<'_, '_> {
    type Item = Member;

    fn next(&mut self) -> Option<Member> {
        if self.at == self.end {
            return None;
        }
        let (key, value) = (Value(self.at), Value(self.at + 1));
        self.at = self.tape.token(value).next;
        Some(Member { word: self.tape.token(key).word, key, value })
    }
}
