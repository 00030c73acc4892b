//! Plays recorded scenarios against the server in this process and collects every disagreement, with what was recorded
//! and with the description of the API.

use super::client::{Answer, Client};
use super::exchange::{Scenario, Step, scenarios};
use super::extent::Extent;
use super::openapi::description::DESCRIPTION;
use super::{compare, quirks, start, waiting};
use sluicegate::http::{Bound, HttpSettings, IncompatibleErrorCode};
use sluicegate::registry::{RuleSets, Settings};
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

/// The settings under which the recorded server ran.
fn recorded() -> Bound {
    let registry = Settings { rule_sets: RuleSets::Drop, ..Settings::default() };
    let http = HttpSettings { incompatible_error_code: IncompatibleErrorCode::Code40901, ..HttpSettings::default() };
    start::server(registry, http)
}

fn disagreements(scenario: &Scenario) -> Vec<String> {
    let (waiting, quirks) = (waiting::of(&scenario.name), quirks::of(&scenario.name));
    let server = recorded();
    let mut client = Client::new(server.addresses()[0]);
    let mut wrong = Vec::new();
    let mut different = Vec::new();
    for step in &scenario.steps {
        let answer = play(&mut client, step);
        let undescribed = answer.as_ref().ok().and_then(|answer| DESCRIPTION.complaint(step, answer));
        wrong.extend(undescribed.map(|complaint| line(scenario, step, &format!("against /openapi.json: {complaint}"))));
        let difference = match answer {
            Ok(answer) => compare::difference(step, &answer),
            Err(error) => Some(format!("no answer: {error}")),
        };
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

fn line(scenario: &Scenario, step: &Step, what: &str) -> String {
    let path: String = step.path.chars().take(80).collect();
    format!("{} {}: {} {path}: {what}", scenario.name, step.number, step.method)
}

fn play(client: &mut Client, step: &Step) -> std::io::Result<Answer> {
    let headers: Vec<(&str, &str)> = step.headers.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
    client.send(&step.method, &step.path, &headers, step.body.as_deref())
}
