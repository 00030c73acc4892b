//! Versions as a registry has them, turned into what a check compares with: declared versions read, references
//! gathered by subject and version.

use super::BaseError;
use crate::client::{RegisteredSchema, RegisteredVersion};
use crate::gate::estate::{Declared, PreviousVersion, Text};
use crate::gate::references::REFERENCES_MAX;
use crate::schema::names::SubjectName;
use crate::schema::{ReferencedText, SchemaType};
use std::collections::BTreeSet;
use std::sync::Arc;

/// Most bytes of all that one version refers to, as for a registration.
const REFERENCED_BYTES_MAX: usize = 64 * 1024 * 1024;

/// Where versions are, live or not.
pub(super) trait Shelf {
    /// One version.
    fn version(&self, subject: &str, version: u32) -> Result<Option<Arc<RegisteredVersion>>, BaseError>;
}

/// A version with all it refers to.
pub(super) fn previous(shelf: &dyn Shelf, version: &RegisteredVersion) -> Result<PreviousVersion, BaseError> {
    require_avro(version)?;
    Ok(PreviousVersion {
        version: version.version,
        id: version.id,
        text: Text { text: Arc::clone(&version.text), references: closure(shelf, version, &named(version))? },
        file: None,
        declared: declared(version),
        properties: version.properties.clone(),
        rules: version.rules.clone(),
    })
}

/// What its metadata declares. What cannot be read there counts as not declared.
pub(super) fn declared(version: &RegisteredVersion) -> Declared {
    Declared::readable(|name| version.properties.get(name).map(String::as_str))
}

/// A schema that was asked for by its id or guid, called `name` in messages, with all it refers to.
pub(super) fn schema(schema: &RegisteredSchema, name: &str) -> Result<Text, BaseError> {
    require_type(&schema.schema_type, &|| name.to_owned())?;
    Ok(Text { text: Arc::clone(&schema.text), references: schema.referenced.clone() })
}

fn require_avro(version: &RegisteredVersion) -> Result<(), BaseError> {
    require_type(&version.schema_type, &|| named(version))
}

fn require_type(schema_type: &str, name: &dyn Fn() -> String) -> Result<(), BaseError> {
    if SchemaType::read(schema_type).is_some() {
        return Ok(());
    }
    let message = format!("{} is a schema of type {schema_type}, which this release does not judge", name());
    Err(BaseError::undecided(message))
}

fn named(version: &RegisteredVersion) -> String {
    format!("version {} of {}", version.version, version.subject)
}

/// A version whose references are being looked at.
struct Step {
    version: Arc<RegisteredVersion>,
    /// The name under which it was referred to.
    name: String,
    next: usize,
}

/// The texts that `start`, called `start_name` in messages, refers to, each after what it refers to itself.
fn closure(shelf: &dyn Shelf, start: &RegisteredVersion, start_name: &str) -> Result<Vec<ReferencedText>, BaseError> {
    if start.references.is_empty() {
        return Ok(Vec::new());
    }
    let too_much = || {
        BaseError::undecided(format!(
            "{start_name} refers to more than {REFERENCES_MAX} schemas or {REFERENCED_BYTES_MAX} bytes",
        ))
    };
    let first = Step { version: Arc::new(start.clone()), name: String::new(), next: 0 };
    let (mut path, mut found, mut bytes) = (vec![first], Vec::new(), 0);
    let mut seen: BTreeSet<(String, u32)> = BTreeSet::from([(start.subject.clone(), start.version)]);
    while let Some(step) = path.last_mut() {
        let Some(reference) = step.version.references.get(step.next) else {
            let step = path.pop().expect("the loop has just seen it");
            if !path.is_empty() {
                found.push(ReferencedText { name: step.name, text: Arc::clone(&step.version.text) });
            }
            continue;
        };
        step.next += 1;
        let context = SubjectName::read(&step.version.subject);
        let subject = SubjectName::referenced(&reference.subject, context.context()).as_str().to_owned();
        let name = reference.name.clone();
        let wanted = (subject, reference.version);
        if path.iter().any(|step| (&step.version.subject, step.version.version) == (&wanted.0, wanted.1)) {
            return Err(BaseError::undecided(format!(
                "{start_name} refers to itself through version {} of {}",
                wanted.1, wanted.0
            )));
        }
        if !seen.insert(wanted.clone()) {
            continue;
        }
        let Some(version) = shelf.version(&wanted.0, wanted.1)? else {
            return Err(BaseError::undecided(format!(
                "{start_name} refers to version {} of {}, which is not there",
                wanted.1, wanted.0
            )));
        };
        require_avro(&version)?;
        bytes += version.text.len();
        if seen.len() > REFERENCES_MAX + 1 || bytes > REFERENCED_BYTES_MAX {
            return Err(too_much());
        }
        path.push(Step { version, name, next: 0 });
    }
    Ok(found)
}
