//! The answer to a batch as a body: the same words and keys as `sluicegate records --format json`.

use super::verdict::{Complaint, Named, Party, ReaderFigures, Report, Unreadable, Verdict};
use crate::http::json::Writer;

/// The version of this document's shape. Keys may be added; none is dropped, renamed or given another meaning.
const FORMAT: i64 = 1;

/// Writes the whole document.
pub(super) fn write(json: &mut Writer, report: &Report) {
    let Report { addressed, verdicts, readers } = report;
    json.object(|json| {
        json.key("format").number(FORMAT);
        if let Some(addressed) = addressed {
            party(json.key("schema"), addressed);
        }
        let of = readers.as_deref().unwrap_or_default();
        json.key("records").array(|json| verdicts.iter().for_each(|found| verdict(json, found, of)));
        if let Some(readers) = readers {
            json.key("readers").array(|json| readers.iter().for_each(|reader| figures(json, reader)));
        }
        json.key("summary").object(|json| {
            let fitting = verdicts.iter().filter(|verdict| verdict.outcome.is_fine()).count();
            json.key("records").number(count(verdicts.len()));
            json.key("fitting").number(count(fitting));
            json.key("misfits").number(count(verdicts.len() - fitting));
        });
    });
}

fn verdict(json: &mut Writer, verdict: &Verdict, readers: &[ReaderFigures]) {
    let Verdict { outcome, named, complaints, is_cut, unreadable_by } = verdict;
    json.object(|json| {
        json.key("fits").boolean(outcome.is_fine());
        json.key("outcome").text(outcome.as_str());
        if let Some(Named { id, guid }) = named {
            json.key("schema").object(|json| {
                if let Some(id) = id {
                    json.key("id").number((*id).into());
                }
                if let Some(guid) = guid {
                    json.key("guid").text(&guid.to_string());
                }
            });
        }
        if !outcome.is_fine() {
            json.key("misfits").array(|json| complaints.iter().for_each(|complaint| misfit(json, None, complaint)));
        }
        if let Some(unreadable_by) = unreadable_by {
            json.key("unreadable_by").array(|json| {
                for Unreadable { reader, complaint } in unreadable_by {
                    misfit(json, readers.get(*reader).map(|reader| &reader.party), complaint);
                }
            });
        }
        if !outcome.is_fine() || unreadable_by.is_some() {
            json.key("is_cut").boolean(*is_cut);
        }
    });
}

/// What is wrong, with the version that it is wrong for where it is not the record itself.
fn misfit(json: &mut Writer, reader: Option<&Party>, complaint: &Complaint) {
    let Complaint { path, offset, reason } = complaint;
    json.object(|json| {
        if let Some(Party { version, id, .. }) = reader {
            json.key("version").number(version.get().into());
            json.key("id").number(id.0.into());
        }
        json.key("path").text(path);
        match offset {
            Some(offset) => json.key("offset").number(count(*offset)),
            None => json.key("offset").null(),
        }
        json.key("reason").text(reason);
    });
}

fn party(json: &mut Writer, Party { subject, version, id }: &Party) {
    json.object(|json| {
        json.key("subject").text(subject.as_str());
        json.key("version").number(version.get().into());
        json.key("id").number(id.0.into());
    });
}

fn figures(json: &mut Writer, ReaderFigures { party: reader, records, unreadable }: &ReaderFigures) {
    json.object(|json| {
        party(json.key("reader"), reader);
        json.key("records").number(i64::try_from(*records).unwrap_or(i64::MAX));
        json.key("unreadable").number(i64::try_from(*unreadable).unwrap_or(i64::MAX));
    });
}

fn count(number: usize) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}
