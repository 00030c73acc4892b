//! Values that a round lays over those of the catalog.

use std::collections::HashMap;
use std::hash::Hash;

/// Values that replace those of the catalog, in the order in which they were first replaced; `None` takes one away.
#[derive(Debug)]
pub(super) struct Overlay<K, V> {
    at: HashMap<K, usize>,
    pub(super) items: Vec<(K, Option<V>)>,
}

impl<K, V> Default for Overlay<K, V> {
    fn default() -> Self {
        Self { at: HashMap::new(), items: Vec::new() }
    }
}

impl<K: Hash + Eq + Clone, V> Overlay<K, V> {
    /// What replaces the catalog's value; `None` where nothing does.
    pub(super) fn get<Q>(&self, key: &Q) -> Option<Option<&V>>
    where
        K: std::borrow::Borrow<Q>,
        Q: Hash + Eq + ?Sized,
    {
        if self.items.is_empty() {
            return None;
        }
        self.at.get(key).map(|at| self.items[*at].1.as_ref())
    }

    pub(super) fn put(&mut self, key: K, value: Option<V>) {
        match self.at.get(&key) {
            Some(at) => self.items[*at].1 = value,
            None => {
                self.at.insert(key.clone(), self.items.len());
                self.items.push((key, value));
            }
        }
    }

    /// The value to change, taken from the catalog by `load` where nothing replaces it yet.
    pub(super) fn entry(&mut self, key: &K, load: impl FnOnce() -> Option<V>) -> &mut Option<V> {
        let at = match self.at.get(key) {
            Some(at) => *at,
            None => {
                self.put(key.clone(), load());
                self.items.len() - 1
            }
        };
        &mut self.items[at].1
    }
}
