//! Sends with ureq.

use super::background::Background;
use crate::client::access::Origin;
use crate::client::caller::{Driver, Outgoing};
use crate::client::error::{Trouble, seconds};
use crate::client::flight::Landing;
use crate::client::query::{Reply, RetryAfter, in_passing, shown};
use crate::client::settings::{Limits, Settings};
use crate::client::wire_words::{ACCEPTED, SCHEMA_REGISTRY_JSON, USER_AGENT};
use std::io::ErrorKind;
use std::sync::Arc;
use std::time::Duration;
use ureq::http::Uri;
use ureq::{Agent, Error};

/// Blocks while it sends.
pub(in crate::client) struct UreqDriver {
    /// One for each address: this machine is asked without a proxy, and a pool is not shared between nodes.
    agents: Vec<Agent>,
    limits: Limits,
    background: Arc<Background>,
}

impl UreqDriver {
    pub(super) fn new(settings: &Settings, background: Arc<Background>) -> Self {
        let tls = settings.trust.for_ureq();
        let agent = |address: &String| {
            let mut config = Agent::config_builder()
                .tls_config(tls.clone())
                .http_status_as_error(false)
                .timeout_connect(Some(settings.limits.connect))
                .max_redirects(0)
                .max_redirects_will_error(false)
                .user_agent(USER_AGENT);
            if Origin::of(address).is_some_and(|origin| origin.is_loopback()) {
                config = config.proxy(None); // a proxy would look for it on its own machine
            }
            config.build().into()
        };
        Self { agents: settings.addresses.iter().map(agent).collect(), limits: settings.limits, background }
    }

    fn exchange(&self, outgoing: Outgoing<'_>) -> Result<Reply, Trouble> {
        let failed = |error| self.trouble(error, outgoing);
        let agent = &self.agents[outgoing.address];
        let within = Some(outgoing.within.max(Duration::from_millis(1)));
        let mut response = match outgoing.body {
            None => {
                let mut get = agent.get(outgoing.url).header("Accept", ACCEPTED);
                if let Some(credentials) = outgoing.authorization {
                    get = get.header("Authorization", credentials);
                }
                get.config().timeout_global(within).build().call().map_err(failed)?
            }
            Some(body) => {
                let mut post = agent.post(outgoing.url).header("Accept", ACCEPTED);
                if let Some(credentials) = outgoing.authorization {
                    post = post.header("Authorization", credentials);
                }
                let post = post.header("Content-Type", SCHEMA_REGISTRY_JSON);
                post.config().timeout_global(within).build().send(body).map_err(failed)?
            }
        };
        let header = |name: &str| response.headers().get(name).and_then(|value| value.to_str().ok()).map(str::to_owned);
        let (retry, location) = (header("Retry-After"), header("Location"));
        let retry_after = retry.and_then(|retry| RetryAfter::read(&retry, header("Date").as_deref()));
        let status = response.status().as_u16();
        let body = response.body_mut().with_config().limit(self.limits.answer_bytes).read_to_vec().map_err(failed)?;
        Ok(Reply { status, body, retry_after, location })
    }

    fn trouble(&self, error: Error, outgoing: Outgoing<'_>) -> Trouble {
        let path = || {
            let uri: Option<Uri> = outgoing.url.parse().ok();
            shown(uri.as_ref().map_or("", Uri::path))
        };
        match error {
            Error::Timeout(ureq::Timeout::Connect | ureq::Timeout::Resolve) => {
                Trouble::Unreachable(format!("no connection within {} s", seconds(self.limits.connect)))
            }
            Error::Timeout(_) => Trouble::TooSlow(outgoing.within),
            Error::HostNotFound => Trouble::Unreachable("the host name has no address".to_owned()),
            Error::ConnectionFailed => Trouble::Unreachable("no connection".to_owned()),
            Error::ConnectProxyFailed(reason) => {
                Trouble::Unreachable(format!("the proxy says {}", in_passing(&reason)))
            }
            Error::Io(error) if breaks_off(&error) => Trouble::Broken(in_passing(&error.to_string())),
            Error::Io(error) => match error.kind() {
                ErrorKind::ConnectionRefused => Trouble::Unreachable("nothing listens there".to_owned()),
                ErrorKind::InvalidData => Trouble::Tls(in_passing(&error.to_string())),
                _ => Trouble::Unreachable(in_passing(&error.to_string())),
            },
            Error::Rustls(_) | Error::Tls(_) | Error::Pem(_) => Trouble::Tls(in_passing(&error.to_string())),
            Error::BodyExceedsLimit(bytes) => Trouble::TooLarge { path: path(), bytes },
            Error::Protocol(_) | Error::Http(_) | Error::LargeResponseHeader(..) => Trouble::Garbage { path: path() },
            Error::BadUri(_) => Trouble::Unreachable("that is no address".to_owned()),
            other => Trouble::Broken(in_passing(&other.to_string())),
        }
    }
}

impl Driver for UreqDriver {
    async fn send(&self, outgoing: Outgoing<'_>) -> Result<Reply, Trouble> {
        self.exchange(outgoing)
    }

    async fn pause(&self, time: Duration) {
        std::thread::sleep(time);
    }

    async fn wait(&self, landing: &(dyn Landing + Sync), within: Duration) -> bool {
        landing.block(within)
    }

    fn in_background(&self, work: impl Future<Output = ()> + Send + 'static) {
        self.background.run(work);
    }
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
