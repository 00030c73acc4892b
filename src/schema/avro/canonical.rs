//! The text of a schema as the reference prints it (`avro-compatibility` 2.1): the stored text, the resolved text, and
//! the schemas inside complaints.
//!
//! Keeps its own list of what is unfinished, so depth costs no stack.

use super::builder::{Builder, Open};
use super::json::{Json, print_json, print_string};
use super::model::{
    AvroSchema, EnumId, Enumeration, Field, Fixed, Node, NodeId, Order, Primitive, Record, RecordId, TypeName,
};
use std::fmt::Write;

/// The text that a registry stores: types that referenced texts are about stay names.
pub fn stored_text(schema: &AvroSchema) -> String {
    Printer { known: &schema.known, ..Printer::new(schema) }.text(schema.root)
}

/// The stored text with no known names: each referenced type is written out where it is first used.
pub fn resolved_text(schema: &AvroSchema) -> String {
    Printer::new(schema).text(schema.root)
}

/// The text of the type at `node` alone, with every type it uses written out where it is first used.
pub fn text_of(schema: &AvroSchema, node: NodeId) -> String {
    Printer::new(schema).text(node)
}

/// How deep the stored text nests.
pub(super) fn stored_depth(schema: &AvroSchema) -> usize {
    let mut run = Run::new(Printer { known: &schema.known, ..Printer::new(schema) });
    run.print(schema.root);
    run.deepest
}

/// What to print and what to take as known.
#[derive(Clone, Copy)]
pub(super) struct Printer<'a> {
    model: &'a AvroSchema,
    /// Names not bound yet, for schemas that are still being read.
    opens: &'a [Open],
    known: &'a [NodeId],
    /// Symbols that are no text, for schemas that are refused for them in the end.
    null_symbols: &'a [(EnumId, u32)],
    /// Which records have their fields, for schemas that are still being bound.
    has_fields: Option<&'a dyn Fn(RecordId) -> bool>,
}

impl<'a> Printer<'a> {
    fn new(model: &'a AvroSchema) -> Self {
        Self { model, opens: &[], known: &[], null_symbols: &[], has_fields: None }
    }

    /// Prints what is still being read.
    pub(super) fn for_message(build: &'a Builder) -> Self {
        Self { opens: &build.opens, null_symbols: &build.null_symbols, ..Self::new(&build.model) }
    }

    /// Leaves out the fields of records that have none yet.
    pub(super) fn with_fields_of(self, has_fields: &'a dyn Fn(RecordId) -> bool) -> Self {
        Self { has_fields: Some(has_fields), ..self }
    }

    /// The text of the type at `node`.
    pub(super) fn text(self, node: NodeId) -> String {
        let mut run = Run::new(self);
        run.print(node);
        run.out
    }
}

/// A type whose text has begun and not ended.
enum Frame<'a> {
    Record { record: &'a Record, next: usize, outer_namespace: &'a str },
    Container(NodeId),
    Union { branches: &'a [NodeId], next: usize },
}

struct Run<'a> {
    printer: Printer<'a>,
    out: String,
    /// Named types that have been printed, or are known, by the node of their first definition.
    printed: Vec<bool>,
    frames: Vec<Frame<'a>>,
    namespace: &'a str,
    /// Open braces and brackets at this point, and the most there were.
    depth: usize,
    deepest: usize,
}

impl<'a> Run<'a> {
    fn new(printer: Printer<'a>) -> Self {
        let nodes = printer.model.node_count();
        let mut printed = vec![false; nodes];
        for known in printer.known {
            printed[known.index()] = true;
        }
        let fields: usize = printer.model.records().iter().map(|record| record.fields.len()).sum();
        let out = String::with_capacity(64 + 40 * (nodes + fields));
        Self { printer, out, printed, frames: Vec::new(), namespace: "", depth: 0, deepest: 0 }
    }

    fn print(&mut self, root: NodeId) {
        self.begin(root);
        while let Some(frame) = self.frames.last_mut() {
            match frame {
                Frame::Record { record, next, outer_namespace } => {
                    let (record, at, outer) = (*record, *next, *outer_namespace);
                    *next += 1;
                    if at > 0 {
                        self.end_field(&record.fields[at - 1]);
                    }
                    match record.fields.get(at) {
                        Some(field) => self.begin_field(field, at),
                        None => self.end_record(record, outer),
                    }
                }
                Frame::Container(node) => {
                    let node = *node;
                    self.end_container(node);
                }
                Frame::Union { branches, next } => match branches.get(*next) {
                    Some(branch) => {
                        let is_first = *next == 0;
                        *next += 1;
                        if !is_first {
                            self.out.push(',');
                        }
                        self.begin(*branch);
                    }
                    None => {
                        self.out.push(']');
                        self.leave(1);
                    }
                },
            }
        }
    }

    /// Prints a type that ends at once, or begins one that holds others.
    fn begin(&mut self, node: NodeId) {
        let node = match Builder::open_at(node) {
            Some(open) => match self.printer.opens[open].target {
                Some(target) => target,
                None => return self.open_name(open),
            },
            None => node,
        };
        match self.printer.model.node(node) {
            Node::Primitive(primitive) => self.primitive(primitive, node),
            Node::Array(items) => self.begin_container(node, "{\"type\":\"array\",\"items\":", items),
            Node::Map(values) => self.begin_container(node, "{\"type\":\"map\",\"values\":", values),
            Node::Union(id) => {
                self.out.push('[');
                self.enter(1);
                let branches = self.printer.model.union(id).branches();
                self.frames.push(Frame::Union { branches, next: 0 });
            }
            Node::Record(id) => self.begin_record(id),
            Node::Enum(id) => self.enumeration(id, self.printer.model.enumeration(id)),
            Node::Fixed(id) => self.fixed(self.printer.model.fixed(id)),
        }
    }

    fn enter(&mut self, levels: usize) {
        self.depth += levels;
        self.deepest = self.deepest.max(self.depth);
    }

    fn leave(&mut self, levels: usize) {
        self.depth -= levels;
        self.frames.pop();
    }

    fn primitive(&mut self, primitive: Primitive, node: NodeId) {
        let attributes = self.printer.model.attributes(node);
        if !attributes.is_empty() {
            self.out.push_str("{\"type\":");
        }
        self.out.push('"');
        self.out.push_str(primitive.word());
        self.out.push('"');
        if !attributes.is_empty() {
            self.depth += 1;
            self.attributes(attributes);
            self.depth -= 1;
            self.out.push('}');
        }
    }

    fn begin_container(&mut self, node: NodeId, head: &str, child: NodeId) {
        self.out.push_str(head);
        self.enter(1);
        self.frames.push(Frame::Container(node));
        self.begin(child);
    }

    fn end_container(&mut self, node: NodeId) {
        self.attributes(self.printer.model.attributes(node));
        self.out.push('}');
        self.leave(1);
    }

    /// Prints the name of a type printed before. Otherwise begins its text.
    fn is_only_named(&mut self, name: &'a TypeName, first: NodeId, word: &str) -> bool {
        if std::mem::replace(&mut self.printed[first.index()], true) {
            self.name_seen_from(name, self.namespace);
            return true;
        }
        self.out.push_str("{\"type\":\"");
        self.out.push_str(word);
        self.out.push_str("\",\"name\":");
        print_string(&mut self.out, name.simple());
        if name.namespace() != self.namespace {
            self.out.push_str(",\"namespace\":");
            print_string(&mut self.out, name.namespace());
        }
        false
    }

    /// A name as seen from `namespace`: short within it, unless it would read as another type.
    fn name_seen_from(&mut self, name: &TypeName, namespace: &str) {
        let is_short = !namespace.is_empty() && name.namespace() == namespace && !is_type_word(name.simple());
        print_string(&mut self.out, if is_short { name.simple() } else { name.full() });
    }

    fn begin_record(&mut self, id: RecordId) {
        let record = self.printer.model.record(id);
        let word = if record.is_error { "error" } else { "record" };
        if self.is_only_named(&record.name, record.first, word) {
            return;
        }
        self.doc(record.doc());
        if self.printer.has_fields.is_some_and(|has_fields| !has_fields(id)) {
            self.out.push('}');
            return;
        }
        self.out.push_str(",\"fields\":[");
        // The record, the list of its fields, and a field.
        self.enter(2 + usize::from(!record.fields.is_empty()));
        let outer_namespace = std::mem::replace(&mut self.namespace, record.name.namespace());
        self.frames.push(Frame::Record { record, next: 0, outer_namespace });
    }

    fn begin_field(&mut self, field: &'a Field, at: usize) {
        if at > 0 {
            self.out.push(',');
        }
        self.out.push_str("{\"name\":");
        print_string(&mut self.out, &field.name);
        self.out.push_str(",\"type\":");
        self.begin(field.node);
    }

    fn end_field(&mut self, field: &Field) {
        self.doc(field.doc());
        if let Some(default) = &field.default {
            self.out.push_str(",\"default\":");
            let levels = print_json(&mut self.out, default);
            self.deepest = self.deepest.max(self.depth + levels);
        }
        match field.order {
            Order::Ascending => {}
            Order::Descending => self.out.push_str(",\"order\":\"descending\""),
            Order::Ignore => self.out.push_str(",\"order\":\"ignore\""),
        }
        if !field.aliases.is_empty() {
            self.out.push_str(",\"aliases\":[");
            for (at, (alias, _)) in field.aliases.iter().enumerate() {
                if at > 0 {
                    self.out.push(',');
                }
                print_string(&mut self.out, alias);
            }
            self.out.push(']');
            self.deepest = self.deepest.max(self.depth + 1);
        }
        self.attributes(&field.attributes);
        self.out.push('}');
    }

    fn end_record(&mut self, record: &'a Record, outer_namespace: &'a str) {
        self.out.push(']');
        self.namespace = outer_namespace;
        self.leave(1 + usize::from(!record.fields.is_empty()));
        self.attributes(self.printer.model.attributes(record.node));
        self.aliases(&record.aliases, &record.name);
        self.out.push('}');
        self.depth -= 1;
    }

    fn enumeration(&mut self, id: EnumId, enumeration: &'a Enumeration) {
        if self.is_only_named(&enumeration.name, enumeration.first, "enum") {
            return;
        }
        self.doc(enumeration.doc());
        self.out.push_str(",\"symbols\":[");
        for (at, symbol) in enumeration.symbols.iter().enumerate() {
            if at > 0 {
                self.out.push(',');
            }
            match self.printer.null_symbols.binary_search(&(id, at as u32)).is_ok() {
                true => self.out.push_str("null"),
                false => print_string(&mut self.out, symbol),
            }
        }
        self.out.push(']');
        if let Some(default) = enumeration.default() {
            self.out.push_str(",\"default\":");
            print_string(&mut self.out, default);
        }
        self.end_leaf(enumeration.node, &enumeration.aliases, &enumeration.name);
    }

    fn fixed(&mut self, fixed: &'a Fixed) {
        if self.is_only_named(&fixed.name, fixed.first, "fixed") {
            return;
        }
        self.doc(fixed.doc());
        write!(self.out, ",\"size\":{}", fixed.size).expect("a String takes everything");
        self.end_leaf(fixed.node, &fixed.aliases, &fixed.name);
    }

    fn end_leaf(&mut self, node: NodeId, aliases: &[TypeName], name: &TypeName) {
        self.depth += 1;
        self.deepest = self.deepest.max(self.depth + 1);
        self.attributes(self.printer.model.attributes(node));
        self.aliases(aliases, name);
        self.depth -= 1;
        self.out.push('}');
    }

    fn doc(&mut self, doc: Option<&str>) {
        if let Some(doc) = doc {
            self.out.push_str(",\"doc\":");
            print_string(&mut self.out, doc);
        }
    }

    fn attributes(&mut self, attributes: &[(Box<str>, Json)]) {
        for (key, value) in attributes {
            self.out.push(',');
            print_string(&mut self.out, key);
            self.out.push(':');
            let levels = print_json(&mut self.out, value);
            self.deepest = self.deepest.max(self.depth + levels);
        }
    }

    fn aliases(&mut self, aliases: &[TypeName], name: &TypeName) {
        if aliases.is_empty() {
            return;
        }
        self.out.push_str(",\"aliases\":[");
        for (at, alias) in aliases.iter().enumerate() {
            if at > 0 {
                self.out.push(',');
            }
            self.name_seen_from(alias, name.namespace());
        }
        self.out.push(']');
        self.deepest = self.deepest.max(self.depth + 1);
    }

    /// What the reference prints for a name that nothing defines yet. Its number counts up in a process; ours does not.
    fn open_name(&mut self, open: usize) {
        self.out.push_str(
            "{\"type\":\"record\",\"name\":\"UnresolvedSchema_0\",\"namespace\":\"org.apache.avro.compiler\",\"doc\":\"unresolved schema\",\"fields\":[],\"org.apache.avro.idl.unresolved.name\":",
        );
        print_string(&mut self.out, &self.printer.opens[open].full);
        self.out.push('}');
    }
}

/// Whether a simple name would be read as a kind of type.
fn is_type_word(name: &str) -> bool {
    matches!(name, "record" | "enum" | "array" | "map" | "union" | "fixed") || Primitive::read(name).is_some()
}
