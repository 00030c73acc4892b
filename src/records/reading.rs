//! Can this reader decode this record?

use super::LogicalTypes;
use super::binary;
use super::misfit::Misfit;
use super::program::Program;
use super::resolve;
use crate::compat;
use crate::schema::ParsedSchema;
use std::sync::Arc;

/// Tells which records of a writer a reader can decode. Made once per pair, for many records and threads.
#[derive(Debug)]
pub struct Reading {
    writer: Arc<ParsedSchema>,
    reader: Arc<ParsedSchema>,
    reads_everything: bool,
    program: Program,
}

impl Reading {
    /// For records that `writer` wrote and `reader` is to read. Costs a level check, and where that says no a walk over
    /// the pairs of types that meet.
    pub fn new(writer: Arc<ParsedSchema>, reader: Arc<ParsedSchema>) -> Self {
        let pair = compat::Reading { reader: &reader, writer: &writer };
        let reads_everything = compat::can_read(pair, &mut compat::Scratch::default());
        let (ParsedSchema::Avro(wrote), ParsedSchema::Avro(reads)) = (&*writer, &*reader);
        // What the level check promises is kept: there all that can be wrong is wrong for the writer too.
        let program = match reads_everything {
            true => Program::of(wrote, LogicalTypes::Ignored),
            false => resolve::program(wrote, reads),
        };
        Self { writer, reader, reads_everything, program }
    }

    /// The schema the records were written with.
    pub fn writer(&self) -> &Arc<ParsedSchema> {
        &self.writer
    }

    /// The schema they are to be read with.
    pub fn reader(&self) -> &Arc<ParsedSchema> {
        &self.reader
    }

    /// About how many bytes it takes beside the two schemas: up to one node for each pair of their types that meet.
    pub fn bytes(&self) -> usize {
        self.program.bytes()
    }

    /// Whether the reader decodes all the writer may write: the level check for BACKWARD says so. The converse need not
    /// hold: that check goes by names where decoders do not.
    pub fn reads_everything(&self) -> bool {
        self.reads_everything
    }

    /// Whether the reader decodes `datum`, one value of the writer's schema in Avro's binary encoding.
    ///
    /// What the reader cannot decode does no harm where the record does not have it: a branch, a symbol, an item. Values
    /// of logical types are not looked at, because resolving takes no note of them; [`super::Checker`] does. Time and
    /// memory are as in [`super::Checker::binary`].
    ///
    /// # Errors
    /// The first place where decoding fails, as Java's `ResolvingDecoder` would: for the reader's sake
    /// ([`super::MisfitReason::is_of_the_reader`]) or because `datum` is no value of the writer's schema.
    pub fn binary(&self, datum: &[u8]) -> Result<(), Misfit> {
        let ParsedSchema::Avro(writer) = &*self.writer;
        binary::whole(&self.program, writer, datum)
    }
}
