//! Changes between two Avro schemas.

pub(super) mod changes;
pub(super) mod moves;
