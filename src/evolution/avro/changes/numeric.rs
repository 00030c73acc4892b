//! A number became another kind of number.

use crate::evolution::avro::changes::case;
use crate::evolution::{Bump, ChangeClass, ChangeKind, ClassOf};
use crate::schema::avro::model::Primitive;

pub(in crate::evolution) static WIDENED: ChangeKind = ChangeKind {
    id: "numeric-widened",
    summary: "a number was widened, and every value survives",
    class: ClassOf::Always(ChangeClass::Allowed),
    bump: Bump::Minor,
    backward: "yes",
    forward: "no",
    why: "New readers convert old records exactly. Consumers that still read with the old schema cannot decode new records, so they have to upgrade first; warehouse columns may need widening as well.",
    fix: "nothing needs fixing; upgrade consumers before producers",
    example: Some(case!("numeric/int_to_long")),
};

pub(in crate::evolution) static WIDENED_LOSSY: ChangeKind = ChangeKind {
    id: "numeric-widened-lossy",
    summary: "a number was widened to a floating-point type that rounds large values",
    class: ClassOf::Always(ChangeClass::Allowed),
    bump: Bump::Minor,
    backward: "yes",
    forward: "no",
    why: "Avro promotes the value, but a float holds 24 significant bits and a double 53: amounts above 16,777,216 become inexact as a float, identifiers above 9,007,199,254,740,992 as a double. Nothing fails; sums and joins are just wrong. Old consumers cannot decode new records and have to upgrade first.",
    fix: "widen to `long`, or to a decimal under a new field, unless the values are small or inexact anyway",
    example: Some(case!("numeric/long_to_double")),
};

pub(in crate::evolution) static NARROWED: ChangeKind = ChangeKind {
    id: "numeric-narrowed",
    summary: "a number was narrowed",
    class: ClassOf::Field { required: ChangeClass::Forbidden, optional: ChangeClass::MajorBumpRequired },
    bump: Bump::Major,
    backward: "no",
    forward: "yes",
    why: "Stored values may not fit the smaller type, so Avro refuses to read any of them: consumers that upgrade fail on the first old record, and the topic cannot be replayed.",
    fix: "keep the wider type",
    example: Some(case!("numeric/long_to_int")),
};

/// What it means that one numeric type became another; none for equal ones and for types that are no numbers.
pub(in crate::evolution::avro) fn between(old: Primitive, new: Primitive) -> Option<&'static ChangeKind> {
    use Primitive::{Double, Float, Int, Long};
    let is_number = |primitive| matches!(primitive, Int | Long | Float | Double);
    match (old, new) {
        (Int, Long | Double) | (Float, Double) => Some(&WIDENED),
        (Int | Long, Float) | (Long, Double) => Some(&WIDENED_LOSSY),
        (old, new) if old != new && is_number(old) && is_number(new) => Some(&NARROWED),
        _ => None,
    }
}
