//! Exemptions: what the governance board lets pass, once, until a day (`command-line` 3, `change-classification` 8.3).

use super::governance::{Members, Read, Value};
use crate::http::answer::Answer;
use crate::http::call::Call;
use crate::http::errors::ApiError;
use crate::http::json::Writer;
use crate::http::pool::reply;
use crate::http::settings::PageLimits;
use crate::registry::{Exemption, Registry, RegistryError};
use crate::schema::names::{SubjectName, Version};
use jiff::civil::Date;
use std::sync::Arc;

type Outcome = Result<Answer, ApiError>;

/// The members of an exemption, in the order of answers.
const MEMBERS: [&str; 7] = ["fingerprint", "subject", "change", "path", "reason", "approvedBy", "expires"];

/// How many a listing has, as of schemas: of many it has pages.
const LIMITS: PageLimits = PageLimits { default: 1_000, max: 1_000 };

/// Bytes that the exemptions of a page may take, so that a hundred of those that say most fit. Written as JSON they may
/// be a few times as many.
const PAGE_BYTES_MAX: usize = 8 << 20;

/// The parameter that asks for those versions, and the member that has them.
const APPLIED_TO: &str = "appliedTo";

/// `GET /exemptions`
pub(in crate::http) async fn list(call: Call) -> Outcome {
    let is_asked = call.flag(APPLIED_TO);
    let page = call.page(LIMITS)?;
    let subject = call.parameter("subject").filter(|subject| !subject.is_empty());
    let scope = (subject.is_some() || call.context.is_some())
        .then(|| SubjectName::read(&call.qualified(subject.as_deref().unwrap_or(""))));
    let today = today();
    call.compute(move |registry| {
        let listed = registry.exemptions(scope.as_ref(), page);
        if listed.iter().map(|exemption| bytes(exemption)).sum::<usize>() > PAGE_BYTES_MAX {
            return Err(RegistryError::PageTooLong { max: PAGE_BYTES_MAX }.into());
        }
        let listed = shown(registry, listed, is_asked);
        Ok(Answer::json(|json| {
            json.array(|json| listed.iter().for_each(|(exemption, applied)| document(json, exemption, today, applied)));
        }))
    })
    .await
}

/// `POST /exemptions`
pub(in crate::http) async fn create(call: Call) -> Outcome {
    let request = call.body("exemption", "Exemption", ExemptionRequest::read).await?;
    let exemption = request.into_exemption(|subject| call.qualified(subject).into_owned());
    let (exemption, today) = (exemption.map_err(ApiError::InvalidExemption)?, today());
    let added = reply(|reply| call.registry().add_exemption(exemption, today, reply)).await?;
    Ok(Answer::json(|json| document(json, &added, today, &None)))
}

/// `GET /exemptions/{fingerprint}`
pub(in crate::http) async fn get(call: Call) -> Outcome {
    let found = call.registry().exemption(&call.arguments[0])?;
    let is_asked = call.flag(APPLIED_TO);
    let (found, applied) = match is_asked {
        true => call.compute(move |registry| Ok(shown(registry, vec![found], true).remove(0))).await?,
        false => (found, None),
    };
    Ok(Answer::json(|json| document(json, &found, today(), &applied)))
}

/// `DELETE /exemptions/{fingerprint}`
pub(in crate::http) async fn delete(call: Call) -> Outcome {
    let old = reply(|reply| call.registry().remove_exemption(&call.arguments[0], reply)).await?;
    Ok(Answer::json(|json| document(json, &old, today(), &None)))
}

/// About what an exemption takes.
fn bytes(exemption: &Exemption) -> usize {
    let Exemption { fingerprint, subject, change, path, reason, approved_by, expires: _ } = exemption;
    [fingerprint, subject, change, path, reason, approved_by].iter().map(|text| text.len()).sum()
}

/// The calendar day it is, in UTC: an exemption ends at the same moment for every team.
pub(super) fn today() -> Date {
    jiff::Timestamp::now().to_zoned(jiff::tz::TimeZone::UTC).date()
}

/// An exemption with the versions that it applied to, where those are asked for.
type Shown = (Arc<Exemption>, Option<Vec<Version>>);

fn shown(registry: &Registry, exemptions: Vec<Arc<Exemption>>, is_asked: bool) -> Vec<Shown> {
    match is_asked {
        true => {
            let applied = registry.exempted_versions(&exemptions).into_iter().map(Some);
            exemptions.into_iter().zip(applied).collect()
        }
        false => exemptions.into_iter().map(|exemption| (exemption, None)).collect(),
    }
}

fn document(json: &mut Writer, exemption: &Exemption, today: Date, applied: &Option<Vec<Version>>) {
    json.object(|json| {
        let expires = exemption.expires.to_string();
        let Exemption { fingerprint, subject, change, path, reason, approved_by, expires: _ } = exemption;
        for (member, text) in MEMBERS.iter().zip([fingerprint, subject, change, path, reason, approved_by, &expires]) {
            json.key(member).text(text);
        }
        json.key("expired").boolean(exemption.is_expired(today));
        if let Some(applied) = applied {
            let versions = applied.iter().map(|version| i64::from(version.get()));
            json.key(APPLIED_TO).array(|json| versions.for_each(|version| json.number(version)));
        }
    });
}

/// The body of `POST /exemptions`. What a listing shows can be sent again: `expired` and `appliedTo` are passed
/// over.
#[derive(Default)]
struct ExemptionRequest {
    members: Members,
    /// In the order of [`MEMBERS`].
    texts: [Option<String>; 7],
}

impl ExemptionRequest {
    fn read(value: Value<'_, '_, '_>) -> Read<Option<Self>> {
        let mut request = Self::default();
        let given = value.object("Exemption", |name, value| {
            match MEMBERS.iter().position(|member| *member == name) {
                Some(at) => request.texts[at] = value.text()?,
                None if matches!(name, "expired" | APPLIED_TO) => value.skip()?,
                None => return Ok(request.members.is_unknown(name)),
            }
            request.members.note(name);
            Ok(true)
        })?;
        Ok(given.then_some(request))
    }

    fn into_exemption(self, qualified: impl FnOnce(&str) -> String) -> Result<Exemption, String> {
        self.members.check(&MEMBERS)?;
        if let Some(at) = self.texts.iter().position(Option::is_none) {
            let why = "an exemption is for one change at one place between two schemas of one subject, until a day";
            return Err(format!("`{}` is missing: {why}", MEMBERS[at]));
        }
        let [fingerprint, subject, change, path, reason, approved_by, expires] =
            self.texts.map(Option::unwrap_or_default);
        let subject = if subject.is_empty() { subject } else { qualified(&subject) };
        let expires = day(&expires).ok_or("`expires` is a day of the calendar, such as 2031-12-31")?;
        Ok(Exemption { fingerprint, subject, change, path, reason, approved_by, expires })
    }
}

/// A day as `2031-12-31`, in no other spelling.
fn day(text: &str) -> Option<Date> {
    text.parse::<Date>().ok().filter(|day| day.to_string() == text)
}
