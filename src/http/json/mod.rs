//! JSON as Confluent's server reads and writes it: its tolerances, its exact complaints, its escaping.
//!
//! `serde_json` refuses some texts that Jackson takes and explains none in Jackson's words, which clients and the
//! recorded exchanges hold us to (`rest-api` 1.2 and 3.1); hence a tokenizer and a reader of our own.

mod decode;
#[cfg(test)]
mod laws;
mod marks;
mod reader;
mod tokens;
mod write;

pub(in crate::http) use decode::to_utf8;
pub(in crate::http) use reader::{Reader, ValueReader};
pub(in crate::http) use write::Writer;

/// A body that is no JSON, or JSON of another shape, in the words of the original's parser.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::http) struct Malformed(pub(in crate::http) String);

impl Malformed {
    fn new(message: impl Into<String>) -> Self {
        Self(message.into())
    }
}
