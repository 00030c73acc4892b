//! Asks one question of several addresses: the loop around [`Attempts`], the same for every way of sending.

use super::access::Origin;
use super::attempts::{Attempts, Failure, Next, Rules};
use super::error::{ClientError, Trouble};
use super::flight::Landing;
use super::query::{Query, Reply};
use super::settings::{Settings, Unusable};
use std::fmt;
use std::sync::Mutex;
use std::sync::PoisonError;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::time::{Duration, Instant, SystemTime};

/// Most redirects that are followed for one request, all within one origin.
const REDIRECTS_MAX: usize = 5;

/// What is sent.
#[derive(Clone, Copy)]
pub(super) struct Outgoing<'a> {
    /// Which of the addresses it goes to.
    pub(super) address: usize,
    pub(super) url: &'a str,
    pub(super) body: Option<&'a str>,
    pub(super) authorization: Option<&'a str>,
    pub(super) within: Duration,
}

/// One way of sending, waiting and pausing.
pub(super) trait Driver: Send + Sync + 'static {
    /// Sends one request and reads its whole answer, without following a redirect.
    fn send(&self, outgoing: Outgoing<'_>) -> impl Future<Output = Result<Reply, Trouble>> + Send;
    /// Lets time go by.
    fn pause(&self, time: Duration) -> impl Future<Output = ()> + Send;
    /// Waits for what somebody else asks; false where the time was over before.
    fn wait(&self, landing: &(dyn Landing + Sync), within: Duration) -> impl Future<Output = bool> + Send;
    /// Runs something that nobody waits for, if that is possible here.
    fn in_background(&self, work: impl Future<Output = ()> + Send + 'static);
}

/// Asks a registry.
pub(super) struct Caller<D> {
    driver: D,
    settings: Settings,
    origins: Vec<Origin>,
    /// The address that answered last.
    good: AtomicUsize,
    sent: AtomicU64,
    dice: Mutex<fastrand::Rng>,
}

impl<D: Driver> Caller<D> {
    pub(super) fn new(driver: D, settings: Settings) -> Result<Self, Unusable> {
        let origins = settings.addresses.iter().map(|address| Origin::of(address)).collect::<Option<_>>();
        Ok(Self {
            driver,
            origins: origins.ok_or(Unusable::NoAddress)?,
            settings,
            good: AtomicUsize::new(0),
            sent: AtomicU64::new(0),
            dice: Mutex::new(fastrand::Rng::new()),
        })
    }

    pub(super) fn driver(&self) -> &D {
        &self.driver
    }

    pub(super) fn settings(&self) -> &Settings {
        &self.settings
    }

    /// The address that answered last, or the first.
    pub(super) fn address(&self) -> &str {
        &self.settings.addresses[self.good.load(Ordering::Relaxed)]
    }

    /// How many requests were sent.
    pub(super) fn sent(&self) -> u64 {
        self.sent.load(Ordering::Relaxed)
    }

    /// Asks within `deadline`; `None` where the registry says that there is no such thing.
    pub(super) async fn ask<T>(&self, query: &Query<Option<T>>, deadline: Duration) -> Result<Option<T>, ClientError> {
        let until = Instant::now() + deadline;
        let rules = Rules::new(&self.settings.limits, &self.settings.patience);
        let addresses = self.settings.addresses.len();
        let mut attempts = Attempts::new(addresses, self.good.load(Ordering::Relaxed), rules, until);
        let mut last = None;
        loop {
            let address = attempts.address();
            let Some(within) = attempts.within(Instant::now()) else {
                let over = Trouble::TooSlow(deadline);
                return Err(last.unwrap_or_else(|| self.error(address, over)));
            };
            let (failure, trouble) = match self.send(query, address, within).await {
                Ok(reply) if reply.is_busy() => {
                    let Err(trouble) = self.meaning(query, &reply) else { return self.garbage(query, address) };
                    let wait = reply.retry_after.map(|when| when.wait(SystemTime::now()));
                    (Failure::Busy(wait), trouble)
                }
                Ok(reply) => match self.meaning(query, &reply) {
                    // Something else stands there, and perhaps not at the other addresses.
                    Err(trouble @ (Trouble::Garbage { .. } | Trouble::Refused { status: 404, .. })) => {
                        (Failure::Hopeless, trouble)
                    }
                    meaning => {
                        self.good.store(address, Ordering::Relaxed);
                        return meaning.map_err(|trouble| self.error(address, trouble));
                    }
                },
                Err(trouble @ (Trouble::Unreachable(_) | Trouble::Broken(_))) => (Failure::Gone, trouble),
                Err(trouble @ (Trouble::Tls(_) | Trouble::TooSlow(_))) => (Failure::Hopeless, trouble),
                Err(trouble @ (Trouble::Garbage { .. } | Trouble::Redirected { .. })) => (Failure::Hopeless, trouble),
                Err(trouble) => return Err(self.error(address, trouble)),
            };
            let chance = self.dice.lock().unwrap_or_else(PoisonError::into_inner).f64();
            let error = self.error(address, trouble);
            match attempts.after(failure, chance, Instant::now()) {
                Next::GiveUp => return Err(error),
                Next::Ask(wait) if wait.is_zero() => {}
                Next::Ask(wait) => self.driver.pause(wait).await,
            }
            last = Some(error);
        }
    }

    fn meaning<T>(&self, query: &Query<Option<T>>, reply: &Reply) -> Result<Option<T>, Trouble> {
        query.meaning(reply, self.settings.authorization.is_some())
    }

    fn garbage<T>(&self, query: &Query<Option<T>>, address: usize) -> Result<Option<T>, ClientError> {
        Err(self.error(address, Trouble::Garbage { path: super::query::shown(&query.path) }))
    }

    /// Sends to one address and follows redirects that stay there.
    async fn send<T>(&self, query: &Query<Option<T>>, address: usize, within: Duration) -> Result<Reply, Trouble> {
        let until = Instant::now() + within;
        let mut url = format!("{}{}", self.settings.addresses[address], query.path);
        for _ in 0..=REDIRECTS_MAX {
            let authorization = self.settings.authorization.as_ref().map(|shown| shown.header());
            let within = until.saturating_duration_since(Instant::now());
            self.sent.fetch_add(1, Ordering::Relaxed);
            let outgoing = Outgoing { address, url: &url, body: query.body.as_deref(), authorization, within };
            let reply = self.driver.send(outgoing).await?;
            if !reply.is_redirect() {
                return Ok(reply);
            }
            url = self.redirected(address, reply.location.as_deref().unwrap_or_default())?;
        }
        Err(Trouble::Redirected { to: "the same address without end".to_owned() })
    }

    /// Where a redirect leads: credentials and schemas stay within one origin.
    fn redirected(&self, address: usize, location: &str) -> Result<String, Trouble> {
        let origin = &self.origins[address];
        if location.starts_with('/') && !location.starts_with("//") {
            let base = &self.settings.addresses[address];
            let authority = base.find("://").map_or(0, |at| at + 3);
            let end = base[authority..].find('/').map_or(base.len(), |at| authority + at);
            return Ok(format!("{}{location}", &base[..end]));
        }
        match Origin::of(location) {
            Some(to) if to == *origin => Ok(location.to_owned()),
            Some(to) => Err(Trouble::Redirected { to: super::query::in_passing(&to.to_string()) }),
            None => Err(Trouble::Redirected { to: "nowhere".to_owned() }),
        }
    }

    fn error(&self, address: usize, trouble: Trouble) -> ClientError {
        ClientError { address: self.settings.addresses[address].clone(), trouble }
    }
}

impl<D> fmt::Debug for Caller<D> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Caller").field("settings", &self.settings).finish_non_exhaustive()
    }
}
