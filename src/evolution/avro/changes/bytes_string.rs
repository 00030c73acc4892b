//! A string became bytes, or the other way round.

use crate::evolution::avro::changes::case;
use crate::evolution::{Bump, ChangeClass, ChangeKind, ClassOf};
use crate::schema::avro::model::Primitive;

pub(in crate::evolution) static SWAPPED: ChangeKind = ChangeKind {
    id: "bytes-string-swapped",
    summary: "`string` and `bytes` were exchanged",
    class: ClassOf::Field { required: ChangeClass::Forbidden, optional: ChangeClass::MajorBumpRequired },
    bump: Bump::Major,
    backward: "yes",
    forward: "yes",
    why: "Avro reads one as the other, so no compatibility level objects. But programs get another type than they were written for: generated classes no longer compile, JSON shows escapes, warehouses change a text column into a binary one; and bytes that are not UTF-8 fail to decode as a string.",
    fix: "keep the type; add a second field for the other representation",
    example: Some(case!("bytes_string/string_to_bytes")),
};

/// Whether one of the two became the other.
pub(in crate::evolution::avro) fn between(old: Primitive, new: Primitive) -> Option<&'static ChangeKind> {
    use Primitive::{Bytes, String};
    matches!((old, new), (Bytes, String) | (String, Bytes)).then_some(&SWAPPED)
}
