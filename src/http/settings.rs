//! What an operator may choose about the HTTP side.

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
    /// The `error_code` of an incompatible registration.
    pub incompatible_error_code: IncompatibleErrorCode,
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
            incompatible_error_code: IncompatibleErrorCode::default(),
            keep_alive: Duration::from_secs(30),
            drain: Duration::from_secs(8),
        }
    }
}
