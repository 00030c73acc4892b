//! Whether a default fits its type (`avro-compatibility` 1.6).
//!
//! A field's own default is judged when the field is read, so a default that leaves a field out is not judged through
//! again: chains of record defaults cost no more than their text. Depth is bounded by the nesting of the default.

use super::builder::Builder;
use super::json::Json;
use super::model::{Node, NodeId, Primitive, RecordId};
use std::collections::BTreeMap;

/// The reference's words where a default reaches a record whose fields are still being read.
pub(super) const UNFINISHED: &str = "Schema fields not set yet";

/// How many pairs of a value and a type one default may take. Only unions of many records ever come near.
const STEPS_MAX: usize = 2_000_000;

/// What is to be said about a default.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Judgement {
    Valid,
    Invalid,
    /// A record it concerns has no fields yet.
    Unfinished,
    /// Too many pairs of values and types to try.
    TooCostly,
}

/// The words for a default that takes too long to judge; ours.
pub(super) fn too_costly(field: &str) -> String {
    format!("Default for field {field} is too costly to check: it meets its types in more than {STEPS_MAX} ways")
}

/// Judges `value` as a default of type `node`, with open names counting as records without fields.
pub(super) fn judge(build: &mut Builder, node: NodeId, value: &Json) -> Judgement {
    if is_plainly_valid(build, node, value) {
        return Judgement::Valid;
    }
    let mut judge = Judge::new(build, |_| None, |_| true);
    let judgement = judge.run(node, value);
    let met_record = judge.met_record;
    build.has_record_default |= met_record;
    judgement
}

/// The commonest defaults, without further ado.
fn is_plainly_valid(build: &Builder, node: NodeId, value: &Json) -> bool {
    if Builder::open_at(node).is_some() {
        return false;
    }
    match (build.model.node(node), value) {
        (Node::Union(id), Json::Null) => {
            build.model.union(id).branches().first() == Some(&Builder::primitive(Primitive::Null))
        }
        (Node::Primitive(primitive), value) => fits_primitive(primitive, value),
        _ => false,
    }
}

fn fits_primitive(primitive: Primitive, value: &Json) -> bool {
    match primitive {
        Primitive::Null => *value == Json::Null,
        Primitive::Boolean => matches!(value, Json::Bool(_)),
        Primitive::Int => matches!(value, Json::Integer(integer) if i32::try_from(*integer).is_ok()),
        Primitive::Long => matches!(value, Json::Integer(_)),
        Primitive::Float | Primitive::Double => {
            matches!(value, Json::Integer(_) | Json::BigInteger(_) | Json::Double(_))
        }
        Primitive::Bytes | Primitive::String => matches!(value, Json::String(_)),
    }
}

/// One default under judgement.
pub(super) struct Judge<'a, Bound, Finished> {
    build: &'a Builder,
    /// What an open name was bound to, if that counts already.
    bound: Bound,
    /// Whether a record has its fields.
    is_finished: Finished,
    /// Records already held against values; only asked where a union tries records in turn.
    seen: BTreeMap<(RecordId, usize), bool>,
    /// Positions of fields without defaults, of records met.
    required: BTreeMap<RecordId, Box<[u32]>>,
    steps: usize,
    /// An object was held against a record or an open name.
    met_record: bool,
}

/// Stops a judgement early.
struct Stop(Judgement);

impl<'a, Bound, Finished> Judge<'a, Bound, Finished>
where
    Bound: Fn(usize) -> Option<NodeId>,
    Finished: Fn(RecordId) -> bool,
{
    pub(super) fn new(build: &'a Builder, bound: Bound, is_finished: Finished) -> Self {
        let (seen, required) = (BTreeMap::new(), BTreeMap::new());
        Self { build, bound, is_finished, seen, required, steps: 0, met_record: false }
    }

    pub(super) fn run(&mut self, node: NodeId, value: &Json) -> Judgement {
        match self.fits(node, value) {
            Ok(true) => Judgement::Valid,
            Ok(false) => Judgement::Invalid,
            Err(Stop(judgement)) => judgement,
        }
    }

    fn fits(&mut self, node: NodeId, value: &Json) -> Result<bool, Stop> {
        self.steps += 1;
        if self.steps > STEPS_MAX || !self.build.spend() {
            return Err(Stop(Judgement::TooCostly));
        }
        let node = match Builder::open_at(node) {
            Some(open) => match (self.bound)(open) {
                Some(target) => target,
                None => {
                    let is_object = matches!(value, Json::Object(_));
                    self.met_record |= is_object;
                    return Ok(is_object);
                }
            },
            None => node,
        };
        match (self.build.model.node(node), value) {
            (Node::Primitive(primitive), value) => Ok(fits_primitive(primitive, value)),
            (Node::Enum(_) | Node::Fixed(_), value) => Ok(matches!(value, Json::String(_))),
            (Node::Array(items), Json::Array(elements)) => self.all_fit(items, elements.iter()),
            (Node::Map(values), Json::Object(members)) => self.all_fit(values, members.iter().map(|(_, value)| value)),
            (Node::Union(id), value) => {
                let build = self.build;
                for branch in build.model.union(id).branches() {
                    if self.fits(*branch, value)? {
                        return Ok(true);
                    }
                }
                Ok(false)
            }
            (Node::Record(id), Json::Object(members)) => self.fits_record(id, members, value),
            (Node::Array(_) | Node::Map(_) | Node::Record(_), _) => Ok(false),
        }
    }

    fn all_fit<'j>(&mut self, node: NodeId, values: impl Iterator<Item = &'j Json>) -> Result<bool, Stop> {
        for value in values {
            if !self.fits(node, value)? {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// Fields are judged in their order, given ones by their value, others by having a default.
    fn fits_record(&mut self, id: RecordId, members: &[(Box<str>, Json)], value: &Json) -> Result<bool, Stop> {
        self.met_record = true;
        if !(self.is_finished)(id) {
            return Err(Stop(Judgement::Unfinished));
        }
        let key = (id, std::ptr::from_ref(value).addr());
        if let Some(known) = self.seen.get(&key) {
            return Ok(*known);
        }
        if members.is_empty() {
            return Ok(self.first_missing(id, &[]).is_none());
        }
        let record = self.build.model.record(id);
        let mut given: Vec<(usize, &Json)> = members
            .iter()
            .filter_map(|(name, value)| Some((record.position_of(name, super::model::name_hash(name))?, value)))
            .collect();
        given.sort_by_key(|(position, _)| *position);
        let missing = self.first_missing(id, &given);
        let mut fits = true;
        for (position, value) in given {
            if missing.is_some_and(|missing| missing < position) {
                break;
            }
            fits = self.fits(record.fields[position].node, value)?;
            if !fits {
                break;
            }
        }
        fits &= missing.is_none();
        self.seen.insert(key, fits);
        Ok(fits)
    }

    /// Position of the first field that has no default and is not `given`.
    fn first_missing(&mut self, id: RecordId, given: &[(usize, &Json)]) -> Option<usize> {
        let build = self.build;
        let required = self.required.entry(id).or_insert_with(|| {
            let fields = build.model.record(id).fields.iter().enumerate();
            fields.filter(|(_, field)| field.default.is_none()).map(|(at, _)| at as u32).collect()
        });
        let mut given = given.iter().map(|(position, _)| *position).peekable();
        required.iter().map(|at| *at as usize).find(|required| {
            while given.next_if(|position| position < required).is_some() {}
            given.next_if_eq(required).is_none()
        })
    }
}
