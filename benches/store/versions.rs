//! Versions to fill a store with: as many as wanted, each with a content of its own.

use sluicegate::registry::journal::{Batch, Journal, Position};
use sluicegate::registry::record::{Event, Fact, Guid, SchemaRecord, TextHash};
use sluicegate::schema::SchemaType;
use sluicegate::schema::names::{SchemaId, SubjectName, Version};
use std::ops::Range;
use std::sync::Arc;

/// Version `number` (from 0) of all, ten to a subject, with a text of about 1 KB.
pub(crate) fn registration(number: u32) -> (Fact, (TextHash, Arc<str>)) {
    let fields: Vec<String> = (0..20)
        .map(|field| format!(r#"{{"name":"field_{number}_{field}","type":["null","string"],"default":null}}"#))
        .collect();
    let text = format!(r#"{{"type":"record","name":"Order","fields":[{}]}}"#, fields.join(","));
    let record = SchemaRecord {
        subject: SubjectName::read(&format!("team-{}.orders-{}-value", number / 10 % 97, number / 10)),
        version: Version::new(i64::from(number % 10) + 1).expect("one to ten"),
        id: SchemaId(i32::try_from(number + 1).expect("a few million")),
        guid: Guid::of(&text, [], None, None),
        text: TextHash::of(&text),
        schema_type: SchemaType::Avro,
        references: [].into(),
        metadata: None,
        rule_set: None,
        deleted: false,
        ordinal: u64::from(number) + 1,
    };
    let text = (record.text, Arc::from(text));
    (Fact { timestamp_ms: 1_700_000_000_000, event: Event::SchemaRegistered(record.into()) }, text)
}

/// The versions of these numbers.
pub(crate) fn batch(numbers: impl Iterator<Item = u32>) -> Batch {
    let mut batch = Batch::default();
    for (fact, text) in numbers.map(registration) {
        batch.facts.push(fact);
        batch.texts.push(text);
    }
    batch
}

/// Appends the versions of these numbers, of which the first is also how many facts there are.
pub(crate) fn append(journal: &mut Journal, numbers: Range<u32>) {
    let mut last = Position(numbers.start.into());
    for at in numbers.clone().step_by(1000) {
        let next = batch(at..numbers.end.min(at + 1000));
        last = journal.writer.append(last, &next).expect("nothing is wrong");
    }
}
