//! Which branch of a union a plain value is: the first that fits exactly, else the first that fits.
//!
//! Objects are tried on records and maps to any depth, on a stack of our own. Each pair of a value and a type is tried
//! once per text, so nested unions cost types times values and not a power of either.

use super::leaf::wanted;
use super::tape::{Kind, Value};
use super::walk::{Ground, Place, Stop};
use crate::records::field_path::type_name;
use crate::records::misfit::{MisfitReason, Objection};
use crate::schema::avro::model::{Node, NodeId, Primitive, RecordId, UnionId};
use std::collections::BTreeMap;

/// Branches whose objections are told.
const TOLD_MAX: usize = 8;

/// The branch that a value is of.
pub(super) enum Choice {
    /// Its position, and where its value stands.
    Branch(usize, Place),
    None(MisfitReason),
}

/// What has been tried.
#[derive(Default)]
pub(super) struct Trials {
    known: BTreeMap<(u32, u32, Value, bool), bool>,
    /// Whether a number must stay the number it is, and the kind of number it is written as.
    is_exact: bool,
    open: Vec<Trial>,
    /// Where leaves are written that nobody wants.
    scratch: Vec<u8>,
}

/// A type that a value is being tried on.
struct Trial {
    node: NodeId,
    place: Place,
    parts: Parts,
}

enum Parts {
    /// All items, or entries, must fit.
    Items { inner: NodeId, next: Value, end: Value, is_map: bool },
    /// All given fields must fit.
    Fields { record: RecordId, given: Box<[(u32, Value)]>, next: usize },
    /// One branch must fit.
    Branches { union: UnionId, next: usize },
}

impl Trials {
    /// Finds the branch, or says what each branch wanted.
    pub(super) fn choose(&mut self, ground: &mut Ground<'_>, union: UnionId, place: Place) -> Result<Choice, Stop> {
        let branches = ground.schema.union(union).branches();
        let candidates: Vec<usize> =
            (0..branches.len()).filter(|at| may_fit(ground, branches[*at], ground.kind(place))).collect();
        ground.spend(branches.len())?;
        if let [only] = *candidates {
            // What is wrong with it is best told where it is wrong.
            return Ok(Choice::Branch(only, place));
        }
        // No number is rounded, or taken for one of another kind, while a branch has it as it is.
        for is_exact in [true, false] {
            self.is_exact = is_exact;
            for position in &candidates {
                if self.fits(ground, branches[*position], place)? {
                    return Ok(Choice::Branch(*position, place));
                }
            }
        }
        let is_null = |node: NodeId| ground.schema.node(node) == Node::Primitive(Primitive::Null);
        let mut others = (0..branches.len()).filter(|at| !is_null(branches[*at]));
        if let (Some(only), None) = (others.next(), others.next()) {
            return Ok(Choice::Branch(only, place));
        }
        self.objections(ground, union, place).map(Choice::None)
    }

    fn objections(&mut self, ground: &mut Ground<'_>, union: UnionId, place: Place) -> Result<MisfitReason, Stop> {
        let branches = ground.schema.union(union).branches();
        let mut told = Vec::new();
        for branch in branches.iter().take(TOLD_MAX) {
            let why = self.objection(ground, *branch, place)?;
            told.push(Objection { branch: type_name(ground.schema, *branch), why });
        }
        let found = ground.kind(place).word();
        Ok(MisfitReason::NoBranchFits { found, objections: told, more: branches.len().saturating_sub(TOLD_MAX) })
    }

    /// What a branch, which does not fit, has against a value; as far as one can tell without going into its parts.
    fn objection(&mut self, ground: &mut Ground<'_>, branch: NodeId, place: Place) -> Result<String, Stop> {
        let kind = ground.kind(place);
        match ground.schema.node(branch) {
            Node::Record(record) if kind == Kind::Object => {
                let given = ground.given(record, place)?;
                let fields = ground.schema.record(record).fields();
                if let Some(key) = given.unknown.first() {
                    return Ok(format!("it has no field {}", short(&ground.tape(place).text(*key))));
                }
                if let Some(key) = given.repeated.first() {
                    return Ok(format!("field {} is given twice", short(&ground.tape(place).text(*key))));
                }
                for (field, value) in fields.iter().zip(&given.values) {
                    match value {
                        Some(value) if !self.fits(ground, field.node(), Place { value: *value, ..place })? => {
                            return Ok(format!("its field {} does not fit", field.name()));
                        }
                        None if field.default().is_none() => {
                            return Ok(format!("its field {} is missing", field.name()));
                        }
                        _ => {}
                    }
                }
                Ok("it does not fit".to_owned())
            }
            Node::Map(_) if kind == Kind::Object => Ok("an entry does not fit".to_owned()),
            Node::Array(_) if kind == Kind::Array => Ok("an item does not fit".to_owned()),
            Node::Primitive(_) | Node::Enum(_) | Node::Fixed(_) if may_fit(ground, branch, kind) => {
                self.scratch.clear();
                let reason = ground.leaf(branch, place, &mut self.scratch).err();
                Ok(reason.map_or_else(|| "it fits".to_owned(), |reason| reason.to_string()))
            }
            _ => Ok(format!("{} is wanted", wanted(ground.schema, branch))),
        }
    }

    /// Whether a value fits a type, all it contains included.
    fn fits(&mut self, ground: &mut Ground<'_>, node: NodeId, place: Place) -> Result<bool, Stop> {
        self.open.clear();
        let mut answer = self.begin(ground, node, place)?;
        loop {
            let Some(trial) = self.open.last_mut() else { return Ok(answer.unwrap_or(true)) };
            let is_choice = matches!(trial.parts, Parts::Branches { .. });
            // A part that was tried may decide the whole; else the next part is due.
            let decided = match answer {
                Some(fits) if fits == is_choice => Some(fits),
                _ => None,
            };
            let next = match decided {
                Some(_) => None,
                None => trial.next(ground),
            };
            answer = match next {
                Some((node, place)) => self.begin(ground, node, place)?,
                None => {
                    let fits = decided.unwrap_or(!is_choice);
                    let key = (trial.node.index() as u32, trial.place.tape, trial.place.value, self.is_exact);
                    self.open.pop();
                    self.known.insert(key, fits);
                    Some(fits)
                }
            };
        }
    }

    /// Decides at once, or opens a trial.
    fn begin(&mut self, ground: &mut Ground<'_>, node: NodeId, place: Place) -> Result<Option<bool>, Stop> {
        ground.spend(1)?;
        let kind = ground.kind(place);
        if !may_fit(ground, node, kind) {
            return Ok(Some(false));
        }
        let parts = match ground.schema.node(node) {
            Node::Primitive(_) | Node::Enum(_) | Node::Fixed(_) => {
                self.scratch.clear();
                let fits = ground.leaf(node, place, &mut self.scratch).is_ok();
                return Ok(Some(fits && (!self.is_exact || ground.is_exact(node, place))));
            }
            Node::Array(inner) | Node::Map(inner) => {
                let (next, end) = ground.tape(place).children(place.value);
                Parts::Items { inner, next, end, is_map: kind == Kind::Object }
            }
            Node::Union(union) => Parts::Branches { union, next: 0 },
            Node::Record(record) => {
                if let Some(known) = self.known.get(&(node.index() as u32, place.tape, place.value, self.is_exact)) {
                    return Ok(Some(*known));
                }
                let given = ground.given(record, place)?;
                let fields = ground.schema.record(record).fields();
                let is_missing = |(field, value): (&_, &Option<Value>)| value.is_none() && has_no_default(field);
                if !given.unknown.is_empty()
                    || !given.repeated.is_empty()
                    || fields.iter().zip(&given.values).any(is_missing)
                {
                    return Ok(Some(false));
                }
                Parts::Fields { record, given: given.kept(), next: 0 }
            }
        };
        if let Some(known) = self.known.get(&(node.index() as u32, place.tape, place.value, self.is_exact)) {
            return Ok(Some(*known));
        }
        self.open.push(Trial { node, place, parts });
        Ok(None)
    }
}

fn has_no_default(field: &crate::schema::avro::model::Field) -> bool {
    field.default().is_none()
}

impl Trial {
    /// The next part and what it must be.
    fn next(&mut self, ground: &Ground<'_>) -> Option<(NodeId, Place)> {
        let at = |value| Place { value, ..self.place };
        match &mut self.parts {
            Parts::Items { next, end, .. } if next == end => None,
            Parts::Items { inner, next, is_map, .. } => {
                let value = if *is_map { next.of_key() } else { *next };
                *next = ground.tape(self.place).after(value);
                Some((*inner, at(value)))
            }
            Parts::Fields { record, given, next } => {
                let (position, value) = *given.get(*next)?;
                *next += 1;
                Some((ground.schema.record(*record).fields()[position as usize].node(), at(value)))
            }
            Parts::Branches { union, next } => {
                let branch = ground.schema.union(*union).branches().get(*next)?;
                *next += 1;
                Some((*branch, self.place))
            }
        }
    }
}

/// Whether a type has any value that is written as this kind of JSON.
fn may_fit(ground: &Ground<'_>, node: NodeId, kind: Kind) -> bool {
    let is_string = matches!(kind, Kind::Plain | Kind::Escaped);
    let is_number = matches!(kind, Kind::Integer | Kind::Decimal);
    match ground.schema.node(node) {
        Node::Primitive(Primitive::Null) => kind == Kind::Null,
        Node::Primitive(Primitive::Boolean) => matches!(kind, Kind::True | Kind::False),
        Node::Primitive(Primitive::Int | Primitive::Long) => is_number,
        Node::Primitive(Primitive::Float | Primitive::Double) => is_number || is_string,
        Node::Primitive(Primitive::Bytes | Primitive::String) | Node::Enum(_) | Node::Fixed(_) => is_string,
        Node::Array(_) => kind == Kind::Array,
        Node::Map(_) | Node::Record(_) => kind == Kind::Object,
        Node::Union(_) => true,
    }
}

/// A name that is not ours, at a length that fits a line.
fn short(name: &str) -> String {
    const CHARS_MAX: usize = 60;
    match name.char_indices().nth(CHARS_MAX) {
        Some((at, _)) => format!("{}…", name[..at].escape_debug()),
        None => name.escape_debug().to_string(),
    }
}
