//! What the journal on disk costs: facts read and written, durable appends beside the disk's own syncs, and a start.

#[path = "budget.rs"]
#[expect(dead_code, reason = "each bench uses a part of what they share")]
mod budget;
#[path = "store/versions.rs"]
mod versions;

use budget::{Kind, Table, cpu_ns, process_cpu, quick};
use sluicegate::registry::Registry;
use sluicegate::registry::journal::{Batch, Journal, Position};
use sluicegate::registry::record::Event;
use sluicegate::storage::rocksdb::open;
use sluicegate::topic::{Beside, read_without_text, write_key, write_value};
use std::fs::File;
use std::hint::black_box;
use std::io::Write;
use std::path::Path;
use std::time::{Duration, Instant};
use versions::{append, batch, registration};

fn main() {
    let mut table = Table::new("store", "Journal on disk");
    codec(&mut table);
    let folder = tempfile::tempdir().expect("a temporary folder");
    durable_appends(&mut table, folder.path());
    start(&mut table);
    table.finish();
}

fn codec(table: &mut Table) {
    let (fact, _) = registration(4711);
    let Event::SchemaRegistered(record) = &fact.event else { return };
    let beside = Some(Beside::from(&**record));
    let (mut key, mut value) = (Vec::new(), Vec::new());
    write_key(&fact.event.key(), &mut key);
    write_value(&fact.event, None, &mut value);
    let mut out = Vec::new();
    let written = cpu_ns(|| {
        out.clear();
        write_key(&fact.event.key(), &mut out);
        write_value(&fact.event, None, &mut out);
        black_box(&out);
    });
    table.at_most("fact written", written, 1000.0, "ns", Kind::Absolute);
    let read = cpu_ns(|| {
        black_box(read_without_text(&key, Some(&value), beside)).expect("just written");
    });
    table.at_most("fact read", read, 1000.0, "ns", Kind::Absolute);
}

/// Every append is one sync. The disk's own is measured in turn with it, on the same folder, because it wanders.
fn durable_appends(table: &mut Table, folder: &Path) {
    let mut journal = open(&folder.join("store")).expect("an empty directory");
    let mut file = File::create(folder.join("synced")).expect("a temporary folder");
    let mut last = Position::START;
    let mut append = |journal: &mut Journal, batch: &Batch| {
        let started = Instant::now();
        last = journal.writer.append(last, batch).expect("nothing is wrong");
        started.elapsed()
    };
    let singles = if quick() { 200 } else { 1000 };
    let (mut syncs, mut appends) = (Vec::new(), Vec::new());
    for at in 0..singles {
        let batch = batch(at..at + 1);
        syncs.push(sync(&mut file));
        appends.push(append(&mut journal, &batch));
    }
    let (sync, single) = (micros(median(&mut syncs)), micros(median(&mut appends)));
    let (batches, size) = (if quick() { 20 } else { 200 }, 100);
    let prepared: Vec<Batch> = (0..batches).map(|at| batch(singles + at * size..singles + (at + 1) * size)).collect();
    let (cpu, started) = (process_cpu(), Instant::now());
    for batch in &prepared {
        append(&mut journal, batch);
    }
    let (cpu, wall) = (process_cpu() - cpu, started.elapsed());
    let versions = f64::from(batches * size);
    table.plain("the disk's own sync, p50", sync, "us");
    table.plain("the disk's own syncs", 1e6 / sync, "/s");
    table.plain("durable append of one version, p50", single, "us");
    table.at_most("durable append beyond the disk's own sync", single - sync, 150.0, "us", Kind::Absolute);
    table.plain("durable appends, 100 versions a batch", versions / wall.as_secs_f64(), "versions/s");
    table.plain("CPU per version appended so, compaction included", micros(cpu) / versions, "us");
    journal.writer.close().expect("a clean end");
}

fn start(table: &mut Table) {
    let versions: u32 = if quick() { 20_000 } else { 100_000 };
    let folder = tempfile::tempdir().expect("a temporary folder");
    let mut journal = open(folder.path()).expect("an empty directory");
    append(&mut journal, 0..versions);
    // As a kill leaves it: the start also reads the log.
    drop(journal);
    for name in ["start after a kill, 100,000 versions", "start after a clean stop, 100,000 versions"] {
        let (cpu, started) = (process_cpu(), Instant::now());
        let journal = open(folder.path()).expect("a store that is whole");
        let opened = process_cpu() - cpu;
        let mut facts = 0;
        journal.texts.replay(Position::START, &mut |_| facts += 1).expect("a store that is whole");
        let replayed = process_cpu() - cpu - opened;
        let registry = Registry::start(journal, sluicegate::registry::Settings::default()).expect("a whole store");
        let (cpu, wall) = (process_cpu() - cpu - replayed, started.elapsed());
        assert_eq!((facts, registry.size().1), (versions, usize::try_from(versions).expect("few")));
        let milliseconds = |took: Duration| micros(took) / 1000.0 * 100_000.0 / f64::from(versions);
        table.plain(&format!("{name}: opening, CPU"), milliseconds(opened), "ms");
        table.plain(&format!("{name}: reading facts alone, CPU"), milliseconds(replayed), "ms");
        table.plain(&format!("{name}: wall, facts read twice"), milliseconds(wall), "ms");
        table.at_most(&format!("{name}, CPU"), milliseconds(cpu), 1000.0, "ms", Kind::Absolute);
        registry.stop();
    }
}

/// How long an append of 300 bytes to a file and its sync take.
fn sync(file: &mut File) -> Duration {
    let started = Instant::now();
    file.write_all(&[7; 300]).and_then(|()| file.sync_data()).expect("a temporary folder");
    started.elapsed()
}

fn median(took: &mut [Duration]) -> Duration {
    took.sort_unstable();
    took[took.len() / 2]
}

fn micros(duration: Duration) -> f64 {
    duration.as_secs_f64() * 1e6
}
