//! The real program as a child process: started in a clean environment, bounded in time, always ended.

use rustix::process::{Pid, Signal, kill_process};
use std::io::{BufRead, BufReader, Read};
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

/// Longer than anything here takes on a busy machine; a program that hangs fails its test instead of the run.
const PATIENCE: Duration = Duration::from_secs(60);

/// A program that ended.
#[derive(Debug)]
pub(crate) struct Ended {
    pub(crate) code: Option<i32>,
    pub(crate) out: String,
    pub(crate) err: String,
}

/// A program that may still be running.
pub(crate) struct Program {
    child: Child,
    first_line: Receiver<String>,
    out: Option<JoinHandle<String>>,
    err: Option<JoinHandle<String>>,
}

/// `sluicegate` with these arguments and no setting from the environment of the test.
pub(crate) fn command(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_sluicegate"));
    for (name, _) in std::env::vars_os() {
        if name.to_string_lossy().starts_with("SLUICEGATE_") {
            command.env_remove(name);
        }
    }
    command.args(arguments);
    command
}

/// Runs to its end.
pub(crate) fn run(arguments: &[&str]) -> Ended {
    Program::spawn(command(arguments)).end()
}

/// Arguments for a registry on a free port with its data in `data`.
pub(crate) fn serve_in(data: &Path) -> Vec<&str> {
    vec!["serve", "--listen", "127.0.0.1:0", "--data", data.to_str().expect("temporary folders have UTF-8 names")]
}

impl Program {
    pub(crate) fn spawn(mut command: Command) -> Self {
        let mut child = command
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the program was built for the tests");
        let mut out = BufReader::new(child.stdout.take().expect("piped"));
        let mut err = child.stderr.take().expect("piped");
        let (send, first_line) = channel();
        let out = thread::spawn(move || {
            let mut text = String::new();
            out.read_line(&mut text).expect("output is UTF-8");
            drop(send.send(text.clone())); // nobody may be waiting for it
            out.read_to_string(&mut text).expect("output is UTF-8");
            text
        });
        let err = thread::spawn(move || {
            let mut text = String::new();
            err.read_to_string(&mut text).expect("errors are UTF-8");
            text
        });
        Self { child, first_line, out: Some(out), err: Some(err) }
    }

    /// Waits for the first line on standard output and returns it with the address in it.
    pub(crate) fn ready(&mut self) -> (String, String) {
        let line = self.first_line.recv_timeout(PATIENCE).expect("a line on standard output");
        let address = line.split("http://").nth(1).and_then(|rest| rest.split([' ', ',']).next());
        let Some(address) = address.map(str::to_owned) else {
            drop(self.child.kill());
            panic!("no ready line but {line:?}; on standard error:\n{}", self.collect().err);
        };
        (line, address)
    }

    pub(crate) fn signal(&self, signal: Signal) {
        let pid = i32::try_from(self.child.id()).ok().and_then(Pid::from_raw).expect("a process id");
        kill_process(pid, signal).expect("the process is ours");
    }

    /// Waits for the end and returns everything it wrote.
    pub(crate) fn end(mut self) -> Ended {
        self.collect()
    }

    fn collect(&mut self) -> Ended {
        let status = self.wait();
        let text = |reader: &mut Option<JoinHandle<String>>| reader.take().expect("once").join().expect("a reader");
        Ended { code: status.code(), out: text(&mut self.out), err: text(&mut self.err) }
    }

    fn wait(&mut self) -> ExitStatus {
        let until = Instant::now() + PATIENCE;
        loop {
            if let Some(status) = self.child.try_wait().expect("a child can be waited for") {
                return status;
            }
            if Instant::now() > until {
                drop(self.child.kill());
                panic!("the program did not end within {PATIENCE:?}");
            }
            thread::sleep(Duration::from_millis(5));
        }
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        drop(self.child.kill()); // fails where it has ended
        drop(self.child.wait());
    }
}

/// One request on a connection of its own; returns status and body.
pub(crate) fn ask(method: &str, address: &str, path: &str, body: &str) -> (u16, String) {
    use std::io::Write;
    let mut connection = std::net::TcpStream::connect(address).expect("a connection");
    connection.set_read_timeout(Some(PATIENCE)).expect("a timeout");
    write!(
        connection,
        "{method} {path} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\
         Content-Type: application/vnd.schemaregistry.v1+json\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    )
    .expect("a request");
    let mut answer = String::new();
    connection.read_to_string(&mut answer).expect("an answer");
    let (head, body) = answer.split_once("\r\n\r\n").expect("a head and a body");
    let status = head.split(' ').nth(1).and_then(|status| status.parse().ok()).expect("a status");
    (status, body.to_owned())
}
