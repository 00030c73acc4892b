//! Exemptions: what the governance board lets pass, once, until a day (`change-classification` 8.3).

use super::Case;
use super::answer::AnsweredExemption;
use super::profile::{Grade, MAJOR};
use crate::evolution::{Change, ChangeClass};
use crate::schema::{ParsedSchema, avro::sha256};
use jiff::civil::Date;
use std::collections::BTreeSet;
use std::fmt::Write as _;

/// A permission for one forbidden change between two schemas: with it the change needs a major version instead.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Exemption {
    /// What it is about: 16 hex digits over subject, change id, path and both schemas.
    pub fingerprint: String,
    /// The subject.
    pub subject: String,
    /// The change id.
    pub change: String,
    /// The path.
    pub path: String,
    /// Why it was given.
    pub reason: String,
    /// Who gave it.
    pub approved_by: String,
    /// The last day it holds.
    pub expires: Date,
}

impl Exemption {
    /// Whether it is about this change. All four must agree: the fingerprint alone would do for a machine, but a
    /// person who approved `field-removed` at `channel` must not find that it let something else pass.
    fn names(&self, subject: &str, change: &Change, fingerprint: &str) -> bool {
        self.fingerprint.eq_ignore_ascii_case(fingerprint)
            && self.subject == subject
            && self.change == change.kind.id
            && self.path == change.path
    }

    /// Whether its last day is over.
    pub fn is_expired(&self, today: Date) -> bool {
        today > self.expires
    }
}

/// Per change, in order, the exemptions of a case that name it.
pub(super) struct Named {
    per_change: Vec<Vec<Hit>>,
}

#[derive(Clone, Copy)]
struct Hit {
    exemption: usize,
    /// The last day, if it is over.
    expired: Option<Date>,
}

/// Finds which exemptions name which change; the n-th fingerprint is that of the n-th change.
pub(super) fn naming(case: &Case<'_>, changes: &[Change], fingerprints: &[String]) -> Named {
    let hits = |(change, fingerprint): (&Change, &String)| {
        let all = case.exemptions.iter().enumerate();
        all.filter(|(_, exemption)| exemption.names(case.subject, change, fingerprint))
            .map(|(at, exemption)| Hit {
                exemption: at,
                expired: exemption.is_expired(case.today).then_some(exemption.expires),
            })
            .collect()
    };
    Named { per_change: changes.iter().zip(fingerprints).map(hits).collect() }
}

/// The grades with exemptions applied: a forbidden change that one names needs a major version instead. Nothing else
/// is touched, so no exemption makes a change allowed.
pub(super) fn pardoned(grades: &[Grade], named: &Named) -> Vec<Grade> {
    let pardon = |(at, grade): (usize, &Grade)| {
        if grade.class == ChangeClass::Forbidden && named.is_in_force(at) { MAJOR } else { *grade }
    };
    grades.iter().enumerate().map(pardon).collect()
}

impl Named {
    fn hits(&self, change: usize) -> &[Hit] {
        self.per_change.get(change).map_or(&[], Vec::as_slice)
    }

    fn is_in_force(&self, change: usize) -> bool {
        self.hits(change).iter().any(|hit| hit.expired.is_none())
    }

    /// The last day of the exemption that let the change pass longest, if that is over.
    pub(super) fn expired(&self, change: usize) -> Option<Date> {
        let days = self.hits(change).iter().map(|hit| hit.expired);
        days.collect::<Option<Vec<Date>>>()?.into_iter().max()
    }

    /// Which exemptions pardon a change of these grades, ascending.
    pub(super) fn pardoning(&self, grades: &[Grade]) -> Vec<usize> {
        let forbidden = grades.iter().zip(&self.per_change).filter(|(grade, _)| grade.class == ChangeClass::Forbidden);
        let hits = forbidden.flat_map(|(_, hits)| hits).filter(|hit| hit.expired.is_none());
        hits.map(|hit| hit.exemption).collect::<BTreeSet<usize>>().into_iter().collect()
    }

    /// Which exemptions name any change, ascending.
    pub(super) fn indexes(&self) -> Vec<usize> {
        let indexes: BTreeSet<usize> = self.per_change.iter().flatten().map(|hit| hit.exemption).collect();
        indexes.into_iter().collect()
    }

    /// The same as answers list them.
    pub(super) fn answered(&self, case: &Case<'_>) -> Vec<AnsweredExemption> {
        let of = |at: usize| {
            let exemption = &case.exemptions[at];
            AnsweredExemption {
                fingerprint: exemption.fingerprint.clone(),
                reason: exemption.reason.clone(),
                approved_by: exemption.approved_by.clone(),
                expires: exemption.expires.to_string(),
                is_expired: exemption.is_expired(case.today),
            }
        };
        self.indexes().into_iter().map(of).collect()
    }
}

/// Gives the changes between two schemas of one subject the names that exemptions use.
///
/// Two changes of the same id at the same path, such as two removed symbols of one enum, share a name: they are
/// approved together.
pub struct Fingerprints {
    subject: String,
    schemas: String,
}

impl Fingerprints {
    /// For the changes from `old` to `new` under `subject`.
    pub fn of(subject: &str, old: &ParsedSchema, new: &ParsedSchema) -> Self {
        // The stored text, not the file's own: a gate with files and a server must come to the same name.
        let schemas = format!("{}\n{}", hex(&sha256(&old.resolved_text())), hex(&sha256(&new.resolved_text())));
        Self { subject: subject.to_owned(), schemas }
    }

    /// The first 16 hex digits of SHA-256 over subject, id, path, and the SHA-256 of the old and of the new stored text
    /// with their references resolved, joined by newlines.
    pub fn name(&self, id: &str, path: &str) -> String {
        let Self { subject, schemas } = self;
        hex(&sha256(&format!("{subject}\n{id}\n{path}\n{schemas}"))[..8])
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::with_capacity(2 * bytes.len()), |mut text, byte| {
        write!(text, "{byte:02x}").expect("a string takes what is written to it");
        text
    })
}
