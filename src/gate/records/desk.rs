//! Where records are checked, one after the other, whatever the form of the input they stand in.

use super::container::{Block, Blocks, Header};
use super::form::Form;
use super::framed;
use super::input::Input;
use super::lens::{Demands, Lens, Writer, Writers};
use super::lines::{LINE_BYTES_MAX, Line, Lines};
use super::progress::Progress;
use super::report::{At, Complaint, Damage};
use super::tally::Tally;
use crate::gate::config::told;
use crate::gate::estate::Text;
use crate::gate::parties::parsed;
use crate::gate::world::Failure;
use crate::records::{JsonForm, wire};
use crate::schema::ParsedSchema;
use crate::schema::avro::model::Node;
use std::io;
use std::rc::Rc;

/// Longest message that is read of an input in which each stands behind its length, and of one that is a message.
const MESSAGE_BYTES_MAX: usize = 64 << 20;

/// How Kafka's consumers print a message without a value, which deletes its key in a compacted topic.
const TOMBSTONE: &[u8] = b"null";

/// Checks records.
pub(super) struct Desk<'a> {
    demands: Demands<'a>,
    /// What was written with the schema that records are held against.
    own: Rc<Lens>,
    writers: Writers<'a>,
    tally: Tally,
    progress: Progress,
    tombstones: u64,
}

impl<'a> Desk<'a> {
    /// Nothing is checked yet.
    pub(super) fn new(demands: Demands<'a>, writers: Writers<'a>, tally: Tally, progress: Progress) -> Self {
        let own = Rc::new(Lens::new(&demands.given, &demands));
        Self { demands, own, writers, tally, progress, tombstones: 0 }
    }

    /// What was found.
    pub(super) fn into_tally(mut self) -> Tally {
        if self.tombstones > 0 {
            let told =
                format!("messages without a value, which delete their keys, were passed over: {}", self.tombstones);
            self.tally.warn(told);
        }
        self.tally
    }

    /// For what is told about an input as a whole.
    pub(super) fn tally(&mut self) -> &mut Tally {
        &mut self.tally
    }

    /// Checks all of an input.
    ///
    /// # Errors
    /// The registry does not answer. What is wrong with the input is found, not failed with.
    pub(super) fn read(&mut self, input: &mut Input<'_>, form: Form) -> Result<(), Failure> {
        if form.is_wire()
            && !input.head.is_empty()
            && let Some(why_not) = self.writers.why_not()
        {
            self.tally.warn(format!(
                "schema ids were not looked up, and every message was taken as written with the schema given: {why_not}"
            ));
        }
        let read = match form {
            Form::Json => self.json(input, JsonForm::Avro).map(Ok),
            Form::PlainJson => self.json(input, JsonForm::Plain).map(Ok),
            Form::Container => self.container(input).map(Ok),
            Form::Wire => self.one_message(input),
            Form::WireLengths => self.messages_by_length(input),
            Form::WireBase64 | Form::WireHex | Form::WireEscaped => self.message_lines(input, form),
        };
        if let Err(error) = &read {
            let reason = format!("cannot be read any further: {}", told(error));
            self.tally.damage(Damage::at(&input.name, input.position(), reason));
        }
        self.progress.ended(input.position());
        read.unwrap_or(Ok(()))
    }

    fn json(&mut self, input: &mut Input<'_>, form: JsonForm) -> io::Result<()> {
        let (mut lines, mut record) = (Lines::default(), 0);
        while let Some(Line { number, offset, text }) = lines.next(input)? {
            record += 1;
            let at = At { record, line: Some(number), offset: Some(offset) };
            let Some(text) = text else {
                self.too_long(input, number, offset);
                continue;
            };
            if record == 1 {
                self.hint_at_lines(&input.name, text.trim_ascii());
            }
            self.tally.met(1);
            let own = Rc::clone(&self.own);
            match std::str::from_utf8(text) {
                Err(error) => {
                    let reason = format!("the line is not UTF-8 from byte {} on", error.valid_up_to());
                    self.tally.misfit(at, 1, || (vec![Complaint::whole(reason)], false));
                }
                Ok(text) => match own.checker.json(text, form) {
                    Err(misfits) => {
                        let complaints =
                            || (misfits.list.iter().map(|it| Complaint::of(it, false)).collect(), misfits.is_cut);
                        self.tally.misfit(at, 1, complaints);
                    }
                    Ok(datum) => self.weigh(&own, at, 1, &datum),
                },
            }
            self.progress.tick(self.tally.records(), input.position());
        }
        Ok(())
    }

    /// People have JSON that is laid out, or all records in one array.
    fn hint_at_lines(&mut self, name: &str, first: &[u8]) {
        let filter = match first {
            b"{" => ".",
            [b'[', ..] if !self.takes_arrays() => ".[]",
            _ => return,
        };
        self.tally.warn(format!("{name}: each record stands on a line of its own; `jq -c '{filter}'` writes them so"));
    }

    fn takes_arrays(&self) -> bool {
        let ParsedSchema::Avro(schema) = &*self.demands.given;
        !matches!(schema.node(schema.root()), Node::Record(_))
    }

    fn too_long(&mut self, input: &Input<'_>, line: u64, offset: u64) {
        let reason = format!("the line is longer than {LINE_BYTES_MAX} bytes and was passed over");
        self.tally.damage(Damage { line: Some(line), ..Damage::at(&input.name, offset, reason) });
    }

    /// Tries everybody with a datum that is one of the writer's, or with `times` of them alike.
    fn weigh(&mut self, lens: &Lens, at: At, times: u64, datum: &[u8]) {
        if let Some(reading) = &lens.held_against
            && let Err(misfit) = reading.binary(datum)
        {
            self.tally.one_misfit(at, times, &misfit);
        }
        for (number, reading) in lens.readers.iter().enumerate() {
            let misfit = reading.as_ref().and_then(|reading| reading.binary(datum).err());
            self.tally.tried(number, at, times, misfit.as_ref());
        }
    }

    fn container(&mut self, input: &mut Input<'_>) -> io::Result<()> {
        let opened = match Header::read(input)? {
            Err(reason) => Err(reason),
            Ok(header) => {
                let text = Text { text: header.schema.as_str().into(), references: Vec::new() };
                match (parsed(&text), Blocks::new(&header)) {
                    (Ok(writer), Ok(blocks)) => Ok((Lens::new(&writer, &self.demands), blocks)),
                    (Err((place, reason)), _) => {
                        Err(format!("has a schema of its own that does not parse{place}: {reason}"))
                    }
                    (_, Err(reason)) => Err(reason),
                }
            }
        };
        let (lens, mut blocks) = match opened {
            Ok(opened) => opened,
            Err(reason) => {
                self.tally.damage(Damage::at(&input.name, 0, format!("the file {reason}")));
                return Ok(());
            }
        };
        let mut record = 0;
        while let Some(block) = blocks.next(input)? {
            match block {
                Ok(block) => self.block(&lens, &input.name, &mut record, &block),
                Err(bad) => {
                    record = record.saturating_add(bad.records.unwrap_or(0));
                    let goes_on = match (bad.is_last, bad.records) {
                        (true, _) => "",
                        (false, Some(_)) => "; reading goes on behind its sync marker",
                        (false, None) => "; reading goes on behind the next sync marker",
                    };
                    let reason = format!("the block at byte {} {}{goes_on}", bad.offset, bad.reason);
                    self.tally.damage(Damage::at(&input.name, bad.offset, reason));
                    if bad.is_last {
                        return Ok(());
                    }
                }
            }
            self.progress.tick(self.tally.records(), input.position());
        }
        Ok(())
    }

    fn block(&mut self, lens: &Lens, input: &str, record: &mut u64, block: &Block<'_>) {
        let (mut rest, mut left) = (block.data, block.records);
        while left > 0 {
            let at = At { record: record.saturating_add(1), line: None, offset: Some(block.offset) };
            let length = match lens.checker.binary_prefix(rest) {
                Ok(length) => length,
                Err(misfit) => {
                    self.tally.met(1);
                    let mut complaint = Complaint::of(&misfit, true);
                    complaint.reason = format!("it is no record of the file's own schema: {}", complaint.reason);
                    self.tally.misfit(at, 1, || (vec![complaint], false));
                    if left > 1 {
                        let reason = format!(
                            "in the block at byte {} the {} records behind record {} cannot be found, since that is broken",
                            block.offset,
                            left - 1,
                            at.record
                        );
                        self.tally.damage(Damage::at(input, block.offset, reason));
                    }
                    *record = record.saturating_add(left);
                    return;
                }
            };
            // Records of no bytes are all alike, and a block of none may claim any number of them.
            let times = if length == 0 { left } else { 1 };
            self.tally.met(times);
            self.weigh(lens, at, times, &rest[..length]);
            *record = record.saturating_add(times);
            rest = &rest[length..];
            left -= times;
        }
        if !rest.is_empty() {
            let reason = format!(
                "the block at byte {} holds {} bytes more than its {} records take",
                block.offset,
                rest.len(),
                block.records
            );
            self.tally.damage(Damage::at(input, block.offset, reason));
        }
    }

    fn message_lines(&mut self, input: &mut Input<'_>, form: Form) -> io::Result<Result<(), Failure>> {
        let (mut lines, mut message, mut record) = (Lines::default(), Vec::new(), 0);
        while let Some(Line { number, offset, text }) = lines.next(input)? {
            record += 1;
            let at = At { record, line: Some(number), offset: Some(offset) };
            match text {
                None => self.too_long(input, number, offset),
                Some(text) if text.trim_ascii() == TOMBSTONE => self.tombstones += 1,
                Some(text) => match framed::decode(form, text, &mut message) {
                    Ok(()) => {
                        if let Err(failure) = self.message(&input.name, at, &message) {
                            return Ok(Err(failure));
                        }
                    }
                    Err(reason) => {
                        self.tally.met(1);
                        self.tally.misfit(at, 1, || (vec![Complaint::whole(reason)], false));
                    }
                },
            }
            self.progress.tick(self.tally.records(), input.position());
        }
        Ok(Ok(()))
    }

    fn messages_by_length(&mut self, input: &mut Input<'_>) -> io::Result<Result<(), Failure>> {
        let (mut length, mut message, mut record) = (Vec::new(), Vec::new(), 0);
        loop {
            let offset = input.position();
            let is_whole = input.read_exactly(4, &mut length)?;
            let Ok(prefix) = <[u8; 4]>::try_from(length.as_slice()) else {
                if !is_whole && !length.is_empty() {
                    self.tally.damage(Damage::at(&input.name, offset, "the input ends within a length"));
                }
                return Ok(Ok(()));
            };
            record += 1;
            let length = match i32::from_be_bytes(prefix) {
                -1 => {
                    self.tombstones += 1;
                    continue;
                }
                length => usize::try_from(length).ok().filter(|length| *length <= MESSAGE_BYTES_MAX),
            };
            let Some(length) = length else {
                let reason = format!(
                    "no message can be of the length that stands here; at most {MESSAGE_BYTES_MAX} bytes are read, and \
                     nothing says where the next one begins"
                );
                self.tally.damage(Damage::at(&input.name, offset, reason));
                return Ok(Ok(()));
            };
            if !input.read_exactly(length, &mut message)? {
                self.tally.damage(Damage::at(&input.name, offset, "the input ends within a message"));
                return Ok(Ok(()));
            }
            let at = At { record, line: None, offset: Some(offset) };
            if let Err(failure) = self.message(&input.name, at, &message) {
                return Ok(Err(failure));
            }
            self.progress.tick(self.tally.records(), input.position());
        }
    }

    fn one_message(&mut self, input: &mut Input<'_>) -> io::Result<Result<(), Failure>> {
        let mut message = Vec::new();
        if !input.read_rest(MESSAGE_BYTES_MAX, &mut message)? {
            let reason = format!("the message is longer than {MESSAGE_BYTES_MAX} bytes");
            self.tally.damage(Damage::at(&input.name, 0, reason));
            return Ok(Ok(()));
        }
        if message.is_empty() {
            return Ok(Ok(()));
        }
        let at = At { record: 1, line: None, offset: Some(0) };
        let before = self.tally.misfits();
        if let Err(failure) = self.message(&input.name, at, &message) {
            return Ok(Err(failure));
        }
        if self.tally.misfits() > before && begins_with_length(&message) {
            let name = &input.name;
            self.tally.warn(format!("{name}: these look like messages behind their lengths; say --input wire-lengths"));
        }
        Ok(Ok(()))
    }

    /// A message of the wire format.
    fn message(&mut self, input: &str, at: At, message: &[u8]) -> Result<(), Failure> {
        let (named, body) = match wire::split(message) {
            Ok(parts) => parts,
            Err(reason) => {
                self.tally.met(1);
                let complaint =
                    || (vec![Complaint::whole(format!("it is no message of the wire format: {reason}"))], false);
                self.tally.misfit(at, 1, complaint);
                return Ok(());
            }
        };
        let lens = match self.writers.writer(named, &self.demands)? {
            Some(Writer::Known(lens)) => lens,
            None => Rc::clone(&self.own),
            Some(Writer::Unknown(reason)) => {
                self.tally.met(1);
                self.tally.misfit(at, 1, || (vec![Complaint::whole(reason)], false));
                return Ok(());
            }
            Some(Writer::Unusable(reason)) => {
                let damage = Damage { line: at.line, ..Damage::at(input, at.offset.unwrap_or(0), reason) };
                self.tally.damage(damage);
                return Ok(());
            }
        };
        self.tally.met(1);
        let datum = lens.checker.datum(body);
        match lens.checker.binary(&datum) {
            Ok(()) => self.weigh(&lens, at, 1, &datum),
            Err(misfit) => self.tally.one_misfit(at, 1, &misfit),
        }
        Ok(())
    }
}

/// Whether the first four bytes could be the length of a message that follows.
fn begins_with_length(message: &[u8]) -> bool {
    let Some((length, rest)) = message.split_first_chunk::<4>() else { return false };
    let length = usize::try_from(u32::from_be_bytes(*length)).unwrap_or(usize::MAX);
    (5..=rest.len()).contains(&length) && matches!(rest.first(), Some(0 | 1))
}
