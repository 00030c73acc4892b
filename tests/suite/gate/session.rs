//! A developer at a prompt: runs the gate's commands inside a folder and sees what they print.

use clap::{Arg, Command};
use sluicegate::gate::{self, FailureKind, World};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// The prompt: a folder, an environment, a day.
pub(crate) struct Session {
    pub(crate) folder: PathBuf,
    pub(super) variables: BTreeMap<&'static str, String>,
    pub(super) today: jiff::civil::Date,
    /// Standard input.
    pub(super) input: Vec<u8>,
}

/// What a command left behind.
#[derive(Debug)]
pub(crate) struct Ended {
    pub(super) code: u8,
    pub(crate) out: String,
    /// Standard error, the line of a failure included.
    pub(super) err: String,
}

impl Session {
    /// In `folder`, with an empty environment.
    pub(crate) fn in_folder(folder: &Path) -> Self {
        let today = jiff::civil::date(2026, 11, 26);
        Self { folder: folder.to_owned(), variables: BTreeMap::new(), today, input: Vec::new() }
    }

    /// Runs `sluicegate` with these arguments.
    pub(crate) fn run(&self, arguments: &[&str]) -> Ended {
        let chosen = program().try_get_matches_from(["sluicegate"].iter().chain(arguments));
        let chosen = match chosen {
            Ok(chosen) => chosen,
            Err(error) => return Ended { code: 2, out: String::new(), err: error.to_string() },
        };
        let (name, chosen) = chosen.subcommand().unwrap();
        let (mut out, mut err) = (Vec::new(), Vec::new());
        let mut world = World {
            out: &mut out,
            err: &mut err,
            input: &mut self.input.as_slice(),
            current_folder: self.folder.clone(),
            program: &program,
            variable: &|name| self.variables.get(name).cloned(),
            is_terminal: false,
            width: None,
            shows_progress: false,
            today: self.today,
        };
        let outcome = gate::run(name, chosen, &mut world).unwrap();
        let mut err = String::from_utf8(err).unwrap();
        let code = match outcome {
            Ok(code) => code,
            Err(failure) => {
                err.push_str(&failure.message);
                match failure.kind {
                    FailureKind::Usage => 2,
                    FailureKind::Incomplete => 101,
                    FailureKind::BrokenPipe => panic!("nothing is broken here"),
                }
            }
        };
        Ended { code, out: String::from_utf8(out).unwrap(), err }
    }
}

impl Ended {
    /// The one JSON document on standard output.
    pub(super) fn document(&self) -> serde_json::Value {
        serde_json::from_str(&self.out).unwrap_or_else(|error| panic!("{error}: {}{}", self.out, self.err))
    }
}

/// The command line as the program has it.
fn program() -> Command {
    let global = |name: &'static str| Arg::new(name).long(name).global(true);
    let config = global("config").value_parser(clap::value_parser!(PathBuf));
    Command::new("sluicegate").args([config, global("color")]).subcommands(gate::commands())
}
