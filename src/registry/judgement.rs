//! What policy says of a schema: asked without registering, and while registering (`change-classification` 8).
//!
//! The judging itself is `policy::judge`, which the gate calls, too. Here is what it is asked with: the policy, the
//! exemptions and the predecessor that are in force for the subject.

use super::candidate::{Candidate, Draft};
use super::contract::{Config, Metadata};
use super::error::{Incompatible, PolicyRefusal, RegistryError, SchemaProblem};
use super::face::{CheckAgainst, Classification, RegisteredSchema, Reply, RuleSets, Submission};
use super::figures::{DecisionOutcome, Figures};
use super::identity::is_equivalent;
use super::register::{merged_metadata, merged_rule_set};
use super::trial::{self, Span, Trial, with_scratch};
use super::view::{Row, SubjectView};
use super::world::World;
use super::{Registry, Shared, scope};
use crate::compat::{LevelVerdict, ReservedBreach};
use crate::evolution::ChangeClass;
use crate::policy::{
    self, Case, Declared, Enforcement, Exemption, Judgement, Policy, PredecessorSide, Side, UnreadableDeclaration,
    messages,
};
use crate::schema::ParsedSchema;
use crate::schema::names::{SubjectName, Version};
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use std::sync::Arc;

/// The policy in force for a subject.
pub(super) fn policy(world: World<'_>, subject: &SubjectName) -> Policy {
    super::governance::policy_in_force(world.known, subject)
}

/// What can be read of what metadata declares.
pub(super) fn declared(metadata: Option<&Metadata>) -> Declared {
    Declared::readable(|name| metadata?.property(name))
}

/// What a candidate declares whose metadata was sent, or inherited from the latest version; and what cannot be read of
/// what was sent.
///
/// Who sends none joins the line that is inherited, but says nothing about the semantic version of something that has
/// just been changed: an inherited one would refuse every change of a producer that knows nothing of versions. Nor can
/// what such a producer inherits be held against it.
fn declared_by_candidate(metadata: Option<&Metadata>, is_sent: bool) -> (Declared, Option<UnreadableDeclaration>) {
    let declared = declared(metadata);
    match is_sent {
        true => (declared, Declared::read(|name| metadata?.property(name)).err()),
        false => (Declared { version: None, ..declared }, None),
    }
}

/// What a stored version declares. What was accepted although it cannot be read counts as not declared.
pub(super) fn declared_by(row: &Row) -> Declared {
    declared(row.content.metadata().map(|metadata| &**metadata))
}

/// Versions as `policy` looks at them.
pub(super) fn newest_first<'r>(live: &[&'r Row]) -> Vec<(&'r Row, Declared)> {
    live.iter().rev().map(|row| (*row, declared_by(row))).collect()
}

/// What policy said of a candidate that was accepted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Heard {
    /// Of the change from the predecessor, after profile, overrides and exemptions.
    pub(super) class: ChangeClass,
    /// Report or enforce.
    pub(super) enforcement: Enforcement,
    /// Why it was accepted, in the words of the decision table.
    pub(super) reason: &'static str,
    /// Whether there is something to tell although it was accepted (the table's "accept + finding").
    pub(super) has_findings: bool,
    /// The kinds of what there is to tell.
    pub(super) changes: Vec<&'static str>,
    /// The exemptions without which it had been refused, by fingerprint.
    pub(super) exemptions: Vec<String>,
}

/// Refuses a candidate that breaks the level or that policy refuses. What policy said otherwise is handed on; `None`
/// where it was not asked.
///
/// # Errors
/// [`RegistryError::Incompatible`], [`RegistryError::RefusedByPolicy`], [`RegistryError::TooLargeToClassify`].
pub(super) fn require_accepted(
    world: World<'_>,
    view: Option<&SubjectView>,
    subject: &SubjectName,
    (candidate, is_metadata_sent): (&Candidate, bool),
    config: Option<&Config>,
) -> Result<Option<Box<Heard>>, RegistryError> {
    let policy = policy(world, subject);
    let live: Vec<&Row> = view.into_iter().flat_map(SubjectView::live).collect();
    let enforces = policy.enforcement == Enforcement::Enforce;
    let (declared, unreadable) = declared_by_candidate(candidate.metadata.as_deref(), is_metadata_sent);
    let line = enforces.then_some(declared);
    let broken = Trial { world, subject, candidate, config, line }.breaks(&live, Span::Level)?;
    let incompatible = |reason: Incompatible, findings| RegistryError::Incompatible {
        subject: subject.clone(),
        reason: Box::new(reason),
        findings,
    };
    match broken {
        Some(reason) if !enforces => return Err(incompatible(reason, Vec::new())),
        None if policy.enforcement == Enforcement::Off => return Ok(None),
        Some(_) | None => {}
    }
    if let (Some(unreadable), true, None) = (&unreadable, enforces, &broken) {
        return Err(RegistryError::RefusedByPolicy(Box::new(PolicyRefusal::unreadable(subject, unreadable))));
    }
    let question = Question { world, subject, candidate, config, policy: &policy, declared, live: &live };
    let predecessor = question.predecessor(&live)?;
    let judged = question.judge(predecessor.as_ref(), broken.as_ref());
    let judgement = match (judged, broken) {
        (Ok(judgement), Some(reason)) => return Err(incompatible(reason, messages::findings(&judgement))),
        // The level has its own limits and its own words.
        (Err(_), Some(reason)) => return Err(incompatible(reason, Vec::new())),
        // Who only listens to policy is not kept from registering what policy cannot judge.
        (Err(RegistryError::TooLargeToClassify { .. }), None) if !enforces => return Ok(None),
        (judged, None) => judged?,
    };
    match PolicyRefusal::of(subject, &judgement) {
        Some(refusal) => Err(RegistryError::RefusedByPolicy(Box::new(refusal))),
        None => Ok(Some(Box::new(Heard::of(&judgement, policy.enforcement)))),
    }
}

/// What a refusal of a schema for the level's sake says besides, where policy is enforced: each change that stands in
/// the way and what to do, as a registration would name it. Nothing where policy cannot judge.
pub(super) fn findings(world: World<'_>, asked: &Submission, broken: &Incompatible) -> Vec<String> {
    let policy = policy(world, &asked.subject);
    if policy.enforcement != Enforcement::Enforce {
        return Vec::new();
    }
    let view = world.known.subject(&asked.subject);
    let live: Vec<&Row> = view.iter().flat_map(|view| view.live()).collect();
    let config = scope::config(world.known, &asked.subject);
    let judged = candidate(world, asked, &live, config.as_deref()).and_then(|candidate| {
        let (declared, _) = declared_by_candidate(candidate.metadata.as_deref(), asked.metadata.is_some());
        let (subject, config, candidate) = (&asked.subject, config.as_deref(), &candidate);
        let question = Question { world, subject, candidate, config, policy: &policy, declared, live: &live };
        question.judge(question.predecessor(&live)?.as_ref(), Some(broken))
    });
    judged.map_or_else(|_| Vec::new(), |judgement| messages::findings(&judgement))
}

/// What is asked about, with the metadata and rules that registration would give it: the line of what is sent without any is that
/// of the latest version.
fn candidate(
    world: World<'_>,
    asked: &Submission,
    live: &[&Row],
    config: Option<&Config>,
) -> Result<Candidate, RegistryError> {
    let mut draft = Draft::from(asked);
    draft.metadata = merged_metadata(draft.metadata.as_ref(), live.last().copied(), config);
    draft.rule_set = draft.rule_set.filter(|_| world.settings.rule_sets == RuleSets::Keep);
    draft.rule_set = merged_rule_set(draft.rule_set.as_ref(), live.last().copied(), config);
    trial::candidate(world, draft, config)
}

/// What a command that registers is answered with, and what policy said on the way.
///
/// It is told and counted with the reply, not where it is said: a command may be decided more than once.
pub(super) struct Registered<A> {
    pub(super) answer: A,
    pub(super) said: Vec<Said>,
}

/// What policy said of one registration.
pub(super) enum Said {
    /// It was accepted and is this version now.
    Accepted { subject: SubjectName, version: Version, heard: Box<Heard> },
    /// It was refused, and what else the command asked for was not.
    Refused(Box<PolicyRefusal>),
}

impl<A> From<A> for Registered<A> {
    fn from(answer: A) -> Self {
        Self { answer, said: Vec::new() }
    }
}

impl Said {
    /// What was said of a version that was accepted, where policy was asked.
    pub(super) fn of(subject: &SubjectName, accepted: &RegisteredSchema, heard: Option<Box<Heard>>) -> Option<Self> {
        let (subject, version) = (subject.clone(), accepted.version);
        heard.map(|heard| Self::Accepted { subject, version, heard })
    }

    /// Counts it, and writes it to the log where there is something to tell.
    fn conclude(&self, figures: &Figures) {
        match self {
            Self::Accepted { subject, version, heard } => {
                figures.decided(heard.class, heard.enforcement, heard.outcome());
                if !heard.exemptions.is_empty() {
                    figures.exempted.add_one();
                }
                heard.tell(subject, *version);
            }
            Self::Refused(refusal) => refusal.conclude(figures),
        }
    }
}

/// A reply that is told what became of a command once what policy said of it is counted and in the log.
pub(super) fn concluding<A: 'static>(shared: Arc<Shared>, reply: Reply<A>) -> Reply<Registered<A>> {
    Box::new(move |outcome| {
        match &outcome {
            Ok(registered) => registered.said.iter().for_each(|said| said.conclude(&shared.figures)),
            Err(RegistryError::RefusedByPolicy(refusal)) => refusal.conclude(&shared.figures),
            Err(_) => {}
        }
        reply(outcome.map(|registered| registered.answer));
    })
}

impl Registry {
    /// What kind of change a submission would be (`POST /classification/…`): against the predecessor that registration
    /// would take, or against one version. Registers nothing and asks no mode.
    ///
    /// # Errors
    /// As [`Self::check_compatibility`]; [`RegistryError::TooLargeToClassify`].
    pub fn classify(&self, asked: &Submission, against: CheckAgainst) -> Result<Classification, RegistryError> {
        classify(self.shared.world(), asked, against)
    }
}

fn classify(world: World<'_>, asked: &Submission, against: CheckAgainst) -> Result<Classification, RegistryError> {
    let subject = &asked.subject;
    let view = world.known.subject(subject);
    let live: Vec<&Row> = view.iter().flat_map(|view| view.live()).collect();
    let span = Span::read(&live, against)?;
    let config = scope::config(world.known, subject);
    let config = config.as_deref();
    let candidate = &candidate(world, asked, &live, config)?;
    let policy = policy(world, subject);
    let (declared, unreadable) = declared_by_candidate(candidate.metadata.as_deref(), asked.metadata.is_some());
    let line = (policy.enforcement == Enforcement::Enforce).then_some(declared);
    let question = Question { world, subject, candidate, config, policy: &policy, declared, live: &live };
    let predecessor = match span {
        Span::Level => question.predecessor(&live)?,
        Span::Only(version) => {
            let only: Vec<&Row> = live.iter().copied().filter(|row| Some(row.version) == version).collect();
            question.predecessor(&only)?
        }
    };
    // A schema that is there already is found, not judged, when it is registered again.
    let is_found = match &predecessor {
        Some(old) if span == Span::Level => question.is_same_as(old)?,
        _ => false,
    };
    let broken = match is_found {
        true => None,
        false => Trial { world, subject, candidate, config, line }.breaks(&live, span)?,
    };
    let mut answer = question.judge(predecessor.as_ref(), broken.as_ref())?.answer;
    if unreadable.is_some() {
        answer.warnings.push(UNREADABLE);
    }
    let refused = match broken.as_ref().and_then(|broken| broken.refusal.as_ref()) {
        Some(refusal) => question.refused_against(&live, refusal.version)?,
        None => None,
    };
    Ok(Classification { answer, broken, refused })
}

/// Reason of a refusal of a declaration that is none, and the warning about it where nothing is refused.
const UNREADABLE: &str = "declared-version-unreadable";

/// How many changes a line of the log names.
const TOLD_MAX: usize = 20;

/// A candidate with what policy needs to know of it.
#[derive(Clone, Copy)]
struct Question<'a> {
    world: World<'a>,
    subject: &'a SubjectName,
    candidate: &'a Candidate,
    config: Option<&'a Config>,
    policy: &'a Policy,
    declared: Declared,
    /// What is there, oldest first.
    live: &'a [&'a Row],
}

/// A version that the candidate is compared with.
struct Old<'v> {
    row: &'v Row,
    schema: Arc<ParsedSchema>,
}

impl Question<'_> {
    /// What the candidate is classified against (`change-classification` 8.1). Imported blank texts are passed over:
    /// there is nothing in them to compare with.
    fn predecessor<'v>(self, live: &[&'v Row]) -> Result<Option<Old<'v>>, RegistryError> {
        let (known, context) = (self.world.known, self.subject.context());
        let mut live = newest_first(live);
        while let Some(row) = policy::predecessor(self.declared, &live).copied() {
            let schema = self.world.shelf.model(known, context, &row.content);
            let schema = schema.map_err(|failure| trial::unreadable(self.subject, row, failure))?;
            if let Some(schema) = schema {
                return Ok(Some(Old { row, schema }));
            }
            live.retain(|(other, _)| other.version != row.version);
        }
        Ok(None)
    }

    fn model(self) -> Result<Arc<ParsedSchema>, RegistryError> {
        let empty = || RegistryError::InvalidSchema(Box::new(SchemaProblem::Empty));
        self.candidate.model(self.world)?.ok_or_else(empty)
    }

    fn judge(self, old: Option<&Old<'_>>, broken: Option<&Incompatible>) -> Result<Judgement, RegistryError> {
        let new = self.model()?;
        let level = scope::level(self.config, self.world.settings);
        let verdict = match broken.and_then(|broken| broken.refusal.as_ref()) {
            None => LevelVerdict::Compatible,
            Some(refusal) => LevelVerdict::Incompatible(refusal.clone()),
        };
        let kept = ReservedBreach::default();
        let reserved = broken.map_or(&kept, |broken| &broken.reserved);
        let exemptions = super::governance::exemptions_of(self.world.known, self.subject);
        let exemptions: Vec<Exemption> = exemptions.iter().map(|exemption| (**exemption).clone()).collect();
        let case = Case {
            subject: self.subject.as_str(),
            candidate: Side { schema: &new, declared: self.declared },
            predecessor: old.map(|old| PredecessorSide {
                schema: &old.schema,
                declared: declared_by(old.row),
                version: Some(old.row.version.get()),
                id: u32::try_from(old.row.content.id.0).ok(),
                next_line: policy::next_free_line(
                    declared_by(old.row).line(),
                    self.live.iter().map(|row| declared_by(row).line()),
                ),
            }),
            level,
            verdict: &verdict,
            is_new_line_free: policy::is_new_line_free(trial::group(self.config)),
            reserved: scope::validates_fields(self.config, self.world.settings).then_some(reserved),
            policy: self.policy,
            exemptions: &exemptions,
            today: today((self.world.settings.clock)()),
        };
        let too_large = |_| RegistryError::TooLargeToClassify { subject: self.subject.clone() };
        with_scratch(|scratch| policy::judge(&case, scratch)).map_err(too_large)
    }

    /// The candidate and a live version, as schemas.
    fn refused_against(self, live: &[&Row], version: Version) -> Result<Option<[Arc<ParsedSchema>; 2]>, RegistryError> {
        let Some(row) = live.iter().find(|row| row.version == version) else { return Ok(None) };
        let schema = self.world.shelf.model(self.world.known, self.subject.context(), &row.content);
        let schema = schema.map_err(|failure| trial::unreadable(self.subject, row, failure))?;
        Ok(schema.zip(Some(self.model()?)).map(|(old, new)| [new, old]))
    }

    /// Whether registration would find the candidate in this version: one that brings other metadata or rules is new,
    /// and the level is asked.
    fn is_same_as(self, old: &Old<'_>) -> Result<bool, RegistryError> {
        is_equivalent(self.world, self.subject, self.candidate, old.row)
    }
}

/// The kinds of changes as a line of the log names them.
fn told(changes: &[&'static str]) -> String {
    format!("{:?}", &changes[..changes.len().min(TOLD_MAX)])
}

impl Heard {
    fn outcome(&self) -> DecisionOutcome {
        match self.enforcement == Enforcement::Report && self.has_findings {
            true => DecisionOutcome::Reported,
            false => DecisionOutcome::Accepted,
        }
    }

    fn tell(&self, subject: &SubjectName, version: Version) {
        let Self { class, enforcement, reason, has_findings, changes, exemptions } = self;
        if !exemptions.is_empty() {
            let exemptions = exemptions.join(", ");
            tracing::info!(%subject, %version, %class, %enforcement, exemptions, "registered with an exemption");
        } else if *has_findings && *enforcement == Enforcement::Report {
            let changes = told(changes);
            tracing::info!(%subject, %version, %class, reason, changes, "registered with findings of policy");
        }
    }

    fn of(judgement: &Judgement, enforcement: Enforcement) -> Self {
        let answer = &judgement.answer;
        let told = answer.changes.iter().filter(|change| change.class > ChangeClass::Allowed);
        // Answers list those that name a change, in this order.
        let matched = judgement.exemptions_matched.iter().zip(&answer.exemptions);
        let is_used = |at: &usize| enforcement == Enforcement::Enforce && judgement.exemptions_used.contains(at);
        let used = matched.filter(|(at, _)| is_used(at)).map(|(_, exemption)| exemption.fingerprint.clone());
        Self {
            class: answer.class,
            enforcement,
            reason: judgement.reason,
            has_findings: answer.class > ChangeClass::Allowed || judgement.version.fails(),
            changes: told.map(|change| change.change.kind.id).collect(),
            exemptions: used.collect(),
        }
    }
}

impl PolicyRefusal {
    fn conclude(&self, figures: &Figures) {
        // Without the message, which quotes the schema.
        let Self { subject, class, reason, changes, message: _ } = self;
        figures.decided(*class, Enforcement::Enforce, DecisionOutcome::Refused);
        changes.iter().for_each(|id| figures.refused(id));
        tracing::info!(%subject, %class, reason, changes = told(changes), "refused by policy");
    }

    fn of(subject: &SubjectName, judgement: &Judgement) -> Option<Self> {
        let message = messages::rejection(judgement)?;
        let in_the_way = judgement.answer.changes.iter().filter(|change| !change.fix.is_empty());
        Some(Self {
            subject: subject.clone(),
            class: judgement.answer.class,
            reason: judgement.reason,
            message,
            changes: in_the_way.map(|change| change.change.kind.id).collect(),
        })
    }

    fn unreadable(subject: &SubjectName, unreadable: &UnreadableDeclaration) -> Self {
        let message = format!("{UNREADABLE}: {unreadable}.");
        let subject = subject.clone();
        Self { subject, class: ChangeClass::None, reason: UNREADABLE, message, changes: Vec::new() }
    }
}

/// The day of a time in milliseconds since 1970, in UTC as everything that is written down.
fn today(timestamp_ms: i64) -> Date {
    let now = Timestamp::from_millisecond(timestamp_ms).unwrap_or(Timestamp::UNIX_EPOCH);
    now.to_zoned(TimeZone::UTC).date()
}
