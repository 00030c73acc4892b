//! Where records come from: a file or standard input, read once from front to end, its position known to the byte.

use super::form::LOOKED_AT;
use crate::gate::config::told;
use crate::gate::world::World;
use std::fs::File;
use std::io::{self, BufRead, BufReader, Chain, Cursor, Read};
use std::path::Path;

/// Bytes that are asked for at once.
const BUFFER_BYTES: usize = 256 * 1024;

/// An input that is being read.
pub(super) struct Input<'w> {
    /// Its name, as the user gave it.
    pub(super) name: String,
    /// Its first bytes, at most [`LOOKED_AT`].
    pub(super) head: Vec<u8>,
    position: u64,
    reader: Chain<Cursor<Vec<u8>>, Box<dyn BufRead + 'w>>,
}

impl<'w> Input<'w> {
    /// Opens `path`; `-` is standard input.
    ///
    /// # Errors
    /// A sentence without the name.
    pub(super) fn open(path: &Path, world: &'w mut World<'_>) -> Result<Self, String> {
        if path.as_os_str() == "-" {
            return Self::new(super::STANDARD_INPUT, Box::new(&mut *world.input));
        }
        let whole = world.current_folder.join(path);
        let file = File::open(&whole).map_err(|error| unreadable(&error))?;
        let about = file.metadata().map_err(|error| unreadable(&error))?;
        if about.is_dir() {
            return Err("is a folder, not a file".to_owned());
        }
        Self::new(&path.display().to_string(), Box::new(BufReader::with_capacity(BUFFER_BYTES, file)))
    }

    /// Reads from `reader`.
    ///
    /// # Errors
    /// Its beginning cannot be read.
    pub(super) fn new(name: &str, mut reader: Box<dyn BufRead + 'w>) -> Result<Self, String> {
        let mut head = Vec::new();
        reader.by_ref().take(LOOKED_AT as u64).read_to_end(&mut head).map_err(|error| unreadable(&error))?;
        let reader = Cursor::new(head.clone()).chain(reader);
        Ok(Self { name: name.to_owned(), head, position: 0, reader })
    }

    /// How many bytes have been read.
    pub(super) fn position(&self) -> u64 {
        self.position
    }

    /// Reads up to and with the next `end`, and at most `bytes_max`, into `out`, which is emptied. Whether there was
    /// anything.
    pub(super) fn read_until(&mut self, end: u8, bytes_max: usize, out: &mut Vec<u8>) -> io::Result<bool> {
        out.clear();
        let read = self.reader.by_ref().take(bytes_max as u64).read_until(end, out)?;
        self.position += read as u64;
        Ok(read > 0)
    }

    /// Passes over everything up to and with the next `end`.
    pub(super) fn skip_until(&mut self, end: u8) -> io::Result<()> {
        self.position += self.reader.skip_until(end)? as u64;
        Ok(())
    }

    /// Reads exactly `bytes` into `out`, which is emptied; memory grows with what is there, not with what is promised.
    /// Whether so many were there.
    pub(super) fn read_exactly(&mut self, bytes: usize, out: &mut Vec<u8>) -> io::Result<bool> {
        out.clear();
        let read = self.reader.by_ref().take(bytes as u64).read_to_end(out)?;
        self.position += read as u64;
        Ok(read == bytes)
    }

    /// Has `bytes`, the last that were read, read again.
    pub(super) fn unread(&mut self, mut bytes: Vec<u8>) {
        self.position -= bytes.len() as u64;
        let nothing: Box<dyn BufRead + 'w> = Box::new(io::empty());
        let (before, rest) = std::mem::replace(&mut self.reader, Cursor::new(Vec::new()).chain(nothing)).into_inner();
        let at = usize::try_from(before.position()).unwrap_or(usize::MAX);
        bytes.extend_from_slice(before.get_ref().get(at..).unwrap_or_default());
        self.reader = Cursor::new(bytes).chain(rest);
    }

    /// The next byte, if there is one.
    pub(super) fn read_byte(&mut self) -> io::Result<Option<u8>> {
        let byte = self.reader.fill_buf()?.first().copied();
        if byte.is_some() {
            self.reader.consume(1);
            self.position += 1;
        }
        Ok(byte)
    }

    /// Reads everything that is left, at most `bytes_max`; whether that was all.
    pub(super) fn read_rest(&mut self, bytes_max: usize, out: &mut Vec<u8>) -> io::Result<bool> {
        out.clear();
        let read = self.reader.by_ref().take(bytes_max as u64).read_to_end(out)?;
        self.position += read as u64;
        Ok(self.reader.fill_buf()?.is_empty())
    }
}

/// The end of a sentence that begins with the input.
fn unreadable(error: &io::Error) -> String {
    format!("cannot be read: {}", told(error))
}
