//! What the check means, written to be obviously right and nothing else: the reference's own recursion with its memo,
//! and the greatest fixpoint by brute force. Small schemas only. Shares no code with the engine's two walks.

use sluicegate::schema::avro::model::{Node, NodeId};
use sluicegate::schema::avro::{AvroSchema, text_of};
use std::collections::BTreeMap;

/// Type, location and message of a finding.
pub(crate) type Line = (&'static str, String, String);

/// What the reference answers.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum JavaAnswer {
    /// Its list; empty means compatible.
    Lists(Vec<Line>),
    /// The words of its exception.
    Throws(String),
}

/// A schema as a plain graph: one node per occurrence of an unnamed type, one per named type.
struct Graph<'a> {
    schema: &'a AvroSchema,
    shapes: Vec<Shape>,
    named: BTreeMap<usize, usize>,
}

#[derive(Clone, Debug)]
enum Shape {
    Primitive(&'static str),
    Array(usize),
    Map(usize),
    Union(Vec<usize>),
    Record(Named, Vec<Member>),
    Enum(Named, Vec<String>, bool),
    Fixed(Named, u32),
    Unfinished,
}

#[derive(Clone, Debug)]
struct Named {
    simple: String,
    full: String,
    aliases: Vec<String>,
    node: NodeId,
}

#[derive(Clone, Debug)]
struct Member {
    name: String,
    aliases: Vec<String>,
    has_default: bool,
    of: usize,
}

impl<'a> Graph<'a> {
    /// The graph of `schema`; its root is node 0.
    fn of(schema: &'a AvroSchema) -> Self {
        let mut graph = Self { schema, shapes: Vec::new(), named: BTreeMap::new() };
        graph.add(schema.root());
        graph
    }

    fn add(&mut self, id: NodeId) -> usize {
        if let Some(known) = self.named.get(&id.index()) {
            return *known;
        }
        let at = self.shapes.len();
        self.shapes.push(Shape::Unfinished);
        let schema = self.schema;
        if let Some((name, aliases)) = schema.names_of(id) {
            self.named.insert(id.index(), at);
            let written = |alias: &sluicegate::schema::avro::model::TypeName| {
                let is_rootless = alias.namespace().is_empty() && !name.namespace().is_empty();
                if is_rootless { format!(".{}", alias.full()) } else { alias.full().to_owned() }
            };
            let aliases = aliases.iter().map(written).collect();
            let named = Named { simple: name.simple().to_owned(), full: name.full().to_owned(), aliases, node: id };
            self.shapes[at] = match schema.node(id) {
                Node::Record(record) => {
                    let fields = schema.record(record).fields();
                    let members = fields.iter().map(|field| Member {
                        name: field.name().to_owned(),
                        aliases: field.aliases().iter().map(|(alias, _)| alias.to_string()).collect(),
                        has_default: field.default().is_some(),
                        of: self.add(field.node()),
                    });
                    Shape::Record(named, members.collect())
                }
                Node::Enum(id) => {
                    let it = schema.enumeration(id);
                    let symbols = it.symbols().iter().map(|symbol| symbol.to_string()).collect();
                    Shape::Enum(named, symbols, it.default().is_some())
                }
                Node::Fixed(id) => Shape::Fixed(named, schema.fixed(id).size()),
                _ => Shape::Unfinished,
            };
            return at;
        }
        self.shapes[at] = match schema.node(id) {
            Node::Primitive(primitive) => Shape::Primitive(primitive.word()),
            Node::Array(items) => Shape::Array(self.add(items)),
            Node::Map(values) => Shape::Map(self.add(values)),
            Node::Union(union) => {
                Shape::Union(schema.union(union).branches().iter().map(|branch| self.add(*branch)).collect())
            }
            _ => Shape::Unfinished,
        };
        at
    }
}

impl Shape {
    fn kind(&self) -> &'static str {
        match self {
            Self::Primitive("null") => "NULL",
            Self::Primitive("boolean") => "BOOLEAN",
            Self::Primitive("int") => "INT",
            Self::Primitive("long") => "LONG",
            Self::Primitive("float") => "FLOAT",
            Self::Primitive("double") => "DOUBLE",
            Self::Primitive("bytes") => "BYTES",
            Self::Primitive(_) => "STRING",
            Self::Array(_) => "ARRAY",
            Self::Map(_) => "MAP",
            Self::Union(_) => "UNION",
            Self::Record(..) => "RECORD",
            Self::Enum(..) => "ENUM",
            Self::Fixed(..) => "FIXED",
            Self::Unfinished => "UNFINISHED",
        }
    }
}

fn names_match(reader: &Named, writer: &Named) -> bool {
    reader.simple == writer.simple || reader.aliases.contains(&writer.full)
}

/// Rows: writer; columns: what reads it besides itself.
const PROMOTIONS: [(&str, &[&str]); 5] = [
    ("int", &["long", "float", "double"]),
    ("long", &["float", "double"]),
    ("float", &["double"]),
    ("string", &["bytes"]),
    ("bytes", &["string"]),
];

fn promotes(reader: &str, writer: &str) -> bool {
    reader == writer || PROMOTIONS.iter().any(|(from, to)| *from == writer && to.contains(&reader))
}

/// The members of the writer's record that a member of the reader's may take its value from, repetitions included.
fn partners<'a>(member: &Member, writer: &'a [Member]) -> Vec<&'a Member> {
    let names = std::iter::once(&member.name).chain(&member.aliases);
    names.filter_map(|name| writer.iter().find(|other| other.name == *name)).collect()
}

/// What Avro Java answers, flaws included.
pub(crate) fn java(reader: &AvroSchema, writer: &AvroSchema) -> JavaAnswer {
    let mut check = Java { reader: &Graph::of(reader), writer: &Graph::of(writer), memo: BTreeMap::new() };
    match check.pair(0, 0, &[]) {
        Ok(list) => JavaAnswer::Lists(list),
        Err(words) => JavaAnswer::Throws(words),
    }
}

struct Java<'a> {
    reader: &'a Graph<'a>,
    writer: &'a Graph<'a>,
    memo: BTreeMap<(usize, usize), Option<Vec<Line>>>,
}

type Path<'a> = &'a [String];

fn location(path: Path<'_>) -> String {
    format!("/{}", path.join("/"))
}

fn longer(path: Path<'_>, steps: &[&str]) -> Vec<String> {
    path.iter().cloned().chain(steps.iter().map(|step| (*step).to_owned())).collect()
}

impl Java<'_> {
    fn pair(&mut self, reader: usize, writer: usize, path: Path<'_>) -> Result<Vec<Line>, String> {
        if let Some(known) = self.memo.get(&(reader, writer)) {
            return Ok(known.clone().unwrap_or_default());
        }
        self.memo.insert((reader, writer), None);
        let list = self.calculate(reader, writer, path)?;
        self.memo.insert((reader, writer), Some(list.clone()));
        Ok(list)
    }

    fn calculate(&mut self, reader: usize, writer: usize, path: Path<'_>) -> Result<Vec<Line>, String> {
        let (to, from) = (self.reader.shapes[reader].clone(), self.writer.shapes[writer].clone());
        let mut list = Vec::new();
        match (&to, &from) {
            (Shape::Primitive(to), Shape::Primitive(from)) if promotes(to, from) => {}
            (Shape::Array(to), Shape::Array(from)) => list = self.pair(*to, *from, &longer(path, &["items"]))?,
            (Shape::Map(to), Shape::Map(from)) => list = self.pair(*to, *from, &longer(path, &["values"]))?,
            (Shape::Fixed(to, size), Shape::Fixed(from, expected)) => {
                list.extend(name_line(to, from, path));
                if size != expected {
                    let message = format!("expected: {expected}, found: {size}");
                    list.push(("FIXED_SIZE_MISMATCH", location(&longer(path, &["size"])), message));
                }
            }
            (Shape::Enum(to, symbols, has_default), Shape::Enum(from, written, _)) => {
                list.extend(name_line(to, from, path));
                let mut missing: Vec<_> = written.iter().filter(|symbol| !symbols.contains(symbol)).collect();
                missing.sort_by_key(|symbol| symbol.encode_utf16().collect::<Vec<_>>());
                if !missing.is_empty() && !has_default {
                    let message = missing.iter().map(|symbol| symbol.as_str()).collect::<Vec<_>>().join(", ");
                    let message = format!("[{message}]");
                    list.push(("MISSING_ENUM_SYMBOLS", location(&longer(path, &["symbols"])), message));
                }
            }
            (Shape::Record(to, members), Shape::Record(from, written)) => {
                list.extend(name_line(to, from, path));
                for (at, member) in members.iter().enumerate() {
                    list.extend(self.member((at, member), (writer, from, written), path)?);
                }
            }
            (Shape::Union(_), Shape::Union(branches)) => {
                for (at, branch) in branches.iter().enumerate() {
                    if !self.pair(reader, *branch, &[])?.is_empty() {
                        list.push(self.lacking(*branch, &longer(path, &[&at.to_string()])));
                    }
                }
            }
            (_, Shape::Union(branches)) => {
                for (at, branch) in branches.iter().enumerate() {
                    list.extend(self.pair(reader, *branch, &longer(path, &[&at.to_string()]))?);
                }
            }
            (Shape::Union(branches), _) => {
                for branch in branches {
                    if self.pair(*branch, writer, &[])?.is_empty() {
                        return Ok(Vec::new());
                    }
                }
                list.push(self.lacking(writer, path));
            }
            _ => {
                let message = format!("reader type: {} not compatible with writer type: {}", to.kind(), from.kind());
                list.push(("TYPE_MISMATCH", location(path), message));
            }
        }
        Ok(list)
    }

    fn member(
        &mut self,
        (at, member): (usize, &Member),
        (record, name, written): (usize, &Named, &[Member]),
        path: Path<'_>,
    ) -> Result<Vec<Line>, String> {
        let path = longer(path, &["fields", &at.to_string()]);
        let of = longer(&path, &["type"]);
        match partners(member, written)[..] {
            [] if member.has_default => Ok(Vec::new()),
            [] if matches!(self.reader.shapes[member.of], Shape::Enum(_, _, true)) => self.pair(member.of, record, &of),
            [] => Ok(vec![("READER_FIELD_MISSING_DEFAULT_VALUE", location(&path), member.name.clone())]),
            [one] => self.pair(member.of, one.of, &of),
            _ => Err(format!(
                "Reader record field {} type:{} pos:{at} matches multiple fields in writer record schema {}",
                member.name,
                self.reader.shapes[member.of].kind(),
                text_of(self.writer.schema, name.node),
            )),
        }
    }

    fn lacking(&self, writer: usize, path: Path<'_>) -> Line {
        let kind = self.writer.shapes[writer].kind();
        ("MISSING_UNION_BRANCH", location(path), format!("reader union lacking writer type: {kind}"))
    }
}

fn name_line(reader: &Named, writer: &Named, path: Path<'_>) -> Option<Line> {
    let line = || ("NAME_MISMATCH", location(&longer(path, &["name"])), format!("expected: {}", writer.full));
    (!names_match(reader, writer)).then(line)
}

/// Whether the reader decodes everything the writer may write: the largest set of pairs without contradiction, found
/// by starting with all pairs and striking out until nothing changes. A member with several partners decodes nothing.
pub(crate) fn is_readable(reader: &AvroSchema, writer: &AvroSchema) -> bool {
    let (reader, writer) = (Graph::of(reader), Graph::of(writer));
    let mut holds = vec![vec![true; writer.shapes.len()]; reader.shapes.len()];
    loop {
        let mut is_stable = true;
        for to in 0..reader.shapes.len() {
            for from in 0..writer.shapes.len() {
                if holds[to][from] && !fits(&reader, &writer, to, from, &holds) {
                    holds[to][from] = false;
                    is_stable = false;
                }
            }
        }
        if is_stable {
            return holds[0][0];
        }
    }
}

fn fits(reader: &Graph<'_>, writer: &Graph<'_>, to: usize, from: usize, holds: &[Vec<bool>]) -> bool {
    match (&reader.shapes[to], &writer.shapes[from]) {
        (_, Shape::Union(branches)) => branches.iter().all(|branch| holds[to][*branch]),
        (Shape::Union(branches), _) => branches.iter().any(|branch| holds[*branch][from]),
        (Shape::Primitive(to), Shape::Primitive(from)) => promotes(to, from),
        (Shape::Array(to), Shape::Array(from)) | (Shape::Map(to), Shape::Map(from)) => holds[*to][*from],
        (Shape::Fixed(to, size), Shape::Fixed(from, expected)) => names_match(to, from) && size == expected,
        (Shape::Enum(to, symbols, has_default), Shape::Enum(from, written, _)) => {
            names_match(to, from) && (*has_default || written.iter().all(|symbol| symbols.contains(symbol)))
        }
        (Shape::Record(to, members), Shape::Record(from, written)) => {
            names_match(to, from)
                && members.iter().all(|member| match partners(member, written)[..] {
                    [] => member.has_default,
                    [one] => holds[member.of][one.of],
                    _ => false,
                })
        }
        _ => false,
    }
}
