//! Witnesses as JSON: the same in the gate's documents and in a registry's answers.

use super::{Witness, Witnesses, base64};
use crate::compat::Direction;
use serde_json::{Value, json};

/// A list with one object for each witness: `direction` (`backward`: the new schema reads the old one's data), `type` and
/// `path` as findings have them, `outcome` with `reason`, its sentence, and the record in Avro's JSON encoding (`json`, a
/// text) and in base64 of the binary one (`avro`); both are `null` where there is no record.
pub fn document(witnesses: &[Witnesses]) -> Value {
    witnesses.iter().flat_map(|of| of.list.iter().map(|witness| one(of.direction, witness))).collect()
}

/// Whether there are more places than a limit lets through: `witnesses_cut` beside the list.
pub fn is_cut(witnesses: &[Witnesses]) -> bool {
    witnesses.iter().any(|of| of.is_cut)
}

fn one(direction: Direction, witness: &Witness) -> Value {
    let Witness { kind, location, outcome, datum } = witness;
    json!({
        "direction": direction_word(direction),
        "type": kind.as_str(),
        "path": location,
        "outcome": outcome.as_str(),
        "reason": outcome.sentence(),
        "json": datum.as_ref().map(|datum| &datum.json),
        "avro": datum.as_ref().map(|datum| base64::encode(&datum.avro)),
    })
}

fn direction_word(direction: Direction) -> &'static str {
    match direction {
        Direction::Backward => "backward",
        Direction::Forward => "forward",
    }
}
