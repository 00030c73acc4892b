//! Lists of findings that contain earlier lists by reference. The reference repeats the whole list of a pair whenever
//! it meets the pair again, which once cost it 1.6 GB; here a repetition costs one entry until it is written out.

use super::reasons::Finding;
use crate::compat::{Findings, Incompatibility};

/// A finished list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct ListId(u32);

#[derive(Clone, Copy, Debug)]
enum Item {
    Finding(u32),
    List(ListId),
}

/// Findings and lists of one comparison.
#[derive(Debug, Default)]
pub(super) struct Lists {
    findings: Vec<Finding>,
    /// Items of the finished lists, one list after the other.
    kept: Vec<Item>,
    /// Where each finished list stands in `kept`. Each has a finding itself or at least two other lists.
    lists: Vec<(u32, u32)>,
    /// Items of the lists that are being made, the innermost last.
    open: Vec<Item>,
}

/// D10: how much of a list is written out.
const FINDINGS_MAX: usize = 10_000;
const BYTES_MAX: usize = 1 << 20;

impl Lists {
    /// The list without findings.
    pub(super) const EMPTY: ListId = ListId(u32::MAX);

    /// Begins a list; hand the mark to [`Self::finish`].
    pub(super) fn begin(&self) -> usize {
        self.open.len()
    }

    /// Adds a finding to the innermost open list.
    pub(super) fn add(&mut self, finding: Finding) {
        self.open.push(Item::Finding(self.findings.len() as u32));
        self.findings.push(finding);
    }

    /// Adds all that `list` has to the innermost open list.
    pub(super) fn add_all(&mut self, list: ListId) {
        if list != Self::EMPTY {
            self.open.push(Item::List(list));
        }
    }

    /// Finishes the innermost open list, begun at `mark`.
    pub(super) fn finish(&mut self, mark: usize) -> ListId {
        let list = match self.open[mark..] {
            [] => Self::EMPTY,
            [Item::List(list)] => list,
            ref items => {
                let start = self.kept.len() as u32;
                self.kept.extend_from_slice(items);
                self.lists.push((start, self.kept.len() as u32));
                ListId(self.lists.len() as u32 - 1)
            }
        };
        self.open.truncate(mark);
        list
    }

    /// Writes `list` out, each finding as `describe` says it, as far as D10 allows.
    pub(super) fn write(&self, list: ListId, describe: impl Fn(Finding) -> Incompatibility) -> Findings {
        let mut written = Findings::default();
        let mut described: Vec<Option<Incompatibility>> = vec![None; self.findings.len()];
        let mut bytes = 0;
        let mut left = vec![self.range(list)];
        while let Some((at, end)) = left.pop() {
            if at == end {
                continue;
            }
            left.push((at + 1, end));
            match self.kept[at as usize] {
                Item::List(list) => left.push(self.range(list)),
                Item::Finding(number) => {
                    if written.list.len() == FINDINGS_MAX || bytes > BYTES_MAX {
                        written.is_cut = true;
                        break;
                    }
                    let number = number as usize;
                    let finding = described[number].get_or_insert_with(|| describe(self.findings[number]));
                    bytes += finding.location.len() + finding.message.len();
                    written.list.push(finding.clone());
                }
            }
        }
        written
    }

    fn range(&self, list: ListId) -> (u32, u32) {
        self.lists.get(list.0 as usize).copied().unwrap_or((0, 0))
    }
}
