//! The symbol an enum falls back to: gained, changed, or withdrawn.

use crate::evolution::avro::changes::case;
use crate::evolution::avro::found::{Found, Spot, Words};
use crate::evolution::{Bump, ChangeClass, ChangeKind, ClassOf};
use crate::schema::avro::model::Enumeration;

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

/// Two matched enums.
pub(in crate::evolution::avro) fn changes(found: &mut Found<'_>, spot: Spot, old: &Enumeration, new: &Enumeration) {
    let name = new.name().simple();
    let (kind, message, remedy) = match (old.default(), new.default()) {
        (None, Some(to)) => (&ADDED, format!("{name} falls back to {to} now"), String::new()),
        (Some(from), None) => {
            let message = format!("{name} does not fall back to {from} any more");
            (&REMOVED, message, format!("give {name} its default back: \"default\": \"{from}\""))
        }
        (Some(from), Some(to)) if from != to => {
            let message = format!("{name} fell back to {from} and falls back to {to} now");
            (&CHANGED, message, format!("set the default of {name} back to {from}"))
        }
        (None, None) | (Some(_), Some(_)) => return,
    };
    let word = |default: Option<&str>| default.unwrap_or("None").to_owned();
    let detail = format!("{} -> {}", word(old.default()), word(new.default()));
    found.push(kind, spot, Words { detail: Some(detail), message, remedy });
}
