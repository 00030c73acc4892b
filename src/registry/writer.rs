//! The only thread that appends: decide, append together, apply, reply.
//!
//! Everything that waits goes into one synced batch, so that many writers share a sync. A reply is sent after the sync
//! and after readers can see its effect. When the journal fails, the registry is read-only until the journal has been
//! opened again and found to say what is known.

use super::Shared;
use super::catalog::Catalog;
use super::error::RegistryError;
use super::face::{Health, RegisteredSchema, Reply};
use super::figures::{AppendOutcome, CommandOutcome, Figures};
use super::journal::{Batch, JournalError, JournalWriter, Position, Texts};
use super::judgement::{Registered, Said};
use super::queue::Queue;
use super::record::{Event, Fact, TextHash};
use super::register::{self, Assessment, Checked, assess};
use super::replay::{difference, replay};
use super::view::{Known, View};
use super::world::World;
use crate::schema::names::SchemaId;
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// How often a round is decided again because somebody else appended first.
const CONFLICTS_MAX: usize = 16;
/// Pause before the journal is opened again, doubled after each failure.
const REOPEN_PAUSE: Duration = Duration::from_millis(20);
/// It is not doubled beyond this.
const REOPEN_PAUSE_MAX: Duration = Duration::from_secs(2);
/// How often a journal that refuses writes is asked whether it still does.
const REFUSED_PAUSE: Duration = Duration::from_secs(1);

/// Something that changes what is known.
pub(super) trait Command: Send + 'static {
    /// What it is answered with.
    type Answer: Send + 'static;

    /// What it means for `view`, which `world` knows too; changes nothing.
    fn decide(&self, view: &View<'_>, world: World<'_>) -> Result<Decision<Self::Answer>, RegistryError>;

    /// What happens although the command was refused, for this reason.
    fn despite(&self, _view: &View<'_>, _refusal: &RegistryError) -> Vec<Event> {
        Vec::new()
    }

    /// Bytes of text it holds while it waits.
    fn text_bytes(&self) -> usize {
        0
    }
}

/// What a command means.
#[derive(Debug)]
pub(super) struct Decision<A> {
    pub(super) events: Vec<Event>,
    pub(super) texts: Vec<(TextHash, Arc<str>)>,
    pub(super) answer: A,
}

/// A command with its reply, whatever its type.
pub(super) trait Waiting: Send {
    fn decide(&mut self, view: &View<'_>, world: World<'_>) -> (Vec<Event>, Vec<(TextHash, Arc<str>)>);
    /// Counts and replies with what was decided last, or with `failure`.
    fn settle(self: Box<Self>, failure: Option<RegistryError>, figures: &Figures);
    fn text_bytes(&self) -> usize;
}

pub(super) struct Pending<C: Command> {
    command: C,
    reply: Reply<C::Answer>,
    outcome: Option<Result<C::Answer, RegistryError>>,
}

impl<C: Command> Pending<C> {
    pub(super) fn new(command: C, reply: Reply<C::Answer>) -> Box<Self> {
        Box::new(Self { command, reply, outcome: None })
    }
}

impl<C: Command> Waiting for Pending<C> {
    fn decide(&mut self, view: &View<'_>, world: World<'_>) -> (Vec<Event>, Vec<(TextHash, Arc<str>)>) {
        match self.command.decide(view, world) {
            Ok(Decision { events, texts, answer }) => {
                self.outcome = Some(Ok(answer));
                (events, texts)
            }
            Err(error) => {
                let events = self.command.despite(view, &error);
                self.outcome = Some(Err(error));
                (events, Vec::new())
            }
        }
    }

    fn settle(self: Box<Self>, failure: Option<RegistryError>, figures: &Figures) {
        let (outcome, counted) = match failure {
            Some(RegistryError::QueueFull) => (Err(RegistryError::QueueFull), CommandOutcome::TurnedAway),
            Some(failure) => (Err(failure), CommandOutcome::Failed),
            None => match self.outcome.expect("a command is decided before it is settled") {
                Ok(answer) => (Ok(answer), CommandOutcome::Done),
                Err(refusal) => (Err(refusal), CommandOutcome::Refused),
            },
        };
        // Before the reply: whoever has it finds it counted.
        figures.settled(counted);
        (self.reply)(outcome);
    }

    fn text_bytes(&self) -> usize {
        self.command.text_bytes()
    }
}

/// Takes a checked submission on, or checks it again where something it rests on has changed.
pub(super) struct Register(pub(super) Checked);

impl Command for Register {
    type Answer = Registered<RegisteredSchema>;

    fn decide(&self, view: &View<'_>, world: World<'_>) -> Result<Decision<Self::Answer>, RegistryError> {
        let decided = |checked: &Checked| {
            let Decision { events, texts, answer } = checked.decide(view)?;
            let said = Said::of(checked.asked().subject(), &answer, checked.heard()).into_iter().collect();
            Ok(Decision { events, texts, answer: Registered { answer, said } })
        };
        if self.0.holds(view) {
            return decided(&self.0);
        }
        match assess(world, self.0.asked())? {
            Assessment::Known(answer) => Ok(Decision { events: Vec::new(), texts: Vec::new(), answer: answer.into() }),
            Assessment::New(checked) => decided(&checked),
        }
    }

    fn despite(&self, view: &View<'_>, refusal: &RegistryError) -> Vec<Event> {
        self.0.context_created(view).filter(|_| register::comes_after_the_context(refusal)).into_iter().collect()
    }

    fn text_bytes(&self) -> usize {
        self.0.text_bytes()
    }
}

/// The writer thread's own.
pub(super) struct Writer {
    pub(super) shared: Arc<Shared>,
    pub(super) journal: Box<dyn JournalWriter>,
    pub(super) texts: Arc<dyn Texts>,
    /// Everything up to here is in the catalog.
    pub(super) seen: Position,
}

impl Writer {
    /// Works until the queue is closed and empty. A panic ends the process: what is known would no longer be what is
    /// written, and the journal has everything.
    pub(super) fn run(mut self) {
        let abort = AbortOnPanic;
        let queue: &Queue = &self.shared.clone().queue;
        loop {
            let refused = self.shared.is_read_only();
            match queue.take(refused.then_some(REFUSED_PAUSE)) {
                Some(commands) if commands.is_empty() => self.ask_again(),
                Some(commands) => self.round(commands),
                None => break,
            }
        }
        let closed = self.journal.close();
        if let Err(error) = closed {
            tracing::error!(%error, "the journal was not closed cleanly; the next start takes longer");
        }
        self.shared.set_health(Health::Stopped);
        std::mem::forget(abort);
    }

    /// Decides `commands` one after the other, appends what they mean as one batch, applies it and replies.
    fn round(&mut self, mut commands: Vec<Box<dyn Waiting>>) {
        let shared = self.shared.clone();
        let mut failure = JournalError::Conflict;
        for _ in 0..CONFLICTS_MAX {
            let (view, batch) = decide_all(&shared, &mut commands);
            if batch.facts.is_empty() {
                settle_all(&shared.figures, commands, None);
                if shared.is_read_only() {
                    self.ask_again();
                }
                return;
            }
            match self.append(&batch, commands.len()) {
                Ok(position) => {
                    self.seen = position;
                    shared.figures.position.set(position.0);
                    batch.facts.iter().for_each(|fact| shared.figures.applied(fact));
                    batch.texts.iter().for_each(|(hash, text)| shared.shelf.keep_text(*hash, text));
                    shared.catalog.publish(view.changes);
                    shared.set_health(Health::Writable);
                    return settle_all(&shared.figures, commands, None);
                }
                Err(JournalError::Conflict) => {
                    match replay(&shared.catalog, &shared.figures, &*self.texts, self.seen) {
                        Ok(position) => self.seen = position,
                        Err(error) => {
                            failure = error;
                            break;
                        }
                    }
                }
                // One of them is at fault; which, shows when each goes alone.
                Err(JournalError::TooLarge) if commands.len() > 1 => {
                    commands.into_iter().for_each(|command| self.round(vec![command]));
                    return;
                }
                Err(error) => {
                    failure = error;
                    break;
                }
            }
        }
        // Known before it is answered: whoever learns of the failure finds the registry read-only.
        if !matches!(failure, JournalError::Conflict | JournalError::TooLarge) {
            shared.set_health(Health::ReadOnly { reason: failure.to_string().into() });
        }
        settle_all(&shared.figures, commands, Some(&failure.clone().into()));
        if matches!(failure, JournalError::Failed { .. } | JournalError::TextMissing { .. }) {
            self.recover(&failure);
        }
    }

    /// Appends what `commands` commands mean, and counts it.
    fn append(&mut self, batch: &Batch, commands: usize) -> Result<Position, JournalError> {
        let figures = &self.shared.figures;
        let began = Instant::now();
        let appended = self.journal.append(self.seen, batch);
        figures.appended(match &appended {
            Ok(_) => AppendOutcome::Synced,
            Err(JournalError::Conflict) => AppendOutcome::Conflict,
            Err(JournalError::TooLarge) => AppendOutcome::TooLarge,
            Err(JournalError::Refused { .. }) => AppendOutcome::Refused,
            Err(JournalError::Failed { .. } | JournalError::TextMissing { .. }) => AppendOutcome::Failed,
        });
        if appended.is_ok() {
            figures.synced(began.elapsed(), commands);
        }
        appended
    }

    /// Finds out whether a journal that refused writes takes them again.
    fn ask_again(&mut self) {
        match self.journal.append(self.seen, &Batch::default()) {
            Ok(_) | Err(JournalError::Conflict | JournalError::TooLarge) => self.shared.set_health(Health::Writable),
            Err(JournalError::Refused { .. }) => {}
            Err(error @ (JournalError::Failed { .. } | JournalError::TextMissing { .. })) => self.recover(&error),
        }
    }

    /// Opens the journal again until it is in order, refusing commands meanwhile.
    fn recover(&mut self, failure: &JournalError) {
        tracing::error!(error = %failure, "the journal failed; read-only until it has been opened again");
        let mut reason: Arc<str> = failure.to_string().into();
        let mut pause = REOPEN_PAUSE;
        loop {
            self.shared.set_health(Health::ReadOnly { reason: reason.clone() });
            match self.reopen() {
                Ok(()) => {
                    tracing::info!("the journal was opened again");
                    self.shared.figures.reopened.add_one();
                    self.shared.set_health(Health::Writable);
                    return;
                }
                Err(again) => reason = again.into(),
            }
            if !self.refuse_for(pause, &reason) {
                return;
            }
            pause = (pause * 2).min(REOPEN_PAUSE_MAX);
        }
    }

    /// Refuses commands as they come; false once no more will.
    fn refuse_for(&self, pause: Duration, reason: &Arc<str>) -> bool {
        let refused = RegistryError::NotWritable { reason: reason.clone() };
        let end = Instant::now() + pause;
        while let Some(left) = end.checked_duration_since(Instant::now()) {
            match self.shared.queue.take(Some(left)) {
                Some(commands) => settle_all(&self.shared.figures, commands, Some(&refused)),
                None => return false,
            }
        }
        true
    }

    /// Opens the journal again, reads what is new, and compares all of it with what is known.
    fn reopen(&mut self) -> Result<(), String> {
        let failed = |error: JournalError| error.to_string();
        self.journal.reopen().map_err(failed)?;
        let fresh = Catalog::default();
        let last = replay(&fresh, &Figures::default(), &*self.texts, Position::START).map_err(failed)?;
        if last < self.seen {
            return Err(format!("the journal ends at {} but was written up to {}", last.0, self.seen.0));
        }
        self.seen = replay(&self.shared.catalog, &self.shared.figures, &*self.texts, self.seen).map_err(failed)?;
        match difference(&fresh, &self.shared.catalog) {
            None => Ok(()),
            Some(what) => Err(format!("the journal differs from what is known: {what}; restart the server")),
        }
    }
}

fn decide_all<'a>(shared: &'a Shared, commands: &mut [Box<dyn Waiting>]) -> (View<'a>, Batch) {
    let mut view = View::new(&shared.catalog);
    let mut batch = Batch::default();
    let timestamp_ms = (shared.settings.clock)();
    for command in commands {
        let Shared { shelf, settings, figures, .. } = shared;
        let world = World { known: &view, shelf, settings, figures };
        let (events, texts) = command.decide(&view, world);
        for event in events {
            let fact = Fact { timestamp_ms, event };
            view.apply(&fact);
            batch.facts.push(fact);
        }
        view.changes.texts.extend(texts.iter().cloned());
        batch.texts.extend(texts);
    }
    if let Some(event) = ids_to_write_down(&shared.catalog, &view, &batch) {
        let fact = Fact { timestamp_ms, event };
        view.apply(&fact);
        batch.facts.push(fact);
    }
    (view, batch)
}

/// The highest ids, where a batch removes a version that shows one and no other does: none is ever issued again.
fn ids_to_write_down(before: &Catalog, view: &View<'_>, batch: &Batch) -> Option<Event> {
    let mut contexts: Vec<&str> = Vec::new();
    for fact in &batch.facts {
        let context = match &fact.event {
            Event::SchemaRegistered(record) => record.subject.context(),
            Event::VersionRemoved { subject, .. } => subject.context(),
            _ => continue,
        };
        if !contexts.contains(&context) {
            contexts.push(context);
        }
    }
    let is_hidden = |context: &&str| {
        let state = view.context(context);
        state.highest > state.issued && view.id(context, SchemaId(state.highest)).is_none()
    };
    let hidden: Vec<&str> = contexts.into_iter().filter(is_hidden).collect();
    if hidden.is_empty() {
        return None;
    }
    // The newest such fact is the only one that is kept, so it repeats what older ones said.
    let before = before.all_contexts().into_iter();
    let before =
        before.filter(|(_, state)| state.issued > 0).map(|(name, state)| (Box::from(&*name), SchemaId(state.issued)));
    let mut highest: BTreeMap<Box<str>, SchemaId> = before.collect();
    for context in hidden {
        highest.insert(context.into(), SchemaId(view.context(context).highest));
    }
    Some(Event::IdsIssued { highest })
}

fn settle_all(figures: &Figures, commands: Vec<Box<dyn Waiting>>, failure: Option<&RegistryError>) {
    commands.into_iter().for_each(|command| command.settle(failure.cloned(), figures));
}

struct AbortOnPanic;

impl Drop for AbortOnPanic {
    fn drop(&mut self) {
        std::process::abort();
    }
}
