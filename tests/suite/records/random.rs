//! Random records of every case and of random schemas, whole and damaged, judged by apache-avro's decoder.

use super::{dictionary, schema};
use crate::casebook;
use crate::dice::Dice;
use crate::generator::Generator;
use apache_avro::Schema;
use apache_avro::reader::datum::GenericDatumReader;
use sluicegate::compat::{Direction, Scratch, incompatibilities};
use sluicegate::records::{Checker, JsonForm, LogicalTypes, MisfitReason, Reading};
use sluicegate::schema::{ParsedSchema, SchemaSource, Strictness, parse};
use sluicegate::witness::{Outcome, of_reading};
use std::collections::BTreeMap;
use std::panic::catch_unwind;
use std::sync::Arc;

/// Schemas of the cases, and random ones.
fn schemas(random: usize, seed: u64) -> Vec<String> {
    let cases = casebook::pairs().into_iter().flat_map(|pair| [pair.old, pair.new]);
    let mut generator = Generator::new(seed);
    cases.chain((0..random).map(|_| generator.schema_text())).collect()
}

fn parsed(text: &str) -> Option<Arc<ParsedSchema>> {
    parse(&SchemaSource::avro(text), Strictness::Stored).ok().map(Arc::new)
}

/// The schema as the crate takes it, if it does.
fn theirs(schema: &ParsedSchema) -> Option<Schema> {
    let text = schema.resolved_text();
    catch_unwind(|| Schema::parse_str(&text).ok()).ok().flatten()
}

/// How many bytes the crate reads, or why it fails.
fn read_by_crate(schema: &Schema, datum: &[u8]) -> Result<usize, String> {
    let reader = GenericDatumReader::builder(schema).build().map_err(|error| error.to_string())?;
    let mut rest = datum;
    match reader.read_value(&mut rest) {
        Ok(_) => Ok(datum.len() - rest.len()),
        Err(error) => Err(error.to_string()),
    }
}

/// What the crate refuses by what a logical type means, of which we were told to take no note; and what it does not
/// hold in memory, or not take for a schema after all.
fn is_its_own_affair(error: &str) -> bool {
    ["UUID", "Uuid", "uuid", "ecimal", "Unable to allocate", "uration", "Two named schema", "Unresolved schema"]
        .iter()
        .any(|word| error.contains(word))
}

#[test]
fn random_records_fit_in_all_three_encodings() {
    const SEED: u64 = 9_100;
    let mut dice = Dice::new(SEED);
    let mut wrong = Vec::new();
    let (mut records, mut judged) = (0, 0);
    for text in schemas(500, SEED) {
        let Some(ours) = parsed(&text) else { continue };
        let ParsedSchema::Avro(avro) = &*ours;
        let checker = Checker::new(ours.clone());
        let crates = theirs(&ours);
        for _ in 0..3 {
            let Some(written) = dictionary::value(avro, &mut dice) else { continue };
            records += 1;
            let complain = |what: String| format!("{what}\n  {text}\n  {}\n  {:?}", written.avro, written.bytes);
            if let Some(schema) = &crates {
                match read_by_crate(schema, &written.bytes) {
                    Ok(length) if length == written.bytes.len() => judged += 1,
                    Err(error) if is_its_own_affair(&error) => {}
                    other => wrong.push(complain(format!("the crate does not read it: {other:?}"))),
                }
            }
            if let Err(misfit) = checker.binary(&written.bytes) {
                wrong.push(complain(format!("binary {misfit}")));
            }
            // Only one block, and no sizes: the values must be the same.
            match checker.json(&written.avro.to_string(), JsonForm::Avro) {
                Ok(bytes) if checker.binary(&bytes).is_err() => wrong.push(complain(format!("no value: {bytes:?}"))),
                Ok(bytes) => {
                    if let Some(schema) = &crates {
                        let value = |bytes: &[u8]| {
                            let reader = GenericDatumReader::builder(schema).build().ok()?;
                            reader.read_value(&mut &*bytes).ok()
                        };
                        if value(&bytes) != value(&written.bytes) {
                            wrong.push(complain(format!("another value: {bytes:?}")));
                        }
                    }
                }
                Err(misfits) => wrong.push(complain(format!("avro {misfits}"))),
            }
            match checker.json(&written.plain.to_string(), JsonForm::Plain) {
                Ok(bytes) if checker.binary(&bytes).is_ok() => {}
                other => wrong.push(complain(format!("plain {other:?}"))),
            }
        }
    }
    println!("{records} records, {judged} judged");
    assert!(wrong.is_empty(), "seed {SEED}: {} are wrong, the first:\n{}", wrong.len(), wrong[0]);
    assert!(records > 1_500 && judged > 1_000, "{records} {judged}");
}

#[test]
fn damaged_records_are_judged_as_the_crate_judges_them() {
    const SEED: u64 = 9_200;
    let mut dice = Dice::new(SEED);
    let mut wrong = Vec::new();
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for text in schemas(250, SEED) {
        let Some(ours) = parsed(&text) else { continue };
        let ParsedSchema::Avro(avro) = &*ours;
        let checker = Checker::with(ours.clone(), LogicalTypes::Ignored);
        let Some(crates) = theirs(&ours) else { continue };
        let Some(written) = dictionary::value(avro, &mut dice) else { continue };
        if written.bytes.len() > 200 {
            continue;
        }
        let mut data: Vec<Vec<u8>> = (0..written.bytes.len()).map(|length| written.bytes[..length].to_vec()).collect();
        for at in 0..written.bytes.len() {
            for change in [1 << dice.below(8), dice.next() as u8, 0xff] {
                let mut changed = written.bytes.clone();
                changed[at] ^= change;
                data.push(changed);
            }
        }
        for datum in data {
            let our_answer = checker.binary_prefix(&datum);
            let their_answer = catch_unwind(|| read_by_crate(&crates, &datum));
            let Ok(their_answer) = their_answer else {
                *counts.entry("it panics").or_insert(0) += 1;
                continue;
            };
            let verdict = match (&our_answer, &their_answer) {
                (Ok(ours), Ok(theirs)) if ours == theirs => "both read it",
                (Err(_), Err(_)) => "both refuse it",
                (Ok(_), Err(error)) if is_its_own_affair(error) => "it goes by logical types",
                (Err(misfit), Ok(theirs)) => match misfit.reason {
                    // It takes a union beyond the end of the data for null.
                    MisfitReason::EndOfData { .. } if *theirs == datum.len() => "it reads beyond the end",
                    // It reads over sizes of blocks, bits beyond 64, and ints of more than five bytes.
                    MisfitReason::BlockEnd { .. } => "it passes over a block's size",
                    MisfitReason::NumberTooLarge { .. } => "it drops bits",
                    MisfitReason::LengthBeyondData { .. } | MisfitReason::NegativeLength { .. } => {
                        "it passes over a block's size"
                    }
                    // Which may leave it to read items that take no bytes, as many as it likes.
                    MisfitReason::TooManyItems { .. } => "it holds more",
                    _ => "WRONG",
                },
                _ => "WRONG",
            };
            *counts.entry(verdict).or_insert(0) += 1;
            if verdict == "WRONG" {
                wrong.push(format!("{our_answer:?} {their_answer:?}\n  {text}\n  {datum:?}"));
            }
        }
    }
    println!("{counts:?}");
    assert!(wrong.is_empty(), "seed {SEED}: {} of {counts:?} are wrong, the first:\n{}", wrong.len(), wrong[0]);
    assert!(counts["both read it"] > 1_000 && counts["both refuse it"] > 1_000, "{counts:?}");
}

// Long because both laws are asked of the same pairs.
#[test]
fn what_the_level_check_promises_is_read_and_what_a_witness_shows_is_not() {
    const SEED: u64 = 9_300;
    let mut dice = Dice::new(SEED);
    let mut generator = Generator::new(SEED);
    let mut scratch = Scratch::default();
    let mut wrong = Vec::new();
    let (mut read, mut refused) = (0, 0);
    let cases =
        casebook::pairs().into_iter().flat_map(|pair| [(pair.old.clone(), pair.new.clone()), (pair.new, pair.old)]);
    let random: Vec<_> = (0..1_500).map(|_| generator.pair()).collect();
    for (writer_text, reader_text) in cases.chain(random) {
        let (Some(writer), Some(reader)) = (parsed(&writer_text), parsed(&reader_text)) else { continue };
        let complain = |what: String| format!("{what}\n  writer {writer_text}\n  reader {reader_text}");
        let reading = Reading::new(writer.clone(), reader.clone());
        let pair = sluicegate::compat::Reading { reader: &reader, writer: &writer };
        let findings = incompatibilities(pair, &mut scratch);
        if reading.reads_everything() != findings.list.is_empty() {
            wrong.push(complain("another verdict than the level check".to_owned()));
        }
        let ParsedSchema::Avro(wrote) = &*writer;
        if findings.list.is_empty() {
            // Beside a field that breaks, so that the pair as a whole is refused and its parts are resolved one by one.
            let beside = |inner: &str, of: &str| {
                let text = format!(
                    r#"{{"type":"record","name":"Beside__","fields":[{{"name":"other__","type":{of}}},{{"name":"inner__","type":{inner}}}]}}"#
                );
                parsed(&text)
            };
            let both = beside(&writer_text, r#"["null","int"]"#).zip(beside(&reader_text, r#""null""#));
            for _ in 0..3 {
                let Some(written) = dictionary::value(wrote, &mut dice) else { continue };
                if let Err(misfit) = reading.binary(&written.bytes) {
                    wrong.push(complain(format!("{misfit} {:?}", written.bytes)));
                }
                let Some((writer, reader)) = &both else { continue };
                let reading = Reading::new(writer.clone(), reader.clone());
                assert!(!reading.reads_everything());
                let datum = [vec![0], written.bytes].concat();
                if let Err(misfit) = reading.binary(&datum) {
                    wrong.push(complain(format!("beside: {misfit} {datum:?}")));
                }
                read += 1;
            }
        } else {
            for witness in of_reading(pair, Direction::Backward, &findings).list {
                let (Outcome::Unreadable, Some(datum)) = (witness.outcome, &witness.datum) else { continue };
                refused += 1;
                match reading.binary(&datum.avro) {
                    Err(misfit) if misfit.reason.is_of_the_reader() => {}
                    other => wrong.push(complain(format!("{other:?} {witness:?}"))),
                }
                let lenient = Checker::with(writer.clone(), LogicalTypes::Ignored);
                if lenient.binary(&datum.avro).is_err()
                    || lenient.json(&datum.json, JsonForm::Avro) != Ok(datum.avro.clone())
                {
                    wrong.push(complain(format!("no record of its writer: {witness:?}")));
                }
            }
        }
    }
    println!("{read} read, {refused} refused");
    assert!(
        wrong.is_empty(),
        "seed {SEED}: {} are wrong, the first:\n{}",
        wrong.len(),
        wrong[..wrong.len().min(3)].join("\n")
    );
    assert!(read > 500 && refused > 500, "{read} {refused}");
}

#[test]
fn every_byte_of_a_text_may_be_damaged() {
    const SEED: u64 = 9_400;
    let mut dice = Dice::new(SEED);
    let checker = Checker::new(schema(
        r#"{"type":"record","name":"R","fields":[{"name":"a","type":["null","string",{"type":"array","items":"double"}]},
            {"name":"b","type":{"type":"map","values":["int","R"]}}]}"#,
    ));
    let text = r#"{"a":{"string":"x\u00e9é😀"},"b":{"k":{"int":-12},"l":{"R":{"a":{"array":[1.5e3,0]},"b":{}}}}}"#;
    assert!(checker.json(text, JsonForm::Avro).is_ok());
    for _ in 0..20_000 {
        let mut bytes = text.as_bytes().to_vec();
        for _ in 0..=dice.index(3) {
            let at = dice.index(bytes.len().max(1));
            match dice.below(3) {
                _ if bytes.is_empty() => {}
                0 => bytes[at] = dice.next() as u8,
                1 => drop(bytes.remove(at)),
                _ => bytes.truncate(at + 1),
            }
        }
        let text = String::from_utf8_lossy(&bytes);
        for form in [JsonForm::Avro, JsonForm::Plain] {
            match checker.json(&text, form) {
                Ok(datum) => assert_eq!(checker.binary(&datum), Ok(()), "{text}"),
                Err(misfits) => assert!(!misfits.list.is_empty() && !misfits.to_string().is_empty()),
            }
        }
    }
}
