//! The language of the schema: nothing is compared across two of them.

use super::{Bump, Change, ChangeClass, ChangeKind, ClassOf};
use crate::schema::SchemaType;

pub(super) static CHANGED: ChangeKind = ChangeKind {
    id: "schema-type-changed",
    summary: "the schema is written in another language",
    class: ClassOf::Always(ChangeClass::Forbidden),
    bump: Bump::Major,
    backward: "no",
    forward: "no",
    why: "Avro, JSON Schema and Protobuf share neither an encoding nor a serializer: every producer and every consumer of the subject has to be rewritten, and what is stored can be read by none of the new ones.",
    fix: "keep the language; publish the data in another one under a subject of its own",
    example: None,
};

/// The one change between schemas of two languages; none within one.
pub(super) fn change(old: SchemaType, new: SchemaType) -> Option<Change> {
    between(old.as_str(), new.as_str())
}

/// The same by the words of answers.
fn between(old: &str, new: &str) -> Option<Change> {
    (old != new).then(|| Change {
        kind: &CHANGED,
        path: "$".to_owned(),
        detail: Some(format!("{old} -> {new}")),
        class: ChangeClass::Forbidden,
        bump: Bump::NotReleasable,
        message: format!("the schema was {old} and is {new} now"),
        remedy: format!("write the schema in {old}, or register it under another subject"),
        old: None,
        new: None,
    })
}

#[cfg(test)]
mod tests {
    use super::{CHANGED, between, change};
    use crate::schema::SchemaType;

    #[test]
    fn another_language_is_never_released_under_the_same_subject() {
        let change = between("AVRO", "PROTOBUF").expect("two languages");
        assert_eq!((change.kind, change.path.as_str()), (&CHANGED, "$"));
        assert_eq!(change.detail.as_deref(), Some("AVRO -> PROTOBUF"));
        assert_eq!((change.class.as_str(), change.bump.as_str()), ("forbidden", "not-releasable"));
    }

    #[test]
    fn a_language_does_not_differ_from_itself() {
        assert_eq!(change(SchemaType::Avro, SchemaType::Avro), None);
    }
}
