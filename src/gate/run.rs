//! The commands of the gate: what each reads, does and prints.

use super::args::{self, CheckArgs, ConfigArgs, Explained, Invocation};
use super::check::check;
use super::config::{Configuration, Surroundings};
use super::discover::discover;
use super::world::{Failure, FailureKind, World};
use super::{diff, explain, output, preflight, records, waive};
use clap::ArgMatches;

/// Runs the command `name` of [`super::commands`] and returns its exit code (`command-line` 1); `None` for any other.
///
/// # Errors
/// Inside: wrong usage, or what it came for could not be done.
pub fn run(name: &str, chosen: &ArgMatches, world: &mut World<'_>) -> Option<Result<u8, Failure>> {
    let invocation = args::read(name, chosen)?;
    Some(invocation.map_err(Failure::usage).and_then(|invocation| play(&invocation, chosen, world)))
}

fn play(invocation: &Invocation, chosen: &ArgMatches, world: &mut World<'_>) -> Result<u8, Failure> {
    let colour = output::colour(chosen);
    match invocation {
        Invocation::Check(args) => {
            let checked = check(args, world)?;
            match output::report(&checked.report, &args.outputs, colour, world) {
                // Whoever closed the pipe has seen enough; the answer stands.
                Err(failure) if failure.kind == FailureKind::BrokenPipe => {}
                written => written?,
            }
            Ok(checked.report.exit())
        }
        Invocation::Diff(args) => diff::diff(args, colour, world).map(|()| 0),
        Invocation::Explain(args) => match &args.what {
            Explained::Rule(id) => explain::rule(id, colour, world).map(|()| 0),
            Explained::Finding(fingerprint) => {
                let checked = check(&without_traces(&args.check), world)?;
                let (subject, change) = waive::find(&checked, fingerprint)?;
                explain::finding(subject, change, colour, world).map(|()| 0)
            }
        },
        Invocation::Rules(args) => explain::rules(args, colour, world).map(|()| 0),
        Invocation::Waive(args) => {
            let checked = check(&without_traces(&args.check), world)?;
            let told = waive::waive(args, &checked, world)?;
            world.out.write_all(told.as_bytes())?;
            Ok(0)
        }
        Invocation::Config(args) => configuration(args, world),
        Invocation::Records(args) => records::records(args, colour, world),
        Invocation::Preflight(args) => preflight::preflight(args, colour, world),
        Invocation::Completions(shell) => {
            let mut program = (world.program)();
            let mut script = Vec::new();
            clap_complete::generate(*shell, &mut program, "sluicegate", &mut script);
            world.out.write_all(&script)?;
            Ok(0)
        }
    }
}

/// The check that found something, run once more to find it again.
fn without_traces(args: &CheckArgs) -> CheckArgs {
    CheckArgs { write_baseline: None, ..args.clone() }
}

fn configuration(args: &ConfigArgs, world: &mut World<'_>) -> Result<u8, Failure> {
    let configuration = resolved(&args.check, world)?;
    discover(&configuration)?; // a file or reference that the configuration names and that is missing
    let text = match (args.resolved, &configuration.file) {
        (true, _) => configuration.resolved(),
        (false, Some(file)) => format!("{file}: fine\n"),
        (false, None) => "no sluicegate.toml from here upward; the defaults are in force\n".to_owned(),
    };
    world.out.write_all(text.as_bytes())?;
    Ok(0)
}

/// The configuration of a check with these arguments.
pub(super) fn resolved(args: &CheckArgs, world: &World<'_>) -> Result<Configuration, Failure> {
    let around = Surroundings { current_folder: &world.current_folder, variable: world.variable };
    Configuration::resolve(args, &around).map_err(|error| Failure::incomplete(error.message))
}
