//! Random pairs that are refused.

use super::{Judge, Judgement, is_confirmed, judged, shown};
use crate::generator::Generator;
use sluicegate::compat::Scratch;
use sluicegate::schema::{SchemaSource, Strictness, parse};
use std::collections::BTreeMap;

#[test]
fn ten_thousand_refusals_have_witnesses_that_the_crate_confirms() {
    const SEED: u64 = 7_700;
    const REFUSALS: usize = 10_000;
    let mut generator = Generator::new(SEED);
    let mut scratch = Scratch::default();
    let mut wrong = Vec::new();
    let mut counts: BTreeMap<(&str, &str), usize> = BTreeMap::new();
    let mut refusals = 0;
    while refusals < REFUSALS {
        let (reader_text, writer_text) = generator.pair();
        let ours = [&reader_text, &writer_text].map(|text| parse(&SchemaSource::avro(text), Strictness::Stored));
        let [Ok(reader), Ok(writer)] = ours else { continue };
        let (findings, witnesses) = shown(&reader, &writer, &mut scratch);
        if findings.list.is_empty() {
            continue;
        }
        refusals += 1;
        let judge = Judge::new(&reader, &writer);
        let complain = |what: String| format!("{what}\n reader {reader_text}\n writer {writer_text}");
        if witnesses.list.is_empty() {
            wrong.push(complain("nothing is shown".to_owned()));
        }
        for witness in &witnesses.list {
            let judgement = judged(&judge, witness);
            *counts.entry((witness.outcome.as_str(), name(judgement.as_ref()))).or_insert(0) += 1;
            if judgement != Some(Judgement::CannotTell) && !is_confirmed(witness, judgement.as_ref()) {
                wrong.push(complain(format!("{judgement:?} {witness:?}")));
            }
        }
    }
    assert!(wrong.is_empty(), "seed {SEED}: {} of {counts:?} are wrong, the first:\n{}", wrong.len(), wrong[0]);
    let count = |outcome: &str, judgement: &str| counts.get(&(outcome, judgement)).copied().unwrap_or(0);
    let confirmed = count("unreadable", "fails") + count("unreadable", "differs");
    assert!(confirmed > REFUSALS / 2, "{counts:?}");
    assert!(count("unreadable", "reads the meaning") * 500 < confirmed, "{counts:?}");
    // Where only names are said to differ, the crate mostly reads on.
    let reads = count("names-differ", "reads") + count("names-differ", "differs");
    assert!(reads > count("names-differ", "fails"), "{counts:?}");
}

fn name(judgement: Option<&Judgement>) -> &'static str {
    match judgement {
        None => "no record",
        Some(Judgement::Fails) => "fails",
        Some(Judgement::Differs) => "differs",
        Some(Judgement::Reads) => "reads",
        Some(Judgement::ReadsMeaning) => "reads the meaning",
        Some(Judgement::CannotTell) => "cannot tell",
        Some(Judgement::Wrong(_)) => "wrong",
    }
}
