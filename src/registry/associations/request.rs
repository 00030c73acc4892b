//! Requests about associations: as sent, and as they stand once they are found to be well-formed.
//!
//! Which checks come first is the reference's order, which differs between a single request and one in a batch.

use super::problem::{AssociationProblem as Problem, NameMember};
use super::record::{Association, Lifecycle};
use crate::registry::error::RegistryError;
use crate::registry::face::{RegisteredSchema, Submission};
use crate::schema::avro::letters::{is_digit, is_letter};
use crate::schema::names::SubjectName;
use std::sync::Arc;

/// The only type of resource there is.
pub(super) const TOPIC: &str = "topic";
const KEY: &str = "key";
const VALUE: &str = "value";
/// UTF-16 units of a resource's name.
const NAME_UNITS_MAX: usize = 256;
/// UTF-16 units of a resource's id and bytes of a subject: no path holds more, so longer ones could be made and never
/// asked for or removed.
const PATH_LENGTH_MAX: usize = 8_192;

/// A resource as sent. `None` is absent or null.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[expect(missing_docs, reason = "the members of a request")]
pub struct AskedResource {
    pub name: Option<String>,
    pub namespace: Option<String>,
    pub id: Option<String>,
    /// `topic` where it is absent or empty.
    pub resource_type: Option<String>,
}

/// An association somebody wants. `None` is absent or null.
#[derive(Clone, Debug, Default)]
pub struct AskedAssociation {
    /// The subject; the resource's own where the association is strong.
    pub subject: Option<String>,
    /// `key` or `value`, which it is where absent or empty.
    pub association_type: Option<String>,
    /// For a new one: strong with a schema, else weak.
    pub lifecycle: Option<Lifecycle>,
    /// For a new one: only if it is created with a schema.
    pub frozen: Option<bool>,
    /// A schema to register under the subject; its own `subject` and `normalize` say nothing.
    pub schema: Option<Submission>,
    /// Whether the schema is normalised.
    pub normalize: bool,
}

/// Associations that a resource is to have.
#[derive(Clone, Debug, Default)]
pub struct AssociationRequest {
    /// Whose.
    pub resource: AskedResource,
    /// Which; at most one of each type.
    pub associations: Vec<AskedAssociation>,
}

/// One step of a batch.
#[derive(Clone, Debug)]
pub enum AssociationStep {
    /// As [`Way::Create`].
    Create(AskedAssociation),
    /// As [`Way::Update`].
    Update(AskedAssociation),
    /// Takes one away; that it is not there is no failure.
    Delete {
        /// `key` or `value`, which it is where absent or empty.
        association_type: Option<String>,
        /// Whether the subject of a strong one goes, too.
        cascade: bool,
    },
}

/// What a batch does to one resource: all of it or nothing.
#[derive(Clone, Debug, Default)]
pub struct AssociationSteps {
    /// Whose.
    pub resource: AskedResource,
    /// What, one after the other.
    pub steps: Vec<AssociationStep>,
}

/// How associations are asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    /// They are new, or exactly as asked already (`POST /associations`).
    Create,
    /// Those that are there are changed (`PUT /associations/resources/{resourceId}`).
    Update,
}

/// Associations of a resource, as requests about them are answered.
#[derive(Clone, Debug, PartialEq)]
pub struct ResourceAssociations {
    /// The resource as the request calls it.
    pub resource: AskedResource,
    /// The associations that were changed or asked for, each with the schema that was registered or asked for.
    pub associations: Vec<(Arc<Association>, Option<RegisteredSchema>)>,
}

/// A well-formed resource.
#[derive(Clone, Debug)]
pub(super) struct Resource {
    pub(super) name: String,
    pub(super) namespace: String,
    /// Absent only in dry runs.
    pub(super) id: Option<String>,
}

/// A well-formed association somebody wants.
#[derive(Clone, Debug)]
pub(super) struct Wanted {
    /// As sent, with what is filled in.
    pub(super) asked: AskedAssociation,
    pub(super) association_type: &'static str,
}

/// A well-formed request.
#[derive(Clone, Debug)]
pub(super) struct Request {
    pub(super) resource: Resource,
    pub(super) wanted: Vec<Wanted>,
}

/// A well-formed part of a batch.
#[derive(Clone, Debug)]
pub(super) struct Steps {
    pub(super) resource: Resource,
    pub(super) steps: Vec<Step>,
}

/// A well-formed step of it.
#[derive(Clone, Debug)]
pub(super) enum Step {
    Put(Way, Box<Wanted>),
    Delete { association_type: &'static str, cascade: bool },
}

impl From<Problem> for RegistryError {
    fn from(problem: Problem) -> Self {
        Self::InvalidAssociation(Box::new(problem))
    }
}

impl Request {
    pub(super) fn read(asked: AssociationRequest, way: Way, dry_run: bool) -> Result<Self, Problem> {
        let resource = Resource::read(asked.resource, dry_run)?;
        if asked.associations.is_empty() {
            return Err(Problem::NoAssociations);
        }
        let wanted = asked.associations.into_iter().map(|asked| {
            asked.check_subject()?;
            let mut wanted = Wanted::from(asked);
            if way == Way::Create {
                wanted.fill_in(way)?;
            }
            wanted.finish(way, &resource)
        });
        let wanted = wanted.collect::<Result<_, _>>()?;
        Ok(Self { resource, wanted })
    }
}

impl Steps {
    pub(super) fn read(asked: AssociationSteps, dry_run: bool) -> Result<Self, Problem> {
        let resource = Resource::read(asked.resource, dry_run)?;
        if asked.steps.is_empty() {
            return Err(Problem::NoAssociations);
        }
        let steps = asked.steps.into_iter().map(|step| Step::read(step, &resource)).collect::<Result<_, _>>()?;
        Ok(Self { resource, steps })
    }
}

impl Step {
    fn read(asked: AssociationStep, resource: &Resource) -> Result<Self, Problem> {
        Ok(match asked {
            AssociationStep::Create(asked) => {
                let mut wanted = Wanted::from(asked);
                wanted.fill_in(Way::Create)?;
                wanted.asked.check_subject()?;
                Self::Put(Way::Create, Box::new(wanted.finish(Way::Create, resource)?))
            }
            AssociationStep::Update(asked) => {
                asked.check_subject()?;
                Self::Put(Way::Update, Box::new(Wanted::from(asked).finish(Way::Update, resource)?))
            }
            AssociationStep::Delete { association_type, cascade } => {
                Self::Delete { association_type: read_type(association_type.as_deref())?, cascade }
            }
        })
    }
}

impl Resource {
    fn read(asked: AskedResource, dry_run: bool) -> Result<Self, Problem> {
        let name = read_name(asked.name, NameMember::ResourceName)?;
        let namespace = read_name(asked.namespace, NameMember::ResourceNamespace)?;
        if !dry_run && asked.id.as_deref().is_none_or(str::is_empty) {
            return Err(Problem::ResourceIdMissing);
        }
        if asked.id.as_deref().is_some_and(|id| id.encode_utf16().count() > PATH_LENGTH_MAX) {
            return Err(Problem::NameTooLong { member: NameMember::ResourceId, max: PATH_LENGTH_MAX });
        }
        match asked.resource_type.as_deref() {
            None | Some("" | TOPIC) => Ok(Self { name, namespace, id: asked.id }),
            Some(_) => Err(Problem::ResourceTypeUnknown),
        }
    }

    /// The subject that is the resource's own.
    pub(super) fn own_subject(&self, association_type: &str) -> String {
        format!(":.{}:{}-{association_type}", self.namespace, self.name)
    }

    /// As answers show it.
    pub(super) fn shown(&self) -> AskedResource {
        AskedResource {
            name: Some(self.name.clone()),
            namespace: Some(self.namespace.clone()),
            id: self.id.clone(),
            resource_type: Some(TOPIC.to_owned()),
        }
    }
}

impl AskedResource {
    /// Whether an association is one of this resource, called so.
    pub(super) fn is_that_of(&self, association: &Association) -> bool {
        let Association { key, value, .. } = association;
        let is = |asked: &Option<String>, known: &str| asked.as_deref() == Some(known);
        is(&self.name, &key.resource_name)
            && is(&self.namespace, &key.resource_namespace)
            && is(&self.resource_type, &key.resource_type)
            && is(&self.id, &value.resource_id)
    }
}

impl AskedAssociation {
    fn check_subject(&self) -> Result<(), Problem> {
        let is_unusable = |subject: &str| subject.is_empty() || subject.chars().any(char::is_control);
        match &self.subject {
            Some(subject) if is_unusable(subject) => Err(Problem::SubjectMissing),
            Some(subject) if subject.len() > PATH_LENGTH_MAX => Err(Problem::SubjectTooLong { max: PATH_LENGTH_MAX }),
            Some(_) | None => Ok(()),
        }
    }
}

impl From<AskedAssociation> for Wanted {
    fn from(asked: AskedAssociation) -> Self {
        Self { asked, association_type: VALUE }
    }
}

impl Wanted {
    /// Fills in what a new association has where the request does not say: created with a schema it is strong and
    /// frozen, made by an update it is strong and open to change, without a schema it is weak.
    pub(super) fn fill_in(&mut self, way: Way) -> Result<(), Problem> {
        let asked = &mut self.asked;
        if asked.schema.is_some() {
            if asked.lifecycle == Some(Lifecycle::Weak) {
                return Err(Problem::WeakWithSchema);
            }
            let is_frozen = way == Way::Create;
            if asked.frozen.is_some_and(|frozen| frozen != is_frozen) {
                return Err(if is_frozen { Problem::NotFrozenWithSchema } else { Problem::FrozenByUpdate });
            }
            asked.lifecycle = Some(Lifecycle::Strong);
            asked.frozen = Some(is_frozen);
        } else if asked.frozen.is_none() {
            asked.frozen = Some(false);
        }
        let lifecycle = *asked.lifecycle.get_or_insert(Lifecycle::Weak);
        match lifecycle == Lifecycle::Weak && asked.frozen == Some(true) {
            true => Err(Problem::WeakFrozen),
            false => Ok(()),
        }
    }

    /// Reads the type, and checks what can be checked without a look at what is there.
    fn finish(mut self, way: Way, resource: &Resource) -> Result<Self, Problem> {
        self.association_type = read_type(self.asked.association_type.as_deref())?;
        let is_weak = self.asked.lifecycle == Some(Lifecycle::Weak);
        if is_weak && self.asked.schema.is_some() {
            return Err(Problem::WeakWithSchema);
        }
        if is_weak && self.asked.frozen == Some(true) {
            return Err(Problem::WeakFrozen);
        }
        if way == Way::Create {
            if is_weak && self.asked.subject.is_none() {
                return Err(Problem::WeakWithoutSubject);
            }
            let own = resource.own_subject(self.association_type);
            let has_own = *self.asked.subject.get_or_insert_with(|| own.clone()) == own;
            if self.asked.frozen == Some(true) && !has_own {
                return Err(Problem::FrozenWithOtherSubject { own });
            }
            if is_weak && has_own {
                return Err(Problem::WeakWithOwnSubject { own });
            }
        }
        Ok(self)
    }

    /// Bytes of text it holds.
    pub(super) fn text_bytes(&self) -> usize {
        self.asked.schema.as_ref().and_then(|schema| schema.text.as_ref()).map_or(0, String::len)
    }

    /// The schema as it is to be registered.
    pub(super) fn submission(&self, subject: &SubjectName) -> Option<Submission> {
        let schema = self.asked.schema.clone()?;
        Some(Submission { subject: subject.clone(), normalize: self.asked.normalize, ..schema })
    }
}

fn read_type(word: Option<&str>) -> Result<&'static str, Problem> {
    match word {
        None | Some("" | VALUE) => Ok(VALUE),
        Some(KEY) => Ok(KEY),
        Some(_) => Err(Problem::TypeUnknown),
    }
}

fn read_name(name: Option<String>, member: NameMember) -> Result<String, Problem> {
    let name = name.filter(|name| !name.is_empty()).ok_or(Problem::NameMissing(member))?;
    if name.encode_utf16().count() > NAME_UNITS_MAX {
        return Err(Problem::NameTooLong { member, max: NAME_UNITS_MAX });
    }
    let is_legal = |char: &char| is_letter(*char) || is_digit(*char) || matches!(char, '_' | '-');
    match name.chars().find(|char| !is_legal(char)) {
        Some(character) => Err(Problem::NameCharacter { member, character }),
        None => Ok(name),
    }
}
