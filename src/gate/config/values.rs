//! The words a user may choose among, as types: past the command line and the configuration file nobody reads strings.

use crate::gate::base::{BaseSpec, UnreadableBase};
use crate::gate::render::Format;
use std::fmt;
use std::path::PathBuf;

/// How the subject of a file is named where the configuration does not map it (`command-line` 5).
///
/// The last three are Confluent's `TopicNameStrategy`, `RecordNameStrategy` and `TopicRecordNameStrategy`, with the
/// file's stem standing for the topic.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Naming {
    /// `order_events_v2.avsc` is `order_events`.
    FileStem,
    /// `orders.avsc` is `orders-value`; a stem that ends in `-key` or `-value` is the subject itself.
    TopicName,
    /// The full name of the root type: `com.example.OrderEvent`.
    RecordName,
    /// Both: `orders-com.example.OrderEvent`.
    TopicRecordName,
}

impl Naming {
    /// All four.
    pub const ALL: [Self; 4] = [Self::FileStem, Self::TopicName, Self::RecordName, Self::TopicRecordName];

    /// The word of flags and files.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::FileStem => "file-stem",
            Self::TopicName => "topic-name",
            Self::RecordName => "record-name",
            Self::TopicRecordName => "topic-record-name",
        }
    }
}

/// How many of the newest versions are compared even where the level looks at the latest alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum History {
    /// The version before.
    Latest,
    /// Every version.
    All,
    /// At most so many, the newest; at least one.
    Last(u32),
}

impl History {
    /// Reads `latest`, `all` or `last:N`.
    ///
    /// # Errors
    /// A sentence that lists the forms.
    pub fn read(text: &str) -> Result<Self, String> {
        let last = |number: &str| number.parse().ok().filter(|number| *number >= 1).map(Self::Last);
        let read = match text {
            "latest" => Some(Self::Latest),
            "all" => Some(Self::All),
            _ => text.strip_prefix("last:").and_then(last),
        };
        read.ok_or_else(|| format!("`{text}` is none of latest, all, last:N with N from 1"))
    }
}

impl fmt::Display for History {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Latest => f.write_str("latest"),
            Self::All => f.write_str("all"),
            Self::Last(number) => write!(f, "last:{number}"),
        }
    }
}

/// From which bump on a change is refused although the decision accepts it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FailOn {
    /// A major one.
    Major,
    /// A minor one or more.
    Minor,
    /// Any change at all.
    Any,
}

impl FailOn {
    /// All three.
    pub const ALL: [Self; 3] = [Self::Major, Self::Minor, Self::Any];

    /// The word of flags.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Major => "major",
            Self::Minor => "minor",
            Self::Any => "any",
        }
    }
}

/// A form, and where it goes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Output {
    /// The form.
    pub format: Format,
    /// The file; standard output where none is named.
    pub file: Option<PathBuf>,
}

impl Output {
    /// Reads `FORMAT` or `FORMAT=FILE`.
    ///
    /// # Errors
    /// A sentence that lists the formats of this release.
    pub fn read(text: &str) -> Result<Self, String> {
        let (word, file) = text.split_once('=').map_or((text, None), |(word, file)| (word, Some(file)));
        let listed = Format::ALL.map(Format::as_str).join(", ");
        let Some(format) = Format::read(word) else {
            return Err(format!("`{word}` is no format; available are {listed}"));
        };
        if file == Some("") {
            return Err(format!("no file after `{word}=`"));
        }
        Ok(Self { format, file: file.map(PathBuf::from) })
    }
}

/// What a check is told to compare with (`command-line` 5, BASE).
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Against {
    /// A base by its name.
    Base(BaseSpec),
    /// `registry`: the registry that the environment names (`SLUICEGATE_REGISTRY_URL`).
    RegistryOfEnvironment,
}

impl Against {
    /// Reads `registry` or a BASE. A folder of that name is written `./registry`.
    ///
    /// # Errors
    /// A sentence that says what to write.
    pub fn read(text: &str) -> Result<Self, UnreadableBase> {
        match text {
            "registry" => Ok(Self::RegistryOfEnvironment),
            base => BaseSpec::read(base).map(Self::Base),
        }
    }
}

/// A text that is never printed, not even by `Debug`.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

impl Secret {
    /// Takes it in.
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// The text itself, for a request.
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("\"…\"")
    }
}
