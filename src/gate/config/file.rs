//! What a text of `sluicegate.toml` says (`command-line` 6), with the line of each value.

use super::declaration::{self, Declaration, ManifestReader};
use super::origin::{Origin, Place, Sourced};
use super::reader::{Entry, Reader};
use super::values::{Against, History, Naming};
use super::{ConfigError, subject_name};
use crate::compat::CompatibilityLevel;
use crate::evolution::ChangeClass;
use crate::policy::{Enforcement, Profile};
use std::collections::{BTreeMap, HashMap};
use std::path::{Component, Path};
use toml::de::DeTable;

/// A configuration file, read strictly. Paths in it are relative to the folder it stands in.
#[derive(Clone, Debug, Default)]
pub struct ConfigFile {
    /// `check.against`
    pub against: Option<Sourced<Against>>,
    /// `check.schemas`: patterns as in `.gitignore`.
    pub schemas: Option<Sourced<Vec<String>>>,
    /// `check.level`
    pub level: Option<Sourced<CompatibilityLevel>>,
    /// `check.history`
    pub history: Option<Sourced<History>>,
    /// `check.naming`
    pub naming: Option<Sourced<Naming>>,
    /// `check.removed-file`
    pub removed_file: Option<Sourced<ChangeClass>>,
    /// `check.exemptions`
    pub exemptions: Option<Sourced<String>>,
    /// `policy.profile`
    pub profile: Option<Sourced<Profile>>,
    /// `policy.enforcement`
    pub enforcement: Option<Sourced<Enforcement>>,
    /// `policy.rules`: class by change id.
    pub rules: BTreeMap<String, Sourced<ChangeClass>>,
    /// `[[subject]]`, in the order of the file.
    pub subjects: Vec<SubjectEntry>,
}

/// One `[[subject]]`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SubjectEntry {
    /// The subject.
    pub name: String,
    /// Its file, relative to the folder of the configuration, with `/` and without `.` or `..`.
    pub file: Option<String>,
    /// What it declares, from here or from its manifest.
    pub declaration: Declaration,
    /// Files with types it refers to, likewise relative.
    pub references: Vec<Sourced<String>>,
    /// Where the entry begins.
    pub place: Place,
}

const SECTIONS: [&str; 5] = ["version", "check", "policy", "subject", "serve"];
const CHECK: [&str; 7] = ["against", "schemas", "level", "history", "naming", "removed-file", "exemptions"];
const POLICY: [&str; 3] = ["profile", "enforcement", "rules"];
const SUBJECT: [&str; 7] = ["name", "file", "schema-version", "major", "manifest", "reserved", "references"];

/// Where keys belong.
const TABLES: [(&str, &[&str]); 3] = [("[check]", &CHECK), ("[policy]", &POLICY), ("[[subject]]", &SUBJECT)];

/// What may happen to the rating of a removed file.
const REMOVED_FILE: [ChangeClass; 3] = [ChangeClass::Forbidden, ChangeClass::Allowed, ChangeClass::MajorBumpRequired];

/// The only version of the format.
const VERSION: u32 = 1;

impl ConfigFile {
    /// Reads the text of the file `name`. `manifests` brings the text of a manifest by its path as written.
    ///
    /// # Errors
    /// The first mistake, with file and line: an unknown key (and the nearest known one), a value of a wrong type or
    /// out of range, declarations that contradict each other, a manifest that cannot be read.
    pub fn read(name: &str, text: &str, manifests: &mut ManifestReader<'_>) -> Result<Self, ConfigError> {
        Self::read_with(&Reader::new(name, text, false).with_tables(&TABLES), manifests)
    }

    /// Reads a text from the past of a repository. Unknown keys are passed over there: a check of the commit that
    /// corrects a misspelt key must be able to pass.
    ///
    /// # Errors
    /// As [`Self::read`] otherwise.
    pub fn read_past(name: &str, text: &str, manifests: &mut ManifestReader<'_>) -> Result<Self, ConfigError> {
        Self::read_with(&Reader::new(name, text, true), manifests)
    }

    fn read_with(reader: &Reader<'_>, manifests: &mut ManifestReader<'_>) -> Result<Self, ConfigError> {
        let document = reader.parse()?;
        let sections = reader.entries(&document, &SECTIONS)?;
        require_version(reader, sections.iter().find(|section| section.key == "version"))?;
        let mut file = Self::default();
        for section in &sections {
            match section.key {
                "check" => file.take_check(reader, section.table()?)?,
                "policy" => file.take_policy(reader, section.table()?)?,
                "subject" => file.take_subjects(reader, section, manifests)?,
                _ => {} // `version` is done; `[serve]` is read by `serve --config`
            }
        }
        Ok(file)
    }

    fn take_check<'t>(&mut self, reader: &Reader<'t>, table: &DeTable<'t>) -> Result<(), ConfigError> {
        for entry in reader.entries(table, &CHECK)? {
            let origin = Origin::File(entry.place.clone());
            match entry.key {
                "against" => {
                    self.against = Some(Sourced::new(
                        entry.read(|text| Against::read(text).map_err(|error| error.to_string()))?,
                        origin,
                    ))
                }
                "schemas" => self.schemas = Some(Sourced::new(strings(reader, &entry)?, origin)),
                "level" => self.level = Some(Sourced::new(level(&entry)?, origin)),
                "history" => self.history = Some(Sourced::new(entry.read(History::read)?, origin)),
                "naming" => self.naming = Some(Sourced::new(entry.word(&Naming::ALL, Naming::as_str)?, origin)),
                "removed-file" => {
                    let class = entry.word(&REMOVED_FILE, ChangeClass::as_str)?;
                    self.removed_file = Some(Sourced::new(class, origin));
                }
                _ => self.exemptions = Some(Sourced::new(entry.string()?.to_owned(), origin)),
            }
        }
        Ok(())
    }

    fn take_policy<'t>(&mut self, reader: &Reader<'t>, table: &DeTable<'t>) -> Result<(), ConfigError> {
        for entry in reader.entries(table, &POLICY)? {
            let origin = Origin::File(entry.place.clone());
            match entry.key {
                "profile" => self.profile = Some(Sourced::new(entry.word(&Profile::ALL, Profile::as_str)?, origin)),
                "enforcement" => {
                    let enforcement = entry.word(&Enforcement::ALL, Enforcement::as_str)?;
                    self.enforcement = Some(Sourced::new(enforcement, origin));
                }
                _ => self.rules = super::rules::read(reader, &entry)?,
            }
        }
        Ok(())
    }

    fn take_subjects<'t>(
        &mut self,
        reader: &Reader<'t>,
        section: &Entry<'_, 't>,
        manifests: &mut ManifestReader<'_>,
    ) -> Result<(), ConfigError> {
        let mut shelf = declaration::Shelf::new(reader.name(), manifests);
        for item in reader.items(section, "a list of tables: write [[subject]]")? {
            self.subjects.push(subject_entry(reader, &item, &mut shelf)?);
        }
        self.require_distinct_subjects()
    }

    /// Two entries may share a name, for two numbers of a file, but not a file, nor a name without files.
    fn require_distinct_subjects(&self) -> Result<(), ConfigError> {
        let mut lines = HashMap::new();
        for SubjectEntry { name, file, place, .. } in &self.subjects {
            let key = file.as_ref().map_or(("name", name), |file| ("file", file));
            if let Some(first) = lines.insert(key, place.line) {
                let (key, value) = key;
                return Err(place.error(format!("`{key} = \"{value}\"` stands in the entry of line {first} already")));
            }
        }
        Ok(())
    }
}

fn require_version(reader: &Reader<'_>, version: Option<&Entry<'_, '_>>) -> Result<(), ConfigError> {
    let Some(version) = version else {
        return Err(reader.place(0).error("`version = 1` is missing; write it as the first line".to_owned()));
    };
    if version.number()? == VERSION {
        return Ok(());
    }
    Err(version.place.error(format!("this program reads files of `version = {VERSION}`")))
}

fn subject_entry<'t>(
    reader: &Reader<'t>,
    item: &Entry<'_, 't>,
    shelf: &mut declaration::Shelf<'_, '_>,
) -> Result<SubjectEntry, ConfigError> {
    let (mut name, mut file, mut references) = (None, None, Vec::new());
    let mut written = declaration::Written::default();
    for entry in reader.entries(item.table()?, &SUBJECT)? {
        let origin = Origin::File(entry.place.clone());
        match entry.key {
            "name" => name = Some(entry.read(subject_name)?),
            "file" => file = Some(path_in_folder(&entry)?),
            "schema-version" => written.version = Some(Sourced::new(declaration::version(&entry)?, origin)),
            "major" => written.major = Some(Sourced::new(entry.number()?, origin)),
            "reserved" => written.reserved = Some(Sourced::new(reserved(reader, &entry)?, origin)),
            "manifest" => written.manifest = Some(Sourced::new(path_in_folder(&entry)?, origin)),
            _ => {
                for reference in reader.items(&entry, "a list of files")? {
                    let origin = Origin::File(reference.place.clone());
                    references.push(Sourced::new(path_in_folder(&reference)?, origin));
                }
            }
        }
    }
    let name = name.ok_or_else(|| item.place.error("this subject has no `name`".to_owned()))?;
    let declaration = written.resolve(shelf)?;
    Ok(SubjectEntry { name, file, declaration, references, place: item.place.clone() })
}

/// Names of fields, which metadata lists with commas between them.
fn reserved<'t>(reader: &Reader<'t>, entry: &Entry<'_, 't>) -> Result<Vec<String>, ConfigError> {
    let names = reader.items(entry, "a list of names of fields")?;
    let name = |item: &Entry<'_, 't>| match item.string()? {
        name if name.contains(',') => {
            Err(item.place.error(format!("`{} = [\"{name}\"]`: this is no name of a field", entry.key)))
        }
        name => Ok(name.to_owned()),
    };
    names.iter().map(name).collect()
}

impl Entry<'_, '_> {
    fn read<T>(&self, read: impl Fn(&str) -> Result<T, String>) -> Result<T, ConfigError> {
        read(self.string()?).map_err(|problem| self.place.error(format!("`{}`: {problem}", self.key)))
    }
}

fn level(entry: &Entry<'_, '_>) -> Result<CompatibilityLevel, ConfigError> {
    match CompatibilityLevel::read(entry.string()?) {
        Some(level) => Ok(level),
        None => entry.word(&CompatibilityLevel::ALL, CompatibilityLevel::as_str),
    }
}

fn strings<'t>(reader: &Reader<'t>, entry: &Entry<'_, 't>) -> Result<Vec<String>, ConfigError> {
    let items = reader.items(entry, "a list of strings")?;
    if items.is_empty() {
        return Err(entry.place.error(format!("`{}` is empty; leave it out for the default", entry.key)));
    }
    items.iter().map(|item| item.string().map(str::to_owned)).collect()
}

/// A path below the folder of the configuration: it must mean the same at every revision, so it cannot leave it.
fn path_in_folder(entry: &Entry<'_, '_>) -> Result<String, ConfigError> {
    let written = entry.string()?;
    let mut parts: Vec<&str> = Vec::new();
    for component in Path::new(written).components() {
        let is_inside = match component {
            Component::CurDir => true,
            Component::ParentDir => parts.pop().is_some(),
            Component::Normal(part) => {
                parts.extend(part.to_str());
                true
            }
            Component::RootDir | Component::Prefix(_) => false,
        };
        if !is_inside {
            return Err(entry.place.error(format!(
                "`{} = \"{written}\"` leaves the folder of this file; paths in it are relative to it",
                entry.key
            )));
        }
    }
    if parts.is_empty() {
        return Err(entry.place.error(format!("`{} = \"{written}\"` names no file", entry.key)));
    }
    Ok(parts.join("/"))
}
