//! Every setting of `serve` in one table: its flag, environment name, key in the configuration file and default.
//!
//! A flag beats the environment, which beats the configuration file, which beats the default. Whatever looks like a
//! setting and is none is an error: a misspelt one would otherwise be a default that nobody chose.

use crate::compat::CompatibilityLevel;
use crate::http::IncompatibleErrorCode;
use crate::registry::RuleSets;
use std::fmt;
use std::net::{SocketAddr, ToSocketAddrs};
use std::path::{Path, PathBuf};
use toml::de::{DeTable, DeValue};

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

/// All of them, in the order of the help text.
// One row per setting: a row says everything there is to know about it.
pub static SETTINGS: [Setting; 10] = [
    Setting {
        name: "listen",
        value: "ADDR:PORT",
        default: "127.0.0.1:8081",
        is_list: true,
        about: "where to listen; may be repeated; port 0 takes any free one",
        take: |settings, text| address(text).map(|address| settings.listen.push(address)),
    },
    Setting {
        name: "data",
        value: "DIR",
        default: "./data",
        is_list: false,
        about: "the folder that holds everything the registry keeps",
        take: |settings, text| some(text).map(|text| settings.data = PathBuf::from(text)),
    },
    Setting {
        name: "storage",
        value: "rocksdb|memory",
        default: "rocksdb",
        is_list: false,
        about: "where to keep it; what is in memory is gone after a stop",
        take: |settings, text| {
            let known = [("rocksdb", StorageKind::RocksDb), ("memory", StorageKind::Memory)];
            one_of(text, known).map(|kind| settings.storage = kind)
        },
    },
    Setting {
        name: "compatibility",
        value: "LEVEL",
        default: "BACKWARD",
        is_list: false,
        about: "the global compatibility level while none is set through the API",
        take: |settings, text| {
            let known = CompatibilityLevel::ALL.map(|level| (level.as_str(), level));
            one_of(&text.to_ascii_uppercase(), known).map(|level| settings.compatibility = level)
        },
    },
    Setting {
        name: "incompatible-error-code",
        value: "409|40901",
        default: "409",
        is_list: false,
        about: "what an incompatible registration says as error_code: 409, as every client knows, or 40901 as newer servers do",
        take: |settings, text| {
            let known = [("409", IncompatibleErrorCode::Code409), ("40901", IncompatibleErrorCode::Code40901)];
            one_of(text, known).map(|code| settings.incompatible_error_code = code)
        },
    },
    Setting {
        name: "rule-sets",
        value: "keep|drop",
        default: "keep",
        is_list: false,
        about: "whether rule sets of schemas are stored, or dropped as Confluent's community server does",
        take: |settings, text| {
            one_of(text, [("keep", RuleSets::Keep), ("drop", RuleSets::Drop)]).map(|kept| settings.rule_sets = kept)
        },
    },
    Setting {
        name: "body-bytes-max",
        value: "BYTES",
        default: "10485760",
        is_list: false,
        about: "largest request body; a larger one is answered 413",
        take: |settings, text| number(text, 1024..=1 << 30).map(|bytes| settings.body_bytes_max = bytes),
    },
    Setting {
        name: "cache-bytes-max",
        value: "BYTES",
        default: "67108864",
        is_list: false,
        about: "memory for texts, parsed schemas and verdicts that can be made again",
        take: |settings, text| number(text, 1 << 20..=1 << 40).map(|bytes| settings.cache_bytes_max = bytes),
    },
    Setting {
        name: "log-format",
        value: "text|json",
        default: "text",
        is_list: false,
        about: "form of the lines on standard error",
        take: |settings, text| {
            let known = [("text", LogFormat::Text), ("json", LogFormat::Json)];
            one_of(text, known).map(|format| settings.log_format = format)
        },
    },
    Setting {
        name: "log-level",
        value: "off|error|warn|info|debug|trace",
        default: "info",
        is_list: false,
        about: "least important lines to write",
        take: |settings, text| {
            use LogLevel::{Debug, Error, Info, Off, Trace, Warn};
            let known =
                [("off", Off), ("error", Error), ("warn", Warn), ("info", Info), ("debug", Debug), ("trace", Trace)];
            one_of(text, known).map(|level| settings.log_level = level)
        },
    },
];

/// Names kept free for commands to come.
const OF_OTHER_COMMANDS: [&str; 4] =
    ["SLUICEGATE_REGISTRY_URL", "SLUICEGATE_USERNAME", "SLUICEGATE_PASSWORD", "SLUICEGATE_TOKEN"];

/// Top-level keys of the configuration file; all but `version` and `serve` are kept free for commands to come.
const SECTIONS: [&str; 5] = ["version", "check", "policy", "subject", "serve"];

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
            body_bytes_max: 0,
            cache_bytes_max: 0,
            log_format: LogFormat::Text,
            log_level: LogLevel::Info,
        }
    }
}

/// A value of the configuration file: the setting's name, the value's parts, and where they stand.
type FileValue = (String, Vec<String>, String);

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

/// What stands under `[serve]`.
fn values_of_file(path: &Path, text: &str) -> Result<Vec<FileValue>, SettingsError> {
    let place = |at: usize| format!("{} line {}", path.display(), text[..at.min(text.len())].matches('\n').count() + 1);
    let document = DeTable::parse(text).map_err(|error| {
        start_error(format!("{}: {}", place(error.span().map_or(0, |span| span.start)), error.message()))
    })?;
    for (key, value) in document.get_ref() {
        let place = place(key.span().start);
        if !SECTIONS.contains(&key.get_ref().as_ref()) {
            return Err(unknown_key(&place, key.get_ref(), SECTIONS));
        }
        if key.get_ref() == "version" && scalar(value.get_ref()).as_deref() != Some("1") {
            return Err(start_error(format!("{place}: this program reads files of `version = 1`")));
        }
    }
    let Some((_, section)) = document.get_ref().iter().find(|(key, _)| key.get_ref() == "serve") else {
        return Ok(Vec::new());
    };
    let DeValue::Table(section_table) = section.get_ref() else {
        return Err(start_error(format!("{}: `serve` is a table: write [serve]", place(section.span().start))));
    };
    let mut values = Vec::new();
    for (key, value) in section_table {
        let place = place(key.span().start);
        let Some(setting) = SETTINGS.iter().find(|setting| setting.name == key.get_ref()) else {
            return Err(unknown_key(&place, key.get_ref(), SETTINGS.iter().map(|setting| setting.name)));
        };
        let parts = match value.get_ref() {
            DeValue::Array(items) if setting.is_list => items.iter().map(|item| scalar(item.get_ref())).collect(),
            other => scalar(other).map(|part| vec![part]),
        };
        let origin = format!("{place}, `{}`", setting.name);
        let Some(parts) = parts.filter(|parts: &Vec<String>| !parts.is_empty()) else {
            return Err(start_error(format!("{origin}: takes {}", setting.value)));
        };
        values.push((setting.name.to_owned(), parts, origin));
    }
    Ok(values)
}

/// A single value as a flag would spell it.
fn scalar(value: &DeValue<'_>) -> Option<String> {
    match value {
        DeValue::String(text) => Some(text.to_string()),
        DeValue::Integer(number) => Some(number.to_string()),
        _ => None,
    }
}

fn unknown_key<'a>(place: &str, key: &str, known: impl IntoIterator<Item = &'a str>) -> SettingsError {
    start_error(format!("{place}: unknown key `{key}`: did you mean `{}`?", nearest(key, known)))
}

fn start_error(message: String) -> SettingsError {
    SettingsError { message, is_usage: false }
}

fn address(text: &str) -> Result<SocketAddr, String> {
    let unusable = || format!("`{text}` is no address with a port; write for instance 127.0.0.1:8081");
    text.to_socket_addrs().map_err(|_| unusable())?.next().ok_or_else(unusable)
}

fn some(text: &str) -> Result<&str, String> {
    if text.is_empty() { Err("is empty; name a folder".to_owned()) } else { Ok(text) }
}

fn number(text: &str, range: std::ops::RangeInclusive<usize>) -> Result<usize, String> {
    let read = text.parse().ok().filter(|number| range.contains(number));
    read.ok_or_else(|| format!("`{text}` is no number of bytes from {} to {}", range.start(), range.end()))
}

fn one_of<T, const N: usize>(text: &str, known: [(&str, T); N]) -> Result<T, String> {
    let names = known.each_ref().map(|(name, _)| *name).join(", ");
    let found = known.into_iter().find(|(name, _)| *name == text);
    found.map(|(_, value)| value).ok_or_else(|| format!("`{text}` is none of {names}"))
}

/// The known name that takes the fewest changed letters.
fn nearest<'a>(name: &str, known: impl IntoIterator<Item = &'a str>) -> &'a str {
    known.into_iter().min_by_key(|candidate| strsim::levenshtein(name, candidate)).expect("there are settings")
}
