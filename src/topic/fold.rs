//! What the records of a topic amount to: the versions that are live in the end, and the level in force for a subject.
//!
//! For readers of an export who serve nobody. A registry keeps far more (`registry`); both apply the same facts
//! (`schemas-topic` 6), the newest of a key winning.

use super::{Unreadable, read_key, read_record};
use crate::compat::CompatibilityLevel;
use crate::registry::contract::{Config, Metadata};
use crate::registry::record::{Event, FactKey, SchemaRecord};
use crate::schema::names::SubjectName;
use std::collections::BTreeMap;
use std::sync::Arc;

/// The records of a topic, folded.
#[derive(Debug, Default)]
pub struct Fold {
    subjects: BTreeMap<SubjectName, BTreeMap<u32, Row>>,
    configs: BTreeMap<SubjectName, Arc<Config>>,
}

#[derive(Debug)]
enum Row {
    Known {
        record: Arc<SchemaRecord>,
        text: Option<Arc<str>>,
        is_deleted: bool,
    },
    /// In a language that is not served.
    Foreign {
        schema_type: String,
    },
}

/// A version at the end of a topic.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FoldedVersion {
    /// Its number.
    pub version: u32,
    /// Its id.
    pub id: i32,
    /// The word of its language.
    pub schema_type: String,
    /// Its text; none where a version was imported without one.
    pub text: Option<Arc<str>>,
    /// What it refers to: name, subject as written, version.
    pub references: Vec<(String, String, u32)>,
    /// Its metadata properties.
    pub properties: BTreeMap<String, String>,
}

/// What a configuration says about how a registration is judged.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FoldedConfig {
    /// The level, where one is set.
    pub level: Option<CompatibilityLevel>,
    /// The property whose value separates versions.
    pub group: Option<String>,
    /// Whether schemas are normalised.
    pub normalizes: bool,
    /// Whether reserved fields are looked at.
    pub validates_fields: bool,
    /// Metadata properties laid under what a registration brings.
    pub default_properties: BTreeMap<String, String>,
    /// Metadata properties laid over it.
    pub override_properties: BTreeMap<String, String>,
}

impl Fold {
    /// Takes one record into account.
    ///
    /// # Errors
    /// [`Unreadable`]: it changes nothing. A version in a language that is not served is none of these.
    pub fn add(&mut self, key: &[u8], value: Option<&[u8]>) -> Result<(), Unreadable> {
        match read_record(key, value) {
            Ok(record) => self.apply(record.event, record.text.map(Arc::from)),
            Err(Unreadable::SchemaType(schema_type)) => {
                if let FactKey::Schema(subject, version) = read_key(key)? {
                    let rows = self.subjects.entry(subject).or_default();
                    match is_deleted(value) {
                        true => drop(rows.remove(&version.get())),
                        false => drop(rows.insert(version.get(), Row::Foreign { schema_type })),
                    }
                }
            }
            Err(other) => return Err(other),
        }
        Ok(())
    }

    fn apply(&mut self, event: Event, text: Option<Arc<str>>) {
        match event {
            Event::SchemaRegistered(record) => {
                let (version, is_deleted) = (record.version.get(), record.deleted);
                let rows = self.subjects.entry(record.subject.clone()).or_default();
                rows.insert(version, Row::Known { record, text, is_deleted });
            }
            Event::VersionRemoved { subject, version } => {
                if let Some(rows) = self.subjects.get_mut(&subject) {
                    rows.remove(&version.get());
                }
            }
            Event::SubjectDeleted { subject, up_to } => {
                let Some(rows) = self.subjects.get_mut(&subject) else { return };
                rows.retain(|version, row| match row {
                    Row::Known { is_deleted, .. } => {
                        *is_deleted |= *version <= up_to.get();
                        true
                    }
                    Row::Foreign { .. } => *version > up_to.get(),
                });
            }
            // What is soft-deleted stays readable for those that refer to it, so it is not taken away either.
            Event::SubjectCleared { .. } => {}
            Event::ConfigSet { scope, config } => drop(self.configs.insert(scope, config)),
            Event::ConfigRemoved { scope } => drop(self.configs.remove(&scope)),
            Event::ModeSet { .. }
            | Event::ModeRemoved { .. }
            | Event::ContextCreated { .. }
            | Event::ContextRemoved { .. }
            | Event::AssociationSet { .. }
            | Event::AssociationRemoved { .. }
            | Event::PolicySet { .. }
            | Event::PolicyRemoved { .. }
            | Event::ExemptionSet { .. }
            | Event::ExemptionRemoved { .. }
            | Event::IdsIssued { .. } => {}
        }
    }

    /// The live versions of a subject, in ascending order.
    pub fn live(&self, subject: &SubjectName) -> Vec<FoldedVersion> {
        let rows = self.subjects.get(subject).into_iter().flatten();
        rows.filter(|(_, row)| !matches!(row, Row::Known { is_deleted: true, .. }))
            .map(|(version, row)| row.folded(*version))
            .collect()
    }

    /// One version of a subject, soft-deleted or not.
    pub fn version(&self, subject: &SubjectName, version: u32) -> Option<FoldedVersion> {
        Some(self.subjects.get(subject)?.get(&version)?.folded(version))
    }

    /// The configuration in force for a subject: its own, else its context's, else everybody's. The first that is there
    /// supplies all of it (`registry-semantics` 8.1).
    pub fn config(&self, subject: &SubjectName) -> Option<FoldedConfig> {
        let context = SubjectName::within(subject.context(), "");
        let everybody = SubjectName::within(".__GLOBAL", "");
        let config = [subject, &context, &everybody].into_iter().find_map(|scope| self.configs.get(scope))?;
        let properties = |metadata: &Option<Metadata>| {
            let properties = metadata.iter().flat_map(|metadata| &metadata.properties);
            properties.map(|(name, value)| (name.to_string(), value.clone())).collect()
        };
        Some(FoldedConfig {
            level: config.level,
            group: config.group.clone(),
            normalizes: config.normalize.unwrap_or(false),
            validates_fields: config.validate_fields.unwrap_or(false),
            default_properties: properties(&config.default_metadata),
            override_properties: properties(&config.override_metadata),
        })
    }

    /// The subject that `subject` is an alias of.
    pub fn alias(&self, subject: &SubjectName) -> Option<SubjectName> {
        let alias = self.configs.get(subject)?.alias.as_deref().filter(|alias| !alias.is_empty())?;
        Some(SubjectName::referenced(alias, subject.context()))
    }
}

fn is_deleted(value: Option<&[u8]>) -> bool {
    let value = value.and_then(|value| serde_json::from_slice::<serde_json::Value>(value).ok());
    value.is_some_and(|value| value["deleted"] == true)
}

impl Row {
    fn folded(&self, version: u32) -> FoldedVersion {
        match self {
            Self::Known { record, text, .. } => {
                let references = record.references.iter();
                let properties = record.metadata.iter().flat_map(|metadata| &metadata.properties);
                FoldedVersion {
                    version,
                    id: record.id.0,
                    schema_type: record.schema_type.as_str().to_owned(),
                    text: text.clone(),
                    references: references
                        .map(|to| (to.name.to_string(), to.subject.to_string(), to.version))
                        .collect(),
                    properties: properties.map(|(name, value)| (name.to_string(), value.clone())).collect(),
                }
            }
            Self::Foreign { schema_type } => FoldedVersion {
                version,
                id: 0,
                schema_type: schema_type.clone(),
                text: None,
                references: Vec::new(),
                properties: BTreeMap::new(),
            },
        }
    }
}
