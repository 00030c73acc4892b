//! Events on their way through a topic: which schema they are written with, and where its id travels.

use super::{client, schema};
use crate::kit::{Kit, guid_header, order_event, prefix};
use apache_avro_of_the_client::types::Value;
use schema_registry_client::rest::schema_registry_client::Client;
use schema_registry_client::serdes::avro::{AvroDeserializer, AvroSerializer};
use schema_registry_client::serdes::config::{DeserializerConfig, SchemaSelector, SerializerConfig};
use schema_registry_client::serdes::serde::{
    SerdeFormat, SerdeHeaders, SerdeType, SerializationContext, SubjectNameStrategyType, header_schema_id_serializer,
};

/// With the schema that is selected, or else with one that is registered on the way.
pub fn writer(use_schema: Option<SchemaSelector>) -> SerializerConfig {
    SerializerConfig {
        auto_register_schemas: use_schema.is_none(),
        use_schema,
        subject_name_strategy_type: SubjectNameStrategyType::Topic,
        ..SerializerConfig::default()
    }
}

pub fn reader(use_schema: Option<SchemaSelector>) -> DeserializerConfig {
    let subject_name_strategy_type = SubjectNameStrategyType::Topic;
    DeserializerConfig { use_schema, subject_name_strategy_type, ..DeserializerConfig::default() }
}

pub fn context(kit: &Kit, topic: &str, headers: Option<SerdeHeaders>) -> SerializationContext {
    let (serde_type, serde_format) = (SerdeType::Value, SerdeFormat::Avro);
    SerializationContext { topic: kit.topic(topic), serde_type, serde_format, headers }
}

pub fn fields(named: Vec<(&str, Value)>) -> Value {
    Value::Record(named.into_iter().map(|(name, value)| (name.to_owned(), value)).collect())
}

pub async fn round_trip(kit: &Kit) {
    let (client, order) = (client(kit, ""), fields(order_event!(Value)));
    let latest = client.get_latest_version(&kit.subject("orders"), None).await.expect("the latest");
    let text = schema(kit, "order_events_v2");
    let fixed = SerializerConfig { auto_register_schemas: false, ..writer(None) };
    let normal = SerializerConfig { normalize_schemas: true, ..writer(None) };
    for (what, config) in [
        ("registered on the way", writer(None)),
        ("registered in normal form", normal),
        ("looked up", fixed),
        ("the latest", writer(Some(SchemaSelector::LatestVersion))),
    ] {
        let serializer = AvroSerializer::new(&client, Some(&text), None, config).expect("a serializer");
        let context = context(kit, "orders", None);
        let payload = serializer.serialize(&context, order.clone()).await.expect(what);
        assert_eq!(payload[..5], prefix(latest.id.expect("an id").unsigned_abs()), "{what}");
        let fresh = super::client(kit, "");
        let deserializer = AvroDeserializer::new(&fresh, None, reader(None)).expect("a deserializer");
        assert_eq!(deserializer.deserialize(&context, &payload).await.expect(what).value, order, "{what}");
    }

    let headers = SerdeHeaders::default();
    let context = context(kit, "orders", Some(headers.clone()));
    let config = SerializerConfig { schema_id_serializer: header_schema_id_serializer, ..writer(None) };
    let serializer = AvroSerializer::new(&client, Some(&text), None, config).expect("a serializer");
    let payload = serializer.serialize(&context, order.clone()).await.expect("a payload");
    let header = headers.last_header("__value_schema_id").expect("a header").value;
    assert_eq!(header, Some(guid_header(&latest.guid.expect("a guid"))));
    let fresh = super::client(kit, "");
    let deserializer = AvroDeserializer::new(&fresh, None, reader(None)).expect("a deserializer");
    assert_eq!(deserializer.deserialize(&context, &payload).await.expect("by the guid").value, order);
}

pub async fn live_in_a_context(kit: &Kit) {
    let inside = client(kit, "/contexts/.rust-client");
    let made = inside.register_schema(&kit.subject("apart"), &schema(kit, "country"), false).await.expect("version 1");
    assert_eq!(made.id, Some(1), "ids start anew");
    let qualified = format!(":.rust-client:{}", kit.subject("apart"));
    let seen = client(kit, "").get_latest_version(&qualified, None).await.expect("seen from outside");
    assert_eq!((seen.subject, seen.id), (Some(qualified), Some(1)));

    let context = context(kit, "apart", None);
    let config = writer(Some(SchemaSelector::LatestVersion));
    let serializer = AvroSerializer::new(&inside, None, None, config).expect("a serializer");
    let event = Value::Enum(3, "NL".into());
    let payload = serializer.serialize(&context, event.clone()).await.expect("a payload");
    assert_eq!(payload[..5], prefix(1));
    let fresh = client(kit, "/contexts/.rust-client");
    let deserializer = AvroDeserializer::new(&fresh, None, reader(None)).expect("a deserializer");
    assert_eq!(deserializer.deserialize(&context, &payload).await.expect("an event").value, event);
}
