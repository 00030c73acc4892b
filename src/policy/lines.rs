//! Major lines: which line of a subject a version belongs to, and what a candidate follows there
//! (`change-classification` 8.1).

use super::SchemaVersion;
use std::collections::BTreeSet;
use std::fmt;

/// The metadata property that declares the major version, an integer as text.
pub const MAJOR_PROPERTY: &str = "application.major.version";

/// The metadata property that carries the semantic version.
pub const VERSION_PROPERTY: &str = "schema_version";

/// Characters of a property's value that a complaint about it repeats.
const SHOWN_CHARS_MAX: usize = 100;

/// What a version declares about itself.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Declared {
    /// The major line; `None` counts as 1.
    pub major: Option<u32>,
    /// The semantic version. Its first number must be the major line; whoever declares only this declares both, see
    /// [`Declared::by_version`].
    pub version: Option<SchemaVersion>,
}

impl Declared {
    /// What a file declares that states its semantic version alone.
    pub fn by_version(version: SchemaVersion) -> Self {
        Self { major: Some(version.major), version: Some(version) }
    }

    /// What metadata properties declare. `property` looks one up by name.
    ///
    /// Here a semantic version alone declares no major line: clients pin a line by the property that is missing.
    ///
    /// # Errors
    /// A property that is there and cannot be read. Of a version that was accepted long ago a caller takes
    /// [`Declared::readable`].
    pub fn read<'a>(property: impl Fn(&str) -> Option<&'a str>) -> Result<Self, UnreadableDeclaration> {
        let major = property(MAJOR_PROPERTY)
            .map(|text| read_number(text).ok_or_else(|| UnreadableDeclaration::new(MAJOR_PROPERTY, text, "2")))
            .transpose()?;
        let version = property(VERSION_PROPERTY)
            .map(|text| {
                SchemaVersion::read(text).ok_or_else(|| UnreadableDeclaration::new(VERSION_PROPERTY, text, "2.1.0"))
            })
            .transpose()?;
        Ok(Self { major, version })
    }

    /// What can be read of the same; a property that cannot counts as not declared. Each by itself: a semantic version
    /// that is none must not move a version to another line, where nothing is compared with what its clients read.
    pub fn readable<'a>(property: impl Fn(&str) -> Option<&'a str>) -> Self {
        Self {
            major: property(MAJOR_PROPERTY).and_then(read_number),
            version: property(VERSION_PROPERTY).and_then(SchemaVersion::read),
        }
    }

    /// The major line as a number, which is also the implied compatibility group: nothing declared counts as 1.
    pub fn line(self) -> u32 {
        self.major.unwrap_or(1)
    }
}

/// A declaring property whose value is none.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{property} is \"{text}\", which is not a version; write it like \"{example}\"")]
pub struct UnreadableDeclaration {
    /// The property.
    pub property: &'static str,
    /// What it holds; of a long one the beginning.
    pub text: String,
    example: &'static str,
}

impl UnreadableDeclaration {
    fn new(property: &'static str, text: &str, example: &'static str) -> Self {
        let mut shown: String = text.chars().take(SHOWN_CHARS_MAX).collect();
        if shown.len() < text.len() {
            shown.push('…');
        }
        Self { property, text: shown, example }
    }
}

impl fmt::Display for Declared {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.version, self.major) {
            (Some(version), _) => write!(f, "{version}"),
            (None, Some(major)) => write!(f, "major {major}"),
            (None, None) => f.write_str("nothing"),
        }
    }
}

/// Picks what a candidate is classified against from the live versions, newest first, each with what it declares:
/// the newest of its own line, else the newest of the greatest lower line, else that of the line it falls back on.
///
/// So an old line is maintained against itself after a newer one began, and a jump to 3 is compared with the latest 2.
/// None only where no version is there at all: the specification's letter has none as well below every line that is
/// there, but then any change passed that declares a low enough number. Such a candidate follows the lowest line, and
/// its declaration goes down (`VersionOutcome`).
pub fn predecessor<V>(candidate: Declared, live: &[(V, Declared)]) -> Option<&V> {
    let line = line_of(candidate, live);
    let nearest = live.iter().map(|(_, declared)| declared.line()).filter(|other| *other <= line).max()?;
    live.iter().find(|(_, declared)| declared.line() == nearest).map(|(version, _)| version)
}

/// The versions of the candidate's own line, in the order given: what the level check looks at where enforcement is
/// `enforce` and the subject has no compatibility group of its own. A new line starts free.
pub fn same_line<V>(candidate: Declared, live: &[(V, Declared)]) -> impl Iterator<Item = &V> {
    let line = line_of(candidate, live);
    live.iter().filter(move |(_, declared)| declared.line() == line).map(|(version, _)| version)
}

/// Whether what begins a line has nothing before it that the level looks at, where policy is enforced and the subject
/// groups its versions by `group`.
pub fn is_new_line_free(group: Option<&str>) -> bool {
    group.is_none_or(|group| group == MAJOR_PROPERTY)
}

/// The line a candidate joins among the live versions, newest first: that of [`same_line`].
///
/// One that declares none joins line 1, as a stored version would. Where all that is there declares more, there is no
/// such line to join or to follow, and to leave the declaration out, or to make it low, would be a way past every
/// check. So a candidate that declares nothing joins the newest version (golden decisions: old 2, new absent), and one
/// that declares less than all the lowest line there is.
pub fn line_of<V>(candidate: Declared, live: &[(V, Declared)]) -> u32 {
    let lowest = live.iter().map(|(_, declared)| declared.line()).min();
    match (candidate.major, lowest, live.first()) {
        (None, Some(lowest), Some((_, newest))) if lowest > candidate.line() => newest.line(),
        (Some(major), Some(lowest), _) => major.max(lowest),
        _ => candidate.line(),
    }
}

/// The lowest major version above `line` that is none of the lines there are: what begins a line. Between the two there
/// may be others, and then what declares it is compared with the last of those.
pub fn next_free_line(line: u32, lines: impl IntoIterator<Item = u32>) -> u32 {
    let lines: BTreeSet<u32> = lines.into_iter().collect();
    let is_free = |above: &u32| !lines.contains(above);
    (line..u32::MAX).map(|below| below + 1).find(is_free).unwrap_or(line)
}

/// Reads a number as versions write it: ASCII digits, no leading zeros.
pub(super) fn read_number(digits: &str) -> Option<u32> {
    let is_number = digits.bytes().all(|byte| byte.is_ascii_digit()) && (digits == "0" || !digits.starts_with('0'));
    digits.parse::<u32>().ok().filter(|_| is_number)
}
