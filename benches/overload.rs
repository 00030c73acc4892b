//! What overload does to those who ask: writers at twice the pace that can be kept, readers beside them, and readers
//! while hundreds of writers wait for a disk. Over the journal in memory with a sync that takes its time. Loopback only.

#[path = "budget.rs"]
#[expect(dead_code, reason = "each bench uses a part of what they share")]
mod budget;
#[path = "http/load.rs"]
#[expect(dead_code, reason = "each bench uses a part of what they share")]
mod load;
#[path = "http/pace.rs"]
mod pace;

use budget::{Kind, Table, quick};
use load::{Load, body, get, post, schema};
use pace::{Outcome, drive};
use sluicegate::http::{Bound, HttpSettings, Server};
use sluicegate::registry::{Registry, Settings};
use sluicegate::storage::memory::MemoryStore;
use std::cell::Cell;
use std::io::Write;
use std::net::{SocketAddr, TcpStream};
use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::time::{Duration, Instant};

/// Schemas that are read.
const READ: u32 = 1_000;
/// A sync of a good disk.
const SYNC: Duration = Duration::from_millis(2);
/// Connections of the storm; enough that everything that may wait does.
const STORM_CONNECTIONS: usize = 2_000;
/// Writers that wait for the disk.
const WAITING: u32 = 600;

fn main() {
    let mut table = Table::new("overload", "Overload");
    let store = MemoryStore::default();
    let server = start(&store);
    storm(&mut table, &store, server.addresses()[0]);
    waiting(&mut table, &store, server.addresses()[0]);
    table.finish();
}

fn round() -> Duration {
    if quick() { Duration::from_millis(500) } else { Duration::from_secs(2) }
}

/// A server that knows `READ` schemas.
fn start(store: &MemoryStore) -> Bound {
    let registry = Registry::start(store.journal(), Settings::default()).expect("the journal replays");
    let http = HttpSettings { listen: vec![([127, 0, 0, 1], 0).into()], ..HttpSettings::default() };
    let server = Server::bind(http, Arc::new(registry)).expect("a free port");
    let mut load = Load::new(server.addresses()[0], 10);
    let mut number = 0;
    while number < READ {
        load.once(|out| {
            register(number, out);
            number += 1;
        });
    }
    server
}

/// Registers schema `number` in a subject of its own.
fn register(number: u32, out: &mut Vec<u8>) {
    post(&format!("/subjects/s{number}/versions"), &body(&schema(number)), out);
}

fn read(number: &mut u32, out: &mut Vec<u8>) {
    *number = (*number + 7919) % READ;
    get(&format!("/schemas/ids/{}", *number + 1), out);
}

/// New versions at the pace that can be kept, and at twice that.
fn storm(table: &mut Table, store: &MemoryStore, server: SocketAddr) {
    store.set_sync_delay(SYNC);
    let number = Rc::new(Cell::new(READ));
    let next = || {
        let number = number.clone();
        move |out: &mut Vec<u8>| register(number.replace(number.get() + 1), out)
    };
    let kept = (0..3).map(|_| drive(server, 64, None, round(), next()));
    let kept = kept.max_by(|one, other| one.per_cpu_second.total_cmp(&other.per_cpu_second)).expect("three rounds");
    let is_over = Arc::new(AtomicBool::new(false));
    let reader = {
        let is_over = is_over.clone();
        std::thread::spawn(move || {
            let (mut load, mut number, mut took) = (Load::new(server, 1), 0, Vec::new());
            while !is_over.load(Relaxed) {
                let asked = Instant::now();
                load.once(|out| read(&mut number, out));
                took.push(asked.elapsed());
                std::thread::sleep(Duration::from_millis(1));
            }
            took
        })
    };
    let storm = drive(server, STORM_CONNECTIONS, Some(2.0 * kept.rate), 2 * round(), next());
    is_over.store(true, Relaxed);
    let mut reads = reader.join().expect("every read was answered with 200");
    let Outcome { mut admitted, per_cpu_second, answered, refused, refused_for_good, offered, rate } = storm;
    table.plain("new versions, the pace that can be kept", kept.rate, "/s");
    table.plain("offered, times that pace", offered / kept.rate, "x");
    let share = per_cpu_second / kept.per_cpu_second;
    table.at_least("overload: answered with 200 to a CPU second, to those at that pace", share, 0.9, "x", Kind::Ratio);
    table.at_least("overload: answered with 200, of that pace", rate / kept.rate, 0.9, "x", Kind::Absolute);
    table.plain("overload: refused, share", f64::from(refused) / f64::from(answered), "x");
    table.at_most("overload: refused without a time to come back", refused_for_good.into(), 0.0, "", Kind::Ratio);
    table.plain("overload: admitted, p50", at(&mut admitted, 0.5), "ms");
    table.at_most("overload: admitted, p99.9", at(&mut admitted, 0.999), 50.0, "ms", Kind::Absolute);
    table.plain("overload: schema by id, reads", reads.len() as f64, "");
    table.plain("overload: schema by id, p50", at(&mut reads, 0.5), "ms");
    table.at_most("overload: schema by id, p99", at(&mut reads, 0.99), 50.0, "ms", Kind::Absolute);
}

/// Reads alone, and while writers wait for a disk that has come to a halt.
fn waiting(table: &mut Table, store: &MemoryStore, server: SocketAddr) {
    store.set_sync_delay(Duration::ZERO);
    let (mut load, mut number) = (Load::new(server, 1), 0);
    let mut read_p99 = || {
        let mut p99s: Vec<f64> = (0..5)
            .map(|_| at(&mut load.run(Duration::from_millis(250), |out| read(&mut number, out)).latencies, 0.99))
            .collect();
        p99s.sort_by(f64::total_cmp);
        p99s[p99s.len() / 2]
    };
    let alone = read_p99();
    // It does not come back before this program ends.
    store.set_sync_delay(Duration::from_secs(3_600));
    let writers: Vec<TcpStream> = (0..WAITING)
        .map(|writer| {
            let mut stream = TcpStream::connect(server).expect("the server accepts");
            let mut bytes = Vec::new();
            register(1_000_000_000 + writer, &mut bytes);
            stream.write_all(&bytes).expect("the server reads");
            stream
        })
        .collect();
    std::thread::sleep(Duration::from_millis(300));
    let beside = read_p99();
    for writer in &writers {
        writer.set_nonblocking(true).expect("an option of sockets");
        let nothing = writer.peek(&mut [0]).expect_err("nobody has been answered");
        assert_eq!(nothing.kind(), std::io::ErrorKind::WouldBlock);
    }
    table.plain("schema by id, p99, nobody writes", alone * 1000.0, "us");
    table.plain("schema by id, p99, 600 writers wait", beside * 1000.0, "us");
    table.at_most("schema by id, p99, 600 writers wait to nobody", beside / alone, 2.0, "x", Kind::Ratio);
}

/// Milliseconds within which this share of the waits ended.
fn at(waits: &mut [Duration], share: f64) -> f64 {
    waits.sort_unstable();
    let position = (waits.len() as f64 * share) as usize;
    waits[position.min(waits.len() - 1)].as_secs_f64() * 1e3
}
