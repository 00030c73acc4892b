//! Inline tags in registrations: what a submission's text becomes, and what a request for other tags amounts to
//! (`registry-semantics` 2.3, 9.4).
//!
//! Either way the outcome is a [`Draft`], which registration takes on from there.

use super::candidate::Draft;
use super::contract::{RuleSet, Word};
use super::error::{RefusalCause, RegistryError, RuleSetProblem, SchemaProblem};
use super::face::{AskedReference, AskedTags, RuleSets, TagSubmission};
use super::identity::VERSION_PROPERTY;
use super::shelf::Unreadable;
use super::view::{Row, SubjectView};
use super::world::World;
use super::{reading, rules};
use crate::schema::names::{SubjectName, Version};
use crate::schema::{Strictness, TagChanges, TagProblem, TaggedEntity};
use std::collections::BTreeSet;
use std::sync::Arc;

/// What is to be registered where a version gets other tags. The version is searched in every context, as for reading;
/// the outcome is a version of the subject as asked.
pub(super) fn draft(world: World<'_>, asked: &TagSubmission) -> Result<Draft, RegistryError> {
    let (view, row) = reading::version(world.known, &asked.subject, asked.version, false)?;
    check_rules(world, asked)?;
    let mut base = stored_draft(world, &view.name, &row)?;
    let rule_set = match world.settings.rule_sets {
        RuleSets::Drop => None,
        RuleSets::Keep => rule_set(world, asked),
    };
    base.text = Some(retagged(world, &base, &asked.tags)?);
    let mut metadata = asked.metadata.clone().map(Arc::new).or(base.metadata).unwrap_or_default();
    // Registration puts the number there that the version gets.
    Arc::make_mut(&mut metadata).properties.insert(Word::from(VERSION_PROPERTY), String::new());
    Ok(Draft {
        subject: asked.subject.clone(),
        version: asked.new_version,
        id: None,
        metadata: Some(metadata),
        rule_set,
        ..base
    })
}

/// A stored version as if it were sent again.
pub(super) fn stored_draft(world: World<'_>, subject: &SubjectName, row: &Row) -> Result<Draft, RegistryError> {
    Ok(Draft {
        subject: subject.clone(),
        version: None,
        id: None,
        schema_type: Some(row.content.schema_type.as_str().to_owned()),
        references: row.content.references().iter().map(AskedReference::from).collect(),
        metadata: row.content.metadata().cloned(),
        rule_set: row.content.rule_set().cloned(),
        text: Some(world.shelf.text(world.known, row.content.text)?),
        normalize: false,
    })
}

/// The draft's text with its tags changed. The text is judged leniently here; registration judges the outcome.
pub(super) fn retagged(world: World<'_>, draft: &Draft, tags: &AskedTags) -> Result<Arc<str>, RegistryError> {
    let schema_type = draft.schema_type()?;
    if draft.text.is_none() {
        return Err(invalid(SchemaProblem::NoTextToTag));
    }
    let candidate = Draft { normalize: false, ..draft.clone() }.parse(world, Strictness::Stored)?;
    let model = candidate.model(world)?;
    let (Some(add), Some(remove)) = (complete(&tags.add), complete(&tags.remove)) else {
        return Err(invalid(SchemaProblem::IncompleteTags));
    };
    let changes = TagChanges { add: &add, remove: &remove };
    let model = model.ok_or_else(|| draft.refused(schema_type, RefusalCause::NoText))?;
    model.retagged(changes).map(Arc::from).map_err(refused)
}

/// Adds the tags of the latest version to the draft's text.
pub(super) fn propagate(world: World<'_>, draft: &mut Draft, view: Option<&SubjectView>) -> Result<(), RegistryError> {
    let Some((view, latest)) = view.and_then(|view| Some((view, view.latest()?))) else { return Ok(()) };
    let model = match world.shelf.model(world.known, view.name.context(), &latest.content) {
        Ok(model) => model,
        Err(Unreadable::Journal(error)) => return Err(error.into()),
        Err(Unreadable::Refused(cause)) => {
            let latest = stored_draft(world, &view.name, latest)?;
            return Err(latest.refused(latest.schema_type()?, cause));
        }
    };
    let Some(model) = model else { return Ok(()) };
    let tagged = model.tagged_entities(|_| true).map_err(refused)?;
    if !tagged.is_empty() {
        let tags = AskedTags { add: tagged.into_iter().map(Some).collect(), remove: Vec::new() };
        draft.text = Some(retagged(world, draft, &tags)?);
    }
    Ok(())
}

fn complete(tags: &[Option<TaggedEntity>]) -> Option<Vec<TaggedEntity>> {
    tags.iter().cloned().collect()
}

/// What is wrong with tags as the registry says it.
pub(super) fn refused(problem: TagProblem) -> RegistryError {
    invalid(SchemaProblem::Tags(problem))
}

fn invalid(problem: SchemaProblem) -> RegistryError {
    RegistryError::InvalidSchema(Box::new(problem))
}

/// Refuses rules that contradict each other or are not well formed. Rules to merge are judged even where rule sets are
/// dropped, as in the reference.
fn check_rules(world: World<'_>, asked: &TagSubmission) -> Result<(), RegistryError> {
    let keeps = world.settings.rule_sets == RuleSets::Keep;
    let given = asked.rule_set.as_ref().filter(|_| keeps);
    let changes = asked.rules_to_merge.is_some() || asked.rules_to_remove.is_some();
    if given.is_some() && changes {
        return Err(RegistryError::InvalidRuleSet(RuleSetProblem::GivenBesideChanges));
    }
    asked.rules_to_merge.iter().chain(given).try_for_each(rules::validate)
}

/// The rule set as asked, or that of the version before the new one with rules merged in and taken out by name.
/// `None` leaves it to registration, which takes the latest version's.
fn rule_set(world: World<'_>, asked: &TagSubmission) -> Option<Arc<RuleSet>> {
    if asked.rules_to_merge.is_none() && asked.rules_to_remove.is_none() {
        return asked.rule_set.clone().map(Arc::new);
    }
    let view = world.known.subject(&asked.subject);
    let previous = view.as_deref().and_then(|view| match asked.new_version {
        Some(number) if number > 0 => view.row(Version::new(i64::from(number) - 1)?).filter(|row| !row.deleted),
        // The reference fails for numbers below 0.
        _ => view.latest(),
    });
    let previous = previous.and_then(|row| row.content.rule_set()).map(|rules| (**rules).clone());
    let mut rules = match (previous, asked.rules_to_merge.clone()) {
        (Some(old), Some(new)) => Some(old.overlaid_with(&new)),
        (old, new) => old.or(new),
    }?;
    let gone: BTreeSet<&str> = asked.rules_to_remove.iter().flatten().map(String::as_str).collect();
    for list in [&mut rules.migration_rules, &mut rules.domain_rules, &mut rules.encoding_rules] {
        list.retain(|rule| rule.name.as_deref().is_none_or(|name| !gone.contains(name)));
    }
    Some(Arc::new(rules))
}
