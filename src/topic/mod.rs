//! Facts as Confluent's `_schemas` keys and values (`schemas-topic` sections 2 to 5 and 10.5), and our own beside
//! them.
//!
//! One codec for the disk, Kafka, export and import. A fact is written either whole, as the topic has it, or without
//! its schema text: then [`Beside`] carries what the record would have told. Everything the reference's own readers
//! tolerate is read; what it skips is [`Unreadable`] here, and the caller counts it and goes on.

mod association;
mod contract;
mod fold;
mod governance;
mod json;
mod key;
mod schema;
mod value;

pub use self::fold::{Fold, FoldedConfig, FoldedVersion};
pub use self::key::{read_key, write_key};
pub use self::schema::is_encrypted;
pub use self::value::{read_record, read_without_text, write_value};

use crate::registry::record::{Event, Guid, SchemaRecord, TextHash};

/// A record of a topic, read whole.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Record {
    /// What it says.
    pub event: Event,
    /// The schema text it carries, where it is a version.
    pub text: Option<String>,
}

/// What is kept beside a version's record that is written without its text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Beside {
    /// Hash of the text that was cut out.
    pub text: TextHash,
    /// Fingerprint of the content, which takes the text to compute.
    pub guid: Guid,
    /// Ordinal of the version's first registration, for which the reference's record has no place.
    pub ordinal: u64,
}

impl From<&SchemaRecord> for Beside {
    fn from(record: &SchemaRecord) -> Self {
        Self { text: record.text, guid: record.guid, ordinal: record.ordinal }
    }
}

/// A record that says nothing to us. Readers skip it, count it and go on.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unreadable {
    /// The key is no JSON object, or lacks what its kind needs.
    #[error("the key is not readable: {0}")]
    Key(&'static str),
    /// The key's `keytype` is none of the reference's.
    #[error("the key type {0:?} is not known")]
    KeyType(String),
    /// The value is no JSON object, or lacks what its kind needs.
    #[error("the value is not readable: {0}")]
    Value(&'static str),
    /// The schema is in a language that this release does not serve.
    #[error("the schema type {0:?} is not served")]
    SchemaType(String),
}

impl From<json::Malformed> for Unreadable {
    fn from(malformed: json::Malformed) -> Self {
        Self::Value(malformed.0)
    }
}
