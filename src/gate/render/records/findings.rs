//! What was found about records, one finding after the other: what the forms for machines have in common.

use crate::gate::records::{Complaint, Place, ReaderReport, RecordsReport};

/// A record does not fit.
pub(super) const MISFIT: &str = "record-misfit";
/// A reader cannot read records.
pub(super) const READER: &str = "reader-cannot-read";
/// A place cannot be read.
pub(super) const DAMAGE: &str = "unreadable-input";

/// One finding.
pub(super) struct Finding {
    /// What kind: one of the three above.
    pub(super) id: &'static str,
    /// Whether it is the reason why the command does not end with 0.
    pub(super) is_error: bool,
    /// The file it stands in; `None` for standard input.
    pub(super) file: Option<String>,
    /// The line, from 1.
    pub(super) line: Option<u64>,
    /// Where, in words: `record 3`, `old.avsc`.
    pub(super) place: String,
    /// What is wrong: one sentence.
    pub(super) message: String,
    /// What tells it from others of its kind in the same file, from one run to the next.
    pub(super) key: String,
}

/// Of every kind, what the id means: a clause.
pub(super) fn summary(id: &str) -> &'static str {
    match id {
        MISFIT => "a record does not fit the schema",
        READER => "a consumer cannot read records",
        _ => "a part of an input cannot be read",
    }
}

/// All that are shown, in the order of the report.
pub(super) fn of(report: &RecordsReport) -> Vec<Finding> {
    let misfits = report.misfits.iter().map(|misfit| Finding {
        id: MISFIT,
        is_error: true,
        file: file(&misfit.place.input),
        line: misfit.place.at.line,
        place: record(&misfit.place),
        message: complaints(&misfit.complaints, misfit.is_cut),
        key: misfit.place.at.record.to_string(),
    });
    let readers = report.readers.iter().filter_map(of_reader);
    let damages = report.damages.iter().map(|damage| Finding {
        id: DAMAGE,
        is_error: true,
        file: file(&damage.input),
        line: damage.line,
        place: damage.offset.map_or_else(|| damage.input.clone(), |offset| format!("byte {offset}")),
        message: damage.reason.clone(),
        key: damage.offset.unwrap_or(0).to_string(),
    });
    misfits.chain(readers).chain(damages).collect()
}

fn of_reader(reader: &ReaderReport) -> Option<Finding> {
    let (place, complaint) = reader.first.as_ref()?;
    Some(Finding {
        id: READER,
        is_error: reader.is_named,
        file: file(&place.input),
        line: place.at.line,
        place: reader.party.name.clone(),
        message: format!(
            "{} cannot read {} of {} records; the first is {}: {}",
            reader.party.name,
            reader.unreadable,
            reader.records,
            record(place),
            one(complaint)
        ),
        key: reader.party.name.clone(),
    })
}

/// The name of an input as a file.
fn file(input: &str) -> Option<String> {
    (input != crate::gate::records::STANDARD_INPUT).then(|| input.to_owned())
}

/// `record 3`, with the byte where there is no line.
pub(super) fn record(place: &Place) -> String {
    match (place.at.line, place.at.offset) {
        (Some(line), _) if line == place.at.record => format!("record {}", place.at.record),
        (Some(line), _) => format!("record {} (line {line})", place.at.record),
        (None, Some(offset)) => format!("record {} (from byte {offset} on)", place.at.record),
        (None, None) => format!("record {}", place.at.record),
    }
}

/// `amount: what is wrong`, with the byte where there is one.
pub(super) fn one(complaint: &Complaint) -> String {
    let Complaint { path, offset, reason } = complaint;
    let at = offset.map_or_else(String::new, |offset| format!(" (byte {offset} of it)"));
    if path == "$" { format!("{reason}{at}") } else { format!("{path}: {reason}{at}") }
}

/// All of them in one sentence.
fn complaints(list: &[Complaint], is_cut: bool) -> String {
    let told: Vec<String> = list.iter().map(one).collect();
    let more = if is_cut { "; and more" } else { "" };
    format!("{}{more}", told.join("; "))
}

/// How many records do not fit and are not shown.
pub(super) fn not_shown(report: &RecordsReport) -> u64 {
    report.misfits().saturating_sub(report.misfits.len() as u64)
}

/// The closing sentence.
pub(super) fn closing(report: &RecordsReport) -> String {
    use crate::gate::report::Decision;
    let cut_off = report.readers.iter().filter(|reader| reader.unreadable > 0);
    let names: Vec<&str> = cut_off.map(|reader| reader.party.name.as_str()).collect();
    match report.result() {
        Decision::Accepted if report.records() == 0 => "There was no record to check.".to_owned(),
        Decision::Accepted if names.is_empty() => "Every record fits.".to_owned(),
        Decision::Accepted => {
            format!("Every record fits; those who still read with {} cannot read all of them.", names.join(", "))
        }
        Decision::Rejected if report.misfits() > 0 => {
            format!("Refused: what does not fit {} stands above.", report.schema.name)
        }
        Decision::Rejected => format!("Refused: {} cannot read all of it.", names.join(", ")),
        Decision::Undecided => "Could not read everything: what is wrong stands above.".to_owned(),
    }
}

/// `4 records in 2 inputs: 3 fit, 1 does not`.
pub(super) fn counts(report: &RecordsReport) -> String {
    let (records, misfits) = (report.records(), report.misfits());
    let counted = |number: u64, one: &str| format!("{number} {one}{}", if number == 1 { "" } else { "s" });
    let all = format!("{} in {}", counted(records, "record"), counted(report.inputs.len() as u64, "input"));
    let fitting = records.saturating_sub(misfits);
    let verb = |number: u64, one: &str, many: &str| (if number == 1 { one } else { many }).to_owned();
    let mut told = format!("{all}: {fitting} {}", verb(fitting, "fits", "fit"));
    if misfits > 0 {
        told.push_str(&format!(", {misfits} {} not", verb(misfits, "does", "do")));
    }
    if report.damages() > 0 {
        told.push_str(&format!("; {} could not be read", counted(report.damages(), "place")));
    }
    told
}
