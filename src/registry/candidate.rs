//! From what was sent to a schema that could be stored: type, references, text, fingerprint.

use super::contract::{Metadata, Reference, RuleSet};
use super::error::{RefusalCause, RefusedCandidate, RegistryError, SchemaProblem};
use super::face::{AskedReference, Submission};
use super::record::{Guid, ReferenceParts, SchemaRecord, TextHash};
use super::references::{Closure, Reach, resolve};
use super::shelf::{Brought, Prepared, Unreadable};
use super::view::Content;
use super::world::World;
use crate::schema::names::{SchemaId, SubjectName, Version};
use crate::schema::{ParsedSchema, SchemaType, Strictness};
use std::cell::OnceCell;
use std::sync::Arc;

/// What is sent, or what registration makes of it before it parses.
#[derive(Clone, Debug)]
pub(super) struct Draft {
    pub(super) subject: SubjectName,
    pub(super) version: Option<i32>,
    pub(super) id: Option<i32>,
    pub(super) schema_type: Option<String>,
    pub(super) references: Vec<AskedReference>,
    pub(super) metadata: Option<Arc<Metadata>>,
    pub(super) rule_set: Option<Arc<RuleSet>>,
    pub(super) text: Option<Arc<str>>,
    pub(super) normalize: bool,
}

/// A schema that could be stored.
#[derive(Clone, Debug)]
pub(super) struct Candidate {
    pub(super) schema_type: SchemaType,
    pub(super) references: Arc<[Reference]>,
    pub(super) closure: Closure,
    pub(super) metadata: Option<Arc<Metadata>>,
    pub(super) rule_set: Option<Arc<RuleSet>>,
    /// Made when it is asked for.
    guid: OnceCell<Guid>,
    pub(super) text: Arc<str>,
    pub(super) hash: TextHash,
    /// `None` for a blank text, which only import takes.
    prepared: Option<Prepared>,
}

impl From<&Submission> for Draft {
    fn from(sent: &Submission) -> Self {
        Self {
            subject: sent.subject.clone(),
            version: sent.version,
            id: sent.id,
            schema_type: sent.schema_type.clone(),
            references: sent.references.clone(),
            metadata: sent.metadata.clone().map(Arc::new),
            rule_set: sent.rule_set.clone().map(Arc::new),
            text: sent.text.as_deref().map(Arc::from),
            normalize: sent.normalize,
        }
    }
}

/// Whether a text is no schema at all.
pub(super) fn is_blank(text: &str) -> bool {
    text.trim().is_empty()
}

impl Draft {
    pub(super) fn is_blank(&self) -> bool {
        self.text.as_deref().is_none_or(is_blank)
    }

    /// Parses the text, which must not be blank.
    ///
    /// # Errors
    /// [`RegistryError::InvalidSchema`]. A text judged as new that fails both ways is answered with the lenient failure.
    pub(super) fn parse(&self, world: World<'_>, strictness: Strictness) -> Result<Candidate, RegistryError> {
        let schema_type = self.schema_type()?;
        let reach = match strictness {
            Strictness::New => Reach::Live,
            Strictness::Stored => Reach::All,
        };
        let attempt = || -> Result<Candidate, Unreadable> {
            let closure = resolve(world.known, self.subject.context(), &self.references, reach)?;
            let brought = self.brought(schema_type, &closure, strictness);
            let prepared = world.shelf.prepare(world.known, brought)?;
            Ok(self.candidate(schema_type, closure, prepared))
        };
        attempt().map_err(|failure| match failure {
            Unreadable::Refused(cause) => self.refused(schema_type, cause),
            Unreadable::Journal(error) => error.into(),
        })
    }

    /// [`Self::parse`] where the same text was parsed before.
    pub(super) fn hot_parse(&self, world: World<'_>, strictness: Strictness) -> Option<Candidate> {
        let schema_type = self.schema_type().ok()?;
        let reach = if strictness == Strictness::New { Reach::Live } else { Reach::All };
        let closure = resolve(world.known, self.subject.context(), &self.references, reach).ok()?;
        let prepared = world.shelf.hot_prepared(self.brought(schema_type, &closure, strictness))?;
        Some(self.candidate(schema_type, closure, prepared))
    }

    /// [`Self::parse`] for callers that may not compute for long, of a text that refers to nothing.
    pub(super) fn easy_parse(&self, world: World<'_>, strictness: Strictness) -> Option<Candidate> {
        let schema_type = self.schema_type().ok().filter(|_| self.references.is_empty())?;
        let closure = Closure::default();
        let prepared = world.shelf.easily_prepared(self.brought(schema_type, &closure, strictness))?;
        Some(self.candidate(schema_type, closure, prepared))
    }

    /// Takes a blank text as it is, and of its references, which nobody follows, those that could be: import stores what
    /// it is given.
    pub(super) fn import_blank(&self) -> Result<Candidate, RegistryError> {
        let schema_type = self.schema_type()?;
        let text = self.text.clone().unwrap_or_else(|| Arc::from(""));
        let reference = |asked: &AskedReference| {
            let version = Version::new(asked.version?.into())?.get();
            Some(Reference { name: asked.name.as_deref()?.into(), subject: asked.subject.as_deref()?.into(), version })
        };
        let references: Arc<[Reference]> = self.references.iter().filter_map(reference).collect();
        Ok(Candidate {
            schema_type,
            references,
            closure: Closure::default(),
            metadata: self.metadata.clone(),
            rule_set: self.rule_set.clone(),
            guid: OnceCell::new(),
            hash: TextHash::of(&text),
            text,
            prepared: None,
        })
    }

    pub(super) fn schema_type(&self) -> Result<SchemaType, RegistryError> {
        let name = self.schema_type.as_deref().unwrap_or("AVRO");
        SchemaType::read(name).ok_or_else(|| {
            let problem = SchemaProblem::UnknownType { schema_type: name.to_owned() };
            RegistryError::InvalidSchema(Box::new(problem))
        })
    }

    fn brought<'a>(&'a self, schema_type: SchemaType, closure: &'a Closure, strictness: Strictness) -> Brought<'a> {
        let text = self.text.as_deref().unwrap_or_default();
        Brought { schema_type, text, closure, strictness, normalize: self.normalize }
    }

    fn candidate(&self, schema_type: SchemaType, closure: Closure, prepared: Prepared) -> Candidate {
        let mut references = closure.references.clone();
        if self.normalize {
            // By subject, then version; equal ones once.
            references.sort_by(|left, right| (&left.subject, left.version).cmp(&(&right.subject, right.version)));
            let mut kept: Vec<Reference> = Vec::with_capacity(references.len());
            for reference in references {
                if !kept.contains(&reference) {
                    kept.push(reference);
                }
            }
            references = kept;
        }
        let printed = &prepared.printed;
        Candidate {
            schema_type,
            references: references.into(),
            closure,
            metadata: self.metadata.clone(),
            rule_set: self.rule_set.clone(),
            guid: OnceCell::new(),
            text: printed.text.clone(),
            hash: printed.hash,
            prepared: Some(prepared),
        }
    }

    pub(super) fn refused(&self, schema_type: SchemaType, cause: RefusalCause) -> RegistryError {
        let parts = self.references.iter().map(ReferenceParts::from);
        let text = self.text.as_deref().unwrap_or_default();
        let candidate = RefusedCandidate {
            subject: self.subject.clone(),
            version: self.version,
            id: self.id,
            guid: Guid::of(text, parts, self.metadata.as_deref(), self.rule_set.as_deref()),
            schema_type,
            references: self.references.clone(),
            metadata: self.metadata.clone(),
            rule_set: self.rule_set.clone(),
            text: self.text.clone(),
        };
        RegistryError::InvalidSchema(Box::new(SchemaProblem::Refused { candidate, cause }))
    }
}

impl Candidate {
    /// The parsed form; `None` for a blank text.
    pub(super) fn model(&self, world: World<'_>) -> Result<Option<Arc<ParsedSchema>>, RegistryError> {
        let Some(prepared) = &self.prepared else { return Ok(None) };
        match world.shelf.model_of(world.known, self.schema_type, prepared, &self.closure) {
            Ok(model) => Ok(Some(model)),
            Err(Unreadable::Journal(error)) => Err(error.into()),
            // It was valid a moment ago; what it refers to has been deleted since.
            Err(Unreadable::Refused(_)) => Err(RegistryError::SchemaNotFound),
        }
    }

    /// [`Self::model`] for callers that may not compute for long, of a text that refers to nothing.
    pub(super) fn easy_model(&self, world: World<'_>) -> Option<Arc<ParsedSchema>> {
        let parsed = self.prepared.as_ref()?.parsed();
        parsed.or_else(|| world.shelf.easy_model(self.schema_type, self.hash, &self.text))
    }

    /// See [`super::shelf::shape`]; `None` for a blank text.
    pub(super) fn shape(&self) -> Option<u64> {
        self.prepared.as_ref().map(|prepared| prepared.printed.shape())
    }

    /// The fingerprint of the content.
    pub(super) fn guid(&self) -> Guid {
        let is_plain = self.references.is_empty() && self.metadata.is_none() && self.rule_set.is_none();
        let of_all = || {
            let parts = self.references.iter().map(ReferenceParts::from);
            Guid::of(&self.text, parts, self.metadata.as_deref(), self.rule_set.as_deref())
        };
        match &self.prepared {
            Some(prepared) if is_plain => prepared.printed.guid(),
            _ => *self.guid.get_or_init(of_all),
        }
    }

    /// The same text under other metadata and rules.
    pub(super) fn with_contract(&self, metadata: Option<Arc<Metadata>>, rule_set: Option<Arc<RuleSet>>) -> Self {
        Self { metadata, rule_set, guid: OnceCell::new(), ..self.clone() }
    }

    /// Whether the content stored under an id is exactly this one.
    pub(super) fn is_content(&self, content: &Content) -> bool {
        content.is(self.hash, self.schema_type, &self.references, (self.metadata.as_ref(), self.rule_set.as_ref()))
    }

    /// The record of this candidate as a live version.
    pub(super) fn record(&self, subject: &SubjectName, version: Version, id: SchemaId, ordinal: u64) -> SchemaRecord {
        SchemaRecord {
            subject: subject.clone(),
            version,
            id,
            guid: self.guid(),
            text: self.hash,
            schema_type: self.schema_type,
            references: self.references.clone(),
            metadata: self.metadata.clone(),
            rule_set: self.rule_set.clone(),
            deleted: false,
            ordinal,
        }
    }
}
