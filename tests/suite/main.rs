//! The test suite: one binary, so that what it links is linked once.

#![expect(clippy::panic, clippy::unwrap_used, reason = "a test says what is wrong by panicking")]
#![expect(clippy::print_stdout, reason = "a failed test shows its seed and figures")]

mod avro_laws;
mod avro_limits;
mod avro_spans;
mod avro_tags;
mod avro_vectors;
mod casebook;
mod cases;
#[cfg(feature = "client")]
mod client;
mod compat;
#[cfg(feature = "server")]
mod confluent_api;
#[cfg(feature = "rocksdb")]
mod crash;
mod dice;
#[cfg(feature = "server")]
mod enforcement;
mod evolution;
mod evolution_corners;
#[cfg(feature = "server")]
mod facts;
#[cfg(feature = "client")]
mod fake_registry;
#[cfg(feature = "gate")]
mod gate;
mod generator;
#[cfg(feature = "rocksdb")]
mod governance;
#[cfg(feature = "server")]
mod journal_contract;
mod laws;
#[cfg(feature = "rocksdb")]
mod metrics;
mod policy;
#[cfg(feature = "rocksdb")]
mod program;
#[cfg(feature = "rocksdb")]
mod readme;
mod records;
#[cfg(feature = "server")]
mod registry;
mod rule_pages;
mod saved_answers;
#[cfg(feature = "server")]
mod settings;
mod snapshot;
#[cfg(feature = "rocksdb")]
mod start;
#[cfg(feature = "rocksdb")]
mod store;
#[cfg(feature = "server")]
mod topic;
#[cfg(feature = "server")]
mod validation;
mod witness;
