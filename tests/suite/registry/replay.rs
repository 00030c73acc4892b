//! Replaying a journal gives the same registry, whatever compaction has left of it.

use super::{start, subject};
use sluicegate::registry::journal::{Batch, Position};
use sluicegate::registry::{AssociationFilter, Page, Registry, SchemaListing};
use sluicegate::storage::memory::MemoryStore;

/// What a client sees of a registry, as text.
fn seen(registry: &Registry) -> Vec<String> {
    let listing = SchemaListing { prefix: ":*:".to_owned(), deleted: true, aliases: true, ..SchemaListing::default() };
    let schemas = registry.schemas(&listing, Page::ALL).expect("texts that can be read");
    let mut lines: Vec<String> = schemas
        .iter()
        .map(|listed| {
            let schema = &listed.schema;
            let uses = registry.uses_of_id(schema.id, Some(&schema.subject), true);
            let ids = registry.ids_of_guid(&schema.guid.to_string());
            format!("{listed:?} {uses:?} {ids:?}")
        })
        .collect();
    for scope in ["", "a", "b", "r1", "r2", ":.c:", ":.c:a", ":.c:r1"] {
        let scope = subject(scope);
        lines.push(format!("{scope} {:?} {:?}", registry.config(&scope), registry.mode(&scope)));
        lines.push(format!("{scope} {:?}", registry.policy(&scope)));
    }
    let associations = registry.associations_named(None, None, &AssociationFilter::default(), Page::ALL);
    lines.extend(associations.iter().map(|association| format!("{association:?}")));
    lines.extend(registry.exemptions(None, Page::ALL).iter().map(|exemption| format!("{exemption:?}")));
    let highest = [".", ".c"].map(|context| registry.highest_id(context));
    lines.push(format!("{highest:?} {:?} {:?}", registry.contexts("", Page::ALL), registry.size()));
    lines
}

/// The law, for whatever a store holds.
pub(super) fn says_the_same_compacted(seed: u64, store: &MemoryStore) {
    let whole = start(store.journal());
    let compacted = MemoryStore::new();
    let mut journal = compacted.journal();
    let facts = store.facts().into_iter().map(|(_, fact)| fact).collect();
    let batch = Batch { facts, texts: store.texts().into_iter().collect() };
    journal.writer.append(Position::START, &batch).expect("nobody else appends");
    assert!(compacted.facts().len() <= store.facts().len());
    let again = start(compacted.journal());
    assert_eq!(seen(&whole), seen(&again), "seed {seed}");
}
