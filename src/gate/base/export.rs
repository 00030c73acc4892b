//! The base `export:FILE`: a registry's content as JSON lines, `{"key":…,"value":…}` in the form of the `_schemas` topic.

use super::registered::{Shelf, previous};
use super::{Base, BaseError, Standing};
use crate::client::{RegisteredVersion, VersionReference};
use crate::gate::config::told;
use crate::gate::estate::{Before, Candidate};
use crate::policy::Treatment;
use crate::schema::names::SubjectName;
use crate::topic::{Fold, FoldedVersion, Unreadable};
use serde_json::Value;
use std::fs::File;
use std::io::{BufRead as _, BufReader, Read as _};
use std::path::Path;
use std::sync::Arc;

/// Longest line, which holds one schema.
const LINE_BYTES_MAX: u64 = 64 * 1024 * 1024;

/// An export, read whole.
pub(super) struct Export {
    name: String,
    fold: Fold,
}

/// Reads the export in `file`, as seen from `here`.
pub(super) fn open(file: &Path, here: &Path) -> Result<Export, BaseError> {
    let name = format!("export:{}", file.display());
    let unreadable = |error: std::io::Error| BaseError::Unavailable(format!("{name}: {}", told(&error)));
    let damaged = |line: usize, reason: &str| {
        let file = file.display();
        BaseError::Unavailable(format!("{file}:{line}: {reason}; export the registry again"))
    };
    let mut reader = BufReader::new(File::open(here.join(file)).map_err(unreadable)?);
    let (mut fold, mut bytes, mut line) = (Fold::default(), Vec::new(), 0);
    let mut is_empty = true;
    loop {
        bytes.clear();
        line += 1;
        if reader.by_ref().take(LINE_BYTES_MAX).read_until(b'\n', &mut bytes).map_err(unreadable)? == 0 {
            // One that was cut off before its first record would make every subject a new one that passes.
            let reason = "holds no record of a registry; export it again";
            return if is_empty {
                Err(BaseError::Unavailable(format!("{name}: {reason}")))
            } else {
                Ok(Export { name, fold })
            };
        }
        if bytes.len() as u64 == LINE_BYTES_MAX {
            return Err(damaged(line, "the line is longer than any record"));
        }
        if bytes.trim_ascii().is_empty() {
            continue;
        }
        let (key, value) = record(&bytes).map_err(|reason| damaged(line, reason))?;
        match fold.add(&key, value.as_deref()) {
            // Records of other kinds say nothing about schemas.
            Ok(()) | Err(Unreadable::KeyType(_) | Unreadable::SchemaType(_)) => is_empty = false,
            Err(error @ (Unreadable::Key(_) | Unreadable::Value(_))) => return Err(damaged(line, &error.to_string())),
        }
    }
}

/// Key and value of a line. Both may be JSON or a string that holds JSON, as console consumers print them.
fn record(line: &[u8]) -> Result<(Vec<u8>, Option<Vec<u8>>), &'static str> {
    let line = line.strip_prefix(b"\xef\xbb\xbf").unwrap_or(line);
    let Ok(Value::Object(mut members)) = serde_json::from_slice(line) else { return Err("this is no JSON object") };
    let bytes = |value: Value| match value {
        Value::String(text) => text.into_bytes(),
        other => other.to_string().into_bytes(),
    };
    let Some(key) = members.remove("key").filter(|key| !key.is_null()) else { return Err("there is no `key`") };
    let Some(value) = members.remove("value") else { return Err("there is no `value`") };
    Ok((bytes(key), (!value.is_null()).then(|| bytes(value))))
}

impl Shelf for Export {
    fn version(&self, subject: &str, version: u32) -> Result<Option<Arc<RegisteredVersion>>, BaseError> {
        let found = self.fold.version(&SubjectName::read(subject), version);
        Ok(found.map(|found| Arc::new(registered(subject, found))))
    }
}

impl Base for Export {
    fn name(&self) -> String {
        self.name.clone()
    }

    fn prepare(&self, _: &[Candidate]) -> Result<(), BaseError> {
        Ok(())
    }

    fn before(&self, subject: &str, _: Option<&Candidate>) -> Result<Before, BaseError> {
        let named = SubjectName::read(subject);
        let alias_of = self.fold.alias(&named);
        let name = alias_of.as_ref().unwrap_or(&named);
        let mut versions = Vec::new();
        for live in self.fold.live(name).into_iter().rev() {
            let version = registered(name.as_str(), live);
            versions.push(previous(self, &version)?);
        }
        let config = self.fold.config(name).unwrap_or_default();
        let treatment = Treatment {
            normalizes: config.normalizes,
            validates_fields: config.validates_fields,
            default_properties: config.default_properties,
            override_properties: config.override_properties,
        };
        Ok(Before {
            versions,
            level: config.level,
            compatibility_group: config.group,
            kept_as: alias_of.map(|target| target.as_str().to_owned()),
            treatment,
            ..Before::default()
        })
    }

    /// Nothing: an export holds the subjects of other teams as well.
    fn subjects(&self) -> Result<Vec<Standing>, BaseError> {
        Ok(Vec::new())
    }
}

fn registered(subject: &str, folded: FoldedVersion) -> RegisteredVersion {
    let references = folded.references.into_iter();
    RegisteredVersion {
        subject: subject.to_owned(),
        version: folded.version,
        id: u32::try_from(folded.id).ok(),
        schema_type: folded.schema_type,
        text: folded.text.unwrap_or_default(),
        references: references.map(|(name, subject, version)| VersionReference { name, subject, version }).collect(),
        properties: folded.properties,
        // What may pass does not depend on them.
        rules: None,
    }
}
