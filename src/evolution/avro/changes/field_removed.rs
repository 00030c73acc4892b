//! A record lost a field.

use crate::evolution::Place;
use crate::evolution::avro::Schemas;
use crate::evolution::avro::changes::{NEIGHBOURS_MAX, case};
use crate::evolution::avro::found::{Found, Spot, Words};
use crate::evolution::avro::words;
use crate::evolution::{Bump, ChangeClass, ChangeKind, ClassOf};
use crate::schema::avro::model::{Field, Node, NodeId, RecordId};

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
    let gap = gap(found.schemas, at, record);
    let spot = spot.pointing_at(Place::Field(at.0, at.1), gap);
    found.push_at_old_path(&REMOVED, spot, Words { detail: None, message, remedy });
}

/// Where the field is missed in the new schema: at the next of its old neighbours that is still there, else at the one
/// before it, else at the record. Next to what was deleted, so that a review shows the finding beside the difference.
fn gap(schemas: Schemas<'_>, (old_record, at): (RecordId, u32), record: NodeId) -> Place {
    let Node::Record(new_record) = schemas.new.node(record) else { return Place::Type(record) };
    let old = schemas.old.record(old_record).fields();
    let (before, after) = old.split_at(at as usize);
    let new = schemas.new.record(new_record);
    let position = |field: &Field| new.position_of(field.name(), field.name_hash());
    let behind = after.iter().skip(1).take(NEIGHBOURS_MAX).find_map(position);
    let neighbour = behind.or_else(|| before.iter().rev().take(NEIGHBOURS_MAX).find_map(position));
    neighbour
        .and_then(|neighbour| u32::try_from(neighbour).ok())
        .map_or(Place::Type(record), |neighbour| Place::Field(new_record, neighbour))
}
