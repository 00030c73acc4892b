//! Where in its text each part of a schema stands, for those who show the text to people.

use super::model::{EnumId, NodeId, RecordId, UnionId};
use crate::schema::TextPosition;

/// Positions of the parts of one schema text; parts that stem from referenced texts have none.
///
/// A type stands where its name, brace or bracket does; a primitive without attributes and a type used by name have no
/// place of their own: ask for the field or branch that uses it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SourceSpans {
    types: Vec<(NodeId, TextPosition)>,
    fields: Vec<((RecordId, u32), TextPosition)>,
    field_types: Vec<((RecordId, u32), TextPosition)>,
    defaults: Vec<((RecordId, u32), TextPosition)>,
    symbols: Vec<((EnumId, u32), TextPosition)>,
    branches: Vec<((UnionId, u32), TextPosition)>,
}

impl SourceSpans {
    /// Where the definition of a type begins.
    pub fn of_type(&self, node: NodeId) -> Option<TextPosition> {
        found(&self.types, node)
    }

    /// Where the object of a field begins.
    pub fn of_field(&self, record: RecordId, field: usize) -> Option<TextPosition> {
        found(&self.fields, (record, u32::try_from(field).ok()?))
    }

    /// Where the type of a field begins.
    pub fn of_field_type(&self, record: RecordId, field: usize) -> Option<TextPosition> {
        found(&self.field_types, (record, u32::try_from(field).ok()?))
    }

    /// Where the default of a field begins.
    pub fn of_default(&self, record: RecordId, field: usize) -> Option<TextPosition> {
        found(&self.defaults, (record, u32::try_from(field).ok()?))
    }

    /// Where a symbol of an enum stands.
    pub fn of_symbol(&self, enumeration: EnumId, symbol: usize) -> Option<TextPosition> {
        found(&self.symbols, (enumeration, u32::try_from(symbol).ok()?))
    }

    /// Where a branch of a union begins.
    pub fn of_branch(&self, union: UnionId, branch: usize) -> Option<TextPosition> {
        found(&self.branches, (union, u32::try_from(branch).ok()?))
    }
}

fn found<K: Ord + Copy>(places: &[(K, TextPosition)], key: K) -> Option<TextPosition> {
    places.binary_search_by(|(other, _)| other.cmp(&key)).ok().map(|at| places[at].1)
}

/// The same as byte offsets, while the text is being read.
#[derive(Debug, Default)]
pub(super) struct Places {
    pub(super) types: Vec<(NodeId, usize)>,
    pub(super) fields: Vec<((RecordId, u32), usize)>,
    pub(super) field_types: Vec<((RecordId, u32), usize)>,
    pub(super) defaults: Vec<((RecordId, u32), usize)>,
    pub(super) symbols: Vec<((EnumId, u32), usize)>,
    pub(super) branches: Vec<((UnionId, u32), usize)>,
}

impl Places {
    /// Turns offsets into lines and columns of `text`, in one pass over it.
    pub(super) fn in_text(self, text: &str) -> SourceSpans {
        let lines = LineIndex::new(text);
        SourceSpans {
            types: lines.placed(self.types),
            fields: lines.placed(self.fields),
            field_types: lines.placed(self.field_types),
            defaults: lines.placed(self.defaults),
            symbols: lines.placed(self.symbols),
            branches: lines.placed(self.branches),
        }
    }
}

/// How many line ends and characters stand before every so many bytes of a text.
struct LineIndex<'t> {
    text: &'t str,
    /// Byte where each line starts.
    starts: Vec<usize>,
    /// Characters before each block of [`BLOCK`] bytes.
    chars: Vec<usize>,
}

const BLOCK: usize = 256;

impl<'t> LineIndex<'t> {
    fn new(text: &'t str) -> Self {
        let bytes = text.as_bytes();
        let ends = bytes.iter().enumerate().filter(|(_, byte)| **byte == b'\n').map(|(at, _)| at + 1);
        let starts = std::iter::once(0).chain(ends).collect();
        let mut chars = vec![0];
        for block in bytes.chunks(BLOCK) {
            let before = chars.last().copied().unwrap_or(0);
            chars.push(before + count_chars(block));
        }
        Self { text, starts, chars }
    }

    fn placed<K: Ord + Copy>(&self, places: Vec<(K, usize)>) -> Vec<(K, TextPosition)> {
        let mut placed: Vec<_> = places.into_iter().map(|(key, at)| (key, self.position(at))).collect();
        placed.sort_by_key(|(key, _)| *key);
        placed
    }

    fn position(&self, at: usize) -> TextPosition {
        let line = self.starts.partition_point(|start| *start <= at);
        let column = self.chars_before(at) - self.chars_before(self.starts[line - 1]) + 1;
        TextPosition { line: line as u32, column: column as u32 }
    }

    fn chars_before(&self, at: usize) -> usize {
        self.chars[at / BLOCK] + count_chars(&self.text.as_bytes()[at / BLOCK * BLOCK..at])
    }
}

fn count_chars(bytes: &[u8]) -> usize {
    bytes.iter().filter(|byte| **byte & 0xc0 != 0x80).count()
}
