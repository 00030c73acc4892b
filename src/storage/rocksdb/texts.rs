//! What readers need of the store: facts in order, texts by hash.

use std::sync::{Arc, Mutex, PoisonError};

use super::database::Family;
use super::disk::free_bytes;
use super::head::Head;
use super::head_keeper::HeadKeeper;
use super::store::{Store, StoreError};
use crate::registry::journal::{Condition, JournalError, Position, Texts};
use crate::registry::record::{Event, Fact, TextHash};

/// Positions of facts that only take away. They are kept while the process runs, for readers that have seen what they
/// take away, and go at its clean end.
pub(super) type Removals = Arc<Mutex<Vec<Position>>>;

/// The reading half of the journal.
pub(super) struct RocksTexts {
    store: Arc<Store>,
    keeper: Arc<HeadKeeper>,
    removals: Removals,
}

impl RocksTexts {
    pub(super) fn new(store: Arc<Store>, keeper: Arc<HeadKeeper>) -> Self {
        Self { store, keeper, removals: Removals::default() }
    }

    pub(super) fn removals(&self) -> Removals {
        self.removals.clone()
    }

    /// After everything was read: it must reach what was `reached` before.
    fn take_note(&self, found: Head, removals: Vec<Position>, reached: &Head) -> Result<(), StoreError> {
        if let Some(what) = found.behind(reached) {
            return Err(StoreError(format!("the store is older than its HEAD: {what}; restore it from one copy")));
        }
        self.keeper.note(|head| {
            head.position = head.position.max(found.position);
            for (context, id) in &found.highest_ids {
                head.note_id(context, *id);
            }
        });
        let mut known = self.removals.lock().unwrap_or_else(PoisonError::into_inner);
        known.extend(removals);
        known.sort_unstable();
        known.dedup();
        Ok(())
    }
}

impl Texts for RocksTexts {
    fn replay(&self, seen: Position, each: &mut dyn FnMut(Fact)) -> Result<Position, JournalError> {
        self.store.with("replay", |database| {
            // Taken before the scan begins, which then sees at least this much.
            let reached = self.keeper.head();
            let mut last = database.last_position()?;
            let mut found = Head::default();
            let mut removals = Vec::new();
            database.each_fact(seen, |position, row| {
                // Appended since: the scan sees everything up to here, so this is how far the reader has got.
                last = last.max(position);
                if row.is_removal {
                    removals.push(position);
                }
                let fact = row.fact().map_err(|unreadable| {
                    StoreError(format!("the fact at position {} is not what was written: {unreadable}", position.0))
                })?;
                note_ids(&fact.event, &mut found);
                each(fact);
                Ok(())
            })?;
            if seen == Position::START {
                found.position = last.0;
                self.take_note(found, removals, &reached)?;
            }
            Ok(last)
        })
    }

    fn text(&self, hash: TextHash) -> Result<Arc<str>, JournalError> {
        let text = self.store.with("reading a text", |database| {
            let Some(bytes) = database.get(Family::Texts, &hash.0)? else { return Ok(None) };
            let text = std::str::from_utf8(&bytes).ok().filter(|text| TextHash::of(text) == hash);
            // RocksDB verifies its blocks; the hash also catches what went wrong before they were written.
            text.map(|text| Some(Arc::from(text))).ok_or_else(|| StoreError(format!("text {hash:?} is damaged")))
        })?;
        text.ok_or(JournalError::TextMissing { hash })
    }

    fn condition(&self) -> Condition {
        let free_bytes = free_bytes(self.store.directory().path()).ok();
        Condition { free_bytes, note_behind: Some(self.keeper.behind()) }
    }
}

/// Notes every id that `event` shows to have been issued.
pub(super) fn note_ids(event: &Event, head: &mut Head) {
    match event {
        Event::SchemaRegistered(record) => head.note_id(record.subject.context(), record.id.0),
        Event::IdsIssued { highest } => {
            for (context, id) in highest {
                head.note_id(context, id.0);
            }
        }
        _ => {}
    }
}
