//! The class of a change where the registry does not say it: found out from what any registry tells.

use super::{ask, with_each};
use crate::fake_registry::Said;
use serde_json::json;
use sluicegate::client::{ClassOfChange, Classifier, Schema, Settings, Trouble};
use sluicegate::evolution::{Bump, ChangeClass};
use std::time::{Duration, Instant};

const V1: &str = r#"{"type":"record","name":"R","fields":[{"name":"a","type":"int"}]}"#;
const V2: &str = r#"{"type":"record","name":"R","fields":[
    {"name":"a","type":"int"},{"name":"b","type":"int","default":0}]}"#;
const WITHOUT_A: &str = r#"{"type":"record","name":"R","fields":[{"name":"b","type":"int","default":0}]}"#;
const WITH_C: &str = r#"{"type":"record","name":"R","fields":[
    {"name":"a","type":"int"},{"name":"b","type":"int","default":0},{"name":"c","type":"int"}]}"#;

fn as_usual(settings: Settings) -> Settings {
    settings
}

fn reason(answer: Result<ClassOfChange, sluicegate::client::ClientError>) -> String {
    match answer.unwrap_err().trouble {
        Trouble::Unclassified { reason } => reason,
        other => panic!("{other:?}"),
    }
}

fn ids(change: &ClassOfChange) -> Vec<(&str, &str)> {
    change.changes.iter().map(|told| (told.id.as_str(), told.path.as_str())).collect()
}

#[test]
fn a_plain_registry_is_asked_for_no_more_than_the_predecessor() {
    with_each(as_usual, |registry, way| {
        registry.subject("x", &[(V1, &[]), (V2, &[])]);
        ask!(way, class_of_change("x", &Schema::avro(V2))).unwrap();
        assert_eq!(registry.asked().len(), 5, "what needs no way on asks for none");
        for (text, class, bump, changes) in [
            (V2, ChangeClass::None, Bump::None, vec![]),
            (WITH_C, ChangeClass::MajorBumpRequired, Bump::Major, vec![("field-added-without-default", "c")]),
            (WITHOUT_A, ChangeClass::Forbidden, Bump::NotReleasable, vec![("field-removed", "a")]),
        ] {
            let change = ask!(way, class_of_change("x", &Schema::avro(text))).unwrap();
            assert_eq!((change.class, change.bump, change.predecessor), (class, bump, Some(2)));
            assert_eq!((ids(&change), change.by), (changes, Classifier::LibraryWithoutPolicy));
            assert!(change.changes.iter().all(|told| !told.fix.is_empty()));
        }
        let mut targets = registry.targets();
        targets.dedup();
        assert_eq!(
            targets,
            [
                "/classification/subjects/x/versions",
                "/compatibility/subjects/x/versions?verbose=true",
                "/config/x?defaultToGlobal=true",
                "/policy/x?defaultToGlobal=true&withoutDefaults=true",
                "/subjects/x/metadata?key=application.major.version&value=2",
                "/subjects/x/versions",
                "/subjects/x/versions/2"
            ]
        );
        assert_eq!(registry.count("/subjects/x/versions/2"), 1, "what was seen is remembered");
        let first = ask!(way, class_of_change("new", &Schema::avro(V1))).unwrap();
        assert_eq!((first.class, first.predecessor, first.changes.len()), (ChangeClass::None, None, 0));
    });
}

#[test]
fn a_declared_major_version_is_compared_with_its_line_and_a_raised_one_asks_the_level() {
    const MAJOR: &str = "application.major.version";
    with_each(as_usual, |registry, way| {
        registry.subject("x", &[(V1, &[(MAJOR, "1")]), (V2, &[(MAJOR, "1")]), (WITHOUT_A, &[(MAJOR, "2")])]);
        let of_line = |text: &str, major| {
            let schema = Schema::avro(text).with_property(MAJOR, major);
            ask!(way, class_of_change("x", &schema)).unwrap()
        };
        assert_eq!(of_line(WITH_C, "1").predecessor, Some(2), "an old line is maintained");
        assert_eq!(ask!(way, class_of_change("x", &Schema::avro(V1))).unwrap().predecessor, Some(3), "inherited");
        registry.json("/compatibility/subjects/x/versions?verbose=true", json!({"is_compatible": true}));
        let raised = of_line(V1, "3");
        assert_eq!((raised.predecessor, raised.class), (Some(3), ChangeClass::Forbidden));
        let sent = registry.asked().into_iter().rfind(|asked| asked.target.starts_with("/compatibility")).unwrap();
        assert!(sent.body.contains(r#""metadata":{"properties":{"application.major.version":"3"}}"#), "{}", sent.body);
    });
}

#[test]
fn references_on_both_sides_and_the_configuration_are_followed() {
    const MONEY: &str = r#"{"type":"record","name":"Money","fields":[{"name":"cents","type":"long"}]}"#;
    const WIDER: &str = r#"{"type":"record","name":"Money","fields":[
        {"name":"cents","type":"long"},{"name":"currency","type":"string","default":"EUR"}]}"#;
    const ORDER: &str = r#"{"type":"record","name":"Order","fields":[{"name":"total","type":"Money"}]}"#;
    let reference = |version| json!({"name": "Money", "subject": "money", "version": version});
    with_each(as_usual, |registry, way| {
        registry.json("/config/alias?defaultToGlobal=true", json!({"compatibilityLevel": "FULL", "alias": "order"}));
        registry.json("/config/alias", json!({"alias": "order"}));
        registry.json("/subjects/order/versions", json!([4]));
        registry.json(
            "/subjects/order/versions/4",
            json!({"subject": "order", "version": 4, "id": 9, "schema": ORDER, "references": [reference(1)]}),
        );
        for (version, text) in [(1, MONEY), (2, WIDER)] {
            let path = format!("/subjects/money/versions/{version}?deleted=true");
            registry.json(&path, json!({"version": version, "id": version, "schema": text}));
        }
        let of = |version| {
            let schema = Schema::avro(ORDER).referring_to("Money", "money", version);
            ask!(way, class_of_change("alias", &schema)).unwrap()
        };
        assert_eq!((of(1).class, of(1).predecessor), (ChangeClass::None, Some(4)));
        assert_eq!(ids(&of(2)), [("field-added-with-default", "total.currency")]);
    });
}

#[test]
fn a_policy_that_is_there_is_in_force_though_nobody_classifies_by_it() {
    with_each(as_usual, |registry, way| {
        registry.subject("x", &[(V2, &[])]);
        let policy = json!({"profile": "strict", "rules": {"field-removed": "major-bump-required"}});
        registry.json("/policy/x?defaultToGlobal=true&withoutDefaults=true", policy);
        registry.json("/exemptions?subject=%3A.%3Ax&offset=0&limit=100", json!([]));
        let change = ask!(way, class_of_change("x", &Schema::avro(WITHOUT_A))).unwrap();
        assert_eq!((change.class, change.by), (ChangeClass::MajorBumpRequired, Classifier::Library));
        registry.say_instead(
            "/policy/x?defaultToGlobal=true&withoutDefaults=true",
            Said::Answer(200, json!({"profile": "lenient"}).to_string()),
        );
        let reason = reason(ask!(way, class_of_change("x", &Schema::avro(WITHOUT_A))));
        assert!(reason.contains("lenient"), "{reason}");
    });
}

#[test]
fn what_keeps_a_change_from_being_classified_does_not_keep_the_rest_from_being_told() {
    with_each(as_usual, |registry, way| {
        let protobuf = json!({"version": 1, "id": 1, "schemaType": "PROTOBUF", "schema": "syntax = \"proto3\";"});
        registry.json("/subjects/p/versions", json!([1])).json("/subjects/p/versions/1", protobuf);
        registry.json("/compatibility/subjects/p/versions?verbose=true", json!({"is_compatible": false}));
        let standing = ask!(way, standing("p", &Schema::avro(V1))).unwrap();
        assert!(standing.change.is_none() && !standing.is_compatible(), "{standing:?}");
        let told = standing.to_string();
        assert!(told.contains("the level refuses it") && told.contains("written in PROTOBUF"), "{told}");

        registry.subject("locked", &[(V1, &[])]);
        registry.say("/config/locked?defaultToGlobal=true", Said::Answer(403, String::new()));
        let standing = ask!(way, standing("locked", &Schema::avro(V2))).unwrap();
        let why = standing.unclassified.expect("a reason").trouble;
        assert_eq!(why, Trouble::Forbidden { path: "/config/locked".to_owned() });

        assert!(reason(ask!(way, class_of_change("locked2", &Schema::avro("{")))).contains("no schema"));
        registry.json("/config/odd?defaultToGlobal=true", json!({"compatibilityLevel": "SIDEWAYS"}));
        assert!(reason(ask!(way, class_of_change("odd", &Schema::avro(V1)))).contains("SIDEWAYS"));
    });
}

#[test]
fn the_search_for_a_predecessor_is_bounded_in_requests_and_in_time() {
    let roomy = |mut settings: Settings| {
        settings.limits.answer_bytes = 65_536;
        settings
    };
    with_each(roomy, |registry, way| {
        registry.json("/subjects/x/versions", json!((1..=700).collect::<Vec<u32>>()));
        let slow =
            Said::Slowly(Duration::from_millis(300), 200, &[], json!({"version": 700, "schema": V1}).to_string());
        registry.say("/subjects/x/versions/700", slow);
        for number in 1..700 {
            registry.json(&format!("/subjects/x/versions/{number}"), json!({"version": number, "schema": V1}));
        }
        let schema = Schema::avro(V2).with_property("application.major.version", "2");
        let began = Instant::now();
        let error = ask!(&way.within(Duration::from_millis(200)), class_of_change("x", &schema)).unwrap_err();
        assert!(error.is_outage() && began.elapsed() < Duration::from_secs(2), "{error}");
        assert_eq!(ask!(way, class_of_change("x", &schema)).unwrap().predecessor, Some(700));
        assert_eq!(registry.asked().iter().filter(|asked| asked.target.contains("/versions/")).count(), 701);
        registry.say_instead(
            "/subjects/x/versions",
            Said::Answer(200, json!((1..=1_001).collect::<Vec<u32>>()).to_string()),
        );
        for number in 701..=1_001 {
            registry.json(&format!("/subjects/x/versions/{number}"), json!({"version": number, "schema": V1}));
        }
        assert!(reason(ask!(way, class_of_change("x", &schema))).contains("newest 1000 versions"));
    });
}
