//! A writer's schema as a reader sees it: laid out for walking the writer's data, with a refusal at each place that the
//! reader cannot decode.
//!
//! The rules are those of Java's `Resolver`: a refusal only counts where data reaches it. Named types are told apart as
//! the level check does it, by simple name or alias, where `Resolver` compares full names within unions: it would refuse
//! what the check has promised. As there, the name of a record counts in unions alone, and only to choose a branch.

use super::LogicalTypes;
use super::field_path::type_name;
use super::misfit::MisfitReason;
use super::program::{At, Part, PartialEnum, Program, Shape};
use crate::compat::avro::{answers_to, is_promoted};
use crate::schema::avro::AvroSchema;
use crate::schema::avro::model::{EnumId, Field, FixedId, Node, NodeId, Primitive, RecordId, UnionId};
use std::collections::BTreeMap;

/// Pairs of types that are looked at, and fields of records among them.
const STEPS_MAX: usize = 1_000_000;

/// Lays out `writer` as `reader` sees it.
pub(super) fn program(writer: &AvroSchema, reader: &AvroSchema) -> Program {
    // First every type as the writer alone has it: what the reader passes over is read like that.
    let mut resolver = Resolver::new(writer, reader, Program::unsettled(writer, LogicalTypes::Ignored));
    resolver.program.root = resolver.pair(writer.root(), reader.root());
    while let Some((at, from, to)) = resolver.pending.pop() {
        let shape = resolver.shape(from, to);
        resolver.program.shapes[at as usize] = shape;
    }
    resolver.program.settle();
    resolver.program
}

/// Decides what goes with what.
pub(super) struct Resolver<'a> {
    pub(super) writer: &'a AvroSchema,
    pub(super) reader: &'a AvroSchema,
    program: Program,
    known: BTreeMap<(NodeId, NodeId), At>,
    /// Pairs that have a place but no shape yet.
    pending: Vec<(At, NodeId, NodeId)>,
    steps_left: usize,
}

/// Which field of the writer a field of the reader takes its value from.
pub(super) enum Partner {
    None,
    One(usize),
    Several,
}

impl<'a> Resolver<'a> {
    /// `program` is added to.
    pub(super) fn new(writer: &'a AvroSchema, reader: &'a AvroSchema, program: Program) -> Self {
        Self { writer, reader, program, known: BTreeMap::new(), pending: Vec::new(), steps_left: STEPS_MAX }
    }
}

impl Resolver<'_> {
    /// The place of a pair.
    fn pair(&mut self, from: NodeId, to: NodeId) -> At {
        if let Some(known) = self.known.get(&(from, to)) {
            return *known;
        }
        let at = self.program.push(from, Shape::Nothing);
        self.known.insert((from, to), at);
        self.pending.push((at, from, to));
        at
    }

    fn shape(&mut self, from: NodeId, to: NodeId) -> Shape {
        if !self.spend(1) {
            return self.refused(MisfitReason::ReaderTooLarge);
        }
        match (self.writer.node(from), self.reader.node(to)) {
            (Node::Union(union), _) => {
                let writer = self.writer;
                let branches: Vec<At> =
                    writer.union(union).branches().iter().map(|branch| self.pair(*branch, to)).collect();
                self.program.union(branches)
            }
            (_, Node::Union(union)) => match self.branch_for(from, union) {
                Some(branch) => {
                    let node = self.pair(from, branch);
                    self.program.record([Part { field: Part::SAME, node }])
                }
                None => self.refused(MisfitReason::ReaderBranch { found: type_name(self.writer, from) }),
            },
            (Node::Primitive(wrote), Node::Primitive(reads)) if is_promoted(reads, wrote) => Shape::of(wrote),
            (Node::Array(items), Node::Array(wanted)) => Shape::Array(self.pair(items, wanted)),
            (Node::Map(values), Node::Map(wanted)) => Shape::Map(self.pair(values, wanted)),
            (Node::Record(wrote), Node::Record(reads)) => self.record(wrote, reads),
            (Node::Enum(wrote), Node::Enum(reads)) => self.enumeration(wrote, reads),
            (Node::Fixed(wrote), Node::Fixed(reads)) => self.fixed(wrote, reads),
            _ => {
                let (wanted, found) = (type_name(self.reader, to), type_name(self.writer, from));
                self.refused(MisfitReason::ReaderType { wanted, found })
            }
        }
    }

    fn record(&mut self, wrote: RecordId, reads: RecordId) -> Shape {
        let (writer, reader) = (self.writer.record(wrote), self.reader.record(reads));
        let aliases: usize = reader.fields().iter().map(|field| field.aliases().len()).sum();
        if !self.spend(writer.fields().len() + reader.fields().len() + aliases) {
            return self.refused(MisfitReason::ReaderTooLarge);
        }
        // Which field of the reader takes each of the writer's.
        let mut takers: Vec<Option<&Field>> = vec![None; writer.fields().len()];
        for field in reader.fields() {
            let names = || (reader.name().full().to_owned(), field.name().to_owned());
            match self.partner(field, wrote) {
                // Of two fields that answer to one of the writer's the level check counts both, so the one that cannot
                // read it decides. Java gives it to one and the other its default, and fails where there is none.
                Partner::One(position) => {
                    let can_read = self.may_read(writer.fields()[position].node(), field.node());
                    if takers[position].is_none() || !can_read {
                        takers[position] = Some(field);
                    }
                }
                Partner::None if field.default().is_none() => {
                    let (record, field) = names();
                    return self.refused(MisfitReason::ReaderField { record, field });
                }
                Partner::Several => {
                    let (record, field) = names();
                    return self.refused(MisfitReason::ReaderAlias { record, field });
                }
                Partner::None => {}
            }
        }
        let fields = writer.fields().iter().zip(0..).zip(takers);
        let parts: Vec<Part> = fields
            .map(|((field, position), taker)| Part {
                field: position,
                node: match taker {
                    Some(taker) => self.pair(field.node(), taker.node()),
                    None => field.node().index() as At,
                },
            })
            .collect();
        self.program.record(parts)
    }

    pub(super) fn partner(&self, field: &Field, wrote: RecordId) -> Partner {
        let writer = self.writer.record(wrote);
        let mut partner = writer.position_of(field.name(), field.name_hash());
        for (alias, hash) in field.aliases() {
            match (writer.position_of(alias, *hash), partner) {
                (Some(position), Some(other)) if position != other => return Partner::Several,
                (Some(position), _) => partner = Some(position),
                (None, _) => {}
            }
        }
        partner.map_or(Partner::None, Partner::One)
    }

    fn enumeration(&mut self, wrote: EnumId, reads: EnumId) -> Shape {
        let (writer, reader) = (self.writer.enumeration(wrote), self.reader.enumeration(reads));
        if !answers_to(reader.name(), reader.aliases(), writer.name()) {
            let (wanted, found) = (reader.name().full().to_owned(), writer.name().full().to_owned());
            return self.refused(MisfitReason::ReaderName { wanted, found });
        }
        // A default that is no symbol of its own enum is none: Java finds it at position -1.
        let has_default = reader.default().is_some_and(|default| reader.contains(default));
        let is_known: Box<[bool]> =
            writer.symbols().iter().map(|symbol| has_default || reader.contains(symbol)).collect();
        if is_known.iter().all(|known| *known) {
            return Shape::Enum(is_known.len() as u32);
        }
        self.program.partial.push(PartialEnum { reader: reader.name().full().to_owned(), is_known });
        Shape::Partial(self.program.partial.len() as u32 - 1)
    }

    fn fixed(&mut self, wrote: FixedId, reads: FixedId) -> Shape {
        let (writer, reader) = (self.writer.fixed(wrote), self.reader.fixed(reads));
        if !answers_to(reader.name(), reader.aliases(), writer.name()) {
            let (wanted, found) = (reader.name().full().to_owned(), writer.name().full().to_owned());
            return self.refused(MisfitReason::ReaderName { wanted, found });
        }
        match reader.size() == writer.size() {
            true => Shape::Fixed(writer.size()),
            false => self.refused(MisfitReason::ReaderSize { wanted: reader.size(), found: writer.size() }),
        }
    }

    /// The branch of a reader's union that takes a type of the writer's that is no union: of the same type if there is
    /// one, else the first that it is promoted to.
    pub(super) fn branch_for(&mut self, from: NodeId, union: UnionId) -> Option<NodeId> {
        let union = self.reader.union(union);
        match self.writer.node(from) {
            Node::Primitive(wrote) => {
                let primitive = |branch: &NodeId| match self.reader.node(*branch) {
                    Node::Primitive(reads) => Some(reads),
                    _ => None,
                };
                let find = |fits: &dyn Fn(Primitive) -> bool| {
                    union.branches().iter().copied().find(|branch| primitive(branch).is_some_and(fits))
                };
                find(&|reads| reads == wrote).or_else(|| find(&|reads| is_promoted(reads, wrote)))
            }
            Node::Array(_) => union.array(),
            Node::Map(_) => union.map(),
            Node::Union(_) => None,
            Node::Record(_) | Node::Enum(_) | Node::Fixed(_) => self.named_branch(from, union.branches()),
        }
    }

    /// By full name or alias; else by simple name; else, of records, the first with the same structure.
    fn named_branch(&mut self, from: NodeId, branches: &[NodeId]) -> Option<NodeId> {
        let (writer, reader) = (self.writer, self.reader);
        let (name, _) = writer.names_of(from)?;
        self.spend(branches.len());
        let same_kind = || branches.iter().copied().filter(|branch| reader.kind(*branch) == writer.kind(from));
        let by_name: Vec<NodeId> = same_kind()
            .filter(|branch| reader.names_of(*branch).is_some_and(|(own, others)| answers_to(own, others, name)))
            .collect();
        let is_plain = |branch: &&NodeId| {
            reader.names_of(**branch).is_some_and(|(own, others)| {
                own.full() == name.full() || others.iter().any(|alias| alias.full() == name.full())
            })
        };
        if let Some(branch) = by_name.iter().find(is_plain) {
            return Some(*branch);
        }
        let Node::Record(wrote) = writer.node(from) else { return by_name.first().copied() };
        let by_structure = by_name.iter().copied().chain(same_kind()).find(|branch| match reader.node(*branch) {
            Node::Record(reads) => self.is_alike(wrote, reads),
            _ => false,
        });
        by_structure.or_else(|| by_name.first().copied())
    }

    /// Whether nothing in two records' own fields stands in the way; deeper Java does not look either.
    fn is_alike(&mut self, wrote: RecordId, reads: RecordId) -> bool {
        let (writer, reader) = (self.writer.record(wrote), self.reader.record(reads));
        self.spend(reader.fields().len())
            && reader.fields().iter().all(|field| match self.partner(field, wrote) {
                Partner::None => field.default().is_some(),
                Partner::Several => false,
                Partner::One(position) => self.may_read(writer.fields()[position].node(), field.node()),
            })
    }

    /// Whether two types may go together, as far as their kinds and names tell.
    fn may_read(&self, from: NodeId, to: NodeId) -> bool {
        match (self.writer.node(from), self.reader.node(to)) {
            (Node::Union(_), _) | (_, Node::Union(_)) | (Node::Record(_), Node::Record(_)) => true,
            (Node::Primitive(wrote), Node::Primitive(reads)) => is_promoted(reads, wrote),
            (Node::Array(_), Node::Array(_)) | (Node::Map(_), Node::Map(_)) => true,
            (Node::Enum(_), Node::Enum(_)) | (Node::Fixed(_), Node::Fixed(_)) => {
                let names = self.reader.names_of(to).zip(self.writer.names_of(from));
                names.is_some_and(|((own, others), (name, _))| answers_to(own, others, name))
            }
            _ => false,
        }
    }

    fn refused(&mut self, reason: MisfitReason) -> Shape {
        self.program.refusals.push(reason);
        Shape::Refused(self.program.refusals.len() as u32 - 1)
    }

    pub(super) fn spend(&mut self, steps: usize) -> bool {
        let left = self.steps_left.checked_sub(steps);
        self.steps_left = left.unwrap_or(0);
        left.is_some()
    }
}
