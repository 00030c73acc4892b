//! What to do about a change: the whole sentence, with names, versions and fingerprint at hand.

use super::lines::MAJOR_PROPERTY;
use super::profile::Grade;
use crate::evolution::{Change, ChangeClass};
use jiff::civil::Date;
use std::fmt;

/// Which ways out a pair leaves its changes.
pub(super) struct Ways {
    /// What to declare; `None` where that is done already, or does not help.
    pub(super) declare: Option<Declare>,
    /// Whether an exemption from a change between these two schemas can let it pass.
    pub(super) has_exemption: bool,
    /// Whether a raised major version settles what needs one: the level accepts, too.
    pub(super) is_settled: bool,
}

/// A major version to declare, and what comes with it.
#[derive(Clone, Copy)]
pub(super) struct Declare {
    pub(super) major: u32,
    /// The line whose latest version it is compared with, where that is another than now.
    pub(super) follows: Option<u32>,
}

impl fmt::Display for Declare {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { major, follows } = self;
        write!(f, "declare {MAJOR_PROPERTY}={major}")?;
        match follows {
            Some(line) => write!(f, ", which is then compared with the latest version of major {line}"),
            None => Ok(()),
        }
    }
}

/// The sentence, without a full stop: `keep the symbol, or declare application.major.version=3`. Empty where nothing
/// needs to be done. `expired` is the last day of an exemption that would have let the change pass.
pub(super) fn fix(change: &Change, grade: Grade, ways: &Ways, fingerprint: &str, expired: Option<Date>) -> String {
    // A change that a profile or an override graded up has no remedy of its own.
    let remedy = if change.remedy.is_empty() { "take this change back" } else { change.remedy.as_str() };
    match (grade.class, &ways.declare) {
        (ChangeClass::None | ChangeClass::Allowed, _) => String::new(),
        (ChangeClass::MajorBumpRequired, _) if ways.is_settled => String::new(),
        (ChangeClass::MajorBumpRequired, None) => remedy.to_owned(),
        (ChangeClass::MajorBumpRequired, Some(declare)) => format!("{remedy}, or {declare}"),
        (ChangeClass::Forbidden, Some(declare)) if !ways.has_exemption => {
            format!("{remedy}, or publish it as a new subject, or {declare}")
        }
        (ChangeClass::Forbidden, None) if !ways.has_exemption => format!("{remedy}, or publish it as a new subject"),
        (ChangeClass::Forbidden, _) => {
            let exemption = match expired {
                Some(day) => format!("have the exemption renewed that expired after {day}"),
                None => "ask for an exemption".to_owned(),
            };
            format!("{remedy}, or publish it as a new subject, or {exemption} (fingerprint {fingerprint})")
        }
    }
}
