//! Where parsing and checking leave the event loop, and how replies come back to it without a waiting thread.
//!
//! A plain queue: threads of a work-stealing pool look around for work before they sleep, which cost more CPU than the
//! checks they were there for.

use super::errors::ApiError;
use crate::registry::Reply;
use std::collections::VecDeque;
use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use tokio::sync::oneshot;

type Task = Box<dyn FnOnce() + Send>;

/// Threads for work that computes or waits for a disk, with a bounded queue before them.
pub(super) struct Pool {
    queue: Arc<Queue>,
    waiting_max: usize,
}

/// Whether work is refused where too much waits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Room {
    /// It is.
    Asked,
    /// It belongs to something that was let in and has been done: who is told to come back later would take it for
    /// undone. There is no more of it than was let in.
    Had,
}

#[derive(Default)]
struct Queue {
    state: Mutex<State>,
    filled: Condvar,
}

#[derive(Default)]
struct State {
    tasks: VecDeque<Task>,
    idle_threads: usize,
    is_closed: bool,
}

impl Queue {
    fn state(&self) -> MutexGuard<'_, State> {
        // No task runs under the lock, so a poisoned state is a whole one.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn work(&self) {
        let mut state = self.state();
        loop {
            if let Some(task) = state.tasks.pop_front() {
                drop(state);
                // The panic hook has logged it; whoever awaits the result sees its channel close.
                drop(catch_unwind(AssertUnwindSafe(task)));
                state = self.state();
            } else if state.is_closed {
                return;
            } else {
                state.idle_threads += 1;
                state = self.filled.wait(state).unwrap_or_else(PoisonError::into_inner);
                state.idle_threads -= 1;
            }
        }
    }
}

impl Pool {
    /// Starts `threads` threads; at most `waiting_max` tasks may wait for one.
    pub(super) fn new(name: &str, threads: usize, waiting_max: usize) -> io::Result<Self> {
        let pool = Self { queue: Arc::default(), waiting_max };
        for number in 0..threads {
            let queue = Arc::clone(&pool.queue);
            std::thread::Builder::new().name(format!("{name}-{number}")).spawn(move || queue.work())?;
        }
        Ok(pool)
    }

    /// How many tasks wait for a thread.
    pub(super) fn waiting(&self) -> usize {
        self.queue.state().tasks.len()
    }

    /// Runs `work` on a thread of the pool and awaits its result.
    pub(super) async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, ApiError> {
        self.run_from(Room::Asked, work).await
    }

    /// [`Self::run`] with the room that `room` says.
    pub(super) async fn run_from<T: Send + 'static>(
        &self,
        room: Room,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, ApiError> {
        let (sender, receiver) = oneshot::channel();
        self.start(
            room,
            Box::new(move || {
                // Who went away while this waited needs no work done.
                if !sender.is_closed() {
                    drop(sender.send(work()));
                }
            }),
        )?;
        receiver.await.map_err(|_| ApiError::Panicked)
    }

    /// Runs a command of the registry there and awaits its reply, which may come from another thread.
    pub(super) async fn command<T: Send + 'static>(
        &self,
        start: impl FnOnce(Reply<T>) + Send + 'static,
    ) -> Result<T, ApiError> {
        let (sender, receiver) = oneshot::channel();
        self.start(
            Room::Asked,
            Box::new(move || {
                if !sender.is_closed() {
                    start(Box::new(move |outcome| drop(sender.send(outcome))));
                }
            }),
        )?;
        Ok(receiver.await.map_err(|_| ApiError::Panicked)??)
    }

    fn start(&self, room: Room, task: Task) -> Result<(), ApiError> {
        let mut state = self.queue.state();
        if room == Room::Asked && state.tasks.len() >= self.waiting_max {
            return Err(ApiError::Busy);
        }
        state.tasks.push_back(task);
        let is_awaited = state.idle_threads > 0;
        drop(state);
        if is_awaited {
            self.queue.filled.notify_one();
        }
        Ok(())
    }
}

impl Drop for Pool {
    /// Tasks that wait are still done; the threads end after them.
    fn drop(&mut self) {
        self.queue.state().is_closed = true;
        self.queue.filled.notify_all();
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

#[cfg(test)]
mod tests {
    use super::{Pool, Room};
    use std::sync::mpsc;
    use std::task::{Context, Poll, Waker};

    #[test]
    fn nothing_is_done_for_a_client_that_went_away_while_it_waited() {
        let pool = Pool::new("test", 1, 10).expect("a thread");
        let (open, gate) = mpsc::channel::<()>();
        pool.start(Room::Asked, Box::new(move || assert!(gate.recv().is_err(), "the other end is dropped")))
            .expect("room");
        let (done, doings) = mpsc::channel();
        let abandoned = done.clone();
        let mut waiting = Box::pin(pool.run(move || abandoned.send("abandoned")));
        assert!(waiting.as_mut().poll(&mut Context::from_waker(Waker::noop())).is_pending());
        drop(waiting);
        pool.start(Room::Asked, Box::new(move || done.send("awaited").expect("the test waits"))).expect("room");
        drop(open);
        assert_eq!(doings.recv(), Ok("awaited"));
    }

    #[test]
    fn what_belongs_to_something_done_is_not_refused_where_too_much_waits() {
        let pool = Pool::new("test", 1, 0).expect("a thread");
        let poll = |room| {
            let mut work = Box::pin(pool.run_from(room, || ()));
            work.as_mut().poll(&mut Context::from_waker(Waker::noop())).map(|outcome| outcome.is_err())
        };
        assert_eq!(poll(Room::Asked), Poll::Ready(true));
        assert_ne!(poll(Room::Had), Poll::Ready(true));
    }
}
