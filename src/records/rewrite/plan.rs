//! What becomes of each type of a writer for one reader: found out once, before any record.

use super::super::program::{At, Program};
use super::super::resolve::{Partner, Resolver};
use super::super::{LogicalTypes, json};
use crate::compat::avro::{answers_to, is_promoted};
use crate::schema::avro::AvroSchema;
use crate::schema::avro::model::{EnumId, FixedId, Node, NodeId, Primitive, RecordId};
use std::collections::BTreeMap;

/// What is done with a value of the writer's.
#[derive(Debug)]
pub(super) enum Step {
    /// The reader cannot read it.
    Refused,
    /// Its bytes are those of the reader's value.
    Same { node: At },
    /// A number becomes one of another type.
    Number { from: Primitive, to: Primitive },
    /// The reader's position of each symbol; `None` where it has no such symbol and no default.
    Symbol(Box<[Option<u32>]>),
    /// The branch that the writer names goes on as one of these.
    OneOf(Box<[At]>),
    /// The reader has a union, of which it is this branch.
    Branch { position: u32, inner: At },
    /// Each item, or the value of each entry, goes on.
    Items { inner: At, is_map: bool },
    /// Fields are taken, passed over and filled in.
    Record(RecordPlan),
}

/// What becomes of a record.
#[derive(Debug)]
pub(super) struct RecordPlan {
    /// In the order in which the writer's fields stand.
    pub(super) takes: Box<[Take]>,
    /// In the order of the reader's fields; `None` where that is the order in which they are taken.
    pub(super) sources: Option<Box<[Source]>>,
}

/// What is done with a field of the writer's.
#[derive(Clone, Copy, Debug)]
pub(super) enum Take {
    /// It is passed over: a type of the writer.
    PassOver(At),
    /// It goes on.
    Read(At),
    /// The same field goes on once more, to another field of the reader.
    Again(At),
}

/// Where a field of the reader comes from.
#[derive(Debug)]
pub(super) enum Source {
    /// From the writer: a position among all that is taken.
    Taken(usize),
    /// From its default; `None` of one that is no value of its type.
    Default(Option<Box<[u8]>>),
}

/// Lays the steps out; that of the record as a whole is the first.
pub(super) fn steps(writer: &AvroSchema, reader: &AvroSchema) -> Vec<Step> {
    let mut planner = Planner {
        resolver: Resolver::new(writer, reader, Program::default()),
        reader_program: Program::of(reader, LogicalTypes::Ignored),
        known: BTreeMap::new(),
        pairs: Vec::new(),
    };
    planner.pair(writer.root(), reader.root());
    let mut steps = Vec::new();
    while let Some((from, to)) = planner.pairs.get(steps.len()).copied() {
        let step = if planner.resolver.spend(1) { planner.step(from, to) } else { Step::Refused };
        steps.push(step);
    }
    steps
}

struct Planner<'a> {
    resolver: Resolver<'a>,
    reader_program: Program,
    known: BTreeMap<(NodeId, NodeId), At>,
    /// In the order of their steps.
    pairs: Vec<(NodeId, NodeId)>,
}

impl Planner<'_> {
    fn pair(&mut self, from: NodeId, to: NodeId) -> At {
        let pairs = &mut self.pairs;
        *self.known.entry((from, to)).or_insert_with(|| {
            pairs.push((from, to));
            pairs.len() as At - 1
        })
    }

    fn step(&mut self, from: NodeId, to: NodeId) -> Step {
        let (writer, reader) = (self.resolver.writer, self.resolver.reader);
        match (writer.node(from), reader.node(to)) {
            (Node::Union(union), _) => {
                Step::OneOf(writer.union(union).branches().iter().map(|branch| self.pair(*branch, to)).collect())
            }
            (_, Node::Union(union)) => match self.resolver.branch_for(from, union) {
                Some(branch) => {
                    let position = reader.union(union).branches().iter().zip(0..).find(|(known, _)| **known == branch);
                    let Some((_, position)) = position else { return Step::Refused };
                    Step::Branch { position, inner: self.pair(from, branch) }
                }
                None => Step::Refused,
            },
            (Node::Primitive(from_type), Node::Primitive(to_type)) if is_promoted(to_type, from_type) => {
                match to_type {
                    Primitive::Float | Primitive::Double if to_type != from_type => {
                        Step::Number { from: from_type, to: to_type }
                    }
                    // An int and a long, bytes and a string are the same bytes.
                    _ => Step::Same { node: from.index() as At },
                }
            }
            (Node::Array(items), Node::Array(wanted)) => Step::Items { inner: self.pair(items, wanted), is_map: false },
            (Node::Map(values), Node::Map(wanted)) => Step::Items { inner: self.pair(values, wanted), is_map: true },
            (Node::Record(wrote), Node::Record(reads)) => self.record(wrote, reads),
            (Node::Enum(wrote), Node::Enum(reads)) => self.enumeration(wrote, reads),
            (Node::Fixed(wrote), Node::Fixed(reads)) if self.is_same_fixed(wrote, reads) => {
                Step::Same { node: from.index() as At }
            }
            _ => Step::Refused,
        }
    }

    fn record(&mut self, wrote: RecordId, reads: RecordId) -> Step {
        let (writer, reader) = (self.resolver.writer.record(wrote), self.resolver.reader.record(reads));
        let aliases: usize = reader.fields().iter().map(|field| field.aliases().len()).sum();
        if !self.resolver.spend(writer.fields().len() + reader.fields().len() + aliases) {
            return Step::Refused;
        }
        let mut takers: Vec<Vec<usize>> = vec![Vec::new(); writer.fields().len()];
        let mut sources = Vec::with_capacity(reader.fields().len());
        for (at, field) in reader.fields().iter().enumerate() {
            match self.resolver.partner(field, wrote) {
                Partner::One(position) => takers[position].push(at),
                Partner::None if field.default().is_some() => {}
                Partner::None | Partner::Several => return Step::Refused,
            }
            let default = || json::default(&self.reader_program, self.resolver.reader, reads, at as u32);
            let is_taken = matches!(self.resolver.partner(field, wrote), Partner::One(_));
            sources.push(Source::Default(if is_taken { None } else { default().map(Vec::into_boxed_slice) }));
        }
        let mut takes = Vec::with_capacity(writer.fields().len());
        let mut taken = 0;
        let mut is_in_order = true;
        for (field, takers) in writer.fields().iter().zip(takers) {
            for (nth, taker) in takers.iter().enumerate() {
                let inner = self.pair(field.node(), reader.fields()[*taker].node());
                takes.push(if nth == 0 { Take::Read(inner) } else { Take::Again(inner) });
                is_in_order &= *taker == taken;
                sources[*taker] = Source::Taken(taken);
                taken += 1;
            }
            if takers.is_empty() {
                takes.push(Take::PassOver(field.node().index() as At));
            }
        }
        is_in_order &= taken == sources.len();
        let sources = (!is_in_order).then(|| sources.into_boxed_slice());
        Step::Record(RecordPlan { takes: takes.into_boxed_slice(), sources })
    }

    fn enumeration(&self, wrote: EnumId, reads: EnumId) -> Step {
        let (writer, reader) = (self.resolver.writer.enumeration(wrote), self.resolver.reader.enumeration(reads));
        if !answers_to(reader.name(), reader.aliases(), writer.name()) {
            return Step::Refused;
        }
        let default = reader.default().and_then(|default| reader.position_of(default));
        let position = |symbol: &str| reader.position_of(symbol).or(default).map(|position| position as u32);
        Step::Symbol(writer.symbols().iter().map(|symbol| position(symbol)).collect())
    }

    fn is_same_fixed(&self, wrote: FixedId, reads: FixedId) -> bool {
        let (writer, reader) = (self.resolver.writer.fixed(wrote), self.resolver.reader.fixed(reads));
        answers_to(reader.name(), reader.aliases(), writer.name()) && reader.size() == writer.size()
    }
}
