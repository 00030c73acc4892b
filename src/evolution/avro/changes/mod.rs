//! The families of change, a file each: what each kind means, how it is graded, and how it is seen in a matched pair.
//!
//! A family receives a pair that the walk has matched and only says what it sees; it never looks for the pair.

pub(in crate::evolution) mod aliases;
pub(in crate::evolution) mod bytes_string;
pub(in crate::evolution) mod decimal;
pub(in crate::evolution) mod descriptions;
pub(in crate::evolution) mod enum_default;
pub(in crate::evolution) mod enum_symbols;
pub(in crate::evolution) mod field_added;
pub(in crate::evolution) mod field_default;
pub(in crate::evolution) mod field_order;
pub(in crate::evolution) mod field_removed;
pub(in crate::evolution) mod field_renamed;
pub(in crate::evolution) mod fixed_size;
pub(in crate::evolution) mod logical_type;
pub(in crate::evolution) mod names;
pub(in crate::evolution) mod nullability;
pub(in crate::evolution) mod numeric;
pub(in crate::evolution) mod type_replaced;
pub(in crate::evolution) mod union_branches;
pub(in crate::evolution) mod union_form;

/// The text of the case `compat-cases/avro/<path>.json`.
macro_rules! case {
    ($path:literal) => {
        include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/compat-cases/avro/", $path, ".json"))
    };
}
pub(in crate::evolution::avro) use case;

use crate::evolution::ChangeKind;
use crate::schema::avro::model::Primitive;

/// How many neighbours of something removed are looked at for one that is still there: in front of a reader's eyes, and
/// few enough that a thousand removals in a row cost nothing.
const NEIGHBOURS_MAX: usize = 16;

/// What it means that one primitive became another, where Avro or a reader can still make something of it.
pub(super) fn of_primitives(old: Primitive, new: Primitive) -> Option<&'static ChangeKind> {
    numeric::between(old, new).or_else(|| bytes_string::between(old, new))
}
