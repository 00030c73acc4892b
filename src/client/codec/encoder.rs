//! What a producer writes with: made at start-up, then asked for each record without a question to anybody.

use super::super::answers::Registration;
use super::super::schema::RegisteredSchema;
use super::extent::{self, Beyond};
use super::naming::Part;
use super::readers::{Reader, Refusal};
use super::unfit::Unfit;
use super::{typed, writing};
use crate::records::wire::SchemaRef;
use crate::records::{Checker, JsonForm, Misfit, Misfits};
use apache_avro::types::Value;
use std::fmt;
use std::sync::Arc;

/// How a message names its schema.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Framing {
    /// A byte 0 and the id before the value: what every client of Kafka and Confluent's registry reads.
    #[default]
    IdPrefix,
    /// The guid in a header of the Kafka record, the value alone as payload: clients from 8.0 on.
    GuidHeader,
}

/// A message to be sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Encoded {
    /// What goes into the key or value of the Kafka record.
    pub payload: Vec<u8>,
    /// What goes into its headers, if anything: name and value.
    pub header: Option<(&'static str, Vec<u8>)>,
}

/// Why a record is not sent.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum EncodeError {
    /// The value does not fit the schema.
    #[error("the record does not fit: {0}")]
    Unfit(Unfit),
    /// What was encoded does not fit the schema.
    #[error("the record does not fit: {0}")]
    Misfit(Misfit),
    /// The text does not fit the schema: every place where it does not.
    #[error("the record does not fit: {0}")]
    Misfits(Misfits),
    /// A reader could not read it.
    #[error("the record cannot be read: {0}")]
    Unreadable(Box<Refusal>),
    /// It is too deep or too large for a value in memory.
    #[error("the record is refused: {0}")]
    Beyond(Beyond),
}

/// Encodes and checks the records of one schema. Shareable between threads; asks nobody anything.
///
/// ```no_run
/// use apache_avro::types::Value;
/// use sluicegate::client::{Producing, Schema, Settings, blocking};
///
/// let client = blocking::Client::new(Settings::new(["http://127.0.0.1:8081"]))?;
/// let schema = Schema::avro(r#"{"type": "record", "name": "Order", "fields": [{"name": "cents", "type": "long"}]}"#);
/// let encoder = client.encoder(&Producing::registered("orders", schema))?; // an error: nothing may be published
///
/// let record = Value::Record(vec![("cents".to_owned(), Value::Long(1_250))]);
/// let message = encoder.encode(&record)?; // an error: this record may not be published
/// assert_eq!(message.payload[0], 0, "the magic byte of the wire format");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct Encoder {
    pub(super) subject: String,
    pub(super) part: Part,
    pub(super) framing: Framing,
    pub(super) registration: Arc<Registration>,
    pub(super) schema: Arc<RegisteredSchema>,
    pub(super) reference: SchemaRef,
    pub(super) checker: Checker,
    pub(super) readers: Vec<Reader>,
}

impl Encoder {
    /// The subject it writes for.
    pub fn subject(&self) -> &str {
        &self.subject
    }

    /// Where its schema is registered.
    pub fn registration(&self) -> &Registration {
        &self.registration
    }

    /// Its schema, as the registry has it.
    pub fn schema(&self) -> &Arc<RegisteredSchema> {
        &self.schema
    }

    /// The readers that could fail on a record, and so are asked about each; empty where every one can read all of them.
    pub fn doubtful_readers(&self) -> impl Iterator<Item = &str> {
        self.readers.iter().map(|reader| reader.name.as_str())
    }

    /// Encodes a value, if it fits and every reader could read it. Works for every valid schema.
    ///
    /// A value may stand bare where the schema has a union: it takes the branch of its own type, else the first that it can
    /// stand for. Fields that are not given take their defaults.
    ///
    /// # Errors
    /// [`EncodeError`]
    pub fn encode(&self, value: &Value) -> Result<Encoded, EncodeError> {
        let depth = extent::of_value(value).map_err(EncodeError::Beyond)?;
        let write = || {
            let mut payload = self.prefix();
            writing::write(&self.checker, value, &mut payload).map(|()| payload)
        };
        let written = extent::with_room(depth, write).map_err(EncodeError::Beyond)?;
        self.checked(written.map_err(EncodeError::Unfit)?)
    }

    /// Encodes a type of the producer's own, if it fits and every reader could read it. Works for every valid schema.
    ///
    /// The schema decides. Fields go by name, in any order; one that the schema does not have is refused, one that the type
    /// does not have takes its default. In a union an enum's variant is the branch of its own name, or a symbol of the enum
    /// there; else what it holds takes the branch of its type. What could be meant in two ways is refused. Whole numbers
    /// take every type of whole numbers that holds them, an `f32` a double as well; newtypes are what they hold, `Vec<u8>`
    /// and arrays of bytes are bytes where the schema wants those, and a UUID is text or 16 bytes likewise. Dates, times and
    /// decimals are given as the number or the bytes that Avro makes of them.
    ///
    /// # Errors
    /// [`EncodeError`]
    pub fn encode_serde<T: serde::Serialize + ?Sized>(&self, record: &T) -> Result<Encoded, EncodeError> {
        let mut payload = self.prefix();
        typed::write(&self.checker, record, &mut payload).map_err(|why| match why {
            Ok(unfit) => EncodeError::Unfit(unfit),
            Err(beyond) => EncodeError::Beyond(beyond),
        })?;
        self.checked(payload)
    }

    /// Encodes a record that is at hand as JSON. Works for every valid schema.
    ///
    /// # Errors
    /// [`EncodeError`]
    pub fn encode_json(&self, text: &str, form: JsonForm) -> Result<Encoded, EncodeError> {
        self.frame(&self.checker.json(text, form).map_err(EncodeError::Misfits)?)
    }

    /// Makes a message of a record that is encoded already, if it fits and every reader could read it. Works for every valid
    /// schema.
    ///
    /// # Errors
    /// [`EncodeError`]
    pub fn frame(&self, datum: &[u8]) -> Result<Encoded, EncodeError> {
        let mut payload = self.prefix();
        payload.extend_from_slice(datum);
        self.checked(payload)
    }

    fn prefix(&self) -> Vec<u8> {
        let mut payload = Vec::with_capacity(64);
        if self.framing == Framing::IdPrefix {
            self.reference.write(&mut payload);
        }
        payload
    }

    fn checked(&self, mut payload: Vec<u8>) -> Result<Encoded, EncodeError> {
        let (datum, header) = match self.framing {
            Framing::IdPrefix => (&payload[self.reference.wire_len()..], None),
            Framing::GuidHeader => {
                let mut header = Vec::with_capacity(self.reference.wire_len());
                self.reference.write(&mut header);
                (&payload[..], Some((self.part.header(), header)))
            }
        };
        self.checker.binary(datum).map_err(EncodeError::Misfit)?;
        for reader in &self.readers {
            reader.check(datum).map_err(EncodeError::Unreadable)?;
        }
        let (begin, length) = (payload.len() - datum.len(), datum.len() - self.checker.body(datum).len());
        payload.drain(begin..begin + length);
        Ok(Encoded { payload, header })
    }
}

impl fmt::Debug for Encoder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { subject, registration, readers, .. } = self;
        f.debug_struct("Encoder")
            .field("subject", subject)
            .field("registration", registration)
            .field("readers", &readers.len())
            .finish_non_exhaustive()
    }
}
