//! What a platform team lays down: policies by scope, and exemptions from them by subject.
//!
//! A resource of their own beside configurations: in a configuration any subject's hides the outer ones, so that switching
//! enforcement on there would change the level, and a stock `DELETE /config/{subject}` would end it. Neither mode nor the
//! deletion of a subject touches them: they are the operator's, not the producer's.

mod command;
mod exemptions;
mod history;
mod index;
mod layer;
mod problem;

pub use crate::policy::{Exemption, PolicyLayer};
pub use problem::{ExemptionMember, ExemptionProblem};

pub(super) use index::{ExemptionChanges, ExemptionIndex, Governance};
pub(super) use layer::policy_in_force;

use super::view::Known;
use super::{Page, Registry, RegistryError, Reply};
use crate::policy::Policy;
use crate::schema::names::{SubjectName, Version};
use command::{RemovePolicy, SetPolicy};
use exemptions::{AddExemption, RemoveExemption};
use jiff::civil::Date;
use std::sync::Arc;

/// The exemptions of a subject, by fingerprint, expired ones included.
pub(super) fn exemptions_of(known: &dyn Known, subject: &SubjectName) -> Vec<Arc<Exemption>> {
    known.subject(subject).map(|view| view.exemptions().to_vec()).unwrap_or_default()
}

impl Registry {
    /// The policy of exactly this scope.
    ///
    /// # Errors
    /// [`RegistryError::PolicyNotFound`].
    pub fn policy(&self, scope: &SubjectName) -> Result<PolicyLayer, RegistryError> {
        let own = self.shared.catalog.subject(scope).and_then(|view| view.policy().cloned());
        own.map(Arc::unwrap_or_clone).ok_or_else(|| RegistryError::PolicyNotFound { scope: scope.clone() })
    }

    /// The policy in force for a scope.
    pub fn effective_policy(&self, scope: &SubjectName) -> Policy {
        policy_in_force(&self.shared.catalog, scope)
    }

    /// The same without the server's defaults: what is left out, nobody has said.
    pub fn inherited_policy(&self, scope: &SubjectName) -> PolicyLayer {
        layer::inherited(&self.shared.catalog, scope)
    }

    /// Puts `layer` in place of what the scope holds, and replies with it.
    pub fn set_policy(&self, scope: SubjectName, layer: PolicyLayer, reply: Reply<PolicyLayer>) {
        self.submit(SetPolicy { scope, layer }, reply);
    }

    /// Removes the policy of a scope and replies with what it was.
    pub fn remove_policy(&self, scope: SubjectName, reply: Reply<PolicyLayer>) {
        self.submit(RemovePolicy { scope }, reply);
    }

    /// The exemptions of a scope (a subject, a context, with `None` everything), by subject and fingerprint, expired ones
    /// included.
    pub fn exemptions(&self, scope: Option<&SubjectName>, page: Page) -> Vec<Arc<Exemption>> {
        index::within(&self.shared.catalog, scope).into_iter().skip(page.offset).take(page.limit).collect()
    }

    /// For each of these, which follow each other by subject, the versions whose change it names; none of an exemption
    /// that nothing has come of yet. Reads every version of the subjects.
    pub fn exempted_versions(&self, exemptions: &[Arc<Exemption>]) -> Vec<Vec<Version>> {
        let of_subject = |exemptions: &[Arc<Exemption>]| {
            let subject = SubjectName::read(&exemptions[0].subject);
            history::applied_to(self.shared.world(), &subject, exemptions)
        };
        exemptions.chunk_by(|left, right| left.subject == right.subject).flat_map(of_subject).collect()
    }

    /// The exemption with a fingerprint, in either letter case.
    ///
    /// # Errors
    /// [`RegistryError::ExemptionNotFound`].
    pub fn exemption(&self, fingerprint: &str) -> Result<Arc<Exemption>, RegistryError> {
        let found = index::find(&self.shared.catalog, &fingerprint.to_ascii_lowercase());
        found.ok_or_else(|| RegistryError::ExemptionNotFound { fingerprint: fingerprint.to_owned() })
    }

    /// Adds an exemption that is not over on the day `today`, and replies with it. The very same once more is no error;
    /// one that is over gives way to a new one of its fingerprint.
    pub fn add_exemption(&self, exemption: Exemption, today: Date, reply: Reply<Arc<Exemption>>) {
        match exemptions::checked(exemption, today) {
            Ok(exemption) => self.submit(AddExemption { exemption: Arc::new(exemption), today }, reply),
            Err(problem) => reply(Err(RegistryError::InvalidExemption(problem))),
        }
    }

    /// Removes an exemption and replies with what it was.
    pub fn remove_exemption(&self, fingerprint: &str, reply: Reply<Arc<Exemption>>) {
        self.submit(RemoveExemption { fingerprint: fingerprint.to_ascii_lowercase().into() }, reply);
    }
}
