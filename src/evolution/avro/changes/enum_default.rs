//! The symbol an enum falls back to: gained, changed, or withdrawn.

use crate::evolution::avro::changes::case;
use crate::evolution::{Bump, ChangeClass, ChangeKind, ClassOf};

pub(in crate::evolution) static ADDED: ChangeKind = ChangeKind {
    id: "enum-default-added",
    summary: "an enum gained a default",
    class: ClassOf::Always(ChangeClass::Allowed),
    bump: Bump::Minor,
    backward: "yes",
    forward: "yes",
    why: "Readers of the new schema accept symbols they do not know and show the default instead. That makes the next new symbol harmless for them.",
    fix: "nothing needs fixing; keep the default from now on, because withdrawing it is a major change",
    example: Some(case!("enum_default/default_added_with_its_symbol")),
};

pub(in crate::evolution) static CHANGED: ChangeKind = ChangeKind {
    id: "enum-default-changed",
    summary: "the default of an enum is another symbol",
    class: ClassOf::Always(ChangeClass::MajorBumpRequired),
    bump: Bump::Major,
    backward: "yes",
    forward: "yes",
    why: "Stored symbols that the enum no longer has are shown as the default. With another one they change their meaning in retrospect, in every table that is rebuilt.",
    fix: "keep the old default",
    example: Some(case!("enum_default/changed")),
};

pub(in crate::evolution) static REMOVED: ChangeKind = ChangeKind {
    id: "enum-default-removed",
    summary: "an enum lost its default",
    class: ClassOf::Always(ChangeClass::MajorBumpRequired),
    bump: Bump::Major,
    backward: "yes",
    forward: "yes",
    why: "The default is what makes records with removed or newer symbols readable. Without it they fail; a check against the latest version alone does not see that, because its own symbols are all known.",
    fix: "keep the default",
    example: Some(case!("enum_default/removed")),
};
