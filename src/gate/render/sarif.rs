//! A report as SARIF 2.1.0, the form that code scanning of GitHub, Azure and many editors reads.
//!
//! One result per finding. Rules are the kinds of change and the reasons, so their ids stay; a result is known again by
//! subject, id and path. What an exemption or the baseline pardons is there, suppressed.

use super::findings::{Finding, INCOMPATIBLE, Pardon, Severity, of_report, summary};
use super::ground::Ground;
use super::harmless::harmless;
use super::json;
use super::past;
use super::words::before;
use crate::evolution::{ChangeClass, ChangeKind, ClassOf, page};
use crate::gate::report::{Decision, Report};
use crate::policy::answer::FilePosition;
use crate::witness;
use serde_json::{Map, Value, json};
use std::fmt::Write as _;
use std::io::{self, Write};

/// The schema of these documents, where its owner keeps it.
pub(super) const SCHEMA: &str =
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";

/// The name under which a result's fingerprint stands: a fingerprint made in another way gets another one.
const FINGERPRINT: &str = "subjectIdPath/v1";

/// What relative addresses are relative to: the root of the checkout.
const SOURCE_ROOT: &str = "%SRCROOT%";

/// Where the pages of the rules are published, if this build knows: the `repository` of `Cargo.toml`.
const REPOSITORY: &str = env!("CARGO_PKG_REPOSITORY");

/// Writes the document.
///
/// # Errors
/// Whatever `out` fails with.
pub fn write(out: &mut dyn Write, report: &Report, ground: &Ground) -> io::Result<()> {
    json::write_document(out, &document(report, ground, REPOSITORY))
}

/// The document. `repository` is the address where the sources are published, from which that of a rule's page is made;
/// empty where nobody knows, and then rules hold their page alone.
pub fn document(report: &Report, ground: &Ground, repository: &str) -> Value {
    let findings = of_report(report);
    let mut rules: Vec<&Finding<'_>> = Vec::new();
    let mut results = Vec::with_capacity(findings.len());
    for finding in &findings {
        let rule = rules.iter().position(|other| other.id == finding.id).unwrap_or_else(|| {
            rules.push(finding);
            rules.len() - 1
        });
        results.push(result(finding, rule, ground));
    }
    let driver = with_address(
        json!({
            "name": "sluicegate",
            "version": env!("CARGO_PKG_VERSION"),
            "semanticVersion": env!("CARGO_PKG_VERSION"),
            "rules": rules.into_iter().map(|finding| rule(finding, repository)).collect::<Vec<Value>>(),
        }),
        "informationUri",
        (!repository.is_empty()).then(|| repository.to_owned()),
    );
    json!({
        "$schema": SCHEMA,
        "version": "2.1.0",
        "runs": [{
            "tool": {"driver": driver},
            "columnKind": "unicodeCodePoints",
            "invocations": [invocation(report)],
            "results": results,
            "properties": {"base": harmless(&report.base), "result": report.result().as_str()},
        }],
    })
}

/// How the check itself went: that something is refused is no failure of it, that something could not be checked is.
fn invocation(report: &Report) -> Value {
    let notification = |level: &str, told: &str| json!({"level": level, "message": {"text": text(told)}});
    let mut notifications: Vec<Value> =
        report.warnings.iter().map(|warning| notification("warning", warning)).collect();
    // No results: nothing follows from the past, and nobody is to be alarmed by it.
    notifications.extend(report.subjects.iter().flat_map(past::sentences).map(|told| notification("note", &told)));
    let is_complete = report.subjects.iter().all(|subject| subject.decision != Decision::Undecided);
    json!({
        "executionSuccessful": is_complete,
        "exitCode": report.exit(),
        "toolExecutionNotifications": notifications,
    })
}

/// A rule with its page; of a reason one sentence.
fn rule(finding: &Finding<'_>, repository: &str) -> Value {
    let Some(kind) = finding.kind() else {
        let level = if finding.severity == Severity::Warning { "warning" } else { "error" };
        return json!({
            "id": finding.id,
            "shortDescription": {"text": sentence(summary(finding.id))},
            "defaultConfiguration": {"level": level},
        });
    };
    let page = page::rule(kind);
    let address =
        (!repository.is_empty()).then(|| format!("{repository}/blob/HEAD/src/evolution/rules/{}.md", kind.id));
    let rule = json!({
        "id": kind.id,
        "shortDescription": {"text": sentence(kind.summary)},
        "fullDescription": {"text": kind.why},
        "help": {"text": format!("{} To put it right: {}. More: sluicegate explain {}", kind.why, kind.fix, kind.id),
                 "markdown": page},
        "defaultConfiguration": {"level": default_level(kind)},
        "properties": {"precision": "very-high", "class": page::class(kind), "bump": page::bump(kind)},
    });
    with_address(rule, "helpUri", address)
}

fn with_address(mut value: Value, key: &str, address: Option<String>) -> Value {
    if let (Some(map), Some(address)) = (value.as_object_mut(), address) {
        map.insert(key.to_owned(), Value::String(address));
    }
    value
}

fn default_level(kind: &ChangeKind) -> &'static str {
    let worst = match kind.class {
        ClassOf::Always(class) => class,
        ClassOf::Field { required, .. } => required,
    };
    match worst {
        ChangeClass::None | ChangeClass::Allowed => "note",
        ChangeClass::MajorBumpRequired | ChangeClass::Forbidden => "error",
    }
}

fn result(finding: &Finding<'_>, rule: usize, ground: &Ground) -> Value {
    let level = match finding.severity {
        Severity::Note => "note",
        Severity::Warning => "warning",
        Severity::Error => "error",
    };
    let mut result = Map::new();
    let mut set = |key: &str, value: Value| {
        result.insert(key.to_owned(), value);
    };
    set("ruleId", json!(finding.id));
    set("ruleIndex", json!(rule));
    set("level", json!(level));
    set("message", json!({"text": text(&finding.sentences())}));
    set("locations", finding.file().map(|file| location(finding, file, ground)).into_iter().collect());
    if let Some(old) = finding.before {
        let told = format!("before, in {}", before(finding.subject));
        set(
            "relatedLocations",
            json!([{"id": 0, "message": {"text": text(&told)}, "physicalLocation": place(&old.file, Some(old), ground)}]),
        );
    }
    set("partialFingerprints", json!({FINGERPRINT: finding.fingerprint()}));
    if let Some(pardon) = finding.pardon {
        set("suppressions", json!([suppression(pardon)]));
    }
    let mut properties = Map::new();
    properties.insert("subject".to_owned(), json!(harmless(&finding.subject.subject)));
    properties.insert("decision".to_owned(), json!(finding.subject.decision.as_str()));
    properties.insert("reason".to_owned(), json!(finding.subject.reason));
    if let Some(change) = finding.change {
        properties.insert("class".to_owned(), json!(change.class.as_str()));
        properties.insert("bump".to_owned(), json!(change.bump.as_str()));
        properties.insert("fingerprint".to_owned(), json!(change.fingerprint));
    }
    if let (INCOMPATIBLE, Some(witnesses)) = (finding.id, &finding.subject.witnesses) {
        properties.insert("witnesses".to_owned(), witness::document(witnesses));
        properties.insert("witnesses_cut".to_owned(), json!(witness::is_cut(witnesses)));
    }
    set("properties", Value::Object(properties));
    Value::Object(result)
}

fn location(finding: &Finding<'_>, file: &str, ground: &Ground) -> Value {
    let subject = harmless(&finding.subject.subject);
    let path = harmless(finding.path);
    json!({
        "physicalLocation": place(file, finding.at, ground),
        "logicalLocations": [{"name": path, "fullyQualifiedName": format!("{subject}#{path}"), "kind": "member"}],
    })
}

fn place(file: &str, at: Option<&FilePosition>, ground: &Ground) -> Value {
    let mut place = json!({"artifactLocation": address(&ground.seen_from_root(file))});
    if let (Some(place), Some(at)) = (place.as_object_mut(), at) {
        place.insert("region".to_owned(), json!({"startLine": at.line, "startColumn": at.column}));
    }
    place
}

/// A file as an address: relative to the root of the checkout, or absolute.
pub(super) fn address(file: &str) -> Value {
    match file.starts_with('/') {
        true => json!({"uri": format!("file://{}", escaped(file))}),
        false => json!({"uri": escaped(file), "uriBaseId": SOURCE_ROOT}),
    }
}

/// A path with everything escaped that means something in an address.
fn escaped(path: &str) -> String {
    path.bytes().fold(String::with_capacity(path.len()), |mut out, byte| {
        match byte {
            b'/' | b'-' | b'.' | b'_' | b'~' => out.push(char::from(byte)),
            byte if byte.is_ascii_alphanumeric() => out.push(char::from(byte)),
            byte => write!(out, "%{byte:02X}").expect("writing to a string cannot fail"),
        }
        out
    })
}

fn suppression(pardon: Pardon<'_>) -> Value {
    let why = match pardon {
        Pardon::Adopted => "the baseline lists it".to_owned(),
        Pardon::Exempted(it) => {
            format!("exempted until {}, approved by {}: {}", it.expires, it.approved_by, it.reason)
        }
    };
    json!({"kind": "external", "status": "accepted", "justification": harmless(&why)})
}

/// Plain text for a message. In SARIF `[text](target)` is a link even there; what a schema says must not become one.
pub(super) fn text(text: &str) -> String {
    harmless(text).replace("](", "] (")
}

pub(super) fn sentence(clause: &str) -> String {
    let mut letters = clause.chars();
    letters.next().map_or_else(String::new, |first| format!("{}{}.", first.to_uppercase(), letters.as_str()))
}
