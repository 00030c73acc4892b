//! Can one schema read everything that another writes, and if not: why, and what helps?

use crate::compat::{self, Direction, Incompatibility, IncompatibilityKind, Scratch};
use crate::gate::args::Role;
use crate::gate::parties::{Loaded, Party};
use crate::witness;

/// Reasons that are told of one pair.
const PROBLEMS_MAX: usize = 20;

/// Whether one can read what the other writes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReadingReport {
    /// The one that is not the schema in question: a reader for a producer, a writer for a consumer.
    pub party: Party,
    /// Whether everything can be read.
    pub can_read: bool,
    /// Why not, in the order of the reader's schema.
    pub problems: Vec<ReadingProblem>,
    /// Whether there are more reasons than are listed.
    pub is_cut: bool,
    /// The shortest record that cannot be read, in Avro's JSON encoding, where there is one.
    pub example: Option<String>,
}

/// One reason why something cannot be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReadingProblem {
    /// What kind of reason, in the words of the reference.
    pub kind: &'static str,
    /// Where, as the reference writes it.
    pub location: String,
    /// A sentence without a full stop.
    pub reason: String,
    /// What helps, likewise.
    pub fix: String,
}

/// Holds `reader` against `writer`; the schema in question is the writer of a producer and the reader of a consumer.
pub(super) fn reading(reader: &Loaded, writer: &Loaded, role: Role, scratch: &mut Scratch) -> ReadingReport {
    let party = match role {
        Role::Producer => reader.party.clone(),
        Role::Consumer => writer.party.clone(),
    };
    let pair = compat::Reading { reader: &reader.schema, writer: &writer.schema };
    if compat::can_read(pair, scratch) {
        return ReadingReport { party, can_read: true, problems: Vec::new(), is_cut: false, example: None };
    }
    let findings = compat::incompatibilities(pair, scratch);
    let shown = witness::of_reading(pair, Direction::Backward, &findings);
    ReadingReport {
        party,
        can_read: false,
        problems: findings.list.iter().take(PROBLEMS_MAX).map(problem).collect(),
        is_cut: findings.is_cut || findings.list.len() > PROBLEMS_MAX,
        example: shown.list.into_iter().find_map(|witness| Some(witness.datum?.json)),
    }
}

fn problem(finding: &Incompatibility) -> ReadingProblem {
    let Incompatibility { kind, location, message } = finding;
    let (reason, fix) = match kind {
        IncompatibilityKind::NameMismatch => (
            format!("the type at {location} is called otherwise ({message})"),
            "give the reader's type the writer's name, or that name as an alias".to_owned(),
        ),
        IncompatibilityKind::FixedSizeMismatch => {
            (format!("the fixed type at {location} has another size ({message})"), "give both the same size".to_owned())
        }
        IncompatibilityKind::MissingEnumSymbols => (
            format!("the reader's enum at {location} has no symbols {message} and no default"),
            "add the symbols to the reader's enum, or give that a default".to_owned(),
        ),
        IncompatibilityKind::ReaderFieldMissingDefaultValue => (
            format!(
                "the reader needs the field {message} ({location}), which is not written, and has no default for it"
            ),
            format!("write {message}, or give it a default in the reader's schema"),
        ),
        IncompatibilityKind::TypeMismatch => (
            format!("the types at {location} do not go together: {message}"),
            "write the type that the reader has, or one that is promoted to it, as int is to long".to_owned(),
        ),
        IncompatibilityKind::MissingUnionBranch => (
            format!("the reader's union at {location} has no branch for what is written: {message}"),
            "add the branch to the reader's union, or do not write it".to_owned(),
        ),
        IncompatibilityKind::CheckThrew => (
            format!("one field of the reader answers to several of the writer: {message}"),
            "take aliases away until each field answers to one".to_owned(),
        ),
        IncompatibilityKind::UnsoundAssumption => (
            format!("what is written at {location} cannot be read, although Avro's own check assumes that it can"),
            "give the reader the writer's types there".to_owned(),
        ),
        IncompatibilityKind::ComparisonTooLarge => {
            ("the two schemas are too large to be compared to the end".to_owned(), "split them".to_owned())
        }
    };
    ReadingProblem { kind: kind.as_str(), location: location.clone(), reason, fix }
}
