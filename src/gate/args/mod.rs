//! The gate's command line: which commands and flags there are, and what was chosen, as typed values.

use super::config::{Against, FailOn, History, Naming, Output};
use super::render::Format;
use crate::compat::CompatibilityLevel;
use crate::policy::{Enforcement, Profile};
use clap::builder::{PossibleValue, PossibleValuesParser, StringValueParser, TypedValueParser, ValueParser};
use clap::{Arg, ArgAction, ArgMatches, Command, value_parser};
use clap_complete::Shell;
use jiff::civil::Date;
use std::ffi::OsStr;
use std::path::PathBuf;

mod examples;
mod producers;

pub use producers::{PreflightArgs, RecordsArgs, Role, SchemaChoice};

/// One command of the gate with everything that was chosen for it.
#[derive(Clone, Debug)]
pub enum Invocation {
    /// `check`
    Check(CheckArgs),
    /// `diff`
    Diff(DiffArgs),
    /// `explain`
    Explain(ExplainArgs),
    /// `rules`
    Rules(RulesArgs),
    /// `waive`
    Waive(WaiveArgs),
    /// `config`
    Config(ConfigArgs),
    /// `completions`
    Completions(Shell),
    /// `records`
    Records(RecordsArgs),
    /// `preflight`
    Preflight(PreflightArgs),
}

/// What `check` was told; `None` and empty lists say nothing, so that weaker sources may speak.
#[derive(Clone, Debug, Default)]
pub struct CheckArgs {
    /// `--config`
    pub config: Option<PathBuf>,
    /// Files and folders.
    pub paths: Vec<PathBuf>,
    /// `--against`
    pub against: Option<Against>,
    /// `--subject`
    pub subject: Option<String>,
    /// `--naming`
    pub naming: Option<Naming>,
    /// `--level`
    pub level: Option<CompatibilityLevel>,
    /// `--profile`
    pub profile: Option<Profile>,
    /// `--enforcement`
    pub enforcement: Option<Enforcement>,
    /// `--history`
    pub history: Option<History>,
    /// `--fail-on`
    pub fail_on: Option<FailOn>,
    /// `--format`; at most one writes to standard output, unless both are for people.
    pub outputs: Vec<Output>,
    /// `--declare-major`
    pub declare_major: Option<u32>,
    /// `--write-baseline`
    pub write_baseline: Option<PathBuf>,
    /// `--baseline`
    pub baseline: Option<PathBuf>,
    /// `--remote`
    pub remote: bool,
    /// `--witness`
    pub witness: bool,
}

/// What `diff` was told.
#[derive(Clone, Debug)]
pub struct DiffArgs {
    /// `--config`
    pub config: Option<PathBuf>,
    /// The file before.
    pub old: PathBuf,
    /// The file after.
    pub new: PathBuf,
    /// `--level`
    pub level: Option<CompatibilityLevel>,
    /// `--profile`
    pub profile: Option<Profile>,
    /// `--witness`
    pub witness: bool,
    /// `--format`
    pub outputs: Vec<Output>,
}

/// What `explain` was asked about.
#[derive(Clone, Debug)]
pub struct ExplainArgs {
    /// A rule or a finding.
    pub what: Explained,
    /// How to run the check that finds the finding.
    pub check: CheckArgs,
}

/// What can be explained.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Explained {
    /// A rule, by what may be its id.
    Rule(String),
    /// A finding, by its fingerprint.
    Finding(String),
}

/// What `rules` was told.
#[derive(Clone, Debug)]
pub struct RulesArgs {
    /// `--config`
    pub config: Option<PathBuf>,
    /// `--profile`
    pub profile: Option<Profile>,
    /// `--format`
    pub outputs: Vec<Output>,
}

/// What `waive` was told.
#[derive(Clone, Debug)]
pub struct WaiveArgs {
    /// The finding to exempt: 16 hex digits.
    pub fingerprint: String,
    /// `--reason`
    pub reason: String,
    /// `--expires`: the last day it holds.
    pub expires: Date,
    /// `--approved-by`
    pub approved_by: String,
    /// How to run the check that finds it.
    pub check: CheckArgs,
}

/// What `config` was told.
#[derive(Clone, Debug)]
pub struct ConfigArgs {
    /// `--resolved`: print every value; without it only the file in use is named and checked.
    pub resolved: bool,
    /// The flags of a check, as they would take part.
    pub check: CheckArgs,
}

/// The gate's commands, to be mounted beside others under a command that may define `--config FILE` as global.
pub fn commands() -> Vec<Command> {
    let check = |name: &'static str| Command::new(name).args(check_flags());
    let old = path("old", "OLD").required(true).help("The schema file before");
    let new = path("new", "NEW").required(true).help("The schema file after");
    vec![
        check("check")
            .about("Judges schema files against a base: may these changes pass?")
            .arg(paths())
            .after_help(examples::CHECK),
        Command::new("diff")
            .about("Lists every change between two schema files, each with its class")
            .args([old, new, level(), profile(), witness(), format(&[Format::Text, Format::Json])])
            .after_help(examples::DIFF),
        check("explain")
            .about("Explains a rule, or a finding of the check that these options run")
            .arg(
                Arg::new("what")
                    .value_name("ID|FINGERPRINT")
                    .required(true)
                    .value_parser(explained)
                    .help("A rule such as field-removed, or the fingerprint of a finding"),
            )
            .arg(paths())
            .after_help(examples::EXPLAIN),
        Command::new("rules")
            .about("Lists every rule with its class and version bump, as configured here")
            .args([profile(), format(&[Format::Text, Format::Json])])
            .after_help(examples::RULES),
        check("waive")
            .about("Exempts one forbidden change until a date: runs the check, finds it, writes the exemption file")
            .args(waive_flags())
            .arg(paths())
            .after_help(examples::WAIVE),
        check("config")
            .about("Checks the configuration and says what is in force")
            .arg(
                Arg::new("resolved")
                    .long("resolved")
                    .action(ArgAction::SetTrue)
                    .help("Print every value and where it comes from, as TOML"),
            )
            .arg(paths())
            .after_help(examples::CONFIG),
        producers::records(),
        producers::preflight(),
        Command::new("completions")
            .about("Writes completions for a shell")
            .arg(Arg::new("shell").value_name("SHELL").required(true).value_parser(value_parser!(Shell)))
            .after_help(examples::COMPLETIONS),
    ]
}

/// What was chosen for the command `name`; `None` where it is none of [`commands`].
///
/// # Errors
/// A sentence for wrong usage that the parser of arguments cannot see.
pub fn read(name: &str, chosen: &ArgMatches) -> Option<Result<Invocation, String>> {
    let invocation = match name {
        "check" => check_args(chosen).map(Invocation::Check),
        "diff" => outputs(chosen).map(|outputs| {
            Invocation::Diff(DiffArgs {
                config: config(chosen),
                old: required(chosen, "old"),
                new: required(chosen, "new"),
                level: value(chosen, "level"),
                profile: value(chosen, "profile"),
                witness: chosen.get_flag("witness"),
                outputs,
            })
        }),
        "explain" => {
            check_args(chosen).map(|check| Invocation::Explain(ExplainArgs { what: required(chosen, "what"), check }))
        }
        "rules" => outputs(chosen).map(|outputs| {
            Invocation::Rules(RulesArgs { config: config(chosen), profile: value(chosen, "profile"), outputs })
        }),
        "waive" => check_args(chosen).map(|check| {
            Invocation::Waive(WaiveArgs {
                fingerprint: required(chosen, "fingerprint"),
                reason: required(chosen, "reason"),
                expires: required(chosen, "expires"),
                approved_by: required(chosen, "approved-by"),
                check,
            })
        }),
        "config" => check_args(chosen)
            .map(|check| Invocation::Config(ConfigArgs { resolved: chosen.get_flag("resolved"), check })),
        "completions" => Ok(Invocation::Completions(required(chosen, "shell"))),
        "records" => producers::records_args(chosen).map(Invocation::Records),
        "preflight" => producers::preflight_args(chosen).map(Invocation::Preflight),
        _ => return None,
    };
    Some(invocation)
}

fn check_args(chosen: &ArgMatches) -> Result<CheckArgs, String> {
    Ok(CheckArgs {
        config: config(chosen),
        paths: chosen.get_many("path").unwrap_or_default().cloned().collect(),
        against: value(chosen, "against"),
        subject: value(chosen, "subject"),
        naming: value(chosen, "naming"),
        level: value(chosen, "level"),
        profile: value(chosen, "profile"),
        enforcement: value(chosen, "enforcement"),
        history: value(chosen, "history"),
        fail_on: value(chosen, "fail-on"),
        outputs: outputs(chosen)?,
        declare_major: value(chosen, "declare-major"),
        write_baseline: value(chosen, "write-baseline"),
        baseline: value(chosen, "baseline"),
        remote: chosen.get_flag("remote"),
        witness: chosen.get_flag("witness"),
    })
}

/// The formats asked for; two may share standard output only where no program reads it.
fn outputs(chosen: &ArgMatches) -> Result<Vec<Output>, String> {
    let outputs: Vec<Output> = chosen.get_many("format").unwrap_or_default().cloned().collect();
    let to_stdout: Vec<Format> = outputs.iter().filter(|o| o.file.is_none()).map(|output| output.format).collect();
    if let Some(alone) = to_stdout.iter().find(|format| format.is_for_programs())
        && to_stdout.len() > 1
    {
        let word = alone.as_str();
        return Err(format!(
            "--format {word} shares standard output with another; write one of them to a file: {word}=FILE"
        ));
    }
    for (at, output) in outputs.iter().enumerate() {
        if let Some(file) = &output.file
            && outputs[..at].iter().any(|earlier| earlier.file.as_ref() == Some(file))
        {
            return Err(format!("--format: two formats would be written to {}", file.display()));
        }
    }
    Ok(outputs)
}

fn config(chosen: &ArgMatches) -> Option<PathBuf> {
    chosen.try_get_one::<PathBuf>("config").ok().flatten().cloned() // not defined where these commands stand alone
}

fn value<T: Clone + Send + Sync + 'static>(chosen: &ArgMatches, name: &str) -> Option<T> {
    chosen.get_one::<T>(name).cloned()
}

fn required<T: Clone + Send + Sync + 'static>(chosen: &ArgMatches, name: &str) -> T {
    value(chosen, name).expect("the parser of arguments saw to it")
}

// Long because it is a table: one entry per flag of `command-line` 5.
fn check_flags() -> Vec<Arg> {
    vec![
        Arg::new("against")
            .long("against")
            .value_name("BASE")
            .value_parser(ValueParser::new(|text: &str| Against::read(text)))
            .help(
                "What was there before: git:REF, git:REF... (the merge base with HEAD), a file or folder, export:FILE, \
                 http(s)://HOST:PORT (a registry), or registry (the one in SLUICEGATE_REGISTRY_URL) [default: the \
                 configuration's, else the merge base with the remote's default branch]",
            ),
        Arg::new("subject")
            .long("subject")
            .value_name("NAME")
            .value_parser(subject)
            .help("The subject of the one file given"),
        Arg::new("naming")
            .long("naming")
            .value_name("RULE")
            .value_parser(words(Naming::ALL.map(|naming| (naming.as_str(), naming))))
            .help("How a file that the configuration does not map names its subject [default: file-stem]"),
        level(),
        profile(),
        Arg::new("enforcement")
            .long("enforcement")
            .value_name("HOW")
            .value_parser(words(Enforcement::ALL.map(|enforcement| (enforcement.as_str(), enforcement))))
            .help("Whether the class of a change is not looked at, shown, or enforced [default: enforce]"),
        Arg::new("history")
            .long("history")
            .value_name("latest|all|last:N")
            .value_parser(ValueParser::new(|text: &str| History::read(text)))
            .help(
                "How many of the newest versions are compared even where the level looks at the latest alone; a \
                 transitive level looks at all. With a registry, all also shows what enforcement would have refused of \
                 its versions, without any consequence [default: latest]",
            ),
        Arg::new("fail-on")
            .long("fail-on")
            .value_name("BUMP")
            .value_parser(words(FailOn::ALL.map(|fail_on| (fail_on.as_str(), fail_on))))
            .help("Refuse changes of that bump or more although they would be accepted"),
        format(&Format::ALL),
        Arg::new("declare-major")
            .long("declare-major")
            .value_name("N")
            .value_parser(value_parser!(u32).range(0..=i64::from(i32::MAX)))
            .help("Declare this major version for what is checked"),
        path("write-baseline", "FILE")
            .long("write-baseline")
            .help("Write today's findings to FILE, so that later checks fail on new ones only"),
        path("baseline", "FILE").long("baseline").help("Show the findings that FILE lists, but do not fail on them"),
        Arg::new("remote")
            .long("remote")
            .action(ArgAction::SetTrue)
            .help("With a registry as base: ask it as well, and end in 101 if it disagrees"),
        witness(),
    ]
}

fn waive_flags() -> [Arg; 4] {
    [
        Arg::new("fingerprint")
            .value_name("FINGERPRINT")
            .required(true)
            .value_parser(fingerprint)
            .help("The finding to exempt: 16 hex digits, as the check prints them"),
        Arg::new("reason").long("reason").value_name("TEXT").required(true).value_parser(some_text).help("Why"),
        Arg::new("expires")
            .long("expires")
            .value_name("YYYY-MM-DD")
            .required(true)
            .value_parser(date)
            .help("The last day on which it holds"),
        Arg::new("approved-by")
            .long("approved-by")
            .value_name("WHO")
            .required(true)
            .value_parser(some_text)
            .help("Who said yes"),
    ]
}

fn paths() -> Arg {
    path("path", "PATH").action(ArgAction::Append).num_args(0..).help(
        "Schema files, or folders in which to look for *.avsc [default: the configuration's schemas, else every *.avsc \
         under the current folder that git does not ignore]",
    )
}

fn path(name: &'static str, value_name: &'static str) -> Arg {
    Arg::new(name).value_name(value_name).value_parser(value_parser!(PathBuf))
}

fn witness() -> Arg {
    Arg::new("witness").long("witness").action(ArgAction::SetTrue).help(
        "For each reason why the level refuses: the shortest record that the reader cannot decode, or decodes to \
         something else, as JSON and as Avro binary in base64 (`witnesses` of the JSON answers)",
    )
}

fn level() -> Arg {
    Arg::new("level")
        .long("level")
        .value_name("LEVEL")
        .ignore_case(true)
        .value_parser(words(CompatibilityLevel::ALL.map(|level| (level.as_str(), level))))
        .help("The compatibility level [default: BACKWARD, with a registry the one in force there]")
}

fn profile() -> Arg {
    Arg::new("profile")
        .long("profile")
        .value_name("PROFILE")
        .value_parser(words(Profile::ALL.map(|profile| (profile.as_str(), profile))))
        .help("Which reading of the classes is in force [default: seed]")
}

fn format(available: &'static [Format]) -> Arg {
    let listed: Vec<&str> = available.iter().map(|format| format.as_str()).collect();
    let listed = listed.join(", ");
    let help = format!("The form of the result, to FILE or standard output; may be repeated: {listed} [default: text]");
    Arg::new("format")
        .long("format")
        .value_name("FORMAT[=FILE]")
        .action(ArgAction::Append)
        .value_parser(OutputParser { available })
        .hide_possible_values(true)
        .help(help)
}

/// Reads `FORMAT[=FILE]`, and tells shells which words there are.
#[derive(Clone)]
struct OutputParser {
    available: &'static [Format],
}

impl TypedValueParser for OutputParser {
    type Value = Output;

    fn parse_ref(&self, command: &Command, arg: Option<&Arg>, value: &OsStr) -> Result<Output, clap::Error> {
        let available = self.available;
        let read = move |text: String| {
            let output = Output::read(&text)?;
            let listed: Vec<&str> = available.iter().map(|format| format.as_str()).collect();
            let is_available = available.contains(&output.format);
            if is_available { Ok(output) } else { Err(format!("this command writes {}", listed.join(", "))) }
        };
        StringValueParser::new().try_map(read).parse_ref(command, arg, value)
    }

    fn possible_values(&self) -> Option<Box<dyn Iterator<Item = PossibleValue> + '_>> {
        Some(Box::new(self.available.iter().map(|format| PossibleValue::new(format.as_str()))))
    }
}

/// One of several words; a misspelt one is answered with the nearest.
fn words<T: Clone + Send + Sync + 'static, const N: usize>(known: [(&'static str, T); N]) -> impl TypedValueParser {
    let names = known.each_ref().map(|(name, _)| *name);
    PossibleValuesParser::new(names).map(move |word| {
        let found = known.iter().find(|(name, _)| name.eq_ignore_ascii_case(&word));
        found.expect("the parser let through what it knows").1.clone()
    })
}

fn subject(text: &str) -> Result<String, String> {
    super::config::subject_name(text)
}

fn explained(text: &str) -> Result<Explained, String> {
    Ok(fingerprint(text).map_or_else(|_| Explained::Rule(text.to_owned()), Explained::Finding))
}

fn fingerprint(text: &str) -> Result<String, String> {
    let is_fingerprint = text.len() == 16 && text.bytes().all(|byte| byte.is_ascii_hexdigit());
    if is_fingerprint { Ok(text.to_ascii_lowercase()) } else { Err("a fingerprint is 16 hex digits".to_owned()) }
}

fn date(text: &str) -> Result<Date, String> {
    super::config::calendar_day(text)
}

fn some_text(text: &str) -> Result<String, String> {
    let text = text.trim();
    if text.is_empty() { Err("is empty".to_owned()) } else { Ok(text.to_owned()) }
}
