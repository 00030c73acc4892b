//! The program under test: started on a data directory, killed, stopped, verified.

use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::atomic::AtomicU64;
use std::sync::{Arc, Mutex};

use super::http::Connection;

pub(super) struct Server {
    child: Mutex<Child>,
    address: String,
    acknowledged: Arc<AtomicU64>,
}

impl Server {
    pub(super) fn start(data: &Path) -> Self {
        Self::spawn(program(), data)
    }

    /// A server whose writes fail wherever a file would grow beyond `bytes`, as on a full disk.
    pub(super) fn start_with_files_up_to(bytes: u64, data: &Path) -> Self {
        // The signal that comes with such a failure is ignored across `exec`; the unit is 512 bytes.
        let mut limited = without_settings(Command::new("sh"));
        limited.args(["-c", "trap '' XFSZ; ulimit -f \"$0\"; exec \"$@\""]);
        limited.arg((bytes / 512).to_string()).arg(PROGRAM);
        Self::spawn(limited, data)
    }

    fn spawn(mut program: Command, data: &Path) -> Self {
        let mut child = program
            .args(["serve", "--listen", "127.0.0.1:0", "--log-level", "off", "--data"])
            .arg(data)
            .stdout(Stdio::piped())
            .spawn()
            .expect("the program starts");
        let mut line = String::new();
        BufReader::new(child.stdout.as_mut().expect("piped")).read_line(&mut line).expect("a line");
        let address = line.split("http://").nth(1).and_then(|rest| rest.split(' ').next());
        let Some(address) = address.map(str::to_owned) else {
            let _ = child.kill();
            panic!("no ready line: {line:?}");
        };
        Self { child: Mutex::new(child), address, acknowledged: Arc::default() }
    }

    pub(super) fn address(&self) -> String {
        self.address.clone()
    }

    pub(super) fn connection(&self) -> Connection {
        Connection::open(&self.address).expect("the server accepts")
    }

    /// Counts the answers of this start.
    pub(super) fn acknowledged(&self) -> Arc<AtomicU64> {
        self.acknowledged.clone()
    }

    /// SIGKILL: the program gets no chance to do anything.
    pub(super) fn kill(&self) {
        let mut child = self.child.lock().expect("no test thread panicked here");
        child.kill().expect("the server is still running");
        child.wait().expect("it is our child");
    }

    /// SIGTERM, and the exit code that a drained stop has.
    pub(super) fn stop(self) {
        let mut child = self.child.lock().expect("no test thread panicked here");
        let signalled = Command::new("kill").arg(child.id().to_string()).status().expect("kill is there");
        assert!(signalled.success());
        let status = child.wait().expect("it is our child");
        assert_eq!(status.code(), Some(0), "a drained stop ends with 0");
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        if let Ok(child) = self.child.get_mut() {
            let _ = child.kill();
            let _ = child.wait();
        }
    }
}

/// `sluicegate verify` finds nothing wrong.
pub(super) fn verify(data: &Path) {
    let output = program().args(["verify", "--data"]).arg(data).output().expect("the program starts");
    let printed = String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(0), "{printed}");
}

const PROGRAM: &str = env!("CARGO_BIN_EXE_sluicegate");

fn program() -> Command {
    without_settings(Command::new(PROGRAM))
}

/// Settings of whoever runs the tests are not the tests'.
fn without_settings(mut command: Command) -> Command {
    for (name, _) in std::env::vars().filter(|(name, _)| name.starts_with("SLUICEGATE_")) {
        command.env_remove(name);
    }
    command
}
