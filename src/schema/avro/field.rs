//! A field of a record: its members, its order, its default.

use super::builder::Builder;
use super::canonical::Printer;
use super::defaults::{self, Judgement};
use super::failure::{Failure, Parsed};
use super::json::{Json, Value, Word, print_json, read_double};
use super::model::{Attributes, Field, Kind, NodeId, Order, Primitive, name_hash};
use super::parse::{Parser, without_repeats};
use crate::schema::Strictness;
use smol_str::SmolStr;

impl Parser<'_, '_> {
    /// Reads the field at `value` of a record whose namespace is `namespace`.
    pub(super) fn field(&mut self, value: Value, namespace: &str) -> Parsed<Field> {
        let slots = self.slots(value);
        let Some(name) = self.text(slots.get(Word::Name)) else { return Err(self.refused("No field name", value)) };
        let Some(kind) = slots.get(Word::Type) else { return Err(self.refused("No field type", value)) };
        let node = self.type_at(kind, namespace)?;
        let order = match slots.get(Word::Order) {
            Some(order) => self.order(order)?,
            None => Order::Ascending,
        };
        let default = match slots.get(Word::Default) {
            Some(default) => Some(self.default(default, node)?),
            None => None,
        };
        self.build.check_name(&name, slots.get(Word::Name).map_or(0, |name| self.tape.offset(name)))?;
        if let (Some(default), Some(value)) = (&default, slots.get(Word::Default)) {
            self.check_default(&name, default, node, value)?;
        }
        let attributes = match slots.field_attributes() {
            0 => Attributes::default(),
            count => self.attributes(value, count, |word| {
                !matches!(word, Word::Default | Word::Doc | Word::Name | Word::Order | Word::Type | Word::Aliases)
            }),
        };
        let aliases = match self.alias_list(value, &slots)? {
            Some(list) => self.field_aliases(list),
            None => Box::default(),
        };
        let (name_hash, doc) = (name_hash(&name), self.doc(&slots));
        Ok(Field { name: SmolStr::new(name), name_hash, node, default, order, doc, aliases, attributes })
    }

    fn order(&self, value: Value) -> Parsed<Order> {
        let at = self.tape.offset(value);
        let Some(text) = self.tape.string(value) else {
            let words = "Cannot invoke \"String.toUpperCase(java.util.Locale)\" because the return value of \"com.fasterxml.jackson.databind.JsonNode.textValue()\" is null";
            return Err(Failure::at(at, words.to_owned()));
        };
        let upper = text.to_uppercase();
        match upper.as_str() {
            "ASCENDING" => Ok(Order::Ascending),
            "DESCENDING" => Ok(Order::Descending),
            "IGNORE" => Ok(Order::Ignore),
            _ => Err(Failure::at(at, format!("No enum constant org.apache.avro.Schema.Field.Order.{upper}"))),
        }
    }

    /// The default as it stands; a text on a floating-point field is read as a number.
    fn default(&self, value: Value, node: NodeId) -> Parsed<Json> {
        let is_floating = Builder::open_at(node).is_none()
            && matches!(
                self.build.model.kind(node),
                Kind::Primitive(Primitive::Float) | Kind::Primitive(Primitive::Double)
            );
        match self.tape.string(value) {
            Some(text) if is_floating => match read_double(&text) {
                Ok(number) => Ok(Json::Double(number)),
                Err(complaint) => Err(Failure::at(self.tape.offset(value), complaint)),
            },
            _ => Ok(self.tape.json(value)),
        }
    }

    fn check_default(&mut self, name: &str, default: &Json, node: NodeId, value: Value) -> Parsed<()> {
        if self.build.strictness == Strictness::Stored {
            return Ok(());
        }
        match defaults::judge(self.build, node, default) {
            Judgement::Valid => Ok(()),
            Judgement::Invalid => {
                let words = invalid_default(name, default, Printer::for_message(self.build), node);
                Err(Failure::at(self.tape.offset(value), words))
            }
            Judgement::Unfinished => Err(Failure::at(self.tape.offset(value), defaults::UNFINISHED.to_owned())),
            Judgement::TooCostly => Err(Failure::at(self.tape.offset(value), defaults::too_costly(name))),
        }
    }

    fn field_aliases(&self, list: Value) -> Box<[(Box<str>, u64)]> {
        let aliases = self.tape.elements(list).map(|alias| {
            let alias = self.tape.key(alias);
            (Box::from(&*alias), name_hash(&alias))
        });
        without_repeats(aliases.collect(), |(left, _): &(Box<str>, u64), (right, _)| left.cmp(right))
    }

    /// A field as the reference names it in a complaint.
    pub(super) fn shown_field(&self, field: &Field, position: usize) -> String {
        let kind = match Builder::open_at(field.node) {
            Some(_) => Kind::Record,
            None => self.build.model.kind(field.node),
        };
        format!("{} type:{kind} pos:{position}", field.name)
    }
}

/// The words for a default that does not fit its type.
pub(super) fn invalid_default(name: &str, default: &Json, printer: Printer<'_>, node: NodeId) -> String {
    let mut words = format!("Invalid default for field {name}: ");
    print_json(&mut words, default);
    words.push_str(" not a ");
    words.push_str(&printer.text(node));
    words
}
