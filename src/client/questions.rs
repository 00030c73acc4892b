//! What a registry is asked and remembered for, and how schemas come together with what they refer to.

use super::answers::{self, Registration, VersionReference};
use super::caller::{Caller, Driver};
use super::error::{ClientError, Trouble};
use super::flight::Found;
use super::memory::{Memory, Question, Shelf};
use super::path::segment;
use super::query::Query;
use super::schema::{Document, Guid, RegisteredSchema, Schema, besides};
use crate::schema::ReferencedText;
use crate::schema::names::{Context, SubjectName};
use std::collections::{BTreeMap, HashMap};
use std::fmt::Write as _;
use std::hash::{Hash, Hasher};
use std::sync::{Arc, LazyLock};
use std::time::{Duration, Instant};

/// Most schemas that one may refer to, transitively.
const REFERENCES_MAX: usize = 1_000;
/// Most bytes of their texts.
const REFERENCED_BYTES_MAX: usize = 64 * 1024 * 1024;

/// Which schema?
#[derive(Clone, Debug)]
pub(super) enum SchemaQuestion {
    /// Of an id; ids are those of a context. The subject is only told to the registry, some of which want to know.
    Id { context: Arc<str>, id: u32, subject: Option<Arc<str>> },
    /// Of a guid.
    Guid(Guid),
    /// Of a version.
    Version { subject: Arc<str>, version: u32 },
    /// Of the latest version with these metadata properties; of all if there are none.
    Latest { subject: Arc<str>, properties: Arc<BTreeMap<String, String>> },
}

/// Which versions are live?
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct LiveQuestion {
    pub(super) subject: Arc<str>,
}

/// Is it registered?
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct RegistrationQuestion {
    pub(super) subject: Arc<str>,
    pub(super) schema: Schema,
}

impl SchemaQuestion {
    pub(super) fn id(id: u32, subject: Option<&str>) -> Self {
        /// One for all: each message that is decoded asks with it.
        static DEFAULT: LazyLock<Arc<str>> = LazyLock::new(|| Context::DEFAULT.into());
        let context = match subject.map(SubjectName::read) {
            Some(subject) if !subject.is_in_default_context() => subject.context().into(),
            Some(_) | None => Arc::clone(&DEFAULT),
        };
        Self::Id { context, id, subject: subject.map(Into::into) }
    }

    /// Whether no registry can have it: ids are positive numbers of 32 bits. Damaged messages name others, and a registry
    /// takes an address with one for no address at all.
    pub(super) fn is_of_no_schema(&self) -> bool {
        matches!(self, Self::Id { id, .. } if i32::try_from(*id).is_err())
    }

    fn query(&self) -> Query<Option<Document>> {
        match self {
            Self::Id { id, subject, .. } => {
                let query = subject.as_ref().map_or(String::new(), |subject| format!("?subject={}", segment(subject)));
                let id = *id;
                let read = move |answer: &_| Some(Document { id: Some(id), ..answers::document(answer)? });
                Query::get(format!("/schemas/ids/{id}{query}"), &[40403], read)
            }
            Self::Guid(guid) => {
                let guid = *guid;
                let read = move |answer: &_| Some(Document { guid: Some(guid), ..answers::document(answer)? });
                // Registries before 8.0 know no guids, and so have none of this one.
                Query::own(format!("/schemas/guids/{guid}"), read)
            }
            Self::Version { subject, version } => {
                let path = format!("/subjects/{}/versions/{version}", segment(subject));
                Query::get(path, &[40401, 40402], answers::document)
            }
            Self::Latest { subject, properties } if properties.is_empty() => {
                let path = format!("/subjects/{}/versions/latest", segment(subject));
                Query::get(path, &[40401, 40402], answers::document)
            }
            Self::Latest { subject, properties } => {
                let mut path = format!("/subjects/{}/metadata", segment(subject));
                for (at, (name, value)) in properties.iter().enumerate() {
                    let mark = if at == 0 { '?' } else { '&' };
                    write!(path, "{mark}key={}&value={}", segment(name), segment(value))
                        .expect("writing into a String cannot fail");
                }
                Query::get(path, &[40401, 40402, 40403], answers::document)
            }
        }
    }

    /// The context from which its references are seen, where the answer does not tell.
    fn context(&self) -> String {
        match self {
            Self::Id { context, .. } => context.to_string(),
            Self::Guid(_) => ".".to_owned(),
            Self::Version { subject, .. } | Self::Latest { subject, .. } => {
                SubjectName::read(subject).context().to_owned()
            }
        }
    }
}

/// The subject of an id is told to the registry and is no part of what is asked.
impl PartialEq for SchemaQuestion {
    fn eq(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Id { context, id, .. }, Self::Id { context: other, id: other_id, .. }) => {
                id == other_id && context == other
            }
            (Self::Guid(guid), Self::Guid(other)) => guid == other,
            (Self::Version { subject, version }, Self::Version { subject: other, version: other_version }) => {
                version == other_version && subject == other
            }
            (Self::Latest { subject, properties }, Self::Latest { subject: other, properties: others }) => {
                subject == other && properties == others
            }
            (Self::Id { .. } | Self::Guid(_) | Self::Version { .. } | Self::Latest { .. }, _) => false,
        }
    }
}

impl Eq for SchemaQuestion {}

impl Hash for SchemaQuestion {
    fn hash<H: Hasher>(&self, state: &mut H) {
        match self {
            Self::Id { context, id, .. } => (0, context, id).hash(state),
            Self::Guid(guid) => (1, guid).hash(state),
            Self::Version { subject, version } => (3, subject, version).hash(state),
            Self::Latest { subject, properties } => (2, subject, properties).hash(state),
        }
    }
}

impl Question for SchemaQuestion {
    type Answer = Arc<RegisteredSchema>;

    fn changes(&self) -> bool {
        matches!(self, Self::Latest { .. })
    }

    fn bytes(&self, answer: Option<&Self::Answer>) -> u64 {
        let own = match self {
            Self::Id { context, subject, .. } => context.len() + subject.as_ref().map_or(0, |subject| subject.len()),
            Self::Guid(_) => 0,
            Self::Version { subject, .. } => subject.len(),
            Self::Latest { subject, properties } => subject.len() + besides(&[], properties),
        };
        256 + u64::try_from(own).unwrap_or(u64::MAX) + answer.map_or(0, |schema| schema.bytes())
    }

    fn shelf(memory: &Memory) -> &Shelf<Self> {
        &memory.schemas
    }

    async fn ask<D: Driver>(&self, caller: &Caller<D>, deadline: Duration) -> Found<Self::Answer> {
        let until = Instant::now() + deadline;
        let Some(document) = caller.ask(&self.query(), deadline).await? else { return Ok(None) };
        let context = document.subject.as_ref().map_or_else(|| self.context(), |subject| context_of(subject));
        let referenced = referenced(caller, &document.references, &context, until).await?;
        Ok(Some(Arc::new(RegisteredSchema::new(document, referenced))))
    }
}

impl Question for LiveQuestion {
    type Answer = Arc<[u32]>;

    fn changes(&self) -> bool {
        true
    }

    fn bytes(&self, answer: Option<&Self::Answer>) -> u64 {
        let bytes = self.subject.len() + answer.map_or(0, |versions| versions.len() * 4);
        256 + u64::try_from(bytes).unwrap_or(u64::MAX)
    }

    fn shelf(memory: &Memory) -> &Shelf<Self> {
        &memory.live
    }

    async fn ask<D: Driver>(&self, caller: &Caller<D>, deadline: Duration) -> Found<Self::Answer> {
        Ok(caller.ask(&versions(&self.subject), deadline).await?.map(Into::into))
    }
}

impl Question for RegistrationQuestion {
    type Answer = Arc<Registration>;

    /// A registration stays: who deletes a version deletes what producers write with.
    fn changes(&self) -> bool {
        false
    }

    fn bytes(&self, _: Option<&Self::Answer>) -> u64 {
        256 + u64::try_from(self.subject.len()).unwrap_or(u64::MAX) + self.schema.bytes()
    }

    fn shelf(memory: &Memory) -> &Shelf<Self> {
        &memory.registrations
    }

    async fn ask<D: Driver>(&self, caller: &Caller<D>, deadline: Duration) -> Found<Self::Answer> {
        let path = self.schema.path("", &self.subject, "", "");
        let query = Query::get(path, &[40401, 40403], answers::registration).posting(self.schema.body());
        Ok(caller.ask(&query, deadline).await?.map(Arc::new))
    }
}

/// Which versions of a subject are live.
pub(super) fn versions(subject: &str) -> Query<Option<Vec<u32>>> {
    Query::get(format!("/subjects/{}/versions", segment(subject)), &[40401], answers::versions)
}

fn context_of(subject: &str) -> String {
    SubjectName::read(subject).context().to_owned()
}

/// A schema on the way down, and how far its references were followed.
struct Step {
    text: Option<ReferencedText>,
    references: Vec<VersionReference>,
    context: String,
    next: usize,
}

/// Every text that `references` lead to, each after what it refers to itself.
pub(super) async fn referenced<D: Driver>(
    caller: &Caller<D>,
    references: &[VersionReference],
    context: &str,
    until: Instant,
) -> Result<Vec<ReferencedText>, ClientError> {
    let mut found = Vec::new();
    // Whether a version's text is out already; one that is not is on the way down.
    let mut seen: HashMap<(SubjectName, u32), bool> = HashMap::new();
    let first = Step { text: None, references: references.to_vec(), context: context.to_owned(), next: 0 };
    let (mut way, mut keys) = (vec![first], Vec::new());
    let mut bytes = 0;
    let refused = |reason: String| ClientError {
        address: caller.address().to_owned(),
        trouble: Trouble::Unresolvable { reason },
    };
    while let Some(step) = way.last_mut() {
        let Some(to) = step.references.get(step.next) else {
            let done = way.pop().and_then(|step| step.text);
            if let Some(key) = keys.pop() {
                seen.insert(key, true);
            }
            found.extend(done);
            continue;
        };
        step.next += 1;
        let key = (SubjectName::referenced(&to.subject, &step.context), to.version);
        match seen.get(&key) {
            Some(true) => continue,
            Some(false) => return Err(refused(format!("version {} of {} refers to itself", key.1, key.0))),
            None => {}
        }
        let path = format!("/subjects/{}/versions/{}?deleted=true", segment(key.0.as_str()), key.1);
        let left = until.saturating_duration_since(Instant::now());
        let name = to.name.clone();
        let query = Query::get(path, &[40401, 40402], answers::document);
        let Some(document) = caller.ask(&query, left).await? else {
            return Err(refused(format!("a schema refers to version {} of {}, which is not there", key.1, key.0)));
        };
        bytes += document.text.len();
        if seen.len() >= REFERENCES_MAX || bytes > REFERENCED_BYTES_MAX {
            let limit = format!("at most {REFERENCES_MAX} and {REFERENCED_BYTES_MAX} bytes");
            return Err(refused(format!("a schema refers to more others than are followed: {limit}")));
        }
        let context = key.0.context().to_owned();
        seen.insert(key.clone(), false);
        keys.push(key);
        let text = Some(ReferencedText { name, text: document.text });
        way.push(Step { text, references: document.references, context, next: 0 });
    }
    Ok(found)
}
