//! Changed copies of a schema text: other spacing, names, order, company. Texts are plain JSON here.

use serde_json::{Map, Value, json};

/// One way to change a pair, and whether the answer must stay the same to the letter.
pub(crate) struct Change {
    pub(crate) name: &'static str,
    pub(crate) keeps_answer: bool,
    /// Reader and writer, changed.
    apply: fn(Value, Value) -> (Value, Value),
    print: fn(&Value) -> String,
}

impl Change {
    /// The changed pair; `None` if a text is no plain JSON.
    pub(crate) fn apply(&self, reader: &str, writer: &str) -> Option<(String, String)> {
        let parsed = [reader, writer].map(|text| serde_json::from_str(text).ok());
        let [Some(reader), Some(writer)] = parsed else { return None };
        let (reader, writer) = (self.apply)(reader, writer);
        Some(((self.print)(&reader), (self.print)(&writer)))
    }
}

/// Everything done to each recorded pair.
pub(crate) const CHANGES: &[Change] = &[
    keeping("other whitespace", |reader, writer| (reader, writer), pretty),
    keeping("members in reverse order", |reader, writer| (reversed(reader), reversed(writer)), Value::to_string),
    keeping("attributes added", |reader, writer| both(reader, writer, &attributed), Value::to_string),
    keeping(
        "documentation added to the reader",
        |reader, writer| (each(reader, &documented), writer),
        Value::to_string,
    ),
    other("types renamed on both sides", |reader, writer| both(reader, writer, &|value| renamed(value, "Q"))),
    other("types renamed in the reader", |reader, writer| (each(reader, &|value| renamed(value, "Q")), writer)),
    other("the writer moved to a namespace", |reader, writer| (reader, each(writer, &moved))),
    other("the reader's fields and branches reversed", |reader, writer| (each(reader, &turned), writer)),
    other("the writer's fields and branches reversed", |reader, writer| (reader, each(writer, &turned))),
    other("wrapped in a field", |reader, writer| (in_field(reader), in_field(writer))),
    other("wrapped in a union", |reader, writer| (in_union(reader), in_union(writer))),
    other("reader and writer exchanged", |reader, writer| (writer, reader)),
];

const fn keeping(name: &'static str, apply: fn(Value, Value) -> (Value, Value), print: fn(&Value) -> String) -> Change {
    Change { name, keeps_answer: true, apply, print }
}

const fn other(name: &'static str, apply: fn(Value, Value) -> (Value, Value)) -> Change {
    Change { name, keeps_answer: false, apply, print: Value::to_string }
}

fn pretty(value: &Value) -> String {
    format!("\n{value:#}\t\r\n")
}

fn both(reader: Value, writer: Value, change: &dyn Fn(&mut Value)) -> (Value, Value) {
    (each(reader, change), each(writer, change))
}

/// Members of all objects, schemas or not, the other way round.
fn reversed(value: Value) -> Value {
    match value {
        Value::Array(items) => Value::Array(items.into_iter().map(reversed).collect()),
        Value::Object(members) => {
            Value::Object(members.into_iter().rev().map(|(key, value)| (key, reversed(value))).collect())
        }
        other => other,
    }
}

/// Applies `change` to every schema and every field in `schema`, inner ones first.
fn each(mut schema: Value, change: &dyn Fn(&mut Value)) -> Value {
    visit(&mut schema, change);
    schema
}

fn visit(schema: &mut Value, change: &dyn Fn(&mut Value)) {
    match schema {
        Value::Array(branches) => branches.iter_mut().for_each(|branch| visit(branch, change)),
        Value::Object(members) => {
            for inner in ["items", "values"] {
                if let Some(inner) = members.get_mut(inner) {
                    visit(inner, change);
                }
            }
            for field in members.get_mut("fields").and_then(Value::as_array_mut).into_iter().flatten() {
                if let Some(ty) = field.get_mut("type") {
                    visit(ty, change);
                }
                change(field);
            }
        }
        _ => {}
    }
    change(schema);
}

fn is_field(members: &Map<String, Value>) -> bool {
    members.contains_key("name") && !is_definition(members)
}

fn is_definition(members: &Map<String, Value>) -> bool {
    ["fields", "symbols", "size"].iter().any(|member| members.contains_key(*member))
}

fn attributed(value: &mut Value) {
    if let Value::Object(members) = value {
        members.insert("owner".to_owned(), json!({"team": "orders", "since": 2024, "tags": ["a", null, 1.5]}));
    }
}

fn documented(value: &mut Value) {
    if let Value::Object(members) = value
        && (is_field(members) || is_definition(members))
    {
        members.insert("doc".to_owned(), json!("why \"it\" is there"));
    }
}

const WORDS: [&str; 16] = [
    "null", "boolean", "int", "long", "float", "double", "bytes", "string", "record", "error", "enum", "fixed",
    "array", "map", "union", "",
];

/// Puts `mark` behind the name of every defined type, every alias of one and every use.
fn renamed(value: &mut Value, mark: &str) {
    let rename = |name: &mut Value| {
        if let Value::String(name) = name
            && !WORDS.contains(&&**name)
        {
            name.push_str(mark);
        }
    };
    match value {
        Value::String(_) => rename(value),
        Value::Array(branches) => branches.iter_mut().filter(|branch| branch.is_string()).for_each(rename),
        Value::Object(members) if is_definition(members) => {
            members.get_mut("name").into_iter().for_each(rename);
            members.get_mut("aliases").and_then(Value::as_array_mut).into_iter().flatten().for_each(rename);
        }
        _ => {}
    }
}

/// Definitions without a namespace of their own get one.
fn moved(value: &mut Value) {
    if let Value::Object(members) = value
        && is_definition(members)
        && !members.contains_key("namespace")
        && !members["name"].as_str().is_some_and(|name| name.contains('.'))
    {
        members.insert("namespace".to_owned(), json!("moved.here"));
    }
}

fn turned(value: &mut Value) {
    match value {
        Value::Array(branches) => branches.reverse(),
        Value::Object(members) => {
            members.get_mut("fields").and_then(Value::as_array_mut).into_iter().for_each(|fields| fields.reverse());
        }
        _ => {}
    }
}

fn in_field(schema: Value) -> Value {
    json!({"type": "record", "name": "outer.Outer", "fields": [
        {"name": "before", "type": "int", "default": 0},
        {"name": "wrapped", "type": schema},
    ]})
}

fn in_union(schema: Value) -> Value {
    match schema {
        Value::Array(branches) => json!({"type": "map", "values": branches}),
        schema => json!(["null", {"type": "array", "items": schema}]),
    }
}
