//! `records`: do these records fit a schema, and who could not read them?
//!
//! Records stream through: an input is read once, and what is kept of it is counts and the first misfits.

mod container;
mod desk;
mod form;
mod framed;
mod input;
mod lens;
mod lines;
mod progress;
mod report;
mod tally;

pub use form::Form;
pub use report::{At, Complaint, Damage, InputReport, Place, ReaderReport, RecordMisfit, RecordsReport};

use super::args::{CheckArgs, RecordsArgs, SchemaChoice};
use super::base::Registry;
use super::config::Configuration;
use super::in_use::InUse;
use super::output;
use super::parties::{self, Loaded};
use super::render::Colour;
use super::run::resolved;
use super::world::{Failure, FailureKind, World};
use desk::Desk;
use input::Input;
use lens::{Demands, Writers};
use progress::Progress;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use tally::Tally;

/// The name of standard input in reports.
pub(in crate::gate) const STANDARD_INPUT: &str = "standard input";

/// Checks what `args` name and writes what was found; the exit code.
///
/// # Errors
/// Nothing could be checked: a schema, an input that is not there, a registry that does not answer.
pub(super) fn records(args: &RecordsArgs, colour: Colour, world: &mut World<'_>) -> Result<u8, Failure> {
    let report = report(args, world)?;
    match output::records(&report, &args.outputs, colour, world) {
        // Whoever closed the pipe has seen enough; the answer stands.
        Err(failure) if failure.kind == FailureKind::BrokenPipe => {}
        written => written?,
    }
    Ok(report.exit())
}

fn report(args: &RecordsArgs, world: &mut World<'_>) -> Result<RecordsReport, Failure> {
    let check = CheckArgs { config: args.config.clone(), ..CheckArgs::default() };
    let configuration = resolved(&check, world)?;
    let files = args.inputs.iter().filter(|input| input.as_os_str() != "-");
    for file in files.clone() {
        parties::require_readable(file, &world.current_folder)?;
    }
    let registry = registry(args, &configuration)?;
    let known = registry.as_ref().ok();
    let given = given(&args.schema, known, &configuration)?;
    let (readers, are_named) = readers(args, known, &configuration)?;
    let subject = match &args.schema {
        SchemaChoice::File(_) => String::new(),
        SchemaChoice::Subject { subject, .. } => subject.clone(),
    };
    let progress = Progress::new(world.shows_progress, bytes(args, world));
    let writers = Writers::new(registry.as_ref().map_err(Clone::clone), subject);
    let tally = Tally::new(args.misfits_max, &readers, are_named);
    let demands = Demands { given: Arc::clone(&given.schema), readers: &readers, logical_types: args.logical_types };
    let mut desk = Desk::new(demands, writers, tally, progress);
    for path in &args.inputs {
        if let Err(failure) = read(path, args.form, &mut desk, world) {
            desk.tally().cut_short(failure)?;
            break;
        }
    }
    Ok(desk.into_tally().into_report(given.party))
}

fn read(path: &Path, form: Option<Form>, desk: &mut Desk<'_>, world: &mut World<'_>) -> Result<(), Failure> {
    let name = if path.as_os_str() == "-" { STANDARD_INPUT.to_owned() } else { path.display().to_string() };
    let mut about = InputReport { name: name.clone(), form, records: 0, misfits: 0, damages: 0 };
    let opened = Input::open(path, world);
    let recognised = opened.and_then(|input| {
        let form = form.map_or_else(|| Form::recognise(&input.head), Ok)?;
        Ok((input, form))
    });
    match recognised {
        Err(reason) => {
            desk.tally().begin(about);
            desk.tally().damage(Damage {
                input: name,
                line: None,
                offset: None,
                reason: format!("the input {reason}"),
            });
        }
        Ok((mut input, form)) => {
            about.form = Some(form);
            desk.tally().begin(about);
            if input.head.is_empty() {
                desk.tally().warn(format!("{name} is empty"));
            }
            desk.read(&mut input, form)?;
        }
    }
    Ok(())
}

/// The registry, or why there is none.
fn registry(args: &RecordsArgs, configuration: &Configuration) -> Result<Result<Registry, String>, Failure> {
    let flag = args.registry.as_deref();
    match (&args.schema, parties::registry(flag, configuration)) {
        (SchemaChoice::Subject { .. }, _) => Ok(Ok(parties::require_registry(flag, configuration)?)),
        (SchemaChoice::File(_), Ok(named)) => Ok(named.ok_or_else(|| "no registry is named".to_owned())),
        (SchemaChoice::File(_), Err(failure)) if flag.is_some() => Err(failure),
        // Records may need none, and then the variables of other tools must not be in the way.
        (SchemaChoice::File(_), Err(failure)) => Ok(Err(failure.message)),
    }
}

/// The schema that records are held against.
fn given(choice: &SchemaChoice, registry: Option<&Registry>, configuration: &Configuration) -> Result<Loaded, Failure> {
    let (subject, version) = match (choice, registry) {
        (SchemaChoice::File(file), _) => return Loaded::of_file(file, configuration),
        (SchemaChoice::Subject { subject, version }, _) => (subject, version),
    };
    let registry = registry.expect("a subject is asked of a registry");
    let live = registry.live(subject)?;
    let number = match version {
        Some(version) if live.contains(version) => Some(*version),
        Some(version) => {
            return Err(Failure::incomplete(format!("{subject} has no live version {version} in the registry")));
        }
        None => live.last().copied(),
    };
    let gone = || Failure::incomplete(format!("the registry has no subject {subject} with a live version"));
    let version = registry.versions(subject, &[number.ok_or_else(gone)?])?.into_iter().next().ok_or_else(gone)?;
    Loaded::of_version(subject, &version)
}

/// Who reads, and whether the user named them.
fn readers(
    args: &RecordsArgs,
    registry: Option<&Registry>,
    configuration: &Configuration,
) -> Result<(Vec<Loaded>, bool), Failure> {
    match (&args.schema, registry) {
        (SchemaChoice::Subject { subject, .. }, Some(registry)) if args.readers.is_empty() => {
            let in_use = args.in_use.as_ref().unwrap_or(&InUse::All);
            Ok((parties::in_use(registry, subject, in_use)?, false))
        }
        _ => Ok((parties::of_files(&args.readers, configuration)?, true)),
    }
}

/// How much there is to read, where that is known.
fn bytes(args: &RecordsArgs, world: &World<'_>) -> Option<u64> {
    let length = |path: &PathBuf| {
        let about = std::fs::metadata(world.current_folder.join(path)).ok()?;
        (path.as_os_str() != "-" && about.is_file()).then_some(about.len())
    };
    args.inputs.iter().map(length).sum()
}
