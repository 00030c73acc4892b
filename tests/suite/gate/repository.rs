//! A git repository in a temporary folder, made with the `git` command, and what tests ask of a base.

use sluicegate::gate::base::{Base, BaseError, BaseSpec, Files, Inquiry, Placed, Surveyor, open};
use sluicegate::gate::estate::{Before, Candidate, Declared, Text};
use std::path::{Path, PathBuf};
use std::process::Command;
use tempfile::TempDir;

/// A repository, or a folder that may become one.
pub(super) struct Repository {
    pub(super) folder: PathBuf,
    _kept: TempDir,
}

impl Repository {
    /// An empty repository on branch `main`.
    pub(super) fn new() -> Self {
        let repository = Self::folder();
        repository.git(&["init", "--quiet", "--initial-branch=main"]);
        repository
    }

    /// An empty folder.
    pub(super) fn folder() -> Self {
        let kept = TempDir::new().unwrap();
        Self { folder: kept.path().canonicalize().unwrap(), _kept: kept }
    }

    /// A clone of this one.
    pub(super) fn clone_with(&self, options: &[&str]) -> Self {
        let clone = Self::folder();
        let source = format!("file://{}", self.folder.display());
        let target = clone.folder.join("clone");
        let mut arguments = vec!["clone", "--quiet"];
        arguments.extend(options);
        arguments.extend([source.as_str(), target.to_str().unwrap()]);
        clone.git(&arguments);
        Self { folder: target, _kept: clone._kept }
    }

    /// Runs git here, with nothing of the machine's configuration and with fixed dates and names.
    pub(super) fn git(&self, arguments: &[&str]) -> String {
        let output = git(&self.folder, arguments);
        assert!(output.status.success(), "git {arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap().trim().to_owned()
    }

    /// Writes a file.
    pub(super) fn write(&self, path: &str, text: impl AsRef<[u8]>) -> &Self {
        let path = self.folder.join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
        self
    }

    /// Commits everything.
    pub(super) fn commit(&self, message: &str) -> String {
        self.git(&["add", "--all"]);
        self.git(&["commit", "--quiet", "--allow-empty", "--message", message]);
        self.git(&["rev-parse", "HEAD"])
    }
}

/// Runs git in `folder`, whether it succeeds or not.
pub(super) fn git(folder: &Path, arguments: &[&str]) -> std::process::Output {
    let mut command = Command::new("git");
    for name in ["GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE"] {
        command.env_remove(name);
    }
    command.args(["-c", "protocol.file.allow=always", "-c", "uploadpack.allowFilter=true"]).args(arguments);
    command.current_dir(folder).env("GIT_CONFIG_GLOBAL", "/dev/null").env("GIT_CONFIG_NOSYSTEM", "1");
    for who in ["AUTHOR", "COMMITTER"] {
        command.env(format!("GIT_{who}_NAME"), "A").env(format!("GIT_{who}_EMAIL"), "a@example.org");
        command.env(format!("GIT_{who}_DATE"), "2026-01-02T03:04:05Z");
    }
    command.output().unwrap()
}

/// Subjects named after files, `_v<N>` aside; declared versions and references as listed per path.
#[derive(Clone, Default)]
pub(super) struct ByStem {
    pub(super) renamed: Vec<(&'static str, &'static str)>,
    pub(super) declared: Vec<(&'static str, Declared)>,
    pub(super) references: Vec<(&'static str, &'static str)>,
}

impl Surveyor for ByStem {
    fn survey(&self, files: &dyn Files) -> Result<Vec<Placed>, String> {
        let places = files.schema_paths().iter().map(|path| {
            let (subject, number) = stem(path);
            let renamed = self.renamed.iter().find(|(from, _)| from == path).map(|(_, to)| (*to).to_owned());
            let declared = self.declared.iter().find(|(of, _)| of == path).map(|(_, declared)| *declared);
            let references = self.references.iter().filter(|(of, _)| of == path);
            Placed {
                path: path.clone(),
                subject: renamed.unwrap_or(subject),
                number,
                is_covered: !path.starts_with("beside/"),
                declared: declared.unwrap_or_default(),
                references: references.map(|(_, to)| (*to).to_owned()).collect(),
            }
        });
        Ok(places.collect())
    }
}

fn stem(path: &str) -> (String, Option<u32>) {
    let stem = path.rsplit('/').next().unwrap().trim_end_matches(".avsc");
    match stem.rsplit_once("_v").and_then(|(name, number)| Some((name, number.parse().ok()?))) {
        Some((name, number)) => (name.to_owned(), Some(number)),
        None => (stem.to_owned(), None),
    }
}

/// A candidate whose text does not matter.
pub(super) fn candidate(file: &str) -> Candidate {
    let (subject, number) = stem(file);
    let text = Ok(Text { text: "\"int\"".into(), references: Vec::new() });
    Candidate { subject, text, file: file.to_owned(), number, declared: Declared::default(), reserved: None }
}

/// Opens a base as seen from `here`.
pub(super) fn base(spec: &str, here: &Path) -> Result<Box<dyn Base>, BaseError> {
    base_by(spec, here, ByStem::default())
}

pub(super) fn base_by(spec: &str, here: &Path, surveyor: ByStem) -> Result<Box<dyn Base>, BaseError> {
    open(Some(&BaseSpec::read(spec).unwrap()), here, Box::new(surveyor), Inquiry::default())
}

/// What the base at `spec` knows of the candidate in `file`.
pub(super) fn before(spec: &str, here: &Path, file: &str) -> Result<Before, BaseError> {
    let candidate = candidate(file);
    let base = base(spec, here)?;
    base.prepare(std::slice::from_ref(&candidate))?;
    base.before(&candidate.subject, Some(&candidate))
}

/// The texts of those versions, newest first.
pub(super) fn texts(before: &Before) -> Vec<&str> {
    before.versions.iter().map(|version| &*version.text.text).collect()
}

/// The one line that says why a base cannot be had.
pub(super) fn complaint<T>(result: Result<T, BaseError>) -> String {
    match result {
        Err(BaseError::Unavailable(message)) => {
            assert!(!message.contains('\n'), "one line: {message}");
            message
        }
        Err(BaseError::Undecided(problem)) => panic!("only one subject is concerned: {problem:?}"),
        Ok(_) => panic!("the base can be had"),
    }
}
