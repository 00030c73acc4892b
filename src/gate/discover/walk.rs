//! Which files are schema files at hand: those that the command line names, else those of the configuration.

use super::DiscoverError;
use crate::gate::config::paths::{relative, shown, tidied};
use crate::gate::config::{Configuration, Sourced, told};
use ignore::gitignore::{Gitignore, GitignoreBuilder};
use ignore::{Match, WalkBuilder};
use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

/// What schema files are called unless somebody names them one by one.
const EXTENSION: &str = "avsc";

/// Most files of one check.
const FILES_MAX: usize = 100_000;

/// Files at hand, absolute and sorted, and what to warn of.
#[derive(Default)]
pub(super) struct Walked {
    pub(super) files: BTreeSet<PathBuf>,
    pub(super) warnings: Vec<String>,
}

/// The files of a check: the PATHs, else what the configuration covers.
pub(super) fn files(configuration: &Configuration) -> Result<Walked, DiscoverError> {
    if configuration.paths.is_empty() { covered(configuration) } else { named(configuration) }
}

/// The files that the command line names.
fn named(configuration: &Configuration) -> Result<Walked, DiscoverError> {
    let mut walked = Walked::default();
    for path in &configuration.paths {
        let absolute = tidied(&configuration.current_folder.join(path));
        let kind = fs::symlink_metadata(&absolute)
            .map_err(|error| DiscoverError::incomplete(format!("{}: {}", shown(path), told(&error))))?;
        if kind.is_dir() || absolute.is_dir() {
            walk(&mut WalkBuilder::new(&absolute), configuration, &is_schema_file, &mut walked)?;
        } else {
            walked.files.insert(absolute);
        }
    }
    Ok(walked)
}

/// The files that the configuration covers: its patterns, else every `*.avsc` under the current folder, and in either
/// case those that it maps.
pub(super) fn covered(configuration: &Configuration) -> Result<Walked, DiscoverError> {
    let mut walked = Walked::default();
    match &configuration.schemas {
        Some(schemas) => by_patterns(configuration, schemas, &mut walked)?,
        None => {
            walk(&mut WalkBuilder::new(&configuration.current_folder), configuration, &is_schema_file, &mut walked)?;
        }
    }
    walked.files.extend(mapped(configuration));
    Ok(walked)
}

/// The files that the configuration maps.
fn mapped(configuration: &Configuration) -> impl Iterator<Item = PathBuf> + '_ {
    let files = configuration.subjects.iter().filter_map(|subject| subject.file.as_deref());
    files.map(|file| configuration.folder.join(file))
}

fn by_patterns(
    configuration: &Configuration,
    schemas: &Sourced<Vec<String>>,
    walked: &mut Walked,
) -> Result<(), DiscoverError> {
    let patterns = Patterns::new(&configuration.folder, schemas)?;
    for root in &patterns.roots {
        if root.exists() {
            walk(&mut WalkBuilder::new(root), configuration, &|path| patterns.cover(path), walked)?;
        }
    }
    for pattern in schemas.value.iter().filter(|pattern| !pattern.starts_with('!')) {
        let alone = Patterns::new(&configuration.folder, &Sourced::new(vec![pattern.clone()], schemas.origin.clone()))?;
        if !walked.files.iter().any(|file| alone.cover(file)) {
            walked.warnings.push(format!("{}: `{pattern}` matches no file", schemas.origin));
        }
    }
    Ok(())
}

/// Walks as git sees a folder: hidden files too, links not followed, what is ignored left out (inside a repository or
/// not), and other repositories in it, such as submodules: their files are judged where they are kept.
fn walk(
    builder: &mut WalkBuilder,
    configuration: &Configuration,
    is_wanted: &dyn Fn(&Path) -> bool,
    walked: &mut Walked,
) -> Result<(), DiscoverError> {
    let entries = builder.hidden(false).ignore(false).require_git(false).filter_entry(|entry| {
        let is_folder = entry.file_type().is_some_and(|kind| kind.is_dir());
        entry.file_name() != ".git" && !(is_folder && entry.depth() > 0 && entry.path().join(".git").exists())
    });
    for entry in entries.build() {
        let entry = entry.map_err(|error| unreadable(&error, configuration))?;
        let is_folder = entry.file_type().is_some_and(|kind| kind.is_dir());
        if is_folder || !is_wanted(entry.path()) {
            continue;
        }
        if entry.path_is_symlink() && entry.path().is_dir() {
            continue; // git keeps a link, not what is behind it
        }
        walked.files.insert(entry.into_path());
        if walked.files.len() > FILES_MAX {
            return Err(DiscoverError::incomplete(format!("there are more than {FILES_MAX} schema files")));
        }
    }
    Ok(())
}

fn is_schema_file(path: &Path) -> bool {
    path.extension().is_some_and(|extension| extension == EXTENSION)
}

/// A folder that cannot be looked into ends the check: what is in it would pass unseen.
fn unreadable(error: &ignore::Error, configuration: &Configuration) -> DiscoverError {
    let mut path = None;
    let mut inner = error;
    loop {
        match inner {
            ignore::Error::WithPath { path: found, err } => {
                path = Some(found);
                inner = err;
            }
            ignore::Error::WithDepth { err, .. } | ignore::Error::WithLineNumber { err, .. } => inner = err,
            _ => break,
        }
    }
    let problem = match inner {
        ignore::Error::Io(error) => told(error),
        other => other.to_string(),
    };
    match path {
        Some(path) => {
            let path = shown(&relative(path, &configuration.current_folder));
            DiscoverError::incomplete(format!("{path}: {problem}"))
        }
        None => DiscoverError::incomplete(problem),
    }
}

/// Patterns of schema files, written as in `.gitignore` and relative to a folder.
///
/// Whatever matches is a schema file, and so is every `*.avsc` in a folder that matches. `!` in front takes files out,
/// or folders with everything in them.
pub(super) struct Patterns {
    folder: PathBuf,
    matcher: Gitignore,
    /// The folders below which anything can match.
    roots: BTreeSet<PathBuf>,
}

impl Patterns {
    /// Reads the patterns of a configuration in `folder`.
    pub(super) fn new(folder: &Path, patterns: &Sourced<Vec<String>>) -> Result<Self, DiscoverError> {
        let wrong = |pattern: &str, problem: &str| {
            DiscoverError::incomplete(format!("{}: `{pattern}` is no pattern: {problem}", patterns.origin))
        };
        let mut builder = GitignoreBuilder::new(folder);
        let mut roots = BTreeSet::new();
        for pattern in &patterns.value {
            let pattern = pattern.strip_prefix("./").unwrap_or(pattern);
            if pattern.split('/').any(|part| part == "..") {
                return Err(wrong(pattern, "it leaves the folder of the configuration"));
            }
            builder.add_line(None, pattern).map_err(|error| wrong(pattern, &error.to_string()))?;
            if !pattern.starts_with('!') {
                roots.insert(folder.join(literal_folder(pattern)));
            }
        }
        let matcher = builder.build().map_err(|error| wrong(&patterns.value.join(", "), &error.to_string()))?;
        let all = roots.clone();
        roots.retain(|root| !all.iter().any(|other| other != root && root.starts_with(other)));
        Ok(Self { folder: folder.to_owned(), matcher, roots })
    }

    /// Whether a file, absolute and below the folder, is one of them.
    pub(super) fn cover(&self, path: &Path) -> bool {
        // What an ignore file ignores is what a pattern here selects.
        let mut is_in_selected_folder = false;
        for around in path.ancestors().skip(1).take_while(|around| *around != self.folder) {
            match self.matcher.matched(around, true) {
                Match::None => {}
                Match::Ignore(_) => is_in_selected_folder = true,
                Match::Whitelist(_) => return false,
            }
        }
        match self.matcher.matched(path, false) {
            Match::None => is_in_selected_folder && is_schema_file(path),
            Match::Ignore(_) => true,
            Match::Whitelist(_) => false,
        }
    }
}

/// The folders in front of the first wildcard. A pattern without a slash before its end matches at any depth.
fn literal_folder(pattern: &str) -> &str {
    let pattern = pattern.strip_prefix('/').unwrap_or(pattern);
    let literal = &pattern[..pattern.find(['*', '?', '[', '{', '\\']).unwrap_or(pattern.len())];
    literal.rfind('/').map_or("", |slash| &pattern[..slash])
}
