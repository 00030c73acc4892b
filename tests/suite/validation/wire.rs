//! Messages held against the schemas that they name.

use super::{ORDER, ORDER_BEFORE, answered, base64, behind_id, checked, guid_bytes, order, outcomes, paths};
use crate::confluent_api::conversation::{Conversation, STRING};
use serde_json::{Value, json};

const OCTETS: (&str, &str) = ("Content-Type", "application/octet-stream");

/// The guid of a schema by its id.
fn guid(talk: &mut Conversation, id: i64) -> String {
    talk.get(&format!("/schemas/ids/{id}")).json()["guid"].as_str().unwrap().to_owned()
}

#[test]
fn a_message_names_its_schema_by_id_or_guid_in_front_or_in_a_header() {
    let mut talk = Conversation::new();
    let id = talk.register("orders-value", ORDER).id;
    let guid = guid(&mut talk, id);
    let sound = order("o-1", Some(1.5));
    let cut = &sound[..3];
    let mut records = Vec::new();
    for name in [behind_id(id, &[]), guid_bytes(&guid)] {
        for value in [&sound[..], cut] {
            records.push(json!({"wire": base64(&[&name, value].concat())}));
            records.push(json!({"wire": base64(value), "header": base64(&name)}));
        }
    }
    let answer = checked(&mut talk, "/validate/wire", &json!(records));
    assert_eq!(outcomes(&answer), ["fits", "fits", "misfit", "misfit", "fits", "fits", "misfit", "misfit"]);
    assert_eq!((answer.get("schema"), answer.get("readers")), (None, None));
    for record in answer["records"].as_array().unwrap() {
        assert_eq!(record["schema"], json!({"id": id, "guid": guid}), "whichever of the two was sent");
        if record["fits"] == false {
            assert_eq!(paths(record), ["id"]);
        }
    }
}

#[test]
fn bytes_that_are_the_whole_value_stand_alone_in_a_message() {
    let mut talk = Conversation::new();
    let id = talk.register("s", r#"{"type":"bytes"}"#).id;
    let records: Vec<Value> = [&b""[..], b"\x02", b"\x02\x00\xff"]
        .iter()
        .map(|value| json!({"wire": base64(&behind_id(id, value))}))
        .collect();
    let answer = checked(&mut talk, "/validate/wire", &json!(records));
    assert_eq!(outcomes(&answer), ["fits", "fits", "fits"]);
}

#[test]
fn what_is_no_message_is_told_from_what_names_no_schema() {
    let mut talk = Conversation::new();
    let id = talk.register("s", STRING).id;
    let unknown_guid = guid_bytes("00000000-0000-0000-0000-000000000001");
    let cases: [(&[u8], &str, &str); 9] = [
        (&behind_id(id, b"\x02a"), "fits", ""),
        (b"", "not-framed", "the message names no schema: it is empty"),
        (b"{}", "not-framed", "the message names no schema: it begins with byte 123"),
        (&[0, 0, 0], "not-framed", "the message names no schema: it ends after 3 bytes"),
        (&[1, 0, 0, 0, 1], "not-framed", "the message names no schema: it ends after 5 bytes"),
        (&[0, 0, 0, 0, 99, 2], "unknown-schema", "the registry has no schema with id 99"),
        (&[0, 0, 0, 0, 0], "unknown-schema", "the registry has no schema with id 0"),
        (&[0, 255, 255, 255, 255], "unknown-schema", "the registry has no schema with id 4294967295"),
        (&unknown_guid, "unknown-schema", "the registry has no schema with guid 00000000-0000-0000-0000-000000000001"),
    ];
    let records: Vec<Value> = cases.iter().map(|(bytes, ..)| json!({"wire": base64(bytes)})).collect();
    let answer = checked(&mut talk, "/validate/wire", &json!(records));
    assert_eq!(outcomes(&answer), cases.map(|(_, outcome, _)| outcome));
    for ((bytes, _, told), record) in cases.iter().zip(answer["records"].as_array().unwrap()).skip(1) {
        let reason = record["misfits"][0]["reason"].as_str().unwrap();
        assert!(reason.starts_with(told), "{bytes:?}: {reason}");
        assert_eq!(paths(record), ["$"]);
    }
    let records = json!([
        {"wire": base64(b"\x02a"), "header": ""},
        {"wire": base64(b"\x02a"), "header": base64(&[7])},
        {"wire": null},
        {"wire": null, "header": base64(&behind_id(id, &[]))},
        {"wire": base64(b"\x02a"), "header": null},
    ]);
    let answer = checked(&mut talk, "/validate/wire", &records);
    assert_eq!(outcomes(&answer), ["not-framed", "not-framed", "tombstone", "tombstone", "not-framed"]);
    let told = "the header names no schema: it begins with byte 7";
    assert!(answer["records"][1]["misfits"][0]["reason"].as_str().unwrap().starts_with(told), "{answer}");
}

#[test]
fn a_subject_is_one_under_which_the_schema_must_be_registered() {
    let mut talk = Conversation::new();
    let before = talk.register("orders-value", ORDER_BEFORE).id;
    let now = talk.register("orders-value", ORDER).id;
    let other = talk.register("users-value", STRING).id;
    let name = guid(&mut talk, other);
    let records = json!([
        {"wire": base64(&behind_id(before, b"\x02a"))},
        {"wire": base64(&behind_id(now, &order("o-1", None)))},
        {"wire": base64(&behind_id(other, b"\x02a"))},
        {"wire": base64(&[&guid_bytes(&name)[..], b"\x02a"].concat())},
        {"wire": base64(&behind_id(now, b"\x02"))},
    ]);
    let of =
        |talk: &mut Conversation, query: &str| outcomes(&checked(talk, &format!("/validate/wire{query}"), &records));
    assert_eq!(of(&mut talk, ""), ["fits", "fits", "fits", "fits", "misfit"]);
    assert_eq!(of(&mut talk, "?subject="), ["fits", "fits", "fits", "fits", "misfit"]);
    let orders = ["fits", "fits", "not-registered", "not-registered", "misfit"];
    assert_eq!(of(&mut talk, "?subject=orders-value"), orders);
    let users = ["not-registered", "not-registered", "fits", "fits", "not-registered"];
    assert_eq!(of(&mut talk, "?subject=users-value"), users);
    assert_eq!(of(&mut talk, "?subject=nobody"), ["not-registered"; 5]);
    talk.put("/config/alias", r#"{"alias": "orders-value"}"#);
    assert_eq!(of(&mut talk, "?subject=alias"), orders);
    let answer = checked(&mut talk, "/validate/wire?subject=nobody", &records);
    let told = format!("the schema with id {before} is not registered under subject 'nobody'");
    assert_eq!(answer["records"][0]["misfits"][0]["reason"], told);

    talk.delete("/subjects/orders-value/versions/1");
    let gone = ["not-registered", "fits", "not-registered", "not-registered", "misfit"];
    assert_eq!(of(&mut talk, "?subject=orders-value"), gone);
    assert_eq!(of(&mut talk, "?subject=orders-value&deleted=true"), orders);
    assert_eq!(of(&mut talk, "")[0], "fits", "the id still means what it meant");
}

#[test]
fn ids_belong_to_a_context() {
    let mut talk = Conversation::new();
    talk.register("s", STRING);
    let id = talk.register(":.c:s", ORDER_BEFORE).id;
    talk.register(":.c:t", STRING);
    assert_eq!(id, 1, "each context counts by itself");
    let name = guid(&mut talk, 1);
    let records = json!([
        {"wire": base64(&behind_id(1, b"\x02a"))},
        {"wire": base64(&behind_id(2, b"\x02a"))},
        {"wire": base64(&[&guid_bytes(&name)[..], b"\x02a"].concat())},
    ]);
    let guids = |talk: &mut Conversation, target: &str| {
        let answer = checked(talk, target, &records);
        let guid = |at: usize| answer["records"][at]["schema"].get("guid").cloned();
        (
            [guid(0), guid(1), guid(2)].map(|guid| guid.map(|guid| guid == name)),
            answer["records"][2]["schema"]["id"].clone(),
        )
    };
    assert_eq!(guids(&mut talk, "/validate/wire"), ([Some(true), None, Some(true)], json!(1)));
    for target in [
        "/validate/wire?context=c",
        "/validate/wire?context=.c",
        "/validate/wire?context=:.c:",
        "/validate/wire?subject=:.c:",
        "/contexts/c/validate/wire",
        "/contexts/c/validate/wire?context=d",
    ] {
        let in_c = ([Some(false), Some(true), Some(true)], json!(2));
        assert_eq!(guids(&mut talk, target), in_c, "{target}: the same guid has another id there");
    }
    let outcomes_of = |talk: &mut Conversation, target: &str| outcomes(&checked(talk, target, &records));
    for target in
        ["/validate/wire?subject=:.c:s", "/validate/wire?context=c&subject=s", "/contexts/c/validate/wire?subject=s"]
    {
        assert_eq!(outcomes_of(&mut talk, target), ["fits", "not-registered", "not-registered"], "{target}");
    }
    talk.post("/validate/wire?context=a:b", "{}").fails(400, "Context name 'a:b' cannot contain a colon");
}

#[test]
fn a_schema_without_a_text_is_unusable() {
    let mut talk = Conversation::new();
    talk.put("/mode/blank?force=true", r#"{"mode": "IMPORT"}"#);
    talk.register_with("blank", json!({"schema": " ", "version": 1, "id": 7}));
    let answer = checked(&mut talk, "/validate/wire", &json!([{"wire": base64(&behind_id(7, b"\x02a"))}]));
    assert_eq!(outcomes(&answer), ["unusable-schema"]);
    assert_eq!(answer["records"][0]["misfits"][0]["reason"], "the schema with id 7 cannot be used");
    talk.post("/subjects/blank/versions/1/validate", r#"{"records":[]}"#).fails(42201, "Empty schema");
}

#[test]
fn a_body_may_be_a_message_by_itself() {
    let mut talk = Conversation::new();
    let id = talk.register("orders-value", ORDER).id;
    let sound = order("o-1", Some(1.5));
    let mut sent = |target: &str, body: &[u8]| {
        let answer = answered(&talk.send_bytes("POST", target, &[OCTETS], body));
        outcomes(&answer).join(" ")
    };
    let message = behind_id(id, &sound);
    assert_eq!(sent("/validate/wire", &message), "fits");
    assert_eq!(sent("/validate/wire?subject=orders-value", &message), "fits");
    assert_eq!(sent("/validate/wire?subject=users-value", &message), "not-registered");
    assert_eq!(sent("/validate/wire", &message[..8]), "misfit");
    assert_eq!(sent("/validate/wire", br#"{"records":[]}"#), "not-framed", "it is not read as JSON");
    assert_eq!(sent("/validate/wire", b""), "not-framed");
    let header = base64(&behind_id(id, &[]));
    for header in [header.as_str(), "AAAAAAE%3D", "AAAAAAE"] {
        assert_eq!(sent(&format!("/validate/wire?header={header}"), &sound), "fits", "{header}");
    }
    let foreign =
        "the parameter `header` belongs to a body of `application/octet-stream`; in JSON each record has its own";
    talk.post(&format!("/validate/wire?header={header}"), "{}").fails(42282, foreign);
    talk.send_bytes("POST", "/validate/wire?header=!", &[OCTETS], &sound)
        .fails(42282, "the message has a `header` that is no base64: at byte 0 of it stands something else");
    talk.register("t", STRING);
    let elsewhere = talk.send("POST", "/subjects/t/versions/1/validate", &[OCTETS], Some(r#"{"records":[]}"#));
    answered(&elsewhere);
}

#[test]
fn only_messages_are_read() {
    let mut talk = Conversation::new();
    for (record, told) in [
        (json!({"json": 1}), "records[0] has `json`, but here only messages are read: `wire`, perhaps with `header`"),
        (json!({"avro": ""}), "records[0] has `avro`, but here only messages are read: `wire`, perhaps with `header`"),
        (json!({}), "records[0] has none of `wire`"),
    ] {
        let body = json!({"records": [record]}).to_string();
        talk.post("/validate/wire", &body).fails_beginning(42282, told);
    }
}
