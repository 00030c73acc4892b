//! For scripts: one document, or one line per finding and the rest last.
//!
//! Keys may be added; none is dropped, renamed or given another meaning.

use crate::gate::records::{Complaint, Damage, InputReport, Place, ReaderReport, RecordMisfit, RecordsReport};
use crate::gate::render::json::{party, write_document, write_line};
use serde_json::{Map, Value, json};
use std::io::{self, Write};

/// The version of these documents' shape.
const FORMAT: u8 = 1;

pub(super) fn write(out: &mut dyn Write, report: &RecordsReport) -> io::Result<()> {
    let mut document = head(report);
    document.insert("misfits".to_owned(), report.misfits.iter().map(misfit).collect());
    document.insert("damages".to_owned(), report.damages.iter().map(damage).collect());
    foot(&mut document, report);
    write_document(out, &Value::Object(document))
}

/// A line for each record that does not fit and for each place that cannot be read, told apart by `kind`.
pub(super) fn write_lines(out: &mut dyn Write, report: &RecordsReport) -> io::Result<()> {
    let of_kind = |kind: &str, value: Value| {
        let mut line = Map::from_iter([("kind".to_owned(), json!(kind))]);
        line.extend(value.as_object().cloned().unwrap_or_default());
        Value::Object(line)
    };
    for found in &report.misfits {
        write_line(out, &of_kind("misfit", misfit(found)))?;
    }
    for found in &report.damages {
        write_line(out, &of_kind("damage", damage(found)))?;
    }
    let mut last = head(report);
    foot(&mut last, report);
    write_line(out, &of_kind("summary", Value::Object(last)))
}

fn head(report: &RecordsReport) -> Map<String, Value> {
    Map::from_iter([
        ("format".to_owned(), json!(FORMAT)),
        ("schema".to_owned(), party(&report.schema)),
        ("result".to_owned(), json!(report.result().as_str())),
        ("exit".to_owned(), json!(report.exit())),
    ])
}

fn foot(document: &mut Map<String, Value>, report: &RecordsReport) {
    document.insert("readers".to_owned(), report.readers.iter().map(reader).collect());
    document.insert("inputs".to_owned(), report.inputs.iter().map(input).collect());
    let (records, misfits) = (report.records(), report.misfits());
    document.insert(
        "summary".to_owned(),
        json!({"records": records, "fitting": records.saturating_sub(misfits), "misfits": misfits,
               "misfits_shown": report.misfits.len(), "damages": report.damages()}),
    );
    document.insert("warnings".to_owned(), json!(report.warnings));
}

fn place(place: &Place) -> Map<String, Value> {
    Map::from_iter([
        ("input".to_owned(), json!(place.input)),
        ("record".to_owned(), json!(place.at.record)),
        ("line".to_owned(), json!(place.at.line)),
        ("offset".to_owned(), json!(place.at.offset)),
    ])
}

fn misfit(misfit: &RecordMisfit) -> Value {
    let mut record = place(&misfit.place);
    record.insert("misfits".to_owned(), misfit.complaints.iter().map(complaint).collect());
    record.insert("is_cut".to_owned(), json!(misfit.is_cut));
    Value::Object(record)
}

fn complaint(complaint: &Complaint) -> Value {
    json!({"path": complaint.path, "offset": complaint.offset, "reason": complaint.reason})
}

fn damage(damage: &Damage) -> Value {
    let Damage { input, line, offset, reason } = damage;
    json!({"input": input, "line": line, "offset": offset, "reason": reason})
}

fn reader(reader: &ReaderReport) -> Value {
    let first = reader.first.as_ref().map(|(at, why)| {
        let mut first = place(at);
        first.insert("path".to_owned(), json!(why.path));
        first.insert("reason".to_owned(), json!(why.reason));
        Value::Object(first)
    });
    json!({"reader": party(&reader.party), "is_named": reader.is_named, "records": reader.records,
           "unreadable": reader.unreadable, "first": first})
}

fn input(input: &InputReport) -> Value {
    let InputReport { name, form, records, misfits, damages } = input;
    let form = form.map(|form| form.as_str());
    json!({"input": name, "form": form, "records": records, "misfits": misfits, "damages": damages})
}
