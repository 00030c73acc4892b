//! How types, defaults and fields are spelled in details, messages and remedies. Everything is cut at a length that a
//! person reads.

use crate::schema::avro::json::Json;
use crate::schema::avro::model::{Field, Kind, Node, NodeId, Order, Primitive, TypeName};
use crate::schema::avro::{AvroSchema, text_of};

/// How deep a type is spelled out.
const DEPTH_MAX: usize = 8;

/// How many branches of a union are spelled out.
const BRANCHES_MAX: usize = 16;

/// Bytes of a default or definition that are shown.
const TEXT_MAX: usize = 400;

/// The short notation of a type: `array<string>`, `[null,string]`, `bytes(decimal)`, full names.
pub(super) fn notation(schema: &AvroSchema, node: NodeId) -> String {
    let mut text = String::new();
    write_notation(&mut text, schema, node, 0);
    text
}

fn write_notation(text: &mut String, schema: &AvroSchema, node: NodeId, depth: usize) {
    if depth > DEPTH_MAX {
        return text.push('…');
    }
    match schema.node(node) {
        Node::Primitive(primitive) => {
            text.push_str(primitive.word());
            if let Some(logical) = super::changes::logical_type::known(schema, node) {
                text.push('(');
                text.push_str(logical.name);
                text.push(')');
            }
        }
        Node::Array(items) => {
            text.push_str("array<");
            write_notation(text, schema, items, depth + 1);
            text.push('>');
        }
        Node::Map(values) => {
            text.push_str("map<");
            write_notation(text, schema, values, depth + 1);
            text.push('>');
        }
        Node::Union(id) => {
            let branches = schema.union(id).branches();
            text.push('[');
            for (at, branch) in branches.iter().take(BRANCHES_MAX).enumerate() {
                if at > 0 {
                    text.push(',');
                }
                write_notation(text, schema, *branch, depth + 1);
            }
            if branches.len() > BRANCHES_MAX {
                text.push_str(",…");
            }
            text.push(']');
        }
        Node::Record(_) | Node::Enum(_) | Node::Fixed(_) => text.push_str(simple_or_full(schema, node, true)),
    }
}

/// The simple name of a named type; of another one the word for its kind.
pub(super) fn name(schema: &AvroSchema, node: NodeId) -> &str {
    simple_or_full(schema, node, false)
}

fn simple_or_full(schema: &AvroSchema, node: NodeId, full: bool) -> &str {
    match schema.names_of(node) {
        Some((name, _)) if full => name.full(),
        Some((name, _)) => name.simple(),
        None => schema.kind(node).word(),
    }
}

/// A JSON value as a schema's text has it, the keys of objects sorted: their order means nothing.
pub(super) fn json(value: &Json) -> String {
    cut(with_sorted_keys(value).to_string())
}

/// As deep as the parser lets a text nest, and no deeper.
fn with_sorted_keys(value: &Json) -> Json {
    match value {
        Json::Array(items) => Json::Array(items.iter().map(with_sorted_keys).collect()),
        Json::Object(members) => {
            let mut members: Vec<(Box<str>, Json)> =
                members.iter().map(|(key, value)| (key.clone(), with_sorted_keys(value))).collect();
            members.sort_by(|(left, _), (right, _)| left.cmp(right));
            Json::Object(members.into())
        }
        other => other.clone(),
    }
}

/// A string as JSON.
pub(super) fn quoted(text: &str) -> String {
    json(&Json::String(text.into()))
}

/// A field as it would stand in a schema's text, whole: to put back less of it would be a change as well. A type whose
/// name `is_known` there is named, any other written out. None where that is more than a person reads.
pub(super) fn field_object(schema: &AvroSchema, field: &Field, is_known: &dyn Fn(&TypeName) -> bool) -> Option<String> {
    let of = type_json(schema, field.node(), is_known, 0)?;
    let mut text = format!("{{\"name\": {}, \"type\": {of}", quoted(field.name()));
    if let Some(default) = field.default() {
        text.push_str(&format!(", \"default\": {default}"));
    }
    if let Some(doc) = field.doc() {
        text.push_str(&format!(", \"doc\": {}", Json::String(doc.into())));
    }
    if !field.aliases().is_empty() {
        let aliases = field.aliases().iter().map(|(alias, _)| Json::String(alias.clone())).collect();
        text.push_str(&format!(", \"aliases\": {}", Json::Array(aliases)));
    }
    if field.order() != Order::Ascending {
        text.push_str(&format!(", \"order\": \"{}\"", super::changes::field_order::word(field.order())));
    }
    for (key, value) in field.attributes() {
        text.push_str(&format!(", {}: {value}", Json::String(key.clone())));
    }
    text.push('}');
    (text.len() <= TEXT_MAX).then_some(text)
}

/// A type as JSON, for a text in which some names are known.
fn type_json(schema: &AvroSchema, node: NodeId, is_known: &dyn Fn(&TypeName) -> bool, depth: usize) -> Option<String> {
    if depth > DEPTH_MAX {
        return None;
    }
    let part = |node: NodeId| type_json(schema, node, is_known, depth + 1);
    match schema.node(node) {
        _ if schema.names_of(node).is_some_and(|(name, _)| is_known(name)) => {
            schema.names_of(node).map(|(name, _)| quoted(name.full()))
        }
        Node::Union(id) => {
            let branches = schema.union(id).branches();
            let parts: Option<Vec<_>> = branches.iter().take(BRANCHES_MAX + 1).map(|branch| part(*branch)).collect();
            parts.filter(|parts| parts.len() <= BRANCHES_MAX).map(|parts| format!("[{}]", parts.join(", ")))
        }
        Node::Array(items) if schema.attributes(node).is_empty() => {
            Some(format!("{{\"type\": \"array\", \"items\": {}}}", part(items)?))
        }
        Node::Map(values) if schema.attributes(node).is_empty() => {
            Some(format!("{{\"type\": \"map\", \"values\": {}}}", part(values)?))
        }
        // Written out with all they use, which can be most of the schema.
        Node::Record(_) | Node::Array(_) | Node::Map(_) => None,
        Node::Primitive(_) | Node::Enum(_) | Node::Fixed(_) => Some(text_of(schema, node)),
    }
}

/// A default that the type at `node` would take and that says as little as possible.
pub(super) fn plain_default(schema: &AvroSchema, node: NodeId) -> Option<String> {
    match schema.node(node) {
        Node::Union(id) => {
            let branches = schema.union(id).branches();
            let is_null = |branch: &NodeId| schema.kind(*branch) == Kind::Primitive(Primitive::Null);
            if branches.iter().any(is_null) {
                return Some("null".to_owned());
            }
            // A default may belong to any branch, but older releases of Avro take only the first.
            branches.first().and_then(|first| plain_default(schema, *first))
        }
        Node::Primitive(primitive) => Some(
            match primitive {
                Primitive::Null => "null",
                Primitive::Boolean => "false",
                Primitive::Int | Primitive::Long => "0",
                Primitive::Float | Primitive::Double => "0.0",
                Primitive::Bytes | Primitive::String => "\"\"",
            }
            .to_owned(),
        ),
        Node::Array(_) => Some("[]".to_owned()),
        Node::Map(_) => Some("{}".to_owned()),
        Node::Enum(id) => {
            let enumeration = schema.enumeration(id);
            enumeration.default().or(enumeration.symbols().first().map(|symbol| &**symbol)).map(quoted)
        }
        Node::Record(id) => {
            let fields = schema.record(id).fields();
            fields.iter().all(|field| field.default().is_some()).then(|| "{}".to_owned())
        }
        Node::Fixed(_) => None,
    }
}

/// Whether what [`json`] shows is not the whole value.
pub(super) fn is_cut(shown: &str) -> bool {
    shown.len() > TEXT_MAX
}

fn cut(mut text: String) -> String {
    if text.len() > TEXT_MAX {
        let end = (0..=TEXT_MAX).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0);
        text.truncate(end);
        text.push('…');
    }
    text
}
