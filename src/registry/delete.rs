//! What deleting means: a version, a subject, a context; softly or for good (`registry-semantics` 7).

use super::error::RegistryError;
use super::face::Deletion;
use super::reading::is_there;
use super::record::{Event, SchemaRecord};
use super::references::{is_referenced, is_referenced_elsewhere};
use super::scope::require_writable;
use super::view::{Known, SubjectView, View};
use super::world::World;
use super::writer::{Command, Decision};
use crate::schema::names::{SubjectName, Version, VersionSelector};
use std::sync::Arc;

/// Deletes one version.
#[derive(Debug)]
pub(super) struct DeleteVersion {
    pub(super) subject: SubjectName,
    pub(super) version: VersionSelector,
    pub(super) deletion: Deletion,
}

/// Deletes a subject.
#[derive(Debug)]
pub(super) struct DeleteSubject {
    pub(super) subject: SubjectName,
    pub(super) deletion: Deletion,
}

/// Takes an empty context off the list.
#[derive(Debug)]
pub(super) struct DeleteContext {
    pub(super) context: Box<str>,
}

impl Command for DeleteVersion {
    type Answer = Version;

    fn decide(&self, view: &View<'_>, _world: World<'_>) -> Result<Decision<Version>, RegistryError> {
        let Self { subject, version: selector, deletion } = self;
        let Some(known) = view.subject(subject).filter(|known| !known.rows.is_empty()) else {
            return Err(match is_there(view, subject, true) {
                true => RegistryError::VersionNotFound { version: *selector },
                false => RegistryError::SubjectNotFound { subject: subject.clone() },
            });
        };
        let row = match selector {
            VersionSelector::Latest => known.latest(),
            VersionSelector::Number(number) => known.row(*number),
        };
        let row = row.ok_or(RegistryError::VersionNotFound { version: *selector })?;
        let version = row.version;
        if row.deleted && *deletion == Deletion::Soft {
            return Err(RegistryError::VersionSoftDeleted { subject: subject.clone(), version });
        }
        require_writable(view, subject)?;
        require_unneeded(&known, version, *deletion)?;
        if is_referenced(view, subject, version, *deletion == Deletion::Permanent) {
            return Err(RegistryError::Referenced { subject: subject.clone(), version });
        }
        let events = match deletion {
            Deletion::Soft => {
                let record = SchemaRecord { deleted: true, ..known.record(row) };
                vec![Event::SchemaRegistered(Arc::new(record))]
            }
            Deletion::Permanent if !row.deleted => {
                return Err(RegistryError::VersionNotSoftDeleted { subject: subject.clone(), version });
            }
            Deletion::Permanent => {
                let mut events = vec![Event::VersionRemoved { subject: subject.clone(), version }];
                if known.rows.len() == 1 {
                    events.extend(settings_removed(&known));
                }
                events
            }
        };
        Ok(Decision { events, texts: Vec::new(), answer: version })
    }
}

impl Command for DeleteSubject {
    type Answer = Vec<Version>;

    fn decide(&self, view: &View<'_>, _world: World<'_>) -> Result<Decision<Vec<Version>>, RegistryError> {
        let Self { subject, deletion } = self;
        let permanent = *deletion == Deletion::Permanent;
        if !is_there(view, subject, true) {
            return Err(RegistryError::SubjectNotFound { subject: subject.clone() });
        }
        if !permanent && !is_there(view, subject, false) {
            return Err(RegistryError::SubjectSoftDeleted { subject: subject.clone() });
        }
        require_writable(view, subject)?;
        // A context that is there by its subjects alone: nothing is deleted, and so nothing goes with it.
        let Some(known) = view.subject(subject).filter(|known| known.has_versions(permanent)) else {
            return Ok(Decision { events: Vec::new(), texts: Vec::new(), answer: Vec::new() });
        };
        if !known.associations().is_empty() {
            return Err(RegistryError::AssociationForSubjectExists { subject: subject.clone() });
        }
        let mut versions = Vec::new();
        for row in known.rows.iter().filter(|row| permanent || !row.deleted) {
            if is_referenced_elsewhere(view, subject, row.version, permanent) {
                return Err(RegistryError::Referenced { subject: subject.clone(), version: row.version });
            }
            if !row.deleted && permanent {
                return Err(RegistryError::SubjectNotSoftDeleted { subject: subject.clone() });
            }
            versions.push(row.version);
        }
        let events = match (deletion, known.rows.last()) {
            // Up to the last version there is, not the last live one: this replaces an older such fact, which may have
            // hidden versions above.
            (Deletion::Soft, Some(last)) => {
                vec![Event::SubjectDeleted { subject: subject.clone(), up_to: last.version }]
            }
            (Deletion::Soft, None) => Vec::new(),
            (Deletion::Permanent, _) => {
                let removed = versions.iter().rev();
                let removed =
                    removed.map(|version| Event::VersionRemoved { subject: subject.clone(), version: *version });
                removed.chain(settings_removed(&known)).collect()
            }
        };
        Ok(Decision { events, texts: Vec::new(), answer: versions })
    }
}

impl Command for DeleteContext {
    type Answer = ();

    fn decide(&self, view: &View<'_>, _world: World<'_>) -> Result<Decision<()>, RegistryError> {
        let context = self.context.clone();
        let scope = SubjectName::within(&context, "");
        if view.has_versions_within(&scope, true) {
            return Err(RegistryError::ContextNotEmpty { context });
        }
        let listed = view.context(&context).created;
        let events = if listed { vec![Event::ContextRemoved { context }] } else { Vec::new() };
        Ok(Decision { events, texts: Vec::new(), answer: () })
    }
}

/// Whoever uses a subject keeps its last live version, and every version from going for good.
fn require_unneeded(view: &SubjectView, version: Version, deletion: Deletion) -> Result<(), RegistryError> {
    let subject = || (*view.name).clone();
    match deletion {
        _ if view.associations().is_empty() => Ok(()),
        Deletion::Permanent => Err(RegistryError::AssociationForSubjectExists { subject: subject() }),
        Deletion::Soft if view.live().all(|row| row.version == version) => {
            Err(RegistryError::NoLiveVersion { subject: subject() })
        }
        Deletion::Soft => Ok(()),
    }
}

/// Mode and configuration go with the last version.
pub(super) fn settings_removed(view: &SubjectView) -> impl Iterator<Item = Event> + use<> {
    let scope = (*view.name).clone();
    let mode = view.mode.map(|_| Event::ModeRemoved { scope: scope.clone() });
    let config = view.config.as_ref().map(|_| Event::ConfigRemoved { scope });
    mode.into_iter().chain(config)
}
