//! Where and why a record does not fit, as plain data; `Display` says it to a producer.

use super::field_path;
use crate::schema::avro::AvroSchema;
use crate::schema::avro::model::NodeId;
use std::fmt;

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
}

/// What a value of a logical type must be.
#[derive(Clone, Debug, PartialEq, Eq)]
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
        if let Self::NoSuchSymbol { name, .. } | Self::NoValue { name } = &mut self {
            *name = field_path::type_name(schema, node);
        }
        self
    }
}

impl fmt::Display for Misfit {
    /// Path and reason, and the byte where known.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.path, self.reason)?;
        match self.offset {
            Some(offset) => write!(f, " (byte {offset})"),
            None => Ok(()),
        }
    }
}

impl std::error::Error for Misfit {}

impl fmt::Display for Misfits {
    /// One misfit a line.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, misfit) in self.list.iter().enumerate() {
            let gap = if at == 0 { "" } else { "\n" };
            write!(f, "{gap}{misfit}")?;
        }
        if self.is_cut { f.write_str("\nand more") } else { Ok(()) }
    }
}

impl std::error::Error for Misfits {}

impl fmt::Display for MisfitReason {
    /// One sentence without a full stop.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::EndOfData { wanted } => write!(f, "the data ends where {wanted} should be"),
            Self::LeftOver { bytes } => {
                write!(f, "{} left over behind the value", counted(*bytes as u64, "byte is", "bytes are"))
            }
            Self::NumberTooLarge { bits } => write!(f, "the number does not fit {bits} bits"),
            Self::NotABoolean { byte } => write!(f, "a boolean is written as byte {byte}, where 0 or 1 is allowed"),
            Self::NegativeLength { length } => write!(f, "the length {length} is below zero"),
            Self::LengthBeyondData { length, left } => {
                write!(f, "{length} bytes should follow, but {} left", counted(*left as u64, "is", "are"))
            }
            Self::CountBeyondData { count, left } => write!(
                f,
                "a block claims {} that the {} left cannot hold",
                counted(*count, "item", "items"),
                counted(*left as u64, "byte", "bytes")
            ),
            Self::TooManyItems { count } => write!(f, "{count} items are more than decoders hold"),
            Self::BlockEnd { said, found } => {
                write!(f, "a block says it ends at byte {said}, but its items end at byte {found}")
            }
            Self::NotUtf8 => f.write_str("the string is not valid UTF-8"),
            Self::NoSuchSymbol { name, position, symbols } => {
                write!(f, "enum {name} has no symbol {position}: it has {symbols}, counted from 0")
            }
            Self::NoSuchBranch { position, branches } => {
                write!(f, "the union has no branch {position}: it has {branches}, counted from 0")
            }
            Self::NoValue { name } => write!(f, "{name} has no finite value"),
            Self::NotLogical { logical, rule } => write!(f, "no {logical}: {rule}"),
        }
    }
}

impl fmt::Display for LogicalRule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Uuid => f.write_str("a UUID is 32 hexadecimal digits in groups of 8-4-4-4-12"),
            Self::WithinADay { value } => write!(f, "{value} does not lie within a day"),
            Self::Precision { precision } => {
                write!(f, "the number has more than {}", counted(u64::from(*precision), "digit", "digits"))
            }
            Self::NoBytes => f.write_str("a decimal has at least one byte"),
            Self::BigDecimal => f.write_str("the bytes are not an unscaled value and a scale"),
        }
    }
}

fn counted(number: u64, one: &str, many: &str) -> String {
    format!("{number} {}", if number == 1 { one } else { many })
}
