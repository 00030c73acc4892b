//! From a value to a type of the consumer's own, told by the schema which branch of a union it is.
//!
//! The `apache-avro` crate takes the place of that branch for the place of a variant in the Rust enum, and so makes one kind of
//! record of another. Here names decide, as where they are written.

use super::Wrong;
use super::given::is_called;
use super::variants::{Held, Variant};
use crate::schema::avro::AvroSchema;
use crate::schema::avro::model::{Node, NodeId, TypeName};
use apache_avro::types::Value;
use serde::de::value::BorrowedStrDeserializer;
use serde::de::{DeserializeSeed, Deserializer, Error as _, IntoDeserializer as _, MapAccess, SeqAccess, Visitor};
use serde::forward_to_deserialize_any;

/// A value that is to become something.
#[derive(Clone, Copy)]
pub(super) struct Reading<'de> {
    pub(super) schema: &'de AvroSchema,
    /// Its type; `None` where the value is not one of the schema, which a consumer may have made so.
    pub(super) node: Option<NodeId>,
    pub(super) value: &'de Value,
}

impl<'de> Reading<'de> {
    /// The whole value of a schema.
    pub(super) fn root(schema: &'de AvroSchema, value: &'de Value) -> Self {
        Self { schema, node: Some(schema.root()), value }
    }

    fn at(self, node: Option<NodeId>, value: &'de Value) -> Self {
        Self { node, value, ..self }
    }

    /// What a union holds, or the value itself.
    pub(super) fn inner(self) -> Self {
        let Value::Union(at, inner) = self.value else { return self };
        self.at(self.branches().get(*at as usize).copied(), inner)
    }

    /// The branches of a union.
    pub(super) fn branches(self) -> &'de [NodeId] {
        match self.node.map(|node| self.schema.node(node)) {
            Some(Node::Union(union)) => self.schema.union(union).branches(),
            _ => &[],
        }
    }

    /// The name of its type, if that has one.
    pub(super) fn name(self) -> Option<&'de TypeName> {
        self.node.and_then(|node| self.schema.names_of(node)).map(|(name, _)| name)
    }

    /// The one field of a record that the `apache-avro` crate makes of a type with one value and this name.
    pub(super) fn wrapped(self, name: &str) -> Option<Self> {
        let Value::Record(fields) = self.value else { return None };
        match fields.as_slice() {
            [(field, value)] if field == "field_0" && self.name().is_some_and(|own| is_called(own, name)) => {
                Some(self.at(self.field(0), value))
            }
            _ => None,
        }
    }

    /// The type of a record's field.
    fn field(self, at: usize) -> Option<NodeId> {
        match self.schema.node(self.node?) {
            Node::Record(record) => self.schema.record(record).fields().get(at).map(|field| field.node()),
            _ => None,
        }
    }

    /// The type of an array's items, or of a map's values.
    fn item(self) -> Option<NodeId> {
        match self.schema.node(self.node?) {
            Node::Array(item) | Node::Map(item) => Some(item),
            _ => None,
        }
    }

    /// Raw bytes, of whatever type.
    fn bytes(self) -> Option<Vec<u8>> {
        match self.inner().value {
            Value::Bytes(bytes) | Value::Fixed(_, bytes) => Some(bytes.clone()),
            Value::Decimal(decimal) => Vec::try_from(decimal).ok(),
            Value::Duration(duration) => Some(<[u8; 12]>::from(*duration).to_vec()),
            Value::Uuid(uuid) => Some(uuid.as_bytes().to_vec()),
            _ => None,
        }
    }

    fn wide<const N: usize>(self) -> Option<[u8; N]> {
        match self.inner().value {
            Value::Fixed(_, bytes) => bytes.as_slice().try_into().ok(),
            _ => None,
        }
    }

    pub(super) fn fields<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Wrong> {
        match self.inner().value {
            Value::Record(_) | Value::Map(_) => self.deserialize_any(visitor),
            _ => Err(self.unwanted("fields")),
        }
    }

    pub(super) fn items<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Wrong> {
        let inner = self.inner();
        match inner.value {
            Value::Array(_) => inner.deserialize_any(visitor),
            Value::Record(fields) => {
                let items = fields.iter().enumerate().map(|(at, (_, value))| inner.at(inner.field(at), value));
                visitor.visit_seq(Items { items, at: 0 })
            }
            _ => match inner.bytes() {
                Some(bytes) => visitor.visit_seq(bytes.into_deserializer()),
                None => Err(self.unwanted("a sequence")),
            },
        }
    }

    pub(super) fn unwanted(self, wanted: &str) -> Wrong {
        let kind = format!("{:?}", apache_avro::types::ValueKind::from(self.inner().value)).to_ascii_lowercase();
        Wrong::custom(format!("{wanted} cannot be made of {kind}"))
    }
}

impl<'de> Deserializer<'de> for Reading<'de> {
    type Error = Wrong;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Wrong> {
        match self.value {
            Value::Null => visitor.visit_unit(),
            Value::Boolean(boolean) => visitor.visit_bool(*boolean),
            Value::Int(number) | Value::Date(number) | Value::TimeMillis(number) => visitor.visit_i32(*number),
            Value::Long(number)
            | Value::TimeMicros(number)
            | Value::TimestampMillis(number)
            | Value::TimestampMicros(number)
            | Value::TimestampNanos(number)
            | Value::LocalTimestampMillis(number)
            | Value::LocalTimestampMicros(number)
            | Value::LocalTimestampNanos(number) => visitor.visit_i64(*number),
            Value::Float(number) => visitor.visit_f32(*number),
            Value::Double(number) => visitor.visit_f64(*number),
            Value::String(text) | Value::Enum(_, text) => visitor.visit_borrowed_str(text),
            Value::Uuid(uuid) => visitor.visit_string(uuid.to_string()),
            Value::BigDecimal(decimal) => visitor.visit_string(decimal.to_plain_string()),
            Value::Bytes(bytes) | Value::Fixed(_, bytes) => visitor.visit_borrowed_bytes(bytes),
            Value::Decimal(_) | Value::Duration(_) => visitor.visit_byte_buf(self.bytes().unwrap_or_default()),
            Value::Union(..) => self.inner().deserialize_any(visitor),
            Value::Array(items) => {
                let item = self.item();
                visitor.visit_seq(Items { items: items.iter().map(|value| self.at(item, value)), at: 0 })
            }
            Value::Map(entries) => {
                let item = self.item();
                let entries = entries.iter().map(|(key, value)| (key.as_str(), self.at(item, value)));
                visitor.visit_map(Entries { entries, open: None, is_map: true })
            }
            Value::Record(fields) => {
                let field = |(at, (name, value)): (usize, &'de (String, Value))| {
                    (name.as_str(), self.at(self.field(at), value))
                };
                visitor.visit_map(Entries { entries: fields.iter().enumerate().map(field), open: None, is_map: false })
            }
        }
    }

    fn deserialize_u64<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Wrong> {
        match self.wide() {
            Some(bytes) => visitor.visit_u64(u64::from_le_bytes(bytes)),
            None => self.deserialize_any(visitor),
        }
    }

    fn deserialize_i128<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Wrong> {
        match self.wide() {
            Some(bytes) => visitor.visit_i128(i128::from_le_bytes(bytes)),
            None => self.deserialize_any(visitor),
        }
    }

    fn deserialize_u128<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Wrong> {
        match self.wide() {
            Some(bytes) => visitor.visit_u128(u128::from_le_bytes(bytes)),
            None => self.deserialize_any(visitor),
        }
    }

    fn deserialize_str<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Wrong> {
        match self.inner().value {
            Value::Bytes(bytes) | Value::Fixed(_, bytes) => match std::str::from_utf8(bytes) {
                Ok(text) => visitor.visit_borrowed_str(text),
                Err(_) => Err(Wrong::custom("text cannot be made of bytes that are not UTF-8")),
            },
            _ => self.deserialize_any(visitor),
        }
    }

    fn deserialize_string<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Wrong> {
        self.deserialize_str(visitor)
    }

    fn deserialize_bytes<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Wrong> {
        match self.inner().value {
            Value::String(text) => visitor.visit_borrowed_bytes(text.as_bytes()),
            Value::Uuid(uuid) => visitor.visit_bytes(uuid.as_bytes()),
            _ => self.deserialize_any(visitor),
        }
    }

    fn deserialize_byte_buf<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Wrong> {
        self.deserialize_bytes(visitor)
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Wrong> {
        match self.inner().value {
            Value::Null => visitor.visit_none(),
            _ => visitor.visit_some(self),
        }
    }

    fn deserialize_unit_struct<V: Visitor<'de>>(self, _: &'static str, visitor: V) -> Result<V::Value, Wrong> {
        match self.inner().value {
            Value::Null | Value::Record(_) => visitor.visit_unit(),
            _ => Err(self.unwanted("an empty struct")),
        }
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(self, name: &'static str, visitor: V) -> Result<V::Value, Wrong> {
        visitor.visit_newtype_struct(self.inner().wrapped(name).unwrap_or(self))
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Wrong> {
        self.items(visitor)
    }

    fn deserialize_tuple<V: Visitor<'de>>(self, _: usize, visitor: V) -> Result<V::Value, Wrong> {
        self.items(visitor)
    }

    fn deserialize_tuple_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: usize,
        visitor: V,
    ) -> Result<V::Value, Wrong> {
        self.items(visitor)
    }

    fn deserialize_map<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Wrong> {
        self.fields(visitor)
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Wrong> {
        self.fields(visitor)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Wrong> {
        match Variant::of(self, variants)? {
            Variant::Symbol(symbol) => visitor.visit_enum(BorrowedStrDeserializer::new(symbol)),
            Variant::Holding(name) => visitor.visit_enum(Held { name, held: self.inner() }),
        }
    }

    fn deserialize_ignored_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Wrong> {
        visitor.visit_unit()
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 u8 u16 u32 f32 f64 char unit identifier
    }

    /// Text is for people. A UUID is either, and so asks what it may be.
    fn is_human_readable(&self) -> bool {
        !matches!(self.inner().value, Value::Bytes(_) | Value::Fixed(..) | Value::Decimal(_) | Value::Duration(_))
    }
}

struct Items<I> {
    items: I,
    at: usize,
}

impl<'de, I: Iterator<Item = Reading<'de>>> SeqAccess<'de> for Items<I> {
    type Error = Wrong;

    fn next_element_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<Option<T::Value>, Wrong> {
        let Some(item) = self.items.next() else { return Ok(None) };
        let at = self.at;
        self.at += 1;
        seed.deserialize(item).map(Some).map_err(|wrong| wrong.within(|| format!("[{at}]")))
    }

    fn size_hint(&self) -> Option<usize> {
        self.items.size_hint().1
    }
}

struct Entries<'de, I> {
    entries: I,
    open: Option<(&'de str, Reading<'de>)>,
    is_map: bool,
}

impl<'de, I: Iterator<Item = (&'de str, Reading<'de>)>> MapAccess<'de> for Entries<'de, I> {
    type Error = Wrong;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>, Wrong> {
        self.open = self.entries.next();
        let Some((key, _)) = self.open else { return Ok(None) };
        seed.deserialize(Key(key)).map(Some)
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, Wrong> {
        let (key, value) = self.open.take().ok_or_else(|| Wrong::custom("a value was asked for before its key"))?;
        let step = || if self.is_map { format!("{{{key}}}") } else { format!(".{key}") };
        seed.deserialize(value).map_err(|wrong| wrong.within(step))
    }
}

/// The key of an entry, or a field's name: text, which a number may have been made to.
struct Key<'de>(&'de str);

macro_rules! numbers {
    ($($deserialize:ident $visit:ident),*) => {$(
        fn $deserialize<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Wrong> {
            match self.0.parse() {
                Ok(number) => visitor.$visit(number),
                Err(_) => visitor.visit_borrowed_str(self.0),
            }
        }
    )*};
}

impl<'de> Deserializer<'de> for Key<'de> {
    type Error = Wrong;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Wrong> {
        visitor.visit_borrowed_str(self.0)
    }

    numbers!(
        deserialize_i8 visit_i8, deserialize_i16 visit_i16, deserialize_i32 visit_i32, deserialize_i64 visit_i64,
        deserialize_u8 visit_u8, deserialize_u16 visit_u16, deserialize_u32 visit_u32, deserialize_u64 visit_u64
    );

    fn deserialize_newtype_struct<V: Visitor<'de>>(self, _: &'static str, visitor: V) -> Result<V::Value, Wrong> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Wrong> {
        visitor.visit_enum(BorrowedStrDeserializer::new(self.0))
    }

    forward_to_deserialize_any! {
        bool i128 u128 f32 f64 char str string bytes byte_buf option unit unit_struct seq tuple tuple_struct map struct
        identifier ignored_any
    }
}
