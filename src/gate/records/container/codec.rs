//! How a block is packed, and how it is unpacked within a limit: what is written small may be large.

use flate2::Crc;
use std::io::{self, Read};

/// Memory that the decoder of xz may take, in bytes: more than its strongest preset needs.
const XZ_MEMORY_MAX: u64 = 128 << 20;

/// Largest window of zstandard, as a power of two: what its own tool accepts by default.
const ZSTD_WINDOW_LOG_MAX: u32 = 27;

/// The codecs of Avro 1.12.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Codec {
    Null,
    Deflate,
    Snappy,
    Zstandard,
    Bzip2,
    Xz,
}

/// Where an unpacked block stands.
pub(super) enum Unpacked {
    /// Where it was: it is not packed.
    AsItIs,
    /// In the buffer given for it.
    There,
}

impl Codec {
    /// The codec by its name in the header.
    ///
    /// # Errors
    /// One that this program does not know: the end of a sentence that begins with the file.
    pub(super) fn read(name: &str) -> Result<Self, String> {
        Ok(match name {
            "null" => Self::Null,
            "deflate" => Self::Deflate,
            "snappy" => Self::Snappy,
            "zstandard" => Self::Zstandard,
            "bzip2" => Self::Bzip2,
            "xz" => Self::Xz,
            _ => {
                return Err(format!(
                    "is packed with the codec `{name}`; known are null, deflate, snappy, zstandard, bzip2, xz"
                ));
            }
        })
    }

    /// Unpacks `packed` into `out`, which is emptied.
    ///
    /// # Errors
    /// It is not packed so, or more than `bytes_max` come out: the end of a sentence that begins with the block.
    pub(super) fn unpack(self, packed: &[u8], bytes_max: usize, out: &mut Vec<u8>) -> Result<Unpacked, String> {
        out.clear();
        let unpacked = match self {
            Self::Null => return Ok(Unpacked::AsItIs),
            Self::Snappy => return snappy(packed, bytes_max, out).map(|()| Unpacked::There),
            Self::Deflate => read(flate2::read::DeflateDecoder::new(packed), bytes_max, out),
            Self::Bzip2 => read(bzip2::read::MultiBzDecoder::new(packed), bytes_max, out),
            Self::Xz => xz(packed, bytes_max, out),
            Self::Zstandard => zstandard(packed, bytes_max, out),
        };
        match unpacked {
            Ok(()) if out.len() > bytes_max => Err(too_large(bytes_max)),
            Ok(()) => Ok(Unpacked::There),
            Err(error) => Err(format!("cannot be unpacked ({}: {error})", self.as_str())),
        }
    }

    fn as_str(self) -> &'static str {
        match self {
            Self::Null => "null",
            Self::Deflate => "deflate",
            Self::Snappy => "snappy",
            Self::Zstandard => "zstandard",
            Self::Bzip2 => "bzip2",
            Self::Xz => "xz",
        }
    }
}

fn too_large(bytes_max: usize) -> String {
    format!("unpacks to more than {bytes_max} bytes, the most that is read of a block")
}

/// One byte more than the limit says that there is more.
fn read(decoder: impl Read, bytes_max: usize, out: &mut Vec<u8>) -> io::Result<()> {
    decoder.take(bytes_max as u64 + 1).read_to_end(out).map(|_| ())
}

fn zstandard(packed: &[u8], bytes_max: usize, out: &mut Vec<u8>) -> io::Result<()> {
    let mut decoder = zstd::stream::read::Decoder::with_buffer(packed)?;
    decoder.window_log_max(ZSTD_WINDOW_LOG_MAX)?;
    read(decoder, bytes_max, out)
}

fn xz(packed: &[u8], bytes_max: usize, out: &mut Vec<u8>) -> io::Result<()> {
    let stream = liblzma::stream::Stream::new_stream_decoder(XZ_MEMORY_MAX, liblzma::stream::CONCATENATED)?;
    read(liblzma::read::XzDecoder::new_stream(packed, stream), bytes_max, out)
}

/// Snappy's raw form, and behind it the CRC-32 of what comes out, big-endian.
fn snappy(packed: &[u8], bytes_max: usize, out: &mut Vec<u8>) -> Result<(), String> {
    let damaged = |error: &dyn std::fmt::Display| format!("cannot be unpacked (snappy: {error})");
    let Some((packed, checksum)) = packed.split_last_chunk::<4>() else {
        return Err(damaged(&"it has no checksum"));
    };
    // Asked before anything is allocated.
    let length = snap::raw::decompress_len(packed).map_err(|error| damaged(&error))?;
    if length > bytes_max {
        return Err(too_large(bytes_max));
    }
    out.resize(length, 0);
    snap::raw::Decoder::new().decompress(packed, out).map_err(|error| damaged(&error))?;
    let mut crc = Crc::new();
    crc.update(out);
    if crc.sum() != u32::from_be_bytes(*checksum) {
        return Err(damaged(&"its checksum does not match"));
    }
    Ok(())
}
