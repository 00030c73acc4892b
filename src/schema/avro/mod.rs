//! Avro schemas: parsed, printed and compared for sameness, as Avro Java 1.12.1 does it under Confluent 8.3.1.
//!
//! Our own from the first byte: the `apache-avro` crate refuses schemas that Java accepts and loses attributes.

pub mod json;
mod lookup;
pub mod model;

pub use model::AvroSchema;

use super::{InvalidSchema, SchemaSource, Strictness};

/// Parses an Avro schema; see [`super::parse`].
pub(super) fn parse(_source: &SchemaSource<'_>, _strictness: Strictness) -> Result<AvroSchema, InvalidSchema> {
    unimplemented!()
}

/// Parses and normalises; see [`super::parse_normalized`].
pub(super) fn parse_normalized(
    _source: &SchemaSource<'_>,
    _strictness: Strictness,
) -> Result<AvroSchema, InvalidSchema> {
    unimplemented!()
}

/// The stored (canonical) text, `avro-compatibility` 2.1.
pub fn stored_text(_schema: &AvroSchema) -> String {
    unimplemented!()
}

/// The stored text with no known names.
pub fn resolved_text(_schema: &AvroSchema) -> String {
    unimplemented!()
}

/// The stored text of the type at `id` alone, with every type it uses written out at its first use.
pub fn text_of(_schema: &AvroSchema, _id: model::NodeId) -> String {
    unimplemented!()
}

/// Whether two schemas count as the same for lookup.
pub fn equivalent(_left: &AvroSchema, _right: &AvroSchema) -> bool {
    unimplemented!()
}
