//! How a fact lies on disk: its topic record without the text, and beside it what the record cannot tell.

use crate::registry::record::{Event, Fact, Guid, TextHash};
use crate::topic::{self, Beside, Unreadable};

const HAS_BESIDE: u8 = 1;
const HAS_VALUE: u8 = 2;
/// The fact only takes away, and goes itself at the next clean stop.
const IS_REMOVAL: u8 = 4;
const FLAGS: u8 = HAS_BESIDE | HAS_VALUE | IS_REMOVAL;

/// A fact as it lies in the facts family, borrowed.
///
/// Layout, numbers big-endian: flags (1 byte), timestamp (8), with [`HAS_BESIDE`] text hash (32), guid (16) and ordinal
/// (8), then the length of the key (4), the key, and the value to the end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct FactRow<'a> {
    pub(super) timestamp_ms: i64,
    pub(super) beside: Option<Beside>,
    pub(super) is_removal: bool,
    pub(super) key: &'a [u8],
    pub(super) value: Option<&'a [u8]>,
}

/// The bytes of a fact, and which of them are its key.
pub(super) struct WrittenFact {
    bytes: Vec<u8>,
    key: std::ops::Range<usize>,
}

impl WrittenFact {
    pub(super) fn of(fact: &Fact) -> Self {
        let mut bytes = Vec::with_capacity(256);
        let beside = match &fact.event {
            Event::SchemaRegistered(record) => Some(Beside::from(&**record)),
            _ => None,
        };
        bytes.push(0);
        bytes.extend_from_slice(&fact.timestamp_ms.to_be_bytes());
        if let Some(beside) = beside {
            bytes.extend_from_slice(&beside.text.0);
            bytes.extend_from_slice(&beside.guid.0);
            bytes.extend_from_slice(&beside.ordinal.to_be_bytes());
        }
        let key_length = bytes.len();
        bytes.extend_from_slice(&[0; 4]);
        let start = bytes.len();
        topic::write_key(&fact.event.key(), &mut bytes);
        let key = start..bytes.len();
        let length = u32::try_from(key.len()).expect("a key is bounded by the size of a request");
        bytes[key_length..start].copy_from_slice(&length.to_be_bytes());
        let has_value = topic::write_value(&fact.event, None, &mut bytes);
        let flag = |set: bool, flag: u8| if set { flag } else { 0 };
        bytes[0] =
            flag(beside.is_some(), HAS_BESIDE) | flag(has_value, HAS_VALUE) | flag(fact.event.is_removal(), IS_REMOVAL);
        Self { bytes, key }
    }

    pub(super) fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    pub(super) fn key(&self) -> &[u8] {
        &self.bytes[self.key.clone()]
    }
}

impl<'a> FactRow<'a> {
    /// Takes the bytes apart; `None` where they are not what [`WrittenFact`] makes.
    pub(super) fn read(bytes: &'a [u8]) -> Option<Self> {
        let (&flags, rest) = bytes.split_first()?;
        let (timestamp, mut rest) = rest.split_first_chunk()?;
        let mut beside = None;
        if flags & HAS_BESIDE != 0 {
            let (text, after) = rest.split_first_chunk()?;
            let (guid, after) = after.split_first_chunk()?;
            let (ordinal, after) = after.split_first_chunk()?;
            let (text, guid, ordinal) = (TextHash(*text), Guid(*guid), u64::from_be_bytes(*ordinal));
            beside = Some(Beside { text, guid, ordinal });
            rest = after;
        }
        let (key_length, rest) = rest.split_first_chunk()?;
        let (key, value) = rest.split_at_checked(usize::try_from(u32::from_be_bytes(*key_length)).ok()?)?;
        let has_value = flags & HAS_VALUE != 0;
        if flags & !FLAGS != 0 || (!has_value && !value.is_empty()) {
            return None;
        }
        Some(Self {
            timestamp_ms: i64::from_be_bytes(*timestamp),
            beside,
            is_removal: flags & IS_REMOVAL != 0,
            key,
            value: has_value.then_some(value),
        })
    }

    /// The fact itself.
    pub(super) fn fact(&self) -> Result<Fact, Unreadable> {
        let event = topic::read_without_text(self.key, self.value, self.beside)?;
        Ok(Fact { timestamp_ms: self.timestamp_ms, event })
    }
}

#[cfg(test)]
mod tests {
    use super::{FactRow, WrittenFact};
    use crate::registry::record::{Event, Fact, Guid, SchemaRecord, TextHash};
    use crate::schema::SchemaType;
    use crate::schema::names::{SchemaId, SubjectName, Version};

    fn facts() -> [Fact; 3] {
        let subject = SubjectName::read(":.ctx:orders-value");
        let record = SchemaRecord {
            subject: subject.clone(),
            version: Version::FIRST,
            id: SchemaId(7),
            guid: Guid([9; 16]),
            text: TextHash::of("\"string\""),
            schema_type: SchemaType::Avro,
            references: [].into(),
            metadata: None,
            rule_set: None,
            deleted: true,
            ordinal: 12,
        };
        [
            Event::SchemaRegistered(record.into()),
            Event::VersionRemoved { subject, version: Version::FIRST },
            Event::IdsIssued { highest: [(".".into(), SchemaId(3))].into() },
        ]
        .map(|event| Fact { timestamp_ms: 1_700_000_000_000, event })
    }

    #[test]
    fn a_fact_comes_back_from_its_bytes() {
        for fact in facts() {
            let written = WrittenFact::of(&fact);
            let row = FactRow::read(written.bytes()).expect("just written");
            assert_eq!((row.fact(), row.key), (Ok(fact.clone()), written.key()));
            assert_eq!(row.is_removal, fact.event.is_removal());
        }
    }

    #[test]
    fn cut_bytes_are_no_fact() {
        for fact in facts() {
            let written = WrittenFact::of(&fact);
            for length in 0..written.bytes().len() {
                let row = FactRow::read(&written.bytes()[..length]);
                assert!(row.is_none_or(|row| row.fact().as_ref() != Ok(&fact)), "{length} bytes of {fact:?}");
            }
        }
    }
}
