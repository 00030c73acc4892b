//! Endpoints that Confluent does not have.

pub(super) mod health;
