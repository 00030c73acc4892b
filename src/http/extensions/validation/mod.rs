//! Do these records fit? `POST /subjects/{subject}/versions/{version}/validate` and `POST /validate/wire`.
//!
//! Everything, the reading of the body included, happens on a pool of its own: a batch may be as large as a body. Nothing is
//! registered, and no mode is asked.

mod answer;
mod batch;
mod checkers;
mod desk;
mod verdict;

pub(in crate::http) use checkers::Checkers;
pub(in crate::http) use verdict::Outcome;

use crate::http::answer::Answer;
use crate::http::call::{Call, Door};
use crate::http::context;
use crate::http::errors::ApiError;
use crate::http::json::to_utf8;
use crate::policy::nearest;
use crate::registry::{ParsedVersion, Registry};
use crate::schema::names::SubjectName;
use batch::{Batch, Form, Record};
use desk::{Desk, IdsOf};
use verdict::Report;

type Answered = Result<Answer, ApiError>;

/// Most live versions that a batch is tried with as readers.
const READERS_MAX: usize = 100;

/// `POST /subjects/{subject}/versions/{version}/validate`
pub(in crate::http) async fn against_version(call: Call) -> Answered {
    let (subject, version, deleted) = (call.subject(), call.version()?, call.flag("deleted"));
    let form = call.parameter("form").map(|word| Form::read(&word)).transpose()?;
    let readers = call.parameter("readers").map(|word| Readers::read(&word)).transpose()?.unwrap_or(Readers::None);
    let (door, body) = (call.door.clone(), call.body.clone());
    call.validate(move |registry| {
        let text = to_utf8(&body)?;
        let batch = Batch::read(&text)?;
        let form = batch.form(form)?;
        let addressed = registry.parsed_version(&subject, version, deleted)?;
        let readers = readers.of(registry, &addressed.subject)?;
        let mut desk = Desk::new(registry, &door, IdsOf::Version(&addressed), form).with_readers(readers);
        check(&door, &mut desk, batch.records)
    })
    .await
}

/// `POST /validate/wire`
pub(in crate::http) async fn wire(mut call: Call) -> Answered {
    let deleted = call.flag("deleted");
    if call.context.is_none() {
        call.context =
            call.parameter("context").filter(|name| !name.is_empty()).map(|c| context::name(&c)).transpose()?;
    }
    let scope = call.subject_parameter();
    let header = call.parameter("header").filter(|header| !header.is_empty()).map(|header| header.into_owned());
    let (door, body, is_message) = (call.door.clone(), call.body.clone(), call.is_octets);
    if header.is_some() && !is_message {
        let problem =
            "the parameter `header` belongs to a body of `application/octet-stream`; in JSON each record has its own";
        return Err(ApiError::InvalidRecords(problem.to_owned()));
    }
    call.validate(move |registry| {
        let text = if is_message { Default::default() } else { to_utf8(&body)? };
        let records = match is_message {
            true => vec![Record::message(&body, header.as_deref())?],
            false => Batch::read_messages(&text)?.records,
        };
        let mut desk = Desk::new(registry, &door, IdsOf::Scope { scope: scope.as_ref(), deleted }, Form::default());
        check(&door, &mut desk, records)
    })
    .await
}

fn check(door: &Door, desk: &mut Desk<'_>, records: Vec<Record<'_>>) -> Answered {
    let report: Report = desk.check(records)?;
    for verdict in &report.verdicts {
        door.tally.record_checked(verdict.outcome);
    }
    Ok(Answer::json_sized(128 * report.verdicts.len() + 512, |json| answer::write(json, &report)))
}

/// Who else is asked whether they can read a record: `?readers=…`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Readers {
    /// Nobody.
    None,
    /// Every live version of the subject: they must not be too many.
    Live,
    /// So many of them, the newest.
    Last(usize),
}

impl Readers {
    fn read(word: &str) -> Result<Self, ApiError> {
        let newest = word.strip_prefix("last:").map(|number| number.parse::<usize>());
        match (word, newest) {
            ("", _) => Ok(Self::None),
            ("live", _) => Ok(Self::Live),
            (_, Some(Ok(newest @ 1..=READERS_MAX))) => Ok(Self::Last(newest)),
            (_, Some(_)) => Err(ApiError::InvalidRecords(format!(
                "`readers=last:N` is for the newest N live versions, at most {READERS_MAX}"
            ))),
            _ => Err(ApiError::InvalidRecords(format!(
                "`readers` is `live` or `last:N`: did you mean `{}`?",
                nearest(word, ["live", "last:1"])
            ))),
        }
    }

    fn of(self, registry: &Registry, subject: &SubjectName) -> Result<Option<Vec<ParsedVersion>>, ApiError> {
        let newest = match self {
            Self::None => return Ok(None),
            Self::Live => READERS_MAX,
            Self::Last(newest) => newest,
        };
        let count = registry.live_version_count(subject);
        if self == Self::Live && count > READERS_MAX {
            return Err(ApiError::InvalidRecords(format!(
                "subject '{subject}' has {count} live versions, and a batch is tried with {READERS_MAX} at most: ask \
                 with `readers=last:{READERS_MAX}`"
            )));
        }
        Ok(Some(registry.parsed_live_versions(subject, newest)?))
    }
}
