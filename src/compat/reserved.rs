//! Names of fields that were taken out of use and are to stay so (`registry-semantics` 6.4).
//!
//! A name that comes back with another meaning is what a level that looks at one version cannot see.

use super::hash_order::as_in_a_hash_set;
use crate::schema::{ParsedSchema, avro};
use std::collections::{BTreeSet, HashSet};

/// The metadata property that lists such names, separated by commas.
pub const RESERVED_PROPERTY: &str = "confluent:reserved";

/// What a candidate does to reserved names, each list in the reference's order. Nothing: it keeps them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ReservedBreach {
    /// Names that the version before reserves and the candidate does not.
    pub removed: Vec<String>,
    /// Names that the candidate reserves and calls a field by.
    pub conflicting: Vec<String>,
}

impl ReservedBreach {
    /// Of a candidate that reserves `new`, where the latest version, whatever its group, reserves `old`. Both are values
    /// of [`RESERVED_PROPERTY`]. Only fields of the root record count.
    pub fn of(schema: Option<&ParsedSchema>, new: Option<&str>, old: Option<&str>) -> Self {
        let (new, old) = (names(new), names(old));
        if new.is_empty() && old.is_empty() {
            return Self::default();
        }
        let fields = schema.map(top_level_fields).unwrap_or_default();
        let kept: HashSet<&str> = new.iter().map(String::as_str).collect();
        Self {
            removed: old.into_iter().filter(|name| !kept.contains(name.as_str())).collect(),
            conflicting: new.iter().filter(|name| fields.contains(name.as_str())).cloned().collect(),
        }
    }

    /// Whether every reserved name is kept.
    pub fn is_empty(&self) -> bool {
        self.removed.is_empty() && self.conflicting.is_empty()
    }
}

/// The names that are reserved, each once.
fn names(listed: Option<&str>) -> Vec<String> {
    let mut seen = HashSet::new();
    let names = listed.unwrap_or_default().split(',').map(|name| name.trim_matches(|c| c <= ' '));
    let names = names.filter(|name| !name.is_empty() && seen.insert(*name));
    let mut names: Vec<String> = names.map(str::to_owned).collect();
    as_in_a_hash_set(&mut names);
    names
}

fn top_level_fields(schema: &ParsedSchema) -> BTreeSet<&str> {
    match schema {
        ParsedSchema::Avro(schema) => match schema.node(schema.root()) {
            avro::model::Node::Record(record) => {
                schema.record(record).fields().iter().map(|field| field.name()).collect()
            }
            _ => BTreeSet::new(),
        },
    }
}
