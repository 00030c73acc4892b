//! Fields removed here that reappear at another depth (`change-classification` 4.6).

use super::changes::{case, nullability};
use super::findings_between;
use super::found::{Finding, Found, NO_OWNER, Owner, Spot, Words};
use super::pairing::Branches;
use super::path::{FieldAt, PathId, Side, Step};
use crate::evolution::{Bump, ChangeClass, ChangeKind, ClassOf, Place, TooLarge};
use crate::schema::avro::AvroSchema;
use crate::schema::avro::model::{Field, Node, NodeId, RecordId};
use std::collections::BTreeMap;

pub(in crate::evolution) static RELOCATED: ChangeKind = ChangeKind {
    id: "field-relocated",
    summary: "a field moved to another level of nesting",
    class: ClassOf::Always(ChangeClass::MajorBumpRequired),
    bump: Bump::Major,
    backward: "only if defaults fill the gap",
    forward: "only if defaults fill the gap",
    why: "Avro does not follow a field to another record: a new reader looks for it in the new place, where older records have nothing. Whoever reads the old path, in a view or in code, finds it empty or gone. The value is still written, though, in one other place, which is why a new major version may do it where a plain removal may not.",
    fix: "keep the field where it is and add the new place beside it, or declare the next major version",
    example: Some(case!("moves/two_fields_into_a_nested_record")),
};

/// Leaves that are looked for in one field; one with more has not moved, and nothing moves into it.
const LEAVES_MAX: usize = 10_000;

/// Fields that one side alone has, in the order of their findings.
#[derive(Default)]
pub(super) struct Unmatched {
    gone: Vec<Alone>,
    added: Vec<Alone>,
}

/// A field without a partner, and the finding that is about it.
struct Alone {
    finding: usize,
    /// The pair of records that it is missing in.
    owner: Owner,
    path: PathId,
    at: FieldAt,
}

impl Unmatched {
    /// Notes a field that the next finding reports as removed.
    pub(super) fn remove(&mut self, found: &Found<'_>, owner: Owner, path: PathId, at: FieldAt) {
        self.gone.push(Alone { finding: found.findings.len(), owner, path, at });
    }

    /// Notes a field that the next finding reports as added.
    pub(super) fn add(&mut self, found: &Found<'_>, owner: Owner, path: PathId, at: FieldAt) {
        self.added.push(Alone { finding: found.findings.len(), owner, path, at });
    }
}

/// A field that holds a value: its type is no record. Arrays and maps are leaves too, of whatever they hold.
struct Leaf {
    /// Which of the fields without a partner it is or lies in.
    of: usize,
    at: FieldAt,
    path: PathId,
    /// How many records without a partner lie between.
    depth: usize,
}

/// Turns the removals of fields that reappear at another depth into moves.
///
/// Two removed fields that would arrive at the same place have not moved: one of the values is lost. A removed record
/// of which a part is lost stays removed as a whole.
pub(super) fn recognise(found: &mut Found<'_>, unmatched: Unmatched) -> Result<(), TooLarge> {
    found.spend(0)?; // from here on every finding that was noted is there
    let Unmatched { gone, added } = unmatched;
    if gone.is_empty() || added.is_empty() {
        return Ok(());
    }
    let (mut departures, mut arrivals, mut whole) = (Vec::new(), Vec::new(), Vec::new());
    for (of, field) in gone.iter().enumerate() {
        let leaves = leaves(found, Side::Old, of, field)?;
        whole.push(!leaves.is_empty());
        departures.extend(leaves);
    }
    for (of, field) in added.iter().enumerate() {
        arrivals.extend(leaves(found, Side::New, of, field)?);
    }
    let mut moves: Vec<Option<usize>> = Vec::with_capacity(departures.len());
    let mut by_name: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    for (number, leaf) in arrivals.iter().enumerate() {
        by_name.entry(found.schemas.new_field(leaf.at).name()).or_default().push(number);
    }
    let mut claims = vec![0_u32; arrivals.len()];
    for leaf in &departures {
        let name = found.schemas.old_field(leaf.at).name();
        let arrival = match by_name.get(name).map(Vec::as_slice) {
            Some([only]) => Some(*only),
            _ => None,
        };
        let arrival = match arrival {
            Some(number) => {
                let arrival = &arrivals[number];
                let owners = (gone[leaf.of].owner, added[arrival.of].owner);
                let is_move = is_nesting(found, owners, (leaf.depth, arrival.depth))? && accepts(found, leaf, arrival)?;
                is_move.then_some(number)
            }
            None => None,
        };
        if let Some(number) = arrival {
            claims[number] += 1;
        }
        moves.push(arrival);
    }
    for (leaf, arrival) in departures.iter().zip(&moves) {
        whole[leaf.of] &= arrival.is_some_and(|number| claims[number] == 1);
    }
    let moved = departures.iter().zip(moves).filter(|(leaf, _)| whole[leaf.of]);
    let mut moved: Vec<_> = moved.filter_map(|(leaf, arrival)| Some((arrival?, leaf))).collect();
    moved.sort_by_key(|(number, _)| *number);
    let moved = moved.into_iter().map(|(number, leaf)| (leaf, &arrivals[number]));
    rewrite(found, (&gone, &whole), &added, moved);
    Ok(())
}

/// Drops what became a move and puts the moves where they arrive: in place of an addition, or behind that of the
/// record they arrived in.
fn rewrite<'l>(
    found: &mut Found<'_>,
    (gone, whole): (&[Alone], &[bool]),
    added: &[Alone],
    moved: impl Iterator<Item = (&'l Leaf, &'l Leaf)>,
) {
    let mut dropped: Vec<bool> = vec![false; found.findings.len()];
    for (field, _) in gone.iter().zip(whole).filter(|(_, whole)| **whole) {
        dropped[field.finding] = true;
    }
    let mut arriving: BTreeMap<usize, Vec<Finding>> = BTreeMap::new();
    for (from, to) in moved {
        let at = added[to.of].finding;
        dropped[at] |= to.depth == 0;
        arriving.entry(at).or_default().push(relocation(found, from, to));
    }
    let findings = std::mem::take(&mut found.findings);
    for (at, finding) in findings.into_iter().enumerate() {
        if !dropped[at] {
            found.findings.push(finding);
        }
        found.findings.extend(arriving.remove(&at).unwrap_or_default());
    }
}

fn relocation(found: &Found<'_>, from: &Leaf, to: &Leaf) -> Finding {
    let old_path = found.paths.text(found.schemas, from.path, Side::Old);
    let new_path = found.paths.text(found.schemas, to.path, Side::New);
    let message = format!("the field {old_path} moved to {new_path}");
    let remedy = format!("keep {old_path} where it was, and add {new_path} beside it with a default");
    let spot = Spot {
        path: to.path,
        owner: NO_OWNER,
        is_named_pair: false,
        is_required: true,
        is_event: false,
        old: Some(Place::Field(from.at.0, from.at.1)),
        new: Some(Place::Field(to.at.0, to.at.1)),
    };
    let words = Words { detail: Some(format!("{old_path} -> {new_path}")), message, remedy };
    Finding { kind: &RELOCATED, spot, side: Side::New, words }
}

/// The leaves of a field without a partner, in order: itself, or those of the records it holds. None of a record that
/// contains itself, for they are without end.
fn leaves(found: &mut Found<'_>, side: Side, of: usize, field: &Alone) -> Result<Vec<Leaf>, TooLarge> {
    let schemas = found.schemas;
    let schema = if side == Side::Old { schemas.old } else { schemas.new };
    let mut leaves = Vec::new();
    // Each with the records around it, by position in `around`, innermost first.
    let mut around: Vec<(RecordId, Option<usize>)> = Vec::new();
    let mut left = vec![(Leaf { of, at: field.at, path: field.path, depth: 0 }, None)];
    while let Some((leaf, parent)) = left.pop() {
        found.spend(1 + leaf.depth)?;
        if leaves.len() + left.len() > LEAVES_MAX {
            return Ok(Vec::new());
        }
        let of_field: &Field = &schema.record(leaf.at.0).fields()[leaf.at.1 as usize];
        let Some(record) = record_in(schema, of_field.node()) else {
            leaves.push(leaf);
            continue;
        };
        let mut outer = parent;
        while let Some((around, next)) = outer.map(|at: usize| around[at]) {
            if around == record {
                return Ok(Vec::new());
            }
            outer = next;
        }
        around.push((record, parent));
        let parent = Some(around.len() - 1);
        let fields = schema.record(record).fields().len() as u32;
        found.spend(fields as usize)?;
        for at in (0..fields).rev() {
            let at = (record, at);
            let step = if side == Side::Old { Step::OldField(at) } else { Step::NewField(at) };
            let path = found.paths.step(leaf.path, step);
            left.push((Leaf { of, at, path, depth: leaf.depth + 1 }, parent));
        }
    }
    Ok(leaves)
}

/// The record that a type holds alone, with or without null.
fn record_in(schema: &AvroSchema, node: NodeId) -> Option<RecordId> {
    let branches = Branches::of(schema, node);
    let node = match (branches.len(), branches.null()) {
        (1, _) => branches.get(0),
        (2, Some(null)) => branches.get(1 - null),
        _ => return None,
    };
    match schema.node(node) {
        Node::Record(id) => Some(id),
        _ => None,
    }
}

/// Whether of the two records that hold the leaves one lies around the other.
fn is_nesting(
    found: &mut Found<'_>,
    (gone, added): (Owner, Owner),
    (depth, new_depth): (usize, usize),
) -> Result<bool, TooLarge> {
    if gone == added {
        return Ok((depth == 0) != (new_depth == 0));
    }
    Ok(depth == 0 && is_around(found, gone, added)? || new_depth == 0 && is_around(found, added, gone)?)
}

/// Whether the pair `outer` lies around the pair `inner`.
fn is_around(found: &mut Found<'_>, outer: Owner, inner: Owner) -> Result<bool, TooLarge> {
    let mut at = inner;
    while let Some(pair) = found.pairs.get(at as usize) {
        at = pair.parent;
        found.spend(1)?;
        if at == outer {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Whether the type of the place of arrival takes the old one without anything worse than allowed.
fn accepts(found: &mut Found<'_>, from: &Leaf, to: &Leaf) -> Result<bool, TooLarge> {
    let (old, new) = (found.schemas.old_field(from.at), found.schemas.new_field(to.at));
    let spot = Spot {
        path: from.path,
        owner: NO_OWNER,
        is_named_pair: false,
        is_required: !nullability::is_nullable(found.schemas.old, old.node()),
        is_event: false,
        old: None,
        new: None,
    };
    let between = findings_between(found, spot, (old.node(), new.node()), u32::MAX)?;
    Ok(between.findings.iter().all(|finding| between.class_of(finding) <= ChangeClass::Allowed))
}
