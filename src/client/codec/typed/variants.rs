//! Which variant of a Rust enum a value is.

use super::Wrong;
use super::given::is_called;
use super::reading::Reading;
use crate::schema::avro::model::{Node, NodeId, Primitive};
use apache_avro::types::Value;
use serde::de::value::BorrowedStrDeserializer;
use serde::de::{DeserializeSeed, EnumAccess, Error as _, VariantAccess, Visitor};

/// A variant.
pub(super) enum Variant<'de> {
    /// Without a value.
    Symbol(&'de str),
    /// With the value, under this name.
    Holding(&'static str),
}

impl<'de> Variant<'de> {
    /// The one of `variants` that a value is: that of the name of its type or the symbol that it is, else, among branches
    /// that have no names, the one at the place of its branch.
    pub(super) fn of(reading: Reading<'de>, variants: &'static [&'static str]) -> Result<Self, Wrong> {
        let inner = reading.inner();
        let named = |reading: Reading<'_>| {
            let name = reading.name()?;
            variants.iter().copied().find(|variant| is_called(name, variant))
        };
        let others = reading.branches().iter().filter(|branch| !is_null(reading, **branch)).count();
        match inner.value {
            Value::Enum(_, symbol) => match named(inner) {
                Some(variant) if others > 0 && !variants.contains(&symbol.as_str()) => Ok(Self::Holding(variant)),
                _ => Ok(Self::Symbol(symbol)),
            },
            Value::String(text) if others <= 1 && variants.contains(&text.as_str()) => Ok(Self::Symbol(text)),
            _ => match named(inner).or_else(|| at_its_place(reading, variants)) {
                Some(variant) => Ok(Self::Holding(variant)),
                None => Err(unknown(inner, variants)),
            },
        }
    }
}

/// The variant at the place of a union's branch, where there is one for each branch, or for each but null. Of several records
/// each has its name, and none is taken for another.
fn at_its_place(reading: Reading<'_>, variants: &'static [&'static str]) -> Option<&'static str> {
    let (Value::Union(at, _), branches) = (reading.value, reading.branches()) else { return None };
    let is_record = |branch: &&NodeId| matches!(reading.schema.node(**branch), Node::Record(_));
    let at = *at as usize;
    if branches.get(at).is_some_and(|branch| is_record(&branch)) && branches.iter().filter(is_record).count() > 1 {
        return None;
    }
    if variants.len() == branches.len() {
        return variants.get(at).copied();
    }
    let before = branches.iter().take(at).filter(|branch| !is_null(reading, **branch)).count();
    let others = branches.iter().filter(|branch| !is_null(reading, **branch)).count();
    let is_other = branches.get(at).is_some_and(|branch| !is_null(reading, *branch));
    if is_other && variants.len() == others { variants.get(before).copied() } else { None }
}

fn is_null(reading: Reading<'_>, branch: NodeId) -> bool {
    matches!(reading.schema.node(branch), Node::Primitive(Primitive::Null))
}

fn unknown(inner: Reading<'_>, variants: &[&str]) -> Wrong {
    let variants = variants.join(", ");
    match inner.name() {
        Some(name) => Wrong::custom(format!("no variant is called {}; there are {variants}", name.full())),
        None => inner.unwanted(&format!("none of the variants {variants}")),
    }
}

/// A variant and what it holds.
pub(super) struct Held<'de> {
    pub(super) name: &'static str,
    pub(super) held: Reading<'de>,
}

impl<'de> EnumAccess<'de> for Held<'de> {
    type Error = Wrong;
    type Variant = Self;

    fn variant_seed<V: DeserializeSeed<'de>>(self, seed: V) -> Result<(V::Value, Self), Wrong> {
        Ok((seed.deserialize(BorrowedStrDeserializer::new(self.name))?, self))
    }
}

impl<'de> VariantAccess<'de> for Held<'de> {
    type Error = Wrong;

    fn unit_variant(self) -> Result<(), Wrong> {
        match self.held.value {
            Value::Null | Value::Record(_) => Ok(()),
            _ => Err(self.held.unwanted("a variant without a value")),
        }
    }

    fn newtype_variant_seed<T: DeserializeSeed<'de>>(self, seed: T) -> Result<T::Value, Wrong> {
        seed.deserialize(self.held.wrapped(self.name).unwrap_or(self.held))
    }

    fn tuple_variant<V: Visitor<'de>>(self, _: usize, visitor: V) -> Result<V::Value, Wrong> {
        self.held.items(visitor)
    }

    fn struct_variant<V: Visitor<'de>>(self, _: &'static [&'static str], visitor: V) -> Result<V::Value, Wrong> {
        self.held.fields(visitor)
    }
}
