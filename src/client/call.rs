//! One request and its answer: limits, the second try, and what failures mean.

use super::access::Access;
use super::error::{ClientError, Trouble};
use serde_json::Value;
use std::fmt;
use std::io::ErrorKind;
use std::time::Duration;
use ureq::http::Response;
use ureq::{Agent, Body, Error};

/// How long and how much.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// For a connection, encryption included.
    pub connect: Duration,
    /// For a whole answer.
    pub request: Duration,
    /// Before the second try.
    pub pause: Duration,
    /// Largest answer.
    pub answer_bytes: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            connect: Duration::from_secs(5),
            request: Duration::from_secs(30),
            pause: Duration::from_millis(300),
            answer_bytes: 64 * 1024 * 1024,
        }
    }
}

/// Longest piece of a foreign message that is repeated, in characters.
const MESSAGE_CHARS_MAX: usize = 200;

/// Asks one registry.
pub(super) struct Caller {
    agent: Agent,
    access: Access,
    limits: Limits,
}

impl fmt::Debug for Caller {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Caller").field("access", &self.access).field("limits", &self.limits).finish_non_exhaustive()
    }
}

/// What an endpoint has.
pub(super) enum Found {
    /// A JSON document.
    Answer(Value),
    /// Not what was asked for, and the registry says so.
    Nothing,
}

#[derive(Clone, Copy)]
enum Request<'a> {
    Get,
    Post(&'a str),
}

impl Caller {
    pub(super) fn new(access: Access, limits: Limits) -> Self {
        let roots = ureq::tls::TlsConfig::builder().root_certs(ureq::tls::RootCerts::PlatformVerifier).build();
        let mut config = Agent::config_builder()
            .tls_config(roots)
            .http_status_as_error(false)
            .timeout_connect(Some(limits.connect))
            .timeout_global(Some(limits.request))
            .redirect_auth_headers(ureq::config::RedirectAuthHeaders::SameHost)
            .user_agent(concat!("sluicegate/", env!("CARGO_PKG_VERSION")));
        if is_loopback(&access.address) {
            config = config.proxy(None); // a proxy would look for it on its own machine
        }
        Self { agent: config.build().into(), access, limits }
    }

    pub(super) fn address(&self) -> &str {
        &self.access.address
    }

    /// Asks; a 404 with one of the error codes `absent` says that there is no such thing.
    pub(super) fn get(&self, path: &str, absent: &[u64]) -> Result<Found, ClientError> {
        self.ask(Request::Get, path, |status, code| status == 404 && absent.contains(&code))
    }

    /// Asks an endpoint that a registry may lack.
    pub(super) fn get_if_there(&self, path: &str) -> Result<Found, ClientError> {
        self.ask(Request::Get, path, |status, _| matches!(status, 404 | 405))
    }

    /// Asks with a body. Only for questions: it may be sent twice.
    pub(super) fn post(&self, path: &str, body: &str, absent: &[u64]) -> Result<Found, ClientError> {
        self.ask(Request::Post(body), path, |status, code| status == 404 && absent.contains(&code))
    }

    /// That an answer was read and is none.
    pub(super) fn garbage(&self, path: &str) -> ClientError {
        self.error(Trouble::Garbage { path: shown(path) })
    }

    fn ask(
        &self,
        request: Request<'_>,
        path: &str,
        is_absence: impl Fn(u16, u64) -> bool,
    ) -> Result<Found, ClientError> {
        let mut response = match self.send(request, path) {
            Ok(response) if is_busy(response.status().as_u16()) => self.send_again(request, path),
            Err(error) if may_be_tried_again(&error) => self.send_again(request, path),
            other => other,
        }
        .map_err(|error| self.failure(error, path))?;
        let status = response.status().as_u16();
        let read = response.body_mut().with_config().limit(self.limits.answer_bytes).read_to_vec();
        let body = read.map_err(|error| self.failure(error, path))?;
        let answer: Option<Value> = serde_json::from_slice(&body).ok();
        if (200..300).contains(&status) {
            return answer.map(Found::Answer).ok_or_else(|| self.garbage(path));
        }
        let code = answer.as_ref().and_then(|answer| answer.get("error_code")?.as_u64()).unwrap_or(0);
        if is_absence(status, code) {
            return Ok(Found::Nothing);
        }
        Err(self.error(match status {
            401 => Trouble::Unauthorized { had_credentials: self.access.authorization.is_some() },
            403 => Trouble::Forbidden { path: shown(path) },
            _ => Trouble::Refused { path: shown(path), status, message: message(answer.as_ref()) },
        }))
    }

    fn send_again(&self, request: Request<'_>, path: &str) -> Result<Response<Body>, Error> {
        std::thread::sleep(self.limits.pause);
        self.send(request, path)
    }

    fn send(&self, request: Request<'_>, path: &str) -> Result<Response<Body>, Error> {
        const ACCEPTED: &str = "application/vnd.schemaregistry.v1+json, application/json";
        let url = format!("{}{path}", self.access.address);
        let credentials = self.access.authorization.as_ref();
        match request {
            Request::Get => {
                let mut get = self.agent.get(url).header("Accept", ACCEPTED);
                if let Some(credentials) = credentials {
                    get = get.header("Authorization", credentials.header());
                }
                get.call()
            }
            Request::Post(body) => {
                let mut post = self.agent.post(url).header("Accept", ACCEPTED);
                if let Some(credentials) = credentials {
                    post = post.header("Authorization", credentials.header());
                }
                post.header("Content-Type", "application/vnd.schemaregistry.v1+json").send(body)
            }
        }
    }

    fn failure(&self, error: Error, path: &str) -> ClientError {
        self.error(match error {
            Error::Timeout(ureq::Timeout::Connect | ureq::Timeout::Resolve) => {
                Trouble::Unreachable(format!("no connection within {} s", self.limits.connect.as_secs_f32()))
            }
            Error::Timeout(_) => Trouble::TooSlow(self.limits.request.as_secs()),
            Error::HostNotFound => Trouble::Unreachable("the host name has no address".to_owned()),
            Error::ConnectionFailed => Trouble::Unreachable("no connection".to_owned()),
            Error::ConnectProxyFailed(reason) => Trouble::Unreachable(format!("the proxy says {reason}")),
            Error::Io(error) if breaks_off(&error) => Trouble::Broken(one_line(&error.to_string())),
            Error::Io(error) => match error.kind() {
                ErrorKind::ConnectionRefused => Trouble::Unreachable("nothing listens there".to_owned()),
                ErrorKind::InvalidData => Trouble::Tls(one_line(&error.to_string())),
                _ => Trouble::Unreachable(one_line(&error.to_string())),
            },
            Error::Rustls(_) | Error::Tls(_) | Error::Pem(_) => Trouble::Tls(one_line(&error.to_string())),
            Error::BodyExceedsLimit(bytes) => Trouble::TooLarge { path: shown(path), bytes },
            Error::Protocol(_) | Error::Http(_) | Error::LargeResponseHeader(..) => {
                Trouble::Garbage { path: shown(path) }
            }
            Error::BadUri(_) => Trouble::Unreachable("that is no address".to_owned()),
            other => Trouble::Broken(one_line(&other.to_string())),
        })
    }

    fn error(&self, trouble: Trouble) -> ClientError {
        ClientError { address: self.access.address.clone(), trouble }
    }
}

/// A gateway or server that may answer in a moment.
fn is_busy(status: u16) -> bool {
    matches!(status, 429 | 502 | 503 | 504)
}

fn may_be_tried_again(error: &Error) -> bool {
    matches!(error, Error::Io(error) if breaks_off(error))
}

/// Whether there was a connection and it ended.
fn breaks_off(error: &std::io::Error) -> bool {
    matches!(
        error.kind(),
        ErrorKind::ConnectionReset
            | ErrorKind::ConnectionAborted
            | ErrorKind::BrokenPipe
            | ErrorKind::UnexpectedEof
            | ErrorKind::NotConnected
    )
}

fn is_loopback(address: &str) -> bool {
    let host = address.split_once("://").map_or(address, |(_, rest)| rest);
    let host = host.split('/').next().unwrap_or(host);
    let host =
        host.rsplit_once(':').filter(|(_, port)| port.bytes().all(|b| b.is_ascii_digit())).map_or(host, |(h, _)| h);
    host.eq_ignore_ascii_case("localhost") || host == "[::1]" || host.starts_with("127.")
}

/// A path for people: without its query.
fn shown(path: &str) -> String {
    path.split('?').next().unwrap_or(path).to_owned()
}

/// What a registry says about a failure, for the middle of a sentence; empty where it says nothing.
fn message(answer: Option<&Value>) -> String {
    let text = answer.and_then(|answer| answer.get("message")?.as_str()).unwrap_or_default();
    if text.is_empty() { String::new() } else { format!(": {}", one_line(text)) }
}

fn one_line(text: &str) -> String {
    let plain = |letter: char| if letter.is_control() { ' ' } else { letter };
    let mut short: String = text.chars().take(MESSAGE_CHARS_MAX).map(plain).collect();
    if text.chars().nth(MESSAGE_CHARS_MAX).is_some() {
        short.push('…');
    }
    short
}

#[cfg(test)]
mod tests {
    use super::is_loopback;

    #[test]
    fn the_own_machine_is_asked_without_a_proxy() {
        for address in ["http://localhost:8081", "http://127.0.0.1/x", "https://[::1]:80", "http://LOCALHOST"] {
            assert!(is_loopback(address), "{address}");
        }
        for address in ["http://localhost.example.org:8081", "http://registry", "http://[fe80::1]:80"] {
            assert!(!is_loopback(address), "{address}");
        }
    }
}
