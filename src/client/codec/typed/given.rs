//! What a type gives to be written, and how well each type of a schema would take it.

use super::super::super::schema::Guid;
use crate::schema::avro::AvroSchema;
use crate::schema::avro::model::{Node, NodeId, Primitive, RecordId, TypeName, name_hash};
use std::fmt;

/// A value, or what a container of values is.
#[derive(Clone, Copy)]
pub(super) enum Given<'v> {
    Null,
    Boolean(bool),
    Integer(Integer<'v>),
    Float(f32),
    Double(f64),
    Text(&'v str),
    Bytes(&'v [u8]),
    /// A variant without fields, of an enum.
    Symbol {
        of: &'v str,
        symbol: &'v str,
    },
    /// A struct without fields.
    Nothing {
        name: &'v str,
    },
    /// Fields by name.
    Struct {
        name: &'v str,
    },
    /// Entries by key, or the fields of a flattened struct.
    Entries,
    Sequence,
    /// So many, of a type with a name if it has one.
    Tuple {
        name: Option<&'v str>,
        len: usize,
    },
}

/// A whole number.
#[derive(Clone, Copy)]
pub(super) struct Integer<'v> {
    /// `None` beyond 127 bits.
    pub(super) value: Option<i128>,
    /// Whether its Rust type is one that a `long` is written for.
    pub(super) is_wide: bool,
    /// The fixed that the `apache-avro` crate makes of types that no `long` holds, and the bytes in it.
    pub(super) fixed: Option<(&'static str, &'v [u8])>,
}

impl Integer<'_> {
    pub(super) fn as_int(self) -> Option<i32> {
        self.value.and_then(|value| i32::try_from(value).ok())
    }

    pub(super) fn as_long(self) -> Option<i64> {
        self.value.and_then(|value| i64::try_from(value).ok())
    }
}

impl Given<'_> {
    /// How well a type of `schema` that is no union takes it: the smaller the better. `None`: not at all.
    pub(super) fn rank(&self, schema: &AvroSchema, node: NodeId) -> Option<u8> {
        let rank = |takes: bool, rank: u8| takes.then_some(rank);
        match (schema.node(node), self) {
            (Node::Primitive(primitive), given) => given.rank_of_primitive(schema, node, primitive),
            (Node::Enum(id), Self::Text(symbol)) => rank(schema.enumeration(id).contains(symbol), 1),
            (Node::Enum(id), Self::Symbol { of, symbol }) => {
                let wanted = schema.enumeration(id);
                rank(wanted.contains(symbol), u8::from(!is_called(wanted.name(), of)))
            }
            (Node::Fixed(id), Self::Integer(Integer { fixed: Some((name, bytes)), .. })) => {
                let wanted = schema.fixed(id);
                rank(wanted.name().full() == *name && wanted.size() as usize == bytes.len(), 0)
            }
            (Node::Fixed(id), Self::Bytes(bytes)) => {
                let size = schema.fixed(id).size() as usize;
                rank(size == bytes.len() || (is_decimal(schema, node) && bytes.len() < size), 1)
            }
            (Node::Fixed(id), Self::Text(text)) => {
                rank(schema.fixed(id).size() == 16 && is_uuid(schema, node) && Guid::read(text).is_some(), 2)
            }
            (Node::Fixed(id), Self::Tuple { len, .. }) => rank(schema.fixed(id).size() as usize == *len, 3),
            (Node::Fixed(_), Self::Sequence) => Some(3),
            (Node::Array(_), Self::Sequence) => Some(0),
            (Node::Array(_), Self::Tuple { .. }) => Some(1),
            (Node::Map(_), Self::Entries) => Some(0),
            (Node::Map(_), Self::Struct { .. }) => Some(2),
            (Node::Record(id), given) => given.rank_of_record(schema, id),
            _ => None,
        }
    }

    fn rank_of_primitive(&self, schema: &AvroSchema, node: NodeId, primitive: Primitive) -> Option<u8> {
        let rank = |takes: bool, rank: u8| takes.then_some(rank);
        match (primitive, self) {
            (Primitive::Null, Self::Null | Self::Nothing { .. }) => Some(1),
            (Primitive::Boolean, Self::Boolean(_)) | (Primitive::Float, Self::Float(_)) => Some(0),
            (Primitive::Int, Self::Integer(number)) => rank(number.as_int().is_some(), 1 + u8::from(number.is_wide)),
            (Primitive::Long, Self::Integer(number)) => rank(number.as_long().is_some(), 2 - u8::from(number.is_wide)),
            (Primitive::Double, Self::Float(_)) => Some(1),
            (Primitive::Double, Self::Double(_)) | (Primitive::String, Self::Text(_)) => Some(0),
            (Primitive::String, Self::Symbol { .. }) => Some(3),
            (Primitive::Bytes, Self::Bytes(_)) => Some(0),
            (Primitive::Bytes, Self::Text(text)) => rank(is_uuid(schema, node) && Guid::read(text).is_some(), 2),
            (Primitive::Bytes, Self::Sequence) => Some(2),
            (Primitive::Bytes, Self::Tuple { .. }) => Some(4),
            _ => None,
        }
    }

    fn rank_of_record(&self, schema: &AvroSchema, id: RecordId) -> Option<u8> {
        let record = schema.record(id);
        let is_of_defaults = || record.fields().iter().all(|field| field.default().is_some());
        match self {
            Self::Struct { name } => Some(u8::from(!is_called(record.name(), name))),
            Self::Entries => Some(1),
            Self::Nothing { name } => (is_called(record.name(), name) && is_of_defaults()).then_some(0),
            Self::Symbol { symbol, .. } => (is_called(record.name(), symbol) && is_of_defaults()).then_some(2),
            Self::Tuple { name, len } if record.fields().len() == *len => {
                Some(if name.is_some_and(|name| is_called(record.name(), name)) { 0 } else { 2 })
            }
            _ => None,
        }
    }
}

/// Whether a type of a schema goes by this name.
pub(super) fn is_called(name: &TypeName, by: &str) -> bool {
    name.simple() == by || name.full() == by
}

pub(super) fn is_decimal(schema: &AvroSchema, node: NodeId) -> bool {
    schema.logical_type(node).is_some_and(|logical| logical.name == "decimal")
}

fn is_uuid(schema: &AvroSchema, node: NodeId) -> bool {
    schema.logical_type(node).is_some_and(|logical| logical.name == "uuid")
}

/// Where a record has the field called `name`.
pub(super) fn position_of(schema: &AvroSchema, record: RecordId, name: &str) -> Option<usize> {
    schema.record(record).position_of(name, name_hash(name))
}

impl fmt::Display for Given<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Null => f.write_str("null"),
            Self::Boolean(_) => f.write_str("boolean"),
            Self::Integer(Integer { value: Some(value), is_wide, .. }) => match i64::try_from(*value) {
                Err(_) => write!(f, "{value}"),
                Ok(_) if *is_wide => f.write_str("long"),
                Ok(_) => f.write_str("int"),
            },
            Self::Integer(_) => f.write_str("a number of more than 127 bits"),
            Self::Float(_) => f.write_str("float"),
            Self::Double(_) => f.write_str("double"),
            Self::Text(_) => f.write_str("string"),
            Self::Bytes(bytes) => write!(f, "{} bytes", bytes.len()),
            Self::Symbol { symbol, .. } => write!(f, "the variant {symbol}"),
            Self::Nothing { name } => write!(f, "the empty struct {name}"),
            Self::Struct { name } => write!(f, "the struct {name}"),
            Self::Entries => f.write_str("a map"),
            Self::Sequence => f.write_str("a sequence"),
            Self::Tuple { len, .. } => write!(f, "a tuple of {len}"),
        }
    }
}
