//! The text of a refusal, for whoever gets nothing but a text (`change-classification` 8.2, end).

use super::Judgement;
use super::answer::{Answer, AnsweredChange};
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
    let mut parts = findings(&judgement.answer);
    parts.extend(judgement.version.complaint().map(|complaint| format!("{complaint}.")));
    Some(format!("{}: {}", judgement.reason, parts.join(" ")))
}

/// The changes that need something done, worst first and otherwise in schema order, each in a sentence or two.
pub fn findings(answer: &Answer) -> Vec<String> {
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
