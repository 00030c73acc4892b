//! What a finding says: made from the two schemas when it is reported, not when it is found.

use super::path::{PathId, Paths};
use crate::compat::{Incompatibility, IncompatibilityKind};
use crate::schema::avro::AvroSchema;
use crate::schema::avro::model::{EnumId, FixedId, NodeId, RecordId};
use crate::schema::names::utf16_order;

/// A finding, before it is written out.
#[derive(Clone, Copy, Debug)]
pub(super) struct Finding {
    pub(super) at: PathId,
    pub(super) reason: Reason,
}

/// Why data cannot be read. Where it has two ids, the reader's comes first.
#[derive(Clone, Copy, Debug)]
pub(super) enum Reason {
    /// The writer's named type is called something the reader's does not answer to.
    Name { writer: NodeId },
    /// Sizes differ.
    Size(FixedId, FixedId),
    /// Symbols are missing.
    Symbols(EnumId, EnumId),
    /// The reader's field is missing and has no default.
    NoDefault { record: RecordId, position: u32 },
    /// The types do not go together.
    Types(NodeId, NodeId),
    /// No branch of the reader decodes this type of the writer.
    NoBranch { writer: NodeId },
}

impl Finding {
    /// Writes it out in the reference's words.
    pub(super) fn describe(self, reader: &AvroSchema, writer: &AvroSchema, paths: &Paths) -> Incompatibility {
        let (kind, message) = match self.reason {
            Reason::Name { writer: node } => {
                let name = writer.names_of(node).map_or("", |(name, _)| name.full());
                (IncompatibilityKind::NameMismatch, format!("expected: {name}"))
            }
            Reason::Size(found, expected) => {
                let (found, expected) = (reader.fixed(found).size(), writer.fixed(expected).size());
                (IncompatibilityKind::FixedSizeMismatch, format!("expected: {expected}, found: {found}"))
            }
            Reason::Symbols(reads, writes) => {
                (IncompatibilityKind::MissingEnumSymbols, missing_symbols((reader, reads), (writer, writes)))
            }
            Reason::NoDefault { record, position } => {
                let field = &reader.record(record).fields()[position as usize];
                (IncompatibilityKind::ReaderFieldMissingDefaultValue, field.name().to_owned())
            }
            Reason::Types(reads, writes) => {
                let (reads, writes) = (reader.kind(reads), writer.kind(writes));
                let message = format!("reader type: {reads} not compatible with writer type: {writes}");
                (IncompatibilityKind::TypeMismatch, message)
            }
            Reason::NoBranch { writer: node } => {
                let message = format!("reader union lacking writer type: {}", writer.kind(node));
                (IncompatibilityKind::MissingUnionBranch, message)
            }
        };
        Incompatibility { kind, location: paths.text(self.at), message }
    }
}

/// `[A, B]`: what the writer's enum has and the reader's lacks, in the order of Java's strings.
fn missing_symbols(reader: (&AvroSchema, EnumId), writer: (&AvroSchema, EnumId)) -> String {
    let known = reader.0.enumeration(reader.1);
    let written = writer.0.enumeration(writer.1).symbols().iter();
    let mut missing: Vec<&str> = written.filter(|symbol| !known.contains(symbol)).map(AsRef::as_ref).collect();
    missing.sort_by(|left, right| utf16_order(left, right));
    format!("[{}]", missing.join(", "))
}
