//! A report for GitHub Actions: annotations on the lines that need work, and the full table in the step summary.
//!
//! GitHub shows ten annotations of a kind for each step, so nine speak and the tenth points to the table.

use super::blame::{asks_for_something, in_the_way};
use super::ground::Ground;
use super::harmless::harmless;
use super::markdown;
use super::past;
use super::witness;
use super::words::{condensed, level_sentence, warning};
use crate::gate::report::{Decision, Report, SubjectReport};
use crate::policy::answer::{Answer, AnsweredChange, FilePosition};
use std::fs::OpenOptions;
use std::io::{self, Write};
use std::path::Path;

/// Annotations that name a finding; one more points to all of them.
const ANNOTATIONS_MAX: usize = 9;

/// GitHub refuses a step summary that is larger, in bytes.
const SUMMARY_BYTES_MAX: u64 = 1024 * 1024;

/// Characters of one annotation's text; what is cut off stands in the table.
const MESSAGE_CHARS_MAX: usize = 4_000;

/// Characters of an annotation's title.
const TITLE_CHARS_MAX: usize = 200;

/// Writes the annotations, what refuses first.
///
/// # Errors
/// Whatever `out` fails with.
pub fn write(out: &mut dyn Write, report: &Report, ground: &Ground) -> io::Result<()> {
    let mut annotations: Vec<Annotation<'_>> = report.subjects.iter().flat_map(of_subject).collect();
    annotations.sort_by_key(|annotation| annotation.rank);
    let unsaid = annotations.len().saturating_sub(ANNOTATIONS_MAX);
    for annotation in annotations.iter().take(ANNOTATIONS_MAX) {
        annotation.write(out, ground)?;
    }
    if unsaid > 0 {
        let pointer = Annotation {
            rank: annotations[ANNOTATIONS_MAX].rank,
            file: None,
            at: None,
            title: "sluicegate".to_owned(),
            parts: vec![format!("{unsaid} more: the summary of this run has the full table")],
        };
        pointer.write(out, ground)?;
    }
    Ok(())
}

/// Appends the full table to the file that `GITHUB_STEP_SUMMARY` names.
///
/// # Errors
/// Where the file cannot be opened or written.
pub fn append_summary(file: &Path, report: &Report) -> io::Result<()> {
    append_table(file, |room| markdown::table(report, room))
}

/// Appends a table to that file; `table` makes it in at most so many bytes.
///
/// # Errors
/// As [`append_summary`].
pub(in crate::gate) fn append_table(file: &Path, table: impl FnOnce(usize) -> String) -> io::Result<()> {
    let mut file = OpenOptions::new().append(true).create(true).open(file)?;
    let room = SUMMARY_BYTES_MAX.saturating_sub(file.metadata()?.len());
    let room = usize::try_from(room).unwrap_or(usize::MAX);
    file.write_all(table(room).as_bytes())
}

/// Ordered by how soon somebody must look.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Rank {
    Refuses,
    NotChecked,
    Warns,
    /// To know, not to act on.
    Tells,
}

struct Annotation<'a> {
    rank: Rank,
    file: Option<&'a str>,
    at: Option<&'a FilePosition>,
    title: String,
    /// One line each.
    parts: Vec<String>,
}

fn of_subject(subject: &SubjectReport) -> Vec<Annotation<'_>> {
    let mut annotations = of_now(subject);
    let parts = past::sentences(subject);
    if !parts.is_empty() {
        let (file, title) = (subject.file.as_deref(), format!("{}: the past", subject.subject));
        annotations.push(Annotation { rank: Rank::Tells, file, at: None, title, parts });
    }
    annotations
}

fn of_now(subject: &SubjectReport) -> Vec<Annotation<'_>> {
    let mut annotations = Vec::new();
    let rank = match subject.decision {
        Decision::Accepted => Rank::Warns,
        Decision::Undecided => Rank::NotChecked,
        Decision::Rejected => Rank::Refuses,
    };
    let about = |at, title: &str, parts| Annotation {
        rank,
        file: subject.file.as_deref(),
        at,
        title: format!("{}: {title}", subject.subject),
        parts,
    };
    let reason = subject.reason.unwrap_or("not checked");
    if let Some(error) = &subject.error {
        annotations.push(about(error.at.as_ref(), reason, vec![error.message.clone()]));
    }
    let Some(answer) = &subject.answer else {
        if annotations.is_empty() && subject.decision != Decision::Accepted {
            annotations.push(about(None, reason, vec![subject.advice.clone()]));
        }
        return annotations;
    };
    let changes: Vec<&AnsweredChange> = match subject.decision {
        Decision::Rejected => in_the_way(subject, answer).into_iter().map(|at| &answer.changes[at]).collect(),
        Decision::Accepted | Decision::Undecided => reported(subject, answer),
    };
    let level = level_sentence(subject, answer);
    // Once: the level refuses all of it together.
    let mut records = witness::sentences(subject, None);
    if changes.is_empty() && subject.decision == Decision::Rejected {
        let mut parts: Vec<String> = level.iter().cloned().chain(condensed(&answer.level)).collect();
        parts.append(&mut records);
        parts.push(subject.advice.clone());
        annotations.push(about(None, reason, parts));
    }
    for change in changes {
        let id = change.change.kind.id;
        let mut parts = vec![format!("{}: {}", change.change.path, change.change.message)];
        parts.extend(level.clone());
        parts.append(&mut records);
        if !change.fix.is_empty() {
            parts.push(format!("Fix: {}", change.fix));
        }
        parts.push(format!("More: sluicegate explain {id}"));
        annotations.push(about(change.new.as_ref(), id, parts));
    }
    annotations.extend(
        answer
            .warnings
            .iter()
            .map(|word| Annotation { rank: Rank::Warns, ..about(None, word, vec![warning(word, subject)]) }),
    );
    annotations
}

/// Changes that a laxer enforcement lets pass, but that somebody should know of.
fn reported<'a>(subject: &SubjectReport, answer: &'a Answer) -> Vec<&'a AnsweredChange> {
    let is_adopted = |at: usize| subject.adopted.get(at).copied().unwrap_or(false);
    let open = answer.changes.iter().enumerate().filter(|(at, change)| asks_for_something(change) && !is_adopted(*at));
    open.map(|(_, change)| change).collect()
}

impl Annotation<'_> {
    /// One workflow command. GitHub undoes the escapes and shows `%0A` as a line break.
    fn write(&self, out: &mut dyn Write, ground: &Ground) -> io::Result<()> {
        let command = match self.rank {
            Rank::Refuses | Rank::NotChecked => "error",
            Rank::Warns => "warning",
            Rank::Tells => "notice",
        };
        let mut properties = Vec::new();
        if let Some(file) = self.at.map(|at| at.file.as_str()).or(self.file) {
            properties.push(format!("file={}", property(&ground.seen_from_root(file))));
        }
        if let Some(at) = self.at {
            properties.push(format!("line={},col={}", at.line, at.column));
        }
        properties.push(format!("title={}", property(&cut(&self.title, TITLE_CHARS_MAX))));
        let parts: Vec<String> = self.parts.iter().map(|part| harmless(part).into_owned()).collect();
        let message = data(&cut(&parts.join("\n"), MESSAGE_CHARS_MAX));
        writeln!(out, "::{command} {}::{message}", properties.join(","))
    }
}

/// The text behind the second pair of colons.
pub(super) fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

/// A value before it.
pub(super) fn property(text: &str) -> String {
    data(&harmless(text)).replace(':', "%3A").replace(',', "%2C")
}

pub(super) fn cut(text: &str, chars_max: usize) -> String {
    match text.char_indices().nth(chars_max) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}
