//! What a preflight found, as plain data: all that renderers know.

use super::reading::ReadingReport;
use crate::gate::args::Role;
use crate::gate::report::{Decision, SubjectReport};

/// The outcome of one `sluicegate preflight`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PreflightReport {
    /// What is about to be deployed.
    pub role: Role,
    /// The subject.
    pub subject: String,
    /// The schema file, as the user named it.
    pub file: String,
    /// The registry, without credentials.
    pub registry: String,
    /// What the registry has or would say; `None` for a consumer, which registers nothing.
    pub registration: Option<Registration>,
    /// Every reader of what a producer writes, or every writer of what a consumer reads.
    pub readings: Vec<ReadingReport>,
}

/// How a schema stands with the registry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Registration {
    /// It is there.
    Registered {
        /// Its version.
        version: u32,
        /// Its id, where the registry tells.
        id: Option<u32>,
    },
    /// It would be taken.
    Acceptable {
        /// As the first version of its subject.
        is_new: bool,
        /// What is to say about it.
        report: Box<SubjectReport>,
    },
    /// It would be refused.
    Refused(Box<SubjectReport>),
    /// Nobody knows.
    Undecided(Box<SubjectReport>),
}

impl Registration {
    /// The word of answers.
    pub fn as_str(&self) -> &'static str {
        match self {
            Self::Registered { .. } => "registered",
            Self::Acceptable { .. } => "acceptable",
            Self::Refused(_) => "refused",
            Self::Undecided(_) => "undecided",
        }
    }
}

impl PreflightReport {
    /// Rejected where the registry or a reader is in the way.
    pub fn result(&self) -> Decision {
        let standing = match &self.registration {
            Some(Registration::Refused(_)) => Decision::Rejected,
            Some(Registration::Undecided(_)) => Decision::Undecided,
            Some(Registration::Registered { .. } | Registration::Acceptable { .. }) | None => Decision::Accepted,
        };
        let is_unreadable = self.readings.iter().any(|reading| !reading.can_read);
        if is_unreadable { Decision::Rejected } else { standing }
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
