//! Counts what was seen, keeps the shortest examples of each kind of difference, and prints both.

use std::collections::BTreeMap;

/// Counts and examples of one run.
pub(crate) struct Tally {
    asked: usize,
    hits: BTreeMap<&'static str, usize>,
    departures: BTreeMap<&'static str, usize>,
    differences: BTreeMap<&'static str, Vec<String>>,
    /// How many examples to keep of each kind of difference.
    shown: usize,
    differing: usize,
}

impl Tally {
    pub(crate) fn new(shown: usize) -> Self {
        Self {
            asked: 0,
            hits: BTreeMap::new(),
            departures: BTreeMap::new(),
            differences: BTreeMap::new(),
            shown,
            differing: 0,
        }
    }

    pub(crate) fn asked(&mut self) {
        self.asked += 1;
    }

    /// Something the generator is meant to reach.
    pub(crate) fn hit(&mut self, what: &'static str) {
        *self.hits.entry(what).or_default() += 1;
    }

    /// A difference that is meant, and stands in the list of decisions.
    pub(crate) fn departure(&mut self, decision: &'static str) {
        *self.departures.entry(decision).or_default() += 1;
    }

    pub(crate) fn difference(&mut self, kind: &'static str, example: String) {
        self.differing += 1;
        let kept = self.differences.entry(kind).or_default();
        kept.push(example);
        kept.sort_by_key(String::len);
        kept.truncate(self.shown);
    }

    /// Counts it as a difference if the generator reached one of `hits` in fewer than one question in two hundred.
    ///
    /// A run of less than 10,000 says nothing about that.
    pub(crate) fn require_common(&mut self, hits: impl IntoIterator<Item = &'static str>) {
        for hit in hits {
            let count = self.hits.get(hit).copied().unwrap_or_default();
            if self.asked >= 10_000 && count * 200 < self.asked {
                self.difference("the generator comes by it too rarely", format!("    {hit}: {count}"));
            }
        }
    }

    /// Prints everything; how many answers differed without being meant to.
    pub(crate) fn report(&self, what: &str) -> usize {
        println!("\n{} {what}", self.asked);
        for (hit, count) in &self.hits {
            println!("  {hit:<40} {count:>8}  {:6.2} %", 100.0 * *count as f64 / self.asked.max(1) as f64);
        }
        for (decision, count) in &self.departures {
            println!("  on purpose: {decision}: {count}");
        }
        for (kind, examples) in &self.differences {
            println!("  DIFFERENCE: {kind}");
            for example in examples {
                println!("{example}\n");
            }
        }
        println!("  {} differences", self.differing);
        self.differing
    }
}
