//! What a union may hold: no union, and each unnamed kind and each full name at most once.

use super::builder::Builder;
use super::canonical::Printer;
use super::model::{Kind, NodeId};
use std::collections::BTreeSet;

/// Unions up to this many branches are searched for doubles pair by pair.
const FEW_BRANCHES: usize = 8;

/// Why branches cannot stand together.
pub(super) enum Complaint {
    Nested,
    Doubled(String),
}

impl Complaint {
    /// The reference's words; `union` is the node of the union itself.
    pub(super) fn into_words(self, build: &Builder, union: NodeId) -> String {
        match self {
            Self::Nested => format!("Nested union: {}", Printer::for_message(build).text(union)),
            Self::Doubled(name) => format!("Duplicate in union:{name}"),
        }
    }
}

/// The first complaint about `branches`, in their order. Open names stand for nothing yet and clash with nothing.
pub(super) fn complaint(build: &Builder, branches: &[NodeId]) -> Option<Complaint> {
    complaint_about(build, branches, |branch| Builder::open_at(branch).is_none().then_some(branch))
}

/// The same with open names taken for what they were bound to.
pub(super) fn complaint_once_bound(build: &Builder, branches: &[NodeId]) -> Option<Complaint> {
    complaint_about(build, branches, |branch| match Builder::open_at(branch) {
        Some(open) => build.opens[open].target,
        None => Some(branch),
    })
}

fn complaint_about(
    build: &Builder,
    branches: &[NodeId],
    seen_as: impl Fn(NodeId) -> Option<NodeId>,
) -> Option<Complaint> {
    let mut names = BTreeSet::new();
    let is_small = branches.len() <= FEW_BRANCHES;
    for (at, branch) in branches.iter().enumerate() {
        let Some(branch) = seen_as(*branch) else { continue };
        if build.model.kind(branch) == Kind::Union {
            return Some(Complaint::Nested);
        }
        let name = build.branch_name(branch);
        let is_doubled = if is_small {
            branches[..at]
                .iter()
                .filter_map(|earlier| seen_as(*earlier))
                .any(|earlier| build.branch_name(earlier) == name)
        } else {
            !names.insert(name)
        };
        if is_doubled {
            return Some(Complaint::Doubled(name.to_owned()));
        }
    }
    None
}
