//! Scenarios of our own: what release 8.3.1 does where no exchange was recorded, derived from its public source.
//!
//! `tests/data/behaviour` holds a file for each topic. `== title` starts a scenario on an empty registry, `with rule
//! sets` keeps rule sets in it (else they are dropped, as the community server does), a request stands at the beginning
//! of a line, and below it, indented, the answer: its status or error code, then a message or JSON. Of an object only
//! the members that are named are compared, `"(absent)"` says that one must not be there; lists are compared whole.

use super::client::{Answer, Client};
use super::start;
use serde_json::Value;
use sluicegate::http::{Bound, HttpSettings, IncompatibleErrorCode};
use sluicegate::registry::{RuleSets, Settings};
use std::path::Path;

struct Scenario<'t> {
    title: &'t str,
    rule_sets: RuleSets,
    steps: Vec<Step<'t>>,
}

struct Step<'t> {
    line: usize,
    method: &'t str,
    target: &'t str,
    body: &'t str,
    code: u32,
    expected: &'t str,
}

macro_rules! topics {
    ($($test:ident: $topic:literal,)+) => {$(
        #[test]
        fn $test() {
            play($topic);
        }
    )+};
}

topics! {
    registrations_find_what_is_there_as_the_source_says: "registration",
    lookups_look_where_the_source_says: "lookup",
    scopes_count_as_subjects_as_the_source_says: "scopes",
    modes_and_configurations_follow_the_source: "configuration",
    contexts_in_paths_reach_as_far_as_the_source_says: "contexts",
    references_and_deletes_follow_the_source: "references",
    reading_follows_the_source: "reading",
    associations_follow_the_source: "associations",
    rule_sets_are_merged_and_compared_as_the_source_says: "rule-sets",
}

fn play(topic: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("tests/data/behaviour/{topic}.txt"));
    let text = std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let mut wrong = Vec::new();
    for scenario in scenarios(&text) {
        let server = server(scenario.rule_sets);
        let mut client = Client::new(server.addresses()[0]);
        for step in &scenario.steps {
            if let Some(difference) = difference(&mut client, step) {
                let Step { line, method, target, .. } = step;
                wrong.push(format!("{} (line {line}): {method} {target}: {difference}", scenario.title));
            }
        }
        drop(client);
        server.abort().expect("the server ends well");
    }
    assert!(wrong.is_empty(), "{topic}: {} answers differ:\n{}", wrong.len(), wrong.join("\n"));
}

fn server(rule_sets: RuleSets) -> Bound {
    let http = HttpSettings { incompatible_error_code: IncompatibleErrorCode::Code40901, ..HttpSettings::default() };
    start::server(Settings { rule_sets, ..Settings::default() }, http)
}

fn scenarios(text: &str) -> Vec<Scenario<'_>> {
    let mut scenarios: Vec<Scenario<'_>> = Vec::new();
    for (number, line) in text.lines().enumerate().filter(|(_, line)| !line.is_empty() && !line.starts_with('#')) {
        if let Some(title) = line.strip_prefix("== ") {
            scenarios.push(Scenario { title, rule_sets: RuleSets::Drop, steps: Vec::new() });
            continue;
        }
        let scenario = scenarios.last_mut().expect("a scenario starts with its title");
        if line == "with rule sets" {
            scenario.rule_sets = RuleSets::Keep;
        } else if let Some(answer) = line.strip_prefix("  ") {
            let step = scenario.steps.last_mut().expect("a request stands above its answer");
            let (code, expected) = answer.split_once(' ').unwrap_or((answer, ""));
            step.code = code.parse().unwrap_or_else(|_| panic!("line {}: no code", number + 1));
            step.expected = expected;
        } else {
            let mut words = line.splitn(3, ' ');
            let mut word = || words.next().unwrap_or_default();
            let (method, target, body) = (word(), word(), word());
            scenario.steps.push(Step { line: number + 1, method, target, body, code: 0, expected: "" });
        }
    }
    assert!(
        scenarios.iter().all(|scenario| scenario.steps.iter().all(|step| step.code != 0)),
        "a request lacks an answer"
    );
    scenarios
}

fn difference(client: &mut Client, step: &Step<'_>) -> Option<String> {
    let json = ("Content-Type", "application/json");
    let body = Some(step.body).filter(|body| !body.is_empty()).map(str::as_bytes);
    let answer: Answer = client.send(step.method, step.target, &[json], body).expect("an answer");
    let status = if step.code < 1000 { step.code } else { step.code / 100 };
    let text = answer.text();
    if u32::from(answer.status) != status {
        return Some(format!("{} instead of {}: {text}", answer.status, step.code));
    }
    let value: Value = serde_json::from_str(&text).unwrap_or(Value::Null);
    if step.code >= 400 && value["error_code"] != step.code {
        return Some(format!("not {}: {text}", step.code));
    }
    let expected = step.expected;
    let is_json = expected.starts_with(['{', '[', '"']) || expected.parse::<i64>().is_ok();
    let agrees = match expected {
        "" => true,
        _ if is_json => fits(&serde_json::from_str(expected).expect("an expected answer is JSON"), Some(&value)),
        message => value["message"] == message,
    };
    (!agrees).then(|| format!("{text} instead of {expected}"))
}

fn fits(expected: &Value, found: Option<&Value>) -> bool {
    match (expected, found) {
        (Value::String(word), found) if word == "(absent)" => found.is_none(),
        (Value::Object(expected), Some(Value::Object(found))) => {
            expected.iter().all(|(name, value)| fits(value, found.get(name)))
        }
        (Value::Array(expected), Some(Value::Array(found))) => {
            expected.len() == found.len() && expected.iter().zip(found).all(|(value, found)| fits(value, Some(found)))
        }
        (expected, found) => Some(expected) == found,
    }
}
