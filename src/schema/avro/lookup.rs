//! Tables that answer at once what a reader asks of a schema: which branch of a union a writer's type may go to, and
//! which fields answer to more than one name. Filled in once, when every name of a schema is bound.

use super::model::{AvroSchema, Node, NodeId, Record, RecordId, TypeName};

/// Which branches a union has, by kind and by name.
#[derive(Debug, Default)]
pub(in crate::schema) struct UnionLookup {
    primitives: u8,
    array: Option<NodeId>,
    map: Option<NodeId>,
    by_simple_name: Box<[(u64, u32)]>,
    by_alias: Box<[(u64, u32)]>,
}

impl UnionLookup {
    /// The primitive branches as a set: bit *i* stands for the primitive with discriminant *i*.
    pub(super) fn primitives(&self) -> u8 {
        self.primitives
    }

    pub(super) fn array(&self) -> Option<NodeId> {
        self.array
    }

    pub(super) fn map(&self) -> Option<NodeId> {
        self.map
    }

    pub(super) fn named(&self, simple_hash: u64) -> &[(u64, u32)] {
        with_hash(&self.by_simple_name, simple_hash)
    }

    pub(super) fn aliased(&self, full_hash: u64) -> &[(u64, u32)] {
        with_hash(&self.by_alias, full_hash)
    }

    fn of(branches: &[NodeId], schema: &AvroSchema) -> Self {
        let mut lookup = Self::default();
        let (mut names, mut aliases) = (Vec::new(), Vec::new());
        for (branch, position) in branches.iter().zip(0_u32..) {
            match schema.node(*branch) {
                Node::Primitive(primitive) => lookup.primitives |= 1 << primitive as u8,
                Node::Array(_) => lookup.array = Some(*branch),
                Node::Map(_) => lookup.map = Some(*branch),
                Node::Union(_) | Node::Record(_) | Node::Enum(_) | Node::Fixed(_) => {}
            }
            if let Some((name, others)) = schema.names_of(*branch) {
                names.push((name.simple_hash(), position));
                let matching = others.iter().filter(|alias| can_match(alias, name));
                aliases.extend(matching.map(|alias| (alias.full_hash(), position)));
            }
        }
        names.sort_unstable();
        aliases.sort_unstable();
        aliases.dedup();
        lookup.by_simple_name = names.into();
        lookup.by_alias = aliases.into();
        lookup
    }
}

/// Java writes an alias of the null namespace on a namespaced type as `.A`, which no full name equals
/// (`avro-compatibility` 3.2).
fn can_match(alias: &TypeName, name: &TypeName) -> bool {
    !alias.namespace().is_empty() || name.namespace().is_empty()
}

fn with_hash(sorted: &[(u64, u32)], hash: u64) -> &[(u64, u32)] {
    let start = sorted.partition_point(|(other, _)| *other < hash);
    let same = sorted[start..].iter().take_while(|(other, _)| *other == hash);
    &sorted[start..start + same.count()]
}

impl AvroSchema {
    /// Fills the lookup tables in. The parser calls it once, after the last name is bound.
    pub(in crate::schema) fn index(&mut self) {
        // A table is made of the names and kinds of branches, none of which is a union.
        let mut unions = std::mem::take(&mut self.unions);
        for union in &mut unions {
            union.lookup = UnionLookup::of(&union.branches, self);
        }
        self.unions = unions;
        let records = self.records.iter().zip(0_u32..);
        self.aliased_fields = records.flat_map(|(record, id)| aliased_fields(record, RecordId(id))).collect();
    }

    /// Name and aliases of a named type; `None` for an unnamed one.
    pub fn names_of(&self, id: NodeId) -> Option<(&TypeName, &[TypeName])> {
        match self.node(id) {
            Node::Record(id) => Some((&self.record(id).name, &self.record(id).aliases)),
            Node::Enum(id) => Some((&self.enumeration(id).name, &self.enumeration(id).aliases)),
            Node::Fixed(id) => Some((&self.fixed(id).name, &self.fixed(id).aliases)),
            Node::Primitive(_) | Node::Array(_) | Node::Map(_) | Node::Union(_) => None,
        }
    }
}

fn aliased_fields(record: &Record, id: RecordId) -> impl Iterator<Item = (RecordId, u32)> + '_ {
    let fields = record.fields().iter().zip(0_u32..);
    fields.filter(|(field, _)| !field.aliases().is_empty()).map(move |(_, position)| (id, position))
}
