//! What a check reads, and a note of what it has read: if none of it has changed, the check still holds.

use super::associations::AssociationKey;
use super::face::Settings;
use super::figures::Figures;
use super::record::{Guid, TextHash};
use super::shelf::Shelf;
use super::view::{ContextState, IdEntry, Known, RowName, SubjectView};
use crate::schema::names::{SchemaId, SubjectName, Version};
use std::cell::RefCell;
use std::sync::Arc;

/// What checks and decisions work with.
#[derive(Clone, Copy)]
pub(super) struct World<'a> {
    pub(super) known: &'a dyn Known,
    pub(super) shelf: &'a Shelf,
    pub(super) settings: &'a Settings,
    pub(super) figures: &'a Figures,
}

/// Subjects and scopes as they were when they were looked at.
#[derive(Debug, Default)]
pub(super) struct Sightings(Vec<(SubjectName, Option<Arc<SubjectView>>)>);

impl Sightings {
    /// Whether everything that was looked at is still the very same.
    pub(super) fn hold(&self, known: &dyn Known) -> bool {
        self.0.iter().all(|(name, seen)| match (seen, known.subject(name)) {
            (Some(seen), Some(now)) => Arc::ptr_eq(seen, &now),
            (None, None) => true,
            (Some(_), None) | (None, Some(_)) => false,
        })
    }
}

/// Notes every subject and scope that is looked at. Ids are not noted: the decision asks for them again.
pub(super) struct Noting<'a> {
    known: &'a dyn Known,
    seen: RefCell<Sightings>,
}

impl<'a> Noting<'a> {
    pub(super) fn new(known: &'a dyn Known) -> Self {
        Self { known, seen: RefCell::default() }
    }

    pub(super) fn into_sightings(self) -> Sightings {
        self.seen.into_inner()
    }
}

impl Known for Noting<'_> {
    fn subject(&self, name: &SubjectName) -> Option<Arc<SubjectView>> {
        let seen = &mut self.seen.borrow_mut().0;
        // The first sight counts: a check is of one piece even while others write.
        if let Some((_, view)) = seen.iter().find(|(other, _)| other == name) {
            return view.clone();
        }
        let view = self.known.subject(name);
        seen.push((name.clone(), view.clone()));
        view
    }

    fn context(&self, name: &str) -> ContextState {
        self.known.context(name)
    }

    fn id(&self, context: &str, id: SchemaId) -> Option<IdEntry> {
        self.known.id(context, id)
    }

    fn id_of(&self, context: &str, guid: Guid) -> Option<SchemaId> {
        self.known.id_of(context, guid)
    }

    fn referrers(&self, subject: &SubjectName, version: Version) -> Arc<Vec<RowName>> {
        self.known.referrers(subject, version)
    }

    fn contexts(&self) -> Vec<Arc<str>> {
        self.known.contexts()
    }

    fn names_within(&self, scope: &SubjectName) -> Vec<SubjectName> {
        self.known.names_within(scope)
    }

    fn has_versions_within(&self, scope: &SubjectName, with_deleted: bool) -> bool {
        self.known.has_versions_within(scope, with_deleted)
    }

    fn associations_of(&self, resource_id: &str) -> Arc<Vec<Arc<AssociationKey>>> {
        self.known.associations_of(resource_id)
    }

    fn pending_text(&self, hash: TextHash) -> Option<Arc<str>> {
        self.known.pending_text(hash)
    }
}
