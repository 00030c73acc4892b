//! A map that forgets: bounded in bytes, second chance for what was used.

use dashmap::DashMap;
use dashmap::mapref::one::Ref;
use std::collections::VecDeque;
use std::hash::Hash;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering::Relaxed};

/// What an entry costs beside its value: key, slot, place in the queue.
const ENTRY_BYTES: usize = 160;

/// Readers only read; whoever inserts also evicts.
#[derive(Debug)]
pub struct Cache<K: Eq + Hash, V> {
    slots: DashMap<K, Slot<V>>,
    queue: Mutex<VecDeque<K>>,
    bytes: AtomicUsize,
    bytes_max: usize,
    hits: AtomicU64,
    misses: AtomicU64,
}

/// How large a cache is and how well it serves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CacheSize {
    /// About how many bytes it takes.
    pub bytes: usize,
    /// How many it may take.
    pub bytes_max: usize,
    /// How often it had what was looked for.
    pub hits: u64,
    /// How often it did not.
    pub misses: u64,
}

#[derive(Debug)]
struct Slot<V> {
    value: V,
    bytes: usize,
    used: AtomicBool,
}

impl<K: Eq + Hash + Clone, V: Clone> Cache<K, V> {
    /// An empty one that keeps about so many bytes.
    pub fn new(bytes_max: usize) -> Self {
        let (slots, queue, bytes) = (DashMap::new(), Mutex::default(), AtomicUsize::new(0));
        Self { slots, queue, bytes, bytes_max, hits: AtomicU64::new(0), misses: AtomicU64::new(0) }
    }

    /// How large it is and how well it serves.
    pub fn size(&self) -> CacheSize {
        CacheSize {
            bytes: self.bytes.load(Relaxed),
            bytes_max: self.bytes_max,
            hits: self.hits.load(Relaxed),
            misses: self.misses.load(Relaxed),
        }
    }

    /// The value of a key, where it is kept.
    pub fn get(&self, key: &K) -> Option<V> {
        self.get_if(key, |_| true)
    }

    /// The value of a key, where it is kept and `holds`; one that does not is as good as none.
    pub fn get_if(&self, key: &K, holds: impl FnOnce(&V) -> bool) -> Option<V> {
        let slot = self.find(key, holds)?;
        if !slot.used.load(Relaxed) {
            slot.used.store(true, Relaxed);
        }
        Some(slot.value.clone())
    }

    /// Whether a key is kept; it counts as used.
    pub fn contains(&self, key: &K) -> bool {
        self.find(key, |_| true).is_some_and(|slot| {
            slot.used.store(true, Relaxed);
            true
        })
    }

    fn find(&self, key: &K, holds: impl FnOnce(&V) -> bool) -> Option<Ref<'_, K, Slot<V>>> {
        let slot = self.slots.get(key).filter(|slot| holds(&slot.value));
        if slot.is_some() { &self.hits } else { &self.misses }.fetch_add(1, Relaxed);
        slot
    }

    /// Keeps `value`, which takes about `bytes`, and forgets what has not been used for long.
    pub fn insert(&self, key: K, value: V, bytes: usize) {
        let bytes = bytes + ENTRY_BYTES;
        if bytes > self.bytes_max {
            return;
        }
        let slot = Slot { value, bytes, used: AtomicBool::new(false) };
        let mut queue = self.queue.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
        self.bytes.fetch_add(bytes, Relaxed);
        match self.slots.insert(key.clone(), slot) {
            Some(old) => drop(self.bytes.fetch_sub(old.bytes, Relaxed)),
            None => queue.push_back(key),
        }
        while self.bytes.load(Relaxed) > self.bytes_max {
            let Some(oldest) = queue.pop_front() else { return };
            let spared = self.slots.get(&oldest).is_some_and(|slot| slot.used.swap(false, Relaxed));
            if spared {
                queue.push_back(oldest);
            } else if let Some((_, slot)) = self.slots.remove(&oldest) {
                self.bytes.fetch_sub(slot.bytes, Relaxed);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Cache, ENTRY_BYTES};

    #[test]
    fn a_cache_stays_within_its_bytes_and_keeps_what_is_used() {
        let cache = Cache::new(10 * (ENTRY_BYTES + 100));
        for key in 0..1_000_u32 {
            cache.insert(key, key, 100);
            assert_eq!(cache.get(&0), Some(0), "used all the time, {key}");
        }
        let kept = (0..1_000).filter(|key| cache.get(key).is_some()).count();
        assert_eq!(kept, 10);
        let size = cache.size();
        assert_eq!((size.bytes, size.hits, size.misses), (size.bytes_max, 1_000 + 10, 990));
    }

    #[test]
    fn what_is_larger_than_the_cache_is_not_kept() {
        let cache = Cache::new(1_000);
        cache.insert(1, 1, 2_000);
        assert_eq!(cache.get(&1), None);
    }
}
