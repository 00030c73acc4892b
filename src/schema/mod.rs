//! What a schema is: its text, its parsed form, the names around it, and when two are the same.
//!
//! Everything else stands on this folder; it stands on nothing of ours. Pure: no I/O, no clock.

pub mod avro;
pub mod names;
mod source;
mod tags;

pub use source::{ReferencedText, SchemaSource, SchemaType, Strictness};
pub use tags::{Entity, EntityType, TagChanges, TagProblem, TaggedEntity};

use std::fmt;

/// Proof that a text is a valid schema and that its references were found.
#[derive(Debug)]
pub enum ParsedSchema {
    /// An Avro schema.
    Avro(avro::AvroSchema),
}

/// Why a text is no schema, in the words of the reference (`avro-compatibility` 1.8), with the place where known.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{reason}")]
pub struct InvalidSchema {
    /// Avro Java's own sentence, e.g. `Undefined schema: a.B`.
    pub reason: String,
    /// Line and column (both from 1) of the offence, where the parser knows them.
    pub at: Option<TextPosition>,
    /// Whether the text itself is a schema and only its normal form could not be made. The reference words the two
    /// differently around `reason`.
    pub in_normal_form: bool,
}

/// A place in a schema text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct TextPosition {
    /// From 1.
    pub line: u32,
    /// In characters, from 1.
    pub column: u32,
}

impl fmt::Display for TextPosition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.line, self.column)
    }
}

/// Parses a schema text together with its references: the only way to get a [`ParsedSchema`].
///
/// # Errors
/// The first failure, in the reference's words and order. Under [`Strictness::New`] a text that fails both as new and
/// as stored is answered with the second failure, as Confluent 8.3.1 does.
pub fn parse(source: &SchemaSource<'_>, strictness: Strictness) -> Result<ParsedSchema, InvalidSchema> {
    match source.schema_type {
        SchemaType::Avro => avro::parse(source, strictness).map(ParsedSchema::Avro),
    }
}

/// [`parse`] for callers that may not compute for long: nothing where the text is no schema, or where finding that out
/// takes more than time in proportion to its length.
pub fn parse_easily(source: &SchemaSource<'_>, strictness: Strictness) -> Option<ParsedSchema> {
    match source.schema_type {
        SchemaType::Avro => avro::parse_easily(source, strictness).map(ParsedSchema::Avro),
    }
}

impl ParsedSchema {
    /// The text a registry stores: compact, attributes in the reference's order, references left as names.
    pub fn stored_text(&self) -> String {
        match self {
            Self::Avro(schema) => avro::stored_text(schema),
        }
    }

    /// The stored text with every referenced type written out at its first use (`format=resolved`).
    pub fn resolved_text(&self) -> String {
        match self {
            Self::Avro(schema) => avro::resolved_text(schema),
        }
    }

    /// Whether both are the same schema for lookup and registration: attribute order and formatting aside, everything
    /// counts, documentation and aliases included. References and metadata are the caller's to compare.
    pub fn is_equivalent_to(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Avro(left), Self::Avro(right)) => avro::equivalent(left, right),
        }
    }

    /// Every part of the schema, and of the schemas it refers to, that bears an inline tag that `is_wanted`.
    ///
    /// # Errors
    /// [`TagProblem::LongPaths`].
    pub fn tagged_entities(&self, is_wanted: impl Fn(&str) -> bool) -> Result<Vec<TaggedEntity>, TagProblem> {
        match self {
            Self::Avro(schema) => avro::tagged_entities(schema, is_wanted),
        }
    }

    /// The stored text with its inline tags changed.
    ///
    /// # Errors
    /// The first entity that the text itself does not define; referenced texts are not looked through.
    /// [`TagProblem::LongText`].
    pub fn retagged(&self, changes: TagChanges<'_>) -> Result<String, TagProblem> {
        match self {
            Self::Avro(schema) => avro::retagged(&avro::stored_text(schema), changes),
        }
    }

    /// Which language the schema is written in.
    pub fn schema_type(&self) -> SchemaType {
        match self {
            Self::Avro(_) => SchemaType::Avro,
        }
    }
}

/// Parses `source` in the normal form that `normalize=true` asks for.
///
/// # Errors
/// As [`parse`], and where the reference's own normalising fails. Of a text that is valid only as stored the failure to
/// normalise is told before the reason why it is no new schema, as Confluent 8.3.1 does.
pub fn parse_normalized(source: &SchemaSource<'_>, strictness: Strictness) -> Result<ParsedSchema, InvalidSchema> {
    match source.schema_type {
        SchemaType::Avro => avro::parse_normalized(source, strictness).map(ParsedSchema::Avro),
    }
}
