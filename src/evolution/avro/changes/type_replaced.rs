//! Nothing of the old type is left.

use crate::evolution::avro::changes::case;
use crate::evolution::avro::found::{Found, Spot, Words};
use crate::evolution::avro::path::Paths;
use crate::evolution::{Bump, ChangeClass, ChangeKind, ClassOf};
use crate::schema::avro::model::NodeId;

pub(in crate::evolution) static REQUIRED: ChangeKind = ChangeKind {
    id: "required-field-type-changed",
    summary: "a required field changed to an unrelated type",
    class: ClassOf::Always(ChangeClass::Forbidden),
    bump: Bump::Major,
    backward: "no",
    forward: "no",
    why: "Neither side can decode what the other wrote. Upgraded consumers fail on the first old record, all others on the first new one, and the warehouse column has to be rebuilt or split.",
    fix: "keep the type; add a second field of the new type with a default and fill both",
    example: Some(case!("type_replaced/string_to_long")),
};

pub(in crate::evolution) static OPTIONAL: ChangeKind = ChangeKind {
    id: "optional-field-type-changed",
    summary: "an optional field changed to an unrelated type",
    class: ClassOf::Always(ChangeClass::MajorBumpRequired),
    bump: Bump::Major,
    backward: "no",
    forward: "no",
    why: "Records with null still decode; every record that holds a value fails, in both directions. Because consumers already cope with the field being absent, a new major version may do it.",
    fix: "keep the type and add a second optional field of the new type, or declare the next major version",
    example: Some(case!("type_replaced/optional_string_to_optional_long")),
};

pub(in crate::evolution) static ROOT: ChangeKind = ChangeKind {
    id: "root-type-changed",
    summary: "the schema as a whole became an unrelated type",
    class: ClassOf::Always(ChangeClass::MajorBumpRequired),
    bump: Bump::Major,
    backward: "no",
    forward: "no",
    why: "No old message can be read with the new schema and no new one with the old: it is another stream under the same name.",
    fix: "keep the type at the root; publish what is entirely new under a subject of its own, or declare the next major version",
    example: Some(case!("type_replaced/root_wrapped_in_an_array")),
};

/// Two types of which no branch is matched.
pub(in crate::evolution::avro) fn changes(found: &mut Found<'_>, spot: Spot, old: NodeId, new: NodeId) {
    let kind = match spot.path {
        Paths::ROOT => &ROOT,
        _ if spot.is_required => &REQUIRED,
        _ => &OPTIONAL,
    };
    let (name, (from, to)) = (found.called(spot), found.notations(old, new));
    let message = format!("{name} was {from} and is {to} now");
    let remedy = match spot.path {
        Paths::ROOT => format!("keep {from} as the type of the schema"),
        _ => format!("keep the type of {name} as {from}"),
    };
    found.push(kind, spot, Words { detail: Some(format!("{from} -> {to}")), message, remedy });
}
