//! A report for people: grouped by subject, what matters most last, so that it stands at the end of a log.

use super::Screen;
use super::blame::in_the_way;
use super::page::{Indent, Page, Tone};
use super::past;
use super::witness;
use super::words::{before, condensed, counted, level_sentence, place, readers, warning};
use crate::evolution::{Bump, ChangeClass};
use crate::gate::report::{Decision, Report, Status, SubjectReport};
use crate::policy::answer::{Answer, AnsweredChange, AnsweredExemption, FilePosition};
use std::io::{self, Write};

/// Writes the whole report.
///
/// # Errors
/// Whatever `out` fails with.
pub fn write(out: &mut dyn Write, report: &Report, screen: Screen) -> io::Result<()> {
    let page = &mut Page::new(out, screen);
    page.paragraph(Indent::hanging(0), &[(Tone::Plain, "Checked against "), (Tone::Strong, &report.base)])?;
    let mut subjects: Vec<&SubjectReport> = report.subjects.iter().filter(|subject| !is_quiet(subject)).collect();
    subjects.sort_by_key(|subject| (subject.decision, !is_merely_new(subject)));
    let mut is_first = true;
    for subject in &subjects {
        if is_first || !is_merely_new(subject) {
            page.gap()?;
        }
        is_first = false;
        heading(page, subject)?;
        body(page, subject)?;
    }
    if !report.warnings.is_empty() {
        page.gap()?;
    }
    for warning in &report.warnings {
        page.paragraph(Indent::hanging(0), &[(Tone::Caution, "warning: "), (Tone::Plain, warning)])?;
    }
    page.gap()?;
    hint(page, &subjects)?;
    summary(page, report)
}

/// Writes what `diff` found: the changes and what follows from them, without a decision.
///
/// # Errors
/// Whatever `out` fails with.
pub fn difference(out: &mut dyn Write, subject: &SubjectReport, screen: Screen) -> io::Result<()> {
    let page = &mut Page::new(out, screen);
    let file = subject.file.as_deref().unwrap_or(&subject.subject);
    page.paragraph(
        Indent::hanging(0),
        &[(Tone::Strong, before(subject)), (Tone::Plain, " -> "), (Tone::Strong, file)],
    )?;
    if let Some(answer) = &subject.answer {
        let grade = format!("class {}, bump {}", answer.class, answer.bump);
        page.paragraph(Indent::hanging(2), &[(Tone::Plain, &grade)])?;
    }
    findings(page, subject)
}

/// Whether there is nothing to say about a subject but that it is there.
fn is_quiet(subject: &SubjectReport) -> bool {
    subject.status == Status::Unchanged
        && subject.past.is_empty()
        && subject.decision == Decision::Accepted
        && subject.error.is_none()
        && subject.answer.as_ref().is_none_or(|answer| answer.warnings.is_empty() && answer.changes.is_empty())
}

/// Whether a line says all about a new subject.
fn is_merely_new(subject: &SubjectReport) -> bool {
    subject.status == Status::New
        && subject.decision == Decision::Accepted
        && subject.error.is_none()
        && subject.answer.as_ref().is_none_or(|answer| answer.warnings.is_empty() && answer.changes.is_empty())
}

fn heading(page: &mut Page<'_>, subject: &SubjectReport) -> io::Result<()> {
    let tone = match subject.decision {
        Decision::Accepted => Tone::Good,
        Decision::Undecided => Tone::Caution,
        Decision::Rejected => Tone::Bad,
    };
    let mut pieces = vec![(tone, subject.decision.as_str()), (Tone::Plain, "  "), (Tone::Strong, &subject.subject)];
    if let Some(file) = &subject.file {
        pieces.extend([(Tone::Plain, "  "), (Tone::Code, file)]);
    }
    if subject.status != Status::Changed {
        pieces.extend([(Tone::Plain, "  "), (Tone::Plain, subject.status.as_str())]);
    }
    page.paragraph(Indent::hanging(0), &pieces)
}

/// What there is to say about a subject below its heading.
pub(super) fn body(page: &mut Page<'_>, subject: &SubjectReport) -> io::Result<()> {
    if is_merely_new(subject) {
        return Ok(());
    }
    verdict(page, subject)?;
    origin(page, subject)?;
    findings(page, subject)?;
    if !subject.advice.is_empty() {
        page.paragraph(Indent::hanging(2), &[(Tone::Strong, &subject.advice)])?;
    }
    history(page, subject)
}

/// What enforcement would have refused in the past.
fn history(page: &mut Page<'_>, subject: &SubjectReport) -> io::Result<()> {
    let Some(sentence) = past::sentence(subject) else { return Ok(()) };
    page.paragraph(Indent::hanging(2), &[(Tone::Plain, &sentence)])?;
    for version in past::refused(subject) {
        page.paragraph(Indent::hanging(4), &[(Tone::Caution, &past::title(version))])?;
        for line in past::why(version) {
            page.paragraph(Indent::hanging(6), &[(Tone::Plain, &line)])?;
        }
    }
    Ok(())
}

/// The changes, and what follows from them.
fn findings(page: &mut Page<'_>, subject: &SubjectReport) -> io::Result<()> {
    let Some(answer) = &subject.answer else { return Ok(()) };
    for group in groups(answer) {
        changes(page, subject, answer, &group)?;
    }
    consequences(page, subject, answer)
}

/// Why, and how far the changes go or what is wrong.
fn verdict(page: &mut Page<'_>, subject: &SubjectReport) -> io::Result<()> {
    let mut at = String::new();
    let mut what = String::new();
    if let Some(error) = &subject.error {
        at = error.at.as_ref().map(|at| format!("{}: ", place(at))).unwrap_or_default();
        what.clone_from(&error.message);
    } else if let (Some(answer), Some(_)) = (&subject.answer, &subject.compared_with) {
        what = format!("class {}, bump {}", answer.class, answer.bump);
        if answer.profile != "seed" {
            what = format!("{what}, profile {}", answer.profile);
        }
    }
    let class = subject.answer.as_ref().map(|answer| answer.class.as_str());
    let reason = match subject.reason {
        _ if subject.reason == class => String::new(), // accepted because the class is allowed: said once
        Some(reason) if what.is_empty() => reason.to_owned(),
        Some(reason) => format!("{reason}: "),
        None => String::new(),
    };
    if reason.is_empty() && what.is_empty() {
        return Ok(());
    }
    page.paragraph(Indent::hanging(2), &[(Tone::Strong, &reason), (Tone::Code, &at), (Tone::Plain, &what)])
}

/// What was compared with what.
fn origin(page: &mut Page<'_>, subject: &SubjectReport) -> io::Result<()> {
    let compared = subject.compared_with.as_ref().map(|before| format!("compared with {before}"));
    let declared = subject.declared.as_ref().map(|declared| format!("declares {declared}"));
    let facts: Vec<String> = compared.into_iter().chain(declared).collect();
    if facts.is_empty() {
        return Ok(());
    }
    page.paragraph(Indent::hanging(2), &[(Tone::Faint, &facts.join(", "))])
}

/// Changes of one kind and class, by position in the answer.
struct Group {
    id: &'static str,
    class: ChangeClass,
    bump: Bump,
    members: Vec<usize>,
}

/// From harmless to hopeless; within a class in schema order.
fn groups(answer: &Answer) -> Vec<Group> {
    let mut groups: Vec<Group> = Vec::new();
    for (at, change) in answer.changes.iter().enumerate() {
        let (id, class, bump) = (change.change.kind.id, change.class, change.bump);
        match groups.iter_mut().find(|group| (group.id, group.class, group.bump) == (id, class, bump)) {
            Some(group) => group.members.push(at),
            None => groups.push(Group { id, class, bump, members: vec![at] }),
        }
    }
    groups.sort_by_key(|group| (group.class, group.bump));
    groups
}

fn changes(page: &mut Page<'_>, subject: &SubjectReport, answer: &Answer, group: &Group) -> io::Result<()> {
    let tone = match group.class {
        ChangeClass::None | ChangeClass::Allowed => Tone::Good,
        ChangeClass::MajorBumpRequired => Tone::Caution,
        ChangeClass::Forbidden => Tone::Bad,
    };
    let class = match group.class {
        ChangeClass::Allowed => format!("allowed, {}: ", group.bump),
        other => format!("{other}: "),
    };
    let count = if group.members.len() > 1 { format!(" ({})", group.members.len()) } else { String::new() };
    page.paragraph(Indent::hanging(2), &[(tone, &class), (Tone::Strong, group.id), (Tone::Plain, &count)])?;
    for at in &group.members {
        let is_adopted = subject.adopted.get(*at).copied().unwrap_or(false);
        change(page, &answer.changes[*at], is_adopted)?;
    }
    if group.class > ChangeClass::Allowed && page.explains(group.id) {
        let why = group.members.first().map_or("", |at| answer.changes[*at].change.kind.why);
        page.paragraph(Indent::of(4), &[(Tone::Faint, why)])?;
    }
    Ok(())
}

fn change(page: &mut Page<'_>, change: &AnsweredChange, is_adopted: bool) -> io::Result<()> {
    let mut pieces = vec![(Tone::Strong, change.change.path.as_str())];
    let new = change.new.as_ref().or(change.old.as_ref()).map(|at| format!("  {}", place(at)));
    if let Some(at) = &new {
        pieces.push((Tone::Code, at));
    }
    let was = match (&change.old, &change.new) {
        (Some(old), Some(new)) if change.class > ChangeClass::Allowed && old != new => before_at(old, new),
        _ => None,
    };
    if let Some(was) = &was {
        pieces.push((Tone::Faint, was));
    }
    if is_adopted {
        pieces.push((Tone::Good, "  (adopted by the baseline)"));
    }
    page.paragraph(Indent::hanging(4), &pieces)?;
    page.paragraph(Indent::hanging(6), &[(Tone::Plain, &change.change.message)])?;
    if !change.fix.is_empty() {
        page.paragraph(Indent::hanging(6), &[(Tone::Strong, "fix: "), (Tone::Plain, &change.fix)])?;
    }
    Ok(())
}

/// Where it stood before, unless that is the same line.
fn before_at(old: &FilePosition, new: &FilePosition) -> Option<String> {
    match old.file == new.file {
        true if old.line == new.line => None,
        true => Some(format!("  (before: line {})", old.line)),
        false => Some(format!("  (before: {})", place(old))),
    }
}

/// The level's verdict, who is cut off, warnings and exemptions.
fn consequences(page: &mut Page<'_>, subject: &SubjectReport, answer: &Answer) -> io::Result<()> {
    if let Some(sentence) = level_sentence(subject, answer) {
        page.paragraph(Indent::hanging(2), &[(Tone::Bad, &sentence)])?;
        for finding in condensed(&answer.level) {
            page.paragraph(Indent::hanging(4), &[(Tone::Plain, "- "), (Tone::Plain, &finding)])?;
        }
    } else if subject.decision == Decision::Rejected && subject.compared_with.is_some() {
        page.paragraph(Indent::hanging(2), &[(Tone::Plain, &format!("Level {} is satisfied.", answer.level.name))])?;
    }
    witness::paragraphs(page, subject)?;
    for sentence in readers(subject, answer) {
        page.paragraph(Indent::hanging(2), &[(Tone::Plain, &sentence)])?;
    }
    for word in &answer.warnings {
        page.paragraph(Indent::hanging(2), &[(Tone::Caution, "warning: "), (Tone::Plain, &warning(word, subject))])?;
    }
    for exemption in &answer.exemptions {
        exempted(page, answer, exemption)?;
    }
    Ok(())
}

fn exempted(page: &mut Page<'_>, answer: &Answer, exemption: &AnsweredExemption) -> io::Result<()> {
    let change = answer.changes.iter().find(|change| change.fingerprint == exemption.fingerprint);
    let what = change.map_or_else(
        || exemption.fingerprint.clone(),
        |change| format!("{} at {}", change.change.kind.id, change.change.path),
    );
    let AnsweredExemption { approved_by, expires, reason, .. } = exemption;
    let (tone, lead, until) =
        if exemption.is_expired { (Tone::Bad, "expired: ", "held until") } else { (Tone::Good, "exempted: ", "until") };
    let rest = format!("{what}, {until} {expires}, approved by {approved_by}: {reason}");
    page.paragraph(Indent::hanging(2), &[(tone, lead), (Tone::Plain, &rest)])
}

/// Where to read on about the rules that refuse something, once.
fn hint(page: &mut Page<'_>, subjects: &[&SubjectReport]) -> io::Result<()> {
    let mut ids: Vec<&str> = Vec::new();
    for (subject, answer) in subjects.iter().filter_map(|subject| Some((subject, subject.answer.as_ref()?))) {
        for at in in_the_way(subject, answer) {
            let id = answer.changes[at].change.kind.id;
            if !ids.contains(&id) {
                ids.push(id);
            }
        }
    }
    let Some(first) = ids.first() else { return Ok(()) };
    let command = format!("sluicegate explain {first}");
    let others = if ids.len() > 1 { format!(" (also {})", ids[1..].join(", ")) } else { String::new() };
    page.paragraph(
        Indent::hanging(0),
        &[(Tone::Plain, "More about a rule: "), (Tone::Code, &command), (Tone::Faint, &others)],
    )
}

/// The counts, and one closing sentence.
fn summary(page: &mut Page<'_>, report: &Report) -> io::Result<()> {
    let summary = report.summary();
    let sort = |number: usize, word: &str| (number > 0).then(|| format!("{number} {word}"));
    let statuses: Vec<String> = [
        sort(summary.unchanged, "unchanged"),
        sort(summary.changed, "changed"),
        sort(summary.new, "new"),
        sort(summary.removed, "removed"),
    ]
    .into_iter()
    .flatten()
    .collect();
    let counts = [
        (Tone::Good, sort(summary.accepted, "accepted")),
        (Tone::Caution, sort(summary.undecided, "undecided")),
        (Tone::Bad, sort(summary.rejected, "rejected")),
    ];
    let all = format!("{} ({})", counted(summary.subjects, "subject"), statuses.join(", "));
    let mut pieces = vec![(Tone::Plain, if statuses.is_empty() { "No subjects" } else { &all })];
    for (number, (tone, count)) in counts.iter().filter(|(_, count)| count.is_some()).enumerate() {
        pieces.push((Tone::Plain, if number == 0 { ": " } else { ", " }));
        pieces.push((*tone, count.as_deref().unwrap_or("")));
    }
    page.paragraph(Indent::hanging(0), &pieces)?;
    page.paragraph(Indent::hanging(0), &[(Tone::Strong, &closing(report))])
}

fn closing(report: &Report) -> String {
    let names = |decision| {
        let all: Vec<&str> =
            report.subjects.iter().filter(|s| s.decision == decision).map(|s| s.subject.as_str()).collect();
        all.join(", ")
    };
    match report.result() {
        Decision::Accepted if report.subjects.is_empty() => "Nothing was checked: there is no schema.".to_owned(),
        Decision::Accepted => "Nothing to do: everything may pass.".to_owned(),
        Decision::Undecided => format!("Could not check {}: what is wrong stands above.", names(Decision::Undecided)),
        Decision::Rejected => format!("Refused: {}. What to do stands above.", names(Decision::Rejected)),
    }
}
