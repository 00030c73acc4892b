//! Does a record fit a schema, and who can read it? Expected answers are the specification's, Java's or apache-avro's.

mod binary;
mod bombs;
mod dictionary;
mod json;
mod random;
mod reading;
mod rewriting;
mod wire;

use sluicegate::records::{Checker, LogicalTypes};
use sluicegate::schema::{ParsedSchema, SchemaSource, Strictness, parse};
use std::sync::Arc;

/// A schema that is known to parse.
fn schema(text: &str) -> Arc<ParsedSchema> {
    let parsed = parse(&SchemaSource::avro(text), Strictness::Stored);
    Arc::new(parsed.unwrap_or_else(|error| unreachable!("{error}: {text}")))
}

fn checker(text: &str) -> Checker {
    Checker::new(schema(text))
}

fn lenient(text: &str) -> Checker {
    Checker::with(schema(text), LogicalTypes::Ignored)
}

/// Place, byte and sentence of what is wrong with `datum`; empty if it fits.
fn wrong(checker: &Checker, datum: &[u8]) -> String {
    checker.binary(datum).err().map(|misfit| misfit.to_string()).unwrap_or_default()
}

/// A number as the specification writes it: zig-zag, seven bits a byte, lowest first.
fn long(value: i64) -> Vec<u8> {
    let mut left = (value.wrapping_shl(1) ^ (value >> 63)).cast_unsigned();
    let mut bytes = Vec::new();
    while left >= 0x80 {
        bytes.push(left as u8 | 0x80);
        left >>= 7;
    }
    bytes.push(left as u8);
    bytes
}
