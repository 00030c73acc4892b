//! What serde asks a place to take.

use super::given::{Given, Integer};
use super::items::Items;
use super::members::Members;
use super::place::{Place, Wants};
use super::{Written, Wrong, wrong};
use serde::{Serialize, Serializer};

impl Place<'_, '_> {
    fn integer(self, value: i128, is_wide: bool) -> Written {
        self.scalar(&Given::Integer(Integer { value: Some(value), is_wide, fixed: None }))
    }

    /// A number of a type that is wider than a `long`. The `apache-avro` crate makes a fixed of those.
    fn beyond_long(self, value: Option<i128>, name: &'static str, bytes: &[u8]) -> Written {
        self.scalar(&Given::Integer(Integer { value, is_wide: true, fixed: Some((name, bytes)) }))
    }
}

impl<'a, 'o> Serializer for Place<'a, 'o> {
    type Ok = ();
    type Error = Wrong;
    type SerializeSeq = Items<'a, 'o>;
    type SerializeTuple = Items<'a, 'o>;
    type SerializeTupleStruct = Items<'a, 'o>;
    type SerializeTupleVariant = Items<'a, 'o>;
    type SerializeMap = Members<'a, 'o>;
    type SerializeStruct = Members<'a, 'o>;
    type SerializeStructVariant = Members<'a, 'o>;

    fn serialize_bool(self, value: bool) -> Written {
        self.scalar(&Given::Boolean(value))
    }

    fn serialize_i8(self, value: i8) -> Written {
        self.integer(value.into(), false)
    }

    fn serialize_i16(self, value: i16) -> Written {
        self.integer(value.into(), false)
    }

    fn serialize_i32(self, value: i32) -> Written {
        self.integer(value.into(), false)
    }

    fn serialize_i64(self, value: i64) -> Written {
        self.integer(value.into(), true)
    }

    fn serialize_i128(self, value: i128) -> Written {
        self.beyond_long(Some(value), "org.apache.avro.rust.i128", &value.to_le_bytes())
    }

    fn serialize_u8(self, value: u8) -> Written {
        self.integer(value.into(), false)
    }

    fn serialize_u16(self, value: u16) -> Written {
        self.integer(value.into(), false)
    }

    fn serialize_u32(self, value: u32) -> Written {
        self.integer(value.into(), true)
    }

    fn serialize_u64(self, value: u64) -> Written {
        self.beyond_long(Some(value.into()), "org.apache.avro.rust.u64", &value.to_le_bytes())
    }

    fn serialize_u128(self, value: u128) -> Written {
        self.beyond_long(value.try_into().ok(), "org.apache.avro.rust.u128", &value.to_le_bytes())
    }

    fn serialize_f32(self, value: f32) -> Written {
        self.scalar(&Given::Float(value))
    }

    fn serialize_f64(self, value: f64) -> Written {
        self.scalar(&Given::Double(value))
    }

    fn serialize_char(self, value: char) -> Written {
        self.serialize_str(value.encode_utf8(&mut [0; 4]))
    }

    fn serialize_str(self, value: &str) -> Written {
        self.scalar(&Given::Text(value))
    }

    fn serialize_bytes(self, value: &[u8]) -> Written {
        self.scalar(&Given::Bytes(value))
    }

    fn serialize_none(self) -> Written {
        self.scalar(&Given::Null)
    }

    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Written {
        value.serialize(self)
    }

    fn serialize_unit(self) -> Written {
        self.scalar(&Given::Null)
    }

    fn serialize_unit_struct(self, name: &'static str) -> Written {
        self.scalar(&Given::Nothing { name })
    }

    fn serialize_unit_variant(mut self, of: &'static str, index: u32, symbol: &'static str) -> Written {
        self.variant = Some((symbol, index));
        self.scalar(&Given::Symbol { of, symbol })
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(mut self, name: &'static str, value: &T) -> Written {
        if let Some(inner) = self.wrapped(name) {
            self.wants = Wants::Type(inner);
        }
        value.serialize(self)
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        mut self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        value: &T,
    ) -> Written {
        if self.enter_named(variant)?
            && let Some(inner) = self.wrapped(variant)
        {
            self.wants = Wants::Type(inner);
        }
        value.serialize(self)
    }

    fn serialize_seq(self, len: Option<usize>) -> Result<Self::SerializeSeq, Wrong> {
        Items::begin(self, &Given::Sequence, len)
    }

    fn serialize_tuple(self, len: usize) -> Result<Self::SerializeTuple, Wrong> {
        Items::begin(self, &Given::Tuple { name: None, len }, Some(len))
    }

    fn serialize_tuple_struct(self, name: &'static str, len: usize) -> Result<Self::SerializeTupleStruct, Wrong> {
        Items::begin(self, &Given::Tuple { name: Some(name), len }, Some(len))
    }

    fn serialize_tuple_variant(
        mut self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        len: usize,
    ) -> Result<Self::SerializeTupleVariant, Wrong> {
        match self.enter_named(variant)? {
            true => Items::begin(self, &Given::Tuple { name: Some(variant), len }, Some(len)),
            false => Err(unnamed(variant)),
        }
    }

    fn serialize_map(self, _: Option<usize>) -> Result<Self::SerializeMap, Wrong> {
        Members::begin(self, &Given::Entries)
    }

    fn serialize_struct(self, name: &'static str, _: usize) -> Result<Self::SerializeStruct, Wrong> {
        Members::begin(self, &Given::Struct { name })
    }

    fn serialize_struct_variant(
        mut self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        _: usize,
    ) -> Result<Self::SerializeStructVariant, Wrong> {
        match self.enter_named(variant)? {
            true => Members::begin(self, &Given::Struct { name: variant }),
            false => Err(unnamed(variant)),
        }
    }

    fn is_human_readable(&self) -> bool {
        self.is_for_people()
    }
}

fn unnamed(variant: &str) -> Wrong {
    wrong(format!("no branch of the union is called {variant}; name the variant like the one that is meant"))
}
