//! Where "before" comes from: a git revision, a folder, a file, an export or a registry (`command-line` 5).
//!
//! Each base answers one question, what it knows of a subject, and says which of its failures end the whole check and
//! which concern one subject.

mod export;
mod file_base;
mod folder;
mod git;
mod git_errors;
mod git_tree;
mod inquiry;
mod layout;
mod registered;
mod registry;
mod spec;
mod text;
mod way_on;

pub use inquiry::Inquiry;
pub(in crate::gate) use registry::{Registry, open as open_registry};
pub use spec::{BaseSpec, UnreadableBase};

use super::estate::{Before, Candidate, Declared};
use super::report::Problem;
use crate::client::Verdict;
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

/// What there was before.
pub trait Base {
    /// The base as the user would name it, `git:origin/main...`; never with credentials.
    fn name(&self) -> String;

    /// What the user should know where no change was found, though nothing is wrong with the base.
    fn note(&self) -> Option<String> {
        None
    }

    /// Announces all that will be asked; to be called once, before [`Base::before`].
    ///
    /// # Errors
    /// [`BaseError::Unavailable`] alone: what concerns one subject is told by [`Base::before`].
    fn prepare(&self, candidates: &[Candidate]) -> Result<(), BaseError>;

    /// What is known of `subject`, whose file at hand is `candidate` (none for a removed one).
    ///
    /// Of numbered files the versions up to the candidate's own number; everything where it has none that low.
    ///
    /// # Errors
    /// [`BaseError`] says whether the check ends or only this subject stays undecided.
    fn before(&self, subject: &str, candidate: Option<&Candidate>) -> Result<Before, BaseError>;

    /// What the base itself says about a candidate of `subject`, on the level in force there: `schema` is its text with
    /// its references written out, `properties` all that its metadata will hold there. `None` where the base has no opinion: it is no registry, or does not have the subject.
    ///
    /// # Errors
    /// As [`Base::before`].
    fn verdict(
        &self,
        subject: &str,
        schema: &str,
        properties: &BTreeMap<String, String>,
    ) -> Result<Option<Verdict>, BaseError> {
        let (_, _, _) = (subject, schema, properties);
        Ok(None)
    }

    /// The major lines of a subject that begin right above `line`, without a gap, as far as [`Base::before`] may have left
    /// them out. Only what is advised depends on it, so that a base that cannot tell has none.
    fn lines_above(&self, subject: &str, line: u32) -> Vec<u32> {
        let (_, _) = (subject, line);
        Vec::new()
    }

    /// Every subject here, by name: those that have no candidate any more were removed.
    ///
    /// Empty for a registry and an export, which hold the subjects of other teams as well.
    ///
    /// # Errors
    /// As [`Base::before`].
    fn subjects(&self) -> Result<Vec<Standing>, BaseError>;

    /// Every subject that a registry has, by name; empty for any other base.
    ///
    /// # Errors
    /// As [`Base::before`].
    fn registered(&self) -> Result<Vec<String>, BaseError> {
        Ok(Vec::new())
    }
}

/// Opens the base that `spec` names, or where it names none the merge base with the remote's default branch.
///
/// `here` is where the user stands: the files of candidates are named from there.
///
/// # Errors
/// [`BaseError::Unavailable`]: one line that says what is wrong and what to do.
pub fn open(
    spec: Option<&BaseSpec>,
    here: &Path,
    surveyor: Box<dyn Surveyor>,
    inquiry: Inquiry,
) -> Result<Box<dyn Base>, BaseError> {
    let default;
    let spec = match spec {
        Some(spec) => spec,
        None => {
            default = git::default_base(here)?;
            &default
        }
    };
    Ok(match spec {
        BaseSpec::GitTree(reference) => Box::new(git::open(reference, false, here, surveyor)?),
        BaseSpec::GitMergeBase(reference) => Box::new(git::open(reference, true, here, surveyor)?),
        BaseSpec::Path(path) if here.join(path).is_dir() => Box::new(folder::open_folder(path, here, surveyor)?),
        BaseSpec::Path(path) => Box::new(folder::open_file(path, here, surveyor)?),
        BaseSpec::Export(file) => Box::new(export::open(file, here)?),
        BaseSpec::Registry(url) => Box::new(registry::open(url, inquiry)?),
    })
}

/// A subject of a base of files.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Standing {
    /// Its name at the base.
    pub subject: String,
    /// Its files there, as the user would name them, the highest number first.
    pub files: Vec<String>,
}

/// Why a base does not answer.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BaseError {
    /// Nothing can be compared. One line that says what is wrong and which command mends it.
    #[error("{0}")]
    Unavailable(String),
    /// This subject cannot be judged; the others can.
    #[error("{}", .0.message)]
    Undecided(Problem),
}

impl BaseError {
    /// A failure of one subject that has no place in a file.
    pub fn undecided(message: impl Into<String>) -> Self {
        Self::Undecided(Problem { message: message.into(), at: None })
    }
}

/// Schema files as they were at some moment: the tree of a commit, a folder.
///
/// Paths are relative to the root and have `/` between their parts.
pub trait Files {
    /// The paths of all `*.avsc` files, sorted.
    fn schema_paths(&self) -> &[String];

    /// The text at `path`, symbolic links followed; `None` where there is no file.
    ///
    /// # Errors
    /// One sentence, without the path, where it is there and cannot be read.
    fn read(&self, path: &str) -> Result<Option<Arc<str>>, String>;

    /// Files that are no part of the base and may define what its files refer to.
    fn neighbours(&self) -> &[String] {
        &[]
    }
}

/// Assigns the schema files of a base to subjects, as the configuration that stands beside them says.
pub trait Surveyor {
    /// Every schema file with its subject. A file that the configuration names and that is missing is left out.
    ///
    /// # Errors
    /// One sentence where the configuration at the base cannot be read.
    fn survey(&self, files: &dyn Files) -> Result<Vec<Placed>, String>;
}

/// A schema file and the subject it belongs to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Placed {
    /// Its path in [`Files`].
    pub path: String,
    /// Its subject.
    pub subject: String,
    /// The number in `…_v<N>` of its name.
    pub number: Option<u32>,
    /// Whether the check is about it. Any other file is only what a candidate of its subject is compared with where
    /// nothing better is found, and is not missed when it is gone.
    pub is_covered: bool,
    /// What is declared for it.
    pub declared: Declared,
    /// The files that define what it refers to, where that is configured; otherwise they are searched for.
    pub references: Vec<String>,
}
