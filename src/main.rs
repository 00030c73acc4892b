//! The `sluicegate` program: reads the arguments, plays one role, returns its exit code.

mod failure;
#[cfg(feature = "gate")]
mod gatekeeper;
#[cfg(feature = "server")]
mod operator;

use clap::{Arg, ArgMatches, ColorChoice, Command};
use failure::{Failure, WRONG_USAGE};
use std::io::{self, Write};
use std::path::PathBuf;
use std::process::ExitCode;

const EXAMPLES: &str = "\
Examples:
  sluicegate check                                   judges the schemas here against the main branch
  sluicegate check schemas --against http://127.0.0.1:8081
  sluicegate diff old.avsc new.avsc                  every change between two files, with its class
  sluicegate explain field-removed                   why a kind of change is graded as it is
  sluicegate records --schema orders.avsc orders.jsonl
                                                     do these records fit, and can consumers read them?
  sluicegate preflight --subject orders-value orders.avsc
                                                     may this schema be deployed?
  sluicegate serve                                   a registry on 127.0.0.1:8081 with its data in ./data
  sluicegate healthcheck --url http://127.0.0.1:8081
  sluicegate verify --data ./data                    checks the store of a stopped registry

Exit codes: 0 fine; 100 refused, such as a breaking change or a damaged store; 101 could not complete, one line says
why; 2 wrong usage.";

fn main() -> ExitCode {
    let arguments = match command().try_get_matches() {
        Ok(arguments) => arguments,
        Err(error) => return usage_answer(&error),
    };
    let outcome = match arguments.subcommand() {
        Some((name, chosen)) => run(name, chosen),
        None => Err(Failure::usage("no command; see sluicegate --help")),
    };
    match outcome {
        Ok(code) => code,
        Err(failure) => {
            complain(&failure.message);
            ExitCode::from(failure.code)
        }
    }
}

fn run(name: &str, chosen: &ArgMatches) -> Result<ExitCode, Failure> {
    #[cfg(feature = "server")]
    if let Some(outcome) = operator::run(name, chosen) {
        return outcome;
    }
    #[cfg(feature = "gate")]
    if let Some(outcome) = gatekeeper::run(name, chosen, &command) {
        return outcome;
    }
    Err(Failure::usage(format!("no command {name}; see sluicegate --help")))
}

fn command() -> Command {
    let color = Arg::new("color")
        .long("color")
        .value_name("WHEN")
        .value_parser(["auto", "always", "never"])
        .default_value("auto")
        .global(true)
        .display_order(101)
        .help("Colours in what is written for people");
    let config = Arg::new("config")
        .long("config")
        .value_name("FILE")
        .value_parser(clap::value_parser!(PathBuf))
        .global(true)
        .display_order(100)
        .help("The configuration file; by default the gate looks for sluicegate.toml upwards, the registry reads none");
    let program = Command::new("sluicegate")
        .version(env!("CARGO_PKG_VERSION"))
        .about("A schema registry that answers like Confluent's, and a gate for schema changes")
        .color(color_of_usage())
        .subcommand_required(true)
        .arg_required_else_help(true)
        .after_help(EXAMPLES)
        .args([config, color]);
    #[cfg(feature = "gate")]
    let program = program.subcommands(sluicegate::gate::commands());
    #[cfg(feature = "server")]
    let program = program.subcommands(operator::commands());
    program
}

/// `--color` as it must be known before the arguments are parsed.
fn color_of_usage() -> ColorChoice {
    let arguments: Vec<String> = std::env::args_os().map(|argument| argument.to_string_lossy().into_owned()).collect();
    let joined = arguments.join(" ").replace("--color=", "--color ");
    match joined.split("--color ").nth(1).and_then(|rest| rest.split(' ').next()) {
        Some("always") => ColorChoice::Always,
        Some("never") => ColorChoice::Never,
        _ => ColorChoice::Auto,
    }
}

/// Help and version are results; anything else is wrong usage, said in one line.
fn usage_answer(error: &clap::Error) -> ExitCode {
    if !error.use_stderr() || error.kind() == clap::error::ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand {
        drop(error.print()); // a closed pipe is no reason to complain
        return ExitCode::from(u8::try_from(error.exit_code()).unwrap_or(WRONG_USAGE));
    }
    complain(&usage_line(&error.to_string(), &help_of_usage()));
    ExitCode::from(WRONG_USAGE)
}

/// Where to read on: the help of the command that was meant, as far as its name is one.
fn help_of_usage() -> String {
    let program = command();
    let named = std::env::args_os().skip(1).find_map(|argument| program.find_subcommand(argument));
    named.map_or_else(|| "sluicegate --help".to_owned(), |command| format!("sluicegate {} --help", command.get_name()))
}

/// What is wrong with a command line, in one line that ends with where to read on.
fn usage_line(text: &str, help: &str) -> String {
    let mut told = String::new();
    let is_about_it = |line: &&str| !line.starts_with("Usage:");
    for line in text.lines().map(str::trim).take_while(is_about_it) {
        let part = line.trim_start_matches("error: ");
        if part.is_empty() || part.starts_with("For more information") {
            continue;
        }
        match told.chars().next_back() {
            None => {}
            Some(':') => told.push(' '),
            Some(_) => told.push_str("; "),
        }
        told.push_str(part);
    }
    format!("{told}; see {help}")
}

fn complain(message: &str) {
    // It quotes arguments and files: whatever would act on a terminal or begin a line of its own is shown instead.
    let line: String = message
        .chars()
        .flat_map(|letter| if letter.is_control() { letter.escape_default().collect() } else { vec![letter] })
        .collect();
    // Nothing is left to tell anybody where standard error is closed.
    drop(writeln!(io::stderr(), "sluicegate: {line}"));
}
