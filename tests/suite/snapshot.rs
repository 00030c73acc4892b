//! Is an output what somebody has read and found right? Compares it with a file under `tests/data`, exactly.
//!
//! `SLUICEGATE_REWRITE_SNAPSHOTS=1` writes the files anew, for a person to read the difference. It is refused where `CI`
//! is set: there nobody reads.

use std::fs;
use std::path::Path;

/// Asserts that `actual` is the text of `tests/data/<name>`.
#[cfg(feature = "gate")]
#[track_caller]
pub(crate) fn agrees(name: &str, actual: &str) {
    if let Err(complaint) = compare(&Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data").join(name), actual) {
        panic!("{complaint}");
    }
}

/// Compares `actual` with the text of `file`, or writes it there where that is asked for.
pub(crate) fn compare(file: &Path, actual: &str) -> Result<(), String> {
    if std::env::var_os("SLUICEGATE_REWRITE_SNAPSHOTS").is_some_and(|value| value == "1") {
        assert!(std::env::var_os("CI").is_none(), "snapshots are not rewritten where CI is set");
        fs::create_dir_all(file.parent().expect("a file stands in a folder")).expect("the folder can be made");
        fs::write(file, actual).expect("the snapshot can be written");
        return Ok(());
    }
    let expected = fs::read_to_string(file).unwrap_or_default();
    if expected == actual {
        return Ok(());
    }
    let line = expected.lines().zip(actual.lines()).take_while(|(old, new)| old == new).count();
    Err(format!(
        "{} is not what came out, from line {} on:\n  expected: {:?}\n  came out: {:?}\nIf the new output is right, write \
         it with SLUICEGATE_REWRITE_SNAPSHOTS=1 and read the difference. All of it:\n{actual}",
        file.display(),
        line + 1,
        expected.lines().nth(line),
        actual.lines().nth(line),
    ))
}
