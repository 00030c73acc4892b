//! Values, and which event a key and a value are together.

use std::collections::BTreeMap;

use super::json::{Malformed, ObjectWriter, Reader};
use super::key::TENANT;
use super::schema::{SchemaText, read_schema, write_schema};
use super::{Beside, Record, Unreadable, association, contract, governance, read_key};
use crate::registry::contract::Mode;
use crate::registry::record::{Event, FactKey};
use crate::schema::names::{SchemaId, SubjectName, Version};

/// Appends the value of `event` as Confluent 8.3.1 writes it.
///
/// `text` is a version's schema text, which goes to its place; without it the member is left out, and [`Beside`] is to
/// be kept with the record. Returns whether there is a value at all: without one the record is a tombstone (or an
/// empty NOOP) and nothing is appended.
pub fn write_value(event: &Event, text: Option<&str>, out: &mut Vec<u8>) -> bool {
    match event {
        Event::SchemaRegistered(record) => write_schema(record, text, out),
        Event::SubjectDeleted { subject, up_to } => {
            let mut object = scoped(subject, out);
            object.int("version", up_to.get().into());
            object.end();
        }
        Event::SubjectCleared { scope } => scoped(scope, out).end(),
        Event::ConfigSet { scope, config } => {
            let mut object = scoped(scope, out);
            contract::write_config(config, &mut object);
            object.end();
        }
        Event::ModeSet { scope, mode } => {
            let mut object = scoped(scope, out);
            object.text("mode", mode.as_str());
            object.end();
        }
        Event::ContextCreated { context } => {
            let mut object = ObjectWriter::begin(out);
            object.text("tenant", TENANT);
            object.text_unless_empty("context", context);
            object.end();
        }
        Event::AssociationSet { key, value } => association::write(key, value, out),
        Event::PolicySet { policy, .. } => governance::write_policy(policy, out),
        Event::ExemptionSet { exemption } => governance::write_exemption(exemption, out),
        Event::IdsIssued { highest } if !highest.is_empty() => write_highest_ids(highest, out),
        Event::IdsIssued { .. }
        | Event::VersionRemoved { .. }
        | Event::ConfigRemoved { .. }
        | Event::ModeRemoved { .. }
        | Event::ContextRemoved { .. }
        | Event::AssociationRemoved { .. }
        | Event::PolicyRemoved { .. }
        | Event::ExemptionRemoved { .. } => return false,
    }
    true
}

/// Reads a record as a topic holds it.
///
/// # Errors
/// [`Unreadable`], where the reference skips the record too, or the type is not served.
pub fn read_record(key: &[u8], value: Option<&[u8]>) -> Result<Record, Unreadable> {
    let key = read_key(key)?;
    let mut text = None;
    let event = read(key, value, SchemaText::Inside(&mut text))?;
    Ok(Record { event, text })
}

/// Reads a record that was written by [`write_value`] without its text; `beside` is what was kept with a version.
///
/// # Errors
/// [`Unreadable`] where it is none.
pub fn read_without_text(key: &[u8], value: Option<&[u8]>, beside: Option<Beside>) -> Result<Event, Unreadable> {
    read(read_key(key)?, value, SchemaText::Beside(beside))
}

fn scoped<'o>(scope: &SubjectName, out: &'o mut Vec<u8>) -> ObjectWriter<'o> {
    let mut object = ObjectWriter::begin(out);
    object.text_unless_empty("subject", scope.as_str());
    object
}

fn read(key: FactKey, value: Option<&[u8]>, text: SchemaText<'_>) -> Result<Event, Unreadable> {
    // Karapace deletes with empty values, and the reference takes the text `null` for a tombstone.
    let value = value.filter(|value| !value.is_empty() && value.trim_ascii() != b"null");
    let Some(value) = value else { return removal(key) };
    let value = std::str::from_utf8(value).map_err(|_| Unreadable::Value("it is not UTF-8"))?;
    let mut reader = Reader::new(value);
    let event = match key {
        FactKey::Schema(subject, version) => read_schema(subject, version, &mut reader, text)?,
        FactKey::SubjectDeleted(subject) => {
            let up_to = read_member(&mut reader, "version", |value| value.int())?.and_then(Version::new);
            Event::SubjectDeleted { subject, up_to: up_to.ok_or(Unreadable::Value("it has no version"))? }
        }
        FactKey::SubjectCleared(scope) => {
            reader.skip()?;
            Event::SubjectCleared { scope }
        }
        FactKey::Config(scope) => Event::ConfigSet { scope, config: contract::read_config(&mut reader)?.into() },
        FactKey::Mode(scope) => {
            let word = read_member(&mut reader, "mode", |value| value.text())?.unwrap_or_default();
            let mode = Mode::read_exact(&word).ok_or(Unreadable::Value("its mode is not known"))?;
            Event::ModeSet { scope, mode }
        }
        FactKey::Context(context) => {
            reader.skip()?;
            Event::ContextCreated { context }
        }
        FactKey::Association(key) => Event::AssociationSet { key, value: association::read(&mut reader)? },
        FactKey::Policy(scope) => governance::read_policy(scope, &mut reader)?,
        FactKey::Exemption(fingerprint) => governance::read_exemption(fingerprint, &mut reader)?,
        FactKey::IdsIssued => return Ok(Event::IdsIssued { highest: read_highest_ids(&mut reader) }),
    };
    reader.end()?;
    Ok(event)
}

fn removal(key: FactKey) -> Result<Event, Unreadable> {
    Ok(match key {
        FactKey::Schema(subject, version) => Event::VersionRemoved { subject, version },
        FactKey::Config(scope) => Event::ConfigRemoved { scope },
        FactKey::Mode(scope) => Event::ModeRemoved { scope },
        FactKey::Context(context) => Event::ContextRemoved { context },
        FactKey::Association(key) => Event::AssociationRemoved { key },
        FactKey::Policy(scope) => Event::PolicyRemoved { scope },
        FactKey::Exemption(fingerprint) => Event::ExemptionRemoved { fingerprint },
        FactKey::IdsIssued => Event::IdsIssued { highest: BTreeMap::new() },
        FactKey::SubjectDeleted(_) | FactKey::SubjectCleared(_) => {
            return Err(Unreadable::Value("there is none, and its kind cannot be removed"));
        }
    })
}

/// Reads an object for the sake of one member.
fn read_member<'a, T>(
    reader: &mut Reader<'a>,
    wanted: &str,
    mut read: impl FnMut(&mut Reader<'a>) -> Result<Option<T>, Malformed>,
) -> Result<Option<T>, Malformed> {
    let mut found = None;
    reader.object(|name, value| {
        if name == wanted {
            found = read(value)?;
        } else {
            value.skip()?;
        }
        Ok(())
    })?;
    Ok(found)
}

/// The high-water mark travels as the value of a NOOP, at which the reference never looks (`schemas-topic` 10.5).
fn write_highest_ids(highest: &BTreeMap<Box<str>, SchemaId>, out: &mut Vec<u8>) {
    let mut object = ObjectWriter::begin(out);
    let mut ids = ObjectWriter::begin(object.member("maxIds"));
    for (context, id) in highest {
        ids.int(context, id.0.into());
    }
    ids.end();
    object.end();
}

/// A NOOP may have any value: what does not hold ids of ours holds none.
fn read_highest_ids(reader: &mut Reader<'_>) -> BTreeMap<Box<str>, SchemaId> {
    let mut highest = BTreeMap::new();
    let read = reader.object(|name, value| {
        if name != "maxIds" {
            return value.skip().map(drop);
        }
        value.object(|context, value| {
            let id = value.int()?.and_then(|id| i32::try_from(id).ok()).ok_or(Malformed("an id is out of range"))?;
            highest.insert(context.into(), SchemaId(id));
            Ok(())
        })
    });
    if read.is_err() { BTreeMap::new() } else { highest }
}
