//! Aliases of types and fields: gained, lost, or naming what is taken.

use crate::evolution::avro::changes::case;
use crate::evolution::{Bump, ChangeClass, ChangeKind, ClassOf};

pub(in crate::evolution) static ADDED: ChangeKind = ChangeKind {
    id: "alias-added",
    summary: "a type or field gained an alias without being renamed by it",
    class: ClassOf::Always(ChangeClass::Allowed),
    bump: Bump::Patch,
    backward: "yes",
    forward: "yes",
    why: "An alias is one more name under which a reader finds old data. Data that has the current name is read as before.",
    fix: "nothing needs fixing; keep the alias from now on, because withdrawing it is a major change",
    example: Some(case!("aliases/field_alias_added")),
};

pub(in crate::evolution) static REMOVED: ChangeKind = ChangeKind {
    id: "alias-removed",
    summary: "a type or field lost an alias",
    class: ClassOf::Always(ChangeClass::MajorBumpRequired),
    bump: Bump::Major,
    backward: "yes",
    forward: "yes",
    why: "The alias was a promise to read data written under the older name. The latest version does not use that name, so a check against it alone sees nothing; but records older than that become unreadable, or their values are replaced by the default.",
    fix: "keep the alias; it costs nothing. Drop it only in a new major version, when no data under the old name is left",
    example: Some(case!("aliases/record_alias_removed")),
};

pub(in crate::evolution) static COLLISION: ChangeKind = ChangeKind {
    id: "alias-collision",
    summary: "by their names and aliases, fields claim an old field twice",
    class: ClassOf::Always(ChangeClass::MajorBumpRequired),
    bump: Bump::Major,
    backward: "no",
    forward: "yes",
    why: "A field of the new schema matches two fields of the old one, by its name and an alias or by two aliases, or two new fields match the same old one. Which value is meant cannot be told: Avro Java refuses such a pair altogether, other readers silently take one of the two and lose the other.",
    fix: "remove the alias that names a field which still exists",
    example: Some(case!("aliases/alias_names_a_field_that_still_exists")),
};
