//! Which schema files are judged, and under which subject each (`command-line` 5).
//!
//! What cannot be read is a candidate with a problem, never left out; what would pass unseen ends the check.

mod naming;
mod survey;
mod text;
mod walk;

pub use naming::{Named, Nameless, Namer, stem_and_number};
pub use survey::Survey;
pub(in crate::gate) use survey::repository_root;
pub(in crate::gate) use text::read as read_schema_file;

use super::config::paths::{relative, shown};
use super::config::{Configuration, Declaration, History};
use super::estate::{Candidate, Text};
use crate::schema::avro;
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

/// What is at hand.
#[derive(Clone, Debug, Default)]
pub struct Discovery {
    /// What is judged, by subject. Empty where there is no schema file.
    pub found: Vec<Found>,
    /// The lower numbers of these subjects: not judged, but they may define what others refer to.
    pub superseded: Vec<Superseded>,
    /// What is no mistake but may be one.
    pub warnings: Vec<String>,
}

/// A candidate with what the configuration says about it.
#[derive(Clone, Debug)]
pub struct Found {
    /// The candidate; its references are not resolved yet.
    pub candidate: Candidate,
    /// What is declared for its subject, with sources; the level of its manifest is here.
    pub declaration: Declaration,
    /// The files that the configuration lists as its references, as the user would name them.
    pub references: Vec<String>,
}

/// A file that a higher number of its subject stands before.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Superseded {
    /// The file, as the user would name it.
    pub file: String,
    /// Its subject.
    pub subject: String,
    /// Its text, or why there is none.
    pub text: Result<Arc<str>, String>,
}

/// Why it is not known what to judge.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct DiscoverError {
    /// One line that names the files.
    pub message: String,
    /// Whether the command line is to blame.
    pub is_usage: bool,
}

impl DiscoverError {
    fn incomplete(message: String) -> Self {
        Self { message, is_usage: false }
    }
}

/// Finds and reads the schema files of a check and assigns each to its subject.
///
/// # Errors
/// A path, a mapped file or a referenced file that does not exist, a folder that cannot be read, two files that ask for
/// the same place, a file name that is no subject.
pub fn discover(configuration: &Configuration) -> Result<Discovery, DiscoverError> {
    require_configured_files(configuration)?;
    let walked = walk::files(configuration)?;
    // The past of a registry's subject can be asked for without a file of it.
    let is_about_the_past = walked.files.is_empty() && configuration.history.value == History::All;
    if let Some(subject) = &configuration.subject
        && walked.files.len() != 1
        && !is_about_the_past
    {
        let message = format!("--subject {subject} names the subject of one file, not of {}", walked.files.len());
        return Err(DiscoverError { message, is_usage: true });
    }
    let namer = Namer::new(configuration.naming.value, &configuration.subjects);
    let mut subjects: BTreeMap<String, Vec<Found>> = BTreeMap::new();
    for path in &walked.files {
        let found = found(configuration, &namer, path)?;
        subjects.entry(found.candidate.subject.clone()).or_default().push(found);
    }
    let mut discovery = Discovery { warnings: walked.warnings, ..Discovery::default() };
    for files in subjects.into_values() {
        discovery.add(files)?;
    }
    Ok(discovery)
}

/// Every schema file that the configuration covers, whatever paths the command line names, with its text: where the
/// definitions are looked for that a candidate refers to. Unreadable files are left out; the files that entries list as
/// references are in.
///
/// # Errors
/// As [`discover`], about folders.
pub fn everything_at_hand(configuration: &Configuration) -> Result<Vec<(String, Arc<str>)>, DiscoverError> {
    let mut files = walk::covered(configuration)?.files;
    let references = configuration.subjects.iter().flat_map(|subject| &subject.references);
    files.extend(references.map(|reference| configuration.folder.join(&reference.value)));
    let read = files.iter().filter_map(|path| Some((name_from_here(configuration, path), text::read(path).ok()?)));
    Ok(read.collect())
}

/// A misspelt path in the configuration would leave a file to be judged under another name, as a new subject.
fn require_configured_files(configuration: &Configuration) -> Result<(), DiscoverError> {
    for subject in &configuration.subjects {
        let place = &subject.place;
        if let Some(file) = subject.file.as_ref().filter(|file| is_missing(configuration, file)) {
            return Err(DiscoverError::incomplete(format!(
                "{place}: `file = \"{file}\"`: there is no such file; where the schema was removed, remove this subject"
            )));
        }
        if let Some(reference) = subject.references.iter().find(|reference| is_missing(configuration, &reference.value))
        {
            let (file, origin) = (&reference.value, &reference.origin);
            return Err(DiscoverError::incomplete(format!("{origin}: reference \"{file}\": there is no such file")));
        }
    }
    Ok(())
}

fn is_missing(configuration: &Configuration, file: &str) -> bool {
    configuration.folder.join(file).symlink_metadata().is_err()
}

fn found(configuration: &Configuration, namer: &Namer<'_>, path: &Path) -> Result<Found, DiscoverError> {
    let file = name_from_here(configuration, path);
    let mut text = text::read(path);
    let name = path.file_name().map(|name| name.to_string_lossy()).unwrap_or_default();
    let in_folder = path.strip_prefix(&configuration.folder).ok().map(shown);
    let root = || text.as_ref().map_or_else(|problem| Err(problem.clone()), |text| root_name(text));
    let named = namer.name(&name, in_folder.as_deref(), root);
    let (subject, number, entry) = match (named, &configuration.subject) {
        (Ok(named), None) => (named.subject, named.number, named.entry),
        (Ok(named), Some(subject)) => (subject.clone(), named.number, named.entry),
        (Err(_), Some(subject)) => (subject.clone(), stem_and_number(&name).1, None),
        (Err(nameless), None) if nameless.is_unspeakable => {
            return Err(DiscoverError::incomplete(format!("{}: {}", file.escape_debug(), nameless.reason)));
        }
        (Err(nameless), None) => {
            // A text that is no JSON is judged as such, by the parser, under the name of its file.
            if text.as_ref().is_ok_and(|text| avro::mentions(text).is_some()) {
                text = Err(nameless.reason);
            }
            (nameless.stem, stem_and_number(&name).1, None)
        }
    };
    let declaration = entry.map(|entry| entry.declaration.clone()).unwrap_or_default();
    let references = entry.iter().flat_map(|entry| &entry.references);
    let references = references
        .map(|reference| name_from_here(configuration, &configuration.folder.join(&reference.value)))
        .collect();
    let text = text.map(|text| Text { text, references: Vec::new() });
    let declared = declaration.declared_as(configuration.declare_major);
    let reserved = declaration.reserved_names();
    let candidate = Candidate { subject, text, file, number, declared, reserved };
    Ok(Found { candidate, declaration, references })
}

impl Discovery {
    /// Adds the files of one subject: the highest number is judged.
    fn add(&mut self, mut files: Vec<Found>) -> Result<(), DiscoverError> {
        files.sort_by_key(|found| place_in_subject(&found.candidate)); // stable: by file where equal
        for pair in files.windows(2) {
            let [first, second] = pair else { continue };
            let (first, second) = (&first.candidate, &second.candidate);
            if place_in_subject(first) == place_in_subject(second) {
                let hint = "give one another name, a number such as _v2, or a [[subject]] of its own";
                return Err(DiscoverError::incomplete(format!(
                    "{} and {} are both subject {}; {hint}",
                    first.file, second.file, first.subject
                )));
            }
        }
        self.found.extend(files.pop());
        self.superseded.extend(files.into_iter().map(|found| Superseded {
            file: found.candidate.file,
            subject: found.candidate.subject,
            text: found.candidate.text.map(|text| text.text),
        }));
        Ok(())
    }
}

/// A file without a number is the first of its subject.
fn place_in_subject(candidate: &Candidate) -> u32 {
    candidate.number.unwrap_or(1)
}

fn name_from_here(configuration: &Configuration, path: &Path) -> String {
    shown(&relative(path, &configuration.current_folder))
}

/// The full name of the type that a text is about.
fn root_name(text: &str) -> Result<String, String> {
    let mentions = avro::mentions(text);
    let roots: Vec<_> =
        mentions.iter().flat_map(|mentions| &mentions.defined).filter(|defined| defined.is_root).collect();
    match roots.as_slice() {
        [root] => Ok(root.name.clone()),
        _ => {
            Err("its root is no single named type that could name its subject; map the file under [[subject]]"
                .to_owned())
        }
    }
}
