//! A candidate of an old major line: which lines there are above it, asked of the base where it is refused.
//!
//! What accepts a candidate is decided without them, and a registry need not be asked about what nobody will read.

use super::base::Base;
use super::estate::{Before, Candidate};
use super::subject::{self, InForce, Judged};
use crate::compat;
use crate::evolution::ChangeClass;

/// As [`subject::judge`], with a way on that takes the lines above into account.
pub(super) fn judge(
    base: &dyn Base,
    candidate: &Candidate,
    before: &Before,
    in_force: &InForce<'_>,
    scratch: &mut compat::Scratch,
) -> Judged {
    let judged = subject::judge(candidate, before, in_force, scratch);
    let Some(line) = line_to_leave(&judged) else { return judged };
    let lines_above = base.lines_above(&candidate.subject, line);
    match lines_above.is_empty() {
        true => judged,
        false => subject::judge(candidate, &Before { lines_above, ..before.clone() }, in_force, scratch),
    }
}

/// The line of the predecessor, where the answer says how to leave it: by a higher one, or not by an exemption.
fn line_to_leave(judged: &Judged) -> Option<u32> {
    let judgement = judged.judgement.as_ref().filter(|judgement| !judgement.is_major_raised)?;
    let answer = &judgement.answer;
    let is_told = answer.class > ChangeClass::Allowed || !answer.level.compatible;
    answer.predecessor.filter(|_| is_told).map(|predecessor| predecessor.major)
}
