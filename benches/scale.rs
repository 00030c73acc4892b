//! What a registry with very many versions costs: the start and the memory of the program, and the listings that
//! whoever looks at everything asks for.

#[path = "budget.rs"]
#[expect(dead_code, reason = "each bench uses a part of what they share")]
mod budget;
#[path = "http/load.rs"]
#[expect(dead_code, reason = "each bench uses a part of what they share")]
mod load;
#[path = "store/versions.rs"]
mod versions;

use budget::{Kind, Table, quick};
use load::{Load, get};
use rustix::process::{Pid, Signal, kill_process};
use sluicegate::http::{HttpSettings, PageLimits, SearchLimits, Server};
use sluicegate::registry::Registry;
use sluicegate::storage::memory::MemoryStore;
use sluicegate::storage::rocksdb::open;
use std::fs;
use std::io::{BufRead as _, BufReader};
use std::net::SocketAddr;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};

fn main() {
    let mut table = Table::new("scale", "Very many versions");
    starts(&mut table);
    listings(&mut table);
    table.finish();
}

/// The program's start over stores that were closed, and what it then takes.
fn starts(table: &mut Table) {
    let folder = tempfile::tempdir().expect("a temporary folder");
    // Versions, milliseconds to start, resident MB: one store that grows.
    let goals = [
        (0, Some(100.0), None),
        (10_000, None, Some(50.0)),
        (100_000, Some(1_000.0), None),
        (1_000_000, Some(5_000.0), Some(400.0)),
    ];
    let mut filled = 0;
    for (versions, start_ms, resident_mb) in goals {
        let (start, resident) =
            (format!("start to ready, {versions} versions, CPU"), format!("resident, {versions} versions"));
        if quick() && versions > 10_000 {
            table.leave_out(&start);
            table.leave_out(&resident);
            continue;
        }
        let mut journal = open(folder.path()).expect("a store of this bench");
        versions::append(&mut journal, filled..versions);
        journal.writer.close().expect("a clean end");
        drop(journal);
        filled = versions;
        let mut started: Vec<Started> = (0..3).map(|_| Started::over(folder.path(), versions)).collect();
        started.sort_by_key(|started| started.cpu);
        let least = &started[0];
        match start_ms {
            Some(most) => table.at_most(&start, milliseconds(least.cpu), most, "ms", Kind::Absolute),
            None => table.plain(&start, milliseconds(least.cpu), "ms"),
        }
        table.plain(&format!("start to ready, {versions} versions, wall"), milliseconds(least.wall), "ms");
        match resident_mb {
            Some(most) => table.at_most(&resident, least.resident_mb, most, "MB", Kind::Ratio),
            None => table.plain(&resident, least.resident_mb, "MB"),
        }
        if versions > 0 {
            table.plain(&format!("resident, {versions} versions, 10,000 of them read"), least.resident_in_use_mb, "MB");
        }
    }
}

/// What a start of the program took.
struct Started {
    cpu: Duration,
    wall: Duration,
    resident_mb: f64,
    resident_in_use_mb: f64,
}

impl Started {
    /// Starts the program over the store in `data`, reads from it, and stops it.
    fn over(data: &Path, versions: u32) -> Self {
        let began = Instant::now();
        let mut child = Command::new(env!("CARGO_BIN_EXE_sluicegate"))
            .env_clear()
            .args(["serve", "--listen", "127.0.0.1:0", "--data"])
            .arg(data)
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("the program was built for the benches");
        let mut line = String::new();
        let mut out = BufReader::new(child.stdout.take().expect("piped"));
        out.read_line(&mut line).expect("the ready line");
        let (wall, cpu, resident_mb) = (began.elapsed(), cpu_of(&child), resident_mb(&child));
        assert!(line.contains(&format!(" {versions} versions)")), "{line}");
        let address = line.split("http://").nth(1).and_then(|rest| rest.split([' ', ',']).next());
        let address: SocketAddr = address.and_then(|address| address.parse().ok()).expect("an address");
        let mut load = Load::new(address, 8);
        let mut read = 0;
        while read < versions.min(10_000) {
            load.once(|out| {
                get(&format!("/schemas/ids/{}", read % versions + 1), out);
                read += 1;
            });
        }
        let resident_in_use_mb = self::resident_mb(&child);
        drop(load);
        let pid = i32::try_from(child.id()).ok().and_then(Pid::from_raw).expect("a process id");
        kill_process(pid, Signal::TERM).expect("the process is ours");
        assert!(child.wait().expect("a child can be waited for").success());
        Self { cpu, wall, resident_mb, resident_in_use_mb }
    }
}

/// CPU time that a child has taken, in hundredths of a second.
fn cpu_of(child: &Child) -> Duration {
    let status = fs::read_to_string(format!("/proc/{}/stat", child.id())).expect("Linux");
    let (_, fields) = status.rsplit_once(") ").expect("behind the name");
    // The fields 14 and 15 of the whole, of which the first two are gone.
    let ticks = fields.split(' ').skip(11).take(2).map(|ticks| ticks.parse::<u64>().expect("a number of ticks"));
    Duration::from_millis(ticks.sum::<u64>() * 10)
}

fn resident_mb(child: &Child) -> f64 {
    let status = fs::read_to_string(format!("/proc/{}/status", child.id())).expect("Linux");
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).expect("a line of its own");
    let kib: f64 = line.trim().trim_end_matches(" kB").parse().expect("a number of KiB");
    kib * 1024.0 / 1e6
}

/// All subjects, and the latest version of each.
fn listings(table: &mut Table) {
    let names = 100_000;
    // Every tenth version begins a subject.
    let all = listing(names, 10, "/subjects");
    table.at_most("GET /subjects, 100,000 subjects, CPU", all.server_cpu_ms, 50.0, "ms", Kind::Absolute);
    table.plain("GET /subjects, 100,000 subjects, wall p50", all.p50_ms, "ms");
    let latest = listing(1_400, 1, "/schemas?latestOnly=true");
    table.at_most("latest of 1,400 subjects of 10 versions, CPU", latest.server_cpu_ms, 50.0, "ms", Kind::Absolute);
    table.plain("latest of 1,400 subjects of 10 versions, wall p50", latest.p50_ms, "ms");
}

struct Listed {
    server_cpu_ms: f64,
    p50_ms: f64,
}

/// What it costs to list `subjects` subjects, of each of which every `stride`th of ten versions is there.
fn listing(subjects: u32, stride: usize, target: &str) -> Listed {
    let mut journal = MemoryStore::default().journal();
    let mut last = sluicegate::registry::journal::Position::START;
    for first in (0..subjects * 10).step_by(10_000) {
        let batch = versions::batch((first..(subjects * 10).min(first + 10_000)).step_by(stride));
        last = journal.writer.append(last, &batch).expect("nothing is wrong");
    }
    let registry = Registry::start(journal, sluicegate::registry::Settings::default()).expect("a whole journal");
    assert_eq!(registry.size().0, subjects as usize);
    // The reference's own limit of a page is 1,000; whoever wants more in one call sets it.
    let schemas = PageLimits { default: 100_000, max: 100_000 };
    let search = SearchLimits { schemas, ..SearchLimits::default() };
    let http = HttpSettings { listen: vec![([127, 0, 0, 1], 0).into()], search, ..HttpSettings::default() };
    let server = Server::bind(http, Arc::new(registry)).expect("a free port");
    let mut load = Load::new(server.addresses()[0], 1);
    let time = Duration::from_millis(if quick() { 200 } else { 2_000 });
    load.once(|out| get(target, out));
    let cost = load.run(time, |out| get(target, out));
    drop(load);
    server.abort().expect("the server ends well");
    Listed { server_cpu_ms: cost.server_cpu_us / 1e3, p50_ms: milliseconds(cost.latencies[cost.latencies.len() / 2]) }
}

fn milliseconds(duration: Duration) -> f64 {
    duration.as_secs_f64() * 1e3
}
