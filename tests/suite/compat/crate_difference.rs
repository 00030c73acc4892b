//! Where the `apache-avro` crate's own checker answers differently (`avro-compatibility` 5.1): every disagreement must be
//! of a kind that is known, so a new one means that either side has changed.

use super::{answer, avro};
use crate::generator::Generator;
use apache_avro::Schema;
use apache_avro::schema_compatibility::{Compatibility, SchemaCompatibility};
use sluicegate::compat::Scratch;
use sluicegate::schema::avro::AvroSchema;
use sluicegate::schema::avro::model::{Node, NodeId};
use sluicegate::schema::{SchemaSource, Strictness, parse};
use std::collections::BTreeMap;

/// A pair both sides could parse, with the engine's answer.
struct Asked<'a> {
    reader: &'a AvroSchema,
    writer: &'a AvroSchema,
    throws: bool,
}

/// A known reason for the crate to answer otherwise.
struct Reason {
    what: &'static str,
    /// Whether the crate says "compatible" where the engine says no.
    is_too_soft: bool,
    applies: fn(&Asked<'_>) -> bool,
}

const REASONS: &[Reason] = &[
    Reason { what: "answers where Java throws", is_too_soft: true, applies: |asked| asked.throws },
    Reason {
        what: "logical types of fixed and bytes hide what they stand on",
        is_too_soft: true,
        applies: |asked| has_logical_type(asked.reader) && has_logical_type(asked.writer),
    },
    Reason {
        what: "compares two names by name only",
        is_too_soft: true,
        applies: |asked| uses_names(asked.reader) && uses_names(asked.writer),
    },
    Reason { what: "ignores aliases of types", is_too_soft: false, applies: |asked| has_type_alias(asked.reader) },
    Reason {
        what: "a definition does not meet a name",
        is_too_soft: false,
        applies: |asked| uses_names(asked.reader) || uses_names(asked.writer),
    },
    Reason {
        what: "wants logical types to agree",
        is_too_soft: false,
        applies: |asked| has_logical_type(asked.reader) || has_logical_type(asked.writer),
    },
];

#[test]
fn the_crate_disagrees_only_in_known_ways() {
    const SEED: u64 = 5_150;
    const PAIRS: usize = 5_000;
    let mut generator = Generator::new(SEED);
    let mut scratch = Scratch::default();
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    let mut unknown = Vec::new();
    for _ in 0..PAIRS {
        let (reader_text, writer_text) = generator.pair();
        let ours = [&reader_text, &writer_text].map(|text| parse(&SchemaSource::avro(text), Strictness::Stored));
        let [Ok(reader), Ok(writer)] = ours else { continue };
        let theirs = [&reader_text, &writer_text].map(|text| parsed_by_the_crate(text));
        let [Some(their_reader), Some(their_writer)] = theirs else { continue };
        let (can_read, found) = answer(&reader, &writer, &mut scratch);
        let crate_says = SchemaCompatibility::can_read(&their_writer, &their_reader);
        let crate_can_read = matches!(crate_says, Ok(Compatibility::Full));
        *counts.entry("compared").or_insert(0) += 1;
        if crate_can_read == can_read {
            continue;
        }
        let throws = found.iter().any(|(kind, _, _)| kind == "CHECK_THREW");
        let asked = Asked { reader: avro(&reader), writer: avro(&writer), throws };
        match REASONS.iter().find(|reason| reason.is_too_soft == crate_can_read && (reason.applies)(&asked)) {
            Some(reason) => *counts.entry(reason.what).or_insert(0) += 1,
            None => {
                unknown.push(format!("{reader_text}\n{writer_text}\n crate {crate_says:?}, ours {can_read} {found:?}"))
            }
        }
    }
    assert!(unknown.is_empty(), "seed {SEED}: {} new disagreements, the first:\n{}", unknown.len(), unknown[0]);
    assert!(counts["compared"] > PAIRS / 2, "{counts:?}");
    let disagreements: usize = counts.iter().filter(|(what, _)| **what != "compared").map(|(_, count)| count).sum();
    assert!(disagreements * 5 < counts["compared"], "{counts:?}");
}

/// The crate refuses texts that Java accepts, and panics on some (a canonical form it cannot make).
fn parsed_by_the_crate(text: &str) -> Option<Schema> {
    std::panic::catch_unwind(|| Schema::parse_str(text).ok()).ok().flatten()
}

fn ids(schema: &AvroSchema) -> Vec<NodeId> {
    let mut seen = vec![false; schema.node_count()];
    let mut open = vec![schema.root()];
    let mut ids = Vec::new();
    while let Some(id) = open.pop() {
        if !std::mem::replace(&mut seen[id.index()], true) {
            ids.push(id);
            open.extend(parts(schema, id));
        }
    }
    ids
}

fn parts(schema: &AvroSchema, id: NodeId) -> Vec<NodeId> {
    match schema.node(id) {
        Node::Array(part) | Node::Map(part) => vec![part],
        Node::Union(union) => schema.union(union).branches().to_vec(),
        Node::Record(record) => schema.record(record).fields().iter().map(|field| field.node()).collect(),
        Node::Primitive(_) | Node::Enum(_) | Node::Fixed(_) => Vec::new(),
    }
}

/// Whether some named type is used more often than it is defined.
fn uses_names(schema: &AvroSchema) -> bool {
    let ids = ids(schema);
    let is_named = |id: &NodeId| schema.names_of(*id).is_some();
    let uses = ids.iter().flat_map(|id| parts(schema, *id)).chain([schema.root()]).filter(is_named).count();
    uses > ids.iter().filter(|id| is_named(id)).count()
}

fn has_type_alias(schema: &AvroSchema) -> bool {
    ids(schema).iter().any(|id| schema.names_of(*id).is_some_and(|(_, aliases)| !aliases.is_empty()))
}

fn has_logical_type(schema: &AvroSchema) -> bool {
    let is_logical = |id: &NodeId| schema.attributes(*id).iter().any(|(key, _)| &**key == "logicalType");
    ids(schema).iter().any(is_logical)
}
