//! When two types are the same: a repeated definition and its first, and two schemas found under one subject.
//!
//! Walks pairs of types with a list of its own, so depth costs no stack, and joins what it has found equal into
//! classes, so that nothing is compared twice and cycles end.

use super::builder::Builder;
use super::json::Json;
use super::model::{AvroSchema, Enumeration, Field, Fixed, Node, NodeId, Record, TypeName};
use std::collections::BTreeMap;

/// Whether the definition at `later` repeats the one at `earlier`: documentation, aliases, enum defaults and the word
/// `error` aside, all must be equal (`avro-compatibility` 1.5). An open name equals nothing but itself.
pub(super) fn repeats(build: &Builder, later: NodeId, earlier: NodeId) -> bool {
    let class = |id: NodeId| build.repeats.get(&id).copied().unwrap_or(id);
    let model = &build.model;
    let mut pairs = vec![(later, earlier)];
    while let Some((left, right)) = pairs.pop() {
        let is_open = Builder::open_at(left).is_some() || Builder::open_at(right).is_some();
        if left == right || !is_open && class(left) == class(right) {
            continue;
        }
        if is_open || !same_at(Side { model, node: left }, Side { model, node: right }, Depth::Structure, &mut pairs) {
            return false;
        }
    }
    true
}

/// Whether two schemas are the same in everything but the order of attributes and aliases and the spelling of the text.
pub fn equivalent(left: &AvroSchema, right: &AvroSchema) -> bool {
    let mut classes = Classes::new(left.node_count(), right.node_count());
    let mut pairs = vec![(left.root, right.root)];
    while let Some((l, r)) = pairs.pop() {
        if !classes.join(l, r) {
            continue;
        }
        if !same_at(Side { model: left, node: l }, Side { model: right, node: r }, Depth::Everything, &mut pairs) {
            return false;
        }
    }
    true
}

/// How much of a type counts.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Depth {
    /// What decides whether a definition may be repeated.
    Structure,
    /// Documentation, aliases and enum defaults as well.
    Everything,
}

#[derive(Clone, Copy)]
struct Side<'a> {
    model: &'a AvroSchema,
    node: NodeId,
}

/// Compares two types without what they contain, which goes onto `pairs`.
fn same_at(left: Side<'_>, right: Side<'_>, depth: Depth, pairs: &mut Vec<(NodeId, NodeId)>) -> bool {
    if !same_attributes(left.model.attributes(left.node), right.model.attributes(right.node)) {
        return false;
    }
    match (left.model.node(left.node), right.model.node(right.node)) {
        (Node::Primitive(l), Node::Primitive(r)) => l == r,
        (Node::Array(l), Node::Array(r)) | (Node::Map(l), Node::Map(r)) => {
            pairs.push((l, r));
            true
        }
        (Node::Union(l), Node::Union(r)) => {
            let (l, r) = (left.model.union(l).branches(), right.model.union(r).branches());
            pairs.extend(l.iter().copied().zip(r.iter().copied()));
            l.len() == r.len()
        }
        (Node::Record(l), Node::Record(r)) => {
            let (l, r) = (left.model.record(l), right.model.record(r));
            pairs.extend(l.fields.iter().map(|field| field.node).zip(r.fields.iter().map(|field| field.node)));
            same_record(l, r, depth)
        }
        (Node::Enum(l), Node::Enum(r)) => same_enum(left.model.enumeration(l), right.model.enumeration(r), depth),
        (Node::Fixed(l), Node::Fixed(r)) => same_fixed(left.model.fixed(l), right.model.fixed(r), depth),
        _ => false,
    }
}

fn same_record(left: &Record, right: &Record, depth: Depth) -> bool {
    left.name == right.name
        && left.fields.len() == right.fields.len()
        && left.fields.iter().zip(&right.fields).all(|(left, right)| same_field(left, right, depth))
        && (depth == Depth::Structure || left.doc == right.doc && same_aliases(&left.aliases, &right.aliases))
}

fn same_field(left: &Field, right: &Field, depth: Depth) -> bool {
    let same_default = match (&left.default, &right.default) {
        (Some(left), Some(right)) => same_json(left, right),
        (left, right) => left.is_none() && right.is_none(),
    };
    left.name == right.name
        && same_default
        && left.order == right.order
        && same_attributes(&left.attributes, &right.attributes)
        && (depth == Depth::Structure
            || left.doc == right.doc && same_set(&left.aliases, &right.aliases, |(alias, _)| alias))
}

fn same_enum(left: &Enumeration, right: &Enumeration, depth: Depth) -> bool {
    left.name == right.name
        && left.symbols == right.symbols
        && (depth == Depth::Structure
            || left.doc == right.doc && left.default == right.default && same_aliases(&left.aliases, &right.aliases))
}

fn same_fixed(left: &Fixed, right: &Fixed, depth: Depth) -> bool {
    left.name == right.name
        && left.size == right.size
        && (depth == Depth::Structure || left.doc == right.doc && same_aliases(&left.aliases, &right.aliases))
}

fn same_aliases(left: &[TypeName], right: &[TypeName]) -> bool {
    same_set(left, right, TypeName::full)
}

/// Compares as sets; neither side repeats an item.
fn same_set<'a, T>(left: &'a [T], right: &'a [T], key: impl Fn(&'a T) -> &'a str) -> bool {
    let in_order = left.len() == right.len() && left.iter().zip(right).all(|(left, right)| key(left) == key(right));
    if in_order || left.len() != right.len() {
        return in_order;
    }
    let sorted = |items: &'a [T]| {
        let mut keys: Vec<&str> = items.iter().map(&key).collect();
        keys.sort_unstable();
        keys
    };
    sorted(left) == sorted(right)
}

/// Compares attributes: unordered by key, the values as JSON.
fn same_attributes(left: &[(Box<str>, Json)], right: &[(Box<str>, Json)]) -> bool {
    if left.len() != right.len() {
        return false;
    }
    if left.iter().zip(right).all(|((l, _), (r, _))| l == r) {
        return left.iter().zip(right).all(|((_, l), (_, r))| same_json(l, r));
    }
    let sorted: BTreeMap<&str, &Json> = right.iter().map(|(key, value)| (&**key, value)).collect();
    left.iter().all(|(key, value)| sorted.get(&**key).is_some_and(|other| same_json(value, other)))
}

/// Compares JSON as the reference does: members unordered, 1 is not 1.0, a number that is none equals itself.
pub fn same_json(left: &Json, right: &Json) -> bool {
    match (left, right) {
        (Json::Double(left), Json::Double(right)) => left.total_cmp(right).is_eq() || left.is_nan() && right.is_nan(),
        (Json::Array(left), Json::Array(right)) => {
            left.len() == right.len() && left.iter().zip(right).all(|(left, right)| same_json(left, right))
        }
        (Json::Object(left), Json::Object(right)) => same_attributes(left, right),
        (left, right) => left == right,
    }
}

/// Classes of nodes of two schemas found equal so far.
struct Classes {
    /// Each node's parent; the right schema's nodes follow the left's.
    parents: Vec<u32>,
    left_nodes: u32,
}

impl Classes {
    fn new(left_nodes: usize, right_nodes: usize) -> Self {
        Self { parents: (0..(left_nodes + right_nodes) as u32).collect(), left_nodes: left_nodes as u32 }
    }

    /// Joins the classes of two nodes. False if they were one already.
    fn join(&mut self, left: NodeId, right: NodeId) -> bool {
        let (left, right) = (self.root(left.index() as u32), self.root(self.left_nodes + right.index() as u32));
        self.parents[right as usize] = left;
        left != right
    }

    fn root(&mut self, mut node: u32) -> u32 {
        while self.parents[node as usize] != node {
            let grandparent = self.parents[self.parents[node as usize] as usize];
            self.parents[node as usize] = grandparent;
            node = grandparent;
        }
        node
    }
}
