//! The answer about a change as a body, written change by change: the document of `policy::answer`, of bounded length.

use crate::http::json::Writer;
use crate::policy::answer::{AnsweredChange, AnsweredExemption, FORMAT};
use crate::registry::Classification;
use crate::witness::{self, Witnesses};

/// How many changes are listed. The class is that of all of them.
const CHANGES_MAX: usize = 10_000;
/// About how many bytes a body may have before no further change is listed.
const BYTES_MAX: usize = 8 << 20;

/// Writes the object of `change-classification` 9, its keys in the order that the gate prints. Behind them, where not
/// every change is listed, the number of those that are not, `changes_omitted`, and where they were asked for `witnesses`:
/// records that show why the level refuses, with `witnesses_cut`, whether there would be more of them.
pub(super) fn write(json: &mut Writer, classification: &Classification, has_witnesses: bool) {
    let Classification { answer, .. } = classification;
    json.object(|json| {
        json.key("format").number(FORMAT.into());
        json.key("class").text(answer.class.as_str());
        json.key("bump").text(answer.bump.as_str());
        json.key("profile").text(answer.profile);
        json.key("predecessor");
        match answer.predecessor {
            None => json.null(),
            Some(predecessor) => json.object(|json| {
                number(json.key("version"), predecessor.version);
                number(json.key("id"), predecessor.id);
                json.key("major").number(predecessor.major.into());
            }),
        }
        json.key("level").object(|json| {
            json.key("name").text(answer.level.name.as_str());
            json.key("compatible").boolean(answer.level.compatible);
            json.key("messages").array(|json| {
                answer.level.messages.iter().for_each(|message| json.text(message));
            });
        });
        json.key("forward_compatible").boolean(answer.forward_compatible);
        let mut listed = 0;
        json.key("changes").array(|json| {
            for answered in answer.changes.iter().take(CHANGES_MAX) {
                if json.len() > BYTES_MAX {
                    break;
                }
                change(json, answered);
                listed += 1;
            }
        });
        json.key("warnings").array(|json| answer.warnings.iter().for_each(|warning| json.text(warning)));
        json.key("exemptions").array(|json| answer.exemptions.iter().for_each(|given| exemption(json, given)));
        let omitted = answer.changes.len() - listed;
        if omitted > 0 {
            json.key("changes_omitted").number(i64::try_from(omitted).unwrap_or(i64::MAX));
        }
        if has_witnesses {
            let found = witnesses(classification);
            json.key("witnesses").document(&witness::document(&found));
            json.key("witnesses_cut").boolean(witness::is_cut(&found));
        }
    });
}

fn witnesses(classification: &Classification) -> Vec<Witnesses> {
    let refusal = classification.broken.as_ref().and_then(|broken| broken.refusal.as_ref());
    match (&classification.refused, refusal) {
        (Some([candidate, version]), Some(refusal)) => witness::witnesses(candidate, version, refusal),
        _ => Vec::new(),
    }
}

fn change(json: &mut Writer, answered: &AnsweredChange) {
    let AnsweredChange { change, class, bump, fix, fingerprint, .. } = answered;
    json.object(|json| {
        json.key("id").text(change.kind.id);
        json.key("path").text(&change.path);
        match &change.detail {
            Some(detail) => json.key("detail").text(detail),
            None => json.key("detail").null(),
        }
        json.key("class").text(class.as_str());
        json.key("bump").text(bump.as_str());
        json.key("message").text(&change.message);
        json.key("fix").text(fix);
        // Places in files, of which a registry knows none.
        json.key("old").null();
        json.key("new").null();
        json.key("fingerprint").text(fingerprint);
    });
}

fn exemption(json: &mut Writer, exemption: &AnsweredExemption) {
    let AnsweredExemption { fingerprint, reason, approved_by, expires, is_expired } = exemption;
    json.object(|json| {
        json.key("fingerprint").text(fingerprint);
        json.key("reason").text(reason);
        json.key("approved_by").text(approved_by);
        json.key("expires").text(expires);
        json.key("expired").boolean(*is_expired);
    });
}

fn number(json: &mut Writer, number: Option<u32>) {
    match number {
        Some(number) => json.number(number.into()),
        None => json.null(),
    }
}
