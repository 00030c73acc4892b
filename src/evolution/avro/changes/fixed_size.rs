//! A fixed has another size.

use crate::evolution::avro::changes::case;
use crate::evolution::{Bump, ChangeClass, ChangeKind, ClassOf};

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
