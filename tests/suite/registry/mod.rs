//! The registry against journals in memory and on disk: what it answers, promises and survives.

mod associations;
mod contracts;
mod counted;
mod deletes;
mod easy;
mod group_commit;
pub(crate) mod held;
mod interleavings;
mod interleavings_policy;
mod listed;
mod model;
mod model_associations;
mod model_governance;
mod policed;
mod recovery;
mod references;
mod replay;
mod simulation;
mod tags;

use sluicegate::compat::CompatibilityLevel;
use sluicegate::registry::Change;
use sluicegate::registry::journal::Journal;
use sluicegate::registry::{
    ConfigUpdate, Deletion, Mode, RegisteredSchema, Registry, RegistryError, Reply, Settings, Submission,
};
use sluicegate::schema::names::{SubjectName, Version, VersionSelector};
use sluicegate::storage::memory::MemoryStore;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, channel};

/// A command whose reply may be waited for.
pub(crate) struct Asked<T>(Receiver<Result<T, RegistryError>>);

impl<T> Asked<T> {
    pub(crate) fn wait(self) -> Result<T, RegistryError> {
        self.0.recv().expect("every command is replied to")
    }
}

/// Gives a command and goes on.
pub(crate) fn ask<T: Send + 'static>(command: impl FnOnce(Reply<T>)) -> Asked<T> {
    let (sender, receiver) = channel();
    command(Box::new(move |outcome| sender.send(outcome).unwrap_or_default()));
    Asked(receiver)
}

pub(crate) fn subject(name: &str) -> SubjectName {
    SubjectName::read(name)
}

pub(crate) fn number(version: u32) -> VersionSelector {
    VersionSelector::Number(Version::new(i64::from(version)).expect("a version"))
}

/// A registry over a store, on a clock that ticks once per look.
pub(crate) fn start(journal: Journal) -> Registry {
    start_with(journal, Settings::default())
}

pub(crate) fn start_with(journal: Journal, settings: Settings) -> Registry {
    let ticks = Arc::new(std::sync::atomic::AtomicI64::new(1_000));
    let clock = Arc::new(move || ticks.fetch_add(1, std::sync::atomic::Ordering::Relaxed));
    let settings = Settings { clock, cache_bytes_max: 4 << 20, ..settings };
    Registry::start(journal, settings).expect("a journal that can be read")
}

pub(crate) fn fresh() -> (MemoryStore, Registry) {
    let store = MemoryStore::new();
    let registry = start(store.journal());
    (store, registry)
}

pub(crate) fn register(registry: &Registry, submission: Submission) -> Result<RegisteredSchema, RegistryError> {
    ask(|reply| registry.register(submission, reply)).wait()
}

pub(crate) fn register_text(registry: &Registry, name: &str, text: &str) -> Result<RegisteredSchema, RegistryError> {
    register(registry, Submission::avro(subject(name), text))
}

pub(crate) fn delete_version(
    registry: &Registry,
    name: &str,
    version: u32,
    deletion: Deletion,
) -> Result<Version, RegistryError> {
    ask(|reply| registry.delete_version(subject(name), number(version), deletion, reply)).wait()
}

pub(crate) fn delete_subject(registry: &Registry, name: &str, deletion: Deletion) -> Result<Vec<u32>, RegistryError> {
    let versions = ask(|reply| registry.delete_subject(subject(name), deletion, reply)).wait()?;
    Ok(versions.into_iter().map(Version::get).collect())
}

pub(crate) fn set_level(registry: &Registry, scope: &str, level: CompatibilityLevel) {
    ask(|reply| registry.update_config(subject(scope), level_update(level), reply)).wait().expect("a level");
}

pub(crate) fn level_update(level: CompatibilityLevel) -> ConfigUpdate {
    ConfigUpdate { level: Change::Set(level), ..ConfigUpdate::default() }
}

pub(crate) fn set_mode(registry: &Registry, scope: &str, mode: Mode) {
    ask(|reply| registry.set_mode(subject(scope), Some(mode), true, reply)).wait().expect("a mode");
}

/// A record `R` with one required field per bit of `mask`: a reader reads what a writer wrote if it has no other field.
pub(crate) fn record(mask: u32) -> String {
    let fields = (0..8).filter(|bit| mask >> bit & 1 == 1);
    let fields: Vec<_> = fields.map(|bit| format!(r#"{{"name":"f{bit}","type":"int"}}"#)).collect();
    format!(r#"{{"type":"record","name":"R","fields":[{}]}}"#, fields.join(","))
}

/// The stable name of an error, for comparing.
pub(crate) fn name_of(error: &RegistryError) -> String {
    let debug = format!("{error:?}");
    debug.split(|c: char| !c.is_alphanumeric()).next().unwrap_or_default().to_owned()
}
