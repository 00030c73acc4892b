//! Which subject a schema file belongs to (`command-line` 5): a pure function of its path, its text and the
//! configuration, the same for files at hand and for those of a base.

use crate::gate::config::{Naming, SubjectEntry, subject_name};
use std::collections::HashMap;

/// Names subjects as one configuration says.
pub struct Namer<'c> {
    naming: Naming,
    entries: &'c [SubjectEntry],
    /// Entries by their file.
    by_file: HashMap<&'c str, usize>,
    /// Entries by folder and stem of their file; of several the one with the highest number.
    by_stem: HashMap<(&'c str, &'c str), usize>,
    /// Entries without a file, by their name.
    by_name: HashMap<&'c str, usize>,
}

/// The subject of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Named<'c> {
    /// The subject.
    pub subject: String,
    /// The number in `…_v<N>` or `…-v<N>` of the file name.
    pub number: Option<u32>,
    /// What the configuration says about it.
    pub entry: Option<&'c SubjectEntry>,
}

/// Why a file names no subject.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Nameless {
    /// A sentence without the file's name.
    pub reason: String,
    /// What to call the file until then: its stem.
    pub stem: String,
    /// Whether it cannot even be called by its stem.
    pub is_unspeakable: bool,
}

impl<'c> Namer<'c> {
    /// Names as these entries say, and by `naming` what they do not map.
    pub fn new(naming: Naming, entries: &'c [SubjectEntry]) -> Self {
        let (mut by_file, mut by_stem, mut by_name) = (HashMap::new(), HashMap::new(), HashMap::new());
        for (at, entry) in entries.iter().enumerate() {
            let Some(file) = &entry.file else {
                by_name.insert(entry.name.as_str(), at);
                continue;
            };
            by_file.insert(file.as_str(), at);
            let (folder, name) = split_folder(file);
            let (stem, number) = stem_and_number(name);
            let best = by_stem.entry((folder, stem)).or_insert((number, at));
            if number > best.0 {
                *best = (number, at);
            }
        }
        let by_stem = by_stem.into_iter().map(|(stem, (_, at))| (stem, at)).collect();
        Self { naming, entries, by_file, by_stem, by_name }
    }

    /// Whether the text of a file may matter for its name.
    pub fn reads_texts(&self) -> bool {
        matches!(self.naming, Naming::RecordName | Naming::TopicRecordName)
    }

    /// The subject of the file `name` (without folders). `path` is its path from the folder of the configuration, with
    /// `/`, where it lies in there. `root` brings the full name of the type its text defines; it is asked only where
    /// the name depends on it.
    ///
    /// An entry of the configuration also holds for the other numbers of its file: `order_events_v1.avsc` belongs to
    /// the entry of `order_events_v2.avsc` beside it, unless it has one of its own.
    ///
    /// # Errors
    /// The rule needs the name of the root type and there is none, or what comes out is no subject.
    pub fn name(
        &self,
        name: &str,
        path: Option<&str>,
        root: impl FnOnce() -> Result<String, String>,
    ) -> Result<Named<'c>, Nameless> {
        let (stem, number) = stem_and_number(name);
        let sibling = |path: &str| self.by_stem.get(&(split_folder(path).0, stem)).copied();
        let mapped = path.and_then(|path| self.by_file.get(path).copied().or_else(|| sibling(path)));
        if let Some(at) = mapped {
            let entry = &self.entries[at];
            return Ok(Named { subject: entry.name.clone(), number, entry: Some(entry) });
        }
        let subject = self.by_rule(stem, root)?;
        let subject = subject_name(&subject).map_err(|reason| Nameless::new(reason, stem))?;
        let entry = self.by_name.get(subject.as_str()).map(|at| &self.entries[*at]);
        Ok(Named { subject, number, entry })
    }

    fn by_rule(&self, stem: &str, root: impl FnOnce() -> Result<String, String>) -> Result<String, Nameless> {
        let root = || root().map_err(|reason| Nameless::new(reason, stem));
        Ok(match self.naming {
            Naming::FileStem => stem.to_owned(),
            Naming::TopicName if stem.ends_with("-key") || stem.ends_with("-value") => stem.to_owned(),
            Naming::TopicName => format!("{stem}-value"),
            Naming::RecordName => root()?,
            Naming::TopicRecordName => format!("{stem}-{}", root()?),
        })
    }
}

impl Nameless {
    fn new(reason: String, stem: &str) -> Self {
        Self { reason, stem: stem.to_owned(), is_unspeakable: subject_name(stem).is_err() }
    }
}

/// A file name without its extension and number, and the number: `order_events_v2.avsc` is `order_events` and 2.
///
/// `_v<N>` and `-v<N>` are numbers up to 2^32 - 1; anything else is part of the name.
pub fn stem_and_number(name: &str) -> (&str, Option<u32>) {
    let stem = match name.rfind('.') {
        Some(dot) if dot > 0 => &name[..dot],
        _ => name,
    };
    let digits = stem.len() - stem.trim_end_matches(|letter: char| letter.is_ascii_digit()).len();
    let (front, number) = stem.split_at(stem.len() - digits);
    let front = front.strip_suffix("_v").or_else(|| front.strip_suffix("-v"));
    match (front, number.parse()) {
        (Some(front), Ok(number)) if !front.is_empty() => (front, Some(number)),
        _ => (stem, None),
    }
}

/// The folder of a path with `/`, and the name in it.
pub(super) fn split_folder(path: &str) -> (&str, &str) {
    path.rsplit_once('/').unwrap_or(("", path))
}
