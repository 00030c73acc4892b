//! A record lost a field.

use crate::evolution::avro::changes::case;
use crate::evolution::{Bump, ChangeClass, ChangeKind, ClassOf};

pub(in crate::evolution) static REMOVED: ChangeKind = ChangeKind {
    id: "field-removed",
    summary: "a field was removed",
    class: ClassOf::Always(ChangeClass::Forbidden),
    bump: Bump::Major,
    backward: "yes",
    forward: "if the old field has a default",
    why: "SQL views, warehouse models and dashboards address the column by its name and break, at the latest when they are next built. Consumers that still read with the old schema fail if the field has no default; if it has one they do worse: they read the default for every new record and nobody notices.",
    fix: "keep the field. Stop filling it if you must (null or a default says so), mark it as deprecated in its documentation, and drop it under a new subject",
    example: Some(case!("field_removed/required_without_default")),
};
