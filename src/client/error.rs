//! Why a registry gave no usable answer: one line each, with what to do.

use std::fmt;
use std::time::Duration;

/// A question that was not answered.
///
/// ```
/// use sluicegate::client::{ClientError, Trouble};
/// use std::time::Duration;
///
/// let trouble = Trouble::TooSlow(Duration::from_secs(30));
/// let error = ClientError { address: "http://registry:8081".to_owned(), trouble };
/// assert_eq!(error.to_string(), "the registry at http://registry:8081 gave no whole answer within 30 s");
/// assert!(error.is_outage(), "what was known before need not be wrong");
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClientError {
    /// The registry's address, without credentials.
    pub address: String,
    /// What happened.
    pub trouble: Trouble,
}

/// What happened.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Trouble {
    /// No connection: nothing listens there, or the host has no address. Look at [`Settings::addresses`](super::Settings), and
    /// whether the registry is up.
    Unreachable(String),
    /// The connection broke, each time.
    Broken(String),
    /// No encrypted connection could be made. An authority of one's own is named with [`Trust::only`](super::Trust::only).
    Tls(String),
    /// No whole answer in this time: [`Limits::request`](super::Limits) for one try,
    /// [`Patience::deadline`](super::Patience) for all.
    TooSlow(Duration),
    /// 401: who asks is not known. Credentials go into [`Settings::authorization`](super::Settings).
    Unauthorized {
        /// Whether credentials were shown.
        had_credentials: bool,
    },
    /// 403: who asks may not have this.
    Forbidden {
        /// What was asked for.
        path: String,
    },
    /// A status that says that it failed.
    Refused {
        /// What was asked for.
        path: String,
        /// The HTTP status.
        status: u16,
        /// What the registry said about it, shortened.
        message: String,
    },
    /// The registry does not take the schema: what is said about it, each change and the way on included.
    Rejected {
        /// What was asked for.
        path: String,
        /// Confluent's error code, e.g. 409 (incompatible, or refused by policy) or 42201 (no valid schema).
        code: u32,
        /// The registry's sentence.
        message: String,
    },
    /// It sends us to another host, where neither credentials nor schemas may go unasked.
    Redirected {
        /// The host, or what stands in its place.
        to: String,
    },
    /// What a schema refers to cannot be brought together.
    Unresolvable {
        /// What is missing or too much.
        reason: String,
    },
    /// The registry does not classify changes, and what it tells is not enough to do it here.
    Unclassified {
        /// Why not.
        reason: String,
    },
    /// The answer is not one of a registry.
    Garbage {
        /// What was asked for.
        path: String,
    },
    /// The answer is larger than this many bytes.
    TooLarge {
        /// What was asked for.
        path: String,
        /// The limit.
        bytes: u64,
    },
}

impl ClientError {
    /// Whether it is about what was asked for rather than about the registry as a whole.
    pub fn concerns_one_subject(&self) -> bool {
        matches!(
            self.trouble,
            Trouble::Forbidden { .. }
                | Trouble::TooLarge { .. }
                | Trouble::Unresolvable { .. }
                | Trouble::Unclassified { .. }
        )
    }

    /// Whether it says nothing about what was asked for: the registry could not be reached, or could not answer now. What
    /// was known before need not be wrong.
    pub fn is_outage(&self) -> bool {
        match &self.trouble {
            Trouble::Unreachable(_) | Trouble::Broken(_) | Trouble::Tls(_) | Trouble::TooSlow(_) => true,
            Trouble::Garbage { .. } | Trouble::Redirected { .. } => true, // something else stands before it
            Trouble::Refused { status, .. } => *status == 429 || *status >= 500,
            Trouble::Unauthorized { .. } | Trouble::Forbidden { .. } => false,
            Trouble::Rejected { .. } | Trouble::TooLarge { .. } | Trouble::Unresolvable { .. } => false,
            Trouble::Unclassified { .. } => false,
        }
    }
}

impl fmt::Display for ClientError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the registry at {} ", self.address)?;
        match &self.trouble {
            Trouble::Unreachable(reason) => write!(f, "cannot be reached ({reason})"),
            Trouble::Broken(reason) => write!(f, "broke off the connection ({reason})"),
            Trouble::Tls(reason) => write!(f, "offers no connection that can be trusted ({reason})"),
            Trouble::TooSlow(time) => write!(f, "gave no whole answer within {} s", seconds(*time)),
            Trouble::Unauthorized { had_credentials: false } => f.write_str("wants to know who asks (401)"),
            Trouble::Unauthorized { had_credentials: true } => f.write_str("does not accept the credentials (401)"),
            Trouble::Forbidden { path } => write!(f, "does not let this user read {path} (403)"),
            Trouble::Refused { path, status: 404, message } => {
                write!(f, "has no {path} (404{message}); is that the whole address of a schema registry?")
            }
            Trouble::Refused { path, status, message } => write!(f, "answers {status} to {path}{message}"),
            Trouble::Rejected { path, code, message } => {
                write!(f, "refuses what was sent to {path} ({code}): {message}")
            }
            Trouble::Redirected { to } => write!(
                f,
                "sends us on to {to}; nothing is sent there unasked: give the address that it means, if that is a registry"
            ),
            Trouble::Unresolvable { reason } => write!(f, "has a schema that is not complete: {reason}"),
            Trouble::Unclassified { reason } => {
                write!(f, "does not classify changes, and from here it cannot be done: {reason}")
            }
            Trouble::Garbage { path } => {
                write!(f, "answers {path} with something else than a registry would; is that its whole address?")
            }
            Trouble::TooLarge { path, bytes } => write!(f, "answers {path} with more than {bytes} bytes"),
        }
    }
}

/// So many seconds, in two or three digits.
pub(super) fn seconds(time: Duration) -> String {
    let unit = match time.as_secs() {
        0 => 100.0,
        1..10 => 10.0,
        _ => 1.0,
    };
    ((time.as_secs_f64() * unit).round() / unit).to_string()
}

impl std::error::Error for ClientError {}
