//! What the documents of registries mean, of old releases and foreign ones too.

use super::{ask, with_each};
use crate::fake_registry::Said;
use serde_json::json;
use sluicegate::client::{Guid, Schema, Settings, Trouble};
use std::collections::BTreeMap;

fn as_usual(settings: Settings) -> Settings {
    settings
}

const GUID: &str = "095d71cf-1255-6b9d-5e33-0ad575b3df5d";

#[test]
fn a_schema_is_found_by_id_guid_and_latest_version() {
    with_each(as_usual, |registry, way| {
        registry.json("/schemas/ids/7", json!({"schema": "\"string\""})); // as releases before 8.0 answer
        registry.json(
            &format!("/schemas/guids/{GUID}"),
            json!({"guid": GUID, "schemaType": "AVRO", "schema": "\"string\""}),
        );
        let latest = json!({"subject": "x", "version": 3, "id": 7, "guid": GUID, "schema": "\"string\"",
                            "metadata": {"properties": {"major": "2"}}});
        registry.json("/subjects/x/versions/latest", latest.clone());
        registry.json("/subjects/x/metadata?key=a%26b&value=1&key=major&value=2", latest);
        let by_id = ask!(way, schema_by_id(7, None)).unwrap().unwrap();
        assert_eq!((by_id.id, by_id.guid, &*by_id.text), (Some(7), None, "\"string\""));
        let by_guid = ask!(way, schema_by_guid(Guid::read(GUID).unwrap())).unwrap().unwrap();
        assert_eq!((by_guid.id, by_guid.guid.map(|guid| guid.to_string())), (None, Some(GUID.to_owned())));
        let latest = ask!(way, latest("x")).unwrap().value.unwrap();
        assert_eq!((latest.id, latest.version, &latest.properties["major"]), (Some(7), Some(3), &"2".to_owned()));
        let wanted = BTreeMap::from([("major".to_owned(), "2".to_owned()), ("a&b".to_owned(), "1".to_owned())]);
        assert_eq!(ask!(way, latest_with("x", &wanted)).unwrap().value.unwrap().version, Some(3));
    });
}

#[test]
fn the_id_of_a_context_is_asked_for_with_its_subject() {
    with_each(as_usual, |registry, way| {
        registry.json("/schemas/ids/1", json!({"schema": "\"int\""}));
        registry.json("/schemas/ids/1?subject=%3A.c%3Ax", json!({"schema": "\"long\""}));
        let text = |subject| ask!(way, schema_by_id(1, subject)).unwrap().unwrap().text.to_string();
        assert_eq!(text(None), "\"int\"");
        assert_eq!(text(Some(":.c:x")), "\"long\"");
        assert_eq!(text(Some("y")), "\"int\"", "of the default context, which is known");
        assert_eq!(text(Some(":.c:y")), "\"long\"", "of the other one, which is known");
        assert_eq!(registry.asked().len(), 2);
    });
}

#[test]
fn references_come_with_a_schema_each_after_what_it_needs() {
    let document = |text: &str, to: &[(&str, &str, u32)]| {
        let references: Vec<_> = to
            .iter()
            .map(|(name, subject, version)| json!({"name": name, "subject": subject, "version": version}))
            .collect();
        json!({"id": 1, "schema": text, "references": references})
    };
    with_each(as_usual, |registry, way| {
        registry.json("/schemas/ids/1?subject=%3A.c%3Ax", document("X", &[("A", "a", 1), ("B", "b", 2)]));
        registry.json("/subjects/%3A.c%3Aa/versions/1?deleted=true", document("A", &[("B", "b", 2)]));
        registry.json("/subjects/%3A.c%3Ab/versions/2?deleted=true", document("B", &[]));
        let schema = ask!(way, schema_by_id(1, Some(":.c:x"))).unwrap().unwrap();
        let texts: Vec<_> = schema.referenced.iter().map(|to| (to.name.as_str(), &*to.text)).collect();
        assert_eq!(texts, [("B", "B"), ("A", "A")]);

        registry.json("/schemas/ids/2", document("Y", &[("Z", "z", 1)]));
        let unresolved = || match ask!(way, schema_by_id(2, None)).unwrap_err().trouble {
            Trouble::Unresolvable { reason } => reason,
            other => panic!("{other:?}"),
        };
        assert!(unresolved().contains("version 1 of z, which is not there"));
        registry.json("/subjects/z/versions/1?deleted=true", document("Z", &[("Z", "z", 1)]));
        assert!(unresolved().contains("refers to itself"));
    });
}

#[test]
fn a_refused_schema_is_told_with_all_its_reasons() {
    with_each(as_usual, |registry, way| {
        let reasons = format!("major-bump-required: {}", "field-removed at a. ".repeat(50));
        let said = json!({"error_code": 409, "message": reasons}).to_string();
        registry.say("/subjects/x/versions", Said::Answer(409, said));
        let error = ask!(way, register("x", &Schema::avro("\"int\""))).unwrap_err();
        assert_eq!(
            error.trouble,
            Trouble::Rejected { path: "/subjects/x/versions".to_owned(), code: 409, message: reasons }
        );
        assert!(!error.is_outage());
        assert_eq!(registry.asked()[0].body, r#"{"schema":"\"int\""}"#);
    });
}

#[test]
fn an_old_registry_that_answers_a_registration_with_the_id_alone_is_understood() {
    with_each(as_usual, |registry, way| {
        registry.json("/subjects/x/versions", json!({"id": 5}));
        let registration = ask!(way, register("x", &Schema::avro("\"int\""))).unwrap();
        assert_eq!((registration.id, registration.guid, registration.version), (5, None, None));
        let known = ask!(way, registration("x", &Schema::avro("\"int\""))).unwrap().unwrap();
        assert_eq!((known.id, registry.asked().len()), (5, 1), "what was registered is known to be");
    });
}
