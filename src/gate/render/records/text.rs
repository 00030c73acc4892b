//! For people: what does not fit, who cannot read, and the counts last, so that they stand at the end of a log.

use super::findings::{closing, counts, not_shown, one, record};
use crate::gate::records::{Damage, Place, ReaderReport, RecordMisfit, RecordsReport};
use crate::gate::render::Screen;
use crate::gate::render::page::{Indent, Page, Tone};
use crate::gate::report::Decision;
use std::io::{self, Write};

pub(super) fn write(out: &mut dyn Write, report: &RecordsReport, screen: Screen) -> io::Result<()> {
    let page = &mut Page::new(out, screen);
    let schema = report.schema.with_id();
    page.paragraph(Indent::hanging(0), &[(Tone::Plain, "Checked against "), (Tone::Strong, &schema)])?;
    for input in &report.inputs {
        let form = input.form.map_or("not recognised", |form| form.as_str());
        let records = if input.records == 1 { "record" } else { "records" };
        let about = format!(" ({form}, {} {records})", input.records);
        page.paragraph(Indent::hanging(2), &[(Tone::Plain, &input.name), (Tone::Faint, &about)])?;
    }
    if !report.misfits.is_empty() {
        page.gap()?;
    }
    for found in &report.misfits {
        misfit(page, found)?;
    }
    let unshown = not_shown(report);
    if unshown > 0 {
        let told = match report.misfits.len() {
            0 => format!("{unshown} of them do not fit; --max-misfits N shows some."),
            _ => format!("{}; --max-misfits N shows more.", more(unshown)),
        };
        page.paragraph(Indent::hanging(0), &[(Tone::Faint, &told)])?;
    }
    if !report.damages.is_empty() {
        page.gap()?;
    }
    for found in &report.damages {
        damage(page, found)?;
    }
    let untold = report.damages().saturating_sub(report.damages.len() as u64);
    if untold > 0 {
        let told = format!("So could {untold} more places not.");
        page.paragraph(Indent::hanging(0), &[(Tone::Faint, &told)])?;
    }
    readers(page, report)?;
    if !report.warnings.is_empty() {
        page.gap()?;
    }
    for warning in &report.warnings {
        page.paragraph(Indent::hanging(0), &[(Tone::Caution, "warning: "), (Tone::Plain, warning)])?;
    }
    page.gap()?;
    page.paragraph(Indent::hanging(0), &[(Tone::Plain, &counts(report))])?;
    let tone = match report.result() {
        Decision::Accepted => Tone::Good,
        Decision::Undecided => Tone::Caution,
        Decision::Rejected => Tone::Bad,
    };
    page.paragraph(Indent::hanging(0), &[(tone, &closing(report))])
}

/// `1 more record does not fit`.
pub(super) fn more(records: u64) -> String {
    match records {
        1 => "1 more record does not fit".to_owned(),
        records => format!("{records} more records do not fit"),
    }
}

/// `orders.jsonl:3`, as editors and terminals follow it.
fn head(place: &Place) -> String {
    match place.at.line {
        Some(line) => format!("{}:{line}", place.input),
        None => place.input.clone(),
    }
}

fn misfit(page: &mut Page<'_>, misfit: &RecordMisfit) -> io::Result<()> {
    let told = format!(": {} ", record(&misfit.place));
    page.paragraph(
        Indent::hanging(0),
        &[(Tone::Strong, &head(&misfit.place)), (Tone::Plain, &told), (Tone::Bad, "does not fit")],
    )?;
    for complaint in &misfit.complaints {
        page.paragraph(Indent::hanging(2), &[(Tone::Plain, &one(complaint))])?;
    }
    if misfit.is_cut {
        page.paragraph(Indent::hanging(2), &[(Tone::Faint, "and more")])?;
    }
    Ok(())
}

fn damage(page: &mut Page<'_>, damage: &Damage) -> io::Result<()> {
    let at = match (damage.line, damage.offset) {
        (Some(line), _) => format!("{}:{line}", damage.input),
        (None, Some(offset)) => format!("{}, byte {offset}", damage.input),
        (None, None) => damage.input.clone(),
    };
    page.paragraph(
        Indent::hanging(0),
        &[(Tone::Strong, &at), (Tone::Plain, ": "), (Tone::Caution, "not read: "), (Tone::Plain, &damage.reason)],
    )
}

fn readers(page: &mut Page<'_>, report: &RecordsReport) -> io::Result<()> {
    if report.readers.is_empty() {
        return Ok(());
    }
    page.gap()?;
    page.paragraph(Indent::hanging(0), &[(Tone::Plain, "Readers:")])?;
    for reader in &report.readers {
        let name = reader.party.with_id();
        match &reader.first {
            None => {
                let told = match reader.records {
                    0 => " was tried with no record".to_owned(),
                    1 => " reads the one record it was tried with".to_owned(),
                    records => format!(" reads all of {records} records"),
                };
                page.paragraph(Indent::hanging(2), &[(Tone::Strong, &name), (Tone::Plain, &told)])?;
            }
            Some((place, complaint)) => {
                let tone = if reader.is_named { Tone::Bad } else { Tone::Caution };
                let told = format!("cannot read {} of {} records", reader.unreadable, reader.records);
                page.paragraph(Indent::hanging(2), &[(Tone::Strong, &name), (Tone::Plain, " "), (tone, &told)])?;
                first(page, reader, place, &one(complaint))?;
            }
        }
    }
    Ok(())
}

fn first(page: &mut Page<'_>, reader: &ReaderReport, place: &Place, complaint: &str) -> io::Result<()> {
    let lead = if reader.unreadable == 1 { "it is" } else { "the first is" };
    let told = format!("{lead} {} at {}: {complaint}", record(place), head(place));
    page.paragraph(Indent::hanging(4), &[(Tone::Plain, &told)])
}
