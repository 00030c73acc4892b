//! Sends with reqwest.

use crate::client::access::Origin;
use crate::client::caller::{Driver, Outgoing};
use crate::client::error::{Trouble, seconds};
use crate::client::flight::{Landed, Landing};
use crate::client::query::{Reply, RetryAfter, in_passing, shown};
use crate::client::settings::{Limits, Settings, Unusable};
use crate::client::wire_words::{ACCEPTED, SCHEMA_REGISTRY_JSON, USER_AGENT};
use reqwest::{Error, Response};
use std::error::Error as _;
use std::io::ErrorKind;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::runtime::Handle;
use tokio::task::JoinSet;

/// Waits without blocking.
pub(in crate::client) struct ReqwestDriver {
    /// One for each address: this machine is asked without a proxy.
    agents: Vec<reqwest::Client>,
    limits: Limits,
    tasks: Arc<Tasks>,
}

/// What nobody waits for. `None` once it is over.
pub(super) struct Tasks(Mutex<Option<JoinSet<()>>>);

impl Default for Tasks {
    fn default() -> Self {
        Self(Mutex::new(Some(JoinSet::new())))
    }
}

impl Tasks {
    fn run(&self, work: impl Future<Output = ()> + Send + 'static) {
        let Ok(runtime) = Handle::try_current() else { return };
        if let Some(tasks) = &mut *self.0.lock().unwrap_or_else(PoisonError::into_inner) {
            while tasks.try_join_next().is_some() {}
            tasks.spawn_on(work, &runtime);
        }
    }

    /// Ends them where they are.
    pub(super) fn end(&self) {
        drop(self.0.lock().unwrap_or_else(PoisonError::into_inner).take());
    }
}

impl ReqwestDriver {
    pub(super) fn new(settings: &Settings, tasks: Arc<Tasks>) -> Result<Self, Unusable> {
        let is_needed = settings.addresses.iter().any(|address| !is_plain(address));
        let tls = settings.trust.for_rustls(is_needed)?;
        let agent = |address: &String| {
            let mut builder = reqwest::Client::builder()
                .tls_backend_preconfigured(tls.clone())
                .connect_timeout(settings.limits.connect)
                .redirect(reqwest::redirect::Policy::none())
                .user_agent(USER_AGENT);
            if Origin::of(address).is_some_and(|origin| origin.is_loopback()) {
                builder = builder.no_proxy(); // a proxy would look for it on its own machine
            }
            builder.build().map_err(|error| Unusable::Machine(in_passing(&error.to_string())))
        };
        let agents = settings.addresses.iter().map(agent).collect::<Result<_, _>>()?;
        Ok(Self { agents, limits: settings.limits, tasks })
    }

    async fn exchange(&self, outgoing: Outgoing<'_>) -> Result<Reply, Trouble> {
        let agent = &self.agents[outgoing.address];
        let mut request = match outgoing.body {
            None => agent.get(outgoing.url),
            Some(body) => agent.post(outgoing.url).header("Content-Type", SCHEMA_REGISTRY_JSON).body(body.to_owned()),
        };
        if let Some(credentials) = outgoing.authorization {
            let mut shown = reqwest::header::HeaderValue::from_str(credentials)
                .map_err(|_| Trouble::Unreachable("the credentials cannot be sent".to_owned()))?;
            shown.set_sensitive(true);
            request = request.header("Authorization", shown);
        }
        let sent = request.header("Accept", ACCEPTED).timeout(outgoing.within).send().await;
        let mut response = sent.map_err(|error| self.trouble(&error, outgoing))?;
        let header = |name: &str| response.headers().get(name).and_then(|value| value.to_str().ok()).map(str::to_owned);
        let (retry, location) = (header("Retry-After"), header("Location"));
        let retry_after = retry.and_then(|retry| RetryAfter::read(&retry, header("Date").as_deref()));
        let status = response.status().as_u16();
        let body = self.body(&mut response, outgoing).await?;
        Ok(Reply { status, body, retry_after, location })
    }

    async fn body(&self, response: &mut Response, outgoing: Outgoing<'_>) -> Result<Vec<u8>, Trouble> {
        let mut body = Vec::new();
        let bytes_max = self.limits.answer_bytes;
        while let Some(piece) = response.chunk().await.map_err(|error| self.trouble(&error, outgoing))? {
            body.extend_from_slice(&piece);
            if u64::try_from(body.len()).is_ok_and(|bytes| bytes > bytes_max) {
                return Err(Trouble::TooLarge { path: shown(response.url().path()), bytes: bytes_max });
            }
        }
        Ok(body)
    }

    fn trouble(&self, error: &Error, outgoing: Outgoing<'_>) -> Trouble {
        let words = innermost(error);
        if error.is_timeout() {
            return match error.is_connect() {
                true => Trouble::Unreachable(format!("no connection within {} s", seconds(self.limits.connect))),
                false => Trouble::TooSlow(outgoing.within),
            };
        }
        let cause = cause(error);
        match cause {
            Cause::Refused => Trouble::Unreachable("nothing listens there".to_owned()),
            Cause::Tls => Trouble::Tls(words),
            Cause::Broken => Trouble::Broken(words),
            Cause::Other if error.is_connect() => Trouble::Unreachable(words),
            Cause::Garbage => Trouble::Garbage { path: error.url().map_or_else(String::new, |url| shown(url.path())) },
            Cause::Other => Trouble::Broken(words),
        }
    }
}

/// Whether an address is asked without encryption; redirects do not lead out of that.
fn is_plain(address: &str) -> bool {
    address.get(.."http://".len()).is_some_and(|scheme| scheme.eq_ignore_ascii_case("http://"))
}

enum Cause {
    Refused,
    Tls,
    Broken,
    Garbage,
    Other,
}

/// What lies at the bottom of it: reqwest's own words only repeat the address.
fn cause(error: &Error) -> Cause {
    let mut next = error.source();
    while let Some(inner) = next {
        next = beneath(inner);
        if inner.is::<rustls::Error>() {
            return Cause::Tls;
        }
        if let Some(io) = inner.downcast_ref::<std::io::Error>() {
            match io.kind() {
                ErrorKind::ConnectionRefused => return Cause::Refused,
                ErrorKind::InvalidData => return Cause::Tls,
                ErrorKind::ConnectionReset
                | ErrorKind::ConnectionAborted
                | ErrorKind::BrokenPipe
                | ErrorKind::UnexpectedEof
                | ErrorKind::NotConnected => return Cause::Broken,
                _ => {}
            }
        }
        if inner.to_string().starts_with("invalid HTTP") {
            return Cause::Garbage;
        }
    }
    Cause::Other
}

/// The cause of an error. An error of input and output hides the one that it was made of from `source`.
fn beneath<'e>(error: &'e (dyn std::error::Error + 'static)) -> Option<&'e (dyn std::error::Error + 'static)> {
    match error.downcast_ref::<std::io::Error>().and_then(std::io::Error::get_ref) {
        Some(hidden) => Some(hidden),
        None => error.source(),
    }
}

/// The words of the innermost cause, in one line.
fn innermost(error: &Error) -> String {
    let mut next = error.source();
    let mut words = "no answer".to_owned();
    while let Some(inner) = next {
        words = inner.to_string();
        next = beneath(inner);
    }
    in_passing(&words)
}

impl Driver for ReqwestDriver {
    async fn send(&self, outgoing: Outgoing<'_>) -> Result<Reply, Trouble> {
        self.exchange(outgoing).await
    }

    async fn pause(&self, time: Duration) {
        tokio::time::sleep(time).await;
    }

    async fn wait(&self, landing: &(dyn Landing + Sync), within: Duration) -> bool {
        tokio::time::timeout(within, Landed(landing)).await.is_ok()
    }

    fn in_background(&self, work: impl Future<Output = ()> + Send + 'static) {
        self.tasks.run(work);
    }
}
