//! The door for continuous integration: judges schema files against a base, with the engine the server uses.

pub mod adopted;
mod advice;
pub mod args;
pub mod base;
mod check;
pub mod config;
mod diff;
pub mod discover;
pub mod estate;
mod explain;
mod idle;
mod in_use;
mod old_line;
mod output;
mod parties;
mod past;
mod place;
mod plain;
pub mod preflight;
pub mod records;
pub mod references;
pub mod render;
pub mod report;
mod run;
mod schema_file;
mod subject;
mod waive;
mod world;

pub use args::commands;
pub use in_use::InUse;
pub use parties::Party;
pub use run::run;
pub use world::{Failure, FailureKind, World};
