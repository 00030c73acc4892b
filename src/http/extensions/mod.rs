//! Endpoints that Confluent does not have.

mod answer;
pub(super) mod classification;
pub(super) mod exemptions;
pub(super) mod governance;
pub(super) mod health;
pub(super) mod metrics;
pub(super) mod policy;
pub(super) mod validation;
