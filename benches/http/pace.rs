//! A load generator that keeps a pace whatever the server answers: refusals are counted and leave room for what is next.

use crate::budget::{process_cpu, thread_cpu};
use actix_rt::net::TcpStream;
use actix_rt::time::sleep_until;
use std::cell::RefCell;
use std::io::{ErrorKind, Read as _, Write as _};
use std::net::SocketAddr;
use std::rc::Rc;
use std::time::{Duration, Instant};

/// What became of the requests.
#[derive(Default)]
pub(crate) struct Outcome {
    /// From sending to the last byte of the answer, of requests answered with 200.
    pub(crate) admitted: Vec<Duration>,
    /// How many there were to a second of CPU time of everything but the load generator.
    pub(crate) per_cpu_second: f64,
    /// How many requests were answered.
    pub(crate) answered: u32,
    /// How many of them with 429 or 503.
    pub(crate) refused: u32,
    /// How many of those without saying when to come back.
    pub(crate) refused_for_good: u32,
    /// Requests a second that were sent in the time given.
    pub(crate) offered: f64,
    /// Requests a second that were answered with 200 in that time.
    pub(crate) rate: f64,
}

/// When the next request is due.
struct Pace {
    start: Instant,
    end: Instant,
    interval: Duration,
    due: u32,
}

impl Pace {
    fn is_over(&self) -> bool {
        Instant::now() >= self.end
    }

    fn next(&mut self) -> Option<Instant> {
        let at = self.start + self.interval * self.due;
        self.due += 1;
        (at.max(Instant::now()) < self.end).then_some(at)
    }
}

/// Writes the next request.
type Request = Box<dyn Fn(&mut Vec<u8>)>;

/// What the clients of a round share.
struct Round {
    pace: RefCell<Pace>,
    outcome: RefCell<Outcome>,
    request: Request,
}

/// Sends what `request` writes for about `time`, `pace` a second over as many of the connections as that takes; without
/// a pace each connection sends when it has its answer.
pub(crate) fn drive(
    server: SocketAddr,
    connections: usize,
    pace: Option<f64>,
    time: Duration,
    request: impl Fn(&mut Vec<u8>) + 'static,
) -> Outcome {
    let streams: Vec<std::net::TcpStream> = (0..connections).map(|_| connection(server)).collect();
    let (start, cpu, own) = (Instant::now(), process_cpu(), thread_cpu());
    let interval = pace.map_or(Duration::ZERO, |pace| Duration::from_secs_f64(1.0 / pace));
    let pace = Pace { start, end: start + time, interval, due: 0 };
    let round = Rc::new(Round { pace: pace.into(), outcome: RefCell::default(), request: Box::new(request) });
    actix_rt::System::new().block_on(async {
        let clients = streams.into_iter().map(|stream| actix_rt::spawn(client(stream, round.clone())));
        for client in clients.collect::<Vec<_>>() {
            client.await.expect("no client panics");
        }
    });
    let server_cpu = (process_cpu() - cpu).saturating_sub(thread_cpu() - own);
    let mut outcome = round.outcome.take();
    outcome.per_cpu_second = outcome.admitted.len() as f64 / server_cpu.as_secs_f64();
    outcome.offered /= time.as_secs_f64();
    outcome.rate /= time.as_secs_f64();
    outcome
}

/// A connection that the server has got to know already.
fn connection(server: SocketAddr) -> std::net::TcpStream {
    let mut stream = std::net::TcpStream::connect(server).expect("the server accepts");
    stream.set_nodelay(true).expect("an option of sockets");
    stream.write_all(b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n").expect("the server reads");
    let mut answer = Vec::new();
    while !answer.ends_with(b"{}") {
        let mut byte = [0];
        stream.read_exact(&mut byte).expect("the server answers");
        answer.extend(byte);
    }
    stream.set_nonblocking(true).expect("an option of sockets");
    stream
}

/// Sends one request after the other, each when it is due.
async fn client(stream: std::net::TcpStream, round: Rc<Round>) {
    let stream = TcpStream::from_std(stream).expect("the runtime takes it");
    let (mut bytes, mut buffer) = (Vec::new(), vec![0; 4096]);
    loop {
        let Some(due) = round.pace.borrow_mut().next() else { return };
        if due > Instant::now() {
            sleep_until(due.into()).await;
        }
        bytes.clear();
        (round.request)(&mut bytes);
        let sent = Instant::now();
        round.outcome.borrow_mut().offered += 1.0;
        send(&stream, &bytes).await;
        let head = receive(&stream, &mut buffer).await;
        let mut outcome = round.outcome.borrow_mut();
        outcome.answered += 1;
        match head.get(9..12) {
            Some("200") => {
                outcome.admitted.push(sent.elapsed());
                outcome.rate += f64::from(u8::from(!round.pace.borrow().is_over()));
            }
            status => {
                assert!(matches!(status, Some("429" | "503")), "{head}");
                outcome.refused += 1;
                outcome.refused_for_good += u32::from(header(&head, "retry-after").is_none());
            }
        }
    }
}

async fn send(stream: &TcpStream, mut bytes: &[u8]) {
    while !bytes.is_empty() {
        stream.writable().await.expect("the server is there");
        match stream.try_write(bytes) {
            Ok(sent) => bytes = &bytes[sent..],
            Err(error) => assert_eq!(error.kind(), ErrorKind::WouldBlock),
        }
    }
}

/// Reads one whole answer and returns its head.
async fn receive(stream: &TcpStream, buffer: &mut [u8]) -> String {
    let mut filled = 0;
    loop {
        stream.readable().await.expect("the server is there");
        match stream.try_read(&mut buffer[filled..]) {
            Ok(read) => {
                assert!(read > 0, "the server closed the connection");
                filled += read;
            }
            Err(error) => assert_eq!(error.kind(), ErrorKind::WouldBlock),
        }
        let Some(end) = buffer[..filled].windows(4).position(|window| window == b"\r\n\r\n") else { continue };
        let head = String::from_utf8_lossy(&buffer[..end]).into_owned();
        let length: usize = header(&head, "content-length").and_then(|length| length.parse().ok()).expect("a length");
        if filled >= end + 4 + length {
            return head;
        }
    }
}

fn header<'h>(head: &'h str, wanted: &str) -> Option<&'h str> {
    let mut headers = head.lines().filter_map(|line| line.split_once(':'));
    headers.find(|(name, _)| name.eq_ignore_ascii_case(wanted)).map(|(_, value)| value.trim())
}
