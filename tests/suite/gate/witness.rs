//! `--witness`: what would break, shown in data.

use super::forms::assert_is_sarif;
use super::repository::Repository;
use super::session::Session;
use serde_json::{Value, json};

const OLD: &str =
    r#"{"type":"record","name":"Order","fields":[{"name":"id","type":"string"},{"name":"amount","type":"long"}]}"#;
const NEW: &str =
    r#"{"type":"record","name":"Order","fields":[{"name":"id","type":"string"},{"name":"amount","type":"int"}]}"#;
/// 2147483648 in zigzag is 4294967296: four bytes of continuation, then 0x10; before it the empty text.
const RECORD: (&str, &str) = (r#"{"id":"","amount":2147483648}"#, "AICAgIAQ");

fn place() -> (Repository, Session) {
    let place = Repository::folder();
    place.write("old/order.avsc", OLD).write("order.avsc", NEW);
    let session = Session::in_folder(&place.folder);
    (place, session)
}

fn expected() -> Value {
    json!([{
        "direction": "backward",
        "type": "TYPE_MISMATCH",
        "path": "/fields/1/type",
        "outcome": "unreadable",
        "reason": "the reader cannot decode this record, or decodes it to something else",
        "json": RECORD.0,
        "avro": RECORD.1,
    }])
}

#[test]
fn diff_shows_the_record_that_breaks() {
    let (_place, session) = place();
    let arguments = ["diff", "--witness", "old/order.avsc", "order.avsc"];
    let text = session.run(&arguments).out;
    let lines = [
        "  Records of the old schema that the new one cannot read:",
        "    - TYPE_MISMATCH at /fields/1/type",
        r#"      {"id":"","amount":2147483648}"#,
        "      avro (base64): AICAgIAQ",
    ];
    assert!(text.contains(&lines.join("\n")), "{text}");
    let document = session.run(&[&arguments[..], &["--format", "json"]].concat()).document();
    assert_eq!(document["witnesses"], expected());
}

#[test]
fn check_shows_it_in_every_document() {
    let (_place, session) = place();
    let run = |format: &str| {
        let ended = session.run(&["check", "order.avsc", "--against", "old", "--witness", "--format", format]);
        assert_eq!(ended.code, 100, "{}", ended.err);
        ended
    };
    assert_eq!(run("json").document()["subjects"][0]["answer"]["witnesses"], expected());
    let first = run("ndjson").out.lines().next().map(|line| serde_json::from_str::<Value>(line).expect("JSON"));
    assert_eq!(first.expect("a line")["answer"]["witnesses"], expected());
    assert!(run("text").out.contains(RECORD.0));
    let markdown = run("markdown").out;
    assert!(markdown.contains("A record of the old schema that the new one cannot read: "), "{markdown}");
    assert!(markdown.contains("2147483648"), "{markdown}");
    let told = format!(
        "A record of the old schema that the new one cannot read: TYPE_MISMATCH at /fields/1/type: {}",
        RECORD.0
    );
    let github = run("github").out;
    assert_eq!(github.matches(&told).count(), 1, "{github}");
    let xml = told.replace('"', "&quot;");
    let junit = run("junit").out;
    let failure = junit.split("<failure").nth(1).and_then(|rest| rest.split("</failure>").next());
    assert!(failure.is_some_and(|failure| failure.contains(&xml)), "{junit}");
    let gitlab = run("gitlab").document();
    let level = gitlab.as_array().expect("a list").iter().find(|row| row["check_name"] == "incompatible");
    let description = level.expect("the level refuses")["description"].as_str().expect("a text");
    assert!(description.contains(&told), "{description}");
}

#[test]
fn sarif_has_it_in_words_and_as_data_and_stays_valid() {
    let (_place, session) = place();
    let check = ["check", "order.avsc", "--against", "old", "--format", "sarif"];
    let result = |more: &[&str]| {
        let document = assert_is_sarif(&session.run(&[&check[..], more].concat()).out);
        let results = document["runs"][0]["results"].as_array().expect("results").clone();
        results.into_iter().find(|result| result["ruleId"] == "incompatible").expect("the level refuses")
    };
    let shown = result(&["--witness"]);
    let text = shown["message"]["text"].as_str().expect("a text");
    assert!(text.contains(&format!("TYPE_MISMATCH at /fields/1/type: {}", RECORD.0)), "{text}");
    assert_eq!(
        (&shown["properties"]["witnesses"], &shown["properties"]["witnesses_cut"]),
        (&expected(), &json!(false))
    );
    let plain = result(&[]);
    assert_eq!(plain["properties"].get("witnesses"), None);
    assert_eq!(plain["partialFingerprints"], shown["partialFingerprints"], "the same finding, however it is told");
}

/// 150 fields whose type no longer fits: more places than a document has records for.
#[test]
fn documents_say_that_there_are_more_places_than_records() {
    let place = Repository::folder();
    let record = |count: usize, kind: &str| {
        let fields: Vec<String> = (0..count).map(|at| format!(r#"{{"name":"f{at}","type":"{kind}"}}"#)).collect();
        format!(r#"{{"type":"record","name":"R","fields":[{}]}}"#, fields.join(","))
    };
    for (count, is_cut) in [(100, false), (150, true)] {
        place.write("old/r.avsc", record(count, "long")).write("r.avsc", record(count, "int"));
        let session = Session::in_folder(&place.folder);
        let diff = session.run(&["diff", "--witness", "--format", "json", "old/r.avsc", "r.avsc"]).document();
        let check = ["check", "r.avsc", "--against", "old", "--witness", "--format"];
        let answer = session.run(&[&check[..], &["json"]].concat()).document()["subjects"][0]["answer"].clone();
        for document in [diff, answer] {
            assert_eq!(document["witnesses"].as_array().expect("a list").len(), 100);
            assert_eq!(document["witnesses_cut"], is_cut);
        }
        let github = session.run(&[&check[..], &["github"]].concat()).out;
        assert_eq!(github.contains("and more: --format json has the first 100"), is_cut, "{github}");
    }
}

#[test]
fn both_directions_of_a_full_level_have_theirs() {
    let (place, session) = place();
    let arguments = ["diff", "--witness", "--level", "FULL", "--format", "json"];
    let witnesses = |new: &str| {
        let found = session.run(&[&arguments[..], &["old/order.avsc", new]].concat()).document()["witnesses"].clone();
        found.as_array().expect("a list").iter().map(|one| one["direction"].clone()).collect::<Vec<_>>()
    };
    assert_eq!(witnesses("order.avsc"), ["backward"]);
    assert_eq!(witnesses("old/order.avsc"), Vec::<Value>::new());
    place.write("text.avsc", NEW.replace("\"int\"", "\"string\""));
    assert_eq!(witnesses("text.avsc"), ["forward", "backward"]);
}

#[test]
fn nothing_of_it_is_there_where_nobody_asks() {
    let (_place, session) = place();
    let document = session.run(&["diff", "--format", "json", "old/order.avsc", "order.avsc"]).document();
    assert_eq!(document.get("witnesses"), None);
    let ended = session.run(&["check", "order.avsc", "--against", "old", "--format", "json"]);
    assert_eq!(ended.document()["subjects"][0]["answer"].get("witnesses"), None);
}
