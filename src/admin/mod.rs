//! Commands over a stopped store, for the operator.

#[cfg(feature = "rocksdb")]
mod verify;

use std::io::{self, Write};
use std::path::PathBuf;

/// What an operator asks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Command {
    /// Is everything in this data directory what was written?
    Verify {
        /// The directory.
        data: PathBuf,
    },
}

/// How a command ended, as the exit code says it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// 0: nothing is wrong.
    Fine,
    /// 100: the store is damaged.
    Damaged,
}

impl Outcome {
    /// The exit code.
    pub fn code(self) -> u8 {
        match self {
            Self::Fine => 0,
            Self::Damaged => 100,
        }
    }
}

/// Why a command could not complete (exit code 101), in one line that says what to do.
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    /// The store could not be opened.
    #[cfg(feature = "rocksdb")]
    #[error(transparent)]
    Store(#[from] crate::storage::rocksdb::OpenError),
    /// This program knows no store.
    #[error("this program was built without RocksDB; build it with default features")]
    NoRocksDb,
    /// The results could not be written.
    #[error("the results cannot be written: {0}")]
    Results(#[from] io::Error),
}

/// Does what is asked and writes what it found to `results`.
///
/// # Errors
/// [`Failure`] when that could not be completed.
pub fn run(command: &Command, results: &mut dyn Write) -> Result<Outcome, Failure> {
    match command {
        #[cfg(feature = "rocksdb")]
        Command::Verify { data } => verify::run(data, results),
        #[cfg(not(feature = "rocksdb"))]
        Command::Verify { .. } => {
            let _ = results;
            Err(Failure::NoRocksDb)
        }
    }
}
