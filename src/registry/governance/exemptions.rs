//! What adding and removing exemptions means (`change-classification` 8.3).

use super::index;
use super::problem::{ExemptionMember, ExemptionProblem};
use crate::evolution::catalogue;
use crate::policy::{Exemption, nearest};
use crate::registry::error::RegistryError;
use crate::registry::reading::alias_target;
use crate::registry::record::Event;
use crate::registry::view::{Known as _, View};
use crate::registry::world::World;
use crate::registry::writer::{Command, Decision};
use crate::schema::names::SubjectName;
use jiff::civil::Date;
use std::sync::Arc;

/// Exemptions in all, expired ones included: who has more of them has no rules.
const ALL_MAX: usize = 10_000;
/// Exemptions of one subject. Each is held against each change of a candidate.
const SUBJECT_MAX: usize = 1_000;
/// Characters of a reason.
const REASON_MAX: usize = 2_000;
/// Characters of the name of who approved.
const APPROVED_BY_MAX: usize = 256;
/// Characters of a subject or a path.
const NAME_MAX: usize = 8_192;

/// Adds an exemption that [`checked`] has let pass.
#[derive(Debug)]
pub(super) struct AddExemption {
    pub(super) exemption: Arc<Exemption>,
    pub(super) today: Date,
}

/// Removes the exemption with a fingerprint, which is in lower case.
#[derive(Debug)]
pub(super) struct RemoveExemption {
    pub(super) fingerprint: Box<str>,
}

/// An exemption in its kept form, if it is narrow, reasoned and not over yet.
///
/// Whether it will ever match is not known here: the fingerprint is a hash over both schemas, and one for another pair
/// simply never does.
pub(super) fn checked(exemption: Exemption, today: Date) -> Result<Exemption, ExemptionProblem> {
    use ExemptionMember::{ApprovedBy, Path, Reason, Subject};
    let fingerprint = exemption.fingerprint.to_ascii_lowercase();
    if fingerprint.len() != 16 || !fingerprint.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return Err(ExemptionProblem::Fingerprint);
    }
    let members = [
        (Subject, &exemption.subject, NAME_MAX),
        (Path, &exemption.path, NAME_MAX),
        (Reason, &exemption.reason, REASON_MAX),
        (ApprovedBy, &exemption.approved_by, APPROVED_BY_MAX),
    ];
    for (member, text, max) in members {
        if text.trim().is_empty() {
            return Err(ExemptionProblem::Empty(member));
        }
        if matches!(member, Subject | Path) && text.contains('*') {
            return Err(ExemptionProblem::Wildcard(member));
        }
        if text.chars().nth(max).is_some() {
            return Err(ExemptionProblem::TooLong { member, max });
        }
    }
    let subject = SubjectName::read(&exemption.subject);
    if !subject.may_hold_schemas() || subject.is_context_scope() {
        return Err(ExemptionProblem::NoSubject);
    }
    if catalogue::find(&exemption.change).is_none() {
        let nearest = nearest(&exemption.change, catalogue::ALL.iter().map(|kind| kind.id));
        return Err(ExemptionProblem::UnknownChange { change: exemption.change, nearest });
    }
    if exemption.is_expired(today) {
        return Err(ExemptionProblem::Expired { expires: exemption.expires });
    }
    Ok(Exemption { fingerprint, subject: subject.as_str().to_owned(), ..exemption })
}

impl Command for AddExemption {
    type Answer = Arc<Exemption>;

    fn decide(&self, view: &View<'_>, _world: World<'_>) -> Result<Decision<Arc<Exemption>>, RegistryError> {
        let Self { exemption, today } = self;
        let subject = SubjectName::read(&exemption.subject);
        if let Some(target) = alias_target(view, &subject).filter(|target| *target != subject) {
            return Err(RegistryError::InvalidExemption(ExemptionProblem::Alias { subject, target }));
        }
        let old = index::find(view, &exemption.fingerprint);
        let is_there = old.as_ref() == Some(exemption);
        match old {
            Some(old) if !is_there && !old.is_expired(*today) => {
                let (fingerprint, expires) = (old.fingerprint.clone(), old.expires);
                return Err(RegistryError::ExemptionExists { fingerprint, expires });
            }
            Some(_) => {}
            None => require_room(view, &subject)?,
        }
        let event = Event::ExemptionSet { exemption: exemption.clone() };
        let events = if is_there { Vec::new() } else { vec![event] };
        Ok(Decision { events, texts: Vec::new(), answer: exemption.clone() })
    }
}

fn require_room(view: &View<'_>, subject: &SubjectName) -> Result<(), RegistryError> {
    let of_subject = view.subject(subject).map_or(0, |view| view.exemptions().len());
    for (count, max) in [(of_subject, SUBJECT_MAX), (view.exemption_count(), ALL_MAX)] {
        if count >= max {
            return Err(RegistryError::TooManyExemptions { max });
        }
    }
    Ok(())
}

impl Command for RemoveExemption {
    type Answer = Arc<Exemption>;

    fn decide(&self, view: &View<'_>, _world: World<'_>) -> Result<Decision<Arc<Exemption>>, RegistryError> {
        let fingerprint = &self.fingerprint;
        let old = index::find(view, fingerprint);
        let old = old.ok_or_else(|| RegistryError::ExemptionNotFound { fingerprint: fingerprint.to_string() })?;
        let events = vec![Event::ExemptionRemoved { fingerprint: fingerprint.clone() }];
        Ok(Decision { events, texts: Vec::new(), answer: old })
    }
}
