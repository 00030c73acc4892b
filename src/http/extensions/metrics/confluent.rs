//! The numbers of Confluent's server that dashboards show, under the names that its usual JMX exporter rules print
//! (`registry-semantics` 15), so that a dashboard goes on working. What is a rate or a percentile there is none here:
//! our own histograms say it better.

use super::exposition::{Exposition, Kind};
use crate::http::tally::Tally;
use crate::registry::Registry;

/// The three types that Confluent's server counts; ours knows one as yet.
const TYPES: [&str; 3] = ["avro", "json", "protobuf"];

pub(super) fn write(page: &mut Exposition, registry: &Registry, tally: &Tally) {
    let (mut succeeded, mut failed) = (0, 0);
    for requests in tally.requests() {
        let count: u64 = requests.latency_ns.classes().iter().sum();
        match requests.status {
            "2xx" => succeeded += count,
            "4xx" | "5xx" => failed += count,
            _ => {}
        }
    }
    let avro = &registry.figures().avro;
    let (registered, deleted) = (avro.registered.get(), avro.deleted.get());
    let mut single = |name, help: &str, value: u64| page.single(Kind::Unknown, name, help, value);
    single("kafka_schema_registry_registered_count", "Versions applied, at the start too.", registered);
    single("kafka_schema_registry_deleted_count", "Soft deletions of single versions applied.", deleted);
    single("kafka_schema_registry_avro_schemas_created", "Avro versions applied.", registered);
    single("kafka_schema_registry_avro_schemas_deleted", "Soft deletions of single Avro versions applied.", deleted);
    single("kafka_schema_registry_api_success_count", "Requests answered with 2xx.", succeeded);
    single("kafka_schema_registry_api_failure_count", "Requests answered with 4xx or 5xx.", failed);
    single("kafka_schema_registry_master_slave_role", "1: this node takes writes.", 1);
    single("kafka_schema_registry_node_count", "Nodes of the registry.", 1);
    single("kafka_schema_registry_jetty_metrics_connections_active", "Open connections.", tally.connections());
    let of_type = |name: &str, value| if name == "avro" { value } else { 0 };
    for (name, help, value) in [
        ("kafka_schema_registry_schemas_created", "Versions applied, by type.", registered),
        ("kafka_schema_registry_schemas_deleted", "Soft deletions applied, by type.", deleted),
    ] {
        let mut family = page.family(Kind::Unknown, name, help);
        TYPES.iter().for_each(|name| family.sample(&[("schema_type", name)], of_type(name, value)));
    }
    let mut total = |name, help: &str, value: u64| page.single(Kind::Counter, name, help, value);
    total("kafka_schema_registry_jersey_metrics_request", "Requests answered.", succeeded + failed);
    total("kafka_schema_registry_jersey_metrics_request_error", "Requests answered with 4xx or 5xx.", failed);
}
