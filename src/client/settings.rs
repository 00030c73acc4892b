//! What a client is told: addresses, credentials, trust, patience, and how much it keeps.

use super::access::{Authorization, Origin, is_address};
use super::tls::Trust;
use std::fmt;
use std::time::Duration;

/// The longest that anything may take; no clock overflows on it.
pub(super) const LONGEST: Duration = Duration::from_secs(10 * 365 * 24 * 60 * 60);

/// How a registry is asked. Nothing is read from the environment but what names a proxy.
///
/// ```
/// use sluicegate::client::{Authorization, Settings, blocking};
/// use std::time::Duration;
///
/// let mut settings = Settings::new(["https://registry-a:8081", "https://registry-b:8081"]);
/// settings.authorization = Some(Authorization::bearer("t0ken"));
/// settings.patience.deadline = Duration::from_secs(5);
/// let client = blocking::Client::new(settings)?; // nothing is sent yet
/// assert_eq!(client.address(), "https://registry-a:8081");
/// # Ok::<(), sluicegate::client::Unusable>(())
/// ```
#[derive(Clone, Debug)]
pub struct Settings {
    /// `http(s)://HOST[:PORT][/PATH]` of each node of the registry, without credentials, in the order in which they are
    /// tried. `…/contexts/.NAME` at the end makes a context the default one.
    pub addresses: Vec<String>,
    /// What to show, if anything: to these addresses alone.
    pub authorization: Option<Authorization>,
    /// Whose certificates are believed, and which one is shown.
    pub trust: Trust,
    /// How long and how much, for one request.
    pub limits: Limits,
    /// How long and how often, for one question.
    pub patience: Patience,
    /// How much is kept of what was seen, and for how long.
    pub keep: Keep,
}

/// How long and how much, for one request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// For a connection, encryption included.
    pub connect: Duration,
    /// For a whole answer.
    pub request: Duration,
    /// Longest wait before the second try. Each further wait may be twice as long as the one before; each is drawn
    /// evenly between nothing and that, so that many clients do not come back at the same moment.
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

/// How long and how often, for one question.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Patience {
    /// For the answer, with every wait and every try. Of several addresses none takes more than its share of what is left,
    /// so that one which never answers leaves time for the others.
    pub deadline: Duration,
    /// How often one address is asked: again after 429 and 5xx, and after a round in which none could be reached.
    pub tries: u32,
    /// Longest wait between two tries. A registry that wants (`Retry-After`) a longer one is not asked again.
    pub pause_max: Duration,
}

impl Default for Patience {
    fn default() -> Self {
        Self { deadline: Duration::from_secs(60), tries: 4, pause_max: Duration::from_secs(10) }
    }
}

/// How much is kept of what was seen, and for how long.
///
/// What an id, a guid or a version stands for does not change and is kept while there is room. Which version is the latest
/// changes; what was known of it stays usable while no registry answers, and says so ([`super::Freshness`]).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Keep {
    /// Most entries of each kind: schemas, subjects, registrations.
    pub entries: usize,
    /// Most bytes of each kind: of schema texts, their parsed forms reckoned in.
    pub bytes: u64,
    /// How long the latest version of a subject is taken as such without a question.
    pub fresh: Duration,
    /// How long after that it is answered from memory, while the question is asked in the background. Later the question
    /// is waited for, and only a registry that cannot be reached leaves it at what was known.
    pub stale: Duration,
    /// How long it is believed that there is no such id, version or subject.
    pub absent: Duration,
}

impl Default for Keep {
    fn default() -> Self {
        Self {
            entries: 1_000,
            bytes: 64 * 1024 * 1024,
            fresh: Duration::from_secs(60),
            stale: Duration::from_secs(600),
            absent: Duration::from_secs(2),
        }
    }
}

/// Why no client can be made of settings. Quotes no credentials.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Unusable {
    /// There is no address.
    NoAddress,
    /// The address at this place in the list (from 0) is none.
    Address(usize),
    /// The address at this place holds credentials, which belong in [`Settings::authorization`].
    Credentials(usize),
    /// Credentials hold what no header may: line ends or the like.
    Authorization,
    /// A certificate or key cannot be used.
    Certificate(String),
    /// No client can be set up on this machine.
    Machine(String),
}

impl Settings {
    /// With everything else as usual.
    pub fn new<A: Into<String>>(addresses: impl IntoIterator<Item = A>) -> Self {
        Self {
            addresses: addresses.into_iter().map(Into::into).collect(),
            authorization: None,
            trust: Trust::default(),
            limits: Limits::default(),
            patience: Patience::default(),
            keep: Keep::default(),
        }
    }

    /// The addresses as they are used, or what is wrong.
    pub(super) fn checked(mut self) -> Result<Self, Unusable> {
        if self.addresses.is_empty() {
            return Err(Unusable::NoAddress);
        }
        for (at, address) in self.addresses.iter_mut().enumerate() {
            let authority = address.split_once("://").map_or("", |(_, rest)| rest);
            if authority.split(['/', '?', '#']).next().unwrap_or_default().contains('@') {
                return Err(Unusable::Credentials(at));
            }
            address.truncate(address.trim_end_matches('/').len());
            let is_http = ["http://", "https://"]
                .iter()
                .any(|scheme| address.get(..scheme.len()).is_some_and(|start| start.eq_ignore_ascii_case(scheme)));
            if !is_http || !is_address(address) || address.contains(['?', '#']) || Origin::of(address).is_none() {
                return Err(Unusable::Address(at));
            }
        }
        let is_sendable = |text: &str| text.bytes().all(|byte| byte == b'\t' || (byte >= b' ' && byte != 0x7f));
        if self.authorization.as_ref().is_some_and(|shown| !is_sendable(shown.header())) {
            return Err(Unusable::Authorization);
        }
        self.patience.tries = self.patience.tries.max(1);
        let Limits { connect, request, pause, .. } = &mut self.limits;
        let Patience { deadline, pause_max, .. } = &mut self.patience;
        for time in [connect, request, pause, deadline, pause_max] {
            *time = LONGEST.min(*time);
        }
        Ok(self)
    }
}

impl fmt::Display for Unusable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoAddress => f.write_str("no address of a registry is given; write it as https://HOST:PORT"),
            Self::Address(at) => {
                write!(f, "address {} is none of a registry; write it as http://HOST:PORT or https://HOST:PORT", at + 1)
            }
            Self::Credentials(at) => write!(
                f,
                "address {} holds credentials; give them apart from it, so that they end in no message",
                at + 1
            ),
            Self::Authorization => f.write_str("the credentials hold a character that no header may hold"),
            Self::Certificate(reason) | Self::Machine(reason) => f.write_str(reason),
        }
    }
}

impl std::error::Error for Unusable {}

#[cfg(test)]
mod tests {
    use super::{Settings, Unusable};
    use crate::client::Authorization;

    #[test]
    fn addresses_are_checked_and_credentials_in_them_refused_without_a_quote() {
        let why = |address: &str| Settings::new([address]).checked().expect_err(address);
        for address in ["", "registry", "ftp://registry", "http://", "http://a?b", "http://a#b", "http:// a"] {
            assert_eq!(why(address), Unusable::Address(0), "{address}");
        }
        let refused = why("http://ann:s3cret@registry");
        assert_eq!(refused, Unusable::Credentials(0));
        assert!(!refused.to_string().contains("s3cret"));
        assert_eq!(Settings::new(Vec::<String>::new()).checked().expect_err("none"), Unusable::NoAddress);
        let checked = Settings::new(["HTTP://a:1/x/"]).checked().expect("an address");
        assert_eq!(checked.addresses, ["HTTP://a:1/x"]);
    }

    #[test]
    fn credentials_that_would_break_out_of_their_header_are_refused() {
        let mut settings = Settings::new(["http://a"]);
        settings.authorization = Some(Authorization::bearer("a\r\nX: y"));
        assert_eq!(settings.checked().expect_err("a line end"), Unusable::Authorization);
    }
}
