//! One question at a time: who asks what somebody is asking already waits for that answer.

use super::error::ClientError;
use std::collections::HashMap;
use std::hash::Hash;
use std::pin::Pin;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker};
use std::time::{Duration, Instant};

/// What the first to ask found, for all who waited.
pub(super) type Found<V> = Result<Option<V>, ClientError>;

/// Questions that are being asked, by what is asked.
pub(super) struct Flights<K, V> {
    running: Mutex<HashMap<K, Arc<Flight<V>>>>,
}

/// A question that is being asked.
pub(super) struct Flight<V> {
    /// How long who asks has for it.
    until: Instant,
    state: Mutex<State<V>>,
    landed: Condvar,
}

enum State<V> {
    Running(Vec<Waker>),
    /// `None`: whoever asked was dropped on the way, and somebody else has to ask.
    Landed(Option<Found<V>>),
}

/// Something whose end can be waited for, with or without blocking.
pub(super) trait Landing {
    /// Blocks; false where the time was over before.
    fn block(&self, within: Duration) -> bool;
    /// Whether it has ended; if not, `waker` is called when it does.
    fn poll(&self, waker: &Waker) -> Poll<()>;
}

/// Who has to do what.
pub(super) enum Boarding<'a, K: Hash + Eq + Clone, V: Clone> {
    /// Ask, and hand the answer to the pilot.
    Pilot(Pilot<'a, K, V>),
    /// Wait.
    Passenger(Arc<Flight<V>>),
}

/// The duty to ask. Dropped without an answer it leaves the duty to another.
pub(super) struct Pilot<'a, K: Hash + Eq + Clone, V: Clone> {
    flights: &'a Flights<K, V>,
    key: K,
    flight: Arc<Flight<V>>,
    has_landed: bool,
}

impl<K: Hash + Eq + Clone, V: Clone> Flights<K, V> {
    pub(super) fn new() -> Self {
        Self { running: Mutex::new(HashMap::new()) }
    }

    /// Whether to ask, until then at most, or to wait for one who asks.
    pub(super) fn board(&self, key: &K, until: Instant) -> Boarding<'_, K, V> {
        let mut running = lock(&self.running);
        if let Some(flight) = running.get(key) {
            return Boarding::Passenger(Arc::clone(flight));
        }
        let flight = Arc::new(Flight { until, state: Mutex::new(State::Running(Vec::new())), landed: Condvar::new() });
        running.insert(key.clone(), Arc::clone(&flight));
        Boarding::Pilot(Pilot { flights: self, key: key.clone(), flight, has_landed: false })
    }
}

impl<K: Hash + Eq + Clone, V: Clone> Pilot<'_, K, V> {
    /// Hands the answer to all who wait. What is to be kept must be kept before.
    pub(super) fn land(mut self, found: Found<V>) {
        self.has_landed = true;
        self.end(Some(found));
    }

    fn end(&self, found: Option<Found<V>>) {
        lock(&self.flights.running).remove(&self.key);
        let before = std::mem::replace(&mut *lock(&self.flight.state), State::Landed(found));
        self.flight.landed.notify_all();
        if let State::Running(wakers) = before {
            wakers.into_iter().for_each(Waker::wake);
        }
    }
}

impl<K: Hash + Eq + Clone, V: Clone> Drop for Pilot<'_, K, V> {
    fn drop(&mut self) {
        if !self.has_landed {
            self.end(None);
        }
    }
}

impl<V: Clone> Flight<V> {
    /// Whether it had so much less time than one that has `time` and until `until`, that what it did not get by then need
    /// not be missing for that one.
    pub(super) fn was_hasty(&self, until: Instant, time: Duration) -> bool {
        until > self.until + time / 4
    }

    /// The answer, once it has landed; the inner `None` where it never did.
    pub(super) fn found(&self) -> Option<Option<Found<V>>> {
        match &*lock(&self.state) {
            State::Running(_) => None,
            State::Landed(found) => Some(found.clone()),
        }
    }
}

impl<V> Landing for Flight<V> {
    fn block(&self, within: Duration) -> bool {
        let until = Instant::now() + within;
        let mut state = lock(&self.state);
        while matches!(*state, State::Running(_)) {
            let left = until.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return false;
            }
            state = self.landed.wait_timeout(state, left).unwrap_or_else(PoisonError::into_inner).0;
        }
        true
    }

    fn poll(&self, waker: &Waker) -> Poll<()> {
        match &mut *lock(&self.state) {
            State::Running(wakers) => {
                if !wakers.iter().any(|known| known.will_wake(waker)) {
                    wakers.push(waker.clone());
                }
                Poll::Pending
            }
            State::Landed(_) => Poll::Ready(()),
        }
    }
}

/// Ends when a flight has landed.
pub(super) struct Landed<'a>(pub(super) &'a (dyn Landing + Sync));

impl Future for Landed<'_> {
    type Output = ();

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<()> {
        self.0.poll(context.waker())
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
