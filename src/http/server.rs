//! Starting and stopping: sockets, event loops, and a handle that both the program and tests hold.

use super::call::Door;
use super::extensions::metrics::Sampler;
use super::extensions::validation::Checkers;
use super::front;
use super::kept::Kept;
use super::pool::Pool;
use super::settings::HttpSettings;
use super::tally::Tally;
use super::traffic::{Connection, Traffic};
use crate::registry::Registry;
use actix_web::dev::ServerHandle;
use actix_web::web::{self, Data};
use actix_web::{App, HttpServer};
use std::io;
use std::net::{SocketAddr, TcpListener};
use std::sync::{Arc, mpsc};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

/// Threads that read texts from the journal.
const READER_THREADS: usize = 2;
/// What connections without a request get at the end of a stop: an answer may still be on its way out.
const LAST_WAIT: Duration = Duration::from_secs(1);
/// How often a stop looks whether it is done.
const STEP: Duration = Duration::from_millis(5);
/// Connections that wait to be accepted.
const BACKLOG: u32 = 1024;

/// The HTTP server.
#[derive(Debug)]
pub struct Server;

/// A server that listens. Dropping it leaves the server running; [`Bound::stop`] ends it.
pub struct Bound {
    addresses: Vec<SocketAddr>,
    handle: ServerHandle,
    thread: JoinHandle<io::Result<()>>,
    door: Data<Door>,
}

impl Server {
    /// Binds every address and starts to serve `registry` on threads of its own.
    ///
    /// # Errors
    /// When an address cannot be bound or threads cannot be started; the message names the address.
    pub fn bind(settings: HttpSettings, registry: Arc<Registry>) -> io::Result<Bound> {
        let listeners = settings.listen.iter().map(listen).collect::<io::Result<Vec<_>>>()?;
        let addresses = listeners.iter().map(TcpListener::local_addr).collect::<io::Result<Vec<_>>>()?;
        let pool = Pool::new("cpu", settings.cpu_threads, settings.cpu_waiting_max)?;
        let readers = Pool::new("reader", READER_THREADS, settings.cpu_waiting_max)?;
        // Half of the processors, so that what a batch takes while it is checked is bounded, too.
        let validators = Pool::new("records", settings.cpu_threads.div_ceil(2), settings.cpu_waiting_max)?;
        let (traffic, tally, sampler) = (Traffic::default(), Arc::new(Tally::new()), Sampler::new()?);
        let (checkers, kept) = (Checkers::new(settings.checker_bytes_max), Kept::new(settings.answer_bytes_max));
        let door = Door { registry, pool, readers, validators, settings, traffic, tally, sampler, checkers, kept };
        let door = Data::new(door);
        let shared = door.clone();
        let (started, start) = mpsc::channel();
        let thread = std::thread::Builder::new().name("http".to_owned()).spawn(move || {
            actix_rt::System::new().block_on(async move {
                let server = assemble(listeners, door)?;
                // Whoever called `bind` waits for this; if it is gone, nobody wants the server.
                drop(started.send(server.handle()));
                server.await
            })
        })?;
        match start.recv() {
            Ok(handle) => Ok(Bound { addresses, handle, thread, door: shared }),
            Err(_) => Err(join(thread).err().unwrap_or_else(|| io::Error::other("the HTTP server did not start"))),
        }
    }
}

fn listen(address: &SocketAddr) -> io::Result<TcpListener> {
    let named = |error: io::Error| io::Error::new(error.kind(), format!("{address}: {error}"));
    let listener = TcpListener::bind(address).map_err(named)?;
    listener.set_nonblocking(true).map_err(named)?;
    Ok(listener)
}

fn assemble(listeners: Vec<TcpListener>, door: Data<Door>) -> io::Result<actix_web::dev::Server> {
    let (workers, keep_alive, drain) = (door.settings.workers, door.settings.keep_alive, door.settings.drain);
    let tally = door.tally.clone();
    let app = move || App::new().app_data(door.clone()).default_service(web::to(front::serve));
    let mut server = HttpServer::new(app)
        .on_connect(move |_, extensions| drop(extensions.insert(Connection::open(tally.clone()))))
        .workers(workers)
        .backlog(BACKLOG)
        .keep_alive(keep_alive)
        .shutdown_timeout(drain.as_secs())
        .disable_signals();
    for listener in listeners {
        server = server.listen_auto_h2c(listener)?;
    }
    Ok(server.run())
}

fn join(thread: JoinHandle<io::Result<()>>) -> io::Result<()> {
    thread.join().unwrap_or_else(|_| Err(io::Error::other("the HTTP server panicked")))
}

impl Bound {
    /// Where it listens, ports resolved, in the order of the settings.
    pub fn addresses(&self) -> &[SocketAddr] {
        &self.addresses
    }

    /// Stops accepting, finishes what was accepted (for at most the drain time of the settings), and returns.
    /// Connections that ask nothing are not waited for: a load balancer may hold one open for as long as it likes.
    /// They, and what was not finished in time, are cut when the process ends.
    ///
    /// # Errors
    /// When the server ended badly before.
    pub fn stop(self) -> io::Result<()> {
        self.door.traffic.close();
        // Here and below sending the command is all that matters; its future resolves on the server's own thread.
        drop(self.handle.stop(true));
        let (start, drain) = (Instant::now(), self.door.settings.drain);
        let mut quiet_since = None;
        while !self.thread.is_finished() && start.elapsed() < drain {
            match quiet_since {
                _ if !self.door.traffic.is_quiet() => quiet_since = None,
                None => quiet_since = Some(Instant::now()),
                Some(since) if since.elapsed() > LAST_WAIT => return Ok(()),
                Some(_) => {}
            }
            std::thread::sleep(STEP);
        }
        if self.thread.is_finished() { join(self.thread) } else { Ok(()) }
    }

    /// Stops at once; open connections are cut.
    ///
    /// # Errors
    /// As [`Self::stop`].
    pub fn abort(self) -> io::Result<()> {
        drop(self.handle.stop(false));
        join(self.thread)
    }
}

impl std::fmt::Debug for Bound {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Bound").field("addresses", &self.addresses).finish_non_exhaustive()
    }
}
