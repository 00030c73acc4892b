//! A report as a table in Markdown, for a step summary or a comment: what refuses first, every change in a row.
//!
//! A comment begins with a line that nobody sees, by which a later run finds it and replaces it.

use super::blame::in_the_way;
use super::harmless::harmless;
use super::past;
use super::witness;
use super::words::{condensed, counted, level_sentence, place, warning};
use crate::gate::report::{Decision, Report, Status, SubjectReport};
use crate::policy::answer::{Answer, AnsweredChange, AnsweredExemption};
use std::fmt::Write as _;

/// Kept free for the sentence that says what was left out, in bytes.
const POINTER_BYTES: usize = 200;

/// The first line of a comment. Never changed: comments that are there already would be repeated.
pub const MARKER: &str = "<!-- sluicegate: schema check -->";

/// GitHub refuses a comment of more letters than that; GitLab takes far more.
const COMMENT_BYTES_MAX: usize = 65_536;

/// Findings of a level that are shown for one subject.
const FINDINGS_MAX: usize = 20;

/// Builds the comment for a pull request: the marker, then the table as far as there is room.
pub fn comment(report: &Report) -> String {
    let rest = table(report, COMMENT_BYTES_MAX - MARKER.len() - 1);
    format!("{MARKER}\n{rest}")
}

/// Builds the table, in at most `bytes_max` bytes: what does not fit is counted and left out.
pub fn table(report: &Report, bytes_max: usize) -> String {
    let mut out = head(report);
    let mut subjects: Vec<&SubjectReport> = report.subjects.iter().collect();
    subjects.sort_by_key(|subject| std::cmp::Reverse(subject.decision));
    let rows: Vec<Row> = subjects
        .iter()
        .flat_map(|subject| rows(subject))
        .chain(report.warnings.iter().map(|text| Row::leading(row("", "warning", "", "", &cell(text)))))
        .collect();
    let mut room = bytes_max.saturating_sub(POINTER_BYTES + out.len());
    let mut is_shown = vec![false; rows.len()];
    // What is said of each subject comes before any change of another.
    for is_leading in [true, false] {
        for (row, is_shown) in rows.iter().zip(&mut is_shown).filter(|(row, _)| row.is_leading == is_leading) {
            *is_shown = row.text.len() <= room;
            room -= if *is_shown { row.text.len() } else { 0 };
        }
    }
    let left_out = is_shown.iter().filter(|is_shown| !**is_shown).count();
    out.extend(rows.iter().zip(is_shown).filter(|(_, is_shown)| *is_shown).map(|(row, _)| row.text.as_str()));
    if left_out > 0 {
        write!(out, "\n{} left out for lack of room: the log has them all.\n", counted(left_out, "row"))
            .expect("writing to a string cannot fail");
    }
    if out.len() > bytes_max { String::new() } else { out }
}

fn head(report: &Report) -> String {
    let summary = report.summary();
    let mark = match report.result() {
        Decision::Accepted => "accepted",
        Decision::Undecided => "could not be checked completely",
        Decision::Rejected => "**rejected**",
    };
    format!(
        "### Schema check: {mark}\n\n{} against {}: {} unchanged, {} changed, {} new, {} removed; {} accepted, {} \
         rejected, {} undecided\n\n| Subject | Decision | Change | Where | What to know and to do |\n|---|---|---|---|---|\n",
        counted(summary.subjects, "subject"),
        code(&report.base),
        summary.unchanged,
        summary.changed,
        summary.new,
        summary.removed,
        summary.accepted,
        summary.rejected,
        summary.undecided,
    )
}

struct Row {
    text: String,
    /// Whether it stands for a whole subject.
    is_leading: bool,
}

impl Row {
    fn leading(text: String) -> Self {
        Self { text, is_leading: true }
    }
}

fn rows(subject: &SubjectReport) -> Vec<Row> {
    if subject.status == Status::Unchanged && subject.decision == Decision::Accepted && subject.past.is_empty() {
        return Vec::new();
    }
    let name = code(&subject.subject);
    let decision = match subject.decision {
        Decision::Rejected => format!("**rejected** {}", cell(subject.reason.unwrap_or(""))),
        other => format!("{} ({})", other.as_str(), subject.status.as_str()),
    };
    let mut notes: Vec<String> = Vec::new();
    let mut at = subject.file.clone().unwrap_or_default();
    if let Some(error) = &subject.error {
        notes.push(error.message.clone());
        at = error.at.as_ref().map_or(at, place);
    }
    if let Some(answer) = &subject.answer {
        notes.extend(level_sentence(subject, answer));
        notes.extend(first_of(condensed(&answer.level)));
        notes.extend(answer.warnings.iter().map(|word| warning(word, subject)));
        notes.extend(answer.exemptions.iter().map(exempted));
    }
    notes.extend((!subject.advice.is_empty()).then(|| subject.advice.clone()));
    notes.extend(past::sentence(subject));
    let mut notes: Vec<String> = notes.iter().map(|note| cell(note)).collect();
    notes.extend(witness::lines(subject).iter().map(|(what, json)| match json {
        Some(json) => format!("{} {}", cell(what), code(json)),
        None => cell(what),
    }));
    let class = subject
        .answer
        .as_ref()
        .map_or(String::new(), |answer| format!("{}, {}", answer.class.as_str(), answer.bump.as_str()));
    let mut rows = vec![Row::leading(row(&name, &decision, &class, &code(&at), &notes.join("<br>")))];
    if let Some(answer) = &subject.answer {
        rows.extend(changes(subject, answer, &name).into_iter().map(|text| Row { text, is_leading: false }));
    }
    rows.extend(past::refused(subject).map(|version| {
        let why: Vec<String> = first_of(past::why(version)).iter().map(|line| cell(line)).collect();
        let text = row(&name, "in the past", &cell(&past::title(version)), "", &why.join("<br>"));
        Row { text, is_leading: false }
    }));
    rows
}

fn exempted(exemption: &AnsweredExemption) -> String {
    let AnsweredExemption { fingerprint, reason, approved_by, expires, is_expired } = exemption;
    let lead = if *is_expired { "expired: held until" } else { "exempted until" };
    format!("{lead} {expires}, approved by {approved_by}: {reason} (fingerprint {fingerprint})")
}

/// As many findings of a level as a cell is read for.
fn first_of(mut findings: Vec<String>) -> Vec<String> {
    let unsaid = findings.len().saturating_sub(FINDINGS_MAX);
    findings.truncate(FINDINGS_MAX);
    findings.extend((unsaid > 0).then(|| format!("and {unsaid} more: the log has them all")));
    findings
}

/// What stands in the way first.
fn changes(subject: &SubjectReport, answer: &Answer, name: &str) -> Vec<String> {
    let mut is_blamed = vec![false; answer.changes.len()];
    for at in in_the_way(subject, answer) {
        is_blamed[at] = true;
    }
    let mut order: Vec<usize> = (0..answer.changes.len()).collect();
    order.sort_by_key(|at| (!is_blamed[*at], std::cmp::Reverse(answer.changes[*at].class)));
    let row_of = |at: usize| {
        let AnsweredChange { change, class, fix, old, new, .. } = &answer.changes[at];
        let place = new.as_ref().or(old.as_ref()).map(place).unwrap_or_default();
        let adopted = if subject.adopted.get(at) == Some(&true) { " (adopted)" } else { "" };
        let fix = if fix.is_empty() { String::new() } else { format!("<br>Fix: {}", cell(fix)) };
        let what = format!("{} at {}", code(change.kind.id), code(&change.path));
        row(name, &format!("{class}{adopted}"), &what, &code(&place), &format!("{}{fix}", cell(&change.message)))
    };
    order.into_iter().map(row_of).collect()
}

fn row(subject: &str, decision: &str, change: &str, at: &str, notes: &str) -> String {
    format!("| {subject} | {decision} | {change} | {at} | {notes} |\n")
}

/// Text that cannot leave its cell, become markup or call for anybody.
pub(super) fn cell(text: &str) -> String {
    // GitHub looks for mentions after undoing escapes; a letter without width keeps it from finding any.
    escaped(text).replace("&#64;", "&#64;&#8203;")
}

fn escaped(text: &str) -> String {
    let text = harmless(text);
    let mut out = String::with_capacity(text.len());
    let mut before = ' ';
    let mut letters = text.chars().peekable();
    while let Some(character) = letters.next() {
        let after = letters.peek().copied().unwrap_or(' ');
        let is_plain = match character {
            '.' | ',' | '-' | '(' | ')' | '/' | ';' | '\'' | '"' | '=' | '+' | '?' | '!' | '%' | '{' | '}' => true,
            '_' => before.is_alphanumeric() && after.is_alphanumeric(),
            ':' => after == ' ',
            _ => !character.is_ascii_punctuation(),
        };
        if is_plain {
            out.push(character);
        } else {
            write!(out, "&#{};", u32::from(character)).expect("writing to a string cannot fail");
        }
        before = character;
    }
    out
}

/// A name as code, where GitHub finds no mentions. Not between backticks: a name may hold some.
fn code(text: &str) -> String {
    if text.is_empty() { String::new() } else { format!("<code>{}</code>", escaped(text)) }
}
