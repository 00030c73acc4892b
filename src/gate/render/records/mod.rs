//! What checking records found, in every form that a check has.
//!
//! To code scanning and test reports a finding is a record that does not fit, a reader that cannot read, or a place that
//! cannot be read; the records that are counted and not shown are told as a number.

mod findings;
mod json;
mod reports;
mod text;

use super::ground::Ground;
use super::{Format, Screen};
use crate::gate::records::RecordsReport;
use std::io::{self, Write};

pub(in crate::gate) use reports::table;

/// Writes the report in one form.
///
/// # Errors
/// Whatever `out` fails with.
pub(in crate::gate) fn write(
    out: &mut dyn Write,
    format: Format,
    report: &RecordsReport,
    screen: Screen,
    ground: &Ground,
) -> io::Result<()> {
    match format {
        Format::Text => text::write(out, report, screen),
        Format::Json => json::write(out, report),
        Format::Ndjson => json::write_lines(out, report),
        Format::Sarif => reports::sarif(out, report, ground),
        Format::Junit => reports::junit(out, report, ground),
        Format::Github => reports::github(out, report, ground),
        Format::Gitlab => reports::gitlab(out, report, ground),
        Format::Markdown => out.write_all(reports::comment(report).as_bytes()),
    }
}
