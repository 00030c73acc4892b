//! The cheapest way to build something out of alternatives that may need each other in circles: Knuth's generalisation
//! of Dijkstra's algorithm. What can be built only out of itself is never built, which is how recursion ends.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

/// One way to build a thing.
#[derive(Debug)]
pub(super) struct Alternative<T> {
    /// What it costs by itself.
    pub(super) base: u64,
    /// The things it needs, whose costs are added; one may be needed more than once.
    pub(super) parts: Vec<usize>,
    /// What to do.
    pub(super) what: T,
}

impl<T> Alternative<T> {
    /// A way that needs nothing else.
    pub(super) fn leaf(base: u64, what: T) -> Self {
        Self { base, parts: Vec::new(), what }
    }
}

/// The cheapest way to build a thing.
#[derive(Clone, Copy, Debug)]
pub(super) struct Cheapest {
    /// With all parts.
    pub(super) cost: u64,
    /// Position among the alternatives.
    pub(super) alternative: usize,
}

/// For each thing its cheapest way; `None` where there is none. Of equally cheap ones the first.
pub(super) fn cheapest<T>(things: &[Vec<Alternative<T>>]) -> Vec<Option<Cheapest>> {
    let mut found: Vec<Option<Cheapest>> = vec![None; things.len()];
    let mut users: Vec<Vec<(usize, usize)>> = vec![Vec::new(); things.len()];
    let mut ready = BinaryHeap::new();
    let mut open: Vec<Vec<(usize, u64)>> = Vec::with_capacity(things.len());
    for (thing, alternatives) in things.iter().enumerate() {
        for (at, alternative) in alternatives.iter().enumerate() {
            if alternative.parts.is_empty() {
                ready.push(Reverse((alternative.base, thing, at)));
            }
            alternative.parts.iter().for_each(|part| users[*part].push((thing, at)));
        }
        open.push(alternatives.iter().map(|alternative| (alternative.parts.len(), alternative.base)).collect());
    }
    while let Some(Reverse((cost, thing, alternative))) = ready.pop() {
        if found[thing].is_some() {
            continue;
        }
        found[thing] = Some(Cheapest { cost, alternative });
        for (user, at) in std::mem::take(&mut users[thing]) {
            let (missing, sum) = &mut open[user][at];
            (*missing, *sum) = (*missing - 1, sum.saturating_add(cost));
            if *missing == 0 {
                ready.push(Reverse((*sum, user, at)));
            }
        }
    }
    found
}
