//! Plays recorded scenarios against the server in this process and collects every disagreement, with what was recorded
//! and with the description of the API.

use super::client::{Answer, Client};
use super::exchange::{Scenario, Step, scenarios};
use super::extent::Extent;
use super::openapi::description::DESCRIPTION;
use super::{compare, quirks, start, waiting};
use sluicegate::http::Bound;
use sluicegate::settings::SETTINGS;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

/// Plays every scenario of a file, two at a time.
pub(super) fn file(name: &str) {
    let scenarios = scenarios(name);
    let next = AtomicUsize::new(0);
    let play = || {
        let mut wrong = Vec::new();
        while let Some(scenario) = scenarios.get(next.fetch_add(1, Ordering::Relaxed)) {
            wrong.extend(disagreements(scenario));
        }
        wrong
    };
    let wrong: Vec<String> = thread::scope(|scope| {
        let players = [scope.spawn(play), scope.spawn(play)];
        players.into_iter().flat_map(|player| player.join().expect("a player does not panic")).collect()
    });
    assert!(wrong.is_empty(), "{} answers of {name} disagree:\n{}", wrong.len(), wrong.join("\n"));
}

/// A server under the settings of the recorded one.
fn recorded(settings: &[(String, String)]) -> Bound {
    let mut ours = vec![("rule-sets", "drop"), ("incompatible-error-code", "40901")];
    ours.extend(settings.iter().filter_map(|(property, value)| Some((our_name(property)?, value.as_str()))));
    start::configured(&ours)
}

/// Our setting for a property of the original; `None` for what needs none here.
fn our_name(property: &str) -> Option<&'static str> {
    let name = match property {
        "schema.compatibility.level" => "compatibility",
        "size.limit.filter.max.request.body.size" => "body-bytes-max",
        "size.limit.filter.enabled" => return None, // there always is a limit
        // The recorded answers are those of a server without them: plain, and of the usual type.
        "metadata.encoder.secret" | "metadata.encoder.topic" => return None,
        "response.mediatype.preferred" | "response.mediatype.default" => return None,
        _ => {
            let name = property.replace('.', "-");
            let setting = SETTINGS.iter().find(|setting| setting.name == name);
            return Some(setting.unwrap_or_else(|| panic!("{property} has no setting here")).name);
        }
    };
    Some(name)
}

fn disagreements(scenario: &Scenario) -> Vec<String> {
    let (waiting, quirks) = (waiting::of(&scenario.name), quirks::of(&scenario.name));
    let server = recorded(&scenario.settings);
    let mut client = Client::new(server.addresses()[0]);
    let mut wrong = Vec::new();
    let mut different = Vec::new();
    for step in &scenario.steps {
        let answer = play(&mut client, step);
        let undescribed = answer.as_ref().ok().and_then(|answer| DESCRIPTION.complaint(step, answer));
        wrong.extend(undescribed.map(|complaint| line(scenario, step, &format!("against /openapi.json: {complaint}"))));
        let difference = judged(step, answer).or_else(|| {
            let again = changes_nothing(step).then(|| judged(step, play(&mut client, step)));
            again.flatten().map(|difference| format!("asked again: {difference}"))
        });
        if let Some(difference) = difference {
            different.push(step.number);
            if !waiting.iter().chain(&quirks).any(|extent| extent.covers(step.number)) {
                wrong.push(line(scenario, step, &difference));
            }
        }
    }
    drop(client);
    server.abort().expect("the server ends well");
    for extent in waiting.iter().chain(&quirks) {
        let agreeing: Vec<u64> = match extent {
            Extent::Steps(steps) => steps.iter().copied().filter(|step| !different.contains(step)).collect(),
            Extent::Throughout if different.is_empty() => vec![0],
            Extent::Throughout => Vec::new(),
        };
        if !agreeing.is_empty() {
            wrong.push(format!("{}: listed as different, but as recorded: {agreeing:?}", scenario.name));
        }
    }
    wrong
}

/// What is different about an answer.
fn judged(step: &Step, answer: std::io::Result<Answer>) -> Option<String> {
    match answer {
        Ok(answer) => compare::difference(step, &answer),
        Err(error) => Some(format!("no answer: {error}")),
    }
}

/// Whether a request may be sent twice, since the second answer may come from what the first one left in memory: reads,
/// look-ups, checks, and registrations that say nothing of ids and versions, neither themselves nor by inheritance.
fn changes_nothing(step: &Step) -> bool {
    let path = step.path.split('?').next().unwrap_or_default().trim_end_matches('/');
    let asks = path.contains("compatibility/") || path.contains("/subjects/") && !path.contains("/versions");
    let body = String::from_utf8_lossy(step.body.as_deref().unwrap_or_default());
    let is_plain = !body.contains(r#""id""#) && !body.contains("version") && !step.answer.contains("confluent:version");
    let registers = path.ends_with("/versions") && step.status == 200 && is_plain;
    step.method == "GET" || step.method == "POST" && (asks || registers)
}

fn line(scenario: &Scenario, step: &Step, what: &str) -> String {
    let path: String = step.path.chars().take(80).collect();
    format!("{} {}: {} {path}: {what}", scenario.name, step.number, step.method)
}

fn play(client: &mut Client, step: &Step) -> std::io::Result<Answer> {
    let headers: Vec<(&str, &str)> = step.headers.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
    client.send(&step.method, &step.path, &headers, step.body.as_deref())
}
