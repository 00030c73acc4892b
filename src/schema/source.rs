//! A schema text together with what it refers to, before it is parsed.

use std::fmt;
use std::sync::Arc;

/// The language a schema is written in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum SchemaType {
    /// Apache Avro, the default.
    Avro,
}

impl SchemaType {
    /// Reads the `schemaType` of a request; the spelling is case-sensitive. `None` for a type not supported.
    pub fn read(text: &str) -> Option<Self> {
        match text {
            "AVRO" => Some(Self::Avro),
            _ => None,
        }
    }

    /// The spelling of requests and answers.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Avro => "AVRO",
        }
    }
}

impl fmt::Display for SchemaType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// How strictly a text is judged (`avro-compatibility` 1.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Strictness {
    /// A text somebody brings: names must be ASCII, defaults must fit.
    New,
    /// A text that was accepted before: judged leniently, so that history stays readable.
    Stored,
}

/// A text to parse, with the texts it refers to.
#[derive(Clone, Copy, Debug)]
pub struct SchemaSource<'a> {
    /// The language of `text` and of every referenced text.
    pub schema_type: SchemaType,
    /// The schema itself.
    pub text: &'a str,
    /// What it refers to, transitively, each after what it refers to itself.
    pub references: &'a [ReferencedText],
}

impl<'a> SchemaSource<'a> {
    /// An Avro text without references.
    pub fn avro(text: &'a str) -> Self {
        Self { schema_type: SchemaType::Avro, text, references: &[] }
    }
}

/// One referenced schema.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReferencedText {
    /// The name the referrer uses for it.
    pub name: String,
    /// Its stored text.
    pub text: Arc<str>,
}
