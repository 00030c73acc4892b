//! How far a change may go, and which version number it asks for.

use std::fmt;

/// How far a change may go under the same subject.
///
/// Ordered from harmless to hopeless: the class of many changes is their maximum.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ChangeClass {
    /// Nothing changed.
    None,
    /// Fine within the current major version.
    Allowed,
    /// Fine once the declared major version goes up.
    MajorBumpRequired,
    /// Never under this subject, whatever version is declared.
    Forbidden,
}

impl ChangeClass {
    /// All four, from harmless to hopeless.
    pub const ALL: [Self; 4] = [Self::None, Self::Allowed, Self::MajorBumpRequired, Self::Forbidden];

    /// Reads the word of answers and configurations; the spelling is case-sensitive.
    pub fn read(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|class| class.as_str() == text)
    }

    /// The word of answers and configurations.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Allowed => "allowed",
            Self::MajorBumpRequired => "major-bump-required",
            Self::Forbidden => "forbidden",
        }
    }
}

impl fmt::Display for ChangeClass {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// Which part of a semantic version must go up. Ordered: the bump of many changes is their maximum.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Bump {
    /// None of it.
    None,
    /// The third number.
    Patch,
    /// The second number.
    Minor,
    /// The first number.
    Major,
    /// No version number makes the change acceptable.
    NotReleasable,
}

impl Bump {
    /// All five, ascending.
    pub const ALL: [Self; 5] = [Self::None, Self::Patch, Self::Minor, Self::Major, Self::NotReleasable];

    /// The word of answers.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Patch => "patch",
            Self::Minor => "minor",
            Self::Major => "major",
            Self::NotReleasable => "not-releasable",
        }
    }
}

impl fmt::Display for Bump {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
