//! Is everything in a stopped store what was written? Every block is read and so its checksum verified, every text is
//! hashed, and what is kept twice is compared.

use std::collections::{BTreeSet, HashMap, HashSet};
use std::path::Path;

use super::database::{Database, Family};
use super::facts::{FactRow, WrittenFact};
use super::head::Head;
use super::keys::read_position;
use super::open_error::OpenError;
use super::store::{Store, StoreError};
use super::texts::note_ids;
use crate::registry::AssociationKey;
use crate::registry::journal::Position;
use crate::registry::record::{Event, Guid, ReferenceParts, SchemaRecord, TextHash};
use crate::schema::names::{SchemaId, SubjectName, Version};

/// Further findings are only counted: a broken disk can bring millions.
const FINDINGS_MAX: usize = 100;

/// What a store holds and what is wrong with it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Inspection {
    /// Facts of all kinds.
    pub facts: u64,
    /// Versions among them, soft-deleted ones included.
    pub versions: u64,
    /// Associations.
    pub associations: u64,
    /// Those whose subject has no live version, by resource, type and subject, the first hundred of them. Not wrong: one
    /// that is imported may come before its schemas.
    pub dangling: Vec<String>,
    /// How many of those there are.
    pub dangling_associations: u64,
    /// Texts.
    pub texts: u64,
    /// Texts that no fact names any more. Harmless: what is left of versions deleted for good.
    pub unused_texts: u64,
    /// The first hundred things that are wrong.
    pub findings: Vec<Finding>,
    /// How many more there are.
    pub further_findings: u64,
}

/// One thing that is wrong, in a line.
pub type Finding = String;

/// Reads the whole store at `path`. Nothing is changed; the store must not be in use.
///
/// # Errors
/// [`OpenError`] when it cannot be opened. [`OpenError::Damaged`] and [`OpenError::BehindHead`] are findings too.
pub fn inspect(path: &Path) -> Result<Inspection, OpenError> {
    let store = Store::inspect(path)?;
    let head = store.directory().head()?;
    let mut inspector = Inspector::default();
    let read = store.with("verify", |database| {
        inspector.read_facts(database);
        inspector.read_keys(database);
        inspector.read_texts(database);
        Ok(())
    });
    inspector.follow_associations();
    if let Err(error) = read {
        inspector.find(error.to_string());
    }
    if let Some(what) = inspector.found.behind(&Head { position: 0, ..head }) {
        inspector.find(format!("the store is older than its HEAD: {what}"));
    }
    Ok(inspector.inspection)
}

#[derive(Default)]
struct Inspector {
    inspection: Inspection,
    found: Head,
    /// Which content each id of a context stands for.
    contents: HashMap<(Box<str>, SchemaId), Guid>,
    /// Texts that facts name.
    named_texts: HashSet<TextHash>,
    /// The highest live version of each subject that has one.
    live: HashMap<SubjectName, Version>,
    associations: BTreeSet<AssociationKey>,
}

impl Inspector {
    fn find(&mut self, finding: Finding) {
        if self.inspection.findings.len() < FINDINGS_MAX {
            self.inspection.findings.push(finding);
        } else {
            self.inspection.further_findings += 1;
        }
    }

    fn read_facts(&mut self, database: &Database) {
        let read = database.each_fact(Position::START, |position, row| {
            self.inspection.facts += 1;
            if let Err(StoreError(what)) = self.read_fact(database, position, row) {
                self.find(format!("position {}: {what}", position.0));
            }
            Ok(())
        });
        if let Err(StoreError(what)) = read {
            self.find(format!("the facts cannot be read to their end: {what}"));
        }
    }

    fn read_fact(&mut self, database: &Database, position: Position, row: FactRow<'_>) -> Result<(), StoreError> {
        let newest = database.get(Family::Keys, row.key)?.as_deref().and_then(read_position);
        if newest != Some(position) {
            let key = String::from_utf8_lossy(row.key);
            self.find(format!("position {}: the index says that {key} is at {newest:?}", position.0));
        }
        let fact = row.fact().map_err(|unreadable| StoreError(unreadable.to_string()))?;
        let again = WrittenFact::of(&fact);
        if FactRow::read(again.bytes()) != Some(row) {
            return Err(StoreError("the fact is not in the form it is written in".to_owned()));
        }
        note_ids(&fact.event, &mut self.found);
        self.note_uses(&fact.event);
        if let Event::SchemaRegistered(record) = &fact.event {
            self.inspection.versions += 1;
            self.read_version(database, record)?;
        }
        Ok(())
    }

    /// Which subjects have live versions, and what uses them. A version stands there once, as it was last.
    fn note_uses(&mut self, event: &Event) {
        match event {
            Event::SchemaRegistered(record) if !record.deleted => {
                let highest = self.live.entry(record.subject.clone()).or_insert(record.version);
                *highest = record.version.max(*highest);
            }
            Event::SubjectDeleted { subject, up_to } if self.live.get(subject).is_some_and(|live| live <= up_to) => {
                self.live.remove(subject);
            }
            Event::AssociationSet { key, .. } => {
                self.associations.insert(key.clone());
            }
            Event::AssociationRemoved { key } => {
                self.associations.remove(key);
            }
            _ => {}
        }
    }

    fn follow_associations(&mut self) {
        self.inspection.associations = self.associations.len() as u64;
        for key in self.associations.iter().filter(|key| !self.live.contains_key(&key.subject)) {
            self.inspection.dangling_associations += 1;
            if self.inspection.dangling.len() < FINDINGS_MAX {
                let AssociationKey { resource_name, resource_namespace, resource_type, association_type, subject } =
                    key;
                self.inspection.dangling.push(format!(
                    "{resource_type} {resource_name} in {resource_namespace}, {association_type}: {subject}"
                ));
            }
        }
    }

    fn read_version(&mut self, database: &Database, record: &SchemaRecord) -> Result<(), StoreError> {
        let name = format!("{} version {}", record.subject, record.version);
        let content = (record.subject.context().into(), record.id);
        let known = *self.contents.entry(content).or_insert(record.guid);
        if known != record.guid {
            return Err(StoreError(format!("{name}: id {} stands for two contents", record.id)));
        }
        self.named_texts.insert(record.text);
        let text = database.get(Family::Texts, &record.text.0)?;
        let text = match text.as_deref() {
            Some(bytes) => std::str::from_utf8(bytes).unwrap_or_default(),
            None if record.text == TextHash::NONE => "",
            None => return Err(StoreError(format!("{name}: its text {:?} is missing", record.text))),
        };
        let references = record.references.iter().map(ReferenceParts::from);
        let guid = Guid::of(text, references, record.metadata.as_deref(), record.rule_set.as_deref());
        if guid != record.guid && !crate::topic::is_encrypted(record) {
            return Err(StoreError(format!("{name}: its fingerprint is not that of its content")));
        }
        Ok(())
    }

    fn read_keys(&mut self, database: &Database) {
        let mut keys = 0_u64;
        let mut rows = database.scan(Family::Keys);
        rows.seek_to_first();
        while rows.valid() {
            keys += 1;
            rows.next();
        }
        if let Err(error) = rows.status() {
            self.find(format!("the index cannot be read to its end: {}", StoreError::from(error).0));
        } else if keys != self.inspection.facts {
            // Every fact was found through the index, so what is too many leads nowhere.
            self.find(format!("the index has {keys} entries for {} facts", self.inspection.facts));
        }
    }

    fn read_texts(&mut self, database: &Database) {
        let mut rows = database.scan(Family::Texts);
        rows.seek_to_first();
        while let Some((key, value)) = rows.item() {
            self.inspection.texts += 1;
            let hash = key.try_into().map(TextHash).unwrap_or(TextHash::NONE);
            let found = std::str::from_utf8(value).map(TextHash::of);
            if found.is_ok_and(|found| found == hash) {
                self.inspection.unused_texts += u64::from(!self.named_texts.contains(&hash));
            } else {
                self.find(format!("text {hash:?} is not what was written"));
            }
            rows.next();
        }
        if let Err(error) = rows.status() {
            self.find(format!("the texts cannot be read to their end: {}", StoreError::from(error).0));
        }
    }
}
