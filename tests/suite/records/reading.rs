//! Which records of a writer a reader can decode, case by case. The rules are those of Java's `Resolver`.

use super::{long, schema};
use sluicegate::records::Reading;

fn reading(writer: &str, reader: &str) -> Reading {
    Reading::new(schema(writer), schema(reader))
}

/// What is wrong when `reader` reads `datum` of `writer`; empty if nothing is.
fn wrong(writer: &str, reader: &str, datum: &[u8]) -> String {
    let misfit = reading(writer, reader).binary(datum).err();
    misfit.map(|misfit| misfit.to_string()).unwrap_or_default()
}

fn record(name: &str, fields: &str) -> String {
    format!(r#"{{"type":"record","name":"{name}","fields":[{fields}]}}"#)
}

#[test]
fn promotions_are_read_and_their_converses_are_not() {
    assert!(reading("\"int\"", "\"double\"").reads_everything());
    assert_eq!(wrong("\"int\"", "\"double\"", &long(7)), "");
    assert_eq!(wrong("\"bytes\"", "\"string\"", b"\x02a"), "");
    assert_eq!(
        wrong("\"long\"", "\"int\"", &long(7)),
        "$: the reader wants int, and does not read long as one (byte 0)"
    );
    assert_eq!(wrong("\"long\"", "\"float\"", &[0x80]), "$: the data ends where a number should be (byte 0)");
}

#[test]
fn only_what_a_record_has_does_harm() {
    let writer = r#"["null","int","string"]"#;
    let reader = r#"["null","long"]"#;
    assert!(!reading(writer, reader).reads_everything());
    assert_eq!(wrong(writer, reader, &[0]), "");
    assert_eq!(wrong(writer, reader, &[2, 14]), "");
    let misfit = reading(writer, reader).binary(&[4, 2, b'a']).expect_err("no branch");
    assert!(misfit.reason.is_of_the_reader());
    assert_eq!(misfit.to_string(), "<string>: the reader's union has no branch for string (byte 1)");

    let colours = |symbols: &str| format!(r#"{{"type":"enum","name":"Colour","symbols":[{symbols}]}}"#);
    let (old, new) = (colours("\"RED\",\"GREEN\""), colours("\"RED\""));
    assert_eq!(wrong(&old, &new, &[0]), "");
    assert_eq!(wrong(&old, &new, &[2]), "$: the reader's enum Colour has no symbol GREEN, and no default (byte 0)");
    assert_eq!(wrong(&old, &new, &[4]), "$: enum Colour has no symbol 2: it has 2, counted from 0 (byte 0)");

    let array = |items: &str| format!(r#"{{"type":"array","items":{items}}}"#);
    assert_eq!(wrong(&array("\"string\""), &array("\"int\""), &[0]), "");
    assert_eq!(
        wrong(&array("\"string\""), &array("\"int\""), &[2, 2, b'a', 0]),
        "[0]: the reader wants int, and does not read string as one (byte 1)"
    );
    let nulls = array("\"null\"");
    assert_eq!(
        wrong(&nulls, &array("\"int\""), &[4, 0]),
        "[0]: the reader wants int, and does not read null as one (byte 1)"
    );
}

#[test]
fn fields_are_matched_by_name_then_by_alias_and_others_are_passed_over() {
    let writer =
        record("R", r#"{"name":"a","type":"int"},{"name":"b","type":["null","string"]},{"name":"c","type":"int"}"#);
    let reader = record("R", r#"{"name":"z","type":"long","aliases":["a"]},{"name":"b","type":"null"}"#);
    assert_eq!(wrong(&writer, &reader, &[2, 0, 4]), "");
    assert_eq!(
        wrong(&writer, &reader, &[2, 2, 2, b'x', 4]),
        "b: the reader wants null, and does not read string as one (byte 2)"
    );
    // The data of a field that is passed over must be sound all the same.
    assert_eq!(wrong(&writer, &reader, &[2, 0]), "c: the data ends where a number should be (byte 2)");
    let more = record("R", r#"{"name":"a","type":"int"},{"name":"new","type":"int"}"#);
    assert_eq!(
        wrong(&writer, &more, &[2, 0, 4]),
        "$: the reader's field new of R has no default, and the writer has no such field (byte 0)"
    );
    let both = record("R", r#"{"name":"z","type":"int","aliases":["a","c"]}"#);
    assert_eq!(
        wrong(&writer, &both, &[2, 0, 4]),
        "$: the reader's field z of R answers to several fields of the writer (byte 0)"
    );
}

#[test]
fn names_count_for_enums_and_fixeds_and_choose_among_records() {
    let fixed =
        |name: &str, size: u32, more: &str| format!(r#"{{"type":"fixed","name":"{name}","size":{size}{more}}}"#);
    let (f, g) = (fixed("F", 2, ""), fixed("G", 2, ""));
    assert_eq!(wrong(&f, &g, &[0, 0]), "$: the reader wants G, and the writer has F (byte 0)");
    assert_eq!(wrong(&f, &fixed("G", 2, r#","aliases":["F"]"#), &[0, 0]), "");
    assert_eq!(wrong(&f, &fixed("F", 3, ""), &[0, 0]), "$: the reader wants 3 bytes, and the writer has 2 (byte 0)");
    let int = r#"{"name":"x","type":"int"}"#;
    // Java's decoder takes a record for one of another name.
    assert!(!reading(&record("A", int), &record("B", int)).reads_everything());
    assert_eq!(wrong(&record("A", int), &record("B", int), &[2]), "");
    // In a union the name decides, then the structure.
    let text = r#"{"name":"x","type":"string"}"#;
    let union = format!("[{},{}]", record("A", text), record("B", int));
    assert_eq!(wrong(&record("C", int), &union, &[2]), "");
    assert_eq!(
        wrong(&record("A", int), &union, &[2]),
        "x: the reader wants string, and does not read int as one (byte 0)"
    );
}

#[test]
fn recursive_schemas_are_resolved_once_per_pair() {
    let list =
        |of: &str| record("L", &format!(r#"{{"name":"v","type":"{of}"}},{{"name":"next","type":["null","L"]}}"#));
    let (writer, reader) = (list("int"), list("string"));
    assert_eq!(wrong(&writer, &reader, &[2, 0]), "v: the reader wants string, and does not read int as one (byte 0)");
    let empty = |of: &str| format!(r#"["null",{}]"#, list(of));
    assert_eq!(wrong(&empty("int"), &empty("string"), &[0]), "");
}

#[test]
fn readers_of_a_thousand_records_are_looked_at_within_bounds() {
    let union = |of: &str| {
        let branch = |at: usize| record(&format!("R{at}"), &format!(r#"{{"name":"x","type":"{of}"}}"#));
        format!("[{}]", (0..1_000).map(branch).collect::<Vec<_>>().join(","))
    };
    let (writer, reader) = (union("long"), union("int"));
    let misfit = reading(&writer, &reader).binary(&[long(999), long(1)].concat()).expect_err("no long is an int");
    assert_eq!(misfit.to_string(), "<R999>.x: the reader wants int, and does not read long as one (byte 2)");
}
