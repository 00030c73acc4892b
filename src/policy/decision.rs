//! The decision table (`change-classification` 8.2), row by row.

use super::words::{Unknown, known};
use crate::evolution::ChangeClass;
use std::fmt;

/// Whether policy may refuse. The level verdict always may.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Enforcement {
    /// Policy is not asked.
    Off,
    /// Policy is asked and heard, and refuses nothing.
    Report,
    /// Policy refuses.
    Enforce,
}

impl Enforcement {
    /// All three, from lenient to strict.
    pub const ALL: [Self; 3] = [Self::Off, Self::Report, Self::Enforce];

    /// Reads the word of configurations; the spelling is case-sensitive.
    ///
    /// # Errors
    /// Any other word, with the one it was probably meant to be.
    pub fn read(text: &str) -> Result<Self, Unknown> {
        known("enforcement", text, Self::ALL, Self::as_str)
    }

    /// The word of configurations and answers.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Off => "off",
            Self::Report => "report",
            Self::Enforce => "enforce",
        }
    }
}

impl fmt::Display for Enforcement {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// The new declared major version beside the old one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum DeclaredMajor {
    /// The same, none at all, or a lower one.
    SameOrAbsent,
    /// A higher one.
    Raised,
}

/// What policy is asked once the level verdict is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Question {
    /// The class of the pair before exemptions.
    pub class: ChangeClass,
    /// Whether every forbidden change is exempted.
    pub is_exempted: bool,
    /// What became of the declared major version.
    pub major: DeclaredMajor,
    /// Whether policy may refuse.
    pub enforcement: Enforcement,
}

/// One cell of the table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Decision {
    /// Whether the candidate may become the next version.
    pub is_accepted: bool,
    /// Why, in a word that answers repeat.
    pub reason: &'static str,
}

const NO_CHANGE: Decision = accept("existing-or-no-change");
const NOT_CHECKED: Decision = accept("not-checked");
const ADVISORY: Decision = accept("advisory");
const ALLOWED: Decision = accept("allowed");
const NEEDLESS: Decision = accept(NEEDLESS_MAJOR_BUMP);
const DECLARED: Decision = accept("major-bump-declared");
const INCOMPATIBLE: Decision = reject("incompatible");
const MAJOR: Decision = reject("major-bump-required");
const FORBIDDEN: Decision = reject("forbidden-change");

/// The reason of row 4, which is a warning too.
pub(super) const NEEDLESS_MAJOR_BUMP: &str = "needless-major-bump";

/// Looks the answer up. What policy was asked is not read at all where the level verdict refuses: no profile,
/// override, exemption or enforcement can make a difference there.
pub fn decide(is_level_compatible: bool, question: Question) -> Decision {
    use ChangeClass as C;
    use DeclaredMajor::{Raised, SameOrAbsent};
    if !is_level_compatible {
        return INCOMPATIBLE; // row 1
    }
    let Question { class, is_exempted, major, enforcement } = question;
    #[rustfmt::skip]
    let [off, report, enforce] = match (class, is_exempted, major) {
        // row                                       off          report     enforce
        /*  2 */ (C::None, _, _)                 => [NO_CHANGE,   NO_CHANGE, NO_CHANGE],
        /*  3 */ (C::Allowed, _, SameOrAbsent)   => [NOT_CHECKED, ADVISORY,  ALLOWED],
        /*  4 */ (C::Allowed, _, Raised)         => [NOT_CHECKED, ADVISORY,  NEEDLESS],
        /*  5 */ (C::MajorBumpRequired, _, SameOrAbsent)
                                                 => [NOT_CHECKED, ADVISORY,  MAJOR],
        /*  6 */ (C::MajorBumpRequired, _, Raised)
                                                 => [NOT_CHECKED, ADVISORY,  DECLARED],
        /* 7, 8 */ (C::Forbidden, false, _)      => [NOT_CHECKED, ADVISORY,  FORBIDDEN],
        /*  9 */ (C::Forbidden, true, Raised)    => [NOT_CHECKED, ADVISORY,  DECLARED],
        /* 10 */ (C::Forbidden, true, SameOrAbsent)
                                                 => [NOT_CHECKED, ADVISORY,  MAJOR],
    };
    match enforcement {
        Enforcement::Off => off,
        Enforcement::Report => report,
        Enforcement::Enforce => enforce,
    }
}

const fn accept(reason: &'static str) -> Decision {
    Decision { is_accepted: true, reason }
}

const fn reject(reason: &'static str) -> Decision {
    Decision { is_accepted: false, reason }
}
