//! `preflight`: may this schema be deployed? Is it registered or would it be, and can everybody read it?
//!
//! What the registry says is in force here, and nothing else: level, group, policy and exemptions are taken from it and
//! judged by the function that the gate and the server judge with.

mod reading;
mod report;
mod sought;

pub use reading::{ReadingProblem, ReadingReport};
pub use report::{PreflightReport, Registration};

use super::advice::{Situation, advice};
use super::args::{CheckArgs, PreflightArgs, Role};
use super::base::{Base as _, BaseError, Registry};
use super::config::{Configuration, History};
use super::estate::{Before, Candidate, Declared, PreviousVersion};
use super::in_use::InUse;
use super::old_line;
use super::output;
use super::parties::{self, Loaded};
use super::render::Colour;
use super::report::{Decision, Problem, Status};
use super::run::resolved;
use super::schema_file;
use super::subject::{self, InForce, Judged};
use super::world::{Failure, FailureKind, World};
use crate::compat::{self, CompatibilityLevel};
use crate::policy::Enforcement;
use jiff::civil::Date;
use reading::reading;
use sought::Sought;
use std::borrow::Cow;

/// Reason of a subject that takes no new version, whatever it is.
const NOT_WRITABLE: &str = "not-writable";

/// Asks what `args` are about and writes the answer; the exit code.
///
/// # Errors
/// It could not be found out: a file that is no schema, a registry that does not answer.
pub(super) fn preflight(args: &PreflightArgs, colour: Colour, world: &mut World<'_>) -> Result<u8, Failure> {
    let check = CheckArgs { config: args.config.clone(), declare_major: args.declare_major, ..CheckArgs::default() };
    let configuration = resolved(&check, world)?;
    let registry = parties::require_registry(args.registry.as_deref(), &configuration)?;
    let report = match args.role {
        Role::Producer => as_producer(args, &registry, &configuration, world.today)?,
        Role::Consumer => as_consumer(args, &Loaded::of_file(&args.schema, &configuration)?, &registry)?,
    };
    match output::preflight(&report, &args.outputs, colour, world) {
        // Whoever closed the pipe has seen enough; the answer stands.
        Err(failure) if failure.kind == FailureKind::BrokenPipe => {}
        written => written?,
    }
    Ok(report.exit())
}

fn as_producer(
    args: &PreflightArgs,
    registry: &Registry,
    configuration: &Configuration,
    today: Date,
) -> Result<PreflightReport, Failure> {
    let (file, text) = schema_file::read(&args.schema, configuration)?;
    let entry = configuration.subjects.iter().find(|entry| entry.name == args.subject);
    let declared = match entry {
        Some(entry) => entry.declaration.declared_as(args.declare_major),
        None => Declared { major: args.declare_major, version: None },
    };
    let reserved = entry.and_then(|entry| entry.declaration.reserved_names());
    let candidate = Candidate { subject: args.subject.clone(), text: Ok(text), file, number: None, declared, reserved };
    let before = match registry.before(&args.subject, Some(&candidate)) {
        Ok(before) => before,
        Err(error @ (BaseError::Undecided(_) | BaseError::Unavailable(_))) => return Err(error.into()),
    };
    let address = registry.name();
    let in_force = in_force(&before, &address, today);
    let judged = |candidate: &Candidate| judged(registry, candidate, &before, &in_force, configuration);
    let (standing, readings) = match Loaded::of_file(&args.schema, configuration) {
        // What is no schema is refused, as by the registry; and nobody has to read what cannot be written.
        Err(_) => (judged(&candidate), Vec::new()),
        Ok(own) => {
            let scratch = &mut compat::Scratch::default();
            let readers = readers(args, &candidate, &before, in_force.policy.enforcement, configuration)?;
            let readings = readers.iter().map(|reader| reading(reader, &own, Role::Producer, scratch)).collect();
            (standing(&candidate, &own, &before, registry, judged)?, readings)
        }
    };
    Ok(PreflightReport {
        role: Role::Producer,
        subject: args.subject.clone(),
        file: candidate.file,
        registry: address.clone(),
        registration: Some(standing),
        readings,
    })
}

fn as_consumer(args: &PreflightArgs, own: &Loaded, registry: &Registry) -> Result<PreflightReport, Failure> {
    let writers = parties::in_use(registry, &args.subject, args.in_use.as_ref().unwrap_or(&InUse::All))?;
    if writers.is_empty() && args.in_use != Some(InUse::None) {
        let message = format!(
            "the registry has no subject {} with a live version, so that there is nothing to read",
            args.subject
        );
        return Err(Failure::incomplete(message));
    }
    let scratch = &mut compat::Scratch::default();
    Ok(PreflightReport {
        role: Role::Consumer,
        subject: args.subject.clone(),
        file: own.party.name.clone(),
        registry: registry.name(),
        registration: None,
        readings: writers.iter().map(|writer| reading(own, writer, Role::Consumer, scratch)).collect(),
    })
}

/// What the registry says. Where nobody has set an enforcement it has none in force either.
fn in_force<'a>(before: &'a Before, base: &'a str, today: Date) -> InForce<'a> {
    InForce {
        level: before.level.unwrap_or(CompatibilityLevel::Backward),
        policy: before.policy.clone().completed(),
        history: History::Latest,
        fail_on: None,
        baseline: None,
        exemptions: Cow::Borrowed(&before.exemptions),
        today,
        base,
        has_witnesses: false,
    }
}

/// What a producer that registers by itself is answered with at its start.
fn standing(
    candidate: &Candidate,
    own: &Loaded,
    before: &Before,
    registry: &Registry,
    judged: impl FnOnce(&Candidate) -> Registration,
) -> Result<Registration, Failure> {
    let is_same = |version: &&PreviousVersion| {
        parties::parsed(&version.text).is_ok_and(|schema| schema.is_equivalent_to(&own.schema))
    };
    let same: Vec<&PreviousVersion> = before.versions.iter().filter(is_same).collect();
    let sought = Sought::of(candidate, before);
    let registered = |version: &&PreviousVersion| Registration::Registered { version: version.version, id: version.id };
    if let Some(found) = same.iter().find(|version| sought.is_sent_as(version)) {
        return Ok(registered(found));
    }
    let closed = registry.closed_by_mode(&candidate.subject)?;
    match same.iter().find(|version| sought.is_filled_in_as(version)) {
        Some(found) if closed.is_none() => Ok(registered(found)),
        _ => Ok(unless_closed(judged(candidate), closed.as_deref())),
    }
}

/// What registering the candidate would be answered with.
fn judged(
    registry: &Registry,
    candidate: &Candidate,
    before: &Before,
    in_force: &InForce<'_>,
    configuration: &Configuration,
) -> Registration {
    let mut scratch = compat::Scratch::default();
    let Judged { mut report, judgement } = old_line::judge(registry, candidate, before, in_force, &mut scratch);
    let entry = configuration.subjects.iter().find(|entry| entry.name == candidate.subject);
    let declaration = entry.map(|entry| &entry.declaration);
    report.advice = advice(
        &report,
        &Situation {
            judgement: judgement.as_ref(),
            enforcement: in_force.policy.enforcement,
            declaring: &|major| configuration.declaring(&candidate.subject, declaration, major),
        },
    );
    let is_new = report.status == Status::New;
    match report.decision {
        Decision::Accepted => Registration::Acceptable { is_new, report: Box::new(report) },
        Decision::Rejected => Registration::Refused(Box::new(report)),
        Decision::Undecided => Registration::Undecided(Box::new(report)),
    }
}

/// The same where the registry takes nothing new, whatever it is (42205).
fn unless_closed(standing: Registration, mode: Option<&str>) -> Registration {
    let (Registration::Acceptable { report, .. }, Some(mode)) = (&standing, mode) else { return standing };
    let mut report = report.clone();
    (report.decision, report.reason) = (Decision::Rejected, Some(NOT_WRITABLE));
    let message = format!("the registry has it in mode {mode}, in which nothing is registered");
    report.error = Some(Problem { message, at: None });
    report.advice = "Wait until it is in mode READWRITE again, or ask who runs the registry.".to_owned();
    Registration::Refused(report)
}

/// Who has to read it: whom the user names, else the versions in use.
fn readers(
    args: &PreflightArgs,
    candidate: &Candidate,
    before: &Before,
    enforcement: Enforcement,
    configuration: &Configuration,
) -> Result<Vec<Loaded>, Failure> {
    if !args.readers.is_empty() {
        return parties::of_files(&args.readers, configuration);
    }
    let mut versions: Vec<&PreviousVersion> = match &args.in_use {
        // Those of other lines never had to read it: that is what a line is for.
        None => subject::group_of(candidate, before, enforcement),
        Some(in_use) => {
            let live: Vec<u32> = before.versions.iter().rev().map(|version| version.version).collect();
            let numbers = parties::chosen(&args.subject, &live, in_use)?;
            before.versions.iter().filter(|version| numbers.contains(&version.version)).collect()
        }
    };
    versions.reverse();
    versions.into_iter().map(|version| Loaded::of_version(&args.subject, version)).collect()
}
