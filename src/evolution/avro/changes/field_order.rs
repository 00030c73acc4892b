//! The order in which a record lists its fields, and the order in which a field sorts.

use crate::evolution::avro::changes::case;
use crate::evolution::avro::found::{Found, Spot, Words};
use crate::evolution::avro::pairing::{Fields, NONE};
use crate::evolution::{Bump, ChangeClass, ChangeKind, ClassOf};
use crate::schema::avro::model::{Field, Order};

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

/// Surviving fields in another order.
pub(in crate::evolution::avro) fn of_record(found: &mut Found<'_>, spot: Spot, record: &str, fields: &Fields) {
    let Fields::Paired { of_new, .. } = fields else { return };
    if of_new.iter().filter(|old| **old != NONE).is_sorted() {
        return;
    }
    let message = format!("the fields of {record} stand in another order");
    found.push(&REORDERED, spot, Words { message, ..Words::default() });
}

/// The `order` attribute of one field.
pub(in crate::evolution::avro) fn of_field(found: &mut Found<'_>, spot: Spot, old: &Field, new: &Field) {
    if old.order() == new.order() {
        return;
    }
    let (old, new) = (word(old.order()), word(new.order()));
    let message = format!("{} sorted {old} and sorts {new} now", found.called(spot));
    found.push(&SORT_ORDER, spot, Words { detail: Some(format!("{old} -> {new}")), message, ..Words::default() });
}

/// The word of schemas.
pub(in crate::evolution::avro) fn word(order: Order) -> &'static str {
    match order {
        Order::Ascending => "ascending",
        Order::Descending => "descending",
        Order::Ignore => "ignore",
    }
}
