//! A record as services publish them, and an allocator that counts: what the benches of records and of the client share.

use std::alloc::{GlobalAlloc, Layout, System};
use std::fmt::Write;
use std::sync::atomic::{AtomicU64, Ordering};

/// The system's allocator, counting.
struct Counting;

static ALLOCATIONS: AtomicU64 = AtomicU64::new(0);

#[expect(unsafe_code, reason = "an allocator cannot be written without; this one only counts and passes on")]
// SAFETY: every call goes to `System` unchanged.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        ALLOCATIONS.fetch_add(1, Ordering::Relaxed);
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        unsafe { System.dealloc(pointer, layout) }
    }
}

#[global_allocator]
static COUNTING: Counting = Counting;

/// How often memory is asked for while `work` runs.
pub(crate) fn allocations(work: impl FnOnce()) -> u64 {
    let before = ALLOCATIONS.load(Ordering::Relaxed);
    work();
    ALLOCATIONS.load(Ordering::Relaxed) - before
}

/// Types as they occur in event schemas, each with a value in plain JSON.
const FIELDS: [(&str, &str); 8] = [
    ("\"string\"", "\"a value of some length\""),
    ("[\"null\",\"string\"]", "\"optional\""),
    ("\"long\"", "1700000000000"),
    ("{\"type\":\"long\",\"logicalType\":\"timestamp-millis\"}", "1700000000000"),
    ("{\"type\":\"array\",\"items\":\"string\"}", "[\"one\",\"two\",\"three\"]"),
    ("\"int\"", "42"),
    ("[\"null\",\"double\"]", "0.5"),
    ("\"boolean\"", "true"),
];

/// A schema of `count` fields and a value of it.
pub(crate) fn event(count: usize, more: &str) -> (String, String) {
    let mut text = String::from("{\"type\":\"record\",\"name\":\"Event\",\"namespace\":\"com.example\",\"fields\":[");
    let mut json = String::from("{");
    for at in 0..count {
        let comma = if at == 0 { "" } else { "," };
        let (of, value) = FIELDS[at % FIELDS.len()];
        let _ = write!(text, "{comma}{{\"name\":\"field_{at}\",\"type\":{of}}}");
        let _ = write!(json, "{comma}\"field_{at}\":{value}");
    }
    let _ = write!(text, "{more}]}}");
    json.push('}');
    (text, json)
}
