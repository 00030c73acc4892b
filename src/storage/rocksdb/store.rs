//! An open store: RocksDB in its directory, and reopened inside the process after a failure.
//!
//! Readers and the writer share it. Reads take the lock for reading and so never wait for each other; only reopening
//! takes it for writing.

use std::path::Path;
use std::sync::{Arc, PoisonError, RwLock};
use std::{fs, io};

use ::rocksdb::{Error, ErrorKind, WriteBatch};
use uuid::Uuid;

use super::database::{Database, Family, Opening, Recovery};
use super::directory::Directory;
use super::facts::FactRow;
use super::keys::{LAST_POSITION, STORE_ID, position_key, read_position};
use super::open_error::OpenError;
use super::torn_log::{cut_torn_end, logs, only_the_end_is_torn, would_hang};
use crate::registry::journal::{JournalError, Position};

/// RocksDB and the directory it lies in.
pub(super) struct Store {
    directory: Arc<Directory>,
    /// Absent while it is being reopened, and after that failed.
    database: RwLock<Option<Database>>,
}

impl Store {
    /// Opens the store at `path`, or makes one in an empty or missing directory.
    pub(super) fn open(path: &Path) -> Result<Self, OpenError> {
        let directory = Directory::claim(path, |store, id| create(path, store, id))?;
        Self::in_directory(directory, Opening::Existing)
    }

    /// Opens an existing store to look at it; nothing in the directory changes.
    pub(super) fn inspect(path: &Path) -> Result<Self, OpenError> {
        Self::in_directory(Directory::inspect(path)?, Opening::ReadOnly)
    }

    fn in_directory(directory: Directory, opening: Opening) -> Result<Self, OpenError> {
        let database = open_database(&directory, opening)?;
        Ok(Self { directory: Arc::new(directory), database: RwLock::new(Some(database)) })
    }

    pub(super) fn directory(&self) -> &Arc<Directory> {
        &self.directory
    }

    /// Closes RocksDB and opens it again, with every check of a start.
    ///
    /// Where that fails, as on a full disk, it is opened for reading if it can be: reads go on.
    pub(super) fn reopen(&self) -> Result<(), OpenError> {
        let mut database = self.database.write().unwrap_or_else(PoisonError::into_inner);
        // Closed first: RocksDB holds a lock of its own on its folder.
        *database = None;
        match open_database(&self.directory, Opening::Existing) {
            Ok(opened) => *database = Some(opened),
            Err(refusal) => {
                *database = open_database(&self.directory, Opening::ReadOnly).ok();
                return Err(refusal);
            }
        }
        Ok(())
    }

    /// Does something with RocksDB; `operation` names it in errors.
    pub(super) fn with<T>(
        &self,
        operation: &'static str,
        action: impl FnOnce(&Database) -> Result<T, StoreError>,
    ) -> Result<T, JournalError> {
        let database = self.database.read().unwrap_or_else(PoisonError::into_inner);
        let outcome = match database.as_ref() {
            Some(database) => action(database),
            None => Err(StoreError("the store is closed after a failure".to_owned())),
        };
        outcome.map_err(|StoreError(reason)| JournalError::Failed { operation, reason })
    }
}

/// What went wrong inside RocksDB, on one line.
#[derive(Debug)]
pub(super) struct StoreError(pub(super) String);

impl From<Error> for StoreError {
    fn from(error: Error) -> Self {
        Self(one_line(&error))
    }
}

impl Database {
    /// The last position given out.
    pub(super) fn last_position(&self) -> Result<Position, StoreError> {
        let value = self.get(Family::Store, LAST_POSITION)?;
        let position = value.as_deref().and_then(read_position);
        position.ok_or_else(|| StoreError("the last position is missing".to_owned()))
    }

    /// Hands every fact after `seen` over, in order, as it lies on disk.
    pub(super) fn each_fact(
        &self,
        seen: Position,
        mut each: impl FnMut(Position, FactRow<'_>) -> Result<(), StoreError>,
    ) -> Result<(), StoreError> {
        let mut rows = self.scan(Family::Facts);
        match seen.0.checked_add(1) {
            Some(first) => rows.seek(position_key(Position(first))),
            None => return Ok(()),
        }
        while let Some((key, value)) = rows.item() {
            let position = read_position(key).ok_or_else(|| StoreError("a fact has no position".to_owned()))?;
            let row = FactRow::read(value)
                .ok_or_else(|| StoreError(format!("the fact at position {} is not what was written", position.0)))?;
            each(position, row)?;
            rows.next();
        }
        rows.status()?;
        Ok(())
    }
}

/// Makes RocksDB's part of a new store.
fn create(directory: &Path, store: &Path, id: Uuid) -> Result<(), OpenError> {
    let failed = |error: Error| open_error(directory, &error);
    let database = Database::open(store, Opening::Create, Recovery::Strict).map_err(failed)?;
    let mut batch = WriteBatch::default();
    batch.put_cf(database.family(Family::Store), STORE_ID, id.as_bytes());
    batch.put_cf(database.family(Family::Store), LAST_POSITION, position_key(Position::START));
    database.write_synced(batch).map_err(failed)?;
    database.flush().map_err(failed)
}

/// Opens RocksDB and checks that it is the directory's and not behind its HEAD.
fn open_database(directory: &Directory, opening: Opening) -> Result<Database, OpenError> {
    let path = directory.path();
    let damaged = |what: String| OpenError::Damaged { directory: path.into(), what };
    let head = directory.head()?;
    if !directory.store().join("CURRENT").exists() {
        return Err(damaged("store/CURRENT is missing".to_owned()));
    }
    let readable = require_readable(&directory.store(), opening);
    readable.map_err(|cause| match cause.kind() {
        io::ErrorKind::PermissionDenied => OpenError::NotReadable { directory: path.into(), cause },
        _ => damaged(cause.to_string()),
    })?;
    let database = recover(&directory.store(), opening).map_err(|error| open_error(path, &error))?;
    let id = database.get(Family::Store, STORE_ID).map_err(|error| open_error(path, &error))?;
    if id.as_deref() != Some(directory.store_id().as_bytes()) {
        return Err(damaged("its FORMAT belongs to another store".to_owned()));
    }
    drop(id);
    let last = database.last_position().map_err(|StoreError(what)| damaged(what))?;
    if last.0 < head.position {
        let what = format!("it ends at position {} where {} had been reached", last.0, head.position);
        return Err(OpenError::BehindHead { directory: path.into(), what });
    }
    Ok(database)
}

/// Keeps from RocksDB what its reader would never come back from; a torn end of that kind is cut.
fn require_readable(store: &Path, opening: Opening) -> io::Result<()> {
    let damage = |path: &Path| io::Error::other(format!("{} has a fragment of a type never written", path.display()));
    let manifest = fs::read_to_string(store.join("CURRENT"))?;
    let manifest = store.join(manifest.trim_end());
    if would_hang(&manifest)? {
        return Err(damage(&manifest));
    }
    for log in logs(store)? {
        if !would_hang(&log)? {
            continue;
        }
        if opening == Opening::ReadOnly || !only_the_end_is_torn(store)? {
            return Err(damage(&log));
        }
        tracing::warn!("the last record of the log is torn, as a power cut leaves one; it is kept beside and cut");
        cut_torn_end(store)?;
    }
    Ok(())
}

/// Opens RocksDB; a log whose last record a power cut has torn is cut there.
fn recover(store: &Path, opening: Opening) -> Result<Database, Error> {
    let refusal = match Database::open(store, opening, Recovery::Strict) {
        Err(refusal) if refusal.kind() == ErrorKind::Corruption => refusal,
        outcome => return outcome,
    };
    if !only_the_end_is_torn(store).unwrap_or(false) {
        return Err(refusal);
    }
    tracing::warn!(
        "the last record of the log is torn, as a power cut leaves one that was being written; it is dropped"
    );
    Database::open(store, opening, Recovery::CutTornEnd)
}

/// What RocksDB's refusal means for whoever started us.
fn open_error(directory: &Path, error: &Error) -> OpenError {
    let directory = directory.to_path_buf();
    let what = one_line(error);
    match error.kind() {
        ErrorKind::IOError if what.contains("Permission denied") || what.contains("Read-only file system") => {
            OpenError::NotWritable { directory, cause: std::io::Error::other(what) }
        }
        // Not "while open a file for lock", which is about the file.
        ErrorKind::IOError if what.contains("While lock file") || what.contains("lock hold by current process") => {
            OpenError::InUse { directory }
        }
        ErrorKind::Corruption => OpenError::Damaged { directory, what },
        // Files that CURRENT or the manifest name and that are not there.
        ErrorKind::IOError | ErrorKind::NotFound | ErrorKind::InvalidArgument if what.contains("No such file") => {
            OpenError::Damaged { directory, what }
        }
        _ => OpenError::Failed { directory, what },
    }
}

fn one_line(error: &Error) -> String {
    error.as_ref().split_whitespace().collect::<Vec<_>>().join(" ")
}
