//! What a check found, as plain data: all that renderers know.

use crate::policy::answer::{Answer, FilePosition};
use crate::witness::{self, Witnesses};
use serde_json::Value;

/// The outcome of one `sluicegate check`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Report {
    /// The base as the user would name it: `git:origin/main...`.
    pub base: String,
    /// One per subject, by subject.
    pub subjects: Vec<SubjectReport>,
    /// What concerns no subject, such as an exemption that matches nothing.
    pub warnings: Vec<String>,
}

/// The outcome for one subject.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SubjectReport {
    /// The subject.
    pub subject: String,
    /// Its file; of a removed one the file at the base.
    pub file: Option<String>,
    /// What happened to it.
    pub status: Status,
    /// What the gate says about it.
    pub decision: Decision,
    /// Why, in the words of the decision table and of `command-line` 4: `forbidden-change`, `invalid-schema`, …
    pub reason: Option<&'static str>,
    /// What kept it from being judged, or what is wrong with its text; with a place where one is known.
    pub error: Option<Problem>,
    /// The answer, where both sides could be compared.
    pub answer: Option<Answer>,
    /// The version it was compared with, in words for people: `version 4`, `schemas/orders.avsc at origin/main`.
    pub compared_with: Option<String>,
    /// The major version to declare so that a change of class major-bump-required passes.
    pub next_major: u32,
    /// What it declares: `2.1.0`, `major 2`; `None` where nothing is declared.
    pub declared: Option<String>,
    /// Per change of the answer, whether the baseline lists it: shown, but it does not fail.
    pub adopted: Vec<bool>,
    /// Records that show why the level refuses it, each direction that fails; `None` where nobody asked for them.
    pub witnesses: Option<Vec<Witnesses>>,
    /// One closing sentence that says what to do; empty where nothing needs to be done.
    pub advice: String,
    /// What enforcement would have said of the versions that a registry has, oldest first; empty unless asked for.
    /// Nothing follows from it.
    pub past: Vec<PastVersion>,
}

/// What would have been said of a version when it came.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PastVersion {
    /// Its number.
    pub version: u32,
    /// Its id.
    pub id: Option<u32>,
    /// The outcome for the subject as it was then.
    pub report: SubjectReport,
    /// Whether its metadata may have been none of its own: a registry that is sent none takes over that of the version
    /// before, and enforcement does not hold the semantic version in it against anybody.
    pub may_inherit: bool,
}

impl SubjectReport {
    /// Of a subject that is accepted, with nothing else to be said of it yet.
    pub(super) fn accepted(subject: &str, status: Status) -> Self {
        Self {
            subject: subject.to_owned(),
            file: None,
            status,
            decision: Decision::Accepted,
            reason: None,
            error: None,
            answer: None,
            compared_with: None,
            next_major: 1,
            declared: None,
            adopted: Vec::new(),
            witnesses: None,
            advice: String::new(),
            past: Vec::new(),
        }
    }

    /// The answer as a document, with the witnesses where they were asked for.
    pub fn answer_document(&self) -> Option<Value> {
        let mut document = self.answer.as_ref()?.document();
        if let (Some(witnesses), Value::Object(members)) = (&self.witnesses, &mut document) {
            members.insert("witnesses".to_owned(), witness::document(witnesses));
            members.insert("witnesses_cut".to_owned(), witness::is_cut(witnesses).into());
        }
        Some(document)
    }
}

/// What happened to a subject between the base and now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    /// Not at the base.
    New,
    /// Only at the base.
    Removed,
    /// No change, and the same text.
    Unchanged,
    /// Anything else.
    Changed,
}

impl Status {
    /// The word of answers.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::New => "new",
            Self::Removed => "removed",
            Self::Unchanged => "unchanged",
            Self::Changed => "changed",
        }
    }
}

/// What the gate says. Ordered: the outcome of a check is its worst.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Decision {
    /// It may pass.
    Accepted,
    /// It could not be judged.
    Undecided,
    /// It may not.
    Rejected,
}

impl Decision {
    /// The word of answers.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Accepted => "accepted",
            Self::Undecided => "undecided",
            Self::Rejected => "rejected",
        }
    }
}

/// What is wrong, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// One sentence.
    pub message: String,
    /// The place, where one is known.
    pub at: Option<FilePosition>,
}

/// How many subjects there are of each sort.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Summary {
    /// All of them.
    pub subjects: usize,
    /// [`Status::Unchanged`].
    pub unchanged: usize,
    /// [`Status::New`].
    pub new: usize,
    /// [`Status::Removed`].
    pub removed: usize,
    /// [`Status::Changed`].
    pub changed: usize,
    /// [`Decision::Accepted`].
    pub accepted: usize,
    /// [`Decision::Rejected`].
    pub rejected: usize,
    /// [`Decision::Undecided`].
    pub undecided: usize,
}

impl Report {
    /// The worst decision; accepted where there is no subject.
    pub fn result(&self) -> Decision {
        self.subjects.iter().map(|subject| subject.decision).max().unwrap_or(Decision::Accepted)
    }

    /// The exit code of the result.
    pub fn exit(&self) -> u8 {
        match self.result() {
            Decision::Accepted => 0,
            Decision::Rejected => 100,
            Decision::Undecided => 101,
        }
    }

    /// Counts the subjects.
    pub fn summary(&self) -> Summary {
        let mut summary = Summary { subjects: self.subjects.len(), ..Summary::default() };
        for subject in &self.subjects {
            *match subject.status {
                Status::New => &mut summary.new,
                Status::Removed => &mut summary.removed,
                Status::Unchanged => &mut summary.unchanged,
                Status::Changed => &mut summary.changed,
            } += 1;
            *match subject.decision {
                Decision::Accepted => &mut summary.accepted,
                Decision::Rejected => &mut summary.rejected,
                Decision::Undecided => &mut summary.undecided,
            } += 1;
        }
        summary
    }
}
