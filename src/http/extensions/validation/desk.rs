//! Where the records of a batch are checked, one after the other.

use super::READERS_MAX;
use super::batch::{Form, Record};
use super::checkers::Checkers;
use super::verdict::{Complaint, Named, Outcome, Party, ReaderFigures, Report, Room, Unreadable, Verdict};
use crate::http::call::Door;
use crate::http::errors::ApiError;
use crate::records::wire::{self, SchemaRef};
use crate::records::{Checker, Misfit, Reading};
use crate::registry::{Guid, ParsedVersion, Registry, RegistryError};
use crate::schema::ParsedSchema;
use crate::schema::names::{SchemaId, SubjectName};
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::rc::Rc;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// Schemas that the messages of a batch may name.
const SCHEMAS_MAX: usize = 1_000;

/// Whose ids messages name.
#[derive(Clone, Copy)]
pub(super) enum IdsOf<'a> {
    /// Those of the context of this version, with which every record must be readable.
    Version(&'a ParsedVersion),
    /// Those of this subject or context, as where schemas are fetched by id; under a subject they must be registered,
    /// with `deleted` as a soft-deleted version perhaps.
    Scope { scope: Option<&'a SubjectName>, deleted: bool },
}

/// Checks the records of one batch.
pub(super) struct Desk<'a> {
    registry: &'a Registry,
    checkers: &'a Checkers,
    ids_of: IdsOf<'a>,
    form: Form,
    /// The versions that are asked whether they can read a record, and what came of it.
    readers: Option<Vec<(ParsedVersion, ReaderFigures)>>,
    /// By how messages name them.
    writers: BTreeMap<SchemaRef, Rc<Writer>>,
    room: Room,
    started: Instant,
    time_max: Duration,
}

/// A schema that records are written with.
enum Writer {
    Known {
        named: Named,
        lens: Lens,
    },
    /// Nothing that is written with it passes.
    Refused {
        named: Named,
        outcome: Outcome,
        reason: String,
    },
}

/// What is needed to check what is written with one schema.
struct Lens {
    checker: Arc<Checker>,
    /// Whether the version that was addressed can read it; `None` where it can read everything.
    addressed: Option<Arc<Reading>>,
    /// The same of each reader.
    readers: Vec<Option<Arc<Reading>>>,
}

impl<'a> Desk<'a> {
    /// Nothing is checked yet; the time of the batch begins.
    pub(super) fn new(registry: &'a Registry, door: &'a Door, ids_of: IdsOf<'a>, form: Form) -> Self {
        Self {
            registry,
            checkers: &door.checkers,
            ids_of,
            form,
            readers: None,
            writers: BTreeMap::new(),
            room: Room::new(),
            started: Instant::now(),
            time_max: door.settings.records_time_max,
        }
    }

    /// The same, with these versions asked as well.
    pub(super) fn with_readers(self, readers: Option<Vec<ParsedVersion>>) -> Self {
        let figures = |version: &ParsedVersion| ReaderFigures { party: version.into(), records: 0, unreadable: 0 };
        let readers = readers.map(|readers| {
            readers
                .into_iter()
                .map(|version| {
                    let figures = figures(&version);
                    (version, figures)
                })
                .collect()
        });
        Self { readers, ..self }
    }

    /// Checks all records.
    ///
    /// # Errors
    /// It takes too much, or the store fails. What is wrong with a record is no error.
    pub(super) fn check(&mut self, records: Vec<Record<'_>>) -> Result<Report, ApiError> {
        let addressed = match self.ids_of {
            IdsOf::Version(version) => Some(Writer::Known { named: version.into(), lens: self.lens(&version.schema)? }),
            IdsOf::Scope { .. } => None,
        };
        let mut verdicts = Vec::with_capacity(records.len());
        for record in records {
            self.require_time()?;
            let own = || addressed.as_ref().ok_or_else(|| ApiError::InvalidRecords(NO_SCHEMA.to_owned()));
            verdicts.push(match record {
                Record::Tombstone => Verdict::fine(Outcome::Tombstone),
                Record::Json(text) => self.json(own()?, text)?,
                Record::Avro(datum) => self.datum(own()?, &datum, true)?,
                Record::Wire { payload, header } => self.message(&payload, header.as_deref())?,
            });
        }
        let addressed = match self.ids_of {
            IdsOf::Version(version) => Some(Party::from(version)),
            IdsOf::Scope { .. } => None,
        };
        let readers = self.readers.take().map(|readers| readers.into_iter().map(|(_, figures)| figures).collect());
        Ok(Report { addressed, verdicts, readers })
    }

    fn json(&mut self, writer: &Writer, text: &str) -> Result<Verdict, ApiError> {
        let Writer::Known { lens, .. } = writer else { return self.datum(writer, &[], false) };
        match lens.checker.json(text, self.form.0) {
            Ok(datum) => self.datum(writer, &datum, false),
            Err(misfits) => {
                let mut verdict = Verdict::fine(Outcome::Misfit);
                verdict.is_cut = misfits.is_cut;
                for misfit in &misfits.list {
                    match self.room.take(misfit.into()) {
                        Some(complaint) => verdict.complaints.push(complaint),
                        None => verdict.is_cut = true,
                    }
                }
                Ok(verdict)
            }
        }
    }

    fn message(&mut self, payload: &[u8], header: Option<&[u8]>) -> Result<Verdict, ApiError> {
        let (named, body) = match wire::split_with_header(header, payload) {
            Ok(parts) => parts,
            Err(reason) => {
                let place = if header.is_some() { "the header names no schema" } else { "the message names no schema" };
                let complaint = Complaint::whole(format!("{place}: {reason}"));
                return Ok(Verdict::wrong(Outcome::NotFramed, complaint, &mut self.room));
            }
        };
        let writer = self.writer(named)?;
        let datum = match &*writer {
            Writer::Known { lens, .. } => lens.checker.datum(body),
            Writer::Refused { .. } => Cow::Borrowed(body),
        };
        let mut verdict = self.datum(&writer, &datum, true)?;
        verdict.named = Some(match &*writer {
            Writer::Known { named, .. } | Writer::Refused { named, .. } => *named,
        });
        Ok(verdict)
    }

    /// Checks a value in binary. `has_offsets`: whether whoever sent it knows its bytes.
    fn datum(&mut self, writer: &Writer, datum: &[u8], has_offsets: bool) -> Result<Verdict, ApiError> {
        let lens = match writer {
            Writer::Known { lens, .. } => lens,
            Writer::Refused { outcome, reason, .. } => {
                return Ok(Verdict::wrong(*outcome, Complaint::whole(reason), &mut self.room));
            }
        };
        let complaint = |misfit: &Misfit| {
            let complaint = Complaint::from(misfit);
            Complaint { offset: complaint.offset.filter(|_| has_offsets), ..complaint }
        };
        if let Err(misfit) = lens.checker.binary(datum) {
            return Ok(Verdict::wrong(Outcome::Misfit, complaint(&misfit), &mut self.room));
        }
        if let Some(Err(misfit)) = lens.addressed.as_ref().map(|reading| reading.binary(datum)) {
            return Ok(Verdict::wrong(Outcome::Unreadable, complaint(&misfit), &mut self.room));
        }
        let mut verdict = Verdict::fine(Outcome::Fits);
        if self.readers.is_some() {
            let mut unreadable_by = Vec::new();
            for (reader, reading) in lens.readers.iter().enumerate() {
                self.require_time()?;
                let misfit = reading.as_ref().and_then(|reading| reading.binary(datum).err());
                self.tried(reader, misfit.is_some());
                if let Some(misfit) = misfit {
                    match self.room.take(complaint(&misfit)) {
                        Some(complaint) => unreadable_by.push(Unreadable { reader, complaint }),
                        None => verdict.is_cut = true,
                    }
                }
            }
            verdict.unreadable_by = Some(unreadable_by);
        }
        Ok(verdict)
    }

    fn tried(&mut self, reader: usize, is_unreadable: bool) {
        if let Some((_, figures)) = self.readers.as_mut().and_then(|readers| readers.get_mut(reader)) {
            figures.records += 1;
            figures.unreadable += u64::from(is_unreadable);
        }
    }

    /// The schema that a message names.
    fn writer(&mut self, schema: SchemaRef) -> Result<Rc<Writer>, ApiError> {
        if let Some(known) = self.writers.get(&schema) {
            return Ok(Rc::clone(known));
        }
        self.require_time()?;
        if self.writers.len() == SCHEMAS_MAX {
            let problem = format!("the messages of a batch name at most {SCHEMAS_MAX} schemas: send fewer at a time");
            return Err(ApiError::InvalidRecords(problem));
        }
        let scope = match self.ids_of {
            IdsOf::Version(version) => Some(&version.subject),
            IdsOf::Scope { scope, .. } => scope,
        };
        let found = match schema {
            SchemaRef::Id(id) => {
                let id = SchemaId(i32::try_from(id).unwrap_or(-1));
                self.registry.parsed_by_id(id, scope)
            }
            SchemaRef::Guid(guid) => self.registry.parsed_by_guid(Guid(guid), scope),
        };
        let refused = |outcome, reason| Writer::Refused { named: Named::of(schema), outcome, reason };
        let writer = match found {
            Ok(found) => match self.unregistered(&found, schema) {
                Some(reason) => Writer::Refused { named: (&found).into(), outcome: Outcome::NotRegistered, reason },
                None => Writer::Known { named: (&found).into(), lens: self.lens(&found.schema)? },
            },
            Err(RegistryError::IdNotFound { .. } | RegistryError::GuidNotFound { .. }) => {
                refused(Outcome::UnknownSchema, format!("the registry has no schema with {}", spelled(schema)))
            }
            Err(RegistryError::InvalidSchema(_)) => {
                refused(Outcome::UnusableSchema, format!("the schema with {} cannot be used", spelled(schema)))
            }
            Err(error) => return Err(error.into()),
        };
        let writer = Rc::new(writer);
        self.writers.insert(schema, Rc::clone(&writer));
        Ok(writer)
    }

    /// Why a schema may not be used under the subject that was asked about.
    fn unregistered(&self, found: &ParsedVersion, schema: SchemaRef) -> Option<String> {
        let IdsOf::Scope { scope: Some(subject), deleted } = self.ids_of else { return None };
        if subject.is_context_scope() || subject.is_default_scope() {
            return None; // a context, not a subject
        }
        let is_there = self.registry.is_registered_under(found, subject, deleted);
        (!is_there).then(|| format!("the schema with {} is not registered under subject '{subject}'", spelled(schema)))
    }

    fn lens(&self, writer: &Arc<ParsedSchema>) -> Result<Lens, ApiError> {
        let addressed = match self.ids_of {
            IdsOf::Version(version) => self.checkers.reading(writer, &version.schema),
            IdsOf::Scope { .. } => None,
        };
        let mut readers = Vec::new();
        for (reader, _) in self.readers.iter().flatten().take(READERS_MAX) {
            self.require_time()?;
            readers.push(self.checkers.reading(writer, &reader.schema));
        }
        Ok(Lens { checker: self.checkers.checker(writer), addressed, readers })
    }

    fn require_time(&self) -> Result<(), ApiError> {
        if self.started.elapsed() <= self.time_max {
            return Ok(());
        }
        let seconds = self.time_max.as_secs_f64();
        let problem = format!("the batch takes more than {seconds} seconds: send fewer records, or ask fewer readers");
        Err(ApiError::InvalidRecords(problem))
    }
}

/// What a record without a schema of its own needs.
const NO_SCHEMA: &str = "only messages name their schema";

impl Named {
    /// What a message says of a schema that is not known.
    fn of(schema: SchemaRef) -> Self {
        match schema {
            SchemaRef::Id(id) => Self { id: Some(id), guid: None },
            SchemaRef::Guid(guid) => Self { id: None, guid: Some(Guid(guid)) },
        }
    }
}

fn spelled(schema: SchemaRef) -> String {
    match schema {
        SchemaRef::Id(id) => format!("id {id}"),
        SchemaRef::Guid(_) => format!("guid {schema}"),
    }
}
