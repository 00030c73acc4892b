//! What checking records found, as plain data: all that renderers know.

use super::form::Form;
use crate::gate::parties::Party;
use crate::gate::report::Decision;

/// The outcome of one `sluicegate records`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RecordsReport {
    /// The schema that records were held against.
    pub schema: Party,
    /// What was read, in the order of the command line.
    pub inputs: Vec<InputReport>,
    /// The first records that do not fit; as many as the user wants to see.
    pub misfits: Vec<RecordMisfit>,
    /// The first places that could not be read.
    pub damages: Vec<Damage>,
    /// Who reads, and what they could not.
    pub readers: Vec<ReaderReport>,
    /// What is no mistake but may be one.
    pub warnings: Vec<String>,
}

/// One input.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InputReport {
    /// Its name, as the user gave it.
    pub name: String,
    /// How its records are written; `None` where that was not recognised.
    pub form: Option<Form>,
    /// How many records were met.
    pub records: u64,
    /// How many of them do not fit.
    pub misfits: u64,
    /// How many places could not be read.
    pub damages: u64,
}

/// A place in an input.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// The name of the input.
    pub input: String,
    /// Where in it.
    pub at: At,
}

/// Where in an input.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct At {
    /// The number of the record in its input, from 1.
    pub record: u64,
    /// Its line, from 1, where an input has lines.
    pub line: Option<u64>,
    /// The byte where it begins, or of a container file its block; from 0.
    pub offset: Option<u64>,
}

/// A record that does not fit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RecordMisfit {
    /// The record.
    pub place: Place,
    /// What is wrong with it.
    pub complaints: Vec<Complaint>,
    /// Whether more is wrong than is listed.
    pub is_cut: bool,
}

/// One thing that is wrong with a record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Complaint {
    /// Where in the record: `lines[3].price`; `$` for all of it.
    pub path: String,
    /// The byte of the record at which it shows, from 0; of binary data alone.
    pub offset: Option<u64>,
    /// What is wrong: a sentence without a full stop.
    pub reason: String,
}

/// Something in an input that could not be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Damage {
    /// The name of the input.
    pub input: String,
    /// The line, where that is known.
    pub line: Option<u64>,
    /// The byte where it begins, where that is known.
    pub offset: Option<u64>,
    /// What is wrong: a sentence without a full stop.
    pub reason: String,
}

/// What one reader could not read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReaderReport {
    /// The reader.
    pub party: Party,
    /// Whether the user named it: then what it cannot read refuses. A version of the subject only informs, since a
    /// level such as BACKWARD promises old versions nothing.
    pub is_named: bool,
    /// How many records it was tried with.
    pub records: u64,
    /// How many of them it cannot read.
    pub unreadable: u64,
    /// The first of those, and why.
    pub first: Option<(Place, Complaint)>,
}

impl RecordsReport {
    /// How many records were met.
    pub fn records(&self) -> u64 {
        self.sum(|input| input.records)
    }

    /// How many of them do not fit, shown or not.
    pub fn misfits(&self) -> u64 {
        self.sum(|input| input.misfits)
    }

    /// How many places could not be read, shown or not.
    pub fn damages(&self) -> u64 {
        self.sum(|input| input.damages)
    }

    /// A block of empty records may claim any number of them: what is too large to count stays as large as can be.
    fn sum(&self, of: impl Fn(&InputReport) -> u64) -> u64 {
        self.inputs.iter().map(of).fold(0, u64::saturating_add)
    }

    /// Rejected for a record that does not fit, or that a named reader cannot read; undecided where something could
    /// not be read at all.
    pub fn result(&self) -> Decision {
        let is_cut_off = |reader: &ReaderReport| reader.is_named && reader.unreadable > 0;
        if self.misfits() > 0 || self.readers.iter().any(is_cut_off) {
            return Decision::Rejected;
        }
        if self.damages() > 0 { Decision::Undecided } else { Decision::Accepted }
    }

    /// The exit code of the result.
    pub fn exit(&self) -> u8 {
        match self.result() {
            Decision::Accepted => 0,
            Decision::Rejected => 100,
            Decision::Undecided => 101,
        }
    }
}
