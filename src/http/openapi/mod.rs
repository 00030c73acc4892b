//! What is served, said in OpenAPI 3.1: `GET /openapi.json`.
//!
//! Written by hand in the pieces beside this file, one for each kind of resource, and put together once. Each piece is
//! OpenAPI as it stands. `tests/suite/confluent_api/openapi` holds the whole against the routes and every recorded answer against it.

use super::answer::Answer;
use super::call::Call;
use super::errors::ApiError;
use serde_json::{Map, Value, json};
use std::sync::LazyLock;

/// Everything but paths and components.
const BASE: &str = include_str!("base.json");

/// What every operation may answer, beside what it says itself.
const EVERYWHERE: &str = include_str!("everywhere.json");

/// In the order of the public API reference.
const PATHS: [&str; 11] = [
    include_str!("paths/server.json"),
    include_str!("paths/schemas.json"),
    include_str!("paths/subjects.json"),
    include_str!("paths/compatibility.json"),
    include_str!("paths/config.json"),
    include_str!("paths/mode.json"),
    include_str!("paths/contexts.json"),
    include_str!("paths/associations.json"),
    include_str!("paths/classification.json"),
    include_str!("paths/policy.json"),
    include_str!("paths/validation.json"),
];

const COMPONENTS: [&str; 10] = [
    include_str!("components/parameters.json"),
    include_str!("components/responses.json"),
    include_str!("components/schemas.json"),
    include_str!("components/requests.json"),
    include_str!("components/settings.json"),
    include_str!("components/health.json"),
    include_str!("components/associations.json"),
    include_str!("components/classification.json"),
    include_str!("components/policy.json"),
    include_str!("components/validation.json"),
];

/// The type in which the pieces write bodies down, and those that carry the same bytes.
const JSON: &str = "application/json";
const TYPES: [&str; 3] = ["application/vnd.schemaregistry.v1+json", "application/vnd.schemaregistry+json", JSON];

static DESCRIPTION: LazyLock<String> = LazyLock::new(|| assembled().to_string());

static TEMPLATES: LazyLock<Vec<String>> =
    LazyLock::new(|| PATHS.into_iter().flat_map(piece).map(|(path, _)| path).collect());

/// The path of every route, variable segments in braces: what names a route where it is counted.
pub(super) fn templates() -> &'static [String] {
    &TEMPLATES
}

/// Which template a path follows: of several the one with the most words of its own.
pub(super) fn template_of(segments: &[&str]) -> Option<usize> {
    let is_variable = |word: &str| word.starts_with('{');
    let words = |template: &'static str| template.split('/').filter(|word| !word.is_empty());
    let fits = |template: &'static str| {
        words(template).count() == segments.len()
            && words(template).zip(segments).all(|(word, segment)| is_variable(word) || word == *segment)
    };
    let fitting = templates().iter().enumerate().filter(|(_, template)| fits(template));
    fitting.min_by_key(|(_, template)| words(template).filter(|word| is_variable(word)).count()).map(|(at, _)| at)
}

/// `GET /openapi.json`
pub(super) async fn get(_call: Call) -> Result<Answer, ApiError> {
    Ok(Answer::text(&DESCRIPTION).usually(JSON))
}

fn assembled() -> Value {
    let mut document = piece(BASE);
    document.insert("paths".to_owned(), Value::Object(PATHS.into_iter().flat_map(piece).collect()));
    let mut components = Map::new();
    for (kind, mut entries) in COMPONENTS.into_iter().flat_map(piece) {
        members(components.entry(kind).or_insert_with(|| json!({}))).append(members(&mut entries));
    }
    document.insert("components".to_owned(), Value::Object(components));
    let mut document = Value::Object(document);
    document["info"]["version"] = env!("CARGO_PKG_VERSION").into();
    for operation in members(&mut document["paths"]).values_mut().flat_map(|path| members(path).values_mut()) {
        let responses = members(&mut operation["responses"]);
        for (status, response) in piece(EVERYWHERE) {
            responses.entry(status).or_insert(response);
        }
        responses.values_mut().for_each(in_every_type);
        if let Some(body) = operation.get_mut("requestBody") {
            in_every_type(body);
        }
    }
    members(&mut document["components"]["responses"]).values_mut().for_each(in_every_type);
    document
}

/// Says of each type what a request or response says of JSON; the preferred one comes first.
fn in_every_type(described: &mut Value) {
    let Some(content) = described.get_mut("content") else { return };
    let content = members(content);
    let mut rest = std::mem::take(content);
    if let Some(body) = rest.shift_remove(JSON) {
        content.extend(TYPES.map(|media_type| (media_type.to_owned(), body.clone())));
    }
    content.extend(rest);
}

fn piece(text: &str) -> Map<String, Value> {
    serde_json::from_str(text).expect("a piece of the description is a JSON object")
}

fn members(value: &mut Value) -> &mut Map<String, Value> {
    value.as_object_mut().expect("what stands here is an object, or no request would be described")
}
