//! Who writes and who reads: schemas that files hold and versions of a registry, by the names that reports give them.

use super::base::{BaseSpec, Inquiry, Registry, open_registry};
use super::config::{Configuration, told};
use super::estate::{PreviousVersion, Text};
use super::in_use::InUse;
use super::plain::plain;
use super::schema_file;
use super::subject::source;
use super::world::Failure;
use crate::schema::{self, ParsedSchema, Strictness};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Most versions of a subject that are read as consumers: a record is tried with each.
const VERSIONS_MAX: usize = 1_000;

/// A schema by what it is known as.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Party {
    /// For people: `schemas/orders.avsc`, `version 3 of orders-value`.
    pub name: String,
    /// Its file, as the user would name it.
    pub file: Option<String>,
    /// Its subject.
    pub subject: Option<String>,
    /// Its version there.
    pub version: Option<u32>,
    /// Its id in the registry.
    pub id: Option<u32>,
}

/// A party with its schema.
#[derive(Clone, Debug)]
pub(super) struct Loaded {
    pub(super) party: Party,
    pub(super) schema: Arc<ParsedSchema>,
}

impl Loaded {
    /// The schema that a file holds.
    ///
    /// # Errors
    /// There is none in it.
    pub(super) fn of_file(path: &Path, configuration: &Configuration) -> Result<Self, Failure> {
        let (name, text) = schema_file::read(path, configuration)?;
        let schema =
            parsed(&text).map_err(|(place, reason)| Failure::incomplete(format!("{name}{place}: {reason}")))?;
        let party = Party { name: name.clone(), file: Some(name), subject: None, version: None, id: None };
        Ok(Self { party, schema })
    }

    /// A version of a registry.
    ///
    /// # Errors
    /// Its text is none that we can parse.
    pub(super) fn of_version(subject: &str, version: &PreviousVersion) -> Result<Self, Failure> {
        let name = format!("version {} of {subject}", version.version);
        let schema = parsed(&version.text)
            .map_err(|(place, reason)| Failure::incomplete(format!("{name} does not parse{place}: {reason}")))?;
        let (number, id) = (Some(version.version), version.id);
        Ok(Self { party: Party { name, file: None, subject: Some(subject.to_owned()), version: number, id }, schema })
    }
}

/// Parses leniently, as clients do; `Err` has the place, `:3:7` or nothing, and the reason.
pub(super) fn parsed(text: &Text) -> Result<Arc<ParsedSchema>, (String, String)> {
    schema::parse(&source(text), Strictness::Stored).map(Arc::new).map_err(|invalid| {
        let place = invalid.at.map_or_else(String::new, |at| format!(":{at}"));
        (place, plain(&invalid.reason))
    })
}

/// The schemas that `--reader` names.
///
/// # Errors
/// One that is none.
pub(super) fn of_files(paths: &[PathBuf], configuration: &Configuration) -> Result<Vec<Loaded>, Failure> {
    paths.iter().map(|path| Loaded::of_file(path, configuration)).collect()
}

/// The registry that is meant, if any is: that of `--registry`, of the environment, of the configuration.
///
/// # Errors
/// What stands there is no address.
pub(super) fn registry(flag: Option<&str>, configuration: &Configuration) -> Result<Option<Registry>, Failure> {
    let of_file = || match configuration.against.as_ref().map(|against| &against.value) {
        Some(BaseSpec::Registry(url)) => Some(url.clone()),
        _ => None,
    };
    let url = match flag {
        Some(url) => Some(url.to_owned()),
        None if configuration.registry.is_named() => {
            let named = configuration.registry.registry().map_err(|error| Failure::incomplete(error.message))?;
            match named.value {
                BaseSpec::Registry(url) => Some(url),
                _ => None,
            }
        }
        None => of_file(),
    };
    let open = |url: String| open_registry(&url, Inquiry { newest: u32::MAX, ..Inquiry::of(configuration) });
    Ok(url.map(open).transpose()?)
}

/// The same where the command is about a registry.
///
/// # Errors
/// None is named, too.
pub(super) fn require_registry(flag: Option<&str>, configuration: &Configuration) -> Result<Registry, Failure> {
    registry(flag, configuration)?.ok_or_else(|| {
        Failure::usage("--subject asks a registry; name it: --registry http(s)://HOST:PORT or SLUICEGATE_REGISTRY_URL")
    })
}

/// The versions of `subject` that are in use, oldest first.
///
/// # Errors
/// One that is not there, or too many.
pub(super) fn in_use(registry: &Registry, subject: &str, in_use: &InUse) -> Result<Vec<Loaded>, Failure> {
    let live = registry.live(subject)?;
    let numbers = chosen(subject, &live, in_use)?;
    let mut versions = registry.versions(subject, &numbers)?;
    versions.reverse();
    versions.iter().map(|version| Loaded::of_version(subject, version)).collect()
}

/// The numbers of those versions.
///
/// # Errors
/// As [`in_use`].
pub(super) fn chosen(subject: &str, live: &[u32], in_use: &InUse) -> Result<Vec<u32>, Failure> {
    let numbers = in_use.of(live).map_err(|missing| {
        Failure::incomplete(format!("--in-use {in_use}: {subject} has no live version {missing}"))
    })?;
    if numbers.len() > VERSIONS_MAX {
        return Err(Failure::incomplete(format!(
            "{subject} has {} live versions; name those that are in use: --in-use last:{VERSIONS_MAX} at most",
            numbers.len()
        )));
    }
    Ok(numbers)
}

/// Whether a file can be opened, before anything else is done with it.
///
/// # Errors
/// It cannot.
pub(super) fn require_readable(path: &Path, here: &Path) -> Result<(), Failure> {
    let told = match std::fs::metadata(here.join(path)) {
        Ok(about) if about.is_dir() => "is a folder, not a file".to_owned(),
        Ok(_) => return Ok(()),
        Err(error) => told(&error),
    };
    Err(Failure::incomplete(format!("{}: {told}", path.display())))
}

impl Party {
    /// The party with its id, where it has one.
    pub fn with_id(&self) -> String {
        match self.id {
            Some(id) => format!("{} (id {id})", self.name),
            None => self.name.clone(),
        }
    }
}
