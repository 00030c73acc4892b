//! Where a value comes from, and which of several sources wins.

use std::fmt;

/// A line of a file, as the user would name it from where they stand.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// The file.
    pub file: String,
    /// From 1.
    pub line: u32,
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.file, self.line)
    }
}

/// Where a value comes from, strongest first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Origin {
    /// A flag: its name with the hyphens.
    Flag(&'static str),
    /// An environment variable.
    Variable(&'static str),
    /// The configuration file.
    File(Place),
    /// The manifest of a data product.
    Manifest(Place),
    /// Set in the registry.
    Registry,
    /// Nobody said anything.
    Default,
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Flag(name) => write!(f, "flag {name}"),
            Self::Variable(name) => write!(f, "environment {name}"),
            Self::File(place) => place.fmt(f),
            Self::Manifest(place) => write!(f, "manifest {place}"),
            Self::Registry => f.write_str("registry"),
            Self::Default => f.write_str("default"),
        }
    }
}

/// A value with where it comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sourced<T> {
    /// The value.
    pub value: T,
    /// Its source.
    pub origin: Origin,
}

impl<T> Sourced<T> {
    /// A value and its source.
    pub fn new(value: T, origin: Origin) -> Self {
        Self { value, origin }
    }

    /// The value that holds while nobody says anything.
    pub fn by_default(value: T) -> Self {
        Self { value, origin: Origin::Default }
    }
}

/// What each source says about one value; `None` says nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Layers<T> {
    /// A flag.
    pub flag: Option<Sourced<T>>,
    /// `sluicegate.toml`.
    pub file: Option<Sourced<T>>,
    /// The manifest of the subject; it knows levels only.
    pub manifest: Option<Sourced<T>>,
    /// The registry that the check runs against.
    pub registry: Option<T>,
}

impl<T> Default for Layers<T> {
    fn default() -> Self {
        Self { flag: None, file: None, manifest: None, registry: None }
    }
}

/// The value of the first source that says something, in the order of `command-line` 5: flag, configuration file,
/// manifest, registry, default.
pub fn effective<T>(layers: Layers<T>, default: T) -> Sourced<T> {
    let registry = layers.registry.map(|value| Sourced::new(value, Origin::Registry));
    let first = layers.flag.or(layers.file).or(layers.manifest).or(registry);
    first.unwrap_or_else(|| Sourced::by_default(default))
}
