//! What changes associations, as commands for the writer: each request is decided on trial and takes effect as a whole.

use super::attempt::{Attempt, WORK_MAX};
use super::problem::AssociationProblem as Problem;
use super::put::put;
use super::query::{AssociationFilter, of_resource};
use super::remove::remove;
use super::request::{Request, ResourceAssociations, Step, Steps, TOPIC, Wanted, Way};
use crate::registry::catalog::Catalog;
use crate::registry::error::RegistryError;
use crate::registry::face::Page;
use crate::registry::judgement::{Registered, Said};
use crate::registry::record::Fact;
use crate::registry::view::View;
use crate::registry::world::World;
use crate::registry::writer::{Command, Decision};
use crate::schema::names::SubjectName;
use std::cell::Cell;

type Outcome<T> = Result<T, RegistryError>;

/// Findings against the schemas of a batch after which nothing more of it is tried: each part may find thousands in a
/// schema that is stored once, while every other change waits.
const FINDINGS_MAX: usize = 50_000;

/// What one part of a batch is answered with.
type Part = Outcome<ResourceAssociations>;

/// Creates or updates the associations of one resource.
pub(super) struct Put {
    pub(super) way: Way,
    pub(super) context: SubjectName,
    pub(super) request: Request,
    /// One for each association that is asked for.
    pub(super) guids: Vec<Box<str>>,
}

/// Takes associations of a resource away.
pub(super) struct Remove {
    pub(super) resource_id: String,
    pub(super) filter: AssociationFilter,
    pub(super) cascade: bool,
}

/// Does several things to several resources, each to itself.
pub(super) struct Mutate {
    pub(super) context: SubjectName,
    /// With what is wrong with those that are not well-formed.
    pub(super) parts: Vec<Outcome<Steps>>,
    /// One for each association that is asked for.
    pub(super) guids: Vec<Vec<Box<str>>>,
}

impl Put {
    /// What it would be answered with, if it changed something.
    pub(super) fn dry_run(&self, catalog: &Catalog, world: World<'_>) -> Outcome<ResourceAssociations> {
        put(&mut Attempt::dry(catalog, world), self.way, &self.context, &self.request)
    }
}

impl Command for Put {
    type Answer = Registered<ResourceAssociations>;

    fn decide(&self, view: &View<'_>, world: World<'_>) -> Outcome<Decision<Self::Answer>> {
        let mut attempt = Attempt::new(view, world, &self.guids);
        let answer = put(&mut attempt, self.way, &self.context, &self.request)?;
        Ok(attempt.decided(answer))
    }

    fn text_bytes(&self) -> usize {
        self.request.wanted.iter().map(Wanted::text_bytes).sum()
    }
}

impl Remove {
    pub(super) fn dry_run(&self, catalog: &Catalog, world: World<'_>) -> Outcome<()> {
        self.attempt(&mut Attempt::dry(catalog, world))
    }

    fn attempt(&self, attempt: &mut Attempt<'_>) -> Outcome<()> {
        let found = of_resource(&attempt.view, &self.resource_id, &self.filter, Page::ALL);
        if found.is_empty() {
            return Err(RegistryError::AssociationNotFound { resource_id: self.resource_id.clone() });
        }
        remove(attempt, &found, self.cascade)
    }
}

impl Command for Remove {
    type Answer = Registered<()>;

    fn decide(&self, view: &View<'_>, world: World<'_>) -> Outcome<Decision<Self::Answer>> {
        let mut attempt = Attempt::new(view, world, &[]);
        self.attempt(&mut attempt)?;
        Ok(attempt.decided(()))
    }
}

impl Mutate {
    pub(super) fn dry_run(&self, catalog: &Catalog, world: World<'_>) -> Vec<Part> {
        let work_left = Cell::new(WORK_MAX);
        let part = |part: &Outcome<Steps>| {
            let steps = part.as_ref().map_err(Clone::clone)?;
            take_steps(&mut Attempt::dry(catalog, world).sharing(&work_left), &self.context, steps)
        };
        self.parts.iter().map(part).collect()
    }
}

impl Command for Mutate {
    type Answer = Registered<Vec<Part>>;

    fn decide(&self, view: &View<'_>, world: World<'_>) -> Outcome<Decision<Self::Answer>> {
        let mut done = View::new(view);
        let (mut events, mut texts, mut answers, mut said) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
        let (mut findings, work_left) = (0, Cell::new(WORK_MAX));
        for (part, guids) in self.parts.iter().zip(&self.guids) {
            let answer = part.as_ref().map_err(Clone::clone).and_then(|steps| {
                if findings > FINDINGS_MAX {
                    return Err(Problem::TooMuchRefused.into());
                }
                let attempt = Attempt::new(&done, World { known: &done, ..world }, guids);
                let mut attempt = attempt.sharing(&work_left);
                let answer = take_steps(&mut attempt, &self.context, steps)?;
                Ok(attempt.decided(answer))
            });
            match &answer {
                Err(RegistryError::AssociationIncompatible { reason, .. }) => findings += reason.findings(),
                Err(RegistryError::RefusedByPolicy(refusal)) => {
                    findings += refusal.changes.len();
                    said.push(Said::Refused(refusal.clone()));
                }
                Ok(_) | Err(_) => {}
            }
            answers.push(answer.map(|decision| {
                for event in &decision.events {
                    done.apply(&Fact { timestamp_ms: 0, event: event.clone() });
                }
                done.changes.texts.extend(decision.texts.iter().cloned());
                events.extend(decision.events);
                texts.extend(decision.texts);
                said.extend(decision.answer.said);
                decision.answer.answer
            }));
        }
        Ok(Decision { events, texts, answer: Registered { answer: answers, said } })
    }

    fn text_bytes(&self) -> usize {
        let steps = self.parts.iter().flatten().flat_map(|part| &part.steps);
        steps.map(|step| if let Step::Put(_, wanted) = step { wanted.text_bytes() } else { 0 }).sum()
    }
}

/// Does to a resource what a batch says, and shows what it has then, in a dry run nothing.
fn take_steps(attempt: &mut Attempt<'_>, context: &SubjectName, asked: &Steps) -> Outcome<ResourceAssociations> {
    let resource = asked.resource.shown();
    let mut schemas = Vec::new();
    for step in &asked.steps {
        match step {
            Step::Put(way, wanted) => {
                let request = Request { resource: asked.resource.clone(), wanted: vec![(**wanted).clone()] };
                let changed = put(attempt, *way, context, &request)?.associations;
                schemas.extend(changed.into_iter().filter_map(|(known, schema)| Some((known.key.clone(), schema?))));
            }
            Step::Delete { association_type, cascade } => {
                let Some(id) = asked.resource.id.as_deref() else { continue };
                let filter = AssociationFilter {
                    resource_type: Some(TOPIC.to_owned()),
                    association_types: vec![(*association_type).to_owned()],
                    lifecycle: None,
                };
                remove(attempt, &of_resource(&attempt.view, id, &filter, Page::ALL), *cascade)?;
            }
        }
    }
    if attempt.dry_run.is_some() {
        return Ok(ResourceAssociations { resource, associations: Vec::new() });
    }
    let has_now = attempt.of_resource(resource.id.as_deref().unwrap_or_default());
    if !has_now.iter().all(|association| resource.is_that_of(association)) {
        return Err(Problem::ResourceNamesDiffer.into());
    }
    let associations = has_now.into_iter().map(|association| {
        let schema = schemas.iter().rev().find(|(key, _)| *key == association.key);
        let schema = schema.map(|(_, schema)| schema.clone());
        (association, schema)
    });
    Ok(ResourceAssociations { resource, associations: associations.collect() })
}
