//! The whole answer about one pair of schemas (`change-classification` 9): a document that two doors print.

use crate::compat::CompatibilityLevel;
use crate::evolution::{Bump, Change, ChangeClass};

/// The number of the document's form. One that a reader of this form would misread gets another number.
pub const FORMAT: u32 = 1;

/// The answer about a candidate and its predecessor.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// The worst class of the changes, after profile, overrides and exemptions.
    pub class: ChangeClass,
    /// The largest bump of the changes, likewise.
    pub bump: Bump,
    /// The profile in force: `seed`, `strict` or `avro`.
    pub profile: &'static str,
    /// What the candidate was classified against.
    pub predecessor: Option<Predecessor>,
    /// The level verdict over the history.
    pub level: LevelAnswer,
    /// Whether a reader with the candidate's schema reads what was written with the predecessor's; true without a
    /// predecessor. Text for people tells who is cut off by it; no key of the document.
    pub backward_compatible: bool,
    /// Whether a reader with the predecessor's schema reads what the candidate writes; true without a predecessor.
    pub forward_compatible: bool,
    /// Every change, in schema order.
    pub changes: Vec<AnsweredChange>,
    /// Warnings, each once: they never change the class (`change-classification` 7).
    pub warnings: Vec<&'static str>,
    /// Exemptions that name one of these changes.
    pub exemptions: Vec<AnsweredExemption>,
}

/// Which registered version the candidate was classified against. A file without history has none of these numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Predecessor {
    /// Its version in the subject.
    pub version: Option<u32>,
    /// Its id.
    pub id: Option<u32>,
    /// Its declared major version; 1 where it declares none.
    pub major: u32,
}

/// The level verdict, in Confluent's words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LevelAnswer {
    /// The level asked for.
    pub name: CompatibilityLevel,
    /// Its verdict: whether what it demands can be read, and reserved names are kept.
    pub compatible: bool,
    /// Why not, as Confluent says it; empty where compatible.
    pub messages: Vec<String>,
    /// Whether every pair that it demands can be read. Text for people tells the two apart; no key of the document.
    pub readable: bool,
    /// Whether reserved names are kept, likewise.
    pub keeps_reserved: bool,
}

impl LevelAnswer {
    /// Whether it refuses for the sake of reserved names alone: then no pair of versions is in the way.
    pub fn refuses_for_reserved_alone(&self) -> bool {
        self.readable && !self.keeps_reserved
    }
}

/// One change with what policy adds to it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AnsweredChange {
    /// The change as `evolution` found it.
    pub change: Change,
    /// Its class after profile, overrides and exemptions.
    pub class: ChangeClass,
    /// Its bump, likewise.
    pub bump: Bump,
    /// What to do, with names and versions at hand; empty where nothing needs to be done.
    pub fix: String,
    /// What an exemption names it by (`change-classification` 8.3): 16 hex digits.
    pub fingerprint: String,
    /// Where in the old file, where a file is known.
    pub old: Option<FilePosition>,
    /// Where in the new file, where a file is known.
    pub new: Option<FilePosition>,
}

/// A place in a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FilePosition {
    /// The file, as the user would name it from where they stand.
    pub file: String,
    /// From 1.
    pub line: u32,
    /// In characters, from 1.
    pub column: u32,
}

/// An exemption that names one of the changes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AnsweredExemption {
    /// The change it names.
    pub fingerprint: String,
    /// Why it was given.
    pub reason: String,
    /// Who approved it.
    pub approved_by: String,
    /// The last day it holds, `YYYY-MM-DD`.
    pub expires: String,
    /// Whether that day is over: then it had no effect.
    pub is_expired: bool,
}
