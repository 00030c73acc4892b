//! The command line of `preflight`: what producers and consumers ask before data flows.

use super::{format, outputs, path, required, value};
use crate::gate::config::Output;
use crate::gate::in_use::InUse;
use crate::gate::render::Format;
use clap::builder::ValueParser;
use clap::{Arg, ArgAction, ArgMatches, Command, value_parser};
use std::path::PathBuf;

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
