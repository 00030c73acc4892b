//! What pages of other origins may ask and read (`rest-api` 12.3).
//!
//! The rules of Jetty's filter, which the original puts before its API: a preflight is answered here, whatever its path;
//! one that is not allowed is answered all the same, without the headers that the browser waits for.

use actix_web::HttpRequest;
use actix_web::http::Method;
use actix_web::http::header::{self, HeaderMap, HeaderName, HeaderValue};

/// Seconds for which a browser may remember the answer to a preflight.
const PREFLIGHT_SECONDS: &str = "1800";

/// What the operator allows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CrossOrigin {
    /// Origins as browsers spell them. `*` alone is any, `*` in one stands for any characters.
    pub origins: Vec<String>,
    /// Methods that a preflight is told.
    pub methods: Vec<String>,
    /// Request headers beyond the simple ones; `*` alone is any.
    pub headers: Vec<String>,
    /// Headers of answers that a page may read beyond the simple ones.
    pub exposed_headers: Vec<String>,
}

/// What is made of one request.
#[derive(Default)]
pub(super) struct Crossing {
    /// Whether it is a preflight, which goes no further.
    pub(super) is_answered: bool,
    headers: Vec<(HeaderName, HeaderValue)>,
}

impl CrossOrigin {
    pub(super) fn judge(&self, request: &HttpRequest) -> Crossing {
        let headers = request.headers();
        let Some(origin) = headers.get(header::ORIGIN).filter(|origin| self.allows_origin(origin)) else {
            return Crossing::default();
        };
        match headers.get(header::ACCESS_CONTROL_REQUEST_METHOD) {
            Some(method) if *request.method() == Method::OPTIONS => {
                Crossing { is_answered: true, headers: self.preflight(origin, method, headers).unwrap_or_default() }
            }
            _ => {
                let mut headers = passes(origin);
                headers.extend(listed(header::ACCESS_CONTROL_EXPOSE_HEADERS, &self.exposed_headers));
                Crossing { is_answered: false, headers }
            }
        }
    }

    fn allows_origin(&self, origin: &HeaderValue) -> bool {
        let Ok(origin) = origin.to_str() else { return false };
        // The header may name several; one is enough.
        let mut named = origin.split(' ').filter(|origin| !origin.is_empty());
        self.origins.iter().any(|allowed| allowed == "*")
            || named.any(|origin| self.origins.iter().any(|allowed| fits(allowed, origin)))
    }

    fn preflight(
        &self,
        origin: &HeaderValue,
        method: &HeaderValue,
        headers: &HeaderMap,
    ) -> Option<Vec<(HeaderName, HeaderValue)>> {
        if !self.methods.iter().any(|allowed| allowed.as_bytes() == method.as_bytes()) {
            return None;
        }
        let asked = match headers.get(header::ACCESS_CONTROL_REQUEST_HEADERS) {
            Some(asked) => asked.to_str().ok()?,
            None => "",
        };
        let asked: Vec<String> =
            asked.split(',').map(|name| name.trim().to_owned()).filter(|name| !name.is_empty()).collect();
        let takes_any = self.headers == ["*"];
        let is_allowed = |name: &String| self.headers.iter().any(|allowed| allowed.eq_ignore_ascii_case(name));
        if !takes_any && !asked.iter().all(is_allowed) {
            return None;
        }
        let mut answer = passes(origin);
        answer.push((header::ACCESS_CONTROL_MAX_AGE, HeaderValue::from_static(PREFLIGHT_SECONDS)));
        answer.extend(listed(header::ACCESS_CONTROL_ALLOW_METHODS, &self.methods));
        answer.extend(listed(header::ACCESS_CONTROL_ALLOW_HEADERS, if takes_any { &asked } else { &self.headers }));
        Some(answer)
    }
}

impl Crossing {
    /// Adds what the browser waits for. The answer depends on the origin also where there is none.
    pub(super) fn mark(self, answer: &mut HeaderMap) {
        // Ours comes first; what an operator adds stays.
        let said: Vec<HeaderValue> = answer.get_all(header::VARY).cloned().collect();
        let begins = said.first().is_some_and(|first| first == "Accept-Encoding");
        let ours = HeaderValue::from_static(if begins { "Accept-Encoding, Origin" } else { "Origin" });
        answer.insert(header::VARY, ours);
        for added in said.into_iter().skip(usize::from(begins)) {
            answer.append(header::VARY, added);
        }
        for (name, value) in self.headers {
            answer.insert(name, value);
        }
    }
}

/// The origin itself, also where any is allowed: with credentials a browser takes no `*`.
fn passes(origin: &HeaderValue) -> Vec<(HeaderName, HeaderValue)> {
    vec![
        (header::ACCESS_CONTROL_ALLOW_ORIGIN, origin.clone()),
        (header::ACCESS_CONTROL_ALLOW_CREDENTIALS, HeaderValue::from_static("true")),
    ]
}

/// A list as one header, unless it is empty.
fn listed(name: HeaderName, list: &[String]) -> Option<(HeaderName, HeaderValue)> {
    let value = HeaderValue::try_from(list.join(",")).ok().filter(|value| !value.is_empty());
    value.map(|value| (name, value))
}

/// Whether `text` is `pattern`, in which `*` stands for any characters.
fn fits(pattern: &str, text: &str) -> bool {
    let Some((begin, rest)) = pattern.split_once('*') else { return pattern == text };
    let Some(text) = text.strip_prefix(begin) else { return false };
    let mut pieces: Vec<&str> = rest.split('*').collect();
    let end = pieces.pop().unwrap_or_default();
    let Some(mut text) = text.strip_suffix(end) else { return false };
    pieces.iter().all(|piece| match text.find(piece) {
        Some(at) => {
            text = &text[at + piece.len()..];
            true
        }
        None => false,
    })
}

#[cfg(test)]
mod tests {
    use super::{Crossing, fits};
    use actix_web::http::header::{self, HeaderMap, HeaderValue};

    #[test]
    fn an_answer_goes_on_depending_on_what_an_operator_says() {
        for (said, expected) in [
            (&[][..], &["Origin"][..]),
            (&["Accept-Encoding"], &["Accept-Encoding, Origin"]),
            (&["Accept-Encoding", "X-A"], &["Accept-Encoding, Origin", "X-A"]),
            (&["X-A"], &["Origin", "X-A"]),
        ] {
            let mut answer = HeaderMap::new();
            said.iter().for_each(|word| answer.append(header::VARY, HeaderValue::from_static(word)));
            Crossing::default().mark(&mut answer);
            let told: Vec<_> = answer.get_all(header::VARY).map(|value| value.to_str().expect("text")).collect();
            assert_eq!(told, expected);
        }
    }

    #[test]
    fn a_star_in_an_origin_stands_for_any_characters() {
        for (pattern, text, expected) in [
            ("http://a.example", "http://a.example", true),
            ("http://a.example", "http://a_example", false),
            ("http://*.example", "http://a.b.example", true),
            ("http://*.example", "http://.example", true),
            ("http://*.example", "http://a.example.evil", false),
            ("http://*.example", "https://a.example", false),
            ("*://*:80*", "http://a:8081", true),
            ("*://*:80*", "http://a:9081", false),
            ("http://a*a", "http://a", false),
        ] {
            assert_eq!(fits(pattern, text), expected, "{pattern} {text}");
        }
    }
}
