//! What stands in a case (`messages/cases.json`), as a value, as JSON of a producer, and as the Avro crates tell a value.

use super::text;
use apache_avro_of_the_converter::Schema;
use apache_avro_of_the_converter::schema::{NamesRef, RecordField};
use apache_avro_of_the_converter::types::Value;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value as Json, json};

/// The value of `schema` that it stands for, if it is one. Not by way of the crate's own resolving, which refuses decimals
/// that take fewer bytes than their precision allows.
pub fn value(json: &Json, schema: &Schema, names: &NamesRef<'_>) -> Option<Value> {
    let inner = json.get("value").unwrap_or(json);
    let small = || inner.as_i64().and_then(|number| i32::try_from(number).ok());
    match schema {
        Schema::Ref { name } => value(json, names.get(name)?, names),
        Schema::Union(union) => {
            let branch = |(at, schema): (usize, &Schema)| {
                let is_named =
                    json["$"] != "branch" || schema.name().is_some_and(|name| json["name"] == name.to_string());
                let found = is_named.then(|| value(json, schema, names)).flatten()?;
                Some(Value::Union(u32::try_from(at).ok()?, Box::new(found)))
            };
            union.variants().iter().enumerate().find_map(branch)
        }
        Schema::Record(record) => {
            let field =
                |field: &RecordField| Some((field.name.clone(), value(inner.get(&field.name)?, &field.schema, names)?));
            record.fields.iter().map(field).collect::<Option<_>>().map(Value::Record)
        }
        Schema::Array(array) => json
            .as_array()?
            .iter()
            .map(|item| value(item, &array.items, names))
            .collect::<Option<_>>()
            .map(Value::Array),
        Schema::Map(map) => {
            let entry = |(key, item): (&String, &Json)| Some((key.clone(), value(item, &map.types, names)?));
            json.as_object()?.iter().map(entry).collect::<Option<_>>().map(Value::Map)
        }
        Schema::Enum(found) => {
            let at = found.symbols.iter().position(|symbol| json == symbol)?;
            Some(Value::Enum(u32::try_from(at).ok()?, found.symbols[at].clone()))
        }
        Schema::Null => json.is_null().then_some(Value::Null),
        Schema::Boolean => json.as_bool().map(Value::Boolean),
        Schema::Int => small().map(Value::Int),
        Schema::Long => inner.as_i64().map(Value::Long),
        Schema::Float => inner.as_f64().map(|number| Value::Float(number as f32)),
        Schema::Double => inner.as_f64().map(Value::Double),
        Schema::String | Schema::Uuid(_) => inner.as_str().map(|text| Value::String(text.to_owned())),
        Schema::Bytes => Some(Value::Bytes(octets(json))),
        Schema::Fixed(fixed) => Some(Value::Fixed(fixed.size, octets(json))),
        Schema::Decimal(_) => Some(Value::Decimal(octets(json).into())),
        Schema::Date => small().map(Value::Date),
        Schema::TimeMillis => small().map(Value::TimeMillis),
        Schema::TimeMicros => inner.as_i64().map(Value::TimeMicros),
        Schema::TimestampMillis => inner.as_i64().map(Value::TimestampMillis),
        Schema::TimestampMicros => inner.as_i64().map(Value::TimestampMicros),
        _ => None,
    }
}

/// Plain JSON, in which bytes are text of ISO-8859-1.
pub fn plain(json: &Json) -> Json {
    spelt(json, &|octets| octets.into_iter().map(char::from).collect::<String>().into())
}

/// As the Avro crates turn a value into JSON: bytes are numbers.
pub fn told(json: &Json) -> Json {
    spelt(json, &|octets| json!(octets))
}

fn spelt(json: &Json, bytes: &dyn Fn(Vec<u8>) -> Json) -> Json {
    match json {
        Json::Array(items) => items.iter().map(|item| spelt(item, bytes)).collect(),
        Json::Object(fields) => match fields.get("$").map(text) {
            None => fields.iter().map(|(name, item)| (name.clone(), spelt(item, bytes))).collect(),
            Some("bytes" | "decimal") => bytes(octets(json)),
            Some(_) => spelt(&json["value"], bytes),
        },
        other => other.clone(),
    }
}

/// The bytes of bytes, and of a decimal: its digits in two's complement, as few bytes as it takes or as the type has.
fn octets(json: &Json) -> Vec<u8> {
    let value = text(&json["value"]);
    if json["$"] == "bytes" {
        return STANDARD.decode(value).expect("base64");
    }
    let digits: i128 = value.replace('.', "").parse().expect("digits");
    let spare = if digits < 0 { digits.leading_ones() } else { digits.leading_zeros() };
    let needed = u64::from(16 - (spare - 1) / 8);
    let length = usize::try_from(json["size"].as_u64().unwrap_or(needed)).expect("a size");
    digits.to_be_bytes()[16 - length..].to_vec()
}
