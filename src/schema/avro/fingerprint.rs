//! The parsing form of a schema and the fingerprints taken of it (`avro-compatibility` 2.2). No endpoint shows them;
//! tools do.

use super::model::{AvroSchema, Node, NodeId, TypeName};
use std::fmt::Write;

/// The schema with all that does not matter to a reader of data left out, in Avro's Parsing Canonical Form.
pub fn parsing_form(schema: &AvroSchema) -> String {
    let mut run = Run { schema, out: String::new(), printed: vec![false; schema.node_count()], steps: Vec::new() };
    run.steps.push(Step::Type(schema.root));
    while let Some(step) = run.steps.pop() {
        match step {
            Step::Type(node) => run.type_at(node),
            Step::Text(text) => run.out.push_str(text),
            Step::FieldName(name) => {
                run.out.push_str("{\"name\":");
                run.quoted(name);
                run.out.push_str(",\"type\":");
            }
        }
    }
    run.out
}

/// CRC-64-AVRO of a text; as bytes it is written least significant first.
pub fn crc64(text: &str) -> u64 {
    text.bytes().fold(EMPTY, |crc, byte| (crc >> 8) ^ TABLE[((crc ^ u64::from(byte)) & 0xff) as usize])
}

/// MD5 of a text.
pub fn md5(text: &str) -> [u8; 16] {
    use md5::{Digest, Md5};
    Md5::digest(text.as_bytes()).into()
}

/// SHA-256 of a text.
pub fn sha256(text: &str) -> [u8; 32] {
    use sha2::{Digest, Sha256};
    Sha256::digest(text.as_bytes()).into()
}

/// CRC-64-AVRO of nothing.
const EMPTY: u64 = 0xc15d_213a_a4d7_a795;

const TABLE: [u64; 256] = table();

const fn table() -> [u64; 256] {
    let mut table = [0; 256];
    let mut byte = 0;
    while byte < 256 {
        let mut crc = byte as u64;
        let mut bit = 0;
        while bit < 8 {
            crc = (crc >> 1) ^ (EMPTY & (crc & 1).wrapping_neg());
            bit += 1;
        }
        table[byte] = crc;
        byte += 1;
    }
    table
}

enum Step<'a> {
    Type(NodeId),
    Text(&'static str),
    FieldName(&'a str),
}

struct Run<'a> {
    schema: &'a AvroSchema,
    out: String,
    printed: Vec<bool>,
    steps: Vec<Step<'a>>,
}

impl<'a> Run<'a> {
    fn type_at(&mut self, node: NodeId) {
        let schema = self.schema;
        match schema.node(node) {
            Node::Primitive(primitive) => self.quoted(primitive.word()),
            Node::Array(items) => {
                self.out.push_str("{\"type\":\"array\",\"items\":");
                self.steps.extend([Step::Text("}"), Step::Type(items)]);
            }
            Node::Map(values) => {
                self.out.push_str("{\"type\":\"map\",\"values\":");
                self.steps.extend([Step::Text("}"), Step::Type(values)]);
            }
            Node::Union(id) => {
                self.out.push('[');
                self.steps.push(Step::Text("]"));
                for (at, branch) in schema.union(id).branches().iter().enumerate().rev() {
                    self.steps.push(Step::Type(*branch));
                    if at > 0 {
                        self.steps.push(Step::Text(","));
                    }
                }
            }
            Node::Record(id) => {
                let record = schema.record(id);
                if self.is_only_named(record.name(), record.first, "record") {
                    return;
                }
                self.out.push_str(",\"fields\":[");
                self.steps.push(Step::Text("]}"));
                for (at, field) in record.fields().iter().enumerate().rev() {
                    self.steps.extend([Step::Text("}"), Step::Type(field.node()), Step::FieldName(field.name())]);
                    if at > 0 {
                        self.steps.push(Step::Text(","));
                    }
                }
            }
            Node::Enum(id) => {
                let enumeration = schema.enumeration(id);
                if self.is_only_named(enumeration.name(), enumeration.first, "enum") {
                    return;
                }
                self.out.push_str(",\"symbols\":[");
                for (at, symbol) in enumeration.symbols().iter().enumerate() {
                    if at > 0 {
                        self.out.push(',');
                    }
                    self.quoted(symbol);
                }
                self.out.push_str("]}");
            }
            Node::Fixed(id) => {
                let fixed = schema.fixed(id);
                if !self.is_only_named(fixed.name(), fixed.first, "fixed") {
                    write!(self.out, ",\"size\":{}}}", fixed.size()).expect("a String takes everything");
                }
            }
        }
    }

    fn is_only_named(&mut self, name: &TypeName, first: NodeId, word: &str) -> bool {
        let is_printed = std::mem::replace(&mut self.printed[first.index()], true);
        if !is_printed {
            self.out.push_str("{\"name\":");
        }
        self.quoted(name.full());
        if !is_printed {
            self.out.push_str(",\"type\":");
            self.quoted(word);
        }
        is_printed
    }

    fn quoted(&mut self, text: &str) {
        self.out.push('"');
        self.out.push_str(text);
        self.out.push('"');
    }
}
