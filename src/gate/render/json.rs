//! A report for scripts: one document, or one line per subject (`command-line` 4).
//!
//! Keys may be added; none is dropped, renamed or given another meaning.

use super::words::place;
use crate::gate::parties::Party;
use crate::gate::report::{PastVersion, Problem, Report, SubjectReport, Summary};
use serde_json::{Map, Value, json};
use std::io::{self, Write};

/// The version of these documents' shape.
const FORMAT: u8 = 1;

/// Writes one document, indented.
///
/// # Errors
/// Whatever `out` fails with.
pub fn write(out: &mut dyn Write, report: &Report) -> io::Result<()> {
    let mut document = head(report);
    document.insert("subjects".to_owned(), report.subjects.iter().map(subject).collect());
    foot(&mut document, report);
    print(out, &serde_json::to_string_pretty(&document)?)
}

/// Writes one line per subject, and a last one with everything else of the document.
///
/// # Errors
/// Whatever `out` fails with.
pub fn write_lines(out: &mut dyn Write, report: &Report) -> io::Result<()> {
    for of_subject in report.subjects.iter().map(subject) {
        print(out, &serde_json::to_string(&of_subject)?)?;
    }
    let mut last = head(report);
    foot(&mut last, report);
    print(out, &serde_json::to_string(&last)?)
}

/// Writes any document as these are written.
///
/// # Errors
/// Whatever `out` fails with.
pub fn write_document(out: &mut dyn Write, document: &Value) -> io::Result<()> {
    print(out, &serde_json::to_string_pretty(document)?)
}

/// Writes any document on one line.
///
/// # Errors
/// Whatever `out` fails with.
pub fn write_line(out: &mut dyn Write, document: &Value) -> io::Result<()> {
    print(out, &serde_json::to_string(document)?)
}

/// Who writes or reads, by every name.
pub(super) fn party(party: &Party) -> Value {
    let Party { name, file, subject, version, id } = party;
    json!({"name": name, "file": file, "subject": subject, "version": version, "id": id})
}

fn head(report: &Report) -> Map<String, Value> {
    let mut head = Map::new();
    head.insert("format".to_owned(), json!(FORMAT));
    head.insert("base".to_owned(), json!(report.base));
    head.insert("result".to_owned(), json!(report.result().as_str()));
    head.insert("exit".to_owned(), json!(report.exit()));
    head
}

fn foot(document: &mut Map<String, Value>, report: &Report) {
    let Summary { subjects, unchanged, new, removed, changed, accepted, rejected, undecided } = report.summary();
    document.insert(
        "summary".to_owned(),
        json!({"subjects": subjects, "unchanged": unchanged, "new": new, "removed": removed, "changed": changed,
               "accepted": accepted, "rejected": rejected, "undecided": undecided}),
    );
    document.insert("warnings".to_owned(), json!(report.warnings));
}

fn subject(subject: &SubjectReport) -> Value {
    let mut of_subject = Map::new();
    of_subject.insert("subject".to_owned(), json!(subject.subject));
    of_subject.insert("file".to_owned(), json!(subject.file));
    of_subject.insert("status".to_owned(), json!(subject.status.as_str()));
    of_subject.insert("decision".to_owned(), json!(subject.decision.as_str()));
    of_subject.insert("reason".to_owned(), json!(subject.reason));
    if let Some(error) = &subject.error {
        of_subject.insert("error".to_owned(), json!(sentence(error)));
    }
    of_subject.insert("answer".to_owned(), subject.answer_document().unwrap_or(Value::Null));
    let advice = (!subject.advice.is_empty()).then_some(&subject.advice);
    of_subject.insert("advice".to_owned(), json!(advice));
    if let Some(adopted) = adopted(subject) {
        of_subject.insert("adopted".to_owned(), adopted);
    }
    if !subject.past.is_empty() {
        of_subject.insert("history".to_owned(), subject.past.iter().map(past).collect());
    }
    Value::Object(of_subject)
}

/// What enforcement would have said of one version of a registry.
fn past(past: &PastVersion) -> Value {
    let PastVersion { version, id, report, may_inherit: _ } = past;
    let mut of_version = Map::new();
    of_version.insert("version".to_owned(), json!(version));
    of_version.insert("id".to_owned(), json!(id));
    of_version.insert("decision".to_owned(), json!(report.decision.as_str()));
    of_version.insert("reason".to_owned(), json!(report.reason));
    if let Some(error) = &report.error {
        of_version.insert("error".to_owned(), json!(sentence(error)));
    }
    of_version.insert("answer".to_owned(), report.answer.as_ref().map_or(Value::Null, |answer| answer.document()));
    Value::Object(of_version)
}

/// A string, because a script shows it: `schemas/orders.avsc:3:7: …` where the place is known.
fn sentence(error: &Problem) -> String {
    match &error.at {
        Some(at) => format!("{}: {}", place(at), error.message),
        None => error.message.clone(),
    }
}

/// The fingerprints of the changes that the baseline lists; absent where it lists none.
fn adopted(subject: &SubjectReport) -> Option<Value> {
    let changes = &subject.answer.as_ref()?.changes;
    let adopted: Vec<&str> = changes
        .iter()
        .zip(&subject.adopted)
        .filter(|(_, is_adopted)| **is_adopted)
        .map(|(change, _)| change.fingerprint.as_str())
        .collect();
    (!adopted.is_empty()).then(|| json!(adopted))
}

/// Some continuous integrations execute `##[…]` wherever a line of a log holds it. Such letters stand only inside of
/// strings, where JSON lets them be written in another way.
fn print(out: &mut dyn Write, json: &str) -> io::Result<()> {
    writeln!(out, "{}", json.replace("##", "\\u0023#"))
}
