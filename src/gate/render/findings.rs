//! What was found, one finding after the other, for forms that list findings: SARIF, GitLab's and JUnit's.
//!
//! A finding is a change, a subject as a whole (its level refuses it, its text is no schema, it could not be checked),
//! or a warning. Each has an id that stays: that of the change, the reason, the word of the warning.

use super::blame::{asks_for_something, in_the_way};
use super::witness;
use super::words::{condensed, level_sentence, warning};
use crate::evolution::{ChangeClass, ChangeKind, catalogue};
use crate::gate::adopted::ADOPTED;
use crate::gate::report::{Decision, Report, Status, SubjectReport};
use crate::policy::answer::{Answer, AnsweredChange, AnsweredExemption, FilePosition};
use crate::schema::avro::sha256;
use std::fmt::Write as _;

/// The path of what is about a subject as a whole, as in a baseline.
pub(super) const WHOLE: &str = "$";
/// The id of a subject that could not be judged.
pub(super) const COULD_NOT_CHECK: &str = "could-not-check";
/// The id of a subject that has no schema file any more.
pub(super) const SUBJECT_REMOVED: &str = "subject-removed";
/// The reason of a level that refuses.
pub(super) const INCOMPATIBLE: &str = "incompatible";

/// How much a finding matters, from what decided it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Severity {
    /// To know, not to act on: an allowed change, a major one that is declared.
    Note,
    /// Somebody should look: a class that may refuse, where it does not; a warning.
    Warning,
    /// It refuses, or nobody knows whether it should.
    Error,
}

/// Why a finding does not count.
#[derive(Clone, Copy, Debug)]
pub(super) enum Pardon<'a> {
    /// The baseline lists it.
    Adopted,
    /// An exemption names it.
    Exempted(&'a AnsweredExemption),
}

/// One finding.
#[derive(Clone, Debug)]
pub(super) struct Finding<'a> {
    pub(super) subject: &'a SubjectReport,
    /// The id of the change, the reason, or the word of the warning.
    pub(super) id: &'a str,
    /// The change, where it is one.
    pub(super) change: Option<&'a AnsweredChange>,
    pub(super) severity: Severity,
    /// Where in the schema; [`WHOLE`] for a subject as a whole.
    pub(super) path: &'a str,
    /// One sentence or more, with whatever the schema says.
    pub(super) message: String,
    /// What to do; empty where nothing needs to be done.
    pub(super) fix: &'a str,
    /// Where in the new file.
    pub(super) at: Option<&'a FilePosition>,
    /// Where it stood before.
    pub(super) before: Option<&'a FilePosition>,
    pub(super) pardon: Option<Pardon<'a>>,
}

impl<'a> Finding<'a> {
    /// What tells the same finding of two checks apart from others: over subject, id and path alone, so that it outlives
    /// any other edit of the file. 16 hex digits.
    pub(super) fn fingerprint(&self) -> String {
        hash(&[&self.subject.subject, self.id, self.path])
    }

    /// The rule, where it is one of the catalogue.
    pub(super) fn kind(&self) -> Option<&'static ChangeKind> {
        self.change.map(|change| change.change.kind)
    }

    /// The file it is found in.
    pub(super) fn file(&self) -> Option<&'a str> {
        self.at.map(|at| at.file.as_str()).or(self.subject.file.as_deref())
    }

    /// Subject, path, what happened and what to do, as one text.
    pub(super) fn sentences(&self) -> String {
        let mut text = match self.path {
            WHOLE => format!("{}: {}", self.subject.subject, self.message),
            path => format!("{}: {path}: {}", self.subject.subject, self.message),
        };
        match self.pardon {
            Some(Pardon::Adopted) => text.push_str(" (adopted by the baseline)"),
            Some(Pardon::Exempted(_)) => text.push_str(" (exempted)"),
            None => {}
        }
        if !text.ends_with('.') {
            text.push('.');
        }
        if !self.fix.is_empty() && self.fix != self.message {
            write!(text, " Fix: {}", self.fix).expect("writing to a string cannot fail");
        }
        text
    }
}

/// The first 16 hex digits of SHA-256 over `parts`, joined by newlines.
pub(super) fn hash(parts: &[&str]) -> String {
    let digest = sha256(&parts.join("\n"));
    digest.iter().take(8).fold(String::new(), |mut hex, byte| {
        write!(hex, "{byte:02x}").expect("writing to a string cannot fail");
        hex
    })
}

/// Everything a report found, in its order.
pub(super) fn of_report(report: &Report) -> Vec<Finding<'_>> {
    report.subjects.iter().flat_map(of_subject).collect()
}

/// Everything that was found about one subject: as a whole, its changes in schema order, warnings.
pub(super) fn of_subject(subject: &SubjectReport) -> Vec<Finding<'_>> {
    let mut findings: Vec<Finding<'_>> = as_a_whole(subject).into_iter().collect();
    if let Some(answer) = &subject.answer {
        findings.extend(of_level(subject, answer));
        findings.extend(changes(subject, answer));
        // What is called like a kind of change comes with that change.
        let words = answer.warnings.iter().filter(|word| catalogue::find(word).is_none());
        findings.extend(words.map(|word| {
            let told = warning(word, subject);
            let message = told.strip_prefix(&format!("{word}: ")).unwrap_or(&told).to_owned();
            Finding { severity: Severity::Warning, fix: "", ..whole(subject, word, message) }
        }));
    }
    findings
}

/// What an id that is no kind of change stands for, as a clause.
pub(super) fn summary(id: &str) -> &'static str {
    match id {
        COULD_NOT_CHECK => "a subject could not be checked",
        SUBJECT_REMOVED => "a subject has no schema file any more",
        INCOMPATIBLE => "the compatibility level refuses the schema",
        "invalid-schema" => "the text is no schema",
        "declared-version-too-low" => "the declared version is too low for the changes",
        "declared-version-mismatch" => "the declared semantic version and the declared major version disagree",
        "fail-on" => "a change goes further than this check allows (--fail-on)",
        "forbidden-change" => "a change is forbidden",
        "major-bump-required" => "a change needs a higher declared major version",
        "upgrade-consumers-first" => "consumers must take the new schema before producers do",
        "precision-loss" => "large values are rounded when they are read with the wider type",
        "avro-spec-mismatch" => "checkers accept what Avro's specification does not",
        "needless-major-bump" => "the declared major version goes up although no change asks for it",
        "needless-version-bump" => "the declared version goes up further than the changes ask for",
        "declared-version-unreadable" => "a declared version is none",
        _ => "something to know about a subject",
    }
}

fn whole<'a>(subject: &'a SubjectReport, id: &'a str, message: String) -> Finding<'a> {
    let severity = match (subject.decision, subject.reason) {
        (Decision::Rejected | Decision::Undecided, _) => Severity::Error,
        (Decision::Accepted, Some("advisory" | ADOPTED)) => Severity::Warning,
        (Decision::Accepted, _) => Severity::Note,
    };
    let is_adopted = subject.decision == Decision::Accepted && subject.reason == Some(ADOPTED);
    Finding {
        subject,
        id,
        change: None,
        severity,
        path: WHOLE,
        message,
        fix: &subject.advice,
        at: None,
        before: None,
        pardon: is_adopted.then_some(Pardon::Adopted),
    }
}

/// What is not about one change, and not the level's.
fn as_a_whole(subject: &SubjectReport) -> Option<Finding<'_>> {
    if subject.decision == Decision::Undecided {
        let message = subject.error.as_ref().map_or_else(|| "could not be checked".to_owned(), |it| it.message.clone());
        let at = subject.error.as_ref().and_then(|error| error.at.as_ref());
        return Some(Finding { at, ..whole(subject, COULD_NOT_CHECK, message) });
    }
    if let Some(error) = &subject.error {
        // The one way to be decided without a comparison; a baseline puts its own reason in the place of this one.
        return Some(Finding { at: error.at.as_ref(), ..whole(subject, "invalid-schema", error.message.clone()) });
    }
    if subject.status == Status::Removed {
        return Some(whole(subject, SUBJECT_REMOVED, "the schema file is gone".to_owned()));
    }
    let reason = subject.reason.filter(|_| subject.decision == Decision::Rejected)?;
    let is_told_by_changes = matches!(reason, "forbidden-change" | "major-bump-required" | "fail-on" | INCOMPATIBLE);
    (!is_told_by_changes).then(|| whole(subject, reason, summary(reason).to_owned()))
}

/// That the level refuses, whether or not that counts.
fn of_level<'a>(subject: &'a SubjectReport, answer: &'a Answer) -> Option<Finding<'a>> {
    let sentence = level_sentence(subject, answer)?;
    let message = [vec![sentence], condensed(&answer.level), witness::sentences(subject, None)].concat().join(". ");
    let finding = whole(subject, INCOMPATIBLE, message);
    // Decided by something else although the level refuses: its refusal is adopted.
    Some(match subject.reason {
        Some(INCOMPATIBLE) => finding,
        _ if subject.decision == Decision::Undecided => Finding { severity: Severity::Warning, ..finding },
        _ => Finding { severity: Severity::Warning, fix: "", pardon: Some(Pardon::Adopted), ..finding },
    })
}

fn changes<'a>(subject: &'a SubjectReport, answer: &'a Answer) -> impl Iterator<Item = Finding<'a>> {
    let mut is_blamed = vec![false; answer.changes.len()];
    for at in in_the_way(subject, answer) {
        is_blamed[at] = true;
    }
    answer.changes.iter().zip(is_blamed).enumerate().map(move |(at, (change, is_blamed))| {
        let exemption = || answer.exemptions.iter().find(|it| it.fingerprint == change.fingerprint && !it.is_expired);
        let pardon = match subject.adopted.get(at) {
            _ if is_blamed => None,
            Some(true) => Some(Pardon::Adopted),
            _ => exemption().map(Pardon::Exempted),
        };
        let severity = match change.class {
            _ if is_blamed => Severity::Error,
            ChangeClass::None | ChangeClass::Allowed => Severity::Note,
            _ if asks_for_something(change) => Severity::Warning,
            ChangeClass::MajorBumpRequired | ChangeClass::Forbidden => Severity::Note,
        };
        Finding {
            subject,
            id: change.change.kind.id,
            change: Some(change),
            severity,
            path: &change.change.path,
            message: change.change.message.clone(),
            fix: &change.fix,
            at: change.new.as_ref(),
            before: change.old.as_ref(),
            pardon,
        }
    })
}
