//! A flipped bit in any file is detected or does not matter; it is never served.

use std::fs;
use std::path::{Path, PathBuf};

use sluicegate::storage::rocksdb::{inspect, open};

use super::{append_versions, copy, told, wait_for_head};
use crate::dice::{Dice, number};
use crate::facts::every_kind;

/// Copies that are damaged, of each store; `BIT_FLIPS` sets another number. A flip costs two opens, some 50 ms.
const FLIPS: u64 = 60;

#[test]
fn a_flipped_bit_in_a_closed_store_is_never_served() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    fill(folder.path()).writer.close().expect("a clean end");
    flip_bits_of(folder.path());
}

#[test]
fn a_flipped_bit_in_a_killed_store_is_never_served() {
    let origin = tempfile::tempdir().expect("a temporary folder");
    let journal = fill(origin.path());
    // From then on a log that ends early is noticed.
    wait_for_head(origin.path(), 59);
    let folder = tempfile::tempdir().expect("a temporary folder");
    copy(origin.path(), folder.path());
    drop(journal);
    flip_bits_of(folder.path());
}

fn fill(directory: &Path) -> sluicegate::registry::journal::Journal {
    let mut journal = open(directory).expect("an empty directory");
    let mut facts = every_kind();
    // Ids of these facts are high; versions appended below must not look like a step back.
    facts.facts.truncate(8);
    journal.writer.append(sluicegate::registry::journal::Position::START, &facts).expect("nothing is wrong");
    append_versions(&mut journal, 10, 60);
    journal
}

fn flip_bits_of(whole: &Path) {
    let mut dice = Dice::thrown("BITS_SEED");
    let expected = {
        let copied = tempfile::tempdir().expect("a temporary folder");
        copy(whole, copied.path());
        told(&open(copied.path()).expect("a store that is whole")).expect("a store that is whole")
    };
    let files = files(whole);
    let (mut refused, mut harmless) = (0, 0);
    let flips = number("BIT_FLIPS").unwrap_or(FLIPS);
    for _ in 0..flips {
        let file = &files[dice.index(files.len())];
        let length = fs::metadata(whole.join(file)).expect("a file").len();
        let (byte, bit) = (dice.below(length), dice.below(8));
        let place = format!("bit {bit} of byte {byte} of {length} in {}", file.display());
        let copied = tempfile::tempdir().expect("a temporary folder");
        copy(whole, copied.path());
        flip(&copied.path().join(file), byte, bit);
        let inspected = inspect(copied.path());
        let outcome = open(copied.path()).map_err(|error| error.to_string());
        match outcome.and_then(|journal| told(&journal).map_err(|error| error.to_string())) {
            Ok(told) => {
                assert!(told == expected, "{place} was served");
                harmless += 1;
            }
            Err(_) => {
                refused += 1;
                let noticed = inspected.map_or(true, |inspection| !inspection.findings.is_empty());
                assert!(noticed, "{place}: refused, but verify found nothing");
            }
        }
    }
    println!("{refused} refused, {harmless} harmless");
    assert!(refused >= flips / 10, "hardly any flip was noticed: {refused}");
}

/// Files with content, as paths below `root`; RocksDB's own log text is nobody's data.
fn files(root: &Path) -> Vec<PathBuf> {
    let mut files: Vec<PathBuf> = [root.to_path_buf(), root.join("store")]
        .iter()
        .flat_map(|folder| fs::read_dir(folder).expect("a folder"))
        .map(|entry| entry.expect("a folder").path())
        .filter(|path| path.is_file() && fs::metadata(path).is_ok_and(|file| file.len() > 0))
        .filter(|path| !path.file_name().is_some_and(|name| name.to_string_lossy().starts_with("LOG")))
        .map(|path| path.strip_prefix(root).expect("below it").to_path_buf())
        .collect();
    files.sort();
    files
}

fn flip(path: &Path, byte: u64, bit: u64) {
    let mut content = fs::read(path).expect("a file");
    content[usize::try_from(byte).expect("a small file")] ^= 1 << bit;
    fs::write(path, content).expect("a file");
}
