//! Every case of `compat-cases/`, all disagreements at once.

mod changes;
mod fixes;
mod ids;
mod place;
mod verdicts;

use crate::casebook::{self, History, Pair};
use serde_json::Value;
use sluicegate::schema::{ParsedSchema, SchemaSource, Strictness, parse};
use std::collections::BTreeSet;

/// Every schema of a case is one that a registry would accept as new.
fn schema(text: &str) -> ParsedSchema {
    let parsed = parse(&SchemaSource::avro(text), Strictness::New);
    parsed.unwrap_or_else(|error| unreachable!("{error}: {text}"))
}

/// Runs `disagreement` on every pair, with both schemas parsed, and fails with all that it finds.
fn assert_on_every_pair(disagreement: impl Fn(&Pair, &ParsedSchema, &ParsedSchema) -> Vec<String>) {
    let pairs = casebook::pairs();
    let wrong = pairs.iter().map(|pair| (pair, disagreement(pair, &schema(&pair.old), &schema(&pair.new))));
    assert_none(
        wrong
            .filter(|(_, wrong)| !wrong.is_empty())
            .map(|(pair, wrong)| format!("{}\n{}", pair.file, wrong.join("\n"))),
    );
}

fn assert_on_every_history(disagreement: impl Fn(&History) -> Vec<String>) {
    let histories = casebook::histories();
    let wrong = histories.iter().map(|history| (history, disagreement(history)));
    assert_none(
        wrong
            .filter(|(_, wrong)| !wrong.is_empty())
            .map(|(history, wrong)| format!("{}\n{}", history.file, wrong.join("\n"))),
    );
}

fn assert_none(wrong: impl Iterator<Item = String>) {
    let wrong: Vec<String> = wrong.collect();
    assert!(wrong.is_empty(), "{} cases disagree:\n{}", wrong.len(), wrong.join("\n"));
}

/// The same JSON with the members of each object in reverse.
fn with_reversed_keys(text: &str) -> String {
    fn turn(value: Value) -> Value {
        match value {
            Value::Array(items) => items.into_iter().map(turn).collect(),
            Value::Object(members) => members.into_iter().rev().map(|(key, value)| (key, turn(value))).collect(),
            other => other,
        }
    }
    turn(serde_json::from_str(text).expect("JSON")).to_string()
}

#[test]
fn no_number_of_a_case_is_given_twice() {
    let pairs = casebook::pairs().into_iter().map(|pair| (pair.id, pair.file));
    let histories = casebook::histories().into_iter().map(|history| (history.id, history.file));
    let mut seen = BTreeSet::new();
    assert_none(
        pairs.chain(histories).filter_map(|(id, file)| (!seen.insert(id.clone())).then(|| format!("{file}: {id}"))),
    );
}
