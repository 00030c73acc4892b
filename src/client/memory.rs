//! What was seen, within bounds: kept, refreshed in the background, and used while no registry answers.

use super::caller::{Caller, Driver};
use super::error::{ClientError, Trouble};
use super::flight::{Boarding, Flights, Found};
use super::questions::{LiveQuestion, RegistrationQuestion, SchemaQuestion};
use super::settings::Keep;
use quick_cache::sync::{Cache, DefaultLifecycle};
use quick_cache::{DefaultHashBuilder, OptionsBuilder, Weighter};
use std::hash::Hash;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// Longest time for a question that nobody waits for. A blocking client that is dropped waits at most so long.
const BACKGROUND: Duration = Duration::from_secs(5);
/// After a question in the background that failed, the next one waits so long.
const AFTER_FAILURE: Duration = Duration::from_secs(1);

/// How current an answer is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Freshness {
    /// The registry said so now, or within [`Keep::fresh`], or it cannot change.
    Fresh,
    /// From memory.
    Stale {
        /// How long ago the registry said so.
        age: Duration,
        /// Why it could not be asked again, where that was tried.
        because: Option<ClientError>,
    },
}

/// An answer, and how current it is.
///
/// ```no_run
/// use sluicegate::client::{Freshness, Settings, blocking};
///
/// let client = blocking::Client::new(Settings::new(["http://127.0.0.1:8081"]))?;
/// let latest = client.latest("orders-value")?;
/// if let Freshness::Stale { age, because } = &latest.freshness {
///     eprintln!("no news of orders-value for {age:?}: {because:?}");
/// }
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Told<T> {
    /// The answer.
    pub value: T,
    /// How current it is.
    pub freshness: Freshness,
}

/// What a client did and holds, to be watched.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Figures {
    /// Requests that were sent, each try for itself.
    pub sent: u64,
    /// Answers from memory.
    pub hits: u64,
    /// Answers that had to be asked for, those that waited for another's question included.
    pub misses: u64,
    /// How many wait at present for what another is asking.
    pub waiting: u64,
    /// Answers that were [`Freshness::Stale`].
    pub stale: u64,
    /// Questions in the background that were not answered.
    pub refreshes_failed: u64,
    /// Entries in memory.
    pub entries: u64,
    /// Their bytes, as [`Keep::bytes`] counts them.
    pub bytes: u64,
}

/// Something to ask that is worth remembering.
pub(super) trait Question: Hash + Eq + Clone + Send + Sync + 'static {
    /// What it is answered with; cheap to clone.
    type Answer: Clone + Send + Sync + 'static;
    /// Whether the answer may be another tomorrow.
    fn changes(&self) -> bool;
    /// How many bytes question and answer take; `None` is the answer that there is no such thing.
    fn bytes(&self, answer: Option<&Self::Answer>) -> u64;
    /// The place of such answers.
    fn shelf(memory: &Memory) -> &Shelf<Self>;
    /// Asks the registry.
    fn ask<D: Driver>(
        &self,
        caller: &Caller<D>,
        deadline: Duration,
    ) -> impl Future<Output = Found<Self::Answer>> + Send;
}

/// Everything that is kept.
pub(super) struct Memory {
    pub(super) schemas: Shelf<SchemaQuestion>,
    pub(super) live: Shelf<LiveQuestion>,
    pub(super) registrations: Shelf<RegistrationQuestion>,
    keep: Keep,
    hits: AtomicU64,
    misses: AtomicU64,
    waiting: AtomicU64,
    stale: AtomicU64,
    refreshes_failed: AtomicU64,
}

/// The answers to one kind of question.
pub(super) struct Shelf<Q: Question> {
    /// Whoever looks something up waits for no other who does: each message that is decoded asks for its schema.
    kept: Cache<Q, Kept<Q::Answer>, Weight>,
    /// Held while something is put in its place that depends on what was there.
    changing: Mutex<()>,
    flights: Flights<Q, Q::Answer>,
}

#[derive(Clone)]
struct Kept<A> {
    /// `None`: there is no such thing.
    answer: Option<A>,
    asked: Instant,
    /// When it may be asked for again in the background.
    again: Instant,
    because: Option<ClientError>,
    bytes: u64,
}

#[derive(Clone)]
struct Weight {
    least: u64,
}

impl<K, A> Weighter<K, Kept<A>> for Weight {
    fn weight(&self, _: &K, kept: &Kept<A>) -> u64 {
        // No entry counts for less than its share: so the bytes bound the entries as well.
        kept.bytes.max(self.least)
    }
}

/// A registry and what is known of it.
pub(super) struct Core<D> {
    pub(super) caller: Caller<D>,
    pub(super) memory: Memory,
}

impl Memory {
    pub(super) fn new(keep: Keep) -> Self {
        Self {
            schemas: Shelf::new(&keep),
            live: Shelf::new(&keep),
            registrations: Shelf::new(&keep),
            keep,
            hits: AtomicU64::new(0),
            misses: AtomicU64::new(0),
            waiting: AtomicU64::new(0),
            stale: AtomicU64::new(0),
            refreshes_failed: AtomicU64::new(0),
        }
    }

    pub(super) fn figures(&self, sent: u64) -> Figures {
        let read = |number: &AtomicU64| number.load(Ordering::Relaxed);
        let sizes = [self.schemas.size(), self.live.size(), self.registrations.size()];
        Figures {
            sent,
            hits: read(&self.hits),
            misses: read(&self.misses),
            waiting: read(&self.waiting),
            stale: read(&self.stale),
            refreshes_failed: read(&self.refreshes_failed),
            entries: sizes.iter().map(|(entries, _)| entries).sum(),
            bytes: sizes.iter().map(|(_, bytes)| bytes).sum(),
        }
    }

    /// What to do with what is kept.
    fn judged<A: Clone>(&self, kept: Option<Kept<A>>, changes: bool, now: Instant) -> Judged<A> {
        let Some(kept) = kept else { return Judged::Ask(None) };
        let age = now.saturating_duration_since(kept.asked);
        let fresh = match &kept.answer {
            None => self.keep.absent,
            Some(_) if !changes => Duration::MAX,
            Some(_) => self.keep.fresh,
        };
        if age < fresh {
            return Judged::Use(kept.answer);
        }
        let Some(answer) = kept.answer else { return Judged::Ask(None) };
        let stale = Told { value: answer, freshness: Freshness::Stale { age, because: kept.because } };
        match age < fresh.saturating_add(self.keep.stale) {
            true => Judged::UseStale { told: stale, is_due: now >= kept.again },
            false => Judged::Ask(Some(stale)),
        }
    }
}

enum Judged<A> {
    Use(Option<A>),
    UseStale {
        told: Told<A>,
        is_due: bool,
    },
    /// With what is left if nobody can be asked.
    Ask(Option<Told<A>>),
}

impl<Q: Question> Shelf<Q> {
    fn new(keep: &Keep) -> Self {
        let bytes = keep.bytes.max(1);
        let least = bytes.div_ceil(u64::try_from(keep.entries.max(1)).unwrap_or(u64::MAX)).max(1);
        let options = OptionsBuilder::new()
            .shards(1) // each of several would have a part of the room, in which a large schema may find none
            .estimated_items_capacity(keep.entries.clamp(1, 1_000_000))
            .weight_capacity(bytes)
            .build()
            .expect("both capacities are given");
        let kept =
            Cache::with_options(options, Weight { least }, DefaultHashBuilder::default(), DefaultLifecycle::default());
        Self { kept, changing: Mutex::new(()), flights: Flights::new() }
    }

    fn kept(&self, question: &Q) -> Option<Kept<Q::Answer>> {
        self.kept.get(question)
    }

    pub(super) fn keep(&self, question: &Q, answer: Option<Q::Answer>) {
        let now = Instant::now();
        let bytes = question.bytes(answer.as_ref());
        let _changing = lock(&self.changing);
        self.kept.insert(question.clone(), Kept { answer, asked: now, again: now, because: None, bytes });
    }

    /// Puts off the next question in the background.
    fn put_off(&self, question: &Q, until: Instant, because: Option<ClientError>) {
        let _changing = lock(&self.changing);
        if let Some(mut kept) = self.kept.get(question) {
            kept.again = until;
            kept.because = because.or(kept.because);
            self.kept.insert(question.clone(), kept);
        }
    }

    pub(super) fn forget(&self, question: &Q) {
        let _changing = lock(&self.changing);
        self.kept.remove(question);
    }

    /// Forgets each question of which `is_over` says so; it is told as well whether there was such a thing.
    pub(super) fn forget_where(&self, is_over: impl Fn(&Q, bool) -> bool) {
        let _changing = lock(&self.changing);
        self.kept.retain(|question, kept| !is_over(question, kept.answer.is_some()));
    }

    fn size(&self) -> (u64, u64) {
        let bytes = self.kept.iter().map(|(_, kept)| kept.bytes).sum();
        (u64::try_from(self.kept.len()).unwrap_or(u64::MAX), bytes)
    }
}

impl<D: Driver> Core<D> {
    /// The answer from memory, or the registry's; `None` where there is no such thing.
    pub(super) async fn told<Q: Question>(
        self: &Arc<Self>,
        question: &Q,
        deadline: Duration,
    ) -> Result<Told<Option<Q::Answer>>, ClientError> {
        let began = Instant::now();
        let until = began + deadline;
        let shelf = Q::shelf(&self.memory);
        let mut is_miss = false;
        loop {
            let now = if is_miss { Instant::now() } else { began };
            let left = match self.memory.judged(shelf.kept(question), question.changes(), now) {
                Judged::Use(value) => {
                    let counter = if is_miss { &self.memory.misses } else { &self.memory.hits };
                    counter.fetch_add(1, Ordering::Relaxed);
                    return Ok(Told { value, freshness: Freshness::Fresh });
                }
                Judged::UseStale { told, is_due } => {
                    if is_due {
                        self.refresh(question, now);
                    }
                    self.memory.hits.fetch_add(1, Ordering::Relaxed);
                    return Ok(self.stale(told));
                }
                Judged::Ask(left) => left,
            };
            is_miss = true;
            let Some(found) = self.asked_once(question, until, deadline).await else { continue };
            self.memory.misses.fetch_add(1, Ordering::Relaxed);
            return match (found, left) {
                (Ok(value), _) => Ok(Told { value, freshness: Freshness::Fresh }),
                (Err(error), Some(left)) if error.is_outage() => {
                    let Freshness::Stale { age, .. } = left.freshness else { return Err(error) };
                    let freshness = Freshness::Stale { age, because: Some(error) };
                    Ok(self.stale(Told { value: left.value, freshness }))
                }
                (Err(error), _) => Err(error),
            };
        }
    }

    /// The registry's answer, to us or to another who asks the same; `None` where it should be in memory by now, or where
    /// the other gave up, or had less time than we have.
    async fn asked_once<Q: Question>(
        &self,
        question: &Q,
        until: Instant,
        deadline: Duration,
    ) -> Option<Found<Q::Answer>> {
        let shelf = Q::shelf(&self.memory);
        let left = until.saturating_duration_since(Instant::now());
        match shelf.flights.board(question, until) {
            Boarding::Passenger(flight) => {
                let counted = Counted::among(&self.memory.waiting);
                let has_landed = self.caller.driver().wait(&*flight, left).await;
                drop(counted);
                match flight.found() {
                    // That the registry cannot be reached in a moment is no answer for who has minutes.
                    Some(Some(Err(error))) if error.is_outage() && flight.was_hasty(until, deadline) => None,
                    Some(found) => found,
                    None if has_landed => None,
                    None => Some(Err(self.caller.too_slow(deadline))),
                }
            }
            // It may have been answered between the look and the boarding.
            Boarding::Pilot(_) if self.memory.is_usable(shelf.kept(question), question.changes()) => None,
            Boarding::Pilot(pilot) => {
                let found = question.ask(&self.caller, left).await;
                if let Ok(answer) = &found {
                    shelf.keep(question, answer.clone());
                }
                pilot.land(found.clone());
                Some(found)
            }
        }
    }

    fn stale<A>(&self, told: Told<A>) -> Told<Option<A>> {
        self.memory.stale.fetch_add(1, Ordering::Relaxed);
        Told { value: Some(told.value), freshness: told.freshness }
    }

    /// Asks again, with nobody waiting.
    fn refresh<Q: Question>(self: &Arc<Self>, question: &Q, now: Instant) {
        Q::shelf(&self.memory).put_off(question, now + BACKGROUND + AFTER_FAILURE, None);
        let (core, question) = (Arc::clone(self), question.clone());
        self.caller.driver().in_background(async move {
            let shelf = Q::shelf(&core.memory);
            let deadline = BACKGROUND.min(core.caller.settings().patience.deadline);
            let Boarding::Pilot(pilot) = shelf.flights.board(&question, Instant::now() + deadline) else { return };
            let found = question.ask(&core.caller, deadline).await;
            match &found {
                Ok(answer) => shelf.keep(&question, answer.clone()),
                Err(error) => {
                    core.memory.refreshes_failed.fetch_add(1, Ordering::Relaxed);
                    shelf.put_off(&question, Instant::now() + AFTER_FAILURE, Some(error.clone()));
                }
            }
            pilot.land(found);
        });
    }
}

impl Memory {
    fn is_usable<A: Clone>(&self, kept: Option<Kept<A>>, changes: bool) -> bool {
        !matches!(self.judged(kept, changes, Instant::now()), Judged::Ask(_))
    }
}

/// One more in a count, until it is dropped: a future may be dropped on its way.
struct Counted<'a>(&'a AtomicU64);

impl<'a> Counted<'a> {
    fn among(count: &'a AtomicU64) -> Self {
        count.fetch_add(1, Ordering::Relaxed);
        Self(count)
    }
}

impl Drop for Counted<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

impl<D: Driver> Caller<D> {
    fn too_slow(&self, deadline: Duration) -> ClientError {
        ClientError { address: self.address().to_owned(), trouble: Trouble::TooSlow(deadline) }
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
