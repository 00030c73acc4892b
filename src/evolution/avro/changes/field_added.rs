//! A record gained a field.

use crate::evolution::Place;
use crate::evolution::avro::changes::case;
use crate::evolution::avro::found::{Found, Spot, Words};
use crate::evolution::avro::words;
use crate::evolution::{Bump, ChangeClass, ChangeKind, ClassOf};
use crate::schema::avro::model::{Field, RecordId};

pub(in crate::evolution) static OPTIONAL: ChangeKind = ChangeKind {
    id: "field-added-optional",
    summary: "a nullable field with a default was added",
    class: ClassOf::Always(ChangeClass::Allowed),
    bump: Bump::Minor,
    backward: "yes",
    forward: "yes",
    why: "New readers fill the field with its default when they meet older records, old readers skip it. Nobody's existing column changes.",
    fix: "nothing needs fixing",
    example: Some(case!("field_added/optional_with_default")),
};

pub(in crate::evolution) static WITH_DEFAULT: ChangeKind = ChangeKind {
    id: "field-added-with-default",
    summary: "a non-nullable field with a default was added",
    class: ClassOf::Always(ChangeClass::Allowed),
    bump: Bump::Minor,
    backward: "yes",
    forward: "yes",
    why: "New readers fill the field with its default when they meet older records, old readers skip it. Be aware that nobody can tell a default that was filled in from the same value written on purpose.",
    fix: "nothing needs fixing; make the field nullable with the default null if \"not known\" must be told apart",
    example: Some(case!("field_added/required_with_default")),
};

pub(in crate::evolution) static WITHOUT_DEFAULT: ChangeKind = ChangeKind {
    id: "field-added-without-default",
    summary: "a field without a default was added",
    class: ClassOf::Always(ChangeClass::MajorBumpRequired),
    bump: Bump::Major,
    backward: "no",
    forward: "yes",
    why: "Older records hold nothing for the field, and a new reader has no default to fill in: consumers that upgrade fail on the first record that is already in the topic. Being nullable does not help, and neither does the default of an enum type: only the field's own default counts.",
    fix: "give the field a default, or declare the next major version",
    example: Some(case!("field_added/required_without_default")),
};

/// A field that only the new record has. `spot` is the field's.
pub(in crate::evolution::avro) fn changes(found: &mut Found<'_>, spot: Spot, at: (RecordId, u32), field: &Field) {
    let new = found.schemas.new;
    let (is_nullable, name) = (super::nullability::is_nullable(new, field.node()), found.called(spot));
    // An enum's own default does not stand in for a field default: Java's checker refuses (case E019).
    let (kind, what) = match (field.default(), is_nullable) {
        (None, true) => (&WITHOUT_DEFAULT, "without a default; being nullable is none"),
        (None, false) => (&WITHOUT_DEFAULT, "without a default"),
        (Some(_), true) => (&OPTIONAL, "with a default"),
        (Some(_), false) => (&WITH_DEFAULT, "with a default"),
    };
    let message = format!("the field {name} was added {what}");
    let remedy = match words::plain_default(new, field.node()) {
        Some(default) => format!("give {name} a default, such as \"default\": {default}"),
        None => format!("make {name} nullable and give it the default null"),
    };
    let spot = spot.pointing_at(None, Place::Field(at.0, at.1));
    found.push(kind, spot, Words { detail: None, message, remedy });
}
