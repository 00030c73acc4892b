//! Names of types, split at their last dot and hashed once, so that comparing them is comparing numbers.

use std::fmt;

/// The name of a named type, or an alias of one: an optional namespace and a simple name.
#[derive(Clone, PartialEq, Eq)]
pub struct TypeName {
    full: Box<str>,
    simple_at: u32,
    full_hash: u64,
    simple_hash: u64,
}

impl TypeName {
    /// Joins a namespace (empty for none) and a simple name.
    pub(in crate::schema) fn new(namespace: &str, simple: &str) -> Self {
        let full: Box<str> =
            if namespace.is_empty() { simple.into() } else { [namespace, ".", simple].concat().into() };
        let simple_at = u32::try_from(full.len() - simple.len()).expect("a schema text is far below 4 GiB");
        Self { full_hash: name_hash(&full), simple_hash: name_hash(simple), full, simple_at }
    }

    /// Namespace and simple name joined by a dot; the simple name alone in the null namespace.
    pub fn full(&self) -> &str {
        &self.full
    }

    /// The part after the namespace.
    pub fn simple(&self) -> &str {
        &self.full[self.simple_at as usize..]
    }

    /// The namespace; empty for none.
    pub fn namespace(&self) -> &str {
        &self.full[..(self.simple_at as usize).saturating_sub(1)]
    }

    /// [`name_hash`] of [`Self::full`].
    pub fn full_hash(&self) -> u64 {
        self.full_hash
    }

    /// [`name_hash`] of [`Self::simple`].
    pub fn simple_hash(&self) -> u64 {
        self.simple_hash
    }
}

impl fmt::Debug for TypeName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.full)
    }
}

/// The hash by which names are looked up. Equal names have equal hashes; the reverse is for the caller to check.
pub fn name_hash(name: &str) -> u64 {
    const K: u64 = 0x9e37_79b9_7f4a_7c15;
    let mut hash = (name.len() as u64).wrapping_mul(K);
    let mut words = name.as_bytes().chunks_exact(8);
    for word in words.by_ref() {
        let word = u64::from_le_bytes(word.try_into().expect("chunks of eight"));
        hash = (hash.rotate_left(26) ^ word).wrapping_mul(K);
    }
    let mut last = [0; 8];
    last[..words.remainder().len()].copy_from_slice(words.remainder());
    hash = (hash.rotate_left(26) ^ u64::from_le_bytes(last)).wrapping_mul(K);
    hash ^ (hash >> 32)
}
