//! Exemptions that let nothing pass: which are they, and why?

use super::config::WrittenExemption;
use super::report::{Decision, SubjectReport};
use crate::evolution::ChangeClass;
use crate::policy::Exemption;
use crate::policy::answer::Answer;
use std::collections::BTreeSet;

/// Exemptions of the file that named no change of the subjects that were judged; `matched` are those that did. Where not
/// everything was judged (`is_partial`), a subject that does not occur may belong to the rest; else it is a mistake.
pub(super) fn of_file(
    written: &[WrittenExemption],
    matched: &BTreeSet<usize>,
    subjects: &[SubjectReport],
    is_partial: bool,
) -> Vec<String> {
    let judged: BTreeSet<&str> = subjects
        .iter()
        .filter(|subject| subject.decision != Decision::Undecided)
        .map(|subject| subject.subject.as_str())
        .collect();
    let is_known = |name: &str| subjects.iter().any(|subject| subject.subject == name);
    let idle = written.iter().enumerate().filter(|(at, written)| {
        let name = written.exemption.subject.as_str();
        !matched.contains(at) && (judged.contains(name) || !(is_partial || is_known(name)))
    });
    idle.map(|(_, WrittenExemption { exemption, place })| {
        format!(
            "{place}: the exemption {} for {} at {} of {} matches no change; remove it once it is not needed any more",
            exemption.fingerprint, exemption.change, exemption.path, exemption.subject
        )
    })
    .collect()
}

/// Exemptions of a registry that are for a change that is forbidden here, at its place, and for other schemas.
///
/// Of others that name nothing there is nothing to say: they may be another branch's, or have been used. The registry
/// tells (`GET /exemptions?appliedTo=true`).
pub(super) fn of_base<'a>(
    subject: &str,
    exemptions: impl Iterator<Item = &'a Exemption>,
    answer: &Answer,
) -> Vec<String> {
    let told = |exemption: &Exemption| {
        let is_it = |id: &str, path: &str| exemption.change == id && exemption.path == path;
        let forbidden = answer.changes.iter().filter(|change| change.class == ChangeClass::Forbidden);
        let mut same = forbidden.filter(|change| is_it(change.change.kind.id, &change.change.path));
        let Exemption { fingerprint, change, path, .. } = exemption;
        same.next().map(|here| {
            format!(
                "{subject}: the exemption {fingerprint} for {change} at {path} is for other schemas than these, between \
                 which the same change has the fingerprint {}",
                here.fingerprint
            )
        })
    };
    exemptions.filter_map(told).collect()
}
