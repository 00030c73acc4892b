//! What an operator may choose about the HTTP side.

use super::cors::CrossOrigin;
use super::response_headers::ResponseHeader;
use std::net::SocketAddr;
use std::time::Duration;

/// Settings of the HTTP server.
#[derive(Debug, Clone)]
pub struct HttpSettings {
    /// Where to listen; port 0 takes any free one.
    pub listen: Vec<SocketAddr>,
    /// Event loops.
    pub workers: usize,
    /// Threads that parse and check schemas.
    pub cpu_threads: usize,
    /// How many requests may wait for one of them; more are answered 429.
    pub cpu_waiting_max: usize,
    /// Largest request body in bytes; a larger one is answered 413.
    pub body_bytes_max: usize,
    /// How much memory, in bytes, the bodies of all requests under way may take; a request beyond that is answered 429.
    pub all_bodies_bytes_max: usize,
    /// How long a body may pause before the request is given up (408).
    pub body_silence: Duration,
    /// What is kept to check records with may take about so many bytes.
    pub checker_bytes_max: usize,
    /// Answers that are given again as they stand may take about so many bytes.
    pub answer_bytes_max: usize,
    /// How long the records of one batch may take to be checked; a longer one is refused (42282).
    pub records_time_max: Duration,
    /// The `error_code` of an incompatible registration.
    pub incompatible_error_code: IncompatibleErrorCode,
    /// Which paths are refused before they are looked up.
    pub uri_rules: UriRules,
    /// How many items listings give.
    pub search: SearchLimits,
    /// Whether answers are compressed for clients that ask for it.
    pub compression: bool,
    /// What pages of other origins may do; `None`: nothing.
    pub cross_origin: Option<CrossOrigin>,
    /// Headers on top of our own.
    pub response_headers: Vec<ResponseHeader>,
    /// How long an idle connection is kept.
    pub keep_alive: Duration,
    /// How long a stop waits for requests that were accepted. Below the ten seconds after which container engines kill.
    pub drain: Duration,
}

/// The `error_code` of an incompatible registration; the HTTP status is 409 either way.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum IncompatibleErrorCode {
    /// What every release before 8.0.5 answers and every client therefore understands.
    #[default]
    Code409,
    /// What 8.3.1 answers.
    Code40901,
}

/// Which paths are refused before they are looked up (`rest-api` 1.1).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum UriRules {
    /// As 8.3.1 refuses them unless told otherwise.
    #[default]
    Strict,
    /// As servers up to 7.9 do: escaped dots, backslashes and control characters are parts of names, empty segments are
    /// none.
    Legacy,
}

/// How many items a listing gives.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PageLimits {
    /// Where the request names no usable number.
    pub default: usize,
    /// The largest number a request may name; a larger one counts as none.
    pub max: usize,
}

/// How many items each listing gives, in the words of the original's `….search.….limit` (`registry-semantics` 12).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SearchLimits {
    /// `GET /schemas`, and referrers.
    pub schemas: PageLimits,
    /// Names of subjects.
    pub subjects: PageLimits,
    /// Versions of a subject, and uses of an id.
    pub versions: PageLimits,
    /// Names of contexts.
    pub contexts: PageLimits,
}

impl PageLimits {
    const NONE: Self = Self { default: i32::MAX as usize, max: i32::MAX as usize };
}

impl Default for SearchLimits {
    fn default() -> Self {
        let thousand = PageLimits { default: 1000, max: 1000 };
        Self { schemas: thousand, subjects: PageLimits::NONE, versions: PageLimits::NONE, contexts: PageLimits::NONE }
    }
}

impl IncompatibleErrorCode {
    pub(super) fn code(self) -> u32 {
        match self {
            Self::Code409 => 409,
            Self::Code40901 => 40901,
        }
    }
}

impl Default for HttpSettings {
    fn default() -> Self {
        let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
        Self {
            listen: vec![SocketAddr::from(([127, 0, 0, 1], 8081))],
            workers: cores,
            cpu_threads: cores,
            cpu_waiting_max: 1024,
            body_bytes_max: 10 << 20,
            all_bodies_bytes_max: 256 << 20,
            body_silence: Duration::from_secs(30),
            checker_bytes_max: 8 << 20,
            answer_bytes_max: 16 << 20,
            records_time_max: Duration::from_secs(10),
            incompatible_error_code: IncompatibleErrorCode::default(),
            uri_rules: UriRules::default(),
            search: SearchLimits::default(),
            compression: true,
            cross_origin: None,
            response_headers: Vec::new(),
            keep_alive: Duration::from_secs(30),
            drain: Duration::from_secs(8),
        }
    }
}
