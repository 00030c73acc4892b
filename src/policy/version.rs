//! Declared versions: the semantic version of a schema and whether it went up far enough (`change-classification` 8.4).

use super::lines::{Declared, MAJOR_PROPERTY, VERSION_PROPERTY};
use crate::evolution::Bump;
use std::fmt;

/// A declared semantic version, strictly `MAJOR.MINOR.PATCH`: ASCII digits, no leading zeros.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SchemaVersion {
    /// Goes up with a change that breaks.
    pub major: u32,
    /// Goes up with a change that adds.
    pub minor: u32,
    /// Goes up with a change that only describes.
    pub patch: u32,
}

impl SchemaVersion {
    /// Reads `2.1.0`; `None` for any other form.
    pub fn read(text: &str) -> Option<Self> {
        let mut numbers = text.split('.').map(super::lines::read_number);
        let version = Self { major: numbers.next()??, minor: numbers.next()??, patch: numbers.next()?? };
        numbers.next().is_none().then_some(version)
    }

    /// The lowest version that goes up by `bump`; itself where nothing has to go up, or where no version helps.
    #[must_use]
    pub fn raised(self, bump: Bump) -> Self {
        let Self { major, minor, patch } = self;
        match bump {
            Bump::None | Bump::NotReleasable => self,
            Bump::Patch => Self { patch: patch.saturating_add(1), ..self },
            Bump::Minor => Self { major, minor: minor.saturating_add(1), patch: 0 },
            Bump::Major => Self { major: major.saturating_add(1), minor: 0, patch: 0 },
        }
    }

    /// The first of a major line; itself where it is of that line already.
    #[must_use]
    pub(super) fn in_line(self, major: u32) -> Self {
        if self.major == major { self } else { Self { major, minor: 0, patch: 0 } }
    }

    /// Which part went up from `old` to `self`; `None` where `self` is lower.
    fn raise_over(self, old: Self) -> Option<Bump> {
        if self < old {
            return None;
        }
        Some(match (self.major > old.major, self.minor > old.minor, self.patch > old.patch) {
            (true, _, _) => Bump::Major,
            (false, true, _) => Bump::Minor,
            (false, false, true) => Bump::Patch,
            (false, false, false) => Bump::None,
        })
    }
}

impl fmt::Display for SchemaVersion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}.{}", self.major, self.minor, self.patch)
    }
}

/// What became of the declared semantic version.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum VersionOutcome {
    /// One side declares none, so there is nothing to compare.
    NotDeclared,
    /// It went up as far as the changes ask.
    Enough,
    /// It went up further than they ask: passes, with a warning.
    MoreThanNeeded {
        /// What would have been enough.
        needed: Bump,
    },
    /// It went up less than they ask, or not at all.
    TooLow {
        /// Which part must go up.
        needed: Bump,
        /// Declared before.
        old: SchemaVersion,
        /// Declared now.
        new: SchemaVersion,
    },
    /// It went down, which nothing allows.
    GoesDown {
        /// Which part must go up.
        needed: Bump,
        /// Declared before.
        old: SchemaVersion,
        /// Declared now.
        new: SchemaVersion,
    },
    /// The declared major version went down, which nothing allows either, where a side declares no more than that.
    MajorGoesDown {
        /// Declared before; 1 where none was.
        old: u32,
        /// Declared now.
        new: u32,
    },
    /// No version makes these changes acceptable.
    NotReleasable,
    /// Its first number is not the declared major version (8.1).
    NotOfItsLine {
        /// Declared now.
        version: SchemaVersion,
        /// The major version declared beside it; 1 where none is.
        major: u32,
    },
}

impl VersionOutcome {
    /// Holds the version declared now against the one declared before, if there is one, and the bump that is needed.
    ///
    /// Whether a version fits its own line is asked of the new side alone: what was accepted before cannot be mended.
    pub fn of(old: Option<Declared>, new: Declared, needed: Bump) -> Self {
        if let Some(version) = new.version.filter(|version| version.major != new.line()) {
            return Self::NotOfItsLine { version, major: new.line() };
        }
        let (version, before) = match (new.version, old.and_then(|old| old.version)) {
            (Some(version), Some(before)) => (version, before),
            _ => return Self::of_majors(old, new),
        };
        if needed == Bump::NotReleasable {
            return Self::NotReleasable;
        }
        match version.raise_over(before) {
            None => Self::GoesDown { needed, old: before, new: version },
            Some(raise) if raise < needed => Self::TooLow { needed, old: before, new: version },
            Some(raise) if raise > needed => Self::MoreThanNeeded { needed },
            Some(_) => Self::Enough,
        }
    }

    /// The same where only major versions can be compared. One that is not declared does not go down.
    fn of_majors(old: Option<Declared>, new: Declared) -> Self {
        match (old.map(Declared::line), new.major) {
            (Some(old), Some(new)) if new < old => Self::MajorGoesDown { old, new },
            _ => Self::NotDeclared,
        }
    }

    /// Whether the declared version stands in the way: the row of 8.4 says "fails".
    pub fn fails(self) -> bool {
        match self {
            Self::NotDeclared | Self::Enough | Self::MoreThanNeeded { .. } => false,
            Self::TooLow { .. }
            | Self::GoesDown { .. }
            | Self::MajorGoesDown { .. }
            | Self::NotReleasable
            | Self::NotOfItsLine { .. } => true,
        }
    }

    /// What is wrong and which version to declare, as one sentence without a full stop; `None` where nothing is.
    pub fn complaint(self) -> Option<String> {
        Some(match self {
            Self::NotDeclared | Self::Enough | Self::MoreThanNeeded { .. } => return None,
            Self::TooLow { needed, old, new } => format!(
                "{needed} needed: {VERSION_PROPERTY} {old} -> {new} is not enough for these changes; declare \
                 {VERSION_PROPERTY} {} or higher",
                old.raised(needed)
            ),
            Self::GoesDown { needed, old, new } => {
                let enough = old.raised(needed);
                format!("the declared version goes down: {VERSION_PROPERTY} {old} -> {new}; declare {enough} or higher")
            }
            Self::MajorGoesDown { old, new } => {
                format!("the declared major version goes down, {old} -> {new}; declare {old} or higher")
            }
            Self::NotReleasable => "no version makes these changes acceptable under this subject".to_owned(),
            Self::NotOfItsLine { version, major } => format!(
                "the declared versions disagree: {VERSION_PROPERTY} {version} does not begin with the declared major \
                 version {major}; declare {MAJOR_PROPERTY}={}, or a {VERSION_PROPERTY} {major}.x.y",
                version.major
            ),
        })
    }
}
