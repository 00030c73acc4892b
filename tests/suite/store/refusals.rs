//! Directories that are refused, each in one line that says what is wrong and what to do.

use std::fs;
use std::path::Path;

use sluicegate::registry::journal::{Batch, JournalError, Position};
use sluicegate::storage::rocksdb::{OpenError, inspect, open, open_keeping_free};

use super::{append_versions, copy, is_damage, newest_log, refusal, told, versions, wait_for_head};
use crate::facts::registration;

/// A store of three versions, closed.
fn closed_store(directory: &Path) {
    let mut journal = open(directory).expect("an empty directory");
    append_versions(&mut journal, 1, 3);
    journal.writer.close().expect("a clean end");
}

/// What a kill leaves of a store of three versions, after HEAD had time to be written.
fn killed_store(directory: &Path) {
    let origin = tempfile::tempdir().expect("a temporary folder");
    let mut journal = open(origin.path()).expect("an empty directory");
    append_versions(&mut journal, 1, 3);
    wait_for_head(origin.path(), 3);
    copy(origin.path(), directory);
}

#[test]
fn a_store_in_use_is_refused() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let mut journal = open(folder.path()).expect("an empty directory");
    let line = refusal(folder.path());
    assert!(line.contains("in use by another process; stop that process"), "{line}");
    assert!(matches!(inspect(folder.path()), Err(OpenError::InUse { .. })));
    append_versions(&mut journal, 1, 1);
    journal.writer.close().expect("a clean end");
    drop(journal);
    assert_eq!(versions(&open(folder.path()).expect("nobody holds it any more")), 1);
}

#[test]
fn a_directory_with_something_else_in_it_is_refused_and_left_alone() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    fs::write(folder.path().join("letter.txt"), "dear").expect("a temporary folder");
    let line = refusal(folder.path());
    assert!(line.contains("other files (letter.txt); name an empty or new directory"), "{line}");
    assert_eq!(fs::read_dir(folder.path()).expect("a folder").count(), 1);
    assert!(matches!(inspect(folder.path()), Err(OpenError::NoStore { .. })));
}

#[test]
fn the_root_of_a_new_volume_counts_as_empty() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    fs::create_dir(folder.path().join("lost+found")).expect("a temporary folder");
    closed_store(folder.path());
    assert_eq!(versions(&open(folder.path()).expect("its own store")), 3);
}

#[test]
fn a_newer_format_is_refused() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    closed_store(folder.path());
    fs::write(folder.path().join("FORMAT"), "sluicegate store 2 of a later day\n").expect("a temporary folder");
    let line = refusal(folder.path());
    assert!(line.contains("has format 2 and this release knows formats up to 1; start the newer sluicegate"), "{line}");
}

#[test]
fn a_folder_that_cannot_be_written_is_refused() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let file = folder.path().join("file");
    fs::write(&file, "").expect("a temporary folder");
    for directory in [file.clone(), file.join("data")] {
        let line = refusal(&directory);
        assert!(line.contains("cannot write to the data directory"), "{line}");
    }
}

#[test]
fn a_store_that_lost_its_current_file_is_refused_every_time() {
    for make in [closed_store, killed_store] {
        let folder = tempfile::tempdir().expect("a temporary folder");
        make(folder.path());
        fs::remove_file(folder.path().join("store/CURRENT")).expect("a store");
        for _ in 0..2 {
            let line = refusal(folder.path());
            assert!(line.contains("is damaged: store/CURRENT is missing; restore the directory"), "{line}");
        }
    }
}

#[test]
fn a_store_that_lost_files_is_refused() {
    for (lost, word) in [("FORMAT", "holds no sluicegate store"), ("HEAD", "damaged"), ("store", "damaged")] {
        let folder = tempfile::tempdir().expect("a temporary folder");
        closed_store(folder.path());
        let path = folder.path().join(lost);
        if path.is_dir() { fs::remove_dir_all(path) } else { fs::remove_file(path) }.expect("a store");
        let line = refusal(folder.path());
        assert!(line.contains(word), "{lost}: {line}");
    }
}

#[test]
fn any_table_or_manifest_that_is_missing_is_noticed() {
    let origin = tempfile::tempdir().expect("a temporary folder");
    closed_store(origin.path());
    let mut tried = 0;
    for entry in fs::read_dir(origin.path().join("store")).expect("a store") {
        let name = entry.expect("a store").file_name().into_string().expect("ASCII");
        if !(name.ends_with(".sst") || name.starts_with("MANIFEST")) {
            continue;
        }
        tried += 1;
        let folder = tempfile::tempdir().expect("a temporary folder");
        copy(origin.path(), folder.path());
        fs::remove_file(folder.path().join("store").join(&name)).expect("a store");
        match open(folder.path()) {
            Ok(journal) => assert!(told(&journal).is_err(), "{name} was not missed"),
            Err(error) => assert!(is_damage(&error), "{name}: {error}"),
        }
    }
    assert!(tried >= 3, "facts, keys and texts have tables");
}

#[test]
fn a_store_without_its_log_is_older_than_its_head() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    killed_store(folder.path());
    let log = newest_log(folder.path());
    let length = fs::metadata(&log).expect("a log").len();
    assert!(length > 0);
    for left in [length / 2, 0] {
        let cut = tempfile::tempdir().expect("a temporary folder");
        copy(folder.path(), cut.path());
        let log = newest_log(cut.path());
        fs::OpenOptions::new().write(true).open(&log).and_then(|log| log.set_len(left)).expect("a log");
        let line = refusal(cut.path());
        assert!(line.contains("is older than its HEAD: it ends at position"), "{left}: {line}");
        fs::remove_file(newest_log(cut.path())).expect("a log");
        refusal(cut.path());
    }
    assert_eq!(versions(&open(folder.path()).expect("the whole copy")), 3);
}

#[test]
fn a_store_whose_making_was_cut_short_is_made_again() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    closed_store(folder.path());
    // What a kill just before the last step of making a store leaves.
    fs::rename(folder.path().join("FORMAT"), folder.path().join("FORMAT.new")).expect("a store");
    assert_eq!(versions(&open(folder.path()).expect("an unfinished store")), 0);
    // Nothing but leftovers of the making itself is taken for such.
    let foreign = tempfile::tempdir().expect("a temporary folder");
    fs::write(foreign.path().join("FORMAT.new"), "").expect("a temporary folder");
    fs::write(foreign.path().join("letter.txt"), "dear").expect("a temporary folder");
    assert!(refusal(foreign.path()).contains("letter.txt"));
}

#[test]
fn files_of_another_store_are_refused() {
    let folders = [(); 2].map(|()| tempfile::tempdir().expect("a temporary folder"));
    folders.iter().for_each(|folder| closed_store(folder.path()));
    for (file, word) in [("HEAD", "its HEAD belongs to another store"), ("FORMAT", "its HEAD belongs to another store")]
    {
        let mixed = tempfile::tempdir().expect("a temporary folder");
        copy(folders[0].path(), mixed.path());
        fs::copy(folders[1].path().join(file), mixed.path().join(file)).expect("a store");
        let line = refusal(mixed.path());
        assert!(line.contains(word), "{line}");
    }
    let mixed = tempfile::tempdir().expect("a temporary folder");
    copy(folders[0].path(), mixed.path());
    fs::remove_dir_all(mixed.path().join("store")).expect("a store");
    copy(&folders[1].path().join("store"), &mixed.path().join("store"));
    assert!(refusal(mixed.path()).contains("its FORMAT belongs to another store"));
}

#[test]
fn a_store_that_cannot_be_reopened_is_read_until_it_can() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let mut journal = open(folder.path()).expect("an empty directory");
    append_versions(&mut journal, 1, 3);
    let before = told(&journal);
    // RocksDB cannot lock a folder; reading takes no lock.
    let lock = folder.path().join("store/LOCK");
    fs::remove_file(&lock).and_then(|()| fs::create_dir(&lock)).expect("a store");
    for _ in 0..2 {
        assert!(matches!(journal.writer.reopen(), Err(JournalError::Failed { operation: "reopen", .. })));
        assert_eq!(told(&journal), before);
        let append = journal.writer.append(Position(3), &registration("orders-value", 4, 4));
        assert!(matches!(append, Err(JournalError::Failed { .. })), "{append:?}");
    }
    fs::remove_dir(&lock).expect("a store");
    journal.writer.reopen().expect("nothing stands in the way");
    append_versions(&mut journal, 4, 6);
    assert_eq!(versions(&journal), 6);
}

#[test]
fn nothing_is_written_while_the_disk_is_almost_full() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    closed_store(folder.path());
    let mut journal = open_keeping_free(folder.path(), u64::MAX).expect("reading needs no room");
    let (facts, _) = told(&journal).expect("reading goes on");
    let batch: Batch = registration("orders-value", 4, 4);
    match journal.writer.append(Position(3), &batch) {
        Err(JournalError::Refused { reason }) => assert!(reason.ends_with("free some space"), "{reason}"),
        other => panic!("not refused: {other:?}"),
    }
    assert_eq!(told(&journal).map(|(told, _)| told), Ok(facts));
}
