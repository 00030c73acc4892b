//! The walk over binary data: one value, in time that follows its bytes, with nothing kept but what is open.

use super::cursor::{Cursor, Read, Slip, slip};
use super::field_path;
use super::misfit::{Misfit, MisfitReason};
use super::program::{At, PartialEnum, Program, Range, Shape};
use super::stack::Stack;
use crate::schema::avro::AvroSchema;

/// The most items that Java's decoder takes for one array or map: its largest array.
const ITEMS_MAX: u64 = i32::MAX as u64 - 8;

/// Checks that `data` is one value and nothing else.
pub(super) fn whole(program: &Program, schema: &AvroSchema, data: &[u8]) -> Result<(), Misfit> {
    let length = prefix(program, schema, data)?;
    match data.len() - length {
        0 => Ok(()),
        bytes => Err(Misfit {
            path: field_path::ROOT.to_owned(),
            offset: Some(length),
            reason: MisfitReason::LeftOver { bytes },
        }),
    }
}

/// The length of the value that `data` begins with.
pub(super) fn prefix(program: &Program, schema: &AvroSchema, data: &[u8]) -> Result<usize, Misfit> {
    let mut walk = Walk { program, cursor: Cursor { data, at: 0 }, open: Stack::new(), frame: None };
    match walk.run() {
        Ok(()) => Ok(walk.cursor.at),
        Err(slip) => Err(walk.misfit(schema, *slip)),
    }
}

/// Reads over a value of the type at `node`. Of what is none the place it ends at means nothing.
pub(super) fn skip(program: &Program, node: At, cursor: &mut Cursor<'_>) -> Read<()> {
    let mut walk = Walk { program, cursor: *cursor, open: Stack::new(), frame: None };
    let ended = walk.run_from(node);
    *cursor = walk.cursor;
    ended
}

/// A container whose parts are being read.
#[derive(Clone, Copy, Debug)]
pub(super) enum Frame {
    /// A record.
    Fields {
        /// The next of its parts, and their end.
        rest: Range,
        /// Where the value of the part before begins.
        value_at: usize,
    },
    /// An array or map.
    Blocks(Blocks),
}

impl Default for Frame {
    fn default() -> Self {
        Self::Fields { rest: Range::default(), value_at: 0 }
    }
}

/// The blocks of an array or map.
#[derive(Clone, Copy, Debug)]
pub(super) struct Blocks {
    pub(super) item: At,
    pub(super) is_map: bool,
    /// Whether an item is being read, and not what stands between them.
    pub(super) is_inside: bool,
    /// Items of this block still to be read.
    left: u64,
    /// Items begun.
    pub(super) begun: u64,
    /// Where this block ends, if it says so.
    end: Option<usize>,
    /// Where the key of the item begins.
    pub(super) key_at: usize,
    /// Where its value begins.
    pub(super) value_at: usize,
}

struct Walk<'p, 'd> {
    program: &'p Program,
    cursor: Cursor<'d>,
    /// What the innermost container lies in.
    open: Stack<Frame>,
    /// The innermost.
    frame: Option<Frame>,
}

impl Walk<'_, '_> {
    fn run(&mut self) -> Read<()> {
        self.run_from(self.program.root)
    }

    fn run_from(&mut self, node: At) -> Read<()> {
        self.frame = enter(self.program, &mut self.cursor, node)?;
        while let Some(frame) = &mut self.frame {
            let opened = match frame {
                Frame::Fields { rest, value_at } => fields(self.program, &mut self.cursor, rest, value_at)?,
                Frame::Blocks(blocks) => blocks.run(self.program, &mut self.cursor)?,
            };
            match opened {
                Some(inner) => {
                    self.open.push(*frame);
                    self.frame = Some(inner);
                }
                None => self.frame = self.open.pop(),
            }
        }
        Ok(())
    }

    #[cold]
    fn misfit(&self, schema: &AvroSchema, slip: Slip) -> Misfit {
        let frames = self.open.iter().chain(&self.frame);
        let (path, end) = field_path::of(self.program, schema, self.cursor.data, frames);
        Misfit { path, offset: Some(slip.at), reason: slip.reason.named(schema, end) }
    }
}

/// Reads on in a record: until it ends, or until a part of it has parts itself.
#[inline]
fn fields(program: &Program, cursor: &mut Cursor<'_>, rest: &mut Range, value_at: &mut usize) -> Read<Option<Frame>> {
    while rest.start < rest.end {
        let part = program.parts[rest.start as usize];
        rest.start += 1;
        *value_at = cursor.at;
        if let Some(inner) = enter(program, cursor, part.node)? {
            return Ok(Some(inner));
        }
    }
    Ok(None)
}

/// Reads a value whole if it has no parts; else as far as its first part.
#[inline]
fn enter(program: &Program, cursor: &mut Cursor<'_>, mut node: At) -> Read<Option<Frame>> {
    loop {
        match program.shapes[node as usize] {
            Shape::Nothing => {}
            Shape::Boolean => cursor.boolean()?,
            Shape::Int => _ = cursor.int()?,
            Shape::Long => _ = cursor.long()?,
            Shape::Fixed(size) => _ = cursor.take(size as usize)?,
            Shape::Bytes => _ = cursor.bytes()?,
            Shape::String => _ = cursor.string()?,
            Shape::Enum(symbols) => _ = enumeration(cursor, symbols)?,
            Shape::Union(range) => {
                node = program.branches[branch(cursor, range)?];
                continue;
            }
            Shape::Record(rest) => return Ok(Some(Frame::Fields { rest, value_at: cursor.at })),
            Shape::Array(item) => return Ok(Some(Frame::Blocks(Blocks::new(item, false)))),
            Shape::Map(item) => return Ok(Some(Frame::Blocks(Blocks::new(item, true)))),
            Shape::Limited(limit) => limited(program, cursor, limit)?,
            Shape::Partial(at) => partial(&program.partial[at as usize], cursor)?,
            Shape::Refused(at) => return slip(cursor.at, program.refusals[at as usize].clone()),
            Shape::Endless => return slip(cursor.at, MisfitReason::NoValue { name: String::new() }),
        }
        return Ok(None);
    }
}

/// Reads the position of a symbol.
#[inline]
fn enumeration(cursor: &mut Cursor<'_>, symbols: u32) -> Read<usize> {
    let start = cursor.at;
    let position = i64::from(cursor.int()?);
    if (0..i64::from(symbols)).contains(&position) {
        return Ok(position as usize);
    }
    slip(start, MisfitReason::NoSuchSymbol { name: String::new(), position, symbols: symbols as usize })
}

fn partial(known: &PartialEnum, cursor: &mut Cursor<'_>) -> Read<()> {
    let start = cursor.at;
    let position = enumeration(cursor, known.is_known.len() as u32)?;
    if known.is_known[position] {
        return Ok(());
    }
    slip(start, MisfitReason::ReaderSymbol { name: known.reader.clone(), position, symbol: String::new() })
}

/// The place in [`Program::branches`] of the branch that stands here.
#[inline]
pub(super) fn branch(cursor: &mut Cursor<'_>, range: Range) -> Read<usize> {
    let start = cursor.at;
    let position = cursor.long()?;
    match usize::try_from(position) {
        Ok(position) if position < range.len() => Ok(range.start as usize + position),
        _ => slip(start, MisfitReason::NoSuchBranch { position, branches: range.len() }),
    }
}

fn limited(program: &Program, cursor: &mut Cursor<'_>, limit: u32) -> Read<()> {
    let (shape, limit) = program.limits[limit as usize];
    let start = cursor.at;
    match shape {
        Shape::Int => limit.number(i64::from(cursor.int()?), start),
        Shape::Long => limit.number(cursor.long()?, start),
        Shape::Bytes => limit.bytes(cursor.bytes()?, start),
        Shape::String => limit.bytes(cursor.string()?, start),
        Shape::Fixed(size) => limit.bytes(cursor.take(size as usize)?, start),
        // No limit is about anything else.
        _ => Ok(()),
    }
}

impl Blocks {
    fn new(item: At, is_map: bool) -> Self {
        Self { item, is_map, is_inside: false, left: 0, begun: 0, end: None, key_at: 0, value_at: 0 }
    }

    /// Reads on: until the last block ends, or until an item has parts.
    fn run(&mut self, program: &Program, cursor: &mut Cursor<'_>) -> Read<Option<Frame>> {
        loop {
            self.is_inside = false;
            if self.left == 0 && !self.next_block(program, cursor)? {
                return Ok(None);
            }
            self.left -= 1;
            self.begun += 1;
            if self.is_map {
                self.key_at = cursor.at;
                cursor.string()?;
            }
            self.value_at = cursor.at;
            self.is_inside = true;
            if let Some(inner) = enter(program, cursor, self.item)? {
                return Ok(Some(inner));
            }
        }
    }

    /// Ends a block and begins the next with items to read. False at the last.
    fn next_block(&mut self, program: &Program, cursor: &mut Cursor<'_>) -> Read<bool> {
        loop {
            if let Some(end) = self.end.take()
                && end != cursor.at
            {
                return slip(cursor.at, MisfitReason::BlockEnd { said: end, found: cursor.at });
            }
            let start = cursor.at;
            let count = cursor.long()?;
            if count == 0 {
                return Ok(false);
            }
            if count < 0 {
                self.end = Some(block_end(cursor)?);
            }
            let count = count.unsigned_abs();
            let left = cursor.left();
            let least = program.least[self.item as usize].saturating_add(u64::from(self.is_map));
            if least > 0 && count > left as u64 / least {
                return slip(start, MisfitReason::CountBeyondData { count, left });
            }
            let total = self.begun.saturating_add(count);
            if total > ITEMS_MAX {
                return slip(start, MisfitReason::TooManyItems { count: total });
            }
            // Items that take no bytes have nothing to be read.
            if program.shapes[self.item as usize] == Shape::Nothing && !self.is_map {
                self.begun = total;
                continue;
            }
            self.left = count;
            return Ok(true);
        }
    }
}

/// Where a block ends whose size stands here. Who skips an array goes by it, so it has to be right.
fn block_end(cursor: &mut Cursor<'_>) -> Read<usize> {
    let start = cursor.at;
    let size = cursor.long()?;
    match u64::try_from(size) {
        Ok(size) if size <= cursor.left() as u64 => Ok(cursor.at + size as usize),
        Ok(length) => slip(start, MisfitReason::LengthBeyondData { length, left: cursor.left() }),
        Err(_) => slip(start, MisfitReason::NegativeLength { length: size }),
    }
}
