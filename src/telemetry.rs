//! Where log lines go and in which form: standard error, for people or one JSON object a line.
//!
//! Standard output belongs to results. Schema texts and credentials are never logged; that is for each caller to keep.

use crate::settings::{LogFormat, LogLevel};
use std::io::{IsTerminal, stderr};
use tracing_subscriber::filter::{LevelFilter, Targets};
use tracing_subscriber::fmt::layer;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;

/// Whether output for people carries colours.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Color {
    /// On a terminal, unless `NO_COLOR` is set.
    Auto,
    /// Even into a pipe.
    Always,
    /// Never.
    Never,
}

/// Starts logging for the life of the process. A second call changes nothing.
pub fn start(format: LogFormat, level: LogLevel, color: Color) {
    let level = filter(level);
    // Dependencies report what may need somebody; their other lines are about themselves.
    let targets = Targets::new().with_target("sluicegate", level).with_default(level.min(LevelFilter::WARN));
    // It reports each broken request as an error; a port scan would fill the log.
    let targets = targets.with_target("actix_http", if level > LevelFilter::INFO { level } else { LevelFilter::OFF });
    let lines = tracing_subscriber::registry().with(targets);
    let started = match format {
        LogFormat::Text => {
            lines.with(layer().with_writer(stderr).with_ansi(colored(color)).with_target(false)).try_init()
        }
        LogFormat::Json => lines.with(layer().json().flatten_event(true).with_writer(stderr)).try_init(),
    };
    drop(started); // fails only where logging was started before
}

fn filter(level: LogLevel) -> LevelFilter {
    match level {
        LogLevel::Off => LevelFilter::OFF,
        LogLevel::Error => LevelFilter::ERROR,
        LogLevel::Warn => LevelFilter::WARN,
        LogLevel::Info => LevelFilter::INFO,
        LogLevel::Debug => LevelFilter::DEBUG,
        LogLevel::Trace => LevelFilter::TRACE,
    }
}

fn colored(color: Color) -> bool {
    match color {
        Color::Auto => stderr().is_terminal() && std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty()),
        Color::Always => true,
        Color::Never => false,
    }
}
