//! JSON as Confluent's records use it: a writer with their escaping, a reader with their leniency.
//!
//! Not serde_json, for two reasons: keys are compared byte by byte (characters beyond U+FFFF are escaped as two
//! surrogates in upper-case hex, `schemas-topic` section 3), and a million facts are read at start-up, each of which
//! must cost a fraction of a microsecond and no allocation that the fact does not keep.

mod reader;
mod writer;

pub(super) use self::reader::{Malformed, Reader};
pub(super) use self::writer::{ObjectWriter, push_array, push_string};
