//! Fields by name and entries by key.

use super::given::position_of;
use super::place::{Ground, Place, Wants, bytes, long, missing};
use super::{Written, Wrong, wrong};
use crate::schema::avro::model::{Node, NodeId, RecordId};
use serde::Serialize;
use serde::ser::{SerializeMap, SerializeStruct, SerializeStructVariant};
use std::ops::Range;

/// The fields of a record that is being written, in whatever order they are given.
pub(super) struct Fields<'a, 'o> {
    ground: Ground<'a>,
    record: RecordId,
    out: &'o mut Vec<u8>,
    depth: usize,
    /// The next one that belongs behind what is written.
    next: usize,
    /// What was given before its time; nothing at all where the order is the schema's.
    early: Vec<Option<Vec<u8>>>,
}

impl<'a, 'o> Fields<'a, 'o> {
    pub(super) fn begin(place: Place<'a, 'o>, record: RecordId) -> Self {
        let Place { ground, out, depth, .. } = place;
        Self { ground, record, out, depth, next: 0, early: Vec::new() }
    }

    /// A field by its name.
    pub(super) fn named<T: Serialize + ?Sized>(&mut self, name: &str, value: &T) -> Written {
        let schema = self.ground.schema;
        let record = schema.record(self.record);
        let at = match record.fields().get(self.next) {
            Some(field) if field.name() == name => self.next, // mostly they stand in the schema's order
            _ => position_of(schema, self.record, name)
                .ok_or_else(|| wrong(format!("{} has no field {name}", record.name().full())))?,
        };
        self.field(at, value)
    }

    /// The field at a position.
    pub(super) fn field<T: Serialize + ?Sized>(&mut self, at: usize, value: &T) -> Written {
        let field = &self.ground.schema.record(self.record).fields()[at];
        let wants = Wants::Type(field.node());
        let is_early = self.early.get(at).is_some_and(Option::is_some);
        if at < self.next || is_early {
            return Err(wrong(format!("the field {} is given more than once", field.name())));
        }
        let within = |wrong: Wrong| wrong.within(|| format!(".{}", field.name()));
        if at == self.next {
            value.serialize(Place::inner(self.ground, wants, self.out, self.depth)).map_err(within)?;
            self.next += 1;
            while let Some(early) = self.early.get_mut(self.next).and_then(Option::take) {
                self.out.extend(early);
                self.next += 1;
            }
            return Ok(());
        }
        let mut early = Vec::new();
        value.serialize(Place::inner(self.ground, wants, &mut early, self.depth)).map_err(within)?;
        if self.early.len() <= at {
            self.early.resize(at + 1, None);
        }
        self.early[at] = Some(early);
        Ok(())
    }

    /// Fills in what was not given.
    pub(super) fn end(mut self) -> Written {
        let fields = self.ground.schema.record(self.record).fields();
        for (at, field) in fields.iter().enumerate().skip(self.next) {
            match self.early.get_mut(at).and_then(Option::take) {
                Some(early) => self.out.extend(early),
                None => match self.ground.checker.default(self.record, at as u32) {
                    Some(default) => self.out.extend(default),
                    None => return Err(missing().within(|| format!(".{}", field.name()))),
                },
            }
        }
        Ok(())
    }
}

/// The entries of a map that is being written.
pub(super) struct Entries<'a, 'o> {
    ground: Ground<'a>,
    value: NodeId,
    out: &'o mut Vec<u8>,
    depth: usize,
    /// Keys, and where in `values` that of each stands.
    entries: Vec<(Vec<u8>, Range<usize>)>,
    values: Vec<u8>,
}

impl<'a, 'o> Entries<'a, 'o> {
    fn entry<T: Serialize + ?Sized>(&mut self, key: Vec<u8>, value: &T) -> Written {
        let start = self.values.len();
        let place = Place::inner(self.ground, Wants::Type(self.value), &mut self.values, self.depth);
        value.serialize(place).map_err(|wrong| wrong.within(|| format!("{{{}}}", String::from_utf8_lossy(&key))))?;
        self.entries.push((key, start..self.values.len()));
        Ok(())
    }

    /// Writes them in order, so that the same map is always the same bytes.
    fn end(mut self) -> Written {
        self.entries.sort_by(|(key, _), (other, _)| key.cmp(other));
        if let Some([(key, _), _]) = self.entries.array_windows().find(|[(key, _), (next, _)]| key == next) {
            return Err(wrong(format!("the key {} is given more than once", String::from_utf8_lossy(key))));
        }
        if !self.entries.is_empty() {
            long(self.out, self.entries.len() as i64);
        }
        for (key, value) in self.entries {
            bytes(self.out, &key);
            self.out.extend_from_slice(&self.values[value]);
        }
        self.out.push(0);
        Ok(())
    }
}

/// A struct or a map, as the schema has it.
pub(super) enum Members<'a, 'o> {
    /// As a record.
    Record { fields: Fields<'a, 'o>, key: Vec<u8> },
    /// As a map.
    Map { entries: Entries<'a, 'o>, key: Vec<u8> },
}

impl<'a, 'o> Members<'a, 'o> {
    /// Begins what takes `given`.
    pub(super) fn begin(mut place: Place<'a, 'o>, given: &super::given::Given<'_>) -> Result<Self, Wrong> {
        let node = place.settle(given)?;
        match place.ground.schema.node(node) {
            Node::Record(id) => Ok(Self::Record { fields: Fields::begin(place, id), key: Vec::new() }),
            Node::Map(value) => {
                let Place { ground, out, depth, .. } = place;
                let entries = Entries { ground, value, out, depth, entries: Vec::new(), values: Vec::new() };
                Ok(Self::Map { entries, key: Vec::new() })
            }
            _ => Err(place.unwanted(given)),
        }
    }

    fn member<T: Serialize + ?Sized>(&mut self, name: &str, value: &T) -> Written {
        match self {
            Self::Record { fields, .. } => fields.named(name, value),
            Self::Map { entries, .. } => entries.entry(name.as_bytes().to_vec(), value),
        }
    }

    fn finish(self) -> Written {
        match self {
            Self::Record { fields, .. } => fields.end(),
            Self::Map { entries, .. } => entries.end(),
        }
    }
}

impl SerializeStruct for Members<'_, '_> {
    type Ok = ();
    type Error = Wrong;

    fn serialize_field<T: Serialize + ?Sized>(&mut self, name: &'static str, value: &T) -> Written {
        self.member(name, value)
    }

    fn end(self) -> Written {
        self.finish()
    }
}

impl SerializeStructVariant for Members<'_, '_> {
    type Ok = ();
    type Error = Wrong;

    fn serialize_field<T: Serialize + ?Sized>(&mut self, name: &'static str, value: &T) -> Written {
        self.member(name, value)
    }

    fn end(self) -> Written {
        self.finish()
    }
}

impl SerializeMap for Members<'_, '_> {
    type Ok = ();
    type Error = Wrong;

    fn serialize_key<T: Serialize + ?Sized>(&mut self, name: &T) -> Written {
        let (Self::Record { fields: Fields { ground, depth, .. }, key }
        | Self::Map { entries: Entries { ground, depth, .. }, key }) = self;
        key.clear();
        name.serialize(Place::inner(*ground, Wants::Key, key, *depth))
    }

    fn serialize_value<T: Serialize + ?Sized>(&mut self, value: &T) -> Written {
        match self {
            Self::Map { entries, key } => entries.entry(std::mem::take(key), value),
            Self::Record { fields, key } => {
                let name = String::from_utf8_lossy(key).into_owned();
                fields.named(&name, value)
            }
        }
    }

    fn end(self) -> Written {
        self.finish()
    }
}
