//! Every kind of change there is, in the order of `change-classification` 5. An id is a promise: none is ever renumbered
//! or used again.

use super::ChangeKind;
use super::avro::changes::{
    aliases, bytes_string, decimal, descriptions, enum_default, enum_symbols, field_added, field_default, field_order,
    field_removed, field_renamed, fixed_size, logical_type, names, nullability, numeric, type_replaced, union_branches,
    union_form,
};
use super::avro::moves;
use super::schema_type;

/// All kinds of change, in the specification's order.
pub static ALL: [&ChangeKind; 51] = [
    // Descriptive changes.
    &descriptions::DOC,
    &descriptions::PROPERTY,
    &descriptions::TAG_ADDED,
    &descriptions::TAG_REMOVED,
    &field_order::REORDERED,
    &field_order::SORT_ORDER,
    &enum_symbols::REORDERED,
    &union_form::REORDERED,
    &union_form::OF_ONE,
    &aliases::ADDED,
    // Fields.
    &field_added::OPTIONAL,
    &field_added::WITH_DEFAULT,
    &field_added::WITHOUT_DEFAULT,
    &field_removed::REMOVED,
    &field_renamed::RENAMED,
    &moves::RELOCATED,
    &field_default::ADDED,
    &field_default::CHANGED,
    &field_default::REMOVED,
    &aliases::REMOVED,
    &aliases::COLLISION,
    // Types.
    &numeric::WIDENED,
    &numeric::WIDENED_LOSSY,
    &numeric::NARROWED,
    &bytes_string::SWAPPED,
    &type_replaced::REQUIRED,
    &type_replaced::OPTIONAL,
    &fixed_size::CHANGED,
    &logical_type::CHANGED,
    &logical_type::ADDED,
    &logical_type::REMOVED,
    &decimal::PRECISION_INCREASED,
    &decimal::PRECISION_DECREASED,
    &decimal::SCALE_CHANGED,
    // Nullability and unions.
    &nullability::NULLABLE,
    &nullability::REQUIRED,
    &union_branches::ADDED,
    &union_branches::REMOVED,
    // Enums.
    &enum_symbols::ADDED,
    &enum_symbols::REMOVED,
    &enum_default::ADDED,
    &enum_default::CHANGED,
    &enum_default::REMOVED,
    // Names, events, the schema as a whole.
    &names::EVENT_RENAMED,
    &names::EVENT_NAMESPACE,
    &names::TYPE_RENAMED,
    &names::TYPE_NAMESPACE,
    &union_branches::EVENT_ADDED,
    &union_branches::EVENT_REMOVED,
    &type_replaced::ROOT,
    &schema_type::CHANGED,
];

/// The kind with this id; the spelling is case-sensitive.
pub fn find(id: &str) -> Option<&'static ChangeKind> {
    ALL.into_iter().find(|kind| kind.id == id)
}
