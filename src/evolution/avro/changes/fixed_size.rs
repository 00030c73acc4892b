//! A fixed has another size.

use crate::evolution::avro::changes::case;
use crate::evolution::avro::found::{Found, Spot, Words};
use crate::evolution::{Bump, ChangeClass, ChangeKind, ClassOf};
use crate::schema::avro::model::Fixed;

pub(in crate::evolution) static CHANGED: ChangeKind = ChangeKind {
    id: "fixed-size-changed",
    summary: "the size of a fixed changed",
    class: ClassOf::Field { required: ChangeClass::Forbidden, optional: ChangeClass::MajorBumpRequired },
    bump: Bump::Major,
    backward: "no",
    forward: "no",
    why: "A fixed is nothing but its size: a value of 16 bytes cannot be read as one of 20. Every reader on either side of the change fails.",
    fix: "keep the size; add a second field with a fixed of another name and size",
    example: Some(case!("fixed_size/required_field")),
};

/// Two matched fixed.
pub(in crate::evolution::avro) fn changes(found: &mut Found<'_>, spot: Spot, old: &Fixed, new: &Fixed) {
    let (name, from, to) = (new.name().simple(), old.size(), new.size());
    if from == to {
        return;
    }
    let bytes = if from == 1 { "byte" } else { "bytes" };
    let message = format!("{name} had {from} {bytes} and has {to} now");
    let remedy = format!("keep the size of {name} at {from}");
    found.push(&CHANGED, spot, Words { detail: Some(format!("{from} -> {to}")), message, remedy });
}
