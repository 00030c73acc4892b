//! `preflight`: registered, acceptable or refused as the registry says, and everybody who has to read it.

use super::fake_registry::{FakeRegistry, Said};
use super::repository::Repository;
use super::session::{Ended, Session};
use serde_json::{Value, json};

/// An order with these fields besides its id.
fn order(fields: &str) -> String {
    format!(
        r#"{{"type": "record", "name": "Order", "namespace": "shop", "fields": [{{"name": "id", "type": "long"}}{fields}]}}"#
    )
}

const WITH_ITEM: &str = r#", {"name": "item", "type": "string"}"#;
const WITH_NOTE: &str = r#", {"name": "note", "type": "string", "default": ""}"#;

fn prompt(url: &str) -> (Repository, Session) {
    let folder = Repository::folder();
    let mut session = Session::in_folder(&folder.folder);
    session.variables.insert("SLUICEGATE_REGISTRY_URL", url.to_owned());
    (folder, session)
}

fn run(session: &Session, more: &[&str]) -> Ended {
    session.run(&[&["preflight", "--subject", "orders-value", "--format", "json", "order.avsc"], more].concat())
}

/// Exit code, standing, and who can read it.
fn told(ended: &Ended) -> (u8, String, Vec<bool>) {
    let document = ended.document();
    assert_eq!(document["exit"], ended.code, "{document:#}");
    let readings =
        document["readings"].as_array().unwrap().iter().map(|it| it["can_read"].as_bool().unwrap()).collect();
    (ended.code, document["registration"]["status"].as_str().unwrap_or("").to_owned(), readings)
}

#[test]
fn a_schema_that_is_registered_is_found_whatever_its_version() {
    let registry = FakeRegistry::start();
    let (old, new) = (order(""), order(WITH_NOTE));
    registry.subject("orders-value", &[(&old, &[]), (&new, &[])]);
    let (folder, session) = prompt(&registry.url());
    for (text, version) in [(&new, 2), (&old, 1)] {
        folder.write("order.avsc", text);
        let ended = run(&session, &[]);
        assert_eq!(told(&ended), (0, "registered".to_owned(), vec![true, true]));
        let registration = &ended.document()["registration"];
        assert_eq!((&registration["version"], &registration["id"]), (&version.into(), &(100 + version).into()));
    }
}

#[test]
fn what_would_be_accepted_is_told_from_what_would_not() {
    let registry = FakeRegistry::start();
    registry.subject("orders-value", &[(&order(WITH_ITEM), &[])]);
    let (folder, session) = prompt(&registry.url());
    folder.write("order.avsc", order(&[WITH_ITEM, WITH_NOTE].concat()));
    let ended = run(&session, &[]);
    assert_eq!(told(&ended), (0, "acceptable".to_owned(), vec![true]));
    assert_eq!(ended.document()["registration"]["answer"]["class"], "allowed");

    // Without a default for it, new readers cannot read old data: BACKWARD refuses, though old readers could go on.
    folder.write("order.avsc", order(&[WITH_ITEM, r#", {"name": "sum", "type": "int"}"#].concat()));
    let ended = run(&session, &[]);
    assert_eq!(told(&ended), (100, "refused".to_owned(), vec![true]));
    assert_eq!(ended.document()["registration"]["reason"], "incompatible");
    registry.json("/config/orders-value?defaultToGlobal=true", json!({"compatibilityLevel": "FORWARD"}));
    assert_eq!(told(&run(&session, &[])), (0, "acceptable".to_owned(), vec![true]));
}

#[test]
fn a_subject_that_nobody_has_registered_yet_is_acceptable() {
    let registry = FakeRegistry::start();
    let (folder, session) = prompt(&registry.url());
    folder.write("order.avsc", order(""));
    let ended = run(&session, &[]);
    assert_eq!(told(&ended), (0, "acceptable".to_owned(), vec![]));
    let text = session.run(&["preflight", "--subject", "orders-value", "order.avsc"]).out;
    assert!(text.contains("first version") && text.contains("Nobody reads it yet"), "{text}");
    let consumer = run(&session, &["--role", "consumer"]);
    assert!(consumer.code == 101 && consumer.err.contains("no subject orders-value"), "{consumer:?}");
}

#[test]
fn every_reader_that_cannot_read_it_is_named_with_reason_and_fix() {
    let registry = FakeRegistry::start();
    registry.subject("orders-value", &[(&order(WITH_ITEM), &[]), (&order(WITH_NOTE), &[])]);
    let (folder, session) = prompt(&registry.url());
    folder.write("order.avsc", order(WITH_NOTE));
    // Registered and accepted under BACKWARD, and still those on version 1 cannot read it.
    let ended = run(&session, &[]);
    assert_eq!(told(&ended), (100, "registered".to_owned(), vec![false, true]));
    let reading = &ended.document()["readings"][0];
    assert_eq!(reading["reader"]["version"], 1);
    let problem = &reading["problems"][0];
    assert_eq!(problem["kind"], "READER_FIELD_MISSING_DEFAULT_VALUE");
    assert!(problem["reason"].as_str().unwrap().contains("item"), "{problem}");
    assert!(problem["fix"].as_str().unwrap().contains("default"), "{problem}");
    let example: Value = serde_json::from_str(reading["example"].as_str().unwrap()).unwrap();
    assert!(example.get("item").is_none() && example.get("id").is_some(), "{example}");
    for (in_use, readings) in [("latest", vec![true]), ("2", vec![true]), ("1,2", vec![false, true]), ("none", vec![])]
    {
        assert_eq!(told(&run(&session, &["--in-use", in_use])).2, readings, "{in_use}");
    }
    let missing = run(&session, &["--in-use", "9"]);
    assert!(missing.code == 101 && missing.err.contains("no live version 9"), "{missing:?}");

    folder.write("billing.avsc", order(r#", {"name": "tax", "type": "int"}"#)).write("audit.avsc", order(""));
    let ended = run(&session, &["--reader", "audit.avsc", "--reader", "billing.avsc"]);
    assert_eq!(told(&ended), (100, "registered".to_owned(), vec![true, false]), "files stand for the versions");
    let text = session.run(&["preflight", "--subject", "orders-value", "--reader", "billing.avsc", "order.avsc"]);
    for part in [
        "Registered: version 2, id 102",
        "billing.avsc cannot read it",
        "Fix: ",
        "Such as {",
        "Stop: billing.avsc cannot read it.",
    ] {
        assert!(text.out.contains(part), "{part}: {}", text.out);
    }
}

#[test]
fn a_consumer_has_to_read_what_every_live_version_wrote() {
    let registry = FakeRegistry::start();
    registry.subject("orders-value", &[(&order(WITH_ITEM), &[]), (&order(WITH_NOTE), &[])]);
    let (folder, session) = prompt(&registry.url());
    folder.write("order.avsc", order(WITH_NOTE));
    let ended = run(&session, &["--role", "consumer"]);
    assert_eq!(told(&ended), (0, String::new(), vec![true, true]), "it has a default for what version 1 lacks");
    folder.write("order.avsc", order(WITH_ITEM));
    let ended = run(&session, &["--role", "consumer"]);
    assert_eq!(told(&ended), (100, String::new(), vec![true, false]));
    assert_eq!(ended.document()["readings"][1]["writer"]["version"], 2);
    assert_eq!(told(&run(&session, &["--role", "consumer", "--in-use", "1"])).0, 0);
    assert_eq!(run(&session, &["--role", "consumer", "--reader", "x.avsc"]).code, 2);
}

#[test]
fn the_policy_of_the_registry_decides_and_none_is_in_force_where_it_has_none() {
    let registry = FakeRegistry::start();
    registry.subject("orders-value", &[(&order(WITH_ITEM), &[])]);
    let (folder, session) = prompt(&registry.url());
    folder.write("order.avsc", order("")); // a field removed: BACKWARD does not mind, and the policy forbids it
    let none = ["--in-use", "none"];
    assert_eq!(told(&run(&session, &none)).1, "acceptable");
    // The configuration of the gate does not make the registry any stricter.
    folder.write("sluicegate.toml", "version = 1\n[policy]\nenforcement = \"enforce\"\n");
    assert_eq!(told(&run(&session, &none)).1, "acceptable");
    let policy = json!({"profile": "seed", "enforcement": "enforce", "rules": {}});
    registry.json("/policy?defaultToGlobal=true", policy.clone());
    registry.json("/policy/orders-value?defaultToGlobal=true&withoutDefaults=true", policy);
    registry.json("/exemptions?subject=%3A.%3A&offset=0&limit=100", json!([]));
    let ended = run(&session, &none);
    assert_eq!(told(&ended).1, "refused");
    assert_eq!(ended.document()["registration"]["reason"], "forbidden-change");
    let text = session.run(&["preflight", "--subject", "orders-value", "order.avsc", "--in-use", "none"]);
    assert!(
        text.out.contains("field-removed") && text.out.contains("Stop: the registry would not take it"),
        "{}",
        text.out
    );
}

#[test]
fn a_declared_major_version_opens_a_line_in_which_older_ones_do_not_count() {
    let registry = FakeRegistry::start();
    registry.subject("orders-value", &[(&order(WITH_ITEM), &[])]);
    let policy = json!({"enforcement": "enforce"});
    registry.json("/policy?defaultToGlobal=true", policy.clone());
    registry.json("/policy/orders-value?defaultToGlobal=true&withoutDefaults=true", policy);
    registry.json("/exemptions?subject=%3A.%3A&offset=0&limit=100", json!([]));
    let (folder, session) = prompt(&registry.url());
    folder.write("order.avsc", order(&WITH_ITEM.replace("\"string\"", "\"int\"")));
    let ended = run(&session, &[]);
    assert_eq!(told(&ended), (100, "refused".to_owned(), vec![false]));
    let ended = run(&session, &["--declare-major", "2"]);
    assert_eq!(
        ended.document()["registration"]["reason"],
        "forbidden-change",
        "a type replaced by another: {}",
        ended.out
    );
    folder.write("order.avsc", order(&[WITH_ITEM, r#", {"name": "sum", "type": "int"}"#].concat()));
    assert_eq!(told(&run(&session, &[])), (100, "refused".to_owned(), vec![true]));
    assert_eq!(told(&run(&session, &["--declare-major", "2"])), (0, "acceptable".to_owned(), vec![]));
    folder.write("sluicegate.toml", "version = 1\n[[subject]]\nname = \"orders-value\"\nmajor = 2\n");
    assert_eq!(told(&run(&session, &[])), (0, "acceptable".to_owned(), vec![]));
}

#[test]
fn a_registry_that_takes_nothing_new_is_in_the_way_of_what_is_not_there_yet() {
    let registry = FakeRegistry::start();
    registry.subject("orders-value", &[(&order(WITH_ITEM), &[])]);
    let (folder, session) = prompt(&registry.url());
    for (mode, standing) in [("READWRITE", "acceptable"), ("READONLY", "refused"), ("IMPORT", "refused")] {
        let target = "/mode/orders-value?defaultToGlobal=true";
        registry.say_instead(target, Said::Answer(200, json!({ "mode": mode }).to_string()));
        folder.write("order.avsc", order(&[WITH_ITEM, WITH_NOTE].concat()));
        let ended = run(&session, &[]);
        assert_eq!(told(&ended).1, standing, "{mode}");
        if standing == "refused" {
            assert_eq!(ended.document()["registration"]["reason"], "not-writable");
            let text = session.run(&["preflight", "--subject", "orders-value", "order.avsc"]).out;
            assert!(text.contains(mode) && text.contains("READWRITE again"), "{text}");
        }
        folder.write("order.avsc", order(WITH_ITEM));
        assert_eq!(told(&run(&session, &[])).1, "registered", "{mode}");
    }
}

#[test]
fn the_mode_is_that_of_the_subject_behind_an_alias_and_of_older_registries_too() {
    let registry = FakeRegistry::start();
    registry.subject("orders-value", &[(&order(WITH_ITEM), &[])]);
    let (folder, session) = prompt(&registry.url());
    folder.write("order.avsc", order(&[WITH_ITEM, WITH_NOTE].concat()));
    let none = json!({"error_code": 40409, "message": "no mode of its own"}).to_string();
    registry.say("/mode/orders-value?defaultToGlobal=true", Said::Answer(404, none));
    for (mode, standing) in [("READONLY", "refused"), ("READWRITE", "acceptable")] {
        registry.say_instead("/mode", Said::Answer(200, json!({ "mode": mode }).to_string()));
        assert_eq!(told(&run(&session, &[])).1, standing, "{mode} for all subjects");
    }
    let alias = json!({"compatibilityLevel": "BACKWARD", "alias": "orders"});
    registry.json("/config/orders-value?defaultToGlobal=true", alias.clone()).json("/config/orders-value", alias);
    registry.json("/mode/orders?defaultToGlobal=true", json!({"mode": "READONLY"}));
    assert_eq!(told(&run(&session, &[])).1, "refused", "by the mode of the subject behind the alias");
}

#[test]
fn what_is_no_schema_is_refused_as_by_a_check_and_by_the_registry() {
    let registry = FakeRegistry::start();
    registry.subject("orders-value", &[(&order(""), &[])]);
    let (folder, session) = prompt(&registry.url());
    folder.write("order.avsc", "{\"type\": \"record\"}");
    let ended = run(&session, &[]);
    assert_eq!(told(&ended), (100, "refused".to_owned(), vec![]));
    let registration = &ended.document()["registration"];
    assert_eq!(registration["reason"], "invalid-schema");
    assert!(registration["error"].as_str().unwrap().starts_with("order.avsc:1:"), "{registration}");
    let text = session.run(&["preflight", "--subject", "orders-value", "order.avsc"]).out;
    assert!(text.contains("No name") && !text.contains("Nobody reads it"), "{text}");
    assert!(text.contains("Stop: the registry would not take it."), "{text}");
    let consumer = run(&session, &["--role", "consumer"]);
    assert!(consumer.code == 101 && consumer.err.starts_with("order.avsc:1:"), "{consumer:?}");
}

#[test]
fn what_keeps_it_from_being_found_out_is_said_in_a_line() {
    let registry = FakeRegistry::start();
    registry.say("/subjects/orders-value/versions", Said::Answer(401, "{}".to_owned()));
    let (folder, mut session) = prompt(&registry.url());
    folder.write("order.avsc", order(""));
    let ended = run(&session, &[]);
    assert!(ended.code == 101 && ended.err.contains("SLUICEGATE_USERNAME"), "{ended:?}");
    folder.write("order.avsc", "{\"type\": \"recor\"}"); // what may be defined in a file that nobody has named
    let ended = run(&session, &[]);
    assert!(ended.code == 101 && ended.err.starts_with("order.avsc"), "{ended:?}");
    folder.write("order.avsc", order(""));
    let ended = run(&session, &["--registry", "http://127.0.0.1:1"]);
    assert!(ended.code == 101 && ended.err.contains("cannot be reached"), "{ended:?}");
    session.variables.clear();
    let ended = run(&session, &[]);
    assert!(ended.code == 2 && ended.err.contains("SLUICEGATE_REGISTRY_URL"), "{ended:?}");
    assert_eq!(session.run(&["preflight", "order.avsc"]).code, 2);
}

/// A registry takes metadata for a part of a schema: what another version declared is not what is sent without any.
#[cfg(feature = "server")]
#[test]
fn a_text_that_only_a_version_with_another_declaration_has_is_not_registered() {
    use crate::confluent_api::{client::Client, start};
    let server = start::server(Default::default(), Default::default());
    let address = server.addresses()[0];
    let mut client = Client::new(address);
    let mut send = |method: &str, target: &str, body: Value| {
        let headers = [("Content-Type", "application/json")];
        client.send(method, target, &headers, Some(body.to_string().as_bytes())).unwrap().status
    };
    let declaring = |fields: &str, major: &str| json!({"schema": order(fields), "metadata": {"properties": {"application.major.version": major}}});
    let (subject, versions) = ("/subjects/orders-value", "/subjects/orders-value/versions");
    let (folder, session) = prompt(&format!("http://{address}"));
    send("PUT", "/config/orders-value", json!({"compatibility": "NONE"}));
    assert_eq!(send("POST", versions, declaring("", "1")), 200);
    assert_eq!(send("POST", versions, declaring(WITH_ITEM, "2")), 200);
    send("PUT", "/config/orders-value", json!({"compatibility": "FORWARD"}));
    for (fields, major, standing, found) in [
        ("", None, "refused", 404),
        ("", Some("1"), "registered", 200),
        (WITH_ITEM, None, "registered", 200), // what is sent without metadata gets that of the latest version
        (WITH_ITEM, Some("2"), "registered", 200),
        (WITH_ITEM, Some("1"), "acceptable", 404),
    ] {
        folder.write("order.avsc", order(fields));
        let flags: Vec<&str> = major.into_iter().flat_map(|major| ["--declare-major", major]).collect();
        let ended = run(&session, &[&["--in-use", "none"], flags.as_slice()].concat());
        assert_eq!(told(&ended).1, standing, "{fields} {major:?}: {}", ended.out);
        let body = major.map_or_else(|| json!({"schema": order(fields)}), |major| declaring(fields, major));
        assert_eq!(send("POST", subject, body.clone()), found, "{fields} {major:?}");
        assert_eq!(send("POST", versions, body) == 200, standing != "refused", "{fields} {major:?}");
    }
    // What the registry lays over a registration is a part of what it looks for then, and a mode that keeps versions out
    // keeps it from filling anything in.
    let overriding = json!({"compatibility": "FORWARD", "overrideMetadata": {"properties": {"team": "shop"}}});
    for (target, body, fields, major, status) in [
        ("/mode/orders-value", json!({"mode": "READONLY"}), WITH_ITEM, None, 422),
        ("/mode/orders-value", json!({"mode": "READWRITE"}), WITH_ITEM, None, 200),
        ("/config/orders-value", overriding, "", Some("1"), 409),
    ] {
        assert_eq!(send("PUT", target, body), 200);
        folder.write("order.avsc", order(fields));
        let flags: Vec<&str> = major.into_iter().flat_map(|major| ["--declare-major", major]).collect();
        let ended = run(&session, &[&["--in-use", "none"], flags.as_slice()].concat());
        let standing = if status == 200 { "registered" } else { "refused" };
        assert_eq!(told(&ended).1, standing, "{target}: {}", ended.out);
        let body = major.map_or_else(|| json!({"schema": order(fields)}), |major| declaring(fields, major));
        assert_eq!(send("POST", versions, body), status, "{target}");
    }
    server.abort().unwrap();
}

/// The registry of this very program: what the preflight says, the registration answers.
#[cfg(feature = "server")]
#[test]
fn our_own_registry_does_what_the_preflight_has_said() {
    use crate::confluent_api::{client::Client, start};
    let server = start::server(Default::default(), Default::default());
    let address = server.addresses()[0];
    let mut client = Client::new(address);
    let mut send = |method: &str, target: &str, body: Value| {
        let headers = [("Content-Type", "application/json")];
        client.send(method, target, &headers, Some(body.to_string().as_bytes())).unwrap().status
    };
    assert_eq!(send("PUT", "/policy/orders-value", json!({"enforcement": "enforce"})), 200);
    let versions = "/subjects/orders-value/versions";
    assert_eq!(send("POST", versions, json!({"schema": order(WITH_ITEM)})), 200);
    let (folder, session) = prompt(&format!("http://{address}"));
    for (fields, major, standing, status) in [
        (WITH_ITEM.to_owned(), None, "registered", 200),
        ([WITH_ITEM, r#", {"name": "sum", "type": "int"}"#].concat(), None, "refused", 409),
        (String::new(), None, "refused", 409),
        ([WITH_ITEM, WITH_NOTE].concat(), None, "acceptable", 200),
        ([WITH_ITEM, WITH_NOTE, r#", {"name": "sum", "type": "int"}"#].concat(), Some("2"), "acceptable", 200),
    ] {
        folder.write("order.avsc", order(&fields));
        let flags: Vec<&str> = major.into_iter().flat_map(|major| ["--declare-major", major]).collect();
        let ended = run(&session, &[&["--in-use", "none"], flags.as_slice()].concat());
        assert_eq!(told(&ended).1, standing, "{fields}: {}", ended.out);
        let mut body = json!({"schema": order(&fields)});
        if let Some(major) = major {
            body["metadata"] = json!({"properties": {"application.major.version": major}});
        }
        assert_eq!(send("POST", versions, body), status, "{fields}");
    }
    server.abort().unwrap();
}
