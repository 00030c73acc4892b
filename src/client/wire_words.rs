//! What every request says of itself.

/// Media types that are understood.
pub(super) const ACCEPTED: &str = "application/vnd.schemaregistry.v1+json, application/json";
/// Media type of what is sent.
pub(super) const SCHEMA_REGISTRY_JSON: &str = "application/vnd.schemaregistry.v1+json";
/// Who asks.
pub(super) const USER_AGENT: &str = concat!("sluicegate/", env!("CARGO_PKG_VERSION"));
