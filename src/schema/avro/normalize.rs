//! The normal form that `normalize=true` asks for (`avro-compatibility` 2.3), losses and failures included, because
//! equal ids after a migration count for more.
//!
//! As in the reference a second text is built and read again; that text is not canonical and seen by nobody.

use super::json::{Json, print_json, print_string};
use super::logical;
use super::model::{AvroSchema, Enumeration, Field, Fixed, Kind, Node, NodeId, Order, Record, TypeName, UnionId};
use super::normal_values::{Reading, sorted};
use crate::schema::names::utf16_order;
use std::fmt::Write;

/// The reference's words where an attribute has no value of its own kind: an integer beyond 64 bits.
const NO_ATTRIBUTE: &str = "Cannot invoke \"com.fasterxml.jackson.databind.JsonNode.toString()\" because the return value of \"io.confluent.kafka.schemaregistry.avro.AvroSchemaUtils.toJsonNode(Object)\" is null";
/// The same inside an array or object.
const NO_ELEMENT: &str = "Cannot invoke \"Object.getClass()\" because \"<parameter1>\" is null";

/// A text whose stored text is the normal form.
///
/// # Errors
/// The reference's words where it fails.
pub(super) fn text(schema: &AvroSchema) -> Result<String, String> {
    let mut printed = vec![false; schema.node_count()];
    for known in &schema.known {
        printed[known.index()] = true;
    }
    let mut run = Run { schema, out: String::new(), printed, steps: vec![Step::Type(schema.root)] };
    while let Some(step) = run.steps.pop() {
        match step {
            Step::Type(node) => run.type_at(node),
            Step::Text(text) => run.out.push_str(text),
            Step::EndType(node) => run.end_type(node)?,
            Step::BeginField(field) => run.begin_field(field),
            Step::EndField(field) => run.end_field(field)?,
        }
    }
    Ok(run.out)
}

enum Step<'a> {
    Type(NodeId),
    Text(&'static str),
    /// Everything behind what a type holds.
    EndType(NodeId),
    BeginField(&'a Field),
    EndField(&'a Field),
}

struct Run<'a> {
    schema: &'a AvroSchema,
    out: String,
    /// Named types that are only named from now on, by the node of their first definition.
    printed: Vec<bool>,
    steps: Vec<Step<'a>>,
}

impl<'a> Run<'a> {
    fn type_at(&mut self, node: NodeId) {
        let schema = self.schema;
        match schema.node(node) {
            Node::Primitive(primitive) => {
                if schema.attributes(node).is_empty() {
                    self.raw(primitive.word());
                } else {
                    self.out.push_str("{\"type\":");
                    self.raw(primitive.word());
                    self.steps.push(Step::EndType(node));
                }
            }
            Node::Array(child) | Node::Map(child) => {
                let is_array = schema.kind(node) == Kind::Array;
                self.out.push_str(if is_array {
                    "{\"type\":\"array\",\"items\":"
                } else {
                    "{\"type\":\"map\",\"values\":"
                });
                self.steps.extend([Step::EndType(node), Step::Type(child)]);
            }
            Node::Union(id) => self.union(id),
            Node::Record(id) => self.record(schema.record(id)),
            Node::Enum(id) => self.enumeration(schema.enumeration(id)),
            Node::Fixed(id) => self.fixed(schema.fixed(id)),
        }
    }

    fn union(&mut self, id: UnionId) {
        self.out.push('[');
        self.steps.push(Step::Text("]"));
        for (at, branch) in self.schema.union(id).branches().iter().enumerate().rev() {
            self.steps.push(Step::Type(*branch));
            if at > 0 {
                self.steps.push(Step::Text(","));
            }
        }
    }

    fn record(&mut self, record: &'a Record) {
        if self.is_only_named(record.name(), record.first, "record") {
            return;
        }
        self.out.push_str(",\"fields\":[");
        self.steps.extend([Step::EndType(record.node()), Step::Text("]")]);
        for (at, field) in record.fields().iter().enumerate().rev() {
            self.steps.extend([Step::EndField(field), Step::Type(field.node()), Step::BeginField(field)]);
            if at > 0 {
                self.steps.push(Step::Text(","));
            }
        }
    }

    fn enumeration(&mut self, enumeration: &Enumeration) {
        if self.is_only_named(enumeration.name(), enumeration.first, "enum") {
            return;
        }
        self.out.push_str(",\"symbols\":[");
        for (at, symbol) in enumeration.symbols().iter().enumerate() {
            if at > 0 {
                self.out.push(',');
            }
            self.raw(symbol);
        }
        self.out.push(']');
        self.steps.push(Step::EndType(enumeration.node()));
    }

    fn fixed(&mut self, fixed: &Fixed) {
        if self.is_only_named(fixed.name(), fixed.first, "fixed") {
            return;
        }
        write!(self.out, ",\"size\":{}", fixed.size()).expect("a String takes everything");
        self.steps.push(Step::EndType(fixed.node()));
    }

    /// Writes a text in quotes and nothing more: the reference escapes no names here, and fails on what needs it.
    fn raw(&mut self, text: &str) {
        self.out.push('"');
        self.out.push_str(text);
        self.out.push('"');
    }

    /// Names are always full, so a type of the null namespace takes the namespace around it.
    fn is_only_named(&mut self, name: &TypeName, first: NodeId, word: &str) -> bool {
        if std::mem::replace(&mut self.printed[first.index()], true) {
            self.raw(name.full());
            return true;
        }
        self.out.push_str("{\"name\":");
        self.raw(name.full());
        self.out.push_str(",\"type\":");
        self.raw(word);
        false
    }

    fn begin_field(&mut self, field: &Field) {
        self.out.push_str("{\"name\":");
        self.raw(field.name());
        self.out.push_str(",\"type\":");
    }

    fn end_type(&mut self, node: NodeId) -> Result<(), String> {
        let schema = self.schema;
        if let Some(logical) = logical::of(schema, node) {
            self.out.push_str(",\"logicalType\":");
            self.raw(logical.name);
            if let Some((precision, scale)) = logical.decimal {
                write!(self.out, ",\"precision\":{precision}").expect("a String takes everything");
                if scale != 0 {
                    write!(self.out, ",\"scale\":{scale}").expect("a String takes everything");
                }
            }
        }
        match schema.node(node) {
            Node::Record(id) => {
                let record = schema.record(id);
                self.doc_and_aliases(record.doc(), record.name(), record.aliases());
            }
            Node::Fixed(id) => {
                let fixed = schema.fixed(id);
                self.doc_and_aliases(fixed.doc(), fixed.name(), fixed.aliases());
            }
            Node::Enum(id) => {
                let enumeration = schema.enumeration(id);
                self.doc_and_aliases(enumeration.doc(), enumeration.name(), enumeration.aliases());
                if let Some(default) = enumeration.default() {
                    self.out.push_str(",\"default\":");
                    print_string(&mut self.out, default);
                }
            }
            Node::Primitive(_) | Node::Array(_) | Node::Map(_) | Node::Union(_) => {}
        }
        self.attributes(schema.attributes(node))?;
        self.out.push('}');
        Ok(())
    }

    fn doc_and_aliases(&mut self, doc: Option<&str>, name: &TypeName, aliases: &[TypeName]) {
        if let Some(doc) = doc.filter(|doc| !doc.is_empty()) {
            self.out.push_str(",\"doc\":");
            print_string(&mut self.out, doc);
        }
        let is_dotted = |alias: &TypeName| alias.namespace().is_empty() && !name.namespace().is_empty();
        let aliases = aliases.iter().map(|alias| match is_dotted(alias) {
            true => format!(".{}", alias.full()),
            false => alias.full().to_owned(),
        });
        self.sorted_aliases(aliases.collect());
    }

    fn sorted_aliases(&mut self, mut aliases: Vec<String>) {
        if aliases.is_empty() {
            return;
        }
        aliases.sort_by(|left, right| utf16_order(left, right));
        self.out.push_str(",\"aliases\":[");
        for (at, alias) in aliases.iter().enumerate() {
            if at > 0 {
                self.out.push(',');
            }
            print_string(&mut self.out, alias);
        }
        self.out.push(']');
    }

    fn end_field(&mut self, field: &Field) -> Result<(), String> {
        self.out.push_str(match field.order() {
            Order::Ascending => "",
            Order::Descending => ",\"order\":\"DESCENDING\"",
            Order::Ignore => ",\"order\":\"IGNORE\"",
        });
        if let Some(doc) = field.doc() {
            self.out.push_str(",\"doc\":");
            print_string(&mut self.out, doc);
        }
        self.sorted_aliases(field.aliases().iter().map(|(alias, _)| alias.to_string()).collect());
        let mut reading = Reading { schema: self.schema, lost_within: false };
        if let Some(default) = reading.value(field.default(), Some(field.node()))? {
            if reading.lost_within {
                return Err(NO_ELEMENT.to_owned());
            }
            self.out.push_str(",\"default\":");
            print_json(&mut self.out, &sorted(&default));
        }
        self.attributes(field.attributes())?;
        self.out.push('}');
        Ok(())
    }

    fn attributes(&mut self, attributes: &[(Box<str>, Json)]) -> Result<(), String> {
        let mut attributes: Vec<&(Box<str>, Json)> = attributes.iter().collect();
        attributes.sort_by(|(left, _), (right, _)| utf16_order(left, right));
        let mut values = Vec::with_capacity(attributes.len());
        // All values are read before the first is written.
        for (key, value) in attributes {
            let mut reading = Reading { schema: self.schema, lost_within: false };
            values.push((key, reading.value(Some(value), None)?, reading.lost_within));
        }
        for (key, value, lost_within) in values {
            let value = value.ok_or(NO_ATTRIBUTE)?;
            if lost_within {
                return Err(NO_ELEMENT.to_owned());
            }
            self.out.push(',');
            self.raw(key);
            self.out.push(':');
            print_json(&mut self.out, &sorted(&value));
        }
        Ok(())
    }
}
