//! Declared versions: the semantic version of a schema and its major line (`change-classification` 8.1, 8.4).

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
        let mut numbers = text.split('.').map(|digits| {
            let is_number =
                digits.bytes().all(|byte| byte.is_ascii_digit()) && (digits == "0" || !digits.starts_with('0'));
            digits.parse::<u32>().ok().filter(|_| is_number)
        });
        let version = Self { major: numbers.next()??, minor: numbers.next()??, patch: numbers.next()?? };
        numbers.next().is_none().then_some(version)
    }
}

impl fmt::Display for SchemaVersion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}.{}", self.major, self.minor, self.patch)
    }
}
