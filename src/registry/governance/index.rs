//! Where policies and exemptions are found: each hangs on its scope or subject, with which it changes at once; a map leads
//! from an exemption's fingerprint to its subject.

use super::exemptions_of;
use crate::policy::{Exemption, PolicyLayer};
use crate::registry::catalog::Catalog;
use crate::registry::overlay::Overlay;
use crate::registry::view::{Below, Known as _, SubjectView, View, is_within};
use crate::schema::names::SubjectName;
use dashmap::DashMap;
use std::sync::Arc;

/// What is laid down for one scope or subject. Never empty where it is kept.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(in crate::registry) struct Governance {
    policy: Option<Arc<PolicyLayer>>,
    /// By fingerprint.
    exemptions: Vec<Arc<Exemption>>,
}

/// From fingerprints to subjects. It may lead to what is no longer there, never past what is.
#[derive(Debug, Default)]
pub(in crate::registry) struct ExemptionIndex {
    subjects: DashMap<Box<str>, Arc<SubjectName>>,
}

/// What a round changes in it.
pub(in crate::registry) type ExemptionChanges = Overlay<Box<str>, Arc<SubjectName>>;

impl ExemptionIndex {
    /// Whose exemption this is.
    pub(in crate::registry) fn subject(&self, fingerprint: &str) -> Option<Arc<SubjectName>> {
        self.subjects.get(fingerprint).map(|subject| subject.clone())
    }

    pub(in crate::registry) fn len(&self) -> usize {
        self.subjects.len()
    }

    pub(in crate::registry) fn publish(&self, changes: ExemptionChanges) {
        for (fingerprint, subject) in changes.items {
            match subject {
                Some(subject) => drop(self.subjects.insert(fingerprint, subject)),
                None => drop(self.subjects.remove(&fingerprint)),
            }
        }
    }
}

impl SubjectView {
    /// The policy of its own.
    pub(in crate::registry) fn policy(&self) -> Option<&Arc<PolicyLayer>> {
        self.governance.as_ref()?.policy.as_ref()
    }

    /// Its exemptions, by fingerprint.
    pub(in crate::registry) fn exemptions(&self) -> &[Arc<Exemption>] {
        self.governance.as_ref().map_or(&[], |governance| governance.exemptions.as_slice())
    }

    fn change_governance(&mut self, change: impl FnOnce(&mut Governance)) {
        let governance = Arc::make_mut(self.governance.get_or_insert_default());
        change(governance);
        if *governance == Governance::default() {
            self.governance = None;
        }
    }
}

impl View<'_> {
    pub(in crate::registry) fn set_policy(&mut self, scope: &SubjectName, policy: Option<&Arc<PolicyLayer>>) {
        self.change_subject(scope, |view| view.change_governance(|governance| governance.policy = policy.cloned()));
    }

    /// Takes an exemption into account. Its fingerprint may have been another subject's, where a foreign hand wrote it.
    pub(in crate::registry) fn set_exemption(&mut self, exemption: &Arc<Exemption>) {
        self.remove_exemption(&exemption.fingerprint);
        let subject = SubjectName::read(&exemption.subject);
        self.change_subject(&subject, |view| {
            view.change_governance(|governance| {
                let at = governance.exemptions.partition_point(|other| other.fingerprint < exemption.fingerprint);
                governance.exemptions.insert(at, exemption.clone());
            });
        });
        self.changes.exemptions.put(exemption.fingerprint.as_str().into(), Some(Arc::new(subject)));
    }

    pub(in crate::registry) fn remove_exemption(&mut self, fingerprint: &str) {
        let Some(subject) = self.exempted_subject(fingerprint) else { return };
        self.change_subject(&subject, |view| {
            view.change_governance(|governance| {
                governance.exemptions.retain(|exemption| exemption.fingerprint != fingerprint);
            });
        });
        self.changes.exemptions.put(fingerprint.into(), None);
    }

    /// How many exemptions there are.
    pub(in crate::registry) fn exemption_count(&self) -> usize {
        let changed = &self.changes.exemptions.items;
        let added = changed.iter().filter(|(_, subject)| subject.is_some()).count();
        let replaced = changed.iter().filter(|(fingerprint, _)| self.base.exempted_subject(fingerprint).is_some());
        self.base.exemption_count() + added - replaced.count()
    }
}

/// The exemption with a fingerprint.
pub(super) fn find(known: &dyn Below, fingerprint: &str) -> Option<Arc<Exemption>> {
    let subject = known.exempted_subject(fingerprint)?;
    let view = known.subject(&subject)?;
    view.exemptions().iter().find(|exemption| exemption.fingerprint == fingerprint).cloned()
}

/// The exemptions of a scope, by subject and fingerprint.
pub(super) fn within(catalog: &Catalog, scope: Option<&SubjectName>) -> Vec<Arc<Exemption>> {
    if let Some(subject) = scope.filter(|scope| !scope.is_context_scope()) {
        return exemptions_of(catalog, subject);
    }
    let mut subjects: Vec<_> = catalog.exemptions.subjects.iter().map(|entry| entry.value().clone()).collect();
    subjects.retain(|subject| scope.is_none_or(|scope| is_within(subject, scope)));
    subjects.sort_unstable();
    subjects.dedup();
    let views = subjects.iter().filter_map(|subject| catalog.subject(subject));
    views.flat_map(|view| view.exemptions().to_vec()).collect()
}
