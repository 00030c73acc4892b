//! A base of files: which of them are the versions of a subject, and what they refer to.

use super::layout::Layout;
use super::{Base, BaseError, Files, Placed, Standing, Surveyor};
use crate::gate::estate::{Before, Candidate, Declared, PreviousVersion, Text};
use crate::gate::references::{Definitions, SchemaFile, needs_references};
use crate::gate::report::Problem;
use std::cell::OnceCell;
use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

/// The files of some moment as a base.
pub(super) struct FileBase<F> {
    /// How the user named it.
    pub(super) name: String,
    /// The files.
    pub(super) files: F,
    /// How they correspond to those at hand.
    pub(super) layout: Layout,
    /// Who tells their subjects.
    pub(super) surveyor: Box<dyn Surveyor>,
    /// What the user should know though nothing is wrong.
    pub(super) note: Option<String>,
    survey: OnceCell<Result<Survey, BaseError>>,
    definitions: OnceCell<Definitions>,
}

/// The files of a base by subject.
struct Survey {
    placed: Vec<Placed>,
    /// Per subject the positions in `placed`, highest number first.
    by_subject: BTreeMap<String, Vec<usize>>,
    /// The same for files that the check is not about.
    beside: BTreeMap<String, Vec<usize>>,
    by_path: HashMap<String, usize>,
}

impl<F: Files> FileBase<F> {
    pub(super) fn new(name: String, files: F, layout: Layout, surveyor: Box<dyn Surveyor>) -> Self {
        Self { name, files, layout, surveyor, note: None, survey: OnceCell::new(), definitions: OnceCell::new() }
    }

    fn survey(&self) -> Result<&Survey, BaseError> {
        let survey = self.survey.get_or_init(|| {
            let placed = self.surveyor.survey(&self.files);
            placed.map(Survey::new).map_err(|message| {
                let way = "where this very change mends it, compare with a base that can be read: --against BASE";
                BaseError::Unavailable(format!("{}: {message}; {way}", self.name))
            })
        });
        survey.as_ref().map_err(Clone::clone)
    }

    /// The files that are versions of a subject for `candidate`, newest first.
    fn versions_of<'s>(
        &self,
        survey: &'s Survey,
        subject: &str,
        candidate: Option<&Candidate>,
    ) -> Result<Vec<&'s Placed>, BaseError> {
        let own_path = candidate.and_then(|candidate| self.layout.path_of(&candidate.file));
        let own = own_path.and_then(|path| survey.by_path.get(&path)).map(|at| &survey.placed[*at]);
        // A file whose subject has another name by now is what it was before, unless the subject was there as well.
        let group = survey.by_subject.get(subject).or_else(|| survey.by_subject.get(&own?.subject));
        let group = group.or_else(|| survey.beside.get(subject));
        let Some(group) = group else { return Ok(Vec::new()) };
        let all: Vec<&Placed> = group.iter().map(|at| &survey.placed[*at]).collect();
        let ceiling = candidate.map_or(u32::MAX, |candidate| candidate.number.unwrap_or(1));
        // A higher number that is gone was taken back or renamed: what it was is what the candidate follows.
        let is_gone = |file: &Placed| !candidate.is_some_and(|it| self.layout.is_at_hand(&file.path, &it.file));
        let is_before = |file: &&Placed| number(file) <= ceiling || is_gone(file);
        let mut wanted: Vec<&Placed> = all.iter().copied().filter(is_before).collect();
        if wanted.is_empty() {
            wanted = all; // its number went down, which makes it no new subject
        }
        if let Some(own) = own.filter(|own| wanted.iter().any(|file| file.path == own.path)) {
            wanted.retain(|file| number(file) != number(own) || file.path == own.path);
        }
        match wanted.windows(2).find(|pair| number(pair[0]) == number(pair[1])) {
            Some(pair) => Err(BaseError::undecided(format!(
                "at {} both {} and {} are version {} of this subject",
                self.name,
                self.layout.shown(&pair[0].path),
                self.layout.shown(&pair[1].path),
                number(pair[0])
            ))),
            None => Ok(wanted),
        }
    }

    /// The file at `path` as the version before `candidate`, whatever its subject is.
    pub(super) fn file_at(&self, path: &str, candidate: &Candidate) -> Result<Option<PreviousVersion>, BaseError> {
        let survey = self.survey()?;
        if let Some(at) = survey.by_path.get(path) {
            return self.version(&survey.placed[*at]);
        }
        self.version(&Placed {
            path: path.to_owned(),
            subject: candidate.subject.clone(),
            number: candidate.number,
            is_covered: false,
            declared: Declared::default(),
            references: Vec::new(),
        })
    }

    fn version(&self, placed: &Placed) -> Result<Option<PreviousVersion>, BaseError> {
        let shown = || self.layout.shown(&placed.path);
        let unreadable =
            |reason: String| BaseError::undecided(format!("{} cannot be read at {}: {reason}", shown(), self.name));
        let Some(text) = self.files.read(&placed.path).map_err(unreadable)? else { return Ok(None) };
        let mut references = Vec::new();
        if needs_references(&text) {
            let file = self.schema_file(placed, Arc::clone(&text));
            let found = self.definitions()?.references_of(&file);
            references = found.map_err(|problem| {
                BaseError::Undecided(Problem { message: format!("at {}: {}", self.name, problem.message), ..problem })
            })?;
        }
        Ok(Some(PreviousVersion {
            version: number(placed),
            id: None,
            text: Text { text, references },
            file: Some(shown()),
            declared: placed.declared,
            properties: BTreeMap::new(),
            rules: None,
        }))
    }

    /// The files in which references are looked for: of each subject the highest, and what is configured.
    fn definitions(&self) -> Result<&Definitions, BaseError> {
        let survey = self.survey()?;
        Ok(self.definitions.get_or_init(|| {
            let highest = survey.by_subject.values().filter_map(|group| Some(&survey.placed[*group.first()?]));
            let mut seen: BTreeSet<&str> = BTreeSet::new();
            let mut files = Vec::new();
            for placed in highest {
                // What cannot be read defines nothing; whoever needs it is told so.
                if let Ok(Some(text)) = self.files.read(&placed.path) {
                    seen.insert(&placed.path);
                    files.push(self.schema_file(placed, text));
                }
            }
            let listed = survey.placed.iter().flat_map(|placed| &placed.references);
            for path in listed.chain(self.files.neighbours()) {
                if seen.insert(path)
                    && let Ok(Some(text)) = self.files.read(path)
                {
                    files.push(SchemaFile { file: self.layout.shown(path), text, references: Vec::new() });
                }
            }
            Definitions::new(files)
        }))
    }

    fn schema_file(&self, placed: &Placed, text: Arc<str>) -> SchemaFile {
        let references = placed.references.iter().map(|path| self.layout.shown(path)).collect();
        SchemaFile { file: self.layout.shown(&placed.path), text, references }
    }
}

impl<F: Files> Base for FileBase<F> {
    fn name(&self) -> String {
        self.name.clone()
    }

    fn note(&self) -> Option<String> {
        self.note.clone()
    }

    fn prepare(&self, _: &[Candidate]) -> Result<(), BaseError> {
        self.survey().map(drop)
    }

    fn before(&self, subject: &str, candidate: Option<&Candidate>) -> Result<Before, BaseError> {
        let survey = self.survey()?;
        let mut versions = Vec::new();
        for placed in self.versions_of(survey, subject, candidate)? {
            versions.extend(self.version(placed)?);
        }
        // A file that was there and not under the gate is not new for that.
        if let (true, Some(candidate)) = (versions.is_empty(), candidate)
            && let Some(path) = self.layout.path_of(&candidate.file)
        {
            versions.extend(self.file_at(&path, candidate)?);
        }
        Ok(Before { versions, ..Before::default() })
    }

    fn subjects(&self) -> Result<Vec<Standing>, BaseError> {
        let survey = self.survey()?;
        let groups = survey.by_subject.iter();
        Ok(groups
            .map(|(subject, group)| Standing {
                subject: subject.clone(),
                files: group.iter().map(|at| self.layout.shown(&survey.placed[*at].path)).collect(),
            })
            .collect())
    }
}

impl Survey {
    fn new(placed: Vec<Placed>) -> Self {
        let (mut by_subject, mut beside): (BTreeMap<String, Vec<usize>>, BTreeMap<String, Vec<usize>>) =
            Default::default();
        let mut by_path = HashMap::with_capacity(placed.len());
        for (at, file) in placed.iter().enumerate() {
            let groups = if file.is_covered { &mut by_subject } else { &mut beside };
            groups.entry(file.subject.clone()).or_default().push(at);
            by_path.insert(file.path.clone(), at);
        }
        for group in by_subject.values_mut().chain(beside.values_mut()) {
            group.sort_by_key(|at| Reverse(number(&placed[*at])));
        }
        Self { placed, by_subject, beside, by_path }
    }
}

/// Files without a number count as 1.
fn number(placed: &Placed) -> u32 {
    placed.number.unwrap_or(1)
}
