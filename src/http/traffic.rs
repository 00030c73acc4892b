//! What goes on at the moment: requests under way, bytes of bodies held, and whether the door is being closed.

use super::call::Door;
use super::routes::Route;
use super::tally::{RouteNumber, Tally};
use actix_web::HttpResponse;
use actix_web::body::{BodySize, BoxBody, MessageBody};
use actix_web::http::Method;
use actix_web::web::{Bytes, Data};
use std::cell::Cell;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering::Relaxed};
use std::task::{Context, Poll};
use std::time::Instant;

/// An answer of this size is in the system's buffers as soon as it is written.
const AT_ONCE_BYTES: u64 = 64 << 10;

/// Counters that every request passes.
#[derive(Debug, Default)]
pub(super) struct Traffic {
    requests: AtomicUsize,
    body_bytes: AtomicUsize,
    is_closing: AtomicBool,
}

/// A request under way, up to the last byte of its answer where that is long; ends when dropped.
pub(super) struct Passage {
    door: Data<Door>,
    began: Instant,
    route: Cell<RouteNumber>,
    is_answered: Cell<bool>,
}

/// An open connection; ends when dropped.
pub(super) struct Connection(Arc<Tally>);

/// A long answer on its way out.
struct Leaving {
    body: BoxBody,
    _passage: Passage,
}

/// Bytes of a body that are held in memory; given back when dropped.
pub(super) struct Held<'a> {
    traffic: &'a Traffic,
    bytes: usize,
}

impl Traffic {
    /// How many requests are under way.
    pub(super) fn requests(&self) -> usize {
        self.requests.load(Relaxed)
    }

    /// How many bytes of bodies are held.
    pub(super) fn body_bytes(&self) -> usize {
        self.body_bytes.load(Relaxed)
    }

    /// Whether no request is under way.
    pub(super) fn is_quiet(&self) -> bool {
        self.requests.load(Relaxed) == 0
    }

    /// From now on every answer ends its connection.
    pub(super) fn close(&self) {
        self.is_closing.store(true, Relaxed);
    }

    pub(super) fn is_closing(&self) -> bool {
        self.is_closing.load(Relaxed)
    }

    /// A body of which nothing is held yet.
    pub(super) fn hold(&self) -> Held<'_> {
        Held { traffic: self, bytes: 0 }
    }
}

impl Held<'_> {
    /// Counts `bytes` more, unless all bodies together would then hold more than `bytes_max`.
    pub(super) fn take(&mut self, bytes: usize, bytes_max: usize) -> bool {
        self.bytes += bytes;
        self.traffic.body_bytes.fetch_add(bytes, Relaxed) + bytes <= bytes_max
    }
}

impl Drop for Held<'_> {
    fn drop(&mut self) {
        self.traffic.body_bytes.fetch_sub(self.bytes, Relaxed);
    }
}

impl Passage {
    pub(super) fn enter(door: Data<Door>) -> Self {
        door.traffic.requests.fetch_add(1, Relaxed);
        Self { door, began: Instant::now(), route: Cell::new(0), is_answered: Cell::new(false) }
    }

    /// Notes which route the request takes.
    pub(super) fn takes(&self, route: &Route<'_>, segments: &[&str]) {
        self.route.set(route.resource.number(segments));
    }

    /// Ends with `response`: with its last byte, if it has more than the system takes off our hands at once. What is
    /// counted is the time until here.
    pub(super) fn end_with(self, method: &Method, response: HttpResponse) -> HttpResponse {
        self.is_answered.set(true);
        self.door.tally.answered(self.route.get(), method, response.status(), self.began.elapsed());
        match response.body().size() {
            BodySize::Sized(bytes) if bytes > AT_ONCE_BYTES => {
                response.map_body(|_, body| BoxBody::new(Leaving { body, _passage: self }))
            }
            _ => response,
        }
    }
}

impl Drop for Passage {
    fn drop(&mut self) {
        self.door.traffic.requests.fetch_sub(1, Relaxed);
        if !self.is_answered.get() {
            self.door.tally.abandoned.add_one();
        }
    }
}

impl Connection {
    pub(super) fn open(tally: Arc<Tally>) -> Self {
        tally.connections_opened.add_one();
        Self(tally)
    }
}

impl Drop for Connection {
    fn drop(&mut self) {
        self.0.connection_closed();
    }
}

impl MessageBody for Leaving {
    type Error = Box<dyn std::error::Error>;

    fn size(&self) -> BodySize {
        self.body.size()
    }

    fn poll_next(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Result<Bytes, Self::Error>>> {
        Pin::new(&mut self.get_mut().body).poll_next(context)
    }
}

#[cfg(test)]
mod tests {
    use super::Traffic;

    #[test]
    fn bodies_share_one_limit_and_give_back_what_they_held() {
        let traffic = Traffic::default();
        let (mut one, mut other) = (traffic.hold(), traffic.hold());
        assert!(one.take(60, 100));
        assert!(!other.take(60, 100));
        drop(other);
        assert!(one.take(40, 100));
        drop(one);
        assert!(traffic.hold().take(100, 100));
    }
}
