//! Avro's object container files, read block by block in memory that does not grow with the file.
//!
//! Read by hand: apache-avro's reader parses the schema with its own parser, trusts sizes and counts, and neither says
//! where a file is damaged nor goes on behind the damage. Specification of Avro 1.12, "Object Container Files".

mod codec;
mod header;

use super::input::Input;
use codec::{Codec, Unpacked};
use std::io;

pub(super) use header::Header;

/// Largest block, packed or unpacked, in bytes: Java writes 64,000 and rarely more than 16 MiB.
pub(super) const BLOCK_BYTES_MAX: usize = 64 << 20;

/// Most bytes of one file that are read a second time, because a length was not to be believed.
const READ_AGAIN_MAX: usize = 1 << 30;

/// What every block ends with.
type SyncMarker = [u8; 16];

/// The blocks of one file.
pub(super) struct Blocks {
    codec: Codec,
    sync: SyncMarker,
    packed: Vec<u8>,
    unpacked: Vec<u8>,
    may_read_again: usize,
}

/// A block.
pub(super) struct Block<'b> {
    /// Where it begins in the file.
    pub(super) offset: u64,
    /// How many records it should hold.
    pub(super) records: u64,
    /// They, one behind the other.
    pub(super) data: &'b [u8],
}

/// A block that cannot be read.
#[derive(Debug)]
pub(super) struct BadBlock {
    /// Where it begins in the file.
    pub(super) offset: u64,
    /// How many records it holds, where it is whole but for what is packed in it.
    pub(super) records: Option<u64>,
    /// What is wrong: the end of a sentence that begins with the block.
    pub(super) reason: String,
    /// Whether the file ends with it: none of the markers that blocks end with follows.
    pub(super) is_last: bool,
}

impl Blocks {
    /// Behind `header`.
    pub(super) fn new(header: &Header) -> Result<Self, String> {
        let codec = Codec::read(&header.codec)?;
        Ok(Self { codec, sync: header.sync, packed: Vec::new(), unpacked: Vec::new(), may_read_again: READ_AGAIN_MAX })
    }

    /// The next block; `None` at the end. Behind a bad block it goes on with the one that follows the next marker.
    ///
    /// # Errors
    /// The input itself fails.
    pub(super) fn next(&mut self, input: &mut Input<'_>) -> io::Result<Option<Result<Block<'_>, BadBlock>>> {
        let offset = input.position();
        let records = match header::long(input)? {
            Some(Ok(records)) => records,
            None => return Ok(None),
            Some(Err(reason)) => return self.lost(input, offset, reason),
        };
        let bytes = match header::long(input)? {
            Some(Ok(bytes)) => bytes,
            None => return Ok(Some(Err(cut_off(offset)))),
            Some(Err(reason)) => return self.lost(input, offset, reason),
        };
        let (Ok(records), Ok(bytes)) = (u64::try_from(records), usize::try_from(bytes)) else {
            let reason = format!("claims {records} records in {bytes} bytes");
            return self.lost(input, offset, reason);
        };
        if bytes > BLOCK_BYTES_MAX {
            let reason = format!("claims to be {bytes} bytes long; at most {BLOCK_BYTES_MAX} are read");
            return self.lost(input, offset, reason);
        }
        let mut marker = Vec::with_capacity(self.sync.len());
        let is_whole =
            input.read_exactly(bytes, &mut self.packed)? && input.read_exactly(self.sync.len(), &mut marker)?;
        if marker != self.sync {
            self.packed.append(&mut marker);
            let reason = "does not end with the file's sync marker".to_owned();
            if self.goes_on_within(input) {
                return Ok(Some(Err(BadBlock { offset, records: None, reason, is_last: false })));
            }
            if !is_whole {
                return Ok(Some(Err(cut_off(offset))));
            }
            // Of a marker that only begins in it the rest follows.
            input.unread(self.packed.split_off(self.packed.len().saturating_sub(self.sync.len() - 1)));
            return self.lost(input, offset, reason);
        }
        let data = match self.codec.unpack(&self.packed, BLOCK_BYTES_MAX, &mut self.unpacked) {
            Ok(Unpacked::AsItIs) => &self.packed,
            Ok(Unpacked::There) => &self.unpacked,
            Err(reason) => {
                return Ok(Some(Err(BadBlock { offset, records: Some(records), reason, is_last: false })));
            }
        };
        Ok(Some(Ok(Block { offset, records, data })))
    }

    /// Whether a marker stands in what was taken for a block, whose length was wrong then. What is behind it is read again.
    fn goes_on_within(&mut self, input: &mut Input<'_>) -> bool {
        let Some(at) = self.packed.windows(self.sync.len()).position(|window| window == self.sync) else {
            return false;
        };
        let behind = self.packed.split_off(at + self.sync.len());
        match self.may_read_again.checked_sub(behind.len()) {
            Some(left) => self.may_read_again = left,
            None => return false,
        }
        input.unread(behind);
        true
    }

    /// Looks for the next marker.
    fn lost(
        &self,
        input: &mut Input<'_>,
        offset: u64,
        reason: String,
    ) -> io::Result<Option<Result<Block<'_>, BadBlock>>> {
        let mut window: SyncMarker = [0; 16];
        let mut seen = 0_usize;
        while let Some(byte) = input.read_byte()? {
            window.rotate_left(1);
            window[15] = byte;
            seen = seen.saturating_add(1);
            if seen >= window.len() && window == self.sync {
                return Ok(Some(Err(BadBlock { offset, records: None, reason, is_last: false })));
            }
        }
        Ok(Some(Err(BadBlock { offset, records: None, reason, is_last: true })))
    }
}

fn cut_off(offset: u64) -> BadBlock {
    BadBlock { offset, records: None, reason: "is cut off: the file ends within it".to_owned(), is_last: true }
}
