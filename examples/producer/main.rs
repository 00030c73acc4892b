//! A producer that finds out before it publishes: whether its schema may be used, and whether each record fits.
//!
//! `cargo run --example producer [ADDRESS]` asks the registry that `make run` starts. Nothing is sent to Kafka: what a producer of
//! Kafka's would be given is printed.

use serde::Serialize;
use sluicegate::client::{Encoded, Producing, Readers, Schema, Settings, Writer, blocking};
use sluicegate::records::JsonForm;
use std::collections::BTreeMap;
use std::error::Error;
use std::io::Write;

/// The schema that the program was built with.
const SCHEMA: &str = include_str!("../registry/order_events_v2.avsc");
/// The one that somebody wants to build it with next: a field without a default, which old records do not have.
const NEXT_SCHEMA: &str = include_str!("../registry/order_events_v3.avsc");

#[derive(Serialize)]
struct OrderEvent {
    event_id: &'static str,
    event_type: EventType,
    event_timestamp: i64,
    order_id: &'static str,
    customer_id: &'static str,
    order_total_cents: i64,
    currency_code: &'static str,
    channel: Option<&'static str>,
    metadata: BTreeMap<String, String>,
    coupon_code: Option<&'static str>,
}

#[derive(Serialize)]
enum EventType {
    #[serde(rename = "ORDER_PLACED")]
    OrderPlaced,
}

fn main() -> Result<(), Box<dyn Error>> {
    let address = std::env::args().nth(1).unwrap_or_else(|| "http://127.0.0.1:8081".to_owned());
    run(&address, &mut std::io::stdout())
}

/// Tells the story of a producer's start, a schema and a record that are refused, and one that may go.
pub(crate) fn run(address: &str, out: &mut dyn Write) -> Result<(), Box<dyn Error>> {
    let client = blocking::Client::new(Settings::new([address]))?;

    // At start-up: no schema, no start. `Writer::Registered` leaves it to others to register.
    let mut producing = Producing::registered("producer-example", Schema::avro(SCHEMA));
    producing.writer = Writer::Registering(Schema::avro(SCHEMA));
    producing.readers = Readers::Live(20); // consumers with any of the newest 20 versions
    let encoder = client.encoder(&producing)?;
    writeln!(out, "order_events_v2.avsc: {}", client.standing(encoder.subject(), &Schema::avro(SCHEMA))?)?;

    // In a pipeline, or before a feature is switched on: may the next schema follow?
    writeln!(out, "order_events_v3.avsc: {}", client.standing(encoder.subject(), &Schema::avro(NEXT_SCHEMA))?)?;

    // Before each send: a record that comes from elsewhere as JSON …
    let foreign = r#"{"event_id": "e-1", "event_type": "ORDER_LOST", "event_timestamp": 1767225600000000,
                      "order_id": 17, "customer_id": "c-9", "order_total_cents": 12.5}"#;
    match encoder.encode_json(foreign, JsonForm::Plain) {
        Ok(message) => publish(out, &message)?,
        Err(refused) => writeln!(out, "not published: {refused}")?,
    }
    // … and one of our own.
    let event = OrderEvent {
        event_id: "e-2",
        event_type: EventType::OrderPlaced,
        event_timestamp: 1_767_225_600_000_000,
        order_id: "o-17",
        customer_id: "c-9",
        order_total_cents: 1_250,
        currency_code: "EUR",
        channel: Some("web"),
        metadata: BTreeMap::new(),
        coupon_code: None,
    };
    match encoder.encode_serde(&event) {
        Ok(message) => publish(out, &message)?,
        Err(refused) => writeln!(out, "not published: {refused}")?,
    }
    Ok(())
}

fn publish(out: &mut dyn Write, message: &Encoded) -> std::io::Result<()> {
    write!(out, "to be published, {} bytes:", message.payload.len())?;
    message.payload.iter().try_for_each(|byte| write!(out, " {byte:02x}"))?;
    writeln!(out)
}
