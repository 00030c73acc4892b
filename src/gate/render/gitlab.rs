//! A report for GitLab's code quality: a list of findings that a merge request shows beside the lines they are about.
//!
//! The form is GitLab's subset of Code Climate's: description, check_name, fingerprint, severity, location. It needs a
//! file, so what concerns no subject is not in it.

use super::findings::{Finding, Pardon, Severity, hash, of_report};
use super::ground::Ground;
use super::harmless::harmless;
use super::json;
use super::past;
use crate::evolution::ChangeClass;
use crate::gate::report::{Report, SubjectReport};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::io::{self, Write};

/// The check that a dry run over the past counts as.
const IN_THE_PAST: &str = "refused-in-the-past";

/// Writes the list.
///
/// # Errors
/// Whatever `out` fails with.
pub fn write(out: &mut dyn Write, report: &Report, ground: &Ground) -> io::Result<()> {
    let mut met: BTreeMap<String, u32> = BTreeMap::new();
    let mut list = Vec::new();
    for finding in of_report(report) {
        let first = finding.fingerprint();
        let number = met.entry(first.clone()).and_modify(|number| *number += 1).or_insert(0);
        // GitLab shows one of those that have the same fingerprint: two symbols may be gone at one path.
        let fingerprint = if *number == 0 { first } else { hash(&[&first, &number.to_string()]) };
        list.push(row(&finding, &fingerprint, ground));
    }
    list.extend(report.subjects.iter().filter_map(|subject| in_the_past(subject, ground)));
    json::write_document(out, &Value::Array(list))
}

/// What enforcement would have refused of the subject of a file: one row, for nothing follows from it.
fn in_the_past(subject: &SubjectReport, ground: &Ground) -> Option<Value> {
    let file = subject.file.as_deref()?;
    let told = past::sentences(subject);
    (!told.is_empty()).then(|| {
        json!({
            "description": harmless(&told.join(" ")),
            "check_name": IN_THE_PAST,
            "fingerprint": hash(&[&subject.subject, IN_THE_PAST]),
            "severity": "info",
            "location": location(file, 1, ground),
        })
    })
}

fn row(finding: &Finding<'_>, fingerprint: &str, ground: &Ground) -> Value {
    json!({
        "description": harmless(&finding.sentences()),
        "check_name": finding.id,
        "fingerprint": fingerprint,
        "severity": severity(finding),
        "location": location(finding.file().unwrap_or_default(), finding.at.map_or(1, |at| at.line), ground),
    })
}

fn location(file: &str, line: u32, ground: &Ground) -> Value {
    let file = ground.seen_from_root(file);
    json!({"path": harmless(file.strip_prefix("./").unwrap_or(&file)), "lines": {"begin": line}})
}

/// What refuses is critical, or a blocker where no declared version helps; what is pardoned informs.
fn severity(finding: &Finding<'_>) -> &'static str {
    let is_forbidden = finding.change.is_some_and(|change| change.class == ChangeClass::Forbidden);
    match (finding.severity, finding.pardon) {
        (_, Some(Pardon::Adopted | Pardon::Exempted(_))) | (Severity::Note, None) => "info",
        (Severity::Warning, None) => {
            if finding.change.is_some() {
                "major"
            } else {
                "minor"
            }
        }
        (Severity::Error, None) => {
            if is_forbidden {
                "blocker"
            } else {
                "critical"
            }
        }
    }
}
