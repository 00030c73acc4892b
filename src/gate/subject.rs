//! May this file become the next version of its subject? Both sides parsed, compared and judged.

use super::adopted::{self, Baseline};
use super::config::{FailOn, History};
use super::estate::{Before, Candidate, PreviousVersion, Text};
use super::place::Placed;
use super::plain::plain;
use super::report::{Decision, Problem, Status, SubjectReport};
use crate::compat::{self, CompatibilityLevel, HistoricVersion, LevelVerdict, RESERVED_PROPERTY, ReservedBreach};
use crate::evolution::{self, Bump};
use crate::policy::answer::FilePosition;
use crate::policy::{
    self, Case, Declaration, Declared, Enforcement, Exemption, Judgement, Policy, PredecessorSide, Side, Treatment,
    UnreadableDeclaration,
};
use crate::schema::avro::{self, AvroSchema, SourceSpans};
use crate::schema::names::Version;
use crate::schema::{self, InvalidSchema, ParsedSchema, SchemaSource, SchemaType, Strictness};
use crate::witness::{self, Witnesses};
use jiff::civil::Date;
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

/// Reason of a schema text that is none.
pub(super) const INVALID_SCHEMA: &str = "invalid-schema";
/// Reason of a refusal of a declaration that is none, and the warning about it where nothing is refused.
pub(super) const UNREADABLE: &str = "declared-version-unreadable";
/// Reason of a refusal that only `--fail-on` asks for.
const FAIL_ON: &str = "fail-on";

/// What is in force for one subject.
pub(super) struct InForce<'a> {
    /// The compatibility level.
    pub(super) level: CompatibilityLevel,
    /// The policy.
    pub(super) policy: Policy,
    /// How much of the history is looked at where the level is content with the latest version.
    pub(super) history: History,
    /// From which bump on a change is refused although the decision accepts it.
    pub(super) fail_on: Option<FailOn>,
    /// Findings that do not fail.
    pub(super) baseline: Option<&'a Baseline>,
    /// Exemptions, of this subject and of others.
    pub(super) exemptions: Cow<'a, [Exemption]>,
    /// Today.
    pub(super) today: Date,
    /// The base, as it is named in "compared with".
    pub(super) base: &'a str,
    /// Whether to show refusals by records.
    pub(super) has_witnesses: bool,
}

/// What judging one subject gave.
pub(super) struct Judged {
    /// What is told about it.
    pub(super) report: SubjectReport,
    /// The judgement, where there was something to compare.
    pub(super) judgement: Option<Judgement>,
}

/// Judges `candidate` against what was there `before`.
pub(super) fn judge(
    candidate: &Candidate,
    before: &Before,
    in_force: &InForce<'_>,
    scratch: &mut compat::Scratch,
) -> Judged {
    let mut report = started(candidate, before);
    match compare(candidate, before, in_force, scratch, &mut report) {
        Ok(judgement) => Judged { report, judgement },
        Err(stopped) => {
            (report.decision, report.reason, report.error) = (stopped.decision, stopped.reason, Some(stopped.problem));
            Judged { report, judgement: None }
        }
    }
}

/// The version whose metadata a candidate inherits that declares nothing: what is registered without any gets that of
/// the latest version.
fn heir_of<'b>(candidate: &Candidate, before: &'b Before) -> Option<&'b PreviousVersion> {
    let latest = before.versions.first().filter(|latest| latest.file.is_none());
    latest.filter(|_| !candidate.brings_metadata())
}

/// The metadata properties that a candidate brings.
pub(super) fn brought(candidate: &Candidate) -> BTreeMap<String, String> {
    let declared = candidate.declared;
    let reserved = candidate.reserved.clone().map(|names| (RESERVED_PROPERTY.to_owned(), names));
    let major = declared.major.map(|major| (policy::MAJOR_PROPERTY.to_owned(), major.to_string()));
    let version = declared.version.map(|version| (policy::VERSION_PROPERTY.to_owned(), version.to_string()));
    major.into_iter().chain(version).chain(reserved).collect()
}

/// The metadata properties that a candidate will have at the base.
pub(super) fn properties_of(candidate: &Candidate, before: &Before) -> BTreeMap<String, String> {
    declaration(candidate, before).properties
}

/// What the base makes of what a candidate declares, or else inherits.
fn declaration(candidate: &Candidate, before: &Before) -> Declaration {
    match !candidate.brings_metadata() {
        true => {
            let heir_of = heir_of(candidate, before);
            Declaration::inherited(heir_of.map(|latest| &latest.properties), &before.treatment)
        }
        false => Declaration::brought(&brought(candidate), &before.treatment),
    }
}

/// Whether a version declares the same as a candidate will; a file has no properties to compare.
fn is_declared_by(version: &PreviousVersion, declaration: &Declaration, before: &Before) -> bool {
    match version.file {
        Some(_) => version.declared == declaration.declared,
        None => declaration.is_that_of(&version.properties) && version.rules == before.rules.filled_in,
    }
}
/// What a schema with these metadata properties does to the names that the version before it reserves, and to its own.
pub(super) fn breach(
    new: &ParsedSchema,
    properties: &BTreeMap<String, String>,
    of_latest: Option<&BTreeMap<String, String>>,
) -> ReservedBreach {
    let names = |properties: &'_ BTreeMap<String, String>| properties.get(RESERVED_PROPERTY).cloned();
    let (own, old) = (names(properties), of_latest.and_then(names));
    ReservedBreach::of(Some(new), own.as_deref(), old.as_deref())
}

/// A subject that could not be judged, because of its base or its file.
pub(super) fn undecided(candidate: &Candidate, problem: Problem) -> SubjectReport {
    let mut report = started(candidate, &Before::default());
    report.status = Status::Changed; // nobody knows; it is not said to be new
    report.decision = Decision::Undecided;
    report.error = Some(problem);
    report
}

/// A candidate that refers to something that is not there, or in a circle.
pub(super) fn unresolved(candidate: &Candidate, before: &Before, problem: Problem) -> SubjectReport {
    let mut report = started(candidate, before);
    (report.decision, report.reason, report.error) = (Decision::Rejected, Some(INVALID_SCHEMA), Some(problem));
    report
}

/// Why the comparison stopped early.
struct Stopped {
    decision: Decision,
    reason: Option<&'static str>,
    problem: Problem,
}

impl Stopped {
    fn undecided(message: String, at: Option<FilePosition>) -> Self {
        Self { decision: Decision::Undecided, reason: None, problem: Problem { message, at } }
    }

    fn invalid(file: &str, invalid: InvalidSchema) -> Self {
        let problem = Problem { at: position(file, &invalid), message: plain(&invalid.reason) };
        Self { decision: Decision::Rejected, reason: Some(INVALID_SCHEMA), problem }
    }
}

fn position(file: &str, invalid: &InvalidSchema) -> Option<FilePosition> {
    invalid.at.map(|at| FilePosition { file: file.to_owned(), line: at.line, column: at.column })
}

fn started(candidate: &Candidate, before: &Before) -> SubjectReport {
    let declared = candidate.declared;
    let status = if before.versions.is_empty() { Status::New } else { Status::Changed };
    SubjectReport {
        file: Some(candidate.file.clone()),
        next_major: declared.line(),
        declared: (declared != Declared::default()).then(|| declared.to_string()),
        ..SubjectReport::accepted(&candidate.subject, status)
    }
}

fn compare(
    candidate: &Candidate,
    before: &Before,
    in_force: &InForce<'_>,
    scratch: &mut compat::Scratch,
    report: &mut SubjectReport,
) -> Result<Option<Judgement>, Stopped> {
    let declaration = &declaration(candidate, before);
    let (new, placed) = parse_candidate(candidate, &before.treatment)?;
    let old = followed(declaration, before)?;
    // As registration finds a schema again, in whatever order its attributes stand; with what it refers to, which may have
    // changed.
    let is_unchanged = old
        .as_ref()
        .is_some_and(|(version, schema)| is_declared_by(version, declaration, before) && schema.is_equivalent_to(&new));
    // A schema that is there already is found, not judged, when it is registered again: row 2 of the decision table.
    let verdict = match is_unchanged {
        true => LevelVerdict::Compatible,
        false => level_verdict(declaration, &new, before, in_force, old.as_ref(), scratch)?,
    };
    let of_latest = before.versions.first().map(|latest| &latest.properties);
    let kept_or_not =
        || if is_unchanged { Default::default() } else { breach(&new, &declaration.properties, of_latest) };
    let reserved = before.treatment.validates_fields.then(kept_or_not);
    let case = Case {
        subject: before.subject(&candidate.subject),
        candidate: Side { schema: &new, declared: declaration.declared },
        predecessor: old.as_ref().map(|(version, schema)| predecessor(version, schema, before)),
        level: in_force.level,
        verdict: &verdict,
        is_new_line_free: policy::is_new_line_free(before.compatibility_group.as_deref()),
        reserved: reserved.as_ref(),
        policy: &in_force.policy,
        exemptions: &in_force.exemptions,
        today: in_force.today,
    };
    if in_force.has_witnesses {
        report.witnesses = Some(shown(&new, &verdict, before)?);
    }
    let mut judgement = policy::judge(&case, scratch)
        .map_err(|error| Stopped::undecided(format!("{}: {error}", candidate.subject), None))?;
    report.compared_with = old.as_ref().map(|(version, _)| named(version, in_force.base));
    if is_unchanged {
        report.status = Status::Unchanged;
    }
    if let Some(unreadable) = &declaration.unreadable {
        refuse_unreadable(unreadable, &mut judgement, in_force, report);
    }
    let rest = |baseline: &Baseline| baseline.judge_the_rest(&report.subject, &case, &judgement, scratch);
    // No baseline lists a declaration that is none.
    let rest = in_force.baseline.filter(|_| judgement.reason != UNREADABLE).map(rest);
    if let Some((version, old)) = &old {
        if before.treatment.normalizes {
            place_as_written(&mut judgement, old, &placed.schema);
        }
        place(&mut judgement, &placed, version);
    }
    conclude(&judgement, rest.as_ref(), before, in_force, report);
    Ok(Some(judgement))
}

/// The version that a candidate follows, which is what it is classified against.
fn followed<'b>(
    declaration: &Declaration,
    before: &'b Before,
) -> Result<Option<(&'b PreviousVersion, Arc<ParsedSchema>)>, Stopped> {
    let live: Vec<(&PreviousVersion, Declared)> =
        before.versions.iter().map(|version| (version, version.declared)).collect();
    let version = policy::predecessor(declaration.declared, &live).copied();
    version.map(|version| Ok((version, parse_previous(version)?))).transpose()
}

/// A version as a candidate is judged against it.
fn predecessor<'v>(version: &PreviousVersion, schema: &'v ParsedSchema, before: &Before) -> PredecessorSide<'v> {
    let declared = version.declared;
    let lines = before.versions.iter().map(|version| version.declared.line());
    PredecessorSide {
        schema,
        declared,
        version: version.file.is_none().then_some(version.version),
        id: version.id,
        next_line: policy::next_free_line(declared.line(), lines.chain(before.lines_above.iter().copied())),
    }
}

/// A candidate's schema as a file has it.
struct AsWritten<'a> {
    file: &'a str,
    schema: Arc<ParsedSchema>,
    spans: SourceSpans,
}

/// The schema that the base will make of a candidate's text, and the one that was written.
fn parse_candidate<'a>(
    candidate: &'a Candidate,
    treatment: &Treatment,
) -> Result<(Arc<ParsedSchema>, AsWritten<'a>), Stopped> {
    let text = candidate.text.as_ref().map_err(|problem| Stopped::undecided(problem.clone(), None))?;
    let invalid = |invalid| Stopped::invalid(&candidate.file, invalid);
    let (written, spans) = parse_placed(text, Strictness::New).map_err(invalid)?;
    let schema = Arc::new(ParsedSchema::Avro(written));
    let new = match treatment.normalizes {
        true => Arc::new(schema::parse_normalized(&source(text), Strictness::New).map_err(invalid)?),
        false => Arc::clone(&schema),
    };
    Ok((new, AsWritten { file: &candidate.file, schema, spans }))
}

/// Refuses, as a registry does that enforces policy, what the base makes declare something that is no version.
fn refuse_unreadable(
    unreadable: &UnreadableDeclaration,
    judgement: &mut Judgement,
    in_force: &InForce<'_>,
    report: &mut SubjectReport,
) {
    judgement.answer.warnings.push(UNREADABLE);
    if in_force.policy.enforcement == Enforcement::Enforce && judgement.answer.level.compatible {
        (judgement.accepted, judgement.reason) = (false, UNREADABLE);
        report.error = Some(Problem { message: unreadable.to_string(), at: None });
    }
}

/// Gives changes of a normalised schema the places that they have in the text as it was written.
fn place_as_written(judgement: &mut Judgement, old: &ParsedSchema, written: &ParsedSchema) {
    let pair = evolution::Evolving { old, new: written };
    let mut written = evolution::classify(pair).unwrap_or_default().into_iter().peekable();
    for answered in &mut judgement.answer.changes {
        let change = &mut answered.change;
        let is_same = |other: &evolution::Change| other.kind.id == change.kind.id && other.path == change.path;
        change.new = written.next_if(is_same).and_then(|other| other.new);
    }
}

/// Enters what was decided into the report. `rest` is the judgement without what the baseline lists.
fn conclude(
    judgement: &Judgement,
    rest: Option<&Judgement>,
    before: &Before,
    in_force: &InForce<'_>,
    report: &mut SubjectReport,
) {
    let is_refused_all_the_same = |judged: &Judgement| {
        judged.accepted && in_force.fail_on.is_some_and(|from| is_refused_by(from, judged.answer.bump))
    };
    let verdict = |judged: &Judgement| match (judged.accepted, is_refused_all_the_same(judged)) {
        (true, true) => (Decision::Rejected, FAIL_ON),
        (true, false) => (Decision::Accepted, judged.reason),
        (false, _) => (Decision::Rejected, judged.reason),
    };
    let (mut decision, mut reason) = verdict(judgement);
    if decision == Decision::Rejected
        && let Some(rest) = rest
    {
        (decision, reason) = match verdict(rest) {
            (Decision::Accepted, _) => (Decision::Accepted, adopted::ADOPTED),
            refused => refused,
        };
    }
    report.decision = decision;
    let is_plain = decision == Decision::Accepted && report.status != Status::Changed;
    report.reason = (!is_plain).then_some(reason);
    report.next_major = judgement.needed_major;
    report.adopted = match in_force.baseline {
        Some(baseline) => baseline.adopted(&report.subject, &judgement.answer),
        None => vec![false; judgement.answer.changes.len()],
    };
    if !before.versions.is_empty() {
        report.answer = Some(judgement.answer.clone());
    }
}

fn is_refused_by(from: FailOn, bump: Bump) -> bool {
    let least = match from {
        FailOn::Major => Bump::Major,
        FailOn::Minor => Bump::Minor,
        FailOn::Any => Bump::Patch,
    };
    bump >= least
}

/// What the level says of the versions that it looks at, each parsed when its turn comes: those of the same
/// compatibility group, and of them as many as the level or `history` asks for, whichever are more.
fn level_verdict(
    declaration: &Declaration,
    new: &Arc<ParsedSchema>,
    before: &Before,
    in_force: &InForce<'_>,
    old: Option<&(&PreviousVersion, Arc<ParsedSchema>)>,
    scratch: &mut compat::Scratch,
) -> Result<LevelVerdict, Stopped> {
    let (level, versions_max) = match in_force.history {
        _ if in_force.level.is_transitive() => (in_force.level, usize::MAX),
        History::Latest => (in_force.level, 1),
        History::Last(versions) => (in_force.level.transitive(), versions as usize),
        History::All => (in_force.level.transitive(), usize::MAX),
    };
    let group = group(declaration, before, in_force.policy.enforcement);
    let history = group.into_iter().take(versions_max).map(|version: &PreviousVersion| {
        let schema = match old {
            Some((parsed, schema)) if std::ptr::eq(*parsed, version) => Arc::clone(schema),
            _ => parse_previous(version)?,
        };
        let text = schema.stored_text().into();
        Ok(HistoricVersion { version: numbered(version), schema, text })
    });
    compat::check(compat::Candidate { schema: new }, history, level, scratch)
}

/// Records that show why the level refuses `new`.
fn shown(new: &ParsedSchema, verdict: &LevelVerdict, before: &Before) -> Result<Vec<Witnesses>, Stopped> {
    let LevelVerdict::Incompatible(refusal) = verdict else { return Ok(Vec::new()) };
    match before.versions.iter().find(|version| numbered(version) == refusal.version) {
        Some(version) => Ok(witness::witnesses(new, &*parse_previous(version)?, refusal)),
        None => Ok(Vec::new()),
    }
}

/// The number of a version; a file may be called `_v0`.
fn numbered(version: &PreviousVersion) -> Version {
    Version::new(i64::from(version.version)).unwrap_or(Version::FIRST)
}

/// The versions of the candidate's compatibility group, newest first.
///
/// Where the base groups versions by a property, those with the candidate's value. Where it does not, enforcement
/// implies the declared major version as group (`change-classification` 8.1); otherwise all.
fn group<'b>(declaration: &Declaration, before: &'b Before, enforcement: Enforcement) -> Vec<&'b PreviousVersion> {
    let all = before.versions.iter();
    match (&before.compatibility_group, enforcement) {
        (Some(property), _) => {
            let own = declaration.properties.get(property);
            all.filter(|version| version.properties.get(property) == own).collect()
        }
        (None, Enforcement::Enforce) => {
            let live: Vec<_> = all.map(|version| (version, version.declared)).collect();
            policy::same_line(declaration.declared, &live).copied().collect()
        }
        (None, Enforcement::Off | Enforcement::Report) => all.collect(),
    }
}

/// The versions that have to go together with a candidate, newest first: those of its compatibility group.
pub(super) fn group_of<'b>(
    candidate: &Candidate,
    before: &'b Before,
    enforcement: Enforcement,
) -> Vec<&'b PreviousVersion> {
    group(&declaration(candidate, before), before, enforcement)
}

/// Enters where in the two files each change stands.
fn place(judgement: &mut Judgement, new: &AsWritten<'_>, old: &PreviousVersion) {
    if judgement.answer.changes.is_empty() {
        return;
    }
    let ParsedSchema::Avro(schema) = &*new.schema;
    let new = Placed { file: new.file, schema, spans: &new.spans };
    // Parsed once more, with places: only a changed file pays for them.
    let old = old
        .file
        .as_deref()
        .and_then(|file| parse_placed(&old.text, Strictness::Stored).ok().map(|parsed| (file, parsed)));
    for change in &mut judgement.answer.changes {
        change.new = change.change.new.map(|place| new.position(place));
        change.old = old.as_ref().and_then(|(file, (schema, spans))| {
            change.change.old.map(|place| Placed { file, schema, spans }.position(place))
        });
    }
}

fn parse_placed(text: &Text, strictness: Strictness) -> Result<(AvroSchema, SourceSpans), InvalidSchema> {
    avro::parse_with_spans(&source(text), strictness)
}

fn parse_previous(version: &PreviousVersion) -> Result<Arc<ParsedSchema>, Stopped> {
    let parsed = schema::parse(&source(&version.text), Strictness::Stored);
    parsed.map(Arc::new).map_err(|invalid| {
        let what = match &version.file {
            Some(file) => format!("{file} at the base"),
            None => format!("version {}", version.version),
        };
        let place = invalid.at.map_or_else(String::new, |at| format!(" at {at}"));
        Stopped::undecided(format!("{what} does not parse{place}: {}", plain(&invalid.reason)), None)
    })
}

/// A text as the parser takes it.
pub(super) fn source(text: &Text) -> SchemaSource<'_> {
    SchemaSource { schema_type: SchemaType::Avro, text: &text.text, references: &text.references }
}

/// The version a candidate was compared with, for people.
fn named(version: &PreviousVersion, base: &str) -> String {
    match &version.file {
        Some(file) => at_base(file, base),
        None => format!("version {}", version.version),
    }
}

/// A file of the base, for people. One of a folder is named from here, and says itself where it is.
pub(super) fn at_base(file: &str, base: &str) -> String {
    if Path::new(file).starts_with(base) { file.to_owned() } else { format!("{file} at {base}") }
}
