//! A report as JUnit's XML, which every continuous integration shows as tests.
//!
//! A suite per subject with three cases: `backward` and `forward` are the level's verdict in each direction, `policy` is
//! the decision on everything else. So the names of cases stay, whatever is found.

use super::findings::{COULD_NOT_CHECK, Finding, INCOMPATIBLE, Severity, of_subject};
use super::ground::Ground;
use super::harmless::harmless;
use super::past;
use super::witness;
use super::words::{condensed, level_sentence};
use crate::compat::Direction;
use crate::gate::report::{Decision, Report, Status, SubjectReport};
use crate::policy::answer::Answer;
use std::io::{self, Write};

/// Writes the document.
///
/// # Errors
/// Whatever `out` fails with.
pub fn write(out: &mut dyn Write, report: &Report, ground: &Ground) -> io::Result<()> {
    let suites: Vec<Suite<'_>> = report.subjects.iter().map(suite).collect();
    let mut all = Counts::default();
    suites.iter().flat_map(|suite| &suite.cases).for_each(|case| all.add(&case.outcome));
    writeln!(out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>")?;
    writeln!(out, "<testsuites name=\"sluicegate check against {}\" {}>", escaped(&report.base), all.attributes())?;
    for suite in &suites {
        suite.write(out, ground)?;
    }
    if !report.warnings.is_empty() {
        let none = Counts::default().attributes();
        writeln!(
            out,
            "  <testsuite name=\"sluicegate\" {none}>\n    <system-err>{}</system-err>",
            lines(&report.warnings)
        )?;
        writeln!(out, "  </testsuite>")?;
    }
    writeln!(out, "</testsuites>")
}

struct Suite<'a> {
    subject: &'a SubjectReport,
    cases: [Case; 3],
}

struct Case {
    name: &'static str,
    outcome: Outcome,
    /// What there is to know besides, one line each.
    notes: Vec<String>,
}

enum Outcome {
    Passed,
    /// Not asked; why.
    Skipped(String),
    /// Refused.
    Failed(Trouble),
    /// Not known.
    Broken(Trouble),
}

struct Trouble {
    kind: String,
    message: String,
    /// One line each.
    details: Vec<String>,
}

fn suite(subject: &SubjectReport) -> Suite<'_> {
    let direction = |name, direction| Case { name, outcome: of_level(subject, direction), notes: Vec::new() };
    let cases =
        [direction("backward", Direction::Backward), direction("forward", Direction::Forward), of_policy(subject)];
    Suite { subject, cases }
}

/// What the level says of one direction.
fn of_level(subject: &SubjectReport, direction: Direction) -> Outcome {
    let Some(answer) = &subject.answer else {
        return match (subject.status, subject.decision, &subject.error) {
            (_, Decision::Undecided, _) => Outcome::Skipped("the subject could not be checked".to_owned()),
            (_, _, Some(_)) => Outcome::Skipped("the text is no schema".to_owned()),
            (Status::Removed, _, None) => Outcome::Skipped("there is no schema any more".to_owned()),
            (Status::New | Status::Unchanged | Status::Changed, _, None) => Outcome::Passed,
        };
    };
    let level = &answer.level;
    // Reserved fields are looked at whatever way the level asks for, and under NONE.
    let is_about_fields = level.refuses_for_reserved_alone();
    if !is_about_fields && !level.name.directions().contains(&direction) {
        return Outcome::Skipped(format!("level {} does not ask for it", level.name));
    }
    if !is_about_fields && !fails(answer, direction) {
        return Outcome::Passed;
    }
    if subject.reason != Some(INCOMPATIBLE) && subject.decision != Decision::Undecided {
        return Outcome::Skipped("the level refuses it, which the baseline has adopted".to_owned());
    }
    Outcome::Failed(Trouble {
        kind: INCOMPATIBLE.to_owned(),
        message: level_sentence(subject, answer).unwrap_or_default(),
        details: [condensed(level), witness::sentences(subject, Some(direction))]
            .concat()
            .into_iter()
            .chain(advice(subject))
            .collect(),
    })
}

/// Whether the level's refusal is about this direction. Where it is about an older version than the one compared with,
/// nothing says which of those that the level asks for it is: then it is each of them.
fn fails(answer: &Answer, direction: Direction) -> bool {
    let is_readable = |direction: &Direction| match direction {
        Direction::Backward => answer.backward_compatible,
        Direction::Forward => answer.forward_compatible,
    };
    let is_about_older = answer.level.name.directions().iter().all(is_readable);
    !answer.level.compatible && (is_about_older || !is_readable(&direction))
}

/// Everything that is not the level's.
fn of_policy(subject: &SubjectReport) -> Case {
    let findings = of_subject(subject);
    let is_error = |finding: &&Finding<'_>| finding.severity == Severity::Error && finding.id != INCOMPATIBLE;
    let say = |finding: &Finding<'_>| format!("{}: {}", finding.id, finding.sentences());
    let is_said = findings.iter().filter(is_error).any(|finding| finding.fix == subject.advice);
    let unsaid_advice = advice(subject).filter(|_| !is_said);
    let trouble = |kind: &str| Trouble {
        kind: kind.to_owned(),
        message: match &subject.error {
            Some(error) => error.message.clone(),
            None => format!("{}: {}", subject.subject, kind),
        },
        details: findings.iter().filter(is_error).map(say).chain(unsaid_advice.clone()).collect(),
    };
    let outcome = match (subject.decision, subject.reason) {
        (Decision::Undecided, _) => Outcome::Broken(trouble(COULD_NOT_CHECK)),
        (Decision::Rejected, Some(INCOMPATIBLE)) => {
            Outcome::Skipped("the level refuses before the policy is asked".to_owned())
        }
        (Decision::Rejected, reason) => Outcome::Failed(trouble(reason.unwrap_or("rejected"))),
        (Decision::Accepted, _) => Outcome::Passed,
    };
    let is_told = matches!(outcome, Outcome::Failed(_) | Outcome::Broken(_));
    let is_of_level = |finding: &&Finding<'_>| finding.id == INCOMPATIBLE && finding.pardon.is_none();
    let others = findings.iter().filter(|finding| !(is_of_level(finding) || is_told && is_error(finding)));
    let told = others.map(say);
    let in_the_past =
        past::refused(subject).map(|version| format!("{}: {}", past::title(version), past::why(version).join(". ")));
    let notes = told.chain(past::sentence(subject)).chain(in_the_past).collect();
    Case { name: "policy", outcome, notes }
}

fn advice(subject: &SubjectReport) -> Option<String> {
    (!subject.advice.is_empty()).then(|| subject.advice.clone())
}

#[derive(Default)]
struct Counts {
    tests: usize,
    failures: usize,
    errors: usize,
    skipped: usize,
}

impl Counts {
    fn add(&mut self, outcome: &Outcome) {
        self.tests += 1;
        match outcome {
            Outcome::Passed => {}
            Outcome::Skipped(_) => self.skipped += 1,
            Outcome::Failed(_) => self.failures += 1,
            Outcome::Broken(_) => self.errors += 1,
        }
    }

    fn attributes(&self) -> String {
        let Self { tests, failures, errors, skipped } = self;
        format!("tests=\"{tests}\" failures=\"{failures}\" errors=\"{errors}\" skipped=\"{skipped}\"")
    }
}

impl Suite<'_> {
    fn write(&self, out: &mut dyn Write, ground: &Ground) -> io::Result<()> {
        let name = escaped(&self.subject.subject);
        let file =
            self.subject.file.as_deref().map(|file| format!(" file=\"{}\"", escaped(&ground.seen_from_root(file))));
        let file = file.unwrap_or_default();
        let mut counts = Counts::default();
        self.cases.iter().for_each(|case| counts.add(&case.outcome));
        writeln!(out, "  <testsuite name=\"{name}\" {}>", counts.attributes())?;
        for case in &self.cases {
            write!(out, "    <testcase name=\"{}\" classname=\"{name}\"{file}", case.name)?;
            if matches!(case.outcome, Outcome::Passed) && case.notes.is_empty() {
                writeln!(out, "/>")?;
                continue;
            }
            writeln!(out, ">")?;
            match &case.outcome {
                Outcome::Passed => {}
                Outcome::Skipped(why) => writeln!(out, "      <skipped message=\"{}\"/>", escaped(why))?,
                Outcome::Failed(trouble) => trouble.write(out, "failure")?,
                Outcome::Broken(trouble) => trouble.write(out, "error")?,
            }
            if !case.notes.is_empty() {
                writeln!(out, "      <system-out>{}</system-out>", lines(&case.notes))?;
            }
            writeln!(out, "    </testcase>")?;
        }
        writeln!(out, "  </testsuite>")
    }
}

impl Trouble {
    fn write(&self, out: &mut dyn Write, element: &str) -> io::Result<()> {
        let (kind, message) = (escaped(&self.kind), escaped(&self.message));
        writeln!(out, "      <{element} type=\"{kind}\" message=\"{message}\">{}</{element}>", lines(&self.details))
    }
}

fn lines(texts: &[String]) -> String {
    let lines: Vec<String> = texts.iter().map(|text| escaped(text)).collect();
    lines.join("\n")
}

/// Text that cannot leave its element or attribute, with no letter that XML does not know.
pub(super) fn escaped(text: &str) -> String {
    harmless(text).chars().fold(String::with_capacity(text.len()), |mut out, character| {
        match character {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\u{fffe}' | '\u{ffff}' => out.push('\u{fffd}'),
            _ => out.push(character),
        }
        out
    })
}
