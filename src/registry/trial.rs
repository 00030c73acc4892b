//! Compatibility with what is there, asked without registering and while registering.

use super::candidate::{Candidate, Draft, is_blank};
use super::contract::{Config, Metadata};
use super::error::{Incompatible, RegistryError, SchemaProblem};
use super::face::{AskedReference, CheckAgainst, CompatibilityAnswer, Submission};
use super::hash_order::as_in_a_hash_set;
use super::references::resolve_stored;
use super::scope;
use super::shelf::{Key, Unreadable, model_key};
use super::view::{Row, SubjectView};
use super::world::World;
use crate::compat::{self, CompatibilityLevel, Direction, HistoricVersion, LevelVerdict, Refusal};
use crate::schema::names::{SubjectName, VersionSelector};
use crate::schema::{ParsedSchema, Strictness, avro};
use std::cell::RefCell;
use std::collections::{BTreeSet, HashSet};

/// The metadata property that lists names no field may have any more.
const RESERVED_PROPERTY: &str = "confluent:reserved";

thread_local! {
    static SCRATCH: RefCell<compat::Scratch> = RefCell::default();
}

/// Answers a compatibility request; see [`super::Registry::check_compatibility`].
pub(super) fn check(
    world: World<'_>,
    asked: &Submission,
    against: CheckAgainst,
) -> Result<CompatibilityAnswer, RegistryError> {
    let subject = asked.subject.clone();
    let view = world.known.subject(&subject);
    let live: Vec<&Row> = view.iter().flat_map(|view| view.live()).collect();
    let history: Vec<&Row> = match against {
        CheckAgainst::Level => live,
        CheckAgainst::Version(VersionSelector::Latest) => live.last().copied().into_iter().collect(),
        CheckAgainst::Version(VersionSelector::Number(number)) => {
            let row = live.into_iter().find(|row| row.version == number);
            vec![row.ok_or(RegistryError::VersionNotFound { version: VersionSelector::Number(number) })?]
        }
    };
    let config = scope::config(world.known, &subject);
    let mut draft = Draft::from(asked);
    draft.normalize |= scope::normalizes(config.as_deref());
    if draft.is_blank() {
        return Err(RegistryError::InvalidSchema(Box::new(SchemaProblem::Empty)));
    }
    let strictness = match scope::validates_new_schemas(config.as_deref(), world.settings) {
        true => Strictness::New,
        false => Strictness::Stored,
    };
    let candidate = draft.parse(world, strictness)?;
    let found = breaks(world, &subject, &candidate, config.as_deref(), &history, against)?;
    Ok(found.map_or(CompatibilityAnswer::Compatible, |reason| CompatibilityAnswer::Incompatible(Box::new(reason))))
}

/// What a candidate breaks when it becomes the next version.
pub(super) fn breaks_level(
    world: World<'_>,
    view: Option<&SubjectView>,
    subject: &SubjectName,
    candidate: &Candidate,
    config: Option<&Config>,
) -> Result<Option<Incompatible>, RegistryError> {
    let live: Vec<&Row> = view.iter().flat_map(|view| view.live()).collect();
    breaks(world, subject, candidate, config, &live, CheckAgainst::Level)
}

/// `live`: the versions that may be asked about, oldest first.
fn breaks(
    world: World<'_>,
    subject: &SubjectName,
    candidate: &Candidate,
    config: Option<&Config>,
    live: &[&Row],
    against: CheckAgainst,
) -> Result<Option<Incompatible>, RegistryError> {
    let level = scope::level(config, world.settings);
    let validate_fields = scope::validates_fields(config, world.settings);
    let (removed, conflicting) = match validate_fields {
        true => breaks_reserved(candidate, candidate.model(world)?.as_deref(), live.last().copied()),
        false => (Vec::new(), Vec::new()),
    };
    let refusal = refusal(world, subject, candidate, config, live, against)?;
    let breaks = refusal.is_some() || !removed.is_empty() || !conflicting.is_empty();
    world.figures.verdict(!breaks);
    Ok(breaks.then_some(Incompatible { removed, conflicting, refusal, level, validate_fields }))
}

/// The newest version that the level demands and that cannot be read, or cannot read.
fn refusal(
    world: World<'_>,
    subject: &SubjectName,
    candidate: &Candidate,
    config: Option<&Config>,
    live: &[&Row],
    against: CheckAgainst,
) -> Result<Option<Refusal>, RegistryError> {
    let level = scope::level(config, world.settings);
    let group = config.and_then(|config| config.group.as_deref()).filter(|group| !group.is_empty());
    let group_of = |metadata: Option<&Metadata>| group.and_then(|name| metadata?.property(name).map(str::to_owned));
    let wanted = group_of(candidate.metadata.as_deref());
    let in_group = |row: &&&Row| group_of(row.content.metadata().map(|metadata| &**metadata)) == wanted;
    let span = if level.is_transitive() || against != CheckAgainst::Level { usize::MAX } else { 1 };
    let history = live.iter().rev().filter(in_group).take(span).copied();

    let new_key = model_key(candidate.schema_type, candidate.hash, &candidate.closure);
    let Some(model) = candidate.model(world)? else { return Ok(None) };
    let mut asked: Vec<Key> = Vec::new();
    let mut versions = history.filter_map(|row| historic(world, subject, row, &new_key, level, &mut asked).transpose());
    let verdict = SCRATCH.with_borrow_mut(|scratch| {
        compat::check(compat::Candidate { schema: &model }, &mut versions, level, scratch)
    })?;
    match verdict {
        LevelVerdict::Compatible => {
            for (key, direction) in asked.iter().flat_map(|key| level.directions().iter().map(move |way| (key, *way))) {
                world.shelf.remember_compatible(&new_key, key, direction);
            }
            Ok(None)
        }
        LevelVerdict::Incompatible(refusal) => Ok(Some(refusal)),
    }
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
    let readable = |failure: Unreadable| match failure {
        Unreadable::Refused(cause) => stored_draft(subject, row).refused(content.schema_type, cause),
        Unreadable::Journal(error) => error.into(),
    };
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

/// Fields that were reserved and are no longer, and reserved names that are in use (`registry-semantics` 6.4).
fn breaks_reserved(
    candidate: &Candidate,
    model: Option<&ParsedSchema>,
    latest: Option<&Row>,
) -> (Vec<String>, Vec<String>) {
    let new = reserved(candidate.metadata.as_deref());
    let old = reserved(latest.and_then(|row| row.content.metadata()).map(|metadata| &**metadata));
    let fields: BTreeSet<&str> = model.map(top_level_fields).unwrap_or_default();
    let removed = old.iter().filter(|name| !new.contains(*name)).cloned().collect();
    let conflicting = new.iter().filter(|name| fields.contains(name.as_str())).cloned().collect();
    (removed, conflicting)
}

/// The names that are reserved, each once, in the reference's order.
fn reserved(metadata: Option<&Metadata>) -> Vec<String> {
    let names = metadata.and_then(|metadata| metadata.property(RESERVED_PROPERTY)).unwrap_or_default();
    let mut seen = HashSet::new();
    let names = names.split(',').map(|name| name.trim_matches(|c| c <= ' ')).filter(|name| !name.is_empty());
    let mut names: Vec<String> = names.filter(|name| seen.insert(*name)).map(str::to_owned).collect();
    as_in_a_hash_set(&mut names);
    names
}

fn top_level_fields(schema: &ParsedSchema) -> BTreeSet<&str> {
    match schema {
        ParsedSchema::Avro(schema) => match schema.node(schema.root()) {
            avro::model::Node::Record(record) => {
                schema.record(record).fields().iter().map(|field| field.name()).collect()
            }
            _ => BTreeSet::new(),
        },
    }
}
