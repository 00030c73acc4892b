//! Does a JSON text say a value of a schema? Every misfit if not, the binary encoding if it does.
//!
//! [`JsonForm::Avro`] is what Java's `JsonEncoder` writes and its `JsonDecoder` reads. Where that decoder is lax by
//! accident we are not: it passes over unknown fields behind the last known one alone, writes a question mark for a
//! character that is no byte, and rounds `16777217.0` on its way into an `int`.

mod choice;
mod leaf;
mod number;
mod tape;
mod walk;

pub(super) use leaf::long;

use super::field_path;
use super::misfit::{Misfit, MisfitReason, Misfits};
use super::program::Program;
use crate::schema::avro::AvroSchema;
use crate::schema::avro::model::RecordId;
use tape::{Broken, Tape};
use walk::Walk;

/// How a JSON text stands for a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum JsonForm {
    /// Avro's JSON encoding: of a union the branch is named (`{"string": "x"}`, but `null`), and each field is given.
    Avro,
    /// As people write it: a union takes the first branch that fits exactly (no number is rounded, `1.0` is
    /// no integer), else the first that fits, and a field not given takes its default.
    Plain,
}

/// Misfits of one record that are listed.
pub(super) const MISFITS_MAX: usize = 100;

/// Encodes `text` as a value of `schema`, or says all that is wrong with it.
pub(super) fn check(program: &Program, schema: &AvroSchema, text: &str, form: JsonForm) -> Result<Vec<u8>, Misfits> {
    match Tape::read(text.into()) {
        Ok(tape) => Walk::new(program, schema, tape, form, text.len()).run(),
        Err(broken) => Err(Misfits { list: vec![no_json(text, &broken)], is_cut: false }),
    }
}

/// Encodes the default of a field; `None` where there is none, or one that is no value of the field's type.
pub(super) fn default(program: &Program, schema: &AvroSchema, record: RecordId, position: u32) -> Option<Vec<u8>> {
    let nothing = Tape::read("null".into()).ok()?;
    Walk::new(program, schema, nothing, JsonForm::Plain, 0).default(record, position)
}

fn no_json(text: &str, broken: &Broken) -> Misfit {
    let before = &text.as_bytes()[..broken.at];
    let line_start = before.iter().rposition(|byte| *byte == b'\n').map_or(0, |at| at + 1);
    let line = before.iter().filter(|byte| **byte == b'\n').count() + 1;
    let column = String::from_utf8_lossy(&before[line_start..]).chars().count() + 1;
    let reason = MisfitReason::NotJson { line, column, problem: broken.problem };
    Misfit { path: field_path::ROOT.to_owned(), offset: None, reason }
}
