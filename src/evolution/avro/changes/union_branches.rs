//! A union gained or lost a branch that is not null.

use crate::evolution::avro::changes::case;
use crate::evolution::avro::found::{Found, Spot, Words};
use crate::evolution::avro::pairing::{Branches, NONE, Pairing};
use crate::evolution::avro::path::Paths;
use crate::evolution::avro::words;
use crate::evolution::{Bump, ChangeClass, ChangeKind, ClassOf};
use crate::schema::avro::model::{Kind, Primitive};

pub(in crate::evolution) static ADDED: ChangeKind = ChangeKind {
    id: "union-branch-added",
    summary: "a further type is possible",
    class: ClassOf::Always(ChangeClass::MajorBumpRequired),
    bump: Bump::Major,
    backward: "yes",
    forward: "no",
    why: "Consumers of the field can meet a type they have never seen. On the old schema they fail on the first such value; on the new one their code and columns have no place for it.",
    fix: "keep the types as they are and add an optional field for values of the new type",
    example: Some(case!("union_branches/branch_added_to_optional_field")),
};

pub(in crate::evolution) static REMOVED: ChangeKind = ChangeKind {
    id: "union-branch-removed",
    summary: "a type is no longer possible",
    class: ClassOf::Always(ChangeClass::MajorBumpRequired),
    bump: Bump::Major,
    backward: "no",
    forward: "yes",
    why: "Values of that type are already stored, and a new reader has no branch for them: it fails on the first one.",
    fix: "keep the branch and stop writing it",
    example: Some(case!("union_branches/branch_removed_from_optional_field")),
};

pub(in crate::evolution) static EVENT_ADDED: ChangeKind = ChangeKind {
    id: "event-branch-added",
    summary: "a further event is possible at the root",
    class: ClassOf::Always(ChangeClass::Allowed),
    bump: Bump::Minor,
    backward: "yes",
    forward: "no",
    why: "Consumers that read with the new schema know all the old events. Those on the old schema fail on the first event of the new kind, so they have to upgrade first; code that dispatches on the event needs a case for it, if only to skip it.",
    fix: "nothing needs fixing; upgrade consumers before producers",
    example: Some(case!("union_branches/event_added")),
};

pub(in crate::evolution) static EVENT_REMOVED: ChangeKind = ChangeKind {
    id: "event-branch-removed",
    summary: "an event was dropped from the root",
    class: ClassOf::Always(ChangeClass::MajorBumpRequired),
    bump: Bump::Major,
    backward: "no",
    forward: "yes",
    why: "Events of that kind are already stored, and a new reader has no branch for them: a replay of the topic fails on the first one.",
    fix: "keep the event in the union and stop publishing it",
    example: Some(case!("union_branches/event_removed")),
};

/// Branches besides null that have no partner.
pub(in crate::evolution::avro) fn changes(
    found: &mut Found<'_>,
    spot: Spot,
    old: Branches<'_>,
    new: Branches<'_>,
    pairing: &Pairing,
) {
    let is_event = |kind| spot.is_event && kind == Kind::Record;
    let is_null = |kind| kind == Kind::Primitive(Primitive::Null);
    let merged = |at: &usize| pairing.merged.iter().any(|(from, _)| from == at);
    let gone = (0..old.len()).filter(|at| pairing.of_old[*at] == NONE && !is_null(old.kind(*at)));
    for at in gone.filter(|at| !merged(at)) {
        let (name, branch) = (found.called(spot), words::notation(found.schemas.old, old.get(at)));
        let (kind, message, remedy) = if is_event(old.kind(at)) {
            let message = format!("the event {branch} was dropped from the root");
            (&EVENT_REMOVED, message, format!("put the event {branch} back into the union at the root"))
        } else {
            let message = format!("{name} can no longer be {branch}");
            (&REMOVED, message, format!("put the branch {branch} back into the type of {name}"))
        };
        let spot = spot.pointing_at(old.place(at).or(spot.old), spot.new);
        found.push(kind, spot, Words { detail: Some(branch), message, remedy });
    }
    for at in (0..new.len()).filter(|at| pairing.of_new[*at] == NONE && !is_null(new.kind(*at))) {
        let (name, branch) = (found.called(spot), words::notation(found.schemas.new, new.get(at)));
        let (kind, message, remedy) = if is_event(new.kind(at)) {
            (&EVENT_ADDED, format!("the event {branch} is possible at the root now"), String::new())
        } else {
            let home = match spot.path {
                Paths::ROOT => "publish it under a subject of its own",
                _ => "give it an optional field of its own",
            };
            let remedy = format!("take the branch {branch} out of the type of {name} and {home}");
            (&ADDED, format!("{name} can be {branch} now"), remedy)
        };
        let spot = spot.pointing_at(spot.old, new.place(at).or(spot.new));
        found.push(kind, spot, Words { detail: Some(branch), message, remedy });
    }
}
