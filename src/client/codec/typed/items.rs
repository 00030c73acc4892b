//! Sequences and tuples: an array, the bytes of bytes or a fixed, or a record whose fields are given in their order.

use super::given::Given;
use super::members::Fields;
use super::place::{Ground, Place, Wants, long};
use super::{Written, Wrong, wrong};
use crate::schema::avro::model::{Node, Primitive};
use serde::Serialize;
use serde::ser::{SerializeSeq, SerializeTuple, SerializeTupleStruct, SerializeTupleVariant};

/// What is written item by item.
pub(super) enum Items<'a, 'o> {
    /// An array, or bytes.
    List(List<'a, 'o>),
    /// The fields of a record, and how many were given.
    Record(Fields<'a, 'o>, usize),
}

/// Items one behind the other.
pub(super) struct List<'a, 'o> {
    ground: Ground<'a>,
    out: &'o mut Vec<u8>,
    depth: usize,
    item: Wants,
    /// Where the first one begins.
    start: usize,
    count: usize,
    /// How many of them are announced in what is written.
    announced: usize,
    /// How many there have to be, where the schema says so.
    size: Option<usize>,
}

impl<'a, 'o> Items<'a, 'o> {
    /// Begins what takes `given`, which has `len` items if that is known.
    pub(super) fn begin(mut place: Place<'a, 'o>, given: &Given<'_>, len: Option<usize>) -> Result<Self, Wrong> {
        let node = place.settle(given)?;
        let schema = place.ground.schema;
        let (item, size) = match schema.node(node) {
            Node::Array(item) => (Wants::Type(item), None),
            Node::Primitive(Primitive::Bytes) => (Wants::Byte, None),
            Node::Fixed(id) => (Wants::Byte, Some(schema.fixed(id).size() as usize)),
            Node::Record(id) => return Ok(Self::Record(Fields::begin(place, id), 0)),
            _ => return Err(place.unwanted(given)),
        };
        let Place { ground, out, depth, .. } = place;
        let announced = if size.is_none() { len.unwrap_or(0) } else { 0 };
        if announced > 0 {
            long(out, announced as i64);
        }
        let start = out.len();
        Ok(Self::List(List { ground, out, depth, item, start, count: 0, announced, size }))
    }

    fn item<T: Serialize + ?Sized>(&mut self, value: &T) -> Written {
        match self {
            Self::Record(fields, next) => {
                fields.field(*next, value)?;
                *next += 1;
            }
            Self::List(list) => {
                let place = Place::inner(list.ground, list.item, list.out, list.depth);
                value.serialize(place).map_err(|wrong| wrong.within(|| format!("[{}]", list.count)))?;
                list.count += 1;
            }
        }
        Ok(())
    }

    fn finish(self) -> Written {
        match self {
            Self::Record(fields, _) => fields.end(),
            Self::List(list) => list.end(),
        }
    }
}

impl List<'_, '_> {
    fn end(self) -> Written {
        let Self { out, item, start, count, announced, size, .. } = self;
        if let Some(size) = size {
            return match count == size {
                true => Ok(()),
                false => Err(wrong(format!("{size} bytes are wanted, not {count}"))),
            };
        }
        let is_array = matches!(item, Wants::Type(_));
        if announced != count || (count == 0 && !is_array) {
            // A type that did not know how many there are, or was wrong about it.
            let mut number = Vec::new();
            let mut before = Vec::new();
            if announced > 0 {
                long(&mut before, announced as i64);
            }
            if count > 0 || !is_array {
                long(&mut number, count as i64);
            }
            out.splice(start - before.len()..start, number);
        }
        if is_array {
            out.push(0);
        }
        Ok(())
    }
}

/// The traits of serde for what comes item by item: all of them mean the same here.
macro_rules! item_by_item {
    ($($of:ident $item:ident),*) => {$(
        impl $of for Items<'_, '_> {
            type Ok = ();
            type Error = Wrong;

            fn $item<T: Serialize + ?Sized>(&mut self, value: &T) -> Written {
                self.item(value)
            }

            fn end(self) -> Written {
                self.finish()
            }
        }
    )*};
}

item_by_item!(
    SerializeSeq serialize_element,
    SerializeTuple serialize_element,
    SerializeTupleStruct serialize_field,
    SerializeTupleVariant serialize_field
);
