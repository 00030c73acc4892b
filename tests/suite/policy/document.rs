//! The answer as JSON, key by key, against a document written by hand.

use super::{Scene, schema, version};
use jiff::civil::date;
use sluicegate::compat::{Candidate, HistoricVersion, Scratch, check};
use sluicegate::evolution::{Bump, Change, ChangeClass, catalogue};
use sluicegate::policy::answer::FilePosition;
use sluicegate::policy::{Declared, Exemption};
use sluicegate::schema::names::Version;
use std::convert::Infallible;
use std::sync::Arc;

const OLD: &str = r#"{"type": "record", "name": "OrderEvent", "namespace": "com.example.orders", "fields": [
  {"name": "event_type", "type": {"type": "enum", "name": "EventType", "symbols": ["ORDER_PLACED", "RETURN_RESOLVED"]}}
]}"#;
const NEW: &str = r#"{"type": "record", "name": "OrderEvent", "namespace": "com.example.orders", "fields": [
  {"name": "event_type", "type": {"type": "enum", "name": "EventType", "symbols": ["ORDER_PLACED"]}}
]}"#;

/// The example of `change-classification` 9: a symbol removed from version 4 of line 2.
fn scene() -> Scene {
    let mut scene = Scene::of(OLD, NEW);
    scene.old_declares = Declared::by_version(version("2.1.0"));
    scene.new_declares = Declared::by_version(version("2.2.0"));
    let history = [Ok::<_, Infallible>(HistoricVersion {
        version: Version::new(4).unwrap(),
        schema: Arc::new(schema(OLD)),
        text: scene.old.stored_text().into(),
    })];
    let Ok(verdict) = check(Candidate { schema: &scene.new }, history, scene.level, &mut Scratch::default());
    scene.verdict = verdict;
    scene
}

fn symbol_removed() -> Change {
    Change {
        kind: catalogue::find("enum-symbol-removed").unwrap(),
        path: "event_type".to_owned(),
        detail: Some("RETURN_RESOLVED".to_owned()),
        class: ChangeClass::MajorBumpRequired,
        bump: Bump::Major,
        message: "symbol RETURN_RESOLVED was removed from EventType".to_owned(),
        remedy: "keep the symbol".to_owned(),
        old: None,
        new: None,
    }
}

const EXPECTED: &str = r#"{
  "format": 1,
  "class": "major-bump-required",
  "bump": "major",
  "profile": "seed",
  "predecessor": {
    "version": 4,
    "id": 17,
    "major": 2
  },
  "level": {
    "name": "BACKWARD",
    "compatible": false,
    "messages": [
      "{errorType:'MISSING_ENUM_SYMBOLS', description:'The new schema is missing enum symbols '[RETURN_RESOLVED]' at path '/fields/0/type/symbols' in the old schema', additionalInfo:'[RETURN_RESOLVED]'}",
      "{oldSchemaVersion: 4}",
      "{oldSchema: '{\"type\":\"record\",\"name\":\"OrderEvent\",\"namespace\":\"com.example.orders\",\"fields\":[{\"name\":\"event_type\",\"type\":{\"type\":\"enum\",\"name\":\"EventType\",\"symbols\":[\"ORDER_PLACED\",\"RETURN_RESOLVED\"]}}]}'}",
      "{validateFields: 'false', compatibility: 'BACKWARD'}"
    ]
  },
  "forward_compatible": true,
  "changes": [
    {
      "id": "enum-symbol-removed",
      "path": "event_type",
      "detail": "RETURN_RESOLVED",
      "class": "major-bump-required",
      "bump": "major",
      "message": "symbol RETURN_RESOLVED was removed from EventType",
      "fix": "keep the symbol, or declare application.major.version=3",
      "old": {
        "file": "schemas/order_events.avsc",
        "line": 2,
        "column": 101
      },
      "new": null,
      "fingerprint": "5d23436756585259"
    }
  ],
  "warnings": [],
  "exemptions": [
    {
      "fingerprint": "5d23436756585259",
      "reason": "returns moved to their own topic",
      "approved_by": "governance board",
      "expires": "2026-02-28",
      "expired": true
    }
  ]
}"#;

#[test]
fn the_document_is_the_one_that_is_specified() {
    let mut scene = scene();
    scene.exemptions.push(Exemption {
        fingerprint: "5d23436756585259".to_owned(),
        subject: "orders".to_owned(),
        change: "enum-symbol-removed".to_owned(),
        path: "event_type".to_owned(),
        reason: "returns moved to their own topic".to_owned(),
        approved_by: "governance board".to_owned(),
        expires: date(2026, 2, 28),
    });
    let mut answer = scene.judge(&[symbol_removed()]).answer;
    answer.changes[0].old = Some(FilePosition { file: "schemas/order_events.avsc".to_owned(), line: 2, column: 101 });
    assert_eq!(serde_json::to_string_pretty(&answer.document()).unwrap(), EXPECTED);
}

#[test]
fn what_is_not_there_is_null_and_never_left_out() {
    let scene = Scene::of(NEW, NEW);
    let mut case = scene.case();
    case.predecessor = None;
    let answer = sluicegate::policy::judge(&case, &mut Scratch::default()).unwrap().answer;
    assert_eq!(
        answer.document().to_string(),
        r#"{"format":1,"class":"none","bump":"none","profile":"seed","predecessor":null,"level":{"name":"BACKWARD","compatible":true,"messages":[]},"forward_compatible":true,"changes":[],"warnings":[],"exemptions":[]}"#
    );
    let mut change = symbol_removed();
    change.detail = None;
    let document = Scene::of(OLD, NEW).judge(&[change]).answer.document();
    let keys: Vec<&String> = document["changes"][0].as_object().unwrap().keys().collect();
    assert_eq!(keys, ["id", "path", "detail", "class", "bump", "message", "fix", "old", "new", "fingerprint"]);
    assert!(document["changes"][0]["detail"].is_null() && document["changes"][0]["old"].is_null());
}

#[test]
fn two_files_without_a_history_have_no_predecessor_to_speak_of() {
    let scene = Scene::of(OLD, NEW);
    let document = |version, id| {
        let mut case = scene.case();
        case.predecessor = case.predecessor.map(|old| sluicegate::policy::PredecessorSide { version, id, ..old });
        let judgement = sluicegate::policy::judge_changes(&case, vec![symbol_removed()], &mut Scratch::default());
        judgement.answer.document()["predecessor"].to_string()
    };
    assert_eq!(document(None, None), "null");
    assert_eq!(document(Some(2), None), r#"{"version":2,"id":null,"major":1}"#);
}
