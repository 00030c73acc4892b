//! What has to be asked of the system or looked through, on a thread of its own: a disk that hangs must not take the
//! other figures along.

use super::process::Process;
use crate::http::extensions::exemptions::today;
use crate::http::pool::Pool;
use crate::registry::journal::Condition;
use crate::registry::{Page, Registry};
use std::io;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

/// How long a scrape waits for the system before it shows what was seen last.
const PATIENCE: Duration = Duration::from_millis(250);

/// Asks the system when it is asked itself.
pub(in crate::http) struct Sampler {
    pool: Pool,
    last: Arc<Mutex<Option<Sample>>>,
}

/// What the system said.
#[derive(Clone, Copy, Debug)]
pub(super) struct Sample {
    pub(super) process: Process,
    pub(super) store: Condition,
    /// How many exemptions hold, and how many are over.
    pub(super) exemptions: (usize, usize),
}

impl Sampler {
    pub(in crate::http) fn new() -> io::Result<Self> {
        Ok(Self { pool: Pool::new("sampler", 1, 1)?, last: Arc::default() })
    }

    /// What the system says now or, where it takes long, has said last.
    pub(super) async fn sample(&self, registry: Arc<Registry>) -> Option<Sample> {
        let last = self.last.clone();
        let asked = self.pool.run(move || {
            let exemptions = exemptions(&registry);
            let sample = Sample { process: Process::now(), store: registry.store_condition(), exemptions };
            *last.lock().unwrap_or_else(PoisonError::into_inner) = Some(sample);
        });
        // Late or turned away, because an earlier one still waits: either way the last one is what there is.
        drop(tokio::time::timeout(PATIENCE, asked).await);
        *self.last.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn exemptions(registry: &Registry) -> (usize, usize) {
    let today = today();
    let all = registry.exemptions(None, Page::ALL);
    let expired = all.iter().filter(|exemption| exemption.is_expired(today)).count();
    (all.len() - expired, expired)
}
