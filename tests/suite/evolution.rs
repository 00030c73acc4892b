//! Changes that the cases do not show: how positions, steps and repeated types work together.

use crate::generator::Generator;
use sluicegate::compat::{Reading, Scratch, can_read};
use sluicegate::evolution::{Bump, Change, ChangeClass, Evolving, catalogue, classify};
use sluicegate::schema::{ParsedSchema, SchemaSource, Strictness, parse};
use std::collections::BTreeMap;

fn schema(text: &str) -> ParsedSchema {
    parse(&SchemaSource::avro(text), Strictness::New).unwrap_or_else(|error| panic!("{error}: {text}"))
}

fn changes(old: &str, new: &str) -> Vec<Change> {
    classify(Evolving { old: &schema(old), new: &schema(new) }).unwrap()
}

/// Each change in a line: id, path, detail if there is one, class.
fn lines(old: &str, new: &str) -> Vec<String> {
    let line = |change: Change| {
        let detail = change.detail.map_or(String::new(), |detail| format!(" ({detail})"));
        format!("{} {}{detail} {}", change.kind.id, change.path, change.class)
    };
    changes(old, new).into_iter().map(line).collect()
}

fn seed() -> u64 {
    std::env::var("EVOLUTION_SEED").ok().and_then(|text| text.parse().ok()).unwrap_or(20_260_101)
}

/// How many random pairs are looked at: `EVOLUTION_PAIRS`, or a number that takes a second or two.
fn pairs_max() -> usize {
    std::env::var("EVOLUTION_PAIRS").ok().and_then(|text| text.parse().ok()).unwrap_or(10_000)
}

/// Which laws a pair breaks. A schema whose own fields claim each other cannot even be read with itself, so no law
/// about reading holds for it.
fn broken_laws(old: &ParsedSchema, new: &ParsedSchema, changes: &[Change], scratch: &mut Scratch) -> Vec<&'static str> {
    let class = changes.iter().map(|change| change.class).max().unwrap_or(ChangeClass::None);
    let bump = changes.iter().map(|change| change.bump).max().unwrap_or(Bump::None);
    let mut reads = |reader, writer| can_read(Reading { reader, writer }, scratch);
    let is_clear = reads(old, old) && reads(new, new);
    let (backward, forward) = (reads(new, old), reads(old, new));
    let laws = [
        ("P1: allowed, but not backward compatible", is_clear && class <= ChangeClass::Allowed && !backward),
        ("P2: a patch, but not fully compatible", is_clear && bump <= Bump::Patch && !(backward && forward)),
        ("a change between equal schemas", !changes.is_empty() && old.is_equivalent_to(new)),
        ("no change between unequal schemas", changes.is_empty() && !without_defaults(old, new)),
    ];
    laws.into_iter().filter(|(_, is_broken)| *is_broken).map(|(law, _)| law).collect()
}

/// Whether two schemas are equal once the defaults of fields, which may be spelled in two ways, are taken off.
fn without_defaults(old: &ParsedSchema, new: &ParsedSchema) -> bool {
    let stripped = |schema: &ParsedSchema| {
        let mut json: serde_json::Value = serde_json::from_str(&schema.resolved_text()).unwrap();
        strip(&mut json);
        parse(&SchemaSource::avro(&json.to_string()), Strictness::Stored).unwrap()
    };
    stripped(old).is_equivalent_to(&stripped(new))
}

fn strip(json: &mut serde_json::Value) {
    match json {
        serde_json::Value::Array(items) => items.iter_mut().for_each(strip),
        serde_json::Value::Object(members) => {
            if let Some(fields) = members.get_mut("fields").and_then(|fields| fields.as_array_mut()) {
                for field in fields.iter_mut().filter_map(|field| field.as_object_mut()) {
                    field.shift_remove("default");
                }
            }
            members.values_mut().for_each(strip);
        }
        _ => {}
    }
}

#[test]
fn two_branches_left_over_go_into_the_one_that_keeps_every_value() {
    let old = r#"{"type": "record", "name": "R", "fields": [{"name": "x", "type": ["long", "float", "int"]}]}"#;
    let new = r#"{"type": "record", "name": "R", "fields": [{"name": "x", "type": "double"}]}"#;
    assert_eq!(
        lines(old, new),
        [
            "numeric-widened-lossy x (long merged into double) allowed",
            "numeric-widened x (int merged into double) allowed",
            "numeric-widened x<double> (float -> double) allowed",
        ]
    );
}

#[test]
fn classes_keep_their_promises_over_random_pairs() {
    let mut generator = Generator::new(seed());
    let mut scratch = Scratch::default();
    let mut hits: BTreeMap<&str, usize> = catalogue::ALL.iter().map(|kind| (kind.id, 0)).collect();
    let mut wrong = Vec::new();
    let read = |text: &str| parse(&SchemaSource::avro(text), Strictness::Stored).ok();
    for _ in 0..pairs_max() {
        let (old, new) = generator.pair();
        let (Some(old), Some(new)) = (read(&old), read(&new)) else { continue };
        let changes = classify(Evolving { old: &old, new: &new }).unwrap();
        for change in &changes {
            *hits.entry(change.kind.id).or_insert(0) += 1;
        }
        for law in broken_laws(&old, &new, &changes, &mut scratch) {
            let shown: Vec<_> = changes.iter().map(|change| (change.kind.id, &change.path, &change.detail)).collect();
            wrong.push(format!("{law}\n old {}\n new {}\n {shown:?}", old.stored_text(), new.stored_text()));
        }
    }
    println!("changes found: {hits:?}");
    wrong.sort_by_key(String::len);
    let first: Vec<_> = wrong.iter().take(3).cloned().collect();
    assert!(wrong.is_empty(), "seed {}: {} laws broken, the shortest:\n{}", seed(), wrong.len(), first.join("\n"));
}
