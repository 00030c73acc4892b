//! The composition root: settings, journal, replay, registry, HTTP, and the way back.
//!
//! The one place that chooses adapters. Whatever keeps a registry from starting is told in one line: what is wrong and
//! what to do.

use crate::http::{Bound, CrossOrigin, HttpSettings, Server};
use crate::registry::journal::Journal;
use crate::registry::{self, Registry};
use crate::settings::{Settings, StorageKind};
use crate::storage;
use std::io::{self, ErrorKind, Write};
use std::path::Path;
use std::sync::Arc;
use std::time::Instant;
use tokio::runtime::{self, Runtime};
use tokio::signal::unix::{Signal, SignalKind, signal};

/// Exit code of a stop that was not waited for: it could not complete.
const CUT_SHORT: i32 = 101;

/// Why a registry did not start. One line.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The data directory is refused.
    #[error("{0}")]
    Store(String),
    /// An address cannot be listened on.
    #[error("cannot listen on {what}; {remedy}")]
    Listen {
        /// The address and what the system said.
        what: String,
        /// What to do.
        remedy: &'static str,
    },
    /// The operating system refuses something else that every process may do.
    #[error("cannot start: {0}; see to the cause and start again")]
    System(#[from] io::Error),
    /// The program was built without the adapter that was asked for.
    #[error(
        "this program was built without RocksDB; start it with --storage memory, or build it with default features"
    )]
    NoRocksDb,
}

/// Runs a registry until SIGTERM or SIGINT, then finishes what was accepted and returns.
///
/// Prints one line on standard output when it is ready.
///
/// # Errors
/// When it cannot start, or the HTTP server broke.
pub fn run(settings: &Settings) -> Result<(), StartError> {
    // First of all: process 1 of a container ignores a SIGTERM that it does not catch.
    let mut signals = Signals::catch()?;
    let started = Instant::now();
    let (journal, place) = open(settings)?;
    let registry = Registry::start(journal, registry_settings(settings)).map_err(|error| {
        StartError::Store(format!("cannot read {place}: {error}; `sluicegate verify` looks closer"))
    })?;
    let registry = Arc::new(registry);
    let server = match Server::bind(http_settings(settings), registry.clone()) {
        Ok(server) => server,
        Err(error) => {
            registry.stop();
            return Err(listen_error(&error));
        }
    };
    announce(&server, &place, &registry, started);
    let received = signals.wait();
    tracing::info!(signal = received, "stopping: no new connections, finishing what was accepted");
    signals.leave_on_another();
    let stopped = server.stop();
    registry.stop();
    tracing::info!("stopped");
    Ok(stopped?)
}

/// Opens the journal that the settings name, and says where it is in the words of the ready line.
fn open(settings: &Settings) -> Result<(Journal, String), StartError> {
    match settings.storage {
        StorageKind::Memory => Ok((storage::memory::MemoryStore::new().journal(), "memory".to_owned())),
        StorageKind::RocksDb => {
            let journal = open_rocksdb(&settings.data)?;
            let directory = settings.data.canonicalize()?;
            Ok((journal, format!("rocksdb in {}", directory.display())))
        }
    }
}

#[cfg(feature = "rocksdb")]
fn open_rocksdb(directory: &Path) -> Result<Journal, StartError> {
    storage::rocksdb::open(directory).map_err(|error| StartError::Store(error.to_string()))
}

#[cfg(not(feature = "rocksdb"))]
fn open_rocksdb(_directory: &Path) -> Result<Journal, StartError> {
    Err(StartError::NoRocksDb)
}

/// What of the settings concerns the registry.
pub fn registry_settings(settings: &Settings) -> registry::Settings {
    registry::Settings {
        default_level: settings.compatibility,
        rule_sets: settings.rule_sets,
        modes_may_change: settings.modes_may_change,
        validate_fields: settings.validate_fields,
        validate_new_schemas: settings.validate_new_schemas,
        reject_empty_subject: settings.reject_empty_subject,
        cache_bytes_max: settings.cache_bytes_max - checker_bytes_max(settings) - answer_bytes_max(settings),
        ..registry::Settings::default()
    }
}

/// What of the settings concerns HTTP.
pub fn http_settings(settings: &Settings) -> HttpSettings {
    let cross_origin = (!settings.allowed_origins.is_empty()).then(|| CrossOrigin {
        origins: settings.allowed_origins.clone(),
        methods: settings.allowed_methods.clone(),
        headers: settings.allowed_headers.clone(),
        exposed_headers: settings.exposed_headers.clone(),
    });
    HttpSettings {
        listen: settings.listen.clone(),
        body_bytes_max: settings.body_bytes_max,
        incompatible_error_code: settings.incompatible_error_code,
        uri_rules: settings.uri_rules,
        search: settings.search,
        compression: settings.compression,
        cross_origin,
        response_headers: settings.response_headers.clone(),
        checker_bytes_max: checker_bytes_max(settings),
        answer_bytes_max: answer_bytes_max(settings),
        all_bodies_bytes_max: HttpSettings::default().all_bodies_bytes_max.max(settings.body_bytes_max),
        ..HttpSettings::default()
    }
}

/// What of the memory for caches goes to what records are checked with.
fn checker_bytes_max(settings: &Settings) -> usize {
    settings.cache_bytes_max / 8
}

/// What of it goes to answers that are given again; the rest is the registry's.
fn answer_bytes_max(settings: &Settings) -> usize {
    settings.cache_bytes_max / 4
}

fn listen_error(error: &io::Error) -> StartError {
    let remedy = match error.kind() {
        ErrorKind::AddrInUse => "stop the process that has it, or choose another with --listen ADDR:PORT",
        ErrorKind::PermissionDenied => "ports below 1024 need root; choose another with --listen ADDR:PORT",
        ErrorKind::AddrNotAvailable => "this machine has no such address; choose another with --listen ADDR:PORT",
        _ => "see to the cause, or choose another address with --listen ADDR:PORT",
    };
    StartError::Listen { what: error.to_string(), remedy }
}

/// The line that scripts wait for. A closed standard output is no reason to stop serving.
fn announce(server: &Bound, place: &str, registry: &Registry, started: Instant) {
    let addresses: Vec<String> = server.addresses().iter().map(|address| format!("http://{address}")).collect();
    let (subjects, versions) = registry.size();
    let version = env!("CARGO_PKG_VERSION");
    let addresses = addresses.join(", ");
    let line =
        format!("sluicegate {version} ready on {addresses} ({place}, {subjects} subjects, {versions} versions)\n");
    let mut out = io::stdout().lock();
    if let Err(error) = out.write_all(line.as_bytes()).and_then(|()| out.flush()) {
        tracing::warn!(%error, "the ready line could not be written");
    }
    let duration_ms = u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX);
    tracing::info!(%addresses, storage = place, subjects, versions, duration_ms, "ready");
}

/// The signals that ask for a clean stop.
struct Signals {
    runtime: Runtime,
    terminate: Signal,
    interrupt: Signal,
}

impl Signals {
    fn catch() -> io::Result<Self> {
        let runtime = runtime::Builder::new_current_thread().enable_all().build()?;
        let context = runtime.enter();
        let terminate = signal(SignalKind::terminate())?;
        let interrupt = signal(SignalKind::interrupt())?;
        drop(context);
        Ok(Self { runtime, terminate, interrupt })
    }

    /// Waits for the first of them; one that came before counts.
    fn wait(&mut self) -> &'static str {
        let Self { runtime, terminate, interrupt } = self;
        runtime.block_on(async {
            tokio::select! {
                _ = terminate.recv() => "SIGTERM",
                _ = interrupt.recv() => "SIGINT",
            }
        })
    }

    /// Ends the process at once when one more comes. What was acknowledged is on disk already.
    fn leave_on_another(mut self) {
        std::thread::spawn(move || {
            let received = self.wait();
            tracing::warn!(signal = received, "stopping at once; requests that were under way are cut off");
            std::process::exit(CUT_SHORT);
        });
    }
}
