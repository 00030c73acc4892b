//! Two schema texts: can one read what the other wrote, what kind of change is it, and what does a refusal look like?
#![no_main]

use libfuzzer_sys::fuzz_target;
use sluicegate::compat::{Direction, Reading, Scratch, can_read, incompatibilities};
use sluicegate::evolution::{Evolving, classify};
use sluicegate::records::{self, Checker};
use sluicegate::witness::of_reading;
use sluicegate_fuzz::{CUT, avro};
use std::sync::Arc;

fuzz_target!(|text: &str| {
    let Some((old, new)) = text.split_once(CUT) else { return };
    let (Some(old), Some(new)) = (avro(old), avro(new)) else { return };
    let (old, new) = (Arc::new(old), Arc::new(new));
    let mut scratch = Scratch::default();
    for (reader, writer, direction) in [(&new, &old, Direction::Backward), (&old, &new, Direction::Forward)] {
        let reading = Reading { reader, writer };
        let findings = incompatibilities(reading, &mut scratch);
        assert_eq!(can_read(reading, &mut scratch), findings.list.is_empty(), "the short walk and the long one agree");
        let (check, read) =
            (Checker::new(Arc::clone(writer)), records::Reading::new(Arc::clone(writer), Arc::clone(reader)));
        for witness in of_reading(reading, direction, &findings).list {
            if let Some(datum) = witness.datum {
                check
                    .binary(&datum.avro)
                    .unwrap_or_else(|misfit| panic!("a witness is a record of its writer: {misfit:?}"));
                _ = read.binary(&datum.avro);
            }
        }
    }
    let changes = classify(Evolving { old: &old, new: &new });
    if let (Ok(changes), true) = (changes, old.stored_text() == new.stored_text()) {
        assert!(changes.is_empty(), "the same schema is no change: {changes:?}");
    }
});
