//! One request on trial: what it would change, laid over what is known, so that it takes effect as a whole or not at all.

use super::index;
use super::problem::AssociationProblem as Problem;
use super::record::{Association, AssociationKey};
use super::request::TOPIC;
use crate::policy::Enforcement;
use crate::registry::catalog::Catalog;
use crate::registry::error::RegistryError;
use crate::registry::face::{RegisteredSchema, Settings, Submission};
use crate::registry::figures::Figures;
use crate::registry::judgement::{self, Registered, Said};
use crate::registry::record::{Event, Fact, TextHash};
use crate::registry::register::{Asked, Assessment, assess};
use crate::registry::scope;
use crate::registry::shelf::Shelf;
use crate::registry::view::{Below, Known, View};
use crate::registry::world::World;
use crate::registry::writer::Decision;
use crate::schema::names::SubjectName;
use std::cell::Cell;
use std::sync::Arc;

/// What the schemas of a batch may cost, in bytes that are compared: while they are, every other change waits.
pub(super) const WORK_MAX: usize = 16 << 20;
/// What looking at one more version of a subject counts for.
const VERSION_WORK: usize = 256;

/// What a request has come to so far.
pub(super) struct Attempt<'a> {
    pub(super) view: View<'a>,
    shelf: &'a Shelf,
    settings: &'a Settings,
    figures: &'a Figures,
    /// In a dry run: what is published, where resources are found by name, too.
    pub(super) dry_run: Option<&'a Catalog>,
    /// What the schemas of a batch may still cost; `None` where it is no batch.
    work_left: Option<&'a Cell<usize>>,
    /// For associations that are made.
    guids: std::slice::Iter<'a, Box<str>>,
    events: Vec<Event>,
    texts: Vec<(TextHash, Arc<str>)>,
    /// What policy said of the schemas that were registered.
    said: Vec<Said>,
}

impl<'a> Attempt<'a> {
    /// Begins over `below`, which `world` knows too.
    pub(super) fn new(below: &'a dyn Below, world: World<'a>, guids: &'a [Box<str>]) -> Self {
        let World { shelf, settings, figures, .. } = world;
        let (events, texts, said) = (Vec::new(), Vec::new(), Vec::new());
        let (view, guids) = (View::new(below), guids.iter());
        Self { view, shelf, settings, figures, dry_run: None, work_left: None, guids, events, texts, said }
    }

    /// Begins one that changes nothing, whatever becomes of it.
    pub(super) fn dry(catalog: &'a Catalog, world: World<'a>) -> Self {
        Self { dry_run: Some(catalog), ..Self::new(catalog, world, &[]) }
    }

    /// The same for a part of a batch, whose parts share what is left.
    pub(super) fn sharing(self, work_left: &'a Cell<usize>) -> Self {
        Self { work_left: Some(work_left), ..self }
    }

    /// Takes what it costs to check a schema from what is left to a batch: about the bytes that are compared. The first
    /// schema is checked whatever it costs, as a registration would be.
    pub(super) fn spend(&self, asked: &Submission) -> Result<(), RegistryError> {
        let Some(left) = self.work_left else { return Ok(()) };
        let view = self.view.subject(&asked.subject);
        let latest = view.as_ref().and_then(|view| view.latest()).map(|row| row.content.text);
        let latest = latest.map_or(Ok(0), |text| self.shelf.text(&self.view, text).map(|text| text.len()))?;
        let versions = view.as_ref().map_or(0, |view| view.rows.len());
        let work = asked.text.as_ref().map_or(0, String::len) + latest + VERSION_WORK * versions;
        if work > left.get() && left.get() < WORK_MAX {
            return Err(Problem::TooMuchToCheck.into());
        }
        left.set(left.get().saturating_sub(work));
        Ok(())
    }

    pub(super) fn world(&self) -> World<'_> {
        World { known: &self.view, shelf: self.shelf, settings: self.settings, figures: self.figures }
    }

    /// Takes an event into account.
    pub(super) fn take(&mut self, event: Event) {
        // When it was is not known before it is appended, and nothing here asks for it.
        let fact = Fact { timestamp_ms: 0, event };
        self.view.apply(&fact);
        self.events.push(fact.event);
    }

    /// Registers a schema as `POST /subjects/{subject}/versions` does.
    pub(super) fn register(&mut self, asked: Submission) -> Result<RegisteredSchema, RegistryError> {
        let checked = match assess(self.world(), &Arc::new(Asked::Schema(asked)))? {
            Assessment::Known(answer) => return Ok(answer),
            Assessment::New(checked) => checked,
        };
        let Decision { events, texts, answer } = checked.decide(&self.view)?;
        events.into_iter().for_each(|event| self.take(event));
        self.view.changes.texts.extend(texts.iter().cloned());
        self.texts.extend(texts);
        self.said.extend(Said::of(checked.asked().subject(), &answer, checked.heard()));
        Ok(answer)
    }

    /// Refuses a schema that [`Self::register`] would refuse for policy's sake. Asks nothing else.
    pub(super) fn require_policy(&self, asked: Submission) -> Result<(), RegistryError> {
        if judgement::policy(self.world(), &asked.subject).enforcement != Enforcement::Enforce {
            return Ok(());
        }
        match assess(self.world(), &Arc::new(Asked::Schema(asked))) {
            Err(refused @ RegistryError::RefusedByPolicy(_)) => Err(refused),
            Ok(_) | Err(_) => Ok(()),
        }
    }

    /// A guid that nothing has yet.
    pub(super) fn guid(&mut self) -> Box<str> {
        self.guids.next().expect("there is a guid for every association that is asked for").clone()
    }

    /// The topic associations of a resource, sorted.
    pub(super) fn of_resource(&self, id: &str) -> Vec<Arc<Association>> {
        let keys = self.view.associations_of(id);
        keys.iter().filter(|key| *key.resource_type == *TOPIC).filter_map(|key| self.find(key)).collect()
    }

    pub(super) fn find(&self, key: &AssociationKey) -> Option<Arc<Association>> {
        index::known(&self.view, key)
    }

    /// Refuses where associations of the subject may not be changed.
    pub(super) fn require_writable(&self, subject: &SubjectName) -> Result<(), RegistryError> {
        match scope::mode(&self.view, subject).is_read_only() {
            true => Err(RegistryError::AssociationReadOnly { subject: subject.clone() }),
            false => Ok(()),
        }
    }

    /// What it comes to.
    pub(super) fn decided<A>(self, answer: A) -> Decision<Registered<A>> {
        let answer = Registered { answer, said: self.said };
        Decision { events: self.events, texts: self.texts, answer }
    }
}
