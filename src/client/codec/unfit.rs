//! Where a value does not fit a schema, and which kinds of values stand for which types.

use crate::schema::avro::AvroSchema;
use crate::schema::avro::model::{Node, NodeId, Primitive};
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
