//! A parsed Avro schema, laid out for comparing: nodes in one table, ids instead of pointers, names with their hashes.
//!
//! A *named* type (record, enum, fixed) is one node wherever it is used; an *unnamed* one is a node per occurrence, as
//! in the reference, whose remembered findings depend on it. Primitives without attributes share one node each.

use super::json::Json;
use super::lookup::UnionLookup;
use std::fmt;

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

/// The primitive types, in the specification's order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum Primitive {
    /// `null`
    Null,
    /// `boolean`
    Boolean,
    /// `int`
    Int,
    /// `long`
    Long,
    /// `float`
    Float,
    /// `double`
    Double,
    /// `bytes`
    Bytes,
    /// `string`
    String,
}

impl Primitive {
    /// All of them, in order of their discriminants.
    pub const ALL: [Self; 8] =
        [Self::Null, Self::Boolean, Self::Int, Self::Long, Self::Float, Self::Double, Self::Bytes, Self::String];

    /// The word a schema uses.
    pub fn word(self) -> &'static str {
        match self {
            Self::Null => "null",
            Self::Boolean => "boolean",
            Self::Int => "int",
            Self::Long => "long",
            Self::Float => "float",
            Self::Double => "double",
            Self::Bytes => "bytes",
            Self::String => "string",
        }
    }

    /// The primitive a word names.
    pub fn read(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|primitive| primitive.word() == word)
    }
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

/// Kinds of types as findings print them; error records count as records.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// A primitive.
    Primitive(Primitive),
    /// An array.
    Array,
    /// A map.
    Map,
    /// A union.
    Union,
    /// A record or error.
    Record,
    /// An enum.
    Enum,
    /// A fixed.
    Fixed,
}

impl Kind {
    /// The word a schema uses.
    pub fn word(self) -> &'static str {
        match self {
            Self::Primitive(primitive) => primitive.word(),
            Self::Array => "array",
            Self::Map => "map",
            Self::Union => "union",
            Self::Record => "record",
            Self::Enum => "enum",
            Self::Fixed => "fixed",
        }
    }
}

impl fmt::Display for Kind {
    /// In upper case, as Java prints it.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.word().to_ascii_uppercase())
    }
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

/// The name of a named type, or an alias of one: an optional namespace and a simple name.
#[derive(Clone, PartialEq, Eq)]
pub struct TypeName {
    full: Box<str>,
    simple_at: u32,
    full_hash: u64,
    simple_hash: u64,
}

impl TypeName {
    /// Joins a namespace (empty for none) and a simple name.
    pub(in crate::schema) fn new(namespace: &str, simple: &str) -> Self {
        let full: Box<str> =
            if namespace.is_empty() { simple.into() } else { [namespace, ".", simple].concat().into() };
        let simple_at = u32::try_from(full.len() - simple.len()).expect("a schema text is far below 4 GiB");
        Self { full_hash: name_hash(&full), simple_hash: name_hash(simple), full, simple_at }
    }

    /// Namespace and simple name joined by a dot; the simple name alone in the null namespace.
    pub fn full(&self) -> &str {
        &self.full
    }

    /// The part after the namespace.
    pub fn simple(&self) -> &str {
        &self.full[self.simple_at as usize..]
    }

    /// The namespace; empty for none.
    pub fn namespace(&self) -> &str {
        &self.full[..(self.simple_at as usize).saturating_sub(1)]
    }

    /// [`name_hash`] of [`Self::full`].
    pub fn full_hash(&self) -> u64 {
        self.full_hash
    }

    /// [`name_hash`] of [`Self::simple`].
    pub fn simple_hash(&self) -> u64 {
        self.simple_hash
    }
}

impl fmt::Debug for TypeName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.full)
    }
}

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
            field.name_hash.cmp(&hash).then_with(|| (*field.name).cmp(name))
        });
        found.ok().map(|at| self.by_name[at] as usize)
    }
}

/// A field of a record.
#[derive(Debug)]
pub struct Field {
    pub(in crate::schema) name: Box<str>,
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
        self.by_symbol.binary_search_by(|&at| (*self.symbols[at as usize]).cmp(symbol)).is_ok()
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

/// The hash by which names are looked up. Equal names have equal hashes; the reverse is for the caller to check.
pub fn name_hash(name: &str) -> u64 {
    const K: u64 = 0x9e37_79b9_7f4a_7c15;
    let mut hash = (name.len() as u64).wrapping_mul(K);
    let mut words = name.as_bytes().chunks_exact(8);
    for word in words.by_ref() {
        let word = u64::from_le_bytes(word.try_into().expect("chunks of eight"));
        hash = (hash.rotate_left(26) ^ word).wrapping_mul(K);
    }
    let mut last = [0; 8];
    last[..words.remainder().len()].copy_from_slice(words.remainder());
    hash = (hash.rotate_left(26) ^ u64::from_le_bytes(last)).wrapping_mul(K);
    hash ^ (hash >> 32)
}
