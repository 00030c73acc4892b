//! What a producer needs before its first record: a registered schema, and readers that can read what it writes.

use super::super::answers::Registration;
use super::super::caller::Driver;
use super::super::error::ClientError;
use super::super::memory::Core;
use super::super::questions::SchemaQuestion;
use super::super::schema::{RegisteredSchema, Schema, Unreadable};
use super::encoder::{Encoder, Framing};
use super::naming::{Naming, Part};
use super::readers::{Reader, Readers};
use crate::records::wire::SchemaRef;
use crate::schema::ParsedSchema;
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// What is written, and how.
///
/// ```
/// use sluicegate::client::{Framing, Naming, Part, Producing, Readers, Schema};
///
/// let schema = Schema::avro(r#"{"type": "record", "name": "shop.Order", "fields": []}"#);
/// let mut producing = Producing::registered("orders", schema);
/// producing.naming = Naming::TopicRecordName;
/// producing.framing = Framing::GuidHeader;
/// producing.readers = Readers::Live(20);
/// assert_eq!(producing.part, Part::Value);
/// ```
#[derive(Clone, Debug)]
pub struct Producing {
    /// The topic.
    pub topic: String,
    /// Key or value.
    pub part: Part,
    /// How the subject follows from the topic.
    pub naming: Naming,
    /// With which schema.
    pub writer: Writer,
    /// How messages name it.
    pub framing: Framing,
    /// Who must be able to read each record.
    pub readers: Readers,
}

/// With which schema records are written.
#[derive(Clone, Debug)]
pub enum Writer {
    /// With this one, which must be registered: what a producer does when others register (`auto.register.schemas=false`).
    Registered(Schema),
    /// With this one, registered if it is not and the registry takes it.
    Registering(Schema),
    /// With the latest version of the subject (`use.latest.version`). The record's name is told by this schema, or not needed.
    Latest(Option<Schema>),
    /// With the latest version that has these metadata properties (`use.latest.with.metadata`).
    LatestWith(BTreeMap<String, String>, Option<Schema>),
}

/// Why a producer cannot start.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum NotReady {
    /// The registry was not there, or refused: the schema, who asks, or anything else.
    #[error(transparent)]
    Registry(#[from] ClientError),
    /// The schema is not registered in the subject.
    #[error("the schema is not registered in subject {0}; register it, which tells whether it may follow")]
    NotRegistered(String),
    /// The subject has no version, or none with the properties.
    #[error("subject {0} has no version to write with")]
    NoVersion(String),
    /// The subject is named after a record, and the schema is none.
    #[error("the subject is named after a record, and the schema has no name")]
    NoName,
    /// The registry gives no guid; those before 8.0 have none.
    #[error("the registry gives no guid for the schema; name it by its id")]
    NoGuid,
    /// The schema, or that of a reader, cannot be used.
    #[error("{which} cannot be used: {why}")]
    Unusable {
        /// Whose schema.
        which: String,
        /// Why.
        why: Unreadable,
    },
}

impl Producing {
    /// Values of `topic`, with a schema that must be registered under `topic-value`, named by id, whoever reads them.
    pub fn registered(topic: &str, schema: Schema) -> Self {
        Self {
            topic: topic.to_owned(),
            part: Part::Value,
            naming: Naming::default(),
            writer: Writer::Registered(schema),
            framing: Framing::default(),
            readers: Readers::default(),
        }
    }

    /// The subject; `None` where it is named after a record and there is no name.
    pub fn subject(&self) -> Option<String> {
        let (Writer::Registered(schema) | Writer::Registering(schema)) = &self.writer else {
            let (Writer::Latest(schema) | Writer::LatestWith(_, schema)) = &self.writer else { return None };
            let record = schema.as_ref().and_then(Schema::record_name);
            return self.naming.subject(&self.topic, self.part, record.as_deref());
        };
        self.naming.subject(&self.topic, self.part, schema.record_name().as_deref())
    }
}

impl<D: Driver> Core<D> {
    pub(in crate::client) async fn encoder(
        self: &Arc<Self>,
        producing: &Producing,
        deadline: Duration,
    ) -> Result<Encoder, NotReady> {
        let until = Instant::now() + deadline;
        let subject = producing.subject().ok_or(NotReady::NoName)?;
        let (registration, schema) = self.writer(&subject, &producing.writer, until).await?;
        let unusable = |which: &str, why| NotReady::Unusable { which: which.to_owned(), why };
        let parsed = Arc::clone(schema.parsed().map_err(|why| unusable("its schema", why))?);
        let reference = match producing.framing {
            Framing::IdPrefix => SchemaRef::Id(registration.id),
            Framing::GuidHeader => SchemaRef::Guid(registration.guid.or(schema.guid).ok_or(NotReady::NoGuid)?.0),
        };
        let readers = match &producing.readers {
            Readers::None => Vec::new(),
            Readers::These(readers) => {
                let reader = |(name, reader): &(String, _)| Reader::new(name.clone(), &parsed, reader);
                readers.iter().filter_map(reader).collect()
            }
            Readers::Live(newest) => self.live_readers(&subject, *newest, &parsed, until).await?,
        };
        Ok(Encoder {
            subject,
            part: producing.part,
            framing: producing.framing,
            registration,
            checker: crate::records::Checker::new(parsed),
            schema,
            reference,
            readers,
        })
    }

    async fn writer(
        self: &Arc<Self>,
        subject: &str,
        writer: &Writer,
        until: Instant,
    ) -> Result<(Arc<Registration>, Arc<RegisteredSchema>), NotReady> {
        let left = || until.saturating_duration_since(Instant::now());
        let none = BTreeMap::new();
        let registration = match writer {
            Writer::Registered(schema) => self.registration(subject, schema, left()).await?,
            Writer::Registering(schema) => match self.registration(subject, schema, left()).await? {
                Some(known) => Some(known),
                None => Some(self.register(subject, schema, left()).await?),
            },
            Writer::Latest(_) | Writer::LatestWith(..) => {
                let properties = if let Writer::LatestWith(properties, _) = writer { properties } else { &none };
                let latest = self.latest(subject, properties, left()).await?.value;
                let latest = latest.ok_or_else(|| NotReady::NoVersion(subject.to_owned()))?;
                let id = latest.id.ok_or_else(|| NotReady::NoVersion(subject.to_owned()))?;
                return Ok((Arc::new(Registration { id, guid: latest.guid, version: latest.version }), latest));
            }
        };
        let registration = registration.ok_or_else(|| NotReady::NotRegistered(subject.to_owned()))?;
        let schema = self.schema(SchemaQuestion::id(registration.id, Some(subject)), left()).await?;
        Ok((registration, schema.ok_or_else(|| NotReady::NotRegistered(subject.to_owned()))?))
    }

    /// The live versions that cannot read everything.
    async fn live_readers(
        self: &Arc<Self>,
        subject: &str,
        newest: u32,
        writer: &Arc<ParsedSchema>,
        until: Instant,
    ) -> Result<Vec<Reader>, NotReady> {
        let left = || until.saturating_duration_since(Instant::now());
        let live = self.live(subject, left()).await?.value.unwrap_or_default();
        let mut readers = Vec::new();
        for version in live.iter().rev().take(newest as usize) {
            let question = SchemaQuestion::Version { subject: subject.into(), version: *version };
            let Some(reader) = self.schema(question, left()).await? else { continue };
            let name = format!("version {version}");
            let reader = reader.parsed().map_err(|why| NotReady::Unusable { which: name.clone(), why })?;
            readers.extend(Reader::new(name, writer, reader));
        }
        Ok(readers)
    }
}
