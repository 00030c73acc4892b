//! Classes by change id: the overrides of a profile (`change-classification` 10).

use super::origin::{Origin, Sourced};
use super::reader::{Entry, Reader};
use super::{ConfigError, nearest};
use crate::evolution::{ChangeClass, catalogue};
use std::collections::BTreeMap;

/// Reads the table `rules`.
pub(super) fn read<'t>(
    reader: &Reader<'t>,
    rules: &Entry<'_, 't>,
) -> Result<BTreeMap<String, Sourced<ChangeClass>>, ConfigError> {
    let mut read = BTreeMap::new();
    for rule in reader.all_entries(rules.table()?) {
        if catalogue::find(rule.key).is_none() {
            let nearest = nearest(rule.key, catalogue::ALL.iter().map(|kind| kind.id));
            return Err(rule.place.error(format!("unknown change id `{}`: did you mean `{nearest}`?", rule.key)));
        }
        let class = rule.word(&ChangeClass::ALL, ChangeClass::as_str)?;
        read.insert(rule.key.to_owned(), Sourced::new(class, Origin::File(rule.place.clone())));
    }
    Ok(read)
}
