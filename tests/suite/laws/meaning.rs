//! Whether two schemas mean the same although their texts differ: defaults compared as values.
//!
//! A value of a default can be written in several ways: `0` and `0.0` on a double, and a record with or without the
//! fields that have a default of their own.

use super::parsed;
use serde_json::{Map, Value};
use sluicegate::schema::ParsedSchema;
use std::cell::Cell;
use std::collections::BTreeMap;

/// Whether both are equal once every default is written in one way; `None` where this cannot tell.
pub(super) fn is_shared(old: &ParsedSchema, new: &ParsedSchema) -> Option<bool> {
    let read = |schema: &ParsedSchema| {
        let tree: Value = serde_json::from_str(&schema.stored_text()).ok()?;
        let mut records = Records::default();
        records.collect(&tree)?;
        let one_way = records.schema(&tree).to_string();
        parsed(&one_way).filter(|_| !records.is_endless.get())
    };
    Some(read(old)?.is_equivalent_to(&read(new)?))
}

/// How deep a value may nest.
const DEPTH_MAX: usize = 30;

#[derive(Default)]
struct Records {
    /// Fields of every record, by its simple name.
    fields: BTreeMap<String, Vec<Value>>,
    /// Whether a record was met that holds itself by default, which no value has an end of.
    is_endless: Cell<bool>,
}

impl Records {
    /// `None` where two records share a simple name.
    fn collect(&mut self, tree: &Value) -> Option<()> {
        if let (Some(name), Some(fields)) = (tree["name"].as_str(), tree["fields"].as_array()) {
            let twin = self.fields.insert(simple(name).to_owned(), fields.clone());
            twin.is_none().then_some(())?;
        }
        match tree {
            Value::Array(items) => items.iter().try_for_each(|item| self.collect(item)),
            Value::Object(members) => members.values().try_for_each(|value| self.collect(value)),
            _ => Some(()),
        }
    }

    /// The schema with every default in one way.
    fn schema(&self, tree: &Value) -> Value {
        match tree {
            Value::Array(items) => items.iter().map(|item| self.schema(item)).collect(),
            Value::Object(members) => {
                let ty = members.get("type").cloned().unwrap_or_default();
                let one_way = |(key, value): (&String, &Value)| match key.as_str() {
                    "default" => (key.clone(), self.value(value, &ty, 0)),
                    _ => (key.clone(), self.schema(value)),
                };
                members.iter().map(one_way).collect()
            }
            other => other.clone(),
        }
    }

    /// A value of a type in one way: records with all their fields, numbers as their type holds them.
    fn value(&self, value: &Value, ty: &Value, depth: usize) -> Value {
        match (value, ty) {
            _ if depth > DEPTH_MAX => {
                self.is_endless.set(true);
                Value::Null
            }
            (Value::Number(_) | Value::String(_), _) if is(ty, "float") => on(value, |number| number as f32),
            (Value::Number(_) | Value::String(_), _) if is(ty, "double") => on(value, |number| number),
            (_, Value::Array(branches)) => {
                let holder = branches
                    .iter()
                    .find(|branch| value.is_object() == (self.fields(branch).is_some() || branch["type"] == "map"));
                holder.map_or(value.clone(), |branch| self.value(value, branch, depth))
            }
            (Value::Array(items), _) => items.iter().map(|item| self.value(item, &ty["items"], depth + 1)).collect(),
            (Value::Object(members), _) => match self.fields(ty) {
                Some(fields) => self.record(members, fields, depth + 1),
                None => members
                    .iter()
                    .map(|(key, value)| (key.clone(), self.value(value, &ty["values"], depth + 1)))
                    .collect(),
            },
            _ => value.clone(),
        }
    }

    fn record(&self, members: &Map<String, Value>, fields: &[Value], depth: usize) -> Value {
        let member = |field: &Value| {
            let name = field["name"].as_str()?;
            let value = members.get(name).or_else(|| field.get("default"))?;
            Some((name.to_owned(), self.value(value, &field["type"], depth)))
        };
        fields.iter().filter_map(member).collect()
    }

    fn fields(&self, ty: &Value) -> Option<&[Value]> {
        let name = ty.as_str().or_else(|| ty["name"].as_str())?;
        self.fields.get(simple(name)).map(Vec::as_slice)
    }
}

fn is(ty: &Value, word: &str) -> bool {
    ty == word || ty["type"] == word
}

/// The number that a default stands for, in the words of its type; any other text as it is.
fn on<T: std::fmt::Debug>(value: &Value, round: fn(f64) -> T) -> Value {
    let number = match value {
        Value::String(text) if ["Infinity", "-Infinity", "NaN"].contains(&text.as_str()) => text.parse().ok(),
        value => value.as_f64(),
    };
    number.map_or(value.clone(), |number| format!("{:?}", round(number)).into())
}

fn simple(name: &str) -> &str {
    name.rsplit('.').next().unwrap_or(name)
}
