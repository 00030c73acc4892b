//! The shortest value of every type of a schema; none for a type whose every value would hold another of the same type.

use super::cheapest::{Alternative, Cheapest, cheapest};
use super::sample::{Readers, Sample, long_cost};
use crate::schema::avro::AvroSchema;
use crate::schema::avro::model::{Node, NodeId};

/// What writing the shortest value of a type means.
#[derive(Debug)]
pub(super) enum Plan {
    /// A value without parts.
    Sample(Sample),
    /// No items, no entries.
    Empty,
    /// This branch.
    Branch(usize),
    /// Every field's shortest value.
    Fields,
}

/// The shortest values of a schema's types, in bytes of the binary encoding.
#[derive(Debug)]
pub(super) struct Shortest {
    plans: Vec<Vec<Alternative<Plan>>>,
    found: Vec<Option<Cheapest>>,
}

impl Shortest {
    pub(super) fn new(schema: &AvroSchema) -> Self {
        let plans: Vec<_> = schema.node_ids().map(|node| plans(schema, node)).collect();
        let found = cheapest(&plans);
        Self { plans, found }
    }

    /// How long it is; `None` where the type has no finite value.
    pub(super) fn cost(&self, node: NodeId) -> Option<u64> {
        self.found[node.index()].map(|found| found.cost)
    }

    /// How to write it.
    pub(super) fn plan(&self, node: NodeId) -> Option<&Plan> {
        let found = self.found[node.index()]?;
        Some(&self.plans[node.index()][found.alternative].what)
    }
}

fn plans(schema: &AvroSchema, node: NodeId) -> Vec<Alternative<Plan>> {
    let leaf = |sample: Sample| vec![Alternative::leaf(sample.cost(), Plan::Sample(sample))];
    let nobody = Readers { schema, nodes: &[] };
    match schema.node(node) {
        Node::Primitive(primitive) => leaf(Sample::primitive(schema, node, primitive, nobody)),
        Node::Fixed(id) => leaf(Sample::fixed(schema.fixed(id).size(), nobody)),
        Node::Enum(id) if schema.enumeration(id).symbols().is_empty() => Vec::new(),
        Node::Enum(_) => leaf(Sample::Symbol(0)),
        Node::Array(_) | Node::Map(_) => vec![Alternative::leaf(1, Plan::Empty)],
        Node::Union(id) => {
            let branches = schema.union(id).branches().iter().enumerate();
            let plan = |(position, branch): (usize, &NodeId)| Alternative {
                base: long_cost(position as i64),
                parts: vec![branch.index()],
                what: Plan::Branch(position),
            };
            branches.map(plan).collect()
        }
        Node::Record(id) => {
            let parts = schema.record(id).fields().iter().map(|field| field.node().index()).collect();
            vec![Alternative { base: 0, parts, what: Plan::Fields }]
        }
    }
}
