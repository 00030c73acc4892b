//! The gate inside the registry: what is registered under a policy, and what the classification endpoints answer.

mod advice;
#[cfg(feature = "gate")]
mod agreement;
mod answers;
mod associations;
mod bypasses;
mod exemptions;
mod story;
mod table;

use crate::confluent_api::conversation::Conversation;
use serde_json::{Map, Value, json};

/// A fresh server, and what producers and platform teams say to it.
struct Talk(Conversation);

impl Talk {
    fn begin() -> Self {
        Self(Conversation::new())
    }

    /// Sends a request; status and body of the answer.
    fn send(&mut self, method: &str, target: &str, body: &Value) -> (u16, Value) {
        let body = (!body.is_null()).then(|| body.to_string());
        let reply = self.0.send(method, target, &[], body.as_deref());
        (reply.status(), reply.json())
    }

    /// Sends a request that must succeed.
    fn done(&mut self, method: &str, target: &str, body: &Value) -> Value {
        let (status, answer) = self.send(method, target, body);
        assert_eq!(status, 200, "{method} {target} {body}: {answer}");
        answer
    }

    /// The body of an answer that is no JSON.
    fn text(&mut self, method: &str, target: &str) -> String {
        self.0.ask(method, target, "").1
    }

    fn register(&mut self, subject: &str, schema: &Schema) -> (u16, Value) {
        self.send("POST", &format!("/subjects/{subject}/versions"), &schema.body())
    }

    /// The version that a registration which must succeed made or found.
    fn registered(&mut self, subject: &str, schema: &Schema) -> u64 {
        let answer = self.done("POST", &format!("/subjects/{subject}/versions"), &schema.body());
        answer["version"].as_u64().expect("a version")
    }

    /// The message of a registration that must be refused as an incompatible one is.
    fn refused(&mut self, subject: &str, schema: &Schema) -> String {
        let (status, answer) = self.register(subject, schema);
        assert_eq!((status, &answer["error_code"]), (409, &json!(409)), "{answer}");
        answer["message"].as_str().expect("a message").to_owned()
    }

    fn classified(&mut self, subject: &str, schema: &Schema) -> Value {
        self.done("POST", &format!("/classification/subjects/{subject}/versions"), &schema.body())
    }

    fn enforce(&mut self, scope: &str, enforcement: &str) {
        let target = if scope.is_empty() { "/policy".to_owned() } else { format!("/policy/{scope}") };
        self.done("PUT", &target, &json!({ "enforcement": enforcement }));
    }

    fn level(&mut self, subject: &str, level: &str) {
        self.done("PUT", &format!("/config/{subject}"), &json!({ "compatibility": level }));
    }
}

/// A schema as it is posted.
#[derive(Clone)]
struct Schema {
    text: String,
    /// `None` sends no metadata, so that it is inherited.
    properties: Option<Map<String, Value>>,
}

impl Schema {
    /// Without metadata.
    fn of(text: &str) -> Self {
        Self { text: text.to_owned(), properties: None }
    }

    /// A record with these fields, each the inside of an object.
    fn record(fields: &[&str]) -> Self {
        let fields: Vec<String> = fields.iter().map(|field| format!("{{{field}}}")).collect();
        Self::of(&format!(r#"{{"type":"record","name":"R","fields":[{}]}}"#, fields.join(",")))
    }

    /// The same with a metadata property.
    fn with(mut self, name: &str, value: &str) -> Self {
        self.properties.get_or_insert_default().insert(name.to_owned(), value.into());
        self
    }

    /// The same with metadata that declares this major version, or none.
    fn major(mut self, major: Option<u64>) -> Self {
        self.properties.get_or_insert_default();
        match major {
            Some(major) => self.with("application.major.version", &major.to_string()),
            None => self,
        }
    }

    fn body(&self) -> Value {
        match &self.properties {
            Some(properties) => json!({ "schema": self.text, "metadata": { "properties": properties } }),
            None => json!({ "schema": self.text }),
        }
    }
}

/// A required field.
const ID: &str = r#""name":"id","type":"string""#;
/// A field with a default.
const CURRENCY: &str = r#""name":"currency","type":"string","default":"USD""#;
/// The same with another default: readable both ways, and of class `major-bump-required`.
const EURO: &str = r#""name":"currency","type":"string","default":"EUR""#;
/// An optional field.
const NOTE: &str = r#""name":"note","type":["null","string"],"default":null"#;
/// A required field without a default: of class `major-bump-required`, and unreadable for BACKWARD.
const WAREHOUSE: &str = r#""name":"warehouse","type":"string""#;
