//! What a value is meant as: a known logical type gained, lost, or exchanged for another.

use super::{decimal, descriptions};
use crate::evolution::avro::changes::case;
use crate::evolution::avro::found::{Found, Spot, Words};
use crate::evolution::{Bump, ChangeClass, ChangeKind, ClassOf};
use crate::schema::avro::AvroSchema;
use crate::schema::avro::model::{Logical, NodeId};

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

/// The known logical type of a type: one of the Avro specification's, valid where it stands.
///
/// `map` and `variant` are of the reference implementation alone, so they count as properties, like every logical type
/// that is unknown or invalid.
pub(in crate::evolution::avro) fn known(schema: &AvroSchema, node: NodeId) -> Option<Logical<'_>> {
    schema.logical_type(node).filter(|logical| !matches!(logical.name, "map" | "variant"))
}

/// Properties of two matched types. Which of them spell a logical type is decided here: their difference is told by
/// [`changes`] where the logical types differ, and is one of properties where only the spelling does (`scale` left out
/// or written as 0).
pub(in crate::evolution::avro) fn properties(found: &mut Found<'_>, spot: Spot, old: NodeId, new: NodeId) {
    let schemas = found.schemas;
    let (before, after) = (schemas.old.attributes(old), schemas.new.attributes(new));
    if before.is_empty() && after.is_empty() {
        return;
    }
    let (was, is) = (known(schemas.old, old), known(schemas.new, new));
    let spells = |logical: Option<Logical<'_>>, key: &str| {
        logical.is_some_and(|logical| {
            key == "logicalType" || logical.decimal.is_some() && matches!(key, "precision" | "scale")
        })
    };
    let has = |attributes: &[(Box<str>, _)], key: &str| attributes.iter().any(|(other, _)| **other == *key);
    let is_told_elsewhere =
        |key: &str| was != is && (spells(was, key) || !has(before, key)) && (spells(is, key) || !has(after, key));
    descriptions::properties(found, spot, before, after, is_told_elsewhere);
}

/// Logical types of two matched types.
pub(in crate::evolution::avro) fn changes(found: &mut Found<'_>, spot: Spot, old: NodeId, new: NodeId) {
    let schemas = found.schemas;
    let name = |found: &Found<'_>| found.called(spot);
    match (known(schemas.old, old), known(schemas.new, new)) {
        (None, None) => {}
        (Some(from), Some(to)) if from.name == to.name => decimal::changes(found, spot, from.decimal, to.decimal),
        (Some(from), Some(to)) => {
            let (name, from, to) = (name(found), from.name, to.name);
            let message = format!("{name} was {from} and is {to} now, with the same stored values");
            let remedy = format!("keep the logical type of {name} as {from}");
            found.push(&CHANGED, spot, Words { detail: Some(format!("{from} -> {to}")), message, remedy });
        }
        (None, Some(to)) => {
            let (name, to) = (name(found), to.name);
            let message = format!("{name} carries the logical type {to} now");
            let remedy = format!("leave the logical type {to} off {name}");
            found.push(&ADDED, spot, Words { detail: Some(to.to_owned()), message, remedy });
        }
        (Some(from), None) => {
            let (name, from) = (name(found), from.name);
            let message = format!("{name} does not carry the logical type {from} any more");
            let remedy = format!("put the logical type {from} back on {name}");
            found.push(&REMOVED, spot, Words { detail: Some(from.to_owned()), message, remedy });
        }
    }
}
