//! What a run of the gate costs, process and all: its start, and a thousand schema files against a folder and a commit.

#[path = "budget.rs"]
#[expect(dead_code, reason = "each bench uses a part of what they share")]
mod budget;

use budget::{Kind, Table, quick};
use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Instant;

/// Schema files of the estate.
const FILES: usize = 1_000;

/// Every so manyth of them changed since.
const CHANGED_EACH: usize = 10;

fn main() {
    let mut table = Table::new("gate", "The gate as a process (wall time, the least of several runs)");
    let kept = tempfile::tempdir().expect("a temporary folder");
    let folder = kept.path();
    table.at_most("start: --version", least_ms(folder, &["--version"], 0), 20.0, "ms", Kind::Absolute);

    fs::create_dir_all(folder.join("base/schemas")).expect("a folder");
    estate(&folder.join("base/schemas"), false);
    fs::create_dir_all(folder.join("now/schemas")).expect("a folder");
    estate(&folder.join("now/schemas"), false);
    let now = folder.join("now");
    git(&now, &["init", "--quiet", "--initial-branch=main"]);
    git(&now, &["add", "--all"]);
    git(&now, &["-c", "user.name=A", "-c", "user.email=a@example.org", "commit", "--quiet", "--message", "all"]);
    estate(&now.join("schemas"), true);

    let folders = least_ms(&now, &["check", "schemas", "--against", "../base"], 100);
    table.at_most("check: 1000 files against a folder, 100 changed", folders, 1_000.0, "ms", Kind::Absolute);
    let commit = least_ms(&now, &["check", "schemas", "--against", "git:HEAD"], 100);
    table.at_most("check: 1000 files against a commit, 100 changed", commit, 1_000.0, "ms", Kind::Absolute);
    let json = least_ms(&now, &["check", "schemas", "--against", "git:HEAD", "--format", "json"], 100);
    table.at_most("check: the same as JSON", json, 1_000.0, "ms", Kind::Absolute);

    let one = folder.join("one");
    fs::create_dir_all(one.join("schemas")).expect("a folder");
    fs::write(one.join("schemas/event_0.avsc"), event(0, true)).expect("a file");
    let single = least_ms(&one, &["check", "schemas", "--against", "../base"], 100);
    table.at_most("check: one changed file against 1000", single, 50.0, "ms", Kind::Absolute);
    table.finish();
}

/// Writes the schemas; `later` changes some of them.
fn estate(folder: &Path, later: bool) {
    for at in 0..FILES {
        let text = event(at, later && at % CHANGED_EACH == 0);
        fs::write(folder.join(format!("event_{at}.avsc")), text).expect("a file");
    }
}

/// A schema of twenty fields; `changed` drops one and adds another.
fn event(at: usize, changed: bool) -> String {
    let mut text = format!(
        "{{\n  \"type\": \"record\",\n  \"name\": \"Event{at}\",\n  \"namespace\": \"com.example\",\n  \"fields\": ["
    );
    for field in 0..20 {
        let comma = if field == 0 { "" } else { "," };
        let name = if changed && field == 7 { "renamed".to_owned() } else { format!("field_{field}") };
        let _ = write!(
            text,
            "{comma}\n    {{\"name\": \"{name}\", \"type\": [\"null\", \"string\"], \"default\": null, \"doc\": \"Field {field}\"}}"
        );
    }
    text + "\n  ]\n}\n"
}

/// Milliseconds of the fastest run, which must end with `code`.
fn least_ms(folder: &Path, arguments: &[&str], code: i32) -> f64 {
    let rounds = if quick() { 3 } else { 9 };
    let run = || {
        let start = Instant::now();
        let status = Command::new(env!("CARGO_BIN_EXE_sluicegate"))
            .args(arguments)
            .current_dir(folder)
            .stdout(Stdio::null())
            .status()
            .expect("the program was built for the bench");
        assert_eq!(status.code(), Some(code), "{arguments:?}");
        start.elapsed().as_secs_f64() * 1e3
    };
    (0..rounds).map(|_| run()).fold(f64::INFINITY, f64::min)
}

fn git(folder: &Path, arguments: &[&str]) {
    let status = Command::new("git")
        .args(arguments)
        .current_dir(folder)
        .env("GIT_CONFIG_GLOBAL", "/dev/null")
        .env("GIT_CONFIG_NOSYSTEM", "1")
        .status()
        .expect("git is there");
    assert!(status.success(), "git {arguments:?}");
}
