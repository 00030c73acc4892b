//! A journal in memory, for `serve --storage memory`, tests and simulation.
//!
//! Compacts as the disk does, and misbehaves on request: slow syncs, failed writes, somebody else's facts in between.

use crate::registry::journal::{Batch, Journal, JournalError, JournalWriter, Position, Texts};
use crate::registry::record::{Fact, FactKey, TextHash};
use std::collections::{BTreeMap, HashMap};
use std::fmt;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

/// What is kept, while journals over it come and go. Cloning shares it.
#[derive(Clone, Default)]
pub struct MemoryStore(Arc<Inner>);

#[derive(Default)]
struct Inner {
    kept: Mutex<Kept>,
    faults: Mutex<Option<FaultPlan>>,
    sync_delay_us: AtomicU64,
    syncs: AtomicU64,
}

#[derive(Default)]
struct Kept {
    facts: BTreeMap<Position, Fact>,
    position_of: HashMap<FactKey, Position>,
    texts: HashMap<TextHash, Arc<str>>,
    last: Position,
    keeps_everything: bool,
    must_reopen: bool,
}

/// Decides what goes wrong with an append.
pub type FaultPlan = Box<dyn FnMut(&Batch) -> Fault + Send>;

/// What goes wrong with an append.
#[derive(Clone, Debug, PartialEq)]
pub enum Fault {
    /// Nothing.
    None,
    /// Somebody else appends these first.
    Conflict(Vec<Fact>),
    /// The write fails and nothing of it is there.
    FailBefore,
    /// The write fails and all of it is there.
    FailAfter,
    /// The batch is too large.
    TooLarge,
    /// Writes are refused.
    Refuse,
}

impl fmt::Debug for MemoryStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("MemoryStore")
    }
}

impl MemoryStore {
    /// An empty one.
    pub fn new() -> Self {
        Self::default()
    }

    /// An empty one that keeps facts which later ones replaced.
    pub fn keeping_everything() -> Self {
        let store = Self::default();
        store.kept().keeps_everything = true;
        store
    }

    /// A journal over what is kept. One at a time.
    pub fn journal(&self) -> Journal {
        self.kept().must_reopen = false;
        Journal { writer: Box::new(self.clone()), texts: Arc::new(self.clone()) }
    }

    /// Makes each sync take this long.
    pub fn set_sync_delay(&self, delay: Duration) {
        self.0.sync_delay_us.store(u64::try_from(delay.as_micros()).unwrap_or(u64::MAX), Relaxed);
    }

    /// Asks `plan` before each append.
    pub fn set_faults(&self, plan: Option<FaultPlan>) {
        *self.0.faults.lock().unwrap_or_else(|poisoned| poisoned.into_inner()) = plan;
    }

    /// How many syncs there were.
    pub fn syncs(&self) -> u64 {
        self.0.syncs.load(Relaxed)
    }

    /// What a reopened journal would replay, with positions.
    pub fn facts(&self) -> Vec<(Position, Fact)> {
        self.kept().facts.iter().map(|(position, fact)| (*position, fact.clone())).collect()
    }

    /// Every text that is kept.
    pub fn texts(&self) -> BTreeMap<TextHash, Arc<str>> {
        let kept = self.kept();
        let mut hashes: Vec<_> = kept.texts.keys().copied().collect();
        hashes.sort_unstable();
        hashes.into_iter().filter_map(|hash| Some((hash, kept.texts.get(&hash)?.clone()))).collect()
    }

    fn kept(&self) -> MutexGuard<'_, Kept> {
        self.0.kept.lock().unwrap_or_else(|poisoned| poisoned.into_inner())
    }

    fn next_fault(&self, batch: &Batch) -> Fault {
        let mut plan = self.0.faults.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
        plan.as_mut().map_or(Fault::None, |plan| plan(batch))
    }

    fn sync(&self) {
        let delay = self.0.sync_delay_us.load(Relaxed);
        if delay > 0 {
            std::thread::sleep(Duration::from_micros(delay));
        }
        self.0.syncs.fetch_add(1, Relaxed);
    }
}

impl Kept {
    fn append(&mut self, batch: &Batch) {
        for (hash, text) in &batch.texts {
            self.texts.insert(*hash, text.clone());
        }
        for fact in &batch.facts {
            self.last = Position(self.last.0 + 1);
            self.facts.insert(self.last, fact.clone());
            let replaced = self.position_of.insert(fact.event.key(), self.last);
            if let Some(position) = replaced.filter(|_| !self.keeps_everything) {
                self.facts.remove(&position);
            }
        }
    }
}

impl JournalWriter for MemoryStore {
    fn append(&mut self, seen: Position, batch: &Batch) -> Result<Position, JournalError> {
        let failed = |reason: &str| JournalError::Failed { operation: "append", reason: reason.to_owned() };
        if self.kept().must_reopen {
            return Err(failed("the journal must be reopened"));
        }
        match self.next_fault(batch) {
            Fault::None => {}
            Fault::Conflict(facts) => self.kept().append(&Batch { facts, texts: Vec::new() }),
            Fault::TooLarge => return Err(JournalError::TooLarge),
            Fault::Refuse => return Err(JournalError::Refused { reason: "as planned".to_owned() }),
            fault @ (Fault::FailBefore | Fault::FailAfter) => {
                let mut kept = self.kept();
                if fault == Fault::FailAfter {
                    kept.append(batch);
                }
                kept.must_reopen = true;
                return Err(failed("as planned"));
            }
        }
        let mut kept = self.kept();
        if kept.last != seen {
            return Err(JournalError::Conflict);
        }
        kept.append(batch);
        let last = kept.last;
        drop(kept);
        self.sync();
        Ok(last)
    }

    fn reopen(&mut self) -> Result<(), JournalError> {
        self.kept().must_reopen = false;
        Ok(())
    }

    fn close(&mut self) -> Result<(), JournalError> {
        Ok(())
    }
}

impl Texts for MemoryStore {
    fn replay(&self, seen: Position, each: &mut dyn FnMut(Fact)) -> Result<Position, JournalError> {
        let kept = self.kept();
        kept.facts.range(Position(seen.0 + 1)..).for_each(|(_, fact)| each(fact.clone()));
        Ok(kept.last)
    }

    fn text(&self, hash: TextHash) -> Result<Arc<str>, JournalError> {
        self.kept().texts.get(&hash).cloned().ok_or(JournalError::TextMissing { hash })
    }
}
