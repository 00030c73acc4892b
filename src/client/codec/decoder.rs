//! From a message to a value: which schema it was written with, whether it is one, and what a reader makes of it.

use super::super::caller::Driver;
use super::super::error::ClientError;
use super::super::memory::Core;
use super::super::questions::SchemaQuestion;
use super::super::schema::{Guid, RegisteredSchema, Unreadable, Values};
use super::encoder::Encoded;
use super::extent::{self, Beyond};
use super::typed;
use crate::records::wire::{NotFramed, SchemaRef, split_with_header};
use crate::records::{Checker, Misfit, NotRewritten, Rewriting};
use crate::schema::{InvalidSchema, ParsedSchema, ReferencedText, SchemaSource, SchemaType, Strictness, parse};
use apache_avro::types::Value;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

/// A message as it was received: a payload alone, or with what names its schema in a header.
///
/// ```
/// use sluicegate::client::Message;
///
/// let (payload, header) = ([6, b'o', b'-', b'1'], [0, 0, 0, 0, 7]);
/// let message = Message { header: Some(&header), ..Message::from(&payload) };
/// assert_eq!(message.payload, payload);
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Message<'a> {
    /// The key or value of the Kafka record.
    pub payload: &'a [u8],
    /// The value of its header of the name [`Part::header`](super::Part::header), the last one if there are several.
    pub header: Option<&'a [u8]>,
}

impl<'a> From<&'a [u8]> for Message<'a> {
    fn from(payload: &'a [u8]) -> Self {
        Self { payload, header: None }
    }
}

impl<'a, const N: usize> From<&'a [u8; N]> for Message<'a> {
    fn from(payload: &'a [u8; N]) -> Self {
        payload.as_slice().into()
    }
}

impl<'a> From<&'a Vec<u8>> for Message<'a> {
    fn from(payload: &'a Vec<u8>) -> Self {
        payload.as_slice().into()
    }
}

/// What was encoded, as it will be received.
impl<'a> From<&'a Encoded> for Message<'a> {
    fn from(encoded: &'a Encoded) -> Self {
        Self { payload: &encoded.payload, header: encoded.header.as_ref().map(|(_, value)| value.as_slice()) }
    }
}

/// How messages are decoded.
///
/// ```no_run
/// use sluicegate::client::{Decoding, ReaderSchema, Settings, blocking};
///
/// let client = blocking::Client::new(Settings::new(["http://127.0.0.1:8081"]))?;
/// let reader = ReaderSchema::avro(include_str!("../../../examples/registry/order_events_v1.avsc"))?;
/// let decoding = Decoding { reader: Some(reader), subject: None };
/// # let payload: &[u8] = &[];
/// let decoded = client.decode(payload, &decoding)?;
/// println!("{:?}, written with schema {}", decoded.value, decoded.reference);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, Default)]
pub struct Decoding {
    /// What the program expects, whatever it was written with; without one values are as they were written.
    pub reader: Option<ReaderSchema>,
    /// The subject whose context ids are looked up in, where that is not the default one.
    pub subject: Option<String>,
}

/// A schema that a consumer brings with it. Cheap to clone, and to be made once: it remembers how it reads what.
///
/// ```
/// use sluicegate::client::{ReaderSchema, Unreadable};
///
/// let reader = ReaderSchema::avro(r#"{"type": "record", "name": "Order", "fields": [{"name": "id", "type": "string"}]}"#)?;
/// assert!(reader.parsed().resolved_text().contains("Order"));
/// assert!(matches!(ReaderSchema::avro("Order"), Err(Unreadable::Invalid(_))));
/// # Ok::<(), Unreadable>(())
/// ```
#[derive(Clone, Debug)]
pub struct ReaderSchema {
    parsed: Arc<ParsedSchema>,
    values: Arc<Values>,
    /// How it reads the writers it met last, the last one at the end.
    writers: Arc<Mutex<Vec<Arc<Rewriting>>>>,
}

/// How many writers a reader remembers.
const WRITERS_MAX: usize = 64;

impl ReaderSchema {
    /// An Avro schema that refers to no other.
    ///
    /// # Errors
    /// [`Unreadable`]
    pub fn avro(text: &str) -> Result<Self, Unreadable> {
        Self::referring(text, &[])
    }

    /// An Avro schema with what it refers to, each after what it refers to itself.
    ///
    /// # Errors
    /// [`Unreadable`]
    pub fn referring(text: &str, references: &[ReferencedText]) -> Result<Self, Unreadable> {
        let invalid = |error: InvalidSchema| Unreadable::Invalid(error);
        let source = SchemaSource { schema_type: SchemaType::Avro, text, references };
        let parsed = Arc::new(parse(&source, Strictness::New).map_err(invalid)?);
        let values = Arc::new(Values::of(&parsed)?);
        Ok(Self { parsed, values, writers: Arc::default() })
    }

    /// Its parsed form.
    pub fn parsed(&self) -> &Arc<ParsedSchema> {
        &self.parsed
    }

    fn rewriting(&self, writer: &Arc<ParsedSchema>) -> Arc<Rewriting> {
        let is_it = |known: &Arc<Rewriting>| Arc::ptr_eq(known.reading().writer(), writer);
        let lock = || self.writers.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = lock().iter().find(|known| is_it(known)) {
            return Arc::clone(known);
        }
        // Made without the lock; of two who make it at once both are right.
        let made = Arc::new(Rewriting::new(Arc::clone(writer), Arc::clone(&self.parsed)));
        let mut writers = lock();
        if writers.len() >= WRITERS_MAX {
            writers.remove(0);
        }
        writers.push(Arc::clone(&made));
        made
    }
}

/// A message that was decoded.
#[derive(Clone, Debug)]
pub struct Decoded {
    /// As the reader wants it, or as it was written.
    pub value: Value,
    /// What the message says it was written with.
    pub reference: SchemaRef,
    /// That schema.
    pub schema: Arc<RegisteredSchema>,
    /// The schema that the value is one of: the reader's, or that one.
    of: Arc<ParsedSchema>,
}

impl Decoded {
    /// A type of the consumer's own.
    ///
    /// Fields go by name. A branch of a union becomes the variant of its own name; one that has no name (a number, a text)
    /// becomes the variant at its place, where there is one for each branch or for each but null. So a type comes back as
    /// [`super::Encoder::encode_serde`] wrote it, if its variants without such a name stand in the order of the branches.
    ///
    /// # Errors
    /// [`DecodeError::Value`]: where, and why.
    pub fn into_type<T: serde::de::DeserializeOwned>(self) -> Result<T, DecodeError> {
        typed::read(&self.of, &self.value).map_err(DecodeError::Value)
    }
}

/// Why a message was not decoded.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum DecodeError {
    /// It does not say which schema it was written with.
    #[error("the message names no schema: {0}")]
    NotFramed(NotFramed),
    /// The registry does not know that schema.
    #[error("the message was written with schema {0}, which the registry does not have")]
    UnknownSchema(SchemaRef),
    /// The registry could not be asked.
    #[error(transparent)]
    Registry(ClientError),
    /// Its schema cannot be used.
    #[error("the message cannot be decoded: {0}")]
    Schema(Unreadable),
    /// It is no record of its schema.
    #[error("the message is no record of its schema: {0}")]
    Misfit(Misfit),
    /// It is too deep or too large for a value in memory.
    #[error("the message is refused: {0}")]
    Beyond(Beyond),
    /// The reader cannot read it: where, and why.
    #[error("the record cannot be read: {0}")]
    Unreadable(Misfit),
    /// The reader cannot make anything of it.
    #[error("the record does not become what is wanted: {0}")]
    Value(String),
}

impl<D: Driver> Core<D> {
    pub(in crate::client) async fn decode(
        self: &Arc<Self>,
        message: Message<'_>,
        decoding: &Decoding,
        deadline: Duration,
    ) -> Result<Decoded, DecodeError> {
        let (reference, body) = split_with_header(message.header, message.payload).map_err(DecodeError::NotFramed)?;
        let question = match reference {
            SchemaRef::Id(id) => SchemaQuestion::id(id, decoding.subject.as_deref()),
            SchemaRef::Guid(guid) => SchemaQuestion::Guid(Guid(guid)),
        };
        let schema = self.schema(question, deadline).await.map_err(DecodeError::Registry)?;
        let schema = schema.ok_or(DecodeError::UnknownSchema(reference))?;
        let reader = decoding.reader.as_ref();
        let value = value(&schema, body, reader)?;
        let of = Arc::clone(
            reader.map_or_else(|| schema.parsed(), |reader| Ok(&reader.parsed)).map_err(DecodeError::Schema)?,
        );
        Ok(Decoded { value, reference, schema, of })
    }
}

fn value(schema: &RegisteredSchema, body: &[u8], reader: Option<&ReaderSchema>) -> Result<Value, DecodeError> {
    let parsed = schema.parsed().map_err(DecodeError::Schema)?;
    let checker = schema.checker().map_err(DecodeError::Schema)?;
    let datum = &*checker.datum(body);
    checker.binary(datum).map_err(DecodeError::Misfit)?;
    let Some(reader) = reader else {
        return decoded(schema.decodable().map_err(DecodeError::Schema)?, parsed, datum);
    };
    let rewritten = reader.rewriting(parsed).binary(datum).map_err(|why| match why {
        NotRewritten::Misfit(misfit) => DecodeError::Unreadable(misfit),
        NotRewritten::TooLarge => DecodeError::Beyond(Beyond::Values),
        NotRewritten::Default => DecodeError::Value(why.to_string()),
    })?;
    decoded(&reader.values, &reader.parsed, &rewritten)
}

/// Decodes a value of a schema, which is at hand in both forms.
fn decoded(values: &Values, parsed: &ParsedSchema, datum: &[u8]) -> Result<Value, DecodeError> {
    let ParsedSchema::Avro(avro) = parsed;
    let depth = extent::of_datum(avro, datum).map_err(DecodeError::Beyond)?;
    let decode = || values.reader()?.read_value(&mut &*datum);
    extent::with_room(depth, decode).map_err(DecodeError::Beyond)?.map_err(|error| in_words(&error))
}

fn in_words(error: &apache_avro::Error) -> DecodeError {
    DecodeError::Value(super::super::query::in_passing(&error.to_string()))
}

impl RegisteredSchema {
    /// What tells whether records fit it, made once.
    ///
    /// # Errors
    /// [`Unreadable`]
    pub fn checker(&self) -> Result<&Checker, Unreadable> {
        let parsed = self.parsed()?;
        Ok(self.checker.get_or_init(|| Checker::new(Arc::clone(parsed))))
    }
}
