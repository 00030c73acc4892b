//! Fields removed here that reappear at another depth (`change-classification` 4.6).

use crate::evolution::avro::changes::case;
use crate::evolution::{Bump, ChangeClass, ChangeKind, ClassOf};

pub(in crate::evolution) static RELOCATED: ChangeKind = ChangeKind {
    id: "field-relocated",
    summary: "a field moved to another level of nesting",
    class: ClassOf::Always(ChangeClass::MajorBumpRequired),
    bump: Bump::Major,
    backward: "only if defaults fill the gap",
    forward: "only if defaults fill the gap",
    why: "Avro does not follow a field to another record: a new reader looks for it in the new place, where older records have nothing. Whoever reads the old path, in a view or in code, finds it empty or gone. Nothing is lost, though, which is why a new major version may do it where a plain removal may not.",
    fix: "keep the field where it is and add the new place beside it, or declare the next major version",
    example: Some(case!("moves/two_fields_into_a_nested_record")),
};
