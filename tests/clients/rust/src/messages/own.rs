//! The project's library, blocking and awaited.

use super::{Message, is_key, list, text, values};
use crate::kit::Kit;
use apache_avro_of_the_converter::schema::ResolvedSchema;
use serde_json::Value as Json;
use sluicegate::client::{
    Client, Decoded, Decoding, Encoded, Framing, Message as Received, Part, Producing, ReaderSchema, Schema, Settings,
    Writer, blocking,
};
use sluicegate::records::JsonForm;

pub async fn register_types(kit: &Kit, cases: &Json) {
    let client = Client::new(settings(kit)).expect("a client");
    for of in list(&cases["types"]) {
        client.register(&subject_of(&of["name"]), &schema(kit, of)).await.expect("a type");
    }
}

/// Values, by id, with a schema that is registered on the way.
pub fn write_by_id<'c>(kit: &Kit, cases: &'c Json) -> Vec<Message<'c>> {
    let client = blocking::Client::new(settings(kit)).expect("a client");
    let write = |case: &'c Json| {
        let producing = Producing { writer: Writer::Registering(schema(kit, case)), ..producing(kit, case) };
        let encoder = client.encoder(&producing).expect("an encoder");
        let encode = |value: &Json| {
            let schema = encoder.schema().values().expect("a schema");
            let resolved = ResolvedSchema::new(schema).expect("its names");
            encoder.encode(&values::value(value, schema, resolved.get_names()).expect("a value")).expect("a message")
        };
        message(&producing, case, (!case["value"].is_null()).then(|| encode(&case["value"])))
    };
    list(&cases["cases"]).map(write).collect()
}

/// JSON, by guid, with the latest version.
pub async fn write_by_guid<'c>(kit: &Kit, cases: &'c Json) -> Vec<Message<'c>> {
    let client = Client::new(settings(kit)).expect("a client");
    let mut messages = Vec::new();
    for case in list(&cases["cases"]) {
        let (writer, framing) = (Writer::Latest(None), Framing::GuidHeader);
        let producing = Producing { writer, framing, ..producing(kit, case) };
        let encoder = client.encoder(&producing).await.expect("an encoder");
        let encode =
            |value: &Json| encoder.encode_json(&values::plain(value).to_string(), JsonForm::Plain).expect("a message");
        messages.push(message(&producing, case, (!case["value"].is_null()).then(|| encode(&case["value"]))));
    }
    messages
}

pub fn read_blocking(kit: &Kit, messages: &[Message<'_>]) {
    let client = blocking::Client::new(settings(kit)).expect("a client");
    for message in messages {
        let Some((received, decoding, consumer)) = received(kit, message) else { continue };
        check(message, client.decode(received, &decoding).expect("a record"), &message.case["value"]);
        if let Some((decoding, wanted)) = consumer {
            check(message, client.decode(received, &decoding).expect("a record for a consumer"), wanted);
        }
    }
}

pub async fn read_awaited(kit: &Kit, messages: &[Message<'_>]) {
    let client = Client::new(settings(kit)).expect("a client");
    for message in messages {
        let Some((received, decoding, consumer)) = received(kit, message) else { continue };
        check(message, client.decode(received, &decoding).await.expect("a record"), &message.case["value"]);
        if let Some((decoding, wanted)) = consumer {
            check(message, client.decode(received, &decoding).await.expect("a record for a consumer"), wanted);
        }
    }
}

/// What is received, how it is decoded as it was written, and how for a consumer, with what that is to see. Nothing of a
/// tombstone, which says that there is no value.
type Read<'m> = (Received<'m>, Decoding, Option<(Decoding, &'m Json)>);

fn received<'m>(kit: &Kit, message: &'m Message<'_>) -> Option<Read<'m>> {
    let received = Received { payload: message.payload.as_deref()?, header: message.header.as_deref() };
    let consumer = message.case.get("reader").map(|reader| {
        let schema = ReaderSchema::avro(&kit.text(text(&reader["schema"]))).expect("a schema");
        (Decoding { reader: Some(schema), subject: None }, &reader["value"])
    });
    Some((received, Decoding::default(), consumer))
}

fn check(message: &Message<'_>, decoded: Decoded, wanted: &Json) {
    let found = Json::try_from(decoded.value).expect("JSON");
    assert_eq!(found, values::told(wanted), "{}", message.told());
}

fn settings(kit: &Kit) -> Settings {
    Settings::new([kit.url.as_str()])
}

fn producing(kit: &Kit, case: &Json) -> Producing {
    let topic = format!("messages-{}", kit.topic(text(&case["name"])));
    let part = if is_key(case) { Part::Key } else { Part::Value };
    Producing { part, ..Producing::registered(&topic, schema(kit, case)) }
}

fn message<'c>(producing: &Producing, case: &'c Json, encoded: Option<Encoded>) -> Message<'c> {
    let (payload, header) = encoded.map(|encoded| (encoded.payload, encoded.header)).unzip();
    let header = header.flatten().map(|(name, value)| {
        assert_eq!(name, producing.part.header());
        value
    });
    Message { case, topic: producing.topic.clone(), header, payload }
}

fn subject_of(name: &Json) -> String {
    format!("messages-{}", text(name))
}

fn schema(kit: &Kit, of: &Json) -> Schema {
    let schema = Schema::avro(kit.text(text(&of["schema"])));
    list(&of["refers_to"]).fold(schema, |schema, name| schema.referring_to(text(name), &subject_of(name), 1))
}
