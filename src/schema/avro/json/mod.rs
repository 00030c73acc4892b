//! JSON as schemas carry it: defaults and attributes, with numbers kept as the reference keeps them.

mod java_double;
mod print;
mod read;
mod repeats;
mod tape;
mod words;

pub(super) use java_double::{print_double, print_float, read_double};
pub(super) use print::{print_json, print_string, print_value};
pub(crate) use read::unescaped;
pub(super) use read::{NESTING_MAX, read};
pub(super) use tape::{Member, Tape, TokenKind, Value, Word};

use std::fmt;

/// A JSON value inside a schema.
#[derive(Clone, Debug, PartialEq)]
pub enum Json {
    /// `null`
    Null,
    /// `true` or `false`
    Bool(bool),
    /// An integer that fits 64 bits.
    Integer(i64),
    /// An integer beyond 64 bits, in decimal digits with an optional minus.
    BigInteger(Box<str>),
    /// Any other number, as the IEEE double it becomes (infinities included).
    Double(f64),
    /// A string.
    String(Box<str>),
    /// An array.
    Array(Box<[Json]>),
    /// An object: members in order, each key once.
    Object(Box<[(Box<str>, Json)]>),
}

impl fmt::Display for Json {
    /// Compactly, as a schema's text would have it.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut text = String::new();
        print_json(&mut text, self);
        f.write_str(&text)
    }
}
