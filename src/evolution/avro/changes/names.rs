//! Names and namespaces of events and other types.

use crate::evolution::avro::changes::case;
use crate::evolution::avro::found::{Found, Spot, Words};
use crate::evolution::{Bump, ChangeClass, ChangeKind, ClassOf};
use crate::schema::avro::model::TypeName;

pub(in crate::evolution) static EVENT_RENAMED: ChangeKind = ChangeKind {
    id: "event-renamed",
    summary: "an event, a record at the root, has another name",
    class: ClassOf::Always(ChangeClass::MajorBumpRequired),
    bump: Bump::Major,
    backward: "with an alias for the old name",
    forward: "if the old schema has the new name as alias",
    why: "Avro compares the names of records: without an alias the data cannot be read at all. With one, new readers manage and old ones still fail. Generated classes get another name, handlers that dispatch on the name of the event no longer see it, and where subjects are named after records the history starts anew.",
    fix: "keep the name, or add the old one as an alias and declare the next major version",
    example: Some(case!("names/event_renamed")),
};

pub(in crate::evolution) static EVENT_NAMESPACE: ChangeKind = ChangeKind {
    id: "event-namespace-changed",
    summary: "an event, a record at the root, moved to another namespace",
    class: ClassOf::Always(ChangeClass::MajorBumpRequired),
    bump: Bump::Major,
    backward: "yes",
    forward: "yes",
    why: "Avro reads the data, because it compares names without their namespace. Generated classes move to another package and no longer compile against the old imports, and where subjects are named after records the history starts anew.",
    fix: "keep the namespace, or declare the next major version",
    example: Some(case!("names/event_namespace_changed")),
};

pub(in crate::evolution) static TYPE_RENAMED: ChangeKind = ChangeKind {
    id: "type-renamed",
    summary: "a record, enum or fixed below the root has another name",
    class: ClassOf::Always(ChangeClass::MajorBumpRequired),
    bump: Bump::Major,
    backward: "with an alias for the old name",
    forward: "if the old schema has the new name as alias",
    why: "Avro compares the names of records, enums and fixed: without an alias the field that holds one cannot be read. With one, new readers manage and old ones still fail. Generated classes get another name.",
    fix: "keep the name, or add the old one as an alias and declare the next major version",
    example: Some(case!("names/nested_enum_renamed")),
};

pub(in crate::evolution) static TYPE_NAMESPACE: ChangeKind = ChangeKind {
    id: "type-namespace-changed",
    summary: "a record, enum or fixed below the root moved to another namespace",
    class: ClassOf::Always(ChangeClass::MajorBumpRequired),
    bump: Bump::Major,
    backward: "yes",
    forward: "yes",
    why: "Avro reads the data, because it compares names without their namespace. Generated classes move to another package and no longer compile against the old imports.",
    fix: "keep the namespace, or declare the next major version",
    example: Some(case!("names/nested_enum_moves_to_another_namespace")),
};

/// The kind that says of any type what `kind` says of an event; `kind` itself if it says nothing of events.
pub(in crate::evolution::avro) fn anywhere(kind: &'static ChangeKind) -> &'static ChangeKind {
    match kind {
        kind if *kind == EVENT_RENAMED => &TYPE_RENAMED,
        kind if *kind == EVENT_NAMESPACE => &TYPE_NAMESPACE,
        other => other,
    }
}

/// The names of two matched types. `is_event` says whether they are records at the root.
pub(in crate::evolution::avro) fn changes(
    found: &mut Found<'_>,
    spot: Spot,
    is_event: bool,
    old: &TypeName,
    new: &TypeName,
) {
    if old == new {
        return;
    }
    let is_renamed = old.simple() != new.simple();
    let kind = match (is_event, is_renamed) {
        (true, true) => &EVENT_RENAMED,
        (true, false) => &EVENT_NAMESPACE,
        (false, true) => &TYPE_RENAMED,
        (false, false) => &TYPE_NAMESPACE,
    };
    let (from, to) = (old.full(), new.full());
    let (message, remedy) = if is_renamed {
        (format!("{from} is called {to} now"), format!("keep the name {from}"))
    } else {
        let namespace = |name: &TypeName| match name.namespace() {
            "" => "no namespace".to_owned(),
            namespace => format!("the namespace {namespace}"),
        };
        let message = format!("{} moved from {} to {}", new.simple(), namespace(old), namespace(new));
        (message, format!("keep {} in {}", new.simple(), namespace(old)))
    };
    found.push(kind, spot, Words { detail: Some(format!("{from} -> {to}")), message, remedy });
}
