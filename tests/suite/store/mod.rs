//! The journal on disk where things go wrong: foreign directories, lost files, flipped bits, cut power, a full disk.

mod bits;
mod format;
mod power;
mod refusals;
mod verify;

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use sluicegate::registry::journal::{Journal, JournalError, Position};
use sluicegate::registry::record::{Event, Fact, TextHash};
use sluicegate::storage::rocksdb::{OpenError, open};

use crate::facts::registration;

/// Copies a directory as a whole; a store that is in use is copied as a kill would leave it.
fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).expect("a temporary folder");
    for entry in fs::read_dir(from).expect("a folder") {
        let entry = entry.expect("a folder");
        let target = to.join(entry.file_name());
        if entry.file_type().expect("a file").is_dir() {
            copy(&entry.path(), &target);
        } else {
            fs::copy(entry.path(), target).expect("a temporary folder");
        }
    }
}

/// Appends versions `from..=to` of one subject, one at a time.
fn append_versions(journal: &mut Journal, from: i64, to: i64) {
    let mut last = journal.texts.replay(Position::START, &mut |_| {}).expect("a store that is whole");
    for number in from..=to {
        let batch = registration("orders-value", number, i32::try_from(number).expect("few"));
        last = journal.writer.append(last, &batch).expect("nothing is wrong");
    }
}

/// Waits until `HEAD` says that the store had got to `position`.
fn wait_for_head(directory: &Path, position: u64) {
    let started = Instant::now();
    let reached = format!("\"position\":{position},");
    while !fs::read_to_string(directory.join("HEAD")).is_ok_and(|head| head.contains(&reached)) {
        assert!(started.elapsed() < Duration::from_secs(60), "HEAD is not written");
        std::thread::sleep(Duration::from_millis(10));
    }
}

/// Everything that a journal tells: its facts, and the text of every version.
fn told(journal: &Journal) -> Result<(Vec<Fact>, Vec<Arc<str>>), JournalError> {
    let mut facts = Vec::new();
    journal.texts.replay(Position::START, &mut |fact| facts.push(fact))?;
    let hashes = facts.iter().filter_map(|fact| match &fact.event {
        Event::SchemaRegistered(record) if record.text != TextHash::NONE => Some(record.text),
        _ => None,
    });
    let texts = hashes.map(|hash| journal.texts.text(hash)).collect::<Result<_, _>>()?;
    Ok((facts, texts))
}

fn versions(journal: &Journal) -> usize {
    told(journal).expect("a store that is whole").1.len()
}

/// The line that refuses the directory.
fn refusal(directory: &Path) -> String {
    let line = match open(directory) {
        Ok(_) => panic!("{} was opened", directory.display()),
        Err(error) => error.to_string(),
    };
    assert_eq!(line.lines().count(), 1, "{line}");
    line
}

/// A refused directory of the given kind, as the error says it.
fn is_damage(error: &OpenError) -> bool {
    matches!(error, OpenError::Damaged { .. } | OpenError::BehindHead { .. })
}

/// RocksDB's log that is being written.
fn newest_log(directory: &Path) -> PathBuf {
    let files = fs::read_dir(directory.join("store")).expect("a store").map(|entry| entry.expect("a store").path());
    files.filter(|path| path.extension().is_some_and(|ending| ending == "log")).max().expect("a log")
}
