//! Policies by scope, and how they are inherited: field by field, rules id by id.

use crate::policy::{Policy, PolicyLayer};
use crate::registry::scope::{all_contexts, context, global};
use crate::registry::view::Known;
use crate::schema::names::SubjectName;
use std::borrow::Cow;

/// The policy in force for a subject: what it says itself, else what its context says, else what the global scope says,
/// else what `:.__GLOBAL:` says; where nobody says anything, the server's own (`change-classification` 8.2 and 10).
///
/// Unlike a configuration (`registry-semantics` 8.1), a policy of the global scope holds in every context: who switches
/// enforcement on for everybody must not find a context in which it is off.
pub(in crate::registry) fn policy_in_force(known: &dyn Known, subject: &SubjectName) -> Policy {
    inherited(known, subject).completed()
}

/// The same without what nobody says.
pub(super) fn inherited(known: &dyn Known, subject: &SubjectName) -> PolicyLayer {
    let mut merged = PolicyLayer::default();
    for scope in scopes_of(subject) {
        let Some(view) = known.subject(&scope) else { continue };
        let Some(outer) = view.policy() else { continue };
        merged.profile = merged.profile.or(outer.profile);
        merged.enforcement = merged.enforcement.or(outer.enforcement);
        merged.rules = merged.rules.over(&outer.rules);
    }
    merged
}

/// Where the policy of a subject or scope comes from, the innermost first, each once.
fn scopes_of(subject: &SubjectName) -> impl Iterator<Item = Cow<'_, SubjectName>> {
    let scopes = [Cow::Borrowed(subject), context(subject), Cow::Borrowed(global()), Cow::Borrowed(all_contexts())];
    // What is of all contexts is outermost: nothing is further outside than the scope itself.
    let is_inside = !subject.is_of_all_contexts();
    (0..scopes.len()).filter_map(move |at| {
        let (before, scope) = (&scopes[..at], &scopes[at]);
        let counts = !before.contains(scope) && (is_inside || scope.is_of_all_contexts());
        counts.then(|| scope.clone())
    })
}
