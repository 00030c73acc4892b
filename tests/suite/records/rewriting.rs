//! What a reader makes of a record: the reader's own bytes. Expected values are the specification's rules by hand.

use super::{dictionary, long, schema};
use crate::casebook;
use crate::dice::Dice;
use crate::generator::Generator;
use sluicegate::records::{Checker, LogicalTypes, MisfitReason, NotRewritten, Rewriting};
use sluicegate::schema::{ParsedSchema, SchemaSource, Strictness, parse};
use std::sync::Arc;

fn rewritten(writer: &str, reader: &str, datum: &[u8]) -> Result<Vec<u8>, String> {
    Rewriting::new(schema(writer), schema(reader)).binary(datum).map_err(|why| why.to_string())
}

fn record(fields: &str) -> String {
    format!(r#"{{"type":"record","name":"R","fields":[{fields}]}}"#)
}

#[test]
fn fields_are_renamed_by_alias_put_in_order_left_out_and_filled_in() {
    let writer = record(r#"{"name":"a","type":"int"},{"name":"gone","type":"string"},{"name":"b","type":"int"}"#);
    let reader = record(
        r#"{"name":"b","type":"long"},{"name":"new","type":["null","string"],"default":null},
           {"name":"renamed","aliases":["a"],"type":"int","default":99},
           {"name":"list","type":{"type":"array","items":"int"},"default":[1,2]}"#,
    );
    let datum = [long(7), vec![2, b'x'], long(-5)].concat();
    let expected = [long(-5), vec![0], long(7), vec![4, 2, 4, 0]].concat();
    assert_eq!(rewritten(&writer, &reader, &datum), Ok(expected));
    let items = |of: &str| format!(r#"{{"type":"array","items":{of}}}"#);
    let datum = [long(2), datum.clone(), datum, long(0)].concat();
    let one = [long(-5), vec![0], long(7), vec![4, 2, 4, 0]].concat();
    assert_eq!(rewritten(&items(&writer), &items(&reader), &datum), Ok([long(2), one.clone(), one, long(0)].concat()));
    // One field of the writer for two of the reader.
    let twice = record(r#"{"name":"a","type":"int"},{"name":"z","aliases":["a"],"type":"double"}"#);
    let short = record(r#"{"name":"a","type":"int"}"#);
    assert_eq!(rewritten(&short, &twice, &long(3)), Ok([long(3), 3_f64.to_le_bytes().to_vec()].concat()));
}

#[test]
fn numbers_symbols_and_branches_become_the_readers() {
    assert_eq!(rewritten("\"int\"", "\"double\"", &long(-3)), Ok((-3_f64).to_le_bytes().to_vec()));
    assert_eq!(rewritten("\"long\"", "\"float\"", &long(1 << 40)), Ok(((1_u64 << 40) as f32).to_le_bytes().to_vec()));
    assert_eq!(
        rewritten("\"float\"", "\"double\"", &0.1_f32.to_le_bytes()),
        Ok(f64::from(0.1_f32).to_le_bytes().to_vec())
    );
    assert_eq!(rewritten("\"int\"", "\"long\"", &long(-3)), Ok(long(-3)));
    assert_eq!(rewritten("\"bytes\"", "\"string\"", b"\x02a"), Ok(b"\x02a".to_vec()));
    let colours = |symbols: &str| format!(r#"{{"type":"enum","name":"E","symbols":[{symbols}]}}"#);
    let (old, new) = (colours(r#""A","B","C""#), colours(r#""C","A""#));
    assert_eq!(rewritten(&old, &new, &long(2)), Ok(long(0)));
    assert!(rewritten(&old, &new, &long(1)).is_err_and(|why| why.contains("has no symbol B")));
    let lenient = new.replace("]", r#"],"default":"A""#);
    assert_eq!(rewritten(&old, &lenient, &long(1)), Ok(long(1)));
    assert_eq!(rewritten(r#"["string","int"]"#, r#"["null","long","string"]"#, &[2, 14]), Ok(vec![2, 14]));
    assert_eq!(rewritten(r#"["string","int"]"#, "\"long\"", &[2, 14]), Ok(vec![14]));
    assert_eq!(
        rewritten("\"int\"", r#"["string","double","long"]"#, &[14]),
        Ok([vec![2], 7_f64.to_le_bytes().to_vec()].concat())
    );
}

#[test]
fn blocks_with_sizes_lists_without_end_and_few_bytes_that_mean_much_are_dealt_with() {
    let array = |of: &str| format!(r#"{{"type":"array","items":{of}}}"#);
    // -2, its size, the items; then one more.
    let datum = [long(-2), long(2), vec![2, 4], long(1), vec![6], long(0)].concat();
    assert_eq!(rewritten(&array("\"int\""), &array("\"long\""), &datum), Ok(vec![4, 2, 4, 2, 6, 0]));
    let wrong_size = [long(-2), long(3), vec![2, 4], long(1), vec![6], long(0)].concat();
    assert!(rewritten(&array("\"int\""), &array("\"long\""), &wrong_size).is_err_and(|why| why.contains("ends at")));
    let list = |of: &str, more: &str| {
        record(&format!(r#"{{"name":"next","type":["null","R"]}},{{"name":"v","type":"{of}"}}{more}"#))
    };
    let depth = 200_000;
    let datum = [vec![2; depth], vec![0], vec![2; depth + 1]].concat();
    let same = rewritten(&list("int", ""), &list("long", ""), &datum);
    assert_eq!(same, Ok(datum.clone()));
    let reordered = record(r#"{"name":"v","type":"int"},{"name":"next","type":["null","R"]}"#);
    let rewriting = Rewriting::new(schema(&list("int", "")), schema(&reordered));
    assert_eq!(rewriting.binary(&datum), Err(NotRewritten::TooLarge), "each level is moved once more");
    let nulls = Rewriting::new(schema(&array("\"null\"")), schema(&array(r#"["null","int"]"#)));
    assert_eq!(nulls.binary(&[long(2_000_000_000), long(0)].concat()), Err(NotRewritten::TooLarge));
    let long_default = format!(r#"{{"name":"d","type":"string","default":"{}"}}"#, "x".repeat(100_000));
    let empty = Rewriting::new(schema(&array(&record(""))), schema(&array(&record(&long_default))));
    assert_eq!(empty.binary(&[long(1_000_000), long(0)].concat()), Err(NotRewritten::TooLarge));
}

#[test]
fn every_record_that_is_read_is_rewritten_and_no_other() {
    const SEED: u64 = 9_500;
    let mut dice = Dice::new(SEED);
    let mut generator = Generator::new(SEED);
    let (mut written, mut refused) = (0, 0);
    let parsed = |text: &str| parse(&SchemaSource::avro(text), Strictness::Stored).ok().map(Arc::new);
    let cases =
        casebook::pairs().into_iter().flat_map(|pair| [(pair.old.clone(), pair.new.clone()), (pair.new, pair.old)]);
    let random: Vec<_> = (0..800).map(|_| generator.pair()).collect();
    for (writer_text, reader_text) in cases.chain(random) {
        let (Some(writer), Some(reader)) = (parsed(&writer_text), parsed(&reader_text)) else { continue };
        let rewriting = Rewriting::new(writer.clone(), reader.clone());
        let checker = Checker::with(reader, LogicalTypes::Ignored);
        let ParsedSchema::Avro(wrote) = &*writer;
        for _ in 0..3 {
            let Some(record) = dictionary::value(wrote, &mut dice) else { continue };
            let complain =
                |what: &str| format!("{what}\n  writer {writer_text}\n  reader {reader_text}\n  {:?}", record.bytes);
            match (rewriting.reading().binary(&record.bytes), rewriting.binary(&record.bytes)) {
                (Ok(()), Ok(datum)) => {
                    match checker.binary(&datum).map_err(|misfit| misfit.reason) {
                        // Bytes that are read as a string, which Java does not look into.
                        Ok(()) | Err(MisfitReason::NotUtf8) => written += 1,
                        Err(reason) => panic!("{}", complain(&reason.to_string())),
                    }
                }
                (Err(misfit), Err(NotRewritten::Misfit(told))) if told == misfit => refused += 1,
                (Ok(()), Err(NotRewritten::Default)) => {}
                (read, rewritten) => panic!("{}", complain(&format!("{read:?} {rewritten:?}"))),
            }
        }
    }
    println!("{written} written, {refused} refused");
    assert!(written > 800 && refused > 200, "{written} {refused}");
}
