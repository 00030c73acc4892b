//! What is in force: flags, environment, `sluicegate.toml`, manifests and defaults, each value with its source.
//!
//! Contract: `command-line` 5 and 6. A value of the registry comes in where a subject is judged ([`Configuration::level`]).

mod access;
mod declaration;
mod exemptions;
mod file;
mod manifest;
mod origin;
pub mod paths;
mod reader;
mod rules;
mod show;
mod values;

pub use access::{Credentials, RegistryAccess};
pub use declaration::{Declaration, ManifestReader};
pub(in crate::gate) use exemptions::toml_string;
pub use exemptions::{WrittenExemption, add_exemption, read_exemptions};
pub use file::{ConfigFile, SubjectEntry};
pub use manifest::Manifest;
pub use origin::{Layers, Origin, Place, Sourced, effective};
pub use reader::calendar_day;
pub(in crate::gate) use reader::{Entry, Reader};
pub use values::{Against, FailOn, History, Naming, Output, Secret};

use super::args::CheckArgs;
use super::base::BaseSpec;
use crate::compat::CompatibilityLevel;
use crate::evolution::ChangeClass;
use crate::policy::{Enforcement, Profile, Rules, nearest};
use crate::schema::names::SubjectName;
use std::collections::BTreeMap;
use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

/// The configuration's file name.
pub const FILE_NAME: &str = "sluicegate.toml";

/// Where exemptions are kept unless the configuration says otherwise.
const EXEMPTIONS: &str = "sluicegate-exemptions.toml";

/// Largest configuration or exemption file.
const FILE_BYTES_MAX: u64 = 16 << 20;

/// Where a command runs.
pub struct Surroundings<'a> {
    /// The current folder, absolute.
    pub current_folder: &'a Path,
    /// The environment; `None` for what is not set.
    pub variable: &'a dyn Fn(&str) -> Option<String>,
}

/// Everything a check was told, from whatever source.
#[derive(Clone, Debug)]
pub struct Configuration {
    /// The configuration file in use, as the user would name it.
    pub file: Option<String>,
    /// What paths of the configuration are relative to: its folder, else the current one. Absolute.
    pub folder: PathBuf,
    /// The current folder, absolute: what paths of the command line are relative to.
    pub current_folder: PathBuf,
    /// Files and folders that the command line names, as written.
    pub paths: Vec<PathBuf>,
    /// `--subject`
    pub subject: Option<String>,
    /// What to compare with. Paths in it are absolute or relative to the current folder.
    pub against: Option<Sourced<BaseSpec>>,
    /// Patterns of schema files, as in `.gitignore`, relative to `folder`.
    pub schemas: Option<Sourced<Vec<String>>>,
    /// How files name their subjects.
    pub naming: Sourced<Naming>,
    /// How much history is looked at.
    pub history: Sourced<History>,
    /// The class of a subject's removal.
    pub removed_file: Sourced<ChangeClass>,
    /// The exemption file: absolute or relative to the current folder. It need not exist.
    pub exemptions: Sourced<PathBuf>,
    /// `--fail-on`
    pub fail_on: Option<Sourced<FailOn>>,
    /// Classes by change id.
    pub rules: BTreeMap<String, Sourced<ChangeClass>>,
    /// `--declare-major`
    pub declare_major: Option<u32>,
    /// `[[subject]]`
    pub subjects: Vec<SubjectEntry>,
    /// What the environment says about a registry.
    pub registry: RegistryAccess,
    level: Layers<CompatibilityLevel>,
    profile: Layers<Profile>,
    enforcement: Layers<Enforcement>,
}

impl Configuration {
    /// Finds and reads the configuration file, and joins it with the flags and the environment.
    ///
    /// The file is the one that `--config` names, else the first `sluicegate.toml` from the current folder upward; the
    /// search ends at the root of the repository, and outside of one at the root of the file system.
    ///
    /// # Errors
    /// The first mistake, with its place.
    pub fn resolve(args: &CheckArgs, around: &Surroundings<'_>) -> Result<Self, ConfigError> {
        let current_folder = around.current_folder;
        let path = match &args.config {
            Some(named) => Some(current_folder.join(named)),
            None => find(current_folder),
        };
        let (file, folder) = match &path {
            Some(path) => (read_file(path, current_folder)?, path.parent().unwrap_or(current_folder).to_owned()),
            None => (ConfigFile::default(), current_folder.to_owned()),
        };
        let shown = path.map(|path| paths::shown(&paths::relative(&path, current_folder)));
        let against = flag("--against", args.against.clone());
        Self { file: shown, folder, ..Self::without_file(args, around) }.with(file, against)
    }

    /// What flags and environment alone say.
    fn without_file(args: &CheckArgs, around: &Surroundings<'_>) -> Self {
        Self {
            file: None,
            folder: around.current_folder.to_owned(),
            current_folder: around.current_folder.to_owned(),
            paths: args.paths.clone(),
            subject: args.subject.clone(),
            against: None,
            schemas: None,
            naming: flag("--naming", args.naming).unwrap_or(Sourced::by_default(Naming::FileStem)),
            history: flag("--history", args.history).unwrap_or(Sourced::by_default(History::Latest)),
            removed_file: Sourced::by_default(ChangeClass::Forbidden),
            exemptions: Sourced::by_default(PathBuf::from(EXEMPTIONS)),
            fail_on: flag("--fail-on", args.fail_on),
            rules: BTreeMap::new(),
            declare_major: args.declare_major,
            subjects: Vec::new(),
            registry: RegistryAccess::of_environment(around.variable),
            level: Layers { flag: flag("--level", args.level), ..Layers::default() },
            profile: Layers { flag: flag("--profile", args.profile), ..Layers::default() },
            enforcement: Layers { flag: flag("--enforcement", args.enforcement), ..Layers::default() },
        }
    }

    /// Adds what a file says: it yields to flags.
    fn with(mut self, file: ConfigFile, against: Option<Sourced<Against>>) -> Result<Self, ConfigError> {
        let from_here = |path: &Path| paths::relative(&self.folder.join(path), &self.current_folder);
        let of_file = file.against.map(|against| {
            let value = match against.value {
                Against::Base(BaseSpec::Path(path)) => Against::Base(BaseSpec::Path(from_here(&path))),
                Against::Base(BaseSpec::Export(path)) => Against::Base(BaseSpec::Export(from_here(&path))),
                other => other,
            };
            Sourced::new(value, against.origin)
        });
        self.against = match against.or(of_file) {
            Some(Sourced { value: Against::RegistryOfEnvironment, .. }) => Some(self.registry.registry()?),
            Some(Sourced { value: Against::Base(base), origin }) => Some(Sourced::new(base, origin)),
            None => None,
        };
        let exemptions = file.exemptions.map(|path| Sourced::new(PathBuf::from(path.value), path.origin));
        let exemptions = exemptions.unwrap_or(self.exemptions);
        self.exemptions = Sourced::new(from_here(&exemptions.value), exemptions.origin);
        self.schemas = file.schemas;
        self.naming = unless_flag(self.naming, file.naming);
        self.history = unless_flag(self.history, file.history);
        self.removed_file = file.removed_file.unwrap_or(self.removed_file);
        self.rules = file.rules;
        self.subjects = file.subjects;
        self.level.file = file.level;
        self.profile.file = file.profile;
        self.enforcement.file = file.enforcement;
        Ok(self)
    }

    /// The level in force for a subject: flag, file, its manifest, what the registry has, BACKWARD.
    pub fn level(
        &self,
        declaration: Option<&Declaration>,
        registry: Option<CompatibilityLevel>,
    ) -> Sourced<CompatibilityLevel> {
        let manifest = declaration.and_then(|declaration| declaration.level.clone());
        effective(Layers { manifest, registry, ..self.level.clone() }, CompatibilityLevel::Backward)
    }

    /// The profile in force: flag, file, what the registry has, `seed`.
    pub fn profile(&self, registry: Option<Profile>) -> Sourced<Profile> {
        effective(Layers { registry, ..self.profile.clone() }, Profile::Seed)
    }

    /// The enforcement in force: flag, file, what the registry has, `enforce`.
    pub fn enforcement(&self, registry: Option<Enforcement>) -> Sourced<Enforcement> {
        effective(Layers { registry, ..self.enforcement.clone() }, Enforcement::Enforce)
    }

    /// The overrides in force: those of the file, and what they do not say from the registry.
    pub fn rules(&self, registry: &Rules) -> Rules {
        let mut rules = Rules::default();
        for (id, class) in &self.rules {
            rules.set(id, class.value).expect("the reader of the file knows every id it let through");
        }
        rules.over(registry)
    }

    /// How `major` is declared for a subject, in the words and at the place of what declares it now.
    pub fn declaring(&self, subject: &str, declaration: Option<&Declaration>, major: u32) -> String {
        if self.declare_major.is_some() {
            return format!("--declare-major {major}");
        }
        let entry = self.subjects.iter().find(|entry| entry.name == subject);
        let written = declaration.and_then(|declaration| declaration.rewritten(major));
        written.unwrap_or_else(|| match entry {
            Some(entry) => format!("major = {major} in the entry at {}", entry.place),
            None => {
                let file = self.file.as_deref().unwrap_or(FILE_NAME);
                format!("in {file}: [[subject]] with name = {} and major = {major}", toml_string(subject))
            }
        })
    }

    /// Whether a file, named from the current folder, is among those that the command line asks about: all are where it
    /// names none.
    pub fn asks_about(&self, file: &str) -> bool {
        let file = paths::tidied(&self.current_folder.join(file));
        let mut named = self.paths.iter().map(|path| paths::tidied(&self.current_folder.join(path)));
        self.paths.is_empty() || named.any(|path| file.starts_with(path))
    }
}

/// What is wrong with a configuration, an exemption file, a manifest or the environment: one line, with its place.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct ConfigError {
    /// What is wrong and what to do.
    pub message: String,
}

impl ConfigError {
    pub(in crate::gate) fn new(message: String) -> Self {
        Self { message }
    }
}

impl Place {
    /// An error at this place.
    pub(in crate::gate) fn error(&self, problem: String) -> ConfigError {
        ConfigError::new(format!("{self}: {problem}"))
    }
}

/// Reads the name of a subject that may hold schemas.
///
/// # Errors
/// A sentence.
pub fn subject_name(text: &str) -> Result<String, String> {
    let subject = SubjectName::read(text);
    if text.trim().is_empty() || subject.is_context_scope() || !subject.may_hold_schemas() {
        return Err(format!("`{}` is no subject under which schemas may be registered", text.escape_debug()));
    }
    Ok(subject.as_str().to_owned())
}

fn flag<T>(name: &'static str, value: Option<T>) -> Option<Sourced<T>> {
    value.map(|value| Sourced::new(value, Origin::Flag(name)))
}

fn unless_flag<T>(value: Sourced<T>, file: Option<Sourced<T>>) -> Sourced<T> {
    match file {
        Some(file) if value.origin == Origin::Default => file,
        _ => value,
    }
}

fn find(current_folder: &Path) -> Option<PathBuf> {
    for folder in current_folder.ancestors() {
        let file = folder.join(FILE_NAME);
        if file.symlink_metadata().is_ok() {
            return Some(file);
        }
        if folder.join(".git").exists() {
            return None;
        }
    }
    None
}

fn read_file(path: &Path, current_folder: &Path) -> Result<ConfigFile, ConfigError> {
    let name = paths::shown(&paths::relative(path, current_folder));
    let text = read_text(path).map_err(|problem| ConfigError::new(format!("{name}: {problem}")))?;
    let folder = path.parent().unwrap_or(current_folder);
    let mut manifests = |manifest: &str| read_text(&folder.join(manifest));
    ConfigFile::read(&name, &text, &mut manifests)
}

/// The text of a file of moderate size, or why there is none.
fn read_text(path: &Path) -> Result<String, String> {
    let size = fs::metadata(path).map_err(|error| told(&error))?.len();
    if size > FILE_BYTES_MAX {
        return Err(format!("is larger than {FILE_BYTES_MAX} bytes"));
    }
    let bytes = fs::read(path).map_err(|error| told(&error))?;
    String::from_utf8(bytes).map_err(|_| "is not UTF-8".to_owned())
}

/// An error of the operating system, in a few words without its number.
pub(in crate::gate) fn told(error: &std::io::Error) -> String {
    match error.kind() {
        ErrorKind::NotFound => "there is no such file".to_owned(),
        ErrorKind::PermissionDenied => "may not be read (permission denied)".to_owned(),
        ErrorKind::IsADirectory => "is a folder, not a file".to_owned(),
        _ => error.to_string(),
    }
}
