//! How is a report said? To people as text, to scripts as JSON, to a continuous integration in its own form.
//!
//! Renderers know plain data only: the writer, the width, the colours and the environment are handed in.

pub(crate) mod blame;
mod findings;
pub mod github;
pub mod gitlab;
pub mod ground;
pub(crate) mod harmless;
pub mod json;
pub mod junit;
mod manual;
pub mod markdown;
pub(crate) mod page;
mod past;
pub(in crate::gate) mod preflight;
pub(in crate::gate) mod records;
pub mod rule;
pub mod sarif;
pub mod text;
mod witness;
mod words;

pub(super) use words::counted;

use std::fmt;

/// A form of output: `--format`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Format {
    /// For people; coloured on a terminal.
    Text,
    /// One document (`command-line` 4).
    Json,
    /// One line per subject, the summary last.
    Ndjson,
    /// SARIF 2.1.0, for code scanning and editors.
    Sarif,
    /// JUnit's XML, which continuous integrations show as tests.
    Junit,
    /// Workflow commands that become annotations on GitHub.
    Github,
    /// GitLab's code quality.
    Gitlab,
    /// A comment for a pull request.
    Markdown,
}

impl Format {
    /// All of them.
    pub const ALL: [Self; 8] =
        [Self::Text, Self::Json, Self::Ndjson, Self::Sarif, Self::Junit, Self::Github, Self::Gitlab, Self::Markdown];

    /// Whether a program reads it as one document, so that nothing else may stand beside it.
    pub fn is_for_programs(self) -> bool {
        match self {
            Self::Json | Self::Ndjson | Self::Sarif | Self::Junit | Self::Gitlab => true,
            Self::Text | Self::Github | Self::Markdown => false,
        }
    }

    /// Reads the word of the command line.
    pub fn read(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|format| format.as_str() == text)
    }

    /// The word of the command line.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Json => "json",
            Self::Ndjson => "ndjson",
            Self::Sarif => "sarif",
            Self::Junit => "junit",
            Self::Github => "github",
            Self::Gitlab => "gitlab",
            Self::Markdown => "markdown",
        }
    }
}

impl fmt::Display for Format {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// What the text is written onto.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Screen {
    /// Whether escape sequences for colours are welcome.
    pub is_coloured: bool,
    /// How wide it is, in columns; 80 where nobody knows.
    pub columns: usize,
}

/// The form that the surrounding continuous integration reads, if it is one that we know.
///
/// `variable` looks up a variable of the environment.
pub fn native_format(variable: impl Fn(&str) -> Option<String>) -> Option<Format> {
    (variable("GITHUB_ACTIONS").as_deref() == Some("true")).then_some(Format::Github)
}

/// What `--color` says.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Colour {
    /// Where a person is likely to look.
    #[default]
    Auto,
    /// In any case.
    Always,
    /// In no case.
    Never,
}

impl Colour {
    /// Whether to colour what goes to a stream that is or is not a terminal.
    ///
    /// A choice on the command line beats the environment: `NO_COLOR`, then `CLICOLOR_FORCE`, then `CLICOLOR=0` and
    /// `TERM=dumb`, each with the meaning that its convention gives it.
    pub fn applies(self, is_terminal: bool, variable: impl Fn(&str) -> Option<String>) -> bool {
        let is_set = |name: &str| variable(name).is_some_and(|value| !value.is_empty());
        match self {
            Self::Always => true,
            Self::Never => false,
            Self::Auto if is_set("NO_COLOR") => false,
            Self::Auto if variable("CLICOLOR_FORCE").is_some_and(|value| !value.is_empty() && value != "0") => true,
            Self::Auto if variable("CLICOLOR").as_deref() == Some("0") => false,
            Self::Auto => is_terminal && variable("TERM").as_deref() != Some("dumb"),
        }
    }
}
