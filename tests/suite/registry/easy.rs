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
