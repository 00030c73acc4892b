//! What is known while texts are read: the model so far, the names defined in it, and the names still open.
//!
//! A name that nothing defines yet is *open* and gets an id of its own beyond all nodes; [`super::resolve`] binds
//! open names once a text has been read completely. Until then an open name counts as a record without fields.

use super::failure::{Failure, Parsed};
use super::json::Json;
use super::model::{
    Attributes, AvroSchema, EnumId, Enumeration, Field, Fixed, FixedId, Node, NodeId, Primitive, Record, RecordId,
    TypeName, Union, UnionId,
};
use super::names;
use super::spans::Places;
use crate::schema::Strictness;
use std::cell::Cell;
use std::collections::BTreeMap;

/// Most bytes that the full names of a schema may take, counted at every definition, alias and use.
///
/// A namespace is written once and inherited, so without a limit a text of a megabyte could stand for gigabytes of
/// names, here and in every text printed from it.
const NAME_BYTES_MAX: usize = 64 << 20;

/// The same where somebody asked who may not wait for long: each is looked for among the others.
const EASY_NAME_BYTES_MAX: usize = 64 << 10;
/// Ids from here on are open names, not nodes.
const FIRST_OPEN: u32 = 1 << 31;

/// A name used before anything defined it.
#[derive(Debug)]
pub(super) struct Open {
    /// The full name it stands for.
    pub(super) full: Box<str>,
    /// Byte of its text where it stands.
    pub(super) at: usize,
    /// When it was met, counted with the beginnings of named types.
    pub(super) tick: u32,
    /// What it turned out to be.
    pub(super) target: Option<NodeId>,
}

/// The state of reading; see the module.
pub(super) struct Builder {
    pub(super) model: AvroSchema,
    pub(super) strictness: Strictness,
    /// First definitions by full name.
    names: BTreeMap<Box<str>, NodeId>,
    /// First definitions in the order in which they were completed, each with the tick at which it began.
    pub(super) defined: Vec<(NodeId, u32)>,
    /// How many of them stem from texts before the one being read.
    pub(super) defined_before: usize,
    /// Open names of the text being read; those of texts before it are bound.
    pub(super) opens: Vec<Open>,
    ticks: u32,
    /// What full names have taken so far, of [`NAME_BYTES_MAX`].
    name_bytes: usize,
    /// Definitions known to be equal to an earlier one, with that one.
    pub(super) repeats: BTreeMap<NodeId, NodeId>,
    /// Some simple name fails the lenient rule.
    pub(super) has_bad_name: bool,
    /// Symbols that are no text, ascending; a stored schema is refused for them at the end.
    pub(super) null_symbols: Vec<(EnumId, u32)>,
    /// Types with an attribute that the reference cannot copy, with its complaint.
    pub(super) uncopied: Vec<(NodeId, String)>,
    /// Some default holds an object for a record: it is judged again while names are bound.
    pub(super) has_record_default: bool,
    /// Some name was open in this text or one before it, so types may refer to each other in circles.
    pub(super) may_be_circular: bool,
    /// Some definition was used before it began, or stems from a referenced text: printing may nest deeper than reading.
    pub(super) may_print_deeper: bool,
    /// Where things stand in the text being read, if somebody asked.
    pub(super) places: Option<Box<Places>>,
    /// Steps that judging defaults and binding names may still take, where somebody asked who may not wait for long.
    pub(super) steps_left: Option<Cell<u32>>,
    /// A full name under construction.
    scratch: String,
}

impl Builder {
    pub(super) fn new(strictness: Strictness) -> Self {
        let mut nodes = Vec::with_capacity(16);
        nodes.extend(Primitive::ALL.map(Node::Primitive));
        let model = AvroSchema {
            root: NodeId(0),
            nodes,
            records: Vec::new(),
            enums: Vec::new(),
            fixeds: Vec::new(),
            unions: Vec::new(),
            attributes: Vec::new(),
            aliased_fields: Vec::new(),
            known: Vec::new(),
        };
        Self {
            model,
            strictness,
            names: BTreeMap::new(),
            defined: Vec::new(),
            defined_before: 0,
            opens: Vec::new(),
            ticks: 0,
            name_bytes: 0,
            repeats: BTreeMap::new(),
            has_bad_name: false,
            null_symbols: Vec::new(),
            uncopied: Vec::new(),
            has_record_default: false,
            may_be_circular: false,
            may_print_deeper: false,
            places: None,
            steps_left: None,
            scratch: String::new(),
        }
    }

    /// Whether one more step may be taken.
    pub(super) fn spend(&self) -> bool {
        let Some(left) = &self.steps_left else { return true };
        let after = left.get().checked_sub(1);
        left.set(after.unwrap_or(0));
        after.is_some()
    }

    /// The node of a primitive type without attributes.
    pub(super) fn primitive(primitive: Primitive) -> NodeId {
        NodeId(primitive as u32)
    }

    /// The number of the open name that `id` is, if it is one.
    pub(super) fn open_at(id: NodeId) -> Option<usize> {
        id.0.checked_sub(FIRST_OPEN).map(|open| open as usize)
    }

    /// Looks up `name` as seen from `namespace`, or leaves it open.
    pub(super) fn find(&mut self, name: &str, namespace: &str, at: usize) -> Parsed<NodeId> {
        if let Some(primitive) = Primitive::read(name) {
            return Ok(Self::primitive(primitive));
        }
        self.count_name(namespace, name, at)?;
        self.scratch.clear();
        if !namespace.is_empty() && !name.contains('.') {
            self.scratch.push_str(namespace);
            self.scratch.push('.');
        }
        self.scratch.push_str(name);
        if let Some(node) = self.names.get(self.scratch.as_str()).or_else(|| self.names.get(name)) {
            return Ok(*node);
        }
        self.may_be_circular = true;
        let id = NodeId(FIRST_OPEN + self.opens.len() as u32);
        let tick = self.tick();
        self.opens.push(Open { full: self.scratch.as_str().into(), at, tick, target: None });
        Ok(id)
    }

    /// Makes a name of its parts.
    pub(super) fn type_name(&mut self, namespace: &str, simple: &str, at: usize) -> Parsed<TypeName> {
        self.count_name(namespace, simple, at)?;
        Ok(TypeName::new(namespace, simple))
    }

    /// Counts a full name before it is made.
    fn count_name(&mut self, namespace: &str, name: &str, at: usize) -> Parsed<()> {
        self.name_bytes += namespace.len() + name.len();
        if self.steps_left.is_some() && self.name_bytes > EASY_NAME_BYTES_MAX {
            return Err(Failure::at(at, "No time to make all names".to_owned()));
        }
        if self.name_bytes <= NAME_BYTES_MAX {
            return Ok(());
        }
        Err(Failure::at(at, format!("The full names in this schema take more than {NAME_BYTES_MAX} bytes")))
    }

    /// The first definition of a full name.
    pub(super) fn definition(&self, full: &str) -> Option<NodeId> {
        self.names.get(full).copied()
    }

    /// The next moment.
    pub(super) fn tick(&mut self) -> u32 {
        self.ticks += 1;
        self.ticks
    }

    /// Adds a node.
    pub(super) fn push(&mut self, node: Node, attributes: Attributes) -> NodeId {
        let id = NodeId(self.model.nodes.len() as u32);
        self.model.nodes.push(node);
        if !attributes.is_empty() {
            self.model.attributes.push((id, attributes));
        }
        id
    }

    /// The id that the next node will get.
    pub(super) fn next_node(&self) -> NodeId {
        NodeId(self.model.nodes.len() as u32)
    }

    pub(super) fn push_record(&mut self, record: Record, attributes: Attributes) -> NodeId {
        let id = RecordId(self.model.records.len() as u32);
        self.model.records.push(record);
        self.push(Node::Record(id), attributes)
    }

    pub(super) fn push_enum(&mut self, enumeration: Enumeration, attributes: Attributes) -> NodeId {
        let id = EnumId(self.model.enums.len() as u32);
        self.model.enums.push(enumeration);
        self.push(Node::Enum(id), attributes)
    }

    pub(super) fn push_fixed(&mut self, fixed: Fixed, attributes: Attributes) -> NodeId {
        let id = FixedId(self.model.fixeds.len() as u32);
        self.model.fixeds.push(fixed);
        self.push(Node::Fixed(id), attributes)
    }

    pub(super) fn push_union(&mut self, branches: Vec<NodeId>) -> NodeId {
        let id = UnionId(self.model.unions.len() as u32);
        self.model.unions.push(Union { branches: branches.into(), lookup: Default::default() });
        self.push(Node::Union(id), Attributes::default())
    }

    /// Notes an attribute that the reference fails to copy when it binds open names: an integer beyond 64 bits.
    ///
    /// It copies records, arrays and maps only.
    pub(super) fn note_uncopied(&mut self, node: NodeId) {
        let Some((_, attributes)) = self.model.attributes.last().filter(|(owner, _)| *owner == node) else { return };
        let complaint = attributes.iter().find_map(|(name, value)| match value {
            Json::BigInteger(_) => Some(format!("Can't set a property to null: {name}")),
            value if contains_big_integer(value) => {
                Some("Cannot invoke \"Object.getClass()\" because \"datum\" is null".to_owned())
            }
            _ => None,
        });
        if let Some(complaint) = complaint {
            self.uncopied.push((node, complaint));
        }
    }

    /// Makes the named type at `node` known under its name, or checks that it repeats what is known.
    pub(super) fn define(&mut self, node: NodeId, began: u32, at: usize) -> Parsed<()> {
        let name = self.model.name_of(node).expect("only named types are defined");
        let is_strict = self.strictness == Strictness::New;
        if let Some(complaint) = names::full_name_complaint(name.full(), is_strict) {
            return Err(Failure::at(at, complaint));
        }
        let Some(&first) = self.names.get(name.full()) else {
            self.names.insert(name.full().into(), node);
            self.defined.push((node, began));
            return Ok(());
        };
        if !super::equality::repeats(self, node, first) {
            let name = self.model.name_of(node).expect("only named types are defined");
            return Err(Failure::at(at, format!("Can't redefine: {}", name.full())));
        }
        self.repeats.insert(node, self.repeats.get(&first).copied().unwrap_or(first));
        match self.model.node(node) {
            Node::Record(id) => self.model.records[id.index()].first = first,
            Node::Enum(id) => self.model.enums[id.index()].first = first,
            Node::Fixed(id) => self.model.fixeds[id.index()].first = first,
            _ => unreachable!("only named types are defined"),
        }
        Ok(())
    }

    /// Checks a simple name under the strictness of the text. A stored text is refused only at its end.
    pub(super) fn check_name(&mut self, name: &str, at: usize) -> Parsed<()> {
        match self.strictness {
            Strictness::New => match names::strict_complaint(name) {
                Some(complaint) => Err(Failure::at(at, complaint)),
                None => Ok(()),
            },
            Strictness::Stored => {
                self.has_bad_name |= names::lenient_complaint(name).is_some();
                Ok(())
            }
        }
    }

    /// The name of the kind or type as unions tell their branches apart.
    pub(super) fn branch_name(&self, id: NodeId) -> &str {
        match self.model.name_of(id) {
            Some(name) => name.full(),
            None => self.model.kind(id).word(),
        }
    }
}

impl AvroSchema {
    /// The name of a named type.
    pub(super) fn name_of(&self, id: NodeId) -> Option<&TypeName> {
        match self.node(id) {
            Node::Record(id) => Some(&self.record(id).name),
            Node::Enum(id) => Some(&self.enumeration(id).name),
            Node::Fixed(id) => Some(&self.fixed(id).name),
            Node::Primitive(_) | Node::Array(_) | Node::Map(_) | Node::Union(_) => None,
        }
    }

    /// The first definition of a named type's name: itself unless the text repeats one. None for an unnamed type.
    pub fn first_of(&self, id: NodeId) -> Option<NodeId> {
        match self.node(id) {
            Node::Record(id) => Some(self.record(id).first),
            Node::Enum(id) => Some(self.enumeration(id).first),
            Node::Fixed(id) => Some(self.fixed(id).first),
            Node::Primitive(_) | Node::Array(_) | Node::Map(_) | Node::Union(_) => None,
        }
    }

    /// Every place that names another node.
    pub(super) fn each_link(&mut self, mut change: impl FnMut(&mut NodeId)) {
        for node in &mut self.nodes {
            if let Node::Array(child) | Node::Map(child) = node {
                change(child);
            }
        }
        for field in self.records.iter_mut().flat_map(|record| record.fields.iter_mut()) {
            change(&mut field.node);
        }
        for branch in self.unions.iter_mut().flat_map(|union| union.branches.iter_mut()) {
            change(branch);
        }
    }
}

/// Fields sorted for [`Record::position_of`], and the first that repeats an earlier one, with that one.
pub(super) fn sorted_by_name(fields: &[Field]) -> (Box<[u32]>, Option<(usize, usize)>) {
    let mut order: Vec<(u64, u32)> = fields.iter().zip(0..).map(|(field, at)| (field.name_hash, at)).collect();
    order.sort_unstable();
    let mut first_repeat: Option<(usize, usize)> = None;
    // Equal hashes are nearly always equal names, of which a valid record has none.
    for group in order.chunk_by_mut(|left, right| left.0 == right.0).filter(|group| group.len() > 1) {
        let name = |at: u32| fields[at as usize].name();
        group.sort_by(|left, right| name(left.1).cmp(name(right.1)));
        for same in group.chunk_by(|left, right| name(left.1) == name(right.1)).filter(|same| same.len() > 1) {
            let repeat = (same[1].1 as usize, same[0].1 as usize);
            first_repeat = Some(first_repeat.map_or(repeat, |first| first.min(repeat)));
        }
    }
    (order.iter().map(|(_, at)| *at).collect(), first_repeat)
}

fn contains_big_integer(value: &Json) -> bool {
    match value {
        Json::BigInteger(_) => true,
        Json::Array(elements) => elements.iter().any(contains_big_integer),
        Json::Object(members) => members.iter().any(|(_, value)| contains_big_integer(value)),
        Json::Null | Json::Bool(_) | Json::Integer(_) | Json::Double(_) | Json::String(_) => false,
    }
}
