//! Repeated keys of an object: of each the last value counts, at the place of the first.

use super::read::{Reader, unescaped};
use super::tape::{Token, TokenKind, Word};
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

/// Objects up to this many members are searched for repeated keys pair by pair.
const MEMBERS_FEW: usize = 12;

impl Reader<'_> {
    /// Of each repeated key keeps the last value at the place of the first; almost always there is none.
    pub(super) fn drop_repeated_keys(&mut self, object: usize) {
        if self.tokens[object].end as usize <= MEMBERS_FEW && !self.has_repeated_key(object) {
            return;
        }
        let mut members = Vec::with_capacity(self.tokens[object].end as usize);
        let mut at = object + 1;
        while at < self.tokens.len() {
            members.push((at, at + 1));
            at = self.tokens[at + 1].next as usize;
        }
        self.rewrite_without_repeats(object, members);
    }

    /// Whether a key of a small object repeats another. The words of a schema are told apart at a glance.
    fn has_repeated_key(&self, object: usize) -> bool {
        let mut words: u32 = 0;
        let mut others = [0; MEMBERS_FEW];
        let mut count = 0;
        let mut at = object + 1;
        while at < self.tokens.len() {
            let token = &self.tokens[at];
            let bit = 1 << token.word as u32;
            if token.word != Word::Other {
                if words & bit != 0 {
                    return true;
                }
                words |= bit;
            } else {
                let text = self.key_text(token);
                if others[..count].iter().any(|other| self.key_text(&self.tokens[*other]) == text) {
                    return true;
                }
                others[count] = at;
                count += 1;
            }
            at = self.tokens[at + 1].next as usize;
        }
        false
    }

    fn rewrite_without_repeats(&mut self, object: usize, members: Vec<(usize, usize)>) {
        let mut first_place = BTreeMap::new();
        let mut kept: Vec<(usize, usize)> = Vec::with_capacity(members.len());
        for (key, value) in members {
            match first_place.entry(self.key_text(&self.tokens[key])) {
                Entry::Occupied(place) => kept[*place.get()] = (key, value),
                Entry::Vacant(place) => {
                    place.insert(kept.len());
                    kept.push((key, value));
                }
            }
        }
        if kept.len() == self.tokens[object].end as usize {
            return;
        }
        let old = self.tokens.split_off(object + 1);
        for &(key, value) in &kept {
            let (from, end) = (key - object - 1, old[value - object - 1].next as usize - object - 1);
            let moved = self.tokens.len() as i64 - key as i64;
            self.tokens.extend(
                old[from..end].iter().map(|token| Token { next: (i64::from(token.next) + moved) as u32, ..*token }),
            );
        }
        let next = self.tokens.len() as u32;
        let token = &mut self.tokens[object];
        (token.next, token.end) = (next, kept.len() as u32);
    }

    fn key_text(&self, token: &Token) -> Cow<'_, str> {
        let raw = &self.text[token.start as usize..token.end as usize];
        match token.kind {
            TokenKind::Escaped => unescaped(raw).into(),
            _ => raw.into(),
        }
    }
}
