//! Killed at random moments under load, a registry keeps every answer it gave.
//!
//! The real program on RocksDB, several clients writing, SIGKILL, restart: what was acknowledged is there, what was not
//! is there whole or not at all, associations with their times included, and no id stands for two texts. `CRASH_ROUNDS` sets the number of kills (20),
//! `CRASH_SEED` repeats a run.

mod client;
mod full_disk;
mod http;
mod model;
mod server;
mod uses;

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use self::client::Client;
use self::model::Ids;
use self::server::Server;
use crate::dice::{Dice, number};

const CLIENTS: usize = 8;
const ROUNDS: u64 = 20;
/// A round that has not got this far was killed too early to mean anything.
const ACKNOWLEDGED_MIN: u64 = 100;

#[test]
fn every_acknowledged_answer_survives_a_kill() {
    let rounds = number("CRASH_ROUNDS").unwrap_or(ROUNDS);
    let folder = tempfile::tempdir().expect("a temporary folder");
    let ids = Arc::new(Ids::default());
    let mut dice = Dice::thrown("CRASH_SEED");
    let mut server = Server::start(folder.path());
    let reply = server.connection().send("PUT", "/config", r#"{"compatibility":"NONE"}"#).expect("the server runs");
    assert_eq!(reply.status, 200, "{}", reply.body);

    let mut clients: Vec<Client> = (0..CLIENTS).map(|number| Client::new(number, dice.next(), ids.clone())).collect();
    for round in 1..=rounds {
        clients = kill_under_load(&server, clients, &mut dice, round);
        server = Server::start(folder.path());
        let mut connection = server.connection();
        for client in &mut clients {
            client.compare_touched(&mut connection);
        }
    }
    let mut connection = server.connection();
    for client in &mut clients {
        client.compare_all(&mut connection);
    }
    ids.compare(&mut connection);
    drop(connection);
    server.stop();
    server::verify(folder.path());
}

/// Lets every client write until enough is acknowledged, kills the server, and gives the clients back.
fn kill_under_load(server: &Server, clients: Vec<Client>, dice: &mut Dice, round: u64) -> Vec<Client> {
    let acknowledged = server.acknowledged();
    let enough = ACKNOWLEDGED_MIN + dice.below(200);
    let running: Vec<_> = clients
        .into_iter()
        .map(|mut client| {
            let (address, acknowledged) = (server.address(), acknowledged.clone());
            std::thread::spawn(move || {
                client.write_until_cut_off(&address, &acknowledged);
                client
            })
        })
        .collect();
    let started = Instant::now();
    while acknowledged.load(Ordering::Acquire) < enough && !running.iter().any(std::thread::JoinHandle::is_finished) {
        assert!(started.elapsed() < Duration::from_secs(120), "round {round}: the server answers too slowly");
        std::thread::sleep(Duration::from_millis(1));
    }
    std::thread::sleep(Duration::from_micros(dice.below(3000)));
    server.kill();
    let clients: Vec<Client> = running.into_iter().map(|client| client.join().expect("a client failed")).collect();
    let (acknowledged, unanswered) =
        (acknowledged.load(Ordering::Acquire), clients.iter().filter(|client| client.has_unanswered()).count());
    assert!(acknowledged >= ACKNOWLEDGED_MIN, "round {round}: only {acknowledged} acknowledged writes");
    assert!(unanswered >= 1, "round {round}: no write was in flight");
    clients
}
