//! What an operator chose: a flag, an environment variable, a key of the configuration file, or the default.
//!
//! A flag beats the environment, which beats the configuration file, which beats the default. Whatever looks like a
//! setting and is none is an error: a misspelt one would otherwise be a default that nobody chose.

mod file;
mod table;
mod values;

pub use table::SETTINGS;

use crate::compat::CompatibilityLevel;
use crate::http::IncompatibleErrorCode;
use crate::http::ResponseHeader;
use crate::http::SearchLimits;
use crate::http::UriRules;
use crate::registry::RuleSets;
use file::{FileValue, values_of_file};
use std::fmt;
use std::net::SocketAddr;
use std::path::PathBuf;

/// One setting. The flag is `--` and its name, the environment name [`Setting::variable`], the key under `[serve]` the
/// name itself.
#[derive(Debug)]
pub struct Setting {
    /// In words joined by hyphens.
    pub name: &'static str,
    /// What a value looks like, for the help text.
    pub value: &'static str,
    /// As if it had been given.
    pub default: &'static str,
    /// Whether it may be given more than once; the environment separates by commas.
    pub is_list: bool,
    /// One line for the help text.
    pub about: &'static str,
    take: fn(&mut Settings, &str) -> Result<(), String>,
}

/// Names kept free for commands to come.
const OF_OTHER_COMMANDS: [&str; 4] =
    ["SLUICEGATE_REGISTRY_URL", "SLUICEGATE_USERNAME", "SLUICEGATE_PASSWORD", "SLUICEGATE_TOKEN"];

/// What an operator chose. Made by [`Settings::resolve`].
#[derive(Clone, Debug)]
pub struct Settings {
    /// Where to listen, at least one.
    pub listen: Vec<SocketAddr>,
    /// The data directory, as given.
    pub data: PathBuf,
    /// Which journal.
    pub storage: StorageKind,
    /// The global level while none is set through the API.
    pub compatibility: CompatibilityLevel,
    /// The `error_code` of an incompatible registration.
    pub incompatible_error_code: IncompatibleErrorCode,
    /// What becomes of rule sets.
    pub rule_sets: RuleSets,
    /// Whether modes may be changed through the API.
    pub modes_may_change: bool,
    /// Whether reserved fields are held to where no configuration says.
    pub validate_fields: bool,
    /// Whether new schemas are judged strictly where no configuration says.
    pub validate_new_schemas: bool,
    /// Whether subjects without a name are refused.
    pub reject_empty_subject: bool,
    /// How many items listings give.
    pub search: SearchLimits,
    /// Which paths are refused before they are looked up.
    pub uri_rules: UriRules,
    /// Whether answers are compressed for clients that ask for it.
    pub compression: bool,
    /// Headers on top of our own.
    pub response_headers: Vec<ResponseHeader>,
    /// Origins whose pages may use the API; none switches CORS off.
    pub allowed_origins: Vec<String>,
    /// Methods that such pages may use.
    pub allowed_methods: Vec<String>,
    /// Request headers that such pages may send.
    pub allowed_headers: Vec<String>,
    /// Answer headers that such pages may read.
    pub exposed_headers: Vec<String>,
    /// Largest request body.
    pub body_bytes_max: usize,
    /// Budget of everything that can be made again.
    pub cache_bytes_max: usize,
    /// Form of log lines.
    pub log_format: LogFormat,
    /// Least important lines to write.
    pub log_level: LogLevel,
}

/// Which journal keeps the facts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StorageKind {
    /// On one disk.
    RocksDb,
    /// Nowhere.
    Memory,
}

/// Form of log lines.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LogFormat {
    /// For people.
    Text,
    /// One JSON object a line.
    Json,
}

/// Least important lines to write.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LogLevel {
    /// None at all.
    Off,
    /// What needs somebody.
    Error,
    /// What may need somebody.
    Warn,
    /// Starts, stops and recoveries.
    Info,
    /// What dependencies report about connections, too.
    Debug,
    /// Everything.
    Trace,
}

/// Where values come from.
#[derive(Clone, Debug, Default)]
pub struct Sources {
    /// Values of flags by the setting's name.
    pub flags: Vec<(&'static str, Vec<String>)>,
    /// The process environment; names that are not ours may be among them.
    pub environment: Vec<(String, String)>,
    /// Path and text of the configuration file that `--config` names.
    pub file: Option<(PathBuf, String)>,
}

/// Why there are no settings, in one line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SettingsError {
    /// What is wrong and what to do.
    pub message: String,
    /// Whether the command line is to blame, rather than the environment or the file.
    pub is_usage: bool,
}

impl fmt::Display for SettingsError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl Setting {
    /// Its environment name.
    pub fn variable(&self) -> String {
        format!("SLUICEGATE_{}", self.name.replace('-', "_").to_ascii_uppercase())
    }
}

impl Settings {
    /// Takes each setting from the first source that has it.
    ///
    /// An environment variable that is empty counts as not set.
    ///
    /// # Errors
    /// The first unknown name or unusable value.
    pub fn resolve(sources: &Sources) -> Result<Self, SettingsError> {
        refuse_unknown_variables(&sources.environment)?;
        let file = match &sources.file {
            Some((path, text)) => values_of_file(path, text)?,
            None => Vec::new(),
        };
        let mut settings = Self::blank();
        for setting in &SETTINGS {
            let (values, origin, is_usage) = winner(setting, sources, &file);
            for value in &values {
                (setting.take)(&mut settings, value)
                    .map_err(|problem| SettingsError { message: format!("{origin}: {problem}"), is_usage })?;
            }
        }
        Ok(settings)
    }

    /// Before any value was taken.
    fn blank() -> Self {
        Self {
            listen: Vec::new(),
            data: PathBuf::new(),
            storage: StorageKind::RocksDb,
            compatibility: CompatibilityLevel::Backward,
            incompatible_error_code: IncompatibleErrorCode::Code409,
            rule_sets: RuleSets::Keep,
            modes_may_change: false,
            validate_fields: false,
            validate_new_schemas: false,
            reject_empty_subject: false,
            search: SearchLimits::default(),
            uri_rules: UriRules::Strict,
            compression: false,
            response_headers: Vec::new(),
            allowed_origins: Vec::new(),
            allowed_methods: Vec::new(),
            allowed_headers: Vec::new(),
            exposed_headers: Vec::new(),
            body_bytes_max: 0,
            cache_bytes_max: 0,
            log_format: LogFormat::Text,
            log_level: LogLevel::Info,
        }
    }
}

/// The values of the strongest source, how to call that source, and whether it is the command line.
fn winner(setting: &Setting, sources: &Sources, file: &[FileValue]) -> (Vec<String>, String, bool) {
    if let Some((_, values)) = sources.flags.iter().find(|(name, _)| *name == setting.name) {
        return (values.clone(), format!("--{}", setting.name), true);
    }
    let variable = setting.variable();
    if let Some((_, value)) = sources.environment.iter().find(|(name, value)| *name == variable && !value.is_empty()) {
        let parts = if setting.is_list {
            value.split(',').map(|part| part.trim().to_owned()).collect()
        } else {
            vec![value.clone()]
        };
        return (parts, variable, false);
    }
    if let Some((_, values, origin)) = file.iter().find(|(name, ..)| name == setting.name) {
        return (values.clone(), origin.clone(), false);
    }
    (vec![setting.default.to_owned()], format!("the default of --{}", setting.name), false)
}

fn refuse_unknown_variables(environment: &[(String, String)]) -> Result<(), SettingsError> {
    let ours: Vec<String> = SETTINGS.iter().map(Setting::variable).collect();
    // Kubernetes injects these into every container beside a service called `sluicegate`.
    let from_kubernetes = |name: &str| {
        name == "SLUICEGATE_PORT" || name.starts_with("SLUICEGATE_PORT_") || name.starts_with("SLUICEGATE_SERVICE_")
    };
    for (name, _) in environment.iter().filter(|(name, _)| name.starts_with("SLUICEGATE_")) {
        if !ours.contains(name) && !OF_OTHER_COMMANDS.contains(&name.as_str()) && !from_kubernetes(name) {
            let nearest = nearest(name, ours.iter().map(String::as_str));
            return Err(start_error(format!(
                "unknown environment variable {name}: did you mean {nearest}? Rename or unset it"
            )));
        }
    }
    Ok(())
}

fn start_error(message: String) -> SettingsError {
    SettingsError { message, is_usage: false }
}

/// The known name that takes the fewest changed letters.
fn nearest<'a>(name: &str, known: impl IntoIterator<Item = &'a str>) -> &'a str {
    known.into_iter().min_by_key(|candidate| strsim::levenshtein(name, candidate)).expect("there are settings")
}
