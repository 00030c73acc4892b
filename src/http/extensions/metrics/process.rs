//! What the process uses of the machine, under the names that every Prometheus client gives it.

use super::exposition::{Exposition, Kind};
use rustix::param::{clock_ticks_per_second, page_size};
use rustix::process::{Resource, getrlimit};
use rustix::time::{ClockId, clock_gettime};
use std::fs;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// What a process uses; `None` for what the system does not tell.
#[derive(Clone, Copy, Debug)]
pub(super) struct Process {
    cpu: Duration,
    resident_bytes: Option<u64>,
    virtual_bytes: Option<u64>,
    open_files: Option<u64>,
    open_files_max: Option<u64>,
    threads: Option<u64>,
    /// Since 1970.
    started: Option<Duration>,
}

impl Process {
    /// This process, now. Reads `/proc`, where there is one.
    pub(super) fn now() -> Self {
        let memory = fs::read_to_string("/proc/self/statm").ok();
        let pages = |at| memory.as_ref()?.split_ascii_whitespace().nth(at)?.parse::<u64>().ok();
        let bytes = |at| Some(pages(at)? * page_size() as u64);
        // Behind the name, which may hold anything; the first field there is the third of all.
        let stat = fs::read_to_string("/proc/self/stat").ok();
        let field = |at: usize| stat.as_ref()?.rsplit_once(')')?.1.split_ascii_whitespace().nth(at - 3)?.parse().ok();
        Self {
            cpu: clock(ClockId::ProcessCPUTime),
            virtual_bytes: bytes(0),
            resident_bytes: bytes(1),
            open_files: fs::read_dir("/proc/self/fd").ok().map(|entries| entries.count() as u64),
            open_files_max: getrlimit(Resource::Nofile).current,
            threads: field(20),
            started: field(22).and_then(started),
        }
    }

    pub(super) fn write(&self, page: &mut Exposition) {
        let mut gauge = |name, help, value: Option<u64>| {
            if let Some(value) = value {
                page.single(Kind::Gauge, name, help, value);
            }
        };
        gauge("process_resident_memory_bytes", "Memory in use.", self.resident_bytes);
        gauge("process_virtual_memory_bytes", "Address space in use.", self.virtual_bytes);
        gauge("process_open_fds", "Open files and sockets.", self.open_files);
        gauge("process_max_fds", "How many files and sockets may be open.", self.open_files_max);
        gauge("process_threads", "Threads.", self.threads);
        if let Some(started) = self.started {
            let seconds = format!("{:.2}", started.as_secs_f64());
            page.single(Kind::Gauge, "process_start_time_seconds", "When the process began, since 1970.", seconds);
        }
        page.single(Kind::Counter, "process_cpu_seconds", "Processor time used.", self.cpu.as_secs_f64());
    }
}

/// When a process began that the system says began so many ticks after its own start.
fn started(ticks: u64) -> Option<Duration> {
    let began = Duration::from_millis(ticks.checked_mul(1000)? / clock_ticks_per_second());
    let now = SystemTime::now().duration_since(UNIX_EPOCH).ok()?;
    (now + began).checked_sub(clock(ClockId::Boottime))
}

fn clock(clock: ClockId) -> Duration {
    Duration::try_from(clock_gettime(clock)).unwrap_or_default()
}
