//! Writes `HEAD` down while the store runs, at most once a second and never in the way of an append.

use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use super::directory::Directory;
use super::head::Head;

/// Time between two writes of `HEAD`.
const PAUSE: Duration = Duration::from_secs(1);

/// Knows how far the store has got, and lets a thread of its own write that down.
pub(super) struct HeadKeeper {
    shared: Arc<Shared>,
    thread: Mutex<Option<JoinHandle<()>>>,
}

struct Shared {
    directory: Arc<Directory>,
    state: Mutex<State>,
    changed: Condvar,
}

struct State {
    head: Head,
    written: Head,
    /// Since when something is to be written.
    behind_since: Option<Instant>,
    stopping: bool,
}

impl HeadKeeper {
    /// Starts with what the file says.
    pub(super) fn start(directory: Arc<Directory>, head: Head) -> std::io::Result<Self> {
        let state = Mutex::new(State { written: head.clone(), head, behind_since: None, stopping: false });
        let shared = Arc::new(Shared { directory, state, changed: Condvar::new() });
        let keeper = shared.clone();
        let thread = std::thread::Builder::new().name("store-head".to_owned()).spawn(move || keeper.run())?;
        Ok(Self { shared, thread: Mutex::new(Some(thread)) })
    }

    /// Notes what was synced.
    pub(super) fn note(&self, update: impl FnOnce(&mut Head)) {
        let mut state = self.shared.state();
        update(&mut state.head);
        state.behind_since = state.behind_since.or_else(|| Some(Instant::now()));
        drop(state);
        self.shared.changed.notify_one();
    }

    /// For how long the store has been ahead of the file.
    pub(super) fn behind(&self) -> Duration {
        self.shared.state().behind_since.map_or(Duration::ZERO, |since| since.elapsed())
    }

    /// How far the store has got.
    pub(super) fn head(&self) -> Head {
        self.shared.state().head.clone()
    }

    /// Ends the thread and writes the last state down.
    pub(super) fn stop(&self) -> std::io::Result<()> {
        self.end_thread();
        self.shared.directory.write_head(&self.head())
    }

    fn end_thread(&self) {
        self.shared.state().stopping = true;
        self.shared.changed.notify_one();
        let thread = self.thread.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(thread) = thread
            && thread.join().is_err()
        {
            tracing::error!("the thread that writes HEAD ended in a panic");
        }
    }
}

impl Drop for HeadKeeper {
    fn drop(&mut self) {
        self.end_thread();
    }
}

impl Shared {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn run(&self) {
        let mut failing = false;
        let mut state = self.state();
        while !state.stopping {
            if state.head == state.written {
                state.behind_since = None;
                state = self.changed.wait(state).unwrap_or_else(PoisonError::into_inner);
                continue;
            }
            let head = state.head.clone();
            let began = Instant::now();
            drop(state);
            let outcome = self.directory.write_head(&head);
            state = self.state();
            match outcome {
                Ok(()) => {
                    state.behind_since = (state.head != head).then_some(began);
                    state.written = head;
                    failing = false;
                }
                Err(cause) if !failing => {
                    tracing::warn!(%cause, "HEAD could not be written; it is tried again every second");
                    failing = true;
                }
                Err(_) => {}
            }
            let paused = self.changed.wait_timeout_while(state, PAUSE, |state| !state.stopping);
            state = paused.unwrap_or_else(PoisonError::into_inner).0;
        }
    }
}
