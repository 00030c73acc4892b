//! A server in this process, on a fresh memory store and a free port.

use sluicegate::http::{Bound, HttpSettings, Server};
use sluicegate::registry::journal::Journal;
use sluicegate::registry::{Registry, Settings};
use sluicegate::storage::memory::MemoryStore;
use std::sync::Arc;

/// Starts a server over an empty memory store.
pub(crate) fn server(registry: Settings, http: HttpSettings) -> Bound {
    server_over(MemoryStore::default().journal(), registry, http)
}

/// Starts a server; one event loop and one computing thread are plenty for a test.
pub(crate) fn server_over(journal: Journal, registry: Settings, http: HttpSettings) -> Bound {
    let registry = Registry::start(journal, registry).expect("the journal replays");
    let http = HttpSettings { listen: vec![([127, 0, 0, 1], 0).into()], workers: 1, cpu_threads: 1, ..http };
    Server::bind(http, Arc::new(registry)).expect("a free port")
}
