//! The forms that other programs read: SARIF, JUnit, GitLab's code quality, the comment for a pull request.

use super::render::ground;
use super::reports::{
    answered, exempted, hostile, incompatible, invalid, mixed, removed, report, subject, undecided, widened,
};
use crate::snapshot;
use jsonschema::{Draft, Validator};
use serde_json::Value;
use sluicegate::evolution::catalogue;
use sluicegate::gate::adopted::ADOPTED;
use sluicegate::gate::render::{gitlab, junit, markdown, sarif};
use sluicegate::gate::report::{Decision, Report, Status, SubjectReport};
use std::collections::BTreeSet;

pub(super) fn as_sarif(report: &Report) -> String {
    let mut out = Vec::new();
    sarif::write(&mut out, report, &ground()).unwrap();
    without_version(&String::from_utf8(out).unwrap())
}

fn as_junit(report: &Report) -> String {
    let mut out = Vec::new();
    junit::write(&mut out, report, &ground()).unwrap();
    String::from_utf8(out).unwrap()
}

fn as_gitlab(report: &Report) -> String {
    let mut out = Vec::new();
    gitlab::write(&mut out, report, &ground()).unwrap();
    String::from_utf8(out).unwrap()
}

/// So that a release does not change the expected output.
pub(super) fn without_version(text: &str) -> String {
    text.replace(&format!("\"{}\"", env!("CARGO_PKG_VERSION")), "\"VERSION\"")
}

fn parsed(text: &str) -> Value {
    serde_json::from_str(text).unwrap()
}

/// The official schema of SARIF 2.1.0, formats of addresses and dates included.
fn sarif_schema() -> Validator {
    // One of its patterns has a bracket without a partner, which a strict reader of patterns refuses.
    let text = include_str!("../../data/sarif-2.1.0-schema.json").replace("{2}]?$", "{2}\\\\]?$");
    let options = jsonschema::options().with_draft(Draft::Draft7).should_validate_formats(true);
    options.build(&parsed(&text)).unwrap()
}

/// What the schema says is wrong with a document, and what it cannot say: rules are unique and found by their index.
#[track_caller]
pub(super) fn assert_is_sarif(text: &str) -> Value {
    let document = parsed(text);
    let errors: Vec<String> =
        sarif_schema().iter_errors(&document).map(|error| format!("{} at {}", error, error.instance_path())).collect();
    assert!(errors.is_empty(), "{}\n{text}", errors.join("\n"));
    let rules = document["runs"][0]["tool"]["driver"]["rules"].as_array().unwrap();
    let ids: BTreeSet<&str> = rules.iter().map(|rule| rule["id"].as_str().unwrap()).collect();
    assert_eq!(ids.len(), rules.len(), "a rule stands there twice");
    for result in document["runs"][0]["results"].as_array().unwrap() {
        assert_eq!(rules[result["ruleIndex"].as_u64().unwrap() as usize]["id"], result["ruleId"], "{result}");
    }
    document
}

fn results(document: &Value) -> &Vec<Value> {
    document["runs"][0]["results"].as_array().unwrap()
}

#[track_caller]
fn result_of<'a>(document: &'a Value, id: &str) -> &'a Value {
    results(document).iter().find(|result| result["ruleId"] == id).unwrap_or_else(|| panic!("no {id}: {document}"))
}

/// A finding that the baseline lists.
fn adopted() -> SubjectReport {
    let mut adopted = removed();
    (adopted.decision, adopted.reason) = (Decision::Accepted, Some(ADOPTED));
    adopted.adopted = vec![true, false, false];
    adopted
}

#[test]
fn sarif_holds_to_its_schema_whatever_is_reported() {
    snapshot::agrees("gate/mixed.sarif", &as_sarif(&mixed()));
    snapshot::agrees("gate/hostile.sarif", &as_sarif(&hostile()));
    let gone = subject("orders.gone", Status::Removed, Decision::Rejected);
    for report in [mixed(), hostile(), report(vec![]), report(vec![adopted(), gone]), every_kind()] {
        assert_is_sarif(&as_sarif(&report));
    }
}

/// One subject with a change of every kind.
fn every_kind() -> Report {
    let mut all = removed();
    let answer = all.answer.as_mut().unwrap();
    let sketch = answer.changes[0].clone();
    answer.changes = catalogue::ALL
        .iter()
        .map(|kind| {
            let mut change = sketch.clone();
            change.change.kind = kind;
            change
        })
        .collect();
    report(vec![all])
}

#[test]
fn every_rule_of_sarif_says_what_its_page_says() {
    let document = assert_is_sarif(&as_sarif(&every_kind()));
    let rules = document["runs"][0]["tool"]["driver"]["rules"].as_array().unwrap();
    assert_eq!(rules.len(), catalogue::ALL.len());
    for (rule, kind) in rules.iter().zip(catalogue::ALL) {
        assert_eq!(rule["id"], kind.id);
        let page =
            std::fs::read_to_string(format!("{}/src/evolution/rules/{}.md", env!("CARGO_MANIFEST_DIR"), kind.id));
        assert_eq!(rule["help"]["markdown"].as_str(), Some(page.unwrap().as_str()), "{}", kind.id);
        assert!(rule["help"]["text"].as_str().unwrap().contains(kind.why), "{}", kind.id);
    }
}

#[test]
fn where_the_sources_are_published_a_rule_has_the_address_of_its_page() {
    let document = sarif::document(&mixed(), &ground(), "https://git.example.com/sluicegate");
    assert_is_sarif(&document.to_string());
    for rule in document["runs"][0]["tool"]["driver"]["rules"].as_array().unwrap() {
        let id = rule["id"].as_str().unwrap();
        let address = rule.get("helpUri").map(|address| address.as_str().unwrap());
        let page = format!("src/evolution/rules/{id}.md");
        match catalogue::find(id) {
            Some(_) => {
                assert!(std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join(&page).is_file(), "{page}");
                assert_eq!(address, Some(format!("https://git.example.com/sluicegate/blob/HEAD/{page}").as_str()));
            }
            None => assert_eq!(address, None, "{id} is no kind of change"),
        }
    }
    let unknown = sarif::document(&mixed(), &ground(), "");
    assert!(!unknown.to_string().contains("helpUri"));
}

#[test]
fn a_result_is_as_grave_as_what_was_decided() {
    let document = assert_is_sarif(&as_sarif(&mixed()));
    for (id, level) in [
        ("field-removed", "error"),
        ("doc-changed", "note"),
        ("incompatible", "error"),
        ("field-added-without-default", "error"),
        ("numeric-widened", "note"),
        ("upgrade-consumers-first", "warning"),
        ("field-default-changed", "note"),
        ("could-not-check", "error"),
        ("invalid-schema", "error"),
    ] {
        assert_eq!(result_of(&document, id)["level"], level, "{id}");
    }
    // The same change where enforcement only reports.
    let mut advisory = removed();
    (advisory.decision, advisory.reason) = (Decision::Accepted, Some("advisory"));
    let document = assert_is_sarif(&as_sarif(&report(vec![advisory])));
    assert_eq!(result_of(&document, "field-removed")["level"], "warning");
}

#[test]
fn a_result_stands_where_the_change_is_with_the_old_place_beside_it() {
    let document = assert_is_sarif(&as_sarif(&report(vec![removed()])));
    let result = result_of(&document, "field-removed");
    let place = &result["locations"][0]["physicalLocation"];
    assert_eq!(place["artifactLocation"]["uri"], "products/orders/schemas/order_events.avsc");
    assert_eq!((&place["region"]["startLine"], &place["region"]["startColumn"]), (&3.into(), &5.into()));
    let old = &result["relatedLocations"][0];
    assert_eq!(old["physicalLocation"]["region"]["startLine"], 19);
    assert_eq!(old["message"]["text"], "before, in version 4");
}

#[test]
fn a_fingerprint_is_over_subject_id_and_path_alone() {
    let of = |subject: SubjectReport, id: &str| {
        let document = parsed(&as_sarif(&report(vec![subject])));
        result_of(&document, id)["partialFingerprints"].clone()
    };
    let before = of(removed(), "field-removed");
    let mut edited = removed();
    let change = &mut edited.answer.as_mut().unwrap().changes[0];
    change.fingerprint = "ffffffffffffffff".to_owned();
    change.change.message = "said otherwise".to_owned();
    change.new.as_mut().unwrap().line = 99;
    assert_eq!(of(edited, "field-removed"), before);
    // printf 'orders.order_events\nfield-removed\ncurrency_code' | sha256sum | cut -c-16
    assert_eq!(before, serde_json::json!({"subjectIdPath/v1": "5a9f7a458c0194ba"}));
    let mut elsewhere = removed();
    elsewhere.answer.as_mut().unwrap().changes[0].change.path = "lines[].currency_code".to_owned();
    assert_ne!(of(elsewhere, "field-removed"), before);
}

#[test]
fn what_is_exempted_or_adopted_is_there_and_suppressed() {
    let document = assert_is_sarif(&as_sarif(&report(vec![adopted(), exempted()])));
    let suppression = &result_of(&document, "field-removed")["suppressions"][0];
    assert_eq!((&suppression["kind"], &suppression["status"]), (&"external".into(), &"accepted".into()));
    assert_eq!(suppression["justification"], "the baseline lists it");
    let why = &result_of(&document, "field-default-changed")["suppressions"][0]["justification"];
    assert_eq!(why, "exempted until 2027-01-31, approved by data-governance: the field was never filled");
    assert_eq!(result_of(&document, "doc-changed").get("suppressions"), None);

    // An exemption that is over, and one whose change still stands in the way, suppress nothing.
    let mut expired = exempted();
    expired.answer.as_mut().unwrap().exemptions.remove(0);
    let mut undeclared = exempted();
    (undeclared.decision, undeclared.reason) = (Decision::Rejected, Some("major-bump-required"));
    undeclared.answer.as_mut().unwrap().changes[0].fix = "declare application.major.version=3".to_owned();
    for subject in [expired, undeclared] {
        let document = assert_is_sarif(&as_sarif(&report(vec![subject])));
        assert_eq!(result_of(&document, "field-default-changed").get("suppressions"), None);
    }
}

#[test]
fn a_check_that_is_not_complete_says_so_in_sarif() {
    let invocation = |report: &Report| parsed(&as_sarif(report))["runs"][0]["invocations"][0].clone();
    let of = |subject| {
        let invocation = invocation(&report(vec![subject]));
        (invocation["executionSuccessful"].as_bool().unwrap(), invocation["exitCode"].as_u64().unwrap())
    };
    assert_eq!([of(widened()), of(removed()), of(undecided())], [(true, 0), (true, 100), (false, 101)]);
    let told = &invocation(&mixed())["toolExecutionNotifications"][0]["message"]["text"];
    assert!(told.as_str().unwrap().contains("matches no change"), "{told}");
}

#[test]
fn a_subject_that_could_not_be_checked_shows_in_every_form() {
    let report = report(vec![widened(), undecided()]);
    let document = assert_is_sarif(&as_sarif(&report));
    assert!(result_of(&document, "could-not-check")["message"]["text"].as_str().unwrap().contains("com.example.Money"));
    let list = parsed(&as_gitlab(&report));
    let entry = list.as_array().unwrap().iter().find(|entry| entry["check_name"] == "could-not-check").unwrap();
    assert_eq!((&entry["severity"], &entry["location"]["lines"]["begin"]), (&"critical".into(), &7.into()));
    let xml = as_junit(&report);
    let document = roxmltree::Document::parse(&xml).unwrap();
    assert_eq!(document.root_element().attribute("errors"), Some("1"), "{xml}");
    assert!(markdown::comment(&report).contains("com.example.Money"));
}

#[test]
fn junit_has_a_case_for_each_subject_and_direction_and_one_for_the_policy() {
    let xml = as_junit(&mixed());
    snapshot::agrees("gate/mixed.junit.xml", &xml);
    let document = roxmltree::Document::parse(&xml).unwrap();
    let suites: Vec<_> = document.descendants().filter(|node| node.has_tag_name("testsuite")).collect();
    let (last, subjects) = suites.split_last().unwrap();
    assert!(last.descendants().any(|node| node.has_tag_name("system-err")), "warnings stand at the end");
    assert_eq!(subjects.len(), mixed().subjects.len());
    let mut sums = [0; 4];
    for (suite, subject) in subjects.iter().zip(&mixed().subjects) {
        let cases: Vec<_> = suite.children().filter(|node| node.has_tag_name("testcase")).collect();
        let names: Vec<&str> = cases.iter().map(|case| case.attribute("name").unwrap()).collect();
        assert_eq!(names, ["backward", "forward", "policy"]);
        let count = |tag: &str| cases.iter().filter(|case| case.children().any(|node| node.has_tag_name(tag))).count();
        let counts = [cases.len(), count("failure"), count("error"), count("skipped")];
        let told = ["tests", "failures", "errors", "skipped"]
            .map(|name| suite.attribute(name).unwrap().parse::<usize>().unwrap());
        assert_eq!(counts, told, "{}", subject.subject);
        assert_eq!(counts[1] > 0, subject.decision == Decision::Rejected, "{}", subject.subject);
        assert_eq!(counts[2] > 0, subject.decision == Decision::Undecided, "{}", subject.subject);
        sums.iter_mut().zip(counts).for_each(|(sum, count)| *sum += count);
    }
    let root = document.root_element();
    assert_eq!(
        sums,
        ["tests", "failures", "errors", "skipped"].map(|name| root.attribute(name).unwrap().parse::<usize>().unwrap())
    );
}

/// What each case of a subject is: `passed`, `skipped`, `failure`, `error`.
fn outcomes(subject: SubjectReport) -> [String; 3] {
    let xml = as_junit(&report(vec![subject]));
    let document = roxmltree::Document::parse(&xml).unwrap();
    let outcome = |case: roxmltree::Node<'_, '_>| {
        let told = case.children().find(|node| node.is_element() && !node.has_tag_name("system-out"));
        told.map_or("passed", |node| node.tag_name().name()).to_owned()
    };
    let outcomes: Vec<String> =
        document.descendants().filter(|node| node.has_tag_name("testcase")).map(outcome).collect();
    outcomes.try_into().unwrap()
}

#[test]
fn a_case_of_junit_is_the_levels_verdict_in_its_direction() {
    use sluicegate::compat::CompatibilityLevel as Level;
    let with = |level: Level, compatible: bool, backward: bool, forward: bool| {
        let mut subject = incompatible();
        let answer = subject.answer.as_mut().unwrap();
        (answer.level.name, answer.level.compatible) = (level, compatible);
        (answer.backward_compatible, answer.forward_compatible) = (backward, forward);
        if compatible {
            subject.reason = Some("major-bump-required");
        }
        outcomes(subject)
    };
    assert_eq!(with(Level::Backward, false, false, true), ["failure", "skipped", "skipped"]);
    assert_eq!(with(Level::Forward, false, true, false), ["skipped", "failure", "skipped"]);
    assert_eq!(with(Level::Full, false, false, true), ["failure", "passed", "skipped"]);
    assert_eq!(with(Level::Full, false, true, false), ["passed", "failure", "skipped"]);
    // An older version is the one that does not fit: each direction that was asked for.
    assert_eq!(with(Level::FullTransitive, false, true, true), ["failure", "failure", "skipped"]);
    assert_eq!(with(Level::Full, true, true, true), ["passed", "passed", "failure"]);
    assert_eq!(with(Level::None, true, false, false), ["skipped", "skipped", "failure"]);
    assert_eq!(outcomes(invalid()), ["skipped", "skipped", "failure"]);
    assert_eq!(outcomes(undecided()), ["skipped", "skipped", "error"]);
    assert_eq!(outcomes(subject("x", Status::New, Decision::Accepted)), ["passed", "passed", "passed"]);
    assert_eq!(outcomes(subject("x", Status::Removed, Decision::Rejected)), ["skipped", "skipped", "failure"]);
    assert_eq!(outcomes(adopted()), ["passed", "skipped", "passed"]);
}

#[test]
fn gitlab_gets_what_its_merge_requests_show() {
    snapshot::agrees("gate/mixed.gitlab.json", &as_gitlab(&mixed()));
    let list = parsed(&as_gitlab(&mixed()));
    let list = list.as_array().unwrap();
    for entry in list {
        assert!(entry["description"].as_str().is_some_and(|text| !text.is_empty()), "{entry}");
        assert!(entry["check_name"].is_string(), "{entry}");
        let severity = entry["severity"].as_str().unwrap();
        assert!(["info", "minor", "major", "critical", "blocker"].contains(&severity), "{entry}");
        let path = entry["location"]["path"].as_str().unwrap();
        assert!(path.starts_with("products/orders/schemas/"), "from the root of the checkout: {entry}");
        assert!(entry["location"]["lines"]["begin"].as_u64().is_some_and(|line| line > 0), "{entry}");
    }
    let of = |id: &str| &list.iter().find(|entry| entry["check_name"] == id).unwrap()["severity"];
    assert_eq!(
        ["field-removed", "incompatible", "upgrade-consumers-first", "doc-changed", "field-default-changed"].map(of),
        ["blocker", "critical", "minor", "info", "info"]
    );
}

#[test]
fn gitlab_sees_two_findings_of_one_kind_at_one_path() {
    let mut two = removed();
    let changes = &mut two.answer.as_mut().unwrap().changes;
    changes.push(changes[0].clone());
    changes.push(changes[0].clone());
    let list = parsed(&as_gitlab(&report(vec![two])));
    let fingerprints: BTreeSet<&str> =
        list.as_array().unwrap().iter().map(|entry| entry["fingerprint"].as_str().unwrap()).collect();
    assert_eq!(fingerprints.len(), list.as_array().unwrap().len());
}

#[test]
fn what_a_schema_says_stays_text_in_every_form() {
    snapshot::agrees("gate/hostile.junit.xml", &as_junit(&hostile()));
    snapshot::agrees("gate/hostile.gitlab.json", &as_gitlab(&hostile()));
    let xml = as_junit(&hostile());
    let document = roxmltree::Document::parse(&xml).unwrap();
    assert!(!document.descendants().any(|node| node.has_tag_name("img")), "{xml}");
    for text in [as_sarif(&hostile()), xml, as_gitlab(&hostile())] {
        let acts = |character: char| character.is_control() && character != '\n' || character == '\u{202e}';
        assert!(!text.chars().any(acts), "{text:?}");
        assert!(!text.contains("##["), "{text}");
        assert!(!text.lines().any(|line| line.trim_start().starts_with("::")), "{text}");
    }
    // In SARIF `[text](target)` is a link.
    let document = assert_is_sarif(&as_sarif(&hostile()));
    for result in results(&document) {
        let text = result["message"]["text"].as_str().unwrap();
        assert!(!text.contains("]("), "{text}");
    }
}

#[test]
fn a_comment_begins_with_a_marker_that_nothing_else_can_hold() {
    snapshot::agrees("gate/comment.md", &markdown::comment(&mixed()));
    let mut sly = removed();
    let change = &mut sly.answer.as_mut().unwrap().changes[0];
    change.change.message = format!("{} said the field", markdown::MARKER);
    let comment = markdown::comment(&report(vec![sly]));
    assert_eq!(comment.lines().next(), Some("<!-- sluicegate: schema check -->"));
    assert_eq!(comment.matches(markdown::MARKER).count(), 1, "{comment}");
}

#[test]
fn a_comment_has_room_for_every_subject_before_the_changes_of_any() {
    let mut large = removed();
    let answer = large.answer.as_mut().unwrap();
    answer.changes = (0..10_000).map(|_| answer.changes[0].clone()).collect();
    answer.level.compatible = false;
    answer.level.messages = (0..10_000).map(|at| format!("finding {at}")).collect();
    let comment = markdown::comment(&report(vec![large, undecided(), widened()]));
    assert!(comment.len() <= 65_536, "{}", comment.len());
    for part in ["finding 19", "and 9980 more", "billing.invoices", "billing.payments", "left out for lack of room"] {
        assert!(comment.contains(part), "{part}: {}", &comment[..2_000]);
    }
}

#[test]
fn a_change_without_a_place_is_found_in_its_file() {
    let mut nowhere = removed();
    let answer = nowhere.answer.as_mut().unwrap();
    answer.changes = vec![answered(
        "x",
        &super::reports::Sketch {
            id: "field-removed",
            path: "a",
            detail: None,
            class: sluicegate::evolution::ChangeClass::Forbidden,
            message: "gone",
            fix: "put it back",
            lines: (None, None),
        },
    )];
    let document = assert_is_sarif(&as_sarif(&report(vec![nowhere.clone()])));
    let place = &result_of(&document, "field-removed")["locations"][0]["physicalLocation"];
    assert_eq!(place["artifactLocation"]["uri"], "products/orders/schemas/order_events.avsc");
    assert_eq!(place.get("region"), None);
    assert_eq!(parsed(&as_gitlab(&report(vec![nowhere])))[0]["location"]["lines"]["begin"], 1);
}
