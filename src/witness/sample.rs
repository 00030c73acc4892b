//! The smallest values of types without parts: valid for their logical type, and such that a decoder which takes a
//! liberty (a long that happens to fit an int) still does not get what was written.

use crate::schema::avro::AvroSchema;
use crate::schema::avro::model::{Node, NodeId, Primitive};

/// A value of a type without parts.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Sample {
    Null,
    False,
    Int(i64),
    Float(f32),
    Double(f64),
    Bytes(&'static [u8]),
    String(&'static str),
    /// A fixed of this many bytes, all alike.
    Fixed(u32, u8),
    /// A symbol, by position.
    Symbol(usize),
}

/// The first long that no int holds.
const BEYOND_INT: i64 = 1 << 31;

impl Sample {
    /// How many bytes it takes in Avro's binary encoding.
    pub(super) fn cost(&self) -> u64 {
        match self {
            Self::Null => 0,
            Self::False => 1,
            Self::Int(number) => long_cost(*number),
            Self::Float(_) => 4,
            Self::Double(_) => 8,
            Self::Bytes(bytes) => 1 + bytes.len() as u64,
            Self::String(text) => 1 + text.len() as u64,
            Self::Fixed(size, _) => u64::from(*size),
            Self::Symbol(position) => long_cost(*position as i64),
        }
    }

    /// The smallest value of the primitive type at `node` that none of `readers`, which all have another type, could
    /// take for one of theirs.
    pub(super) fn primitive(writer: &AvroSchema, node: NodeId, primitive: Primitive, readers: Readers<'_>) -> Self {
        let is_read_whole = || readers.has(Primitive::Int) || readers.has(Primitive::Long);
        let logical = writer.logical_type(node).map(|logical| logical.name);
        match primitive {
            Primitive::Null => Self::Null,
            Primitive::Boolean => Self::False,
            Primitive::Long if readers.has(Primitive::Int) => Self::Int(BEYOND_INT),
            Primitive::Int | Primitive::Long => Self::Int(0),
            Primitive::Float if is_read_whole() => Self::Float(0.5),
            Primitive::Float => Self::Float(0.0),
            Primitive::Double if readers.has(Primitive::Float) => Self::Double(0.1),
            Primitive::Double if is_read_whole() => Self::Double(0.5),
            Primitive::Double => Self::Double(0.0),
            // Java makes no number out of no bytes.
            Primitive::Bytes if logical == Some("decimal") => Self::Bytes(&[0]),
            // A length and that many bytes of the number, then the scale.
            Primitive::Bytes if logical == Some("big-decimal") => Self::Bytes(&[2, 0, 0]),
            Primitive::Bytes if readers.has_empty_fixed() => Self::Bytes(&[0]),
            Primitive::Bytes => Self::Bytes(&[]),
            Primitive::String if logical == Some("uuid") => Self::String("00000000-0000-0000-0000-000000000000"),
            Primitive::String => Self::String(""),
        }
    }

    /// A fixed: of zeros, or of bytes that no text has where a reader wants one.
    pub(super) fn fixed(size: u32, readers: Readers<'_>) -> Self {
        Self::Fixed(size, if readers.has(Primitive::String) { 0xff } else { 0 })
    }
}

/// The types with which a value might be read.
#[derive(Clone, Copy, Debug)]
pub(super) struct Readers<'a> {
    pub(super) schema: &'a AvroSchema,
    pub(super) nodes: &'a [NodeId],
}

impl Readers<'_> {
    fn has(self, primitive: Primitive) -> bool {
        self.nodes.iter().any(|node| self.schema.node(*node) == Node::Primitive(primitive))
    }

    fn has_empty_fixed(self) -> bool {
        self.nodes.iter().any(|node| match self.schema.node(*node) {
            Node::Fixed(id) => self.schema.fixed(id).size() == 0,
            _ => false,
        })
    }
}

/// How many bytes a number takes.
pub(super) fn long_cost(number: i64) -> u64 {
    let mut zigzag = ((number << 1) ^ (number >> 63)) as u64;
    let mut bytes = 1;
    while zigzag > 0x7f {
        (zigzag, bytes) = (zigzag >> 7, bytes + 1);
    }
    bytes
}
