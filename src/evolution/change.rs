//! One change between two schemas, as plain data.

use super::{Bump, ChangeClass, ChangeKind};
use crate::schema::avro::model::{EnumId, NodeId, RecordId, UnionId};

/// One change between an old and a new schema.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// What kind of change it is.
    pub kind: &'static ChangeKind,
    /// Where, in the notation of `change-classification` 2: `lines[].price`, `$` for the root. Removals and renames of
    /// fields stand at the old path, everything else at the new one.
    pub path: String,
    /// What exactly, where the path does not say it: `int -> long`, a symbol, an alias.
    pub detail: Option<String>,
    /// The class under profile `seed`.
    pub class: ChangeClass,
    /// The bump under profile `seed`; [`Bump::NotReleasable`] where the class is forbidden.
    pub bump: Bump,
    /// What happened, in a sentence that names the field, type or symbol: `symbol RETURN_RESOLVED was removed from
    /// EventType`.
    pub message: String,
    /// What would undo it, in the imperative and with the names at hand: `keep the symbol RETURN_RESOLVED in
    /// EventType`. Declaring a version is not its business. Empty where the change is allowed.
    pub remedy: String,
    /// The part of the old schema it is about, if there is one.
    pub old: Option<Place>,
    /// The part of the new schema it is about, if there is one; for a removal the part it was removed from.
    pub new: Option<Place>,
}

/// A part of a schema that may have a place in its text; see `SourceSpans`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// The definition of a type.
    Type(NodeId),
    /// A field, by position.
    Field(RecordId, u32),
    /// The type of a field.
    FieldType(RecordId, u32),
    /// The default of a field.
    Default(RecordId, u32),
    /// A symbol of an enum, by position.
    Symbol(EnumId, u32),
    /// A branch of a union, by position.
    Branch(UnionId, u32),
}
