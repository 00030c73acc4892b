//! The text of a refusal, for whoever gets nothing but a text (`change-classification` 8.2, end).

use super::Judgement;
use super::answer::{Answer, AnsweredChange};
use crate::evolution::ChangeClass;

/// How many changes a refusal names: enough for a person, and a bound on an answer that is one line.
const NAMED_MAX: usize = 100;

/// Why the candidate is refused and what to do; `None` where it is not.
///
/// Begins with the reason word and names each change that stands in the way by id and path:
/// `major-bump-required: enum-symbol-removed at event_type: symbol C was removed from E (keep it, or declare …)`.
pub fn rejection(judgement: &Judgement) -> Option<String> {
    if judgement.accepted {
        return None;
    }
    let answer = &judgement.answer;
    let mut parts = Vec::new();
    if !answer.level.compatible {
        let level = answer.level.name;
        parts.push(format!("data would become unreadable under level {level}: {}", answer.level.messages.join(", ")));
    }
    // A class that the decision accepts is not what stands in the way of a declared version.
    parts.extend(findings(answer));
    parts.extend(judgement.version.complaint());
    Some(format!("{}: {}", judgement.reason, parts.join("; ")))
}

/// The changes that need something done, worst first and otherwise in schema order, each as one clause.
pub fn findings(answer: &Answer) -> Vec<String> {
    let of_class = |class| answer.changes.iter().filter(move |change| change.class == class && !change.fix.is_empty());
    let all = of_class(ChangeClass::Forbidden).chain(of_class(ChangeClass::MajorBumpRequired));
    let mut clauses: Vec<String> = all.clone().take(NAMED_MAX).map(clause).collect();
    let unnamed = all.count() - clauses.len();
    if unnamed > 0 {
        clauses.push(format!("and {unnamed} more"));
    }
    clauses
}

fn clause(answered: &AnsweredChange) -> String {
    let AnsweredChange { change, fix, .. } = answered;
    format!("{} at {}: {} ({fix})", change.kind.id, change.path, change.message)
}
