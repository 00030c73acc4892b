//! Messages of the wire format: every way in which they come out of Kafka, and the schemas they name.

use super::super::fake_registry::{FakeRegistry, Said};
use super::{ORDER, checked, message, order, shop, summary};
use serde_json::json;

/// As `org.apache.kafka.common.utils.Bytes` prints itself.
fn escaped(bytes: &[u8]) -> String {
    let letter = |byte: &u8| match byte {
        b' '..=b'~' if *byte != b'\\' => char::from(*byte).to_string(),
        byte => format!("\\x{byte:02X}"),
    };
    bytes.iter().map(letter).collect()
}

fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[test]
fn every_form_of_messages_is_recognised_and_read() {
    let (good, bad) = (message(7, &order(1, "tea")), message(7, b"\x02\xff"));
    // Python's base64.b64encode of both.
    let base64 = "AAAAAAcCBnRlYQA=\nAAAAAAcC/w==\n";
    let lines = |print: &dyn Fn(&[u8]) -> String| format!("{}\r\n{}\r\n", print(&good), print(&bad));
    for (text, form) in [
        (base64.to_owned(), "wire-base64"),
        (base64.replace('=', ""), "wire-base64"),
        (lines(&hexadecimal), "wire-hex"),
        (lines(&escaped), "wire-escaped"),
    ] {
        let (code, document) = checked("messages", &text, &[]);
        assert_eq!((code, summary(&document)), (100, (2, 1, 0)), "{text}: {document:#}");
        assert_eq!(document["inputs"][0]["form"], form);
        let misfit = &document["misfits"][0];
        assert_eq!((&misfit["line"], &misfit["misfits"][0]["path"]), (&2.into(), &"item".into()));
    }
    for (file, code) in [(&good, 0), (&bad, 100)] {
        let (exit, document) = checked("message.bin", file, &[]);
        assert_eq!((exit, &document["inputs"][0]["form"]), (code, &"wire".into()), "{document:#}");
    }
    assert!(checked("message.bin", &good, &[]).1["warnings"][0].as_str().unwrap().contains("not looked up"));
    // What another tool calls its registry is in nobody's way.
    let (folder, mut session) = shop();
    folder.write("message.bin", &good);
    session.variables.insert("SCHEMA_REGISTRY_URL", "localhost:8081".to_owned());
    let ended = session.run(&["records", "--schema", "order.avsc", "message.bin"]);
    assert!(ended.code == 0 && ended.out.contains("SCHEMA_REGISTRY_URL"), "{ended:?}");
}

#[test]
fn bytes_that_are_the_whole_value_stand_alone_in_a_message() {
    let (folder, session) = shop();
    folder.write("bytes.avsc", r#"{"type":"bytes"}"#);
    folder.write("messages", "000000000702\n000000000702ff80\n");
    let ended = session.run(&["records", "--schema", "bytes.avsc", "--input", "wire-hex", "messages"]);
    assert_eq!(ended.code, 0, "{ended:?}");
}

#[test]
fn messages_behind_their_lengths_are_read_to_the_last_byte() {
    let framed = |message: &[u8]| [&(message.len() as u32).to_be_bytes()[..], message].concat();
    let good = framed(&message(7, &order(1, "tea")));
    let tombstone = (-1_i32).to_be_bytes();
    let whole = [&good[..], &tombstone, &good].concat();
    let (code, document) = checked("topic", &whole, &[]);
    assert_eq!((code, document["warnings"].to_string().contains("--input wire-lengths")), (100, true), "{document:#}");
    let option = ["--input", "wire-lengths"];
    let (code, document) = checked("topic", &whole, &option);
    assert_eq!((code, summary(&document)), (0, (2, 0, 0)), "{document:#}");
    assert!(document["warnings"].to_string().contains("delete their keys, were passed over: 1"), "{document:#}");
    for (data, offset) in [
        (&whole[..whole.len() - 1], good.len() + 4),
        (&whole[..good.len() + 2], good.len()),
        (&[&good[..], &[0x7f, 0xff, 0xff, 0xff]].concat()[..], good.len()),
        (&[&good[..], &[0xff, 0xff, 0xff, 0x00]].concat()[..], good.len()),
    ] {
        let (code, document) = checked("topic", data, &option);
        assert_eq!((code, summary(&document)), (101, (1, 0, 1)), "{document:#}");
        assert_eq!(document["damages"][0]["offset"], offset);
    }
}

#[test]
fn what_is_no_message_is_a_misfit() {
    for line in ["0000", "zz", "05000000070206746561", "000", "00000000"] {
        let (code, document) = checked("messages", line, &["--input", "wire-hex"]);
        assert_eq!((code, summary(&document)), (100, (1, 1, 0)), "{line}: {document:#}");
    }
    let (code, document) = checked("messages", "null\nnull\n", &["--input", "wire-escaped"]);
    assert_eq!((code, summary(&document)), (0, (0, 0, 0)), "messages without a value: {document:#}");
}

#[test]
fn the_schema_that_a_message_names_is_asked_for_once_and_held_against_the_given_one() {
    let registry = FakeRegistry::start();
    let text = ORDER.replace("\"long\"", "\"int\"");
    registry.json("/schemas/ids/7", json!({ "schema": text }));
    let guid = "00112233-4455-6677-8899-aabbccddeeff";
    registry.json(&format!("/schemas/guids/{guid}"), json!({ "schema": ORDER }));
    registry
        .say("/schemas/ids/8", Said::Answer(404, r#"{"error_code":40403,"message":"Schema 8 not found"}"#.to_owned()));
    registry.json("/schemas/ids/9", json!({"schema": "message A {}", "schemaType": "PROTOBUF"}));
    let (folder, session) = shop();
    let datum = order(1, "tea");
    let by_guid = [&[1_u8][..], &(0..16).map(|at| at * 0x11).collect::<Vec<u8>>(), &datum].concat();
    let messages =
        [message(7, &datum), message(7, &datum), by_guid, message(8, &datum), message(9, &datum), message(7, b"")];
    let lines: Vec<String> = messages.iter().map(|message| hexadecimal(message)).collect();
    folder.write("messages", lines.join("\n"));
    let url = registry.url();
    let ended = session.run(&["records", "--schema", "order.avsc", "--registry", &url, "--format", "json", "messages"]);
    let document = ended.document();
    assert_eq!((ended.code, summary(&document)), (100, (5, 2, 1)), "{document:#}");
    let record = |at: usize| document["misfits"][at]["record"].as_u64();
    assert_eq!((record(0), record(1)), (Some(4), Some(6)));
    assert!(document["misfits"][0]["misfits"][0]["reason"].as_str().unwrap().contains("no schema 8"));
    assert!(document["damages"][0]["reason"].as_str().unwrap().contains("PROTOBUF"), "{document:#}");
    assert_eq!(registry.targets().iter().filter(|target| *target == "/schemas/ids/7").count(), 1);

    // The other way round the schema given cannot read what was written.
    folder.write("narrow.avsc", text);
    folder.write(
        "messages",
        hexadecimal(&[&[1_u8][..], &(0..16).map(|at| at * 0x11).collect::<Vec<u8>>(), &datum].concat()),
    );
    let ended =
        session.run(&["records", "--schema", "narrow.avsc", "--registry", &url, "--format", "json", "messages"]);
    assert_eq!((ended.code, summary(&ended.document())), (100, (1, 1, 0)), "{ended:?}");
}

/// Servers take an id that is no positive number of 32 bits for no path of theirs, and old ones have no guids.
#[test]
fn what_no_registry_can_have_is_a_misfit_and_no_end() {
    let registry = FakeRegistry::start();
    registry.json("/schemas/ids/7", json!({ "schema": ORDER }));
    let nothing = r#"{"error_code":404,"message":"HTTP 404 Not Found"}"#.to_owned();
    for target in ["ids/4294967295", "ids/2147483648", "guids/67676767-6767-6767-6767-676767676767"] {
        registry.say(&format!("/schemas/{target}"), Said::Answer(404, nothing.clone()));
    }
    let datum = order(1, "tea");
    let messages = [message(u32::MAX, &datum), message(1 << 31, &datum), vec![1; 1], message(7, &datum)];
    let by_guid = [&[1][..], &[b'g'; 16], &datum].concat();
    let lines: Vec<String> = messages.iter().chain([&by_guid]).map(|message| hexadecimal(message)).collect();
    let (folder, session) = shop();
    folder.write("messages", lines.join("\n"));
    let url = registry.url();
    let ended = session.run(&["records", "--schema", "order.avsc", "--registry", &url, "--format", "json", "messages"]);
    assert_eq!((ended.code, summary(&ended.document())), (100, (5, 4, 0)), "{ended:?}");
}

#[test]
fn ids_belong_to_the_context_of_the_subject() {
    let registry = FakeRegistry::start();
    registry.json("/subjects/%3A.eu%3Aorders/versions", json!([1]));
    registry.json("/subjects/%3A.eu%3Aorders/versions/1", json!({"id": 7, "version": 1, "schema": ORDER}));
    registry.json("/schemas/ids/7?subject=%3A.eu%3Aorders", json!({ "schema": ORDER }));
    let (folder, session) = shop();
    folder.write("message", message(7, &order(1, "tea")));
    let url = registry.url();
    let ended = session.run(&["records", "--subject", ":.eu:orders", "--registry", &url, "message"]);
    assert_eq!(ended.code, 0, "{ended:?}");
}

#[test]
fn a_registry_that_does_not_answer_ends_the_command() {
    let registry = FakeRegistry::start();
    registry.say("/schemas/ids/7", Said::Answer(500, "{}".to_owned()));
    let (folder, mut session) = shop();
    folder.write("message", message(7, &order(1, "tea")));
    session.variables.insert("SLUICEGATE_REGISTRY_URL", registry.url());
    let ended = session.run(&["records", "--schema", "order.avsc", "message"]);
    assert!(ended.code == 101 && ended.err.contains("500"), "{ended:?}");
}

#[test]
fn what_was_refused_before_the_registry_stopped_answering_is_told() {
    let registry = FakeRegistry::start();
    registry.json("/schemas/ids/7", json!({ "schema": ORDER }));
    registry.say("/schemas/ids/8", Said::Answer(401, "{}".to_owned()));
    let (folder, mut session) = shop();
    let lines = [message(7, b""), message(8, &order(1, "tea")), message(7, b"")].map(|message| hexadecimal(&message));
    folder.write("messages", lines.join("\n"));
    session.variables.insert("SLUICEGATE_REGISTRY_URL", registry.url());
    let ended = session.run(&["records", "--schema", "order.avsc", "--format", "json", "messages", "messages"]);
    let document = ended.document();
    assert_eq!((ended.code, summary(&document)), (100, (1, 1, 1)), "{document:#}");
    let reason = document["damages"][0]["reason"].as_str().unwrap();
    assert!(reason.starts_with("the check ended here: ") && reason.contains("401"), "{reason}");
}
