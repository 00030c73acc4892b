//! What a comparison may cost: allocations, stack, findings, steps.

use super::{answer, schema};
use sluicegate::compat::{
    Candidate, CompatibilityLevel, HistoricVersion, LevelVerdict, Reading, Scratch, can_read, check, incompatibilities,
};
use sluicegate::schema::ParsedSchema;
use sluicegate::schema::names::Version;
use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;
use std::convert::Infallible;
use std::fmt::Write;
use std::sync::Arc;

/// The system's allocator, counting what this thread asks of it.
struct Counting;

thread_local! {
    static ALLOCATIONS: Cell<u64> = const { Cell::new(0) };
}

#[expect(unsafe_code, reason = "an allocator cannot be written without; this one only counts and passes on")]
// SAFETY: every call goes to `System` unchanged.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        // The thread may be past its end, where nothing is counted any more.
        let _ = ALLOCATIONS.try_with(|count| count.set(count.get() + 1));
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        unsafe { System.dealloc(pointer, layout) }
    }
}

#[global_allocator]
static COUNTING: Counting = Counting;

fn allocations(work: impl FnOnce()) -> u64 {
    let before = ALLOCATIONS.get();
    work();
    ALLOCATIONS.get() - before
}

/// A record of `count` fields of many types, one more with a default if `is_newer`.
fn wide(count: usize, is_newer: bool) -> ParsedSchema {
    let types = [
        "\"string\"",
        "[\"null\",\"long\"]",
        "{\"type\":\"array\",\"items\":\"int\"}",
        "{\"type\":\"long\",\"logicalType\":\"timestamp-millis\"}",
        "{\"type\":\"map\",\"values\":[\"null\",\"string\"]}",
    ];
    let mut fields = String::new();
    for at in 0..count {
        let _ =
            write!(fields, "{}{{\"name\":\"field_{at}\",\"type\":{}}}", if at == 0 { "" } else { "," }, types[at % 5]);
    }
    if is_newer {
        fields.push_str(",{\"name\":\"added\",\"type\":[\"null\",\"string\"],\"default\":null}");
    }
    schema(&format!("{{\"type\":\"record\",\"name\":\"Wide\",\"fields\":[{fields}]}}"))
}

/// A union of `count` records, each naming the next: as deep as it is long, with no nesting in the text.
fn chain(count: usize, last: &str) -> ParsedSchema {
    let mut text = String::from("[");
    for at in 0..count {
        let next = if at + 1 == count { last.to_owned() } else { format!("\"R{}\"", at + 1) };
        let comma = if at == 0 { "" } else { "," };
        let fields = format!("[{{\"name\":\"next\",\"type\":{next}}}]");
        let _ = write!(text, "{comma}{{\"type\":\"record\",\"name\":\"R{at}\",\"fields\":{fields}}}");
    }
    text.push(']');
    schema(&text)
}

#[test]
fn a_compatible_pair_allocates_nothing_once_the_scratch_is_warm() {
    let list = r#"{"type":"record","name":"L","fields":[{"name":"v","type":{"type":"enum","name":"E","symbols":["A","B"]}},{"name":"next","type":["null","L"]}]}"#;
    let pairs = [
        (wide(10, true), wide(10, false)),
        (wide(1_000, true), wide(1_000, false)),
        (chain(200, "\"long\""), chain(200, "\"int\"")),
        (schema(list), schema(list)),
    ];
    let mut scratch = Scratch::default();
    for _ in 0..2 {
        for (reader, writer) in &pairs {
            assert!(can_read(Reading { reader, writer }, &mut scratch));
        }
    }
    for (reader, writer) in &pairs {
        let mut is_readable = false;
        let count = allocations(|| is_readable = can_read(Reading { reader, writer }, &mut scratch));
        assert!(is_readable);
        assert_eq!(count, 0);
    }
    let old = Arc::new(wide(100, false));
    let newest = HistoricVersion { version: Version::FIRST, schema: old, text: "".into() };
    let history = vec![newest; 100];
    let new = wide(100, false);
    let mut check_all = || {
        let candidate = Candidate { schema: &new };
        let history = history.iter().cloned().map(Ok::<_, Infallible>);
        let Ok(verdict) = check(candidate, history, CompatibilityLevel::FullTransitive, &mut scratch);
        assert_eq!(verdict, LevelVerdict::Compatible);
    };
    check_all();
    assert_eq!(allocations(check_all), 0);
}

/// A ring of `count` records under one simple name, `last` standing in the last one. Rings of 100 and of 101 meet in
/// 10,100 pairs, each inside the one before.
fn ring(count: usize, last: &str) -> ParsedSchema {
    let mut text = String::from("\"n0.A\"");
    for at in (0..count).rev() {
        let of = if at + 1 == count { last } else { "long" };
        text = format!(
            "{{\"type\":\"record\",\"name\":\"n{at}.A\",\"fields\":[{{\"name\":\"next\",\"type\":{text}}},{{\"name\":\"of\",\"type\":\"{of}\"}}]}}"
        );
    }
    schema(&text)
}

#[test]
fn ten_thousand_pairs_inside_each_other_need_no_stack() {
    let schemas = [ring(100, "long"), ring(101, "int"), ring(101, "string")];
    let small_stack = std::thread::Builder::new().stack_size(64 << 10);
    let work = move || {
        let [reader, promoted, broken] = &schemas;
        let mut scratch = Scratch::default();
        assert_eq!(answer(reader, promoted, &mut scratch), (true, Vec::new()));
        let (is_readable, found) = answer(reader, broken, &mut scratch);
        assert!(!is_readable);
        // Of the hundred meetings with the writer's last record, a few locations fill the limit of 1 MiB.
        assert!(found.len() > 1 && found.iter().all(|(kind, _, _)| kind == "TYPE_MISMATCH"));
        assert_eq!(found[0].1.matches("/type").count(), 10_100);
    };
    small_stack.spawn(work).expect("a thread").join().expect("the comparison stays on its own stack");
}

#[test]
fn a_list_that_repeats_itself_without_end_is_cut_at_ten_thousand_findings() {
    let doubling = |last: &str| {
        let mut text =
            format!("{{\"type\":\"record\",\"name\":\"R0\",\"fields\":[{{\"name\":\"v\",\"type\":\"{last}\"}}]}}");
        for at in 1..60 {
            text = format!(
                "{{\"type\":\"record\",\"name\":\"R{at}\",\"fields\":[{{\"name\":\"a\",\"type\":{text}}},{{\"name\":\"b\",\"type\":\"R{}\"}}]}}",
                at - 1
            );
        }
        schema(&text)
    };
    let (reader, writer) = (doubling("int"), doubling("string"));
    let found = incompatibilities(Reading { reader: &reader, writer: &writer }, &mut Scratch::default());
    assert!(found.is_cut);
    let bytes: usize = found.list.iter().map(|finding| finding.location.len() + finding.message.len()).sum();
    assert!(found.list.len() <= 10_000);
    assert!(found.list.len() == 10_000 || bytes > 1 << 20, "{} findings, {bytes} bytes", found.list.len());
    assert!(bytes < (1 << 20) + 10_000);
    assert!(found.list.iter().all(|finding| finding == &found.list[0]));
}

#[test]
fn a_comparison_of_too_many_pairs_is_refused_and_says_so() {
    // Every record of the reader answers to every record of the writer, and only the last one fits.
    let union = |side: &str, odd: &str| {
        let mut text = String::from("[");
        for at in 0..600 {
            let of = if at == 599 { "string" } else { odd };
            let comma = if at == 0 { "" } else { "," };
            let fields = format!("[{{\"name\":\"f\",\"type\":\"{of}\"}}]");
            let _ = write!(text, "{comma}{{\"type\":\"record\",\"name\":\"{side}{at}.A\",\"fields\":{fields}}}");
        }
        text.push(']');
        schema(&text)
    };
    let (is_readable, found) = answer(&union("r", "int"), &union("w", "string"), &mut Scratch::default());
    assert!(!is_readable);
    assert_eq!(found.len(), 1);
    assert_eq!(found[0].0, "COMPARISON_TOO_LARGE");
}
