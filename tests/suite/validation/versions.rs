//! Records held against a version of a subject.

use super::{
    ORDER, ORDER_BEFORE, answered, base64, behind_id, checked, guid_bytes, of_version, order, outcomes, paths,
};
use crate::confluent_api::conversation::Conversation;
use serde_json::{Value, json};

#[test]
fn a_record_is_held_against_a_version_in_each_of_the_three_ways() {
    let mut talk = Conversation::new();
    let id = talk.register("orders-value", ORDER).id;
    let sound = order("o-1", Some(1.5));
    let cut = &sound[..sound.len() - 1];
    let answer = checked(
        &mut talk,
        &of_version("orders-value", "1"),
        &json!([
            {"json": {"id": "o-1", "price": {"double": 1.5}}},
            {"json": {"id": 7, "price": {"double": "dear"}}},
            {"avro": base64(&sound)},
            {"avro": base64(cut)},
            {"wire": base64(&behind_id(id, &sound))},
            {"wire": base64(&behind_id(id, cut))},
            {"wire": null},
        ]),
    );
    assert_eq!(answer["format"], 1);
    assert_eq!(answer["schema"], json!({"subject": "orders-value", "version": 1, "id": id}));
    assert_eq!(answer.get("readers"), None);
    let expected = ["fits", "misfit", "fits", "misfit", "fits", "misfit", "tombstone"];
    assert_eq!(outcomes(&answer), expected);
    assert_eq!(answer["records"][0], json!({"fits": true, "outcome": "fits"}));
    assert_eq!(paths(&answer["records"][1]), ["id", "price"], "every misfit of a record in JSON");
    assert_eq!(answer["records"][1]["misfits"][0]["offset"], Value::Null);
    // Offsets are those of the value: the prefix does not count.
    for (at, named) in [(3, false), (5, true)] {
        let misfit = &answer["records"][at]["misfits"][0];
        assert_eq!((&misfit["path"], misfit["offset"].is_u64()), (&json!("price"), true), "{misfit}");
        assert_eq!(misfit["offset"], answer["records"][3]["misfits"][0]["offset"]);
        assert_eq!(answer["records"][at].get("schema").is_some(), named);
    }
}

#[test]
fn the_version_is_found_as_where_it_is_read() {
    let mut talk = Conversation::new();
    talk.register("s", ORDER_BEFORE);
    talk.register("s", ORDER);
    let body = r#"{"records":[{"json":{"id":"o-1"}}]}"#;
    for (version, number) in [("1", 1), ("latest", 2), ("-1", 2), ("LATEST", 2)] {
        let answer = answered(&talk.post(&of_version("s", version), body));
        assert_eq!(answer["schema"]["version"], number, "{version}");
    }
    talk.post(&of_version("s", "3"), body).fails(40402, "Version 3 not found.");
    talk.post(&of_version("nobody", "1"), body).fails(40401, "Subject 'nobody' not found.");
    talk.post(&of_version("s", "0"), body)
        .fails_beginning(42202, "The specified version '0' is not a valid version id.");
    talk.post(&of_version("s", "x"), "{")
        .fails_beginning(42202, "The specified version 'x' is not a valid version id.");

    talk.put("/config/alias", r#"{"alias": "s"}"#);
    assert_eq!(answered(&talk.post(&of_version("alias", "2"), body))["schema"]["subject"], "s");
    talk.register(":.c:t", ORDER_BEFORE);
    for target in ["/contexts/c/subjects/t/versions/1/validate", "/subjects/:.c:t/versions/1/validate"] {
        assert_eq!(answered(&talk.post(target, body))["schema"]["subject"], ":.c:t", "{target}");
    }
    assert_eq!(answered(&talk.post(&of_version("t", "1"), body))["schema"]["subject"], ":.c:t", "in every context");

    talk.delete("/subjects/s/versions/1");
    talk.post(&of_version("s", "1"), body).fails(40402, "Version 1 not found.");
    let answer = answered(&talk.post(&format!("{}?deleted=true", of_version("s", "1")), body));
    assert_eq!(outcomes(&answer), ["fits"]);
}

#[test]
fn unions_are_written_as_the_form_says() {
    let mut talk = Conversation::new();
    talk.register("s", ORDER);
    let tagged = json!({"json": {"id": "o-1", "price": {"double": 1.5}}});
    let plain = json!({"json": {"id": "o-1", "price": 1.5}});
    let short = json!({"json": {"id": "o-1"}});
    let target = of_version("s", "latest");
    let of_form = |talk: &mut Conversation, query: &str, form: Value| {
        let body = json!({"form": form, "records": [tagged, plain, short]});
        outcomes(&answered(&talk.post(&format!("{target}{query}"), &body.to_string())))
    };
    let as_avro = of_form(&mut talk, "", Value::Null);
    assert_eq!(as_avro[..2], ["fits", "misfit"]);
    assert_eq!(of_form(&mut talk, "?form=avro", Value::Null), as_avro);
    for (query, form) in [("?form=plain", Value::Null), ("", json!("plain")), ("?form=plain", json!("plain"))] {
        assert_eq!(of_form(&mut talk, query, form), ["misfit", "fits", "fits"], "{query}");
    }
    let contradiction = r#"{"form":"plain","records":[]}"#;
    talk.post(&format!("{target}?form=avro"), contradiction)
        .fails(42282, "`form` is one thing in the body and another in the query");
    talk.post(&format!("{target}?form=plane"), contradiction)
        .fails(42282, "`form` is `avro` or `plain`: did you mean `plain`?");
    talk.post(&target, r#"{"form":"avros","records":[]}"#)
        .fails(42282, "`form` is `avro` or `plain`: did you mean `avro`?");
}

#[test]
fn a_message_of_another_schema_is_held_against_that_and_must_be_readable() {
    let mut talk = Conversation::new();
    talk.put("/config/s", r#"{"compatibility": "NONE"}"#);
    let before = talk.register("s", ORDER_BEFORE).id;
    let now = talk.register("s", ORDER).id;
    let other = talk.register("s", r#"{"type":"record","name":"Order","fields":[{"name":"number","type":"int"}]}"#).id;
    let guid = talk.get(&format!("/schemas/ids/{before}")).json()["guid"].as_str().unwrap().to_owned();
    let old = &order("o-1", None)[..4];
    let answer = checked(
        &mut talk,
        &of_version("s", "2"),
        &json!([
            {"wire": base64(&behind_id(before, old))},
            {"wire": base64(&behind_id(before, &order("o-1", None)))},
            {"wire": base64(&[&guid_bytes(&guid)[..], old].concat())},
            {"wire": base64(old), "header": base64(&guid_bytes(&guid))},
            {"wire": base64(&behind_id(other, &[2]))},
            {"wire": base64(&behind_id(now, &order("o-1", None)))},
            {"wire": base64(&behind_id(99, old))},
        ]),
    );
    let expected = ["fits", "misfit", "fits", "fits", "unreadable", "fits", "unknown-schema"];
    assert_eq!(outcomes(&answer), expected, "the second has a byte left over");
    for at in [0, 1, 2, 3] {
        assert_eq!(answer["records"][at]["schema"], json!({"id": before, "guid": guid}));
    }
    let unreadable = &answer["records"][4]["misfits"][0];
    assert!(unreadable["reason"].as_str().unwrap().contains("id"), "{unreadable}");
    assert_eq!(answer["records"][6]["schema"], json!({"id": 99}));
    let reason = &answer["records"][6]["misfits"];
    assert_eq!(*reason, json!([{"path": "$", "offset": null, "reason": "the registry has no schema with id 99"}]));
}

#[test]
fn live_versions_say_what_they_cannot_read() {
    let mut talk = Conversation::new();
    talk.put("/config/s", r#"{"compatibility": "NONE"}"#);
    let record = |fields: &str| format!(r#"{{"type":"record","name":"R","fields":[{fields}]}}"#);
    let symbols =
        |symbols: &str| record(&format!(r#"{{"name":"e","type":{{"type":"enum","name":"E","symbols":[{symbols}]}}}}"#));
    let first = talk.register("s", &symbols(r#""A""#)).id;
    let gone = talk.register("s", &symbols(r#""C""#)).version;
    talk.register("s", &symbols(r#""A","B""#));
    talk.delete(&format!("/subjects/s/versions/{gone}"));
    let records = json!([{"json": {"e": "A"}}, {"json": {"e": "B"}}, {"json": {"e": "C"}}, {"avro": base64(&[2])}]);
    let answer = checked(&mut talk, &format!("{}?readers=live", of_version("s", "latest")), &records);
    assert_eq!(outcomes(&answer), ["fits", "fits", "misfit", "fits"], "what readers cannot read fits all the same");
    assert_eq!(answer["records"][0]["unreadable_by"], json!([]));
    assert_eq!(answer["records"][2].get("unreadable_by"), None);
    for (at, has_offset) in [(1, false), (3, true)] {
        let by = answer["records"][at]["unreadable_by"].as_array().unwrap();
        assert_eq!(by.len(), 1, "{by:?}");
        assert_eq!((&by[0]["version"], &by[0]["id"], &by[0]["path"]), (&json!(1), &json!(first), &json!("e")));
        assert_eq!(by[0]["offset"].is_u64(), has_offset, "{by:?}");
    }
    let readers: Vec<_> = answer["readers"].as_array().unwrap().iter().collect();
    let figures: Vec<_> = readers
        .iter()
        .map(|r| (r["reader"]["version"].as_i64(), r["records"].as_i64(), r["unreadable"].as_i64()))
        .collect();
    assert_eq!(figures, [(Some(1), Some(3), Some(2)), (Some(3), Some(3), Some(0))]);

    let newest = checked(&mut talk, &format!("{}?readers=last:1", of_version("s", "latest")), &records);
    assert_eq!(newest["readers"].as_array().unwrap().len(), 1);
    for (word, told) in [
        ("alive", "`readers` is `live` or `last:N`: did you mean `live`?"),
        ("last:0", "`readers=last:N` is for the newest N live versions, at most 100"),
        ("last:101", "`readers=last:N` is for the newest N live versions, at most 100"),
    ] {
        let target = format!("{}?readers={word}", of_version("s", "latest"));
        talk.post(&target, r#"{"records":[]}"#).fails(42282, told);
    }
}

#[test]
fn types_of_other_subjects_are_followed() {
    let mut talk = Conversation::new();
    talk.register("money", r#"{"type":"record","name":"shop.Money","fields":[{"name":"cents","type":"long"}]}"#);
    talk.register_with(
        "orders",
        json!({
            "schema": r#"{"type":"record","name":"shop.Order","fields":[{"name":"total","type":"shop.Money"}]}"#,
            "references": [{"name": "shop.Money", "subject": "money", "version": 1}],
        }),
    );
    let records =
        json!([{"json": {"total": {"cents": 5}}}, {"json": {"total": {"cents": "5"}}}, {"avro": base64(&[10])}]);
    let answer = checked(&mut talk, &of_version("orders", "latest"), &records);
    assert_eq!(outcomes(&answer), ["fits", "misfit", "fits"]);
    assert_eq!(paths(&answer["records"][1]), ["total.cents"]);
}

#[test]
fn no_mode_stands_in_the_way_and_nothing_is_written() {
    let mut talk = Conversation::new();
    talk.register("s", ORDER);
    talk.put("/mode", r#"{"mode": "READONLY"}"#);
    let answer = checked(&mut talk, &of_version("s", "1"), &json!([{"json": {"id": "o-1", "price": null}}]));
    assert_eq!(outcomes(&answer), ["fits"]);
    talk.get("/subjects/s/versions").ok("[1]");
}

#[test]
fn the_other_methods_are_as_everywhere() {
    let mut talk = Conversation::new();
    talk.register("s", ORDER);
    for target in [of_version("s", "1"), "/validate/wire".to_owned()] {
        talk.send("OPTIONS", &target, &[], None).header_is("allow", Some("POST,OPTIONS"));
        for method in ["GET", "HEAD", "PUT", "DELETE"] {
            assert_eq!(talk.send(method, &target, &[], None).status(), 405, "{method} {target}");
        }
        let text = [("Content-Type", "text/plain")];
        assert_eq!(talk.send("POST", &target, &text, Some("{}")).status(), 415, "{target}");
        let page = [("Accept", "text/html"), ("Content-Type", "application/json")];
        assert_eq!(talk.send("POST", &target, &page, Some("{}")).status(), 406, "{target}");
    }
}
