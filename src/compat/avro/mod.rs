//! The reader/writer check for Avro (`avro-compatibility` section 3).
//!
//! Two walks that share no code: `verdict` says yes or no, `findings` replays the reference to list what it finds.

mod ambiguity;
mod findings;
mod lists;
mod memo;
mod path;
mod reasons;
mod unsound;
mod verdict;

pub use verdict::{answers_to, is_promoted};

use super::{Findings, Incompatibility, IncompatibilityKind};
use crate::schema::avro::AvroSchema;
use findings::Stop;
use verdict::{Comparison, Verdict};

/// Working memory of an Avro comparison.
#[derive(Debug, Default)]
pub(super) struct Scratch {
    verdict: verdict::Memory,
    ambiguity: ambiguity::Memory,
}

/// See [`super::can_read`].
pub(super) fn can_read(reader: &AvroSchema, writer: &AvroSchema, scratch: &mut Scratch) -> bool {
    let verdict = Comparison::new(reader, writer, &mut scratch.verdict).verdict(reader.root(), writer.root());
    verdict == Verdict::Readable
        && (!ambiguity::is_possible(reader, writer, &mut scratch.ambiguity)
            || findings::findings(reader, writer).is_ok())
}

/// See [`super::can_easily_read`].
pub(super) fn can_easily_read(reader: &AvroSchema, writer: &AvroSchema, scratch: &mut Scratch) -> bool {
    let mut comparison = Comparison::within(EASY_STEPS_MAX, reader, writer, &mut scratch.verdict);
    comparison.verdict(reader.root(), writer.root()) == Verdict::Readable
        && !ambiguity::is_possible(reader, writer, &mut scratch.ambiguity)
}

/// Steps an easy comparison may take: about 0.1 ms.
const EASY_STEPS_MAX: u32 = 3_000;

/// See [`super::incompatibilities`].
pub(super) fn incompatibilities(reader: &AvroSchema, writer: &AvroSchema, scratch: &mut Scratch) -> Findings {
    let mut comparison = Comparison::new(reader, writer, &mut scratch.verdict);
    let verdict = comparison.verdict(reader.root(), writer.root());
    if verdict == Verdict::Readable && !ambiguity::is_possible(reader, writer, &mut scratch.ambiguity) {
        return Findings::default();
    }
    if verdict == Verdict::Undecided {
        return single(IncompatibilityKind::ComparisonTooLarge, TOO_LARGE.to_owned());
    }
    match findings::findings(reader, writer) {
        Err(Stop::Threw(exception)) => {
            let message = format!("Unexpected exception during compatibility check: {exception}");
            single(IncompatibilityKind::CheckThrew, message)
        }
        Err(Stop::Spent) => single(IncompatibilityKind::ComparisonTooLarge, TOO_LARGE.to_owned()),
        Ok(found) if !found.list.is_empty() => found,
        Ok(none) if verdict == Verdict::Readable => none,
        Ok(_) => Findings { list: vec![unsound::place(reader, writer, &mut comparison)], is_cut: false },
    }
}

const TOO_LARGE: &str = "the schemas are too large to be compared: more pairs of types than the registry's limit";

fn single(kind: IncompatibilityKind, message: String) -> Findings {
    Findings { list: vec![Incompatibility { kind, location: "/".to_owned(), message }], is_cut: false }
}
