//! What was there before, in a registry: how much is asked, what is understood, and what goes wrong.

use super::fake_registry::{FakeRegistry, Said};
use super::repository::{ByStem, candidate, complaint, texts};
use serde_json::json;
use sluicegate::client::{Authorization, Limits};
use sluicegate::compat::CompatibilityLevel;
use sluicegate::gate::base::{Base, BaseError, BaseSpec, Inquiry, open};
use sluicegate::gate::estate::{Before, Candidate, Declared};
use sluicegate::policy::{Enforcement, Profile};
use std::collections::BTreeMap;
use std::path::Path;
use std::time::{Duration, Instant};

fn base_at(url: &str, inquiry: Inquiry) -> Result<Box<dyn Base>, BaseError> {
    open(Some(&BaseSpec::read(url).unwrap()), Path::new("/"), Box::new(ByStem::default()), inquiry)
}

/// Short waits, so that what never answers does not hold a test up.
fn hasty() -> Inquiry {
    let limits = Limits {
        connect: Duration::from_secs(5),
        request: Duration::from_secs(3),
        pause: Duration::from_millis(20),
        answer_bytes: 4_096,
    };
    Inquiry { limits, ..Inquiry::default() }
}

fn ask(registry: &FakeRegistry, inquiry: Inquiry, candidate: &Candidate) -> Result<Before, BaseError> {
    let base = base_at(&registry.url(), inquiry)?;
    base.prepare(std::slice::from_ref(candidate))?;
    base.before(&candidate.subject, Some(candidate))
}

fn of_major(major: u32) -> Candidate {
    Candidate { declared: Declared { major: Some(major), version: None }, ..candidate("x.avsc") }
}

const V1: &[(&str, &str)] = &[];
const V2: &[(&str, &str)] = &[("application.major.version", "2"), ("schema_version", "2.1.0")];

#[test]
fn a_level_that_looks_at_one_version_fetches_one() {
    let registry = FakeRegistry::start();
    registry.subject("x", &[("\"int\"", V1), ("\"long\"", V1), ("\"float\"", V1)]);
    let found = ask(&registry, hasty(), &candidate("x.avsc")).unwrap();
    assert_eq!(texts(&found), ["\"float\""]);
    assert_eq!((found.versions[0].version, found.versions[0].id), (3, Some(103)));
    assert_eq!(found.level, Some(CompatibilityLevel::Backward));
    let targets = registry.targets();
    assert_eq!(
        targets,
        [
            "/config/x?defaultToGlobal=true",
            "/policy?defaultToGlobal=true",
            "/subjects/x/versions",
            "/subjects/x/versions/3"
        ]
    );
}

#[test]
fn a_transitive_level_and_the_history_that_was_asked_for_fetch_more() {
    let registry = FakeRegistry::start();
    registry.subject("x", &[("\"int\"", V1), ("\"long\"", V1), ("\"float\"", V1)]);
    let newest =
        |newest: u32| texts(&ask(&registry, Inquiry { newest, ..hasty() }, &candidate("x.avsc")).unwrap()).len();
    assert_eq!([newest(1), newest(2), newest(u32::MAX)], [1, 2, 3]);
    let told = Inquiry { level: Box::new(|_, _| CompatibilityLevel::FullTransitive), ..hasty() };
    assert_eq!(ask(&registry, told, &candidate("x.avsc")).unwrap().versions.len(), 3);

    registry.json("/config/x?defaultToGlobal=true", json!({"compatibilityLevel": "FORWARD_TRANSITIVE"}));
    let found = ask(&registry, hasty(), &candidate("x.avsc")).unwrap();
    assert_eq!((found.level, found.versions.len()), (Some(CompatibilityLevel::ForwardTransitive), 3));
    assert_eq!(texts(&found), ["\"float\"", "\"long\"", "\"int\""], "newest first");
}

#[test]
fn a_history_is_followed_down_to_the_line_of_the_candidate() {
    let registry = FakeRegistry::start();
    registry.subject("x", &[("\"int\"", V1), ("\"long\"", V1), ("\"float\"", V2), ("\"double\"", V2)]);
    let versions = |candidate: &Candidate| -> Vec<u32> {
        let found = ask(&registry, hasty(), candidate).unwrap();
        found.versions.iter().map(|version| version.version).collect()
    };
    assert_eq!(versions(&of_major(2)), [4]);
    assert_eq!(versions(&of_major(1)), [4, 3, 2]);
    assert_eq!(versions(&of_major(3)), [4, 3, 2, 1], "that no version has major 3 is known from all of them");
    let found = ask(&registry, hasty(), &of_major(2)).unwrap();
    let declared = found.versions[0].declared;
    assert_eq!((declared.major, declared.version.unwrap().to_string().as_str()), (Some(2), "2.1.0"));
    assert_eq!(found.versions[0].properties["schema_version"], "2.1.0");

    // In a group of its own the candidate is compared with the newest of equal value.
    let config = json!({"compatibilityLevel": "BACKWARD", "compatibilityGroup": "team"});
    registry.json("/config/x?defaultToGlobal=true", config);
    let found = ask(&registry, hasty(), &of_major(2)).unwrap();
    assert_eq!(found.compatibility_group.as_deref(), Some("team"));
}

#[test]
fn references_are_fetched_by_subject_and_version_once() {
    let registry = FakeRegistry::start();
    let document =
        |text: &str, references: serde_json::Value| json!({"id": 1, "schema": text, "references": references});
    registry.json("/subjects/x/versions", json!([1]));
    registry.json(
        "/subjects/x/versions/1",
        document(
            "x",
            json!([{"name": "a.A", "subject": "a/a", "version": 2}, {"name": "b.B", "subject": "b", "version": 1}]),
        ),
    );
    registry.json(
        "/subjects/a%2Fa/versions/2?deleted=true",
        document("a", json!([{"name": "b.B", "subject": "b", "version": 1}])),
    );
    registry.json("/subjects/b/versions/1?deleted=true", document("b", json!(null)));
    let found = ask(&registry, hasty(), &candidate("x.avsc")).unwrap();
    let references: Vec<_> = found.versions[0].text.references.iter().map(|to| (to.name.as_str(), &*to.text)).collect();
    assert_eq!(references, [("b.B", "b"), ("a.A", "a")]);
    assert_eq!(registry.targets().iter().filter(|target| target.starts_with("/subjects/b/")).count(), 1);

    registry.json("/subjects/y/versions", json!([1]));
    registry.json("/subjects/y/versions/1", document("y", json!([{"name": "z", "subject": "z", "version": 1}])));
    let refused = |registry: &FakeRegistry| match ask(registry, hasty(), &candidate("y.avsc")) {
        Err(BaseError::Undecided(problem)) => problem.message,
        other => panic!("only this subject is concerned: {other:?}"),
    };
    assert!(refused(&registry).contains("version 1 of z, which is not there"));
    registry.json(
        "/subjects/z/versions/1?deleted=true",
        document("z", json!([{"name": "z", "subject": "z", "version": 1}])),
    );
    assert!(refused(&registry).contains("refers to itself"));
}

#[test]
fn a_reference_is_seen_from_the_context_of_its_referrer() {
    let registry = FakeRegistry::start();
    registry.json("/subjects/%3A.c%3Ax/versions", json!([1]));
    let references = json!([{"name": "m", "subject": "m", "version": 1}]);
    registry.json("/subjects/%3A.c%3Ax/versions/1", json!({"schema": "x", "references": references}));
    registry.json("/subjects/%3A.c%3Am/versions/1?deleted=true", json!({"schema": "m"}));
    let base = base_at(&registry.url(), hasty()).unwrap();
    let found = base.before(":.c:x", None).unwrap();
    assert_eq!(&*found.versions[0].text.references[0].text, "m");
}

/// Through the address of a context a name without one would be taken for a name of that context.
#[test]
fn a_reference_into_the_default_context_is_asked_for_there_whatever_the_address() {
    let registry = FakeRegistry::start();
    let references = json!([{"name": "m", "subject": "m", "version": 1}]);
    for (subject, referred) in [("%3A.%3Ax", "%3A.%3Am"), ("x", "%3A.c%3Am")] {
        registry.json(&format!("/contexts/.c/subjects/{subject}/versions"), json!([1]));
        let document = json!({"schema": "x", "references": references});
        registry.json(&format!("/contexts/.c/subjects/{subject}/versions/1"), document);
        registry
            .json(&format!("/contexts/.c/subjects/{referred}/versions/1?deleted=true"), json!({"schema": referred}));
        let config = json!({"compatibilityLevel": "BACKWARD"});
        registry.json(&format!("/contexts/.c/config/{subject}?defaultToGlobal=true"), config);
        let base = base_at(&format!("{}/contexts/.c", registry.url()), hasty()).unwrap();
        let found = base.before(if subject == "x" { "x" } else { ":.:x" }, None).unwrap();
        assert_eq!(&*found.versions[0].text.references[0].text, referred);
    }
}

#[test]
fn a_subject_that_is_not_there_is_new_and_one_of_another_language_is_undecided() {
    let registry = FakeRegistry::start();
    let found = ask(&registry, hasty(), &candidate("new.avsc")).unwrap();
    assert_eq!((found.versions.len(), found.level), (0, Some(CompatibilityLevel::Backward)));
    registry.json("/subjects/p/versions", json!([1]));
    registry.json("/subjects/p/versions/1", json!({"schema": "syntax = \"proto3\";", "schemaType": "PROTOBUF"}));
    let Err(BaseError::Undecided(problem)) = ask(&registry, hasty(), &candidate("p.avsc")) else { panic!("not Avro") };
    assert!(problem.message.contains("PROTOBUF"), "{problem:?}");
    registry.json("/config/q?defaultToGlobal=true", json!({"compatibilityLevel": "SIDEWAYS"}));
    let Err(BaseError::Undecided(problem)) = ask(&registry, hasty(), &candidate("q.avsc")) else { panic!("no level") };
    assert!(problem.message.contains("SIDEWAYS"), "{problem:?}");
}

#[test]
fn an_old_registry_answers_for_the_global_level_where_a_subject_has_none() {
    let registry = FakeRegistry::start();
    registry.say("/config/x?defaultToGlobal=true", Said::Answer(404, json!({"error_code": 40401}).to_string()));
    registry.json("/config", json!({"compatibility": "FULL"}));
    let found = ask(&registry, hasty(), &candidate("x.avsc")).unwrap();
    assert_eq!(found.level, Some(CompatibilityLevel::Full));
}

#[test]
fn policy_and_exemptions_of_a_registry_that_has_them_are_taken_over() {
    let registry = FakeRegistry::start();
    registry.json("/policy?defaultToGlobal=true", json!({}));
    let rules = json!({"numeric-widened-lossy": "forbidden"});
    registry.json(
        "/policy/x?defaultToGlobal=true&withoutDefaults=true",
        json!({"profile": "strict", "enforcement": "report", "rules": rules}),
    );
    let exemption = |subject: &str| {
        json!({"fingerprint": "0123456789abcdef", "subject": subject, "change": "field-removed", "path": "a",
               "reason": "r", "approvedBy": "board", "expires": "2027-01-31"})
    };
    registry.json("/exemptions?subject=%3A.%3A&offset=0&limit=100", json!([exemption("x"), exemption("y")]));
    let found = ask(&registry, hasty(), &candidate("x.avsc")).unwrap();
    assert_eq!((found.policy.profile, found.policy.enforcement), (Some(Profile::Strict), Some(Enforcement::Report)));
    assert_eq!(
        found.policy.rules.iter().map(|(id, class)| format!("{id} {class}")).collect::<Vec<_>>(),
        ["numeric-widened-lossy forbidden"]
    );
    assert_eq!((found.exemptions.len(), found.exemptions[0].approved_by.as_str()), (1, "board"));
    registry.json("/policy/z?defaultToGlobal=true&withoutDefaults=true", json!({"profile": "sead"}));
    assert!(matches!(ask(&registry, hasty(), &candidate("z.avsc")), Err(BaseError::Undecided(_))));
}

#[test]
fn credentials_are_sent_and_shown_to_nobody_else() {
    let registry = FakeRegistry::start();
    let with = |credentials| Inquiry { credentials, ..hasty() };
    let basic = Authorization::basic("ann", "s3cret");
    ask(&registry, with(Ok(Some(basic))), &candidate("x.avsc")).unwrap();
    ask(&registry, with(Ok(Some(Authorization::bearer("t0ken")))), &candidate("x.avsc")).unwrap();
    // Those of the address win, percent-encoded or not.
    let url = registry.url().replace("http://", "http://b%40b:pa%3Ass@");
    let base = base_at(&url, with(Err("not looked at".to_owned()))).unwrap();
    base.before("x", None).unwrap();
    assert_eq!(base.name(), registry.url());
    let mut seen: Vec<String> = registry.asked().into_iter().map(|asked| asked.authorization.unwrap()).collect();
    seen.dedup();
    assert_eq!(seen, ["Basic YW5uOnMzY3JldA==", "Bearer t0ken", "Basic YkBiOnBhOnNz"]);

    assert_eq!(complaint(base_at(&registry.url(), with(Err("half a pair".to_owned())))), "half a pair");
    registry.say("/subjects/x/versions", Said::Answer(401, String::new()));
    let message = complaint(base_at(&url, hasty()).unwrap().before("x", None));
    assert!(!message.contains("pa") || !message.contains("ss@"), "{message}");
    assert!(message.contains("does not accept the credentials (401)"), "{message}");
}

#[test]
fn what_goes_wrong_is_told_in_one_line_that_says_what_to_do() {
    let says = |said: Said| {
        let registry = FakeRegistry::start();
        registry.say("/subjects/x/versions", said);
        let message = complaint(ask(&registry, hasty(), &candidate("x.avsc")));
        assert!(message.starts_with(&format!("the registry at {} ", registry.url())), "{message}");
        message
    };
    for (said, hint) in [
        (Said::Answer(401, "{}".to_owned()), "set SLUICEGATE_USERNAME and SLUICEGATE_PASSWORD, or SLUICEGATE_TOKEN"),
        (
            Said::Answer(500, r#"{"error_code":50001,"message":"Error\nin the store"}"#.to_owned()),
            "500 to /subjects/x/versions: Error in the store",
        ),
        (Said::Answer(503, "<html>".to_owned()), "503"),
        (Said::Answer(404, "<html>".to_owned()), "is that the whole address"),
        (Said::Answer(200, "<html>".to_owned()), "something else than a registry"),
        (Said::Answer(200, r#"{"a": 1}"#.to_owned()), "something else than a registry"),
        (Said::Answer(200, "[1, -1]".to_owned()), "something else than a registry"),
        (Said::Hangup, "broke off the connection"),
        (Said::Silence, "gave no whole answer within 3 s"),
    ] {
        let message = says(said.clone());
        assert!(message.contains(hint), "{said:?}: {message}");
    }
    for (said, hint) in [
        (Said::Answer(403, String::new()), "does not let this user read /subjects/x/versions (403)"),
        (Said::Answer(200, format!("[{}1]", " ".repeat(5_000))), "more than 4096 bytes"),
    ] {
        let registry = FakeRegistry::start();
        registry.say("/subjects/x/versions", said);
        let Err(BaseError::Undecided(problem)) = ask(&registry, hasty(), &candidate("x.avsc")) else {
            panic!("{hint}")
        };
        assert!(problem.message.contains(hint), "{problem:?}");
    }
}

#[test]
fn where_nothing_listens_and_where_no_encryption_is_offered_the_check_ends_at_once() {
    let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let began = Instant::now();
    let base = base_at(&format!("http://{free}"), Inquiry::default()).unwrap();
    let message = complaint(base.prepare(&[candidate("x.avsc"), candidate("y.avsc")]));
    assert!(message.contains("cannot be reached (nothing listens there)"), "{message}");
    assert!(began.elapsed() < Duration::from_secs(30));
    let message = complaint(base_at("http://nowhere.invalid:8081", hasty()).unwrap().before("x", None));
    assert!(message.contains("cannot be reached"), "{message}");
    let registry = FakeRegistry::start();
    let message = complaint(base_at(&registry.url().replace("http:", "https:"), hasty()).unwrap().before("x", None));
    assert!(message.contains("https://") && message.contains("the registry at"), "{message}");
    assert!(complaint(base_at("http://host/?a=b", hasty())).contains("ends before"));
}

#[test]
fn a_busy_gateway_and_a_broken_connection_are_asked_once_more() {
    for first in [Said::Answer(502, String::new()), Said::Answer(429, String::new()), Said::Hangup] {
        let registry = FakeRegistry::start();
        registry.say("/subjects/x/versions", first).json("/subjects/x/versions", json!([]));
        assert_eq!(ask(&registry, hasty(), &candidate("x.avsc")).unwrap().versions, []);
        assert_eq!(registry.targets().iter().filter(|target| *target == "/subjects/x/versions").count(), 2);
    }
}

#[test]
fn many_subjects_are_asked_for_and_each_gets_its_own() {
    let registry = FakeRegistry::start();
    let candidates: Vec<Candidate> = (0..60).map(|at| candidate(&format!("s{at}.avsc"))).collect();
    for at in 0..60 {
        registry.subject(&format!("s{at}"), &[(&format!("\"t{at}\""), V1)]);
    }
    let base = base_at(&registry.url(), hasty()).unwrap();
    base.prepare(&candidates).unwrap();
    let asked = registry.asked().len();
    for (at, candidate) in candidates.iter().enumerate() {
        let found = base.before(&candidate.subject, Some(candidate)).unwrap();
        assert_eq!(texts(&found), [format!("\"t{at}\"")]);
    }
    assert_eq!((registry.asked().len(), asked), (asked, 60 * 3 + 1), "what was prepared is not asked again");
    assert_eq!(base.subjects().unwrap(), []);
}

#[test]
fn the_own_verdict_of_a_registry_can_be_asked_for() {
    let registry = FakeRegistry::start();
    let target = "/compatibility/subjects/x/versions?verbose=true";
    registry.json(target, json!({"is_compatible": false, "messages": ["because"]}));
    let base = base_at(&registry.url(), hasty()).unwrap();
    let verdict = base
        .verdict("x", "\"int\"", &[("application.major.version".to_owned(), "2".to_owned())].into())
        .unwrap()
        .unwrap();
    assert_eq!((verdict.is_compatible, verdict.messages), (false, vec!["because".to_owned()]));
    let asked = registry.asked().pop().unwrap();
    let body: serde_json::Value = serde_json::from_str(&asked.body).unwrap();
    let properties = json!({"application.major.version": "2"});
    assert_eq!(
        (asked.method.as_str(), body),
        ("POST", json!({"schema": "\"int\"", "metadata": {"properties": properties}}))
    );
    registry.say(
        "/compatibility/subjects/new/versions?verbose=true",
        Said::Answer(404, json!({"error_code": 40401}).to_string()),
    );
    assert_eq!(base.verdict("new", "\"int\"", &BTreeMap::new()).unwrap(), None);
}

/// The registry of this very program, in this process.
#[cfg(feature = "server")]
#[test]
fn our_own_registry_is_understood() {
    use crate::confluent_api::{client::Client, start};
    let server = start::server(Default::default(), Default::default());
    let address = server.addresses()[0];
    let mut client = Client::new(address);
    let headers = [("Content-Type", "application/json")];
    let mut put = |method: &str, target: &str, body: serde_json::Value| {
        let answer = client.send(method, target, &headers, Some(body.to_string().as_bytes())).unwrap();
        assert_eq!(answer.status, 200, "{}", answer.text());
    };
    let money = json!({"type": "fixed", "name": "a.Money", "size": 8}).to_string();
    let order = json!({"type": "record", "name": "a.Order", "fields": [{"name": "p", "type": "Money"}]}).to_string();
    put("POST", "/subjects/money/versions", json!({ "schema": money }));
    let references = json!([{"name": "a.Money", "subject": "money", "version": 1}]);
    let metadata = json!({"properties": {"application.major.version": "2"}});
    put("POST", "/subjects/order/versions", json!({"schema": order, "references": references, "metadata": metadata}));
    put("PUT", "/config/order", json!({"compatibility": "FULL_TRANSITIVE"}));

    let base = base_at(&format!("http://{address}"), Inquiry::default()).unwrap();
    let found = base.before("order", Some(&candidate("order.avsc"))).unwrap();
    assert_eq!(found.level, Some(CompatibilityLevel::FullTransitive));
    assert_eq!((found.versions.len(), found.versions[0].declared.major), (1, Some(2)));
    assert_eq!(found.versions[0].text.references[0].name, "a.Money");
    assert_eq!(base.before("other", None).unwrap().versions, []);
    let verdict = base.verdict("money", "\"int\"", &BTreeMap::new()).unwrap().unwrap();
    assert!(!verdict.is_compatible && !verdict.messages.is_empty());
    server.abort().unwrap();
}
