//! The other crates, as readers.

use super::{Message, is_key, values};
use crate::kit::Kit;
use schema_registry_client::rest::client_config::ClientConfig;
use schema_registry_client::rest::schema_registry_client::{Client, SchemaRegistryClient};
use schema_registry_client::serdes::avro::AvroDeserializer;
use schema_registry_client::serdes::serde::{SerdeFormat, SerdeHeader, SerdeHeaders, SerdeType, SerializationContext};
use schema_registry_converter::async_impl::easy_avro::EasyAvroDecoder;
use schema_registry_converter::async_impl::schema_registry::SrSettings;
use serde_json::Value as Json;

/// The converter reads a length before bytes that stand alone, which Confluent's clients never write, and finds no type
/// of another subject that is used by its full name.
pub async fn read_with_converter(kit: &Kit, messages: &[Message<'_>]) {
    let is_for_it = |message: &&Message<'_>| message.case["schema"] != "bytes" && message.case["schema"] != "parcel";
    for message in messages.iter().filter(is_for_it) {
        // One that is kept decodes what comes later by a guid with the schema that came first.
        let decoder = EasyAvroDecoder::new(SrSettings::new(kit.url.clone()));
        let payload = message.payload.as_deref();
        let decoded = match &message.header {
            Some(header) => decoder.decode_with_header_id(Some(header), payload).await,
            None => decoder.decode(payload).await,
        };
        let value = decoded.unwrap_or_else(|error| panic!("{}: {error:?}", message.told())).value;
        let found = Json::try_from(value).expect("JSON");
        assert_eq!(found, values::told(&message.case["value"]), "{}", message.told());
    }
}

/// The client does not find a named type that is used a second time within a union.
pub async fn read_with_registry_client(kit: &Kit, messages: &[Message<'_>]) {
    let client = SchemaRegistryClient::new(ClientConfig::new(vec![kit.url.clone()]));
    let config = crate::registry_client::serdes::reader(None);
    let deserializer = AvroDeserializer::new(&client, None, config).expect("a deserializer");
    for message in messages.iter().filter(|message| message.case["schema"] != "shipment") {
        let Some(payload) = &message.payload else { continue };
        let serde_type = if is_key(message.case) { SerdeType::Key } else { SerdeType::Value };
        let headers = SerdeHeaders::default();
        if let Some(value) = &message.header {
            let name = if is_key(message.case) { "__key_schema_id" } else { "__value_schema_id" };
            headers.insert(SerdeHeader { key: name.to_owned(), value: Some(value.clone()) });
        }
        let (topic, serde_format) = (message.topic.clone(), SerdeFormat::Avro);
        let context = SerializationContext { topic, serde_type, serde_format, headers: Some(headers) };
        let value = deserializer.deserialize(&context, payload).await;
        let value = value.unwrap_or_else(|error| panic!("{}: {error:?}", message.told())).value;
        let found = Json::try_from(value).expect("JSON");
        assert_eq!(found, values::told(&message.case["value"]), "{}", message.told());
    }
}
