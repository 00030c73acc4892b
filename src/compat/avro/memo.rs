//! What the verdict walk knows about pairs of named types: a table that forgets everything at once when the next
//! comparison begins, so that a warm comparison allocates and clears nothing.

/// What is known about a pair.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Known {
    /// Nothing, or something that was taken back.
    Nothing,
    /// It is being compared further up.
    InProgress,
    /// It is being compared further up, and somebody took it for readable meanwhile.
    Assumed,
    /// The reader can decode the writer, provided every pair in progress turns out readable.
    Readable,
    /// It cannot, whatever the pairs in progress turn out to be.
    Unreadable,
}

/// A reader's and a writer's node, by index.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub(super) struct Pair {
    pub(super) reader: u32,
    pub(super) writer: u32,
}

#[derive(Clone, Copy, Debug)]
struct Entry {
    pair: Pair,
    /// The comparison it belongs to; of another one, it counts as absent.
    round: u32,
    known: Known,
}

const ABSENT: Entry = Entry { pair: Pair { reader: 0, writer: 0 }, round: 0, known: Known::Nothing };

/// Entries kept between comparisons: 1 MiB.
const KEPT_MAX: usize = 1 << 16;

/// Known pairs, in open addressing.
#[derive(Debug, Default)]
pub(super) struct Memo {
    entries: Vec<Entry>,
    round: u32,
    used: usize,
}

impl Memo {
    /// Forgets everything.
    pub(super) fn begin(&mut self) {
        if self.entries.len() > KEPT_MAX {
            self.entries = Vec::new();
        }
        self.used = 0;
        self.round = self.round.checked_add(1).unwrap_or_else(|| {
            self.entries.fill(ABSENT);
            1
        });
    }

    /// How many pairs have been entered since [`Self::begin`].
    pub(super) fn len(&self) -> usize {
        self.used
    }

    pub(super) fn get(&self, pair: Pair) -> Known {
        if self.entries.is_empty() {
            return Known::Nothing;
        }
        let entry = &self.entries[self.slot(pair)];
        if entry.round == self.round { entry.known } else { Known::Nothing }
    }

    /// What was known about a pair that is to be compared now: if nothing, it is in progress from here on; if it is in
    /// progress already, it is assumed.
    pub(super) fn enter(&mut self, pair: Pair) -> Known {
        if (self.used + 1) * 2 > self.entries.len() {
            self.grow();
        }
        let slot = self.slot(pair);
        let (round, entry) = (self.round, &mut self.entries[slot]);
        if entry.round != round {
            self.used += 1;
            *entry = Entry { pair, round, known: Known::InProgress };
            return Known::Nothing;
        }
        let known = entry.known;
        match known {
            Known::Nothing => entry.known = Known::InProgress,
            Known::InProgress => entry.known = Known::Assumed,
            Known::Assumed | Known::Readable | Known::Unreadable => {}
        }
        known
    }

    pub(super) fn set(&mut self, pair: Pair, known: Known) {
        if (self.used + 1) * 2 > self.entries.len() {
            self.grow();
        }
        let slot = self.slot(pair);
        if self.entries[slot].round != self.round {
            self.used += 1;
        }
        self.entries[slot] = Entry { pair, round: self.round, known };
    }

    /// Where `pair` stands, or the free place where it would.
    fn slot(&self, pair: Pair) -> usize {
        let mask = self.entries.len() - 1;
        let mut slot = spread(pair) & mask;
        loop {
            let entry = &self.entries[slot];
            if entry.round != self.round || entry.pair == pair {
                return slot;
            }
            slot = (slot + 1) & mask;
        }
    }

    fn grow(&mut self) {
        let larger = vec![ABSENT; (self.entries.len() * 2).max(64)];
        let old = std::mem::replace(&mut self.entries, larger);
        for entry in old.into_iter().filter(|entry| entry.round == self.round) {
            let slot = self.slot(entry.pair);
            self.entries[slot] = entry;
        }
    }
}

fn spread(pair: Pair) -> usize {
    let mut bits = u64::from(pair.reader) << 32 | u64::from(pair.writer);
    bits = (bits ^ bits >> 31).wrapping_mul(0x7fb5_d329_728e_a185);
    bits = (bits ^ bits >> 27).wrapping_mul(0x81da_def4_bc2d_d44d);
    (bits ^ bits >> 33) as usize
}
