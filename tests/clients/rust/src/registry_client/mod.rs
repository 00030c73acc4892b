//! `schema-registry-client`, the asynchronous client with serializers, metadata and rules.
//!
//! Two things of release 0.4.2 work with no registry. The compatibility test reads `{"is_compatible":…}` as a bare
//! boolean and is left out. The look-up of associations asks `GET /associations`, where Confluent's community server
//! answers 405 as we do: serializers here name subjects by topic, since by default they begin with that look-up.

mod contracts;
mod registering;
pub mod serdes;

use crate::kit::Kit;
use schema_registry_client::rest::apis::Error;
use schema_registry_client::rest::client_config::ClientConfig;
use schema_registry_client::rest::models::Schema;
use schema_registry_client::rest::schema_registry_client::{Client, SchemaRegistryClient};

pub async fn take_steps(kit: &Kit) {
    registering::register_and_read(kit).await;
    kit.passed("register and read");
    registering::name_types_of_other_subjects(kit).await;
    kit.passed("name types of other subjects");
    registering::configure(kit).await;
    kit.passed("configure");
    registering::associate(kit).await;
    kit.passed("associate");
    registering::delete(kit).await;
    kit.passed("delete");
    contracts::keep_metadata_and_rules(kit).await;
    kit.passed("keep metadata and rules");
    contracts::migrate(kit).await;
    kit.passed("migrate");
    serdes::round_trip(kit).await;
    kit.passed("round trip");
    serdes::live_in_a_context(kit).await;
    kit.passed("live in a context");
}

/// A client that knows nothing from before.
fn client(kit: &Kit, suffix: &str) -> SchemaRegistryClient {
    SchemaRegistryClient::new(ClientConfig::new(vec![format!("{}{suffix}", kit.url)]))
}

fn schema(kit: &Kit, name: &str) -> Schema {
    Schema {
        schema_type: Some("AVRO".into()),
        references: None,
        metadata: None,
        rule_set: None,
        schema: kit.text(name),
    }
}

/// The answer must be a refusal with this status and code.
fn assert_refused<T: std::fmt::Debug>(what: &str, status: u16, code: i32, answer: Result<T, Error>) {
    match answer.expect_err(what) {
        Error::ResponseError(told) => {
            let found = told.entity.and_then(|entity| entity.error_code);
            assert_eq!((told.status.as_u16(), found), (status, Some(code)), "{what}: {}", told.content);
        }
        other => panic!("{what}: expected {status} with {code}, was told {other:?}"),
    }
}
