//! What a platform team and its producers live through, over HTTP as stock clients speak it.

use super::{CURRENCY, ID, NOTE, Schema, Talk, WAREHOUSE};
use serde_json::{Value, json};

#[test]
fn a_producer_meets_the_four_kinds_of_change() {
    let mut talk = Talk::begin();
    let field = |symbols: &str| format!(r#""name":"kind","type":{{"type":"enum","name":"K","symbols":[{symbols}]}}"#);
    let (three, two) = (field(r#""A","B","C""#), field(r#""A","B""#));
    assert_eq!(talk.registered("orders", &Schema::record(&[ID, &three, CURRENCY])), 1);
    talk.enforce("orders", "enforce");

    // No change, and an allowed one.
    assert_eq!(talk.registered("orders", &Schema::record(&[ID, &three, CURRENCY])), 1);
    assert_eq!(talk.registered("orders", &Schema::record(&[ID, &three, CURRENCY, NOTE])), 2);

    // Forbidden: whatever is declared, and although every reader could read it.
    let without_currency = Schema::record(&[ID, &three, NOTE]);
    for schema in [without_currency.clone(), without_currency.major(Some(2))] {
        let message = talk.refused("orders", &schema);
        assert!(message.starts_with("forbidden-change: field-removed at currency: "), "{message}");
        assert!(message.contains("publish it as a new subject, or ask for an exemption (fingerprint "), "{message}");
    }

    // Major: the level refuses, the findings say what would open the way, and doing so opens it.
    let narrower = Schema::record(&[ID, &two, CURRENCY, NOTE]);
    let message = talk.refused("orders", &narrower);
    assert!(message.starts_with("Schema being registered is incompatible with an earlier schema"), "{message}");
    assert!(message.contains("MISSING_ENUM_SYMBOLS"), "{message}");
    assert!(message.contains("enum-symbol-removed at kind: "), "{message}");
    assert!(message.ends_with("or declare application.major.version=2."), "{message}");
    assert_eq!(talk.registered("orders", &narrower.clone().major(Some(2))), 3);

    // Both lines go on, each with its own clients.
    let line = |talk: &mut Talk, major: &str| -> Value {
        let target = format!("/subjects/orders/metadata?key=application.major.version&value={major}");
        talk.done("GET", &target, &Value::Null)["version"].clone()
    };
    let warehouse = r#""name":"warehouse","type":["null","string"],"default":null"#;
    assert_eq!(line(&mut talk, "2"), 3);
    let old_line = Schema::record(&[ID, &three, CURRENCY, NOTE, warehouse]).major(Some(1));
    assert_eq!(talk.registered("orders", &old_line), 4);
    assert_eq!(talk.registered("orders", &Schema::record(&[ID, &two, CURRENCY, NOTE, warehouse]).major(Some(2))), 5);
    assert_eq!([line(&mut talk, "1"), line(&mut talk, "2")], [json!(4), json!(5)]);
}

/// The field removed above is optional with a default; in a line of its own it is still a removal.
#[test]
fn a_line_is_classified_against_its_own_latest_version() {
    let mut talk = Talk::begin();
    talk.enforce("", "enforce");
    talk.registered("s", &Schema::record(&[ID]));
    talk.registered("s", &Schema::record(&[ID, WAREHOUSE]).major(Some(2)));
    let against = |talk: &mut Talk, schema: &Schema| talk.classified("s", schema)["predecessor"].clone();
    let note = Schema::record(&[ID, NOTE]);
    assert_eq!(against(&mut talk, &note.clone().major(None))["version"], 1, "missing counts as 1");
    assert_eq!(against(&mut talk, &note.clone().major(Some(1))), json!({"version": 1, "id": 1, "major": 1}));
    assert_eq!(against(&mut talk, &note.clone().major(Some(2))), json!({"version": 2, "id": 2, "major": 2}));
    assert_eq!(against(&mut talk, &note.clone().major(Some(9)))["version"], 2);
    // Who sends no metadata inherits that of the latest version, and with it the line.
    assert_eq!(against(&mut talk, &note)["version"], 2);
}

#[test]
fn declaring_the_property_for_the_first_time_is_no_way_past_the_level() {
    let mut talk = Talk::begin();
    talk.registered("s", &Schema::record(&[ID]));
    talk.enforce("s", "enforce");
    let breaking = Schema::record(&[ID, WAREHOUSE]);
    for major in [None, Some(1)] {
        let message = talk.refused("s", &breaking.clone().major(major));
        assert!(message.starts_with("Schema being registered"), "{message}");
    }
    // The endpoint of the level predicts it.
    let compatible = |talk: &mut Talk, major| {
        let body = breaking.clone().major(major).body();
        talk.done("POST", "/compatibility/subjects/s/versions", &body)["is_compatible"].clone()
    };
    assert_eq!([Some(1), Some(2)].map(|major| compatible(&mut talk, major)), [json!(false), json!(true)]);
    // Report changes no verdict: there a new line is no group of its own.
    talk.enforce("s", "report");
    assert_eq!(compatible(&mut talk, Some(2)), false);
    talk.refused("s", &breaking.clone().major(Some(2)));
    talk.enforce("s", "enforce");
    assert_eq!(talk.registered("s", &breaking.major(Some(2))), 2);
    // The group is implied, never stored.
    assert_eq!(talk.send("GET", "/config/s", &Value::Null).0, 404);
}

#[test]
fn a_declared_semantic_version_must_go_up_far_enough() {
    let mut talk = Talk::begin();
    talk.enforce("", "enforce");
    let versioned = |fields: &[&str], version: &str| {
        let major = version.split('.').next().unwrap().parse().unwrap();
        Schema::record(fields).major(Some(major)).with("schema_version", version)
    };
    talk.registered("s", &versioned(&[ID], "2.1.0"));
    let message = talk.refused("s", &versioned(&[ID, NOTE], "2.1.1"));
    assert!(message.starts_with("declared-version-too-low: "), "{message}");
    assert!(message.contains("declare schema_version 2.2.0 or higher"), "{message}");
    let message = talk.refused("s", &versioned(&[ID, NOTE], "2.2.0").major(Some(3)));
    assert!(message.starts_with("declared-version-mismatch: "), "{message}");
    assert_eq!(talk.registered("s", &versioned(&[ID, NOTE], "2.2.0")), 2);
    // Who sends no metadata inherits the version and declares none.
    assert_eq!(talk.registered("s", &Schema::record(&[ID, NOTE, CURRENCY])), 3);
    let message = talk.refused("s", &Schema::record(&[ID]).with("application.major.version", "two"));
    assert!(message.starts_with("declared-version-unreadable: application.major.version is \"two\""), "{message}");
}

#[test]
fn a_refusal_with_thousands_of_findings_is_a_short_answer() {
    let mut talk = Talk::begin();
    let fields: Vec<String> = (0..3_000).map(|at| format!(r#""name":"f{at}","type":"string","default":"""#)).collect();
    let fields: Vec<&str> = fields.iter().map(String::as_str).collect();
    talk.registered("s", &Schema::record(&fields));
    talk.enforce("s", "enforce");
    let message = talk.refused("s", &Schema::record(&fields[..1]));
    assert!(message.ends_with(" And 2949 more.") && message.len() < 40_000, "{}", message.len());
    let answer = talk.classified("s", &Schema::record(&fields[..1]));
    assert_eq!(answer["changes"].as_array().unwrap().len(), 2_999);
}

#[test]
fn what_is_too_large_to_be_compared_is_refused_where_policy_must_look_at_it() {
    let mut talk = Talk::begin();
    let symbols = |prefix: &str| {
        let symbols: Vec<String> = (0..100_000).map(|at| format!(r#""{prefix}{at}""#)).collect();
        Schema::of(&format!(r#"{{"type":"enum","name":"E","symbols":[{}]}}"#, symbols.join(",")))
    };
    talk.level("s", "NONE");
    talk.registered("s", &symbols("a"));
    let expected = json!({
        "error_code": 42209,
        "message": "The schema and the version of 's' before it are too large to be compared",
    });
    let body = symbols("b").body();
    let answer = talk.send("POST", "/classification/subjects/s/versions", &body);
    assert_eq!(answer, (422, expected.clone()));
    talk.enforce("s", "enforce");
    assert_eq!(talk.register("s", &symbols("b")), (422, expected));
    talk.enforce("s", "report");
    assert_eq!(talk.registered("s", &symbols("b")), 2);
}

/// What was accepted while nobody looked counts for what can be read of it: a bad semantic version hides no major line.
#[test]
fn a_version_that_declares_its_line_and_no_semantic_version_that_can_be_read_stays_on_its_line() {
    let mut talk = Talk::begin();
    talk.registered("s", &Schema::record(&[ID]));
    talk.registered("s", &Schema::record(&[ID, CURRENCY]).major(Some(2)).with("schema_version", "2.1"));
    talk.enforce("s", "enforce");
    let breaking = Schema::record(&[ID, CURRENCY, WAREHOUSE]).major(Some(2));
    assert_eq!(talk.classified("s", &breaking)["predecessor"], json!({"version": 2, "id": 2, "major": 2}));
    let message = talk.refused("s", &breaking);
    assert!(message.starts_with("Schema being registered is incompatible"), "{message}");
    let body = breaking.body();
    assert_eq!(talk.done("POST", "/compatibility/subjects/s/versions", &body)["is_compatible"], false);
    // Whoever sends the bad one again is told; the level is asked about the line that can be read.
    let message = talk.refused("s", &breaking.with("schema_version", "2.2"));
    assert!(message.starts_with("Schema being registered is incompatible"), "{message}");
}

/// Who sends no metadata has declared nothing that could be wrong.
#[test]
fn a_declaration_that_is_inherited_and_cannot_be_read_keeps_nobody_from_registering() {
    let mut talk = Talk::begin();
    talk.registered("s", &Schema::record(&[ID]).with("application.major.version", "two"));
    talk.enforce("s", "enforce");
    assert_eq!(talk.classified("s", &Schema::record(&[ID, NOTE]))["warnings"], json!([]));
    assert_eq!(talk.registered("s", &Schema::record(&[ID, NOTE])), 2);
    let message = talk.refused("s", &Schema::record(&[ID]).with("application.major.version", "two").with("a", "b"));
    assert!(message.starts_with("declared-version-unreadable"), "{message}");
}

#[test]
fn a_refusal_repeats_no_more_of_a_declaration_than_one_can_read() {
    let mut talk = Talk::begin();
    talk.enforce("", "enforce");
    let message = talk.refused("s", &Schema::record(&[ID]).with("application.major.version", &"2".repeat(100_000)));
    assert!(message.len() < 300, "{} bytes", message.len());
}
