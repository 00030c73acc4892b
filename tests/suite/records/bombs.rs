//! Data and schemas made to take time, memory or stack. Each check here ends at once; a test that hangs has found one.

use super::{checker, long, wrong};

#[test]
fn a_billion_items_of_no_bytes_are_counted_and_not_walked() {
    let nothing = [
        r#""null""#,
        r#"{"type":"fixed","name":"F","size":0}"#,
        r#"{"type":"record","name":"R","fields":[{"name":"a","type":"null"},{"name":"b","type":{"type":"record","name":"S","fields":[]}}]}"#,
    ];
    for items in nothing {
        let checker = checker(&format!(r#"{{"type":"array","items":{items}}}"#));
        assert_eq!(wrong(&checker, &[long(2_000_000_000), long(0)].concat()), "");
        let twice = [long(2_000_000_000), long(2_000_000_000), long(0)].concat();
        assert_eq!(wrong(&checker, &twice), "$: 4000000000 items are more than decoders hold (byte 5)");
        let most = [long(i64::MIN), long(0), long(0)].concat();
        assert_eq!(wrong(&checker, &most), "$: 9223372036854775808 items are more than decoders hold (byte 0)");
    }
}

#[test]
fn a_record_that_doubles_sixty_times_over_takes_no_time() {
    for (leaf, expected) in [
        ("\"null\"", ""),
        (
            "\"int\"",
            "a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a: the data ends where a number should be (byte 0)",
        ),
    ] {
        let mut inner = leaf.to_owned();
        for level in 0..60 {
            let again = if level == 0 { leaf.to_owned() } else { format!(r#""R{}""#, level - 1) };
            inner = format!(
                r#"{{"type":"record","name":"R{level}","fields":[{{"name":"a","type":{inner}}},{{"name":"b","type":{again}}}]}}"#
            );
        }
        assert_eq!(wrong(&checker(&inner), &[]), expected);
        let items = checker(&format!(r#"{{"type":"array","items":{inner}}}"#));
        let answer = wrong(&items, &[long(1_000_000_000), long(0)].concat());
        assert_eq!(answer.is_empty(), expected.is_empty(), "{answer}");
    }
}

#[test]
fn records_of_one_field_a_thousand_deep_cost_one_step_an_item() {
    let mut inner = "\"int\"".to_owned();
    for level in 0..300 {
        inner = format!(r#"{{"type":"record","name":"R{level}","fields":[{{"name":"f","type":{inner}}}]}}"#);
    }
    let checker = checker(&format!(r#"{{"type":"array","items":{inner}}}"#));
    let count = 2_000_000;
    let mut datum = [long(count), vec![2; count as usize], long(0)].concat();
    assert_eq!(wrong(&checker, &datum), "");
    let last = datum.len() - 2;
    datum[last] = 0x80;
    datum.truncate(last + 1);
    let path = format!("[1999999]{}", ".f".repeat(300));
    assert_eq!(wrong(&checker, &datum), format!("{path}: the data ends where a number should be (byte {last})"));
}

#[test]
fn data_a_million_levels_deep_stays_off_the_stack() {
    let list = checker(
        r#"{"type":"record","name":"L","fields":[{"name":"v","type":"int"},{"name":"next","type":["null","L"]}]}"#,
    );
    let depth = 1_000_000;
    let mut datum = [2, 2].repeat(depth);
    datum.extend([2, 0]);
    let run = move || {
        let fits = wrong(&list, &datum);
        datum.pop();
        (fits, list.binary(&datum).expect_err("it is cut").path.len())
    };
    let small_stack = std::thread::Builder::new().stack_size(128 << 10).spawn(run).expect("a thread");
    // The path is not shown whole either.
    assert_eq!(small_stack.join().expect("it ends"), (String::new(), 1_000 + "…".len()));
    let nested = checker(r#"{"type":"record","name":"T","fields":[{"name":"c","type":{"type":"array","items":"T"}}]}"#);
    let datum = [vec![2; depth], vec![0; depth + 1]].concat();
    assert_eq!(wrong(&nested, &datum), "");
}

#[test]
fn a_type_without_a_finite_value_ends_at_once() {
    let endless = checker(r#"{"type":"record","name":"R","fields":[{"name":"next","type":"R"}]}"#);
    assert_eq!(wrong(&endless, &[0; 9]), "$: R has no finite value (byte 0)");
    let either = checker(r#"[{"type":"record","name":"R","fields":[{"name":"next","type":"R"}]},"null"]"#);
    assert_eq!(wrong(&either, &[2]), "");
    assert_eq!(wrong(&either, &[0]), "$: R has no finite value (byte 1)");
    assert_eq!(wrong(&checker("[]"), &[0]), "$: union has no finite value (byte 0)");
    assert_eq!(
        wrong(&checker(r#"{"type":"enum","name":"E","symbols":[]}"#), &[0]),
        "$: E has no finite value (byte 0)"
    );
}

#[test]
fn a_record_of_ten_thousand_fields_is_open_at_the_cost_of_those_that_are_given() {
    let field = |at: usize| format!(r#"{{"name":"f{at}","type":["null","R"],"default":null}}"#);
    let fields: Vec<String> = (0..10_000).map(field).collect();
    let wide = checker(&format!(r#"{{"type":"record","name":"R","fields":[{}]}}"#, fields.join(",")));
    let text = r#"{"f9999":"#.repeat(5) + "{}" + &"}".repeat(5);
    let fits = wide.json(&text, sluicegate::records::JsonForm::Plain).expect("it fits");
    assert_eq!(wide.binary(&fits), Ok(()));
    assert_eq!(fits.len(), 6 * 10_000);
    let deep = r#"{"f9999":"#.repeat(100_000) + "{}" + &"}".repeat(100_000);
    let misfits = wide.json(&deep, sluicegate::records::JsonForm::Plain).expect_err("it is too costly");
    assert!(misfits.is_cut, "{misfits}");
}
