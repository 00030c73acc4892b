//! One writer's schema, with everybody who has to read what was written with it.

use super::report::{Complaint, Damage};
use crate::gate::base::{BaseError, Registry};
use crate::gate::parties::{Loaded, parsed};
use crate::gate::world::Failure;
use crate::records::wire::SchemaRef;
use crate::records::{Checker, LogicalTypes, Misfit, Reading};
use crate::schema::ParsedSchema;
use std::collections::BTreeMap;
use std::rc::Rc;
use std::sync::Arc;

/// Pairs of writer and reader that are remembered while messages of several schemas are read.
const PAIRS_MAX: usize = 20_000;

/// What every record has to live up to.
pub(super) struct Demands<'a> {
    /// The schema that records are held against.
    pub(super) given: Arc<ParsedSchema>,
    /// Who has to read them.
    pub(super) readers: &'a [Loaded],
    /// Whether values of logical types are looked at.
    pub(super) logical_types: LogicalTypes,
}

/// A writer's schema and its readers.
pub(super) struct Lens {
    /// Whether a datum is one of the writer's.
    pub(super) checker: Checker,
    /// Whether it can be read with the schema that records are held against; `None` where all of them can.
    pub(super) held_against: Option<Reading>,
    /// The same for each reader.
    pub(super) readers: Vec<Option<Reading>>,
}

impl Lens {
    /// For what was written with `writer`.
    pub(super) fn new(writer: &Arc<ParsedSchema>, demands: &Demands<'_>) -> Self {
        let reading = |reader: &Arc<ParsedSchema>| {
            let is_same = Arc::ptr_eq(writer, reader) || writer.resolved_text() == reader.resolved_text();
            let reading = || Reading::new(Arc::clone(writer), Arc::clone(reader));
            (!is_same).then(reading).filter(|reading| !reading.reads_everything())
        };
        Self {
            checker: Checker::with(Arc::clone(writer), demands.logical_types),
            held_against: reading(&demands.given),
            readers: demands.readers.iter().map(|reader| reading(&reader.schema)).collect(),
        }
    }
}

/// What a schema id of a message stands for.
#[derive(Clone)]
pub(super) enum Writer {
    /// A schema that we can read.
    Known(Rc<Lens>),
    /// None that the registry has: the reason.
    Unknown(String),
    /// One that cannot be used: the reason.
    Unusable(String),
}

/// The writers' schemas of messages, asked for by their ids.
pub(super) struct Writers<'r> {
    /// Where ids are looked up, or why they are not: then every message counts as written with the schema given.
    registry: Result<&'r Registry, String>,
    /// Whose context the ids belong to.
    /// The subject as it is written; empty where there is none.
    subject: String,
    known: BTreeMap<SchemaRef, Writer>,
}

impl<'r> Writers<'r> {
    /// Nothing is asked yet.
    pub(super) fn new(registry: Result<&'r Registry, String>, subject: String) -> Self {
        Self { registry, subject, known: BTreeMap::new() }
    }

    /// Why nobody can be asked, where that is so.
    pub(super) fn why_not(&self) -> Option<&str> {
        self.registry.as_ref().err().map(String::as_str)
    }

    /// The writer that `named` stands for; `None` where nobody can be asked.
    ///
    /// # Errors
    /// The registry does not answer.
    pub(super) fn writer(&mut self, named: SchemaRef, demands: &Demands<'_>) -> Result<Option<Writer>, Failure> {
        let Ok(registry) = self.registry else { return Ok(None) };
        if let Some(known) = self.known.get(&named) {
            return Ok(Some(known.clone()));
        }
        let found = registry.schema(named, &self.subject);
        let writer = match found {
            Ok(Some(text)) => match parsed(&text) {
                Ok(schema) => Writer::Known(Rc::new(Lens::new(&schema, demands))),
                Err((place, reason)) => Writer::Unusable(format!("schema {named} does not parse{place}: {reason}")),
            },
            Ok(None) => Writer::Unknown(format!("the registry has no schema {named}, which the message names")),
            Err(BaseError::Undecided(problem)) => Writer::Unusable(problem.message),
            Err(error @ BaseError::Unavailable(_)) => return Err(error.into()),
        };
        if self.known.len() * (demands.readers.len() + 1) >= PAIRS_MAX {
            self.known.clear();
        }
        self.known.insert(named, writer.clone());
        Ok(Some(writer))
    }
}

impl Complaint {
    /// What a misfit says. The byte means something to whoever has the bytes: nobody, where the record was JSON.
    pub(super) fn of(misfit: &Misfit, has_bytes: bool) -> Self {
        Self {
            path: misfit.path.clone(),
            offset: misfit.offset.filter(|_| has_bytes).map(|offset| offset as u64),
            reason: misfit.reason.to_string(),
        }
    }

    /// About a record as a whole.
    pub(super) fn whole(reason: impl Into<String>) -> Self {
        Self { path: "$".to_owned(), offset: None, reason: reason.into() }
    }
}

impl Damage {
    /// At a byte of an input.
    pub(super) fn at(input: &str, offset: u64, reason: impl Into<String>) -> Self {
        Self { input: input.to_owned(), line: None, offset: Some(offset), reason: reason.into() }
    }
}
