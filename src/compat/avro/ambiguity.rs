//! Whether the reference's check could throw: only where a reader field with its aliases finds several fields in one
//! record of the writer (`avro-compatibility` 3.7).
//!
//! The reference visits pairs that the verdict walk has no reason to visit, so this looks at every record the writer
//! has. It costs nothing unless the reader has field aliases, and one pass over the writer's fields if it has.

use crate::schema::avro::AvroSchema;

/// Working memory of the search.
#[derive(Debug, Default)]
pub(super) struct Memory {
    /// Hash of a name that one of the reader's aliased fields answers to, and which of those fields it is; sorted.
    names: Vec<(u64, u32)>,
    /// For each of those fields, the last record of the writer that has a field for it.
    seen: Vec<u32>,
}

/// Names kept between searches.
const KEPT_MAX: usize = 1 << 14;

/// Matches the search looks at before it answers with "it could".
const MATCHES_MAX: usize = 100_000;

/// Whether some field of the reader could match several fields of one record of the writer. A "no" is certain.
pub(super) fn is_possible(reader: &AvroSchema, writer: &AvroSchema, memory: &mut Memory) -> bool {
    if reader.aliased_fields().is_empty() {
        return false;
    }
    memory.names.clear();
    memory.seen.clear();
    memory.names.shrink_to(KEPT_MAX);
    memory.seen.shrink_to(KEPT_MAX);
    for ((record, position), number) in reader.aliased_fields().iter().zip(0..) {
        let field = &reader.record(*record).fields()[*position as usize];
        memory.names.push((field.name_hash(), number));
        memory.names.extend(field.aliases().iter().map(|(_, hash)| (*hash, number)));
        memory.seen.push(u32::MAX);
    }
    memory.names.sort_unstable();
    let mut matches = 0;
    for (record, number) in writer.records().iter().zip(0..) {
        for field in record.fields() {
            let start = memory.names.partition_point(|(hash, _)| *hash < field.name_hash());
            let same = memory.names[start..].iter().take_while(|(hash, _)| *hash == field.name_hash());
            for (_, aliased) in same {
                matches += 1;
                let last = std::mem::replace(&mut memory.seen[*aliased as usize], number);
                if last == number || matches > MATCHES_MAX {
                    return true;
                }
            }
        }
    }
    false
}
