//! What kind of change a schema would be: as the registry says, or found out here where it does not classify.
//!
//! Found out here it is by the function that the registry and the gate judge with, over what every registry with Confluent's API
//! tells: versions, what they refer to, configuration. No more of a history is fetched than the choice of the predecessor
//! looks at, mostly the latest version.

use super::answers::{self, ClassOfChange, Classifier, ToldChange};
use super::caller::Driver;
use super::error::{ClientError, Trouble};
use super::memory::Core;
use super::query::Query;
use super::questions::{SchemaQuestion, referenced};
use super::resolution::ResolvedSubject;
use super::schema::{RegisteredSchema, Schema};
use crate::compat::{self, CompatibilityLevel, LevelVerdict, Refusal};
use crate::evolution::ChangeClass;
use crate::policy::{
    self, Case, Declaration, Declared, Exemption, Judgement, Policy, PolicyLayer, PredecessorSide, Profile, Side,
    Treatment,
};
use crate::schema::names::{SubjectName, Version};
use crate::schema::{ParsedSchema, SchemaSource, SchemaType, Strictness, parse, parse_normalized};
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// Most versions of a subject that are looked at in search of the predecessor. Only a declared major version without one
/// makes that more than a few; they are remembered.
const VERSIONS_MAX: usize = 1_000;

/// Most major lines that are asked for above that of the predecessor.
const LINES_MAX: u32 = 100;

/// A live version with what it declares.
type Followed = (Arc<RegisteredSchema>, Declared);

/// What a candidate comes after.
struct Past {
    /// What it will declare there.
    declaration: Declaration,
    /// What it follows.
    predecessor: Option<Followed>,
    /// The major lines of the versions that were looked at.
    lines: Vec<u32>,
}

/// What the way on depends on for whoever needs one, and under profile `avro` the class.
struct Ground {
    verdict: LevelVerdict,
    is_new_line_free: bool,
    lines: Vec<u32>,
}

/// What is in force where the registry does not classify.
struct InForce {
    there: ResolvedSubject,
    level: CompatibilityLevel,
    policy: Policy,
    exemptions: Vec<Exemption>,
    by: Classifier,
}

impl<D: Driver> Core<D> {
    pub(super) async fn class_of_change(
        self: &Arc<Self>,
        subject: &str,
        schema: &Schema,
        deadline: Duration,
    ) -> Result<ClassOfChange, ClientError> {
        let until = Instant::now() + deadline;
        let path = schema.path("/classification", subject, "/versions", "");
        let query = Query::own(path, answers::class_of_change).posting(schema.body());
        match self.caller.ask(&query, deadline).await? {
            Some(told) => Ok(told),
            None => self.classified_here(subject, schema, until).await,
        }
    }

    async fn classified_here(
        self: &Arc<Self>,
        subject: &str,
        schema: &Schema,
        until: Instant,
    ) -> Result<ClassOfChange, ClientError> {
        let in_force = self.in_force(subject, until).await?;
        let config = &in_force.there.config;
        let treatment = config.treatment();
        let new = self.candidate(&in_force.there, schema, treatment.normalizes, until).await?;
        let past = self.past(&in_force.there.subject, schema, &treatment, until).await?;
        let is_new_line_free = policy::is_new_line_free(config.group.as_deref());
        let mut ground = Ground { verdict: LevelVerdict::Compatible, is_new_line_free, lines: past.lines.clone() };
        let judgement = self.judged(&in_force, &new, &past, &ground)?;
        let answer = &judgement.answer;
        let is_avro = in_force.policy.profile == Profile::Avro && !answer.changes.is_empty();
        if answer.class <= ChangeClass::Allowed && !is_avro {
            return Ok(told(judgement, in_force.by));
        }
        let left = || until.saturating_duration_since(Instant::now());
        if let Some(old) = &answer.predecessor {
            ground.lines.extend(self.lines_above(&in_force.there.subject, old.major, left()).await?);
        }
        // The level's verdict is the registry's own, which knows all of the history.
        let asked = schema.with_properties(&past.declaration.properties);
        let verdict = self.compatibility(&in_force.there.subject, &asked, left()).await?;
        if let Some(refused) = verdict.filter(|verdict| !verdict.is_compatible) {
            let (level, version) = (in_force.level, Version::FIRST);
            let refusal = Refusal { level, version, text: "".into(), findings: Vec::new() };
            ground.verdict = LevelVerdict::Incompatible(refusal);
            // Reserved fields are asked of the latest version, whatever its line.
            ground.is_new_line_free &= !refused.messages.iter().any(|message| message.contains("reserved field"));
        }
        Ok(told(self.judged(&in_force, &new, &past, &ground)?, in_force.by))
    }

    async fn in_force(self: &Arc<Self>, subject: &str, until: Instant) -> Result<InForce, ClientError> {
        let left = || until.saturating_duration_since(Instant::now());
        let there = self.resolve(subject, left()).await?;
        let level = match &there.config.level {
            None => CompatibilityLevel::Backward,
            Some(word) => CompatibilityLevel::read(word)
                .ok_or_else(|| self.unclassified(format!("level {word} is not known to this release")))?,
        };
        let Some(told) = self.policy(&there.subject, left()).await? else {
            let policy = PolicyLayer::default().completed();
            return Ok(InForce { there, level, policy, exemptions: Vec::new(), by: Classifier::LibraryWithoutPolicy });
        };
        let unknown = |reason| self.unclassified(format!("the policy of the registry: {reason}"));
        let policy = told.layer().map_err(unknown)?.completed();
        // Named with its context, whatever context the address has.
        let kept_as = SubjectName::read(&there.kept_as);
        let scope = format!(":{}:{}", kept_as.context(), kept_as.name());
        let exemptions = self.exemptions(Some(&scope), left()).await?;
        let own = exemptions.iter().filter(|told| told.subject == there.kept_as);
        let exemptions = own.filter_map(super::answers::OwnExemption::read).collect();
        Ok(InForce { there, level, policy, exemptions, by: Classifier::Library })
    }

    /// The candidate, with what it refers to. Leniently: whether the registry takes such a text is another question.
    async fn candidate(
        self: &Arc<Self>,
        there: &ResolvedSubject,
        schema: &Schema,
        normalizes: bool,
        until: Instant,
    ) -> Result<Arc<ParsedSchema>, ClientError> {
        let subject = SubjectName::read(&there.subject);
        let references = referenced(&self.caller, schema.references(), subject.context(), until).await?;
        let source = SchemaSource { schema_type: SchemaType::Avro, text: schema.text(), references: &references };
        let parsed = match normalizes || schema.is_normalized() {
            true => parse_normalized(&source, Strictness::Stored),
            false => parse(&source, Strictness::Stored),
        };
        parsed.map(Arc::new).map_err(|invalid| self.unclassified(format!("the text is no schema: {invalid}")))
    }

    /// What the candidate will declare, and the live version that it follows: the newest of its line, else what all of them
    /// say.
    async fn past(
        self: &Arc<Self>,
        subject: &str,
        schema: &Schema,
        treatment: &Treatment,
        until: Instant,
    ) -> Result<Past, ClientError> {
        let left = || until.saturating_duration_since(Instant::now());
        let brought = schema.properties();
        let mut declaration = (!brought.is_empty()).then(|| Declaration::brought(brought, treatment));
        let mut live: Vec<(Followed, Declared)> = Vec::new();
        for number in self.versions(subject, left()).await?.into_iter().rev() {
            if live.len() >= VERSIONS_MAX {
                let reason = format!("none of the newest {VERSIONS_MAX} versions is of its major version");
                return Err(self.unclassified(reason));
            }
            let question = SchemaQuestion::Version { subject: subject.into(), version: number };
            let Some(version) = self.schema(question, left()).await? else { continue };
            let heir = || Declaration::inherited(Some(&version.properties), treatment);
            let line = declaration.get_or_insert_with(heir).declared.line();
            // There is nothing in a blank text, which only import takes, to compare with.
            if version.text.trim().is_empty() {
                continue;
            }
            let declared = Declared::readable(|name| version.properties.get(name).map(String::as_str));
            live.push(((version, declared), declared));
            if declared.line() == line {
                break;
            }
        }
        let declaration = declaration.unwrap_or_else(|| Declaration::inherited(None, treatment));
        let predecessor = policy::predecessor(declaration.declared, &live).cloned();
        Ok(Past { declaration, predecessor, lines: live.iter().map(|(_, declared)| declared.line()).collect() })
    }

    fn judged(
        &self,
        in_force: &InForce,
        new: &ParsedSchema,
        past: &Past,
        ground: &Ground,
    ) -> Result<Judgement, ClientError> {
        let predecessor = |(old, declared): &Followed| -> Result<_, ClientError> {
            let unreadable = |why| {
                let version = old.version.map_or_else(String::new, |version| format!(" {version}"));
                self.unclassified(format!("it would follow version{version}, and {why}"))
            };
            Ok((Arc::clone(old.parsed().map_err(unreadable)?), *declared, old.version, old.id))
        };
        let old = past.predecessor.as_ref().map(predecessor).transpose()?;
        let case = Case {
            subject: &in_force.there.kept_as,
            candidate: Side { schema: new, declared: past.declaration.declared },
            predecessor: old.as_ref().map(|(schema, declared, version, id)| PredecessorSide {
                schema,
                declared: *declared,
                version: *version,
                id: *id,
                next_line: policy::next_free_line(declared.line(), ground.lines.iter().copied()),
            }),
            level: in_force.level,
            verdict: &ground.verdict,
            is_new_line_free: ground.is_new_line_free,
            // The registry's own verdict covers them.
            reserved: None,
            policy: &in_force.policy,
            exemptions: &in_force.exemptions,
            today: today(),
        };
        policy::judge(&case, &mut compat::Scratch::default()).map_err(|error| self.unclassified(error.to_string()))
    }

    /// The major lines of a subject that begin right above `line`, without a gap. A registry that knows no metadata has none.
    pub(super) async fn lines_above(
        self: &Arc<Self>,
        subject: &str,
        line: u32,
        deadline: Duration,
    ) -> Result<Vec<u32>, ClientError> {
        let until = Instant::now() + deadline;
        let mut lines = Vec::new();
        for above in line.saturating_add(1)..=line.saturating_add(LINES_MAX) {
            let left = until.saturating_duration_since(Instant::now());
            let property = BTreeMap::from([(policy::MAJOR_PROPERTY.to_owned(), above.to_string())]);
            match self.latest(subject, &property, left).await {
                Ok(told) if told.value.is_some() => lines.push(above),
                Err(error) if error.is_outage() => return Err(error),
                Ok(_) | Err(_) => break,
            }
        }
        Ok(lines)
    }

    fn unclassified(&self, reason: String) -> ClientError {
        let reason = super::query::in_passing(&reason);
        ClientError { address: self.caller.address().to_owned(), trouble: Trouble::Unclassified { reason } }
    }
}

/// The day, in UTC as registries count.
fn today() -> Date {
    Timestamp::now().to_zoned(TimeZone::UTC).date()
}

fn told(judgement: Judgement, by: Classifier) -> ClassOfChange {
    let answer = judgement.answer;
    let change = |answered: policy::answer::AnsweredChange| ToldChange {
        id: answered.change.kind.id.to_owned(),
        path: answered.change.path,
        detail: answered.change.detail.unwrap_or_default(),
        class: answered.class,
        fix: answered.fix,
    };
    ClassOfChange {
        class: answer.class,
        bump: answer.bump,
        predecessor: answer.predecessor.and_then(|old| old.version),
        changes: answer.changes.into_iter().map(change).collect(),
        by,
    }
}
