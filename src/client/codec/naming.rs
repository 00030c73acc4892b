//! Under which subject a schema stands: the strategies of Confluent's serializers.

use super::super::schema::Schema;
use crate::records::wire::{KEY_HEADER, VALUE_HEADER};
use serde_json::Value;

/// Which half of a Kafka record.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Part {
    /// The key.
    Key,
    /// The value.
    Value,
}

/// How the subject of a schema is named.
///
/// ```
/// use sluicegate::client::{Naming, Part};
///
/// assert_eq!(Naming::TopicName.subject("orders", Part::Value, None).as_deref(), Some("orders-value"));
/// assert_eq!(Naming::RecordName.subject("orders", Part::Value, Some("shop.Order")).as_deref(), Some("shop.Order"));
/// assert_eq!(Naming::TopicRecordName.subject("orders", Part::Key, Some("shop.Id")).as_deref(), Some("orders-shop.Id"));
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Naming {
    /// After the topic: `orders-key`, `orders-value`. One schema for all that is in it.
    #[default]
    TopicName,
    /// After the record's full name, whatever the topic: `shop.Order`.
    RecordName,
    /// After both: `orders-shop.Order`. Several kinds of records in one topic.
    TopicRecordName,
}

impl Naming {
    /// The subject; `None` where it is named after a record and the schema is none.
    pub fn subject(self, topic: &str, part: Part, record: Option<&str>) -> Option<String> {
        match self {
            Self::TopicName => Some(format!("{topic}-{}", part.as_str())),
            Self::RecordName => record.map(str::to_owned),
            Self::TopicRecordName => record.map(|record| format!("{topic}-{record}")),
        }
    }
}

impl Part {
    /// The word in subjects.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Key => "key",
            Self::Value => "value",
        }
    }

    /// The header of a Kafka record that may name its schema.
    pub fn header(self) -> &'static str {
        match self {
            Self::Key => KEY_HEADER,
            Self::Value => VALUE_HEADER,
        }
    }
}

impl Schema {
    /// The full name of the record, enum or fixed that it defines; `None` of any other schema.
    ///
    /// ```
    /// use sluicegate::client::Schema;
    ///
    /// let schema = Schema::avro(r#"{"type": "record", "name": "Order", "namespace": "shop", "fields": []}"#);
    /// assert_eq!(schema.record_name().as_deref(), Some("shop.Order"));
    /// ```
    pub fn record_name(&self) -> Option<String> {
        let text: Value = serde_json::from_str(self.text()).ok()?;
        let name = text.get("name")?.as_str()?;
        match text.get("namespace").and_then(Value::as_str) {
            Some(namespace) if !name.contains('.') && !namespace.is_empty() => Some(format!("{namespace}.{name}")),
            _ => Some(name.trim_start_matches('.').to_owned()),
        }
    }
}
