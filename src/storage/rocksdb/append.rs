//! Appending: one write batch and one sync for everything that was decided together.

use std::collections::HashMap;
use std::sync::{Arc, PoisonError};

use ::rocksdb::WriteBatch;

use super::database::{Database, Family};
use super::disk::free_bytes;
use super::facts::WrittenFact;
use super::head_keeper::HeadKeeper;
use super::keys::{LAST_POSITION, position_key, read_position};
use super::open_error::OpenError;
use super::store::{Store, StoreError};
use super::texts::{Removals, note_ids};
use crate::registry::journal::{Batch, JournalError, JournalWriter, Position};

/// Far beyond what a round of commands brings; a larger batch would be held in memory several times over.
const BATCH_BYTES_MAX: usize = 256 << 20;

/// The writing half of the journal.
pub(super) struct RocksWriter {
    store: Arc<Store>,
    keeper: Arc<HeadKeeper>,
    removals: Removals,
    free_disk_bytes_min: u64,
    last: Position,
    /// A write failed: whether it is there is known only after reopening.
    uncertain: bool,
}

impl RocksWriter {
    pub(super) fn new(
        store: Arc<Store>,
        keeper: Arc<HeadKeeper>,
        removals: Removals,
        free_disk_bytes_min: u64,
    ) -> Result<Self, OpenError> {
        let last = last_position(&store).map_err(|error| OpenError::Damaged {
            directory: store.directory().path().into(),
            what: error.to_string(),
        })?;
        Ok(Self { store, keeper, removals, free_disk_bytes_min, last, uncertain: false })
    }

    /// Refuses while the disk is almost full: RocksDB needs room to recover and to compact.
    fn require_free_disk(&self) -> Result<(), JournalError> {
        let path = self.store.directory().path();
        let refused = |reason| Err(JournalError::Refused { reason });
        match free_bytes(path) {
            Ok(free) if free >= self.free_disk_bytes_min => Ok(()),
            Ok(free) => refused(format!(
                "only {} MiB are free on the disk of {} where {} MiB are kept back; free some space",
                free >> 20,
                path.display(),
                self.free_disk_bytes_min >> 20
            )),
            Err(cause) => refused(format!("the free space on the disk of {} is not known: {cause}", path.display())),
        }
    }
}

impl JournalWriter for RocksWriter {
    fn append(&mut self, seen: Position, batch: &Batch) -> Result<Position, JournalError> {
        if self.uncertain {
            let reason = "an earlier write failed and the store was not reopened since".to_owned();
            return Err(JournalError::Failed { operation: "append", reason });
        }
        if seen != self.last {
            return Err(JournalError::Conflict);
        }
        self.require_free_disk()?;
        let written: Vec<WrittenFact> = batch.facts.iter().map(WrittenFact::of).collect();
        let bytes = written.iter().map(|fact| fact.bytes().len()).sum::<usize>()
            + batch.texts.iter().map(|(_, text)| text.len()).sum::<usize>();
        if bytes > BATCH_BYTES_MAX {
            return Err(JournalError::TooLarge);
        }
        let last = self.store.with("append", |database| {
            let (writes, last) = write_batch(database, seen, batch, &written)?;
            database.write_synced(writes)?;
            Ok(last)
        });
        let last = last.inspect_err(|_| self.uncertain = true)?;
        self.last = last;
        self.keeper.note(|head| {
            head.position = last.0;
            batch.facts.iter().for_each(|fact| note_ids(&fact.event, head));
        });
        let removals = (seen.0 + 1..=last.0).map(Position).zip(&batch.facts);
        let removals = removals.filter(|(_, fact)| fact.event.is_removal()).map(|(position, _)| position);
        self.removals.lock().unwrap_or_else(PoisonError::into_inner).extend(removals);
        Ok(last)
    }

    fn reopen(&mut self) -> Result<(), JournalError> {
        self.uncertain = true;
        self.store.reopen().map_err(|error| JournalError::Failed { operation: "reopen", reason: error.to_string() })?;
        let last = last_position(&self.store)?;
        if last < self.last {
            let reason = format!("the store ends at position {} where {} had been synced", last.0, self.last.0);
            return Err(JournalError::Failed { operation: "reopen", reason });
        }
        self.last = last;
        self.uncertain = false;
        Ok(())
    }

    fn close(&mut self) -> Result<(), JournalError> {
        self.uncertain = true;
        let removals = std::mem::take(&mut *self.removals.lock().unwrap_or_else(PoisonError::into_inner));
        let flushed = self.store.with("close", |database| {
            database.write_synced(forget(database, &removals)?)?;
            Ok(database.flush()?)
        });
        // Where that failed, HEAD alone tells the next start how far the store had got.
        let noted = self.keeper.stop();
        flushed.and(noted.map_err(|cause| JournalError::Failed { operation: "close", reason: cause.to_string() }))
    }
}

fn last_position(store: &Store) -> Result<Position, JournalError> {
    store.with("reading the last position", Database::last_position)
}

/// Everything an append changes, and its last position.
fn write_batch(
    database: &Database,
    seen: Position,
    batch: &Batch,
    written: &[WrittenFact],
) -> Result<(WriteBatch, Position), StoreError> {
    let mut writes = WriteBatch::default();
    let mut position = seen;
    let mut in_this_batch: HashMap<&[u8], Position> = HashMap::new();
    for fact in written {
        position = Position(position.0 + 1);
        let earlier = match in_this_batch.insert(fact.key(), position) {
            Some(earlier) => Some(earlier),
            None => database.get(Family::Keys, fact.key())?.as_deref().and_then(read_position),
        };
        if let Some(earlier) = earlier {
            writes.delete_cf(database.family(Family::Facts), position_key(earlier));
        }
        writes.put_cf(database.family(Family::Facts), position_key(position), fact.bytes());
        writes.put_cf(database.family(Family::Keys), fact.key(), position_key(position));
    }
    for (hash, text) in &batch.texts {
        if database.get(Family::Texts, &hash.0)?.is_none() {
            writes.put_cf(database.family(Family::Texts), hash.0, text.as_bytes());
        }
    }
    writes.put_cf(database.family(Family::Store), LAST_POSITION, position_key(position));
    Ok((writes, position))
}

/// Takes out facts that only took away, unless something newer of their key is there.
fn forget(database: &Database, removals: &[Position]) -> Result<WriteBatch, StoreError> {
    let mut writes = WriteBatch::default();
    for position in removals {
        let key = position_key(*position);
        let Some(row) = database.get(Family::Facts, &key)? else { continue };
        if let Some(row) = super::facts::FactRow::read(&row) {
            writes.delete_cf(database.family(Family::Keys), row.key);
            writes.delete_cf(database.family(Family::Facts), key);
        }
    }
    Ok(writes)
}
