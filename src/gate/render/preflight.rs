//! What a preflight found: for people, and for a deployment pipeline.

use super::json::{party, write_document};
use super::page::{Indent, Page, Tone};
use super::words::place;
use super::{Format, Screen, text};
use crate::gate::args::Role;
use crate::gate::preflight::{PreflightReport, ReadingReport, Registration};
use crate::gate::report::{Decision, SubjectReport};
use crate::gate::subject::INVALID_SCHEMA;
use serde_json::{Value, json};
use std::io::{self, Write};

/// The version of the document's shape.
const FORMAT: u8 = 1;

/// Writes the report in one form.
///
/// # Errors
/// Whatever `out` fails with.
pub(in crate::gate) fn write(
    out: &mut dyn Write,
    format: Format,
    report: &PreflightReport,
    screen: Screen,
) -> io::Result<()> {
    match format {
        Format::Json => write_document(out, &document(report)),
        _ => for_people(out, report, screen),
    }
}

fn document(report: &PreflightReport) -> Value {
    json!({
        "format": FORMAT,
        "role": report.role.as_str(),
        "subject": report.subject,
        "file": report.file,
        "registry": report.registry,
        "result": report.result().as_str(),
        "exit": report.exit(),
        "registration": report.registration.as_ref().map(registration),
        "readings": report.readings.iter().map(|it| reading(it, report.role)).collect::<Vec<Value>>(),
    })
}

fn registration(registration: &Registration) -> Value {
    let (version, id) = match registration {
        Registration::Registered { version, id } => (Some(*version), *id),
        _ => (None, None),
    };
    let judged = judged(registration);
    let error = judged.and_then(|report| report.error.as_ref()).map(|error| match &error.at {
        Some(at) => format!("{}: {}", place(at), error.message),
        None => error.message.clone(),
    });
    let advice = judged.map(|report| report.advice.as_str()).filter(|advice| !advice.is_empty());
    json!({
        "status": registration.as_str(),
        "version": version,
        "id": id,
        "reason": judged.and_then(|report| report.reason),
        "error": error,
        "answer": judged.and_then(SubjectReport::answer_document),
        "advice": advice,
    })
}

fn judged(registration: &Registration) -> Option<&SubjectReport> {
    match registration {
        Registration::Registered { .. } => None,
        Registration::Acceptable { report, .. } | Registration::Refused(report) | Registration::Undecided(report) => {
            Some(report)
        }
    }
}

fn reading(reading: &ReadingReport, role: Role) -> Value {
    let other = match role {
        Role::Producer => "reader",
        Role::Consumer => "writer",
    };
    let problems = reading.problems.iter().map(|problem| {
        json!({"kind": problem.kind, "location": problem.location, "reason": problem.reason, "fix": problem.fix})
    });
    json!({
        other: party(&reading.party),
        "can_read": reading.can_read,
        "problems": problems.collect::<Vec<Value>>(),
        "is_cut": reading.is_cut,
        "example": reading.example,
    })
}

fn for_people(out: &mut dyn Write, report: &PreflightReport, screen: Screen) -> io::Result<()> {
    let page = &mut Page::new(out, screen);
    let what = match report.role {
        Role::Producer => " as a producer of ",
        Role::Consumer => " as a consumer of ",
    };
    page.paragraph(
        Indent::hanging(0),
        &[(Tone::Strong, &report.file), (Tone::Plain, what), (Tone::Strong, &report.subject)],
    )?;
    page.paragraph(Indent::hanging(2), &[(Tone::Faint, "at "), (Tone::Faint, &report.registry)])?;
    if let Some(registration) = &report.registration {
        page.gap()?;
        standing(page, registration)?;
    }
    page.gap()?;
    if report.readings.is_empty() && !is_no_schema(report) {
        let told = match report.role {
            Role::Producer => "Nobody reads it yet: there is no version in use and no --reader.",
            Role::Consumer => "There is nothing to read: no version is in use.",
        };
        page.paragraph(Indent::hanging(0), &[(Tone::Plain, told)])?;
    }
    for found in &report.readings {
        pair(page, found, report)?;
    }
    page.gap()?;
    let (tone, told) = closing(report);
    page.paragraph(Indent::hanging(0), &[(tone, &told)])
}

fn is_no_schema(report: &PreflightReport) -> bool {
    let judged = report.registration.as_ref().and_then(judged);
    judged.is_some_and(|report| report.reason == Some(INVALID_SCHEMA))
}

fn standing(page: &mut Page<'_>, registration: &Registration) -> io::Result<()> {
    let id = |id: &Option<u32>| id.map_or_else(String::new, |id| format!(", id {id}"));
    match registration {
        Registration::Registered { version, id: number } => {
            let told = format!(": version {version}{}", id(number));
            page.paragraph(Indent::hanging(0), &[(Tone::Good, "Registered"), (Tone::Plain, &told)])
        }
        Registration::Acceptable { is_new: true, .. } => page.paragraph(
            Indent::hanging(0),
            &[(Tone::Good, "Acceptable"), (Tone::Plain, ": it would be the first version of its subject")],
        ),
        Registration::Acceptable { report, .. } => {
            let told = ": not registered yet, and the registry would take it";
            page.paragraph(Indent::hanging(0), &[(Tone::Good, "Acceptable"), (Tone::Plain, told)])?;
            text::body(page, report)
        }
        Registration::Refused(report) => {
            let told = format!(": the registry would not take it ({})", report.reason.unwrap_or("rejected"));
            page.paragraph(Indent::hanging(0), &[(Tone::Bad, "Refused"), (Tone::Plain, &told)])?;
            text::body(page, report)
        }
        Registration::Undecided(report) => {
            let told = ": it could not be found out whether the registry would take it";
            page.paragraph(Indent::hanging(0), &[(Tone::Caution, "Undecided"), (Tone::Plain, told)])?;
            text::body(page, report)
        }
    }
}

fn pair(page: &mut Page<'_>, reading: &ReadingReport, report: &PreflightReport) -> io::Result<()> {
    let name = reading.party.with_id();
    let (can, cannot) = match report.role {
        Role::Producer => {
            (vec![(Tone::Strong, name.as_str()), (Tone::Good, " can read it")], (Tone::Bad, " cannot read it"))
        }
        Role::Consumer => (
            vec![(Tone::Plain, "It can read "), (Tone::Strong, name.as_str())],
            (Tone::Bad, " was written in a way that it cannot read"),
        ),
    };
    if reading.can_read {
        return page.paragraph(Indent::hanging(0), &can);
    }
    page.paragraph(Indent::hanging(0), &[(Tone::Strong, &name), cannot])?;
    for problem in &reading.problems {
        page.paragraph(Indent::hanging(2), &[(Tone::Plain, "- "), (Tone::Plain, &problem.reason)])?;
        page.paragraph(Indent::of(4), &[(Tone::Strong, "Fix: "), (Tone::Plain, &problem.fix)])?;
    }
    if reading.is_cut {
        page.paragraph(Indent::hanging(2), &[(Tone::Faint, "and more")])?;
    }
    match &reading.example {
        Some(example) => page.paragraph(Indent::of(4), &[(Tone::Plain, "Such as "), (Tone::Code, example)]),
        None => Ok(()),
    }
}

fn closing(report: &PreflightReport) -> (Tone, String) {
    let cut_off = report.readings.iter().filter(|reading| !reading.can_read);
    let names: Vec<&str> = cut_off.map(|reading| reading.party.name.as_str()).collect();
    let is_refused = matches!(report.registration, Some(Registration::Refused(_)));
    match (report.result(), report.role) {
        (Decision::Accepted, _) => (Tone::Good, "Go: nothing is in the way.".to_owned()),
        (Decision::Undecided, _) => (Tone::Caution, "Could not find out: what is wrong stands above.".to_owned()),
        (Decision::Rejected, Role::Consumer) => (Tone::Bad, format!("Stop: it cannot read {}.", names.join(", "))),
        (Decision::Rejected, Role::Producer) => {
            let registry = is_refused.then(|| "the registry would not take it".to_owned());
            let readers = (!names.is_empty()).then(|| format!("{} cannot read it", names.join(", ")));
            let why: Vec<String> = registry.into_iter().chain(readers).collect();
            (Tone::Bad, format!("Stop: {}.", why.join(", and ")))
        }
    }
}
