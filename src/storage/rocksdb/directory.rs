//! The data directory around RocksDB: whose it is, which format it has, and how far it had got.
//!
//! `FORMAT` says what the directory is, `HEAD` how far the store had reached when it was last written down, `store/`
//! is RocksDB's. RocksDB alone would open *empty* where its CURRENT was lost, and shorter where its log was: both are
//! told apart here, because an emptied registry gives known ids a second time.

use std::fs::{self, File, TryLockError};
use std::io::{self, ErrorKind, Write as _};
use std::path::{Path, PathBuf};

use uuid::Uuid;

use super::head::Head;
use super::open_error::OpenError;

/// The format this release writes.
const FORMAT_NUMBER: u32 = 1;
const FORMAT: &str = "FORMAT";
/// Written first and renamed last while a store is made: what lies beside it has never been in use.
const UNFINISHED: &str = "FORMAT.new";
const HEAD: &str = "HEAD";
const STORE: &str = "store";

/// A data directory held by this process.
#[derive(Debug)]
pub(super) struct Directory {
    path: PathBuf,
    store_id: Uuid,
    /// Holds the lock.
    lock: File,
}

/// Closing the file would not do: a child that this process is just starting holds a second descriptor of it until its
/// program is loaded, and the lock would outlive its holder by as long.
impl Drop for Directory {
    fn drop(&mut self) {
        drop(self.lock.unlock());
    }
}

impl Directory {
    /// Takes hold of the directory at `path`; makes a store with `create` where there is none and nothing else either.
    ///
    /// `create` makes the RocksDB store in the folder it is given.
    pub(super) fn claim(
        path: &Path,
        create: impl FnOnce(&Path, Uuid) -> Result<(), OpenError>,
    ) -> Result<Self, OpenError> {
        let not_writable = |cause| OpenError::NotWritable { directory: path.into(), cause };
        fs::create_dir_all(path).map_err(not_writable)?;
        let path = &fs::canonicalize(path).map_err(not_writable)?;
        let lock = lock(path)?;
        let contents = Contents::of(path)?;
        let store_id = match contents.format {
            Some(text) => read_format(path, &text)?,
            None => {
                let store_id = make(path, &contents, create)?;
                // The folders above may be new as well; those that this user may not open were not made here.
                drop(path.ancestors().skip(1).try_for_each(sync_directory));
                store_id
            }
        };
        Ok(Self { path: path.clone(), store_id, lock })
    }

    /// Takes hold of a directory that has a store, without changing anything in it.
    pub(super) fn inspect(path: &Path) -> Result<Self, OpenError> {
        let path = &fs::canonicalize(path).map_err(|cause| OpenError::NotReadable { directory: path.into(), cause })?;
        let lock = lock(path)?;
        let contents = Contents::of(path)?;
        let Some(text) = contents.format else { return Err(OpenError::NoStore { directory: path.clone() }) };
        Ok(Self { path: path.clone(), store_id: read_format(path, &text)?, lock })
    }

    /// Where the directory is, absolute.
    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// Where RocksDB keeps its files.
    pub(super) fn store(&self) -> PathBuf {
        self.path.join(STORE)
    }

    /// The identity given to the store when it was made.
    pub(super) fn store_id(&self) -> Uuid {
        self.store_id
    }

    /// How far the store had got when that was last written down.
    pub(super) fn head(&self) -> Result<Head, OpenError> {
        let damaged = |what| OpenError::Damaged { directory: self.path.clone(), what };
        let text = match fs::read(self.path.join(HEAD)) {
            Ok(text) => text,
            Err(cause) if cause.kind() == io::ErrorKind::PermissionDenied => {
                return Err(OpenError::NotReadable { directory: self.path.clone(), cause });
            }
            Err(cause) => return Err(damaged(format!("its HEAD cannot be read ({cause})"))),
        };
        match Head::read(&text) {
            Some((store_id, head)) if store_id == self.store_id => Ok(head),
            Some(_) => Err(damaged("its HEAD belongs to another store".to_owned())),
            None => Err(damaged("its HEAD is not what was written".to_owned())),
        }
    }

    /// Writes down how far the store has got; on return it is on disk.
    pub(super) fn write_head(&self, head: &Head) -> io::Result<()> {
        replace(&self.path, HEAD, &head.written(self.store_id))
    }
}

/// What a data directory holds before anything is opened.
struct Contents {
    format: Option<Vec<u8>>,
    unfinished: bool,
    others: Vec<String>,
}

impl Contents {
    fn of(path: &Path) -> Result<Self, OpenError> {
        let not_readable = |cause| OpenError::NotReadable { directory: path.into(), cause };
        let mut contents = Self { format: None, unfinished: false, others: Vec::new() };
        for entry in fs::read_dir(path).map_err(not_readable)? {
            let name = entry.map_err(not_readable)?.file_name().to_string_lossy().into_owned();
            match name.as_str() {
                FORMAT => contents.format = Some(fs::read(path.join(FORMAT)).map_err(not_readable)?),
                UNFINISHED => contents.unfinished = true,
                // Made by mkfs at the root of every volume.
                "lost+found" => {}
                _ => contents.others.push(name),
            }
        }
        contents.others.sort_unstable();
        Ok(contents)
    }
}

/// Makes a store. `FORMAT` gets its name last, so a store that was cut short is recognised and made again.
fn make(
    path: &Path,
    contents: &Contents,
    create: impl FnOnce(&Path, Uuid) -> Result<(), OpenError>,
) -> Result<Uuid, OpenError> {
    let not_writable = |cause| OpenError::NotWritable { directory: path.into(), cause };
    let ours = |name: &String| contents.unfinished && (name == STORE || name.starts_with(HEAD));
    if let Some(foreign) = contents.others.iter().find(|name| !ours(name)) {
        return Err(OpenError::Foreign { directory: path.into(), found: foreign.clone() });
    }
    if contents.unfinished && contents.others.iter().any(|name| name == STORE) {
        fs::remove_dir_all(path.join(STORE)).map_err(not_writable)?;
    }
    let store_id = Uuid::new_v4();
    let format = format!("sluicegate store {FORMAT_NUMBER} {store_id}\n");
    write_synced(&path.join(UNFINISHED), format.as_bytes()).map_err(not_writable)?;
    sync_directory(path).map_err(not_writable)?;
    create(&path.join(STORE), store_id)?;
    replace(path, HEAD, &Head::default().written(store_id)).map_err(not_writable)?;
    fs::rename(path.join(UNFINISHED), path.join(FORMAT)).map_err(not_writable)?;
    sync_directory(path).map_err(not_writable)?;
    Ok(store_id)
}

fn read_format(path: &Path, text: &[u8]) -> Result<Uuid, OpenError> {
    let damaged = || OpenError::Damaged { directory: path.into(), what: "its FORMAT is not what was written".into() };
    let text = std::str::from_utf8(text).map_err(|_| damaged())?;
    let rest = text.strip_prefix("sluicegate store ").ok_or_else(damaged)?;
    let (number, store_id) = rest.split_once(' ').ok_or_else(damaged)?;
    let number: u32 = number.parse().map_err(|_| damaged())?;
    if number > FORMAT_NUMBER {
        return Err(OpenError::Newer { directory: path.into(), format: number, known: FORMAT_NUMBER });
    }
    if number < FORMAT_NUMBER {
        return Err(damaged());
    }
    Uuid::try_parse(store_id.trim_end_matches('\n')).map_err(|_| damaged())
}

/// Locks the directory itself, so that even an empty one has a single owner.
fn lock(path: &Path) -> Result<File, OpenError> {
    let folder = File::open(path).map_err(|cause| OpenError::NotReadable { directory: path.into(), cause })?;
    match folder.try_lock() {
        Ok(()) => Ok(folder),
        Err(TryLockError::WouldBlock) => Err(OpenError::InUse { directory: path.into() }),
        // Some network file systems lock no folders. RocksDB's own lock on `store/LOCK` then stands alone.
        Err(TryLockError::Error(_)) => Ok(folder),
    }
}

/// Writes `name` beside and renames it: after a crash there is the old content or the new, never a part.
fn replace(folder: &Path, name: &str, content: &[u8]) -> io::Result<()> {
    let beside = folder.join(format!("{name}.new"));
    write_synced(&beside, content)?;
    fs::rename(&beside, folder.join(name))?;
    sync_directory(folder)
}

fn write_synced(path: &Path, content: &[u8]) -> io::Result<()> {
    let mut file = File::create(path)?;
    file.write_all(content)?;
    file.sync_all()
}

fn sync_directory(path: &Path) -> io::Result<()> {
    match File::open(path)?.sync_all() {
        // Folders cannot be synced everywhere; where they cannot, a rename is as durable as it gets.
        Err(error) if error.kind() == ErrorKind::InvalidInput => Ok(()),
        synced => synced,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What `fork` does to the lock: a second descriptor of the same open file.
    #[test]
    fn a_child_that_is_just_starting_does_not_keep_the_lock() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let claim = || Directory::claim(folder.path(), |_, _| Ok(()));
        let held = claim().expect("a new directory");
        let inherited = held.lock.try_clone().expect("a second descriptor");
        assert!(matches!(claim(), Err(OpenError::InUse { .. })));
        drop(held);
        let again = claim();
        drop(inherited);
        assert!(again.is_ok(), "{again:?}");
    }
}
