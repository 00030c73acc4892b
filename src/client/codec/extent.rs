//! How deep and how large a value is, before anything is built that follows its depth with the stack.
//!
//! The `apache-avro` crate encodes, decodes, resolves and even drops values by recursion, and takes memory for each item,
//! also for one that takes no byte. Both are bounded here, without recursion.

use crate::schema::avro::AvroSchema;
use crate::schema::avro::model::{Node, NodeId, Primitive, RecordId};
use apache_avro::types::Value;

/// How deep values may be nested. Avro itself knows no limit; stacks do.
pub(super) const DEPTH_MAX: usize = 256;
/// What the crate takes of the stack for a level: 100 KiB were seen without optimisation, where a level is three calls.
const LEVEL_BYTES: usize = 128 * 1024;
/// How deep the stack at hand may be used: it may be one of 2 MiB, and partly used.
const DEPTH_AT_HAND: usize = if cfg!(debug_assertions) { 6 } else { 32 };
/// How many values one record may hold, those of its arrays, maps and records included.
pub(super) const VALUES_MAX: u64 = 4_000_000;

/// What is too much.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Beyond {
    /// Nesting.
    #[error("it is nested more than {DEPTH_MAX} deep")]
    Depth,
    /// Items, entries and fields.
    #[error("it holds more than {VALUES_MAX} values")]
    Values,
}

/// Runs what follows a value so deep with the stack: on a stack of its own where the one at hand might not do.
pub(super) fn with_room<T: Send>(depth: usize, work: impl FnOnce() -> T + Send) -> Result<T, Beyond> {
    if depth <= DEPTH_AT_HAND {
        return Ok(work());
    }
    std::thread::scope(|scope| {
        let thread = std::thread::Builder::new().stack_size((depth + DEPTH_AT_HAND) * LEVEL_BYTES);
        let running = thread.spawn_scoped(scope, work).map_err(|_| Beyond::Depth)?;
        running.join().map_err(|panic| std::panic::resume_unwind(panic))
    })
}

/// How deep a value is, if it keeps within the bounds.
pub(super) fn of_value(value: &Value) -> Result<usize, Beyond> {
    let mut open = vec![(value, 0)];
    let (mut seen, mut deepest) = (0_u64, 0);
    while let Some((value, depth)) = open.pop() {
        seen += 1;
        deepest = deepest.max(depth);
        if depth > DEPTH_MAX {
            return Err(Beyond::Depth);
        }
        if seen > VALUES_MAX {
            return Err(Beyond::Values);
        }
        match value {
            Value::Union(_, inner) => open.push((inner, depth + 1)),
            Value::Array(items) => open.extend(items.iter().map(|item| (item, depth + 1))),
            Value::Map(entries) => open.extend(entries.values().map(|item| (item, depth + 1))),
            Value::Record(fields) => open.extend(fields.iter().map(|(_, item)| (item, depth + 1))),
            _ => {}
        }
    }
    Ok(deepest)
}

enum Open {
    Record(RecordId, usize),
    Items { item: NodeId, is_map: bool, left: u64 },
}

/// How deep the value is that `datum` encodes, if it keeps within the bounds. `datum` was found to be one; of anything else the
/// answer means nothing.
pub(super) fn of_datum(schema: &AvroSchema, datum: &[u8]) -> Result<usize, Beyond> {
    let mut reader = Reader { rest: datum };
    let mut open: Vec<Open> = Vec::new();
    let (mut seen, mut deepest) = (0_u64, 0);
    let mut next = Some(schema.root());
    loop {
        if let Some(node) = next.take() {
            seen += 1;
            if seen > VALUES_MAX {
                return Err(Beyond::Values);
            }
            if open.len() >= DEPTH_MAX {
                return Err(Beyond::Depth);
            }
            open.extend(reader.enter(schema, node));
            deepest = deepest.max(open.len());
        }
        let Some(inner) = open.last_mut() else { return Ok(deepest) };
        match inner {
            Open::Record(record, field) => {
                next = schema.record(*record).fields().get(*field).map(|field| field.node());
                *field += 1;
            }
            Open::Items { item, is_map, left } => {
                if *left == 0 {
                    *left = reader.block();
                }
                if *left > 0 {
                    *left -= 1;
                    if *is_map {
                        reader.skip();
                    }
                    next = Some(*item);
                }
            }
        }
        if next.is_none() {
            open.pop();
        }
    }
}

/// Reads what was checked before; at the end of the data there are zeros.
struct Reader<'a> {
    rest: &'a [u8],
}

impl Reader<'_> {
    fn enter(&mut self, schema: &AvroSchema, mut node: NodeId) -> Option<Open> {
        // A union holds none directly, so this ends at its branch.
        while let Node::Union(union) = schema.node(node) {
            let at = usize::try_from(self.long()).unwrap_or(usize::MAX);
            node = *schema.union(union).branches().get(at)?;
        }
        match schema.node(node) {
            Node::Primitive(Primitive::Null) | Node::Union(_) => {}
            Node::Primitive(Primitive::Boolean) => self.take(1),
            Node::Primitive(Primitive::Float) => self.take(4),
            Node::Primitive(Primitive::Double) => self.take(8),
            Node::Primitive(Primitive::Bytes | Primitive::String) => self.skip(),
            Node::Primitive(Primitive::Int | Primitive::Long) | Node::Enum(_) => _ = self.long(),
            Node::Fixed(fixed) => self.take(schema.fixed(fixed).size() as usize),
            Node::Record(record) => return Some(Open::Record(record, 0)),
            Node::Array(item) => return Some(Open::Items { item, is_map: false, left: 0 }),
            Node::Map(item) => return Some(Open::Items { item, is_map: true, left: 0 }),
        }
        None
    }

    fn block(&mut self) -> u64 {
        let count = self.long();
        if count < 0 {
            self.long(); // its size in bytes
        }
        count.unsigned_abs()
    }

    fn skip(&mut self) {
        let length = usize::try_from(self.long()).unwrap_or(0);
        self.take(length);
    }

    fn take(&mut self, bytes: usize) {
        self.rest = self.rest.get(bytes..).unwrap_or_default();
    }

    fn long(&mut self) -> i64 {
        let mut bits = 0_u64;
        for shift in (0..64).step_by(7) {
            let Some((byte, rest)) = self.rest.split_first() else { break };
            self.rest = rest;
            bits |= u64::from(byte & 0x7f) << shift;
            if byte & 0x80 == 0 {
                break;
            }
        }
        (bits >> 1).cast_signed() ^ -(bits & 1).cast_signed()
    }
}
