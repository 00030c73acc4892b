//! What is worth knowing although it decides nothing (`change-classification` 7, point 5).

use super::answer::AnsweredChange;
use super::decision::{Decision, NEEDLESS_MAJOR_BUMP};
use super::profile::Grade;
use super::{Enforcement, Pair, VersionOutcome};
use crate::evolution::ChangeClass;

/// Warnings that a kind of change brings with it, in the order in which answers list them.
const OF_KINDS: [(&str, &str); 4] = [
    ("numeric-widened-lossy", "precision-loss"),
    ("decimal-precision-increased", "avro-spec-mismatch"),
    ("tag-removed", "tag-removed"),
    ("alias-collision", "alias-collision"),
];

/// Old consumers cannot read what the new schema writes, and nothing else stops the producer from writing it.
const UPGRADE_CONSUMERS_FIRST: &str = "upgrade-consumers-first";

/// The declared semantic version went up further than the changes ask (8.4). Where it is the major version that did,
/// `needless-major-bump` says so already.
const NEEDLESS_VERSION_BUMP: &str = "needless-version-bump";

/// The warnings of a pair, each once: those of single changes first, as the golden data lists them.
pub(super) fn of(
    changes: &[AnsweredChange],
    grade: Grade,
    pair: Pair,
    decision: Decision,
    version: VersionOutcome,
    enforcement: Enforcement,
) -> Vec<&'static str> {
    // What an override took out of the class has been looked at and found harmless here.
    let has = |id: &str| changes.iter().any(|a| a.change.kind.id == id && a.class != ChangeClass::None);
    let of_kinds = OF_KINDS.into_iter().filter(|(id, _)| has(id)).map(|(_, warning)| warning);
    let mut warnings: Vec<&'static str> = of_kinds.collect();
    if grade.class == ChangeClass::Allowed && pair.backward && !pair.forward {
        warnings.push(UPGRADE_CONSUMERS_FIRST);
    }
    if decision.reason == NEEDLESS_MAJOR_BUMP {
        warnings.push(NEEDLESS_MAJOR_BUMP);
    } else if matches!(version, VersionOutcome::MoreThanNeeded { .. }) && enforcement != Enforcement::Off {
        warnings.push(NEEDLESS_VERSION_BUMP);
    }
    warnings
}
