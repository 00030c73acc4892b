//! Question one: level verdicts, findings and sentences.

mod bounds;
mod crate_difference;
mod laws;
mod levels;
mod mutations;
mod slow_model;
mod tangles;
mod vectors;
mod words;

use sluicegate::compat::{Findings, Reading, Scratch, can_read, incompatibilities};
use sluicegate::schema::avro::AvroSchema;
use sluicegate::schema::{ParsedSchema, SchemaSource, Strictness, parse};

/// Type, location and message of a finding.
type Line = (String, String, String);

/// A schema that is known to parse.
fn schema(text: &str) -> ParsedSchema {
    let parsed = parse(&SchemaSource::avro(text), Strictness::Stored);
    parsed.unwrap_or_else(|error| unreachable!("{error}: {text}"))
}

fn avro(schema: &ParsedSchema) -> &AvroSchema {
    let ParsedSchema::Avro(schema) = schema;
    schema
}

fn lines(findings: Findings) -> Vec<Line> {
    let list = findings.list.into_iter();
    list.map(|finding| (finding.kind.as_str().to_owned(), finding.location, finding.message)).collect()
}

/// Verdict and findings of both walks.
fn answer(reader: &ParsedSchema, writer: &ParsedSchema, scratch: &mut Scratch) -> (bool, Vec<Line>) {
    let reading = Reading { reader, writer };
    (can_read(reading, scratch), lines(incompatibilities(reading, scratch)))
}
