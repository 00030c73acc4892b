//! What would enforcement have said of a subject's versions when they came? A dry run over a registry's history.
//!
//! Each version is judged against those before it, on the level and with the policy in force today. Nothing follows from
//! it: what may pass now is another question.

use super::estate::{Before, PreviousVersion};
use super::plain::plain;
use super::report::{Decision, PastVersion, Problem, Status, SubjectReport};
use super::subject::{self, InForce};
use crate::compat::{self, HistoricVersion};
use crate::policy::{self, Case, Declared, Enforcement, Policy, PredecessorSide, Side, UnreadableDeclaration};
use crate::schema::names::Version;
use crate::schema::{self, ParsedSchema, Strictness};
use std::sync::Arc;

/// Judges every version of `before`, oldest first.
pub(super) fn replay(
    subject: &str,
    before: &Before,
    in_force: &InForce<'_>,
    scratch: &mut compat::Scratch,
) -> Vec<PastVersion> {
    let policy = Policy { enforcement: Enforcement::Enforce, ..in_force.policy.clone() };
    let versions: Vec<Parsed<'_>> = before.versions.iter().rev().map(Parsed::of).collect();
    let (kept_as, group) = (before.subject(subject), before.compatibility_group.as_deref());
    let validates_fields = before.treatment.validates_fields;
    let past = Past { subject, kept_as, versions: &versions, group, validates_fields, policy, in_force };
    (0..versions.len()).map(|at| past.judge(at, scratch)).collect()
}

/// A version with its schema, or why that is none.
struct Parsed<'a> {
    version: &'a PreviousVersion,
    schema: Result<(Arc<ParsedSchema>, Arc<str>), String>,
}

impl<'a> Parsed<'a> {
    fn of(version: &'a PreviousVersion) -> Self {
        let parsed = schema::parse(&subject::source(&version.text), Strictness::Stored);
        let schema = parsed.map_err(|invalid| plain(&invalid.reason)).map(|schema| {
            let text = schema.stored_text().into();
            (Arc::new(schema), text)
        });
        Self { version, schema }
    }

    fn schema(&self) -> Result<&Arc<ParsedSchema>, String> {
        let complaint = |reason: &String| format!("version {} does not parse: {reason}", self.version.version);
        self.schema.as_ref().map(|(schema, _)| schema).map_err(complaint)
    }

    fn historic(&self) -> Result<HistoricVersion, String> {
        let schema = Arc::clone(self.schema()?);
        let text = self.schema.as_ref().map_or_else(|_| Arc::from(""), |(_, text)| Arc::clone(text));
        let version = Version::new(i64::from(self.version.version)).unwrap_or(Version::FIRST);
        Ok(HistoricVersion { version, schema, text })
    }
}

struct Past<'a> {
    subject: &'a str,
    /// The same as the registry calls it.
    kept_as: &'a str,
    /// Oldest first.
    versions: &'a [Parsed<'a>],
    /// The property by which the registry groups versions for its level check.
    group: Option<&'a str>,
    /// Whether the registry looks at reserved names.
    validates_fields: bool,
    policy: Policy,
    in_force: &'a InForce<'a>,
}

impl Past<'_> {
    /// What would have been said of the version at `at`.
    fn judge(&self, at: usize, scratch: &mut compat::Scratch) -> PastVersion {
        let PreviousVersion { version, id, declared, .. } = self.versions[at].version;
        let mut report = SubjectReport {
            next_major: declared.line(),
            declared: (*declared != Declared::default()).then(|| declared.to_string()),
            ..SubjectReport::accepted(self.subject, if at == 0 { Status::New } else { Status::Changed })
        };
        if let Err(message) = self.enter(at, scratch, &mut report) {
            (report.decision, report.error) = (Decision::Undecided, Some(Problem { message, at: None }));
        }
        PastVersion { version: *version, id: *id, report, may_inherit: self.may_inherit(at) }
    }

    /// Whether the version at `at` has exactly the metadata that the one before it has.
    fn may_inherit(&self, at: usize) -> bool {
        let properties = |version: &Parsed<'_>| version.version.properties.clone();
        at > 0 && properties(&self.versions[at]) == properties(&self.versions[at - 1])
    }

    /// What the version at `at` declares that is no version, where it must have been sent.
    fn unreadable(&self, at: usize) -> Option<UnreadableDeclaration> {
        let properties = &self.versions[at].version.properties;
        let unreadable = Declared::read(|name| properties.get(name).map(String::as_str)).err()?;
        (!self.may_inherit(at)).then_some(unreadable)
    }

    /// Enters the decision into `report`. Fails where one of the schemas cannot be read or compared.
    fn enter(&self, at: usize, scratch: &mut compat::Scratch, report: &mut SubjectReport) -> Result<(), String> {
        let (declared, new) = (self.versions[at].version.declared, self.versions[at].schema()?);
        let live: Vec<(&Parsed<'_>, Declared)> =
            self.versions[..at].iter().rev().map(|older| (older, older.version.declared)).collect();
        let predecessor = policy::predecessor(declared, &live).copied();
        let group: Vec<&Parsed<'_>> = match self.group {
            Some(property) => {
                let own = self.versions[at].version.properties.get(property);
                let older = live.iter().map(|(older, _)| *older);
                older.filter(|older| older.version.properties.get(property) == own).collect()
            }
            None => policy::same_line(declared, &live).copied().collect(),
        };
        let history = group.into_iter().map(Parsed::historic);
        let verdict = compat::check(compat::Candidate { schema: new }, history, self.in_force.level, scratch)?;
        let old = predecessor.map(|old| Ok::<_, String>((old.version, old.schema()?))).transpose()?;
        let latest = self.versions[..at].last().map(|latest| &latest.version.properties);
        let breach = || subject::breach(new, &self.versions[at].version.properties, latest);
        let reserved = self.validates_fields.then(breach);
        let case = Case {
            subject: self.kept_as,
            candidate: Side { schema: new, declared },
            predecessor: old.map(|(version, schema)| PredecessorSide {
                schema,
                declared: version.declared,
                version: Some(version.version),
                id: version.id,
                next_line: policy::next_free_line(version.declared.line(), live.iter().map(|(_, it)| it.line())),
            }),
            level: self.in_force.level,
            verdict: &verdict,
            is_new_line_free: policy::is_new_line_free(self.group),
            reserved: reserved.as_ref(),
            policy: &self.policy,
            exemptions: &self.in_force.exemptions,
            today: self.in_force.today,
        };
        let judgement = policy::judge(&case, scratch).map_err(|error| error.to_string())?;
        report.compared_with = old.map(|(version, _)| format!("version {}", version.version));
        report.next_major = judgement.needed_major;
        report.adopted = vec![false; judgement.answer.changes.len()];
        if !judgement.accepted {
            (report.decision, report.reason) = (Decision::Rejected, Some(judgement.reason));
        }
        if let Some(unreadable) = self.unreadable(at).filter(|_| judgement.answer.level.compatible) {
            (report.decision, report.reason) = (Decision::Rejected, Some(subject::UNREADABLE));
            report.error = Some(Problem { message: unreadable.to_string(), at: None });
        }
        report.answer = old.map(|_| judgement.answer);
        Ok(())
    }
}
