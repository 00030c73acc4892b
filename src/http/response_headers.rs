//! Headers that an operator adds to answers, in the syntax of the original's `response.http.headers.config`
//! (`rest-api` 12.1): `set X-Frame-Options: DENY, "add Cache-Control: no-cache, no-store", setDate Expires: 60000`.

use actix_web::http::header::{self, HeaderMap, HeaderName, HeaderValue, HttpDate};
use std::time::{Duration, SystemTime};

/// What frames a message or says what its body is: not for an operator to change.
const OURS: [HeaderName; 6] = [
    header::CONNECTION,
    header::CONTENT_ENCODING,
    header::CONTENT_LENGTH,
    header::CONTENT_TYPE,
    header::TRANSFER_ENCODING,
    header::UPGRADE,
];

/// How far ahead a date may be: a hundred years.
const DATE_MILLISECONDS_MAX: u64 = 3_155_760_000_000;

/// One header to put on every answer of the API.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ResponseHeader {
    name: HeaderName,
    value: Value,
    /// Whether it stands beside others of its name.
    is_added: bool,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Value {
    Text(HeaderValue),
    /// The date so many milliseconds after the answer.
    DateIn(Duration),
}

impl ResponseHeader {
    /// Reads a whole list, separated by commas; quotes keep a comma inside an entry.
    ///
    /// # Errors
    /// What is wrong with the first entry that cannot be used.
    pub fn read_all(text: &str) -> Result<Vec<Self>, String> {
        entries(text).iter().map(|entry| Self::read(entry)).collect()
    }

    fn read(entry: &str) -> Result<Self, String> {
        let wrong = || format!("`{entry}` is not of the form `add|set|addDate|setDate NAME: VALUE`");
        let (action, header) = entry.split_once(char::is_whitespace).ok_or_else(wrong)?;
        let (name, value) = header.split_once(':').ok_or_else(wrong)?;
        let value = value.trim();
        let (is_added, is_date) = match action.to_ascii_lowercase().as_str() {
            "add" => (true, false),
            "set" => (false, false),
            "adddate" => (true, true),
            "setdate" => (false, true),
            _ => return Err(wrong()),
        };
        let name = HeaderName::try_from(name.trim()).map_err(|_| wrong())?;
        if OURS.contains(&name) {
            return Err(format!("`{entry}`: the server itself says {name}"));
        }
        let value = if is_date {
            let milliseconds = value.parse().ok().filter(|number| *number <= DATE_MILLISECONDS_MAX);
            let milliseconds = milliseconds.ok_or_else(|| {
                format!("`{entry}`: `{value}` is no number of milliseconds up to {DATE_MILLISECONDS_MAX}")
            })?;
            Value::DateIn(Duration::from_millis(milliseconds))
        } else {
            Value::Text(HeaderValue::from_str(value).map_err(|_| wrong())?)
        };
        Ok(Self { name, value, is_added })
    }

    /// Puts `all` on an answer, in order. What the server says itself is never replaced.
    pub(super) fn put_all(all: &[Self], answer: &mut HeaderMap) {
        let said: Vec<HeaderName> = if all.is_empty() { Vec::new() } else { answer.keys().cloned().collect() };
        for header in all {
            if header.is_added {
                answer.append(header.name.clone(), header.value.now());
            } else if !said.contains(&header.name) {
                answer.insert(header.name.clone(), header.value.now());
            }
        }
    }
}

impl Value {
    fn now(&self) -> HeaderValue {
        match self {
            Self::Text(value) => value.clone(),
            Self::DateIn(after) => {
                let date = HttpDate::from(SystemTime::now() + *after).to_string();
                HeaderValue::try_from(date).expect("a date is a legal header value")
            }
        }
    }
}

/// The entries of a list, without their quotes.
fn entries(text: &str) -> Vec<String> {
    let mut entries = vec![String::new()];
    let (mut quoted, mut escaped) = (false, false);
    for letter in text.chars() {
        let entry = entries.last_mut().expect("there is a first");
        match letter {
            _ if escaped => {
                entry.push(letter);
                escaped = false;
            }
            '\\' if quoted => escaped = true,
            '"' => quoted = !quoted,
            ',' if !quoted => entries.push(String::new()),
            _ => entry.push(letter),
        }
    }
    let trimmed = entries.iter().map(|entry| entry.trim().to_owned());
    trimmed.filter(|entry| !entry.is_empty()).collect()
}

#[cfg(test)]
mod tests {
    use super::{ResponseHeader, entries};
    use actix_web::http::header::{HeaderMap, VARY};

    fn put(config: &str) -> HeaderMap {
        let mut headers = HeaderMap::new();
        headers.insert(VARY, "Accept-Encoding".parse().expect("a value"));
        ResponseHeader::put_all(&ResponseHeader::read_all(config).expect("a good list"), &mut headers);
        headers
    }

    #[test]
    fn quotes_keep_a_comma_inside_an_entry() {
        assert_eq!(
            entries(r#" set A: 1 , "add B: x, \"y\"",, add C: z"#),
            ["set A: 1", r#"add B: x, "y""#, "add C: z"]
        );
        assert_eq!(entries(""), [""; 0]);
    }

    #[test]
    fn set_does_not_replace_what_the_server_says_and_add_stands_beside_it() {
        let headers = put("set Vary: X, add X-A: 0, set X-A: 1, ADD X-A: 2:3");
        let all = |name: &str| headers.get_all(name).map(|value| value.to_str().expect("text")).collect::<Vec<_>>();
        assert_eq!(all("vary"), ["Accept-Encoding"]);
        assert_eq!(all("x-a"), ["1", "2:3"]);
    }

    #[test]
    fn a_date_is_that_many_milliseconds_ahead() {
        let headers = put("setDate Expires: 3600000");
        let value = headers.get("expires").expect("it was set").to_str().expect("text");
        assert!(value.ends_with(" GMT") && value.len() == 29, "{value}");
    }

    #[test]
    fn what_is_no_header_is_refused() {
        for wrong in [
            "X-A: 1",
            "put X-A: 1",
            "add X-A",
            "add X A: 1",
            "setDate X: soon",
            "addDate X: 9e9",
            "set Content-Type: a/b",
        ] {
            let told = ResponseHeader::read_all(wrong).expect_err("a refusal");
            assert!(told.contains(wrong), "{told}");
        }
    }
}
