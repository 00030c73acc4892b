//! A record as services publish them: what the benches of records and of the client share.

use std::fmt::Write;

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
