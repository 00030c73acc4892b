//! A place in what is written, and what the schema wants there.

use super::super::super::schema::Guid;
use super::super::extent::{Beyond, DEPTH_MAX};
use super::given::{Given, Integer, is_called, is_decimal};
use super::{Reason, Written, Wrong, wrong};
use crate::records::Checker;
use crate::schema::avro::AvroSchema;
use crate::schema::avro::model::{Kind, Node, NodeId, Primitive, RecordId, TypeName};

/// What holds for a whole record.
#[derive(Clone, Copy)]
pub(super) struct Ground<'a> {
    pub(super) checker: &'a Checker,
    pub(super) schema: &'a AvroSchema,
}

/// What belongs in a place.
#[derive(Clone, Copy)]
pub(super) enum Wants {
    /// A value of a type.
    Type(NodeId),
    /// One byte of several.
    Byte,
    /// The key of a map's entry, without its length.
    Key,
}

/// A variant that has a value: its name, and its position in the Rust enum.
pub(super) type Variant = (&'static str, u32);

/// A place.
pub(super) struct Place<'a, 'o> {
    pub(super) ground: Ground<'a>,
    pub(super) wants: Wants,
    pub(super) out: &'o mut Vec<u8>,
    pub(super) depth: usize,
    /// What the value is the value of, where the schema has a union.
    pub(super) variant: Option<Variant>,
}

impl<'a, 'o> Place<'a, 'o> {
    /// The whole record's.
    pub(super) fn root(ground: Ground<'a>, out: &'o mut Vec<u8>) -> Self {
        Self { ground, wants: Wants::Type(ground.schema.root()), out, depth: 0, variant: None }
    }

    /// One within a container.
    pub(super) fn inner<'i>(ground: Ground<'a>, wants: Wants, out: &'i mut Vec<u8>, depth: usize) -> Place<'a, 'i> {
        Place { ground, wants, out, depth: depth + 1, variant: None }
    }

    /// Enters what takes `given`: the best branch of a union, which is written.
    pub(super) fn settle(&mut self, given: &Given<'_>) -> Result<NodeId, Wrong> {
        if self.depth > DEPTH_MAX {
            return Err(Wrong { steps: Vec::new(), reason: Reason::Beyond(Beyond::Depth) });
        }
        let Wants::Type(node) = self.wants else { return Err(self.unwanted(given)) };
        let Node::Union(union) = self.ground.schema.node(node) else {
            return match given.rank(self.ground.schema, node) {
                Some(_) => Ok(node),
                None => Err(self.unwanted(given)),
            };
        };
        let branches = self.ground.schema.union(union).branches();
        let position = self.branch_for(branches, given)?;
        self.enter(branches, position);
        Ok(branches[position])
    }

    /// Writes which branch of a union follows, and wants that.
    pub(super) fn enter(&mut self, branches: &[NodeId], position: usize) {
        long(self.out, position as i64);
        self.wants = Wants::Type(branches[position]);
        self.variant = None;
    }

    fn branch_for(&self, branches: &[NodeId], given: &Given<'_>) -> Result<usize, Wrong> {
        let schema = self.ground.schema;
        let (mut best, mut tied): (Option<(u8, usize)>, Option<usize>) = (None, None);
        for (at, branch) in branches.iter().enumerate() {
            match (given.rank(schema, *branch), best) {
                (None, _) => {}
                (Some(rank), Some((known, _))) if rank > known => {}
                (Some(rank), Some((known, _))) if rank == known => tied = Some(at),
                (Some(rank), _) => (best, tied) = (Some((rank, at)), None),
            }
        }
        let name = |at: usize| {
            schema.names_of(branches[at]).map_or_else(|| schema.kind(branches[at]).word(), |(name, _)| name.full())
        };
        match (best, tied) {
            (Some((_, at)), None) => Ok(at),
            // Which of two types is meant that take it alike is not for us to guess.
            (Some((_, at)), Some(other)) => {
                let (at, other) = (name(at), name(other));
                Err(wrong(format!("{given} could be {at} or {other} of the union; name it like the one that is meant")))
            }
            (None, _) => {
                let null = branches.iter().position(|branch| self.is_variants_null(*branch, given, branches));
                null.ok_or_else(|| wrong(format!("no branch of the union takes {given}")))
            }
        }
    }

    /// A variant without fields that nothing else in the union takes is its null, if that stands at the variant's place: so
    /// the `apache-avro` crate has it.
    fn is_variants_null(&self, branch: NodeId, given: &Given<'_>, branches: &[NodeId]) -> bool {
        let (Given::Symbol { .. }, Some((_, index))) = (given, self.variant) else { return false };
        branches.get(index as usize) == Some(&branch)
            && matches!(self.ground.schema.node(branch), Node::Primitive(Primitive::Null))
    }

    /// Enters the branch of a union that goes by the name of a variant; whether there is one.
    pub(super) fn enter_named(&mut self, variant: &str) -> Result<bool, Wrong> {
        let schema = self.ground.schema;
        let Wants::Type(node) = self.wants else { return Ok(false) };
        let Node::Union(union) = schema.node(node) else {
            return Err(wrong(format!("{} is wanted, not a variant with a value ({variant})", self.wanted())));
        };
        let branches = schema.union(union).branches();
        let named = |branch: &NodeId| schema.names_of(*branch).is_some_and(|(name, _)| is_called(name, variant));
        let mut found = (0..branches.len()).filter(|at| named(&branches[*at]));
        match (found.next(), found.next()) {
            (Some(at), None) => {
                self.enter(branches, at);
                Ok(true)
            }
            _ => Ok(false),
        }
    }

    /// The one field of a record that the `apache-avro` crate makes of a type with one value and this name.
    pub(super) fn wrapped(&self, name: &str) -> Option<NodeId> {
        let Wants::Type(node) = self.wants else { return None };
        let Node::Record(id) = self.ground.schema.node(node) else { return None };
        let record = self.ground.schema.record(id);
        match record.fields() {
            [only] if only.name() == "field_0" && is_called(record.name(), name) => Some(only.node()),
            _ => None,
        }
    }

    /// Writes what has no parts.
    pub(super) fn scalar(mut self, given: &Given<'_>) -> Written {
        match (self.wants, given) {
            (Wants::Key, Given::Text(text) | Given::Symbol { symbol: text, .. }) => {
                self.out.extend_from_slice(text.as_bytes());
                return Ok(());
            }
            (Wants::Key, Given::Integer(Integer { value: Some(value), .. })) => {
                self.out.extend_from_slice(value.to_string().as_bytes());
                return Ok(());
            }
            (Wants::Byte, Given::Integer(number)) => {
                let byte = number.value.and_then(|value| u8::try_from(value).ok());
                self.out.push(byte.ok_or_else(|| self.unwanted(given))?);
                return Ok(());
            }
            (Wants::Type(_) | Wants::Byte | Wants::Key, _) => {}
        }
        let node = self.settle(given)?;
        match (self.ground.schema.node(node), given) {
            (Node::Primitive(primitive), given) => self.primitive(primitive, given),
            (Node::Fixed(id), given) => {
                let size = self.ground.schema.fixed(id).size() as usize;
                self.fixed(node, size, given)
            }
            (Node::Enum(id), Given::Text(symbol) | Given::Symbol { symbol, .. }) => {
                match self.ground.schema.enumeration(id).position_of(symbol) {
                    Some(position) => long(self.out, position as i64),
                    None => return Err(self.unwanted(given)),
                }
                Ok(())
            }
            (Node::Record(id), Given::Nothing { .. } | Given::Symbol { .. }) => self.defaults(id),
            _ => Err(self.unwanted(given)),
        }
    }

    fn primitive(self, primitive: Primitive, given: &Given<'_>) -> Written {
        match (primitive, given) {
            (Primitive::Null, _) => {}
            (Primitive::Boolean, Given::Boolean(boolean)) => self.out.push(u8::from(*boolean)),
            (Primitive::Int | Primitive::Long, Given::Integer(Integer { value: Some(value), .. })) => {
                match i64::try_from(*value) {
                    Ok(number) => long(self.out, number),
                    Err(_) => return Err(self.unwanted(given)),
                }
            }
            (Primitive::Float, Given::Float(number)) => self.out.extend(number.to_le_bytes()),
            (Primitive::Double, Given::Float(number)) => self.out.extend(f64::from(*number).to_le_bytes()),
            (Primitive::Double, Given::Double(number)) => self.out.extend(number.to_le_bytes()),
            (Primitive::String, Given::Text(text) | Given::Symbol { symbol: text, .. }) => {
                bytes(self.out, text.as_bytes());
            }
            (Primitive::Bytes, Given::Bytes(raw)) => bytes(self.out, raw),
            (Primitive::Bytes, Given::Text(text)) => match Guid::read(text) {
                Some(uuid) => bytes(self.out, &uuid.0),
                None => return Err(self.unwanted(given)),
            },
            _ => return Err(self.unwanted(given)),
        }
        Ok(())
    }

    fn fixed(self, node: NodeId, size: usize, given: &Given<'_>) -> Written {
        match given {
            Given::Bytes(raw) | Given::Integer(Integer { fixed: Some((_, raw)), .. }) => {
                if is_decimal(self.ground.schema, node) {
                    let fill = if raw.first().is_some_and(|first| *first >= 0x80) { 0xff } else { 0 };
                    self.out.extend(std::iter::repeat_n(fill, size.saturating_sub(raw.len())));
                }
                self.out.extend_from_slice(raw);
            }
            Given::Text(text) => match Guid::read(text) {
                Some(uuid) => self.out.extend_from_slice(&uuid.0),
                None => return Err(self.unwanted(given)),
            },
            _ => return Err(self.unwanted(given)),
        }
        Ok(())
    }

    /// Writes a record of nothing but defaults.
    fn defaults(self, record: RecordId) -> Written {
        let fields = self.ground.schema.record(record).fields();
        for (at, field) in fields.iter().enumerate() {
            match self.ground.checker.default(record, at as u32) {
                Some(default) => self.out.extend(default),
                None => return Err(missing().within(|| format!(".{}", field.name()))),
            }
        }
        Ok(())
    }

    /// Whether types that have a form for people and another for machines are to give that for people: text. Where only
    /// bytes can be written it is the other.
    pub(super) fn is_for_people(&self) -> bool {
        let schema = self.ground.schema;
        let Wants::Type(node) = self.wants else { return true };
        let is_raw = |node: &NodeId| matches!(schema.node(*node), Node::Primitive(Primitive::Bytes) | Node::Fixed(_));
        match schema.node(node) {
            Node::Union(union) => {
                let is_null = |node: &&NodeId| matches!(schema.node(**node), Node::Primitive(Primitive::Null));
                let mut others = schema.union(union).branches().iter().filter(|branch| !is_null(branch)).peekable();
                others.peek().is_none() || !others.all(is_raw)
            }
            _ => !is_raw(&node),
        }
    }

    /// Says that something else is wanted.
    pub(super) fn unwanted(&self, given: &Given<'_>) -> Wrong {
        let schema = self.ground.schema;
        if let Wants::Type(node) = self.wants {
            match (schema.node(node), given) {
                (Node::Enum(id), Given::Text(symbol) | Given::Symbol { symbol, .. }) => {
                    return wrong(format!("{symbol} is no symbol of {}", schema.enumeration(id).name().full()));
                }
                (Node::Fixed(id), Given::Bytes(raw)) => {
                    let wanted = schema.fixed(id);
                    let name = wanted.name().full();
                    return wrong(format!("{name} has {} bytes, not {}", wanted.size(), raw.len()));
                }
                (
                    Node::Primitive(Primitive::Int | Primitive::Long),
                    Given::Integer(Integer { value: Some(value), .. }),
                ) => {
                    return wrong(format!("{value} does not fit {}", self.wanted()));
                }
                _ => {}
            }
        }
        wrong(format!("{} is wanted, not {given}", self.wanted()))
    }

    /// The word for what is wanted.
    pub(super) fn wanted(&self) -> String {
        let schema = self.ground.schema;
        let node = match self.wants {
            Wants::Type(node) => node,
            Wants::Byte => return "a byte".to_owned(),
            Wants::Key => return "the text of a key".to_owned(),
        };
        let full = |name: &TypeName, word: &str| format!("{word} {}", name.full());
        match (schema.logical_type(node), schema.kind(node)) {
            (Some(logical), _) => logical.name.to_owned(),
            (None, Kind::Primitive(primitive)) => primitive.word().to_owned(),
            (None, kind) => match schema.names_of(node) {
                Some((name, _)) => full(name, kind.word()),
                None => kind.word().to_owned(),
            },
        }
    }
}

pub(super) fn missing() -> Wrong {
    wrong("the field is missing".to_owned())
}

/// A number in zigzag.
pub(super) fn long(out: &mut Vec<u8>, number: i64) {
    let mut left = (number.wrapping_shl(1) ^ (number >> 63)).cast_unsigned();
    while left >= 0x80 {
        out.push(left as u8 | 0x80);
        left >>= 7;
    }
    out.push(left as u8);
}

pub(super) fn bytes(out: &mut Vec<u8>, bytes: &[u8]) {
    long(out, bytes.len() as i64);
    out.extend_from_slice(bytes);
}
