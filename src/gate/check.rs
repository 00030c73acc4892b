//! `check`: every schema file at hand against what was there before.

use super::adopted::{self, Baseline};
use super::advice::{Situation, advice};
use super::args::CheckArgs;
use super::base::{self, Base, BaseError, BaseSpec, Inquiry, Standing};
use super::config::{Configuration, Declaration, History, WrittenExemption, read_exemptions, toml_string};
use super::discover::{DiscoverError, Discovery, Found, Survey, discover, everything_at_hand, read_schema_file};
use super::estate::{Before, Candidate, Text};
use super::idle;
use super::old_line;
use super::output::put;
use super::past;
use super::references::{Definitions, SchemaFile, needs_references};
use super::report::{Decision, PastVersion, Problem, Report, Status, SubjectReport};
use super::run::resolved;
use super::subject::{self, InForce, Judged};
use super::world::{Failure, World};
use crate::compat;
use crate::evolution::ChangeClass;
use crate::policy::{Enforcement, Exemption, Policy};
use crate::schema::{self, SchemaSource, SchemaType, Strictness};
use jiff::civil::Date;
use std::borrow::Cow;
use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Arc;

/// A finished check.
pub(super) struct Checked {
    /// What it found.
    pub(super) report: Report,
    /// What it was told.
    pub(super) configuration: Configuration,
}

/// Judges what `args` ask for.
///
/// # Errors
/// Nothing could be compared: a configuration, file, base or exemption file that cannot be used.
pub(super) fn check(args: &CheckArgs, world: &mut World<'_>) -> Result<Checked, Failure> {
    let Some(file) = &args.write_baseline else { return judge_all(args, world) };
    // What is in the way without any baseline is written down; the answer is the one that the new baseline gives.
    let bare = CheckArgs { write_baseline: None, baseline: None, ..args.clone() };
    let first = judge_all(&bare, world)?;
    let text = Baseline::of(&first.report).to_text();
    put(&world.current_folder.join(file), file, text.as_bytes())?;
    judge_all(&CheckArgs { baseline: Some(file.clone()), ..bare }, world)
}

fn judge_all(args: &CheckArgs, world: &World<'_>) -> Result<Checked, Failure> {
    let configuration = resolved(args, world)?;
    let mut discovery = discover(&configuration)?;
    let unresolved = resolve_references(&configuration, &mut discovery)?;
    let exemptions = exemptions(&configuration)?;
    let baseline = baseline(args, &configuration)?;
    let spec = configuration.against.as_ref().map(|against| &against.value);
    if args.remote && !matches!(spec, Some(BaseSpec::Registry(_))) {
        return Err(Failure::usage("--remote asks a registry; name one: --against http(s)://HOST:PORT"));
    }
    let survey = Box::new(Survey::new(&configuration, spec));
    let base = base::open(spec, &configuration.current_folder, survey, Inquiry::of(&configuration))?;
    let candidates: Vec<Candidate> = discovery.found.iter().map(|found| found.candidate.clone()).collect();
    base.prepare(&candidates)?;
    let gone = gone(&configuration, &discovery, &*base)?;
    let registered = registered(&configuration, &discovery, &*base)?;
    if discovery.found.is_empty() && gone.is_empty() && registered.is_empty() {
        return Err(Failure::incomplete(
            "no schema file found, here or at the base; name files or folders, or write `schemas` under [check] in \
             sluicegate.toml",
        ));
    }
    let base_name = base.name();
    let own_exemptions: Vec<Exemption> = exemptions.iter().map(|written| written.exemption.clone()).collect();
    let mut bench = Bench {
        configuration: &configuration,
        exemptions: &exemptions,
        own_exemptions: &own_exemptions,
        baseline: baseline.as_ref(),
        is_remote: args.remote,
        has_witnesses: args.witness,
        matched: BTreeSet::new(),
        notes: Vec::new(),
        base: &*base,
        base_name: &base_name,
        today: world.today,
        scratch: compat::Scratch::default(),
    };
    let mut subjects = Vec::with_capacity(discovery.found.len() + gone.len());
    for (found, unresolved) in discovery.found.iter().zip(unresolved) {
        subjects.push(bench.judge(found, unresolved)?);
    }
    let has_new = subjects.iter().any(|subject| subject.status == Status::New);
    for standing in gone {
        subjects.push(bench.removed(standing, has_new)?);
    }
    for name in registered {
        subjects.push(bench.registered(&name)?);
    }
    subjects.sort_by(|left, right| left.subject.cmp(&right.subject));
    let mut warnings = discovery.warnings;
    warnings.extend(bench.idle_exemptions(&subjects));
    warnings.extend(base.note().filter(|_| subjects.iter().all(|subject| subject.status == Status::Unchanged)));
    let mut report = Report { base: base_name, subjects, warnings };
    if let (Some(baseline), Some(file)) = (&baseline, &args.baseline) {
        report.warnings.extend(outdated(baseline, file, &report));
    }
    Ok(Checked { report, configuration })
}

/// Gives every candidate the texts it refers to. Per candidate, what is wrong with its references.
fn resolve_references(
    configuration: &Configuration,
    discovery: &mut Discovery,
) -> Result<Vec<Option<Problem>>, Failure> {
    let needs = |found: &Found| found.candidate.text.as_ref().is_ok_and(|text| needs_references(&text.text));
    if !discovery.found.iter().any(needs) {
        return Ok(vec![None; discovery.found.len()]);
    }
    let file = |found: &Found, text: &Arc<str>| SchemaFile {
        file: found.candidate.file.clone(),
        text: Arc::clone(text),
        references: found.references.clone(),
    };
    let at_hand = everything_at_hand(configuration)?;
    let mut files: Vec<SchemaFile> = Vec::with_capacity(discovery.found.len() + at_hand.len());
    for found in &discovery.found {
        files.extend(found.candidate.text.as_ref().ok().map(|text| file(found, &text.text)));
    }
    let superseded: BTreeSet<&str> = discovery.superseded.iter().map(|lower| lower.file.as_str()).collect();
    let others = at_hand.into_iter().filter(|(name, _)| !superseded.contains(name.as_str()));
    files.extend(others.map(|(file, text)| SchemaFile { file, text, references: Vec::new() }));
    let definitions = Definitions::new(files);
    let resolve = |found: &mut Found| {
        let text = found.candidate.text.as_ref().ok()?.text.clone();
        match definitions.references_of(&file(found, &text)) {
            Ok(references) => {
                found.candidate.text = Ok(Text { text, references });
                None
            }
            Err(problem) => Some(problem),
        }
    };
    Ok(discovery.found.iter_mut().map(resolve).collect())
}

fn exemptions(configuration: &Configuration) -> Result<Vec<WrittenExemption>, Failure> {
    let file = &configuration.exemptions.value;
    let path = configuration.current_folder.join(file);
    read_exemptions(&path, &file.display().to_string()).map_err(|error| Failure::incomplete(error.message))
}

fn baseline(args: &CheckArgs, configuration: &Configuration) -> Result<Option<Baseline>, Failure> {
    let Some(file) = &args.baseline else { return Ok(None) };
    let name = file.display().to_string();
    let text = read_schema_file(&configuration.current_folder.join(file))
        .map_err(|problem| Failure::incomplete(format!("{name}: {problem}")))?;
    Baseline::read(&name, &text).map(Some).map_err(|error| Failure::incomplete(error.message))
}

/// That the baseline lists what is not there any more.
fn outdated(baseline: &Baseline, file: &Path, report: &Report) -> Option<String> {
    let outdated = baseline.outdated(report);
    let told = match outdated {
        1 => format!("{}: 1 finding is not there any more; take it out", file.display()),
        _ => format!("{}: {outdated} findings are not there any more; take them out", file.display()),
    };
    (outdated > 0).then_some(told)
}

/// The subjects of a registry whose past is asked for without any file: all of them, or the one that is named.
fn registered(configuration: &Configuration, discovery: &Discovery, base: &dyn Base) -> Result<Vec<String>, Failure> {
    let is_asked_for = configuration.history.value == History::All && configuration.paths.is_empty();
    if !is_asked_for || !discovery.found.is_empty() {
        return Ok(Vec::new());
    }
    let registered = base.registered()?;
    let Some(asked) = configuration.subject.as_ref().filter(|_| !registered.is_empty()) else { return Ok(registered) };
    // It is asked for, not looked up in the list: an alias stands in none.
    let is_there = match base.before(asked, None) {
        Ok(before) => !before.versions.is_empty(),
        Err(BaseError::Undecided(_)) => true,
        Err(error @ BaseError::Unavailable(_)) => return Err(error.into()),
    };
    match is_there {
        true => Ok(vec![asked.clone()]),
        false => Err(Failure::incomplete(format!("{} has no subject {asked} with a live version", base.name()))),
    }
}

/// The subjects of the base that have no file any more, as far as the paths of the command line cover them.
fn gone(configuration: &Configuration, discovery: &Discovery, base: &dyn Base) -> Result<Vec<Standing>, Failure> {
    if configuration.subject.is_some() {
        return Ok(Vec::new());
    }
    let is_covered = |standing: &Standing| {
        configuration.paths.is_empty() || standing.files.iter().any(|file| configuration.asks_about(file))
    };
    let there: BTreeSet<&str> = discovery.found.iter().map(|found| found.candidate.subject.as_str()).collect();
    let mut standing = base.subjects()?;
    let known: BTreeSet<String> = standing.iter().map(|standing| standing.subject.clone()).collect();
    // A file that is there under another subject now is compared with what it was, and nothing of it is gone.
    let renamed: BTreeSet<&str> = discovery
        .found
        .iter()
        .filter(|found| !known.contains(&found.candidate.subject))
        .map(|found| found.candidate.file.as_str())
        .collect();
    standing.retain(|standing| {
        let is_renamed = standing.files.iter().any(|file| renamed.contains(file.as_str()));
        !there.contains(standing.subject.as_str()) && !is_renamed && is_covered(standing)
    });
    Ok(standing)
}

/// Where subjects are judged, one after the other.
struct Bench<'a> {
    configuration: &'a Configuration,
    exemptions: &'a [WrittenExemption],
    /// The same without their places.
    own_exemptions: &'a [Exemption],
    /// Findings that do not fail.
    baseline: Option<&'a Baseline>,
    /// Whether the base is asked for its own verdict, too.
    is_remote: bool,
    /// Whether refusals are shown by records.
    has_witnesses: bool,
    /// Which of them named a change.
    matched: BTreeSet<usize>,
    /// What there is to say of exemptions of the base.
    notes: Vec<String>,
    base: &'a dyn Base,
    base_name: &'a str,
    today: Date,
    scratch: compat::Scratch,
}

impl<'a> Bench<'a> {
    /// Judges one candidate. Fails only where nothing else can be judged either.
    fn judge(&mut self, found: &Found, unresolved: Option<Problem>) -> Result<SubjectReport, Failure> {
        let candidate = &found.candidate;
        let before = match self.base.before(&candidate.subject, Some(candidate)) {
            Ok(before) => before,
            Err(BaseError::Undecided(problem)) => return Ok(subject::undecided(candidate, problem)),
            Err(error @ BaseError::Unavailable(_)) => return Err(error.into()),
        };
        if let Some(problem) = unresolved {
            let mut report = subject::unresolved(candidate, &before, problem);
            self.adopt(&mut report);
            return Ok(report);
        }
        let in_force = self.in_force(&candidate.subject, Some(&found.declaration), &before);
        let Judged { mut report, judgement } =
            old_line::judge(self.base, candidate, &before, &in_force, &mut self.scratch);
        if let Some(judgement) = &judgement {
            let own = self.exemptions.len();
            self.matched.extend(judgement.exemptions_matched.iter().filter(|at| **at < own));
            let of_base = before.exemptions.iter().filter(|exemption| !exemption.is_expired(self.today));
            self.notes.extend(idle::of_base(&candidate.subject, of_base, &judgement.answer));
        }
        self.adopt(&mut report);
        report.past = self.past(&candidate.subject, &before, &in_force);
        if self.is_remote {
            self.ask_the_base(candidate, &before, &mut report)?;
        }
        report.advice = advice(
            &report,
            &Situation {
                judgement: judgement.as_ref(),
                enforcement: in_force.policy.enforcement,
                declaring: &|major| self.configuration.declaring(&candidate.subject, Some(&found.declaration), major),
            },
        );
        Ok(report)
    }

    /// What enforcement would have said of the versions of a registry, where the whole history is asked for.
    fn past(&mut self, subject: &str, before: &Before, in_force: &InForce<'_>) -> Vec<PastVersion> {
        let is_registered = before.versions.iter().all(|version| version.file.is_none());
        match self.configuration.history.value {
            History::All if is_registered => past::replay(subject, before, in_force, &mut self.scratch),
            _ => Vec::new(),
        }
    }

    /// A subject of the base of which no file is at hand: nothing is judged but its past.
    fn registered(&mut self, name: &str) -> Result<SubjectReport, Failure> {
        let before = match self.base.before(name, None) {
            Ok(before) => before,
            Err(BaseError::Undecided(problem)) => {
                return Ok(SubjectReport {
                    decision: Decision::Undecided,
                    error: Some(problem),
                    ..SubjectReport::accepted(name, Status::Unchanged)
                });
            }
            Err(error @ BaseError::Unavailable(_)) => return Err(error.into()),
        };
        let entry = self.configuration.subjects.iter().find(|entry| entry.name == name);
        let in_force = self.in_force(name, entry.map(|entry| &entry.declaration), &before);
        let past = self.past(name, &before, &in_force);
        Ok(SubjectReport { past, ..SubjectReport::accepted(name, Status::Unchanged) })
    }

    /// What there is to say of exemptions that let nothing pass.
    fn idle_exemptions(&mut self, subjects: &[SubjectReport]) -> Vec<String> {
        let is_partial = !self.configuration.paths.is_empty() || self.configuration.subject.is_some();
        let mut told = idle::of_file(self.exemptions, &self.matched, subjects, is_partial);
        told.append(&mut self.notes);
        told
    }

    /// Holds the level verdict against the base's own (`--remote`); a subject on which the two differ is undecided.
    fn ask_the_base(&self, candidate: &Candidate, before: &Before, report: &mut SubjectReport) -> Result<(), Failure> {
        let (Some(answer), Ok(text)) = (&report.answer, &candidate.text) else { return Ok(()) };
        let source = SchemaSource { schema_type: SchemaType::Avro, text: &text.text, references: &text.references };
        let Ok(schema) = schema::parse(&source, Strictness::New) else { return Ok(()) }; // told already
        // A base that is asked does not fill metadata in, as it does for a registration.
        let properties = subject::properties_of(candidate, before);
        let theirs = match self.base.verdict(&candidate.subject, &schema.resolved_text(), &properties) {
            Ok(Some(verdict)) => verdict,
            Ok(None) => return Ok(()),
            Err(BaseError::Undecided(problem)) => {
                (report.decision, report.reason, report.error) = (Decision::Undecided, None, Some(problem));
                return Ok(());
            }
            Err(error @ BaseError::Unavailable(_)) => return Err(error.into()),
        };
        let ours = &answer.level;
        if theirs.is_compatible == ours.compatible {
            return Ok(());
        }
        let say = |is_compatible| if is_compatible { "accepts" } else { "refuses" };
        let message = format!(
            "the registry {} this schema on its level and this gate {} it on level {}: a level or a declared major \
             version that the registry does not go by makes the difference{}",
            say(theirs.is_compatible),
            say(ours.compatible),
            ours.name,
            theirs.messages.first().map_or(String::new(), |first| format!("; it says: {first}")),
        );
        (report.decision, report.reason) = (Decision::Undecided, None);
        report.error = Some(Problem { message, at: None });
        Ok(())
    }

    /// What flags, configuration, manifest and base amount to for one subject.
    fn in_force(&self, subject: &str, declaration: Option<&Declaration>, before: &Before) -> InForce<'a> {
        let configuration = self.configuration;
        let exemptions = match (before.kept_as.is_some(), before.exemptions.as_slice()) {
            (false, []) => Cow::Borrowed(self.own_exemptions),
            (_, of_base) => {
                // The file has the name that people here use.
                let kept_as = before.subject(subject).to_owned();
                let at_base = |own: &Exemption| match own.subject == subject {
                    true => Exemption { subject: kept_as.clone(), ..own.clone() },
                    false => own.clone(),
                };
                Cow::Owned(self.own_exemptions.iter().map(at_base).chain(of_base.iter().cloned()).collect())
            }
        };
        InForce {
            level: configuration.level(declaration, before.level).value,
            policy: Policy {
                profile: configuration.profile(before.policy.profile).value,
                enforcement: configuration.enforcement(before.policy.enforcement).value,
                rules: configuration.rules(&before.policy.rules),
            },
            history: configuration.history.value,
            baseline: self.baseline,
            fail_on: configuration.fail_on.as_ref().map(|from| from.value),
            exemptions,
            today: self.today,
            base: self.base_name,
            has_witnesses: self.has_witnesses,
        }
    }

    /// What is said of a subject whose file is gone (`removed-file`).
    fn removed(&mut self, standing: Standing, has_new: bool) -> Result<SubjectReport, Failure> {
        let Standing { subject, files } = standing;
        let before = match self.base.before(&subject, None) {
            Ok(before) => before,
            Err(BaseError::Undecided(_)) => Before::default(),
            Err(error @ BaseError::Unavailable(_)) => return Err(error.into()),
        };
        let class = self.configuration.removed_file.value;
        let is_there = |file: &&String| self.configuration.current_folder.join(file).is_file();
        let back = match files.iter().find(is_there) {
            Some(file) => format!("Let the check see {file} again, which `schemas` does not cover or git ignores"),
            None => put_back(&subject, &files, has_new),
        };
        let line = before.versions.first().map_or(1, |version| version.declared.line());
        let entry = self.configuration.subjects.iter().find(|entry| entry.name == subject);
        let declared = match (entry, self.configuration.declare_major) {
            (Some(entry), major) => entry.declaration.declared_as(major).line(),
            (None, major) => major.unwrap_or(line),
        };
        let is_enforced = self.configuration.enforcement(before.policy.enforcement).value == Enforcement::Enforce;
        let (decision, reason, advice) = match class {
            ChangeClass::Forbidden if is_enforced => {
                let allow = "set removed-file = \"allowed\" under [check] in sluicegate.toml";
                (Decision::Rejected, Some("forbidden-change"), format!("{back}; or {allow}."))
            }
            ChangeClass::MajorBumpRequired if is_enforced && declared <= line => {
                let next = line.saturating_add(1);
                let way = self.configuration.declaring(&subject, entry.map(|entry| &entry.declaration), next);
                let declare = format!("declare major version {next} ({way})");
                (Decision::Rejected, Some("major-bump-required"), format!("{back}; or {declare}."))
            }
            ChangeClass::MajorBumpRequired if is_enforced => {
                (Decision::Accepted, Some("major-bump-declared"), String::new())
            }
            ChangeClass::None | ChangeClass::Allowed => (Decision::Accepted, Some("allowed"), String::new()),
            ChangeClass::Forbidden | ChangeClass::MajorBumpRequired => {
                (Decision::Accepted, Some("advisory"), String::new())
            }
        };
        let mut report = SubjectReport {
            file: files.first().cloned(),
            decision,
            reason,
            compared_with: files.first().map(|file| subject::at_base(file, self.base_name)),
            next_major: line.saturating_add(1),
            advice,
            ..SubjectReport::accepted(&subject, Status::Removed)
        };
        self.adopt(&mut report);
        Ok(report)
    }

    /// Lets pass what is refused as a whole and listed in the baseline: a text that is no schema, a removed file.
    fn adopt(&self, report: &mut SubjectReport) {
        let is_listed =
            |baseline: &Baseline| report.reason.is_some_and(|why| baseline.lists_whole(&report.subject, why));
        if report.decision == Decision::Rejected && report.answer.is_none() && self.baseline.is_some_and(is_listed) {
            (report.decision, report.reason) = (Decision::Accepted, Some(adopted::ADOPTED));
            report.advice = String::new();
        }
    }
}

/// How a subject that is gone comes back; `has_new` where a file may be its own under another name.
fn put_back(subject: &str, files: &[String], has_new: bool) -> String {
    let file = files.first().map_or("the file", String::as_str);
    let renamed = || {
        format!("; or where it was renamed, map the new file under [[subject]] with name = {}", toml_string(subject))
    };
    format!("Put {file} back{}", if has_new { renamed() } else { String::new() })
}

impl From<DiscoverError> for Failure {
    fn from(error: DiscoverError) -> Self {
        if error.is_usage { Self::usage(error.message) } else { Self::incomplete(error.message) }
    }
}

impl From<BaseError> for Failure {
    fn from(error: BaseError) -> Self {
        Self::incomplete(error.to_string())
    }
}
