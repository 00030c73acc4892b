//! Where a reader cannot decode a writer, found by a walk of its own over both: every place once, in schema order, with
//! the way that leads to it. Places are written as the reference writes them, but always from the root.

use super::failing::{goes_by_name, partners};
use crate::compat::IncompatibilityKind as Kind;
use crate::schema::avro::AvroSchema;
use crate::schema::avro::model::{Node, NodeId, RecordId};
use std::collections::HashSet;
use std::fmt::Write;

/// Pairs looked at. The check has looked at as many before, and would not have come to an end with more.
const PAIRS_MAX: usize = 1_000_000;

/// A place that breaks, or may break: a reader's union may have a branch that decodes it all.
#[derive(Debug)]
pub(super) struct Break {
    pub(super) kind: Kind,
    pub(super) reader: NodeId,
    pub(super) writer: NodeId,
    /// What the location ends in, behind the types that lead to it.
    end: End,
    at: usize,
}

/// What a location ends in.
#[derive(Clone, Copy, Debug)]
enum End {
    Here,
    Name,
    Size,
    Symbols,
    Field(usize),
    FieldType(usize),
}

/// From a type of the writer to a part of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Hop {
    /// Items or values.
    Element,
    /// The field at this position.
    Field(usize),
    /// The branch at this position.
    Branch(usize),
}

/// All of one pair of schemas.
#[derive(Debug)]
pub(super) struct Breaks {
    /// In schema order.
    pub(super) list: Vec<Break>,
    trails: Vec<Trail>,
}

impl Breaks {
    /// Looks for them.
    pub(super) fn new(reader: &AvroSchema, writer: &AvroSchema) -> Self {
        let found = Self { list: Vec::new(), trails: Vec::new() };
        let mut walk = Walk { reader, writer, open: Vec::new(), found };
        let mut seen = HashSet::new();
        walk.open.push(Visit::Pair(reader.root(), writer.root(), NOWHERE));
        for _ in 0..PAIRS_MAX {
            match walk.open.pop() {
                None => break,
                Some(Visit::Missing(reads, writes, position, at)) => walk.missing(reads, writes, position, at),
                Some(Visit::Pair(reads, writes, at)) => {
                    // Each occurrence of an unnamed type is a node of its own, so only named ones come again.
                    let is_named = reader.names_of(reads).is_some() || writer.names_of(writes).is_some();
                    if !is_named || seen.insert((reads, writes)) {
                        walk.pair(reads, writes, at);
                    }
                }
            }
        }
        walk.found
    }

    /// Where it is, as the reference writes it: `/fields/2/type/items`, `/` for the root.
    pub(super) fn location(&self, place: &Break) -> String {
        let mut location = String::new();
        for trail in self.trails_to(place) {
            match trail.step {
                Step::Items => location.write_str("/items"),
                Step::Values => location.write_str("/values"),
                Step::FieldType(position) => write!(location, "/fields/{position}/type"),
                Step::Branch(position) => write!(location, "/{position}"),
            }
            .expect("a string takes whatever is written to it");
        }
        match place.end {
            End::Here if location.is_empty() => location.write_str("/"),
            End::Here => Ok(()),
            End::Name => location.write_str("/name"),
            End::Size => location.write_str("/size"),
            End::Symbols => location.write_str("/symbols"),
            End::Field(position) => write!(location, "/fields/{position}"),
            End::FieldType(position) => write!(location, "/fields/{position}/type"),
        }
        .expect("a string takes whatever is written to it");
        location
    }

    /// From the root of the writer: at each type the part in which it goes on.
    pub(super) fn way(&self, place: &Break) -> Vec<(NodeId, Hop)> {
        self.trails_to(place).iter().map(|trail| (trail.from, trail.hop)).collect()
    }

    fn trails_to(&self, place: &Break) -> Vec<&Trail> {
        let mut trails = Vec::new();
        let mut next = place.at;
        while let Some(trail) = self.trails.get(next) {
            trails.push(trail);
            next = trail.before;
        }
        trails.reverse();
        trails
    }
}

/// A type that is still to be looked at, or a field without a partner.
enum Visit {
    Pair(NodeId, NodeId, usize),
    Missing(RecordId, NodeId, usize, usize),
}

/// One step of the way to a place.
#[derive(Debug)]
struct Trail {
    before: usize,
    step: Step,
    from: NodeId,
    hop: Hop,
}

/// How the reference writes it.
#[derive(Clone, Copy, Debug)]
enum Step {
    Items,
    Values,
    FieldType(usize),
    Branch(usize),
}

/// The trail of the root.
const NOWHERE: usize = usize::MAX;

struct Walk<'a> {
    reader: &'a AvroSchema,
    writer: &'a AvroSchema,
    /// The next one last.
    open: Vec<Visit>,
    found: Breaks,
}

impl Walk<'_> {
    fn pair(&mut self, reads: NodeId, writes: NodeId, at: usize) {
        let (to, from) = (self.reader.node(reads), self.writer.node(writes));
        if std::mem::discriminant(&to) == std::mem::discriminant(&from)
            && !goes_by_name(self.reader, reads, self.writer, writes)
        {
            self.found(Kind::NameMismatch, End::Name, (reads, writes), at);
        }
        match (to, from) {
            (_, Node::Union(id)) => {
                for (position, branch) in self.writer.union(id).branches().iter().enumerate().rev() {
                    let at = self.step(at, Step::Branch(position), writes, Hop::Branch(position));
                    self.open.push(Visit::Pair(reads, *branch, at));
                }
            }
            (Node::Union(_), _) => self.found(Kind::MissingUnionBranch, End::Here, (reads, writes), at),
            (Node::Array(items), Node::Array(theirs)) => {
                let at = self.step(at, Step::Items, writes, Hop::Element);
                self.open.push(Visit::Pair(items, theirs, at));
            }
            (Node::Map(values), Node::Map(theirs)) => {
                let at = self.step(at, Step::Values, writes, Hop::Element);
                self.open.push(Visit::Pair(values, theirs, at));
            }
            (Node::Record(record), Node::Record(_)) => self.fields(record, writes, at),
            (Node::Enum(known), Node::Enum(theirs)) => {
                let known = self.reader.enumeration(known);
                let mut symbols = self.writer.enumeration(theirs).symbols().iter();
                if known.default().is_none() && symbols.any(|symbol| !known.contains(symbol)) {
                    self.found(Kind::MissingEnumSymbols, End::Symbols, (reads, writes), at);
                }
            }
            (Node::Fixed(own), Node::Fixed(theirs)) => {
                if self.reader.fixed(own).size() != self.writer.fixed(theirs).size() {
                    self.found(Kind::FixedSizeMismatch, End::Size, (reads, writes), at);
                }
            }
            (Node::Primitive(own), Node::Primitive(theirs)) if crate::compat::avro::is_promoted(own, theirs) => {}
            _ => self.found(Kind::TypeMismatch, End::Here, (reads, writes), at),
        }
    }

    fn fields(&mut self, record: RecordId, writes: NodeId, at: usize) {
        let Node::Record(theirs) = self.writer.node(writes) else { return };
        let (reader, writer) = (self.reader, self.writer.record(theirs));
        for (position, field) in reader.record(record).fields().iter().enumerate().rev() {
            match partners(field, writer).next() {
                Some(partner) => {
                    let at = self.step(at, Step::FieldType(position), writes, Hop::Field(partner));
                    self.open.push(Visit::Pair(field.node(), writer.fields()[partner].node(), at));
                }
                None if field.default().is_some() => {}
                None => self.open.push(Visit::Missing(record, writes, position, at)),
            }
        }
    }

    /// A field that the writer lacks, without a default. The reference holds an enum with a default of its own against
    /// the writer's record.
    fn missing(&mut self, record: RecordId, writes: NodeId, position: usize, at: usize) {
        let record = self.reader.record(record);
        let has_own_default = match self.reader.node(record.fields()[position].node()) {
            Node::Enum(id) => self.reader.enumeration(id).default().is_some(),
            _ => false,
        };
        let (kind, end) = match has_own_default {
            true => (Kind::TypeMismatch, End::FieldType(position)),
            false => (Kind::ReaderFieldMissingDefaultValue, End::Field(position)),
        };
        self.found(kind, end, (record.node(), writes), at);
    }

    fn step(&mut self, before: usize, step: Step, from: NodeId, hop: Hop) -> usize {
        self.found.trails.push(Trail { before, step, from, hop });
        self.found.trails.len() - 1
    }

    fn found(&mut self, kind: Kind, end: End, (reader, writer): (NodeId, NodeId), at: usize) {
        self.found.list.push(Break { kind, reader, writer, end, at });
    }
}
