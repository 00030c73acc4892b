//! Creating and updating: what a resource's associations become, checked in the reference's order.
//!
//! Every check of every association comes before the first schema is registered.

use super::attempt::Attempt;
use super::problem::AssociationProblem as Problem;
use super::query::{self, AssociationFilter};
use super::record::{Association, AssociationKey, AssociationValue, Lifecycle};
use super::request::{Request, Resource, ResourceAssociations, TOPIC, Wanted, Way};
use crate::registry::contract::Mode;
use crate::registry::error::RegistryError;
use crate::registry::face::{CheckAgainst, CompatibilityAnswer, Page, RegisteredSchema, Submission};
use crate::registry::record::Event;
use crate::registry::view::Known;
use crate::registry::{judgement, lookup, reading, scope, trial};
use crate::schema::names::SubjectName;
use std::sync::Arc;

/// Associations of one subject, at most: each change copies the list. Ours: the reference has the error and no limit.
const OF_SUBJECT_MAX: usize = 10_000;

type Outcome<T> = Result<T, RegistryError>;

/// What is to become of one association.
struct Plan<'r> {
    wanted: Wanted,
    resource: &'r Resource,
    subject: SubjectName,
    lifecycle: Lifecycle,
    /// What the resource has for this type already.
    known: Option<Arc<Association>>,
    /// Whether that is what is wanted.
    is_kept: bool,
}

/// Gives a resource the associations it is to have and answers with those that are new or changed; in a dry run with
/// none. `context` is where unqualified subjects lie.
pub(super) fn put(
    attempt: &mut Attempt<'_>,
    way: Way,
    context: &SubjectName,
    request: &Request,
) -> Outcome<ResourceAssociations> {
    let Request { resource, wanted } = request;
    let mut subjects = Vec::with_capacity(wanted.len());
    for wanted in wanted {
        subjects.push(wanted.asked.subject.as_deref().map(|name| subject(attempt, context, name)).transpose()?);
    }
    for (at, Wanted { association_type, .. }) in wanted.iter().enumerate() {
        if wanted[..at].iter().any(|other| other.association_type == *association_type) {
            return Err(Problem::TypeTwice { association_type }.into());
        }
    }
    let known = known(attempt, way, resource);
    let mut plans = Vec::with_capacity(wanted.len());
    for (wanted, subject) in wanted.iter().zip(subjects) {
        let known = known.iter().find(|known| *known.key.association_type == *wanted.association_type);
        plans.push(plan(attempt, way, resource, wanted.clone(), subject, known.cloned())?);
    }
    for (at, plan) in plans.iter().enumerate() {
        plan.check_subject(attempt, &plans[..at])?;
    }
    for plan in &plans {
        plan.check_compatibility(attempt)?;
    }
    let mut associations = Vec::new();
    if attempt.dry_run.is_some() {
        plans.iter().try_for_each(|plan| plan.check_policy(attempt))?;
    } else {
        let mut schemas = Vec::with_capacity(plans.len());
        for plan in &plans {
            schemas.push(plan.register(attempt)?);
        }
        for (plan, schema) in plans.iter().zip(schemas).filter(|(plan, _)| !plan.is_kept) {
            associations.push((plan.write(attempt)?, schema));
        }
    }
    Ok(ResourceAssociations { resource: resource.shown(), associations })
}

/// The subject that a request means: seen from its context, an alias followed, and open for changes.
fn subject(attempt: &Attempt<'_>, context: &SubjectName, name: &str) -> Outcome<SubjectName> {
    let named = match context.is_in_default_context() || name.starts_with(":.") {
        true => SubjectName::read(name),
        false => SubjectName::read(&format!(":{}:{name}", context.context())),
    };
    let subject = reading::alias_target(&attempt.view, &named).unwrap_or(named);
    attempt.require_writable(&subject)?;
    Ok(subject)
}

/// What the resource has already. A dry run may come before the resource has its id; then its name decides, and of
/// resources that had the name one after the other the last.
fn known(attempt: &Attempt<'_>, way: Way, resource: &Resource) -> Vec<Arc<Association>> {
    match (&resource.id, attempt.dry_run) {
        (Some(id), _) => attempt.of_resource(id),
        (None, Some(catalog)) if way == Way::Create => {
            let topics = AssociationFilter { resource_type: Some(TOPIC.to_owned()), ..AssociationFilter::default() };
            let (name, namespace) = (Some(&*resource.name), Some(&*resource.namespace));
            let mut named = query::named(catalog, name, namespace, &topics, Page::ALL);
            named.sort_by_key(|known| std::cmp::Reverse(known.updated_ms));
            named
        }
        (None, _) => Vec::new(),
    }
}

fn plan<'r>(
    attempt: &Attempt<'_>,
    way: Way,
    resource: &'r Resource,
    mut wanted: Wanted,
    subject: Option<SubjectName>,
    known: Option<Arc<Association>>,
) -> Outcome<Plan<'r>> {
    if known.is_none() && way == Way::Update {
        wanted.fill_in(way)?;
    }
    let asks_strong = wanted.asked.lifecycle == Some(Lifecycle::Strong);
    let own = resource.own_subject(wanted.association_type);
    let subject = match (subject, &known) {
        (Some(subject), _) => subject,
        (None, Some(known)) => known.key.subject.clone(),
        (None, None) if asks_strong => SubjectName::read(&own),
        (None, None) => return Err(Problem::WeakWithoutSubject.into()),
    };
    let lifecycle = wanted.asked.lifecycle.or(known.as_ref().map(|known| known.value.lifecycle));
    let lifecycle = lifecycle.unwrap_or(Lifecycle::Weak);
    let has_own = subject.as_str() == own;
    if lifecycle == Lifecycle::Weak && wanted.asked.schema.is_some() {
        return Err(Problem::WeakWithSchema.into());
    }
    if lifecycle == Lifecycle::Weak && has_own {
        return Err(Problem::WeakWithOwnSubject { own }.into());
    }
    let asks_frozen = wanted.asked.frozen == Some(true);
    if known.as_ref().map_or(asks_frozen, |known| known.is_frozen()) && !has_own {
        return Err(Problem::FrozenWithOtherSubject { own }.into());
    }
    let mut plan = Plan { wanted, resource, subject, lifecycle, known, is_kept: false };
    match plan.known.clone() {
        None if asks_frozen => plan.check_new_frozen(attempt, way)?,
        None => {}
        Some(known) if plan.asks_for(&known) => {
            if way == Way::Create && plan.submission().is_some() && !plan.has_schema(attempt)? {
                return Err(plan.exists(&known));
            }
            plan.is_kept = true;
        }
        Some(known) if way == Way::Create => return Err(plan.exists(&known)),
        Some(known) => plan.check_change(&known)?,
    }
    Ok(plan)
}

impl Plan<'_> {
    fn submission(&self) -> Option<Submission> {
        self.wanted.submission(&self.subject)
    }

    /// Whether the request asks for exactly what is there; what it does not say is as it is.
    fn asks_for(&self, known: &Association) -> bool {
        self.subject == known.key.subject
            && self.wanted.asked.lifecycle.is_none_or(|lifecycle| lifecycle == known.value.lifecycle)
            && self.wanted.asked.frozen.is_none_or(|frozen| frozen == known.is_frozen())
    }

    fn exists(&self, known: &Association) -> RegistryError {
        RegistryError::AssociationForResourceExists {
            association_type: known.key.association_type.clone(),
            resource: known.key.resource_name.clone(),
        }
    }

    /// Whether the subject has the schema that the request brings.
    fn has_schema(&self, attempt: &Attempt<'_>) -> Outcome<bool> {
        let Some(asked) = self.submission() else { return Ok(false) };
        match lookup::lookup_here(attempt.world(), &asked, false) {
            Ok(_) => Ok(true),
            Err(RegistryError::SubjectNotFound { .. } | RegistryError::SchemaNotFound) => Ok(false),
            Err(error) => Err(error),
        }
    }

    /// A frozen association begins with the first version of its subject, except in import mode.
    fn check_new_frozen(&self, attempt: &Attempt<'_>, way: Way) -> Outcome<()> {
        if scope::mode(&attempt.view, &self.subject) == Mode::Import {
            return Ok(());
        }
        if way == Way::Create && self.wanted.asked.schema.is_none() {
            return Err(Problem::FrozenWithoutSchema.into());
        }
        let view = attempt.view.subject(&self.subject);
        let latest = view.as_ref().and_then(|view| view.latest()).map(|row| row.version.get());
        match latest {
            None => Ok(()),
            Some(1) if self.has_schema(attempt)? => Ok(()),
            Some(_) => Err(Problem::FrozenOverSchemas.into()),
        }
    }

    /// What of an association that is there may be changed.
    fn check_change(&self, known: &Association) -> Outcome<()> {
        let asked = &self.wanted.asked;
        if asked.lifecycle.is_none() && asked.schema.is_none() {
            return Err(Problem::NothingToUpdate.into());
        }
        if self.subject != known.key.subject {
            let (from, to) = (known.key.subject.to_string(), self.subject.to_string());
            return Err(Problem::SubjectChanged { from, to }.into());
        }
        if asked.frozen.is_some_and(|frozen| frozen != known.is_frozen()) {
            return Err(Problem::FrozenChanged.into());
        }
        match known.is_frozen() {
            true => Err(frozen(known)),
            false => Ok(()),
        }
    }

    /// A subject that is used is there, and a strong use is the only one; `earlier` ones of the request count too.
    fn check_subject(&self, attempt: &Attempt<'_>, earlier: &[Self]) -> Outcome<()> {
        let subject = &self.subject;
        let view = attempt.view.subject(subject);
        let has_live = view.as_ref().is_some_and(|view| view.latest().is_some());
        if self.wanted.asked.schema.is_none() && !has_live {
            return Err(RegistryError::NoLiveVersion { subject: subject.clone() });
        }
        let is_other = |other: &&Arc<Association>| self.known.as_ref().is_none_or(|known| known.key != other.key);
        let others = view.iter().flat_map(|view| view.associations()).filter(is_other);
        let planned = earlier.iter().filter(|plan| plan.subject == *subject && !plan.is_kept);
        let mut others = others.map(|other| other.value.lifecycle).chain(planned.map(|plan| plan.lifecycle));
        match self.lifecycle {
            Lifecycle::Strong if others.next().is_some() => {
                Err(RegistryError::AssociationForSubjectExists { subject: subject.clone() })
            }
            Lifecycle::Weak if others.any(|other| other == Lifecycle::Strong) => {
                Err(RegistryError::StrongAssociationForSubjectExists { subject: subject.clone() })
            }
            Lifecycle::Strong | Lifecycle::Weak => Ok(()),
        }
    }

    /// The schema against the level in force, whatever the mode.
    fn check_compatibility(&self, attempt: &Attempt<'_>) -> Outcome<()> {
        let Some(asked) = self.submission() else { return Ok(()) };
        attempt.spend(&asked)?;
        match trial::check(attempt.world(), &asked, CheckAgainst::Level)? {
            CompatibilityAnswer::Compatible => Ok(()),
            CompatibilityAnswer::Incompatible(reason) => {
                let findings = judgement::findings(attempt.world(), &asked, &reason);
                Err(RegistryError::AssociationIncompatible { reason, findings })
            }
        }
    }

    /// Whether policy takes the schema: what a dry run, which registers nothing, would not hear of otherwise. The
    /// reference has no policies, so there is no answer of its own to keep to.
    fn check_policy(&self, attempt: &Attempt<'_>) -> Outcome<()> {
        match self.registration(attempt) {
            Some(asked) => attempt.require_policy(asked),
            None => Ok(()),
        }
    }

    fn register(&self, attempt: &mut Attempt<'_>) -> Outcome<Option<RegisteredSchema>> {
        self.registration(attempt).map(|asked| attempt.register(asked)).transpose()
    }

    /// What is registered. In import mode nothing is: whoever imports brings the schemas with their ids.
    fn registration(&self, attempt: &Attempt<'_>) -> Option<Submission> {
        self.submission().filter(|_| scope::mode(&attempt.view, &self.subject) != Mode::Import)
    }

    fn write(&self, attempt: &mut Attempt<'_>) -> Outcome<Arc<Association>> {
        // A request that names no subject has not been held against its mode yet.
        attempt.require_writable(&self.subject)?;
        let asked = &self.wanted.asked;
        let (key, value) = match &self.known {
            Some(known) => {
                if !self.resource.shown().is_that_of(known) {
                    return Err(Problem::ResourceNamesDiffer.into());
                }
                let value = AssociationValue {
                    lifecycle: self.lifecycle,
                    frozen: Some(asked.frozen.unwrap_or(known.is_frozen())),
                    created_ms: Some(known.created_ms),
                    ..known.value.clone()
                };
                ((*known.key).clone(), value)
            }
            None => self.made(attempt)?,
        };
        attempt.take(Event::AssociationSet { key: key.clone(), value });
        Ok(attempt.find(&key).expect("it was just put there"))
    }

    fn made(&self, attempt: &mut Attempt<'_>) -> Outcome<(AssociationKey, AssociationValue)> {
        let key = AssociationKey {
            resource_name: self.resource.name.as_str().into(),
            resource_namespace: self.resource.namespace.as_str().into(),
            resource_type: TOPIC.into(),
            association_type: self.wanted.association_type.into(),
            subject: self.subject.clone(),
        };
        let view = attempt.view.subject(&self.subject);
        let uses = view.as_ref().map_or(0, |view| view.associations().len());
        if uses >= OF_SUBJECT_MAX {
            return Err(RegistryError::TooManyAssociations { max: OF_SUBJECT_MAX });
        }
        let value = AssociationValue {
            guid: attempt.guid(),
            resource_id: self.resource.id.as_deref().unwrap_or_default().into(),
            lifecycle: self.lifecycle,
            frozen: Some(self.wanted.asked.frozen == Some(true)),
            // Where another resource had the name before, what is kept under the key began then.
            created_ms: attempt.find(&key).map(|known| known.created_ms),
        };
        Ok((key, value))
    }
}

pub(super) fn frozen(known: &Association) -> RegistryError {
    RegistryError::AssociationFrozen {
        association_type: known.key.association_type.clone(),
        subject: known.key.subject.clone(),
    }
}
