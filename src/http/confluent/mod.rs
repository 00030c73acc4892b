//! Confluent's endpoints: one file per kind of resource, each handler a translation.
//!
//! Deliberate departures from release 8.3.1 are listed in `quirks.md`.

pub(super) mod associations;
pub(super) mod compatibility;
pub(super) mod config;
pub(super) mod contexts;
mod documents;
pub(super) mod mode;
pub(super) mod root;
pub(super) mod schemas;
pub(super) mod subjects;
pub(super) mod wire;
pub(super) mod words;

use super::answer::Answer;
use super::errors::ApiError;

/// What a handler gives back.
pub(super) type Outcome = Result<Answer, ApiError>;
