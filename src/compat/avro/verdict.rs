//! The verdict walk: can the reader decode everything the writer may write? Yes or no, nothing else, and fast.
//!
//! It finds the *greatest* answer without contradiction (D5): a pair met again while it is being compared counts as
//! readable, and when such a pair fails after all, whatever was found meanwhile is taken back. A no needs no such
//! care: it was found although everything open was taken for a yes. Recursion of the schemas lives on a stack of our
//! own, so depth costs memory and never the thread's stack. The finding walk shares nothing with this file.

use super::memo::{Known, Memo, Pair};
use crate::schema::avro::AvroSchema;
use crate::schema::avro::model::{
    EnumId, Field, FixedId, Node, NodeId, Primitive, Record, RecordId, TypeName, Union, UnionId,
};

/// What a comparison came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    /// The reader decodes whatever the writer wrote.
    Readable,
    /// It does not.
    Unreadable,
    /// The budget of D10 was spent first.
    Undecided,
}

/// Steps one comparison may take: a pair of nodes, a field, a symbol or an alias each. About 0.1 s.
pub(super) const STEPS_MAX: u32 = 3_000_000;

/// Pairs of named types one comparison may remember: 8 MiB.
const PAIRS_MAX: usize = 1 << 18;

/// Frames and finished pairs kept between comparisons.
const KEPT_MAX: usize = 1 << 15;

/// Working memory of the walk.
#[derive(Debug, Default)]
pub(super) struct Memory {
    memo: Memo,
    frames: Vec<Frame>,
    /// Pairs found readable, in the order they were finished; what a failing assumption takes back.
    finished: Vec<Pair>,
}

/// A comparison of two schemas and what it has learnt about their types.
pub(super) struct Comparison<'a> {
    reader: &'a AvroSchema,
    writer: &'a AvroSchema,
    memory: &'a mut Memory,
    steps_left: u32,
}

/// A pair whose parts are being compared.
#[derive(Clone, Copy, Debug)]
enum Frame {
    /// Two records, field by field of the reader.
    Fields(Fields),
    /// The reader must decode every branch of the writer.
    EveryBranch { reader: NodeId, writer: UnionId, next: u32 },
    /// Some branch of the reader that answers to the name of the writer's type must decode it.
    SomeBranch { reader: UnionId, writer: NodeId, next: u32 },
}

#[derive(Clone, Copy, Debug)]
struct Fields {
    reader: RecordId,
    writer: RecordId,
    /// The reader's next field.
    next: u32,
    /// Where its partner is looked for first: fields mostly keep their order.
    likely: u32,
    /// How many pairs were finished when these records were entered.
    finished: u32,
}

enum Outcome {
    Readable,
    Unreadable,
    Undecided,
    /// It depends on the parts of this frame.
    Open(Frame),
}

impl From<bool> for Outcome {
    fn from(is_readable: bool) -> Self {
        if is_readable { Self::Readable } else { Self::Unreadable }
    }
}

/// Which field of the writer a field of the reader takes its value from.
enum Partner {
    None,
    One(usize),
    Several,
}

impl<'a> Comparison<'a> {
    pub(super) fn new(reader: &'a AvroSchema, writer: &'a AvroSchema, memory: &'a mut Memory) -> Self {
        Self::within(STEPS_MAX, reader, writer, memory)
    }

    /// One that may take so many steps.
    pub(super) fn within(
        steps_left: u32,
        reader: &'a AvroSchema,
        writer: &'a AvroSchema,
        memory: &'a mut Memory,
    ) -> Self {
        memory.memo.begin();
        memory.frames.clear();
        memory.finished.clear();
        memory.frames.shrink_to(KEPT_MAX);
        memory.finished.shrink_to(KEPT_MAX);
        Self { reader, writer, memory, steps_left }
    }

    /// Whether the reader's type at `reader` decodes the writer's at `writer`. What one call learns serves the next.
    pub(super) fn verdict(&mut self, reader: NodeId, writer: NodeId) -> Verdict {
        let mut outcome = self.compare(reader, writer);
        loop {
            let is_readable = match outcome {
                Outcome::Open(frame) => {
                    outcome = self.advance(frame);
                    continue;
                }
                Outcome::Readable => true,
                Outcome::Unreadable => false,
                Outcome::Undecided => {
                    self.memory.frames.clear();
                    return Verdict::Undecided;
                }
            };
            outcome = match self.memory.frames.pop() {
                None if is_readable => return Verdict::Readable,
                None => return Verdict::Unreadable,
                Some(frame) => self.resume(frame, is_readable),
            };
        }
    }

    /// Compares two types as far as no frame is needed.
    fn compare(&mut self, mut reader: NodeId, mut writer: NodeId) -> Outcome {
        loop {
            if !self.spend(1) {
                return Outcome::Undecided;
            }
            (reader, writer) = match (self.reader.node(reader), self.writer.node(writer)) {
                (Node::Primitive(to), Node::Primitive(from)) => return (readers_of(from) & bit(to) != 0).into(),
                (Node::Array(items), Node::Array(from)) | (Node::Map(items), Node::Map(from)) => (items, from),
                (Node::Record(to), Node::Record(from)) => return self.records(to, from),
                (Node::Enum(to), Node::Enum(from)) => return self.enums(to, from),
                (Node::Fixed(to), Node::Fixed(from)) => return self.fixeds(to, from),
                (to, Node::Union(union)) => match self.branches_of(to, union) {
                    Branch::Settled(is_readable) => return is_readable.into(),
                    Branch::Only(branch) => (reader, branch),
                    Branch::Several => return Outcome::Open(Frame::EveryBranch { reader, writer: union, next: 0 }),
                },
                (Node::Union(union), from) => match self.branch_for(self.reader.union(union), writer, from) {
                    Branch::Settled(is_readable) => return is_readable.into(),
                    Branch::Only(branch) => (branch, writer),
                    Branch::Several => return Outcome::Open(Frame::SomeBranch { reader: union, writer, next: 0 }),
                },
                _ => return Outcome::Unreadable,
            };
        }
    }

    /// Which branches of a writer's union have to be compared: primitive ones are settled here, and most unions have
    /// one other at most.
    fn branches_of(&self, reader: Node, writer: UnionId) -> Branch {
        let primitives = match reader {
            Node::Primitive(to) => bit(to),
            Node::Union(union) => self.reader.union(union).primitives(),
            Node::Array(_) | Node::Map(_) | Node::Record(_) | Node::Enum(_) | Node::Fixed(_) => 0,
        };
        let mut other = None;
        for branch in self.writer.union(writer).branches() {
            match self.writer.node(*branch) {
                Node::Primitive(from) if primitives & readers_of(from) != 0 => {}
                Node::Primitive(_) => return Branch::Settled(false),
                _ if other.is_some() => return Branch::Several,
                _ => other = Some(*branch),
            }
        }
        other.map_or(Branch::Settled(true), Branch::Only)
    }

    /// Which branch of a reader's union may decode a type of the writer that is no union.
    fn branch_for(&self, union: &Union, writer: NodeId, from: Node) -> Branch {
        let only = |branch: Option<NodeId>| branch.map_or(Branch::Settled(false), Branch::Only);
        match from {
            Node::Primitive(from) => Branch::Settled(union.primitives() & readers_of(from) != 0),
            Node::Array(_) => only(union.array()),
            Node::Map(_) => only(union.map()),
            Node::Record(_) | Node::Enum(_) | Node::Fixed(_) => match self.candidates(union, writer) {
                ([], []) => Branch::Settled(false),
                ([(_, at)], []) | ([], [(_, at)]) => Branch::Only(union.branches()[*at as usize]),
                _ => Branch::Several,
            },
            Node::Union(_) => Branch::Settled(false),
        }
    }

    /// The branches that answer to the name of the writer's type: by their own name, by an alias.
    fn candidates<'u>(&self, union: &'u Union, writer: NodeId) -> (Positions<'u>, Positions<'u>) {
        let Some((name, _)) = self.writer.names_of(writer) else { return (&[], &[]) };
        (union.named(name.simple_hash()), union.aliased(name.full_hash()))
    }

    fn advance(&mut self, frame: Frame) -> Outcome {
        match frame {
            Frame::Fields(fields) => self.fields(fields),
            Frame::EveryBranch { reader, writer, next } => self.every_branch(reader, writer, next),
            Frame::SomeBranch { reader, writer, next } => self.some_branch(reader, writer, next),
        }
    }

    /// Goes on with `frame` now that the part it waited for is decided.
    fn resume(&mut self, frame: Frame, is_readable: bool) -> Outcome {
        match frame {
            Frame::Fields(fields) if !is_readable => self.fail(fields),
            Frame::EveryBranch { .. } if !is_readable => Outcome::Unreadable,
            Frame::SomeBranch { .. } if is_readable => Outcome::Readable,
            frame => self.advance(frame),
        }
    }

    fn records(&mut self, to: RecordId, from: RecordId) -> Outcome {
        let (reader, writer) = (self.reader.record(to), self.writer.record(from));
        if !self.spend(reader.aliases().len()) {
            return Outcome::Undecided;
        }
        if !answers_to(reader.name(), reader.aliases(), writer.name()) {
            return Outcome::Unreadable;
        }
        let pair = pair(reader.node(), writer.node());
        match self.memory.memo.enter(pair) {
            Known::Readable | Known::InProgress | Known::Assumed => return Outcome::Readable,
            Known::Unreadable => return Outcome::Unreadable,
            Known::Nothing => {}
        }
        if self.memory.memo.len() > PAIRS_MAX {
            return Outcome::Undecided;
        }
        let finished = self.memory.finished.len() as u32;
        Outcome::Open(Frame::Fields(Fields { reader: to, writer: from, next: 0, likely: 0, finished }))
    }

    fn fields(&mut self, mut at: Fields) -> Outcome {
        let (mut reader, mut writer) = (self.reader.record(at.reader), self.writer.record(at.writer));
        while let Some(field) = reader.fields().get(at.next as usize) {
            at.next += 1;
            if !self.spend(1 + field.aliases().len()) {
                return Outcome::Undecided;
            }
            let partner = match partner(field, writer, at.likely as usize) {
                Partner::None if field.default().is_some() => continue,
                // The reference throws on several; `can_read` asks the finding walk whether it does here.
                Partner::None | Partner::Several => return self.fail(at),
                Partner::One(position) => position,
            };
            at.likely = partner as u32 + 1;
            match self.compare(field.node(), writer.fields()[partner].node()) {
                Outcome::Readable => {}
                Outcome::Unreadable => return self.fail(at),
                Outcome::Undecided => return Outcome::Undecided,
                Outcome::Open(Frame::Fields(part)) => {
                    self.memory.frames.push(Frame::Fields(at));
                    at = part;
                    (reader, writer) = (self.reader.record(at.reader), self.writer.record(at.writer));
                }
                Outcome::Open(part) => {
                    self.memory.frames.push(Frame::Fields(at));
                    return Outcome::Open(part);
                }
            }
        }
        let pair = pair(reader.node(), writer.node());
        self.memory.memo.set(pair, Known::Readable);
        self.memory.finished.push(pair);
        Outcome::Readable
    }

    /// Two records do not fit. Where somebody took them for readable meanwhile, what was finished since is taken back.
    fn fail(&mut self, at: Fields) -> Outcome {
        let pair = pair(self.reader.record(at.reader).node(), self.writer.record(at.writer).node());
        if self.memory.memo.get(pair) == Known::Assumed {
            while self.memory.finished.len() > at.finished as usize {
                if let Some(doubtful) = self.memory.finished.pop() {
                    self.memory.memo.set(doubtful, Known::Nothing);
                }
            }
        }
        self.memory.memo.set(pair, Known::Unreadable);
        Outcome::Unreadable
    }

    fn enums(&mut self, to: EnumId, from: EnumId) -> Outcome {
        let (reader, writer) = (self.reader.enumeration(to), self.writer.enumeration(from));
        if !self.spend(reader.aliases().len()) {
            return Outcome::Undecided;
        }
        if !answers_to(reader.name(), reader.aliases(), writer.name()) {
            return Outcome::Unreadable;
        }
        if reader.default().is_some() {
            return Outcome::Readable;
        }
        let pair = pair(reader.node(), writer.node());
        match self.memory.memo.get(pair) {
            Known::Readable | Known::InProgress | Known::Assumed => return Outcome::Readable,
            Known::Unreadable => return Outcome::Unreadable,
            Known::Nothing => {}
        }
        if !self.spend(writer.symbols().len()) || self.memory.memo.len() > PAIRS_MAX {
            return Outcome::Undecided;
        }
        let mut symbols = writer.symbols().iter().enumerate();
        let has_all = symbols.all(|(at, symbol)| reader.symbols().get(at) == Some(symbol) || reader.contains(symbol));
        self.memory.memo.set(pair, if has_all { Known::Readable } else { Known::Unreadable });
        has_all.into()
    }

    fn fixeds(&mut self, to: FixedId, from: FixedId) -> Outcome {
        let (reader, writer) = (self.reader.fixed(to), self.writer.fixed(from));
        if !self.spend(reader.aliases().len()) {
            return Outcome::Undecided;
        }
        (reader.size() == writer.size() && answers_to(reader.name(), reader.aliases(), writer.name())).into()
    }

    fn every_branch(&mut self, reader: NodeId, writer: UnionId, mut next: u32) -> Outcome {
        let branches = self.writer.union(writer).branches();
        while let Some(branch) = branches.get(next as usize) {
            next += 1;
            match self.compare(reader, *branch) {
                Outcome::Readable => {}
                // The last branch decides alone.
                Outcome::Open(part) if next as usize == branches.len() => return Outcome::Open(part),
                Outcome::Open(part) => {
                    self.memory.frames.push(Frame::EveryBranch { reader, writer, next });
                    return Outcome::Open(part);
                }
                other => return other,
            }
        }
        Outcome::Readable
    }

    fn some_branch(&mut self, reader: UnionId, writer: NodeId, mut next: u32) -> Outcome {
        let union = self.reader.union(reader);
        let (named, aliased) = self.candidates(union, writer);
        let count = named.len() + aliased.len();
        while let Some((_, position)) = named.iter().chain(aliased).nth(next as usize) {
            next += 1;
            match self.compare(union.branches()[*position as usize], writer) {
                Outcome::Unreadable => {}
                // The last candidate decides alone.
                Outcome::Open(part) if next as usize == count => return Outcome::Open(part),
                Outcome::Open(part) => {
                    self.memory.frames.push(Frame::SomeBranch { reader, writer, next });
                    return Outcome::Open(part);
                }
                other => return other,
            }
        }
        Outcome::Unreadable
    }

    fn spend(&mut self, steps: usize) -> bool {
        let left = (self.steps_left as usize).checked_sub(steps);
        self.steps_left = left.unwrap_or(0) as u32;
        left.is_some()
    }
}

fn pair(reader: NodeId, writer: NodeId) -> Pair {
    Pair { reader: reader.index() as u32, writer: writer.index() as u32 }
}

/// Positions in a union, each behind the hash it was found by.
type Positions<'a> = &'a [(u64, u32)];

/// Which branches of a union a comparison depends on.
enum Branch {
    Settled(bool),
    Only(NodeId),
    Several,
}

/// Whether the reader's type of this name and these aliases takes a type of the writer's name (`avro-compatibility` 3.2):
/// simple names are equal, or the writer's full name is an alias of the reader's.
pub fn answers_to(name: &TypeName, aliases: &[TypeName], writer: &TypeName) -> bool {
    if name.simple_hash() == writer.simple_hash() && name.simple() == writer.simple() {
        return true;
    }
    // Java writes an alias of the null namespace on a namespaced type as `.A`, which no full name equals.
    let can_match = |alias: &TypeName| !alias.namespace().is_empty() || name.namespace().is_empty();
    aliases
        .iter()
        .any(|alias| alias.full_hash() == writer.full_hash() && alias.full() == writer.full() && can_match(alias))
}

fn partner(field: &Field, writer: &Record, likely: usize) -> Partner {
    let own = match writer.fields().get(likely) {
        Some(there) if there.name_hash() == field.name_hash() && there.name() == field.name() => Some(likely),
        _ => writer.position_of(field.name(), field.name_hash()),
    };
    let mut partner = own;
    for (alias, hash) in field.aliases() {
        let Some(position) = writer.position_of(alias, *hash) else { continue };
        if partner.is_some() {
            return Partner::Several;
        }
        partner = Some(position);
    }
    partner.map_or(Partner::None, Partner::One)
}

/// Whether a `reader` decodes what a `writer` wrote: the same type, or one that the specification promotes to it.
pub fn is_promoted(reader: Primitive, writer: Primitive) -> bool {
    readers_of(writer) & bit(reader) != 0
}

const fn bit(primitive: Primitive) -> u8 {
    1 << primitive as u8
}

/// The primitives that can read `writer`, itself included, as a set of [`bit`]s.
const fn readers_of(writer: Primitive) -> u8 {
    const LONG_UP: u8 = bit(Primitive::Long) | bit(Primitive::Float) | bit(Primitive::Double);
    match writer {
        Primitive::Int => bit(Primitive::Int) | LONG_UP,
        Primitive::Long => LONG_UP,
        Primitive::Float => bit(Primitive::Float) | bit(Primitive::Double),
        Primitive::Bytes | Primitive::String => bit(Primitive::Bytes) | bit(Primitive::String),
        Primitive::Null | Primitive::Boolean | Primitive::Double => bit(writer),
    }
}
