//! A record in Avro's binary form or as JSON, held against a schema; a message's prefix.
#![no_main]

use libfuzzer_sys::fuzz_target;
use sluicegate::records::{Checker, JsonForm, Reading, wire};
use sluicegate_fuzz::{PARSED, chosen};
use std::sync::{Arc, LazyLock};

static CHECKERS: LazyLock<Vec<Checker>> = LazyLock::new(|| PARSED.iter().cloned().map(Checker::new).collect());

fuzz_target!(|data: &[u8]| {
    _ = wire::header(data);
    let message = wire::split(data);
    if let Ok((schema, body)) = &message {
        let mut prefix = Vec::new();
        schema.write(&mut prefix);
        prefix.extend_from_slice(body);
        assert_eq!(prefix, data, "a message is its prefix and its body");
    }
    let Some((checker, data)) = chosen(&CHECKERS, data) else { return };
    let fits = checker.binary(data);
    let same = Reading::new(Arc::clone(checker.schema()), Arc::clone(checker.schema())).binary(data);
    assert!(fits.is_err() || same.is_ok(), "a schema reads its own records: {same:?}");
    match checker.binary_prefix(data) {
        Ok(length) => assert_eq!(length == data.len(), fits.is_ok()),
        Err(_) => assert!(fits.is_err()),
    }
    let Ok(text) = std::str::from_utf8(data) else { return };
    for form in [JsonForm::Avro, JsonForm::Plain] {
        if let Ok(datum) = checker.json(text, form) {
            checker
                .binary(&datum)
                .unwrap_or_else(|misfit| panic!("{text} as {form:?} becomes what does not fit: {misfit:?}"));
        }
    }
});
