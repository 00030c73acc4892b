//! `HEAD`: how far a store had got, kept outside of RocksDB.
//!
//! A RocksDB whose newest log is missing or half cut opens silently with less. `HEAD` is never ahead of what was synced,
//! so a store that is behind it has lost acknowledged writes.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};
use sha2::{Digest as _, Sha256};
use uuid::Uuid;

const FIRST_LINE: &str = "sluicegate head 1 ";

/// A lower bound of what a store holds.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Head {
    /// Position of the newest fact; 0 where there is none.
    pub(super) position: u64,
    /// The highest id issued in each context.
    pub(super) highest_ids: BTreeMap<String, i32>,
}

impl Head {
    /// Remembers that `id` was issued in `context`.
    pub(super) fn note_id(&mut self, context: &str, id: i32) {
        match self.highest_ids.get_mut(context) {
            Some(highest) => *highest = id.max(*highest),
            None => drop(self.highest_ids.insert(context.to_owned(), id)),
        }
    }

    /// What `self` lacks of `reached`, in words; `None` where it lacks nothing.
    pub(super) fn behind(&self, reached: &Self) -> Option<String> {
        if self.position < reached.position {
            return Some(format!("it ends at position {} where {} had been reached", self.position, reached.position));
        }
        reached.highest_ids.iter().find_map(|(context, reached)| {
            let here = self.highest_ids.get(context).copied().unwrap_or(0);
            (here < *reached)
                .then(|| format!("its highest id in context '{context}' is {here} where {reached} had been given"))
        })
    }

    /// The file's content: a line with a checksum, then one JSON line.
    pub(super) fn written(&self, store_id: Uuid) -> Vec<u8> {
        let highest_ids: Map<String, Value> =
            self.highest_ids.iter().map(|(context, id)| (context.clone(), Value::from(*id))).collect();
        let line =
            json!({ "store": store_id.to_string(), "position": self.position, "highestIds": highest_ids }).to_string();
        format!("{FIRST_LINE}{}\n{line}\n", checksum(&line)).into_bytes()
    }

    /// Reads what [`Head::written`] wrote, with the store it was written for; `None` where a byte differs.
    pub(super) fn read(file: &[u8]) -> Option<(Uuid, Self)> {
        let text = std::str::from_utf8(file).ok()?;
        let (sum, line) = text.strip_prefix(FIRST_LINE)?.split_once('\n')?;
        let line = line.strip_suffix('\n')?;
        if sum != checksum(line) {
            return None;
        }
        let content: Value = serde_json::from_str(line).ok()?;
        let store_id = Uuid::try_parse(content.get("store")?.as_str()?).ok()?;
        let position = content.get("position")?.as_u64()?;
        let mut head = Self { position, highest_ids: BTreeMap::new() };
        for (context, id) in content.get("highestIds")?.as_object()? {
            head.highest_ids.insert(context.clone(), id.as_i64()?.try_into().ok()?);
        }
        Some((store_id, head))
    }
}

fn checksum(line: &str) -> String {
    Sha256::digest(line.as_bytes()).iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::Head;
    use uuid::Uuid;

    fn head(position: u64, ids: &[(&str, i32)]) -> Head {
        let mut head = Head { position, ..Head::default() };
        for (context, id) in ids {
            head.note_id(context, *id);
        }
        head
    }

    #[test]
    fn what_was_written_is_read_back_and_nothing_else() {
        let store_id = Uuid::from_u128(7);
        let head = head(42, &[(".", 17), (".é \"x\"", 3), (".", 5)]);
        let file = head.written(store_id);
        assert_eq!(Head::read(&file), Some((store_id, head)));
        for at in 0..file.len() {
            let mut flipped = file.clone();
            flipped[at] ^= 4;
            assert_eq!(Head::read(&flipped), None, "a flipped bit in byte {at} goes unseen");
        }
        assert_eq!(Head::read(&file[..file.len() - 1]), None);
        assert_eq!(Head::read(b""), None);
    }

    #[test]
    fn a_store_is_behind_in_position_or_in_an_id() {
        let reached = head(42, &[(".", 17), (".a", 3)]);
        assert_eq!(reached.behind(&reached), None);
        assert_eq!(head(43, &[(".", 18), (".a", 3), (".b", 1)]).behind(&reached), None);
        for less in [head(41, &[(".", 17), (".a", 3)]), head(42, &[(".", 16), (".a", 3)]), head(42, &[(".", 17)])] {
            assert!(less.behind(&reached).is_some(), "{less:?}");
        }
    }
}
