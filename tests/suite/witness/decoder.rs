//! An independent judge of witnesses: apache-avro's reader.

use apache_avro::Schema;
use apache_avro::reader::datum::GenericDatumReader;
use apache_avro::types::Value;
use serde_json::Value as Json;
use sluicegate::schema::ParsedSchema;
use sluicegate::witness::Datum;
use std::panic::catch_unwind;

/// What the judge says.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Judgement {
    /// The reader fails.
    Fails,
    /// It gets something else than was written.
    Differs,
    /// It gets what was written.
    Reads,
    /// It gets the UUID or decimal that was written, though that is text on one side and a fixed on the other: the crate
    /// goes by what a logical type means. The specification, Java and `fastavro` do not.
    ReadsMeaning,
    /// The crate does not take one of the schemas.
    CannotTell,
    /// The record is none of the writer's schema, or its JSON says something else than its bytes.
    Wrong(String),
}

/// A reader's and a writer's schema, as the crate takes them.
pub(super) struct Judge {
    schemas: Option<(Schema, Schema)>,
}

impl Judge {
    pub(super) fn new(reader: &ParsedSchema, writer: &ParsedSchema) -> Self {
        // The crate refuses texts that Java accepts, and panics on some.
        let parsed = |schema: &ParsedSchema| {
            let text = schema.resolved_text();
            catch_unwind(|| Schema::parse_str(&text).ok()).ok().flatten()
        };
        Self { schemas: parsed(reader).zip(parsed(writer)) }
    }

    pub(super) fn judge(&self, datum: &Datum) -> Judgement {
        let Some((reader, writer)) = &self.schemas else { return Judgement::CannotTell };
        let decoders = (
            GenericDatumReader::builder(writer).build(),
            GenericDatumReader::builder(writer).reader_schema(reader).build(),
        );
        let (Ok(plain), Ok(resolving)) = decoders else { return Judgement::CannotTell };
        let mut bytes = datum.avro.as_slice();
        let written = match plain.read_value(&mut bytes) {
            Ok(written) => written,
            // It wants a UUID in a fixed of any size, where the specification ignores such a logical type.
            Err(error) if error.to_string().contains("to UUID") => return Judgement::CannotTell,
            Err(error) => return Judgement::Wrong(format!("the writer's own schema does not decode it: {error}")),
        };
        if !bytes.is_empty() {
            return Judgement::Wrong(format!("{} bytes too many", bytes.len()));
        }
        let json: Json = match serde_json::from_str(&datum.json) {
            Ok(json) => json,
            Err(error) => return Judgement::Wrong(format!("no JSON: {error}")),
        };
        if !says_the_same(&written, &json) {
            return Judgement::Wrong(format!("{json} is not {written:?}"));
        }
        match resolving.read_value(&mut datum.avro.as_slice()) {
            Err(_) => Judgement::Fails,
            Ok(read) if is_same(&written, &read) && has_meaning(&written) => Judgement::ReadsMeaning,
            Ok(read) if is_same(&written, &read) => Judgement::Reads,
            Ok(_) => Judgement::Differs,
        }
    }
}

/// Whether a reader got what was written: types may be promoted and unions put around, and fields left out.
fn is_same(written: &Value, read: &Value) -> bool {
    match (plain(written), plain(read)) {
        (Value::Record(fields), Value::Record(read)) => read.iter().all(|(name, value)| {
            fields.iter().find(|(theirs, _)| theirs == name).is_some_and(|(_, field)| is_same(field, value))
        }),
        (Value::Array(items), Value::Array(read)) => {
            items.len() == read.len() && items.iter().zip(read).all(|(item, read)| is_same(item, read))
        }
        (Value::Map(entries), Value::Map(read)) => {
            entries.len() == read.len()
                && entries.iter().all(|(key, value)| read.get(key).is_some_and(|read| is_same(value, read)))
        }
        (Value::Enum(_, symbol), Value::Enum(_, read)) => symbol == read,
        (Value::Fixed(_, bytes), Value::Fixed(_, read)) => bytes == read,
        (written, read) => match (number(written), number(read)) {
            (Some(written), Some(read)) => written == read,
            (None, None) => match (bytes(written), bytes(read)) {
                (Some(written), Some(read)) => written == read,
                (None, None) => written == read,
                _ => false,
            },
            _ => false,
        },
    }
}

/// Whether there is a value in which the crate hides what it stands on.
fn has_meaning(value: &Value) -> bool {
    match value {
        Value::Uuid(_) | Value::Decimal(_) => true,
        Value::Union(_, value) => has_meaning(value),
        Value::Array(items) => items.iter().any(has_meaning),
        Value::Map(entries) => entries.values().any(has_meaning),
        Value::Record(fields) => fields.iter().any(|(_, value)| has_meaning(value)),
        _ => false,
    }
}

fn plain(value: &Value) -> &Value {
    match value {
        Value::Union(_, value) => plain(value),
        value => value,
    }
}

fn number(value: &Value) -> Option<f64> {
    match value {
        Value::Int(number) | Value::Date(number) | Value::TimeMillis(number) => Some(f64::from(*number)),
        Value::Long(number)
        | Value::TimeMicros(number)
        | Value::TimestampMillis(number)
        | Value::TimestampMicros(number)
        | Value::TimestampNanos(number)
        | Value::LocalTimestampMillis(number)
        | Value::LocalTimestampMicros(number)
        | Value::LocalTimestampNanos(number) => Some(*number as f64),
        Value::Float(number) => Some(f64::from(*number)),
        Value::Double(number) => Some(*number),
        _ => None,
    }
}

fn bytes(value: &Value) -> Option<Vec<u8>> {
    match value {
        Value::Bytes(bytes) => Some(bytes.clone()),
        Value::String(text) => Some(text.clone().into_bytes()),
        Value::Uuid(uuid) => Some(uuid.to_string().into_bytes()),
        Value::Decimal(decimal) => Vec::try_from(decimal).ok(),
        _ => None,
    }
}

/// Whether `json` is the value in Avro's JSON encoding.
fn says_the_same(value: &Value, json: &Json) -> bool {
    match (value, json) {
        (Value::Union(_, inner), _) if **inner == Value::Null => json.is_null(),
        (Value::Union(_, inner), Json::Object(branch)) => {
            branch.len() == 1 && branch.values().all(|json| says_the_same(inner, json))
        }
        (Value::Union(..), _) => false,
        (Value::Null, _) => json.is_null(),
        (Value::Boolean(flag), _) => json.as_bool() == Some(*flag),
        (Value::Record(fields), Json::Object(members)) => {
            let mut pairs = fields.iter().zip(members);
            fields.len() == members.len()
                && pairs.all(|((name, value), (key, json))| name == key && says_the_same(value, json))
        }
        (Value::Map(entries), Json::Object(members)) => {
            entries.len() == members.len()
                && members.iter().all(|(key, json)| entries.get(key).is_some_and(|value| says_the_same(value, json)))
        }
        (Value::Array(items), Json::Array(list)) => {
            items.len() == list.len() && items.iter().zip(list).all(|(item, json)| says_the_same(item, json))
        }
        (Value::Enum(_, symbol), _) => json.as_str() == Some(symbol),
        (Value::String(text), _) => json.as_str() == Some(text),
        (Value::Bytes(bytes) | Value::Fixed(_, bytes), Json::String(text)) => {
            text.chars().map(u32::from).eq(bytes.iter().map(|byte| u32::from(*byte)))
        }
        // The crate shows these in a form of its own.
        (Value::Decimal(_) | Value::BigDecimal(_) | Value::Duration(_) | Value::Uuid(_), Json::String(_)) => true,
        (value, json) => number(value).is_some_and(|number| json.as_f64() == Some(number)),
    }
}

#[test]
fn the_judge_tells_what_was_written_from_something_else() {
    let union = |value| Value::Union(1, Box::new(value));
    assert!(is_same(&Value::Int(1), &union(Value::Long(1))));
    assert!(is_same(&Value::String("a".to_owned()), &Value::Bytes(b"a".to_vec())));
    assert!(!is_same(&Value::Double(0.1), &Value::Float(0.1)));
    assert!(!is_same(&Value::Long(1 << 31), &Value::Int(i32::MIN)));
    assert!(!is_same(&Value::Map([].into()), &Value::Record(Vec::new())));
    let record = |name: &str| Value::Record(vec![(name.to_owned(), Value::Int(1))]);
    assert!(is_same(&record("a"), &record("a")));
    assert!(!is_same(&record("a"), &record("b")));
}
