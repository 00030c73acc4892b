//! A union gained or lost a branch that is not null.

use crate::evolution::avro::changes::case;
use crate::evolution::{Bump, ChangeClass, ChangeKind, ClassOf};

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
