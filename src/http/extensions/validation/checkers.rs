//! What is made once per schema, or pair of schemas, and serves many batches: bounded, and forgotten when it is not used.

use crate::records::{Checker, Reading};
use crate::registry::{Cache, CacheSize};
use crate::schema::ParsedSchema;
use std::sync::Arc;

/// A schema, which an entry holds on to, takes about so many times the bytes of its text.
const BYTES_PER_TEXT_BYTE: usize = 6;

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

impl Checkers {
    /// None yet; they may take about so many bytes.
    pub(in crate::http) fn new(bytes_max: usize) -> Self {
        Self { checkers: Cache::new(bytes_max / 2), readings: Cache::new(bytes_max / 2) }
    }

    /// What tells whether records fit `schema`.
    pub(super) fn checker(&self, schema: &Arc<ParsedSchema>) -> Arc<Checker> {
        let key = place(schema);
        if let Some(checker) = self.checkers.get(&key) {
            return checker;
        }
        let checker = Arc::new(Checker::new(Arc::clone(schema)));
        self.checkers.insert(key, Arc::clone(&checker), bytes(schema) + checker.bytes());
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
            self.readings.insert(key, Arc::clone(&reading), bytes(writer) + bytes(reader) + reading.bytes());
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
