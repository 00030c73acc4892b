//! What a subject declares: its version, from the configuration or its manifest, and the level its manifest asks for.

use super::ConfigError;
use super::manifest::Manifest;
use super::origin::{Origin, Sourced};
use super::reader::Entry;
use crate::compat::CompatibilityLevel;
use crate::gate::estate::Declared;
use crate::policy::SchemaVersion;
use std::collections::HashMap;

/// Brings the text of a manifest by its path below the folder of the configuration, or says why it cannot.
pub type ManifestReader<'a> = dyn FnMut(&str) -> Result<String, String> + 'a;

/// What one subject declares, each with its source.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Declaration {
    /// The major line; that of `version` where there is one.
    pub major: Option<Sourced<u32>>,
    /// The semantic version.
    pub version: Option<Sourced<SchemaVersion>>,
    /// The level that the manifest's `schema_evolution_policy` asks for.
    pub level: Option<Sourced<CompatibilityLevel>>,
    /// The manifest, where one is named.
    pub manifest: Option<Sourced<String>>,
    /// Names of fields that are taken out of use.
    pub reserved: Option<Sourced<Vec<String>>>,
}

impl Declaration {
    /// The declared version without its sources.
    pub fn declared(&self) -> Declared {
        Declared {
            major: self.major.as_ref().map(|major| major.value),
            version: self.version.as_ref().map(|version| version.value),
        }
    }

    /// The names that are reserved, as metadata lists them.
    pub fn reserved_names(&self) -> Option<String> {
        self.reserved.as_ref().map(|names| names.value.join(","))
    }

    /// The declared version where `--declare-major` names another major line: it takes the place of a version of
    /// another line.
    pub fn declared_as(&self, major: Option<u32>) -> Declared {
        let declared = self.declared();
        match major {
            None => declared,
            Some(major) => {
                Declared { major: Some(major), version: declared.version.filter(|version| version.major == major) }
            }
        }
    }
}

impl Declaration {
    /// What declares a version here and where, with `major` in its place; `None` where nothing does.
    pub(super) fn rewritten(&self, major: u32) -> Option<String> {
        let next = SchemaVersion { major, minor: 0, patch: 0 };
        let mut written = Vec::new();
        match &self.version {
            Some(Sourced { origin: Origin::Manifest(place), .. }) => {
                written.push(format!("schema_version: \"{next}\" at {place}"));
            }
            Some(version) => {
                written.push(format!("schema-version = \"{next}\" at {}", version.origin));
                written.extend(self.manifest.iter().map(|manifest| format!("in {} as well", manifest.value)));
            }
            None => {}
        }
        let version = self.version.as_ref().map(|version| &version.origin);
        let own_major = self.major.as_ref().filter(|major| Some(&major.origin) != version);
        written.extend(own_major.map(|own| format!("major = {major} at {}", own.origin)));
        (!written.is_empty()).then(|| written.join(" and "))
    }
}

/// What an entry of the configuration says, before its manifest is read.
#[derive(Default)]
pub(super) struct Written {
    pub(super) version: Option<Sourced<SchemaVersion>>,
    pub(super) major: Option<Sourced<u32>>,
    pub(super) manifest: Option<Sourced<String>>,
    pub(super) reserved: Option<Sourced<Vec<String>>>,
}

impl Written {
    /// Reads the manifest and sees that all three agree.
    pub(super) fn resolve(self, shelf: &mut Shelf<'_, '_>) -> Result<Declaration, ConfigError> {
        let manifest = self.manifest.as_ref().map(|manifest| shelf.read(manifest)).transpose()?;
        let (of_manifest, level) = manifest.map_or((None, None), |read| (Some(read.version), read.level));
        if let (Some(written), Some(read)) = (&self.version, &of_manifest)
            && written.value != read.value
        {
            return Err(written.error(format!(
                "`schema-version = \"{}\"` contradicts {} at {}; leave one of them out",
                written.value, read.value, read.origin
            )));
        }
        let version = self.version.or(of_manifest);
        if let (Some(major), Some(version)) = (&self.major, &version)
            && major.value != version.value.major
        {
            return Err(major.error(format!(
                "`major = {}` contradicts version {} at {}; leave one of them out",
                major.value, version.value, version.origin
            )));
        }
        let implied = version.as_ref().map(|version| Sourced::new(version.value.major, version.origin.clone()));
        Ok(Declaration {
            major: self.major.or(implied),
            version,
            level,
            manifest: self.manifest,
            reserved: self.reserved,
        })
    }
}

impl<T> Sourced<T> {
    /// An error about a value of a file.
    fn error(&self, problem: String) -> ConfigError {
        ConfigError::new(format!("{}: {problem}", self.origin))
    }
}

/// Reads each manifest once, however many subjects name it.
pub(super) struct Shelf<'r, 'f> {
    /// The configuration's name up to its last slash: manifests are named from where the user stands, too.
    folder: String,
    reader: &'r mut ManifestReader<'f>,
    read: HashMap<String, Manifest>,
}

impl<'r, 'f> Shelf<'r, 'f> {
    pub(super) fn new(configuration: &str, reader: &'r mut ManifestReader<'f>) -> Self {
        let folder = configuration.rfind('/').map_or("", |slash| &configuration[..=slash]).to_owned();
        Self { folder, reader, read: HashMap::new() }
    }

    fn read(&mut self, path: &Sourced<String>) -> Result<Manifest, ConfigError> {
        if let Some(known) = self.read.get(&path.value) {
            return Ok(known.clone());
        }
        let named = |problem: String| path.error(format!("`manifest = \"{}\"`: {problem}", path.value));
        let text = (self.reader)(&path.value).map_err(named)?;
        let manifest = Manifest::read(&format!("{}{}", self.folder, path.value), &text)?;
        self.read.insert(path.value.clone(), manifest.clone());
        Ok(manifest)
    }
}

/// A semantic version.
pub(super) fn version(entry: &Entry<'_, '_>) -> Result<SchemaVersion, ConfigError> {
    let text = entry.string()?;
    SchemaVersion::read(text)
        .ok_or_else(|| entry.place.error(format!("`{} = \"{text}\"` is no version; write it as \"2.1.0\"", entry.key)))
}

impl Sourced<SchemaVersion> {
    /// A version that a manifest declares.
    pub(super) fn of_manifest(version: SchemaVersion, place: super::Place) -> Self {
        Self::new(version, Origin::Manifest(place))
    }
}
