//! Confluent's wire format, against bytes that its clients write.

use sluicegate::records::Checker;
use sluicegate::records::wire::{NotFramed, SchemaRef, header, split, split_with_header};
use sluicegate::schema::{SchemaSource, SchemaType, Strictness, parse};
use std::sync::Arc;

/// The guid that confluent-kafka-python's tests use, and what its `SchemaId.guid_to_bytes` makes of it.
const GUID: &str = "89791762-2336-4186-9674-299b90a802e2";
const GUID_FRAME: [u8; 17] =
    [0x01, 0x89, 0x79, 0x17, 0x62, 0x23, 0x36, 0x41, 0x86, 0x96, 0x74, 0x29, 0x9b, 0x90, 0xa8, 0x02, 0xe2];

#[test]
fn a_byte_zero_and_four_bytes_name_an_id() {
    let message = [0, 0, 0, 1, 2, 0xaa, 0xbb];
    assert_eq!(split(&message), Ok((SchemaRef::Id(258), &[0xaa, 0xbb][..])));
    let mut written = Vec::new();
    SchemaRef::Id(258).write(&mut written);
    assert_eq!(written, message[..5]);
    assert_eq!(SchemaRef::Id(258).wire_len(), 5);
}

#[test]
fn a_byte_one_and_sixteen_bytes_name_a_guid() {
    let message = [&GUID_FRAME[..], b"value"].concat();
    let (schema, value) = split(&message).expect("a frame");
    assert_eq!((schema.to_string().as_str(), value), (GUID, &b"value"[..]));
    let mut written = Vec::new();
    schema.write(&mut written);
    assert_eq!(written, GUID_FRAME);
    assert_eq!(schema.wire_len(), 17);
}

#[test]
fn a_header_names_the_schema_and_leaves_the_payload_whole() {
    let (schema, _) = split(&GUID_FRAME).expect("a frame");
    assert_eq!(split_with_header(Some(&GUID_FRAME), &[0, 1]), Ok((schema, &[0, 1][..])));
    assert_eq!(split_with_header(Some(&[0, 0, 0, 0, 7]), &[]), Ok((SchemaRef::Id(7), &[][..])));
    assert_eq!(split_with_header(None, &[0, 0, 0, 0, 7, 9]), Ok((SchemaRef::Id(7), &[9][..])));
    // Protobuf's message indexes.
    assert_eq!(header(&[0, 0, 0, 0, 7, 0]), Ok(SchemaRef::Id(7)));
    // No client falls back to the payload when a header is none.
    assert_eq!(split_with_header(Some(&[]), &[0, 0, 0, 0, 7]), Err(NotFramed::Empty));
}

#[test]
fn what_is_no_frame_is_said_to_be_none() {
    let words = |message: &[u8]| split(message).expect_err("no frame").to_string();
    assert_eq!(words(&[]), "it is empty");
    assert_eq!(words(b"{\"a\":1}"), "it begins with byte 123, where 0 (a schema id) or 1 (a schema guid) is expected");
    assert_eq!(words(&[0, 0, 0, 1]), "it ends after 4 bytes, where the first 5 name the schema");
    assert_eq!(words(&GUID_FRAME[..16]), "it ends after 16 bytes, where the first 17 name the schema");
}

#[test]
fn bytes_that_are_the_whole_value_are_written_without_their_length() {
    let checker = |text: &str| {
        let source = SchemaSource { schema_type: SchemaType::Avro, text, references: &[] };
        Checker::new(Arc::new(parse(&source, Strictness::New).expect("a schema")))
    };
    let decimal = r#"{"type":"bytes","logicalType":"decimal","precision":4}"#;
    for text in [r#""bytes""#, r#"{"type":"bytes"}"#, decimal] {
        let checker = checker(text);
        // What confluent-kafka-python writes of b"\x02\x00" behind the id, and what Avro makes of the same bytes.
        let datum = checker.datum(&[2, 0]);
        assert_eq!(&*datum, [4, 2, 0]);
        assert_eq!((checker.binary(&datum), checker.body(&datum)), (Ok(()), &[2, 0][..]));
    }
    let long = vec![7; 100];
    let datum = checker(r#""bytes""#).datum(&long).into_owned();
    assert_eq!((&datum[..2], datum.len()), (&[0xc8, 0x01][..], 102), "a length of two bytes");
    assert_eq!(checker(r#""bytes""#).body(&datum), long);
    for text in [r#""string""#, r#"["null","bytes"]"#, r#"{"type":"fixed","name":"F","size":2}"#] {
        let checker = checker(text);
        assert_eq!((&*checker.datum(&[2, 0]), checker.body(&[2, 0])), (&[2, 0][..], &[2, 0][..]), "{text}");
    }
}
