//! Taking associations away, and with a strong one its subject where that is asked for.

use super::attempt::Attempt;
use super::put::frozen;
use super::record::{Association, Lifecycle};
use crate::registry::contract::Mode;
use crate::registry::delete::settings_removed;
use crate::registry::error::RegistryError;
use crate::registry::record::Event;
use crate::registry::references::is_referenced_elsewhere;
use crate::registry::scope;
use crate::registry::view::Known;
use crate::schema::names::SubjectName;
use std::sync::Arc;

/// Takes these away; with `cascade` frozen ones too, and the subjects of strong ones for good, unless they are imported.
/// Refused as a whole where a subject is still referred to (the reference has taken the association away by then).
pub(super) fn remove(
    attempt: &mut Attempt<'_>,
    associations: &[Arc<Association>],
    cascade: bool,
) -> Result<(), RegistryError> {
    for association in associations {
        attempt.require_writable(&association.key.subject)?;
        if association.is_frozen() && !cascade {
            return Err(frozen(association));
        }
    }
    if attempt.dry_run.is_some() {
        return Ok(());
    }
    for association in associations {
        let subject = &association.key.subject;
        attempt.take(Event::AssociationRemoved { key: (*association.key).clone() });
        let is_imported = scope::mode(&attempt.view, subject) == Mode::Import;
        if cascade && association.value.lifecycle == Lifecycle::Strong && !is_imported {
            remove_subject(attempt, subject)?;
        }
    }
    Ok(())
}

/// Deletes a subject softly and at once for good.
fn remove_subject(attempt: &mut Attempt<'_>, subject: &SubjectName) -> Result<(), RegistryError> {
    let Some(view) = attempt.view.subject(subject) else { return Ok(()) };
    if !view.associations().is_empty() {
        return Err(RegistryError::AssociationForSubjectExists { subject: subject.clone() });
    }
    // First what a soft delete minds, then what one for good does.
    let live = view.live().map(|row| (row.version, false));
    for (version, with_deleted) in live.chain(view.rows.iter().map(|row| (row.version, true))) {
        if is_referenced_elsewhere(&attempt.view, subject, version, with_deleted) {
            return Err(RegistryError::Referenced { subject: subject.clone(), version });
        }
    }
    for row in view.rows.iter().rev() {
        attempt.take(Event::VersionRemoved { subject: subject.clone(), version: row.version });
    }
    settings_removed(&view).for_each(|event| attempt.take(event));
    Ok(())
}
