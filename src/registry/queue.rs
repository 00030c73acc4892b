//! Commands on their way to the writer: bounded in number and in bytes, taken all at once.

use super::writer::Waiting;
use std::collections::VecDeque;
use std::sync::{Condvar, Mutex, MutexGuard};
use std::time::Duration;

/// Bytes of text that may wait.
const QUEUE_BYTES_MAX: usize = 64 << 20;
/// Commands and bytes of text that go into one round.
const ROUND_COMMANDS_MAX: usize = 1_024;
const ROUND_BYTES_MAX: usize = 16 << 20;

pub(super) struct Queue {
    state: Mutex<State>,
    changed: Condvar,
    commands_max: usize,
}

#[derive(Default)]
struct State {
    waiting: VecDeque<Box<dyn Waiting>>,
    bytes: usize,
    closed: bool,
}

/// Why a command was not taken.
pub(super) enum NotTaken {
    Full(Box<dyn Waiting>),
    Closed(Box<dyn Waiting>),
}

impl Queue {
    pub(super) fn new(commands_max: usize) -> Self {
        Self { state: Mutex::default(), changed: Condvar::new(), commands_max }
    }

    /// Puts a command at the end.
    pub(super) fn put(&self, command: Box<dyn Waiting>) -> Result<(), NotTaken> {
        let mut state = self.lock();
        if state.closed {
            return Err(NotTaken::Closed(command));
        }
        let bytes = command.text_bytes();
        let too_many_bytes = !state.waiting.is_empty() && state.bytes + bytes > QUEUE_BYTES_MAX;
        if state.waiting.len() >= self.commands_max || too_many_bytes {
            return Err(NotTaken::Full(command));
        }
        state.bytes += bytes;
        state.waiting.push_back(command);
        self.changed.notify_one();
        Ok(())
    }

    /// Waits for commands and takes what fits into a round. Nothing when `patience` ends first; `None` once the queue
    /// is closed and empty.
    pub(super) fn take(&self, patience: Option<Duration>) -> Option<Vec<Box<dyn Waiting>>> {
        let mut state = self.lock();
        while state.waiting.is_empty() {
            if state.closed {
                return None;
            }
            let Some(patience) = patience else {
                state = self.changed.wait(state).unwrap_or_else(|poisoned| poisoned.into_inner());
                continue;
            };
            let waited = self.changed.wait_timeout(state, patience);
            let (awake, timeout) = waited.unwrap_or_else(|poisoned| poisoned.into_inner());
            state = awake;
            if timeout.timed_out() && state.waiting.is_empty() && !state.closed {
                return Some(Vec::new());
            }
        }
        let mut taken: Vec<Box<dyn Waiting>> = Vec::new();
        let mut bytes = 0;
        while let Some(next) = state.waiting.front() {
            bytes += next.text_bytes();
            if !taken.is_empty() && (taken.len() == ROUND_COMMANDS_MAX || bytes > ROUND_BYTES_MAX) {
                break;
            }
            taken.extend(state.waiting.pop_front());
        }
        state.bytes -= taken.iter().map(|command| command.text_bytes()).sum::<usize>();
        Some(taken)
    }

    /// How many commands wait.
    pub(super) fn len(&self) -> usize {
        self.lock().waiting.len()
    }

    /// Takes no more commands; those that wait are still served.
    pub(super) fn close(&self) {
        self.lock().closed = true;
        self.changed.notify_all();
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(|poisoned| poisoned.into_inner())
    }
}
