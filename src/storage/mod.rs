//! Journals: where facts and texts are kept.

pub mod memory;
#[cfg(feature = "rocksdb")]
pub mod rocksdb;
