//! The shortest value of a writer's type that each of several readers' types fails to decode: what it takes to show that
//! no branch of a reader's union will do.
//!
//! "Fails" is meant for every decoder that keeps to the types: names are looked at in [`Names::Count`] only, because
//! decoders differ in what they make of them.

use super::cheapest::{Alternative, Cheapest, cheapest};
use super::sample::{Readers, Sample, long_cost};
use super::shortest::Shortest;
use crate::compat::avro::{answers_to, is_promoted};
use crate::schema::avro::AvroSchema;
use crate::schema::avro::model::{Field, Node, NodeId, Record, RecordId};
use std::collections::HashMap;

/// Readers' types looked at, over all demands; beyond, a value may not be found.
const READERS_MAX: usize = 5_000_000;
/// Records of the reader of which each may be made to fail in a field of its own; more must fail in the same one.
const APART_MAX: usize = 3;
/// Ways looked into to do that.
const COMBINATIONS_MAX: usize = 1_000;
/// Elements of one array, entries of one map.
pub(super) const ELEMENTS_MAX: usize = 26;

/// Whether a name that nobody answers to makes a type unreadable.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Names {
    Count,
    DoNotCount,
}

/// What is asked for: a value of `writer` that none of `readers` decodes.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Demand {
    pub(super) names: Names,
    pub(super) readers: Box<[NodeId]>,
    pub(super) writer: NodeId,
}

/// A demand, by number.
#[derive(Clone, Copy, Debug)]
pub(super) struct DemandId(pub(super) usize);

/// How a demand is met.
#[derive(Debug)]
pub(super) enum Plan {
    /// With this value without parts.
    Sample(Sample),
    /// With the shortest value: no value would be read.
    Shortest,
    /// With this branch, whose value is the one part.
    Branch(usize),
    /// With an item or entry for each part.
    Elements,
    /// With the parts in these fields, ascending; the shortest value in all others.
    Fields(Vec<usize>),
}

/// All demands of one comparison.
pub(super) struct Failing<'a> {
    reader: &'a AvroSchema,
    writer: &'a AvroSchema,
    shortest: &'a Shortest,
    ids: HashMap<Demand, usize>,
    demands: Vec<Demand>,
    plans: Vec<Vec<Alternative<Plan>>>,
    found: Vec<Option<Cheapest>>,
    readers_left: usize,
}

impl<'a> Failing<'a> {
    pub(super) fn new(reader: &'a AvroSchema, writer: &'a AvroSchema, shortest: &'a Shortest) -> Self {
        let (ids, demands, plans, found) = (HashMap::new(), Vec::new(), Vec::new(), Vec::new());
        Self { reader, writer, shortest, ids, demands, plans, found, readers_left: READERS_MAX }
    }

    /// Notes a demand; [`Self::settle`] meets it.
    pub(super) fn ask(&mut self, names: Names, readers: &[NodeId], writer: NodeId) -> DemandId {
        let mut all: Vec<NodeId> = readers.iter().flat_map(|reader| self.branches(reader)).copied().collect();
        all.sort_unstable();
        all.dedup();
        self.readers_left = self.readers_left.saturating_sub(all.len() + 1);
        let demand = Demand { names, readers: all.into(), writer };
        if let Some(id) = self.ids.get(&demand) {
            return DemandId(*id);
        }
        let id = self.demands.len();
        self.ids.insert(demand.clone(), id);
        self.demands.push(demand);
        DemandId(id)
    }

    /// Finds the shortest value for each demand.
    pub(super) fn settle(&mut self) {
        while let Some(demand) = self.demands.get(self.plans.len()) {
            let demand = demand.clone();
            let plans = if self.is_exhausted() { Vec::new() } else { self.plans_for(&demand) };
            self.plans.push(plans);
        }
        self.found = cheapest(&self.plans);
    }

    /// Whether so much was asked for that a value may not have been found.
    pub(super) fn is_exhausted(&self) -> bool {
        self.readers_left == 0
    }

    /// Whether there is such a value. As all that follows, known once it has been settled.
    pub(super) fn is_met(&self, demand: DemandId) -> bool {
        self.found[demand.0].is_some()
    }

    /// How to write it, and the demands that its parts meet.
    pub(super) fn plan(&self, demand: DemandId) -> Option<(&Plan, &[usize])> {
        let found = self.found[demand.0]?;
        let plan = &self.plans[demand.0][found.alternative];
        Some((&plan.what, &plan.parts))
    }

    /// The writer's type of a demand.
    pub(super) fn writer_of(&self, demand: DemandId) -> NodeId {
        self.demands[demand.0].writer
    }

    fn branches<'b>(&self, node: &'b NodeId) -> &'b [NodeId]
    where
        'a: 'b,
    {
        match self.reader.node(*node) {
            Node::Union(id) => self.reader.union(id).branches(),
            _ => std::slice::from_ref(node),
        }
    }

    fn plans_for(&mut self, demand: &Demand) -> Vec<Alternative<Plan>> {
        let (reader, writer) = (self.reader, self.writer);
        if let Node::Union(id) = writer.node(demand.writer) {
            let branches = writer.union(id).branches().iter().enumerate();
            let plan = |(position, branch): (usize, &NodeId)| Alternative {
                base: long_cost(position as i64),
                parts: vec![self.ask(demand.names, &demand.readers, *branch).0],
                what: Plan::Branch(position),
            };
            return branches.map(plan).collect();
        }
        let fails = |node: &NodeId| fails_always(reader, *node, writer, demand.writer, demand.names);
        let rest: Vec<NodeId> = demand.readers.iter().filter(|node| !fails(node)).copied().collect();
        let readers = Readers { schema: reader, nodes: &demand.readers };
        let sample = |sample: Sample| vec![Alternative::leaf(sample.cost(), Plan::Sample(sample))];
        match writer.node(demand.writer) {
            Node::Primitive(primitive) if rest.is_empty() => {
                sample(Sample::primitive(writer, demand.writer, primitive, readers))
            }
            Node::Fixed(id) if rest.is_empty() => sample(Sample::fixed(writer.fixed(id).size(), readers)),
            _ if rest.is_empty() => {
                let cost = self.shortest.cost(demand.writer);
                cost.map(|cost| Alternative::leaf(cost, Plan::Shortest)).into_iter().collect()
            }
            Node::Primitive(_) | Node::Fixed(_) | Node::Union(_) => Vec::new(), // every value is read
            Node::Enum(id) => {
                let is_unknown = |symbol: &str| {
                    rest.iter().all(|node| match reader.node(*node) {
                        Node::Enum(id) => {
                            let known = reader.enumeration(id);
                            known.default().is_none() && !known.contains(symbol)
                        }
                        _ => true,
                    })
                };
                let unknown = writer.enumeration(id).symbols().iter().position(|symbol| is_unknown(symbol));
                unknown.map_or_else(Vec::new, |position| sample(Sample::Symbol(position)))
            }
            Node::Array(items) => self.elements(demand.names, &rest, items, 2),
            Node::Map(values) => self.elements(demand.names, &rest, values, 4),
            Node::Record(id) => self.fields(demand.names, &rest, id),
        }
    }

    /// One element that every reader fails on, or one for each of them. `cost` is that of a single element's frame.
    fn elements(&mut self, names: Names, readers: &[NodeId], element: NodeId, cost: u64) -> Vec<Alternative<Plan>> {
        let parts_of = |node: &NodeId| match self.reader.node(*node) {
            Node::Array(part) | Node::Map(part) => Some(part),
            _ => None,
        };
        let parts: Vec<NodeId> = readers.iter().filter_map(parts_of).collect();
        let joint = self.ask(names, &parts, element).0;
        let mut plans = vec![Alternative { base: cost, parts: vec![joint], what: Plan::Elements }];
        if (2..=ELEMENTS_MAX).contains(&parts.len()) {
            let each = parts.iter().map(|part| self.ask(names, &[*part], element).0).collect();
            plans.push(Alternative { base: cost * parts.len() as u64, parts: each, what: Plan::Elements });
        }
        plans
    }

    /// Ways to let each of `readers` fail in some field.
    fn fields(&mut self, names: Names, readers: &[NodeId], id: RecordId) -> Vec<Alternative<Plan>> {
        let record = self.writer.record(id);
        let costs: Vec<Option<u64>> = record.fields().iter().map(|field| self.shortest.cost(field.node())).collect();
        let endless = costs.iter().filter(|cost| cost.is_none()).count();
        let total = costs.iter().flatten().fold(0, |total: u64, cost| total.saturating_add(*cost));
        let mut plans = Vec::new();
        for mut way in self.ways(readers, record) {
            way.sort_unstable();
            let (mut positions, mut parts, mut base, mut still_endless) = (Vec::new(), Vec::new(), total, endless);
            for together in way.chunk_by(|left, right| left.0 == right.0) {
                let (position, _) = together[0];
                let nodes: Vec<NodeId> = together.iter().map(|(_, node)| *node).collect();
                parts.push(self.ask(names, &nodes, record.fields()[position].node()).0);
                positions.push(position);
                match costs[position] {
                    Some(cost) => base = base.saturating_sub(cost),
                    None => still_endless -= 1,
                }
            }
            if still_endless == 0 && !parts.is_empty() {
                plans.push(Alternative { base, parts, what: Plan::Fields(positions) });
            }
        }
        plans
    }

    /// For each way the fields of the writer, by position, and the readers' types that have to fail on them.
    fn ways(&self, readers: &[NodeId], record: &Record) -> Vec<Vec<(usize, NodeId)>> {
        let pairs_of = |reader: &NodeId| -> Vec<(usize, NodeId)> {
            let Node::Record(to) = self.reader.node(*reader) else { return Vec::new() };
            let fields = self.reader.record(to).fields().iter();
            fields.filter_map(|field| Some((partners(field, record).next()?, field.node()))).collect()
        };
        let mut ways: Vec<Vec<(usize, NodeId)>> = vec![Vec::new()];
        if readers.len() <= APART_MAX {
            for reader in readers {
                let pairs = pairs_of(reader);
                let longer = ways.iter().flat_map(|way| pairs.iter().map(|pair| [way.as_slice(), &[*pair]].concat()));
                ways = longer.take(COMBINATIONS_MAX.max(pairs.len())).collect();
            }
            return ways;
        }
        let mut together: Vec<Vec<(usize, NodeId)>> = vec![Vec::new(); record.fields().len()];
        for (number, reader) in readers.iter().enumerate() {
            for (position, node) in pairs_of(reader) {
                // Two fields of one reader may ask for the same one; that one fails is enough.
                if together[position].len() == number {
                    together[position].push((position, node));
                }
            }
        }
        together.retain(|way| way.len() == readers.len());
        together
    }
}

/// Whether no value of `from` is ever decoded with `to`; neither is a union.
pub(super) fn fails_always(reader: &AvroSchema, to: NodeId, writer: &AvroSchema, from: NodeId, names: Names) -> bool {
    if names == Names::Count && !goes_by_name(reader, to, writer, from) {
        return true;
    }
    match (reader.node(to), writer.node(from)) {
        (Node::Primitive(to), Node::Primitive(from)) => !is_promoted(to, from),
        (Node::Array(_), Node::Array(_)) | (Node::Map(_), Node::Map(_)) | (Node::Enum(_), Node::Enum(_)) => false,
        (Node::Fixed(to), Node::Fixed(from)) => reader.fixed(to).size() != writer.fixed(from).size(),
        (Node::Record(to), Node::Record(from)) => {
            let record = writer.record(from);
            let fields = reader.record(to).fields();
            fields.iter().any(|field| field.default().is_none() && partners(field, record).next().is_none())
        }
        _ => true,
    }
}

/// Whether the reader's type takes the writer's as far as names go; two of which one has none do.
pub(super) fn goes_by_name(reader: &AvroSchema, to: NodeId, writer: &AvroSchema, from: NodeId) -> bool {
    match (reader.names_of(to), writer.names_of(from)) {
        (Some((name, aliases)), Some((theirs, _))) => answers_to(name, aliases, theirs),
        _ => true,
    }
}

/// Positions of the writer's fields that a field of the reader asks for, by its name and then by its aliases.
pub(super) fn partners<'a>(field: &'a Field, writer: &'a Record) -> impl Iterator<Item = usize> + 'a {
    let own = writer.position_of(field.name(), field.name_hash());
    let others = field.aliases().iter().filter_map(|(alias, hash)| writer.position_of(alias, *hash));
    own.into_iter().chain(others)
}
