//! `schema_registry_converter`, which converts between events and payloads, in both of its ways.

pub mod asynchronous;
pub mod blocking;

use crate::kit::Kit;
use apache_avro_of_the_converter::types::Value;
use schema_registry_converter::error::SRCError;
use schema_registry_converter::schema_registry_common::{SchemaType, SuppliedReference, SuppliedSchema};

fn schema(kit: &Kit, name: &str) -> SuppliedSchema {
    SuppliedSchema::new(None, SchemaType::Avro, kit.text(name))
}

/// A visit is at an address, which is in a country: each a subject of its own, registered by the client on the way.
///
/// The converter puts a text in the place of the short name by which it is used, so that all three share a namespace,
/// and none is used twice.
fn visit(kit: &Kit) -> SuppliedSchema {
    let refer = |name: &str, subject: &str| {
        SuppliedReference::new(format!("com.example.places.{name}"), kit.subject(subject), kit.text(subject))
    };
    let address = refer("Address", "address").with_references(vec![refer("Country", "country")]);
    schema(kit, "visit").with_references(vec![address])
}

fn visit_event() -> Vec<(&'static str, Value)> {
    let address = vec![
        ("street".to_owned(), Value::String("Lijnbaan 1".into())),
        ("country".to_owned(), Value::Enum(3, "NL".into())),
    ];
    vec![("visitor", Value::String("c-1".into())), ("at", Value::Record(address))]
}

fn assert_fields(found: Value, wanted: Vec<(&str, Value)>) {
    let wanted = wanted.into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
    assert_eq!(found, Value::Record(wanted));
}

/// The answer must be a refusal that names this status.
fn assert_refused<T: std::fmt::Debug>(what: &str, status: u16, answer: Result<T, SRCError>) {
    let told = format!("{:?}", answer.expect_err(what));
    assert!(told.contains(&status.to_string()), "{what}: expected {status}, told {told}");
}
