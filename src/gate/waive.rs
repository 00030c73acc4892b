//! `waive`: one forbidden change, found by its fingerprint, is exempted until a day.

use super::args::WaiveArgs;
use super::check::Checked;
use super::config::add_exemption;
use super::render::counted;
use super::render::harmless::harmless;
use super::world::{Failure, World};
use crate::evolution::ChangeClass;
use crate::policy::Exemption;
use crate::policy::answer::AnsweredChange;

/// Writes the exemption for a change that `checked` found, and says what is still to do.
///
/// # Errors
/// No such change was found, it needs no exemption, or the file cannot take it.
pub(super) fn waive(args: &WaiveArgs, checked: &Checked, world: &mut World<'_>) -> Result<String, Failure> {
    if args.expires < world.today {
        return Err(Failure::usage(format!("--expires {} is over; name the last day it shall hold", args.expires)));
    }
    let fingerprint = args.fingerprint.to_ascii_lowercase();
    let (subject, change) = find(checked, &fingerprint)?;
    let (id, path) = (change.change.kind.id, change.change.path.as_str());
    let answers = checked.report.subjects.iter().filter_map(|subject| subject.answer.as_ref());
    let mut in_force = answers.flat_map(|answer| &answer.exemptions).filter(|exemption| !exemption.is_expired);
    if let Some(there) = in_force.find(|exemption| exemption.fingerprint == fingerprint) {
        return Err(Failure::incomplete(format!(
            "{id} at {path} of {subject} is exempted already, until {}; it still needs the next major version",
            there.expires
        )));
    }
    if change.class != ChangeClass::Forbidden {
        let class = change.class;
        return Err(Failure::incomplete(format!(
            "{id} at {path} of {subject} is {class}, and only what is forbidden can be exempted; `sluicegate explain \
             {id}` says what else to do"
        )));
    }
    let exemption = Exemption {
        fingerprint,
        subject: subject.to_owned(),
        change: id.to_owned(),
        path: path.to_owned(),
        reason: args.reason.clone(),
        approved_by: args.approved_by.clone(),
        expires: args.expires,
    };
    let file = &checked.configuration.exemptions.value;
    let name = file.display().to_string();
    add_exemption(&world.current_folder.join(file), &name, &exemption)
        .map_err(|error| Failure::incomplete(error.message))?;
    let told = format!(
        "{name}: {id} at {path} of {subject} is exempted until {}, approved by {}. It still needs the next major \
         version.",
        args.expires, args.approved_by
    );
    Ok(format!("{}\n", harmless(&told)))
}

/// The change with this fingerprint, and its subject.
///
/// # Errors
/// The check found none; the message says which it found.
pub(super) fn find<'c>(checked: &'c Checked, fingerprint: &str) -> Result<(&'c str, &'c AnsweredChange), Failure> {
    let all = checked.report.subjects.iter().flat_map(|subject| {
        let changes = subject.answer.iter().flat_map(|answer| &answer.changes);
        changes.map(|change| (subject.subject.as_str(), change))
    });
    all.clone().find(|(_, change)| change.fingerprint == fingerprint).ok_or_else(|| {
        let undecided = checked.report.summary().undecided;
        let more = match undecided {
            0 => String::new(),
            _ => format!(" ({} could not be judged)", counted(undecided, "subject")),
        };
        Failure::incomplete(format!(
            "this check against {} found {}, none with fingerprint {fingerprint}{more}; give the options of the check \
             that showed it",
            checked.report.base,
            counted(all.count(), "change")
        ))
    })
}
