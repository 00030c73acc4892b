//! What goes on at the moment: requests under way, bytes of bodies held, and whether the door is being closed.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering::Relaxed};

/// Counters that every request passes.
#[derive(Debug, Default)]
pub(super) struct Traffic {
    requests: AtomicUsize,
    body_bytes: AtomicUsize,
    is_closing: AtomicBool,
}

/// A request under way; ends when dropped.
pub(super) struct Passage<'a>(&'a Traffic);

/// Bytes of a body that are held in memory; given back when dropped.
pub(super) struct Held<'a> {
    traffic: &'a Traffic,
    bytes: usize,
}

impl Traffic {
    pub(super) fn enter(&self) -> Passage<'_> {
        self.requests.fetch_add(1, Relaxed);
        Passage(self)
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

impl Drop for Passage<'_> {
    fn drop(&mut self) {
        self.0.requests.fetch_sub(1, Relaxed);
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
