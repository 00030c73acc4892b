//! What to do about a change: the whole sentence, with names, versions and fingerprint at hand.

use super::lines::MAJOR_PROPERTY;
use super::profile::Grade;
use crate::evolution::{Change, ChangeClass};
use jiff::civil::Date;

/// Which ways out a pair leaves its changes.
pub(super) struct Ways {
    /// The major version to declare; `None` where a higher one is declared already.
    pub(super) declare: Option<u32>,
    /// Whether a raised major version settles what needs one: the level accepts, too.
    pub(super) is_settled: bool,
}

/// The sentence, without a full stop: `keep the symbol, or declare application.major.version=3`. Empty where nothing
/// needs to be done. `expired` is the last day of an exemption that would have let the change pass.
pub(super) fn fix(change: &Change, grade: Grade, ways: &Ways, fingerprint: &str, expired: Option<Date>) -> String {
    // A change that a profile or an override graded up has no remedy of its own.
    let remedy = if change.remedy.is_empty() { "take this change back" } else { change.remedy.as_str() };
    match (grade.class, ways.declare) {
        (ChangeClass::None | ChangeClass::Allowed, _) => String::new(),
        (ChangeClass::MajorBumpRequired, _) if ways.is_settled => String::new(),
        (ChangeClass::MajorBumpRequired, None) => remedy.to_owned(),
        (ChangeClass::MajorBumpRequired, Some(major)) => format!("{remedy}, or declare {MAJOR_PROPERTY}={major}"),
        (ChangeClass::Forbidden, _) => {
            let exemption = match expired {
                Some(day) => format!("have the exemption renewed that expired after {day}"),
                None => "ask for an exemption".to_owned(),
            };
            format!("{remedy}, or publish it as a new subject, or {exemption} (fingerprint {fingerprint})")
        }
    }
}
