//! The default of a field: gained, changed, or withdrawn.

use crate::evolution::avro::changes::case;
use crate::evolution::avro::found::{Found, Spot, Words};
use crate::evolution::avro::path::FieldAt;
use crate::evolution::avro::{values, words};
use crate::evolution::{Bump, ChangeClass, ChangeKind, ClassOf};
use crate::evolution::{Place, TooLarge};

pub(in crate::evolution) static ADDED: ChangeKind = ChangeKind {
    id: "field-default-added",
    summary: "an existing field gained a default",
    class: ClassOf::Always(ChangeClass::Allowed),
    bump: Bump::Minor,
    backward: "yes",
    forward: "yes",
    why: "No record that holds the field reads differently. From now on readers also accept records without it, which is a new promise.",
    fix: "nothing needs fixing; keep the default from now on, because withdrawing it is a major change",
    example: Some(case!("field_default/added_to_a_required_field")),
};

pub(in crate::evolution) static CHANGED: ChangeKind = ChangeKind {
    id: "field-default-changed",
    summary: "the default of a field is another value",
    class: ClassOf::Always(ChangeClass::MajorBumpRequired),
    bump: Bump::Major,
    backward: "yes",
    forward: "yes",
    why: "Records older than the field have no value of their own: readers show the default. With another one they change their meaning in retrospect (all old orders turn from `USD` to `EUR`), in every table that is rebuilt from the topic.",
    fix: "keep the old default; producers that want another value should write it",
    example: Some(case!("field_default/changed")),
};

pub(in crate::evolution) static REMOVED: ChangeKind = ChangeKind {
    id: "field-default-removed",
    summary: "a field lost its default",
    class: ClassOf::Always(ChangeClass::MajorBumpRequired),
    bump: Bump::Major,
    backward: "yes",
    forward: "yes",
    why: "Records older than the field can no longer be read: nothing says what to fill in. A check against the latest version alone does not see it, because that version always writes the field; a replay of the topic does.",
    fix: "keep the default",
    example: Some(case!("field_default/removed")),
};

/// The default of a field that both sides have.
pub(in crate::evolution::avro) fn changes(
    found: &mut Found<'_>,
    spot: Spot,
    old_at: FieldAt,
    new_at: FieldAt,
) -> Result<(), TooLarge> {
    let (old, new) = (found.schemas.old_field(old_at), found.schemas.new_field(new_at));
    let (old_place, new_place) = (Place::Default(old_at.0, old_at.1), Place::Default(new_at.0, new_at.1));
    let name = |found: &Found<'_>| found.called(spot);
    match (old.default(), new.default()) {
        (None, None) => {}
        (None, Some(default)) => {
            let message = format!("{} has the default {} now", name(found), words::json(default));
            let spot = spot.pointing_at(Place::Field(old_at.0, old_at.1), new_place);
            found.push(&ADDED, spot, Words { message, ..Words::default() });
        }
        (Some(default), None) => {
            let (name, shown) = (name(found), words::json(default));
            let message = format!("{name} has no default any more; it was {shown}");
            let remedy = match words::is_cut(&shown) {
                true => format!("give {name} its default back as it was"),
                false => format!("give {name} its default back: \"default\": {shown}"),
            };
            let spot = spot.pointing_at(old_place, Place::Field(new_at.0, new_at.1));
            found.push(&REMOVED, spot, Words { detail: None, message, remedy });
        }
        (Some(before), Some(after)) if values::is_changed(found, (old.node(), before), (new.node(), after))? => {
            let (name, before, after) = (name(found), words::json(before), words::json(after));
            let message = format!("the default of {name} was {before} and is {after} now");
            let back = if words::is_cut(&before) { "what it was" } else { before.as_str() };
            let remedy = format!("set the default of {name} back to {back}");
            let spot = spot.pointing_at(old_place, new_place);
            found.push(&CHANGED, spot, Words { detail: Some(format!("{before} -> {after}")), message, remedy });
        }
        (Some(_), Some(_)) => {}
    }
    Ok(())
}
