//! Reads the primitives of Avro's binary encoding, and says where and why one cannot be read.

use super::misfit::MisfitReason;

/// Why a walk ends early, and at which byte.
#[derive(Debug)]
pub(super) struct Slip {
    pub(super) at: usize,
    pub(super) reason: MisfitReason,
}

/// What is read, or why not; boxed, because it is the rare case.
pub(super) type Read<T> = Result<T, Box<Slip>>;

/// Makes a failure; never on the way of a record that fits.
#[cold]
pub(super) fn slip<T>(at: usize, reason: MisfitReason) -> Read<T> {
    Err(Box::new(Slip { at, reason }))
}

/// A place in the data.
#[derive(Clone, Copy, Debug)]
pub(super) struct Cursor<'d> {
    pub(super) data: &'d [u8],
    pub(super) at: usize,
}

impl<'d> Cursor<'d> {
    /// Bytes that are left.
    pub(super) fn left(&self) -> usize {
        self.data.len() - self.at
    }

    /// A `long`. Longer spellings of a number than need be are read, as everybody does; bits beyond 64 are not.
    #[inline]
    pub(super) fn long(&mut self) -> Read<i64> {
        match self.data.get(self.at) {
            Some(byte) if *byte < 0x80 => {
                self.at += 1;
                Ok(unzigzag(u64::from(*byte)))
            }
            _ => self.longer().map(unzigzag),
        }
    }

    /// An `int`, which takes at most five bytes. Java drops the bits beyond 32, others refuse them.
    #[inline]
    pub(super) fn int(&mut self) -> Read<i32> {
        let start = self.at;
        match i32::try_from(self.long()?) {
            Ok(int) if self.at - start <= 5 => Ok(int),
            _ => slip(start, MisfitReason::NumberTooLarge { bits: 32 }),
        }
    }

    fn longer(&mut self) -> Read<u64> {
        let start = self.at;
        let mut value = 0;
        for (place, byte) in self.data[start..].iter().take(10).enumerate() {
            if place == 9 && *byte > 1 {
                break;
            }
            value |= u64::from(byte & 0x7f) << (7 * place);
            if *byte < 0x80 {
                self.at = start + place + 1;
                return Ok(value);
            }
        }
        match self.left() {
            0..=9 => slip(start, MisfitReason::EndOfData { wanted: "a number" }),
            _ => slip(start, MisfitReason::NumberTooLarge { bits: 64 }),
        }
    }

    /// `false` or `true`.
    #[inline]
    pub(super) fn boolean(&mut self) -> Read<()> {
        match self.data.get(self.at) {
            Some(0 | 1) => {
                self.at += 1;
                Ok(())
            }
            Some(byte) => slip(self.at, MisfitReason::NotABoolean { byte: *byte }),
            None => slip(self.at, MisfitReason::EndOfData { wanted: "a boolean" }),
        }
    }

    /// A value of `length` bytes.
    #[inline]
    pub(super) fn take(&mut self, length: usize) -> Read<&'d [u8]> {
        match self.data.get(self.at..).and_then(|rest| rest.get(..length)) {
            Some(bytes) => {
                self.at += length;
                Ok(bytes)
            }
            None => slip(self.at, MisfitReason::LengthBeyondData { length: length as u64, left: self.left() }),
        }
    }

    /// `bytes`: a length and so many bytes.
    #[inline]
    pub(super) fn bytes(&mut self) -> Read<&'d [u8]> {
        let start = self.at;
        let length = self.long()?;
        match u64::try_from(length) {
            Ok(length) if length <= self.left() as u64 => self.take(length as usize),
            Ok(length) => slip(start, MisfitReason::LengthBeyondData { length, left: self.left() }),
            Err(_) => slip(start, MisfitReason::NegativeLength { length }),
        }
    }

    /// A `string`. Java replaces what is not UTF-8, others fail; the specification allows nothing else.
    #[inline]
    pub(super) fn string(&mut self) -> Read<&'d [u8]> {
        let bytes = self.bytes()?;
        match std::str::from_utf8(bytes) {
            Ok(_) => Ok(bytes),
            Err(error) => slip(self.at - bytes.len() + error.valid_up_to(), MisfitReason::NotUtf8),
        }
    }
}

fn unzigzag(bits: u64) -> i64 {
    ((bits >> 1) as i64) ^ -((bits & 1) as i64)
}
