//! The reader/writer check for Avro (`avro-compatibility` section 3).

use super::Findings;
use crate::schema::avro::AvroSchema;

/// Working memory of an Avro comparison.
#[derive(Debug, Default)]
pub(super) struct Scratch {}

/// See [`super::can_read`].
pub(super) fn can_read(_reader: &AvroSchema, _writer: &AvroSchema, _scratch: &mut Scratch) -> bool {
    unimplemented!()
}

/// See [`super::incompatibilities`].
pub(super) fn incompatibilities(_reader: &AvroSchema, _writer: &AvroSchema, _scratch: &mut Scratch) -> Findings {
    unimplemented!()
}
