//! The inventory held against the recorded exchanges, the served routes and the description, each both ways.

use super::description::{DESCRIPTION, object};
use super::inventory::{Proof, ROUTES, Rank, Row};
use crate::confluent_api::client::Client;
use crate::confluent_api::exchange;
use crate::confluent_api::start;
use serde_json::Value;
use sluicegate::http::HttpSettings;
use sluicegate::registry::Settings;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

/// The parameter names of every recorded request, by method and path of the operation that it asks for.
fn recorded() -> BTreeMap<(String, String), BTreeSet<String>> {
    let mut recorded: BTreeMap<_, BTreeSet<String>> = BTreeMap::new();
    for file in exchange_files() {
        for step in exchange::scenarios(&file).iter().flat_map(|scenario| &scenario.steps) {
            let Some(operation) = DESCRIPTION.operation(&step.method, &step.path) else { continue };
            let names = recorded.entry((operation.method.clone(), operation.path.clone())).or_default();
            let query = step.path.split_once('?').map_or("", |(_, query)| query);
            names.extend(query.split('&').map(|pair| pair.split('=').next().unwrap_or_default().to_owned()));
        }
    }
    recorded
}

pub(super) fn exchange_files() -> Vec<String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/exchanges");
    let entries = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let mut files: Vec<String> = entries.filter_map(|name| Some(name.strip_suffix(".jsonl.gz")?.to_owned())).collect();
    files.sort_unstable();
    files
}

#[test]
fn every_listed_route_and_parameter_is_recorded_or_has_a_test_of_its_own() {
    let recorded = recorded();
    let tests = std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(file!()).with_file_name("own.rs"));
    let tests = tests.unwrap();
    let mut wrong = Vec::new();
    for Row { rank, method, path, parameters } in ROUTES.iter().filter(|row| row.rank != Rank::Own) {
        let Some(names) = recorded.get(&((*method).to_owned(), (*path).to_owned())) else {
            wrong.push(format!("{method} {path} ({rank:?}): no exchange"));
            continue;
        };
        for parameter in *parameters {
            match (parameter.shown_by, names.contains(parameter.name)) {
                (Proof::Exchange, true) => {}
                (Proof::Exchange, false) => wrong.push(format!("{method} {path}: no exchange with {}", parameter.name)),
                (Proof::Test(_), true) => wrong.push(format!("{method} {path}: {} is recorded", parameter.name)),
                (Proof::Test(test), false) if tests.contains(&format!("fn {test}()")) => {}
                (Proof::Test(test), false) => wrong.push(format!("{method} {path}: own.rs has no test {test}")),
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_listed_route_is_served_with_its_methods() {
    let server = start::server(Settings::default(), HttpSettings::default());
    let mut client = Client::new(server.addresses()[0]);
    let mut methods: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for row in ROUTES {
        methods.entry(row.path).or_default().insert(row.method);
    }
    let mut wrong = Vec::new();
    for (path, mut methods) in methods {
        let target: Vec<&str> = path.split('/').map(|word| if word.starts_with('{') { "1" } else { word }).collect();
        let answer = client.send("OPTIONS", &target.join("/"), &[], None).expect("an answer");
        if methods.contains("GET") {
            methods.insert("HEAD");
        }
        methods.insert("OPTIONS");
        let allowed: BTreeSet<&str> = answer.header("allow").unwrap_or_default().split(',').collect();
        if allowed != methods {
            wrong.push(format!("{path}: {} {allowed:?}, listed are {methods:?}", answer.status));
        }
    }
    drop(client);
    server.abort().unwrap();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// The routes of `src/http/routes.rs`, variable segments as `{}`, each with its methods: read from the source, since
/// nothing at run time can name a path that nobody asks for.
fn served() -> BTreeSet<(String, String)> {
    let source = std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("src/http/routes.rs")).unwrap();
    let arms = source.split("match *segments {").nth(1).expect("the routes are the arms of a match");
    let arms = arms.split("_ => None").next().expect("split gives one at least");
    let mut served = BTreeSet::new();
    for arm in arms.split("=>").collect::<Vec<_>>().windows(2) {
        let pattern = arm[0].rsplit_once('[').expect("a pattern of segments").1.split(']').next().unwrap();
        let segments = pattern.split(',').map(str::trim).filter(|segment| !segment.is_empty());
        let path: Vec<&str> =
            segments.map(|s| s.strip_prefix('"').and_then(|s| s.strip_suffix('"')).unwrap_or("{}")).collect();
        let handlers = arm[1].split("methods!(").nth(1).expect("an arm names its methods").split(')').next().unwrap();
        for handler in handlers.split(',').map(str::trim).filter(|handler| !handler.is_empty()) {
            let method = handler.split(' ').next().unwrap().to_uppercase();
            served.insert((method, format!("/{}", path.join("/"))));
        }
    }
    assert!(served.len() > 40, "the routes were not understood: {served:?}");
    served
}

#[test]
fn every_served_route_is_listed() {
    let listed: BTreeSet<(String, String)> = ROUTES
        .iter()
        .map(|row| {
            let path = row.path.split('/').map(|word| if word.starts_with('{') { "{}" } else { word });
            (row.method.to_owned(), path.collect::<Vec<_>>().join("/"))
        })
        .collect();
    let unlisted: Vec<_> = served().difference(&listed).cloned().collect();
    assert!(unlisted.is_empty(), "not in the inventory: {unlisted:?}");
}

#[test]
fn every_parameter_that_is_read_is_listed() {
    let mut read = BTreeSet::new();
    let mut folders = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join("src/http")];
    while let Some(folder) = folders.pop() {
        for path in std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let text = std::fs::read_to_string(&path).unwrap();
            for call in [".flag(\"", ".parameter(\"", ".parameters(\"", ".int(\"", ".lifecycle(\""] {
                read.extend(text.split(call).skip(1).map(|rest| rest.split('"').next().unwrap().to_owned()));
            }
        }
    }
    assert!(read.contains("deletedAsNegative") && read.contains("offset") && read.contains("key"), "{read:?}");
    let listed: BTreeSet<String> =
        ROUTES.iter().flat_map(|row| row.parameters).map(|parameter| parameter.name.to_owned()).collect();
    let unlisted: Vec<_> = read.difference(&listed).collect();
    assert!(unlisted.is_empty(), "not in the inventory: {unlisted:?}");
}

#[test]
fn the_description_lists_the_routes_and_parameters_of_the_inventory_and_no_others() {
    let word = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    let mut described = BTreeSet::new();
    for operation in DESCRIPTION.operations() {
        let parameters = operation.content["parameters"].as_array().into_iter().flatten();
        let mut words = Vec::new();
        for parameter in parameters.map(|parameter| DESCRIPTION.followed(parameter)) {
            if parameter["in"] == "query" {
                let schema = object(&parameter["schema"]);
                let is_list = schema.get("type").is_some_and(|kind| kind == "array");
                let default = schema.get("default").map(word).unwrap_or_default();
                words.push(format!("{}{}={default}", word(&parameter["name"]), if is_list { "*" } else { "" }));
            }
        }
        words.sort_unstable();
        described.insert(format!("{} {} {}", operation.method, operation.path, words.join(" ")));
    }
    let mut listed = BTreeSet::new();
    for row in ROUTES {
        let parameters = row.parameters.iter();
        let mut words: Vec<String> =
            parameters.map(|p| format!("{}{}={}", p.name, if p.is_repeatable { "*" } else { "" }, p.default)).collect();
        words.sort_unstable();
        listed.insert(format!("{} {} {}", row.method, row.path, words.join(" ")));
    }
    let missing: Vec<_> = listed.difference(&described).collect();
    let surplus: Vec<_> = described.difference(&listed).collect();
    assert!(missing.is_empty() && surplus.is_empty(), "not described: {missing:#?}\ndescribed besides: {surplus:#?}");
}
