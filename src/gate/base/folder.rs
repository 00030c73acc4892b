//! A folder or a single file as base.

use super::file_base::FileBase;
use super::layout::Layout;
use super::text::{FILE_BYTES_MAX, decode, too_large};
use super::{Base, BaseError, Files, Standing, Surveyor};
use crate::gate::estate::{Before, Candidate};
use std::cell::Cell;
use std::io::{ErrorKind, Read as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// The base in a folder whose files lie as they do in the current one.
pub(super) fn open_folder(
    folder: &Path,
    here: &Path,
    surveyor: Box<dyn Surveyor>,
) -> Result<FileBase<FolderFiles>, BaseError> {
    let files = FolderFiles::list(here.join(folder)).map_err(|error| unreadable(folder, &error))?;
    Ok(FileBase::new(folder.display().to_string(), files, Layout::beside(folder, here), surveyor))
}

/// The base that is one file.
pub(super) fn open_file(file: &Path, here: &Path, surveyor: Box<dyn Surveyor>) -> Result<SingleFile, BaseError> {
    let shown_folder = file.parent().unwrap_or(Path::new(""));
    let name = file.file_name().and_then(|name| name.to_str()).unwrap_or_default().to_owned();
    let folder = here.join(shown_folder);
    let neighbours = neighbours(&folder, &name);
    let files = FolderFiles { folder, paths: vec![name.clone()], neighbours };
    match files.read(&name) {
        Ok(Some(_)) => {}
        Ok(None) => return Err(BaseError::Unavailable(format!("the base {} is not there", file.display()))),
        Err(reason) => return Err(BaseError::Unavailable(format!("the base {}: {reason}", file.display()))),
    }
    let inner = FileBase::new(file.display().to_string(), files, Layout::beside(shown_folder, here), surveyor);
    Ok(SingleFile { inner, name, is_for_one: Cell::new(false) })
}

/// The schema files beside `name`. A folder that cannot be listed has none: whoever needs one is told so.
fn neighbours(folder: &Path, name: &str) -> Vec<String> {
    let Ok(entries) = std::fs::read_dir(folder) else { return Vec::new() };
    let names = entries.filter_map(|entry| entry.ok()?.file_name().into_string().ok());
    let mut names: Vec<String> = names.filter(|other| other.ends_with(".avsc") && other != name).collect();
    names.sort_unstable();
    names
}

fn unreadable(path: &Path, error: &std::io::Error) -> BaseError {
    BaseError::Unavailable(format!("the base {} cannot be read: {error}", path.display()))
}

/// The files below a folder.
pub(super) struct FolderFiles {
    folder: PathBuf,
    paths: Vec<String>,
    /// Schema files beside a single one.
    neighbours: Vec<String>,
}

impl FolderFiles {
    /// Walks `folder` as git would see it; links to folders are not followed, so that none leads in a circle.
    fn list(folder: PathBuf) -> std::io::Result<Self> {
        std::fs::read_dir(&folder)?;
        let mut paths = Vec::new();
        for entry in ignore::WalkBuilder::new(&folder).hidden(false).parents(false).build() {
            let Ok(entry) = entry else { continue }; // what may not be looked into has no files for us
            let is_folder = entry.file_type().is_some_and(|kind| kind.is_dir());
            let below = entry.path().strip_prefix(&folder).unwrap_or(entry.path());
            let Some(path) = below.to_str().filter(|path| path.ends_with(".avsc") && !is_folder) else { continue };
            if !below.starts_with(".git") {
                paths.push(path.replace(std::path::MAIN_SEPARATOR, "/"));
            }
        }
        paths.sort_unstable();
        Ok(Self { folder, paths, neighbours: Vec::new() })
    }
}

impl Files for FolderFiles {
    fn schema_paths(&self) -> &[String] {
        &self.paths
    }

    fn neighbours(&self) -> &[String] {
        &self.neighbours
    }

    fn read(&self, path: &str) -> Result<Option<Arc<str>>, String> {
        let path = self.folder.join(path);
        let opened = match std::fs::metadata(&path) {
            Ok(found) if found.is_dir() => return Ok(None),
            Ok(found) if found.len() > FILE_BYTES_MAX => return Err(too_large(found.len())),
            Ok(found) if !found.is_file() => return Err("it is no regular file".to_owned()),
            Ok(_) => std::fs::File::open(&path),
            Err(error) => Err(error),
        };
        let mut bytes = Vec::new();
        let read = opened.and_then(|file| file.take(FILE_BYTES_MAX).read_to_end(&mut bytes));
        match read {
            Ok(_) => decode(bytes).map(Some),
            Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => Ok(None),
            Err(error) => Err(error.to_string()),
        }
    }
}

/// A file that is the base of the one candidate, or of the candidate with its subject.
pub(super) struct SingleFile {
    inner: FileBase<FolderFiles>,
    /// The file's own name, its path in `inner`.
    name: String,
    is_for_one: Cell<bool>,
}

impl Base for SingleFile {
    fn name(&self) -> String {
        self.inner.name()
    }

    fn prepare(&self, candidates: &[Candidate]) -> Result<(), BaseError> {
        self.is_for_one.set(candidates.len() == 1);
        let subjects = self.inner.subjects()?;
        let is_met =
            candidates.iter().any(|candidate| subjects.iter().any(|standing| standing.subject == candidate.subject));
        if is_met || candidates.len() <= 1 {
            return Ok(());
        }
        Err(BaseError::Unavailable(format!(
            "the base {} is one file, of a subject that none of the {} schema files at hand has; name the one to compare \
             with it, or give a folder",
            self.name(),
            candidates.len()
        )))
    }

    fn before(&self, subject: &str, candidate: Option<&Candidate>) -> Result<Before, BaseError> {
        let Some(candidate) = candidate.filter(|_| self.is_for_one.get()) else {
            return self.inner.before(subject, candidate);
        };
        // A candidate of another name or number is still meant to be compared with this file.
        let versions = self.inner.file_at(&self.name, candidate)?.into_iter().collect();
        Ok(Before { versions, ..Before::default() })
    }

    /// Nothing: that other subjects are missing in one file says nothing about them.
    fn subjects(&self) -> Result<Vec<Standing>, BaseError> {
        Ok(Vec::new())
    }
}
