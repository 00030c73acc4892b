//! What a value is meant as: a known logical type gained, lost, or exchanged for another.

use crate::evolution::avro::changes::case;
use crate::evolution::{Bump, ChangeClass, ChangeKind, ClassOf};

pub(in crate::evolution) static CHANGED: ChangeKind = ChangeKind {
    id: "logical-type-changed",
    summary: "one known logical type was exchanged for another",
    class: ClassOf::Field { required: ChangeClass::Forbidden, optional: ChangeClass::MajorBumpRequired },
    bump: Bump::Major,
    backward: "yes",
    forward: "yes",
    why: "The stored number stays and its meaning changes. Avro ignores logical types when it checks compatibility, so nothing fails: `timestamp-micros` read as `timestamp-millis` is a date a thousand times too far from 1970, in every table, without an error.",
    fix: "keep the logical type; add a second field with the other one and fill both",
    example: Some(case!("logical_type/micros_to_millis")),
};

pub(in crate::evolution) static ADDED: ChangeKind = ChangeKind {
    id: "logical-type-added",
    summary: "a plain type now carries a known logical type",
    class: ClassOf::Always(ChangeClass::MajorBumpRequired),
    bump: Bump::Major,
    backward: "yes",
    forward: "yes",
    why: "The value is the same, but generated classes and warehouse loaders hand out another type: a date instead of a number, a decimal instead of bytes. Code that used the plain value no longer compiles, columns change their type, and old values that were never meant that way are shown as if they were.",
    fix: "leave the type plain and say what it means in its documentation, or declare the next major version",
    example: Some(case!("logical_type/added")),
};

pub(in crate::evolution) static REMOVED: ChangeKind = ChangeKind {
    id: "logical-type-removed",
    summary: "a known logical type was dropped",
    class: ClassOf::Always(ChangeClass::MajorBumpRequired),
    bump: Bump::Major,
    backward: "yes",
    forward: "yes",
    why: "The value is the same, but it is handed out as a bare number, text or bytes: generated classes change their types, and a timestamp column in the warehouse becomes an integer.",
    fix: "keep the logical type, or declare the next major version",
    example: Some(case!("logical_type/removed")),
};
