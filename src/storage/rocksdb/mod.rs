//! The journal on one disk.
//!
//! Facts are kept in their order, keyed by position; a second family says at which position the newest fact of a key
//! is, and an older one of the key goes in the same batch. Texts are kept once per content. An append is one write
//! batch and one sync.

mod append;
mod database;
mod directory;
mod disk;
mod facts;
mod head;
mod head_keeper;
mod inspection;
mod keys;
mod open_error;
mod store;
mod texts;
mod torn_log;

use std::path::Path;
use std::sync::Arc;

pub use self::inspection::{Finding, Inspection, inspect};
pub use self::open_error::OpenError;

use self::append::RocksWriter;
use self::head_keeper::HeadKeeper;
use self::store::Store;
use self::texts::RocksTexts;
use crate::registry::journal::Journal;

/// Appends are refused while less than this is free on the disk, so that what is left serves compaction and recovery.
const FREE_DISK_BYTES_MIN: u64 = 64 << 20;

/// Opens the journal in the data directory at `path`; makes one where the directory is missing or empty.
///
/// # Errors
/// [`OpenError`], one line for the operator. Nothing in a directory that is refused was changed.
pub fn open(path: &Path) -> Result<Journal, OpenError> {
    open_keeping_free(path, FREE_DISK_BYTES_MIN)
}

/// As [`open`], with another bound on the free disk space.
///
/// # Errors
/// As for [`open`].
pub fn open_keeping_free(path: &Path, free_disk_bytes_min: u64) -> Result<Journal, OpenError> {
    let store = Arc::new(Store::open(path)?);
    let head = store.directory().head()?;
    let keeper = HeadKeeper::start(store.directory().clone(), head)
        .map_err(|cause| OpenError::Failed { directory: path.into(), what: cause.to_string() })?;
    let keeper = Arc::new(keeper);
    let texts = RocksTexts::new(store.clone(), keeper.clone());
    let writer = RocksWriter::new(store, keeper, texts.removals(), free_disk_bytes_min)?;
    Ok(Journal { writer: Box::new(writer), texts: Arc::new(texts) })
}
