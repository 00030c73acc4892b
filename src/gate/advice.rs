//! One closing sentence per subject: what to do now.

use super::report::{Decision, SubjectReport};
use crate::compat::{CompatibilityLevel, Direction};
use crate::evolution::{Bump, ChangeClass, ChangeKind};
use crate::policy::answer::AnsweredChange;
use crate::policy::{Enforcement, Judgement};

/// How many changes the sentence names before it only counts them.
const NAMED_MAX: usize = 3;

/// What the sentence depends on besides the report.
pub(super) struct Situation<'a> {
    /// The judgement; `None` where nothing could be compared.
    pub(super) judgement: Option<&'a Judgement>,
    /// Whether policy may refuse: then the declared major version groups what the level compares.
    pub(super) enforcement: Enforcement,
    /// How the next major version is declared: `major = 3 at sluicegate.toml:4`.
    pub(super) declaring: &'a dyn Fn(u32) -> String,
}

/// The sentence; empty where nothing needs to be done.
pub(super) fn advice(report: &SubjectReport, situation: &Situation<'_>) -> String {
    let Some(judgement) = situation.judgement else {
        return match (&report.decision, report.error.as_ref().and_then(|error| error.at.as_ref())) {
            (Decision::Rejected, Some(at)) => format!("Mend the schema at {}:{}:{}.", at.file, at.line, at.column),
            (Decision::Rejected, None) => "Mend the schema.".to_owned(),
            (Decision::Accepted | Decision::Undecided, _) => String::new(),
        };
    };
    let answer = &judgement.answer;
    match (report.decision, report.reason) {
        (Decision::Accepted, _) if answer.warnings.contains(&"upgrade-consumers-first") => {
            "Upgrade the consumers first: those on the old schema cannot read new data.".to_owned()
        }
        (Decision::Accepted | Decision::Undecided, _) => String::new(),
        (Decision::Rejected, Some("incompatible")) => incompatible(judgement, situation),
        (Decision::Rejected, Some("forbidden-change")) => forbidden(judgement, situation),
        (Decision::Rejected, Some("major-bump-required")) => major(judgement, situation),
        (Decision::Rejected, Some("fail-on")) => {
            let worst = answer.changes.iter().filter(|change| change.bump == answer.bump);
            let milder = match answer.bump {
                Bump::None | Bump::Patch => "use --fail-on minor",
                Bump::Minor => "use --fail-on major",
                Bump::Major | Bump::NotReleasable => "leave --fail-on out",
            };
            format!("Take back {}, or {milder}.", places(worst))
        }
        (Decision::Rejected, _) => match judgement.version.complaint() {
            Some(complaint) => sentence(&complaint),
            None => "Take the change back.".to_owned(),
        },
    }
}

fn incompatible(judgement: &Judgement, situation: &Situation<'_>) -> String {
    let answer = &judgement.answer;
    let rest = || readable(judgement, situation);
    match answer.level.keeps_reserved {
        true => rest(),
        false if answer.level.readable => KEEP_RESERVED.to_owned(),
        // No declared version frees from what is reserved.
        false => format!("{} {KEEP_RESERVED}", rest()),
    }
}

/// What to do about reserved fields.
const KEEP_RESERVED: &str = "Keep every name in `reserved` that the latest version reserves, and call no field by one.";

fn readable(judgement: &Judgement, situation: &Situation<'_>) -> String {
    let answer = &judgement.answer;
    let level = answer.level.name;
    let is_enforced = situation.enforcement == Enforcement::Enforce;
    let is_suspect = |change: &&AnsweredChange| may_break(change.change.kind, level);
    let suspects = || answer.changes.iter().filter(is_suspect);
    // What the level lets pass and the policy does not: taking back the suspects alone would only bring the next no.
    let refused_next =
        || answer.changes.iter().filter(|it| is_enforced && it.class > ChangeClass::Allowed && !is_suspect(it));
    let blamed = if suspects().next().is_some() { places(suspects()) } else { places(answer.changes.iter()) };
    let is_forbidden = answer.class == ChangeClass::Forbidden;
    let frees = is_enforced && judgement.is_major_a_way && !is_forbidden;
    match (blamed.is_empty(), frees) {
        (true, true) => format!(
            "Make the schema compatible with the versions that level {level} looks at, or {}: level {level} compares \
             within a major line only.",
            declare(judgement, situation)
        ),
        (true, false) => format!("Make the schema compatible with the versions that level {level} looks at."),
        (false, true) => {
            let all = answer.changes.iter().filter(|it| is_suspect(it) || it.class > ChangeClass::Allowed);
            let blamed = if suspects().next().is_some() { places(all) } else { blamed };
            let declare = declare(judgement, situation);
            format!("Take back {blamed}, or {declare}: level {level} compares within a major line only.")
        }
        (false, false) => {
            let rest = places(refused_next().filter(|it| it.class == ChangeClass::Forbidden));
            let rest = if rest.is_empty() { rest } else { format!(", and {rest}, which is forbidden") };
            format!("Take back {blamed}, which level {level} does not accept{rest}.")
        }
    }
}

/// Whether a change of this kind may be what a level refuses.
fn may_break(kind: &ChangeKind, level: CompatibilityLevel) -> bool {
    level.directions().iter().any(|direction| match direction {
        Direction::Backward => kind.backward != "yes",
        Direction::Forward => kind.forward != "yes",
    })
}

fn forbidden(judgement: &Judgement, situation: &Situation<'_>) -> String {
    // Of an old line no exemption helps: what has to be declared is compared with another version.
    let (other, others) = match (judgement.needed_major_follows, judgement.is_major_a_way) {
        (Some(_), true) => {
            let ways = format!("other ways are a new subject, or to {}", declare(judgement, situation));
            (ways.clone(), ways)
        }
        _ => (
            "other ways are a new subject and an exemption".to_owned(),
            "other ways are a new subject and an exemption for each".to_owned(),
        ),
    };
    let forbidden: Vec<_> =
        judgement.answer.changes.iter().filter(|change| change.class == ChangeClass::Forbidden).collect();
    match forbidden.as_slice() {
        [only] if !only.change.remedy.is_empty() => {
            format!("{}; {other}.", capitalized(&only.change.remedy))
        }
        _ => {
            let places = places(forbidden.into_iter());
            format!("Take back {places}; {others}.")
        }
    }
}

fn major(judgement: &Judgement, situation: &Situation<'_>) -> String {
    let breaking = judgement.answer.changes.iter().filter(|change| change.class == ChangeClass::MajorBumpRequired);
    format!("{}, or take back {}.", capitalized(&declare(judgement, situation)), places(breaking))
}

fn declare(judgement: &Judgement, situation: &Situation<'_>) -> String {
    let major = judgement.needed_major;
    let declare = format!("declare major version {major} ({})", (situation.declaring)(major));
    match judgement.needed_major_follows {
        Some(line) => format!("{declare}, which is then compared with the latest version of major {line}"),
        None => declare,
    }
}

/// `field-removed at a and field-added-without-default at b`.
fn places<'a>(changes: impl Iterator<Item = &'a AnsweredChange> + Clone) -> String {
    let all = changes.clone().count();
    let mut named: Vec<String> =
        changes.take(NAMED_MAX).map(|change| format!("{} at {}", change.change.kind.id, change.change.path)).collect();
    if all > NAMED_MAX {
        named.push(format!("{} more", all - NAMED_MAX));
    }
    match named.split_last() {
        None => String::new(),
        Some((last, [])) => last.clone(),
        Some((last, others)) => format!("{} and {last}", others.join(", ")),
    }
}

fn sentence(clause: &str) -> String {
    format!("{}.", capitalized(clause))
}

fn capitalized(clause: &str) -> String {
    let mut letters = clause.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().collect::<String>() + letters.as_str())
}
