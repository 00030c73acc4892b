//! The default of a field: gained, changed, or withdrawn.

use crate::evolution::avro::changes::case;
use crate::evolution::{Bump, ChangeClass, ChangeKind, ClassOf};

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
