//! Who could not read: readers that are named, and versions of a subject.

use super::super::fake_registry::FakeRegistry;
use super::{ORDER, shop, summary};
use serde_json::json;

const LINES: &str = "{\"id\": 1, \"item\": \"tea\", \"status\": \"NEW\"}\n\
                     {\"id\": 2, \"item\": \"tea\", \"status\": \"LOST\"}\n\
                     {\"id\": 3, \"item\": \"tea\", \"status\": \"LOST\"}\n";

/// Orders with a status, which may have these symbols.
fn with_status(symbols: &str) -> String {
    format!(
        r#"{{"type": "record", "name": "Order", "namespace": "shop", "fields": [{{"name": "id", "type": "long"}},
            {{"name": "item", "type": "string"}},
            {{"name": "status", "type": {{"type": "enum", "name": "Status", "symbols": [{symbols}]}}}}]}}"#
    )
}

#[test]
fn a_named_reader_that_cannot_read_a_record_refuses() {
    let (folder, session) = shop();
    folder.write("writer.avsc", with_status(r#""NEW", "LOST""#)).write("orders.jsonl", LINES);
    folder.write("old.avsc", with_status(r#""NEW""#));
    folder.write(
        "lean.avsc",
        r#"{"type": "record", "name": "Order", "namespace": "shop", "fields": [{"name": "id", "type": "long"}]}"#,
    );
    let command = ["records", "--schema", "writer.avsc", "--format", "json", "orders.jsonl"];
    assert_eq!(session.run(&command).code, 0, "nobody has to read them");
    let ended = session.run(&[&command[..], &["--reader", "lean.avsc", "--reader", "old.avsc"]].concat());
    let document = ended.document();
    assert_eq!((ended.code, summary(&document), &document["result"]), (100, (3, 0, 0), &"rejected".into()));
    let readers = document["readers"].as_array().unwrap();
    assert_eq!((&readers[0]["reader"]["file"], &readers[0]["unreadable"]), (&"lean.avsc".into(), &0.into()));
    assert_eq!((&readers[1]["reader"]["file"], &readers[1]["unreadable"]), (&"old.avsc".into(), &2.into()));
    assert_eq!((&readers[1]["first"]["record"], &readers[1]["first"]["path"]), (&2.into(), &"status".into()));
    assert_eq!(readers[1]["records"], 3);
}

#[test]
fn a_record_that_does_not_fit_is_tried_with_nobody() {
    let (folder, session) = shop();
    folder.write("orders.jsonl", "{}\n{\"id\": 1, \"item\": \"tea\", \"note\": null}\n");
    folder.write("reader.avsc", ORDER.replace("\"name\": \"item\"", "\"name\": \"article\""));
    let ended = session.run(&[
        "records",
        "--schema",
        "order.avsc",
        "--reader",
        "reader.avsc",
        "--format",
        "json",
        "orders.jsonl",
    ]);
    let reader = &ended.document()["readers"][0];
    assert_eq!((&reader["records"], &reader["unreadable"]), (&1.into(), &1.into()), "{reader:#}");
    assert!(reader["first"]["reason"].as_str().unwrap().contains("article"), "{reader:#}");
}

#[test]
fn live_versions_of_the_subject_are_told_and_refuse_nothing() {
    let registry = FakeRegistry::start();
    let (old, new) = (with_status(r#""NEW""#), with_status(r#""NEW", "LOST""#));
    registry.subject("orders-value", &[(&old, &[]), (&new, &[])]);
    let (folder, mut session) = shop();
    session.variables.insert("SLUICEGATE_REGISTRY_URL", registry.url());
    folder.write("orders.jsonl", LINES);
    let run = |more: &[&str]| {
        session.run(&[&["records", "--subject", "orders-value", "--format", "json", "orders.jsonl"], more].concat())
    };
    let ended = run(&[]);
    let document = ended.document();
    assert_eq!((ended.code, summary(&document)), (0, (3, 0, 0)), "{document:#}");
    assert_eq!(
        document["schema"],
        json!({"name": "version 2 of orders-value", "file": null, "subject": "orders-value", "version": 2, "id": 102})
    );
    let told: Vec<_> = document["readers"]
        .as_array()
        .unwrap()
        .iter()
        .map(|it| (it["reader"]["version"].clone(), it["unreadable"].clone()))
        .collect();
    assert_eq!(told, [(1.into(), 2.into()), (2.into(), 0.into())]);
    for (in_use, versions) in [("latest", 1), ("last:5", 2), ("none", 0), ("1", 1), ("2,1", 2)] {
        let ended = run(&["--in-use", in_use]);
        assert_eq!(ended.document()["readers"].as_array().unwrap().len(), versions, "{in_use}");
    }
    assert_eq!(run(&["--subject-version", "1"]).code, 100, "LOST is no symbol there");
    for (more, told) in
        [(&["--subject-version", "3"][..], "no live version 3"), (&["--in-use", "7"], "no live version 7")]
    {
        let ended = run(more);
        assert!(ended.code == 101 && ended.err.contains(told), "{ended:?}");
    }
    let ended = session.run(&["records", "--subject", "nothing", "orders.jsonl"]);
    assert!(ended.code == 101 && ended.err.contains("no subject nothing"), "{ended:?}");
    folder.write("named.avsc", old);
    let ended = run(&["--reader", "named.avsc"]);
    assert_eq!((ended.code, ended.document()["readers"].as_array().unwrap().len()), (100, 1), "{ended:?}");
}

#[test]
fn the_registry_of_the_configuration_is_asked_where_no_other_is_named() {
    let registry = FakeRegistry::start();
    registry.subject("orders-value", &[(ORDER, &[])]);
    let (folder, session) = shop();
    folder.write("sluicegate.toml", format!("version = 1\n[check]\nagainst = \"{}\"\n", registry.url()));
    folder.write("orders.jsonl", "{\"id\": 1, \"item\": \"tea\", \"note\": null}\n");
    let ended = session.run(&["records", "--subject", "orders-value", "orders.jsonl"]);
    assert_eq!(ended.code, 0, "{ended:?}");
}
