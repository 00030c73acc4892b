//! A parsed Avro schema, laid out for comparing: nodes in one table, ids instead of pointers, names with their hashes.
//!
//! A *named* type (record, enum, fixed) is one node wherever it is used, and a second one if the text repeats its
//! definition; an *unnamed* one is a node per occurrence, as in the reference, whose remembered findings depend on it.
//! Primitives without attributes share one node each.

use super::json::Json;
pub use super::kind::{Kind, Primitive};
pub use super::logical::Logical;
use super::lookup::UnionLookup;
pub use super::type_name::{TypeName, name_hash};
use smol_str::SmolStr;

/// A node of an [`AvroSchema`].
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct NodeId(pub(in crate::schema) u32);

impl NodeId {
    /// Position in the schema's node table; dense from 0, so it can index a table of one's own.
    pub fn index(self) -> usize {
        self.0 as usize
    }
}

/// What a node is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Node {
    /// One of the eight primitive types.
    Primitive(Primitive),
    /// An array of `items`.
    Array(NodeId),
    /// A map to `values`.
    Map(NodeId),
    /// A union; see [`AvroSchema::union`].
    Union(UnionId),
    /// A record or error; see [`AvroSchema::record`].
    Record(RecordId),
    /// An enum; see [`AvroSchema::enumeration`].
    Enum(EnumId),
    /// A fixed; see [`AvroSchema::fixed`].
    Fixed(FixedId),
}

macro_rules! table_ids {
    ($($(#[$doc:meta])* $id:ident)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
        pub struct $id(pub(in crate::schema) u32);

        impl $id {
            /// Position in the schema's table of this kind; dense from 0.
            pub fn index(self) -> usize {
                self.0 as usize
            }
        }
    )*};
}
table_ids! {
    /// A record of an [`AvroSchema`].
    RecordId
    /// An enum of an [`AvroSchema`].
    EnumId
    /// A fixed of an [`AvroSchema`].
    FixedId
    /// A union of an [`AvroSchema`].
    UnionId
}

/// A parsed Avro schema. Made by [`crate::schema::parse`] alone.
#[derive(Debug)]
pub struct AvroSchema {
    pub(in crate::schema) root: NodeId,
    pub(in crate::schema) nodes: Vec<Node>,
    pub(in crate::schema) records: Vec<Record>,
    pub(in crate::schema) enums: Vec<Enumeration>,
    pub(in crate::schema) fixeds: Vec<Fixed>,
    pub(in crate::schema) unions: Vec<Union>,
    /// Attributes of nodes that have any, sorted by node.
    pub(in crate::schema) attributes: Vec<(NodeId, Attributes)>,
    /// Fields with aliases: record and position, ascending. Empty until [`AvroSchema::index`] has run.
    pub(in crate::schema) aliased_fields: Vec<(RecordId, u32)>,
    /// Named types that the stored text leaves as names, because a referenced text is about them.
    pub(in crate::schema) known: Vec<NodeId>,
}

impl AvroSchema {
    /// The outermost type.
    pub fn root(&self) -> NodeId {
        self.root
    }

    /// What stands at `id`.
    pub fn node(&self, id: NodeId) -> Node {
        self.nodes[id.index()]
    }

    /// How many nodes there are; every [`NodeId::index`] is below.
    pub fn node_count(&self) -> usize {
        self.nodes.len()
    }

    /// Every node, in the order of their ids; those of referenced texts that nothing uses are among them.
    pub fn node_ids(&self) -> impl Iterator<Item = NodeId> + use<> {
        (0..self.nodes.len() as u32).map(NodeId)
    }

    /// A record.
    pub fn record(&self, id: RecordId) -> &Record {
        &self.records[id.index()]
    }

    /// Every record, in the order of their ids.
    pub fn records(&self) -> &[Record] {
        &self.records
    }

    /// An enum.
    pub fn enumeration(&self, id: EnumId) -> &Enumeration {
        &self.enums[id.index()]
    }

    /// A fixed.
    pub fn fixed(&self, id: FixedId) -> &Fixed {
        &self.fixeds[id.index()]
    }

    /// A union.
    pub fn union(&self, id: UnionId) -> &Union {
        &self.unions[id.index()]
    }

    /// Attributes beyond those the specification gives a meaning, logical types included, in the order of the text.
    pub fn attributes(&self, id: NodeId) -> &[(Box<str>, Json)] {
        match self.attributes.binary_search_by_key(&id, |(node, _)| *node) {
            Ok(at) => &self.attributes[at].1,
            Err(_) => &[],
        }
    }

    /// The valid logical type of the type at `id`. An invalid or unknown one is no more than an attribute.
    pub fn logical_type(&self, id: NodeId) -> Option<Logical<'_>> {
        super::logical::of(self, id)
    }

    /// Every field that has aliases: its record and its position, ascending.
    pub fn aliased_fields(&self) -> &[(RecordId, u32)] {
        &self.aliased_fields
    }

    /// The kind of the type at `id`.
    pub fn kind(&self, id: NodeId) -> Kind {
        match self.node(id) {
            Node::Primitive(primitive) => Kind::Primitive(primitive),
            Node::Array(_) => Kind::Array,
            Node::Map(_) => Kind::Map,
            Node::Union(_) => Kind::Union,
            Node::Record(_) => Kind::Record,
            Node::Enum(_) => Kind::Enum,
            Node::Fixed(_) => Kind::Fixed,
        }
    }
}

/// Members of a schema object that are kept verbatim: key and value, in the order of the text, each key once.
pub type Attributes = Box<[(Box<str>, Json)]>;

/// A record or error.
#[derive(Debug)]
pub struct Record {
    pub(in crate::schema) name: TypeName,
    pub(in crate::schema) node: NodeId,
    /// The first definition of this name; itself unless the text repeats one.
    pub(in crate::schema) first: NodeId,
    pub(in crate::schema) is_error: bool,
    pub(in crate::schema) doc: Option<Box<str>>,
    pub(in crate::schema) aliases: Box<[TypeName]>,
    pub(in crate::schema) fields: Box<[Field]>,
    /// Positions of the fields, sorted by hash of the name and then the name.
    pub(in crate::schema) by_name: Box<[u32]>,
}

impl Record {
    /// Its name.
    pub fn name(&self) -> &TypeName {
        &self.name
    }

    /// Its node.
    pub fn node(&self) -> NodeId {
        self.node
    }

    /// Whether the text calls it `error`.
    pub fn is_error(&self) -> bool {
        self.is_error
    }

    /// Its documentation.
    pub fn doc(&self) -> Option<&str> {
        self.doc.as_deref()
    }

    /// Its aliases, without repetition, in the order of the text.
    pub fn aliases(&self) -> &[TypeName] {
        &self.aliases
    }

    /// Its fields, in order.
    pub fn fields(&self) -> &[Field] {
        &self.fields
    }

    /// Position of the field called `name`, whose [`name_hash`] is `hash`. `O(log fields)`.
    pub fn position_of(&self, name: &str, hash: u64) -> Option<usize> {
        let found = self.by_name.binary_search_by(|&at| {
            let field = &self.fields[at as usize];
            field.name_hash.cmp(&hash).then_with(|| field.name.as_str().cmp(name))
        });
        found.ok().map(|at| self.by_name[at] as usize)
    }
}

/// A field of a record.
#[derive(Debug)]
pub struct Field {
    pub(in crate::schema) name: SmolStr,
    pub(in crate::schema) name_hash: u64,
    pub(in crate::schema) node: NodeId,
    pub(in crate::schema) default: Option<Json>,
    pub(in crate::schema) order: Order,
    pub(in crate::schema) doc: Option<Box<str>>,
    /// In the order of the text, repetitions dropped, each with its hash.
    pub(in crate::schema) aliases: Box<[(Box<str>, u64)]>,
    pub(in crate::schema) attributes: Attributes,
}

impl Field {
    /// Its name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// [`name_hash`] of its name.
    pub fn name_hash(&self) -> u64 {
        self.name_hash
    }

    /// Its type.
    pub fn node(&self) -> NodeId {
        self.node
    }

    /// Its default; `Some(Json::Null)` where the default is null.
    pub fn default(&self) -> Option<&Json> {
        self.default.as_ref()
    }

    /// How the field takes part in sorting.
    pub fn order(&self) -> Order {
        self.order
    }

    /// Its documentation.
    pub fn doc(&self) -> Option<&str> {
        self.doc.as_deref()
    }

    /// Its aliases with their [`name_hash`], without repetition, in the order of the text.
    pub fn aliases(&self) -> &[(Box<str>, u64)] {
        &self.aliases
    }

    /// Attributes without a meaning of their own, in the order of the text.
    pub fn attributes(&self) -> &[(Box<str>, Json)] {
        &self.attributes
    }
}

/// How a field takes part in sorting.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum Order {
    /// Smallest first; what the specification assumes.
    #[default]
    Ascending,
    /// Largest first.
    Descending,
    /// Not at all.
    Ignore,
}

/// An enum.
#[derive(Debug)]
pub struct Enumeration {
    pub(in crate::schema) name: TypeName,
    pub(in crate::schema) node: NodeId,
    /// The first definition of this name; itself unless the text repeats one.
    pub(in crate::schema) first: NodeId,
    pub(in crate::schema) doc: Option<Box<str>>,
    pub(in crate::schema) aliases: Box<[TypeName]>,
    pub(in crate::schema) symbols: Box<[Box<str>]>,
    pub(in crate::schema) default: Option<Box<str>>,
    /// Positions of the symbols, sorted by symbol.
    pub(in crate::schema) by_symbol: Box<[u32]>,
}

impl Enumeration {
    /// Its name.
    pub fn name(&self) -> &TypeName {
        &self.name
    }

    /// Its node.
    pub fn node(&self) -> NodeId {
        self.node
    }

    /// Its documentation.
    pub fn doc(&self) -> Option<&str> {
        self.doc.as_deref()
    }

    /// Its aliases, without repetition, in the order of the text.
    pub fn aliases(&self) -> &[TypeName] {
        &self.aliases
    }

    /// Its symbols, in order.
    pub fn symbols(&self) -> &[Box<str>] {
        &self.symbols
    }

    /// The symbol a reader falls back to.
    pub fn default(&self) -> Option<&str> {
        self.default.as_deref()
    }

    /// Whether `symbol` is one of them. `O(log symbols)`.
    pub fn contains(&self, symbol: &str) -> bool {
        self.position_of(symbol).is_some()
    }

    /// Position of `symbol`. `O(log symbols)`.
    pub fn position_of(&self, symbol: &str) -> Option<usize> {
        let found = self.by_symbol.binary_search_by(|&at| (*self.symbols[at as usize]).cmp(symbol));
        found.ok().map(|at| self.by_symbol[at] as usize)
    }
}

/// A fixed.
#[derive(Debug)]
pub struct Fixed {
    pub(in crate::schema) name: TypeName,
    pub(in crate::schema) node: NodeId,
    /// The first definition of this name; itself unless the text repeats one.
    pub(in crate::schema) first: NodeId,
    pub(in crate::schema) doc: Option<Box<str>>,
    pub(in crate::schema) aliases: Box<[TypeName]>,
    pub(in crate::schema) size: u32,
}

impl Fixed {
    /// Its name.
    pub fn name(&self) -> &TypeName {
        &self.name
    }

    /// Its node.
    pub fn node(&self) -> NodeId {
        self.node
    }

    /// Its documentation.
    pub fn doc(&self) -> Option<&str> {
        self.doc.as_deref()
    }

    /// Its aliases, without repetition, in the order of the text.
    pub fn aliases(&self) -> &[TypeName] {
        &self.aliases
    }

    /// In bytes.
    pub fn size(&self) -> u32 {
        self.size
    }
}

/// A union.
#[derive(Debug)]
pub struct Union {
    pub(in crate::schema) branches: Box<[NodeId]>,
    /// Empty until [`AvroSchema::index`] has run.
    pub(in crate::schema) lookup: UnionLookup,
}

impl Union {
    /// Its branches, in order; may be empty.
    pub fn branches(&self) -> &[NodeId] {
        &self.branches
    }

    /// Which primitive types are among its branches: bit *i* stands for the primitive with discriminant *i*.
    pub fn primitives(&self) -> u8 {
        self.lookup.primitives()
    }

    /// Its array branch.
    pub fn array(&self) -> Option<NodeId> {
        self.lookup.array()
    }

    /// Its map branch.
    pub fn map(&self) -> Option<NodeId> {
        self.lookup.map()
    }

    /// Positions of the named branches whose simple name hashes to `hash`: `(hash, position)`, positions ascending.
    pub fn named(&self, hash: u64) -> &[(u64, u32)] {
        self.lookup.named(hash)
    }

    /// Positions of the named branches with an alias whose full name hashes to `hash`, as [`Self::named`]. Aliases
    /// that can match no writer (`avro-compatibility` 3.2) are left out.
    pub fn aliased(&self, hash: u64) -> &[(u64, u32)] {
        self.lookup.aliased(hash)
    }
}
