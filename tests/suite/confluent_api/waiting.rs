//! What is not answered yet. A step that waits is played and not judged; an entry that is answered as recorded is
//! reported, so that the list can only shrink.

use super::extent::Extent::{self, Steps, Throughout};

/// Scenario, steps, and what they wait for.
const WAITING: &[(&str, Extent, &str)] = &[
    ("x-two-requests-same-connection-after-error", Steps(&[11]), "other schema types"),
    ("ctx-prefix-wrapped", Steps(&[22]), "other schema types"),
    ("ctx-prefix-default-wrapped", Steps(&[22]), "other schema types"),
    ("ctx-prefix-unicode", Steps(&[22]), "other schema types"),
    ("ctx-prefix-colon-encoded", Steps(&[22]), "other schema types"),
    ("ctx-prefix-space", Steps(&[22]), "other schema types"),
    ("ctx-prefix-dot", Steps(&[22]), "other schema types"),
    ("ctx-prefix-encoded", Steps(&[22]), "other schema types"),
    ("ctx-prefix-dots", Steps(&[22]), "other schema types"),
    ("ctx-prefix-colon", Steps(&[22]), "other schema types"),
    ("ctx-prefix-global", Steps(&[22]), "other schema types"),
    ("ctx-prefix-star", Steps(&[22]), "other schema types"),
    ("ctx-prefix-star-wrapped", Steps(&[22]), "other schema types"),
    ("http-root-and-metadata", Steps(&[23, 24]), "other schema types"),
    ("http-gzip-response", Steps(&[13]), "other schema types"),
    ("lookup-matrix", Steps(&[123]), "other schema types"),
    ("compat-errors", Steps(&[16, 31, 91, 106, 181]), "other schema types"),
    ("compat-type-mix", Throughout, "other schema types"),
];

/// The entries of a scenario.
pub(super) fn of(scenario: &str) -> Vec<Extent> {
    WAITING.iter().filter(|(name, ..)| *name == scenario).map(|(_, extent, _)| *extent).collect()
}
