//! The test suite: one binary, so that what it links is linked once.

mod generator;
#[cfg(feature = "server")]
mod topic;
