//! The client library: what is asked, what is understood, what is remembered. Every test runs over both clients.

mod addresses;
mod answers;
mod classification;
mod codec;
#[cfg(feature = "server")]
mod example;
mod memory;
#[cfg(feature = "server")]
mod ours;
mod tls;
mod typed;

use crate::fake_registry::FakeRegistry;
use sluicegate::client::{Client, Settings, blocking};
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::runtime::Runtime;

/// One of the two clients.
enum Way {
    Blocking(blocking::Client),
    Awaited(Client, Arc<Runtime>),
}

/// Asks a [`Way`] as a blocking client is asked.
macro_rules! ask {
    ($way:expr, $method:ident($($argument:expr),*)) => {
        match $way {
            $crate::client::Way::Blocking(client) => client.$method($($argument),*),
            $crate::client::Way::Awaited(client, runtime) => runtime.block_on(client.$method($($argument),*)),
        }
    };
}
use ask;

impl Way {
    fn both(settings: &Settings) -> [Self; 2] {
        let runtime = Arc::new(tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap());
        [
            Self::Blocking(blocking::Client::new(settings.clone()).unwrap()),
            Self::Awaited(Client::new(settings.clone()).unwrap(), runtime),
        ]
    }

    fn within(&self, deadline: Duration) -> Self {
        match self {
            Self::Blocking(client) => Self::Blocking(client.within(deadline)),
            Self::Awaited(client, runtime) => Self::Awaited(client.within(deadline), Arc::clone(runtime)),
        }
    }

    /// Lets time go by, in which what is in the background goes on.
    fn pause(&self, time: Duration) {
        match self {
            Self::Blocking(_) => std::thread::sleep(time),
            Self::Awaited(_, runtime) => runtime.block_on(async { tokio::time::sleep(time).await }),
        }
    }

    /// Waits until something is so; a minute, on a machine of any speed, is in vain.
    fn until(&self, what: impl Fn() -> bool) {
        let began = Instant::now();
        while !what() {
            assert!(began.elapsed() < Duration::from_secs(60), "in vain");
            self.pause(Duration::from_millis(5));
        }
    }

    fn figures(&self) -> sluicegate::client::Figures {
        match self {
            Self::Blocking(client) => client.figures(),
            Self::Awaited(client, _) => client.figures(),
        }
    }

    fn address(&self) -> &str {
        match self {
            Self::Blocking(client) => client.address(),
            Self::Awaited(client, _) => client.address(),
        }
    }
}

/// Short pauses, so that what is asked again does not hold a test up; what answers has the time that a busy machine takes.
fn hasty(addresses: &[String]) -> Settings {
    let mut settings = Settings::new(addresses);
    settings.limits.request = Duration::from_secs(20);
    settings.limits.pause = Duration::from_millis(10);
    settings.limits.answer_bytes = 4_096;
    settings
}

/// Runs `test` with a fresh registry for each client.
fn with_each(settings: impl Fn(Settings) -> Settings, test: impl Fn(&FakeRegistry, &Way)) {
    for at in 0..2 {
        let registry = FakeRegistry::start();
        let ways = Way::both(&settings(hasty(&[registry.url()])));
        test(&registry, &ways[at]);
    }
}

/// An address at which nothing listens.
fn nowhere() -> String {
    format!("http://{}", std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap())
}
