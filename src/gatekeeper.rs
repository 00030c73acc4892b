//! The gate's commands as a process runs them: its terminal, its environment and its day.

use crate::failure::Failure;
use clap::{ArgMatches, Command};
use sluicegate::gate::{self, FailureKind, World};
use std::io::{self, BufWriter, IsTerminal, Write};
use std::process::ExitCode;

/// Runs one of [`gate::commands`]; `None` for a name that is none of them.
///
/// `program` makes the whole command line, for completions.
pub(crate) fn run(name: &str, chosen: &ArgMatches, program: &dyn Fn() -> Command) -> Option<Result<ExitCode, Failure>> {
    let current_folder = match std::env::current_dir() {
        Ok(folder) => folder,
        Err(error) => return Some(Err(Failure::incomplete(format!("the current folder cannot be read: {error}")))),
    };
    let mut out = BufWriter::new(io::stdout().lock());
    let mut world = World {
        out: &mut out,
        err: &mut io::stderr().lock(),
        input: &mut io::stdin().lock(),
        current_folder,
        program,
        variable: &|name| std::env::var(name).ok(),
        is_terminal: io::stdout().is_terminal(),
        width: terminal_width(),
        shows_progress: io::stderr().is_terminal(),
        today: jiff::Timestamp::now().to_zoned(jiff::tz::TimeZone::UTC).date(),
    };
    let outcome = gate::run(name, chosen, &mut world)?;
    Some(finish(outcome, out.flush()))
}

/// Whoever closed the pipe has seen enough: the result stands, quietly.
fn finish(outcome: Result<u8, gate::Failure>, written: io::Result<()>) -> Result<ExitCode, Failure> {
    let code = match outcome {
        Ok(code) => code,
        Err(failure) => {
            return match failure.kind {
                FailureKind::Usage => Err(Failure::usage(failure.message)),
                FailureKind::Incomplete => Err(Failure::incomplete(failure.message)),
                FailureKind::BrokenPipe => Ok(ExitCode::SUCCESS),
            };
        }
    };
    match written {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
            Err(Failure::incomplete(format!("the result could not be written: {error}")))
        }
        _ => Ok(ExitCode::from(code)),
    }
}

/// Columns of the terminal that standard output is, if it is one.
fn terminal_width() -> Option<usize> {
    terminal_size::terminal_size().map(|(width, _)| usize::from(width.0))
}
