//! Which versions a level asks about, and what it found.

use super::{CompatibilityLevel, Direction, Findings, Scratch, can_read, incompatibilities};
use crate::schema::{ParsedSchema, names::Version};
use std::sync::Arc;

/// A schema that asks to become the next version.
#[derive(Clone, Copy, Debug)]
pub struct Candidate<'a> {
    /// The schema.
    pub schema: &'a ParsedSchema,
}

/// A version that is there already.
#[derive(Clone, Debug)]
pub struct HistoricVersion {
    /// Its number.
    pub version: Version,
    /// Its schema.
    pub schema: Arc<ParsedSchema>,
    /// Its stored text, quoted in the refusal.
    pub text: Arc<str>,
}

/// The answer to question one over a history.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LevelVerdict {
    /// Every pair the level demands can be read.
    Compatible,
    /// The newest version with which it cannot.
    Incompatible(Refusal),
}

/// Why a candidate is refused: one version's findings, never several.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// The level that was asked for.
    pub level: CompatibilityLevel,
    /// The version it fails against.
    pub version: Version,
    /// That version's stored text.
    pub text: Arc<str>,
    /// What each direction found, in the order of [`CompatibilityLevel::directions`]; empty ones left out.
    /// No entry at all means that the two are written in different schema types.
    pub findings: Vec<(Direction, Findings)>,
}

/// Checks `candidate` against `history` (live versions, newest first) as `level` demands.
///
/// The history is drawn from one by one and only as far as needed: under NONE not at all, without a transitive level
/// the first alone, with one up to the first version that fails.
///
/// # Errors
/// Whatever drawing from `history` fails with.
pub fn check<E>(
    candidate: Candidate<'_>,
    history: impl IntoIterator<Item = Result<HistoricVersion, E>>,
    level: CompatibilityLevel,
    scratch: &mut Scratch,
) -> Result<LevelVerdict, E> {
    let versions_max = match level {
        CompatibilityLevel::None => 0,
        level if level.is_transitive() => usize::MAX,
        _ => 1,
    };
    for version in history.into_iter().take(versions_max) {
        let version = version?;
        if candidate.schema.schema_type() != version.schema.schema_type() {
            return Ok(refused(level, version, Vec::new()));
        }
        let mut findings = Vec::new();
        for direction in level.directions() {
            let reading = direction.reading(candidate.schema, &version.schema);
            if !can_read(reading, scratch) {
                findings.push((*direction, incompatibilities(reading, scratch)));
            }
        }
        if !findings.is_empty() {
            return Ok(refused(level, version, findings));
        }
    }
    Ok(LevelVerdict::Compatible)
}

fn refused(level: CompatibilityLevel, version: HistoricVersion, findings: Vec<(Direction, Findings)>) -> LevelVerdict {
    let HistoricVersion { version, text, .. } = version;
    LevelVerdict::Incompatible(Refusal { level, version, text, findings })
}
