//! What we answer differently on purpose. Every entry stands in `src/http/confluent/quirks.md` under the same heading,
//! and must still differ: one that agrees is reported, too.

use super::extent::Extent::{self, Steps, Throughout};

/// Scenario, steps, and the heading in `quirks.md`.
const QUIRKS: &[(&str, Extent, &str)] = &[
    ("x-two-requests-same-connection-after-error", Steps(&[3]), "The text of an unknown id is not found"),
    ("ctx-prefix-colon-encoded", Steps(&[25]), "The text of an unknown id is not found"),
    ("ctx-prefix-global", Steps(&[25]), "The text of an unknown id is not found"),
    ("ids-params", Steps(&[161]), "The text of an unknown id is not found"),
    ("param-integers", Steps(&[113, 129, 133, 137, 153]), "The text of an unknown id is not found"),
    ("http-empty-registry-reads", Steps(&[18]), "The text of an unknown id is not found"),
    ("x-two-requests-same-connection-after-error", Steps(&[5]), "A negative offset counts as none"),
    ("param-integers", Steps(&[15, 16, 65, 66, 77, 78, 79, 80, 81]), "A negative offset counts as none"),
    ("reg-empty-schema", Steps(&[23]), "An unknown name as a whole schema is named"),
    (
        "vec-avro-parse-00",
        Steps(&[31, 32, 33, 34, 45, 46, 47, 48, 67, 68, 74, 75]),
        "An unknown name as a whole schema is named",
    ),
    ("alias-contexts", Steps(&[7, 13, 14, 15, 23]), "An unqualified alias target lives in the context of its holder"),
    (
        "alias-contexts-raw",
        Steps(&[13, 14, 16, 29, 30, 31, 62, 63, 64, 65, 66, 79, 80, 81, 83, 89, 90, 92]),
        "An unqualified alias target lives in the context of its holder",
    ),
    ("ctx-prefix-wrapped", Steps(&[38]), "The commit is not ours to tell"),
    ("ctx-prefix-default-wrapped", Steps(&[38]), "The commit is not ours to tell"),
    ("ctx-prefix-unicode", Steps(&[38]), "The commit is not ours to tell"),
    ("ctx-prefix-colon-encoded", Steps(&[38]), "The commit is not ours to tell"),
    ("ctx-prefix-space", Steps(&[38]), "The commit is not ours to tell"),
    ("ctx-prefix-dot", Steps(&[38]), "The commit is not ours to tell"),
    ("ctx-prefix-encoded", Steps(&[38]), "The commit is not ours to tell"),
    ("ctx-prefix-dots", Steps(&[38]), "The commit is not ours to tell"),
    ("ctx-prefix-colon", Steps(&[38]), "The commit is not ours to tell"),
    ("ctx-prefix-global", Steps(&[38]), "The commit is not ours to tell"),
    ("ctx-prefix-star", Steps(&[38]), "The commit is not ours to tell"),
    ("ctx-prefix-star-wrapped", Steps(&[38]), "The commit is not ours to tell"),
    ("http-root-and-metadata", Steps(&[16, 21]), "The commit is not ours to tell"),
    ("http-gzip-response", Steps(&[18]), "The commit is not ours to tell"),
    ("ctx-prefix-colon-encoded", Throughout, "An escaped colon in a context prefix is a colon"),
    ("ctx-prefix-encoded", Throughout, "An escaped colon in a context prefix is a colon"),
    ("ctx-list-delete", Steps(&[25, 31, 35, 37, 42, 44, 46]), "An escaped colon in a context prefix is a colon"),
    ("guids", Steps(&[47, 48, 51, 52]), "A guid leads to what is there"),
    (
        "mode-values-global",
        Steps(&[53, 54, 55, 59, 61, 62, 64, 66, 68, 69, 71, 73]),
        "FORWARD is refused in any letter case",
    ),
    (
        "mode-values-default-context",
        Steps(&[53, 54, 55, 59, 61, 62, 64, 66, 68, 69, 71, 73]),
        "FORWARD is refused in any letter case",
    ),
    ("mode-values-context", Steps(&[53, 54, 56, 61, 63, 68, 70]), "FORWARD is refused in any letter case"),
    ("mode-values-subject-in-context", Steps(&[53, 54, 56, 61, 63, 68, 70]), "FORWARD is refused in any letter case"),
    ("body-bad-mode-global", Steps(&[67, 68]), "FORWARD is refused in any letter case"),
    ("body-bad-mode-subject", Steps(&[67, 68]), "FORWARD is refused in any letter case"),
    ("body-bad-config-subject", Steps(&[50, 53, 54, 55, 56, 57, 58]), "A property without a value is no property"),
    ("body-bad-mode-global", Steps(&[63, 71]), "A mode that is missing is invalid"),
    ("body-bad-mode-subject", Steps(&[63, 71]), "A mode that is missing is invalid"),
    ("path-odd-uris-register", Steps(&[88, 89, 90, 160]), "Nothing is registered under the wildcard"),
    ("param-integers", Steps(&[276, 277, 278, 279, 280, 281, 282]), "Digits are ASCII digits"),
    ("reg-import", Steps(&[36, 41, 42, 43, 44, 45, 46, 47, 48, 49, 50, 51, 52, 53, 56, 59]), "The last id is the last"),
    ("reg-import", Steps(&[40]), "A blank text that was imported spoils nothing"),
    ("mode-forward", Steps(&[19]), "A blank text that was imported spoils nothing"),
    ("reg-ids-across-subjects", Steps(&[21, 25]), "Which use of an id is shown"),
    ("vec-avro-compat-09", Steps(&[9]), "A verdict is sound"),
    ("ctx-isolation", Steps(&[87, 89]), "`:.:s` is `s`"),
    ("ids-params", Steps(&[20]), "`:.:s` is `s`"),
    ("body-bad-lookup", Steps(&[36]), "Lone surrogates are replaced"),
    ("body-bad-compat-all", Steps(&[36]), "Lone surrogates are replaced"),
    ("body-bad-lookup", Steps(&[37]), "`null` among references is an incomplete reference"),
    ("assoc-weak", Steps(&[55]), "The last live version of a subject in use"),
    ("assoc-strong", Steps(&[38, 39, 40, 41, 42]), "A cascade that is refused takes nothing away"),
    ("tags-in-register", Steps(&[12]), "Incomplete tags are refused"),
    ("tags-endpoint-2", Steps(&[74, 76]), "Incomplete tags are refused"),
    ("body-bad-tags", Steps(&[30, 31, 32]), "Incomplete tags are refused"),
    ("tags-endpoint-2", Steps(&[62, 66]), "An answer to a change of tags shows what is stored"),
    ("path-odd-uris-register", Steps(&[112, 115]), "Nothing is registered under the default context itself"),
    ("set-size-limit", Steps(&[9]), "Larger bodies than the limit"),
    ("http-empty-registry-reads", Steps(&[42]), "There are resources of our own"),
    ("set-reject-empty", Steps(&[21]), "Nothing is registered under the wildcard"),
];

/// The entries of a scenario.
pub(super) fn of(scenario: &str) -> Vec<Extent> {
    QUIRKS.iter().filter(|(name, ..)| *name == scenario).map(|(_, extent, _)| *extent).collect()
}

#[test]
fn every_quirk_of_the_replay_is_explained() {
    let page = include_str!("../../../src/http/confluent/quirks.md");
    for (scenario, _, heading) in QUIRKS {
        assert!(page.contains(&format!("\n## {heading}\n")), "{scenario}: no heading {heading:?} in quirks.md");
    }
}
