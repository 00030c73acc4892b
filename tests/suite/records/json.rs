//! JSON as Java's encoder writes it and as people do. Expected bytes are the specification's, spelled out by hand.

use super::{checker, lenient, long};
use sluicegate::records::{Checker, JsonForm};

/// The bytes, or all misfits, one a line.
fn encoded(checker: &Checker, text: &str, form: JsonForm) -> Result<Vec<u8>, String> {
    checker.json(text, form).map_err(|misfits| misfits.to_string())
}

fn avro(schema: &str, text: &str) -> Result<Vec<u8>, String> {
    encoded(&checker(schema), text, JsonForm::Avro)
}

fn plain(schema: &str, text: &str) -> Result<Vec<u8>, String> {
    encoded(&checker(schema), text, JsonForm::Plain)
}

const CARD: &str = r#"{"type":"record","name":"Card","namespace":"shop","fields":[
    {"name":"last4","type":"string"},{"name":"limit","type":"double","default":0,"aliases":["max"]}]}"#;

fn order(more: &str) -> String {
    format!(
        r#"{{"type":"record","name":"Order","namespace":"shop","fields":[{{"name":"id","type":"long"}},
        {{"name":"payment","type":["null",{CARD},{{"type":"enum","name":"Cash","symbols":["EUR","USD"]}}],"default":null}}{more}]}}"#
    )
}

#[test]
fn the_specifications_example_of_a_union_is_encoded_as_it_says() {
    let schema = r#"["null","string"]"#;
    assert_eq!(avro(schema, "null"), Ok(vec![0x00]));
    assert_eq!(avro(schema, r#"{"string":"a"}"#), Ok(vec![0x02, 0x02, 0x61]));
    let record =
        r#"{"type":"record","name":"test","fields":[{"name":"a","type":"long"},{"name":"b","type":"string"}]}"#;
    assert_eq!(avro(record, r#"{"a":27,"b":"foo"}"#), Ok(vec![0x36, 0x06, 0x66, 0x6f, 0x6f]));
    // The order of members is free.
    assert_eq!(avro(record, r#"{"b":"foo","a":27}"#), Ok(vec![0x36, 0x06, 0x66, 0x6f, 0x6f]));
    let array = r#"{"type":"array","items":"long"}"#;
    assert_eq!(avro(array, "[3,27]"), Ok(vec![0x04, 0x06, 0x36, 0x00]));
    assert_eq!(avro(array, "[]"), Ok(vec![0x00]));
}

#[test]
fn bytes_are_characters_up_to_u00ff() {
    assert_eq!(avro("\"bytes\"", r#""\u0000\u00ffA""#), Ok(vec![6, 0, 0xff, 0x41]));
    assert_eq!(
        avro("\"bytes\"", "\"a€\""),
        Err("$: \"€\" is no byte: each character up to U+00FF stands for one".to_owned())
    );
    let fixed = r#"{"type":"fixed","name":"F","size":2}"#;
    assert_eq!(avro(fixed, "\"é\u{1}\"".replace('\u{1}', "\\u0001").as_str()), Ok(vec![0xe9, 1]));
    assert_eq!(avro(fixed, "\"abc\""), Err("$: 3 bytes where 2 are wanted".to_owned()));
}

#[test]
fn numbers_are_taken_exactly_or_not_at_all() {
    assert_eq!(avro("\"int\"", "2147483647"), Ok(long(2_147_483_647)));
    assert_eq!(avro("\"int\"", "2147483648"), Err("$: the number does not fit 32 bits".to_owned()));
    assert_eq!(avro("\"long\"", "9223372036854775808"), Err("$: the number does not fit 64 bits".to_owned()));
    assert_eq!(avro("\"long\"", "1e3"), Ok(long(1000)));
    assert_eq!(avro("\"int\"", "1.5"), Err("$: the number has a fraction".to_owned()));
    assert_eq!(avro("\"int\"", "\"1\""), Err("$: a string where an int is wanted".to_owned()));
    assert_eq!(avro("\"double\"", "1"), Ok(1_f64.to_le_bytes().to_vec()));
    assert_eq!(avro("\"float\"", "0.1"), Ok(0.1_f32.to_le_bytes().to_vec()));
    assert_eq!(avro("\"float\"", "1e39"), Err("$: the number does not fit 32 bits".to_owned()));
    assert_eq!(avro("\"double\"", "\"-Infinity\""), Ok(f64::NEG_INFINITY.to_le_bytes().to_vec()));
    assert_eq!(avro("\"float\"", "\"INF\""), Ok(f32::INFINITY.to_le_bytes().to_vec()));
    let nan = avro("\"double\"", "\"NaN\"").expect("a number");
    assert!(f64::from_le_bytes(nan.try_into().expect("eight bytes")).is_nan());
    assert_eq!(
        avro("\"double\"", "\"nan\""),
        Err("$: a string where a number is wanted: only NaN, Infinity and -Infinity are written as strings".to_owned())
    );
    assert_eq!(avro("\"boolean\"", "0"), Err("$: a number where a boolean is wanted".to_owned()));
}

#[test]
fn avros_form_names_the_branch_by_its_full_name() {
    let order = order("");
    let card = r#"{"id":1,"payment":{"shop.Card":{"last4":"4242","limit":0}}}"#;
    let mut bytes = vec![2, 2, 8, b'4', b'2', b'4', b'2'];
    bytes.extend(0_f64.to_le_bytes());
    assert_eq!(avro(&order, card), Ok(bytes));
    assert_eq!(avro(&order, r#"{"id":1,"payment":{"shop.Cash":"USD"}}"#), Ok(vec![2, 4, 2]));
    assert_eq!(
        avro(&order, r#"{"id":1,"payment":{"Cash":"USD"}}"#),
        Err("payment: the union has no branch \"Cash\", but null, shop.Card, shop.Cash".to_owned())
    );
    assert_eq!(
        avro(&order, r#"{"id":1,"payment":"USD"}"#),
        Err("payment: a string where an object is wanted that names the branch of the union, as {\"shop.Card\": …}, or null"
            .to_owned())
    );
    assert_eq!(
        avro(&order, r#"{"id":1}"#),
        Err("payment: the field is missing; Avro's JSON encoding does not fill in defaults".to_owned())
    );
}

#[test]
fn plain_form_takes_the_first_branch_that_fits_and_fills_in_defaults() {
    let order = order("");
    assert_eq!(plain(&order, r#"{"id":1}"#), Ok(vec![2, 0]));
    assert_eq!(plain(&order, r#"{"id":1,"payment":"USD"}"#), Ok(vec![2, 4, 2]));
    let mut bytes = vec![2, 2, 2, b'1'];
    bytes.extend(2.5_f64.to_le_bytes());
    assert_eq!(plain(&order, r#"{"id":1,"payment":{"last4":"1","max":2.5}}"#), Ok(bytes));
    // What does not fit the only branch that could take it is told where it is wrong.
    assert_eq!(
        plain(&order, r#"{"id":1,"payment":{"last":"1"}}"#),
        Err("payment<shop.Card>.last: the schema has no such field; did you mean last4?\n\
             payment<shop.Card>.last4: the field is missing, and it has no default"
            .to_owned())
    );
    assert_eq!(
        plain(&order, r#"{"id":1,"payment":7}"#),
        Err("payment: a number fits no branch of the union: null, null is wanted; shop.Card, an object with the fields of \
             shop.Card is wanted; shop.Cash, a symbol of shop.Cash is wanted"
            .to_owned())
    );
    // An int does not take what a long has to; nor a number with a fraction.
    let numbers = r#"["int","long","double","string"]"#;
    assert_eq!(plain(numbers, "1"), Ok(vec![0, 2]));
    assert_eq!(plain(numbers, "2147483648"), Ok([vec![2], long(2_147_483_648)].concat()));
    assert_eq!(plain(numbers, "0.5"), Ok([vec![4], 0.5_f64.to_le_bytes().to_vec()].concat()));
    assert_eq!(plain(numbers, "\"x\""), Ok(vec![6, 2, b'x']));
}

#[test]
fn a_number_is_not_rounded_for_a_branch_while_another_has_it_as_it_is() {
    let single = |number: f32| number.to_le_bytes().to_vec();
    let double = |number: f64| number.to_le_bytes().to_vec();
    for (schema, text, expected) in [
        (r#"["null","float","double"]"#, "0.1", [vec![4], double(0.1)].concat()),
        (r#"["null","float","double"]"#, "0.5", [vec![2], single(0.5)].concat()),
        (r#"["float","long"]"#, "16777216", [vec![0], single(16_777_216.0)].concat()),
        (r#"["float","long"]"#, "16777217", [vec![2], long(16_777_217)].concat()),
        (r#"["double","long"]"#, "9007199254740993", [vec![2], long(9_007_199_254_740_993)].concat()),
        // What Java takes for an int of a default: no fraction, not even an empty one.
        (r#"["int","double"]"#, "1.0", [vec![2], double(1.0)].concat()),
        (r#"["int","double"]"#, "1", vec![0, 2]),
        (r#"["double","string"]"#, "\"NaN\"", [vec![2, 6], b"NaN".to_vec()].concat()),
        // With no better branch it is what it always was.
        (r#"["null","float"]"#, "0.1", [vec![2], single(0.1)].concat()),
        (r#"["int","float"]"#, "0.1", [vec![2], single(0.1)].concat()),
        (r#"["int","string"]"#, "1.0", vec![0, 2]),
        (r#"["null","double"]"#, "\"Infinity\"", [vec![2], double(f64::INFINITY)].concat()),
        (
            r#"["float",{"type":"map","values":["float","double"]}]"#,
            r#"{"k":0.1}"#,
            [vec![2, 2, 2, b'k', 2], double(0.1), vec![0]].concat(),
        ),
    ] {
        assert_eq!(plain(schema, text), Ok(expected), "{schema} {text}");
    }
}

#[test]
fn records_of_a_union_are_told_apart_by_all_they_contain() {
    let shape = |name: &str, field: &str, of: &str| {
        format!(
            r#"{{"type":"record","name":"{name}","fields":[{{"name":"{field}","type":{of}}},{{"name":"note","type":["null","string"],"default":null}}]}}"#
        )
    };
    let ints = r#"{"type":"array","items":"int"}"#;
    let texts = r#"{"type":"array","items":["null","string"]}"#;
    let union = format!("[{},{},{}]", shape("A", "x", ints), shape("B", "x", texts), shape("C", "y", ints));
    assert_eq!(plain(&union, r#"{"x":[1,2]}"#), Ok(vec![0, 4, 2, 4, 0, 0]));
    assert_eq!(plain(&union, r#"{"x":[null,"a"],"note":"n"}"#), Ok(vec![2, 4, 0, 2, 2, b'a', 0, 2, 2, b'n']));
    assert_eq!(plain(&union, r#"{"y":[]}"#), Ok(vec![4, 0, 0]));
    assert_eq!(
        plain(&union, r#"{"x":[1,"a"]}"#),
        Err("$: an object fits no branch of the union: A, its field x does not fit; B, its field x does not fit; \
             C, it has no field x"
            .to_owned())
    );
}

#[test]
fn every_misfit_is_told_up_to_a_hundred() {
    let schema = r#"{"type":"record","name":"R","fields":[
        {"name":"a","type":"int"},{"name":"b","type":{"type":"array","items":"boolean"}},
        {"name":"c","type":{"type":"map","values":"string"}},{"name":"d","type":{"type":"enum","name":"E","symbols":["RED","GREEN"]}}]}"#;
    assert_eq!(
        avro(schema, r#"{"a":"1","b":[true,0,null],"c":{"k":1},"d":"GREN","e":1,"a":2}"#),
        Err("e: the schema has no such field\n\
             a: it is given more than once\n\
             a: a string where an int is wanted\n\
             b[1]: a number where a boolean is wanted\n\
             b[2]: null where a boolean is wanted\n\
             c{k}: a number where a string is wanted\n\
             d: enum E has no symbol \"GREN\"; did you mean GREEN?"
            .to_owned())
    );
    let many = format!("[{}]", vec!["0"; 101].join(","));
    let misfits = checker(r#"{"type":"array","items":"string"}"#).json(&many, JsonForm::Avro).expect_err("none fits");
    assert_eq!((misfits.list.len(), misfits.is_cut), (100, true));
    assert_eq!(misfits.list[99].path, "[99]");
    assert!(misfits.list.iter().all(|misfit| misfit.offset.is_none()));
}

#[test]
fn what_is_no_json_is_told_with_line_and_column() {
    assert_eq!(avro("\"int\"", ""), Err("$: this is no JSON: a value is missing (column 1)".to_owned()));
    assert_eq!(
        avro(CARD, "{\"last4\": \"é\",\n \"limit\": 01}"),
        Err("$: this is no JSON: a number has digits, and no zero before others (line 2, column 13)".to_owned())
    );
    assert_eq!(
        avro("\"string\"", r#""\ud800""#),
        Err("$: this is no JSON: an escape is half of a surrogate pair (column 2)".to_owned())
    );
}

#[test]
fn a_key_given_twice_is_a_misfit_of_a_map_too() {
    let map = r#"{"type":"map","values":"int"}"#;
    assert_eq!(avro(map, r#"{"a":1,"b":2}"#), Ok(vec![4, 2, b'a', 2, 2, b'b', 4, 0]));
    assert_eq!(avro(map, r#"{"a":1,"\u0061":2}"#), Err("{a}: it is given more than once".to_owned()));
}

#[test]
fn logical_types_are_checked_in_json_too() {
    let uuid = r#"{"type":"string","logicalType":"uuid"}"#;
    let wrong = Err("$: no uuid: a UUID is 32 hexadecimal digits in groups of 8-4-4-4-12".to_owned());
    assert_eq!(avro(uuid, "\"x\""), wrong);
    assert_eq!(encoded(&lenient(uuid), "\"x\"", JsonForm::Avro), Ok(vec![2, b'x']));
    // A branch that does not fit for that reason leaves the value to the next.
    let either = r#"[{"type":"int","logicalType":"time-millis"},"long"]"#;
    assert_eq!(plain(either, "5"), Ok(vec![0, 10]));
    assert_eq!(plain(either, "-1"), Ok(vec![2, 1]));
}

#[test]
fn defaults_are_values_in_plain_form_at_any_depth() {
    let schema = r#"{"type":"record","name":"R","fields":[
        {"name":"a","type":{"type":"record","name":"S","fields":[{"name":"x","type":"int","default":7},{"name":"y","type":"bytes","default":"\u00ff"}]},"default":{"x":8}},
        {"name":"b","type":["string","null"],"default":"s"},
        {"name":"c","type":{"type":"array","items":{"type":"map","values":"long"}},"default":[{"k":1}]}]}"#;
    assert_eq!(plain(schema, "{}"), Ok(vec![16, 2, 0xff, 0, 2, b's', 2, 2, 2, b'k', 2, 0, 0]));
    let wrong = r#"{"type":"record","name":"R","fields":[{"name":"a","type":"int","default":"no"}]}"#;
    assert_eq!(plain(wrong, "{}"), Err("a: a string where an int is wanted".to_owned()));
}

#[test]
fn records_that_differ_in_their_innermost_field_alone_are_told_apart_in_linear_time() {
    // Each level offers two records, so trying them anew at each level would take 2 to the power of the depth.
    let record = |name: &str, next: &str, leaf: &str| {
        format!(
            r#"{{"type":"record","name":"{name}","fields":[{{"name":"next","type":{next}}},{{"name":"leaf","type":"{leaf}"}}]}}"#
        )
    };
    let b = record("B", r#"["null","A","B"]"#, "string");
    let schema = format!("[{},\"B\"]", record("A", &format!(r#"["null","A",{b}]"#), "int"));
    let checker = checker(&schema);
    let depth = 5_000;
    let text = "{\"leaf\":\"s\",\"next\":".repeat(depth) + "null" + &"}".repeat(depth);
    let fits = checker.json(&text, JsonForm::Plain).expect("it fits");
    // Branch 1, then branch 2 all the way down, then null, and the leaves on the way up.
    let expected = [vec![2], vec![4; depth - 1], vec![0], b"\x02s".repeat(depth)].concat();
    assert_eq!(fits, expected);
    assert_eq!(checker.binary(&fits), Ok(()));
    // The innermost decides, and nothing fits it.
    let text = text.replace("null", "{\"leaf\":true,\"next\":null}");
    let misfits = checker.json(&text, JsonForm::Plain).expect_err("it does not fit");
    assert_eq!(
        misfits.to_string(),
        "$: an object fits no branch of the union: A, its field next does not fit; B, its field next does not fit"
    );
}

#[test]
fn texts_and_defaults_made_to_take_time_or_memory_are_refused_in_short() {
    let too_costly = |schema: &str, text: &str| {
        let misfits = checker(schema).json(text, JsonForm::Plain).expect_err("a bomb");
        assert!(misfits.is_cut && misfits.to_string().contains("too many ways"), "{misfits}");
    };
    too_costly(r#"{"type":"record","name":"R","fields":[{"name":"r","type":"R","default":{}}]}"#, "{}");
    let mut inner =
        r#"{"type":"record","name":"R0","fields":[{"name":"x","type":"string","default":"a default of some length"}]}"#
            .to_owned();
    for level in 1..40 {
        let before = level - 1;
        inner = format!(
            r#"{{"type":"record","name":"R{level}","fields":[{{"name":"a","type":{inner},"default":{{}}}},{{"name":"b","type":"R{before}","default":{{}}}}]}}"#
        );
    }
    too_costly(&inner, "{}");
    // Thousands of unknown keys, held against thousands of aliases.
    let fields: Vec<String> = (0..3_000)
        .map(|at| format!(r#"{{"name":"f{at}","type":"null","default":null,"aliases":["g{at}"]}}"#))
        .collect();
    let wide = format!(r#"{{"type":"record","name":"R","fields":[{}]}}"#, fields.join(","));
    let keys: Vec<String> = (0..3_000).map(|at| format!(r#""h{at}":0"#)).collect();
    too_costly(&wide, &format!("{{{}}}", keys.join(",")));
    let nested = "[".repeat(100_000) + &"]".repeat(100_000);
    let misfits = checker("\"int\"").json(&nested, JsonForm::Plain).expect_err("no int");
    assert_eq!(misfits.to_string(), "$: an array where an int is wanted");
}
