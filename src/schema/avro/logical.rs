//! Which logical types are valid where (`avro-compatibility` 1.7). An invalid one is no error, only attributes.

use super::json::Json;
use super::model::{Attributes, AvroSchema, Field, Kind, Node, NodeId, Primitive};

/// Attributes that tie a type to a Java class; beside one of them no logical type is valid.
const JAVA_CLASSES: [&str; 4] = ["avro.java.string", "java-class", "java-key-class", "java-element-class"];

/// A valid logical type.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Logical<'a> {
    /// As the schema names it.
    pub name: &'a str,
    /// Precision and scale, of a decimal.
    pub decimal: Option<(i32, i32)>,
}

/// The logical type of the type at `node`, if it has a valid one.
pub(super) fn of(model: &AvroSchema, node: NodeId) -> Option<Logical<'_>> {
    let attributes = model.attributes(node);
    let name = named(attributes)?;
    let kind = model.kind(node);
    let is = |primitive| kind == Kind::Primitive(primitive);
    let fixed_size = match model.node(node) {
        Node::Fixed(id) => Some(model.fixed(id).size()),
        _ => None,
    };
    if name == "decimal" {
        let decimal = decimal(attributes, is(Primitive::Bytes), fixed_size)?;
        return Some(Logical { name, decimal: Some(decimal) });
    }
    let is_valid = match name {
        "big-decimal" => is(Primitive::Bytes),
        "uuid" => is(Primitive::String) || fixed_size == Some(16),
        "date" | "time-millis" => is(Primitive::Int),
        "time-micros"
        | "timestamp-millis"
        | "timestamp-micros"
        | "timestamp-nanos"
        | "local-timestamp-millis"
        | "local-timestamp-micros"
        | "local-timestamp-nanos" => is(Primitive::Long),
        "duration" => fixed_size == Some(12),
        "map" => matches!(model.node(node), Node::Array(items) if holds_key_and_value(model, items)),
        "variant" => match model.node(node) {
            Node::Record(id) => holds_metadata_and_value(model, model.record(id).fields()),
            _ => false,
        },
        _ => false,
    };
    is_valid.then_some(Logical { name, decimal: None })
}

/// Puts `logicalType` before the other attributes of an array that is a map to Confluent.
///
/// The reference copies arrays and records, and a logical type that is valid on them is copied first.
pub(super) fn move_first(model: &AvroSchema, node: Node, attributes: &mut Attributes) {
    if named(attributes) == Some("map") && matches!(node, Node::Array(items) if holds_key_and_value(model, items)) {
        to_front(attributes);
    }
}

/// The same for a record that is a variant to Confluent.
pub(super) fn move_first_of_record(model: &AvroSchema, fields: &[Field], attributes: &mut Attributes) {
    if named(attributes) == Some("variant") && holds_metadata_and_value(model, fields) {
        to_front(attributes);
    }
}

fn to_front(attributes: &mut Attributes) {
    if let Some(at) = attributes.iter().position(|(key, _)| &**key == "logicalType") {
        attributes[..=at].rotate_right(1);
    }
}

/// The name of the logical type, unless the type is tied to a Java class.
fn named(attributes: &[(Box<str>, Json)]) -> Option<&str> {
    let text = |wanted: &str| {
        attributes.iter().find_map(|(key, value)| match value {
            Json::String(text) if **key == *wanted => Some(&**text),
            _ => None,
        })
    };
    let name = text("logicalType")?;
    JAVA_CLASSES.iter().all(|class| text(class).is_none()).then_some(name)
}

/// Precision and scale of a valid decimal.
fn decimal(attributes: &[(Box<str>, Json)], on_bytes: bool, fixed_size: Option<u32>) -> Option<(i32, i32)> {
    let number = |wanted: &str| {
        attributes.iter().find(|(key, _)| **key == *wanted).map(|(_, value)| match value {
            Json::Integer(integer) => i32::try_from(*integer).ok(),
            _ => None,
        })
    };
    let precision = number("precision")??;
    let scale = number("scale").unwrap_or(Some(0))?;
    let precision_max = match fixed_size {
        None => on_bytes.then_some(i64::from(i32::MAX))?,
        // Java multiplies in 32 bits.
        Some(size) => {
            let bits = (size as i32).wrapping_mul(8).wrapping_sub(1);
            (std::f64::consts::LOG10_2 * f64::from(bits)).floor() as i64
        }
    };
    let is_valid = precision >= 1 && i64::from(precision) <= precision_max && (0..=precision).contains(&scale);
    is_valid.then_some((precision, scale))
}

fn holds_key_and_value(model: &AvroSchema, items: NodeId) -> bool {
    if super::builder::Builder::open_at(items).is_some() {
        return false;
    }
    match model.node(items) {
        Node::Record(id) => {
            matches!(model.record(id).fields(), [key, value] if key.name() == "key" && value.name() == "value")
        }
        _ => false,
    }
}

fn holds_metadata_and_value(model: &AvroSchema, fields: &[Field]) -> bool {
    let is_bytes = |field: &Field| {
        super::builder::Builder::open_at(field.node).is_none()
            && model.kind(field.node) == Kind::Primitive(Primitive::Bytes)
    };
    let has = |name: &str| fields.iter().any(|field| field.name() == name && is_bytes(field));
    fields.len() == 2 && has("metadata") && has("value")
}
