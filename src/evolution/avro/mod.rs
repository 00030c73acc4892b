//! One walk over the matched parts of two Avro schemas, which asks each family of changes by the kind of the part.
//!
//! The walk keeps a list of its own of what is left to do, so nesting costs memory and never the thread's stack.

pub(super) mod changes;
mod found;
pub(super) mod moves;
mod pairing;
mod path;
mod values;
mod words;

use super::{Change, Place, TooLarge};
use crate::schema::avro::model::{Field, Node, NodeId, Primitive, RecordId};
use crate::schema::avro::{AvroSchema, same_json};
use changes::{
    aliases, descriptions, enum_default, enum_symbols, field_added, field_default, field_order, field_removed,
    field_renamed, fixed_size, logical_type, names, nullability, type_replaced, union_branches, union_form,
};
use found::{Found, NO_OWNER, NamedPair, Owner, Spot, Words};
use moves::Unmatched;
use pairing::{Branches, Fields, NONE, Pairing};
use path::{FieldAt, Paths, Step};
use std::collections::BTreeMap;

/// Two schemas in the order of time.
#[derive(Clone, Copy)]
struct Schemas<'a> {
    old: &'a AvroSchema,
    new: &'a AvroSchema,
}

impl<'a> Schemas<'a> {
    fn old_field(self, (record, at): FieldAt) -> &'a Field {
        &self.old.record(record).fields()[at as usize]
    }

    fn new_field(self, (record, at): FieldAt) -> &'a Field {
        &self.new.record(record).fields()[at as usize]
    }
}

/// Every change between two schemas; see [`super::classify`].
///
/// Schema order, which golden data fixes: what concerns a type as a whole (names, aliases, documentation, properties),
/// then its fields that are gone in the old order, those that are new in the new order, their order, then each field
/// that stayed, in the new order: itself first (name, aliases, documentation, properties, sort order, default), then
/// its type. Of two unions: what was merged, removed, added, null, how they are written, then each matched branch. A
/// field that moved stands where it arrived.
pub(super) fn classify(old: &AvroSchema, new: &AvroSchema) -> Result<Vec<Change>, TooLarge> {
    let mut walk = Walk::new(Found::new(Schemas { old, new }));
    let (old, new) = (old.root(), new.root());
    let spot = Spot {
        path: Paths::ROOT,
        owner: NO_OWNER,
        is_named_pair: false,
        is_required: true,
        is_event: true,
        old: Some(Place::Type(old)),
        new: Some(Place::Type(new)),
    };
    walk.run(Task::Types { spot, old, new })?;
    let Walk { mut found, unmatched, .. } = walk;
    moves::recognise(&mut found, unmatched)?;
    found.into_changes()
}

/// Every finding between two types away from their schemas, as if they stood at `spot`. Moves are not looked for.
fn findings_between<'a>(
    found: &mut Found<'a>,
    spot: Spot,
    (old, new): (NodeId, NodeId),
    steps_max: u32,
) -> Result<Found<'a>, TooLarge> {
    let spot = Spot { path: Paths::ROOT, owner: NO_OWNER, is_named_pair: false, is_event: false, ..spot };
    let mut walk = Walk { hints: false, ..Walk::new(found.fork(steps_max)) };
    let done = walk.run(Task::Types { spot, old, new });
    found.pay_for(&walk.found, steps_max);
    done.map(|()| walk.found)
}

/// Steps that may go into a hint. A schema can ask for one in each of its records.
const HINT_STEPS_MAX: u32 = 1_000;

/// What is left to compare.
enum Task {
    /// Two types of a position, unions or not.
    Types { spot: Spot, old: NodeId, new: NodeId },
    /// Two matched types that are no unions.
    Pair { spot: Spot, old: NodeId, new: NodeId },
    /// Two named types that meet for the first time.
    Named { spot: Spot, owner: Owner },
    /// The fields of two matched records, from the new one's `next` on.
    Fields { owner: Owner, old: RecordId, new: RecordId, fields: Fields, next: u32 },
}

struct Walk<'a> {
    found: Found<'a>,
    tasks: Vec<Task>,
    /// Where each pair of named types was first met.
    met: BTreeMap<(NodeId, NodeId), Owner>,
    /// Fields that only one side has.
    unmatched: Unmatched,
    /// Whether a removal may say what it might have been renamed to.
    hints: bool,
}

impl<'a> Walk<'a> {
    fn new(found: Found<'a>) -> Self {
        Self { found, tasks: Vec::new(), met: BTreeMap::new(), unmatched: Unmatched::default(), hints: true }
    }

    fn run(&mut self, task: Task) -> Result<(), TooLarge> {
        self.tasks.push(task);
        while let Some(task) = self.tasks.pop() {
            match task {
                Task::Types { spot, old, new } => self.types(spot, old, new)?,
                Task::Pair { spot, old, new } => self.pair(spot, old, new)?,
                Task::Named { spot, owner } => self.named(spot, owner)?,
                Task::Fields { owner, old, new, fields, next } => self.fields(owner, old, new, fields, next)?,
            }
        }
        Ok(())
    }

    /// Two types of a position. Pushes what is matched, the first on top.
    fn types(&mut self, spot: Spot, old: NodeId, new: NodeId) -> Result<(), TooLarge> {
        let schemas = self.found.schemas;
        let (before, after) = (Branches::of(schemas.old, old), Branches::of(schemas.new, new));
        self.found.spend(before.len() + after.len())?;
        if before.is_union() && after.is_union() {
            logical_type::properties(&mut self.found, spot, old, new);
        }
        let is_same_form = before.is_union() == after.is_union() && before.len() == after.len();
        if is_same_form && (0..before.len()).all(|at| pairing::is_alike(schemas, before.get(at), after.get(at))) {
            self.push_pairs(spot, before, after, Some);
            return Ok(());
        }
        let pairing = pairing::branches(&mut self.found, before, after)?;
        let has_branches = before.len() > usize::from(before.null().is_some());
        if pairing.is_empty() && has_branches {
            type_replaced::changes(&mut self.found, spot, old, new);
            return Ok(());
        }
        self.merged(spot, before, after, &pairing);
        union_branches::changes(&mut self.found, spot, before, after, &pairing);
        let notation = || words::notation(schemas.old, old);
        let (was_nullable, is_nullable) = (before.null().is_some(), after.null().is_some());
        nullability::changes(&mut self.found, spot, notation, was_nullable, is_nullable);
        union_form::changes(&mut self.found, spot, before, after, &pairing);
        self.push_pairs(spot, before, after, |at| {
            Some(pairing.of_new[at] as usize).filter(|_| pairing.of_new[at] != NONE)
        });
        Ok(())
    }

    /// Old branches that go into another branch: the change of the number, and of what it is meant as.
    fn merged(&mut self, spot: Spot, old: Branches<'_>, new: Branches<'_>, pairing: &Pairing) {
        for (at, to) in pairing.merged.iter().copied() {
            let (old_node, new_node) = (old.get(at), new.get(to));
            let spot = spot.pointing_at(old.place(at).or(spot.old), new.place(to).or(spot.new));
            if let (Node::Primitive(from), Node::Primitive(to)) =
                (self.found.schemas.old.node(old_node), self.found.schemas.new.node(new_node))
            {
                self.primitives(spot, (from, to), "merged into");
            }
            logical_type::changes(&mut self.found, spot, old_node, new_node);
        }
    }

    /// Pushes matched branches; `old_of` gives the old partner of a new one.
    fn push_pairs(
        &mut self,
        spot: Spot,
        old: Branches<'_>,
        new: Branches<'_>,
        old_of: impl Fn(usize) -> Option<usize>,
    ) {
        let schemas = self.found.schemas;
        let several = |branches: Branches<'_>| branches.len() - usize::from(branches.null().is_some()) > 1;
        let is_told_apart = several(old) || several(new);
        let start = self.tasks.len();
        for at in 0..new.len() {
            let Some(partner) = old_of(at) else { continue };
            let (old_node, new_node) = (old.get(partner), new.get(at));
            if self.is_plain(old_node, new_node) {
                continue;
            }
            let mut spot = spot.pointing_at(old.place(partner).or(spot.old), new.place(at).or(spot.new));
            if is_told_apart {
                spot.path = self.found.paths.step(spot.path, Step::Branch { old: old_node, new: new_node });
            }
            // At the root all events are taken before any of them is looked into: one that another event contains as
            // well is compared where it is an event.
            let is_named = schemas.new.names_of(new_node).is_some();
            let task = match is_named && spot.is_event {
                true => self.meet(spot, old_node, new_node),
                false => Some(Task::Pair { spot, old: old_node, new: new_node }),
            };
            self.tasks.extend(task);
        }
        self.tasks[start..].reverse();
    }

    /// Whether two types are the same primitive with the same attributes, of which nothing can be said.
    fn is_plain(&self, old: NodeId, new: NodeId) -> bool {
        let Schemas { old: before, new: after } = self.found.schemas;
        match (before.node(old), after.node(new)) {
            (Node::Primitive(from), Node::Primitive(to)) => {
                from == to && descriptions::are_alike(before.attributes(old), after.attributes(new))
            }
            _ => false,
        }
    }

    /// Whether two types are made of nothing but the same primitives in the same way. Most fields of most pairs are, and
    /// need no closer look.
    fn is_plain_throughout(&self, mut old: NodeId, mut new: NodeId) -> bool {
        let Schemas { old: before, new: after } = self.found.schemas;
        loop {
            (old, new) = match (before.node(old), after.node(new)) {
                (Node::Array(from), Node::Array(to)) | (Node::Map(from), Node::Map(to))
                    if descriptions::are_alike(before.attributes(old), after.attributes(new)) =>
                {
                    (from, to)
                }
                (Node::Union(from), Node::Union(to)) => {
                    let (from, to) = (before.union(from).branches(), after.union(to).branches());
                    return from.len() == to.len()
                        && from.iter().zip(to).all(|(from, to)| self.is_plain(*from, *to))
                        && descriptions::are_alike(before.attributes(old), after.attributes(new));
                }
                _ => return self.is_plain(old, new),
            };
        }
    }

    /// Two matched types: named ones go on in [`Self::named`] if they meet for the first time.
    fn pair(&mut self, spot: Spot, old: NodeId, new: NodeId) -> Result<(), TooLarge> {
        let schemas = self.found.schemas;
        self.found.spend(1)?;
        let parts = match (schemas.old.node(old), schemas.new.node(new)) {
            (Node::Primitive(from), Node::Primitive(to)) => {
                self.primitives(spot, (from, to), "->");
                None
            }
            (Node::Array(from), Node::Array(to)) => Some((Step::Items, from, to)),
            (Node::Map(from), Node::Map(to)) => Some((Step::Values, from, to)),
            // Branches of a union are no unions, and pairing keeps to a kind.
            _ => {
                let task = self.meet(spot, old, new);
                self.tasks.extend(task);
                return Ok(());
            }
        };
        logical_type::properties(&mut self.found, spot, old, new);
        logical_type::changes(&mut self.found, spot, old, new);
        if let Some((step, from, to)) = parts
            && !self.is_plain_throughout(from, to)
        {
            let path = self.found.paths.step(spot.path, step);
            let place = |schema: &AvroSchema, part: NodeId, whole: NodeId| {
                // What stands there as a name or a bare word has no place of its own.
                let is_word = schema.names_of(part).is_some() || schema.attributes(part).is_empty();
                let is_word = is_word && !matches!(schema.node(part), Node::Array(_) | Node::Map(_) | Node::Union(_));
                Place::Type(if is_word { whole } else { part })
            };
            let spot = spot.pointing_at(place(schemas.old, from, old), place(schemas.new, to, new));
            let spot = Spot { path, is_named_pair: false, is_event: false, ..spot };
            self.tasks.push(Task::Types { spot, old: from, new: to });
        }
        Ok(())
    }

    /// Two primitives, if they differ; `how` stands between them in the detail.
    fn primitives(&mut self, spot: Spot, (old, new): (Primitive, Primitive), how: &str) {
        let Some(kind) = changes::of_primitives(old, new) else { return };
        let (name, old, new) = (self.found.called(spot), old.word(), new.word());
        let (message, remedy) = match how {
            "->" => (format!("{name} was {old} and is {new} now"), format!("keep the type of {name} as {old}")),
            _ => (
                format!("{old} in {name} is {how} {new}"),
                format!("put the branch {old} back into the type of {name}"),
            ),
        };
        self.found.push(kind, spot, Words { detail: Some(format!("{old} {how} {new}")), message, remedy });
    }

    /// Notes that two named types meet at `spot`. None if they have met before: then they have been compared, and only
    /// learn that they also stand in a required field.
    fn meet(&mut self, spot: Spot, old: NodeId, new: NodeId) -> Option<Task> {
        let next = self.found.pairs.len() as Owner;
        let owner = *self.met.entry((old, new)).or_insert(next);
        if owner != next {
            self.found.pairs[owner as usize].is_required |= spot.is_required;
            return None;
        }
        let Spot { path, owner: parent, is_required, is_event, .. } = spot;
        self.found.pairs.push(NamedPair { old, new, path, parent, is_required, is_event });
        Some(Task::Named { spot: Spot { owner, is_named_pair: true, ..spot }, owner })
    }

    fn named(&mut self, mut spot: Spot, owner: Owner) -> Result<(), TooLarge> {
        let schemas = self.found.schemas;
        let NamedPair { old, new, .. } = self.found.pairs[owner as usize];
        let (Some((old_name, old_aliases)), Some((new_name, new_aliases))) =
            (schemas.old.names_of(old), schemas.new.names_of(new))
        else {
            return Ok(());
        };
        self.found.spend(1 + old_aliases.len() + new_aliases.len())?;
        spot = spot.pointing_at(Place::Type(old), Place::Type(new));
        let found = &mut self.found;
        let is_event = spot.is_event && matches!(schemas.new.node(new), Node::Record(_));
        names::changes(found, spot, is_event, old_name, new_name);
        aliases::of_types(found, spot, (old_name, old_aliases), (new_name, new_aliases));
        let doc = |found: &mut Found<'_>, old, new| {
            descriptions::doc(found, spot, |_| new_name.simple().to_owned(), old, new);
        };
        match (schemas.old.node(old), schemas.new.node(new)) {
            (Node::Record(from), Node::Record(to)) => {
                let (before, after) = (schemas.old.record(from), schemas.new.record(to));
                doc(found, before.doc(), after.doc());
                descriptions::error_word(found, spot, new_name.simple(), before.is_error(), after.is_error());
                logical_type::properties(found, spot, old, new);
                self.records(spot, from, to)?;
            }
            (Node::Enum(from), Node::Enum(to)) => {
                let (before, after) = (schemas.old.enumeration(from), schemas.new.enumeration(to));
                doc(found, before.doc(), after.doc());
                logical_type::properties(found, spot, old, new);
                found.spend(before.symbols().len() + after.symbols().len())?;
                enum_symbols::changes(found, spot, from, to);
                enum_default::changes(found, spot, before, after);
            }
            (Node::Fixed(from), Node::Fixed(to)) => {
                let (before, after) = (schemas.old.fixed(from), schemas.new.fixed(to));
                doc(found, before.doc(), after.doc());
                logical_type::properties(found, spot, old, new);
                fixed_size::changes(found, spot, before, after);
                logical_type::changes(found, spot, old, new);
            }
            _ => {}
        }
        Ok(())
    }

    /// Two matched records: which fields are gone, new, in another order. The others are left for later.
    fn records(&mut self, spot: Spot, old: RecordId, new: RecordId) -> Result<(), TooLarge> {
        let schemas = self.found.schemas;
        let (before, after) = (schemas.old.record(old), schemas.new.record(new));
        self.found.spend(before.fields().len() + after.fields().len())?;
        let fields = pairing::fields(before, after);
        if let Fields::Paired { of_new, of_old } = &fields {
            let alone = |partners: &[u32]| -> Vec<u32> {
                (0_u32..).zip(partners).filter(|(_, partner)| **partner == NONE).map(|(at, _)| at).collect()
            };
            let (gone, added) = (alone(of_old), alone(of_new));
            let successor = self.successor(spot, (old, &gone), (new, &added));
            for at in gone {
                self.found.spend(1)?;
                let path = self.found.paths.step(spot.path, Step::OldField((old, at)));
                self.unmatched.remove(&self.found, spot.owner, path, (old, at));
                let removed = ((old, at), &before.fields()[at as usize]);
                let spot = Spot { path, is_named_pair: false, is_event: false, ..spot };
                field_removed::changes(&mut self.found, spot, removed, after.node(), successor);
            }
            for at in added {
                self.found.spend(1)?;
                let path = self.found.paths.step(spot.path, Step::NewField((new, at)));
                self.unmatched.add(&self.found, spot.owner, path, (new, at));
                let spot = Spot { path, is_named_pair: false, is_event: false, ..spot };
                field_added::changes(&mut self.found, spot, (new, at), &after.fields()[at as usize]);
                let spot = spot.pointing_at(None, Place::Field(new, at));
                aliases::collisions(&mut self.found, spot, (before, after), &fields, at as usize)?;
            }
            field_order::of_record(&mut self.found, spot, after.name().simple(), &fields);
        }
        self.tasks.push(Task::Fields { owner: spot.owner, old, new, fields, next: 0 });
        Ok(())
    }

    /// The field that may be the one removed under another name: the only one gained, of an equal type.
    fn successor(
        &mut self,
        spot: Spot,
        (old, gone): (RecordId, &[u32]),
        (new, added): (RecordId, &[u32]),
    ) -> Option<&'a Field> {
        let ([gone], [added], true) = (gone, added, self.hints) else { return None };
        let schemas = self.found.schemas;
        let (gone, added) = (schemas.old_field((old, *gone)), schemas.new_field((new, *added)));
        // A hint is not worth an answer: of types too large for it nothing is said.
        let between = findings_between(&mut self.found, spot, (gone.node(), added.node()), HINT_STEPS_MAX);
        between.is_ok_and(|between| between.findings.is_empty()).then_some(added)
    }

    /// Goes through the fields that stayed until one has parts to be compared first.
    fn fields(
        &mut self,
        owner: Owner,
        old: RecordId,
        new: RecordId,
        fields: Fields,
        mut next: u32,
    ) -> Result<(), TooLarge> {
        let schemas = self.found.schemas;
        let (before, after) = (schemas.old.record(old), schemas.new.record(new));
        while let Some(field) = after.fields().get(next as usize) {
            let at = next as usize;
            next += 1;
            let Some(partner) = fields.of_new(at) else { continue };
            let was = &before.fields()[partner];
            // Aliases can collide although the field is as it was, because of another.
            let is_settled =
                is_unchanged(was, field) && (field.aliases().is_empty() || matches!(fields, Fields::Alike));
            if is_settled && self.is_plain_throughout(was.node(), field.node()) {
                continue;
            }
            let (old_at, new_at) = ((old, partner as u32), (new, at as u32));
            let path = self.found.pairs[owner as usize].path;
            let path = self.found.paths.step(path, Step::Field { old: old_at, new: new_at });
            let spot = Spot {
                path,
                owner,
                is_named_pair: false,
                is_required: !nullability::is_nullable(schemas.old, was.node()),
                is_event: false,
                old: Some(Place::Field(old, old_at.1)),
                new: Some(Place::Field(new, new_at.1)),
            };
            if !is_settled {
                let found = &mut self.found;
                found.spend(1 + was.aliases().len() + field.aliases().len())?;
                field_renamed::changes(found, spot, was, field);
                aliases::collisions(found, spot, (before, after), &fields, at)?;
                aliases::of_fields(found, spot, was, field);
                descriptions::doc(found, spot, |found| found.called(spot), was.doc(), field.doc());
                descriptions::properties(found, spot, was.attributes(), field.attributes(), |_| false);
                field_order::of_field(found, spot, was, field);
                field_default::changes(found, spot, old_at, new_at)?;
            }
            if !self.is_plain_throughout(was.node(), field.node()) {
                self.tasks.push(Task::Fields { owner, old, new, fields, next });
                let spot = spot.pointing_at(Place::FieldType(old, old_at.1), Place::FieldType(new, new_at.1));
                self.tasks.push(Task::Types { spot, old: was.node(), new: field.node() });
                return Ok(());
            }
        }
        Ok(())
    }
}

/// Whether two fields are the same but for their types, told without a closer look.
fn is_unchanged(old: &Field, new: &Field) -> bool {
    let is_same_default = match (old.default(), new.default()) {
        (None, None) => true,
        (Some(old), Some(new)) => same_json(old, new),
        (None, Some(_)) | (Some(_), None) => false,
    };
    is_same_default
        && old.name() == new.name()
        && old.doc() == new.doc()
        && old.order() == new.order()
        && old.aliases() == new.aliases()
        && descriptions::are_alike(old.attributes(), new.attributes())
}
