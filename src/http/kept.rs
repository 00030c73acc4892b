//! Answers that are given again as they stand, until anything that is known changes.
//!
//! On every start, producers and consumers ask the same few things. What follows from the request's target and body and
//! from the catalog alone need not be looked up, written and compressed each time: it holds as long as
//! [`Registry::changes`] does. Only handlers can tell ([`Answer::lasting`]); headers are settled anew for each request.

use super::answer::{Answer, Lasting};
use crate::registry::{Cache, CacheSize, Registry};
use actix_web::http::Method;
use actix_web::web::Bytes;
use sha2::{Digest as _, Sha256};
use std::sync::Arc;

/// Bytes of a request's body above which its answer is not kept: the body would have to be hashed first.
const ASKED_BYTES_MAX: usize = 16 << 10;
/// Bytes of an answer above which it is not kept: a few of them would push out all others.
const ANSWER_BYTES_MAX: usize = 64 << 10;

/// The answers.
#[derive(Debug)]
pub(super) struct Kept(Cache<Key, Arc<KeptAnswer>>);

/// SHA-256 of a question.
type Key = [u8; 32];

/// What was asked, and when.
#[derive(Debug, Clone, Copy)]
pub(super) struct Question {
    key: Key,
    changes: u64,
}

/// The body of an answer with status 200 and the type that was negotiated.
#[derive(Debug)]
pub(super) struct KeptAnswer {
    changes: u64,
    lasting: Lasting,
    body: Bytes,
    /// In gzip, if that was asked for.
    packed: Option<Bytes>,
}

impl Question {
    /// To be taken before anything is looked up; `None` where an answer would not be kept.
    pub(super) fn new(registry: &Registry, method: &Method, target: &str, body: &[u8]) -> Option<Self> {
        if body.len() > ASKED_BYTES_MAX {
            return None;
        }
        let mut hash = Sha256::new();
        // Neither a method nor a target has a blank in it.
        for part in [method.as_str().as_bytes(), b" ", target.as_bytes(), b" ", body] {
            hash.update(part);
        }
        Some(Self { key: hash.finalize().into(), changes: registry.changes() })
    }
}

impl Kept {
    /// None yet; they may take about so many bytes.
    pub(super) fn new(bytes_max: usize) -> Self {
        Self(Cache::new(bytes_max))
    }

    /// The answer, if it was given before and still holds.
    pub(super) fn find(&self, question: &Question) -> Option<Arc<KeptAnswer>> {
        self.0.get_if(&question.key, |kept| kept.changes == question.changes)
    }

    /// Keeps an answer, if it is one to be kept, with its packed form as far as there is one.
    pub(super) fn keep(&self, question: &Question, answer: &Answer, packed: Option<&Bytes>) {
        let bytes = answer.body.len() + packed.map_or(0, Bytes::len);
        let is_plain = answer.status == 200 && answer.is_typed && answer.usual_type.is_none();
        if answer.lasting == Lasting::No || !is_plain || bytes > ANSWER_BYTES_MAX {
            return;
        }
        // Copied, because what was written may stand in a larger piece of memory.
        let exact = |bytes: &Bytes| Bytes::copy_from_slice(bytes);
        let (changes, lasting) = (question.changes, answer.lasting);
        let kept = KeptAnswer { changes, lasting, body: exact(&answer.body), packed: packed.map(exact) };
        self.0.insert(question.key, Arc::new(kept), bytes);
    }

    /// How large they are.
    pub(super) fn sizes(&self) -> [(&'static str, CacheSize); 1] {
        [("answers", self.0.size())]
    }
}

impl KeptAnswer {
    /// The answer as its handler gave it.
    pub(super) fn answer(&self) -> Answer {
        Answer { lasting: self.lasting, ..Answer::bytes(self.body.clone()) }
    }

    /// Its body in gzip.
    pub(super) fn packed(&self) -> Option<&Bytes> {
        self.packed.as_ref()
    }
}
