//! What the registry's core costs without HTTP: reads, registrations known and new, a start, memory.
//!
//! Over the journal in memory, with the sync of a slow disk injected where writing is measured.

#[path = "budget.rs"]
#[expect(dead_code, reason = "each bench uses a part of what they share")]
mod budget;

use budget::{Kind, Table, cpu_ns, process_cpu, quick};
use sluicegate::compat::CompatibilityLevel;
use sluicegate::registry::journal::{Journal, JournalError, Position, Texts};
use sluicegate::registry::record::{Event, Fact, Guid, SchemaRecord, TextHash};
use sluicegate::registry::{CheckAgainst, Registry, Settings, Submission};
use sluicegate::schema::SchemaType;
use sluicegate::schema::names::{SchemaId, SubjectName, Version};
use sluicegate::storage::memory::MemoryStore;
use std::hint::black_box;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::sync::mpsc::channel;
use std::sync::{Arc, Barrier};
use std::thread;
use std::time::{Duration, Instant};

fn main() {
    let mut table = Table::new("registry", "Registry core, journal in memory");
    // First, while nothing else of this process takes memory.
    memory_and_start(&mut table);
    known(&mut table);
    pairs_seen_before(&mut table);
    durable(&mut table);
    shared_syncs(&mut table);
    reads_while_writers_wait(&mut table);
    table.finish();
}

/// A schema of ten fields and about 500 bytes.
fn text(number: u32) -> String {
    let fields: Vec<String> =
        (0..10).map(|field| format!(r#"{{"name":"f_{number}_{field}","type":"string","default":""}}"#)).collect();
    format!(r#"{{"type":"record","name":"Order","fields":[{}]}}"#, fields.join(","))
}

fn submission(subject: &str, number: u32) -> Submission {
    Submission::avro(SubjectName::read(subject), text(number))
}

fn register(registry: &Registry, submission: Submission) {
    let (sender, receiver) = channel();
    registry.register(submission, Box::new(move |outcome| sender.send(outcome).expect("somebody waits")));
    receiver.recv().expect("every command is replied to").expect("a compatible schema");
}

/// A journal of versions made up as they are read: ten to a subject, each with a content of its own.
struct MadeUp(u32);

impl Texts for MadeUp {
    fn replay(&self, seen: Position, each: &mut dyn FnMut(Fact)) -> Result<Position, JournalError> {
        for number in u32::try_from(seen.0).expect("a few million")..self.0 {
            let mut bytes = [0x5a; 32];
            bytes[..4].copy_from_slice(&number.to_be_bytes());
            let record = SchemaRecord {
                subject: SubjectName::read(&format!("team-{}.orders-{}-value", number / 10 % 97, number / 10)),
                version: Version::new(i64::from(number % 10) + 1).expect("one to ten"),
                id: SchemaId(i32::try_from(number + 1).expect("a few million")),
                guid: Guid(bytes[..16].try_into().expect("sixteen")),
                text: TextHash(bytes),
                schema_type: SchemaType::Avro,
                references: [].into(),
                metadata: None,
                rule_set: None,
                deleted: false,
                ordinal: u64::from(number) + 1,
            };
            each(Fact { timestamp_ms: 1_700_000_000_000, event: Event::SchemaRegistered(Arc::new(record)) });
        }
        Ok(Position(u64::from(self.0)))
    }

    fn text(&self, hash: TextHash) -> Result<Arc<str>, JournalError> {
        Err(JournalError::TextMissing { hash })
    }
}

fn memory_and_start(table: &mut Table) {
    let versions: u32 = if quick() { 100_000 } else { 1_000_000 };
    let before = resident_bytes();
    let cpu = process_cpu();
    let journal = Journal { writer: MemoryStore::new().journal().writer, texts: Arc::new(MadeUp(versions)) };
    let registry = Registry::start(journal, Settings::default()).expect("a made-up journal");
    let cpu = process_cpu() - cpu;
    let used = resident_bytes().saturating_sub(before) as f64;
    assert_eq!(registry.size().1, versions as usize);
    let each = used / f64::from(versions);
    table.at_most("resident bytes per version", each, 400.0, "bytes", Kind::Ratio);
    let per_100_000 = cpu.as_secs_f64() * 1e3 * 100_000.0 / f64::from(versions);
    table.at_most("replay of 100,000 versions, CPU", per_100_000, 500.0, "ms", Kind::Absolute);
    registry.stop();
}

fn resident_bytes() -> usize {
    let status = std::fs::read_to_string("/proc/self/status").expect("Linux");
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).expect("a line of its own");
    let kib: usize = line.trim().trim_end_matches(" kB").parse().expect("a number of KiB");
    kib << 10
}

fn known(table: &mut Table) {
    let registry = Registry::start(MemoryStore::new().journal(), Settings::default()).expect("empty");
    for number in 0..1_000 {
        register(&registry, submission(&format!("s{number}"), number));
    }
    let mut id = 0;
    let get = cpu_ns(|| {
        id = id % 1_000 + 1;
        black_box(registry.hot_schema_by_id(SchemaId(id), None)).expect("at hand").expect("known");
    });
    let asked: Vec<Submission> = (0..1_000).map(|number| submission(&format!("s{number}"), number)).collect();
    let mut next = 0;
    let again = cpu_ns(|| {
        next = (next + 1) % asked.len();
        black_box(registry.hot_register(&asked[next])).expect("known").expect("known");
    });
    let lookup = cpu_ns(|| {
        next = (next + 1) % asked.len();
        black_box(registry.lookup(&asked[next], false)).expect("known");
    });
    table.at_most("schema by id", get, 1_000.0, "ns", Kind::Absolute);
    table.at_most("a known schema registered again", again, 10_000.0, "ns", Kind::Absolute);
    table.plain("a known schema looked up", lookup, "ns");
}

/// A check against a long history all of whose pairs were checked before, and one against a short history.
fn pairs_seen_before(table: &mut Table) {
    let settings = Settings { default_level: CompatibilityLevel::BackwardTransitive, ..Settings::default() };
    let registry = Registry::start(MemoryStore::new().journal(), settings).expect("empty");
    register(&registry, submission("short", 0));
    (0..101).for_each(|number| register(&registry, submission("long", number)));
    let [short, long] = ["short", "long"].map(|subject| {
        let asked = submission(subject, 1_000);
        let check = || registry.check_compatibility(&asked, CheckAgainst::Level).expect("it is compatible");
        black_box(check());
        cpu_ns(|| drop(black_box(check())))
    });
    table.plain("check of a text seen before, one version", short, "ns");
    table.at_most("a pair seen before", (long - short) / 100.0, 100.0, "ns", Kind::Absolute);
}

/// A hundred clients, each with a subject of its own that grows.
fn durable(table: &mut Table) {
    let (clients, each) = (100_u32, if quick() { 20 } else { 100 });
    let store = MemoryStore::new();
    store.set_sync_delay(Duration::from_millis(8));
    let registry = Arc::new(Registry::start(store.journal(), Settings::default()).expect("empty"));
    let start = Arc::new(Barrier::new(clients as usize + 1));
    let threads: Vec<_> = (0..clients)
        .map(|client| {
            let (registry, start) = (registry.clone(), start.clone());
            thread::spawn(move || {
                let all: Vec<_> =
                    (0..each).map(|n| submission(&format!("client-{client}"), client * each + n)).collect();
                start.wait();
                let took = |submission| {
                    let started = Instant::now();
                    register(&registry, submission);
                    started.elapsed()
                };
                all.into_iter().map(took).collect::<Vec<_>>()
            })
        })
        .collect();
    start.wait();
    let (cpu, started) = (process_cpu(), Instant::now());
    let mut took: Vec<Duration> =
        threads.into_iter().flat_map(|thread| thread.join().expect("no client panics")).collect();
    let (cpu, wall) = (process_cpu() - cpu, started.elapsed());
    took.sort_unstable();
    let all = f64::from(clients * each);
    let rate = all / wall.as_secs_f64();
    table.at_least("durable registrations, 100 clients, sync of 8 ms", rate, 5_000.0, "/s", Kind::Absolute);
    let p99 = took[took.len() * 99 / 100].as_secs_f64() * 1e3;
    table.at_most("the same, p99", p99, 30.0, "ms", Kind::Absolute);
    table.at_most("the same, CPU each", cpu.as_secs_f64() * 1e6 / all, 80.0, "us", Kind::Absolute);
    table.plain("the same, registrations to a sync", all / store.syncs() as f64, "");
}

fn shared_syncs(table: &mut Table) {
    let store = MemoryStore::new();
    store.set_sync_delay(Duration::from_millis(5));
    let registry = Registry::start(store.journal(), Settings::default()).expect("empty");
    let (sender, receiver) = channel();
    for number in 0..100 {
        let sender = sender.clone();
        let reply = move |outcome: Result<_, _>| sender.send(outcome.is_ok()).expect("somebody waits");
        registry.register(submission(&format!("s{number}"), number), Box::new(reply));
    }
    assert!((0..100).all(|_| receiver.recv().expect("every command is replied to")));
    let syncs = store.syncs() as f64;
    table.at_most("syncs of 100 concurrent registrations, 5 ms each", syncs, 10.0, "", Kind::Ratio);
}

fn reads_while_writers_wait(table: &mut Table) {
    let store = MemoryStore::new();
    let registry = Arc::new(Registry::start(store.journal(), Settings::default()).expect("empty"));
    for number in 0..1_000 {
        register(&registry, submission(&format!("s{number}"), number));
    }
    let alone = read_p99(&registry);
    store.set_sync_delay(Duration::from_millis(8));
    let stop = Arc::new(AtomicBool::new(false));
    let (writing, stopped) = (registry.clone(), stop.clone());
    // 600 replies are outstanding all the time, as with 600 clients; no thread waits for them.
    let writers = thread::spawn(move || {
        let (sender, receiver) = channel();
        let mut number = 10_000;
        let mut waiting = 0;
        while !stopped.load(Relaxed) {
            while waiting < 600 {
                let sender = sender.clone();
                let reply = move |_: Result<_, _>| sender.send(()).unwrap_or_default();
                writing.register(submission(&format!("w{}", number % 600), number), Box::new(reply));
                number += 1;
                waiting += 1;
            }
            receiver.recv().expect("every command is replied to");
            waiting -= 1;
        }
        (0..waiting).for_each(|_| receiver.recv().expect("every command is replied to"));
        number
    });
    let beside = read_p99(&registry);
    stop.store(true, Relaxed);
    let last = writers.join().expect("writers do not panic");
    table.plain("versions written beside the reads", f64::from(last - 10_000), "");
    table.plain("schema by id, p99, nobody writes", alone, "ns");
    table.plain("schema by id, p99, 600 writers wait", beside, "ns");
}

fn read_p99(registry: &Registry) -> f64 {
    let count = if quick() { 20_000 } else { 200_000 };
    let mut took: Vec<u64> = (0..count)
        .map(|n| {
            let started = Instant::now();
            black_box(registry.hot_schema_by_id(SchemaId(n % 1_000 + 1), None));
            u64::try_from(started.elapsed().as_nanos()).unwrap_or(u64::MAX)
        })
        .collect();
    took.sort_unstable();
    took[took.len() * 99 / 100] as f64
}
