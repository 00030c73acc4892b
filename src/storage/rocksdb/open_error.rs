//! Why a data directory is not opened: each in one line that says what is wrong and what to do.

use std::io;
use std::path::PathBuf;

/// A data directory that is refused. Nothing in it was changed.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// The folder cannot be made, read or written.
    #[error(
        "cannot write to the data directory {}: {cause}; make it writable for this user, or name another with --data DIR",
        directory.display()
    )]
    NotWritable {
        /// Which.
        directory: PathBuf,
        /// What the system said.
        cause: io::Error,
    },
    /// The folder cannot be read.
    #[error(
        "cannot read the data directory {}: {cause}; make it readable for this user, or name another with --data DIR",
        directory.display()
    )]
    NotReadable {
        /// Which.
        directory: PathBuf,
        /// What the system said.
        cause: io::Error,
    },
    /// Another process holds the store.
    #[error(
        "the data directory {} is in use by another process; stop that process, or name another directory with --data DIR",
        directory.display()
    )]
    InUse {
        /// Which.
        directory: PathBuf,
    },
    /// The folder holds something that is not ours.
    #[error(
        "the data directory {} holds no sluicegate store but other files ({found}); name an empty or new directory with --data DIR",
        directory.display()
    )]
    Foreign {
        /// Which.
        directory: PathBuf,
        /// One of the files.
        found: String,
    },
    /// There is no store to look at.
    #[error("the directory {} holds no sluicegate store; name a registry's data directory with --data DIR", directory.display())]
    NoStore {
        /// Which.
        directory: PathBuf,
    },
    /// A later release wrote the store.
    #[error(
        "the store in {} has format {format} and this release knows formats up to {known}; start the newer sluicegate that wrote it",
        directory.display()
    )]
    Newer {
        /// Which.
        directory: PathBuf,
        /// The format found.
        format: u32,
        /// The highest format this release reads.
        known: u32,
    },
    /// Something in the store is not what was written.
    #[error(
        "the store in {} is damaged: {what}; restore the directory from a copy (`sluicegate verify --data {}` lists the damage)",
        directory.display(), directory.display()
    )]
    Damaged {
        /// Which.
        directory: PathBuf,
        /// What was found.
        what: String,
    },
    /// Acknowledged writes are missing.
    #[error(
        "the store in {} is older than its HEAD: {what}, so acknowledged writes are missing; restore the whole directory from one copy",
        directory.display()
    )]
    BehindHead {
        /// Which.
        directory: PathBuf,
        /// What is missing.
        what: String,
    },
    /// The system failed in a way that says nothing about the store.
    #[error("cannot open the store in {}: {what}; see to the cause and start again", directory.display())]
    Failed {
        /// Which.
        directory: PathBuf,
        /// What the system said, on one line.
        what: String,
    },
}
