//! What kind of change is this? Every difference between two schemas, named, graded and placed.
//!
//! Our own question (`change-classification`), answered without looking at whether data can be decoded: that is
//! `compat`, which this folder may not see. A pure function of the two schemas; profiles and versions are `policy`'s.

mod avro;
pub mod catalogue;
mod change;
mod class;
mod example;
mod kind;
pub mod page;
mod schema_type;

pub use change::{Change, Place};
pub use class::{Bump, ChangeClass};
pub use kind::{ChangeKind, ClassOf};

use crate::schema::ParsedSchema;

/// Two schemas in the order of time.
#[derive(Clone, Copy, Debug)]
pub struct Evolving<'a> {
    /// The predecessor.
    pub old: &'a ParsedSchema,
    /// What is to follow it.
    pub new: &'a ParsedSchema,
}

/// A pair whose comparison would take more steps than one may: types tangled on purpose, never a schema at work.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the schemas are too large to be compared: their types meet in more ways than the limit")]
pub struct TooLarge;

/// Every change between two schemas, each named, graded and placed, in schema order; empty exactly if the schemas are
/// the same (defaults compared as values).
///
/// # Errors
/// [`TooLarge`] where the work would exceed its limit.
pub fn classify(pair: Evolving<'_>) -> Result<Vec<Change>, TooLarge> {
    if let Some(change) = schema_type::change(pair.old.schema_type(), pair.new.schema_type()) {
        return Ok(vec![change]);
    }
    match (pair.old, pair.new) {
        (ParsedSchema::Avro(old), ParsedSchema::Avro(new)) => avro::classify(old, new),
    }
}
