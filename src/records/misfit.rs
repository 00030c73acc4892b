//! Where and why a record does not fit, as plain data.

use super::field_path;
use crate::schema::avro::AvroSchema;
use crate::schema::avro::model::{Node, NodeId};

/// One place where a record does not fit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Misfit {
    /// Where in the record: `lines[3].price`, `labels{colour}`, `payment<com.example.Card>.last4` (of unions with more
    /// than one branch besides null), `$` for the record as a whole.
    pub path: String,
    /// The byte at which it shows, from 0; of binary data alone.
    pub offset: Option<usize>,
    /// What is wrong there.
    pub reason: MisfitReason,
}

/// The misfits of one record.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Misfits {
    /// In the order of the schema; at most 100.
    pub list: Vec<Misfit>,
    /// Whether there are more than are listed.
    pub is_cut: bool,
}

/// What is wrong at one place.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum MisfitReason {
    /// The data ends within a value.
    EndOfData {
        /// What should have stood there.
        wanted: &'static str,
    },
    /// Bytes follow the value.
    LeftOver {
        /// How many.
        bytes: usize,
    },
    /// A number takes more bytes, or more bits, than its type has.
    NumberTooLarge {
        /// 32 or 64.
        bits: u8,
    },
    /// A boolean is neither 0 nor 1. Java takes any other byte for false and others refuse it, so it means nothing.
    NotABoolean {
        /// The byte.
        byte: u8,
    },
    /// A length is below zero.
    NegativeLength {
        /// As it stands there.
        length: i64,
    },
    /// A length reaches beyond the end of the data.
    LengthBeyondData {
        /// As it stands there, or as a fixed has it.
        length: u64,
        /// How many bytes are left.
        left: usize,
    },
    /// A block claims more items or entries than the rest of the data could hold.
    CountBeyondData {
        /// As it stands there.
        count: u64,
        /// How many bytes are left.
        left: usize,
    },
    /// An array or map has more items than a decoder of Java's can hold.
    TooManyItems {
        /// How many, as far as counted.
        count: u64,
    },
    /// A block does not end where it says. Who reads on does not see it, who skips the block lands elsewhere.
    BlockEnd {
        /// The byte at which it says it ends.
        said: usize,
        /// The byte at which its items end.
        found: usize,
    },
    /// A string is not UTF-8.
    NotUtf8,
    /// An enum's position is none of its symbols.
    NoSuchSymbol {
        /// The enum's full name.
        name: String,
        /// As it stands there.
        position: i64,
        /// How many symbols there are.
        symbols: usize,
    },
    /// A union's position is none of its branches.
    NoSuchBranch {
        /// As it stands there.
        position: i64,
        /// How many branches there are.
        branches: usize,
    },
    /// The type has no finite value: a record that always holds another of itself, an enum or a union of nothing.
    NoValue {
        /// Its name or kind.
        name: String,
    },
    /// The value is one of the type below, and none of the logical type.
    NotLogical {
        /// The logical type.
        logical: String,
        /// The rule it breaks.
        rule: LogicalRule,
    },
    /// The text is no JSON.
    NotJson {
        /// From 1.
        line: usize,
        /// In characters, from 1.
        column: usize,
        /// What is wrong there.
        problem: &'static str,
    },
    /// A value is of another kind than the type wants.
    WrongType {
        /// E.g. `a long`, `an object with the fields of com.example.Card`.
        wanted: String,
        /// E.g. `a string`.
        found: &'static str,
    },
    /// An int or long has a fraction.
    Fraction,
    /// A string stands for a float or double and is none of the few that do.
    NoNumber,
    /// A fixed is of another length.
    WrongSize {
        /// In bytes.
        wanted: usize,
        /// In bytes.
        found: usize,
    },
    /// A string that stands for bytes has a character beyond the 256 that do.
    NotAByte {
        /// The first one.
        char: char,
    },
    /// An enum has no such symbol.
    UnknownSymbol {
        /// The enum's full name.
        name: String,
        /// As it is given.
        symbol: String,
        /// The symbol that was probably meant.
        nearest: Option<String>,
    },
    /// A field is not given.
    MissingField {
        /// Whether it has a default, which Avro's JSON encoding does not fill in.
        has_default: bool,
    },
    /// The record has no such field.
    UnknownField {
        /// The field that was probably meant.
        nearest: Option<String>,
    },
    /// A key stands more than once in an object.
    RepeatedKey,
    /// The default of a field that is not given is no value of its type.
    DefaultDoesNotFit,
    /// A union's branch is not named, as Avro's JSON encoding wants it.
    UntaggedUnion {
        /// The branches.
        labels: Vec<String>,
        /// What stands there.
        found: &'static str,
    },
    /// A union has no branch of that name.
    UnknownBranch {
        /// As it is given.
        label: String,
        /// The branches.
        labels: Vec<String>,
    },
    /// No branch of a union takes the value.
    NoBranchFits {
        /// What stands there.
        found: &'static str,
        /// What the first eight branches have against it.
        objections: Vec<Objection>,
        /// How many more branches there are.
        more: usize,
    },
    /// The reader wants another type, to which the writer's is not promoted.
    ReaderType {
        /// What the reader wants.
        wanted: String,
        /// What the writer has.
        found: String,
    },
    /// The reader's enum or fixed has another name, and no alias of the writer's.
    ReaderName {
        /// The reader's full name.
        wanted: String,
        /// The writer's.
        found: String,
    },
    /// The reader's fixed is of another size.
    ReaderSize {
        /// The reader's, in bytes.
        wanted: u32,
        /// The writer's.
        found: u32,
    },
    /// The reader's record has a field that the writer's has not, and no default for it.
    ReaderField {
        /// The reader's record.
        record: String,
        /// The field.
        field: String,
    },
    /// A field of the reader answers to several of the writer's.
    ReaderAlias {
        /// The reader's record.
        record: String,
        /// The field.
        field: String,
    },
    /// The reader's enum lacks the symbol, and has no default.
    ReaderSymbol {
        /// The reader's enum.
        name: String,
        /// The symbol's position in the writer's.
        position: usize,
        /// The symbol.
        symbol: String,
    },
    /// The reader's union has no branch for it.
    ReaderBranch {
        /// What the writer has.
        found: String,
    },
    /// The two schemas have more pairs of types than are looked at.
    ReaderTooLarge,
    /// Finding out would take too long: the text and the schema can be matched in too many ways, or its defaults are
    /// too large.
    TooCostly,
}

/// What a branch of a union has against a value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Objection {
    /// The branch: a full name, or the word of an unnamed type.
    pub branch: String,
    /// A phrase.
    pub why: String,
}

/// What a value of a logical type must be.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum LogicalRule {
    /// 32 hexadecimal digits in groups of 8, 4, 4, 4 and 12.
    Uuid,
    /// From midnight on, and before the next.
    WithinADay {
        /// As it stands there.
        value: i64,
    },
    /// No more digits than the precision.
    Precision {
        /// The most there may be.
        precision: u32,
    },
    /// At least one byte.
    NoBytes,
    /// The bytes of an unscaled value, then its scale.
    BigDecimal,
}

impl MisfitReason {
    /// The same with the name of the type it is about, which is looked up for a misfit only.
    pub(super) fn named(mut self, schema: &AvroSchema, node: NodeId) -> Self {
        match &mut self {
            Self::NoSuchSymbol { name, .. } | Self::NoValue { name } => *name = field_path::type_name(schema, node),
            Self::ReaderSymbol { position, symbol, .. } => {
                if let Node::Enum(id) = schema.node(node) {
                    *symbol = schema.enumeration(id).symbols()[*position].to_string();
                }
            }
            _ => {}
        }
        self
    }

    /// Whether the record is a good one of its writer, and only this reader cannot read it.
    pub fn is_of_the_reader(&self) -> bool {
        matches!(
            self,
            Self::ReaderType { .. }
                | Self::ReaderName { .. }
                | Self::ReaderSize { .. }
                | Self::ReaderField { .. }
                | Self::ReaderAlias { .. }
                | Self::ReaderSymbol { .. }
                | Self::ReaderBranch { .. }
                | Self::ReaderTooLarge
        )
    }
}
