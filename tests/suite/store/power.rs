//! Power is cut: what was not synced is lost in part or whole, what was acknowledged is not.
//!
//! After each append the length of the newest log is noted; an image is the store's files with that log cut somewhere
//! between what the last acknowledged append had synced and what the next one was writing, and with what a disk may leave
//! there. `POWER_CUTS` sets the number of images, `POWER_SEED` repeats a
//! run.

use std::fs;
use std::path::Path;
use std::sync::Arc;

use sluicegate::registry::journal::Position;
use sluicegate::registry::record::TextHash;
use sluicegate::storage::rocksdb::{inspect, open};

use super::{append_versions, copy, newest_log, told, versions};
use crate::dice::{Dice, number};
use crate::facts::registration;

const IMAGES: u64 = 20;
const APPENDS: usize = 25;

#[test]
fn what_was_acknowledged_survives_a_power_cut() {
    let images = number("POWER_CUTS").unwrap_or(IMAGES);
    let mut dice = Dice::thrown("POWER_SEED");
    let origin = tempfile::tempdir().expect("a temporary folder");
    let mut journal = open(origin.path()).expect("an empty directory");
    // HEAD as it is when nothing has been written down since the store was made: the least there may be.
    let head = fs::read(origin.path().join("HEAD")).expect("a HEAD");
    let mut lengths = vec![fs::metadata(newest_log(origin.path())).expect("a log").len()];
    let mut last = Position::START;
    for at in 0..APPENDS {
        let number = i32::try_from(at + 1).expect("few");
        let mut batch = registration("orders-value", number.into(), number);
        // Some records are larger than a page and than RocksDB's log blocks, so that they can tear.
        let filling: Arc<str> = format!("{at}{}", "x".repeat(dice.index(60_000))).into();
        batch.texts.push((TextHash::of(&filling), filling));
        last = journal.writer.append(last, &batch).expect("nothing is wrong");
        lengths.push(fs::metadata(newest_log(origin.path())).expect("a log").len());
    }
    let whole = tempfile::tempdir().expect("a temporary folder");
    copy(origin.path(), whole.path());
    fs::write(whole.path().join("HEAD"), head).expect("a temporary folder");
    drop(journal);
    for _ in 0..images {
        let acknowledged = dice.index(APPENDS);
        image(whole.path(), acknowledged, (lengths[acknowledged], lengths[acknowledged + 1]), &mut dice);
    }
}

/// Cuts power while append number `acknowledged + 1` was writing bytes `from..to` of the log.
fn image(whole: &Path, acknowledged: usize, (from, to): (u64, u64), dice: &mut Dice) {
    let folder = tempfile::tempdir().expect("a temporary folder");
    copy(whole, folder.path());
    let log = newest_log(folder.path());
    let mut content = fs::read(&log).expect("a log");
    let [from, to] = [from, to].map(|length| usize::try_from(length).expect("a short log"));
    let cut = from + dice.index(to - from + 1);
    let left = dice.below(4);
    match left {
        // The file ends there.
        0 => content.truncate(cut),
        // Its length was written, the rest of its data was not.
        1 => {
            content.truncate(to);
            content[cut..].fill(0);
        }
        // One page in between was not written.
        2 => {
            content.truncate(to);
            let end = (cut / 4096 * 4096 + 4096).min(to);
            content[cut.max(from)..end].fill(0);
        }
        // A page holds what the disk had there before.
        _ => {
            content.truncate(to);
            let end = (cut / 4096 * 4096 + 4096).min(to);
            content[cut..end].fill_with(|| u8::try_from(dice.below(256)).expect("a byte"));
        }
    }
    fs::write(&log, content).expect("a log");
    let mut journal = open(folder.path()).unwrap_or_else(|error| panic!("kind {left}, {from}..{cut}..{to}: {error}"));
    let found = told(&journal).expect("a store that is whole").0.len();
    assert!(found == acknowledged || found == acknowledged + 1, "{found} facts after {acknowledged} appends");
    let before = versions(&journal);
    append_versions(&mut journal, 100, 102);
    drop(journal);
    assert_eq!(versions(&open(folder.path()).expect("a store that is whole")), before + 3);
    assert_eq!(inspect(folder.path()).expect("a store that is whole").findings, Vec::<String>::new());
}
