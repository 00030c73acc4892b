//! Why a text is no schema, while it is still being read: the reference's words and a byte of the text.

use crate::schema::{InvalidSchema, TextPosition};

/// A refusal, as [`InvalidSchema`] but with a byte offset.
#[derive(Debug)]
pub(super) struct Failure {
    pub(super) reason: String,
    /// Byte of the text where the offence begins.
    pub(super) at: Option<usize>,
}

/// What reading gives.
pub(super) type Parsed<T> = Result<T, Box<Failure>>;

impl Failure {
    /// A refusal of what stands at byte `at`.
    pub(super) fn at(at: usize, reason: String) -> Box<Self> {
        Box::new(Self { reason, at: Some(at) })
    }

    /// A refusal that has no single place.
    pub(super) fn nowhere(reason: String) -> Box<Self> {
        Box::new(Self { reason, at: None })
    }

    /// The same for whoever brought `text`.
    pub(super) fn in_text(self, text: &str) -> InvalidSchema {
        let at = self.at.map(|at| position(text, at));
        InvalidSchema { reason: self.reason, at, in_normal_form: false }
    }
}

/// Line and column of a byte; a column counts characters.
pub(super) fn position(text: &str, at: usize) -> TextPosition {
    let before = text.get(..at).unwrap_or(text);
    let line = before.bytes().filter(|byte| *byte == b'\n').count() + 1;
    let column = before.rsplit('\n').next().map_or(0, |last| last.chars().count()) + 1;
    TextPosition { line: line as u32, column: column as u32 }
}
