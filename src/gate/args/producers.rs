//! The command lines of `records` and `preflight`: what producers and consumers ask before data flows.

use super::{format, outputs, path, required, value};
use crate::gate::config::Output;
use crate::gate::in_use::InUse;
use crate::gate::records::Form;
use crate::gate::render::Format;
use crate::records::LogicalTypes;
use clap::builder::ValueParser;
use clap::{Arg, ArgAction, ArgGroup, ArgMatches, Command, value_parser};
use std::path::PathBuf;

/// Misfits that are shown one by one unless the user says otherwise.
const MISFITS_SHOWN: usize = 20;

/// Most that a user may ask to be shown: all of them are kept until the end.
const MISFITS_SHOWN_MAX: u64 = 100_000;

/// What `records` was told.
#[derive(Clone, Debug)]
pub struct RecordsArgs {
    /// `--config`
    pub config: Option<PathBuf>,
    /// `--schema` or `--subject`
    pub schema: SchemaChoice,
    /// `--reader`
    pub readers: Vec<PathBuf>,
    /// `--in-use`; the subject's versions that count as readers where no reader is named.
    pub in_use: Option<InUse>,
    /// `--registry`
    pub registry: Option<String>,
    /// `--input`; `None` where each input is recognised.
    pub form: Option<Form>,
    /// `--logical-types`
    pub logical_types: LogicalTypes,
    /// `--max-misfits`
    pub misfits_max: usize,
    /// `--format`
    pub outputs: Vec<Output>,
    /// Files, or `-` for standard input.
    pub inputs: Vec<PathBuf>,
}

/// Which schema records are held against.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SchemaChoice {
    /// A schema file.
    File(PathBuf),
    /// A version of a subject, the latest where none is named.
    Subject {
        /// The subject.
        subject: String,
        /// Its version.
        version: Option<u32>,
    },
}

/// What `preflight` was told.
#[derive(Clone, Debug)]
pub struct PreflightArgs {
    /// `--config`
    pub config: Option<PathBuf>,
    /// `--subject`
    pub subject: String,
    /// The schema file.
    pub schema: PathBuf,
    /// `--role`
    pub role: Role,
    /// `--reader`
    pub readers: Vec<PathBuf>,
    /// `--in-use`
    pub in_use: Option<InUse>,
    /// `--declare-major`
    pub declare_major: Option<u32>,
    /// `--registry`
    pub registry: Option<String>,
    /// `--format`
    pub outputs: Vec<Output>,
}

/// What is about to be deployed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// Something that writes with the schema.
    Producer,
    /// Something that reads with it.
    Consumer,
}

impl Role {
    /// The word of the command line and of answers.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Producer => "producer",
            Self::Consumer => "consumer",
        }
    }
}

/// `records`.
pub(super) fn records() -> Command {
    let schema = path("schema", "FILE").long("schema").help("Hold records against this schema file");
    let subject = Arg::new("subject")
        .long("subject")
        .value_name("NAME")
        .value_parser(super::subject)
        .help("Hold records against a version of this subject of a registry");
    let version = Arg::new("subject-version")
        .long("subject-version")
        .value_name("N")
        .conflicts_with("schema")
        .value_parser(value_parser!(u32).range(1..=i64::from(i32::MAX)))
        .help("Which version of the subject [default: the latest]");
    let form = Arg::new("input")
        .long("input")
        .value_name("FORM")
        .value_parser(super::words(Form::ALL.map(|form| (form.as_str(), form))))
        .hide_possible_values(true)
        .help(
            "What the inputs hold: json (Avro's JSON encoding, a record a line), plain-json, avro (an object container \
             file), wire (one message), wire-base64, wire-hex, wire-escaped (a message a line), wire-lengths (each \
             message behind its length) [default: recognised, but for plain-json and wire-lengths]",
        );
    let logical_types = Arg::new("logical-types")
        .long("logical-types")
        .value_name("HOW")
        .default_value("checked")
        .value_parser(super::words([("checked", LogicalTypes::Checked), ("ignored", LogicalTypes::Ignored)]))
        .help("Whether a uuid has to be one, a decimal to keep to its precision, a time to lie within a day");
    let misfits_max = Arg::new("max-misfits")
        .long("max-misfits")
        .value_name("N")
        .value_parser(value_parser!(u64).range(0..=MISFITS_SHOWN_MAX))
        .help(format!("Show so many records that do not fit; the others are counted [default: {MISFITS_SHOWN}]"));
    let inputs = path("input-file", "FILE|-")
        .action(ArgAction::Append)
        .num_args(1..)
        .required(true)
        .help("What to check; - is standard input");
    Command::new("records")
        .about("Checks records against a schema, and says which consumers could not read them")
        .args([schema, subject, version, reader(), in_use().conflicts_with("schema"), form])
        .args([logical_types, misfits_max, registry()])
        .args([format(&Format::ALL), inputs])
        .group(ArgGroup::new("held-against").args(["schema", "subject"]).required(true))
        .after_help(super::examples::RECORDS)
}

/// `preflight`.
pub(super) fn preflight() -> Command {
    let subject = Arg::new("subject")
        .long("subject")
        .value_name("NAME")
        .required(true)
        .value_parser(super::subject)
        .help("The subject of the registry");
    let role = Arg::new("role")
        .long("role")
        .value_name("ROLE")
        .default_value(Role::Producer.as_str())
        .value_parser(super::words([Role::Producer, Role::Consumer].map(|role| (role.as_str(), role))))
        .help("producer: it writes with SCHEMA. consumer: it reads with SCHEMA what the versions in use wrote");
    let declare_major = Arg::new("declare-major")
        .long("declare-major")
        .value_name("N")
        .value_parser(value_parser!(u32).range(0..=i64::from(i32::MAX)))
        .help("Declare this major version, as at its registration [default: what the configuration declares]");
    let schema = path("schema", "SCHEMA").required(true).help("The schema file that is about to be deployed");
    Command::new("preflight")
        .about("Before a deployment: is this schema registered or acceptable, and can every reader read it?")
        .args([subject, role, reader(), in_use(), declare_major, registry()])
        .args([format(&[Format::Text, Format::Json]), schema])
        .after_help(super::examples::PREFLIGHT)
}

/// What was chosen for `records`.
pub(super) fn records_args(chosen: &ArgMatches) -> Result<RecordsArgs, String> {
    let schema = match value(chosen, "schema") {
        Some(file) => SchemaChoice::File(file),
        None => {
            SchemaChoice::Subject { subject: required(chosen, "subject"), version: value(chosen, "subject-version") }
        }
    };
    let inputs: Vec<PathBuf> = many(chosen, "input-file");
    if inputs.iter().filter(|input| input.as_os_str() == "-").count() > 1 {
        return Err("standard input can be read once: name - once".to_owned());
    }
    let misfits_max: Option<u64> = value(chosen, "max-misfits");
    Ok(RecordsArgs {
        config: super::config(chosen),
        schema,
        readers: many(chosen, "reader"),
        in_use: value(chosen, "in-use"),
        registry: value(chosen, "registry"),
        form: value(chosen, "input"),
        logical_types: required(chosen, "logical-types"),
        misfits_max: misfits_max.map_or(MISFITS_SHOWN, |most| usize::try_from(most).unwrap_or(usize::MAX)),
        outputs: outputs(chosen)?,
        inputs,
    })
}

/// What was chosen for `preflight`.
pub(super) fn preflight_args(chosen: &ArgMatches) -> Result<PreflightArgs, String> {
    let role: Role = required(chosen, "role");
    let readers: Vec<PathBuf> = many(chosen, "reader");
    if role == Role::Consumer && !readers.is_empty() {
        return Err("--reader names who reads what a producer writes; with --role consumer SCHEMA is the reader".into());
    }
    Ok(PreflightArgs {
        config: super::config(chosen),
        subject: required(chosen, "subject"),
        schema: required(chosen, "schema"),
        role,
        readers,
        in_use: value(chosen, "in-use"),
        declare_major: value(chosen, "declare-major"),
        registry: value(chosen, "registry"),
        outputs: outputs(chosen)?,
    })
}

fn many<T: Clone + Send + Sync + 'static>(chosen: &ArgMatches, name: &str) -> Vec<T> {
    chosen.get_many(name).unwrap_or_default().cloned().collect()
}

fn reader() -> Arg {
    path("reader", "FILE")
        .long("reader")
        .action(ArgAction::Append)
        .conflicts_with("in-use")
        .help("The schema of a consumer that has to read it; may be repeated [default: the subject's versions in use]")
}

fn in_use() -> Arg {
    Arg::new("in-use")
        .long("in-use")
        .value_name("VERSIONS")
        .value_parser(ValueParser::new(|text: &str| InUse::read(text)))
        .help("Which live versions of the subject are in use: all, latest, last:N, none, or numbers such as 2,3")
}

fn registry() -> Arg {
    Arg::new("registry")
        .long("registry")
        .value_name("URL")
        .value_parser(ValueParser::new(url))
        .help("The registry [default: SLUICEGATE_REGISTRY_URL, else `against` of the configuration where that is one]")
}

fn url(text: &str) -> Result<String, String> {
    let scheme = text.split_once("://").map(|(scheme, _)| scheme.to_ascii_lowercase());
    match scheme.as_deref() {
        Some("http" | "https") => Ok(text.to_owned()),
        _ => Err("the address of a registry begins with http:// or https://".to_owned()),
    }
}
