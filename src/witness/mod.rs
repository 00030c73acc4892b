//! What does a refusal look like in data? For each place where a reader cannot decode a writer the shortest record of
//! the writer that shows it, as JSON and as bytes.
//!
//! Pure, and independent of `compat` on purpose: it proves a verdict by a search of its own and does not make one. The
//! encoder is ours too, because the `apache-avro` crate refuses schemas that Java accepts; tests decode every record
//! with that crate, and on demand with `fastavro`.

mod base64;
mod breaks;
mod cheapest;
mod document;
mod failing;
mod sample;
mod shortest;
mod write;

pub use base64::encode as base64;
pub use document::{document, is_cut};
pub use write::Datum;

use crate::compat::{Direction, Findings, IncompatibilityKind, Reading, Refusal};
use crate::schema::ParsedSchema;
use crate::schema::avro::AvroSchema;
use crate::schema::avro::model::{Node, NodeId};
use breaks::{Break, Breaks};
use failing::{DemandId, Failing, Names, fails_always};
use shortest::Shortest;
use write::Stop;

/// Witnesses of one direction.
const WITNESSES_MAX: usize = 100;
/// Bytes of them, in both encodings.
const BYTES_MAX: usize = 1 << 20;

/// The records that show one direction of a refusal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Witnesses {
    /// Who should have read whom.
    pub direction: Direction,
    /// One for each place, in schema order.
    pub list: Vec<Witness>,
    /// Whether there are more places than the limit (100 records, 1 MiB) lets through.
    pub is_cut: bool,
}

/// A record that shows why data cannot be read, or why there is none.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Witness {
    /// What is wrong there.
    pub kind: IncompatibilityKind,
    /// Where, as findings say it, but always from the root, where the reference begins anew inside unions.
    pub location: String,
    /// What becomes of the record.
    pub outcome: Outcome,
    /// The record; always there under [`Outcome::Unreadable`].
    pub datum: Option<Datum>,
}

/// What a reader makes of a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It fails; a decoder that takes liberties gets something else than was written.
    Unreadable,
    /// Only names stand in the way, and decoders differ in how they go by them.
    NamesDiffer,
    /// A field of the reader answers to several of the writer; decoders differ in which one they take.
    AliasCollision,
    /// There is no record: a type on the way there has no finite value.
    NoFiniteValue,
    /// There is one, but it is too long to be shown, or to be looked for.
    TooLong,
}

impl Outcome {
    /// The word of answers.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Unreadable => "unreadable",
            Self::NamesDiffer => "names-differ",
            Self::AliasCollision => "alias-collision",
            Self::NoFiniteValue => "no-finite-value",
            Self::TooLong => "too-long",
        }
    }

    /// The same as a sentence.
    pub fn sentence(self) -> &'static str {
        match self {
            Self::Unreadable => "the reader cannot decode this record, or decodes it to something else",
            Self::NamesDiffer => "only names differ: some decoders refuse this record, others decode it",
            Self::AliasCollision => {
                "a field of the reader answers to several fields of the writer: decoders differ in which one they take"
            }
            Self::NoFiniteValue => "no record can show it: a type on the way has no finite value, and decoders differ",
            Self::TooLong => "the shortest record that shows it is too long to be shown",
        }
    }
}

/// The records that show why `candidate` is refused against `version`, one set for each direction that fails.
///
/// `version` is the schema of [`Refusal::version`]. Costs about as much as the check itself, so it is only asked for on
/// request.
pub fn witnesses(candidate: &ParsedSchema, version: &ParsedSchema, refusal: &Refusal) -> Vec<Witnesses> {
    let of = |(direction, findings): &(Direction, Findings)| {
        let reading = match direction {
            Direction::Backward => Reading { reader: candidate, writer: version },
            Direction::Forward => Reading { reader: version, writer: candidate },
        };
        of_reading(reading, *direction, findings)
    };
    refusal.findings.iter().map(of).collect()
}

/// The records that show what was found when `reading` was checked as `direction`.
pub fn of_reading(reading: Reading<'_>, direction: Direction, findings: &Findings) -> Witnesses {
    let (ParsedSchema::Avro(reader), ParsedSchema::Avro(writer)) = (reading.reader, reading.writer);
    let nothing = |outcome, kind, location: &str| {
        let witness = Witness { kind, location: location.to_owned(), outcome, datum: None };
        Witnesses { direction, list: vec![witness], is_cut: false }
    };
    match findings.list.first() {
        None => Witnesses { direction, list: Vec::new(), is_cut: false },
        Some(first) if first.kind == IncompatibilityKind::CheckThrew => {
            nothing(Outcome::AliasCollision, first.kind, &first.location)
        }
        Some(first) if first.kind == IncompatibilityKind::ComparisonTooLarge => {
            nothing(Outcome::TooLong, first.kind, &first.location)
        }
        Some(first) => {
            let found = Search::new(reader, writer).run(direction, findings);
            match found.list.is_empty() {
                // Every place that breaks can only be reached by a value without an end.
                true => nothing(Outcome::NoFiniteValue, first.kind, &first.location),
                false => found,
            }
        }
    }
}

struct Search<'a> {
    reader: &'a AvroSchema,
    writer: &'a AvroSchema,
    breaks: Breaks,
}

impl<'a> Search<'a> {
    fn new(reader: &'a AvroSchema, writer: &'a AvroSchema) -> Self {
        Self { reader, writer, breaks: Breaks::new(reader, writer) }
    }

    fn run(&self, direction: Direction, findings: &Findings) -> Witnesses {
        let shortest = Shortest::new(self.writer);
        let mut failing = Failing::new(self.reader, self.writer, &shortest);
        let by_name: Vec<Vec<DemandId>> = self.breaks.list.iter().map(|at| self.by_name(at, &mut failing)).collect();
        failing.settle();
        let by_name = by_name.iter().map(|all| all.iter().find(|demand| failing.is_met(**demand)).copied());
        let broken: Vec<(&Break, Option<DemandId>)> = self
            .breaks
            .list
            .iter()
            .zip(by_name)
            // Else the reader's union has a branch for it.
            .filter(|(place, by_name)| by_name.is_some() || self.is_found(place, findings))
            .collect();
        // What fails for a decoder that does not go by names fails for one that does, so only those are asked about.
        let ask = |(place, _): &(&Break, _)| failing.ask(Names::DoNotCount, &[place.reader], place.writer);
        let by_type: Vec<DemandId> = broken.iter().take(WITNESSES_MAX).map(ask).collect();
        failing.settle();
        let mut witnesses = Witnesses { direction, list: Vec::new(), is_cut: broken.len() > WITNESSES_MAX };
        let mut bytes = 0;
        for ((place, by_name), by_type) in broken.into_iter().zip(by_type) {
            if bytes > BYTES_MAX {
                witnesses.is_cut = true;
                break;
            }
            let met = match by_name {
                _ if failing.is_met(by_type) => Ok((by_type, Outcome::Unreadable)),
                _ if failing.is_exhausted() => Err(Stop::TooLong),
                Some(demand) => Ok((demand, Outcome::NamesDiffer)),
                None => Err(Stop::Endless),
            };
            let write = |(demand, outcome)| {
                let way = self.breaks.way(place);
                write::write(self.writer, &shortest, &failing, &way, demand).map(|datum| (outcome, Some(datum)))
            };
            let (outcome, datum) = met.and_then(write).unwrap_or_else(|stop| match stop {
                Stop::Endless => (Outcome::NoFiniteValue, None),
                Stop::TooLong => (Outcome::TooLong, None),
            });
            bytes += datum.as_ref().map_or(0, |datum| datum.json.len() + datum.avro.len());
            let location = self.breaks.location(place);
            witnesses.list.push(Witness { kind: place.kind, location, outcome, datum });
        }
        witnesses
    }

    /// What shows the place to a decoder that goes by names: a value that no branch takes, else one that the branch
    /// which names choose first does not take.
    fn by_name(&self, place: &Break, failing: &mut Failing<'_>) -> Vec<DemandId> {
        let Break { reader, writer, .. } = *place;
        let first = self.first_branch(reader, writer);
        [Some(reader), first].iter().flatten().map(|to| failing.ask(Names::Count, &[*to], writer)).collect()
    }

    /// The branch of a reader's union that a decoder going by names tries first.
    fn first_branch(&self, reader: NodeId, writer: NodeId) -> Option<NodeId> {
        let Node::Union(union) = self.reader.node(reader) else { return None };
        let fits = |branch: &&NodeId| !fails_always(self.reader, **branch, self.writer, writer, Names::Count);
        self.reader.union(union).branches().iter().find(fits).copied()
    }

    /// Whether the check has found this place too; only asked where no value shows it.
    fn is_found(&self, place: &Break, findings: &Findings) -> bool {
        let location = self.breaks.location(place);
        findings.list.iter().any(|finding| finding.kind == place.kind && finding.location == location)
    }
}
