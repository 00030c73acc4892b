//! What changing policies means. A read-only mode does not keep from it: the mode binds those who write schemas.

use crate::policy::PolicyLayer;
use crate::registry::error::RegistryError;
use crate::registry::record::Event;
use crate::registry::view::{Known as _, View};
use crate::registry::world::World;
use crate::registry::writer::{Command, Decision};
use crate::schema::names::SubjectName;
use std::sync::Arc;

/// Puts a policy in place of what a scope holds.
#[derive(Debug)]
pub(super) struct SetPolicy {
    pub(super) scope: SubjectName,
    pub(super) layer: PolicyLayer,
}

/// Removes the policy of a scope.
#[derive(Debug)]
pub(super) struct RemovePolicy {
    pub(super) scope: SubjectName,
}

impl Command for SetPolicy {
    type Answer = PolicyLayer;

    fn decide(&self, view: &View<'_>, _world: World<'_>) -> Result<Decision<PolicyLayer>, RegistryError> {
        let Self { scope, layer } = self;
        // Where no subject can live a policy would have no effect, which nobody who sets one wants.
        let is_nowhere = scope.context() == "*" || (scope.is_of_all_contexts() && !scope.is_all_contexts_scope());
        if !scope.may_be_configured() || is_nowhere {
            return Err(RegistryError::InvalidSubject { subject: scope.clone() });
        }
        let old = view.subject(scope).and_then(|view| view.policy().cloned());
        // A policy that says nothing hides nothing, but it is there: what was put can be got.
        let changes = old.is_none_or(|old| *old != *layer);
        let event = Event::PolicySet { scope: scope.clone(), policy: Arc::new(layer.clone()) };
        let events = if changes { vec![event] } else { Vec::new() };
        Ok(Decision { events, texts: Vec::new(), answer: layer.clone() })
    }
}

impl Command for RemovePolicy {
    type Answer = PolicyLayer;

    fn decide(&self, view: &View<'_>, _world: World<'_>) -> Result<Decision<PolicyLayer>, RegistryError> {
        let scope = &self.scope;
        let old = view.subject(scope).and_then(|view| view.policy().cloned());
        let old = old.ok_or_else(|| RegistryError::PolicyNotFound { scope: scope.clone() })?;
        let events = vec![Event::PolicyRemoved { scope: scope.clone() }];
        Ok(Decision { events, texts: Vec::new(), answer: Arc::unwrap_or_clone(old) })
    }
}
