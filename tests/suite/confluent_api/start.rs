//! A server in this process, on a fresh memory store and a free port.

use sluicegate::http::{Bound, HttpSettings, Server};
use sluicegate::registry::journal::Journal;
use sluicegate::registry::{Registry, Settings};
use sluicegate::serve;
use sluicegate::settings::{self, Sources};
use sluicegate::storage::memory::MemoryStore;
use std::sync::Arc;

/// Starts a server over an empty memory store.
pub(crate) fn server(registry: Settings, http: HttpSettings) -> Bound {
    server_over(MemoryStore::default().journal(), registry, http)
}

/// Starts a server over an empty memory store with settings as an operator gives them: names without hyphens in front,
/// and values.
pub(crate) fn configured(flags: &[(&'static str, &str)]) -> Bound {
    let flags = flags.iter().map(|(name, value)| (*name, vec![(*value).to_owned()])).collect();
    let settings = settings::Settings::resolve(&Sources { flags, ..Sources::default() }).expect("good settings");
    server(serve::registry_settings(&settings), serve::http_settings(&settings))
}

/// Starts a server; one event loop and one computing thread are plenty for a test.
pub(crate) fn server_over(journal: Journal, registry: Settings, http: HttpSettings) -> Bound {
    let registry = Registry::start(journal, registry).expect("the journal replays");
    let http = HttpSettings { listen: vec![([127, 0, 0, 1], 0).into()], workers: 1, cpu_threads: 1, ..http };
    Server::bind(http, Arc::new(registry)).expect("a free port")
}
