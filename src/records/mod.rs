//! Does a record fit a schema, and who can read it? What a producer asks before it publishes.
//!
//! Walks bytes and JSON over our own model of schemas. The `apache-avro` crate, which encodes and decodes *values*, is
//! no help in *checking* them: it refuses schemas that Java accepts, says neither where a record breaks nor what else is
//! wrong with it, and builds a tree per record. Tests use it as the judge instead. Pure: no I/O, no clock.

mod binary;
mod cursor;
mod field_path;
mod json;
mod logical;
mod misfit;
mod program;
mod reading;
mod resolve;
mod rewrite;
mod stack;
pub mod wire;
mod words;

pub use json::JsonForm;
pub use misfit::{LogicalRule, Misfit, MisfitReason, Misfits, Objection};
pub use reading::Reading;
pub use rewrite::{NotRewritten, Rewriting};

use crate::schema::ParsedSchema;
use crate::schema::avro::model::RecordId;
use program::Program;
use std::sync::Arc;

/// Whether the values of logical types are looked at, beyond the type that carries them.
///
/// What fits is what can be written and then read by those who convert: the classes that Java generates, `fastavro`,
/// and the `apache-avro` crate convert by default and fail on such values, or read another one. A reader without
/// conversions, as Java's generic one, never sees the difference.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum LogicalTypes {
    /// A `uuid` is one, a `decimal` keeps to its precision, a time lies within a day.
    #[default]
    Checked,
    /// A value of the type below is enough.
    Ignored,
}

/// Tells whether records fit one schema. Made once per schema, for many records and threads.
#[derive(Debug)]
pub struct Checker {
    schema: Arc<ParsedSchema>,
    program: Program,
}

impl Checker {
    /// For `schema`, logical types checked. Costs about as much as a walk over the schema.
    pub fn new(schema: Arc<ParsedSchema>) -> Self {
        Self::with(schema, LogicalTypes::default())
    }

    /// For `schema`, logical types as told.
    pub fn with(schema: Arc<ParsedSchema>, logical_types: LogicalTypes) -> Self {
        let ParsedSchema::Avro(avro) = &*schema;
        let program = Program::of(avro, logical_types);
        Self { schema, program }
    }

    /// The schema it checks against.
    pub fn schema(&self) -> &Arc<ParsedSchema> {
        &self.schema
    }

    /// The default of a record's field, encoded; `None` where it has none, or one that is no value of its type.
    pub fn default(&self, record: RecordId, field: u32) -> Option<Vec<u8>> {
        let ParsedSchema::Avro(avro) = &*self.schema;
        json::default(&self.program, avro, record, field)
    }

    /// About how many bytes it takes beside its schema.
    pub fn bytes(&self) -> usize {
        self.program.bytes()
    }

    /// Whether `datum` is exactly one value in Avro's binary encoding, with nothing behind it.
    ///
    /// Allocates nothing when it fits, unless it nests deeper than 16 records, arrays and maps; then about 48 bytes for
    /// each level, of which a byte of `datum` can open at most one. Time follows the length of `datum`, whatever counts
    /// and lengths it claims.
    ///
    /// # Errors
    /// The first misfit: what follows it in the bytes has no meaning.
    pub fn binary(&self, datum: &[u8]) -> Result<(), Misfit> {
        let ParsedSchema::Avro(avro) = &*self.schema;
        binary::whole(&self.program, avro, datum)
    }

    /// The length of the value that `data` begins with: a block of a container file holds many, one behind the other.
    ///
    /// # Errors
    /// As [`Self::binary`], except that bytes may be left over.
    pub fn binary_prefix(&self, data: &[u8]) -> Result<usize, Misfit> {
        let ParsedSchema::Avro(avro) = &*self.schema;
        binary::prefix(&self.program, avro, data)
    }

    /// Encodes what `text` says, one value in JSON.
    ///
    /// Time and memory follow the length of `text`, however deep it nests and whatever the schema could make of it.
    ///
    /// # Errors
    /// All misfits, up to 100; only the first where the text is no JSON.
    pub fn json(&self, text: &str, form: JsonForm) -> Result<Vec<u8>, Misfits> {
        let ParsedSchema::Avro(avro) = &*self.schema;
        json::check(&self.program, avro, text, form)
    }
}
