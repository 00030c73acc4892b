//! Findings in Confluent's sentences (`avro-compatibility` 3.6, `rest-api` 9.2).

use super::Refusal;

/// The message list of a refusal: one sentence per finding, then the old version, its text, and the level.
///
/// `validate_fields` is the setting in force, quoted in the last entry.
pub fn messages(_refusal: &Refusal, _validate_fields: bool) -> Vec<String> {
    unimplemented!()
}
