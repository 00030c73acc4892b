//! One thread for what nobody waits for: started when it is needed, ended with its client.

use super::ready;
use std::collections::VecDeque;
use std::pin::Pin;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;

/// Most questions that wait; a further one is left out, since it will be asked again.
const WAITING_MAX: usize = 256;

type Work = Pin<Box<dyn Future<Output = ()> + Send>>;

/// The thread and what it has to do.
#[derive(Default)]
pub(super) struct Background {
    state: Mutex<State>,
    has_news: Condvar,
}

#[derive(Default)]
struct State {
    waiting: VecDeque<Work>,
    thread: Option<JoinHandle<()>>,
    is_over: bool,
}

impl Background {
    /// Has `work` done some time.
    pub(super) fn run(self: &Arc<Self>, work: impl Future<Output = ()> + Send + 'static) {
        let mut state = self.lock();
        if state.is_over || state.waiting.len() >= WAITING_MAX {
            return;
        }
        state.waiting.push_back(Box::pin(work));
        if state.thread.is_none() {
            let own = Arc::clone(self);
            let thread = std::thread::Builder::new().name("sluicegate-client".to_owned()).spawn(move || own.work());
            match thread {
                Ok(thread) => state.thread = Some(thread),
                Err(_) => state.waiting.clear(), // a machine without threads has nothing refreshed
            }
        }
        drop(state);
        self.has_news.notify_one();
    }

    /// Drops what waits, and waits for what is being done.
    pub(super) fn end(&self) {
        let mut state = self.lock();
        state.is_over = true;
        let (dropped, thread) = (std::mem::take(&mut state.waiting), state.thread.take());
        drop(state);
        drop(dropped);
        self.has_news.notify_all();
        if let Some(thread) = thread {
            drop(thread.join()); // a panic there was shown when it happened
        }
    }

    fn work(&self) {
        let mut state = self.lock();
        while !state.is_over {
            match state.waiting.pop_front() {
                Some(work) => {
                    drop(state);
                    ready(work);
                    state = self.lock();
                }
                None => state = self.has_news.wait(state).unwrap_or_else(PoisonError::into_inner),
            }
        }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
