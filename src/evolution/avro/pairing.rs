//! Which branch of a union, and which field of a record, is which (`change-classification` 4.3 and 4.5).

use super::Schemas;
use super::changes::numeric;
use super::found::Found;
use crate::evolution::{Place, TooLarge};
use crate::schema::avro::AvroSchema;
use crate::schema::avro::model::{Kind, Node, NodeId, Primitive, Record, TypeName};

/// No partner.
pub(super) const NONE: u32 = u32::MAX;

/// A type as a list of branches: those of a union, or itself alone.
#[derive(Clone, Copy)]
pub(super) struct Branches<'a> {
    schema: &'a AvroSchema,
    node: NodeId,
}

impl<'a> Branches<'a> {
    pub(super) fn of(schema: &'a AvroSchema, node: NodeId) -> Self {
        Self { schema, node }
    }

    pub(super) fn is_union(self) -> bool {
        matches!(self.schema.node(self.node), Node::Union(_))
    }

    pub(super) fn len(self) -> usize {
        match self.schema.node(self.node) {
            Node::Union(id) => self.schema.union(id).branches().len(),
            _ => 1,
        }
    }

    pub(super) fn get(self, at: usize) -> NodeId {
        match self.schema.node(self.node) {
            Node::Union(id) => self.schema.union(id).branches()[at],
            _ => self.node,
        }
    }

    pub(super) fn kind(self, at: usize) -> Kind {
        self.schema.kind(self.get(at))
    }

    /// Name and aliases of a named branch.
    fn names(self, at: usize) -> Option<(&'a TypeName, &'a [TypeName])> {
        self.schema.names_of(self.get(at))
    }

    /// Where a branch stands; none for a type that is its own only branch.
    pub(super) fn place(self, at: usize) -> Option<Place> {
        match self.schema.node(self.node) {
            Node::Union(id) => Some(Place::Branch(id, at as u32)),
            _ => None,
        }
    }

    /// Position of the null branch.
    pub(super) fn null(self) -> Option<usize> {
        let null = Kind::Primitive(Primitive::Null);
        match self.schema.node(self.node) {
            Node::Union(id) if self.schema.union(id).primitives() & 1 << Primitive::Null as u8 == 0 => None,
            _ => (0..self.len()).find(|at| self.kind(*at) == null),
        }
    }

    /// Positions of the named branches whose simple name hashes to `hash`.
    fn named(self, hash: u64) -> impl Iterator<Item = usize> + 'a {
        let (positions, alone): (&'a [(u64, u32)], _) = match self.schema.node(self.node) {
            Node::Union(id) => (self.schema.union(id).named(hash), None),
            _ => (&[], self.schema.names_of(self.node).filter(|(name, _)| name.simple_hash() == hash).map(|_| 0)),
        };
        positions.iter().map(|(_, at)| *at as usize).chain(alone)
    }

    /// Positions of the named branches with an alias whose full name hashes to `hash`.
    fn aliased(self, hash: u64) -> impl Iterator<Item = usize> + 'a {
        let is_aliased =
            |(_, aliases): &(&TypeName, &[TypeName])| aliases.iter().any(|alias| alias.full_hash() == hash);
        let (positions, alone): (&'a [(u64, u32)], _) = match self.schema.node(self.node) {
            Node::Union(id) => (self.schema.union(id).aliased(hash), None),
            _ => (&[], self.schema.names_of(self.node).filter(is_aliased).map(|_| 0)),
        };
        positions.iter().map(|(_, at)| *at as usize).chain(alone)
    }
}

/// What became of the branches of two types. Positions are those in [`Branches`]; null is not among them.
#[derive(Debug, Default)]
pub(super) struct Pairing {
    /// Each new branch's partner, by position.
    pub(super) of_new: Vec<u32>,
    /// Each old branch's partner, by position.
    pub(super) of_old: Vec<u32>,
    /// Old branches without a partner that can be promoted into a new branch with another one.
    pub(super) merged: Vec<(usize, usize)>,
}

impl Pairing {
    pub(super) fn is_empty(&self) -> bool {
        self.of_old.iter().all(|at| *at == NONE)
    }

    fn join(&mut self, old: usize, new: usize) {
        if self.of_old[old] == NONE && self.of_new[new] == NONE {
            self.of_old[old] = new as u32;
            self.of_new[new] = old as u32;
        }
    }
}

/// Pairs the branches of two types, each used once, in the order of the specification's seven steps.
///
/// How a union is written must not decide what its numbers became: those go by [`CONVERSIONS`]. Named types go in the
/// order of the old branches within a step.
///
/// # Errors
/// Too many named types share a simple name or an alias.
pub(super) fn branches(found: &mut Found<'_>, old: Branches<'_>, new: Branches<'_>) -> Result<Pairing, TooLarge> {
    let mut pairing = Pairing { of_new: vec![NONE; new.len()], of_old: vec![NONE; old.len()], merged: Vec::new() };
    same_unnamed_kind(&mut pairing, old, new);
    same_name(found, &mut pairing, old, new)?;
    for (from, to) in CONVERSIONS {
        if let (Some(at), Some(to)) = (left(&pairing.of_old, old, from), left(&pairing.of_new, new, to)) {
            pairing.join(at, to);
        }
    }
    only_one_left(&mut pairing, old, new);
    merge(&mut pairing, old, new);
    Ok(pairing)
}

/// What a primitive may have become, the likelier first: promotions that keep every value, promotions that round, and
/// then narrowings (steps 5 and 6).
const CONVERSIONS: [(Primitive, Primitive); 14] = {
    use Primitive::{Bytes, Double, Float, Int, Long, String};
    [
        (Int, Long),
        (Float, Double),
        (Int, Double),
        (String, Bytes),
        (Bytes, String),
        (Long, Double),
        (Int, Float),
        (Long, Float),
        (Double, Float),
        (Long, Int),
        (Double, Long),
        (Float, Long),
        (Double, Int),
        (Float, Int),
    ]
};

/// Where a primitive stands among the branches without a partner.
fn left(partners: &[u32], branches: Branches<'_>, primitive: Primitive) -> Option<usize> {
    // Told at once for most unions, among them those with a thousand records.
    if let Node::Union(id) = branches.schema.node(branches.node)
        && branches.schema.union(id).primitives() & 1 << primitive as u8 == 0
    {
        return None;
    }
    (0..branches.len()).find(|at| branches.kind(*at) == Kind::Primitive(primitive)).filter(|at| partners[*at] == NONE)
}

/// Step 1: primitives, arrays and maps by their kind.
fn same_unnamed_kind(pairing: &mut Pairing, old: Branches<'_>, new: Branches<'_>) {
    let unnamed = |kind| !matches!(kind, Kind::Primitive(Primitive::Null) | Kind::Record | Kind::Enum | Kind::Fixed);
    // No more than nine on either side: a union has each of them once.
    let of_new: Vec<_> = (0..new.len()).map(|at| (at, new.kind(at))).filter(|(_, kind)| unnamed(*kind)).collect();
    for at in (0..old.len()).filter(|at| unnamed(old.kind(*at))) {
        if let Some((to, _)) = of_new.iter().find(|(_, kind)| *kind == old.kind(at)) {
            pairing.join(at, *to);
        }
    }
}

/// Steps 2 to 4: named types by full name, by an alias of either side, by unqualified name.
fn same_name(
    found: &mut Found<'_>,
    pairing: &mut Pairing,
    old: Branches<'_>,
    new: Branches<'_>,
) -> Result<(), TooLarge> {
    for step in [Step::FullName, Step::Alias, Step::SimpleName] {
        for at in 0..old.len() {
            if pairing.of_old[at] != NONE {
                continue;
            }
            let Some(was) = old.names(at) else { continue };
            found.spend(step.cost(was, new))?;
            for to in step.candidates(was, new) {
                found.spend(1 + step.cost(was, new))?;
                let is_free = pairing.of_new[to] == NONE && new.kind(to) == old.kind(at);
                if is_free && new.names(to).is_some_and(|is| step.links(was, is)) {
                    pairing.join(at, to);
                    break;
                }
            }
        }
    }
    Ok(())
}

/// Name and aliases of a type.
type Names<'a> = (&'a TypeName, &'a [TypeName]);

/// What links an old named type with a new one.
#[derive(Clone, Copy)]
enum Step {
    FullName,
    Alias,
    SimpleName,
}

impl Step {
    /// Branches that may be linked with an old type, by the hashes of names.
    fn candidates<'a>(self, (name, aliases): Names<'a>, new: Branches<'a>) -> Box<dyn Iterator<Item = usize> + 'a> {
        match self {
            Self::FullName | Self::SimpleName => Box::new(new.named(name.simple_hash())),
            Self::Alias => {
                let by_old = aliases.iter().flat_map(move |alias| new.named(alias.simple_hash()));
                Box::new(new.aliased(name.full_hash()).chain(by_old))
            }
        }
    }

    /// Aliases that are looked through for an old type, and again for each candidate.
    fn cost(self, (_, old_aliases): Names<'_>, new: Branches<'_>) -> usize {
        let of_new = |node: NodeId| new.schema.names_of(node).map_or(0, |(_, aliases)| aliases.len());
        match self {
            Self::FullName | Self::SimpleName => 0,
            Self::Alias => old_aliases.len() + of_new(new.node),
        }
    }

    fn links(self, (old, old_aliases): Names<'_>, (new, new_aliases): Names<'_>) -> bool {
        match self {
            Self::FullName => old == new,
            Self::Alias => new_aliases.contains(old) || old_aliases.contains(new),
            Self::SimpleName => old.simple() == new.simple(),
        }
    }
}

/// Step 7: a named type of a kind of which one is left on each side.
fn only_one_left(pairing: &mut Pairing, old: Branches<'_>, new: Branches<'_>) {
    for kind in [Kind::Record, Kind::Enum, Kind::Fixed] {
        let left = |partners: &[u32], branches: Branches<'_>| {
            let mut left = (0..branches.len()).filter(|at| partners[*at] == NONE && branches.kind(*at) == kind);
            left.next().filter(|_| left.next().is_none())
        };
        if let (Some(at), Some(to)) = (left(&pairing.of_old, old), left(&pairing.of_new, new)) {
            pairing.join(at, to);
        }
    }
}

/// Old branches left over go into a paired branch that promotes them, into one that keeps every value if there is one.
fn merge(pairing: &mut Pairing, old: Branches<'_>, new: Branches<'_>) {
    let is_paired = |at: &usize| pairing.of_new[*at] != NONE;
    let paired: Vec<_> = (0..new.len()).filter(is_paired).map(|at| (at, new.kind(at))).collect();
    for at in (0..old.len()).filter(|at| pairing.of_old[*at] == NONE) {
        let Kind::Primitive(from) = old.kind(at) else { continue };
        let target = CONVERSIONS
            .into_iter()
            .filter(|(old, to)| *old == from && !is_narrowing(*old, *to))
            .find_map(|(_, to)| paired.iter().find(|(_, kind)| *kind == Kind::Primitive(to)).map(|(at, _)| *at));
        pairing.merged.extend(target.map(|to| (at, to)));
    }
}

fn is_narrowing(from: Primitive, to: Primitive) -> bool {
    numeric::between(from, to) == Some(&numeric::NARROWED)
}

/// What became of the fields of two records.
#[derive(Debug)]
pub(super) enum Fields {
    /// They have the same names in the same order.
    Alike,
    /// Each field's partner, by position.
    Paired { of_new: Vec<u32>, of_old: Vec<u32> },
}

impl Fields {
    /// The old partner of the new field at `at`.
    pub(super) fn of_new(&self, at: usize) -> Option<usize> {
        match self {
            Self::Alike => Some(at),
            Self::Paired { of_new, .. } => (of_new[at] != NONE).then_some(of_new[at] as usize),
        }
    }
}

/// Pairs fields by name, then by an alias of either side where exactly one candidate is left.
pub(super) fn fields(old: &Record, new: &Record) -> Fields {
    let is_alike = old.fields().len() == new.fields().len()
        && old
            .fields()
            .iter()
            .zip(new.fields())
            .all(|(old, new)| old.name_hash() == new.name_hash() && old.name() == new.name());
    if is_alike {
        return Fields::Alike;
    }
    let (mut of_new, mut of_old) = (vec![NONE; new.fields().len()], vec![NONE; old.fields().len()]);
    let mut likely = 0;
    for (at, field) in new.fields().iter().enumerate() {
        let is_there = old.fields().get(likely).is_some_and(|old| old.name() == field.name());
        let partner = if is_there { Some(likely) } else { old.position_of(field.name(), field.name_hash()) };
        if let Some(partner) = partner {
            (of_new[at], of_old[partner]) = (partner as u32, at as u32);
            likely = partner + 1;
        }
    }
    by_alias(old, new, &mut of_new, &mut of_old);
    Fields::Paired { of_new, of_old }
}

fn by_alias(old: &Record, new: &Record, of_new: &mut [u32], of_old: &mut [u32]) {
    let left = old.fields().iter().enumerate().filter(|(at, _)| of_old[*at] == NONE);
    let mut answering: Vec<(u64, usize, &str)> =
        left.flat_map(|(at, field)| field.aliases().iter().map(move |(alias, hash)| (*hash, at, &**alias))).collect();
    answering.sort_unstable();
    for (at, field) in new.fields().iter().enumerate() {
        if of_new[at] != NONE {
            continue;
        }
        let by_new = field.aliases().iter().filter_map(|(alias, hash)| old.position_of(alias, *hash));
        let start = answering.partition_point(|(hash, _, _)| *hash < field.name_hash());
        let by_old = answering[start..].iter().take_while(|(hash, _, _)| *hash == field.name_hash());
        let by_old = by_old.filter(|(_, _, alias)| *alias == field.name()).map(|(_, at, _)| *at);
        let mut candidates: Vec<usize> = by_new.chain(by_old).filter(|candidate| of_old[*candidate] == NONE).collect();
        candidates.sort_unstable();
        candidates.dedup();
        if let [partner] = candidates[..] {
            (of_new[at], of_old[partner]) = (partner as u32, at as u32);
        }
    }
}

/// Whether two types are paired without a look at unions: the same kinds, and the same names, in the same order.
pub(super) fn is_alike(schemas: Schemas<'_>, old: NodeId, new: NodeId) -> bool {
    let (kinds, names) = (
        schemas.old.kind(old) == schemas.new.kind(new),
        match (schemas.old.names_of(old), schemas.new.names_of(new)) {
            (Some((old, _)), Some((new, _))) => old.full_hash() == new.full_hash() && old == new,
            (old, new) => old.is_none() && new.is_none(),
        },
    );
    kinds && names
}
