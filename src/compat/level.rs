//! Confluent's seven compatibility levels as directions times span.

use super::Reading;
use crate::schema::ParsedSchema;
use std::fmt;

/// A compatibility level: which way data must stay readable, and against how much of the history.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum CompatibilityLevel {
    /// Anything goes.
    None,
    /// The new schema reads what the latest wrote.
    Backward,
    /// The new schema reads what any version wrote.
    BackwardTransitive,
    /// The latest schema reads what the new one writes.
    Forward,
    /// Every version reads what the new one writes.
    ForwardTransitive,
    /// Both ways against the latest.
    Full,
    /// Both ways against every version.
    FullTransitive,
}

/// One direction of a check.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Direction {
    /// The candidate reads what the historic version wrote.
    Backward,
    /// The historic version reads what the candidate writes.
    Forward,
}

impl Direction {
    /// Who reads whom.
    pub fn reading<'a>(self, candidate: &'a ParsedSchema, historic: &'a ParsedSchema) -> Reading<'a> {
        match self {
            Self::Backward => Reading { reader: candidate, writer: historic },
            Self::Forward => Reading { reader: historic, writer: candidate },
        }
    }
}

impl CompatibilityLevel {
    /// All seven.
    pub const ALL: [Self; 7] = [
        Self::None,
        Self::Backward,
        Self::BackwardTransitive,
        Self::Forward,
        Self::ForwardTransitive,
        Self::Full,
        Self::FullTransitive,
    ];

    /// Reads a level in any letter case; `None` for anything else.
    pub fn read(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|level| level.as_str().eq_ignore_ascii_case(text))
    }

    /// The word of requests and answers, in upper case.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::None => "NONE",
            Self::Backward => "BACKWARD",
            Self::BackwardTransitive => "BACKWARD_TRANSITIVE",
            Self::Forward => "FORWARD",
            Self::ForwardTransitive => "FORWARD_TRANSITIVE",
            Self::Full => "FULL",
            Self::FullTransitive => "FULL_TRANSITIVE",
        }
    }

    /// The directions it demands, in the order the reference checks and reports them: FULL lists forward first.
    pub fn directions(self) -> &'static [Direction] {
        match self {
            Self::None => &[],
            Self::Backward | Self::BackwardTransitive => &[Direction::Backward],
            Self::Forward | Self::ForwardTransitive => &[Direction::Forward],
            Self::Full | Self::FullTransitive => &[Direction::Forward, Direction::Backward],
        }
    }

    /// The level of the same directions that looks at every version; NONE stays what it is.
    #[must_use]
    pub fn transitive(self) -> Self {
        match self {
            Self::None => Self::None,
            Self::Backward | Self::BackwardTransitive => Self::BackwardTransitive,
            Self::Forward | Self::ForwardTransitive => Self::ForwardTransitive,
            Self::Full | Self::FullTransitive => Self::FullTransitive,
        }
    }

    /// Whether it looks at every version rather than the latest alone.
    pub fn is_transitive(self) -> bool {
        matches!(self, Self::BackwardTransitive | Self::ForwardTransitive | Self::FullTransitive)
    }
}

impl fmt::Display for CompatibilityLevel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
