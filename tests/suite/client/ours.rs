//! The client and the registry of this very program.

use super::{Way, ask, hasty};
use crate::confluent_api::start;
use crate::fake_registry::FakeRegistry;
use sluicegate::client::{ClassOfChange, Classifier, ClientError, NotReady, Producing, Schema, Trouble, Writer};
use sluicegate::evolution::{Bump, ChangeClass};
use sluicegate::http::{Bound, HttpSettings};
use sluicegate::registry::Settings;

const V1: &str = r#"{"type":"record","name":"R","fields":[{"name":"a","type":"int"}]}"#;
const V2: &str = r#"{"type":"record","name":"R","fields":[{"name":"a","type":"int"},{"name":"b","type":"int"}]}"#;

pub(super) fn server() -> (Bound, String) {
    let server = start::server(Settings::default(), HttpSettings::default());
    let address = format!("http://{}", server.addresses()[0]);
    (server, address)
}

fn body(text: &str) -> String {
    serde_json::json!({ "schema": text }).to_string()
}

fn rejection(answer: Result<impl std::fmt::Debug, ClientError>) -> (u32, String) {
    match answer.unwrap_err().trouble {
        Trouble::Rejected { code, message, .. } => (code, message),
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_schema_is_looked_up_judged_and_registered() {
    for at in 0..2 {
        let (server, address) = server();
        let way = &Way::both(&hasty(&[address]))[at];
        let (v1, v2) = (Schema::avro(V1), Schema::avro(V2));
        assert_eq!(ask!(way, registration("x", &v1)).unwrap(), None);
        let verdict = ask!(way, compatibility("x", &v1)).unwrap();
        assert!(verdict.is_none_or(|verdict| verdict.is_compatible), "nothing stands against the first version");
        let first = ask!(way, register("x", &v1)).unwrap();
        assert_eq!((first.id, first.version), (1, Some(1)));
        assert_eq!(ask!(way, registration("x", &v1)).unwrap(), Some(first.clone()));

        let verdict = ask!(way, compatibility("x", &v2)).unwrap().unwrap();
        assert!(!verdict.is_compatible && verdict.messages[0].contains("READER_FIELD_MISSING_DEFAULT_VALUE"));
        let change = ask!(way, class_of_change("x", &v2)).unwrap();
        assert_eq!(
            (change.class, change.bump, change.predecessor),
            (ChangeClass::MajorBumpRequired, Bump::Major, Some(1))
        );
        assert_eq!(
            (change.changes[0].id.as_str(), change.changes[0].path.as_str()),
            ("field-added-without-default", "b")
        );
        assert!(!change.changes[0].fix.is_empty());
        let (code, message) = rejection(ask!(way, register("x", &v2)));
        assert!(code == 409 && message.contains("READER_FIELD_MISSING_DEFAULT_VALUE"), "{code} {message}");
        assert_eq!(rejection(ask!(way, register("x", &Schema::avro("{")))).0, 42201);

        let latest = ask!(way, latest("x")).unwrap().value.unwrap();
        assert_eq!((latest.id, latest.guid, &*latest.text), (Some(1), first.guid, V1));
        let by_guid = ask!(way, schema_by_guid(first.guid.unwrap())).unwrap().unwrap();
        assert_eq!(&*by_guid.text, V1);
        assert_eq!(ask!(way, live_versions("x")).unwrap().value.unwrap().to_vec(), [1]);
        server.abort().unwrap();
    }
}

#[test]
fn a_schema_with_references_is_found_in_its_context_with_all_of_them() {
    for at in 0..2 {
        let (server, address) = server();
        let way = &Way::both(&hasty(&[address]))[at];
        ask!(way, register("other", &Schema::avro("\"bytes\""))).unwrap();
        let money = Schema::avro(r#"{"type":"record","name":"Money","fields":[{"name":"cents","type":"long"}]}"#);
        ask!(way, register(":.shop:money", &money)).unwrap();
        let text = r#"{"type":"record","name":"Order","fields":[{"name":"total","type":"Money"}]}"#;
        let order = Schema::avro(text).referring_to("Money", "money", 1);
        let registered = ask!(way, register(":.shop:order", &order)).unwrap();
        assert_eq!(ask!(way, registration(":.shop:order", &order)).unwrap().unwrap().id, registered.id);
        let found = ask!(way, schema_by_id(registered.id, Some(":.shop:order"))).unwrap().unwrap();
        assert_eq!(found.referenced.len(), 1);
        assert!(found.parsed().unwrap().resolved_text().contains("cents"));
        assert_eq!(
            ask!(way, schema_by_id(registered.id, None)).unwrap().map(|schema| schema.id),
            None,
            "another context"
        );
        server.abort().unwrap();
    }
}

#[test]
fn an_exemption_counts_though_the_registry_is_not_let_to_classify() {
    for at in 0..2 {
        let (server, address) = server();
        let front = FakeRegistry::in_front_of(server.addresses()[0], "/classification");
        let [direct, narrow] = [address, front.url()].map(|address| {
            let [blocking, awaited] = Way::both(&hasty(&[address]));
            if at == 0 { blocking } else { awaited }
        });
        let mut admin = crate::confluent_api::client::Client::new(server.addresses()[0]);
        let old = Schema::avro(
            r#"{"type":"record","name":"R","fields":[{"name":"a","type":"int"},{"name":"b","type":"int"}]}"#,
        );
        let new = Schema::avro(V1);
        ask!(&direct, register("x", &old)).unwrap();
        let answer = admin.send("POST", "/classification/subjects/x/versions", &[], Some(body(V1).as_bytes())).unwrap();
        let told: serde_json::Value = serde_json::from_slice(&answer.body).unwrap();
        let exemption = serde_json::json!({
            "fingerprint": told["changes"][0]["fingerprint"], "subject": "x", "change": "field-removed", "path": "b",
            "reason": "nobody reads it", "approvedBy": "ann", "expires": "2999-12-31"
        });
        let answer = admin.send("POST", "/exemptions", &[], Some(exemption.to_string().as_bytes())).unwrap();
        assert_eq!(answer.status, 200, "{}", answer.text());
        let [told, found] = [&direct, &narrow].map(|way| ask!(way, class_of_change("x", &new)).unwrap());
        assert_eq!((told.class, told.by), (ChangeClass::MajorBumpRequired, Classifier::Registry), "{told:?}");
        assert_eq!(found, ClassOfChange { by: Classifier::Library, ..told });
        drop((admin, direct, narrow, front));
        server.abort().unwrap();
    }
}

#[test]
fn a_schema_that_a_policy_refuses_is_known_to_be_before_anything_is_sent() {
    const OLD: &str = r#"{"type":"record","name":"R","fields":[
        {"name":"a","type":"int"},{"name":"b","type":"int","default":0}]}"#;
    for at in 0..2 {
        let (server, address) = server();
        let way = &Way::both(&hasty(&[address]))[at];
        let mut admin = crate::confluent_api::client::Client::new(server.addresses()[0]);
        let enforce = br#"{"enforcement":"enforce"}"#;
        assert_eq!(admin.send("PUT", "/policy", &[], Some(enforce)).unwrap().status, 200);
        let mut producing = Producing::registered("x", Schema::avro(OLD));
        assert_eq!(ask!(way, encoder(&producing)).unwrap_err(), NotReady::NotRegistered("x-value".to_owned()));
        producing.writer = Writer::Registering(Schema::avro(OLD));
        let encoder = ask!(way, encoder(&producing)).unwrap();
        assert_eq!(encoder.frame(&[2, 4]).unwrap().payload, [0, 0, 0, 0, 1, 2, 4]);
        assert!(ask!(way, standing("x-value", &Schema::avro(OLD))).unwrap().is_registered());

        let new = Schema::avro(V1); // b is gone: decodable, and not to be done
        let standing = ask!(way, standing("x-value", &new)).unwrap();
        assert!(standing.is_compatible() && !standing.is_registered());
        let change = standing.change.clone().unwrap();
        assert_eq!(
            (change.class, change.changes[0].id.as_str()),
            (ChangeClass::Forbidden, "field-removed"),
            "{standing}"
        );
        assert!(standing.to_string().contains("forbidden: field-removed at b"), "{standing}");
        producing.writer = Writer::Registering(new);
        match ask!(way, encoder(&producing)).unwrap_err() {
            NotReady::Registry(ClientError { trouble: Trouble::Rejected { code: 409, message, .. }, .. }) => {
                assert!(message.starts_with("forbidden-change: "), "{message}");
            }
            other => panic!("{other:?}"),
        }
        drop(admin);
        server.abort().unwrap();
    }
}
