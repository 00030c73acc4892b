//! Texts made to hurt: deep, long, repetitive. Each is answered, in little stack and bounded time.

use sluicegate::schema::{ParsedSchema, SchemaSource, Strictness, parse, parse_normalized};
use std::fmt::Write;

/// Runs `work` with little stack, so that recursion driven by the input would not survive.
fn in_little_stack<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> T {
    let thread = std::thread::Builder::new().stack_size(1 << 20).spawn(work).expect("a thread");
    thread.join().expect("the work survives")
}

fn refusal(text: &str) -> String {
    parse(&SchemaSource::avro(text), Strictness::New).expect_err("refused").reason
}

fn accepted(text: &str) -> ParsedSchema {
    parse(&SchemaSource::avro(text), Strictness::New).expect("accepted")
}

#[test]
fn nesting_beyond_the_readers_limit_is_refused_in_its_words() {
    let words = "com.fasterxml.jackson.core.exc.StreamConstraintsException: Document nesting depth (1001) exceeds the maximum allowed (1000, from `StreamReadConstraints.getMaxNestingDepth()`)";
    in_little_stack(move || {
        for text in
            ["[".repeat(100_000), "{\"type\":".repeat(100_000), format!("{{\"x\":{}", "[{\"a\":".repeat(50_000))]
        {
            assert_eq!(refusal(&text), words);
        }
    });
}

#[test]
fn a_thousand_levels_are_read_printed_normalised_compared_and_dropped() {
    in_little_stack(|| {
        let arrays = format!("{}\"int\"{}", "{\"type\":\"array\",\"items\":".repeat(1000), "}".repeat(1000));
        assert_eq!(accepted(&arrays).stored_text(), arrays);
        let mut records = String::from("\"int\"");
        for at in 0..333 {
            records = format!(
                "{{\"type\":\"record\",\"name\":\"R{at}\",\"fields\":[{{\"name\":\"f\",\"type\":{records}}}]}}"
            );
        }
        let attribute = format!("{{\"type\":\"int\",\"x\":{}{}}}", "[".repeat(999), "]".repeat(999));
        let types = format!("{}\"int\"{}", "{\"type\":\"array\",\"items\":".repeat(996), "}".repeat(996));
        let default = format!(
            "{{\"type\":\"record\",\"name\":\"R\",\"fields\":[{{\"name\":\"f\",\"type\":{types},\"default\":{}{}}}]}}",
            "[".repeat(996),
            "]".repeat(996)
        );
        for text in [arrays, records, attribute, default] {
            let schema = accepted(&text);
            assert_eq!(schema.stored_text(), text);
            assert!(schema.is_equivalent_to(&accepted(&text)));
            let normal = parse_normalized(&SchemaSource::avro(&text), Strictness::New).expect("normalised");
            assert_eq!(normal.stored_text(), text);
        }
    });
}

#[test]
fn a_chain_of_ten_thousand_records_that_names_backwards_is_a_schema() {
    in_little_stack(|| {
        let mut text = String::from("[{\"type\":\"record\",\"name\":\"R0\",\"fields\":[]}");
        for at in 1..10_000 {
            write!(
                text,
                ",{{\"type\":\"record\",\"name\":\"R{at}\",\"fields\":[{{\"name\":\"f\",\"type\":\"R{}\"}}]}}",
                at - 1
            )
            .expect("a String takes everything");
        }
        text.push(']');
        let schema = accepted(&text);
        assert_eq!(schema.stored_text(), text);
        assert!(schema.is_equivalent_to(&accepted(&text)));
        let normal = parse_normalized(&SchemaSource::avro(&text), Strictness::New).expect("normalised");
        assert_eq!(normal.stored_text(), text);
    });
}

#[test]
fn a_chain_whose_stored_text_could_not_be_read_back_is_refused_and_says_why() {
    in_little_stack(|| {
        for (records, is_readable) in [(300, true), (10_000, false)] {
            let mut text = String::from("[");
            for at in 0..records {
                let next = if at + 1 < records { format!("\"R{}\"", at + 1) } else { "\"int\"".to_owned() };
                let comma = if at > 0 { "," } else { "" };
                write!(
                    text,
                    "{comma}{{\"type\":\"record\",\"name\":\"R{at}\",\"fields\":[{{\"name\":\"f\",\"type\":{next}}}]}}"
                )
                .expect("a String takes everything");
            }
            text.push(']');
            if is_readable {
                let stored = accepted(&text).stored_text();
                assert_eq!(accepted(&stored).stored_text(), stored);
            } else {
                let reason = refusal(&text);
                assert!(reason.starts_with("Schema nests 30001 levels deep"), "{reason}");
            }
        }
    });
}

#[test]
fn records_that_repeat_a_deep_definition_are_compared_once() {
    in_little_stack(|| {
        let mut deep = String::from("\"int\"");
        for at in 0..150 {
            deep =
                format!("{{\"type\":\"record\",\"name\":\"R{at}\",\"fields\":[{{\"name\":\"f\",\"type\":{deep}}}]}}");
        }
        let mut text = String::from("{\"type\":\"record\",\"name\":\"Root\",\"fields\":[");
        for at in 0..100 {
            let comma = if at > 0 { "," } else { "" };
            write!(text, "{comma}{{\"name\":\"f{at}\",\"type\":{deep}}}").expect("a String takes everything");
        }
        text.push_str("]}");
        let stored = accepted(&text).stored_text();
        assert!(stored.ends_with("{\"name\":\"f98\",\"type\":\"R149\"},{\"name\":\"f99\",\"type\":\"R149\"}]}"));
    });
}

#[test]
fn defaults_of_records_in_records_are_not_judged_over_and_over() {
    // Judged through, the last would take two to the power of sixty steps.
    let mut text = String::from("[{\"type\":\"record\",\"name\":\"R0\",\"fields\":[]}");
    for at in 1..60 {
        let before = at - 1;
        write!(
            text,
            ",{{\"type\":\"record\",\"name\":\"R{at}\",\"fields\":[{{\"name\":\"f\",\"type\":\"R{before}\",\"default\":{{}}}},{{\"name\":\"g\",\"type\":\"R{before}\",\"default\":{{}}}}]}}"
        )
        .expect("a String takes everything");
    }
    text.push(']');
    assert_eq!(accepted(&text).stored_text(), text);
}

#[test]
fn defaults_of_unions_of_records_are_judged_in_bounded_time() {
    // Each level offers two records that take the same value down to where it fails: two to the power of the depth.
    let mut text = String::from("[");
    for level in 0..40 {
        for side in ["A", "B"] {
            let inner =
                if level == 0 { "\"int\"".to_owned() } else { format!("[\"A{}\",\"B{}\"]", level - 1, level - 1) };
            write!(
                text,
                "{{\"type\":\"record\",\"name\":\"{side}{level}\",\"fields\":[{{\"name\":\"f\",\"type\":{inner}}}]}},"
            )
            .expect("a String takes everything");
        }
    }
    let value = format!("{}\"no int\"{}", "{\"f\":".repeat(40), "}".repeat(40));
    write!(text, "{{\"type\":\"record\",\"name\":\"Z\",\"fields\":[{{\"name\":\"z\",\"type\":[\"A39\",\"B39\"],\"default\":{value}}}]}}]")
        .expect("a String takes everything");
    assert!(refusal(&text).starts_with("Invalid default for field z: {\"f\":"));
}

#[test]
fn a_default_with_too_many_ways_to_fail_is_refused_as_too_costly() {
    let mut text = String::from("[");
    for at in 0..4000 {
        write!(text, "{{\"type\":\"record\",\"name\":\"R{at}\",\"fields\":[{{\"name\":\"f\",\"type\":\"int\"}}]}},")
            .expect("a String takes everything");
    }
    let names: Vec<String> = (0..4000).map(|at| format!("\"R{at}\"")).collect();
    let values = vec!["{}"; 4000].join(",");
    // Every element but the last is taken by the null branch's neighbour only after all records have refused it.
    write!(
        text,
        "{{\"type\":\"record\",\"name\":\"Z\",\"fields\":[{{\"name\":\"z\",\"type\":{{\"type\":\"array\",\"items\":[{},{{\"type\":\"map\",\"values\":\"int\"}}]}},\"default\":[{values}]}}]}}]",
        names.join(",")
    )
    .expect("a String takes everything");
    let reason = refusal_as_new(&text);
    assert!(reason.starts_with("Default for field z is too costly to check"), "{reason}");
}

/// The failure as new; as stored the text is a schema.
fn refusal_as_new(text: &str) -> String {
    assert!(parse(&SchemaSource::avro(text), Strictness::Stored).is_ok());
    refusal(text)
}

#[test]
fn objects_with_a_hundred_thousand_keys_are_read() {
    let members: Vec<String> = (0..100_000).map(|at| format!("\"k{at}\":{at}")).collect();
    let text = format!("{{\"type\":\"int\",\"x\":{{{},\"k0\":\"again\"}}}}", members.join(","));
    let stored = accepted(&text).stored_text();
    assert!(stored.starts_with("{\"type\":\"int\",\"x\":{\"k0\":\"again\",\"k1\":1,"));
    assert!(stored.ends_with("\"k99999\":99999}}"));
}

#[test]
fn a_hundred_thousand_fields_symbols_and_branches_are_read() {
    let list = |item: fn(usize) -> String| (0..100_000).map(item).collect::<Vec<_>>().join(",");
    let fields = list(|at| format!("{{\"name\":\"f{at}\",\"type\":\"int\"}}"));
    let symbols = list(|at| format!("\"S{at}\""));
    let branches = list(|at| format!("{{\"type\":\"fixed\",\"name\":\"F{at}\",\"size\":1}}"));
    for text in [
        format!("{{\"type\":\"record\",\"name\":\"R\",\"fields\":[{fields}]}}"),
        format!("{{\"type\":\"enum\",\"name\":\"E\",\"symbols\":[{symbols}],\"default\":\"S99999\"}}"),
        format!("[{branches}]"),
    ] {
        assert_eq!(accepted(&text).stored_text(), text);
    }
}

#[test]
fn a_long_namespace_inherited_many_times_is_refused() {
    let namespace = "a.".repeat(50_000) + "a";
    let list = |item: fn(usize) -> String| (0..10_000).map(item).collect::<Vec<_>>().join(",");
    let types =
        list(|at| format!("{{\"name\":\"f{at}\",\"type\":{{\"type\":\"fixed\",\"name\":\"F{at}\",\"size\":1}}}}"));
    let uses = list(|at| format!("{{\"name\":\"f{at}\",\"type\":\"R\"}}"));
    let aliases = list(|at| format!("\"A{at}\""));
    for members in [
        format!("\"fields\":[{types}]"),
        format!("\"fields\":[{uses}]"),
        format!("\"aliases\":[{aliases}],\"fields\":[]"),
    ] {
        let text = format!("{{\"type\":\"record\",\"name\":\"R\",\"namespace\":\"{namespace}\",{members}}}");
        assert_eq!(refusal(&text), "The full names in this schema take more than 67108864 bytes");
    }
}

#[test]
fn a_lone_surrogate_and_junk_far_behind_the_end_are_refused() {
    assert_eq!(refusal("{\"type\":\"int\",\"x\":\"\\ud800\"}"), "Lone surrogate \\ud800 in a string");
    let far = format!("\"int\"{}x", " ".repeat(100_000));
    assert_eq!(refusal(&far), "dangling content after end of schema: x");
}
