//! The writer held inside an append, for tests of what happens meanwhile.

use super::{Asked, ask, subject};
use sluicegate::registry::{Mode, Registry};
use sluicegate::storage::memory::{Fault, MemoryStore};
use std::sync::mpsc::{Receiver, Sender, channel};

/// The writer, stuck in an append until this is dropped.
pub(super) struct Held {
    append: Option<HeldAppend>,
    stuck: Option<Asked<()>>,
}

impl Drop for Held {
    fn drop(&mut self) {
        drop(self.append.take());
        if let Some(stuck) = self.stuck.take() {
            stuck.wait().expect("the held command");
        }
    }
}

/// Holds the writer of `registry`, which keeps its facts in `store`.
pub(super) fn hold(store: &MemoryStore, registry: &Registry) -> Held {
    let append = hold_next_append(store);
    let stuck = ask(|reply| registry.set_mode(subject("unrelated"), Some(Mode::ReadWrite), true, reply));
    append.wait();
    Held { append: Some(append), stuck: Some(stuck) }
}

/// The next append to a store: it begins when somebody writes, and ends when this is dropped.
pub(crate) struct HeldAppend {
    _release: Sender<()>,
    entered: Receiver<()>,
}

impl HeldAppend {
    /// Waits until a writer is stuck in it.
    pub(crate) fn wait(&self) {
        self.entered.recv().expect("the writer appends");
    }
}

/// Holds whoever appends to `store` next.
pub(crate) fn hold_next_append(store: &MemoryStore) -> HeldAppend {
    let (release, released) = channel::<()>();
    let (entering, entered) = channel::<()>();
    let mut first = Some((released, entering));
    store.set_faults(Some(Box::new(move |_| {
        if let Some((released, entering)) = first.take() {
            entering.send(()).unwrap_or_default();
            // Ends with an error when the other side is dropped, which is the release.
            released.recv().unwrap_or_default();
        }
        Fault::None
    })));
    HeldAppend { _release: release, entered }
}
