//! When two defaults are the same: equal as values of the field's type, not as text (`change-classification` 2).
//!
//! `0` and `0.0` are one double, `0.1` and `0.10000000149` one float. A value of a union belongs to the first branch it
//! fits. A field that a record's default leaves out has that field's own default, so writing that out changes nothing.
//! Recursion follows the nesting of the default, which the parser bounds.

use super::found::Found;
use crate::evolution::TooLarge;
use crate::schema::avro::json::Json;
use crate::schema::avro::model::{Node, NodeId, Primitive, RecordId, name_hash};
use crate::schema::avro::{AvroSchema, same_json};
use std::collections::BTreeMap;

/// The members of an object.
type Members<'a> = &'a [(Box<str>, Json)];

/// Whether a default changed for a reason of its own: not if both are one value of the new type, and not if the old one
/// was legal for the old type and had to go because it is not for the new one.
pub(super) fn is_changed(
    found: &mut Found<'_>,
    (old_type, old): (NodeId, &Json),
    (new_type, new): (NodeId, &Json),
) -> Result<bool, TooLarge> {
    if same_json(old, new) {
        return Ok(false);
    }
    let schemas = found.schemas;
    if fits(found, schemas.new, new_type, old)? {
        return Ok(!is_same(found, schemas.new, new_type, (old, new), FILLS_MAX)?);
    }
    Ok(!fits(found, schemas.old, old_type, old)?)
}

/// Whether `value` is a value of the type at `node`. Stricter than the parser, which takes any text for an enum or a
/// fixed: only a symbol and only the right length mean something.
fn fits(found: &mut Found<'_>, schema: &AvroSchema, node: NodeId, value: &Json) -> Result<bool, TooLarge> {
    found.spend(1)?;
    Ok(match (schema.node(node), value) {
        (Node::Primitive(primitive), value) => fits_primitive(primitive, value),
        (Node::Enum(id), Json::String(symbol)) => schema.enumeration(id).contains(symbol),
        (Node::Fixed(id), Json::String(text)) => text.chars().count() == schema.fixed(id).size() as usize,
        (Node::Array(items), Json::Array(elements)) => {
            for element in elements {
                if !fits(found, schema, items, element)? {
                    return Ok(false);
                }
            }
            true
        }
        (Node::Map(values), Json::Object(members)) => {
            for (_, value) in members {
                if !fits(found, schema, values, value)? {
                    return Ok(false);
                }
            }
            true
        }
        (Node::Record(id), Json::Object(members)) => fits_record(found, schema, id, members)?,
        (Node::Union(_), value) => branch_of(found, schema, node, value)?.is_some(),
        (Node::Enum(_) | Node::Fixed(_) | Node::Array(_) | Node::Map(_) | Node::Record(_), _) => false,
    })
}

fn fits_primitive(primitive: Primitive, value: &Json) -> bool {
    match primitive {
        Primitive::Null => *value == Json::Null,
        Primitive::Boolean => matches!(value, Json::Bool(_)),
        Primitive::Int => matches!(value, Json::Integer(integer) if i32::try_from(*integer).is_ok()),
        Primitive::Long => matches!(value, Json::Integer(_)),
        Primitive::Float | Primitive::Double => number(value).is_some(),
        Primitive::Bytes | Primitive::String => matches!(value, Json::String(_)),
    }
}

fn fits_record(
    found: &mut Found<'_>,
    schema: &AvroSchema,
    id: RecordId,
    members: Members<'_>,
) -> Result<bool, TooLarge> {
    let fields = schema.record(id).fields();
    found.spend(fields.len() + members.len())?;
    let given = by_name(members);
    for field in fields {
        match given.get(field.name()) {
            Some(value) if !fits(found, schema, field.node(), value)? => return Ok(false),
            None if field.default().is_none() => return Ok(false),
            Some(_) | None => {}
        }
    }
    Ok(true)
}

/// The first branch of the union at `node` that `value` fits; `node` itself where it is no union.
fn branch_of(
    found: &mut Found<'_>,
    schema: &AvroSchema,
    node: NodeId,
    value: &Json,
) -> Result<Option<NodeId>, TooLarge> {
    let Node::Union(id) = schema.node(node) else { return Ok(Some(node)) };
    for branch in schema.union(id).branches() {
        if fits(found, schema, *branch, value)? {
            return Ok(Some(*branch));
        }
    }
    Ok(None)
}

/// How many defaults within defaults are looked up on the way to one value. Beyond, two defaults count as different.
const FILLS_MAX: u32 = 16;

/// Whether `left` and `right` are one value of the type at `node`.
fn is_same(
    found: &mut Found<'_>,
    schema: &AvroSchema,
    node: NodeId,
    (left, right): (&Json, &Json),
    fills: u32,
) -> Result<bool, TooLarge> {
    found.spend(1)?;
    let branch = branch_of(found, schema, node, left)?;
    if branch != branch_of(found, schema, node, right)? {
        return Ok(false);
    }
    let Some(node) = branch else { return Ok(false) };
    match (schema.node(node), left, right) {
        (Node::Primitive(primitive), left_text, right_text) => Ok(match (primitive, number(left), number(right)) {
            (Primitive::Float, Some(left), Some(right)) => {
                is_same_number(f64::from(left as f32), f64::from(right as f32))
            }
            (Primitive::Double, Some(left), Some(right)) => is_same_number(left, right),
            (_, _, _) => same_json(left_text, right_text),
        }),
        (Node::Array(items), Json::Array(left), Json::Array(right)) if left.len() == right.len() => {
            for (left, right) in left.iter().zip(right) {
                if !is_same(found, schema, items, (left, right), fills)? {
                    return Ok(false);
                }
            }
            Ok(true)
        }
        (Node::Map(values), Json::Object(left), Json::Object(right)) if left.len() == right.len() => {
            let others = by_name(right);
            for (key, left) in left {
                match others.get(&**key) {
                    Some(right) if is_same(found, schema, values, (left, right), fills)? => {}
                    Some(_) | None => return Ok(false),
                }
            }
            Ok(true)
        }
        (Node::Record(id), Json::Object(left), Json::Object(right)) => {
            is_same_record(found, schema, id, (left, right), fills)
        }
        (Node::Enum(_) | Node::Fixed(_), left, right) => Ok(left == right),
        _ => Ok(false),
    }
}

/// Field by field; a field that one side leaves out has its own default there. That default may leave out others in
/// turn, of its own record even, without an end: so `fills` counts how often more is looked up.
fn is_same_record(
    found: &mut Found<'_>,
    schema: &AvroSchema,
    id: RecordId,
    (left, right): (Members<'_>, Members<'_>),
    fills: u32,
) -> Result<bool, TooLarge> {
    found.spend(left.len() + right.len())?;
    let record = schema.record(id);
    let (by_left, by_right) = (by_name(left), by_name(right));
    let only_right = right.iter().filter(|(name, _)| !by_left.contains_key(&**name));
    for (name, _) in left.iter().chain(only_right) {
        let Some(at) = record.position_of(name, name_hash(name)) else { continue };
        let field = &record.fields()[at];
        let left = by_left.get(&**name).copied().or(field.default());
        let right = by_right.get(&**name).copied().or(field.default());
        let is_filled = !by_left.contains_key(&**name) || !by_right.contains_key(&**name);
        let Some(fills) = fills.checked_sub(u32::from(is_filled)) else { return Ok(false) };
        match (left, right) {
            (Some(left), Some(right)) if is_same(found, schema, field.node(), (left, right), fills)? => {}
            _ => return Ok(false),
        }
    }
    Ok(true)
}

fn by_name(members: Members<'_>) -> BTreeMap<&str, &Json> {
    members.iter().map(|(name, value)| (&**name, value)).collect()
}

/// `-0.0` and `0.0` are two values to Avro, which encodes and sorts them differently.
fn is_same_number(left: f64, right: f64) -> bool {
    left.to_bits() == right.to_bits() || left.is_nan() && right.is_nan()
}

/// A default of a number's type as the double it becomes.
fn number(value: &Json) -> Option<f64> {
    match value {
        Json::Integer(integer) => Some(*integer as f64),
        Json::BigInteger(digits) => digits.parse().ok(),
        Json::Double(double) => Some(*double),
        Json::String(text) => beyond_numbers(text),
        Json::Null | Json::Bool(_) | Json::Array(_) | Json::Object(_) => None,
    }
}

/// What JSON has no number for stands in a stored text as a text: `1e400` is `"Infinity"` there, as Avro Java prints it,
/// and must not count as changed when that is read again.
fn beyond_numbers(text: &str) -> Option<f64> {
    match text {
        "Infinity" => Some(f64::INFINITY),
        "-Infinity" => Some(f64::NEG_INFINITY),
        "NaN" => Some(f64::NAN),
        _ => None,
    }
}
