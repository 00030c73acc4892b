//! Documentation, tags and properties: what people and tools read about a schema, and no decoder does.

use crate::evolution::avro::changes::case;
use crate::evolution::{Bump, ChangeClass, ChangeKind, ClassOf};

pub(in crate::evolution) static DOC: ChangeKind = ChangeKind {
    id: "doc-changed",
    summary: "the documentation of a record, enum, fixed or field changed",
    class: ClassOf::Always(ChangeClass::Allowed),
    bump: Bump::Patch,
    backward: "yes",
    forward: "yes",
    why: "Documentation reaches no byte of any record, so no program can be hurt by it. It does reach people: catalogues and generated classes show the new words, and a patch version tells them to look.",
    fix: "nothing needs fixing; check that the new words still describe the data that is already stored",
    example: Some(case!("descriptions/field_doc_reworded")),
};

pub(in crate::evolution) static PROPERTY: ChangeKind = ChangeKind {
    id: "property-changed",
    summary: "a property that Avro does not define was added, changed or removed",
    class: ClassOf::Always(ChangeClass::Allowed),
    bump: Bump::Patch,
    backward: "yes",
    forward: "yes",
    why: "Avro keeps properties it does not know and ignores them when it reads and writes, an unknown `logicalType` among them. A tool that gives the property a meaning (a code generator, a connector, a masking job) may act differently from now on, so tell whoever runs it.",
    fix: "nothing needs fixing for Avro; tell the owners of the tools that read the property",
    example: Some(case!("descriptions/custom_property_added")),
};

pub(in crate::evolution) static TAG_ADDED: ChangeKind = ChangeKind {
    id: "tag-added",
    summary: "an entry of `confluent:tags` appeared",
    class: ClassOf::Always(ChangeClass::Allowed),
    bump: Bump::Patch,
    backward: "yes",
    forward: "yes",
    why: "A tag classifies data and changes none. Rules that select fields by tag, such as encryption or masking, start to apply to the field.",
    fix: "nothing needs fixing; check which rules select the new tag",
    example: Some(case!("descriptions/tag_added")),
};

pub(in crate::evolution) static TAG_REMOVED: ChangeKind = ChangeKind {
    id: "tag-removed",
    summary: "an entry of `confluent:tags` disappeared",
    class: ClassOf::Always(ChangeClass::Allowed),
    bump: Bump::Patch,
    backward: "yes",
    forward: "yes",
    why: "A tag classifies data and changes none, but rules that select fields by tag stop to apply: a field that was encrypted or masked because of its tag may travel in the clear. That is why the answer carries a warning of its own; whether the tag may go is for the check of personal data to decide.",
    fix: "put the tag back, unless the field really holds nothing of that kind any more",
    example: Some(case!("descriptions/tag_removed")),
};
