//! Registration: what a submission amounts to, and what it means to take it on.
//!
//! [`assess`] parses and checks on the caller's thread and notes what it looked at; [`Checked::decide`] is pure and runs
//! in the writer, which assesses again where anything that was looked at has changed (`registry-semantics` 2).

use super::candidate::{Candidate, Draft};
use super::contract::{Config, Metadata, Mode, RuleSet, Word};
use super::error::{RegistryError, SchemaProblem};
use super::face::{AskedReference, RegisteredSchema, RuleSets, Stored, Submission, TagSubmission};
use super::identity::{VERSION_PROPERTY, equivalent, exact};
use super::judgement::Heard;
use super::record::Event;
use super::references::is_referenced;
use super::view::{Known, Row, SubjectView, View};
use super::world::{Noting, Sightings, World};
use super::writer::Decision;
use super::{judgement, rules, scope, tagging};
use crate::schema::Strictness;
use crate::schema::names::{Context, SchemaId, SubjectName, Version};
use std::sync::Arc;

/// What is asked to be registered.
pub(super) enum Asked {
    /// A schema.
    Schema(Submission),
    /// A version with other inline tags.
    Tags(TagSubmission),
}

impl Asked {
    pub(super) fn subject(&self) -> &SubjectName {
        match self {
            Self::Schema(asked) => &asked.subject,
            Self::Tags(asked) => &asked.subject,
        }
    }
}

/// What a submission amounts to.
pub(super) enum Assessment {
    /// It is there already.
    Known(RegisteredSchema),
    /// It may become a version.
    New(Checked),
}

/// A submission that passed every check, with what the checks looked at.
pub(super) struct Checked {
    asked: Arc<Asked>,
    subject: SubjectName,
    version: Option<i32>,
    id: Option<i32>,
    candidate: Candidate,
    mode: Mode,
    heard: Option<Box<Heard>>,
    sightings: Sightings,
}

/// Parses and checks a submission.
pub(super) fn assess(world: World<'_>, asked: &Arc<Asked>) -> Result<Assessment, RegistryError> {
    let noting = Noting::new(world.known);
    let outcome = assess_noting(World { known: &noting, ..world }, asked)?;
    Ok(match outcome {
        Outcome::Known(answer) => Assessment::Known(answer),
        Outcome::New(draft, candidate, mode, heard) => Assessment::New(Checked {
            asked: asked.clone(),
            subject: draft.subject,
            version: draft.version,
            id: draft.id,
            candidate: *candidate,
            mode,
            heard,
            sightings: noting.into_sightings(),
        }),
    })
}

enum Outcome {
    Known(RegisteredSchema),
    New(Draft, Box<Candidate>, Mode, Option<Box<Heard>>),
}

fn assess_noting(world: World<'_>, asked: &Asked) -> Result<Outcome, RegistryError> {
    match asked {
        Asked::Tags(asked) => {
            let is_metadata_sent = asked.metadata.is_some();
            assess_draft(world, tagging::draft(world, asked)?, false, is_metadata_sent)
        }
        Asked::Schema(sent) => match sent_draft(world, sent)? {
            Sent::Known(answer) => Ok(Outcome::Known(answer)),
            Sent::Draft(draft) => assess_draft(world, draft, sent.propagate_tags, sent.metadata.is_some()),
        },
    }
}

enum Sent {
    Known(RegisteredSchema),
    Draft(Draft),
}

/// What is to be registered where a schema is sent, unless it is there as it was sent.
fn sent_draft(world: World<'_>, sent: &Submission) -> Result<Sent, RegistryError> {
    let mut draft = Draft::from(sent);
    match world.settings.rule_sets {
        RuleSets::Drop => draft.rule_set = None,
        RuleSets::Keep => draft.rule_set.as_deref().map_or(Ok(()), rules::validate)?,
    }
    let subject = draft.subject.clone();
    require_valid(world, &subject)?;
    let config = scope::config(world.known, &subject);
    let config = config.as_deref();
    draft.normalize |= scope::normalizes(config);
    if !sent.tags.is_empty() {
        draft.text = Some(tagging::retagged(world, &draft, &sent.tags)?);
        draft.version = draft.version.or(Some(-1));
    } else if !sent.propagate_tags && !alters_submissions(config) && !draft.is_blank() {
        let view = world.known.subject(&subject);
        let strictness = strictness(world, &draft, config);
        if let Some(answer) = known_as_sent(world, view.as_deref(), &draft, strictness)? {
            return Ok(Sent::Known(answer));
        }
    }
    Ok(Sent::Draft(draft))
}

fn strictness(world: World<'_>, draft: &Draft, config: Option<&Config>) -> Strictness {
    match draft.id.is_none_or(|id| id < 0) && scope::validates_new_schemas(config, world.settings) {
        true => Strictness::New,
        false => Strictness::Stored,
    }
}

/// Fills a draft in and checks it.
fn assess_draft(
    world: World<'_>,
    mut draft: Draft,
    propagate_tags: bool,
    is_metadata_sent: bool,
) -> Result<Outcome, RegistryError> {
    let subject = draft.subject.clone();
    let config = scope::config(world.known, &subject);
    let config = config.as_deref();
    let view = world.known.subject(&subject);
    let view = view.as_deref();
    let strictness = strictness(world, &draft, config);
    let mode = scope::mode(world.known, &subject);
    require_mode(mode, &subject, draft.id)?;
    if !mode.is_import() {
        fill_in_text(world, &mut draft, view)?;
        if propagate_tags {
            tagging::propagate(world, &mut draft, view)?;
        }
        fill_in_contract(&mut draft, view, config)?;
    }
    let candidate = match draft.is_blank() {
        true => draft.import_blank()?,
        false => draft.parse(world, strictness)?,
    };
    if draft.version.unwrap_or(0) == 0
        && let Some(answer) = known_in_subject(world, view, &draft, &candidate)?
    {
        return Ok(Outcome::Known(answer));
    }
    let heard = match mode.is_import() {
        true => None,
        false => judgement::require_accepted(world, view, &subject, (&candidate, is_metadata_sent), config)?,
    };
    Ok(Outcome::New(draft, Box::new(candidate), mode, heard))
}

/// Answers a submission that is known, as long as nothing need be parsed or read.
pub(super) fn hot_assess(world: World<'_>, asked: &Submission) -> Option<RegisteredSchema> {
    let config = scope::config(world.known, &asked.subject);
    let plain = asked.metadata.is_none() && asked.rule_set.is_none() && asked.version.unwrap_or(0) == 0;
    let plain = plain && asked.tags.is_empty() && !asked.propagate_tags;
    if !plain || alters_submissions(config.as_deref()) || !asked.subject.may_hold_schemas() {
        return None;
    }
    let view = world.known.subject(&asked.subject)?;
    let mut draft = Draft::from(asked);
    draft.normalize |= scope::normalizes(config.as_deref());
    let strict = draft.id.is_none_or(|id| id < 0) && scope::validates_new_schemas(config.as_deref(), world.settings);
    let strictness = if strict { Strictness::New } else { Strictness::Stored };
    let candidate = draft.hot_parse(world, strictness)?;
    let row = settled(&draft, &view, exact(world, &view, &candidate, false)?)?;
    Some(echo(&view.name, row, &candidate))
}

/// 42208 where nothing may be registered.
pub(super) fn require_valid(world: World<'_>, subject: &SubjectName) -> Result<(), RegistryError> {
    let refused = world.settings.reject_empty_subject && subject.name().is_empty();
    match subject.may_hold_schemas() && !refused {
        true => Ok(()),
        false => Err(RegistryError::InvalidSubject { subject: subject.clone() }),
    }
}

fn require_mode(mode: Mode, subject: &SubjectName, id: Option<i32>) -> Result<(), RegistryError> {
    let subject = || subject.clone();
    let has_id = id.is_some_and(|id| id >= 0);
    match mode {
        Mode::ReadOnly | Mode::ReadOnlyOverride => Err(RegistryError::ReadOnly { scope: subject() }),
        Mode::ReadWrite if has_id => Err(RegistryError::NotInImportMode { subject: subject() }),
        Mode::Import | Mode::Forward if !has_id => Err(RegistryError::NotInReadWriteMode { subject: subject() }),
        Mode::ReadWrite | Mode::Import | Mode::Forward => Ok(()),
    }
}

/// Whether the configuration adds something to what is sent, so that what is sent is not what is looked for.
fn alters_submissions(config: Option<&Config>) -> bool {
    config.is_some_and(|config| {
        config.default_metadata.is_some()
            || config.override_metadata.is_some()
            || config.default_rule_set.is_some()
            || config.override_rule_set.is_some()
    })
}

/// The version that the submission, exactly as sent, is already. Asks no mode.
///
/// The text is judged as leniently as a lookup does, so that what was once stored is found whatever is valid now; a
/// text that fails even so is refused here, before the mode is asked.
fn known_as_sent(
    world: World<'_>,
    view: Option<&SubjectView>,
    draft: &Draft,
    strictness: Strictness,
) -> Result<Option<RegisteredSchema>, RegistryError> {
    let candidate = match draft.parse(world, strictness) {
        Err(RegistryError::InvalidSchema(_)) if strictness == Strictness::New => {
            draft.parse(world, Strictness::Stored)?
        }
        parsed => parsed?,
    };
    let Some(view) = view else { return Ok(None) };
    let latest_only = draft.version == Some(-1);
    let latest = view.latest().map(|row| row.version);
    let may_be = |row: &Row| !latest_only || Some(row.version) == latest;
    let exact = exact(world, view, &candidate, false).filter(|row| may_be(row));
    let found = match exact {
        Some(row) => Some(row),
        None => equivalent(world, view, &candidate, false, may_be)?,
    };
    match found.and_then(|row| settled(draft, view, row)) {
        // The same content under another number than the one that was found is shown as it is stored.
        Some(row) if exact.is_some_and(|exact| exact.version == row.version) && !latest_only => {
            Ok(Some(echo(&view.name, row, &candidate)))
        }
        Some(row) => Ok(Some(stored(world, &view.name, row)?)),
        None => Ok(None),
    }
}

/// The version that answers the submission, given the id and version it asks for and the match that was found.
fn settled<'a>(draft: &Draft, view: &'a SubjectView, found: &'a Row) -> Option<&'a Row> {
    let same_id = draft.id == Some(found.content.id.0);
    match draft.version.unwrap_or(0) {
        0 | -1 => (same_id || draft.id.is_none_or(|id| id < 0)).then_some(found),
        number if number > 0 && same_id => {
            let wanted = view.row(Version::new(i64::from(number))?)?;
            (!wanted.deleted && wanted.content.id == found.content.id).then_some(wanted)
        }
        _ => None,
    }
}

/// The version that a filled-in submission without a version number is already. The answer then is the submission.
///
/// A content that has an id in the context, perhaps in another subject, is looked for under that id alone: beside an
/// equivalent version with another id it becomes a version of its own, as in the reference. A blank text is never known.
fn known_in_subject(
    world: World<'_>,
    view: Option<&SubjectView>,
    draft: &Draft,
    candidate: &Candidate,
) -> Result<Option<RegisteredSchema>, RegistryError> {
    let Some(view) = view.filter(|_| !draft.is_blank()) else { return Ok(None) };
    let asked = draft.id.filter(|id| *id >= 0).map(SchemaId);
    let wanted = asked.or_else(|| world.known.id_of(view.name.context(), candidate.guid()));
    let fits = |row: &Row| wanted.is_none_or(|id| id == row.content.id);
    let found = match exact(world, view, candidate, false).filter(|row| fits(row)) {
        Some(row) => Some(row),
        None => equivalent(world, view, candidate, false, fits)?,
    };
    Ok(found.map(|row| echo(&view.name, row, candidate)))
}

/// Takes text, type and references of the latest version where the submission has no text.
fn fill_in_text(world: World<'_>, draft: &mut Draft, view: Option<&SubjectView>) -> Result<(), RegistryError> {
    if !draft.is_blank() {
        return Ok(());
    }
    let empty = || RegistryError::InvalidSchema(Box::new(SchemaProblem::Empty));
    let latest = view.and_then(SubjectView::latest).ok_or_else(empty)?;
    draft.text = Some(world.shelf.text(world.known, latest.content.text)?);
    draft.schema_type = Some(latest.content.schema_type.as_str().to_owned());
    draft.references = latest.content.references().iter().map(AskedReference::from).collect();
    // The latest may itself be an imported blank text.
    if draft.is_blank() { Err(empty()) } else { Ok(()) }
}

/// Fills in metadata and rules from the latest version and the configuration, and tags the metadata with the version.
fn fill_in_contract(
    draft: &mut Draft,
    view: Option<&SubjectView>,
    config: Option<&Config>,
) -> Result<(), RegistryError> {
    let latest = view.and_then(SubjectView::latest);
    let metadata = merged_metadata(draft.metadata.as_ref(), latest, config);
    let rule_set = merged_rule_set(draft.rule_set.as_ref(), latest, config);
    let asks = draft.version.unwrap_or(0) != 0;
    draft.metadata = match metadata {
        None if !asks => None,
        metadata => {
            let mut metadata = metadata.unwrap_or_default();
            if asks || metadata.property(VERSION_PROPERTY).is_some() {
                let next = view.map_or(Some(Version::FIRST), SubjectView::next_version);
                let next = next.ok_or_else(|| RegistryError::InvalidSchema(Box::new(SchemaProblem::VersionNotNext)))?;
                Arc::make_mut(&mut metadata).properties.insert(Word::from(VERSION_PROPERTY), next.to_string());
            }
            Some(metadata)
        }
    };
    draft.rule_set = rule_set;
    Ok(())
}

/// What a submission's metadata becomes: the latest version's where it has none, between default and override.
pub(super) fn merged_metadata(
    sent: Option<&Arc<Metadata>>,
    latest: Option<&Row>,
    config: Option<&Config>,
) -> Option<Arc<Metadata>> {
    let specific = sent.or_else(|| latest.and_then(|row| row.content.metadata()));
    let under = config.and_then(|config| config.default_metadata.as_ref());
    let over = config.and_then(|config| config.override_metadata.as_ref());
    if under.is_none() && over.is_none() {
        return specific.cloned();
    }
    let layers = [under, specific.map(|specific| &**specific), over];
    layers.into_iter().flatten().cloned().reduce(|old, new| old.overlaid_with(&new)).map(Arc::new)
}

/// The same for rule sets.
pub(super) fn merged_rule_set(
    sent: Option<&Arc<RuleSet>>,
    latest: Option<&Row>,
    config: Option<&Config>,
) -> Option<Arc<RuleSet>> {
    let specific = sent.or_else(|| latest.and_then(|row| row.content.rule_set()));
    let under = config.and_then(|config| config.default_rule_set.as_ref());
    let over = config.and_then(|config| config.override_rule_set.as_ref());
    if under.is_none() && over.is_none() {
        return specific.cloned();
    }
    let layers = [under, specific.map(|specific| &**specific), over];
    layers.into_iter().flatten().cloned().reduce(|old, new| old.overlaid_with(&new)).map(Arc::new)
}

impl Checked {
    /// What taking the submission on means for `view`; changes nothing.
    pub(super) fn decide(&self, view: &View<'_>) -> Result<Decision<RegisteredSchema>, RegistryError> {
        let (subject, candidate) = (&self.subject, &self.candidate);
        let known = view.subject(subject);
        let version = self.version(known.as_deref())?;
        let id = self.id(view)?;
        let mut events: Vec<Event> = self.context_created(view).into_iter().collect();
        let rows = known.iter().flat_map(|view| &view.rows);
        let stale = rows.filter(|row| row.deleted && row.content.id == id && row.version < version);
        for row in stale.filter(|row| !is_referenced(view, subject, row.version, true)) {
            events.push(Event::VersionRemoved { subject: subject.clone(), version: row.version });
        }
        let overwritten = known.as_ref().and_then(|view| view.row(version)).filter(|row| row.content.id == id);
        let ordinal = overwritten.map_or(view.changes.ordinal, |row| row.ordinal);
        let record = candidate.record(subject, version, id, ordinal);
        let answer = registered(&record, candidate.text.clone(), None);
        events.push(Event::SchemaRegistered(Arc::new(record)));
        // A content that has its id has its text in the journal, too.
        let is_new = view.id(subject.context(), id).is_none();
        let texts = if is_new { vec![(candidate.hash, candidate.text.clone())] } else { Vec::new() };
        Ok(Decision { events, texts, answer })
    }

    /// The context of the submission, if this is the first that gets so far in it.
    pub(super) fn context_created(&self, view: &View<'_>) -> Option<Event> {
        let context = self.subject.context();
        let is_new = context != Context::DEFAULT && !view.context(context).created;
        is_new.then(|| Event::ContextCreated { context: context.into() })
    }

    /// Whether the checks still hold.
    pub(super) fn holds(&self, known: &dyn Known) -> bool {
        self.sightings.hold(known)
    }

    /// Bytes of the text that may be written.
    pub(super) fn text_bytes(&self) -> usize {
        self.candidate.text.len()
    }

    /// What policy said, where it was asked.
    pub(super) fn heard(&self) -> Option<Box<Heard>> {
        self.heard.clone()
    }

    pub(super) fn asked(&self) -> &Arc<Asked> {
        &self.asked
    }

    fn version(&self, known: Option<&SubjectView>) -> Result<Version, RegistryError> {
        let refused = || RegistryError::InvalidSchema(Box::new(SchemaProblem::VersionNotNext));
        let next = known.map_or(Some(Version::FIRST), SubjectView::next_version);
        match self.version.unwrap_or(0) {
            number if number > 0 => {
                let version = Version::new(i64::from(number)).ok_or_else(refused)?;
                (self.mode.is_import() || Some(version) == next).then_some(version).ok_or_else(refused)
            }
            _ => next.ok_or_else(refused),
        }
    }

    fn id(&self, view: &View<'_>) -> Result<SchemaId, RegistryError> {
        let context = self.subject.context();
        let asked = self.id.filter(|id| *id >= 0).map(SchemaId);
        let wanted = asked.or_else(|| view.id_of(context, self.candidate.guid()));
        if let Some(id) = wanted {
            match view.id(context, id) {
                Some(entry) if !self.candidate.is_content(&entry.content) => {
                    // Asked for and taken; or a fingerprint that other content has, which then gets no id of its own.
                    if asked.is_some() {
                        return Err(RegistryError::IdTaken { id, context: context.into() });
                    }
                }
                Some(_) | None => return Ok(id),
            }
        }
        let highest = view.context(context).highest;
        let next = highest.checked_add(1).ok_or_else(|| RegistryError::IdsExhausted { context: context.into() })?;
        Ok(SchemaId(next))
    }
}

/// Whether a registration that was refused so had passed the compatibility check: then its context stays, as in the
/// reference (`registry-semantics` 1.4).
pub(super) fn comes_after_the_context(refusal: &RegistryError) -> bool {
    match refusal {
        RegistryError::InvalidSchema(problem) => matches!(**problem, SchemaProblem::VersionNotNext),
        RegistryError::IdTaken { .. } | RegistryError::IdsExhausted { .. } => true,
        _ => false,
    }
}

/// An answer settled by the fingerprint: the request's content under the number and id it has.
pub(super) fn echo(subject: &SubjectName, row: &Row, candidate: &Candidate) -> RegisteredSchema {
    let record = candidate.record(subject, row.version, row.content.id, row.ordinal);
    registered(&record, candidate.text.clone(), None)
}

/// An answer that shows a stored version.
pub(super) fn stored(world: World<'_>, subject: &SubjectName, row: &Row) -> Result<RegisteredSchema, RegistryError> {
    let text = world.shelf.text(world.known, row.content.text)?;
    Ok(shown(subject, row, text))
}

/// A stored version with its text.
pub(super) fn shown(subject: &SubjectName, row: &Row, text: Arc<str>) -> RegisteredSchema {
    RegisteredSchema {
        subject: subject.clone(),
        version: row.version,
        id: row.content.id,
        guid: row.content.guid,
        schema_type: row.content.schema_type,
        references: row.content.shared_references(),
        metadata: row.content.metadata().cloned(),
        rule_set: row.content.rule_set().cloned(),
        text,
        stored: Some(Stored { timestamp_ms: row.timestamp_ms, deleted: row.deleted }),
    }
}

fn registered(record: &super::record::SchemaRecord, text: Arc<str>, stored: Option<Stored>) -> RegisteredSchema {
    RegisteredSchema {
        subject: record.subject.clone(),
        version: record.version,
        id: record.id,
        guid: record.guid,
        schema_type: record.schema_type,
        references: record.references.clone(),
        metadata: record.metadata.clone(),
        rule_set: record.rule_set.clone(),
        text,
        stored,
    }
}
