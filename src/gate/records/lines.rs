//! Inputs that hold one record a line: how long a line may be, what ends it, and what of it is no part of the record.

use super::input::Input;
use std::io;

/// Longest line, in bytes: it is held in memory together with what is found in it.
pub(super) const LINE_BYTES_MAX: usize = 16 << 20;

/// A line of an input.
pub(super) struct Line<'l> {
    /// Its number, from 1.
    pub(super) number: u64,
    /// Where it begins.
    pub(super) offset: u64,
    /// What stands in it, without its end; `None` for one longer than [`LINE_BYTES_MAX`], which was passed over.
    pub(super) text: Option<&'l [u8]>,
}

/// The lines of one input, those that hold nothing left out.
#[derive(Default)]
pub(super) struct Lines {
    buffer: Vec<u8>,
    number: u64,
}

impl Lines {
    /// The next line that holds anything; `None` at the end.
    pub(super) fn next(&mut self, input: &mut Input<'_>) -> io::Result<Option<Line<'_>>> {
        const READ_MAX: usize = LINE_BYTES_MAX + 2; // with its end
        loop {
            let offset = input.position();
            if !input.read_until(b'\n', READ_MAX, &mut self.buffer)? {
                return Ok(None);
            }
            self.number += 1;
            let number = self.number;
            if self.buffer.len() == READ_MAX && self.buffer.last() != Some(&b'\n') {
                input.skip_until(b'\n')?;
                return Ok(Some(Line { number, offset, text: None }));
            }
            let begin = if number == 1 && self.buffer.starts_with(b"\xef\xbb\xbf") { 3 } else { 0 };
            let is_of_end = |byte: &&u8| matches!(byte, b'\n' | b'\r');
            let end = self.buffer.len() - self.buffer[begin..].iter().rev().take_while(is_of_end).count();
            if self.buffer[begin..end].trim_ascii().is_empty() {
                continue;
            }
            let text = Some(&self.buffer[begin..end]).filter(|text| text.len() <= LINE_BYTES_MAX);
            return Ok(Some(Line { number, offset, text }));
        }
    }
}
