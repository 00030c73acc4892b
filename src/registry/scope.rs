//! What is in force for a subject: its own, else its context's, else everybody's, else the server's.
//!
//! The first scope that has a configuration supplies all of it; what is missing there is not filled in from outside
//! (`registry-semantics` 8.1). A named context does not look at the global scope, only at `:.__GLOBAL:`.

use super::contract::{Config, Mode};
use super::error::RegistryError;
use super::face::Settings;
use super::view::{Known, SubjectView};
use crate::compat::CompatibilityLevel;
use crate::schema::names::SubjectName;
use std::borrow::Cow;
use std::sync::{Arc, LazyLock};

/// The scope that holds for every context.
pub(super) fn all_contexts() -> &'static SubjectName {
    static SCOPE: LazyLock<SubjectName> = LazyLock::new(|| SubjectName::within(".__GLOBAL", ""));
    &SCOPE
}

/// The scope of the default context, which is also called the global one.
pub(super) fn global() -> &'static SubjectName {
    static SCOPE: LazyLock<SubjectName> = LazyLock::new(|| SubjectName::read(""));
    &SCOPE
}

/// The scope of a subject's context.
pub(super) fn context(subject: &SubjectName) -> Cow<'static, SubjectName> {
    match subject.is_in_default_context() {
        true => Cow::Borrowed(global()),
        false => Cow::Owned(SubjectName::within(subject.context(), "")),
    }
}

/// The configuration in force.
pub(super) fn config(known: &dyn Known, subject: &SubjectName) -> Option<Arc<Config>> {
    first(known, subject, |view| view.config.clone())
}

/// The mode in force.
pub(super) fn mode(known: &dyn Known, subject: &SubjectName) -> Mode {
    first(known, subject, |view| view.mode).unwrap_or(Mode::ReadWrite)
}

/// The level a configuration means.
pub(super) fn level(config: Option<&Config>, settings: &Settings) -> CompatibilityLevel {
    config.and_then(|config| config.level).unwrap_or(settings.default_level)
}

/// Whether fields are validated under a configuration.
pub(super) fn validates_fields(config: Option<&Config>, settings: &Settings) -> bool {
    config.and_then(|config| config.validate_fields).unwrap_or(settings.validate_fields)
}

/// Whether new schemas are judged strictly under a configuration.
pub(super) fn validates_new_schemas(config: Option<&Config>, settings: &Settings) -> bool {
    config.and_then(|config| config.validate_new_schemas).unwrap_or(settings.validate_new_schemas)
}

/// Whether schemas are normalised under a configuration.
pub(super) fn normalizes(config: Option<&Config>) -> bool {
    config.and_then(|config| config.normalize).unwrap_or(false)
}

/// A configuration as answers show it: with a level.
pub(super) fn shown(config: Option<&Config>, settings: &Settings) -> Config {
    let level = Some(level(config, settings));
    Config { level, ..config.cloned().unwrap_or_default() }
}

/// Refuses where the scope is read-only.
pub(super) fn require_writable(known: &dyn Known, scope: &SubjectName) -> Result<(), RegistryError> {
    match mode(known, scope).is_read_only() {
        true => Err(RegistryError::ReadOnly { scope: scope.clone() }),
        false => Ok(()),
    }
}

fn first<T>(known: &dyn Known, subject: &SubjectName, of: impl Fn(&SubjectView) -> Option<T>) -> Option<T> {
    let at = |name: &SubjectName| known.subject(name).and_then(|view| of(&view));
    at(subject).or_else(|| at(&context(subject))).or_else(|| at(all_contexts()))
}
