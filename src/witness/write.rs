//! Writes a value of the writer's schema, as Avro's JSON encoding and as its binary encoding at once: down the way to
//! the place that breaks, there the value that breaks it, and the shortest value everywhere else.

use super::breaks::Hop;
use super::failing::{self, DemandId, Failing};
use super::sample::Sample;
use super::shortest::{self, Shortest};
use crate::schema::avro::AvroSchema;
use crate::schema::avro::model::{Node, NodeId, UnionId};

/// Bytes of the longer of the two encodings.
const BYTES_MAX: usize = 256 << 10;

/// A value in both encodings.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Datum {
    /// In Avro's JSON encoding, as a text.
    pub json: String,
    /// In Avro's binary encoding, without a header.
    pub avro: Vec<u8>,
}

/// Why there is none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Stop {
    /// A type on the way has no finite value.
    Endless,
    /// It would be too long.
    TooLong,
}

/// Writes the value that leads along `way` to one that meets `demand`.
pub(super) fn write(
    schema: &AvroSchema,
    shortest: &Shortest,
    failing: &Failing<'_>,
    way: &[(NodeId, Hop)],
    demand: DemandId,
) -> Result<Datum, Stop> {
    let datum = Datum { json: String::new(), avro: Vec::new() };
    let mut pen = Pen { schema, shortest, failing, way, demand, datum, open: vec![Task::Way(0)] };
    while let Some(task) = pen.open.pop() {
        match task {
            Task::Way(at) => pen.hop(at)?,
            Task::Demand(demand) => pen.failing(demand)?,
            Task::Shortest(node) => pen.shortest(node)?,
            Task::Json(text) => pen.datum.json.push_str(text),
            Task::Name(name) => pen.text(name),
            Task::Key(position) => pen.key(position),
            Task::EndOfBlocks => pen.long(0),
        }
        if pen.datum.json.len().max(pen.datum.avro.len()) > BYTES_MAX {
            return Err(Stop::TooLong);
        }
    }
    Ok(pen.datum)
}

/// What is still to be written.
#[derive(Clone, Copy)]
enum Task<'a> {
    /// The value from this step of the way on.
    Way(usize),
    Demand(DemandId),
    Shortest(NodeId),
    Json(&'static str),
    /// A name in quotes, in JSON alone.
    Name(&'a str),
    /// The key of the entry at this position of a map.
    Key(usize),
    EndOfBlocks,
}

struct Pen<'a> {
    schema: &'a AvroSchema,
    shortest: &'a Shortest,
    failing: &'a Failing<'a>,
    way: &'a [(NodeId, Hop)],
    demand: DemandId,
    datum: Datum,
    /// The next one last.
    open: Vec<Task<'a>>,
}

impl<'a> Pen<'a> {
    fn hop(&mut self, at: usize) -> Result<(), Stop> {
        let Some((node, hop)) = self.way.get(at) else {
            self.open.push(Task::Demand(self.demand));
            return Ok(());
        };
        let rest = Task::Way(at + 1);
        match (hop, self.schema.node(*node)) {
            (Hop::Field(position), _) => self.record(*node, &[(*position, rest)]),
            (Hop::Branch(position), Node::Union(union)) => self.branch(union, *position, rest),
            (Hop::Element, _) => self.elements(*node, &[rest]),
            (Hop::Branch(_), _) => {}
        }
        Ok(())
    }

    fn failing(&mut self, demand: DemandId) -> Result<(), Stop> {
        let node = self.failing.writer_of(demand);
        let (plan, parts) = self.failing.plan(demand).ok_or(Stop::Endless)?;
        let parts: Vec<Task<'a>> = parts.iter().map(|part| Task::Demand(DemandId(*part))).collect();
        match (plan, self.schema.node(node)) {
            (failing::Plan::Sample(sample), _) => return self.sample(node, sample),
            (failing::Plan::Shortest, _) => self.open.push(Task::Shortest(node)),
            (failing::Plan::Branch(position), Node::Union(union)) => self.branch(union, *position, parts[0]),
            (failing::Plan::Branch(_), _) => {}
            (failing::Plan::Elements, _) => self.elements(node, &parts),
            (failing::Plan::Fields(positions), _) => {
                let parts: Vec<_> = positions.iter().copied().zip(parts).collect();
                self.record(node, &parts);
            }
        }
        Ok(())
    }

    fn shortest(&mut self, node: NodeId) -> Result<(), Stop> {
        match (self.shortest.plan(node).ok_or(Stop::Endless)?, self.schema.node(node)) {
            (shortest::Plan::Sample(sample), _) => return self.sample(node, sample),
            (shortest::Plan::Empty, _) => self.elements(node, &[]),
            (shortest::Plan::Branch(position), Node::Union(union)) => {
                let branch = self.schema.union(union).branches()[*position];
                self.branch(union, *position, Task::Shortest(branch));
            }
            (shortest::Plan::Branch(_), _) => {}
            (shortest::Plan::Fields, _) => self.record(node, &[]),
        }
        Ok(())
    }

    /// A record with `parts` in the fields at their positions, which ascend, and the shortest value in all others.
    fn record(&mut self, node: NodeId, parts: &[(usize, Task<'a>)]) {
        let Node::Record(id) = self.schema.node(node) else { return };
        self.datum.json.push('{');
        self.open.push(Task::Json("}"));
        let mut parts = parts.iter().rev().peekable();
        for (position, field) in self.schema.record(id).fields().iter().enumerate().rev() {
            let value = match parts.next_if(|(at, _)| *at == position) {
                Some((_, task)) => *task,
                None => Task::Shortest(field.node()),
            };
            self.open.extend([value, Task::Json(":"), Task::Name(field.name())]);
            if position > 0 {
                self.open.push(Task::Json(","));
            }
        }
    }

    fn branch(&mut self, union: UnionId, position: usize, value: Task<'a>) {
        let branch = self.schema.union(union).branches()[position];
        self.long(position as i64);
        let name = match (self.schema.names_of(branch), self.schema.kind(branch).word()) {
            (Some((name, _)), _) => name.full(),
            (None, "null") => return self.open.push(value),
            (None, word) => word,
        };
        self.datum.json.push('{');
        self.open.extend([Task::Json("}"), value, Task::Json(":"), Task::Name(name)]);
    }

    /// An array or a map with `parts`, in one block.
    fn elements(&mut self, node: NodeId, parts: &[Task<'a>]) {
        let is_map = matches!(self.schema.node(node), Node::Map(_));
        let (start, end) = if is_map { ('{', "}") } else { ('[', "]") };
        self.datum.json.push(start);
        self.open.push(Task::Json(end));
        self.open.push(Task::EndOfBlocks);
        for (position, part) in parts.iter().enumerate().rev() {
            self.open.push(*part);
            if is_map {
                self.open.push(Task::Key(position));
            }
            if position > 0 {
                self.open.push(Task::Json(","));
            }
        }
        if !parts.is_empty() {
            self.long(parts.len() as i64);
        }
    }

    fn key(&mut self, position: usize) {
        let letter = b'a' + (position % failing::ELEMENTS_MAX) as u8;
        self.bytes(&[letter]);
        self.text(char::from(letter).encode_utf8(&mut [0; 4]));
        self.datum.json.push(':');
    }

    fn sample(&mut self, node: NodeId, sample: &Sample) -> Result<(), Stop> {
        match sample {
            Sample::Null => self.datum.json.push_str("null"),
            Sample::False => {
                self.datum.avro.push(0);
                self.datum.json.push_str("false");
            }
            Sample::Int(number) => {
                self.long(*number);
                self.datum.json.push_str(&number.to_string());
            }
            Sample::Float(number) => {
                self.datum.avro.extend(number.to_le_bytes());
                self.datum.json.push_str(&format!("{number:?}"));
            }
            Sample::Double(number) => {
                self.datum.avro.extend(number.to_le_bytes());
                self.datum.json.push_str(&format!("{number:?}"));
            }
            Sample::Bytes(bytes) => {
                self.bytes(bytes);
                self.code_points(bytes);
            }
            Sample::String(text) => {
                self.bytes(text.as_bytes());
                self.text(text);
            }
            Sample::Fixed(size, _) if *size as usize > BYTES_MAX => return Err(Stop::TooLong),
            Sample::Fixed(size, byte) => {
                let bytes = vec![*byte; *size as usize];
                self.datum.avro.extend(&bytes);
                self.code_points(&bytes);
            }
            Sample::Symbol(position) => {
                let Node::Enum(id) = self.schema.node(node) else { return Ok(()) };
                self.long(*position as i64);
                self.text(&self.schema.enumeration(id).symbols()[*position]);
            }
        }
        Ok(())
    }

    /// Bytes in JSON: each is the code point of that number.
    fn code_points(&mut self, bytes: &[u8]) {
        self.text(&bytes.iter().copied().map(char::from).collect::<String>());
    }

    fn text(&mut self, text: &str) {
        self.datum.json.push_str(&serde_json::Value::from(text).to_string());
    }

    fn bytes(&mut self, bytes: &[u8]) {
        self.long(bytes.len() as i64);
        self.datum.avro.extend(bytes);
    }

    fn long(&mut self, number: i64) {
        let mut zigzag = ((number << 1) ^ (number >> 63)) as u64;
        while zigzag > 0x7f {
            self.datum.avro.push(zigzag as u8 | 0x80);
            zigzag >>= 7;
        }
        self.datum.avro.push(zigzag as u8);
    }
}
