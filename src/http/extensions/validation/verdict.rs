//! What became of each record of a batch, as plain data of bounded size.

use crate::records::Misfit;
use crate::registry::{Guid, ParsedVersion};
use crate::schema::names::{SchemaId, SubjectName, Version};

/// Bytes of misfits that are kept of all records of a batch together.
const COMPLAINT_BYTES_MAX: usize = 8 << 20;
/// Bytes up to which a path or a reason is shown whole: a path leads as deep as a record does.
const TEXT_BYTES_MAX: usize = 1_000;

/// What became of a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::http) enum Outcome {
    /// It is a value of its schema, and can be read with the version that was addressed.
    Fits,
    /// A message without a value: there is nothing to check.
    Tombstone,
    /// It is no value of its schema.
    Misfit,
    /// It is a value of its own schema, but cannot be read with the version that was addressed.
    Unreadable,
    /// It is no message of the wire format.
    NotFramed,
    /// No schema has the id or guid that it names.
    UnknownSchema,
    /// The schema that it names cannot be used.
    UnusableSchema,
    /// The schema that it names is registered, but not under the subject that was asked about.
    NotRegistered,
}

/// The answer to a batch.
#[derive(Debug)]
pub(super) struct Report {
    /// The version that was addressed, if one was.
    pub(super) addressed: Option<Party>,
    /// One for each record, in their order.
    pub(super) verdicts: Vec<Verdict>,
    /// Who else was asked to read; `None` where nobody was to be asked.
    pub(super) readers: Option<Vec<ReaderFigures>>,
}

/// A stored schema by what it is known as.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Party {
    pub(super) subject: SubjectName,
    pub(super) version: Version,
    pub(super) id: SchemaId,
}

/// What became of one record.
#[derive(Debug)]
pub(super) struct Verdict {
    pub(super) outcome: Outcome,
    /// The schema that a message names.
    pub(super) named: Option<Named>,
    /// What is wrong; never empty where the record does not fit, unless `is_cut`.
    pub(super) complaints: Vec<Complaint>,
    /// Whether more is wrong, or more cannot read it, than is listed.
    pub(super) is_cut: bool,
    /// Who cannot read it; `None` where nobody was asked or it does not fit.
    pub(super) unreadable_by: Option<Vec<Unreadable>>,
}

/// How a message names its schema, and all that is known of that.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Named {
    /// As the message has it, or as the registry does.
    pub(super) id: Option<u32>,
    pub(super) guid: Option<Guid>,
}

/// Something that is wrong with a record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Complaint {
    pub(super) path: String,
    /// The byte of the encoded value, from 0.
    pub(super) offset: Option<usize>,
    pub(super) reason: String,
}

/// A reader that cannot read a record.
#[derive(Debug)]
pub(super) struct Unreadable {
    /// Its place among the readers.
    pub(super) reader: usize,
    pub(super) complaint: Complaint,
}

/// What one reader could not read.
#[derive(Debug)]
pub(super) struct ReaderFigures {
    pub(super) party: Party,
    /// How many records it was tried with: those that fit.
    pub(super) records: u64,
    pub(super) unreadable: u64,
}

/// How much more may be kept of what is wrong.
#[derive(Debug)]
pub(super) struct Room {
    bytes_left: usize,
}

impl Outcome {
    /// All of them, as they are declared: figures are kept by their place.
    pub(in crate::http) const ALL: [Self; 8] = [
        Self::Fits,
        Self::Tombstone,
        Self::Misfit,
        Self::Unreadable,
        Self::NotFramed,
        Self::UnknownSchema,
        Self::UnusableSchema,
        Self::NotRegistered,
    ];

    /// The word of answers and figures.
    pub(in crate::http) fn as_str(self) -> &'static str {
        match self {
            Self::Fits => "fits",
            Self::Tombstone => "tombstone",
            Self::Misfit => "misfit",
            Self::Unreadable => "unreadable",
            Self::NotFramed => "not-framed",
            Self::UnknownSchema => "unknown-schema",
            Self::UnusableSchema => "unusable-schema",
            Self::NotRegistered => "not-registered",
        }
    }

    /// Whether nothing is wrong.
    pub(super) fn is_fine(self) -> bool {
        matches!(self, Self::Fits | Self::Tombstone)
    }
}

impl Verdict {
    /// Nothing is wrong.
    pub(super) fn fine(outcome: Outcome) -> Self {
        Self { outcome, named: None, complaints: Vec::new(), is_cut: false, unreadable_by: None }
    }

    /// One thing is wrong.
    pub(super) fn wrong(outcome: Outcome, complaint: Complaint, room: &mut Room) -> Self {
        let complaints: Vec<Complaint> = room.take(complaint).into_iter().collect();
        Self { is_cut: complaints.is_empty(), complaints, ..Self::fine(outcome) }
    }
}

impl From<&ParsedVersion> for Party {
    fn from(version: &ParsedVersion) -> Self {
        Self { subject: version.subject.clone(), version: version.version, id: version.id }
    }
}

impl From<&ParsedVersion> for Named {
    fn from(version: &ParsedVersion) -> Self {
        Self { id: u32::try_from(version.id.0).ok(), guid: Some(version.guid) }
    }
}

impl From<&Misfit> for Complaint {
    fn from(misfit: &Misfit) -> Self {
        let (path, reason) = (shortened(&misfit.path), shortened(&misfit.reason.to_string()));
        Self { path, offset: misfit.offset, reason }
    }
}

impl Complaint {
    /// About a record as a whole.
    pub(super) fn whole(reason: impl Into<String>) -> Self {
        Self { path: "$".to_owned(), offset: None, reason: shortened(&reason.into()) }
    }
}

impl Room {
    /// Room for as much as one answer holds.
    pub(super) fn new() -> Self {
        Self { bytes_left: COMPLAINT_BYTES_MAX }
    }

    /// The complaint, as long as there is room for it.
    pub(super) fn take(&mut self, complaint: Complaint) -> Option<Complaint> {
        // What surrounds the two texts counts, too.
        let bytes = complaint.path.len() + complaint.reason.len() + 100;
        self.bytes_left = self.bytes_left.checked_sub(bytes)?;
        Some(complaint)
    }
}

/// A text without its middle where it is long: of a path both ends tell most.
fn shortened(text: &str) -> String {
    if text.len() <= TEXT_BYTES_MAX {
        return text.to_owned();
    }
    let head = text.floor_char_boundary(TEXT_BYTES_MAX / 2);
    let tail = text.ceil_char_boundary(text.len() - TEXT_BYTES_MAX / 2);
    format!("{}…{}", &text[..head], &text[tail..])
}
