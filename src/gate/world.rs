//! What a command of the gate knows of the process around it, handed in so that tests can hand in another.

use super::render::harmless::harmless;
use clap::Command;
use jiff::civil::Date;
use std::io::{self, BufRead, Write};
use std::path::PathBuf;

/// The surroundings of one command.
pub struct World<'a> {
    /// Where results go.
    pub out: &'a mut dyn Write,
    /// Where everything else goes.
    pub err: &'a mut dyn Write,
    /// Standard input.
    pub input: &'a mut dyn BufRead,
    /// Makes the whole command line of the program, of which the gate's commands are a part: for completions.
    pub program: &'a dyn Fn() -> Command,
    /// Where the user stands; relative paths start here.
    pub current_folder: PathBuf,
    /// Looks up an environment variable; one that is not UTF-8 counts as unset.
    pub variable: &'a dyn Fn(&str) -> Option<String>,
    /// Whether `out` is a terminal.
    pub is_terminal: bool,
    /// Columns of that terminal.
    pub width: Option<usize>,
    /// Whether the process's standard error is a terminal, on which a command that takes long may draw its progress.
    pub shows_progress: bool,
    /// Today, UTC.
    pub today: Date,
}

/// Why a command ends without a result.
#[derive(Debug, PartialEq, Eq)]
pub struct Failure {
    /// One line that says what is wrong and what to do; what it quotes is harmless to terminals and logs.
    pub message: String,
    /// What kind of failure it is.
    pub kind: FailureKind,
}

/// What kind of failure ended a command.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FailureKind {
    /// The command line makes no sense: exit code 2.
    Usage,
    /// What it came for could not be done: exit code 101.
    Incomplete,
    /// Whoever read the results has seen enough: nothing to complain about.
    BrokenPipe,
}

impl Failure {
    /// The command line makes no sense.
    pub fn usage(message: impl Into<String>) -> Self {
        Self { message: harmless(&message.into()).into_owned(), kind: FailureKind::Usage }
    }

    /// What the command came for could not be done.
    pub fn incomplete(message: impl Into<String>) -> Self {
        Self { message: harmless(&message.into()).into_owned(), kind: FailureKind::Incomplete }
    }
}

impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        let kind = match error.kind() {
            io::ErrorKind::BrokenPipe => FailureKind::BrokenPipe,
            _ => FailureKind::Incomplete,
        };
        Self { message: format!("the result could not be written: {error}"), kind }
    }
}
