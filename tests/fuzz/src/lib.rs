//! What the targets share: how an input is taken apart, and schemas to hold data against.

use sluicegate::schema::{ParsedSchema, SchemaSource, Strictness, parse};
use std::sync::{Arc, LazyLock};

/// Between the parts of an input that has several.
pub const CUT: &str = "\n----\n";

/// Schemas with every type, nesting, recursion and logical types.
pub const SCHEMAS: [&str; 6] = [
    include_str!("../schemas/0-all.avsc"),
    include_str!("../schemas/1-tree.avsc"),
    include_str!("../schemas/2-logical.avsc"),
    include_str!("../schemas/3-unions.avsc"),
    include_str!("../schemas/4-bytes.avsc"),
    include_str!("../schemas/5-empties.avsc"),
];

/// [`SCHEMAS`], parsed.
pub static PARSED: LazyLock<Vec<Arc<ParsedSchema>>> =
    LazyLock::new(|| SCHEMAS.map(|text| Arc::new(avro(text).expect("it is valid"))).into());

/// An Avro schema somebody brings.
pub fn avro(text: &str) -> Option<ParsedSchema> {
    parse(&SchemaSource::avro(text), Strictness::New).ok()
}

/// One of `list`, and the rest of the input.
pub fn chosen<'l, 'd, T>(list: &'l [T], data: &'d [u8]) -> Option<(&'l T, &'d [u8])> {
    let (&first, rest) = data.split_first()?;
    Some((&list[usize::from(first) % list.len()], rest))
}
