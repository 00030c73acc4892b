//! Witnesses for people: the record, what becomes of it, and its bytes to try it out with.

use super::page::{Indent, Page, Tone};
use crate::compat::Direction;
use crate::gate::report::SubjectReport;
use crate::witness::{Outcome, Witness, Witnesses, base64};
use std::io;

/// Records in a text; the documents for programs have them all.
const SHOWN_MAX: usize = 10;
/// Letters of a record that people are shown.
const LETTERS_MAX: usize = 2_000;
/// The same in a cell of a table, and in a list of findings.
const CELL_LETTERS_MAX: usize = 300;
/// Records in a list of findings, for each direction.
const FEW_MAX: usize = 3;

/// The witnesses of a subject, below what its level says.
pub(super) fn paragraphs(page: &mut Page<'_>, subject: &SubjectReport) -> io::Result<()> {
    for of in subject.witnesses.iter().flatten() {
        let lead = match of.direction {
            Direction::Backward => "Records of the old schema that the new one cannot read:",
            Direction::Forward => "Records of the new schema that the old one cannot read:",
        };
        page.paragraph(Indent::hanging(2), &[(Tone::Strong, lead)])?;
        for witness in of.list.iter().take(SHOWN_MAX) {
            one(page, witness)?;
        }
        if let Some(more) = more(of, SHOWN_MAX) {
            page.paragraph(Indent::hanging(4), &[(Tone::Faint, &more)])?;
        }
    }
    Ok(())
}

/// The same as lines of one cell each: a plain one, then a text to be shown as code.
pub(super) fn lines(subject: &SubjectReport) -> Vec<(String, Option<String>)> {
    let mut lines = Vec::new();
    for of in subject.witnesses.iter().flatten() {
        for witness in of.list.iter().take(SHOWN_MAX) {
            let json = witness.datum.as_ref().map(|datum| readable(&datum.json, CELL_LETTERS_MAX).to_owned());
            lines.push((said(of.direction, witness), json));
        }
        lines.extend(more(of, SHOWN_MAX).map(|more| (more, None)));
    }
    lines
}

/// The first of a direction (`None` stands for both), a sentence each with the record behind it.
pub(super) fn sentences(subject: &SubjectReport, direction: Option<Direction>) -> Vec<String> {
    let mut sentences = Vec::new();
    let asked_for = |of: &&Witnesses| direction.is_none_or(|direction| direction == of.direction);
    for of in subject.witnesses.iter().flatten().filter(asked_for) {
        for witness in of.list.iter().take(FEW_MAX) {
            let said = said(of.direction, witness);
            sentences.push(match &witness.datum {
                Some(datum) => format!("{said}: {}", readable(&datum.json, CELL_LETTERS_MAX)),
                None => said,
            });
        }
        sentences.extend(more(of, FEW_MAX));
    }
    sentences
}

fn said(direction: Direction, witness: &Witness) -> String {
    let lead = match direction {
        Direction::Backward => "A record of the old schema that the new one cannot read",
        Direction::Forward => "A record of the new schema that the old one cannot read",
    };
    format!("{lead}: {}", what(witness))
}

fn one(page: &mut Page<'_>, witness: &Witness) -> io::Result<()> {
    page.paragraph(Indent::hanging(4), &[(Tone::Plain, "- "), (Tone::Plain, &what(witness))])?;
    if let Some(datum) = &witness.datum {
        let bytes = format!("avro (base64): {}", base64(&datum.avro));
        page.paragraph(Indent::hanging(6), &[(Tone::Code, readable(&datum.json, LETTERS_MAX))])?;
        page.paragraph(Indent::hanging(6), &[(Tone::Faint, readable(&bytes, LETTERS_MAX))])?;
    }
    Ok(())
}

fn readable(text: &str, letters_max: usize) -> &str {
    if text.len() <= letters_max { text } else { "(too long to be read: --format json has it)" }
}

fn what(witness: &Witness) -> String {
    let place = format!("{} at {}", witness.kind.as_str(), witness.location);
    match witness.outcome {
        Outcome::Unreadable => place,
        other => format!("{place}: {}", other.sentence()),
    }
}

fn more(of: &Witnesses, shown_max: usize) -> Option<String> {
    let left = of.list.len().saturating_sub(shown_max);
    match (left, of.is_cut) {
        (0, false) => None,
        (left, false) => Some(format!("and {left} more: --format json has them all")),
        (_, true) => Some(format!("and more: --format json has the first {}", of.list.len())),
    }
}
