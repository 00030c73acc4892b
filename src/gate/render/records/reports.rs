//! For continuous integrations: SARIF, JUnit's XML, GitLab's code quality, GitHub's annotations, a comment in Markdown.

use super::findings::{DAMAGE, Finding, MISFIT, READER, counts, not_shown, of, summary};
use super::text::more;
use crate::gate::records::{InputReport, RecordsReport};
use crate::gate::render::findings::hash;
use crate::gate::render::github::{cut, data, property};
use crate::gate::render::ground::Ground;
use crate::gate::render::harmless::harmless;
use crate::gate::render::json::write_document;
use crate::gate::render::junit::escaped;
use crate::gate::render::markdown::cell;
use crate::gate::render::sarif::{SCHEMA, address, sentence, text};
use crate::gate::report::Decision;
use serde_json::{Value, json};
use std::fmt::Write as _;
use std::io::{self, Write};

/// Annotations that GitHub shows of a step, less the one that points to the rest.
const ANNOTATIONS_MAX: usize = 9;

/// Letters of one annotation.
const MESSAGE_CHARS_MAX: usize = 4_000;

/// The first line of a comment, by which a later run finds it. Never changed.
const MARKER: &str = "<!-- sluicegate: record check -->";

/// GitHub refuses a longer comment.
const COMMENT_BYTES_MAX: usize = 65_536;

/// Kept free for the sentence that says what was left out, in bytes.
const POINTER_BYTES: usize = 200;

fn fingerprint(finding: &Finding, ground: &Ground) -> String {
    let file = finding.file.as_deref().map(|file| ground.seen_from_root(file));
    hash(&[finding.id, file.as_deref().unwrap_or("-"), &finding.key])
}

/// What a form without a place for numbers says of records that are not shown.
fn pointer(report: &RecordsReport) -> Option<String> {
    let unshown = not_shown(report);
    (unshown > 0).then(|| format!("{}; --max-misfits N shows more", more(unshown)))
}

pub(super) fn sarif(out: &mut dyn Write, report: &RecordsReport, ground: &Ground) -> io::Result<()> {
    let findings = of(report);
    let ids: Vec<&str> =
        [MISFIT, READER, DAMAGE].into_iter().filter(|id| findings.iter().any(|f| f.id == *id)).collect();
    let rule = |id: &&str| json!({"id": id, "shortDescription": {"text": sentence(summary(id))}});
    let result = |finding: &Finding| {
        let level = if finding.is_error { "error" } else { "warning" };
        let location = finding.file.as_ref().map(|file| {
            let mut place = json!({"artifactLocation": address(&ground.seen_from_root(file))});
            if let (Some(place), Some(line)) = (place.as_object_mut(), finding.line) {
                place.insert("region".to_owned(), json!({"startLine": line}));
            }
            json!({"physicalLocation": place, "logicalLocations": [{"name": harmless(&finding.place), "kind": "element"}]})
        });
        json!({
            "ruleId": finding.id,
            "ruleIndex": ids.iter().position(|id| *id == finding.id),
            "level": level,
            "message": {"text": text(&format!("{}: {}", finding.place, finding.message))},
            "locations": location.into_iter().collect::<Vec<Value>>(),
            "partialFingerprints": {"inputRecord/v1": fingerprint(finding, ground)},
        })
    };
    let told = report.warnings.iter().cloned().chain(pointer(report));
    let notification = |warning: String| json!({"level": "warning", "message": {"text": text(&warning)}});
    let version = env!("CARGO_PKG_VERSION");
    let document = json!({
        "$schema": SCHEMA,
        "version": "2.1.0",
        "runs": [{
            "tool": {"driver": {"name": "sluicegate", "version": version, "semanticVersion": version,
                                "rules": ids.iter().map(rule).collect::<Vec<Value>>()}},
            "columnKind": "unicodeCodePoints",
            "invocations": [{
                "executionSuccessful": report.damages() == 0,
                "exitCode": report.exit(),
                "toolExecutionNotifications": told.map(notification).collect::<Vec<Value>>(),
            }],
            "results": findings.iter().map(result).collect::<Vec<Value>>(),
            "properties": {"schema": harmless(&report.schema.name), "result": report.result().as_str()},
        }],
    });
    write_document(out, &document)
}

pub(super) fn gitlab(out: &mut dyn Write, report: &RecordsReport, ground: &Ground) -> io::Result<()> {
    // GitLab needs a file, so that what stands in standard input has no place here.
    let row = |finding: &Finding| {
        let path = ground.seen_from_root(finding.file.as_deref()?);
        Some(json!({
            "description": harmless(&format!("{}: {}", finding.place, finding.message)),
            "check_name": finding.id,
            "fingerprint": fingerprint(finding, ground),
            "severity": if finding.is_error { "critical" } else { "minor" },
            "location": {"path": harmless(path.strip_prefix("./").unwrap_or(&path)), "lines": {"begin": finding.line.unwrap_or(1)}},
        }))
    };
    write_document(out, &of(report).iter().filter_map(row).collect())
}

pub(super) fn github(out: &mut dyn Write, report: &RecordsReport, ground: &Ground) -> io::Result<()> {
    let mut findings = of(report);
    findings.sort_by_key(|finding| !finding.is_error);
    for finding in findings.iter().take(ANNOTATIONS_MAX) {
        let command = if finding.is_error { "error" } else { "warning" };
        let mut properties = Vec::new();
        if let Some(file) = &finding.file {
            properties.push(format!("file={}", property(&ground.seen_from_root(file))));
            properties.extend(finding.line.map(|line| format!("line={line}")));
        }
        properties.push(format!("title={}", property(summary(finding.id))));
        let message = harmless(&format!("{}: {}", finding.place, finding.message)).into_owned();
        writeln!(out, "::{command} {}::{}", properties.join(","), data(&cut(&message, MESSAGE_CHARS_MAX)))?;
    }
    let unsaid = findings.len().saturating_sub(ANNOTATIONS_MAX) as u64 + not_shown(report);
    if unsaid > 0 {
        writeln!(out, "::error title=sluicegate::{unsaid} more: the summary of this run says more")?;
    }
    Ok(())
}

/// A suite per input, in which the case `fits` is about its records and `is readable` about the file, and a suite of the
/// readers, a case each.
pub(super) fn junit(out: &mut dyn Write, report: &RecordsReport, ground: &Ground) -> io::Result<()> {
    let findings = of(report);
    let (records, readers) = (2 * report.inputs.len(), report.readers.len());
    let failed = |readers_too: bool| {
        let inputs = report.inputs.iter().filter(|input| input.misfits > 0).count();
        let cut_off = report.readers.iter().filter(|reader| reader.is_named && reader.unreadable > 0).count();
        if readers_too { inputs + cut_off } else { cut_off }
    };
    let errors = report.inputs.iter().filter(|input| input.damages > 0).count();
    writeln!(out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>")?;
    let name = escaped(&format!("sluicegate records against {}", report.schema.name));
    let (tests, failures) = (records + readers, failed(true));
    writeln!(
        out,
        "<testsuites name=\"{name}\" tests=\"{tests}\" failures=\"{failures}\" errors=\"{errors}\" skipped=\"0\">"
    )?;
    for input in &report.inputs {
        let of_input = |id: &str| told(&findings, id, |finding| finding.file.as_deref().unwrap_or(STDIN) == input.name);
        suite(out, input, &of_input(MISFIT), &of_input(DAMAGE), ground)?;
    }
    if readers > 0 {
        writeln!(
            out,
            "  <testsuite name=\"readers\" tests=\"{readers}\" failures=\"{}\" errors=\"0\" skipped=\"0\">",
            failed(false)
        )?;
        for reader in &report.readers {
            let name = escaped(&reader.party.name);
            let lines = told(&findings, READER, |finding| finding.key == reader.party.name);
            match (reader.unreadable, reader.is_named) {
                (0, _) => writeln!(out, "    <testcase name=\"{name}\" classname=\"readers\"/>")?,
                (_, true) => case(out, &name, "readers", "", Some(("failure", READER)), &lines)?,
                (_, false) => case(out, &name, "readers", "", None, &lines)?,
            }
        }
        writeln!(out, "  </testsuite>")?;
    }
    let told: Vec<String> = report.warnings.iter().cloned().chain(pointer(report)).map(|told| escaped(&told)).collect();
    if !told.is_empty() {
        writeln!(out, "  <testsuite name=\"sluicegate\" tests=\"0\" failures=\"0\" errors=\"0\" skipped=\"0\">")?;
        writeln!(out, "    <system-err>{}</system-err>\n  </testsuite>", told.join("\n"))?;
    }
    writeln!(out, "</testsuites>")
}

/// How inputs without a file are called.
const STDIN: &str = crate::gate::records::STANDARD_INPUT;

/// What findings of one kind say, escaped, one a line.
fn told(findings: &[Finding], id: &str, is_meant: impl Fn(&Finding) -> bool) -> String {
    let meant = findings.iter().filter(|finding| finding.id == id && is_meant(finding));
    let lines: Vec<String> = meant.map(|it| escaped(&format!("{}: {}", it.place, it.message))).collect();
    lines.join("\n")
}

fn suite(out: &mut dyn Write, input: &InputReport, misfits: &str, damages: &str, ground: &Ground) -> io::Result<()> {
    let name = escaped(&input.name);
    let file = match input.name.as_str() {
        STDIN => String::new(),
        file => format!(" file=\"{}\"", escaped(&ground.seen_from_root(file))),
    };
    let (failures, errors) = (u8::from(input.misfits > 0), u8::from(input.damages > 0));
    writeln!(
        out,
        "  <testsuite name=\"{name}\" tests=\"2\" failures=\"{failures}\" errors=\"{errors}\" skipped=\"0\">"
    )?;
    let failure = (input.misfits > 0).then_some(("failure", MISFIT));
    case(out, "fits", &name, &file, failure, misfits)?;
    let error = (input.damages > 0).then_some(("error", DAMAGE));
    case(out, "is readable", &name, &file, error, damages)?;
    writeln!(out, "  </testsuite>")
}

/// A case; `name`, `class` and `lines` are escaped already.
fn case(
    out: &mut dyn Write,
    name: &str,
    class: &str,
    file: &str,
    trouble: Option<(&str, &str)>,
    lines: &str,
) -> io::Result<()> {
    write!(out, "    <testcase name=\"{name}\" classname=\"{class}\"{file}")?;
    match trouble {
        None if lines.is_empty() => writeln!(out, "/>"),
        None => writeln!(out, ">\n      <system-out>{lines}</system-out>\n    </testcase>"),
        Some((element, id)) => {
            let message = escaped(summary(id));
            writeln!(
                out,
                ">\n      <{element} type=\"{id}\" message=\"{message}\">{lines}</{element}>\n    </testcase>"
            )
        }
    }
}

/// The comment for a pull request: the marker, then the table as far as there is room.
pub(super) fn comment(report: &RecordsReport) -> String {
    format!("{MARKER}\n{}", table(report, COMMENT_BYTES_MAX - MARKER.len() - 1))
}

/// The findings as a table in Markdown, in at most `bytes_max` bytes.
pub(in crate::gate) fn table(report: &RecordsReport, bytes_max: usize) -> String {
    let title = match report.result() {
        Decision::Accepted => "Records: every record fits",
        Decision::Undecided => "Records: could not read everything",
        Decision::Rejected => "Records: refused",
    };
    let mut out =
        format!("### {title}\n\nChecked against {}. {}.\n", cell(&report.schema.with_id()), cell(&counts(report)));
    let findings = of(report);
    let rows = findings.iter().map(|finding| {
        let file = finding.file.as_deref().unwrap_or(STDIN);
        let at = finding.line.map_or_else(|| file.to_owned(), |line| format!("{file}, line {line}"));
        format!("| {} | {} | {} | {} |\n", finding.id, cell(&at), cell(&finding.place), cell(&finding.message))
    });
    let warnings = report.warnings.iter().map(|told| format!("| warning | | | {} |\n", cell(told)));
    let rows: Vec<String> = rows.chain(warnings).collect();
    if !rows.is_empty() {
        out.push_str("\n| | where | what | why |\n|---|---|---|---|\n");
    }
    let mut left_out = not_shown(report);
    for row in rows {
        if out.len() + row.len() + POINTER_BYTES > bytes_max {
            left_out += 1;
        } else {
            out.push_str(&row);
        }
    }
    if left_out > 0 {
        write!(out, "\nNot shown here: {left_out}.\n").expect("writing to a string cannot fail");
    }
    if out.len() > bytes_max { String::new() } else { out }
}
