//! A schema laid out for walking data: what each type reads, what it takes at least, and nothing that takes no bytes.
//!
//! Whatever takes no bytes is left out and a record with one other field is that field, so each step of a walk consumes
//! data: its time follows the data, not what a schema can make of a byte. Names are looked up only for a misfit.

use super::LogicalTypes;
use super::logical::Limit;
use super::misfit::MisfitReason;
use crate::schema::avro::AvroSchema;
use crate::schema::avro::model::{Node, NodeId, Primitive};

/// Position of a node in a [`Program`].
pub(super) type At = u32;

/// How a type is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Shape {
    /// By no bytes at all.
    Nothing,
    /// Never to the end: it has no finite value.
    Endless,
    /// A byte 0 or 1.
    Boolean,
    /// A number of up to 32 bits.
    Int,
    /// A number of up to 64 bits.
    Long,
    /// So many bytes: a float, a double or a fixed.
    Fixed(u32),
    /// A length and so many bytes.
    Bytes,
    /// The same in UTF-8.
    String,
    /// The position of one of so many symbols.
    Enum(u32),
    /// Blocks of this.
    Array(At),
    /// Blocks of a string and this.
    Map(At),
    /// A position in a range of [`Program::branches`].
    Union(Range),
    /// A range of [`Program::parts`], one behind the other.
    Record(Range),
    /// An entry of [`Program::limits`].
    Limited(u32),
    /// An entry of [`Program::partial`].
    Partial(u32),
    /// Not at all by this reader: an entry of [`Program::refusals`].
    Refused(u32),
}

/// A range of a table.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Range {
    pub(super) start: u32,
    pub(super) end: u32,
}

impl Range {
    pub(super) fn len(self) -> usize {
        (self.end - self.start) as usize
    }

    fn positions(self) -> std::ops::Range<usize> {
        self.start as usize..self.end as usize
    }
}

/// A field to be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Part {
    /// Its position in the record of the schema; [`Part::SAME`] for one that stands for the whole.
    pub(super) field: u32,
    pub(super) node: At,
}

impl Part {
    /// The position of what is no field.
    pub(super) const SAME: u32 = u32::MAX;
}

/// A schema laid out for walking data.
#[derive(Debug, Default)]
pub(super) struct Program {
    pub(super) root: At,
    pub(super) shapes: Vec<Shape>,
    /// The type of the schema that each node reads.
    pub(super) origins: Vec<NodeId>,
    /// Bytes that a value takes at least, or fewer.
    pub(super) least: Vec<u64>,
    /// Of a record that is no more than one of its fields: which.
    pub(super) only: Vec<Option<Part>>,
    pub(super) parts: Vec<Part>,
    pub(super) branches: Vec<At>,
    /// What a value must be beyond its shape.
    pub(super) limits: Vec<(Shape, Limit)>,
    /// Enums of which a reader knows some symbols only.
    pub(super) partial: Vec<PartialEnum>,
    /// Why a reader cannot read what stands somewhere.
    pub(super) refusals: Vec<MisfitReason>,
}

/// An enum of which a reader knows some symbols only.
#[derive(Debug)]
pub(super) struct PartialEnum {
    /// The reader's name of it.
    pub(super) reader: String,
    /// Of each symbol of the writer whether the reader knows it.
    pub(super) is_known: Box<[bool]>,
}

impl Program {
    /// Lays a whole schema out, each of its nodes at its own position.
    pub(super) fn of(schema: &AvroSchema, logical_types: LogicalTypes) -> Self {
        let mut program = Self::unsettled(schema, logical_types);
        program.settle();
        program
    }

    /// The same to be added to; [`Self::settle`] is due.
    pub(super) fn unsettled(schema: &AvroSchema, logical_types: LogicalTypes) -> Self {
        let mut program = Self { root: schema.root().index() as At, ..Self::default() };
        for node in schema.node_ids() {
            let shape = program.plain(schema, node);
            let limit = match logical_types {
                LogicalTypes::Checked => Limit::of(schema, node),
                LogicalTypes::Ignored => None,
            };
            let shape = match limit {
                Some(limit) => {
                    program.limits.push((shape, limit));
                    Shape::Limited(program.limits.len() as u32 - 1)
                }
                None => shape,
            };
            program.push(node, shape);
        }
        program
    }

    /// About how many bytes it takes.
    pub(super) fn bytes(&self) -> usize {
        let Self { root: _, shapes, origins, least, only, parts, branches, limits, partial, refusals } = self;
        let partial_bytes =
            |partial: &PartialEnum| size_of::<PartialEnum>() + partial.reader.len() + size_of_val(&*partial.is_known);
        size_of_val(&**shapes)
            + size_of_val(&**origins)
            + size_of_val(&**least)
            + size_of_val(&**only)
            + size_of_val(&**parts)
            + size_of_val(&**branches)
            + size_of_val(&**limits)
            + size_of_val(&**refusals)
            + partial.iter().map(partial_bytes).sum::<usize>()
    }

    /// Adds a node.
    pub(super) fn push(&mut self, origin: NodeId, shape: Shape) -> At {
        self.shapes.push(shape);
        self.origins.push(origin);
        self.shapes.len() as At - 1
    }

    /// Adds a range of branches.
    pub(super) fn union(&mut self, branches: impl IntoIterator<Item = At>) -> Shape {
        let start = self.branches.len() as u32;
        self.branches.extend(branches);
        Shape::Union(Range { start, end: self.branches.len() as u32 })
    }

    /// Adds a range of parts.
    pub(super) fn record(&mut self, parts: impl IntoIterator<Item = Part>) -> Shape {
        let start = self.parts.len() as u32;
        self.parts.extend(parts);
        Shape::Record(Range { start, end: self.parts.len() as u32 })
    }

    fn plain(&mut self, schema: &AvroSchema, node: NodeId) -> Shape {
        match schema.node(node) {
            Node::Primitive(primitive) => Shape::of(primitive),
            Node::Array(items) => Shape::Array(items.index() as At),
            Node::Map(values) => Shape::Map(values.index() as At),
            Node::Union(id) => self.union(schema.union(id).branches().iter().map(|branch| branch.index() as At)),
            Node::Record(id) => {
                let fields = schema.record(id).fields().iter().zip(0..);
                self.record(fields.map(|(field, at)| Part { field: at, node: field.node().index() as At }))
            }
            Node::Enum(id) => Shape::Enum(schema.enumeration(id).symbols().len() as u32),
            Node::Fixed(id) => Shape::Fixed(schema.fixed(id).size()),
        }
    }

    /// Finds what has no value, what takes no bytes, and what each value takes at least. Called once, after the last
    /// node; until then [`Shape::Nothing`] is only what the schema says outright.
    pub(super) fn settle(&mut self) {
        let count = self.shapes.len();
        self.least = vec![u64::MAX; count];
        self.only = vec![None; count];
        let parents = Parents::of(self);
        let mut missing: Vec<u32> = self.shapes.iter().map(|shape| shape.parts()).collect();
        let mut settled: Vec<At> = Vec::with_capacity(count);
        for (at, missing) in missing.iter().enumerate() {
            let has_value = !matches!(self.shapes[at], Shape::Enum(0) | Shape::Union(_));
            if *missing == 0 && has_value {
                settled.push(at as At);
            }
        }
        let mut done = 0;
        // What is reached late is settled late, so every part of a record is settled before the record itself.
        while let Some(at) = settled.get(done).map(|at| *at as usize) {
            done += 1;
            self.settle_one(at);
            for parent in parents.of_node(at) {
                let parent = *parent as usize;
                let Some(left) = missing[parent].checked_sub(1) else { continue };
                missing[parent] = if matches!(self.shapes[parent], Shape::Union(_)) { 0 } else { left };
                if missing[parent] == 0 {
                    settled.push(parent as At);
                }
            }
        }
        for (shape, least) in self.shapes.iter_mut().zip(&self.least) {
            if *least == u64::MAX {
                *shape = Shape::Endless;
            }
        }
    }

    /// Settles a node whose parts are settled.
    fn settle_one(&mut self, at: usize) {
        let shape = match self.shapes[at] {
            Shape::Limited(limit) => self.limits[limit as usize].0,
            shape => shape,
        };
        self.least[at] = match shape {
            Shape::Nothing | Shape::Fixed(0) => {
                self.shapes[at] = Shape::Nothing;
                0
            }
            // It ends the walk, and what the writer has there may be of any length.
            Shape::Refused(_) => 0,
            Shape::Endless => u64::MAX,
            Shape::Fixed(size) => u64::from(size),
            Shape::Record(range) => self.settle_record(at, range),
            Shape::Boolean
            | Shape::Int
            | Shape::Long
            | Shape::Bytes
            | Shape::String
            | Shape::Enum(_)
            | Shape::Partial(_)
            | Shape::Array(_)
            | Shape::Map(_)
            | Shape::Union(_)
            | Shape::Limited(_) => 1,
        };
    }

    fn settle_record(&mut self, at: usize, range: Range) -> u64 {
        let mut least = 0_u64;
        let mut end = range.start;
        for position in range.positions() {
            let part = self.parts[position];
            least = least.saturating_add(self.least[part.node as usize]);
            if self.shapes[part.node as usize] != Shape::Nothing {
                self.parts[end as usize] = part;
                end += 1;
            }
        }
        let kept = Range { start: range.start, end };
        self.shapes[at] = match kept.len() {
            0 => Shape::Nothing,
            1 => {
                let part = self.parts[range.start as usize];
                self.only[at] = Some(part);
                self.shapes[part.node as usize]
            }
            _ => Shape::Record(kept),
        };
        // The sum of what can be added up is finite, even if it is more than can be counted.
        least.min(u64::MAX - 1)
    }
}

impl Shape {
    /// Of a primitive.
    pub(super) fn of(primitive: Primitive) -> Self {
        match primitive {
            Primitive::Null => Self::Nothing,
            Primitive::Boolean => Self::Boolean,
            Primitive::Int => Self::Int,
            Primitive::Long => Self::Long,
            Primitive::Float => Self::Fixed(4),
            Primitive::Double => Self::Fixed(8),
            Primitive::Bytes => Self::Bytes,
            Primitive::String => Self::String,
        }
    }

    /// How many of its parts must have a value for it to have one.
    fn parts(self) -> u32 {
        match self {
            Self::Record(range) => range.end - range.start,
            Self::Union(range) => range.end.min(range.start + 1) - range.start,
            _ => 0,
        }
    }
}

/// Which records and unions each node is part of.
struct Parents {
    starts: Vec<u32>,
    list: Vec<At>,
}

impl Parents {
    fn of(program: &Program) -> Self {
        let edges = |each: &mut dyn FnMut(At, At)| {
            for (at, shape) in program.shapes.iter().enumerate() {
                match shape {
                    Shape::Record(range) => {
                        program.parts[range.positions()].iter().for_each(|part| each(at as At, part.node));
                    }
                    Shape::Union(range) => {
                        program.branches[range.positions()].iter().for_each(|branch| each(at as At, *branch));
                    }
                    _ => {}
                }
            }
        };
        let mut starts = vec![0_u32; program.shapes.len() + 1];
        edges(&mut |_, child| starts[child as usize + 1] += 1);
        for at in 1..starts.len() {
            starts[at] += starts[at - 1];
        }
        let mut list = vec![0; starts.last().map_or(0, |length| *length as usize)];
        let mut next = starts.clone();
        edges(&mut |parent, child| {
            let place = &mut next[child as usize];
            list[*place as usize] = parent;
            *place += 1;
        });
        Self { starts, list }
    }

    fn of_node(&self, at: usize) -> &[At] {
        &self.list[self.starts[at] as usize..self.starts[at + 1] as usize]
    }
}
