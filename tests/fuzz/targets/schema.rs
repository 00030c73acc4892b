//! A schema text: parsed in both ways, printed, and read back.
#![no_main]

use libfuzzer_sys::fuzz_target;
use sluicegate::schema::avro::parse_with_spans;
use sluicegate::schema::{ParsedSchema, SchemaSource, Strictness, parse, parse_normalized};

fuzz_target!(|text: &str| {
    let source = SchemaSource::avro(text);
    let (new, stored) = (parse(&source, Strictness::New), parse(&source, Strictness::Stored));
    assert!(new.is_err() || stored.is_ok(), "what may be new may be stored");
    assert_eq!(parse_with_spans(&source, Strictness::New).is_ok(), new.is_ok(), "places change no verdict");
    _ = parse_normalized(&source, Strictness::New);
    let Ok(schema) = stored else { return };
    read_back(&schema, &schema.stored_text());
    // Without references, names are resolved in the text itself.
    read_back(&schema, &schema.resolved_text());
    let tags = schema.tagged_entities(|_| true);
    assert!(tags.is_ok() || new.is_err(), "tags of a valid schema can be listed");
});

/// What is printed is a schema that says the same. An alias may lose its dot in print and mean another, as in the
/// original; so does the empty namespace. Both need a dot or a backslash in an unusual place and are left out.
fn read_back(schema: &ParsedSchema, printed: &str) {
    let again = parse(&SchemaSource::avro(printed), Strictness::Stored);
    if printed.contains("aliases")
        || printed.contains("\"\"")
        || printed.contains(r#"".""#)
        || printed.contains(r#"".."#)
    {
        return;
    }
    let again = again.unwrap_or_else(|error| panic!("{printed} is not read: {error:?}"));
    assert_eq!(again.stored_text(), schema.stored_text(), "printing is stable");
}
