//! The served description, as a judge: which operation a request asks for, and whether an answer is one it may give.
//!
//! Stricter than what is published: an object that lists its properties may have no other, so that nothing is answered
//! which the description does not name.

use crate::confluent_api::client::{Answer, Client};
use crate::confluent_api::exchange::Step;
use crate::confluent_api::start;
use jsonschema::{Draft, Validator};
use serde_json::{Map, Value, json};
use sluicegate::http::HttpSettings;
use sluicegate::registry::Settings;
use std::collections::HashMap;
use std::sync::{Arc, LazyLock, Mutex};

/// The description that a server of this build serves.
pub(crate) static DESCRIPTION: LazyLock<Description> = LazyLock::new(Description::ask);

pub(crate) struct Description {
    pub(super) document: Value,
    operations: Vec<Operation>,
    /// What stands under `components`, with closed objects.
    components: Value,
    /// By schema, since many answers share one.
    validators: Mutex<HashMap<String, Arc<Validator>>>,
}

/// A method of a path.
pub(super) struct Operation {
    /// In capitals.
    pub(super) method: String,
    /// With variable segments in braces.
    pub(super) path: String,
    pub(super) content: Value,
}

impl Description {
    fn ask() -> Self {
        let server = start::server(Settings::default(), HttpSettings::default());
        let mut client = Client::new(server.addresses()[0]);
        let answer = client.send("GET", "/openapi.json", &[], None).expect("an answer");
        drop(client);
        server.abort().expect("the server ends well");
        let document: Value = serde_json::from_str(&answer.text()).expect("a description in JSON");
        let mut operations = Vec::new();
        for (path, methods) in object(&document["paths"]) {
            for (method, content) in object(methods) {
                let (method, path) = (method.to_uppercase(), path.clone());
                operations.push(Operation { method, path, content: content.clone() });
            }
        }
        let components = closed(&document["components"]);
        Self { document, operations, components, validators: Mutex::default() }
    }

    pub(super) fn operations(&self) -> &[Operation] {
        &self.operations
    }

    /// The operation that a request asks for, if there is one.
    pub(super) fn operation(&self, method: &str, target: &str) -> Option<&Operation> {
        let segments = segments(target);
        let of_method = self.operations.iter().filter(|operation| operation.method == method);
        let fitting = of_method.filter_map(|operation| Some((literals(&operation.path, &segments)?, operation)));
        fitting.max_by_key(|(literals, _)| *literals).map(|(_, operation)| operation)
    }

    /// What about an answer the description does not allow for.
    pub(crate) fn complaint(&self, step: &Step, answer: &Answer) -> Option<String> {
        let method = if step.method == "HEAD" { "GET" } else { &step.method };
        let Some(operation) = self.operation(method, &step.path) else {
            let may_be = answer.status >= 400 || method == "OPTIONS";
            return (!may_be).then(|| format!("{} for a request that is not described", answer.status));
        };
        let status = answer.status.to_string();
        let response = self.followed(&operation.content["responses"][&status]);
        if response.is_null() {
            return Some(format!("{status} is not described"));
        }
        let Some(media_type) = answer.header("content-type") else {
            // Announced in the introduction: what routing refuses bears no type, and writes may be refused in silence.
            let may_be = answer.body.is_empty() || matches!(answer.status, 400 | 404 | 405 | 406);
            return (!may_be).then(|| "no Content-Type".to_owned());
        };
        let bare = media_type.split(';').next().unwrap_or_default();
        let content = &response["content"][bare];
        if content.is_null() {
            return Some(format!("{status} is not described as {bare}"));
        }
        if step.method == "HEAD" || !bare.ends_with("json") {
            return None;
        }
        let schema = &content["schema"];
        match serde_json::from_slice(&answer.body) {
            Ok(body) => self.misfit(schema, &body),
            Err(_) if schema["$ref"] == "#/components/schemas/SchemaText" => None,
            Err(error) => Some(format!("no JSON: {error}")),
        }
    }

    /// How a value does not fit a schema of the description.
    pub(crate) fn misfit(&self, schema: &Value, value: &Value) -> Option<String> {
        let validator = self.validator(schema);
        let error = validator.iter_errors(value).next()?;
        Some(format!("{error} at {}", error.instance_path()))
    }

    fn validator(&self, schema: &Value) -> Arc<Validator> {
        let mut validators = self.validators.lock().expect("nobody panics inside");
        let validator = validators.entry(schema.to_string()).or_insert_with(|| {
            let mut whole = closed(schema);
            whole["components"] = self.components.clone();
            let validator = jsonschema::options().with_draft(Draft::Draft202012).build(&whole);
            Arc::new(validator.unwrap_or_else(|error| panic!("{schema}: {error}")))
        });
        Arc::clone(validator)
    }

    /// What a reference leads to.
    pub(super) fn followed<'d>(&'d self, value: &'d Value) -> &'d Value {
        match value["$ref"].as_str() {
            Some(reference) => {
                let target = reference.strip_prefix('#').and_then(|pointer| self.document.pointer(pointer));
                target.unwrap_or_else(|| panic!("{reference} leads nowhere"))
            }
            None => value,
        }
    }
}

/// The segments of a target as the server sees them, without context prefix.
fn segments(target: &str) -> Vec<&str> {
    let path = target.strip_prefix("http://").map_or(target, |rest| rest.find('/').map_or("/", |at| &rest[at..]));
    let path = path.split(['?', '#']).next().unwrap_or_default();
    let segments = path.split('/').map(|segment| segment.split(';').next().unwrap_or_default());
    let segments: Vec<&str> = segments.filter(|segment| !segment.is_empty()).collect();
    match segments.as_slice() {
        ["contexts", "."] => Vec::new(),
        ["contexts", ":.:"] => vec!["contexts"],
        ["contexts", _, rest @ ..] if !rest.is_empty() => rest.to_vec(),
        _ => segments,
    }
}

/// How many segments of a path are literally those given; `None` if it is another path.
fn literals(path: &str, segments: &[&str]) -> Option<usize> {
    let expected: Vec<&str> = path.split('/').filter(|segment| !segment.is_empty()).collect();
    let fits = |(expected, given): (&&str, &&str)| expected == given || expected.starts_with('{');
    (expected.len() == segments.len() && expected.iter().zip(segments).all(fits))
        .then(|| expected.iter().filter(|segment| !segment.starts_with('{')).count())
}

/// The same schemas, in which an object that lists properties has no others.
fn closed(value: &Value) -> Value {
    match value {
        Value::Array(items) => items.iter().map(closed).collect(),
        Value::Object(members) => {
            let mut members: Map<String, Value> =
                members.iter().map(|(name, value)| (name.clone(), closed(value))).collect();
            // A property may itself be called `properties`; where schemas stand, `type` is a word or a list of words.
            let is_object =
                members.get("type").is_some_and(|kind| kind == "object" || kind == &json!(["object", "null"]));
            if is_object && members.contains_key("properties") {
                members.insert("additionalProperties".to_owned(), false.into());
            }
            Value::Object(members)
        }
        other => other.clone(),
    }
}

pub(super) fn object(value: &Value) -> &Map<String, Value> {
    value.as_object().expect("an object stands here")
}
