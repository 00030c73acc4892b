//! Which changes of a refused subject stand in its way?

use crate::compat::Direction;
use crate::evolution::{ChangeClass, ChangeKind};
use crate::gate::report::{Decision, SubjectReport};
use crate::policy::answer::{Answer, AnsweredChange};

/// The changes that must be taken back, declared, exempted or adopted before the subject may pass, by position.
///
/// Where only a number is too low (`declared-version-too-low`, `fail-on`) these are the ones that ask for most.
pub(crate) fn in_the_way(subject: &SubjectReport, answer: &Answer) -> Vec<usize> {
    if subject.decision != Decision::Rejected {
        return Vec::new();
    }
    let open = || {
        let is_adopted = |at: &usize| subject.adopted.get(*at).copied().unwrap_or(false);
        (0..answer.changes.len()).filter(move |at| !is_adopted(at))
    };
    let refusing: Vec<usize> = open()
        .filter(|at| {
            let change = &answer.changes[*at];
            asks_for_something(change)
                || (!answer.level.compatible
                    && !answer.level.refuses_for_reserved_alone()
                    && breaks(change.change.kind, answer))
        })
        .collect();
    if !refusing.is_empty() {
        return refusing;
    }
    let grade = |at: usize| (answer.changes[at].class, answer.changes[at].bump);
    let worst = open().map(grade).max();
    open().filter(|at| Some(grade(*at)) == worst).collect()
}

/// Whether something needs to be done about a change: it has a class that may refuse, and no declared version settles it.
pub(crate) fn asks_for_something(change: &AnsweredChange) -> bool {
    change.class > ChangeClass::Allowed && !change.fix.is_empty()
}

/// Whether a change of this kind can break what the level demands.
fn breaks(kind: &ChangeKind, answer: &Answer) -> bool {
    answer.level.name.directions().iter().any(|direction| match direction {
        Direction::Backward => kind.backward != "yes",
        Direction::Forward => kind.forward != "yes",
    })
}
