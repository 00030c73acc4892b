//! What policies and exemptions share: bodies without strange members, and the sentences of their errors.
//!
//! Confluent's bodies may have any member more, and what is misspelled there does nothing. Here that would be a rule that
//! somebody believes in.

use crate::http::json::{Malformed, ValueReader};
use crate::policy::{Unknown, nearest};
use crate::registry::error::{ExemptionMember, ExemptionProblem};
use crate::schema::names::SubjectName;
use std::collections::BTreeSet;

pub(super) type Value<'r, 't, 'b> = &'r mut ValueReader<'t, 'b>;
pub(super) type Read<T> = Result<T, Malformed>;

/// The members that a body has.
#[derive(Default)]
pub(super) struct Members {
    seen: BTreeSet<String>,
    twice: Option<String>,
    unknown: Option<String>,
}

impl Members {
    /// Notes a member that is known.
    pub(super) fn note(&mut self, name: &str) {
        if !self.seen.insert(name.to_owned()) {
            self.twice.get_or_insert_with(|| name.to_owned());
        }
    }

    /// Notes a member that is not known; false, so that its value is skipped.
    pub(super) fn is_unknown(&mut self, name: &str) -> bool {
        self.unknown.get_or_insert_with(|| name.to_owned());
        false
    }

    /// Refuses a member that is none of `known` or is there twice, with what to write.
    pub(super) fn check(&self, known: &[&str]) -> Result<(), String> {
        if let Some(name) = &self.unknown {
            let nearest = nearest(name, known.iter().copied());
            return Err(format!("unknown member `{}`: did you mean `{nearest}`?", beginning(name)));
        }
        match &self.twice {
            Some(name) => Err(format!("`{}` is given twice", beginning(name))),
            None => Ok(()),
        }
    }
}

/// A word that means nothing, and the nearest one that does.
pub(super) fn unknown_word(unknown: Unknown) -> String {
    Unknown { word: beginning(&unknown.word), ..unknown }.to_string()
}

/// As much of a text of the client's as an answer repeats.
fn beginning(text: &str) -> String {
    text.chars().take(100).collect()
}

/// That a scope has no policy of its own.
pub(in crate::http) fn no_policy(scope: &SubjectName) -> String {
    match scope.is_default_scope() {
        true => "No global policy is set".to_owned(),
        false => format!("Subject '{scope}' does not have a policy of its own"),
    }
}

/// What is wrong with an exemption, and what to write.
pub(in crate::http) fn invalid_exemption(problem: &ExemptionProblem) -> String {
    match problem {
        ExemptionProblem::Fingerprint => {
            "`fingerprint` is the 16 hex digits that `sluicegate check` and the refusal print for a change".to_owned()
        }
        ExemptionProblem::UnknownChange { change, nearest } => {
            format!("unknown change id `{}`: did you mean `{nearest}`?", beginning(change))
        }
        ExemptionProblem::Empty(member) => format!("`{}` is empty: {}", name(*member), demand(*member)),
        ExemptionProblem::Wildcard(member) => {
            format!("`{}` has a `*`, which is no pattern here: {}", name(*member), demand(*member))
        }
        ExemptionProblem::NoSubject => format!("`subject` names no subject: {}", demand(ExemptionMember::Subject)),
        ExemptionProblem::Alias { subject, target } => format!(
            "`subject` {} is an alias: what is registered under it becomes a version of {}, whose name belongs here",
            beginning(subject.as_str()),
            beginning(target.as_str())
        ),
        ExemptionProblem::TooLong { member, max } => {
            format!("`{}` is longer than {max} characters", name(*member))
        }
        ExemptionProblem::Expired { expires } => {
            format!("`expires` is {expires}, which is over: it is the last day on which the exemption holds (UTC)")
        }
    }
}

fn name(member: ExemptionMember) -> &'static str {
    match member {
        ExemptionMember::Subject => "subject",
        ExemptionMember::Path => "path",
        ExemptionMember::Reason => "reason",
        ExemptionMember::ApprovedBy => "approvedBy",
    }
}

fn demand(member: ExemptionMember) -> &'static str {
    match member {
        ExemptionMember::Subject => "an exemption is for one subject",
        ExemptionMember::Path => "an exemption is for one place in the schema, `$` being the whole",
        ExemptionMember::Reason => "an exemption says why it was given",
        ExemptionMember::ApprovedBy => "an exemption says who gave it",
    }
}
