//! Records that show why data cannot be read, each judged by a decoder that is not ours.

mod cases;
mod corners;
mod decoder;
mod random;

use decoder::{Judge, Judgement};
use sluicegate::compat::{Direction, Findings, Reading, Scratch, incompatibilities};
use sluicegate::schema::{ParsedSchema, SchemaSource, Strictness, parse};
use sluicegate::witness::{Outcome, Witness, Witnesses, of_reading};

/// A schema that is known to parse.
fn schema(text: &str) -> ParsedSchema {
    let parsed = parse(&SchemaSource::avro(text), Strictness::Stored);
    parsed.unwrap_or_else(|error| unreachable!("{error}: {text}"))
}

/// What is found and shown when `reader` reads `writer`.
fn shown(reader: &ParsedSchema, writer: &ParsedSchema, scratch: &mut Scratch) -> (Findings, Witnesses) {
    let reading = Reading { reader, writer };
    let findings = incompatibilities(reading, scratch);
    let witnesses = of_reading(reading, Direction::Backward, &findings);
    (findings, witnesses)
}

/// What the crate says of a witness, where it has a record.
fn judged(judge: &Judge, witness: &Witness) -> Option<Judgement> {
    witness.datum.as_ref().map(|datum| judge.judge(datum))
}

/// Whether the judge does not contradict: who is said to fail must not read it.
fn is_confirmed(witness: &Witness, judgement: Option<&Judgement>) -> bool {
    match (witness.outcome, judgement) {
        (Outcome::Unreadable, Some(Judgement::Fails | Judgement::Differs | Judgement::ReadsMeaning)) => true,
        (Outcome::Unreadable, _) => false,
        (Outcome::NamesDiffer, judgement) => {
            judgement.is_some_and(|judgement| !matches!(judgement, Judgement::Wrong(_)))
        }
        (Outcome::AliasCollision | Outcome::NoFiniteValue | Outcome::TooLong, judgement) => judgement.is_none(),
    }
}
