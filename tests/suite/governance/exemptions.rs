//! Exemptions over HTTP: `command-line` 3 and `change-classification` 8.3.

use crate::confluent_api::conversation::Conversation;
use serde_json::{Value, json};

fn exemption() -> Value {
    json!({"fingerprint": "0123456789abcdef", "subject": "orders-value", "change": "field-removed", "path": "channel",
           "reason": "nobody reads it", "approvedBy": "board", "expires": "9000-12-31"})
}

/// The same with other members, `null` taking one away.
fn with(changes: Value) -> Value {
    let mut exemption = exemption();
    for (name, value) in changes.as_object().expect("changes by member") {
        match value {
            Value::Null => drop(exemption.as_object_mut().and_then(|members| members.remove(name))),
            value => exemption[name] = value.clone(),
        }
    }
    exemption
}

fn shown(exemption: &Value) -> String {
    let mut shown = exemption.clone();
    shown["expired"] = json!(false);
    shown.to_string()
}

#[test]
fn an_exemption_is_added_read_listed_and_removed() {
    let mut talk = Conversation::new();
    let (one, text) = (exemption().to_string(), shown(&exemption()));
    let missing = r#"{"error_code":40481,"message":"Exemption '0123456789abcdef' not found."}"#;
    talk.exchange(&[
        ("GET", "/exemptions", "", 200, "[]"),
        ("GET", "/exemptions/0123456789abcdef", "", 404, missing),
        ("POST", "/exemptions", &one, 200, &text),
        ("GET", "/exemptions/0123456789abcdef", "", 200, &text),
        ("GET", "/exemptions/0123456789ABCDEF", "", 200, &text),
        ("GET", "/exemptions", "", 200, &format!("[{text}]")),
        ("DELETE", "/exemptions/0123456789abcdef", "", 200, &text),
        ("DELETE", "/exemptions/0123456789abcdef", "", 404, missing),
        ("GET", "/exemptions", "", 200, "[]"),
    ]);
}

#[test]
fn the_same_exemption_once_more_is_no_error_and_another_of_its_fingerprint_is() {
    let mut talk = Conversation::new();
    let (one, text) = (exemption().to_string(), shown(&exemption()));
    let other = with(json!({"reason": "somebody said so"})).to_string();
    let exists = concat!(
        r#"{"error_code":40980,"message":"Exemption '0123456789abcdef' exists already and holds until 9000-12-31; "#,
        r#"delete it to replace it"}"#
    );
    talk.exchange(&[
        ("POST", "/exemptions", &one, 200, &text),
        ("POST", "/exemptions", &one, 200, &text),
        // What was listed can be sent as it is.
        ("POST", "/exemptions", &text, 200, &text),
        ("POST", "/exemptions", &with(json!({"fingerprint": "0123456789ABCDEF"})).to_string(), 200, &text),
        ("POST", "/exemptions", &with(json!({"subject": ":.:orders-value"})).to_string(), 200, &text),
        ("POST", "/exemptions", &other, 409, exists),
        ("GET", "/exemptions", "", 200, &format!("[{text}]")),
    ]);
}

#[test]
fn an_exemption_that_is_not_narrow_reasoned_and_temporary_is_refused() {
    let mut talk = Conversation::new();
    let narrow = "an exemption is for one change at one place between two schemas of one subject, until a day";
    let printed = "`fingerprint` is the 16 hex digits that `sluicegate check` and the refusal print for a change";
    let day = "`expires` is a day of the calendar, such as 2031-12-31";
    let one = "an exemption is for one subject";
    let place = "an exemption is for one place in the schema, `$` being the whole";
    let cases = [
        (json!({"fingerprint": null}), format!("`fingerprint` is missing: {narrow}")),
        (json!({"fingerprint": "*"}), printed.to_owned()),
        (json!({"fingerprint": "0123456789abcde"}), printed.to_owned()),
        (json!({"fingerprint": "0123456789abcdeg"}), printed.to_owned()),
        (json!({"subject": null}), format!("`subject` is missing: {narrow}")),
        (json!({"subject": ""}), format!("`subject` is empty: {one}")),
        (json!({"subject": "*"}), format!("`subject` has a `*`, which is no pattern here: {one}")),
        (json!({"subject": "orders-*"}), format!("`subject` has a `*`, which is no pattern here: {one}")),
        (json!({"subject": ":.c:"}), format!("`subject` names no subject: {one}")),
        (json!({"subject": ":.__GLOBAL:"}), format!("`subject` names no subject: {one}")),
        (json!({"subject": ":.:"}), format!("`subject` names no subject: {one}")),
        (json!({"path": null}), format!("`path` is missing: {narrow}")),
        (json!({"path": " "}), format!("`path` is empty: {place}")),
        (json!({"path": "lines[].*"}), format!("`path` has a `*`, which is no pattern here: {place}")),
        (json!({"change": null}), format!("`change` is missing: {narrow}")),
        (json!({"change": "*"}), "unknown change id `*`: did you mean ".to_owned()),
        (
            json!({"change": "field-remove"}),
            "unknown change id `field-remove`: did you mean `field-removed`?".to_owned(),
        ),
        (json!({"reason": null}), format!("`reason` is missing: {narrow}")),
        (json!({"reason": "\n"}), "`reason` is empty: an exemption says why it was given".to_owned()),
        (json!({"reason": "x".repeat(2_001)}), "`reason` is longer than 2000 characters".to_owned()),
        (json!({"approvedBy": ""}), "`approvedBy` is empty: an exemption says who gave it".to_owned()),
        (
            json!({"approvedBy": null, "approved-by": "x"}),
            "unknown member `approved-by`: did you mean `approvedBy`?".to_owned(),
        ),
        (json!({"expires": null}), format!("`expires` is missing: {narrow}")),
        (json!({"expires": "never"}), day.to_owned()),
        (json!({"expires": "2031-02-29"}), day.to_owned()),
        (json!({"expires": "20311231"}), day.to_owned()),
        (json!({"expires": "2031-12-31T00:00:00"}), day.to_owned()),
        (
            json!({"expires": "2020-01-31"}),
            "`expires` is 2020-01-31, which is over: it is the last day on which the exemption holds (UTC)".to_owned(),
        ),
        (json!({"note": "x"}), "unknown member `note`".to_owned()),
    ];
    for (changes, message) in cases {
        let body = with(changes).to_string();
        let (status, text) = talk.ask("POST", "/exemptions", &body);
        let answer: Value = serde_json::from_str(&text).expect("an error in JSON");
        let said = answer["message"].as_str().unwrap_or_default();
        assert_eq!((status, &answer["error_code"]), (422, &json!(42281)), "{body}: {text}");
        assert!(said.starts_with(&message), "{body}: {said}");
    }
    assert_eq!(talk.ask("POST", "/exemptions", "").0, 422, "no body");
    assert_eq!(talk.ask("POST", "/exemptions", "[]").0, 400, "a list");
    assert_eq!(talk.ask("GET", "/exemptions", ""), (200, "[]".to_owned()), "nothing of it was added");
}

#[test]
fn exemptions_are_listed_by_subject_and_fingerprint_in_pages_and_by_scope() {
    let mut talk = Conversation::new();
    let names = ["b", "a", ":.c:x", ":.c:y"];
    for (at, subject) in names.into_iter().chain(["a"]).enumerate() {
        let exemption = with(json!({"subject": subject, "fingerprint": format!("{:016x}", 9 - at)}));
        assert_eq!(talk.ask("POST", "/exemptions", &exemption.to_string()).0, 200);
    }
    let mut listed = |target: &str| {
        let (status, text) = talk.ask("GET", target, "");
        assert_eq!(status, 200, "{target}");
        let listed: Vec<Value> = serde_json::from_str(&text).expect("a list");
        let word = |exemption: &Value| {
            let fingerprint = exemption["fingerprint"].as_str().expect("a fingerprint");
            format!("{} {}", exemption["subject"].as_str().expect("a subject"), &fingerprint[15..])
        };
        listed.iter().map(word).collect::<Vec<_>>().join(", ")
    };
    assert_eq!(listed("/exemptions"), ":.c:x 7, :.c:y 6, a 5, a 8, b 9");
    assert_eq!(listed("/exemptions?offset=1&limit=3"), ":.c:y 6, a 5, a 8");
    assert_eq!(listed("/exemptions?offset=5"), "");
    assert_eq!(listed("/exemptions?subject=a"), "a 5, a 8");
    assert_eq!(listed("/exemptions?subject=a&limit=1"), "a 5");
    assert_eq!(listed("/exemptions?subject=:.c:"), ":.c:x 7, :.c:y 6");
    assert_eq!(listed("/exemptions?subject=nobody"), "");
    assert_eq!(listed("/contexts/c/exemptions"), ":.c:x 7, :.c:y 6");
    assert_eq!(listed("/contexts/c/exemptions?subject=x"), ":.c:x 7");
    let within = with(json!({"subject": "z", "fingerprint": "00000000000000aa"})).to_string();
    let (_, text) = talk.ask("POST", "/contexts/c/exemptions", &within);
    assert!(text.contains(r#""subject":":.c:z""#), "{text}");
}

#[test]
fn a_subject_has_no_more_exemptions_than_can_be_looked_through() {
    let mut talk = Conversation::new();
    let add = |talk: &mut Conversation, number: u32, subject: &str| {
        let exemption = with(json!({"subject": subject, "fingerprint": format!("{number:016x}")}));
        talk.ask("POST", "/exemptions", &exemption.to_string())
    };
    for number in 0..1_000 {
        assert_eq!(add(&mut talk, number, "s").0, 200, "{number}");
    }
    let full = r#"{"error_code":40981,"message":"1000 exemptions exist already, and no more may; delete those that are over"}"#;
    assert_eq!(add(&mut talk, 1_000, "s"), (409, full.to_owned()));
    assert_eq!(add(&mut talk, 999, "s").0, 200, "the same once more takes no room");
    assert_eq!(add(&mut talk, 1_000, "t").0, 200, "another subject has its own");
    assert_eq!(talk.ask("DELETE", "/exemptions/0000000000000000", "").0, 200);
    assert_eq!(add(&mut talk, 1_001, "s").0, 200);
}

/// As listings of schemas are (`registry-semantics` 11): whoever wants all of them asks until a list is empty.
#[test]
fn a_listing_has_a_thousand_exemptions_at_most_and_no_more_than_one_answer_can_hold() {
    let mut talk = Conversation::new();
    let add = |talk: &mut Conversation, number: u32, path: &str| {
        let subject = format!("s{}", number % 7);
        let exemption = with(json!({"subject": subject, "path": path, "fingerprint": format!("{number:016x}")}));
        assert_eq!(talk.ask("POST", "/exemptions", &exemption.to_string()).0, 200);
    };
    (0..1_100).for_each(|number| add(&mut talk, number, "a"));
    let count = |talk: &mut Conversation, target: &str| {
        let (status, text) = talk.ask("GET", target, "");
        assert_eq!(status, 200, "{target}: {text}");
        serde_json::from_str::<Vec<Value>>(&text).expect("a list").len()
    };
    for (query, expected) in [
        ("", 1_000),
        ("?limit=-1", 1_000),
        ("?limit=0", 1_000),
        ("?limit=1001", 1_000),
        ("?limit=1000&offset=1000", 100),
        ("?offset=1100", 0),
        ("?offset=-3&limit=7", 7),
        ("?appliedTo=true&limit=7", 7),
    ] {
        assert_eq!(count(&mut talk, &format!("/exemptions{query}")), expected, "{query}");
    }
    // Paths of as many characters, of as many bytes, as there may be.
    let long = "𝒜".repeat(8_192);
    (1_100..1_800).for_each(|number| add(&mut talk, number, &long));
    let too_long = r#"{"error_code":400,"message":"What this page lists takes more than 8388608 bytes; ask for less with the parameter 'limit'"}"#;
    let (status, text) = talk.ask("GET", "/exemptions", "");
    assert!(status == 400 && text == too_long, "{status}: {} bytes", text.len());
    for offset in (0..1_800).step_by(100) {
        assert_eq!(count(&mut talk, &format!("/exemptions?limit=100&offset={offset}")), 100, "{offset}");
    }
}
