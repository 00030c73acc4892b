//! The text of a refusal, for whoever gets nothing but a text (`change-classification` 8.2, end).

use super::answer::{Answer, AnsweredChange};
use super::{Judgement, MAJOR_PROPERTY, SchemaVersion, VERSION_PROPERTY};
use crate::evolution::ChangeClass;

/// How many changes a refusal names: enough for a person, and a bound on an answer that is one line.
const NAMED_MAX: usize = 50;

/// Why policy refuses the candidate and what to do; `None` where it does not, or where the level did before it: that
/// is said in Confluent's words (`compat::words`), under `enforce` with the [`findings`] behind them.
///
/// Begins with the reason word and names each change that stands in the way by id and path:
/// `major-bump-required: enum-symbol-removed at event_type: symbol C was removed from E. Keep it, or declare …`
pub fn rejection(judgement: &Judgement) -> Option<String> {
    if judgement.accepted || !judgement.answer.level.compatible {
        return None;
    }
    let mut parts = named(&judgement.answer);
    match judgement.version.complaint() {
        Some(complaint) => parts.push(format!("{complaint}.")),
        None => parts.extend(goes_along(judgement)),
    }
    Some(format!("{}: {}", judgement.reason, parts.join(" ")))
}

/// What is said behind a refusal of the level: the changes that need something done, and the way on that no change names.
pub fn findings(judgement: &Judgement) -> Vec<String> {
    let Judgement { answer, needed_major, .. } = judgement;
    let mut findings = named(answer);
    if findings.is_empty() && !answer.level.compatible && judgement.is_major_a_way {
        // Older history is in the way: nothing in the change from the predecessor says so.
        findings.push(format!(
            "Make the schema compatible with the version above, or declare {MAJOR_PROPERTY}={needed_major}: level {} \
             compares within a major line only.",
            answer.level.name
        ));
        findings.extend(judgement.needed_version.map(along));
    } else {
        findings.extend(goes_along(judgement));
    }
    findings
}

/// The semantic version that has to go up with the major version, where a change says to declare that.
fn goes_along(judgement: &Judgement) -> Option<String> {
    let is_said = judgement.answer.changes.iter().any(|change| change.class == ChangeClass::MajorBumpRequired);
    judgement.needed_version.filter(|_| is_said || judgement.needed_major_follows.is_some()).map(along)
}

fn along(version: SchemaVersion) -> String {
    format!("{VERSION_PROPERTY} has to go along: {MAJOR_PROPERTY}={} and {VERSION_PROPERTY}={version}.", version.major)
}

/// The changes that need something done, worst first and otherwise in schema order, each in a sentence or two.
fn named(answer: &Answer) -> Vec<String> {
    let of_class = |class| answer.changes.iter().filter(move |change| change.class == class && !change.fix.is_empty());
    let all = of_class(ChangeClass::Forbidden).chain(of_class(ChangeClass::MajorBumpRequired));
    let mut sentences: Vec<String> = all.clone().take(NAMED_MAX).map(sentences).collect();
    let unnamed = all.count() - sentences.len();
    if unnamed > 0 {
        sentences.push(format!("And {unnamed} more."));
    }
    sentences
}

fn sentences(answered: &AnsweredChange) -> String {
    let AnsweredChange { change, fix, .. } = answered;
    let (initial, rest) = fix.split_at(fix.chars().next().map_or(0, char::len_utf8));
    format!("{} at {}: {}. {}{rest}.", change.kind.id, change.path, change.message, initial.to_uppercase())
}
