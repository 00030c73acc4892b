//! Null became possible, or impossible.

use crate::evolution::avro::changes::case;
use crate::evolution::avro::found::{Found, Spot, Words};
use crate::evolution::avro::pairing::Branches;
use crate::evolution::{Bump, ChangeClass, ChangeKind, ClassOf};
use crate::schema::avro::AvroSchema;
use crate::schema::avro::model::NodeId;

pub(in crate::evolution) static NULLABLE: ChangeKind = ChangeKind {
    id: "field-made-nullable",
    summary: "null is now possible",
    class: ClassOf::Always(ChangeClass::MajorBumpRequired),
    bump: Bump::Major,
    backward: "yes",
    forward: "no",
    why: "Consumers wrote code, columns and tests for a value that is always there. On the old schema they cannot decode a null at all; on the new one their `NOT NULL` columns, joins and sums meet something they never saw.",
    fix: "keep the type without null; where a value may be missing, write a default or add a second, optional field",
    example: Some(case!("nullability/made_nullable")),
};

pub(in crate::evolution) static REQUIRED: ChangeKind = ChangeKind {
    id: "field-made-required",
    summary: "null is no longer possible",
    class: ClassOf::Always(ChangeClass::MajorBumpRequired),
    bump: Bump::Major,
    backward: "no",
    forward: "yes",
    why: "Records with null are already stored, and a new reader cannot decode them: it fails on the first one. The field's default does not help, because the value is there and it is null.",
    fix: "keep null in the type and always write a value",
    example: Some(case!("nullability/made_required")),
};

/// Whether a type admits null.
pub(in crate::evolution::avro) fn is_nullable(schema: &AvroSchema, node: NodeId) -> bool {
    Branches::of(schema, node).null().is_some()
}

/// Null on one side only. `type_before` is the old type in short.
pub(in crate::evolution::avro) fn changes(
    found: &mut Found<'_>,
    spot: Spot,
    type_before: impl FnOnce() -> String,
    was_nullable: bool,
    is_nullable: bool,
) {
    if was_nullable == is_nullable {
        return;
    }
    let (name, before) = (found.called(spot), type_before());
    let (kind, message, remedy) = if is_nullable {
        (&NULLABLE, format!("{name} can be null now"), format!("keep the type of {name} as {before}, without null"))
    } else {
        (&REQUIRED, format!("{name} can no longer be null"), format!("keep null in the type of {name}: {before}"))
    };
    found.push(kind, spot, Words { detail: None, message, remedy });
}
