//! Schemas that are hard to show anything of, and what is said of them.

use super::{Judge, Judgement, judged, schema, shown};
use sluicegate::compat::Scratch;
use sluicegate::witness::{Outcome, Witness, Witnesses};
use std::fmt::Write;

/// What shows that `reader` cannot read `writer`; where there is a record, the crate must take it for one of the writer's.
fn witnesses(reader: &str, writer: &str) -> Witnesses {
    let (reader, writer) = (schema(reader), schema(writer));
    let (_, witnesses) = shown(&reader, &writer, &mut Scratch::default());
    let judge = Judge::new(&reader, &writer);
    for witness in &witnesses.list {
        if let Some(wrong @ (Judgement::Wrong(_) | Judgement::Reads)) = judged(&judge, witness)
            && witness.outcome == Outcome::Unreadable
        {
            panic!("{wrong:?} {witness:?}");
        }
    }
    witnesses
}

/// Outcome and record of the only witness.
fn only(reader: &str, writer: &str) -> (Outcome, Option<String>) {
    let mut witnesses = witnesses(reader, writer);
    assert_eq!(witnesses.list.len(), 1, "{witnesses:?}");
    let witness = witnesses.list.remove(0);
    (witness.outcome, witness.datum.map(|datum| datum.json))
}

fn json(witness: &Witness) -> &str {
    witness.datum.as_ref().map_or("", |datum| &datum.json)
}

fn record(name: &str, fields: &str) -> String {
    format!(r#"{{"type":"record","name":"{name}","fields":[{fields}]}}"#)
}

#[test]
fn a_readable_pair_has_no_witness() {
    let schema = record("R", r#"{"name":"a","type":["null","int"]}"#);
    assert_eq!(witnesses(&schema, &schema).list, []);
}

#[test]
fn a_recursive_record_ends_as_soon_as_it_can() {
    let list = |of: &str| {
        record("L", &format!(r#"{{"name":"tail","type":["null","L"],"default":null}},{{"name":"head","type":"{of}"}}"#))
    };
    let found = witnesses(&list("int"), &list("string"));
    let shown: Vec<_> = found.list.iter().map(|witness| (&*witness.location, json(witness))).collect();
    // The tail breaks too, though only because of a head in it.
    assert_eq!(
        shown,
        [
            ("/fields/0/type/1", r#"{"tail":{"L":{"tail":null,"head":""}},"head":""}"#),
            ("/fields/1/type", r#"{"tail":null,"head":""}"#),
        ]
    );
}

#[test]
fn what_only_the_inner_record_shows_takes_one_turn_of_the_recursion() {
    let list = |symbols: &str| {
        record(
            "L",
            &format!(
                r#"{{"name":"tail","type":["null",{{"type":"array","items":"L"}}]}},
                   {{"name":"head","type":["null",{{"type":"enum","name":"E","symbols":[{symbols}]}}]}}"#
            ),
        )
    };
    let found = witnesses(&list("\"A\""), &list("\"A\",\"B\""));
    let shown: Vec<_> = found.list.iter().map(json).collect();
    assert_eq!(
        shown,
        [r#"{"tail":{"array":[{"tail":null,"head":{"E":"B"}}]},"head":null}"#, r#"{"tail":null,"head":{"E":"B"}}"#,]
    );
}

#[test]
fn a_type_without_a_finite_value_is_said_to_have_none() {
    let endless = |of: &str| record("R", &format!(r#"{{"name":"next","type":"R"}},{{"name":"a","type":"{of}"}}"#));
    assert_eq!(only(&endless("int"), &endless("string")), (Outcome::NoFiniteValue, None));
    let no_symbols = r#"{"type":"enum","name":"E","symbols":[]}"#;
    assert_eq!(only("\"int\"", no_symbols), (Outcome::NoFiniteValue, None));
    // The empty branch of a union is where such a type ends.
    let either = |of: &str| format!(r#"["null",{}]"#, endless(of));
    assert_eq!(only(&either("int"), &either("string")), (Outcome::NoFiniteValue, None));
}

#[test]
fn where_only_names_differ_it_is_said_that_decoders_do() {
    let fields = r#"{"name":"a","type":"int"}"#;
    assert_eq!(only(&record("A", fields), &record("B", fields)), (Outcome::NamesDiffer, Some(r#"{"a":0}"#.to_owned())));
    let optional = |name: &str| format!(r#"["null",{}]"#, record(name, fields));
    let json = r#"{"B":{"a":0}}"#.to_owned();
    assert_eq!(only(&optional("A"), &optional("B")), (Outcome::NamesDiffer, Some(json)));
}

#[test]
fn a_value_that_another_branch_takes_shows_nothing_for_certain() {
    let branch = |name: &str, of: &str| record(name, &format!(r#"{{"name":"x","type":"{of}"}}"#));
    let reader = format!("[{},{}]", branch("A", "int"), branch("B", "string"));
    assert_eq!(only(&reader, &branch("A", "string")), (Outcome::NamesDiffer, Some(r#"{"x":""}"#.to_owned())));
}

#[test]
fn one_value_fails_on_every_branch_that_could_take_it() {
    let branch = |name: &str, x: &str, y: &str| {
        record(name, &format!(r#"{{"name":"x","type":"{x}"}},{{"name":"y","type":{{"type":"array","items":"{y}"}}}}"#))
    };
    let reader = format!("[{},{}]", branch("a.R", "long", "int"), branch("b.R", "int", "long"));
    let writer = branch("R", "int", "string");
    assert_eq!(only(&reader, &writer), (Outcome::Unreadable, Some(r#"{"x":0,"y":[""]}"#.to_owned())));
    // What fails on the one is read with the other, so it takes both fields.
    let union = |name: &str, x: &str, y: &str| {
        record(name, &format!(r#"{{"name":"x","type":[{x}]}},{{"name":"y","type":[{y}]}}"#))
    };
    let (both, int) = (r#""int","string""#, r#""int""#);
    let reader = format!("[{},{}]", union("a.R", int, both), union("b.R", both, int));
    let json = r#"{"x":{"string":""},"y":{"string":""}}"#.to_owned();
    assert_eq!(only(&reader, &union("R", both, both)), (Outcome::Unreadable, Some(json)));
}

#[test]
fn numbers_are_such_that_no_decoder_can_squeeze_them_in() {
    let shown = |reader: &str, writer: &str| only(&format!("\"{reader}\""), &format!("\"{writer}\"")).1;
    assert_eq!(shown("int", "long").as_deref(), Some("2147483648"));
    assert_eq!(shown("float", "double").as_deref(), Some("0.1"));
    assert_eq!(shown("long", "double").as_deref(), Some("0.5"));
    assert_eq!(shown("int", "float").as_deref(), Some("0.5"));
    assert_eq!(only("[\"null\",\"float\"]", "\"double\"").1.as_deref(), Some("0.1"));
}

#[test]
fn thousands_of_findings_have_a_hundred_witnesses() {
    let wide = |of: &str| {
        let mut fields = String::new();
        for position in 0..5_000 {
            let comma = if position == 0 { "" } else { "," };
            let _ = write!(fields, r#"{comma}{{"name":"f{position}","type":"{of}"}}"#);
        }
        record("R", &fields)
    };
    let (reader, writer) = (schema(&wide("int")), schema(&wide("string")));
    let (findings, witnesses) = shown(&reader, &writer, &mut Scratch::default());
    assert_eq!(findings.list.len(), 5_000);
    assert!(witnesses.is_cut);
    let bytes: usize = witnesses.list.iter().filter_map(|witness| Some(witness.datum.as_ref()?.json.len())).sum();
    assert!((2..=100).contains(&witnesses.list.len()) && bytes < 2 << 20, "{} {bytes}", witnesses.list.len());
}

#[test]
fn a_record_too_long_to_be_shown_is_not_written() {
    let fixed = |size: u32| format!(r#"{{"type":"fixed","name":"F","size":{size}}}"#);
    assert_eq!(only(&fixed(1), &fixed(2_000_000_000)), (Outcome::TooLong, None));
    // Doubled sixty times over.
    let mut inner = r#""int""#.to_owned();
    for level in 0..60 {
        let name = format!("R{level}");
        let again = if level == 0 { "\"int\"".to_owned() } else { format!(r#""R{}""#, level - 1) };
        inner = record(&name, &format!(r#"{{"name":"a","type":{inner}}},{{"name":"b","type":{again}}}"#));
    }
    assert_eq!(only("\"int\"", &inner), (Outcome::TooLong, None));
}

#[test]
fn no_depth_of_a_schema_reaches_the_stack() {
    let deep = |leaf: &str| {
        let mut text = format!("\"{leaf}\"");
        for _ in 0..990 {
            text = format!(r#"{{"type":"array","items":{text}}}"#);
        }
        text
    };
    let (reader, writer) = (schema(&deep("int")), schema(&deep("string")));
    let run = move || shown(&reader, &writer, &mut Scratch::default()).1;
    let small_stack = std::thread::Builder::new().stack_size(128 << 10).spawn(run).expect("a thread");
    let witnesses = small_stack.join().expect("it ends");
    assert_eq!(witnesses.list[0].outcome, Outcome::Unreadable);
}

#[test]
fn an_alias_collision_is_named_and_nothing_is_made_up() {
    let reader = record("R", r#"{"name":"c","type":"int","aliases":["a","b"]}"#);
    let writer = record("R", r#"{"name":"a","type":"int"},{"name":"b","type":"int"}"#);
    assert_eq!(only(&reader, &writer), (Outcome::AliasCollision, None));
}

#[test]
fn hundreds_of_branches_that_each_might_take_it_come_to_an_end() {
    let union = |of: &str| {
        let branch = |number: usize| {
            record(&format!("R{number}"), &format!(r#"{{"name":"a","type":"{of}"}},{{"name":"b","type":"string"}}"#))
        };
        format!("[{}]", (0..200).map(branch).collect::<Vec<_>>().join(","))
    };
    let found = witnesses(&union("int"), &union("long"));
    assert_eq!(found.list.len(), 100);
    assert!(found.is_cut);
    assert_eq!(json(&found.list[7]), r#"{"R7":{"a":2147483648,"b":""}}"#);
    assert!(found.list.iter().all(|witness| witness.outcome == Outcome::Unreadable));
}
