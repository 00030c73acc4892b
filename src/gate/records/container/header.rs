//! The header of a container file: its schema, its codec, its sync marker.

use super::super::form::CONTAINER;
use super::SyncMarker;
use crate::gate::records::input::Input;
use std::io;

/// Largest header, in bytes: the schema in it may be as long as a schema file.
const HEADER_BYTES_MAX: u64 = 32 << 20;

/// What a file says of itself.
#[derive(Debug)]
pub(in crate::gate::records) struct Header {
    /// The schema that its records were written with, as text.
    pub(in crate::gate::records) schema: String,
    /// How its blocks are packed.
    pub(super) codec: String,
    /// What its blocks end with.
    pub(super) sync: SyncMarker,
}

impl Header {
    /// Reads the header; `Err` inside says why it is none.
    ///
    /// # Errors
    /// The input itself fails.
    pub(in crate::gate::records) fn read(input: &mut Input<'_>) -> io::Result<Result<Self, String>> {
        let mut bytes = Vec::new();
        if !input.read_exactly(CONTAINER.len(), &mut bytes)? || bytes != CONTAINER {
            return Ok(Err("is no object container file: it does not begin with `Obj` and 1".to_owned()));
        }
        let (mut schema, mut codec) = (None, None);
        loop {
            let count = match long(input)? {
                Some(Ok(0)) => break,
                Some(Ok(count)) => count,
                other => return Ok(Err(broken(other))),
            };
            if count < 0 {
                // Behind the count of such a block stands its length, which nobody needs here.
                match long(input)? {
                    Some(Ok(_)) => {}
                    other => return Ok(Err(broken(other))),
                }
            }
            for _ in 0..count.unsigned_abs() {
                let Some(key) = text(input, &mut bytes)? else { return Ok(Err(broken(None))) };
                let is_schema = key == b"avro.schema";
                let is_codec = key == b"avro.codec";
                let Some(value) = text(input, &mut bytes)? else { return Ok(Err(broken(None))) };
                if is_schema {
                    schema = Some(value);
                } else if is_codec {
                    codec = Some(value);
                }
            }
        }
        let mut sync = [0; 16];
        if !input.read_exactly(sync.len(), &mut bytes)? {
            return Ok(Err(broken(None)));
        }
        sync.copy_from_slice(&bytes);
        Ok(assembled(schema, codec, sync))
    }
}

fn assembled(schema: Option<Vec<u8>>, codec: Option<Vec<u8>>, sync: SyncMarker) -> Result<Header, String> {
    let Some(schema) = schema else { return Err("has no schema in its header".to_owned()) };
    let schema = String::from_utf8(schema).map_err(|_| "has a schema in its header that is not UTF-8".to_owned())?;
    let codec = codec.filter(|codec| !codec.is_empty());
    let codec = codec.map_or_else(|| "null".to_owned(), |codec| String::from_utf8_lossy(&codec).into_owned());
    Ok(Header { schema, codec, sync })
}

fn broken(long: Option<Result<i64, String>>) -> String {
    match long {
        Some(Err(reason)) => format!("has a damaged header, which {reason}"),
        Some(Ok(_)) | None => {
            "has a damaged header: the file ends within it, or a length there is beyond every limit".to_owned()
        }
    }
}

/// A length and so many bytes; `None` where there are not so many, or the header would become too large.
fn text(input: &mut Input<'_>, buffer: &mut Vec<u8>) -> io::Result<Option<Vec<u8>>> {
    let Some(Ok(length)) = long(input)? else { return Ok(None) };
    let Ok(bytes) = usize::try_from(length) else { return Ok(None) };
    if input.position().saturating_add(bytes as u64) > HEADER_BYTES_MAX {
        return Ok(None);
    }
    Ok(input.read_exactly(bytes, buffer)?.then(|| std::mem::take(buffer)))
}

/// A long in zigzag; `None` at the end of the file, `Err` inside for one that ends within or has more than 64 bits: the
/// end of a sentence.
pub(super) fn long(input: &mut Input<'_>) -> io::Result<Option<Result<i64, String>>> {
    let mut value: u64 = 0;
    for at in 0..10_u32 {
        let Some(byte) = input.read_byte()? else {
            return Ok((at > 0).then(|| Err("is cut off: the file ends within a number".to_owned())));
        };
        let bits = u64::from(byte & 0x7f);
        if at == 9 && bits > 1 {
            break;
        }
        value |= bits << (7 * at);
        if byte & 0x80 == 0 {
            let value = value >> 1 ^ (value & 1).wrapping_neg();
            return Ok(Some(Ok(value as i64)));
        }
    }
    Ok(Some(Err("begins with a number of more than 64 bits".to_owned())))
}
