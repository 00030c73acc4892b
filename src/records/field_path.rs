//! Where in a record something is, found out only once something is wrong there.
//!
//! In the notation of changes (`lines[].price`, `payment<com.example.Card>.last4`) with positions and keys filled in.

use super::binary::{Frame, branch};
use super::cursor::Cursor;
use super::program::{At, Part, Program, Shape};
use crate::schema::avro::AvroSchema;
use crate::schema::avro::model::{Kind, Node, NodeId, Primitive, UnionId};
use std::fmt::Write;

/// The record as a whole.
pub(super) const ROOT: &str = "$";

/// Characters of a key that a path shows.
const KEY_CHARS_MAX: usize = 60;

/// Bytes of a path that are shown from either end.
const SHOWN_BYTES: usize = 500;

/// A path in the making.
#[derive(Clone, Debug, Default)]
pub(super) struct FieldPath {
    text: String,
}

impl FieldPath {
    pub(super) fn field(&mut self, name: &str) {
        if !self.text.is_empty() {
            self.text.push('.');
        }
        self.text.push_str(name);
    }

    pub(super) fn item(&mut self, position: u64) {
        write!(self.text, "[{position}]").expect("a string takes whatever is written to it");
    }

    /// A key of a map, shortened where it is long, and with its control characters escaped.
    pub(super) fn key(&mut self, key: &str) {
        self.text.push('{');
        for (count, char) in key.chars().enumerate() {
            if count == KEY_CHARS_MAX {
                self.text.push('…');
                break;
            }
            match char.is_control() {
                true => self.text.extend(char.escape_debug()),
                false => self.text.push(char),
            }
        }
        self.text.push('}');
    }

    /// A branch of a union, where it is not plain which: besides null there are others.
    pub(super) fn branch(&mut self, schema: &AvroSchema, union: UnionId, branch: NodeId) {
        let is_null = |node: &&NodeId| schema.node(**node) == Node::Primitive(Primitive::Null);
        let branches = schema.union(union).branches();
        if branches.len() - branches.iter().filter(is_null).count() > 1 {
            write!(self.text, "<{}>", type_name(schema, branch)).expect("a string takes whatever is written to it");
        }
    }

    /// As it is shown: of a path too long to be read, its beginning and its end.
    pub(super) fn shown(self) -> String {
        let text = self.text;
        if text.len() <= 2 * SHOWN_BYTES {
            return if text.is_empty() { ROOT.to_owned() } else { text };
        }
        let (head, tail) = (text.floor_char_boundary(SHOWN_BYTES), text.ceil_char_boundary(text.len() - SHOWN_BYTES));
        format!("{}…{}", &text[..head], &text[tail..])
    }
}

/// The full name of a named type, the word of any other.
pub(super) fn type_name(schema: &AvroSchema, node: NodeId) -> String {
    match (schema.names_of(node), schema.kind(node)) {
        (Some((name, _)), _) => name.full().to_owned(),
        (None, Kind::Primitive(primitive)) => primitive.word().to_owned(),
        (None, kind) => kind.word().to_owned(),
    }
}

/// The place that a walk through `frames` (outermost first) had reached in `data`, and the type there.
pub(super) fn of<'f>(
    program: &Program,
    schema: &AvroSchema,
    data: &[u8],
    frames: impl Iterator<Item = &'f Frame>,
) -> (String, NodeId) {
    let mut descent = Descent { program, schema, data, path: FieldPath::default() };
    let mut node = descent.down(program.root, 0);
    for frame in frames {
        node = match frame {
            Frame::Fields { rest, value_at } => {
                let Some(before) = rest.start.checked_sub(1) else { break };
                let part = program.parts[before as usize];
                descent.field(node, part);
                descent.down(part.node, *value_at)
            }
            Frame::Blocks(blocks) if !blocks.is_inside => break,
            Frame::Blocks(blocks) => {
                if blocks.is_map {
                    let key = Cursor { data, at: blocks.key_at }.string().unwrap_or_default();
                    descent.path.key(&String::from_utf8_lossy(key));
                } else {
                    descent.path.item(blocks.begun - 1);
                }
                descent.down(blocks.item, blocks.value_at)
            }
        };
    }
    (descent.path.shown(), program.origins[node as usize])
}

struct Descent<'a> {
    program: &'a Program,
    schema: &'a AvroSchema,
    data: &'a [u8],
    path: FieldPath,
}

impl Descent<'_> {
    /// From a type to what a value of it that begins at `at` is read as: through unions, and through records that are
    /// no more than a field of theirs.
    fn down(&mut self, mut node: At, at: usize) -> At {
        let mut cursor = Cursor { data: self.data, at };
        loop {
            if let Some(part) = self.program.only[node as usize] {
                self.field(node, part);
                node = part.node;
                continue;
            }
            let Shape::Union(range) = self.program.shapes[node as usize] else { return node };
            let Ok(position) = branch(&mut cursor, range) else { return node };
            let inner = self.program.branches[position];
            if let Node::Union(union) = self.schema.node(self.program.origins[node as usize]) {
                self.path.branch(self.schema, union, self.program.origins[inner as usize]);
            }
            node = inner;
        }
    }

    fn field(&mut self, record: At, part: Part) {
        if let Node::Record(id) = self.schema.node(self.program.origins[record as usize])
            && part.field != Part::SAME
        {
            self.path.field(self.schema.record(id).fields()[part.field as usize].name());
        }
    }
}
