//! The writer held inside an append, for tests of what happens between a check and its decision.

use super::{Asked, ask, subject};
use sluicegate::registry::{Mode, Registry};
use sluicegate::storage::memory::{Fault, MemoryStore};
use std::sync::mpsc::{Sender, channel};

/// The writer, stuck in an append until this is dropped.
pub(super) struct Held {
    release: Option<Sender<()>>,
    stuck: Option<Asked<()>>,
}

impl Drop for Held {
    fn drop(&mut self) {
        drop(self.release.take());
        if let Some(stuck) = self.stuck.take() {
            stuck.wait().expect("the held command");
        }
    }
}

/// Holds the writer of `registry`, which keeps its facts in `store`.
pub(super) fn hold(store: &MemoryStore, registry: &Registry) -> Held {
    let (release, released) = channel::<()>();
    let (entered, has_entered) = channel::<()>();
    let mut first = Some((released, entered));
    store.set_faults(Some(Box::new(move |_| {
        if let Some((released, entered)) = first.take() {
            entered.send(()).unwrap_or_default();
            // Ends with an error when the other side is dropped, which is the release.
            released.recv().unwrap_or_default();
        }
        Fault::None
    })));
    let stuck = ask(|reply| registry.set_mode(subject("unrelated"), Some(Mode::ReadWrite), true, reply));
    has_entered.recv().expect("the writer appends");
    Held { release: Some(release), stuck: Some(stuck) }
}
