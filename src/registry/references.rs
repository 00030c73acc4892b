//! What a schema refers to, and who refers to it.

use super::contract::Reference;
use super::error::RefusalCause;
use super::face::AskedReference;
use super::view::{Content, Known, Row, RowName, SubjectView};
use crate::schema::names::{SubjectName, Version};
use std::collections::HashSet;
use std::sync::Arc;

/// Schemas that one schema may refer to, directly and through others.
const SCHEMAS_MAX: usize = 1_000;
/// Bytes of text that they may have together.
pub(super) const BYTES_MAX: usize = 64 << 20;

/// Everything a schema refers to.
#[derive(Clone, Debug, Default)]
pub(super) struct Closure {
    /// The list itself, each version a number.
    pub(super) references: Vec<Reference>,
    /// The schemas it leads to, by the names in use, each after what it refers to itself.
    pub(super) schemas: Vec<(Box<str>, Arc<Content>)>,
}

/// Which versions a reference finds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Reach {
    /// Live ones.
    Live,
    /// Soft-deleted ones too.
    All,
}

/// Finds everything that a schema of `context` refers to.
///
/// A name met a second time is not followed again, whatever it names then.
///
/// # Errors
/// The first reference, depth first, that cannot be followed.
pub(super) fn resolve(
    known: &dyn Known,
    context: &str,
    asked: &[AskedReference],
    reach: Reach,
) -> Result<Closure, RefusalCause> {
    let mut closure = Closure::default();
    if asked.is_empty() {
        return Ok(closure);
    }
    if asked.len() > SCHEMAS_MAX {
        return Err(too_large());
    }
    for reference in asked {
        let wanted = Wanted::read(reference)?;
        let row = wanted.find(known, context, reach)?.1;
        let Wanted { name, subject, .. } = wanted;
        closure.references.push(Reference { name: name.into(), subject: subject.into(), version: row.version.get() });
    }
    follow(known, context, &mut closure, reach)?;
    Ok(closure)
}

/// As [`resolve`], for references that are stored.
pub(super) fn resolve_stored(known: &dyn Known, context: &str, stored: &[Reference]) -> Result<Closure, RefusalCause> {
    if stored.is_empty() {
        return Ok(Closure::default());
    }
    let mut closure = Closure { references: stored.to_vec(), schemas: Vec::new() };
    if !stored.is_empty() {
        follow(known, context, &mut closure, Reach::All)?;
    }
    Ok(closure)
}

struct Frame {
    references: Vec<Reference>,
    next: usize,
    context: Box<str>,
    /// What stands here once its own references are done; nothing for the schema that is asked about.
    schema: Option<(Box<str>, Arc<Content>, RowName)>,
}

fn follow(known: &dyn Known, context: &str, closure: &mut Closure, reach: Reach) -> Result<(), RefusalCause> {
    let mut names: HashSet<Box<str>> = HashSet::new();
    let start = Frame { references: closure.references.clone(), next: 0, context: context.into(), schema: None };
    let mut stack = vec![start];
    while let Some(frame) = stack.last_mut() {
        let Some(reference) = frame.references.get(frame.next) else {
            let done = stack.pop().and_then(|frame| frame.schema);
            closure.schemas.extend(done.map(|(name, content, _)| (name, content)));
            continue;
        };
        frame.next += 1;
        let wanted = Wanted {
            name: &reference.name,
            subject: &reference.subject,
            version: i32::try_from(reference.version).unwrap_or(0),
        };
        // What a name met before refers to now must be there, too.
        let (subject, row) = wanted.find(known, &frame.context, reach)?;
        if !names.insert(reference.name.clone()) {
            continue;
        }
        let name = reference.name.clone();
        let at: RowName = (subject, row.version);
        if stack.iter().any(|frame| frame.schema.as_ref().is_some_and(|(_, _, open)| *open == at)) {
            return Err(RefusalCause::ReferenceCycle);
        }
        if names.len() > SCHEMAS_MAX {
            return Err(too_large());
        }
        stack.push(Frame {
            references: row.content.references().to_vec(),
            next: 0,
            context: at.0.context().into(),
            schema: Some((name, row.content, at)),
        });
    }
    Ok(())
}

/// The refusal of what exceeds [`SCHEMAS_MAX`] or [`BYTES_MAX`].
pub(super) fn too_large() -> RefusalCause {
    RefusalCause::ReferencesTooLarge { schemas_max: SCHEMAS_MAX, bytes_max: BYTES_MAX }
}

struct Wanted<'a> {
    name: &'a str,
    subject: &'a str,
    version: i32,
}

impl<'a> Wanted<'a> {
    /// An empty name is refused like an absent one: the reference takes it and then cannot read the subject any more.
    fn read(asked: &'a AskedReference) -> Result<Self, RefusalCause> {
        let name = asked.name.as_deref().filter(|name| !name.is_empty());
        match (name, asked.subject.as_deref(), asked.version) {
            (Some(name), Some(subject), Some(version)) => Ok(Self { name, subject, version }),
            (name, _, _) => {
                let asked = AskedReference { name: name.map(str::to_owned), ..asked.clone() };
                Err(RefusalCause::IncompleteReference(asked))
            }
        }
    }

    fn find(&self, known: &dyn Known, context: &str, reach: Reach) -> Result<(SubjectName, Row), RefusalCause> {
        let missing = || RefusalCause::ReferenceNotFound { subject: self.subject.to_owned(), version: self.version };
        let subject = SubjectName::referenced(self.subject, context);
        let view = |subject: &SubjectName| known.subject(subject).ok_or_else(missing);
        if self.version == -1 {
            return Ok((subject.clone(), view(&subject)?.latest().ok_or_else(missing)?.clone()));
        }
        let version =
            Version::new(i64::from(self.version)).ok_or(RefusalCause::InvalidReferenceVersion(self.version))?;
        let view = view(&subject)?;
        let row = view.row(version).filter(|row| reach == Reach::All || !row.deleted).ok_or_else(missing)?;
        Ok((subject, row.clone()))
    }
}

/// Versions that refer to this one and fit, soft-deleted ones only where `with_deleted`.
pub(super) fn referrers(
    known: &dyn Known,
    subject: &SubjectName,
    version: Version,
    with_deleted: bool,
) -> Vec<(Arc<SubjectView>, Row)> {
    let names = known.referrers(subject, version);
    let row = |(name, number): &RowName| {
        let view = known.subject(name)?;
        let row = view.row(*number).filter(|row| with_deleted || !row.deleted)?.clone();
        Some((view, row))
    };
    names.iter().filter_map(row).collect()
}

/// Whether any version refers to this one.
pub(super) fn is_referenced(known: &dyn Known, subject: &SubjectName, version: Version, with_deleted: bool) -> bool {
    let names = known.referrers(subject, version);
    names.iter().any(|(name, number)| {
        known.subject(name).and_then(|view| view.row(*number).map(|row| with_deleted || !row.deleted)).unwrap_or(false)
    })
}

/// Whether a version of another subject refers to this one.
pub(super) fn is_referenced_elsewhere(
    known: &dyn Known,
    subject: &SubjectName,
    version: Version,
    with_deleted: bool,
) -> bool {
    referrers(known, subject, version, with_deleted).iter().any(|(view, _)| *view.name != *subject)
}
