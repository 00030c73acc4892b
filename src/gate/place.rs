//! Where in a file a part of its schema stands.

use crate::evolution::Place;
use crate::policy::answer::FilePosition;
use crate::schema::TextPosition;
use crate::schema::avro::{AvroSchema, SourceSpans};

/// A schema that was read from a file, with the places of its parts.
pub(super) struct Placed<'a> {
    /// The file, as the user would name it.
    pub(super) file: &'a str,
    /// The schema.
    pub(super) schema: &'a AvroSchema,
    /// Where its parts stand.
    pub(super) spans: &'a SourceSpans,
}

impl Placed<'_> {
    /// The place of a part, or of the nearest part around it that has one; at worst the beginning of the schema. A part
    /// that stems from another file has no place in this one.
    pub(super) fn position(&self, place: Place) -> FilePosition {
        let at = self.exact(place).or_else(|| self.around(place)).unwrap_or_else(|| self.beginning());
        FilePosition { file: self.file.to_owned(), line: at.line, column: at.column }
    }

    fn exact(&self, place: Place) -> Option<TextPosition> {
        match place {
            Place::Type(node) => self.spans.of_type(node),
            Place::Field(record, field) => self.spans.of_field(record, field as usize),
            Place::FieldType(record, field) => self.spans.of_field_type(record, field as usize),
            Place::Default(record, field) => self.spans.of_default(record, field as usize),
            Place::Symbol(enumeration, symbol) => self.spans.of_symbol(enumeration, symbol as usize),
            Place::Branch(union, branch) => self.spans.of_branch(union, branch as usize),
        }
    }

    fn around(&self, place: Place) -> Option<TextPosition> {
        let of_record = |record| self.spans.of_type(self.schema.record(record).node());
        match place {
            Place::Field(record, _) => of_record(record),
            Place::FieldType(record, field) | Place::Default(record, field) => {
                self.spans.of_field(record, field as usize).or_else(|| of_record(record))
            }
            Place::Symbol(enumeration, _) => self.spans.of_type(self.schema.enumeration(enumeration).node()),
            Place::Type(_) | Place::Branch(..) => None,
        }
    }

    fn beginning(&self) -> TextPosition {
        self.spans.of_type(self.schema.root()).unwrap_or(TextPosition { line: 1, column: 1 })
    }
}
