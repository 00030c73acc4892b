//! What enforcement would have refused in the past, for people: the versions concerned, each with the reason.

use super::blame::in_the_way;
use super::findings::{INCOMPATIBLE, summary};
use super::words::{condensed, counted, level_sentence};
use crate::gate::report::{Decision, PastVersion, SubjectReport};

/// One sentence on all versions: `Enforcement would have refused 1 of 3 versions.` Empty where the past was not asked for.
pub(super) fn sentence(subject: &SubjectReport) -> Option<String> {
    let past = &subject.past;
    let count = |decision| past.iter().filter(|version| version.report.decision == decision).count();
    let refused = match count(Decision::Rejected) {
        0 => "none".to_owned(),
        refused => refused.to_string(),
    };
    let unknown = match count(Decision::Undecided) {
        0 => String::new(),
        unknown => format!("; {} could not be judged", counted(unknown, "version")),
    };
    let of = counted(past.len(), "registered version");
    (!past.is_empty()).then(|| format!("Enforcement would have refused {refused} of {of}{unknown}."))
}

/// The versions that would not have passed, oldest first.
pub(super) fn refused(subject: &SubjectReport) -> impl Iterator<Item = &PastVersion> {
    subject.past.iter().filter(|version| version.report.decision != Decision::Accepted)
}

/// A version and what would have been said: `version 3 (id 7): forbidden-change`.
pub(super) fn title(version: &PastVersion) -> String {
    let id = version.id.map_or(String::new(), |id| format!(" (id {id})"));
    let reason = version.report.reason.unwrap_or("could not be judged");
    let against = version.report.compared_with.as_ref().map_or(String::new(), |before| format!(", after {before}"));
    format!("version {}{id}{against}: {reason}", version.version)
}

/// All of it about a subject, with its name in front: first [`sentence`], then one for each of the versions concerned.
pub(super) fn sentences(subject: &SubjectReport) -> Vec<String> {
    let of_version = |version: &PastVersion| format!("{}: {}", title(version), why(version).join(". "));
    let told = sentence(subject).into_iter().chain(refused(subject).map(of_version));
    told.map(|told| format!("{}: {}.", subject.subject, told.trim_end_matches('.'))).collect()
}

/// Why, a line each.
pub(super) fn why(version: &PastVersion) -> Vec<String> {
    let report = &version.report;
    if let Some(error) = &report.error {
        return vec![error.message.clone()];
    }
    let mut lines = Vec::new();
    let Some(answer) = &report.answer else { return lines };
    lines.extend(level_sentence(report, answer));
    lines.extend(condensed(&answer.level));
    for at in in_the_way(report, answer) {
        let change = &answer.changes[at].change;
        lines.push(format!("{} at {}: {}", change.kind.id, change.path, change.message));
    }
    let is_told = matches!(report.reason, Some("forbidden-change" | "major-bump-required" | INCOMPATIBLE));
    lines.extend(report.reason.filter(|_| !is_told).map(|reason| summary(reason).to_owned()));
    if version.may_inherit && report.reason == Some("declared-version-too-low") {
        lines.push(
            "where it was sent without metadata, and took over those of the version before, it passes".to_owned(),
        );
    }
    lines
}
