//! Every refusal of the case book has its witnesses, and apache-avro confirms each.

use super::{Judge, Judgement, is_confirmed, judged, shown};
use crate::casebook::{self, Incompatibility};
use crate::witness::schema;
use sluicegate::compat::Scratch;
use sluicegate::witness::{Outcome, Witness};
use std::collections::{BTreeMap, BTreeSet};

#[test]
fn every_refusal_of_the_cases_has_a_witness_that_the_crate_confirms() {
    let mut scratch = Scratch::default();
    let mut wrong = Vec::new();
    let mut by_meaning = BTreeSet::new();
    let mut refusals: BTreeMap<&str, usize> = BTreeMap::new();
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for pair in casebook::pairs() {
        let (old, new) = (schema(&pair.old), schema(&pair.new));
        let directions = [
            ("backward", &new, &old, &pair.expect.backward_incompatibilities),
            ("forward", &old, &new, &pair.expect.forward_incompatibilities),
        ];
        for (direction, reader, writer, expected) in directions {
            let (_, witnesses) = shown(reader, writer, &mut scratch);
            let place = format!("{} {direction}", pair.file);
            if expected.is_empty() {
                if !witnesses.list.is_empty() {
                    wrong.push(format!("{place}: a witness of nothing"));
                }
                continue;
            }
            let judge = Judge::new(reader, writer);
            for witness in &witnesses.list {
                *counts.entry(witness.outcome.as_str()).or_insert(0) += 1;
                let judgement = judged(&judge, witness);
                if judgement == Some(Judgement::ReadsMeaning) {
                    by_meaning.insert(pair.file.clone());
                }
                // That decoders differ is seen: the crate does not go by names.
                let is_read_after_all = judgement != Some(Judgement::Fails);
                if !is_confirmed(witness, judgement.as_ref())
                    || witness.outcome == Outcome::NamesDiffer && !is_read_after_all
                {
                    wrong.push(format!("{place}: {judgement:?} {witness:?}"));
                }
            }
            for finding in expected {
                if !witnesses.list.iter().any(|witness| shows(witness, finding)) {
                    wrong.push(format!("{place}: nothing for {finding:?}"));
                }
            }
            let best = witnesses.list.iter().map(|witness| witness.outcome).min_by_key(rank);
            *refusals.entry(best.map_or("none", Outcome::as_str)).or_insert(0) += 1;
        }
    }
    assert!(wrong.is_empty(), "{} are wrong:\n{}", wrong.len(), wrong.join("\n"));
    let expected = BTreeSet::from(["avro/type_replaced/uuid_as_fixed_to_uuid_as_string.json".to_owned()]);
    assert_eq!(by_meaning, expected);
    // Each refusal by the best that is shown of it. Those of names alone are pure name mismatches.
    assert_eq!(refusals, BTreeMap::from([("alias-collision", 2), ("names-differ", 23), ("unreadable", 113)]));
    assert_eq!(counts, BTreeMap::from([("alias-collision", 2), ("names-differ", 26), ("unreadable", 138)]));
}

/// Whether the witness is one of that finding. Java begins anew inside unions, so its location may lack a beginning.
fn shows(witness: &Witness, finding: &Incompatibility) -> bool {
    match finding.kind.as_str() {
        "EXCEPTION" => witness.outcome == Outcome::AliasCollision,
        kind => kind == witness.kind.as_str() && witness.location.ends_with(&*finding.location),
    }
}

fn rank(outcome: &Outcome) -> usize {
    let order =
        [Outcome::Unreadable, Outcome::NamesDiffer, Outcome::AliasCollision, Outcome::NoFiniteValue, Outcome::TooLong];
    order.iter().position(|known| known == outcome).unwrap_or(order.len())
}
