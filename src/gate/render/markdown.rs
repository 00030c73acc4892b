//! A report as a table in Markdown, for a step summary or a comment: what refuses first, every change in a row.

use super::blame::in_the_way;
use super::harmless::harmless;
use super::words::{condensed, counted, level_sentence, place, warning};
use crate::gate::report::{Decision, Report, Status, SubjectReport};
use crate::policy::answer::{Answer, AnsweredChange};
use std::fmt::Write as _;

/// Kept free for the sentence that says what was left out, in bytes.
const POINTER_BYTES: usize = 200;

/// Builds the table, in at most `bytes_max` bytes: what does not fit is counted and left out.
pub fn table(report: &Report, bytes_max: usize) -> String {
    let mut out = head(report);
    let mut subjects: Vec<&SubjectReport> = report.subjects.iter().collect();
    subjects.sort_by_key(|subject| std::cmp::Reverse(subject.decision));
    let rows = subjects
        .iter()
        .flat_map(|subject| rows(subject))
        .chain(report.warnings.iter().map(|text| row("", "warning", "", "", &cell(text))));
    let room = bytes_max.saturating_sub(POINTER_BYTES);
    let mut left_out = 0_usize;
    for row in rows {
        if left_out > 0 || out.len() + row.len() > room {
            left_out += 1;
        } else {
            out.push_str(&row);
        }
    }
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

fn rows(subject: &SubjectReport) -> Vec<String> {
    if subject.status == Status::Unchanged && subject.decision == Decision::Accepted {
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
        notes.extend(condensed(&answer.level));
        notes.extend(answer.warnings.iter().map(|word| warning(word, subject)));
    }
    notes.extend((!subject.advice.is_empty()).then(|| subject.advice.clone()));
    let notes: Vec<String> = notes.iter().map(|note| cell(note)).collect();
    let class = subject
        .answer
        .as_ref()
        .map_or(String::new(), |answer| format!("{}, {}", answer.class.as_str(), answer.bump.as_str()));
    let mut rows = vec![row(&name, &decision, &class, &code(&at), &notes.join("<br>"))];
    if let Some(answer) = &subject.answer {
        rows.extend(changes(subject, answer, &name));
    }
    rows
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
fn cell(text: &str) -> String {
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
