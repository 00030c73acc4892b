//! Builds the Java program and holds a conversation with it: one line of JSON asked, one answered, in order.

use serde_json::Value;
use std::io::{BufRead, BufReader, BufWriter, Error, Result, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use tempfile::TempDir;

/// The built program.
pub(crate) struct Java {
    classes: TempDir,
    jars: PathBuf,
    command: String,
}

impl Java {
    /// Compiles `Oracle.java` against the jars.
    pub(crate) fn build(jars: &Path, command: &str) -> Result<Self> {
        let classes = tempfile::tempdir()?;
        let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/oracle/Oracle.java");
        let status = Command::new("javac")
            .args(["-nowarn", "--release", "17"])
            .arg("-cp")
            .arg(jars.join("*"))
            .arg("-d")
            .arg(classes.path())
            .arg(source)
            .stderr(Stdio::null())
            .status()?;
        if !status.success() {
            return Err(Error::other("javac refused Oracle.java: does --jars hold avro-1.12.1 and Jackson?"));
        }
        Ok(Self { classes, jars: jars.to_owned(), command: command.to_owned() })
    }

    /// Asks all `questions` and hands each answer to `answered` with its number.
    pub(crate) fn ask(
        &self,
        questions: impl Iterator<Item = Value> + Send,
        mut answered: impl FnMut(u64, Value),
    ) -> Result<()> {
        let mut child = self.start()?;
        let mut asking = BufWriter::new(child.stdin.take().expect("stdin is piped"));
        let answers = BufReader::new(child.stdout.take().expect("stdout is piped"));
        std::thread::scope(|scope| {
            let asker = scope.spawn(move || -> Result<()> {
                for question in questions {
                    writeln!(asking, "{question}")?;
                }
                asking.flush()
            });
            for (number, line) in (0..).zip(answers.lines()) {
                answered(number, serde_json::from_str(&line?)?);
            }
            asker.join().expect("the asking thread does not panic")
        })?;
        let status = child.wait()?;
        if status.success() { Ok(()) } else { Err(Error::other(format!("java ended with {status}"))) }
    }

    fn start(&self) -> Result<Child> {
        let mut path = self.jars.join("*").into_os_string();
        path.push(":");
        path.push(self.classes.path());
        Command::new(&self.command)
            // A hot exception would lose its message otherwise.
            .args(["-XX:+UseSerialGC", "-XX:-OmitStackTraceInFastThrow", "-Xmx1g", "-cp"])
            .arg(path)
            .arg("Oracle")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
    }
}
