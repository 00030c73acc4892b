//! What can be wrong with an exemption.

use crate::schema::names::SubjectName;
use jiff::civil::Date;

/// Why an exemption is not taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ExemptionProblem {
    /// The fingerprint is not 16 hexadecimal digits.
    Fingerprint,
    /// The change id does not exist.
    UnknownChange {
        /// As sent.
        change: String,
        /// The known one most like it.
        nearest: &'static str,
    },
    /// A member says nothing.
    Empty(ExemptionMember),
    /// It has a `*`, as if more than one could be meant.
    Wildcard(ExemptionMember),
    /// The subject is a context or everything: an exemption is for one subject.
    NoSubject,
    /// The subject is another name of one: no registration comes under it.
    Alias {
        /// As sent.
        subject: SubjectName,
        /// The subject that it stands for.
        target: SubjectName,
    },
    /// A member is longer than it may be.
    TooLong {
        /// Which.
        member: ExemptionMember,
        /// At most so many characters.
        max: usize,
    },
    /// Its last day is over already.
    Expired {
        /// The day.
        expires: Date,
    },
}

/// A member of an exemption.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the members of an exemption")]
pub enum ExemptionMember {
    Subject,
    Path,
    Reason,
    ApprovedBy,
}
