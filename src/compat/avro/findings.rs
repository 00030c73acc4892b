//! The finding walk: every incompatibility in the reference's order, with the reference's memo (`avro-compatibility`
//! 3.5), so that repeated and rootless locations come out as Avro Java writes them.
//!
//! It may take its time: it runs only where the answer is no, or where the reference's own check might throw. It keeps
//! occurrences of unnamed types apart, as Java does, and lives on a stack of its own. The verdict walk shares nothing
//! with this file.

use super::lists::{ListId, Lists};
use super::path::{PathId, Paths, Step};
use super::reasons::{Finding, Reason};
use crate::compat::Findings;
use crate::schema::avro::AvroSchema;
use crate::schema::avro::model::{EnumId, FixedId, Node, NodeId, Primitive, RecordId, UnionId};
use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};

/// Why there is no list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Stop {
    /// The reference's check throws; what its exception says.
    Threw(String),
    /// The budget of D10 was spent.
    Spent,
}

/// Steps one walk may take: a pair of nodes, a field, a symbol or an alias each. About half a second.
const STEPS_MAX: usize = 4_000_000;

/// Pairs one walk may remember: about 100 MiB with their paths.
const PAIRS_MAX: usize = 1_000_000;

/// What the reference finds when `reader` reads `writer`.
pub(super) fn findings(reader: &AvroSchema, writer: &AvroSchema) -> Result<Findings, Stop> {
    let mut walk = Walk {
        reader,
        writer,
        memo: HashMap::default(),
        frames: Vec::new(),
        paths: Paths::default(),
        lists: Lists::default(),
        steps_left: STEPS_MAX,
    };
    let list = walk.run()?;
    Ok(walk.lists.write(list, |finding| finding.describe(reader, writer, &walk.paths)))
}

/// A type where it stands. Java keeps one object per occurrence of an unnamed type; our primitives share their nodes,
/// so an occurrence of one is told by what contains it.
#[derive(Clone, Copy, Debug)]
struct Spot {
    node: NodeId,
    place: u64,
}

/// Hashes a pair of places. They are small numbers of our own making, so spreading them is all it takes.
#[derive(Default)]
struct Spread(u64);

impl Hasher for Spread {
    fn write(&mut self, bytes: &[u8]) {
        bytes.iter().for_each(|byte| self.write_u64(u64::from(*byte)));
    }

    fn write_u64(&mut self, place: u64) {
        let mixed = (self.0.rotate_left(32) ^ place).wrapping_mul(0x9fb2_1c65_1e98_df25);
        self.0 = mixed ^ mixed >> 29;
    }

    fn finish(&self) -> u64 {
        self.0
    }
}

struct Walk<'a> {
    reader: &'a AvroSchema,
    writer: &'a AvroSchema,
    /// Finished lists; `None` while in progress.
    memo: HashMap<(u64, u64), Option<ListId>, BuildHasherDefault<Spread>>,
    frames: Vec<Frame>,
    paths: Paths,
    lists: Lists,
    steps_left: usize,
}

/// A pair whose parts are being looked at.
struct Frame {
    /// Under which key the pair is remembered, if it is.
    key: Option<(u64, u64)>,
    path: PathId,
    /// Where its list began.
    mark: usize,
    parts: Parts,
    /// How many parts have been entered.
    next: u32,
}

enum Parts {
    /// Items or values.
    Element(Spot, Spot, Step),
    /// Fields of two records.
    Fields(RecordId, RecordId),
    /// Rule U: each branch of the writer against the reader's union.
    EachBranch(Spot, UnionId),
    /// Rule W: the reader against every branch of the writer.
    EveryBranch(Spot, UnionId),
    /// Rule B: branches of the reader's union in turn, until one will do.
    SomeBranch { union: UnionId, writer: Spot, is_found: bool },
}

type Part = (Spot, Spot, PathId);

impl Walk<'_> {
    fn run(&mut self) -> Result<ListId, Stop> {
        let [reader, writer] = [self.reader, self.writer].map(|schema| {
            let (node, is_shared) = (schema.root(), matches!(schema.node(schema.root()), Node::Primitive(_)));
            Spot { node, place: if is_shared { u64::MAX } else { node.index() as u64 } }
        });
        let mut left = self.enter((reader, writer, Paths::ROOT))?;
        loop {
            if let Some(list) = left {
                match self.frames.last_mut() {
                    None => return Ok(list),
                    Some(_) => self.take(list),
                }
            }
            left = match self.next_part()? {
                Some(part) => self.enter(part)?,
                None => Some(self.leave()),
            };
        }
    }

    /// Enters a pair: its list where that is known at once, else `None` and a new frame.
    fn enter(&mut self, (reader, writer, path): Part) -> Result<Option<ListId>, Stop> {
        self.spend(1)?;
        let key = (reader.place, writer.place);
        let is_remembered = is_named(self.reader, reader.node) || is_named(self.writer, writer.node);
        if is_remembered {
            match self.memo.get(&key) {
                Some(Some(list)) => return Ok(Some(*list)),
                Some(None) => return Ok(Some(Lists::EMPTY)),
                None if self.memo.len() == PAIRS_MAX => return Err(Stop::Spent),
                None => self.memo.insert(key, None),
            };
        }
        let key = is_remembered.then_some(key);
        let mark = self.lists.begin();
        let parts = match (self.reader.node(reader.node), self.writer.node(writer.node)) {
            (Node::Array(to), Node::Array(from)) => Parts::Element(
                spot(self.reader, to, reader.node, 0),
                spot(self.writer, from, writer.node, 0),
                Step::Items,
            ),
            (Node::Map(to), Node::Map(from)) => Parts::Element(
                spot(self.reader, to, reader.node, 0),
                spot(self.writer, from, writer.node, 0),
                Step::Values,
            ),
            (Node::Record(to), Node::Record(from)) => {
                self.names(reader.node, writer.node, path)?;
                Parts::Fields(to, from)
            }
            (Node::Union(_), Node::Union(union)) => Parts::EachBranch(reader, union),
            (_, Node::Union(union)) => Parts::EveryBranch(reader, union),
            (Node::Union(union), _) => Parts::SomeBranch { union, writer, is_found: false },
            (to, from) => {
                self.leaves((reader, to), (writer, from), path)?;
                return Ok(Some(self.close(key, mark)));
            }
        };
        self.frames.push(Frame { key, path, mark, parts, next: 0 });
        Ok(None)
    }

    /// Two types without parts, or two that do not go together.
    fn leaves(&mut self, reader: (Spot, Node), writer: (Spot, Node), path: PathId) -> Result<(), Stop> {
        match (reader.1, writer.1) {
            (Node::Primitive(to), Node::Primitive(from)) if is_promotion(to, from) => Ok(()),
            (Node::Enum(to), Node::Enum(from)) => {
                self.names(reader.0.node, writer.0.node, path)?;
                self.symbols(to, from, path)
            }
            (Node::Fixed(to), Node::Fixed(from)) => {
                self.names(reader.0.node, writer.0.node, path)?;
                self.sizes(to, from, path);
                Ok(())
            }
            _ => {
                self.lists.add(Finding { at: path, reason: Reason::Types(reader.0.node, writer.0.node) });
                Ok(())
            }
        }
    }

    /// Hands the finished list of a part to the pair it is part of.
    fn take(&mut self, list: ListId) {
        let Some(frame) = self.frames.last_mut() else { return };
        match &mut frame.parts {
            Parts::Element(..) | Parts::Fields(..) | Parts::EveryBranch(..) => self.lists.add_all(list),
            Parts::SomeBranch { is_found, .. } => *is_found = list == Lists::EMPTY,
            Parts::EachBranch(_, union) => {
                if list != Lists::EMPTY {
                    let position = frame.next - 1;
                    let at = self.paths.step(frame.path, Step::Branch(position));
                    let writer = self.writer.union(*union).branches()[position as usize];
                    self.lists.add(Finding { at, reason: Reason::NoBranch { writer } });
                }
            }
        }
    }

    /// The next part of the innermost pair.
    fn next_part(&mut self) -> Result<Option<Part>, Stop> {
        let Some(frame) = self.frames.last_mut() else { return Ok(None) };
        let (path, position) = (frame.path, frame.next);
        if let Parts::Fields(reader, writer) = frame.parts {
            return self.next_field(reader, writer);
        }
        frame.next += 1;
        let part = match &frame.parts {
            Parts::Element(reader, writer, step) => {
                (position == 0).then(|| (*reader, *writer, self.paths.step(path, *step)))
            }
            Parts::EachBranch(reader, union) => {
                let branch = branch(self.writer, *union, position);
                // The reference begins a new path here (3.5, rule 3).
                branch.map(|branch| (*reader, branch, Paths::ROOT))
            }
            Parts::EveryBranch(reader, union) => {
                let branch = branch(self.writer, *union, position);
                branch.map(|branch| (*reader, branch, self.paths.step(path, Step::Branch(position))))
            }
            Parts::SomeBranch { is_found: true, .. } => None,
            Parts::SomeBranch { union, writer, is_found: false } => {
                let branch = branch(self.reader, *union, position);
                branch.map(|branch| (branch, *writer, Paths::ROOT))
            }
            Parts::Fields(..) => None,
        };
        Ok(part)
    }

    /// The next field of the innermost pair that has a partner to be compared with.
    fn next_field(&mut self, to: RecordId, from: RecordId) -> Result<Option<Part>, Stop> {
        let (reader, writer) = (self.reader.record(to), self.writer.record(from));
        while let Some(frame) = self.frames.last_mut() {
            let (path, position) = (frame.path, frame.next);
            let Some(field) = reader.fields().get(position as usize) else { break };
            frame.next += 1;
            self.spend(1 + field.aliases().len())?;
            let own = writer.position_of(field.name(), field.name_hash());
            let others = field.aliases().iter().filter_map(|(alias, hash)| writer.position_of(alias, *hash));
            let mut partners = own.into_iter().chain(others);
            match (partners.next(), partners.next()) {
                (Some(_), Some(_)) => return Err(Stop::Threw(self.exception(to, position, from))),
                (Some(partner), None) => {
                    let reads = spot(self.reader, field.node(), reader.node(), position);
                    let writes = spot(self.writer, writer.fields()[partner].node(), writer.node(), partner as u32);
                    return Ok(Some((reads, writes, self.paths.step(path, Step::FieldType(position)))));
                }
                (None, _) if field.default().is_some() => {}
                (None, _) if has_enum_default(self.reader, field.node()) => {
                    // Java asks whether the enum reads the writer's whole record; it never does (vector E019).
                    let reads = spot(self.reader, field.node(), reader.node(), position);
                    let writes = spot(self.writer, writer.node(), writer.node(), 0);
                    return Ok(Some((reads, writes, self.paths.step(path, Step::FieldType(position)))));
                }
                (None, _) => {
                    let at = self.paths.step(path, Step::Field(position));
                    self.lists.add(Finding { at, reason: Reason::NoDefault { record: to, position } });
                }
            }
        }
        Ok(None)
    }

    /// Leaves the innermost pair with its list.
    fn leave(&mut self) -> ListId {
        let Some(frame) = self.frames.pop() else { return Lists::EMPTY };
        if let Parts::SomeBranch { writer, is_found: false, .. } = frame.parts {
            self.lists.add(Finding { at: frame.path, reason: Reason::NoBranch { writer: writer.node } });
        }
        self.close(frame.key, frame.mark)
    }

    fn close(&mut self, key: Option<(u64, u64)>, mark: usize) -> ListId {
        let list = self.lists.finish(mark);
        if let Some(key) = key {
            self.memo.insert(key, Some(list));
        }
        list
    }

    fn names(&mut self, reader: NodeId, writer: NodeId, path: PathId) -> Result<(), Stop> {
        let (Some((own, aliases)), Some((theirs, _))) = (self.reader.names_of(reader), self.writer.names_of(writer))
        else {
            return Ok(());
        };
        self.spend(aliases.len())?;
        // An alias of the null namespace on a namespaced type is `.A` to Java, and nothing is called that.
        let is_same = |alias: &crate::schema::avro::model::TypeName| {
            alias.full() == theirs.full() && (own.namespace().is_empty() || !alias.namespace().is_empty())
        };
        if own.simple() != theirs.simple() && !aliases.iter().any(is_same) {
            let at = self.paths.step(path, Step::Name);
            self.lists.add(Finding { at, reason: Reason::Name { writer } });
        }
        Ok(())
    }

    fn symbols(&mut self, to: EnumId, from: EnumId, path: PathId) -> Result<(), Stop> {
        let (reader, writer) = (self.reader.enumeration(to), self.writer.enumeration(from));
        self.spend(writer.symbols().len())?;
        let is_missing = |symbol: &str| !reader.contains(symbol);
        if reader.default().is_none() && writer.symbols().iter().any(|symbol| is_missing(symbol)) {
            let at = self.paths.step(path, Step::Symbols);
            self.lists.add(Finding { at, reason: Reason::Symbols(to, from) });
        }
        Ok(())
    }

    fn sizes(&mut self, to: FixedId, from: FixedId, path: PathId) {
        if self.reader.fixed(to).size() != self.writer.fixed(from).size() {
            let at = self.paths.step(path, Step::Size);
            self.lists.add(Finding { at, reason: Reason::Size(to, from) });
        }
    }

    /// What Java's exception says where a field finds several partners.
    fn exception(&self, reader: RecordId, position: u32, writer: RecordId) -> String {
        let field = &self.reader.record(reader).fields()[position as usize];
        let (name, kind) = (field.name(), self.reader.kind(field.node()));
        let text = crate::schema::avro::text_of(self.writer, self.writer.record(writer).node());
        format!(
            "Reader record field {name} type:{kind} pos:{position} matches multiple fields in writer record schema {text}"
        )
    }

    fn spend(&mut self, steps: usize) -> Result<(), Stop> {
        self.steps_left = self.steps_left.checked_sub(steps).ok_or(Stop::Spent)?;
        Ok(())
    }
}

fn spot(schema: &AvroSchema, node: NodeId, parent: NodeId, position: u32) -> Spot {
    let place = match schema.node(node) {
        Node::Primitive(_) => (parent.index() as u64 + 1) << 32 | u64::from(position),
        _ => node.index() as u64,
    };
    Spot { node, place }
}

fn branch(schema: &AvroSchema, union: UnionId, position: u32) -> Option<Spot> {
    // A union's own node is not at hand, but its number among unions tells it as well: those places never meet.
    let branch = *schema.union(union).branches().get(position as usize)?;
    let place = match schema.node(branch) {
        Node::Primitive(_) => 1 << 63 | (union.index() as u64) << 32 | u64::from(position),
        _ => branch.index() as u64,
    };
    Some(Spot { node: branch, place })
}

fn is_named(schema: &AvroSchema, node: NodeId) -> bool {
    matches!(schema.node(node), Node::Record(_) | Node::Enum(_) | Node::Fixed(_))
}

fn has_enum_default(schema: &AvroSchema, node: NodeId) -> bool {
    match schema.node(node) {
        Node::Enum(id) => schema.enumeration(id).default().is_some(),
        _ => false,
    }
}

fn is_promotion(to: Primitive, from: Primitive) -> bool {
    use Primitive as P;
    to == from
        || matches!(
            (to, from),
            (P::Long | P::Float | P::Double, P::Int)
                | (P::Float | P::Double, P::Long)
                | (P::Double, P::Float)
                | (P::Bytes, P::String)
                | (P::String, P::Bytes)
        )
}
