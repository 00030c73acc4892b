//! The binary encoding, value by value.

use super::{checker, lenient, long, wrong};

const ORDER: &str = r#"{"type":"record","name":"Order","namespace":"shop","fields":[
    {"name":"id","type":"long"},
    {"name":"lines","type":{"type":"array","items":{"type":"record","name":"Line","fields":[
        {"name":"sku","type":"string"},
        {"name":"price","type":["null","double"]}]}}},
    {"name":"labels","type":{"type":"map","values":"int"}},
    {"name":"payment","type":["null",
        {"type":"record","name":"Card","fields":[{"name":"last4","type":"string"},{"name":"ok","type":"boolean"}]},
        {"type":"enum","name":"Cash","symbols":["EUR","USD"]}]}]}"#;

/// An order of one line, one label and a card, with where its parts begin.
fn order() -> Vec<u8> {
    let mut bytes = long(7); // 0: id
    bytes.extend([2, 4, b'a', b'1', 2]); // 1: a block of one line; 2: sku; 5: branch of price
    bytes.extend(1.5_f64.to_le_bytes()); // 6
    bytes.push(0); // 14: no more lines
    bytes.extend([2, 6, b'r', b'e', b'd', 1, 0]); // 15: a block of one label; 16: its key; 20: its value; 21: no more
    bytes.extend([2, 8, b'4', b'2', b'4', b'2', 1]); // 22: branch; 23: last4; 28: ok
    bytes
}

#[test]
fn a_record_that_fits_fits() {
    let checker = checker(ORDER);
    assert_eq!(wrong(&checker, &order()), "");
    let two = [order(), order()].concat();
    assert_eq!(checker.binary_prefix(&two), Ok(order().len()));
    assert_eq!(wrong(&checker, &two), format!("$: 29 bytes are left over behind the value (byte 29)"));
}

#[test]
fn each_misfit_says_where_it_is() {
    let checker = checker(ORDER);
    let changed = |at: usize, byte: u8| {
        let mut bytes = order();
        bytes[at] = byte;
        wrong(&checker, &bytes)
    };
    assert_eq!(changed(2, 5), "lines[0].sku: the length -3 is below zero (byte 2)");
    assert_eq!(changed(2, 120), "lines[0].sku: 60 bytes should follow, but 26 are left (byte 2)");
    assert_eq!(changed(3, 0xff), "lines[0].sku: the string is not valid UTF-8 (byte 3)");
    assert_eq!(changed(5, 4), "lines[0].price: the union has no branch 2: it has 2, counted from 0 (byte 5)");
    assert_eq!(changed(1, 126), "lines: a block claims 63 items that the 27 bytes left cannot hold (byte 1)");
    assert_eq!(changed(17, 0xfe), "labels: the string is not valid UTF-8 (byte 17)");
    assert_eq!(
        changed(28, 2),
        "payment<shop.Card>.ok: a boolean is written as byte 2, where 0 or 1 is allowed (byte 28)"
    );
    let mut cash = order()[..22].to_vec();
    cash.extend([4, 4]);
    assert_eq!(
        wrong(&checker, &cash),
        "payment<shop.Cash>: enum shop.Cash has no symbol 2: it has 2, counted from 0 (byte 23)"
    );
    let mut label = order()[..20].to_vec();
    label.extend([0x80, 0x80, 0x80, 0x80, 0x10, 0]);
    assert_eq!(wrong(&checker, &label), "labels{red}: the number does not fit 32 bits (byte 20)");
    assert_eq!(wrong(&checker, &order()[..20]), "labels{red}: the data ends where a number should be (byte 20)");
    assert_eq!(wrong(&checker, &[]), "id: the data ends where a number should be (byte 0)");
}

#[test]
fn every_truncation_is_a_misfit() {
    let checker = checker(ORDER);
    for length in 0..order().len() {
        assert_ne!(wrong(&checker, &order()[..length]), "", "{length}");
    }
}

#[test]
fn numbers_keep_to_their_bits() {
    let (int, number) = (checker("\"int\""), checker("\"long\""));
    for value in [0, -1, i64::from(i32::MAX), i64::from(i32::MIN)] {
        assert_eq!(wrong(&int, &long(value)), "");
    }
    let too_large = |bits| format!("$: the number does not fit {bits} bits (byte 0)");
    assert_eq!(wrong(&int, &long(i64::from(i32::MAX) + 1)), too_large(32));
    assert_eq!(wrong(&int, &long(i64::from(i32::MIN) - 1)), too_large(32));
    for value in [i64::MAX, i64::MIN] {
        assert_eq!(wrong(&number, &long(value)), "");
    }
    let nines = [0xff; 9];
    assert_eq!(wrong(&number, &[&nines[..], &[2]].concat()), too_large(64));
    assert_eq!(wrong(&number, &[&nines[..], &[0xff, 0]].concat()), too_large(64));
    assert_eq!(wrong(&number, &nines), "$: the data ends where a number should be (byte 0)");
    // Longer than need be, within the bytes that a type may take.
    assert_eq!(wrong(&int, &[0x80, 0x80, 0x80, 0x80, 0x00]), "");
    assert_eq!(wrong(&int, &[0x80, 0x80, 0x80, 0x80, 0x80, 0x00]), too_large(32));
}

#[test]
fn a_block_ends_where_it_says() {
    let checker = checker(r#"{"type":"array","items":"string"}"#);
    let block = |size: i64| [long(-2), long(size), b"\x02a\x04bc".to_vec(), long(0)].concat();
    assert_eq!(wrong(&checker, &block(5)), "");
    assert_eq!(wrong(&checker, &block(4)), "$: a block says it ends at byte 6, but its items end at byte 7 (byte 7)");
    assert_eq!(wrong(&checker, &block(-1)), "$: the length -1 is below zero (byte 1)");
    assert_eq!(wrong(&checker, &block(7)), "$: 7 bytes should follow, but 6 are left (byte 1)");
    assert_eq!(wrong(&checker, &long(i64::MIN)), "$: the data ends where a number should be (byte 10)");
}

#[test]
fn long_keys_and_odd_ones_are_shown_in_one_short_line() {
    let checker = checker(r#"{"type":"map","values":"boolean"}"#);
    let entry = |key: &str| [long(1), long(key.len() as i64), key.as_bytes().to_vec(), vec![9]].concat();
    let path = |key: &str| checker.binary(&entry(key)).expect_err("no boolean").path;
    assert_eq!(path("a\nb"), "{a\\nb}");
    assert_eq!(path(&"é".repeat(100)), format!("{{{}…}}", "é".repeat(60)));
    assert_eq!(path(""), "{}");
}

#[test]
fn values_of_logical_types_are_checked_unless_told_otherwise() {
    let text = |value: &str| [long(value.len() as i64), value.as_bytes().to_vec()].concat();
    let cases: [(&str, Vec<u8>, &str); 10] = [
        (r#"{"type":"string","logicalType":"uuid"}"#, text("3b1f6f0e-3d3c-4c66-9f10-6d7b8f1a2b3C"), ""),
        (
            r#"{"type":"string","logicalType":"uuid"}"#,
            text("3b1f6f0e3d3c4c669f106d7b8f1a2b3c"),
            "$: no uuid: a UUID is 32 hexadecimal digits in groups of 8-4-4-4-12 (byte 0)",
        ),
        (r#"{"type":"int","logicalType":"time-millis"}"#, long(86_399_999), ""),
        (
            r#"{"type":"int","logicalType":"time-millis"}"#,
            long(86_400_000),
            "$: no time-millis: 86400000 does not lie within a day (byte 0)",
        ),
        (
            r#"{"type":"long","logicalType":"time-micros"}"#,
            long(-1),
            "$: no time-micros: -1 does not lie within a day (byte 0)",
        ),
        (r#"{"type":"int","logicalType":"date"}"#, long(i64::from(i32::MIN)), ""),
        (
            r#"{"type":"bytes","logicalType":"decimal","precision":2}"#,
            vec![2, 100],
            "$: no decimal: the number has more than 2 digits (byte 0)",
        ),
        (r#"{"type":"bytes","logicalType":"decimal","precision":2}"#, vec![2, 99], ""),
        (
            r#"{"type":"bytes","logicalType":"decimal","precision":2}"#,
            vec![0],
            "$: no decimal: a decimal has at least one byte (byte 0)",
        ),
        // Not a valid logical type, so none at all.
        (r#"{"type":"int","logicalType":"decimal","precision":2}"#, long(1000), ""),
    ];
    for (schema, datum, expected) in cases {
        assert_eq!(wrong(&checker(schema), &datum), expected, "{schema}");
        assert_eq!(wrong(&lenient(schema), &datum), "", "{schema}");
    }
}
