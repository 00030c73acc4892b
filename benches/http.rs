//! What requests cost the server: reads against a bare actix handler that sends the same bytes, what producers do on
//! every start, compatibility checks, and durable registration beside the disk's own syncs. Loopback only.

#[path = "budget.rs"]
#[expect(dead_code, reason = "each bench uses a part of what they share")]
mod budget;
#[path = "http/load.rs"]
mod load;

use actix_web::web::{self, Bytes, Data};
use actix_web::{App, HttpResponse, HttpServer};
use budget::{Kind, Table, quick};
use load::{Cost, Load, body, schema};
use sluicegate::http::{Bound, HttpSettings, Server};
use sluicegate::registry::journal::Journal;
use sluicegate::registry::{Registry, Settings};
use sluicegate::storage::memory::MemoryStore;
use std::io::Write;
use std::net::{SocketAddr, TcpListener};
use std::sync::{Arc, mpsc};
use std::time::{Duration, Instant};

/// How many ids are read.
const IDS: u32 = 10_000;
const CONNECTIONS: usize = 64;

fn main() {
    let mut table = Table::new("http", "HTTP");
    let server = start(MemoryStore::default().journal());
    fill(&server);
    let read = reads(&mut table, &server);
    known(&mut table, &server, read);
    checks(&mut table, &server, read);
    server.abort().expect("the server ends well");
    durable(&mut table);
    table.finish();
}

fn round() -> Duration {
    if quick() { Duration::from_millis(250) } else { Duration::from_secs(1) }
}

fn start(journal: Journal) -> Bound {
    let registry = Registry::start(journal, Settings::default()).expect("the journal replays");
    let http = HttpSettings { listen: vec![([127, 0, 0, 1], 0).into()], ..HttpSettings::default() };
    Server::bind(http, Arc::new(registry)).expect("a free port")
}

/// Registers `IDS` schemas, each in a subject of its own.
fn fill(server: &Bound) {
    let mut load = Load::new(server.addresses()[0], CONNECTIONS);
    once(&mut load, |number, out| load::post(&format!("/subjects/s{number}/versions"), &body(&schema(number)), out));
}

/// Sends the request of every number before anything is measured.
fn once(load: &mut Load, request: impl Fn(u32, &mut Vec<u8>)) {
    let mut number = 0;
    while number < IDS {
        load.run(Duration::from_millis(1), |out| {
            request(number % IDS, out);
            number += 1;
        });
    }
}

/// `GET /schemas/ids/{id}` against a bare handler, in turns; returns its CPU time in microseconds.
fn reads(table: &mut Table, server: &Bound) -> f64 {
    let bare = bare_handler(server.addresses()[0]);
    let mut ours = Load::new(server.addresses()[0], CONNECTIONS);
    let mut theirs = Load::new(bare, CONNECTIONS);
    let read = |number: u32, out: &mut Vec<u8>| load::get(&format!("/schemas/ids/{}", number + 1), out);
    once(&mut ours, read);
    once(&mut theirs, read);
    let mut next = 0;
    let mut ask = |out: &mut Vec<u8>| {
        next = (next + 7919) % IDS; // a prime, so that every id has its turn
        read(next, out);
    };
    let (mut best, mut best_bare): (Option<Cost>, Option<Cost>) = (None, None);
    for _ in 0..5 {
        keep_cheapest(&mut best_bare, theirs.run(round(), &mut ask));
        keep_cheapest(&mut best, ours.run(round(), &mut ask));
    }
    let (best, bare) = (best.expect("five rounds"), best_bare.expect("five rounds"));
    let share = bare.server_cpu_us / best.server_cpu_us;
    table.at_least("GET by id, share of a bare handler (CPU)", share, 0.9, "x", Kind::Ratio);
    table.at_most("GET by id, server CPU", best.server_cpu_us, 25.0, "us", Kind::Absolute);
    table.plain("bare handler, server CPU", bare.server_cpu_us, "us");
    table.plain("GET by id, rate beside the load generator", best.rate, "/s");
    best.server_cpu_us
}

fn keep_cheapest(best: &mut Option<Cost>, cost: Cost) {
    if best.as_ref().is_none_or(|best| cost.server_cpu_us < best.server_cpu_us) {
        *best = Some(cost);
    }
}

/// An actix server that sends the very bytes of our answers, ready made.
fn bare_handler(server: SocketAddr) -> SocketAddr {
    let bodies: Vec<Bytes> = (1..=IDS).map(|id| Bytes::from(answer(server, &format!("/schemas/ids/{id}")))).collect();
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let address = listener.local_addr().expect("it is bound");
    let bodies = Data::new(bodies);
    let (started, start) = mpsc::channel();
    std::thread::spawn(move || {
        actix_rt::System::new().block_on(async move {
            let app = move || App::new().app_data(bodies.clone()).route("/schemas/ids/{id}", web::get().to(ready_made));
            let workers = HttpSettings::default().workers;
            let server = HttpServer::new(app).workers(workers).disable_signals().listen(listener)?.run();
            started.send(()).expect("main waits");
            server.await
        })
    });
    start.recv().expect("the bare server starts");
    address
}

async fn ready_made(id: web::Path<usize>, bodies: Data<Vec<Bytes>>) -> HttpResponse {
    HttpResponse::Ok().content_type("application/vnd.schemaregistry.v1+json").body(bodies[*id - 1].clone())
}

fn answer(server: SocketAddr, target: &str) -> Vec<u8> {
    use std::io::Read;
    let mut stream = std::net::TcpStream::connect(server).expect("the server accepts");
    write!(stream, "GET {target} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n").expect("the server reads");
    let mut bytes = Vec::new();
    stream.read_to_end(&mut bytes).expect("the server answers");
    let head = bytes.windows(4).position(|window| window == b"\r\n\r\n").expect("a head");
    bytes.split_off(head + 4)
}

/// What producers do on every start.
fn known(table: &mut Table, server: &Bound, read_us: f64) {
    let mut load = Load::new(server.addresses()[0], CONNECTIONS);
    let register = |number: u32, out: &mut Vec<u8>| {
        load::post(&format!("/subjects/s{number}/versions"), &body(&schema(number)), out);
    };
    once(&mut load, register);
    let mut next = 0;
    let cost = cheapest(&mut load, |out| {
        next = (next + 7919) % IDS;
        register(next, out);
    });
    table.at_most("re-registration, times GET by id (CPU)", cost.server_cpu_us / read_us, 2.0, "x", Kind::Ratio);
    table.plain("re-registration, server CPU", cost.server_cpu_us, "us");
}

fn cheapest(load: &mut Load, mut request: impl FnMut(&mut Vec<u8>)) -> Cost {
    let mut best = None;
    for _ in 0..3 {
        keep_cheapest(&mut best, load.run(round(), &mut request));
    }
    best.expect("three rounds")
}

fn checks(table: &mut Table, server: &Bound, read_us: f64) {
    let mut load = Load::new(server.addresses()[0], CONNECTIONS);
    let ask = |subject: u32, text: u32, out: &mut Vec<u8>| {
        let target = format!("/compatibility/subjects/s{subject}/versions/latest");
        load::post(&target, &body(&schema(text)), out);
    };
    once(&mut load, |number, out| ask(number, number, out));
    let mut next = 0;
    let mut check = |known: bool| {
        cheapest(&mut load, |out| {
            next += 1;
            let subject = next % IDS;
            ask(subject, if known { subject } else { subject + IDS * (1 + next / IDS) }, out);
        })
    };
    let (seen, new) = (check(true), check(false));
    table.at_most(
        "compatibility, text seen, times GET by id (CPU)",
        seen.server_cpu_us / read_us,
        2.0,
        "x",
        Kind::Ratio,
    );
    table.at_most("compatibility, new text, times GET by id (CPU)", new.server_cpu_us / read_us, 3.0, "x", Kind::Ratio);
    table.plain("compatibility, text seen, server CPU", seen.server_cpu_us, "us");
    table.plain("compatibility, new text, server CPU", new.server_cpu_us, "us");
}

/// Registration of new schemas on the disk.
fn durable(table: &mut Table) {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let sync = sync_p50(folder.path());
    let journal = sluicegate::storage::rocksdb::open(&folder.path().join("data")).expect("an empty folder");
    let server = start(journal);
    let mut number = IDS;
    let mut register = |connections: usize| {
        let mut load = Load::new(server.addresses()[0], connections);
        load.run(2 * round(), |out| {
            number += 1;
            load::post(&format!("/subjects/d{}/versions", number), &body(&schema(number)), out);
        })
    };
    let many = register(100);
    let one = register(1);
    server.stop().expect("the server ends well");
    table.at_most("durable registration, 100 clients, server CPU", many.server_cpu_us, 80.0, "us", Kind::Absolute);
    table.plain("durable registration, 100 clients, rate", many.rate, "/s");
    let p50 = one.latencies[one.latencies.len() / 2];
    table.plain("a synced append of 4 KiB, p50", sync.as_secs_f64() * 1e6, "us");
    let over = p50.saturating_sub(sync).as_secs_f64() * 1e6;
    table.at_most("durable registration, one client, p50 over a sync", over, 150.0, "us", Kind::Absolute);
}

/// The disk's own pace, in the folder and the run of the registrations.
fn sync_p50(folder: &std::path::Path) -> Duration {
    let mut file = std::fs::File::create(folder.join("syncs")).expect("a file");
    let mut times: Vec<Duration> = (0..200)
        .map(|_| {
            let start = Instant::now();
            file.write_all(&[7; 4096]).expect("space");
            file.sync_data().expect("a sync");
            start.elapsed()
        })
        .collect();
    times.sort_unstable();
    times[times.len() / 2]
}
