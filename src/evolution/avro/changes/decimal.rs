//! Precision and scale of a decimal.

use crate::evolution::avro::changes::case;
use crate::evolution::avro::found::{Found, Spot, Words};
use crate::evolution::{Bump, ChangeClass, ChangeKind, ClassOf};

pub(in crate::evolution) static PRECISION_INCREASED: ChangeKind = ChangeKind {
    id: "decimal-precision-increased",
    summary: "a decimal allows more digits at the same scale",
    class: ClassOf::Always(ChangeClass::Allowed),
    bump: Bump::Minor,
    backward: "yes",
    forward: "yes",
    why: "Every old value is still valid and means the same. The Avro specification says that decimals of different precision do not match, yet its reference implementation reads them, so other implementations may object; warehouse columns may be too narrow for the new values.",
    fix: "nothing needs fixing in the schema; widen the columns it is loaded into",
    example: Some(case!("decimal/more_digits")),
};

pub(in crate::evolution) static PRECISION_DECREASED: ChangeKind = ChangeKind {
    id: "decimal-precision-decreased",
    summary: "a decimal allows fewer digits at the same scale",
    class: ClassOf::Field { required: ChangeClass::Forbidden, optional: ChangeClass::MajorBumpRequired },
    bump: Bump::Major,
    backward: "yes",
    forward: "yes",
    why: "Values that are already stored may have more digits than the new type allows. Avro decodes them all the same, and the program or the column they are loaded into fails or cuts them.",
    fix: "keep the precision",
    example: Some(case!("decimal/fewer_digits")),
};

pub(in crate::evolution) static SCALE_CHANGED: ChangeKind = ChangeKind {
    id: "decimal-scale-changed",
    summary: "the scale of a decimal changed",
    class: ClassOf::Field { required: ChangeClass::Forbidden, optional: ChangeClass::MajorBumpRequired },
    bump: Bump::Major,
    backward: "yes",
    forward: "yes",
    why: "A decimal is stored as a whole number, and the scale says where the point stands. With scale 4 instead of 2, a stored 12.34 reads as 0.1234: every amount is wrong by a factor, and nothing fails.",
    fix: "keep the scale; add a second field with the other scale and fill both",
    example: Some(case!("decimal/other_scale")),
};

/// Precision and scale of two matched decimals.
pub(in crate::evolution::avro) fn changes(
    found: &mut Found<'_>,
    spot: Spot,
    old: Option<(i32, i32)>,
    new: Option<(i32, i32)>,
) {
    let (Some((from, from_scale)), Some((to, to_scale))) = (old, new) else { return };
    if old == new {
        return;
    }
    let name = found.called(spot);
    let (kind, detail, remedy) = if from_scale != to_scale {
        // Recorded exemptions and golden data carry the detail in this notation.
        let detail = format!("('decimal', {from}, {from_scale}) -> ('decimal', {to}, {to_scale})");
        (&SCALE_CHANGED, detail, format!("keep the scale of {name} at {from_scale}"))
    } else if from < to {
        (&PRECISION_INCREASED, format!("{from} -> {to}"), String::new())
    } else {
        (&PRECISION_DECREASED, format!("{from} -> {to}"), format!("keep the precision of {name} at {from}"))
    };
    let message = format!("{name} was decimal({from}, {from_scale}) and is decimal({to}, {to_scale}) now");
    found.push(kind, spot, Words { detail: Some(detail), message, remedy });
}
