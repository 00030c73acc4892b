//! Compatibility with what is there, asked without registering and while registering.

use super::candidate::{Candidate, Draft, is_blank};
use super::contract::{Config, Metadata};
use super::error::{Incompatible, RegistryError, SchemaProblem};
use super::face::{AskedReference, CheckAgainst, CompatibilityAnswer, Submission};
use super::references::{Closure, resolve_stored};
use super::register::merged_metadata;
use super::shelf::{Key, Unreadable, model_key};
use super::view::{Row, SubjectView};
use super::world::World;
use super::{judgement, scope};
use crate::compat::{
    self, CompatibilityLevel, Direction, HistoricVersion, LevelVerdict, RESERVED_PROPERTY, Refusal, ReservedBreach,
};
use crate::policy::{self, Declared, Enforcement};
use crate::schema::names::{SubjectName, Version, VersionSelector};
use crate::schema::{ParsedSchema, Strictness};
use std::cell::RefCell;
use std::sync::Arc;

thread_local! {
    static SCRATCH: RefCell<compat::Scratch> = RefCell::default();
}

/// Answers a compatibility request; see [`super::Registry::check_compatibility`].
pub(super) fn check(
    world: World<'_>,
    asked: &Submission,
    against: CheckAgainst,
) -> Result<CompatibilityAnswer, RegistryError> {
    let subject = &asked.subject;
    let view = world.known.subject(subject);
    let live: Vec<&Row> = view.iter().flat_map(|view| view.live()).collect();
    let span = Span::read(&live, against)?;
    let config = scope::config(world.known, subject);
    let draft = Draft::from(asked);
    let candidate = candidate(world, draft.clone(), config.as_deref())?;
    let declared = || {
        // What registration would make of it: metadata that is not sent is inherited.
        let latest = view.as_deref().and_then(SubjectView::latest);
        let metadata = merged_metadata(draft.metadata.as_ref(), latest, config.as_deref());
        judgement::declared(metadata.as_deref())
    };
    let enforces = judgement::policy(world, subject).enforcement == Enforcement::Enforce;
    let line = enforces.then(declared);
    let trial = Trial { world, subject, candidate: &candidate, config: config.as_deref(), line };
    let found = trial.breaks(&live, span)?;
    Ok(found.map_or(CompatibilityAnswer::Compatible, |reason| CompatibilityAnswer::Incompatible(Box::new(reason))))
}

/// Bytes of a text up to which it is parsed and compared by [`hot_check`]: a tenth of a millisecond.
const HOT_TEXT_BYTES_MAX: usize = 8 << 10;
/// Versions that it looks at, at most.
const HOT_VERSIONS_MAX: usize = 64;
/// Versions that it compares with, at most.
const HOT_COMPARISONS_MAX: usize = 2;

/// [`check`] for callers that may not compute for long: whether the answer is known to be yes, or easily found to be.
/// All else, every no included, takes [`check`].
pub(super) fn hot_check(world: World<'_>, asked: &Submission, against: CheckAgainst) -> bool {
    let is_compatible = is_easily_compatible(world, asked, against).is_some();
    if is_compatible {
        world.figures.verdict(true);
    }
    is_compatible
}

/// `None` where that is not so, or cannot be told easily.
fn is_easily_compatible(world: World<'_>, asked: &Submission, against: CheckAgainst) -> Option<()> {
    let (subject, shelf) = (&asked.subject, world.shelf);
    let is_small = |text: &str| text.len() <= HOT_TEXT_BYTES_MAX;
    let config = scope::config(world.known, subject);
    let config = config.as_deref();
    let is_plain = asked.text.as_deref().is_some_and(is_small)
        && asked.references.is_empty()
        && group(config).is_none()
        && !scope::validates_fields(config, world.settings)
        && judgement::policy(world, subject).enforcement != Enforcement::Enforce;
    if !is_plain {
        return None;
    }
    let view = world.known.subject(subject);
    let live: Vec<&Row> = view.iter().flat_map(|view| view.live()).collect();
    let span = Span::read(&live, against).ok()?;
    let level = scope::level(config, world.settings);
    let candidate = easy_candidate(world, Draft::from(asked), config)?;
    let new_key = model_key(candidate.schema_type, candidate.hash, &candidate.closure);
    let mut comparisons = 0..HOT_COMPARISONS_MAX;
    for (at, row) in live.iter().rev().filter(|row| span.has(row)).take(span.versions_max(level)).enumerate() {
        let content = &row.content;
        if at == HOT_VERSIONS_MAX || !content.references().is_empty() || content.schema_type != candidate.schema_type {
            return None;
        }
        let key = model_key(content.schema_type, content.text, &Closure::default());
        let unknown = |way: &&Direction| !shelf.is_known_compatible(&new_key, &key, **way);
        if level.directions().iter().any(|way| unknown(&way)) {
            comparisons.next()?;
            let text = shelf.hot_text(content.text).filter(|text| is_small(text) && !is_blank(text))?;
            let old = shelf.easy_model(content.schema_type, content.text, &text)?;
            let new = candidate.easy_model(world)?;
            for direction in level.directions() {
                let reading = direction.reading(&new, &old);
                with_scratch(|scratch| compat::can_easily_read(reading, scratch)).then_some(())?;
                shelf.remember_compatible(&new_key, &key, *direction);
            }
        }
    }
    Some(())
}

/// Parses what is brought for a check.
pub(super) fn candidate(
    world: World<'_>,
    mut draft: Draft,
    config: Option<&Config>,
) -> Result<Candidate, RegistryError> {
    draft.normalize |= scope::normalizes(config);
    if draft.is_blank() {
        return Err(RegistryError::InvalidSchema(Box::new(SchemaProblem::Empty)));
    }
    draft.parse(world, strictness(world, config))
}

/// [`candidate`] for callers that may not compute for long.
fn easy_candidate(world: World<'_>, mut draft: Draft, config: Option<&Config>) -> Option<Candidate> {
    draft.normalize |= scope::normalizes(config);
    if draft.is_blank() { None } else { draft.easy_parse(world, strictness(world, config)) }
}

fn strictness(world: World<'_>, config: Option<&Config>) -> Strictness {
    match scope::validates_new_schemas(config, world.settings) {
        true => Strictness::New,
        false => Strictness::Stored,
    }
}

/// Which live versions are asked about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Span {
    /// As many as the level says.
    Level,
    /// This one, whatever the level's span; `None` of a subject without any.
    Only(Option<Version>),
}

impl Span {
    /// What `against` means where these versions are live, oldest first.
    ///
    /// # Errors
    /// [`RegistryError::VersionNotFound`].
    pub(super) fn read(live: &[&Row], against: CheckAgainst) -> Result<Self, RegistryError> {
        match against {
            CheckAgainst::Level => Ok(Self::Level),
            CheckAgainst::Version(VersionSelector::Latest) => Ok(Self::Only(live.last().map(|row| row.version))),
            CheckAgainst::Version(selector @ VersionSelector::Number(number)) => {
                let is_there = live.iter().any(|row| row.version == number);
                let missing = RegistryError::VersionNotFound { version: selector };
                is_there.then_some(Self::Only(Some(number))).ok_or(missing)
            }
        }
    }

    /// How many of the versions asked about are looked at, newest first.
    fn versions_max(self, level: CompatibilityLevel) -> usize {
        if level.is_transitive() || self != Self::Level { usize::MAX } else { 1 }
    }

    fn has(self, row: &Row) -> bool {
        match self {
            Self::Level => true,
            Self::Only(version) => version == Some(row.version),
        }
    }
}

/// A candidate beside what is there.
#[derive(Clone, Copy)]
pub(super) struct Trial<'a> {
    pub(super) world: World<'a>,
    pub(super) subject: &'a SubjectName,
    pub(super) candidate: &'a Candidate,
    pub(super) config: Option<&'a Config>,
    /// What the candidate declares, where enforcement implies the major line as compatibility group.
    pub(super) line: Option<Declared>,
}

impl<'a> Trial<'a> {
    /// What a candidate breaks when it becomes the next version after `live` ones, oldest first.
    pub(super) fn breaks(self, live: &[&Row], span: Span) -> Result<Option<Incompatible>, RegistryError> {
        let Self { world, candidate, config, .. } = self;
        let level = scope::level(config, world.settings);
        let validate_fields = scope::validates_fields(config, world.settings);
        let latest = live.iter().rev().copied().find(|row| span.has(row));
        let reserved = match validate_fields {
            true => reserved_breach(candidate, candidate.model(world)?.as_deref(), latest),
            false => ReservedBreach::default(),
        };
        let refusal = self.refusal(live, span)?;
        let breaks = refusal.is_some() || !reserved.is_empty();
        world.figures.verdict(!breaks);
        Ok(breaks.then_some(Incompatible { reserved, refusal, level, validate_fields }))
    }

    /// The newest version that the level demands and that cannot be read, or cannot read.
    fn refusal(self, live: &[&Row], span: Span) -> Result<Option<Refusal>, RegistryError> {
        let Self { world, subject, candidate, config, .. } = self;
        let level = scope::level(config, world.settings);
        let in_group = self.group(live);
        let asked_about = |row: &&&Row| in_group(row) && span.has(row);
        let history = live.iter().rev().filter(asked_about).take(span.versions_max(level)).copied();

        let new_key = model_key(candidate.schema_type, candidate.hash, &candidate.closure);
        let mut asked: Vec<Key> = Vec::new();
        let versions = history.filter_map(|row| historic(world, subject, row, &new_key, level, &mut asked).transpose());
        let mut versions = versions.peekable();
        // A candidate that is known to go with all of them need not be parsed.
        if versions.peek().is_none() {
            return Ok(None);
        }
        let Some(model) = candidate.model(world)? else { return Ok(None) };
        let verdict =
            with_scratch(|scratch| compat::check(compat::Candidate { schema: &model }, &mut versions, level, scratch))?;
        match verdict {
            LevelVerdict::Compatible => {
                let ways = |key| level.directions().iter().map(move |way| (key, *way));
                for (key, direction) in asked.iter().flat_map(ways) {
                    world.shelf.remember_compatible(&new_key, key, direction);
                }
                Ok(None)
            }
            LevelVerdict::Incompatible(refusal) => Ok(Some(refusal)),
        }
    }

    /// Whether a version stands in the candidate's compatibility group.
    ///
    /// Where the subject groups its versions by a property, those with the candidate's value. Where it does not,
    /// enforcement implies the declared major version as group (`change-classification` 8.1); otherwise all.
    fn group(self, live: &[&Row]) -> Box<dyn Fn(&Row) -> bool + 'a> {
        match (group(self.config), self.line) {
            (Some(group), _) => {
                let of = move |metadata: Option<&Metadata>| metadata?.property(group).map(str::to_owned);
                let wanted = of(self.candidate.metadata.as_deref());
                Box::new(move |row| of(row.content.metadata().map(|metadata| &**metadata)) == wanted)
            }
            (None, Some(declared)) => {
                let line = policy::line_of(declared, &judgement::newest_first(live));
                Box::new(move |row| judgement::declared_by(row).line() == line)
            }
            (None, None) => Box::new(|_| true),
        }
    }
}

/// The property by which a subject groups its versions, where it does.
pub(super) fn group(config: Option<&Config>) -> Option<&str> {
    config.and_then(|config| config.group.as_deref()).filter(|group| !group.is_empty())
}

/// Lends this thread's scratch space for comparisons.
pub(super) fn with_scratch<T>(work: impl FnOnce(&mut compat::Scratch) -> T) -> T {
    SCRATCH.with_borrow_mut(work)
}

/// A version for the check; `None` where it is known to be compatible, or is an imported blank text.
fn historic(
    world: World<'_>,
    subject: &SubjectName,
    row: &Row,
    new_key: &Key,
    level: CompatibilityLevel,
    asked: &mut Vec<Key>,
) -> Result<Option<HistoricVersion>, RegistryError> {
    let (known, content) = (world.known, &row.content);
    let readable = |failure: Unreadable| unreadable(subject, row, failure);
    let closure = match resolve_stored(known, subject.context(), content.references()) {
        Ok(closure) => closure,
        // Nobody has looked where the references of an imported blank text lead.
        Err(_) if is_blank(&world.shelf.text(known, content.text)?) => return Ok(None),
        Err(cause) => return Err(readable(cause.into())),
    };
    let key = model_key(content.schema_type, content.text, &closure);
    let is_known = |way: &Direction| world.shelf.is_known_compatible(new_key, &key, *way);
    if level.directions().iter().all(is_known) {
        return Ok(None);
    }
    let Some(schema) = world.shelf.model(known, subject.context(), content).map_err(readable)? else {
        return Ok(None);
    };
    asked.push(key);
    let text = world.shelf.text(known, content.text)?;
    Ok(Some(HistoricVersion { version: row.version, schema, text }))
}

/// Why a stored version cannot be compared with.
pub(super) fn unreadable(subject: &SubjectName, row: &Row, failure: Unreadable) -> RegistryError {
    match failure {
        Unreadable::Refused(cause) => stored_draft(subject, row).refused(row.content.schema_type, cause),
        Unreadable::Journal(error) => error.into(),
    }
}

/// A stored version as something that was tried: only for saying that it cannot be read any more.
fn stored_draft(subject: &SubjectName, row: &Row) -> Draft {
    let references = row.content.references().iter().map(AskedReference::from);
    Draft {
        subject: subject.clone(),
        version: i32::try_from(row.version.get()).ok(),
        id: Some(row.content.id.0),
        schema_type: None,
        references: references.collect(),
        metadata: row.content.metadata().cloned(),
        rule_set: row.content.rule_set().cloned(),
        text: None,
        normalize: false,
    }
}

fn reserved_breach(candidate: &Candidate, model: Option<&ParsedSchema>, latest: Option<&Row>) -> ReservedBreach {
    let reserved = |metadata: Option<&Arc<Metadata>>| metadata?.property(RESERVED_PROPERTY).map(str::to_owned);
    let (new, old) = (reserved(candidate.metadata.as_ref()), reserved(latest.and_then(|row| row.content.metadata())));
    ReservedBreach::of(model, new.as_deref(), old.as_deref())
}
