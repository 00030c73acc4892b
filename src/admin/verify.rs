//! `sluicegate verify`: reads a stopped store whole and says what is wrong with it.

use std::io::Write;
use std::path::Path;

use super::{Failure, Outcome};
use crate::storage::rocksdb::{Inspection, OpenError, inspect};

pub(super) fn run(data: &Path, results: &mut dyn Write) -> Result<Outcome, Failure> {
    let inspection = match inspect(data) {
        Ok(inspection) => inspection,
        // A store that cannot even be opened because of what is wrong with it is a finding, not a failure to look.
        Err(error @ (OpenError::Damaged { .. } | OpenError::BehindHead { .. })) => {
            writeln!(results, "damage: {error}")?;
            return Ok(Outcome::Damaged);
        }
        Err(error) => return Err(error.into()),
    };
    for finding in &inspection.findings {
        writeln!(results, "damage: {finding}")?;
    }
    if inspection.further_findings > 0 {
        writeln!(results, "damage: {} more findings are not listed", inspection.further_findings)?;
    }
    for association in &inspection.dangling {
        writeln!(results, "note: an association leads to no live version: {association}")?;
    }
    let Inspection { facts, versions, associations, dangling_associations, texts, unused_texts, .. } = &inspection;
    let verdict = if inspection.findings.is_empty() { "nothing is wrong" } else { "the store is damaged" };
    writeln!(
        results,
        "{}: {facts} facts, {versions} versions, {associations} associations ({dangling_associations} without a live \
         version), {texts} texts ({unused_texts} no longer used): {verdict}",
        data.display()
    )?;
    Ok(if inspection.findings.is_empty() { Outcome::Fine } else { Outcome::Damaged })
}
