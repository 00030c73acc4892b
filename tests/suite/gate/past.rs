//! `--history all` against a registry: what enforcement would have refused, version by version.

use super::fake_registry::{FakeRegistry, Said};
use super::forms::{assert_is_sarif, without_version};
use super::session::Session;
use crate::snapshot::agrees;
use serde_json::{Value, json};

/// The text of a record with these fields.
fn order(fields: &[&str]) -> String {
    format!(r#"{{"type":"record","name":"Order","namespace":"shop","fields":[{}]}}"#, fields.join(","))
}

const ID: &str = r#"{"name":"id","type":"string"}"#;
const CURRENCY: &str = r#"{"name":"currency","type":"string","default":"USD"}"#;
const NOTE: &str = r#"{"name":"note","type":["null","string"],"default":null}"#;
const DEPOT: &str = r#"{"name":"depot","type":"string"}"#;
const CARRIER: &str = r#"{"name":"carrier","type":"string"}"#;

const NONE: &[(&str, &str)] = &[];
const MAJOR_2: &[(&str, &str)] = &[("application.major.version", "2")];

/// A life: an optional field, a removed one, one without a default, and another under the next major version.
fn versions() -> Vec<(String, &'static [(&'static str, &'static str)])> {
    vec![
        (order(&[ID, CURRENCY]), NONE),
        (order(&[ID, CURRENCY, NOTE]), NONE),
        (order(&[ID, NOTE]), NONE),
        (order(&[ID, NOTE, DEPOT]), NONE),
        (order(&[ID, NOTE, DEPOT, CARRIER]), MAJOR_2),
    ]
}

fn registry_with(versions: &[(String, &'static [(&'static str, &'static str)])]) -> FakeRegistry {
    let registry = FakeRegistry::start();
    let versions: Vec<(&str, &[(&str, &str)])> =
        versions.iter().map(|(text, properties)| (text.as_str(), *properties)).collect();
    registry.subject("orders", &versions);
    registry
}

/// A folder with these files, and a prompt in it.
fn session(files: &[(&str, &str)]) -> (tempfile::TempDir, Session) {
    let folder = tempfile::tempdir().unwrap();
    for (name, text) in files {
        std::fs::write(folder.path().join(name), text).unwrap();
    }
    let session = Session::in_folder(folder.path());
    (folder, session)
}

/// Decision and reason of every version.
fn told(subject: &Value) -> Vec<(&str, Option<&str>)> {
    let history = subject["history"].as_array().unwrap_or_else(|| panic!("no history: {subject}"));
    history.iter().map(|version| (version["decision"].as_str().unwrap(), version["reason"].as_str())).collect()
}

#[test]
fn what_enforcement_would_have_refused_is_shown_version_by_version() {
    let registry = registry_with(&versions());
    let (_folder, session) = session(&[("orders.avsc", &versions()[4].0)]);
    let url = registry.url();
    let check = ["check", "--against", &url, "--declare-major", "2", "--history", "all", "--format"];
    let ended = session.run(&[&check[..], &["json"]].concat());
    assert_eq!(ended.code, 0, "the past has no consequence: {}", ended.out);
    let document = ended.document();
    let subject = &document["subjects"][0];
    assert_eq!(
        told(subject),
        [
            ("accepted", None),
            ("accepted", None),
            ("rejected", Some("forbidden-change")),
            ("rejected", Some("incompatible")),
            ("accepted", None),
        ]
    );
    let history = &subject["history"];
    assert_eq!((&history[2]["version"], &history[2]["id"]), (&3.into(), &103.into()));
    assert_eq!(history[0]["answer"], Value::Null, "there was nothing before it");
    assert_eq!(history[2]["answer"]["changes"][0]["id"], "field-removed");
    assert_eq!(history[2]["answer"]["predecessor"]["version"], 2);
    assert_eq!(history[4]["answer"]["class"], "major-bump-required", "a new line starts free");

    for format in ["text", "markdown", "github", "gitlab", "sarif"] {
        let ended = session.run(&[&check[..], &[format]].concat());
        let port = url.rsplit(':').next().unwrap();
        if format == "sarif" {
            assert_is_sarif(&ended.out);
        }
        agrees(&format!("gate/past.{format}"), &without_version(&ended.out.replace(port, "PORT")));
    }
    let junit = session.run(&[&check[..], &["junit"]].concat());
    assert!(junit.out.contains("version 3 (id 103), after version 2: forbidden-change"), "{}", junit.out);
}

#[test]
fn the_past_is_told_only_where_all_of_it_is_asked_for() {
    let registry = registry_with(&versions());
    let (_folder, session) = session(&[("orders.avsc", &versions()[4].0)]);
    for history in ["latest", "last:3"] {
        let url = registry.url();
        let ended = session.run(&["check", "--against", &url, "--history", history, "--format", "json"]);
        assert_eq!(ended.document()["subjects"][0].get("history"), None, "{history}");
    }
}

#[test]
fn a_version_is_judged_as_it_would_have_been_as_a_file_at_the_time() {
    let registry = registry_with(&versions());
    let (_folder, whole) = session(&[]);
    registry.json("/subjects", json!(["orders"]));
    let ended = whole.run(&["check", "--against", &registry.url(), "--history", "all", "--format", "json"]);
    let document = ended.document();
    let history = document["subjects"][0]["history"].as_array().unwrap();
    assert_eq!(history.len(), versions().len());
    for (at, (text, properties)) in versions().iter().enumerate().skip(1) {
        let then = registry_with(&versions()[..at]);
        let (_folder, session) = session(&[("orders.avsc", text)]);
        let url = then.url();
        let mut check = vec!["check", "--against", &url, "--format", "json"];
        check.extend(properties.first().map(|(_, major)| ["--declare-major", *major]).into_iter().flatten());
        let subject = session.run(&check).document()["subjects"][0].clone();
        assert_eq!(history[at]["decision"], subject["decision"], "version {}", at + 1);
        if subject["decision"] == "rejected" {
            assert_eq!(history[at]["reason"], subject["reason"], "version {}", at + 1);
        }
        let plain = |answer: &Value| (answer["class"].clone(), answer["level"].clone(), answer["warnings"].clone());
        assert_eq!(plain(&history[at]["answer"]), plain(&subject["answer"]), "version {}", at + 1);
    }
}

#[test]
fn without_a_file_at_hand_the_past_of_every_subject_is_told() {
    let registry = registry_with(&versions());
    registry.subject("payments", &[("\"int\"", NONE), ("\"long\"", NONE)]);
    registry.json("/subjects", json!(["orders", "payments"]));
    let (_folder, session) = session(&[]);
    let url = registry.url();
    let check = ["check", "--against", &url, "--history", "all", "--format", "json"];
    let all = session.run(&check);
    assert_eq!(all.code, 0, "{}{}", all.out, all.err);
    let document = all.document();
    let names: Vec<&str> =
        document["subjects"].as_array().unwrap().iter().map(|subject| subject["subject"].as_str().unwrap()).collect();
    assert_eq!(names, ["orders", "payments"]);
    assert_eq!(told(&document["subjects"][1]), [("accepted", None), ("accepted", None)]);
    let one = session.run(&[&check[..], &["--subject", "payments"]].concat());
    assert_eq!(one.document()["subjects"].as_array().unwrap().len(), 1, "{}", one.out);
    let unknown = session.run(&[&check[..], &["--subject", "unknown"]].concat());
    assert_eq!(unknown.code, 101);
    assert!(unknown.err.contains("has no subject unknown with a live version"), "{}", unknown.err);
    // Where not the whole history is asked for there is nothing to judge.
    assert_eq!(session.run(&["check", "--against", &url]).code, 101);
}

#[test]
fn level_group_and_policy_of_the_registry_hold_for_the_past() {
    let registry = registry_with(&versions());
    registry.json("/subjects", json!(["orders"]));
    let (_folder, session) = session(&[]);
    let past = |registry: &FakeRegistry| {
        let ended = session.run(&["check", "--against", &registry.url(), "--history", "all", "--format", "json"]);
        let document = ended.document();
        told(&document["subjects"][0]).iter().map(|(_, reason)| reason.map(str::to_owned)).collect::<Vec<_>>()
    };
    let config = |document: Value| registry.json("/config/orders?defaultToGlobal=true", document);
    let reasons = |of: [Option<&str>; 5]| of.map(|reason| reason.map(str::to_owned)).to_vec();
    config(json!({"compatibilityLevel": "NONE"}));
    let major = Some("major-bump-required");
    assert_eq!(past(&registry), reasons([None, None, Some("forbidden-change"), major, None]));

    // The registry's own policy counts but for its enforcement, which is what the dry run is about.
    let registry = registry_with(&versions());
    registry.json("/subjects", json!(["orders"]));
    registry.json("/policy?defaultToGlobal=true", json!({}));
    let rules = json!({"field-removed": "allowed"});
    let policy = json!({"profile": "seed", "enforcement": "off", "rules": rules});
    registry.json("/policy/orders?defaultToGlobal=true&withoutDefaults=true", policy);
    registry.json("/exemptions?subject=%3A.%3A&offset=0&limit=100", json!([]));
    assert_eq!(past(&registry), reasons([None, None, None, Some("incompatible"), None]));

    // A group of its own: versions of another value are not compared by the level.
    let mut grouped = versions();
    grouped[3].1 = &[("team", "b")];
    let registry = registry_with(&grouped);
    registry.json("/subjects", json!(["orders"]));
    let config = json!({"compatibilityLevel": "BACKWARD", "compatibilityGroup": "team"});
    registry.json("/config/orders?defaultToGlobal=true", config);
    assert_eq!(past(&registry)[3], Some("major-bump-required".to_owned()));
}

/// A registry that is sent no metadata takes over those of the version before, and holds nothing in them against anybody.
#[test]
fn what_a_version_may_have_taken_over_is_told_apart_from_what_it_declared() {
    const ONE: &[(&str, &str)] = &[("schema_version", "1.0.0")];
    const NO_VERSION: &[(&str, &str)] = &[("application.major.version", "two")];
    let versions = [
        (order(&[ID]), ONE),
        (order(&[ID, NOTE]), ONE),
        (order(&[ID, NOTE, CURRENCY]), NO_VERSION),
        (order(&[ID, NOTE, CURRENCY]), NO_VERSION),
    ];
    let registry = registry_with(&versions);
    let (_folder, session) = session(&[("orders.avsc", &versions[3].0)]);
    let check = |format: &str| {
        let ended = session.run(&["check", "--against", &registry.url(), "--history", "all", "--format", format]);
        assert_eq!(ended.code, 0, "{}{}", ended.out, ended.err);
        ended
    };
    assert_eq!(
        told(&check("json").document()["subjects"][0]),
        [
            ("accepted", None),
            ("rejected", Some("declared-version-too-low")),
            ("rejected", Some("declared-version-unreadable")),
            ("accepted", None),
        ]
    );
    let text = check("text").out.split_whitespace().collect::<Vec<_>>().join(" ");
    let taken_over = "where it was sent without metadata, and took over those of the version before, it passes";
    assert!(text.contains(taken_over), "{text}");
    let unreadable = r#"application.major.version is "two", which is not a version"#;
    assert!(text.contains(unreadable), "{text}");
}

#[test]
fn a_version_that_is_no_schema_leaves_its_neighbours_undecided_and_no_others() {
    let mut broken = versions();
    broken[1].0 = "{\"type\":\"recrod\"}".to_owned();
    let registry = registry_with(&broken);
    registry.json("/subjects", json!(["orders", "gone"]));
    registry.say("/subjects/gone/versions", Said::Answer(403, String::new()));
    let (_folder, session) = session(&[]);
    let ended = session.run(&["check", "--against", &registry.url(), "--history", "all", "--format", "json"]);
    assert_eq!(ended.code, 101, "a subject that may not be read: {}", ended.out);
    let document = ended.document();
    let orders = &document["subjects"][1];
    let decisions: Vec<&str> = told(orders).iter().map(|(decision, _)| *decision).collect();
    assert_eq!(decisions, ["accepted", "undecided", "undecided", "rejected", "accepted"]);
    assert!(orders["history"][2]["error"].as_str().unwrap().contains("version 2 does not parse"), "{orders}");
}

/// The registry of this very program, in this process, with a life that began before anybody enforced anything.
#[cfg(feature = "server")]
#[test]
fn the_past_of_our_own_registry_is_told_with_the_policy_that_is_laid_down_there() {
    use crate::confluent_api::{client::Client, start};
    let server = start::server(Default::default(), Default::default());
    let address = server.addresses()[0];
    let mut client = Client::new(address);
    let headers = [("Content-Type", "application/json")];
    let mut send = |method: &str, target: &str, body: Value| {
        let answer = client.send(method, target, &headers, Some(body.to_string().as_bytes())).unwrap();
        assert_eq!(answer.status, 200, "{}", answer.text());
    };
    send("PUT", "/config/orders", json!({"compatibility": "NONE"}));
    for (text, properties) in versions() {
        let properties: serde_json::Map<String, Value> =
            properties.iter().map(|(name, value)| ((*name).to_owned(), json!(value))).collect();
        send("POST", "/subjects/orders/versions", json!({"schema": text, "metadata": {"properties": properties}}));
    }
    // A version that is deleted softly is no part of the past.
    send("DELETE", "/subjects/orders/versions/2", json!({}));
    send("PUT", "/config/orders", json!({"compatibility": "BACKWARD"}));
    let (_folder, session) = session(&[]);
    let url = format!("http://{address}");
    let reasons = || {
        let ended = session.run(&["check", "--against", &url, "--history", "all", "--format", "json"]);
        assert_eq!(ended.code, 0, "{}{}", ended.out, ended.err);
        let document = ended.document();
        let history = document["subjects"][0]["history"].as_array().unwrap().clone();
        let of =
            |version: &Value| (version["version"].as_u64().unwrap(), version["reason"].as_str().map(str::to_owned));
        history.iter().map(of).collect::<Vec<_>>()
    };
    let refused = |reason: &str| Some(reason.to_owned());
    assert_eq!(reasons(), [(1, None), (3, refused("forbidden-change")), (4, refused("incompatible")), (5, None)]);
    send("PUT", "/policy/orders", json!({"rules": {"field-removed": "major-bump-required"}}));
    assert_eq!(reasons()[1], (3, refused("major-bump-required")));

    // Under the name that is used here: that of an alias, or inside the context that the address names.
    send("PUT", "/config/other", json!({"alias": "orders"}));
    send("POST", "/subjects/:.c:orders/versions", json!({"schema": "\"int\""}));
    let told = |url: &str, more: &[&str]| {
        let ended = session.run(&[&["check", "--against", url, "--history", "all", "--format", "json"], more].concat());
        let told = |subject: &Value| {
            (subject["subject"].as_str().unwrap().to_owned(), subject["history"].as_array().unwrap().len())
        };
        ended.document()["subjects"].as_array().unwrap().iter().map(told).collect::<Vec<_>>()
    };
    assert_eq!(told(&url, &["--subject", "other"]), [("other".to_owned(), 4)]);
    assert_eq!(told(&url, &["--subject", ":.c:orders"]), [(":.c:orders".to_owned(), 1)]);
    let context = format!("{url}/contexts/.c");
    assert_eq!(told(&context, &[]), [("orders".to_owned(), 1)]);
    assert_eq!(told(&context, &["--subject", "orders"]), [("orders".to_owned(), 1)]);
    server.abort().unwrap();
}
