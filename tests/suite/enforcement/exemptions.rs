//! What came of an exemption: the versions that it let pass, read off the history.

use super::{CURRENCY, EURO, ID, NOTE, Schema, Talk};
use serde_json::{Value, json};

/// An exemption for the only change of a schema, added; its fingerprint.
fn exempted(talk: &mut Talk, subject: &str, schema: &Schema) -> String {
    let change = talk.classified(subject, schema)["changes"][0].clone();
    let exemption = json!({ "fingerprint": change["fingerprint"], "subject": subject, "change": change["id"],
        "path": change["path"], "reason": "Never filled.", "approvedBy": "board", "expires": "9000-12-31" });
    talk.done("POST", "/exemptions", &exemption);
    change["fingerprint"].as_str().expect("a fingerprint").to_owned()
}

/// What is said of an exemption by itself, which the listing must say, too.
fn applied_to(talk: &mut Talk, fingerprint: &str) -> Value {
    let one = talk.done("GET", &format!("/exemptions/{fingerprint}?appliedTo=true"), &Value::Null);
    let listed = talk.done("GET", "/exemptions?appliedTo=true", &Value::Null);
    let same = listed.as_array().expect("a list").iter().find(|other| other["fingerprint"] == *fingerprint);
    assert_eq!(same, Some(&one));
    one["appliedTo"].clone()
}

fn exempted_registrations(talk: &mut Talk) -> String {
    let page = talk.text("GET", "/metrics");
    let line = page.lines().find_map(|line| line.strip_prefix("sluicegate_policy_exempted_total "));
    line.expect("the family is there").to_owned()
}

#[test]
fn an_exemption_tells_which_versions_it_let_pass() {
    let mut talk = Talk::begin();
    talk.enforce("", "enforce");
    talk.registered("s", &Schema::record(&[ID, CURRENCY, NOTE]));
    let without = Schema::record(&[ID, CURRENCY]).major(Some(2));
    let fingerprint = exempted(&mut talk, "s", &without);
    let other = exempted(&mut talk, "s", &Schema::record(&[ID, NOTE]).major(Some(2)));
    assert_eq!(applied_to(&mut talk, &fingerprint), json!([]), "nothing has come of it yet");
    assert_eq!(exempted_registrations(&mut talk), "0");

    assert_eq!(talk.registered("s", &without), 2);
    assert_eq!(applied_to(&mut talk, &fingerprint), json!([2]));
    assert_eq!(applied_to(&mut talk, &other), json!([]), "for another schema");
    assert_eq!(exempted_registrations(&mut talk), "1");
    // Once more it is found, not judged.
    assert_eq!(talk.registered("s", &without), 2);
    assert_eq!(exempted_registrations(&mut talk), "1");

    // Not shown where nobody asks, and what is shown can be sent again.
    let plain = talk.done("GET", &format!("/exemptions/{fingerprint}"), &Value::Null);
    assert_eq!(plain.get("appliedTo"), None);
    let shown = talk.done("GET", &format!("/exemptions/{fingerprint}?appliedTo=true"), &Value::Null);
    assert_eq!(talk.done("POST", "/exemptions", &shown), plain);

    // A version that is deleted for good was the last that knew.
    talk.done("DELETE", "/subjects/s/versions/2", &Value::Null);
    assert_eq!(applied_to(&mut talk, &fingerprint), json!([2]));
    talk.done("DELETE", "/subjects/s/versions/2?permanent=true", &Value::Null);
    assert_eq!(applied_to(&mut talk, &fingerprint), json!([]));
}

#[test]
fn an_exemption_that_nothing_depends_on_is_not_counted() {
    let mut talk = Talk::begin();
    talk.enforce("", "enforce");
    talk.registered("s", &Schema::record(&[ID, CURRENCY, NOTE]));
    let without = Schema::record(&[ID, CURRENCY]).major(Some(2));
    let fingerprint = exempted(&mut talk, "s", &without);
    // Nothing is refused here, or not this.
    for policy in [json!({"enforcement": "report"}), json!({"rules": {"field-removed": "major-bump-required"}})] {
        talk.done("PUT", "/policy/s", &policy);
        assert_eq!(talk.classified("s", &without)["exemptions"][0]["fingerprint"], fingerprint.as_str());
        let version = talk.registered("s", &without);
        talk.done("DELETE", &format!("/subjects/s/versions/{version}"), &Value::Null);
    }
    assert_eq!(exempted_registrations(&mut talk), "0");
    talk.done("PUT", "/policy/s", &json!({}));
    talk.registered("s", &without);
    assert_eq!(exempted_registrations(&mut talk), "1");
}

#[test]
fn the_version_before_may_be_of_another_line_or_deleted() {
    let mut talk = Talk::begin();
    talk.enforce("", "enforce");
    talk.registered("s", &Schema::record(&[ID, CURRENCY, NOTE]).major(Some(1)));
    talk.registered("s", &Schema::record(&[ID, EURO, NOTE]).major(Some(2)));
    // Judged against the latest of line 2, though version 3 of line 1 stands between them.
    talk.registered(
        "s",
        &Schema::record(&[ID, CURRENCY, NOTE, r#""name":"more","type":"int","default":0"#]).major(Some(1)),
    );
    let without = Schema::record(&[ID, EURO]).major(Some(3));
    let fingerprint = exempted(&mut talk, "s", &without);
    assert_eq!(talk.registered("s", &without), 4);
    assert_eq!(applied_to(&mut talk, &fingerprint), json!([4]));
    talk.done("DELETE", "/subjects/s/versions/2", &Value::Null);
    assert_eq!(applied_to(&mut talk, &fingerprint), json!([4]));

    // And here the one between them was deleted before.
    talk.registered("t", &Schema::record(&[ID, NOTE]));
    talk.registered("t", &Schema::record(&[ID, NOTE, CURRENCY]));
    talk.done("DELETE", "/subjects/t/versions/2", &Value::Null);
    let without = Schema::record(&[ID]).major(Some(2));
    let fingerprint = exempted(&mut talk, "t", &without);
    assert_eq!(talk.registered("t", &without), 3);
    assert_eq!(applied_to(&mut talk, &fingerprint), json!([3]));
}

#[test]
fn a_context_has_its_own() {
    let mut talk = Talk::begin();
    talk.enforce("", "enforce");
    for subject in [":.c:s", "s"] {
        talk.registered(subject, &Schema::record(&[ID, NOTE]));
    }
    talk.enforce(":.c:", "enforce");
    let without = Schema::record(&[ID]).major(Some(2));
    let fingerprint = exempted(&mut talk, ":.c:s", &without);
    assert_eq!(talk.registered(":.c:s", &without), 2);
    let listed = talk.done("GET", "/contexts/.c/exemptions?appliedTo=true", &Value::Null);
    assert_eq!((&listed[0]["fingerprint"], &listed[0]["appliedTo"]), (&json!(fingerprint), &json!([2])));
}
