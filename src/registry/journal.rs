//! The port: everything the registry has agreed to, in order.
//!
//! RocksDB keeps it on one disk, Kafka in a topic, tests in memory; the registry cannot tell which, and never assumes
//! that it is the only one who writes.

use super::record::{Fact, TextHash};
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

/// How far a journal has been read or written. Positions ascend and may have gaps.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Position(pub u64);

impl Position {
    /// Before the first fact.
    pub const START: Self = Self(0);
}

/// Facts that become true together, and the texts they need.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Batch {
    /// In the order in which they are to be replayed.
    pub facts: Vec<Fact>,
    /// Texts that may be new to the journal, under their hashes. Storing one twice changes nothing.
    pub texts: Vec<(TextHash, Arc<str>)>,
}

/// The half of a journal that appends; the writer thread alone owns it.
pub trait JournalWriter: Send {
    /// Appends `batch` as one unit, synced, provided nothing follows `seen` yet, and returns its last position.
    /// An empty batch writes nothing and says whether one could be written.
    ///
    /// # Errors
    /// [`JournalError::Conflict`] when somebody else appended after `seen`, [`JournalError::TooLarge`] and
    /// [`JournalError::Refused`]: nothing was written and the journal is as before. [`JournalError::Failed`]: whether
    /// the batch is there is not known; nothing may be appended before [`Self::reopen`].
    fn append(&mut self, seen: Position, batch: &Batch) -> Result<Position, JournalError>;

    /// Closes and opens the journal again inside the process, after a failure. [`Texts`] handed out before go on
    /// working afterwards; while this runs they may answer [`JournalError::Failed`].
    ///
    /// # Errors
    /// When it cannot be opened; the caller tries again later.
    fn reopen(&mut self) -> Result<(), JournalError>;

    /// Makes a clean end: what helps the next start is written. Nothing is appended afterwards.
    ///
    /// # Errors
    /// When that fails; nothing that was appended is lost by it.
    fn close(&mut self) -> Result<(), JournalError>;
}

/// What readers need of a journal, while its writer goes on.
pub trait Texts: Send + Sync {
    /// Hands over every fact after `seen` that no later fact of its key replaced, oldest first and without texts, and
    /// returns the last position.
    ///
    /// A fact that was replaced may be handed over too; a removal may be left out once what it removed is gone.
    ///
    /// # Errors
    /// When the journal cannot be read to its end.
    fn replay(&self, seen: Position, each: &mut dyn FnMut(Fact)) -> Result<Position, JournalError>;

    /// Fetches one schema text. A text that no fact names any more may be gone.
    ///
    /// # Errors
    /// [`JournalError::TextMissing`] when there is none, [`JournalError::Failed`] when it cannot be read or is damaged.
    fn text(&self, hash: TextHash) -> Result<Arc<str>, JournalError>;

    /// How the place is where the journal is kept, as far as that can be told. May wait for a disk.
    fn condition(&self) -> Condition {
        Condition::default()
    }
}

/// How the place is where a journal is kept; `None` for what means nothing there or is not known.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Condition {
    /// Bytes that may still be written.
    pub free_bytes: Option<u64>,
    /// For how long what was appended has been ahead of the note of how far the journal had got.
    pub note_behind: Option<Duration>,
}

/// An open journal.
pub struct Journal {
    /// For the writer thread.
    pub writer: Box<dyn JournalWriter>,
    /// For everybody else.
    pub texts: Arc<dyn Texts>,
}

impl fmt::Debug for Journal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Journal")
    }
}

/// Why a journal did not do what it was asked.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum JournalError {
    /// Somebody else appended in between.
    #[error("somebody else appended in between")]
    Conflict,
    /// The batch is larger than the journal takes.
    #[error("the batch is too large for the journal")]
    TooLarge,
    /// Nothing is written at present, on purpose: for instance while the disk is almost full.
    #[error("writes are refused: {reason}")]
    Refused {
        /// One line for the operator.
        reason: String,
    },
    /// The journal has no such text.
    #[error("text {hash:?} is missing")]
    TextMissing {
        /// Which.
        hash: TextHash,
    },
    /// The storage failed.
    #[error("{operation} failed: {reason}")]
    Failed {
        /// What was attempted, e.g. `append`.
        operation: &'static str,
        /// One line for the operator.
        reason: String,
    },
}
