//! Random values of a schema, written by hand in the binary encoding and in both forms of JSON.

use super::long;
use crate::dice::Dice;
use serde_json::{Map, Value, json};
use sluicegate::schema::avro::AvroSchema;
use sluicegate::schema::avro::model::{Node, NodeId, Primitive};

/// One value, three times.
pub(super) struct Written {
    pub(super) bytes: Vec<u8>,
    pub(super) avro: Value,
    pub(super) plain: Value,
}

/// Levels below which values end as soon as they can.
const DEPTH: usize = 6;
/// Levels at which a type is taken to have no end.
const DEPTH_MAX: usize = 40;

/// A random value; none where it does not come to an end.
pub(super) fn value(schema: &AvroSchema, dice: &mut Dice) -> Option<Written> {
    write(schema, schema.root(), dice, 0)
}

fn write(schema: &AvroSchema, node: NodeId, dice: &mut Dice, depth: usize) -> Option<Written> {
    if depth > DEPTH_MAX {
        return None;
    }
    let same = |bytes: Vec<u8>, json: Value| Some(Written { bytes, plain: json.clone(), avro: json });
    match schema.node(node) {
        Node::Primitive(primitive) => primitive_value(schema, node, primitive, dice),
        Node::Fixed(id) => {
            let size = schema.fixed(id).size() as usize;
            (size < 1_000).then_some(())?;
            // Small enough for the precision of any decimal on it.
            let bytes = vec![0; size];
            same(bytes.clone(), latin1(&bytes))
        }
        Node::Enum(id) => {
            let symbols = schema.enumeration(id).symbols();
            (!symbols.is_empty()).then_some(())?;
            let at = dice.index(symbols.len());
            same(long(at as i64), json!(symbols[at]))
        }
        Node::Array(items) => array(schema, items, dice, depth),
        Node::Map(values) => map(schema, values, dice, depth),
        Node::Union(id) => union(schema, schema.union(id).branches(), dice, depth),
        Node::Record(id) => {
            let (mut avro, mut plain, mut bytes) = (Map::new(), Map::new(), Vec::new());
            for field in schema.record(id).fields() {
                let inner = write(schema, field.node(), dice, depth + 1)?;
                bytes.extend(inner.bytes);
                avro.insert(field.name().to_owned(), inner.avro);
                plain.insert(field.name().to_owned(), inner.plain);
            }
            Some(Written { bytes, avro: avro.into(), plain: plain.into() })
        }
    }
}

fn array(schema: &AvroSchema, items: NodeId, dice: &mut Dice, depth: usize) -> Option<Written> {
    let (mut avro, mut plain, mut inner) = (Vec::new(), Vec::new(), Vec::new());
    let mut blocks = Vec::new();
    for _ in 0..if depth > DEPTH { 0 } else { dice.index(3) } {
        let count = dice.index(3) + 1;
        inner.clear();
        for _ in 0..count {
            let item = write(schema, items, dice, depth + 1)?;
            inner.extend(item.bytes);
            avro.push(item.avro);
            plain.push(item.plain);
        }
        blocks.push((count, inner.clone()));
    }
    Some(Written { bytes: in_blocks(&blocks, dice), avro: avro.into(), plain: plain.into() })
}

fn map(schema: &AvroSchema, values: NodeId, dice: &mut Dice, depth: usize) -> Option<Written> {
    let (mut avro, mut plain, mut block) = (Map::new(), Map::new(), Vec::new());
    let count = if depth > DEPTH { 0 } else { dice.index(4) };
    for at in 0..count {
        let key = format!("k{at}é");
        let entry = write(schema, values, dice, depth + 1)?;
        block.extend(text(&key));
        block.extend(entry.bytes);
        avro.insert(key.clone(), entry.avro);
        plain.insert(key, entry.plain);
    }
    let blocks = if count == 0 { vec![] } else { vec![(count, block)] };
    Some(Written { bytes: in_blocks(&blocks, dice), avro: avro.into(), plain: plain.into() })
}

fn union(schema: &AvroSchema, branches: &[NodeId], dice: &mut Dice, depth: usize) -> Option<Written> {
    let is_late = depth > DEPTH;

    (!branches.is_empty()).then_some(())?;
    let is_null = |at: &usize| schema.node(branches[*at]) == Node::Primitive(Primitive::Null);
    let null = (0..branches.len()).find(is_null);
    let first = null.filter(|_| is_late).unwrap_or_else(|| dice.index(branches.len()));
    let mut order = (first..branches.len()).chain(0..first).take(if is_late { 4 } else { branches.len() });
    let (at, inner) = order.find_map(|at| Some((at, write(schema, branches[at], dice, depth + 1)?)))?;
    let label = match schema.names_of(branches[at]) {
        Some((name, _)) => name.full(),
        None => schema.kind(branches[at]).word(),
    };
    let avro = if null == Some(at) { Value::Null } else { json!({ label: inner.avro }) };
    Some(Written { bytes: [long(at as i64), inner.bytes].concat(), avro, plain: inner.plain })
}

fn primitive_value(schema: &AvroSchema, node: NodeId, primitive: Primitive, dice: &mut Dice) -> Option<Written> {
    let logical = schema.logical_type(node).map_or("", |logical| logical.name);
    let (bytes, json) = match primitive {
        Primitive::Null => (Vec::new(), Value::Null),
        Primitive::Boolean => {
            let flag = dice.below(2) == 1;
            (vec![u8::from(flag)], json!(flag))
        }
        Primitive::Int | Primitive::Long => {
            let bits = if primitive == Primitive::Int { 32 } else { 64 };
            let number = (dice.next() as i64) >> (64 - bits) >> dice.below(bits);
            let number = if logical.starts_with("time-") { number.unsigned_abs() as i64 % 86_400_000 } else { number };
            (long(number), json!(number))
        }
        Primitive::Float => {
            let number = (dice.next() as i32) as f32 / 8.0;
            (number.to_le_bytes().to_vec(), json!(f64::from(number)))
        }
        Primitive::Double => {
            let number = (dice.next() as i32) as f64 / 8.0;
            (number.to_le_bytes().to_vec(), json!(number))
        }
        Primitive::Bytes => {
            let bytes = match logical {
                // One, with a scale of nothing.
                "big-decimal" => vec![2, 1, 0],
                "decimal" => vec![dice.below(10) as u8],
                _ => (0..dice.index(5)).map(|_| dice.next() as u8).collect(),
            };
            ([long(bytes.len() as i64), bytes.clone()].concat(), latin1(&bytes))
        }
        Primitive::String => {
            let words = ["", "a", "é€😀", "\u{0}\"\\\n", "twenty characters of."];
            let word =
                if logical == "uuid" { "3b1f6f0e-3d3c-4c66-9f10-6d7b8f1a2b3c" } else { words[dice.index(words.len())] };
            (text(word), json!(word))
        }
    };
    Some(Written { bytes, plain: json.clone(), avro: json })
}

fn text(text: &str) -> Vec<u8> {
    [long(text.len() as i64), text.as_bytes().to_vec()].concat()
}

fn latin1(bytes: &[u8]) -> Value {
    bytes.iter().map(|byte| char::from(*byte)).collect::<String>().into()
}

/// Each block with or without its size.
fn in_blocks(blocks: &[(usize, Vec<u8>)], dice: &mut Dice) -> Vec<u8> {
    let mut bytes = Vec::new();
    for (count, block) in blocks {
        if dice.below(2) == 0 {
            bytes.extend(long(*count as i64));
        } else {
            bytes.extend(long(-(*count as i64)));
            bytes.extend(long(block.len() as i64));
        }
        bytes.extend(block);
    }
    bytes.push(0);
    bytes
}
