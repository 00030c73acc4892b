//! Which subjects the files of a base belong to, and what they declared there.
//!
//! A file that is still at hand has the subject it has now, so that a new entry or rule of naming does not turn an old
//! subject into a new one; any other has the one that the configuration at the base gives it. What is declared comes
//! from the configuration at the base alone.

use super::naming::{Named, Nameless, Namer, split_folder};
use super::root_name;
use super::walk::Patterns;
use crate::gate::base::{BaseSpec, Files, Placed, Surveyor};
use crate::gate::config::paths::{shown, tidied};
use crate::gate::config::{ConfigFile, Configuration, FILE_NAME, Naming, Origin, Sourced, SubjectEntry};
use crate::gate::estate::Declared;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// Places the files of a base as one configuration says.
#[derive(Clone, Debug)]
pub struct Survey {
    /// The folder at hand that the root of the base corresponds to.
    root: PathBuf,
    /// The path in the base of the folder that the configuration stands in, with a slash behind it; none where it is
    /// not below the root.
    prefix: Option<String>,
    /// The name of the configuration file in that folder.
    file_name: String,
    /// Whether the base is a folder or file of its own, in which files may lie elsewhere than at hand.
    is_folder: bool,
    configuration: Configuration,
}

impl Survey {
    /// For the base that `spec` names; none stands for the default, which is a git revision.
    ///
    /// A base that is a folder is laid out like the current folder, a git revision like the repository.
    pub fn new(configuration: &Configuration, spec: Option<&BaseSpec>) -> Self {
        let here = &configuration.current_folder;
        let root = match spec {
            None | Some(BaseSpec::GitTree(_) | BaseSpec::GitMergeBase(_)) => repository_root(here).unwrap_or(here),
            Some(_) => here,
        };
        let below = configuration.folder.strip_prefix(root).ok().map(shown);
        let prefix = below.map(|below| if below.is_empty() { below } else { format!("{below}/") });
        let file_name = configuration.file.as_deref().map_or(FILE_NAME, |file| split_folder(file).1).to_owned();
        let is_folder = matches!(spec, Some(BaseSpec::Path(_)));
        Self { root: root.to_owned(), prefix, file_name, is_folder, configuration: configuration.clone() }
    }

    /// The configuration as it was at the base, where it had one.
    fn configuration_there(&self, files: &dyn Files) -> Result<Option<ConfigFile>, String> {
        let Some(prefix) = &self.prefix else { return Ok(None) };
        let path = format!("{prefix}{}", self.file_name);
        let Some(text) = files.read(&path).map_err(|problem| format!("{path} at the base: {problem}"))? else {
            return Ok(None);
        };
        let mut manifests = |manifest: &str| match files.read(&format!("{prefix}{manifest}")) {
            Ok(Some(text)) => Ok(text.to_string()),
            Ok(None) => Err("there is no such file at the base".to_owned()),
            Err(problem) => Err(problem),
        };
        let read = ConfigFile::read_past(&format!("{path} at the base"), &text, &mut manifests);
        read.map(Some).map_err(|error| error.to_string())
    }

    /// How files named their subjects at the base; a flag holds for both sides.
    fn naming_there(&self, there: Option<&ConfigFile>) -> Naming {
        let now = &self.configuration.naming;
        match there {
            Some(there) if !matches!(now.origin, Origin::Flag(_)) => {
                there.naming.as_ref().map_or(Naming::FileStem, |naming| naming.value)
            }
            _ => now.value,
        }
    }

    /// The path of a file of the base as the configuration would write it.
    fn in_configuration(&self, path: &str) -> Option<String> {
        match &self.prefix {
            Some(prefix) => path.strip_prefix(prefix.as_str()).map(str::to_owned),
            None => self.root.join(path).strip_prefix(&self.configuration.folder).ok().map(shown),
        }
    }

    /// The path in the base of a file that the configuration there names.
    fn in_base(&self, file: &str) -> Option<String> {
        match &self.prefix {
            Some(prefix) => Some(format!("{prefix}{file}")),
            None => self.configuration.folder.join(file).strip_prefix(&self.root).ok().map(shown),
        }
    }
}

impl Survey {
    /// Whether a file that the check is not about may be an earlier state of one that it is about, named differently.
    fn may_lie_elsewhere(&self, path: &str) -> bool {
        self.is_folder && !self.root.join(path).is_file()
    }

    /// `--subject` names the subject of the one file given, then and now.
    fn subject_by_flag(&self, path: &str) -> Option<String> {
        let [file] = self.configuration.paths.as_slice() else { return None };
        let is_it = tidied(&self.configuration.current_folder.join(file)) == self.root.join(path);
        self.configuration.subject.clone().filter(|_| is_it)
    }
}

impl Survey {
    /// The files that an entry lists as references: as the configuration at the base does, else those of today's that
    /// are there, so that a reference may be written down in a later commit than the schema that needs it.
    fn references_of(&self, files: &dyn Files, entries: [&Result<Named<'_>, Nameless>; 2]) -> Vec<String> {
        let [was, is] = entries.map(|named| named.as_ref().ok().and_then(|named| named.entry));
        let in_base = |entry: &SubjectEntry| -> Vec<String> {
            entry.references.iter().filter_map(|reference| self.in_base(&reference.value)).collect()
        };
        let then = was.map(in_base).unwrap_or_default();
        if !then.is_empty() {
            return then;
        }
        let mut now = is.map(in_base).unwrap_or_default();
        now.retain(|path| matches!(files.read(path), Ok(Some(_))));
        now
    }
}

impl Surveyor for Survey {
    fn survey(&self, files: &dyn Files) -> Result<Vec<Placed>, String> {
        let there = self.configuration_there(files)?;
        let naming_now = self.configuration.naming.value;
        let now = Namer::new(naming_now, &self.configuration.subjects);
        let entries_then: &[SubjectEntry] = there.as_ref().map_or(&[], |there| &there.subjects);
        let naming_then = self.naming_there(there.as_ref());
        let then = Namer::new(naming_then, entries_then);
        let coverage = Coverage::new(self, there.as_ref())?;
        let mapped: BTreeSet<String> =
            entries_then.iter().filter_map(|entry| self.in_base(entry.file.as_deref()?)).collect();
        let there_or_moved = |path: &&String| coverage.has(path) || self.may_lie_elsewhere(path);
        let mut paths: Vec<String> = files.schema_paths().iter().filter(there_or_moved).cloned().collect();
        paths.extend(mapped.iter().cloned());
        paths.sort_unstable();
        paths.dedup();
        let mut placed = Vec::with_capacity(paths.len());
        for path in paths {
            let root = || match files.read(&path) {
                Ok(Some(text)) => root_name(&text),
                Ok(None) => Err("there is no such file".to_owned()),
                Err(problem) => Err(problem),
            };
            let name = split_folder(&path).1;
            let inside = self.in_configuration(&path);
            let was = then.name(name, inside.as_deref(), root);
            let declared = was.as_ref().ok().and_then(|was| was.entry);
            let is_at_hand = there.is_none() || self.root.join(&path).is_file();
            let is = if is_at_hand { now.name(name, inside.as_deref(), root) } else { was.clone() };
            let references = self.references_of(files, [&was, &is]);
            let Some((subject, number)) = subject_of(is) else { continue };
            let subject = self.subject_by_flag(&path).unwrap_or(subject);
            placed.push(Placed {
                references,
                declared: declared.map_or(Declared::default(), |entry| entry.declaration.declared()),
                is_covered: coverage.has(&path) || mapped.contains(&path),
                path,
                subject,
                number,
            });
        }
        Ok(placed)
    }
}

/// The subject and number of a file. One without a name keeps its stem: it may be what a candidate is compared with.
fn subject_of(named: Result<Named<'_>, Nameless>) -> Option<(String, Option<u32>)> {
    match named {
        Ok(named) => Some((named.subject, named.number)),
        Err(nameless) if nameless.is_unspeakable => None,
        Err(nameless) => Some((nameless.stem, None)),
    }
}

/// Which files of a base a check is about: those that the configuration covers, then and now, and those that the
/// command line names.
struct Coverage<'s> {
    survey: &'s Survey,
    patterns: Option<Patterns>,
    named: Vec<PathBuf>,
}

impl<'s> Coverage<'s> {
    fn new(survey: &'s Survey, there: Option<&ConfigFile>) -> Result<Self, String> {
        let configuration = &survey.configuration;
        let then: Option<&Sourced<Vec<String>>> = there.and_then(|there| there.schemas.as_ref());
        let schemas = if there.is_some() { then } else { configuration.schemas.as_ref() };
        let patterns = schemas.map(|schemas| Patterns::new(&configuration.folder, schemas)).transpose();
        let named = configuration.paths.iter().map(|path| tidied(&configuration.current_folder.join(path)));
        Ok(Self { survey, patterns: patterns.map_err(|error| error.message)?, named: named.collect() })
    }

    fn has(&self, path: &str) -> bool {
        let at_hand = self.survey.root.join(path);
        self.named.iter().any(|named| at_hand.starts_with(named))
            || match &self.patterns {
                Some(patterns) => at_hand.starts_with(&self.survey.configuration.folder) && patterns.cover(&at_hand),
                None => at_hand.starts_with(&self.survey.configuration.current_folder),
            }
    }
}

/// The root of the repository around a folder.
pub(in crate::gate) fn repository_root(folder: &Path) -> Option<&Path> {
    folder.ancestors().find(|folder| folder.join(".git").exists())
}
