//! The order in which a record lists its fields, and the order in which a field sorts.

use crate::evolution::avro::changes::case;
use crate::evolution::{Bump, ChangeClass, ChangeKind, ClassOf};

pub(in crate::evolution) static REORDERED: ChangeKind = ChangeKind {
    id: "fields-reordered",
    summary: "surviving fields stand in another order",
    class: ClassOf::Always(ChangeClass::Allowed),
    bump: Bump::Patch,
    backward: "yes",
    forward: "yes",
    why: "Avro matches fields by name, so every reader still finds every value. Who addresses columns by position is hurt: `SELECT *` into a fixed list, loaders that copy by column number, generated constructors with positional arguments.",
    fix: "keep the old order and add new fields at the end where a loader depends on positions",
    example: Some(case!("field_order/fields_shuffled")),
};

pub(in crate::evolution) static SORT_ORDER: ChangeKind = ChangeKind {
    id: "field-sort-order-changed",
    summary: "the `order` attribute of a field changed",
    class: ClassOf::Always(ChangeClass::Allowed),
    bump: Bump::Patch,
    backward: "yes",
    forward: "yes",
    why: "`order` says how Avro's own comparison sorts records; it changes no value. Only a job that sorts or merges encoded records by that comparison sees another sequence.",
    fix: "keep the old `order` if sorted files of both versions are merged",
    example: Some(case!("field_order/sort_order_changed")),
};
