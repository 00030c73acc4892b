//! What may this team do? Joins the level verdict and the changes with versions, enforcement and exemptions.
//!
//! One pure decision (`change-classification` 8), the same for the gate and the server. Today's date is handed in.

pub mod answer;
mod decision;
mod declaration;
mod document;
mod exemption;
mod fixes;
mod layer;
mod lines;
pub mod messages;
mod profile;
mod version;
mod warnings;
mod words;

pub use decision::{Decision, DeclaredMajor, Enforcement, Question, decide};
pub use declaration::{Declaration, Treatment};
pub use exemption::{Exemption, Fingerprints};
pub use layer::PolicyLayer;
pub use lines::{
    Declared, MAJOR_PROPERTY, UnreadableDeclaration, VERSION_PROPERTY, is_new_line_free, line_of, next_free_line,
    predecessor, same_line,
};
pub use profile::{Profile, Rules};
pub use version::{SchemaVersion, VersionOutcome};
pub use words::{Unknown, nearest};

use crate::compat::{self, CompatibilityLevel, Direction, LevelVerdict, Reading, ReservedBreach, can_read};
use crate::evolution::{Change, ChangeClass, Evolving, TooLarge, classify};
use crate::schema::ParsedSchema;
use answer::{Answer, AnsweredChange, LevelAnswer, Predecessor};
use exemption::Named;
use fixes::{Declare, Ways};
use jiff::civil::Date;
use profile::{Grade, Readability, grades, worst};

/// How a subject's changes are looked at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Policy {
    /// The point of view.
    pub profile: Profile,
    /// Whether it may refuse.
    pub enforcement: Enforcement,
    /// What is seen otherwise here.
    pub rules: Rules,
}

/// A candidate with everything the decision depends on.
#[derive(Clone, Copy, Debug)]
pub struct Case<'a> {
    /// The subject.
    pub subject: &'a str,
    /// The schema that asks to become the next version.
    pub candidate: Side<'a>,
    /// What it is classified against, as [`predecessor`] picks it; `None` where there is nothing.
    pub predecessor: Option<PredecessorSide<'a>>,
    /// The level in force.
    pub level: CompatibilityLevel,
    /// What that level says of the candidate and its history (`compat::check`).
    pub verdict: &'a LevelVerdict,
    /// Whether that level has nothing against what begins a major line, where policy is enforced: not where the subject
    /// groups its versions by another property.
    pub is_new_line_free: bool,
    /// What the candidate does to reserved names, where the base looks at them (`validateFields`); `None` where not. A
    /// breach counts as a refusal by the level, under NONE too (`registry-semantics` 6.4).
    pub reserved: Option<&'a ReservedBreach>,
    /// The policy in force.
    pub policy: &'a Policy,
    /// The exemptions at hand, of this subject and of others.
    pub exemptions: &'a [Exemption],
    /// The day on which exemptions are held against their last one.
    pub today: Date,
}

/// A schema with what it declares.
#[derive(Clone, Copy, Debug)]
pub struct Side<'a> {
    /// The schema.
    pub schema: &'a ParsedSchema,
    /// Its declared versions.
    pub declared: Declared,
}

/// The predecessor.
#[derive(Clone, Copy, Debug)]
pub struct PredecessorSide<'a> {
    /// The schema.
    pub schema: &'a ParsedSchema,
    /// Its declared versions.
    pub declared: Declared,
    /// Its version in the subject, where it has one.
    pub version: Option<u32>,
    /// Its id in a registry, where it has one.
    pub id: Option<u32>,
    /// The major version that begins a line above its own, as [`next_free_line`] finds it.
    pub next_line: u32,
}

/// The decision with everything that led to it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Judgement {
    /// The answer for whoever asked.
    pub answer: Answer,
    /// Whether the candidate may become the next version.
    pub accepted: bool,
    /// Why, in the words of the decision table and of `command-line` 4.
    pub reason: &'static str,
    /// The major version to declare for a change of class `major-bump-required`: the next above the predecessor's that
    /// is free. Without a predecessor the candidate's own.
    pub needed_major: u32,
    /// The line whose latest version is the predecessor of what declares that, where it is another than now: the
    /// candidate is of an old line, above which there are others.
    pub needed_major_follows: Option<u32>,
    /// Whether to declare it is a way on: a higher one is not declared yet, and the level does not refuse that, too.
    pub is_major_a_way: bool,
    /// The semantic version that has to go along with that, where the candidate declares one, too.
    pub needed_version: Option<SchemaVersion>,
    /// Whether the candidate declares a higher major version than the predecessor.
    pub is_major_raised: bool,
    /// What became of the declared semantic version. Refuses under `enforce` alone, where it fails.
    pub version: VersionOutcome,
    /// Which of [`Case::exemptions`] name one of the changes, expired or not, ascending.
    pub exemptions_matched: Vec<usize>,
    /// Which of them are in force and name one that would be forbidden without, ascending.
    pub exemptions_used: Vec<usize>,
}

/// Reason of a refusal that only the declared semantic version is the cause of.
const VERSION_TOO_LOW: &str = "declared-version-too-low";
/// Reason of a refusal where the declared semantic version and the declared major version disagree.
const VERSION_NOT_OF_ITS_LINE: &str = "declared-version-mismatch";

/// Judges a candidate: one function for the gate and the server.
///
/// # Errors
/// The two schemas are too large to be compared.
pub fn judge(case: &Case<'_>, scratch: &mut compat::Scratch) -> Result<Judgement, TooLarge> {
    let changes = match &case.predecessor {
        Some(old) => classify(Evolving { old: old.schema, new: case.candidate.schema })?,
        None => Vec::new(),
    };
    Ok(judge_changes(case, changes, scratch))
}

/// As [`judge`], where the changes from the predecessor to the candidate are known already, in schema order.
///
/// The level verdict goes into the decision as it came: profile, overrides and exemptions grade changes, and the
/// decision does not look at a grade where the level refuses.
pub fn judge_changes(case: &Case<'_>, changes: Vec<Change>, scratch: &mut compat::Scratch) -> Judgement {
    let level = level_answer(case);
    let is_level_compatible = level.compatible;
    let pair = Pair::of(case, scratch);
    let readable = Readability { at_level: is_level_compatible && pair.holds(case.level), forward: pair.forward };
    let graded = grades(&changes, case.policy.profile, &case.policy.rules, readable);

    let fingerprints = fingerprints(case, &changes);
    let named = exemption::naming(case, &changes, &fingerprints);
    let pardoned = exemption::pardoned(&graded, &named);
    let grade = worst(&pardoned);
    let is_major_raised = case.predecessor.is_some_and(|old| case.candidate.declared.line() > old.declared.line());
    let question = Question {
        class: worst(&graded).class,
        is_exempted: grade.class < ChangeClass::Forbidden,
        major: if is_major_raised { DeclaredMajor::Raised } else { DeclaredMajor::SameOrAbsent },
        enforcement: case.policy.enforcement,
    };
    let decision = decide(is_level_compatible, question);
    let version = VersionOutcome::of(case.predecessor.map(|old| old.declared), case.candidate.declared, grade.bump);
    let (accepted, reason) = with_version(decision, version, case.policy.enforcement);

    let next = NextMajor::of(case, is_major_raised);
    let ways = next.ways(is_major_raised, is_level_compatible);
    let changes = answered(changes, &pardoned, fingerprints, &named, &ways);
    let warnings = warnings::of(&changes, grade, pair, decision, version, case.policy.enforcement);
    let answer = Answer {
        class: grade.class,
        bump: grade.bump,
        profile: case.policy.profile.as_str(),
        predecessor: case.predecessor.map(|old| Predecessor {
            version: old.version,
            id: old.id,
            major: old.declared.line(),
        }),
        level,
        backward_compatible: pair.backward,
        forward_compatible: pair.forward,
        changes,
        warnings,
        exemptions: named.answered(case),
    };
    let exemptions_matched = named.indexes();
    Judgement {
        answer,
        accepted,
        reason,
        needed_major: next.major,
        needed_major_follows: next.follows,
        is_major_a_way: next.is_a_way,
        needed_version: case.candidate.declared.version.filter(|_| next.is_a_way).map(|it| it.in_line(next.major)),
        is_major_raised,
        version,
        exemptions_matched,
        exemptions_used: named.pardoning(&graded),
    }
}

/// Which way round the candidate and its predecessor can be read, whatever the level asks.
#[derive(Clone, Copy, Debug)]
struct Pair {
    backward: bool,
    forward: bool,
}

impl Pair {
    fn of(case: &Case<'_>, scratch: &mut compat::Scratch) -> Self {
        let Some(old) = case.predecessor else { return Self { backward: true, forward: true } };
        let (old, new) = (old.schema, case.candidate.schema);
        Self {
            backward: can_read(Reading { reader: new, writer: old }, scratch),
            forward: can_read(Reading { reader: old, writer: new }, scratch),
        }
    }

    /// Whether the level would accept this pair. The verdict over the history need not cover it: a raised major version
    /// begins a line in which there is nothing to compare with.
    fn holds(self, level: CompatibilityLevel) -> bool {
        level.directions().iter().all(|direction| match direction {
            Direction::Backward => self.backward,
            Direction::Forward => self.forward,
        })
    }
}

fn fingerprints(case: &Case<'_>, changes: &[Change]) -> Vec<String> {
    let Some(old) = case.predecessor.filter(|_| !changes.is_empty()) else { return Vec::new() };
    let fingerprints = Fingerprints::of(case.subject, old.schema, case.candidate.schema);
    changes.iter().map(|change| fingerprints.name(change.kind.id, &change.path)).collect()
}

/// A declared semantic version can only make the decision stricter, and only where policy may refuse.
fn with_version(decision: Decision, version: VersionOutcome, enforcement: Enforcement) -> (bool, &'static str) {
    if !decision.is_accepted || !version.fails() || enforcement != Enforcement::Enforce {
        return (decision.is_accepted, decision.reason);
    }
    match version {
        VersionOutcome::NotOfItsLine { .. } => (false, VERSION_NOT_OF_ITS_LINE),
        _ => (false, VERSION_TOO_LOW),
    }
}

/// The major version that a candidate has to declare for what needs one.
#[derive(Clone, Copy)]
struct NextMajor {
    major: u32,
    /// [`Judgement::needed_major_follows`]
    follows: Option<u32>,
    /// [`Judgement::is_major_a_way`]
    is_a_way: bool,
}

impl NextMajor {
    fn of(case: &Case<'_>, is_major_raised: bool) -> Self {
        let major = case.predecessor.map_or(case.candidate.declared.line(), |old| old.next_line);
        let old = case.predecessor.map(|old| old.declared.line()).filter(|line| *line < major);
        let follows = old.map(|_| major - 1).filter(|line| old != Some(*line));
        // Reserved names are asked of the latest version, whatever its line.
        let is_reserved_kept = case.reserved.is_none_or(ReservedBreach::is_empty);
        let is_level_content = is_reserved_kept && (*case.verdict == LevelVerdict::Compatible || case.is_new_line_free);
        Self { major, follows, is_a_way: old.is_some() && !is_major_raised && is_level_content }
    }

    fn ways(self, is_major_raised: bool, is_level_compatible: bool) -> Ways {
        Ways {
            declare: self.is_a_way.then_some(Declare { major: self.major, follows: self.follows }),
            // Between two schemas of which the old one is not the predecessor of what has to be declared, there is none.
            has_exemption: is_major_raised || self.follows.is_none(),
            is_settled: is_major_raised && is_level_compatible,
        }
    }
}

fn level_answer(case: &Case<'_>) -> LevelAnswer {
    let refusal = match case.verdict {
        LevelVerdict::Compatible => None,
        LevelVerdict::Incompatible(refusal) => Some(refusal),
    };
    let (readable, keeps_reserved) = (refusal.is_none(), case.reserved.is_none_or(ReservedBreach::is_empty));
    let compatible = readable && keeps_reserved;
    let messages = match compatible {
        true => Vec::new(),
        false => compat::words::refused(case.reserved, refusal, case.level),
    };
    LevelAnswer { name: case.level, compatible, messages, readable, keeps_reserved }
}

fn answered(
    changes: Vec<Change>,
    grades: &[Grade],
    fingerprints: Vec<String>,
    named: &Named,
    ways: &Ways,
) -> Vec<AnsweredChange> {
    let rows = changes.into_iter().zip(grades).zip(fingerprints).enumerate();
    rows.map(|(at, ((change, grade), fingerprint))| AnsweredChange {
        fix: fixes::fix(&change, *grade, ways, &fingerprint, named.expired(at)),
        class: grade.class,
        bump: grade.bump,
        change,
        fingerprint,
        old: None,
        new: None,
    })
    .collect()
}
