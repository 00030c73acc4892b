//! Where parsing and checking leave the event loop, and how replies come back to it without a waiting thread.

use super::errors::ApiError;
use crate::registry::Reply;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use tokio::sync::oneshot;

/// Threads for work that computes, with a bounded queue before them.
pub(super) struct Pool {
    threads: rayon::ThreadPool,
    /// Tasks that wait or run.
    accepted: Arc<AtomicUsize>,
    accepted_max: usize,
}

/// Gives the place of a task free again, also when it panics.
struct Place(Arc<AtomicUsize>);

impl Drop for Place {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Release);
    }
}

impl Pool {
    pub(super) fn new(threads: usize, waiting_max: usize) -> Result<Self, rayon::ThreadPoolBuildError> {
        let builder = rayon::ThreadPoolBuilder::new().num_threads(threads);
        let threads = builder.thread_name(|number| format!("cpu-{number}")).build()?;
        let accepted_max = waiting_max + threads.current_num_threads();
        Ok(Self { threads, accepted: Arc::default(), accepted_max })
    }

    /// Runs `work` on a thread of the pool and awaits its result.
    pub(super) async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, ApiError> {
        let (sender, receiver) = oneshot::channel();
        self.start(move || drop(sender.send(work())))?; // a client that went away needs no result
        receiver.await.map_err(|_| ApiError::Panicked)
    }

    /// Runs a command of the registry there and awaits its reply, which may come from another thread.
    pub(super) async fn command<T: Send + 'static>(
        &self,
        start: impl FnOnce(Reply<T>) + Send + 'static,
    ) -> Result<T, ApiError> {
        let (sender, receiver) = oneshot::channel();
        self.start(move || start(Box::new(move |outcome| drop(sender.send(outcome)))))?;
        Ok(receiver.await.map_err(|_| ApiError::Panicked)??)
    }

    fn start(&self, task: impl FnOnce() + Send + 'static) -> Result<(), ApiError> {
        if self.accepted.fetch_add(1, Ordering::Acquire) >= self.accepted_max {
            self.accepted.fetch_sub(1, Ordering::Release);
            return Err(ApiError::Busy);
        }
        let place = Place(Arc::clone(&self.accepted));
        self.threads.spawn_fifo(move || {
            let _place = place;
            // The panic hook has logged it; whoever awaits the result sees its channel close.
            drop(catch_unwind(AssertUnwindSafe(task)));
        });
        Ok(())
    }
}

/// Awaits the reply of a command that only queues: it may be started from the event loop.
pub(super) async fn reply<T>(start: impl FnOnce(Reply<T>)) -> Result<T, ApiError>
where
    T: Send + 'static,
{
    let (sender, receiver) = oneshot::channel();
    start(Box::new(move |outcome| drop(sender.send(outcome))));
    Ok(receiver.await.map_err(|_| ApiError::Panicked)??)
}
