//! A record lost a field.

use crate::evolution::Place;
use crate::evolution::avro::changes::case;
use crate::evolution::avro::found::{Found, Spot, Words};
use crate::evolution::avro::words;
use crate::evolution::{Bump, ChangeClass, ChangeKind, ClassOf};
use crate::schema::avro::model::{Field, NodeId, RecordId};

pub(in crate::evolution) static REMOVED: ChangeKind = ChangeKind {
    id: "field-removed",
    summary: "a field was removed",
    class: ClassOf::Always(ChangeClass::Forbidden),
    bump: Bump::Major,
    backward: "yes",
    forward: "if the old field has a default",
    why: "SQL views, warehouse models and dashboards address the column by its name and break, at the latest when they are next built. Consumers that still read with the old schema fail if the field has no default; if it has one they do worse: they read the default for every new record and nobody notices.",
    fix: "keep the field. Stop filling it if you must (null or a default says so), mark it as deprecated in its documentation, and drop it under a new subject",
    example: Some(case!("field_removed/required_without_default")),
};

/// A field that only the old record has. `spot` is the field's; `record` the new record it was removed from; `successor`
/// the only field that the record gained, where it is the only one it lost and both are of an equal type.
pub(in crate::evolution::avro) fn changes(
    found: &mut Found<'_>,
    spot: Spot,
    (at, field): ((RecordId, u32), &Field),
    record: NodeId,
    successor: Option<&Field>,
) {
    let (old, name) = (found.schemas.old, found.called_before(spot));
    let from = words::name(found.schemas.new, record);
    let hint = successor
        .map_or(String::new(), |field| format!("; possible-rename: {} of an equal type was added", field.name()));
    let message = format!("the field {name} was removed from {from}{hint}");
    let remedy = match words::field_object(old, field, &|name| found.is_name_in_new(name)) {
        Some(object) => format!("put the field {name} back as {object}"),
        None => format!("put the field {name} back as it was"),
    };
    let spot = spot.pointing_at(Place::Field(at.0, at.1), Place::Type(record));
    found.push_at_old_path(&REMOVED, spot, Words { detail: None, message, remedy });
}
