//! What is said of a misfit: one sentence that a producer understands, without a full stop.

use super::misfit::{LogicalRule, Misfit, MisfitReason, Misfits};
use std::fmt;

/// Labels of a union's branches that are listed.
const LABELS_MAX: usize = 8;
/// Characters of a record's own text that are quoted.
const QUOTED_CHARS: usize = 60;

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
    // Long because each reason has its sentence here.
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
            // A record mostly stands on one line, and that has another number in its file.
            Self::NotJson { line: 1, column, problem } => write!(f, "this is no JSON: {problem} (column {column})"),
            Self::NotJson { line, column, problem } => {
                write!(f, "this is no JSON: {problem} (line {line}, column {column})")
            }
            Self::WrongType { wanted, found } => write!(f, "{found} where {wanted} is wanted"),
            Self::Fraction => f.write_str("the number has a fraction"),
            Self::NoNumber => f.write_str(
                "a string where a number is wanted: only NaN, Infinity and -Infinity are written as strings",
            ),
            Self::WrongSize { wanted, found } => {
                write!(f, "{} where {wanted} are wanted", counted(*found as u64, "byte", "bytes"))
            }
            Self::NotAByte { char } => {
                write!(f, "{} is no byte: each character up to U+00FF stands for one", quoted(&char.to_string()))
            }
            Self::UnknownSymbol { name, symbol, nearest } => {
                write!(f, "enum {name} has no symbol {}{}", quoted(symbol), meant(nearest.as_deref()))
            }
            Self::MissingField { has_default: false } => f.write_str("the field is missing, and it has no default"),
            Self::MissingField { has_default: true } => {
                f.write_str("the field is missing; Avro's JSON encoding does not fill in defaults")
            }
            Self::UnknownField { nearest } => write!(f, "the schema has no such field{}", meant(nearest.as_deref())),
            Self::RepeatedKey => f.write_str("it is given more than once"),
            Self::DefaultDoesNotFit => f.write_str("the field is missing, and its default is no value of its type"),
            Self::UntaggedUnion { labels, found } => write!(
                f,
                "{found} where an object is wanted that names the branch of the union, as {{\"{}\": …}}{}",
                labels.iter().find(|label| *label != "null").map_or("null", |label| label),
                if labels.iter().any(|label| label == "null") { ", or null" } else { "" }
            ),
            Self::UnknownBranch { label, labels } => {
                write!(f, "the union has no branch {}, but {}", quoted(label), listed(labels))
            }
            Self::NoBranchFits { found, objections, more } => {
                write!(f, "{found} fits no branch of the union: ")?;
                for (at, objection) in objections.iter().enumerate() {
                    let gap = if at == 0 { "" } else { "; " };
                    write!(f, "{gap}{}, {}", objection.branch, objection.why)?;
                }
                if *more > 0 { write!(f, "; and {more} more") } else { Ok(()) }
            }
            Self::ReaderType { wanted, found } => {
                write!(f, "the reader wants {wanted}, and does not read {found} as one")
            }
            Self::ReaderName { wanted, found } => write!(f, "the reader wants {wanted}, and the writer has {found}"),
            Self::ReaderSize { wanted, found } => {
                write!(
                    f,
                    "the reader wants {}, and the writer has {found}",
                    counted(u64::from(*wanted), "byte", "bytes")
                )
            }
            Self::ReaderField { record, field } => {
                write!(f, "the reader's field {field} of {record} has no default, and the writer has no such field")
            }
            Self::ReaderAlias { record, field } => {
                write!(f, "the reader's field {field} of {record} answers to several fields of the writer")
            }
            Self::ReaderSymbol { name, symbol, .. } => {
                write!(f, "the reader's enum {name} has no symbol {symbol}, and no default")
            }
            Self::ReaderBranch { found } => write!(f, "the reader's union has no branch for {found}"),
            Self::ReaderTooLarge => f.write_str("reader and writer have more pairs of types than can be compared"),
            Self::TooCostly => f.write_str("the text and the schema can be matched in too many ways to try them all"),
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

/// The known word that was probably meant.
fn meant(nearest: Option<&str>) -> String {
    nearest.map(|nearest| format!("; did you mean {nearest}?")).unwrap_or_default()
}

/// A text of the record, short and in one line.
fn quoted(text: &str) -> String {
    let shown: String = text.chars().take(QUOTED_CHARS).flat_map(char::escape_debug).collect();
    let is_cut = text.chars().nth(QUOTED_CHARS).is_some();
    format!("\"{shown}{}\"", if is_cut { "…" } else { "" })
}

fn listed(labels: &[String]) -> String {
    let shown = labels.iter().take(LABELS_MAX).map(|label| label.as_str()).collect::<Vec<_>>().join(", ");
    match labels.len().checked_sub(LABELS_MAX) {
        None | Some(0) => shown,
        Some(more) => format!("{shown} and {more} more"),
    }
}
