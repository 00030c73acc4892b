//! What the event loop answers by itself is what a whole check would say.
//!
//! `EASY_SEED` and `EASY_PAIRS` change the run.

use super::{fresh, register_text, set_level, subject};
use crate::dice::number;
use crate::generator::Generator;
use sluicegate::compat::CompatibilityLevel;
use sluicegate::registry::{CheckAgainst, CompatibilityAnswer, Submission};
use sluicegate::schema::names::VersionSelector;

/// Bytes that a text may have to be looked at there.
const TEXT_BYTES_MAX: usize = 8 << 10;

#[test]
fn what_is_easily_compatible_is_compatible_and_small_schemas_that_are_are_easily() {
    let seed = number("EASY_SEED").unwrap_or(20_261_127);
    let mut generator = Generator::new(seed);
    let (mut easy, mut not) = (0, 0);
    for pair in 0..number("EASY_PAIRS").unwrap_or(400) {
        let (_store, registry) = fresh();
        let (new, old) = generator.pair();
        set_level(&registry, "s", CompatibilityLevel::ALL[usize::try_from(pair % 7).expect("below seven")]);
        if old.len() > TEXT_BYTES_MAX || new.len() > TEXT_BYTES_MAX || register_text(&registry, "s", &old).is_err() {
            continue;
        }
        for against in [CheckAgainst::Level, CheckAgainst::Version(VersionSelector::Latest)] {
            let asked = Submission::avro(subject("s"), new.as_str());
            let first = registry.is_easily_compatible(&asked, against);
            let whole = registry.check_compatibility(&asked, against);
            let expected = matches!(whole, Ok(CompatibilityAnswer::Compatible));
            let again = registry.is_easily_compatible(&asked, against);
            assert_eq!((first, again), (expected, expected), "seed {seed}:\n{new}\nafter\n{old}\n{whole:?}");
            if expected { easy += 1 } else { not += 1 }
        }
    }
    assert!(easy > 50 && not > 50, "seed {seed}: {easy} are compatible, {not} are not");
}

/// `count` records of one simple name, each with a union `f` of those that begin before it ends, and all but the last
/// with a field `z` that has no default.
fn intertwined(count: usize, last: &str) -> String {
    let z = format!(r#",{{"name":"z","type":"{last}"}}"#);
    let record = |at: usize, branches: &[String]| {
        let (branches, z) = (branches.join(","), if at + 1 == count { "" } else { &z });
        format!(
            r#"{{"type":"record","name":"R","namespace":"n{at:02}","fields":[{{"name":"f","type":[{branches},"null"]}}{z}]}}"#
        )
    };
    let name = |at: usize| format!(r#""n{at:02}.R""#);
    let inner = (1..count).map(|at| record(at, &(0..=at).map(name).collect::<Vec<_>>()));
    record(0, &std::iter::once(name(0)).chain(inner).collect::<Vec<_>>())
}

/// A default that at each of its levels is tried as each of many records, and is the last of them.
fn much_tried(count: usize, depth: usize) -> String {
    let (types, last) = (intertwined(count, "int"), count - 1);
    let value = r#"{"f":"#.repeat(depth) + "null" + &"}".repeat(depth);
    let field = format!(r#"{{"name":"d","type":["n{last:02}.R","null"],"default":{value}}}"#);
    format!(r#"{{"type":"record","name":"T","fields":[{{"name":"r","type":{types}}},{field}]}}"#)
}

#[test]
fn what_takes_long_although_it_is_small_is_left_to_a_whole_check() {
    let (_store, registry) = fresh();
    register_text(&registry, "compared", &intertwined(32, "int")).expect("a schema");
    let compared = Submission::avro(subject("compared"), intertwined(32, "long"));
    let judged = Submission::avro(subject("judged"), much_tried(20, 400));
    let namespace = "n".repeat(4_000);
    let names = (0..80).map(|at| format!(r#"{{"type":"fixed","name":"F{at}","size":1}}"#)).collect::<Vec<_>>();
    let fields = format!(r#"[{{"name":"f","type":[{}]}}]"#, names.join(","));
    let named = format!(r#"{{"type":"record","name":"R","namespace":"{namespace}","fields":{fields}}}"#);
    let named = Submission::avro(subject("named"), named);
    for asked in [compared, judged, named] {
        assert!(asked.text.as_deref().is_some_and(|text| text.len() <= TEXT_BYTES_MAX));
        assert!(!registry.is_easily_compatible(&asked, CheckAgainst::Level), "{asked:?}");
        let whole = registry.check_compatibility(&asked, CheckAgainst::Level);
        assert!(matches!(whole, Ok(CompatibilityAnswer::Compatible)), "{whole:?}");
        assert!(registry.is_easily_compatible(&asked, CheckAgainst::Level), "known by now");
    }
}
