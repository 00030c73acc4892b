//! How the reference reads and prints JSON on the way to a normal form: defaults become values of their type, numbers
//! take its form, keys are sorted, and what does not fit comes to nothing.

use super::canonical::text_of;
use super::json::{Json, print_float};
use super::model::{Attributes, AvroSchema, Kind, Node, NodeId, Primitive, name_hash};
use crate::schema::names::utf16_order;

/// The reference's words for a default with a key that is no field.
const NO_FIELD: &str = "Cannot invoke \"org.apache.avro.Schema$Field.schema()\" because the return value of \"org.apache.avro.Schema.getField(String)\" is null";

/// Reads JSON as a value of a type, as the reference does on the way to its normal form.
pub(super) struct Reading<'a> {
    pub(super) schema: &'a AvroSchema,
    /// Some value inside an array or object came to nothing.
    pub(super) lost_within: bool,
}

impl Reading<'_> {
    /// `None` where nothing comes of it. Without a type every value stands for itself.
    pub(super) fn value(&mut self, json: Option<&Json>, node: Option<NodeId>) -> Result<Option<Json>, String> {
        let node = match node.map(|node| (node, self.schema.node(node))) {
            Some((_, Node::Union(id))) => match self.schema.union(id).branches().first() {
                Some(first) => Some(*first),
                None => return Err("Index 0 out of bounds for length 0".to_owned()),
            },
            Some((node, _)) => Some(node),
            None => None,
        };
        let Some(json) = json else { return Ok(None) };
        let kind = node.map(|node| self.schema.kind(node));
        Ok(match json {
            Json::Null | Json::Bool(_) => Some(json.clone()),
            Json::BigInteger(_) => None,
            Json::Integer(integer) => integer_as(*integer, kind),
            Json::Double(double) => match kind {
                None | Some(Kind::Primitive(Primitive::Double)) => Some(json.clone()),
                Some(Kind::Primitive(Primitive::Float)) => Some(float(*double as f32)),
                Some(_) => None,
            },
            Json::String(text) => match kind {
                None | Some(Kind::Primitive(Primitive::String) | Kind::Enum) => Some(json.clone()),
                Some(Kind::Primitive(Primitive::Bytes) | Kind::Fixed) => {
                    let latin = |char| if u32::from(char) > 0xff { '?' } else { char };
                    Some(Json::String(text.chars().map(latin).collect::<String>().into()))
                }
                Some(_) => None,
            },
            Json::Array(elements) => Some(Json::Array(self.elements(elements, node)?)),
            Json::Object(members) => Some(Json::Object(self.members(members, node)?)),
        })
    }

    fn elements(&mut self, elements: &[Json], node: Option<NodeId>) -> Result<Box<[Json]>, String> {
        let mut read = Vec::with_capacity(elements.len());
        for element in elements {
            let items = match node.map(|node| (node, self.schema.node(node))) {
                None => None,
                Some((_, Node::Array(items))) => Some(items),
                Some((node, _)) => {
                    let shown = text_of(self.schema, node);
                    return Err(format!("Not an array: {shown}"));
                }
            };
            let value = self.value(Some(element), items)?;
            read.push(self.within(value));
        }
        Ok(read.into())
    }

    fn members(&mut self, members: &[(Box<str>, Json)], node: Option<NodeId>) -> Result<Attributes, String> {
        let mut read = Vec::with_capacity(members.len());
        for (key, value) in members {
            let kind = match node.map(|node| self.schema.node(node)) {
                Some(Node::Map(values)) => Some(values),
                Some(Node::Record(id)) => {
                    let record = self.schema.record(id);
                    let position = record.position_of(key, name_hash(key)).ok_or(NO_FIELD)?;
                    Some(record.fields()[position].node())
                }
                _ => None,
            };
            let value = self.value(Some(value), kind)?;
            read.push((key.clone(), self.within(value)));
        }
        Ok(read.into())
    }

    fn within(&mut self, value: Option<Json>) -> Json {
        self.lost_within |= value.is_none();
        value.unwrap_or(Json::Null)
    }
}

fn integer_as(integer: i64, kind: Option<Kind>) -> Option<Json> {
    match kind {
        None | Some(Kind::Primitive(Primitive::Int | Primitive::Long)) => Some(Json::Integer(integer)),
        Some(Kind::Primitive(Primitive::Float)) => Some(float(integer as f64 as f32)),
        Some(Kind::Primitive(Primitive::Double)) => Some(Json::Double(integer as f64)),
        Some(_) => None,
    }
}

/// A float as the text shows it and a reader of the text takes it.
fn float(number: f32) -> Json {
    let mut shown = String::new();
    print_float(&mut shown, number);
    Json::Double(shown.parse().unwrap_or(f64::from(number)))
}

/// The same value with the keys of all its objects sorted.
pub(super) fn sorted(json: &Json) -> Json {
    match json {
        Json::Array(elements) => Json::Array(elements.iter().map(sorted).collect()),
        Json::Object(members) => {
            let mut members: Vec<_> = members.iter().map(|(key, value)| (key.clone(), sorted(value))).collect();
            members.sort_by(|(left, _), (right, _)| utf16_order(left, right));
            Json::Object(members.into())
        }
        json => json.clone(),
    }
}
