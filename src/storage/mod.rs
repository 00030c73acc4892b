//! Journals: where facts and texts are kept.

pub mod memory;
