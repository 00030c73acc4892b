//! One question: what is sent, and what the answer means. No connection, no clock.

use super::error::Trouble;
use serde_json::Value;
use std::time::{Duration, SystemTime};

/// Longest piece of a foreign message that is repeated in passing, in characters.
const MESSAGE_CHARS_MAX: usize = 200;
/// Longest refusal of a schema that is handed on: it names each change and what to do about it.
const REFUSAL_CHARS_MAX: usize = 16_000;

/// What came back.
#[derive(Clone, Debug, Default)]
pub(super) struct Reply {
    pub(super) status: u16,
    pub(super) body: Vec<u8>,
    /// When the registry wants to be asked again.
    pub(super) retry_after: Option<RetryAfter>,
    /// Where a redirect leads.
    pub(super) location: Option<String>,
}

/// Which answers say that there is no such thing.
#[derive(Clone, Copy, Debug)]
enum Absence {
    /// 404 with one of these error codes.
    Codes(&'static [u64]),
    /// Any 404 or 405: the registry may lack the endpoint.
    Endpoint,
}

/// How a good answer is read; `None` where it is not what it should be.
type Read<T> = Box<dyn Fn(&Value) -> Option<T> + Send + Sync>;

/// A question whose answer is a `T`.
pub(super) struct Query<T> {
    /// Path and query, behind the address.
    pub(super) path: String,
    /// What is posted; `None` asks with GET.
    pub(super) body: Option<String>,
    absence: Absence,
    read: Read<T>,
}

impl<T> Query<Option<T>> {
    /// Asks for something; a 404 with one of `codes` says that there is none.
    pub(super) fn get(
        path: String,
        codes: &'static [u64],
        read: impl Fn(&Value) -> Option<T> + Send + Sync + 'static,
    ) -> Self {
        let read: Read<Option<T>> = Box::new(move |answer| read(answer).map(Some));
        Self { path, body: None, absence: Absence::Codes(codes), read }
    }

    /// Asks an endpoint that a registry may lack.
    pub(super) fn own(path: String, read: impl Fn(&Value) -> Option<T> + Send + Sync + 'static) -> Self {
        Self { absence: Absence::Endpoint, ..Self::get(path, &[], read) }
    }

    /// The same with a body. Only for what may be sent twice.
    pub(super) fn posting(self, body: String) -> Self {
        Self { body: Some(body), ..self }
    }
}

impl<T> Query<Option<T>> {
    /// What a reply means. Redirects and what says that it is busy are dealt with before.
    pub(super) fn meaning(&self, reply: &Reply, had_credentials: bool) -> Result<Option<T>, Trouble> {
        let path = || shown(&self.path);
        let answer: Option<Value> = serde_json::from_slice(&reply.body).ok();
        if (200..300).contains(&reply.status) {
            return answer
                .as_ref()
                .and_then(|answer| (self.read)(answer))
                .ok_or_else(|| Trouble::Garbage { path: path() });
        }
        let code = answer.as_ref().and_then(|answer| answer.get("error_code")?.as_u64()).unwrap_or(0);
        let is_absent = match self.absence {
            Absence::Codes(codes) => reply.status == 404 && codes.contains(&code),
            Absence::Endpoint => matches!(reply.status, 404 | 405),
        };
        if is_absent {
            return Ok(None);
        }
        let told = answer.as_ref().and_then(|answer| answer.get("message")?.as_str()).unwrap_or_default();
        Err(match reply.status {
            401 => Trouble::Unauthorized { had_credentials },
            403 => Trouble::Forbidden { path: path() },
            409 | 422 if self.body.is_some() => {
                let code = u32::try_from(code).unwrap_or_default();
                Trouble::Rejected { path: path(), code, message: one_line(told, REFUSAL_CHARS_MAX) }
            }
            status => Trouble::Refused { path: path(), status, message: message(told) },
        })
    }
}

impl Reply {
    /// A registry, or a gateway before it, that may answer in a moment. 501 and 505 will be the same then.
    pub(super) fn is_busy(&self) -> bool {
        matches!(self.status, 429 | 500 | 502..=504 | 506..=599)
    }

    pub(super) fn is_redirect(&self) -> bool {
        matches!(self.status, 301 | 302 | 307 | 308)
    }
}

/// When to ask again (RFC 9110, 10.2.3).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum RetryAfter {
    /// After so long.
    Wait(Duration),
    /// At this time, by the clock at hand.
    At(SystemTime),
}

impl RetryAfter {
    /// Reads `Retry-After`: seconds, or a date. `date` is the `Date` of the same answer, if it has one: the two of them tell
    /// how long, whatever the clock at hand says. Anything else says nothing.
    pub(super) fn read(header: &str, date: Option<&str>) -> Option<Self> {
        if let Ok(seconds) = header.trim().parse() {
            return Some(Self::Wait(Duration::from_secs(seconds)));
        }
        let at = httpdate::parse_http_date(header.trim()).ok()?;
        let told = date.and_then(|date| httpdate::parse_http_date(date.trim()).ok());
        Some(told.map_or(Self::At(at), |told| Self::Wait(at.duration_since(told).unwrap_or_default())))
    }

    /// How long that is from now on; a time that is over means now.
    pub(super) fn wait(self, now: SystemTime) -> Duration {
        match self {
            Self::Wait(wait) => wait,
            Self::At(at) => at.duration_since(now).unwrap_or_default(),
        }
    }
}

/// A path for people: without its query.
pub(super) fn shown(path: &str) -> String {
    path.split('?').next().unwrap_or(path).to_owned()
}

/// What a registry says about a failure, for the middle of a sentence; empty where it says nothing.
fn message(told: &str) -> String {
    if told.is_empty() { String::new() } else { format!(": {}", one_line(told, MESSAGE_CHARS_MAX)) }
}

/// A foreign text in one line, at most so long.
pub(super) fn one_line(text: &str, chars_max: usize) -> String {
    let plain = |letter: char| if letter.is_control() { ' ' } else { letter };
    let mut short: String = text.chars().take(chars_max).map(plain).collect();
    if text.chars().nth(chars_max).is_some() {
        short.push('…');
    }
    short
}

/// A foreign message in passing.
pub(super) fn in_passing(text: &str) -> String {
    one_line(text, MESSAGE_CHARS_MAX)
}

#[cfg(test)]
mod tests {
    use super::{Query, Reply, RetryAfter, Trouble};
    use std::time::{Duration, UNIX_EPOCH};

    fn meaning(status: u16, body: &str) -> Result<Option<u64>, Trouble> {
        let query = Query::get("/x?y=z".to_owned(), &[40401], serde_json::Value::as_u64).posting(String::new());
        query.meaning(&Reply { status, body: body.as_bytes().to_vec(), ..Reply::default() }, false)
    }

    #[test]
    fn an_answer_means_one_thing() {
        assert_eq!(meaning(200, "7"), Ok(Some(7)));
        assert_eq!(meaning(404, r#"{"error_code":40401}"#), Ok(None));
        for (status, body) in [(200, "<html>"), (200, "\"x\""), (204, "")] {
            assert_eq!(meaning(status, body), Err(Trouble::Garbage { path: "/x".to_owned() }), "{body}");
        }
        assert!(matches!(meaning(404, r#"{"error_code":404}"#), Err(Trouble::Refused { status: 404, .. })));
        assert!(matches!(meaning(401, ""), Err(Trouble::Unauthorized { had_credentials: false })));
        let Err(Trouble::Rejected { code: 42201, message, .. }) =
            meaning(422, r#"{"error_code":42201,"message":"a\nb"}"#)
        else {
            panic!("the schema is refused")
        };
        assert_eq!(message, "a b");
    }

    /// A second before the date of RFC 9110's example.
    const BEFORE: &str = "Sun, 06 Nov 1994 08:49:36 GMT";

    #[test]
    fn the_seconds_of_a_retry_are_understood() {
        assert_eq!(RetryAfter::read(" 7 ", None), Some(RetryAfter::Wait(Duration::from_secs(7))));
        assert_eq!(RetryAfter::read("7", Some(BEFORE)), Some(RetryAfter::Wait(Duration::from_secs(7))));
        for other in ["", "-1", "1.5", "tomorrow", "99999999999999999999", "Sun, 06 Nov 1994", "1994-11-06T08:49:37Z"] {
            assert_eq!(RetryAfter::read(other, Some(BEFORE)), None, "{other}");
        }
    }

    #[test]
    fn the_date_of_a_retry_is_understood_in_each_of_its_forms() {
        let at = UNIX_EPOCH + Duration::from_secs(784_111_777); // RFC 9110, 5.6.7
        let forms = ["Sun, 06 Nov 1994 08:49:37 GMT", "Sunday, 06-Nov-94 08:49:37 GMT", "Sun Nov  6 08:49:37 1994"];
        for form in forms {
            let read = RetryAfter::read(form, None).expect(form);
            assert_eq!(read, RetryAfter::At(at), "{form}");
            assert_eq!(read.wait(at - Duration::from_secs(9)), Duration::from_secs(9));
            assert_eq!(read.wait(at + Duration::from_secs(9)), Duration::ZERO, "it is over");
            let told = RetryAfter::read(form, Some(BEFORE));
            assert_eq!(told, Some(RetryAfter::Wait(Duration::from_secs(1))), "by the registry's own clock");
            let over = RetryAfter::read(form, Some("Mon, 07 Nov 1994 08:49:37 GMT"));
            assert_eq!(over, Some(RetryAfter::Wait(Duration::ZERO)));
            assert_eq!(RetryAfter::read(form, Some("never")), Some(RetryAfter::At(at)));
        }
    }
}
