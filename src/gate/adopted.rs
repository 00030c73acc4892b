//! A baseline: findings that were there when an old estate adopted the gate. They are shown and do not fail.
//!
//! A finding is a subject, an id and a path. Where a refusal is not about one change (`incompatible`, `invalid-schema`,
//! `declared-version-too-low`, a removed file), its reason stands as id, with the path `$`.

use super::config::{ConfigError, Entry, Reader, toml_string};
use super::render::blame::in_the_way;
use super::report::{Decision, Report, SubjectReport};
use crate::compat::{self, LevelVerdict};
use crate::evolution::catalogue;
use crate::policy::answer::Answer;
use crate::policy::{Case, Judgement, judge_changes};
use std::collections::BTreeSet;

/// The path of what is about a subject as a whole.
const WHOLE: &str = "$";

/// The reason of a level that refuses.
const INCOMPATIBLE: &str = "incompatible";

/// The reason of a subject that only passes because of the baseline.
pub const ADOPTED: &str = "adopted";

const OPENING: &str = "\
# Findings that were there when `sluicegate check` was adopted: shown, and no reason to fail.
# Written by `sluicegate check --write-baseline`, read with `--baseline`. Whatever is put right may be taken out.
version = 1
finding = [
";

/// One finding.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Finding {
    subject: String,
    /// Of a change, or the reason of a refusal.
    id: String,
    path: String,
}

/// What has been adopted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Baseline {
    findings: BTreeSet<Finding>,
}

impl Baseline {
    /// Everything that refuses a subject of `report`. What is accepted anyway needs no adoption.
    pub fn of(report: &Report) -> Self {
        let refused = report.subjects.iter().filter(|subject| subject.decision == Decision::Rejected);
        Self { findings: refused.flat_map(refusals).collect() }
    }

    /// The text of a baseline file: one finding a line, in order, so that a difference shows what came and went.
    pub fn to_text(&self) -> String {
        let mut text = OPENING.to_owned();
        for Finding { subject, id, path } in &self.findings {
            let [subject, id, path] = [subject, id, path].map(|word| toml_string(word));
            text += &format!("  {{ subject = {subject}, id = {id}, path = {path} }},\n");
        }
        text + "]\n"
    }

    /// Reads the text of a baseline file, which is called `name` in messages.
    ///
    /// # Errors
    /// With file and line: no TOML, an unknown or missing key, a value of another form, another version.
    pub fn read(name: &str, text: &str) -> Result<Self, ConfigError> {
        let reader = Reader::new(name, text, false);
        let document = reader.parse()?;
        let mut findings = BTreeSet::new();
        for entry in reader.entries(&document, &["version", "finding"])? {
            if entry.key == "version" {
                let version = entry.number()?;
                if version != 1 {
                    let problem = format!("a baseline of version {version}; this release reads version 1");
                    return Err(entry.place.error(problem));
                }
                continue;
            }
            for item in reader.items(&entry, "a list of findings")? {
                findings.insert(finding(&reader, &item)?);
            }
        }
        if !document.contains_key("version") {
            return Err(ConfigError::new(format!("{name}: a baseline begins with `version = 1`")));
        }
        Ok(Self { findings })
    }

    /// How many findings it lists.
    pub fn len(&self) -> usize {
        self.findings.len()
    }

    /// Whether it lists none.
    pub fn is_empty(&self) -> bool {
        self.findings.is_empty()
    }

    /// Per change of `answer`, whether it is adopted: [`SubjectReport::adopted`].
    pub fn adopted(&self, subject: &str, answer: &Answer) -> Vec<bool> {
        let is_listed = |id: &str, path: &str| self.lists(subject, id, path);
        answer.changes.iter().map(|change| is_listed(change.change.kind.id, &change.change.path)).collect()
    }

    /// Whether a refusal of a subject as a whole is adopted, by its reason: `invalid-schema`, …
    pub fn lists_whole(&self, subject: &str, reason: &str) -> bool {
        self.lists(subject, reason, WHOLE)
    }

    /// Judges a refused candidate again, as if what is adopted had not changed: adopted changes are left out of the
    /// question, and an adopted verdict of the level counts as compatible. Everything else of the decision holds.
    ///
    /// `subject` is the name in the baseline, which need not be the one at the base.
    pub fn judge_the_rest(
        &self,
        subject: &str,
        case: &Case<'_>,
        refused: &Judgement,
        scratch: &mut compat::Scratch,
    ) -> Judgement {
        let adopted = self.adopted(subject, &refused.answer);
        let rest = refused.answer.changes.iter().zip(adopted).filter(|(_, is_adopted)| !is_adopted);
        let changes = rest.map(|(answered, _)| answered.change.clone()).collect();
        let is_level_adopted = self.lists_whole(subject, INCOMPATIBLE);
        let verdict = if is_level_adopted { &LevelVerdict::Compatible } else { case.verdict };
        judge_changes(&Case { verdict, ..*case }, changes, scratch)
    }

    /// How many findings of subjects in `report` are not there any more: they may be taken out of the file.
    pub fn outdated(&self, report: &Report) -> usize {
        let judged: Vec<&SubjectReport> =
            report.subjects.iter().filter(|subject| subject.decision != Decision::Undecided).collect();
        let subjects: BTreeSet<&str> = judged.iter().map(|subject| subject.subject.as_str()).collect();
        let found: BTreeSet<Finding> = judged.iter().flat_map(|subject| everything(subject)).collect();
        // Which reason a subject had that passes because of this file is not told any more.
        let adopted: BTreeSet<&str> =
            judged.iter().filter(|s| s.reason == Some(ADOPTED)).map(|s| s.subject.as_str()).collect();
        let is_reason = |finding: &Finding| finding.path == WHOLE && catalogue::find(&finding.id).is_none();
        let is_found = |finding: &Finding| {
            found.contains(finding) || (is_reason(finding) && adopted.contains(finding.subject.as_str()))
        };
        let is_gone = |finding: &&Finding| subjects.contains(finding.subject.as_str()) && !is_found(finding);
        self.findings.iter().filter(is_gone).count()
    }

    fn lists(&self, subject: &str, id: &str, path: &str) -> bool {
        let finding = Finding { subject: subject.to_owned(), id: id.to_owned(), path: path.to_owned() };
        self.findings.contains(&finding)
    }
}

fn finding<'t>(reader: &Reader<'t>, item: &Entry<'_, 't>) -> Result<Finding, ConfigError> {
    let entries = reader.entries(item.table()?, &["subject", "id", "path"])?;
    let text = |key: &str| {
        let entry = entries.iter().find(|entry| entry.key == key);
        let entry = entry.ok_or_else(|| item.place.error(format!("this finding has no `{key}`")))?;
        entry.string().map(str::to_owned)
    };
    Ok(Finding { subject: text("subject")?, id: text("id")?, path: text("path")? })
}

/// What stands in the way of a refused subject.
fn refusals(subject: &SubjectReport) -> Vec<Finding> {
    let of =
        |id: &str, path: &str| Finding { subject: subject.subject.clone(), id: id.to_owned(), path: path.to_owned() };
    let changes = subject
        .answer
        .iter()
        .flat_map(|answer| in_the_way(subject, answer).into_iter().map(|at| &answer.changes[at].change));
    let mut findings: Vec<Finding> = changes.map(|change| of(change.kind.id, &change.path)).collect();
    let is_about_a_class = matches!(subject.reason, Some("forbidden-change" | "major-bump-required" | "fail-on"));
    match subject.reason {
        Some(reason) if !(is_about_a_class && subject.answer.is_some()) => findings.push(of(reason, WHOLE)),
        _ => {}
    }
    findings
}

/// Whatever of a subject a baseline may list.
fn everything(subject: &SubjectReport) -> Vec<Finding> {
    let of =
        |id: &str, path: &str| Finding { subject: subject.subject.clone(), id: id.to_owned(), path: path.to_owned() };
    let changes = subject.answer.iter().flat_map(|answer| &answer.changes);
    let mut findings: Vec<Finding> = changes.map(|change| of(change.change.kind.id, &change.change.path)).collect();
    findings.extend(subject.reason.map(|reason| of(reason, WHOLE)));
    if subject.answer.as_ref().is_some_and(|answer| !answer.level.compatible) {
        findings.push(of(INCOMPATIBLE, WHOLE));
    }
    findings
}
