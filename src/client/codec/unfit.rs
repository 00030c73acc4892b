//! Where a value does not fit a schema: the `apache-avro` crate says that it does not, and neither where nor why.

use crate::schema::avro::AvroSchema;
use crate::schema::avro::model::{Node, NodeId, Primitive, Record};
use apache_avro::types::{Value, ValueKind};
use std::fmt;

/// Where a value does not fit a schema, and why not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unfit {
    /// Where in the record: `lines[3].price`, `labels{colour}`; `$` for the record as a whole.
    pub path: String,
    /// What is wrong there.
    pub reason: String,
}

impl fmt::Display for Unfit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.path, self.reason)
    }
}

/// A part of a value, and what it is to be.
struct Part<'a> {
    path: String,
    /// `None` of a field that is missing.
    value: Option<&'a Value>,
    node: NodeId,
}

/// The first part of `value`, in the order of the schema, that cannot be what `schema` wants; `None` where all of them can.
pub(super) fn of(schema: &AvroSchema, value: &Value) -> Option<Unfit> {
    let mut open = vec![Part { path: String::new(), value: Some(value), node: schema.root() }];
    while let Some(part) = open.pop() {
        match parts(schema, &part) {
            Ok(mut inner) => {
                inner.reverse(); // the first one is looked at first
                open.append(&mut inner);
            }
            Err(Unfit { path, reason }) => {
                let path = if path.is_empty() { "$".to_owned() } else { path };
                return Some(Unfit { path, reason });
            }
        }
    }
    None
}

fn parts<'a>(schema: &AvroSchema, part: &Part<'a>) -> Result<Vec<Part<'a>>, Unfit> {
    let unfit = |reason: String| Err(Unfit { path: part.path.clone(), reason });
    let path = &part.path;
    let Some(value) = part.value else { return unfit("the field is missing".to_owned()) };
    match (schema.node(part.node), value) {
        (Node::Union(union), value) => {
            let branches = schema.union(union).branches();
            let (node, value) = match value {
                Value::Union(at, inner) => match branches.get(*at as usize) {
                    Some(node) => (*node, &**inner),
                    None => return unfit(format!("the union has no branch {at}, but {} branches", branches.len())),
                },
                value => match branches.iter().find(|node| could_be(schema, **node, value)) {
                    Some(node) => (*node, value),
                    None => return unfit(format!("no branch of the union takes {}", name_of(value))),
                },
            };
            Ok(vec![Part { path: path.clone(), value: Some(value), node }])
        }
        (Node::Record(record), Value::Record(fields)) => fields_of(schema.record(record), fields, path),
        (Node::Array(node), Value::Array(items)) => {
            let item = |(at, value)| Part { path: format!("{path}[{at}]"), value: Some(value), node };
            Ok(items.iter().enumerate().map(item).collect())
        }
        (Node::Map(node), Value::Map(entries)) => {
            let mut entries: Vec<_> = entries.iter().collect();
            entries.sort_by_key(|(key, _)| *key);
            Ok(entries
                .into_iter()
                .map(|(key, value)| Part { path: format!("{path}{{{key}}}"), value: Some(value), node })
                .collect())
        }
        (Node::Enum(wanted), Value::Enum(_, symbol) | Value::String(symbol)) => {
            let wanted = schema.enumeration(wanted);
            match wanted.contains(symbol) {
                true => Ok(Vec::new()),
                false => unfit(format!("{symbol} is no symbol of {}", wanted.name().full())),
            }
        }
        (Node::Fixed(wanted), Value::Fixed(_, bytes) | Value::Bytes(bytes)) => {
            let wanted = schema.fixed(wanted);
            match bytes.len() == wanted.size() as usize {
                true => Ok(Vec::new()),
                false => unfit(format!("{} has {} bytes, not {}", wanted.name().full(), wanted.size(), bytes.len())),
            }
        }
        (_, value) if could_be(schema, part.node, value) => Ok(Vec::new()),
        (_, value) => {
            let wanted = schema.kind(part.node).to_string().to_ascii_lowercase();
            unfit(format!("{wanted} is wanted, not {}", name_of(value)))
        }
    }
}

/// The fields of a record, those that are missing included.
fn fields_of<'a>(wanted: &Record, fields: &'a [(String, Value)], path: &str) -> Result<Vec<Part<'a>>, Unfit> {
    let is_known = |name: &str| wanted.fields().iter().any(|field| field.name() == name);
    if let Some((name, _)) = fields.iter().find(|(name, _)| !is_known(name)) {
        return Err(Unfit { path: path.to_owned(), reason: format!("{} has no field {name}", wanted.name().full()) });
    }
    let mut inner = Vec::with_capacity(wanted.fields().len());
    for field in wanted.fields() {
        let value = fields.iter().find(|(name, _)| name == field.name()).map(|(_, value)| value);
        if value.is_some() || field.default().is_none() {
            let at = if path.is_empty() { field.name().to_owned() } else { format!("{path}.{}", field.name()) };
            inner.push(Part { path: at, value, node: field.node() });
        }
    }
    Ok(inner)
}

/// Whether `value` is of a kind that can stand for the type, whatever lies within.
pub(super) fn could_be(schema: &AvroSchema, node: NodeId, value: &Value) -> bool {
    use ValueKind as V;
    let kind = ValueKind::from(value);
    match schema.node(node) {
        Node::Primitive(Primitive::Null) => kind == V::Null,
        Node::Primitive(Primitive::Boolean) => kind == V::Boolean,
        Node::Primitive(Primitive::Int) => matches!(kind, V::Int | V::Date | V::TimeMillis),
        Node::Primitive(Primitive::Long) => matches!(
            kind,
            V::Int
                | V::Long
                | V::TimeMicros
                | V::TimestampMillis
                | V::TimestampMicros
                | V::TimestampNanos
                | V::LocalTimestampMillis
                | V::LocalTimestampMicros
                | V::LocalTimestampNanos
        ),
        Node::Primitive(Primitive::Float) => kind == V::Float,
        Node::Primitive(Primitive::Double) => matches!(kind, V::Float | V::Double),
        Node::Primitive(Primitive::Bytes) => matches!(kind, V::Bytes | V::Decimal | V::BigDecimal | V::Uuid),
        Node::Primitive(Primitive::String) => matches!(kind, V::String | V::Uuid),
        Node::Fixed(_) => matches!(kind, V::Fixed | V::Bytes | V::Decimal | V::Duration | V::Uuid),
        Node::Enum(wanted) => match value {
            Value::Enum(_, symbol) | Value::String(symbol) => schema.enumeration(wanted).contains(symbol),
            _ => false,
        },
        Node::Array(_) => kind == V::Array,
        Node::Map(_) => kind == V::Map,
        Node::Record(_) => matches!(kind, V::Record),
        Node::Union(_) => true,
    }
}

/// The word for a value's kind, as schemas spell it where they do.
pub(super) fn name_of(value: &Value) -> String {
    format!("{:?}", ValueKind::from(value)).to_ascii_lowercase()
}
