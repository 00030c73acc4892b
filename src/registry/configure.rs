//! What changing configurations and modes means (`registry-semantics` 8).

use super::contract::{Change, Config, ConfigUpdate, Mode, RuleSet};
use super::error::RegistryError;
use super::face::RuleSets;
use super::record::Event;
use super::references::is_referenced;
use super::view::{Known, View};
use super::world::World;
use super::writer::{Command, Decision};
use super::{rules, scope};
use crate::schema::names::SubjectName;
use std::sync::Arc;

/// Changes the configuration of a scope.
#[derive(Debug)]
pub(super) struct UpdateConfig {
    pub(super) scope: SubjectName,
    pub(super) update: ConfigUpdate,
}

/// Removes the configuration of a scope.
#[derive(Debug)]
pub(super) struct RemoveConfig {
    pub(super) scope: SubjectName,
}

/// Sets or clears the mode of a scope.
#[derive(Debug)]
pub(super) struct SetMode {
    pub(super) scope: SubjectName,
    pub(super) mode: Option<Mode>,
    pub(super) force: bool,
}

/// Removes the mode of a scope, and perhaps of what is below.
#[derive(Debug)]
pub(super) struct RemoveMode {
    pub(super) scope: SubjectName,
    pub(super) recursive: bool,
}

impl Command for UpdateConfig {
    type Answer = Config;

    fn decide(&self, view: &View<'_>, world: World<'_>) -> Result<Decision<Config>, RegistryError> {
        let scope = &self.scope;
        let mut update = self.update.clone();
        match world.settings.rule_sets {
            RuleSets::Drop => {
                // Whoever brings one loses both, as in the reference; what is there already stays otherwise.
                let brings = |change: &Change<RuleSet>| matches!(change, Change::Set(_));
                if brings(&update.default_rule_set) || brings(&update.override_rule_set) {
                    update.default_rule_set = Change::Clear;
                    update.override_rule_set = Change::Clear;
                }
            }
            RuleSets::Keep => {
                for change in [&update.default_rule_set, &update.override_rule_set] {
                    if let Change::Set(rule_set) = change {
                        rules::validate(rule_set)?;
                    }
                }
            }
        }
        if !scope.may_be_configured() {
            return Err(RegistryError::InvalidSubject { subject: scope.clone() });
        }
        scope::require_writable(view, scope)?;
        let old = view.subject(scope).and_then(|view| view.config.clone());
        let answer = update.applied_to(old.as_deref().cloned().unwrap_or_default());
        let kept = without_empty_texts(answer.clone());
        // An update of nothing makes a configuration, too, and that hides outer ones.
        let changes = old.is_none_or(|old| *old != kept);
        let event = Event::ConfigSet { scope: scope.clone(), config: Arc::new(kept) };
        Ok(Decision { events: if changes { vec![event] } else { Vec::new() }, texts: Vec::new(), answer })
    }
}

fn without_empty_texts(config: Config) -> Config {
    let kept = |text: Option<String>| text.filter(|text| !text.is_empty());
    Config {
        alias: kept(config.alias),
        alias_for_deks: kept(config.alias_for_deks),
        group: kept(config.group),
        ..config
    }
}

impl Command for RemoveConfig {
    type Answer = Config;

    fn decide(&self, view: &View<'_>, world: World<'_>) -> Result<Decision<Config>, RegistryError> {
        let scope = &self.scope;
        let old = view.subject(scope).and_then(|view| view.config.clone());
        if old.is_none() && !has_default(scope) {
            return Err(RegistryError::SubjectNotFound { subject: scope.clone() });
        }
        scope::require_writable(view, scope)?;
        let answer = scope::shown(old.as_deref(), world.settings);
        let events = old.map(|_| Event::ConfigRemoved { scope: scope.clone() }).into_iter().collect();
        Ok(Decision { events, texts: Vec::new(), answer })
    }
}

impl Command for SetMode {
    type Answer = ();

    fn decide(&self, view: &View<'_>, world: World<'_>) -> Result<Decision<()>, RegistryError> {
        let scope = &self.scope;
        if !scope.may_be_configured() {
            return Err(RegistryError::InvalidSubject { subject: scope.clone() });
        }
        if self.mode == Some(Mode::Forward) && !scope.is_all_contexts_scope() {
            return Err(RegistryError::ForwardOnlyForAllContexts);
        }
        if !world.settings.modes_may_change {
            return Err(RegistryError::ModesAreFixed);
        }
        let own = view.subject(scope).and_then(|view| view.mode);
        let mut events = Vec::new();
        match self.mode {
            None => events.extend(own.map(|_| Event::ModeRemoved { scope: scope.clone() })),
            Some(mode) => {
                if mode == Mode::Import && !self.force && scope::mode(view, scope) != Mode::Import {
                    events = cleared_for_import(view, scope)?;
                }
                events.push(Event::ModeSet { scope: scope.clone(), mode });
            }
        }
        Ok(Decision { events, texts: Vec::new(), answer: () })
    }
}

/// Import begins with an empty scope: no live versions, and soft-deleted ones are removed.
fn cleared_for_import(view: &View<'_>, scope: &SubjectName) -> Result<Vec<Event>, RegistryError> {
    let names = view.names_within(if is_for_all(scope) { scope::all_contexts() } else { scope });
    let subjects: Vec<_> = names.iter().filter_map(|name| view.subject(name)).collect();
    if subjects.iter().any(|subject| subject.latest().is_some()) {
        return Err(RegistryError::SubjectsExist);
    }
    let mut events = Vec::new();
    for (subject, row) in subjects.iter().flat_map(|subject| subject.rows.iter().map(move |row| (subject, row))) {
        let (subject, version) = ((*subject.name).clone(), row.version);
        if is_referenced(view, &subject, version, true) {
            return Err(RegistryError::Referenced { subject, version });
        }
        events.push(Event::VersionRemoved { subject, version });
    }
    events.push(Event::SubjectCleared { scope: scope.clone() });
    Ok(events)
}

impl Command for RemoveMode {
    type Answer = Option<Mode>;

    fn decide(&self, view: &View<'_>, world: World<'_>) -> Result<Decision<Option<Mode>>, RegistryError> {
        let scope = &self.scope;
        let old = view.subject(scope).and_then(|view| view.mode);
        if old.is_none() && !self.recursive && !has_default(scope) {
            return Err(RegistryError::SubjectNotFound { subject: scope.clone() });
        }
        if !world.settings.modes_may_change {
            return Err(RegistryError::ModesAreFixed);
        }
        let below = if self.recursive && scope.is_context_scope() { view.names_within(scope) } else { Vec::new() };
        // Names within the scope of all contexts are of every context; its own alone are meant.
        let below = below.into_iter().filter(|name| name != scope && name.context() == scope.context());
        let has_mode = |name: &SubjectName| view.subject(name).is_some_and(|view| view.mode.is_some());
        let mut events: Vec<_> = below.filter(has_mode).map(|scope| Event::ModeRemoved { scope }).collect();
        events.extend(old.map(|_| Event::ModeRemoved { scope: scope.clone() }));
        let default = has_default(scope).then_some(Mode::ReadWrite);
        Ok(Decision { events, texts: Vec::new(), answer: old.or(default) })
    }
}

/// The scopes of everything: import there wants all contexts empty.
fn is_for_all(scope: &SubjectName) -> bool {
    scope.is_default_scope() || scope.is_all_contexts_scope()
}

/// Scopes whose configuration and mode are never "not found": the global one, and each that is of all contexts.
pub(super) fn has_default(scope: &SubjectName) -> bool {
    scope.is_default_scope() || scope.is_of_all_contexts()
}
