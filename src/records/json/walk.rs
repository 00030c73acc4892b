//! The walk over a JSON text and a schema at once, which writes as it goes and collects what does not fit.

use super::choice::{Choice, Trials};
use super::leaf::{self, long, nearest, wrong_type};
use super::tape::{Kind, Tape, Value};
use super::{JsonForm, MISFITS_MAX};
use crate::records::field_path::{FieldPath, type_name};
use crate::records::logical::Limit;
use crate::records::misfit::{Misfit, MisfitReason, Misfits};
use crate::records::program::{Program, Shape};
use crate::schema::avro::AvroSchema;
use crate::schema::avro::model::{Node, NodeId, RecordId, UnionId, name_hash};
use std::collections::{BTreeMap, BTreeSet};

/// Steps that any text may take; a text of some length may take more. About 30 ms.
const STEPS_MIN: u64 = 500_000;
/// Steps a byte of text may take.
const STEPS_PER_BYTE: u64 = 32;
/// Bytes written that count as a step.
const BYTES_PER_STEP: u64 = 16;

/// A value of one of the texts: that of the record, and those of defaults.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Place {
    pub(super) tape: u32,
    pub(super) value: Value,
}

/// Why a walk ends before its text does.
#[derive(Debug)]
pub(super) enum Stop {
    /// The steps are spent.
    TooCostly,
    /// No more misfits are wanted.
    Enough,
}

/// What the walk and the trials of branches both look at.
pub(super) struct Ground<'a> {
    pub(super) schema: &'a AvroSchema,
    program: &'a Program,
    pub(super) form: JsonForm,
    tapes: Vec<Tape<'a>>,
    /// Defaults that were needed, as texts; none where it is no JSON.
    defaults: BTreeMap<(RecordId, u32), Option<Place>>,
    steps_left: u64,
}

/// A container whose parts are being walked.
enum Frame {
    Items { items: NodeId, tape: u32, next: Value, end: Value, position: u64 },
    Entries { values: NodeId, tape: u32, next: Value, end: Value, key: Value },
    Fields { record: RecordId, given: Box<[(u32, Value)]>, tape: u32, next: u32 },
    Branch { union: UnionId, branch: NodeId, place: Option<Place> },
}

/// See the module.
pub(super) struct Walk<'a> {
    ground: Ground<'a>,
    trials: Trials,
    frames: Vec<Frame>,
    out: Vec<u8>,
    found: Misfits,
}

/// What an object says of a record's fields.
pub(super) struct Given {
    /// The value of each field, by its position.
    pub(super) values: Vec<Option<Value>>,
    /// Keys that name no field.
    pub(super) unknown: Vec<Value>,
    /// Keys that name a field once more.
    pub(super) repeated: Vec<Value>,
}

impl Given {
    /// What is given, with its position among the fields, and nothing for what is not: while a record is open its memory
    /// follows the text, not the schema.
    pub(super) fn kept(self) -> Box<[(u32, Value)]> {
        self.values.into_iter().zip(0..).filter_map(|(value, at)| Some((at, value?))).collect()
    }
}

impl<'a> Ground<'a> {
    pub(super) fn tape(&self, place: Place) -> &Tape<'a> {
        &self.tapes[place.tape as usize]
    }

    pub(super) fn kind(&self, place: Place) -> Kind {
        self.tape(place).kind(place.value)
    }

    pub(super) fn spend(&mut self, steps: usize) -> Result<(), Stop> {
        match self.steps_left.checked_sub(steps as u64) {
            Some(left) => {
                self.steps_left = left;
                Ok(())
            }
            None => Err(Stop::TooCostly),
        }
    }

    /// Writes a value without parts.
    pub(super) fn leaf(&self, node: NodeId, place: Place, out: &mut Vec<u8>) -> Result<(), MisfitReason> {
        leaf::write(self.schema, node, self.limit(node), (self.tape(place), place.value), out)
    }

    /// Whether a value that fits is kept as it is written.
    pub(super) fn is_exact(&self, node: NodeId, place: Place) -> bool {
        leaf::is_exact(self.schema, node, (self.tape(place), place.value))
    }

    fn limit(&self, node: NodeId) -> Option<Limit> {
        match self.program.shapes[node.index()] {
            Shape::Limited(limit) => Some(self.program.limits[limit as usize].1),
            _ => None,
        }
    }

    /// Finds the fields that an object gives: by name, else by alias, as Java's decoder does.
    pub(super) fn given(&mut self, record: RecordId, place: Place) -> Result<Given, Stop> {
        let fields = self.schema.record(record).fields();
        self.spend(fields.len() + self.tape(place).count(place.value))?;
        let record = self.schema.record(record);
        let tape = self.tape(place);
        let mut given = Given { values: vec![None; fields.len()], unknown: Vec::new(), repeated: Vec::new() };
        let mut others = Vec::new();
        for key in tape.keys(place.value) {
            let name = tape.text(key);
            match record.position_of(&name, name_hash(&name)) {
                Some(position) if given.values[position].is_some() => given.repeated.push(key),
                Some(position) => given.values[position] = Some(key.of_key()),
                None => others.push(key),
            }
        }
        if others.is_empty() {
            return Ok(given);
        }
        let names =
            fields.iter().enumerate().flat_map(|(at, field)| field.aliases().iter().map(move |(name, _)| (name, at)));
        let aliases: Vec<(&Box<str>, usize)> = names.collect();
        let looks = others.len() * aliases.len();
        for key in others {
            let name = tape.text(key);
            match aliases.iter().find(|(alias, _)| ***alias == *name) {
                Some((_, position)) if given.values[*position].is_some() => given.repeated.push(key),
                Some((_, position)) => given.values[*position] = Some(key.of_key()),
                None => given.unknown.push(key),
            }
        }
        self.spend(looks)?;
        Ok(given)
    }

    /// The default of a field as a text of its own.
    fn default(&mut self, record: RecordId, position: u32) -> Option<Place> {
        let field = &self.schema.record(record).fields()[position as usize];
        let default = field.default()?;
        if let Some(known) = self.defaults.get(&(record, position)) {
            return *known;
        }
        let place = Tape::read(default.to_string().into()).ok().map(|tape| {
            self.tapes.push(tape);
            Place { tape: self.tapes.len() as u32 - 1, value: Value::ROOT }
        });
        self.defaults.insert((record, position), place);
        place
    }
}

impl<'a> Walk<'a> {
    pub(super) fn new(
        program: &'a Program,
        schema: &'a AvroSchema,
        tape: Tape<'a>,
        form: JsonForm,
        text_bytes: usize,
    ) -> Self {
        let steps_left = STEPS_MIN + STEPS_PER_BYTE * text_bytes as u64;
        let ground = Ground { schema, program, form, tapes: vec![tape], defaults: BTreeMap::new(), steps_left };
        Self {
            ground,
            trials: Trials::default(),
            frames: Vec::new(),
            out: Vec::with_capacity(text_bytes / 2),
            found: Misfits::default(),
        }
    }

    pub(super) fn run(mut self) -> Result<Vec<u8>, Misfits> {
        let root = Place { tape: 0, value: Value::ROOT };
        let ended = self.walk(self.ground.schema.root(), root);
        match ended {
            Ok(()) if self.found.list.is_empty() => return Ok(self.out),
            Ok(()) => {}
            Err(Stop::Enough) => self.found.is_cut = true,
            Err(Stop::TooCostly) => {
                let path = self.path().shown();
                self.found.list.push(Misfit { path, offset: None, reason: MisfitReason::TooCostly });
                self.found.is_cut = true;
            }
        }
        Err(self.found)
    }

    /// What a field is that is not given; `None` where it has no default, or one that does not fit.
    pub(super) fn default(mut self, record: RecordId, position: u32) -> Option<Vec<u8>> {
        self.field(record, position, None).and_then(|()| self.go_on()).ok()?;
        self.found.list.is_empty().then_some(self.out)
    }

    fn walk(&mut self, node: NodeId, place: Place) -> Result<(), Stop> {
        self.value(node, place)?;
        self.go_on()
    }

    fn go_on(&mut self) -> Result<(), Stop> {
        while let Some(frame) = self.frames.last_mut() {
            match frame {
                Frame::Items { items, tape, next, end, position } => {
                    if next == end {
                        self.out.push(0);
                        self.frames.pop();
                        continue;
                    }
                    let (node, place) = (*items, Place { tape: *tape, value: *next });
                    *next = self.ground.tapes[*tape as usize].after(*next);
                    *position += 1;
                    self.value(node, place)?;
                }
                Frame::Entries { values, tape, next, end, key } => {
                    if next == end {
                        self.out.push(0);
                        self.frames.pop();
                        continue;
                    }
                    *key = *next;
                    let (node, place) = (*values, Place { tape: *tape, value: next.of_key() });
                    let texts = &self.ground.tapes[*tape as usize];
                    *next = texts.after(place.value);
                    let text = texts.text(*key);
                    long(&mut self.out, text.len() as i64);
                    self.out.extend_from_slice(text.as_bytes());
                    self.value(node, place)?;
                }
                Frame::Fields { record, given, tape, next } => {
                    let (record, position) = (*record, *next);
                    if position as usize >= self.ground.schema.record(record).fields().len() {
                        self.frames.pop();
                        continue;
                    }
                    let value = given.binary_search_by_key(&position, |(at, _)| *at).ok().map(|at| given[at].1);
                    *next += 1;
                    let place = value.map(|value| Place { tape: *tape, value });
                    self.field(record, position, place)?;
                }
                Frame::Branch { branch, place, .. } => match place.take() {
                    Some(place) => {
                        let branch = *branch;
                        self.value(branch, place)?;
                    }
                    None => drop(self.frames.pop()),
                },
            }
        }
        Ok(())
    }

    /// Walks a value whole if it has no parts; else opens it.
    fn value(&mut self, node: NodeId, place: Place) -> Result<(), Stop> {
        let before = self.out.len();
        self.ground.spend(1)?;
        let kind = self.ground.kind(place);
        match (self.ground.schema.node(node), kind) {
            (Node::Primitive(_) | Node::Enum(_) | Node::Fixed(_), _) => {
                if let Err(reason) = self.ground.leaf(node, place, &mut self.out) {
                    self.misfit(reason)?;
                }
            }
            (Node::Array(items), Kind::Array) => {
                let (next, end) = self.open_blocks(place);
                self.frames.push(Frame::Items { items, tape: place.tape, next, end, position: 0 });
            }
            (Node::Map(values), Kind::Object) => {
                self.repeated_keys(place)?;
                let (next, end) = self.open_blocks(place);
                self.frames.push(Frame::Entries { values, tape: place.tape, next, end, key: next });
            }
            (Node::Record(record), Kind::Object) => self.open_record(record, place)?,
            (Node::Union(union), _) => self.open_union(union, place)?,
            (Node::Array(_) | Node::Map(_) | Node::Record(_), kind) => {
                self.misfit(wrong_type(self.ground.schema, node, kind))?;
            }
        }
        let written = self.out.len().saturating_sub(before) as u64;
        self.ground.spend((written / BYTES_PER_STEP) as usize)
    }

    /// Writes the count of the only block; a container without any ends at once.
    fn open_blocks(&mut self, place: Place) -> (Value, Value) {
        let tape = self.ground.tape(place);
        let (count, children) = (tape.count(place.value), tape.children(place.value));
        if count > 0 {
            long(&mut self.out, count as i64);
        }
        children
    }

    fn open_record(&mut self, record: RecordId, place: Place) -> Result<(), Stop> {
        let given = self.ground.given(record, place)?;
        for key in &given.unknown {
            let name = self.ground.tape(place).text(*key).into_owned();
            let names = self.ground.schema.record(record).fields().iter().map(|field| field.name());
            let nearest = nearest(&name, names);
            self.misfit_at(&name, MisfitReason::UnknownField { nearest })?;
        }
        for key in &given.repeated {
            let name = self.ground.tape(place).text(*key).into_owned();
            self.misfit_at(&name, MisfitReason::RepeatedKey)?;
        }
        self.frames.push(Frame::Fields { record, given: given.kept(), tape: place.tape, next: 0 });
        Ok(())
    }

    fn field(&mut self, record: RecordId, position: u32, place: Option<Place>) -> Result<(), Stop> {
        let field = &self.ground.schema.record(record).fields()[position as usize];
        let place = match (place, self.ground.form) {
            (Some(place), _) => place,
            (None, JsonForm::Avro) => {
                return self.misfit(MisfitReason::MissingField { has_default: field.default().is_some() });
            }
            (None, JsonForm::Plain) => match self.ground.default(record, position) {
                Some(default) => default,
                None if field.default().is_some() => return self.misfit(MisfitReason::DefaultDoesNotFit),
                None => return self.misfit(MisfitReason::MissingField { has_default: false }),
            },
        };
        self.value(field.node(), place)
    }

    fn open_union(&mut self, union: UnionId, place: Place) -> Result<(), Stop> {
        // A default is written without the branch in either form.
        let choice = match self.ground.form {
            JsonForm::Avro if place.tape == 0 => self.tagged(union, place),
            _ => self.trials.choose(&mut self.ground, union, place)?,
        };
        match choice {
            Choice::Branch(position, place) => {
                long(&mut self.out, position as i64);
                let branch = self.ground.schema.union(union).branches()[position];
                self.frames.push(Frame::Branch { union, branch, place: Some(place) });
                Ok(())
            }
            Choice::None(reason) => self.misfit(reason),
        }
    }

    /// The branch that the key of the only member names.
    fn tagged(&self, union: UnionId, place: Place) -> Choice {
        let schema = self.ground.schema;
        let branches = schema.union(union).branches();
        let labels = || branches.iter().map(|branch| type_name(schema, *branch)).collect::<Vec<_>>();
        let tape = self.ground.tape(place);
        let kind = tape.kind(place.value);
        let (label, inner) = match kind {
            Kind::Null => ("null".into(), place),
            Kind::Object if tape.count(place.value) == 1 => {
                let (key, _) = tape.children(place.value);
                (tape.text(key), Place { value: key.of_key(), ..place })
            }
            _ => return Choice::None(MisfitReason::UntaggedUnion { labels: labels(), found: kind.word() }),
        };
        let is_label = |branch: &NodeId| match schema.names_of(*branch) {
            Some((name, _)) => name.full() == label,
            None => schema.kind(*branch).word() == label,
        };
        match branches.iter().position(is_label) {
            // `{"null": null}` is read by Java too.
            Some(position) => Choice::Branch(position, inner),
            None => Choice::None(MisfitReason::UnknownBranch { label: label.into_owned(), labels: labels() }),
        }
    }

    fn repeated_keys(&mut self, place: Place) -> Result<(), Stop> {
        let tape = self.ground.tape(place);
        let mut seen = BTreeSet::new();
        let repeated: Vec<String> = tape
            .keys(place.value)
            .map(|key| tape.text(key))
            .filter(|key| !seen.insert(key.clone()))
            .map(|key| key.into_owned())
            .take(MISFITS_MAX + 1)
            .collect();
        for key in repeated {
            let mut path = self.path();
            path.key(&key);
            self.found_at(path, MisfitReason::RepeatedKey)?;
        }
        Ok(())
    }

    fn misfit(&mut self, reason: MisfitReason) -> Result<(), Stop> {
        let path = self.path();
        self.found_at(path, reason)
    }

    /// A misfit of a field of the record that is about to be opened.
    fn misfit_at(&mut self, field: &str, reason: MisfitReason) -> Result<(), Stop> {
        let mut path = self.path();
        path.field(field);
        self.found_at(path, reason)
    }

    fn found_at(&mut self, path: FieldPath, reason: MisfitReason) -> Result<(), Stop> {
        if self.found.list.len() == MISFITS_MAX {
            return Err(Stop::Enough);
        }
        self.found.list.push(Misfit { path: path.shown(), offset: None, reason });
        Ok(())
    }

    fn path(&self) -> FieldPath {
        let mut path = FieldPath::default();
        let schema = self.ground.schema;
        for frame in &self.frames {
            match frame {
                Frame::Items { position: 0, .. } | Frame::Fields { next: 0, .. } => {}
                Frame::Items { position, .. } => path.item(position - 1),
                Frame::Entries { tape, key, .. } => path.key(&self.ground.tapes[*tape as usize].text(*key)),
                Frame::Fields { record, next, .. } => {
                    path.field(schema.record(*record).fields()[*next as usize - 1].name());
                }
                Frame::Branch { union, branch, .. } => path.branch(schema, *union, *branch),
            }
        }
        path
    }
}
