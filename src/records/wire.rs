//! Confluent's wire format: which schema a message was written with, and where its value begins.
//!
//! Facts from `io.confluent.kafka.serializers.schema.id.SchemaId`: a byte 0 and a 4-byte id, or a byte 1 and the 16 bytes
//! of a guid, big-endian both. They stand before the value, or alone in a header of the Kafka record, and then the
//! value has no prefix. Either byte may occur in either place. What follows is Avro's binary encoding, but for bytes that
//! are the whole value: their length is not written, since the message tells it.

use super::Checker;
use crate::schema::ParsedSchema;
use crate::schema::avro::model::{Node, Primitive};
use std::borrow::Cow;
use std::fmt;

/// The header of a Kafka record that says which schema its key was written with.
pub const KEY_HEADER: &str = "__key_schema_id";
/// The same of its value.
pub const VALUE_HEADER: &str = "__value_schema_id";

const MAGIC_ID: u8 = 0;
const MAGIC_GUID: u8 = 1;

/// How a message names its schema.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum SchemaRef {
    /// By the registry's id, of a context or the default one.
    Id(u32),
    /// By its guid, which is the same in every registry; in the order in which it is written out.
    Guid([u8; 16]),
}

/// Why bytes name no schema.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotFramed {
    /// There is none.
    #[error("it is empty")]
    Empty,
    /// The first byte is neither 0 nor 1.
    #[error("it begins with byte {magic}, where 0 (a schema id) or 1 (a schema guid) is expected")]
    Magic {
        /// That byte.
        magic: u8,
    },
    /// It ends within the id or guid.
    #[error("it ends after {bytes} bytes, where the first {wanted} name the schema")]
    Short {
        /// How long it is.
        bytes: usize,
        /// How long the name alone is.
        wanted: usize,
    },
}

/// Takes a message in prefix form apart: the schema it names, and the encoded value behind.
///
/// # Errors
/// [`NotFramed`].
pub fn split(message: &[u8]) -> Result<(SchemaRef, &[u8]), NotFramed> {
    let (magic, rest) = message.split_first().ok_or(NotFramed::Empty)?;
    let short = |wanted| NotFramed::Short { bytes: message.len(), wanted };
    match *magic {
        MAGIC_ID => {
            let (id, body) = rest.split_first_chunk::<4>().ok_or(short(5))?;
            Ok((SchemaRef::Id(u32::from_be_bytes(*id)), body))
        }
        MAGIC_GUID => {
            let (guid, body) = rest.split_first_chunk::<16>().ok_or(short(17))?;
            Ok((SchemaRef::Guid(*guid), body))
        }
        magic => Err(NotFramed::Magic { magic }),
    }
}

/// The schema that the value of a [`KEY_HEADER`] or [`VALUE_HEADER`] names. What follows the name is passed over, as
/// every client does: there Protobuf's message indexes stand.
///
/// # Errors
/// [`NotFramed`].
pub fn header(value: &[u8]) -> Result<SchemaRef, NotFramed> {
    split(value).map(|(schema, _)| schema)
}

/// Takes a message apart as clients do that know both forms: where the record has a header (the last one of its name),
/// that names the schema and `payload` is all value; else the payload's prefix does.
///
/// # Errors
/// [`NotFramed`], of a header too: clients do not fall back to a prefix that may not be one.
pub fn split_with_header<'p>(
    header_value: Option<&[u8]>,
    payload: &'p [u8],
) -> Result<(SchemaRef, &'p [u8]), NotFramed> {
    match header_value {
        Some(value) => Ok((header(value)?, payload)),
        None => split(payload),
    }
}

/// Between what a message holds behind the name of its schema and a value in Avro's binary encoding: the same, but for a
/// schema that is `bytes`, with a logical type or without. The Avro serializers of Confluent, in every language, write those
/// alone, and read all that there is.
impl Checker {
    /// The value in Avro's binary encoding that `body` is; whether it is one, [`Self::binary`] tells.
    pub fn datum<'b>(&self, body: &'b [u8]) -> Cow<'b, [u8]> {
        if !self.is_bytes() {
            return Cow::Borrowed(body);
        }
        let mut datum = Vec::with_capacity(body.len() + 10);
        let mut length = (body.len() as u64) << 1; // zigzag of what is not negative
        while length >= 0x80 {
            datum.push(length as u8 | 0x80);
            length >>= 7;
        }
        datum.push(length as u8);
        datum.extend_from_slice(body);
        Cow::Owned(datum)
    }

    /// What a message holds of `datum`, a value in Avro's binary encoding.
    pub fn body<'d>(&self, datum: &'d [u8]) -> &'d [u8] {
        let length =
            if self.is_bytes() { datum.iter().position(|byte| *byte < 0x80).map_or(0, |last| last + 1) } else { 0 };
        &datum[length..]
    }

    fn is_bytes(&self) -> bool {
        let ParsedSchema::Avro(avro) = &*self.schema;
        matches!(avro.node(avro.root()), Node::Primitive(Primitive::Bytes))
    }
}

impl SchemaRef {
    /// Writes it: before a value, or as the whole value of a header.
    pub fn write(&self, out: &mut Vec<u8>) {
        match self {
            Self::Id(id) => {
                out.push(MAGIC_ID);
                out.extend_from_slice(&id.to_be_bytes());
            }
            Self::Guid(guid) => {
                out.push(MAGIC_GUID);
                out.extend_from_slice(guid);
            }
        }
    }

    /// How many bytes [`Self::write`] writes.
    pub fn wire_len(&self) -> usize {
        match self {
            Self::Id(_) => 5,
            Self::Guid(_) => 17,
        }
    }
}

impl fmt::Display for SchemaRef {
    /// The id in digits; the guid in lower-case hex with dashes, as the registry spells it.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Id(id) => write!(f, "{id}"),
            Self::Guid(guid) => guid.iter().enumerate().try_for_each(|(at, byte)| match at {
                4 | 6 | 8 | 10 => write!(f, "-{byte:02x}"),
                _ => write!(f, "{byte:02x}"),
            }),
        }
    }
}
