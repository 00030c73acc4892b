//! The operator's commands: `serve`, `healthcheck` and `verify`.

use crate::failure::{COULD_NOT_COMPLETE, Failure};
use clap::{Arg, ArgAction, ArgMatches, Command};
use sluicegate::settings::{SETTINGS, Settings, SettingsError, Sources};
use sluicegate::telemetry::{self, Color};
use sluicegate::{admin, serve};
use std::io::{self, Write};
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

const SERVE_EXAMPLES: &str = "\
Examples:
  sluicegate serve --storage memory --listen 127.0.0.1:0
  SLUICEGATE_COMPATIBILITY=FULL sluicegate serve
  sluicegate serve --config sluicegate.toml          reads the keys under [serve]

A flag beats the environment, which beats the file that --config names, which beats the default.
When ready, one line on standard output gives the address. SIGTERM and SIGINT finish what was accepted, then stop.";

/// What this release offers to whoever runs a registry.
pub(crate) fn commands() -> Vec<Command> {
    let url = Arg::new("url")
        .long("url")
        .value_name("URL")
        .help("Such as http://127.0.0.1:8081; by default the registry of these settings");
    let settings = |names: &'static [&'static str]| {
        SETTINGS.iter().filter(move |s| names.is_empty() || names.contains(&s.name)).map(flag)
    };
    vec![
        Command::new("serve").about("Runs the registry").args(settings(&[])).after_help(SERVE_EXAMPLES),
        Command::new("healthcheck")
            .about("Asks a running registry whether it is ready; for health checks of containers")
            .arg(url)
            .args(settings(&["listen"])),
        Command::new("verify").about("Checks the store of a stopped registry").args(settings(&["data"])),
    ]
}

/// Runs one of [`commands`]; `None` for a name that is none of them.
pub(crate) fn run(name: &str, chosen: &ArgMatches) -> Option<Result<ExitCode, Failure>> {
    Some(match name {
        "serve" => settings(chosen).and_then(|settings| serve(settings, chosen)),
        "healthcheck" => healthcheck(chosen),
        "verify" => settings(chosen).and_then(|settings| verify(&settings)),
        _ => return None,
    })
}

impl From<SettingsError> for Failure {
    fn from(error: SettingsError) -> Self {
        if error.is_usage { Self::usage(error.message) } else { Self::incomplete(error.message) }
    }
}

fn serve(settings: Settings, chosen: &ArgMatches) -> Result<ExitCode, Failure> {
    telemetry::start(settings.log_format, settings.log_level, color(chosen));
    serve::run(&settings).map_err(|error| Failure::incomplete(error.to_string()))?;
    Ok(ExitCode::SUCCESS)
}

/// Asks a running registry whether it is ready.
fn healthcheck(chosen: &ArgMatches) -> Result<ExitCode, Failure> {
    let url = match chosen.get_one::<String>("url") {
        Some(url) => url.trim_end_matches('/').to_owned(),
        None => own_url(&settings(chosen)?)?,
    };
    let agent: ureq::Agent = ureq::Agent::config_builder()
        .timeout_global(Some(Duration::from_secs(5)))
        .http_status_as_error(false)
        .build()
        .into();
    let asked = format!("{url}/health/ready");
    let mut answer = agent.get(&asked).call().map_err(|error| Failure::incomplete(format!("{asked}: {error}")))?;
    if answer.status() == 200 {
        return Ok(print("ready\n"));
    }
    let reason = answer.body_mut().read_to_string().unwrap_or_default();
    Err(Failure::incomplete(format!("{asked}: {} {}", answer.status(), reason.trim())))
}

/// Where a registry with these settings can be asked from the same host.
fn own_url(settings: &Settings) -> Result<String, Failure> {
    let mut address = *settings.listen.first().expect("there is a default");
    if address.port() == 0 {
        return Err(Failure::incomplete("the registry listens on any free port; say which with --url"));
    }
    if address.ip().is_unspecified() {
        let ip =
            if address.is_ipv4() { std::net::Ipv4Addr::LOCALHOST.into() } else { std::net::Ipv6Addr::LOCALHOST.into() };
        address.set_ip(ip);
    }
    Ok(format!("http://{address}"))
}

/// Checks the store of a stopped registry.
fn verify(settings: &Settings) -> Result<ExitCode, Failure> {
    let command = admin::Command::Verify { data: settings.data.clone() };
    let mut results = Vec::new();
    let outcome = admin::run(&command, &mut results).map_err(|error| Failure::incomplete(error.to_string()))?;
    print(&String::from_utf8_lossy(&results));
    Ok(ExitCode::from(outcome.code()))
}

/// The flag of a setting. It has no default here: a value that nobody gave must not beat the environment.
fn flag(setting: &sluicegate::settings::Setting) -> Arg {
    let default = if setting.default.is_empty() { "none" } else { setting.default };
    let help = format!("{} [default: {default}] [env: {}]", sentence(setting.about), setting.variable());
    let action = if setting.is_list { ArgAction::Append } else { ArgAction::Set };
    Arg::new(setting.name).long(setting.name).value_name(setting.value).action(action).help(help)
}

fn sentence(about: &str) -> String {
    let mut letters = about.chars();
    letters.next().map_or_else(String::new, |first| first.to_ascii_uppercase().to_string() + letters.as_str())
}

/// The settings that this command line, the environment and the file it names amount to.
fn settings(chosen: &ArgMatches) -> Result<Settings, Failure> {
    let mut sources = Sources::default();
    for setting in &SETTINGS {
        if let Ok(Some(values)) = chosen.try_get_many::<String>(setting.name) {
            sources.flags.push((setting.name, values.cloned().collect()));
        }
    }
    for (name, value) in std::env::vars_os() {
        let Ok(name) = name.into_string() else { continue }; // ours are ASCII
        if name.starts_with("SLUICEGATE_") {
            let value = value.into_string().map_err(|_| Failure::incomplete(format!("{name}: is not UTF-8")))?;
            sources.environment.push((name, value));
        }
    }
    if let Some(path) = chosen.get_one::<PathBuf>("config") {
        let text = std::fs::read_to_string(path)
            .map_err(|error| Failure::incomplete(format!("{}: {error}", path.display())))?;
        sources.file = Some((path.clone(), text));
    }
    Ok(Settings::resolve(&sources)?)
}

fn color(chosen: &ArgMatches) -> Color {
    match chosen.get_one::<String>("color").map(String::as_str) {
        Some("always") => Color::Always,
        Some("never") => Color::Never,
        _ => Color::Auto,
    }
}

/// Writes a result. Whoever closed the pipe has seen enough.
fn print(text: &str) -> ExitCode {
    let mut out = io::stdout().lock();
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => ExitCode::from(COULD_NOT_COMPLETE),
        _ => ExitCode::SUCCESS,
    }
}
