//! Endpoints that Confluent does not have.

pub(super) mod exemptions;
pub(super) mod governance;
pub(super) mod health;
pub(super) mod metrics;
pub(super) mod policy;
