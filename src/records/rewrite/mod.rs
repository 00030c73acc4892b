//! A record as its reader gets it: read with the writer's schema, written with the reader's.
//!
//! What a decoder with two schemas does, for those that have one of one schema only. The `apache-avro` crate's own
//! resolution knows no aliases of fields: it takes the default in place of the value that was written.

mod plan;

use super::binary;
use super::cursor::{Cursor, Read};
use super::json::long;
use super::program::{At, Program};
use super::{LogicalTypes, Misfit, Reading};
use crate::schema::ParsedSchema;
use crate::schema::avro::model::Primitive;
use plan::{RecordPlan, Source, Step, Take};
use std::ops::Range;
use std::sync::Arc;

/// Values that any record may hold; a longer one may hold more.
const VALUES_MIN: u64 = 4_000_000;
/// Values a byte of it may hold.
const VALUES_PER_BYTE: u64 = 64;
/// Bytes put in another order that count as a value.
const BYTES_PER_VALUE: u64 = 16;
/// Most bytes that are written of one record.
const BYTES_MAX: usize = 256 * 1024 * 1024;

/// Rewrites records of one writer for one reader. Made once per pair, for many records and threads.
#[derive(Debug)]
pub struct Rewriting {
    reading: Reading,
    /// The writer's schema alone, for what is passed over.
    writer: Program,
    steps: Vec<Step>,
}

/// Why a record was not rewritten.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum NotRewritten {
    /// The reader cannot read it, or it is no record of its writer.
    #[error("{0}")]
    Misfit(Misfit),
    /// The reader takes the default of a field that is no value of its type.
    #[error("a field takes its default, which is no value of its type")]
    Default,
    /// It holds more than can be written: items that take no bytes, or ever the same long default.
    #[error("it holds more than {BYTES_MAX} bytes for this reader, or more values than its bytes allow")]
    TooLarge,
}

impl Rewriting {
    /// For records that `writer` wrote and `reader` is to read. Costs a walk over the pairs of types that meet.
    pub fn new(writer: Arc<ParsedSchema>, reader: Arc<ParsedSchema>) -> Self {
        let (ParsedSchema::Avro(wrote), ParsedSchema::Avro(reads)) = (&*writer, &*reader);
        let steps = plan::steps(wrote, reads);
        let program = Program::of(wrote, LogicalTypes::Ignored);
        Self { writer: program, steps, reading: Reading::new(writer, reader) }
    }

    /// Which records are read.
    pub fn reading(&self) -> &Reading {
        &self.reading
    }

    /// `datum`, one value of the writer's schema in Avro's binary encoding, as one of the reader's.
    ///
    /// Fields are matched and filled in, numbers promoted and branches chosen as [`Reading`] has it. Keeps its own stack,
    /// however deep `datum` is, and ends with an error what a few bytes would make large.
    ///
    /// # Errors
    /// [`NotRewritten`]
    pub fn binary(&self, datum: &[u8]) -> Result<Vec<u8>, NotRewritten> {
        let misfit = || self.reading.binary(datum).map_err(NotRewritten::Misfit);
        let mut writing = Writing {
            rewriting: self,
            cursor: Cursor { data: datum, at: 0 },
            out: Vec::with_capacity(datum.len() + 16),
            frames: Vec::new(),
            values_left: VALUES_MIN + VALUES_PER_BYTE * datum.len() as u64,
        };
        match writing.run() {
            Ok(()) if writing.cursor.left() == 0 => Ok(writing.out),
            // Whoever reads it tells where and why.
            Ok(()) | Err(Stop::Misfit) => misfit().and(Err(NotRewritten::Default)),
            Err(Stop::Default) => misfit().and(Err(NotRewritten::Default)),
            Err(Stop::TooLarge) => misfit().and(Err(NotRewritten::TooLarge)),
        }
    }
}

/// Why it ends early.
enum Stop {
    Misfit,
    Default,
    TooLarge,
}

fn read<T>(read: Read<T>) -> Result<T, Stop> {
    read.map_err(|_| Stop::Misfit)
}

/// A container whose parts are being written.
enum Frame<'p> {
    Fields {
        plan: &'p RecordPlan,
        /// The next of its takes.
        next: usize,
        /// Where the value of the writer's field begins that was read last.
        value_at: usize,
        /// Where what is taken begins in what is written; kept where it is put in another order.
        begins: Vec<usize>,
    },
    Items {
        inner: At,
        is_map: bool,
        left: u64,
        /// Where this block ends, if it says so.
        end: Option<usize>,
    },
}

struct Writing<'p, 'd> {
    rewriting: &'p Rewriting,
    cursor: Cursor<'d>,
    out: Vec<u8>,
    frames: Vec<Frame<'p>>,
    values_left: u64,
}

impl Writing<'_, '_> {
    fn run(&mut self) -> Result<(), Stop> {
        self.enter(0)?;
        while let Some(frame) = self.frames.last_mut() {
            let inner = match frame {
                Frame::Fields { plan, next, value_at, begins } => {
                    let take = plan.takes.get(*next).copied();
                    *next += 1;
                    if !matches!(take, Some(Take::Again(_)) | None) {
                        *value_at = self.cursor.at;
                    }
                    match take {
                        Some(Take::PassOver(node)) => {
                            read(binary::skip(&self.rewriting.writer, node, &mut self.cursor))?;
                            continue;
                        }
                        Some(Take::Read(inner) | Take::Again(inner)) => {
                            self.cursor.at = *value_at;
                            if plan.sources.is_some() {
                                begins.push(self.out.len());
                            }
                            Some(inner)
                        }
                        None => None,
                    }
                }
                Frame::Items { inner, is_map, left, end } => {
                    if *left == 0 {
                        if end.take().is_some_and(|end| end != self.cursor.at) {
                            return Err(Stop::Misfit);
                        }
                        (*left, *end) = block(&mut self.cursor)?;
                        if *left > 0 {
                            long(&mut self.out, i64::try_from(*left).map_err(|_| Stop::Misfit)?);
                        }
                    }
                    match left.checked_sub(1) {
                        Some(after) => {
                            *left = after;
                            if *is_map {
                                let start = self.cursor.at;
                                read(self.cursor.string())?;
                                self.out.extend_from_slice(&self.cursor.data[start..self.cursor.at]);
                            }
                            Some(*inner)
                        }
                        None => None,
                    }
                }
            };
            match inner {
                Some(inner) => self.enter(inner)?,
                None => self.leave()?,
            }
        }
        Ok(())
    }

    /// Writes a value whole if it has no parts; else begins it.
    fn enter(&mut self, mut at: At) -> Result<(), Stop> {
        self.spend(1)?;
        if self.out.len() > BYTES_MAX {
            return Err(Stop::TooLarge);
        }
        let rewriting = self.rewriting;
        loop {
            match &rewriting.steps[at as usize] {
                Step::Refused => return Err(Stop::Misfit),
                Step::OneOf(branches) => {
                    let position = usize::try_from(read(self.cursor.long())?).ok();
                    at = *position.and_then(|position| branches.get(position)).ok_or(Stop::Misfit)?;
                }
                Step::Branch { position, inner } => {
                    long(&mut self.out, i64::from(*position));
                    at = *inner;
                }
                Step::Same { node } => {
                    let start = self.cursor.at;
                    read(binary::skip(&rewriting.writer, *node, &mut self.cursor))?;
                    self.out.extend_from_slice(&self.cursor.data[start..self.cursor.at]);
                    return Ok(());
                }
                Step::Number { from, to } => return self.number(*from, *to),
                Step::Symbol(positions) => {
                    let symbol = usize::try_from(read(self.cursor.int())?).ok();
                    let position = symbol.and_then(|symbol| *positions.get(symbol)?).ok_or(Stop::Misfit)?;
                    long(&mut self.out, i64::from(position));
                    return Ok(());
                }
                Step::Items { inner, is_map } => {
                    self.frames.push(Frame::Items { inner: *inner, is_map: *is_map, left: 0, end: None });
                    return Ok(());
                }
                Step::Record(plan) => {
                    let value_at = self.cursor.at;
                    self.frames.push(Frame::Fields { plan, next: 0, value_at, begins: Vec::new() });
                    return Ok(());
                }
            }
        }
    }

    fn spend(&mut self, values: u64) -> Result<(), Stop> {
        self.values_left = self.values_left.checked_sub(values).ok_or(Stop::TooLarge)?;
        Ok(())
    }

    fn number(&mut self, from: Primitive, to: Primitive) -> Result<(), Stop> {
        let (float, double) = match from {
            Primitive::Int | Primitive::Long => {
                let number = read(self.cursor.long())?;
                (number as f32, number as f64)
            }
            _ => {
                let bytes = read(self.cursor.take(4))?.try_into().map_err(|_| Stop::Misfit)?;
                let number = f32::from_le_bytes(bytes);
                (number, f64::from(number))
            }
        };
        match to {
            Primitive::Float => self.out.extend(float.to_le_bytes()),
            _ => self.out.extend(double.to_le_bytes()),
        }
        Ok(())
    }

    /// Ends the innermost container.
    fn leave(&mut self) -> Result<(), Stop> {
        match self.frames.pop() {
            Some(Frame::Items { .. }) => self.out.push(0),
            Some(Frame::Fields { plan: RecordPlan { sources: Some(sources), .. }, begins, .. }) => {
                let begin = begins.first().copied().unwrap_or(self.out.len());
                let taken = self.out.split_off(begin);
                self.spend(taken.len() as u64 / BYTES_PER_VALUE)?;
                let part = |at: usize| -> Range<usize> {
                    begins[at] - begin..begins.get(at + 1).map_or(taken.len(), |next| next - begin)
                };
                for source in sources {
                    match source {
                        Source::Taken(at) => self.out.extend_from_slice(&taken[part(*at)]),
                        Source::Default(Some(default)) => self.out.extend_from_slice(default),
                        Source::Default(None) => return Err(Stop::Default),
                    }
                    if self.out.len() > BYTES_MAX {
                        return Err(Stop::TooLarge);
                    }
                }
            }
            Some(Frame::Fields { .. }) | None => {}
        }
        Ok(())
    }
}

/// The items of the next block, and where it says that it ends; none behind the last one.
fn block(cursor: &mut Cursor<'_>) -> Result<(u64, Option<usize>), Stop> {
    let count = read(cursor.long())?;
    let end = match count {
        ..0 => {
            let size = usize::try_from(read(cursor.long())?).map_err(|_| Stop::Misfit)?;
            Some(cursor.at.checked_add(size).ok_or(Stop::Misfit)?)
        }
        _ => None,
    };
    Ok((count.unsigned_abs(), end))
}
