//! What is made once per schema, or pair of schemas, and serves many batches: bounded, and forgotten when it is not used.

use crate::records::{Checker, Reading};
use crate::registry::{Cache, CacheSize};
use crate::schema::ParsedSchema;
use std::sync::Arc;

/// What each of the two caches may take, in bytes.
const BYTES_MAX: usize = 16 << 20;
/// A schema and what is made of it take about so many times the bytes of its text.
const BYTES_PER_TEXT_BYTE: usize = 8;

/// Checkers and readings at hand.
///
/// Schemas are told apart by where they lie: the registry hands out the same one as long as it keeps it, and an entry
/// holds on to its schemas, so no other can lie there meanwhile.
#[derive(Debug)]
pub(in crate::http) struct Checkers {
    checkers: Cache<usize, Arc<Checker>>,
    /// By writer and reader.
    readings: Cache<(usize, usize), Arc<Reading>>,
}

impl Default for Checkers {
    fn default() -> Self {
        Self { checkers: Cache::new(BYTES_MAX), readings: Cache::new(BYTES_MAX) }
    }
}

impl Checkers {
    /// What tells whether records fit `schema`.
    pub(super) fn checker(&self, schema: &Arc<ParsedSchema>) -> Arc<Checker> {
        let key = place(schema);
        if let Some(checker) = self.checkers.get(&key) {
            return checker;
        }
        let checker = Arc::new(Checker::new(Arc::clone(schema)));
        self.checkers.insert(key, Arc::clone(&checker), bytes(schema));
        checker
    }

    /// What tells whether `reader` can read what fits `writer`; `None` where it can read everything.
    pub(super) fn reading(&self, writer: &Arc<ParsedSchema>, reader: &Arc<ParsedSchema>) -> Option<Arc<Reading>> {
        let key = (place(writer), place(reader));
        if key.0 == key.1 {
            return None;
        }
        let reading = self.readings.get(&key).unwrap_or_else(|| {
            let reading = Arc::new(Reading::new(Arc::clone(writer), Arc::clone(reader)));
            self.readings.insert(key, Arc::clone(&reading), bytes(writer) + bytes(reader));
            reading
        });
        (!reading.reads_everything()).then_some(reading)
    }

    /// How large they are.
    pub(in crate::http) fn sizes(&self) -> [(&'static str, CacheSize); 2] {
        [("checkers", self.checkers.size()), ("readings", self.readings.size())]
    }
}

fn place(schema: &Arc<ParsedSchema>) -> usize {
    Arc::as_ptr(schema) as usize
}

fn bytes(schema: &ParsedSchema) -> usize {
    schema.resolved_text().len() * BYTES_PER_TEXT_BYTE
}
