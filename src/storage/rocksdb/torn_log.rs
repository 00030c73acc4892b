//! Is a log that RocksDB refuses only torn at its end?
//!
//! A power cut may leave the record that was being written with pages missing. RocksDB's strict recovery tolerates an
//! end that is short or zero, but takes a hole in the last record for damage and refuses; its lenient recovery stops at
//! any damage and silently forgets what follows. In between lies what is true of this store: each append is synced
//! before the next begins, so a broken record that another one follows had been acknowledged, and one that none follows
//! need not have been (`HEAD` still says where it had). Reads the log format of RocksDB's `db/log_format.h`.

use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::{fs, io};

const BLOCK_BYTES: usize = 32 * 1024;
/// Checksum (4), length (2), type (1).
const HEADER_BYTES: usize = 7;
const FULL: u8 = 1;
const FIRST: u8 = 2;
/// Types of fragments in recycled files.
const RECYCLED: [u8; 6] = [5, 6, 7, 8, 11, 131];

/// Whether every log in `store` is whole but for the last record of the newest.
pub(super) fn only_the_end_is_torn(store: &Path) -> io::Result<bool> {
    let logs = logs(store)?;
    let Some((newest, older)) = logs.split_last() else { return Ok(false) };
    for log in older {
        if first_broken(&fs::read(log)?).is_some() {
            return Ok(false);
        }
    }
    let log = fs::read(newest)?;
    Ok(first_broken(&log).is_some_and(|broken| !a_record_begins_after(&log, broken)))
}

/// Whether RocksDB's reader would never come back from the log or manifest at `path`.
///
/// A fragment whose type says that the file was recycled makes the reader of RocksDB 11.8 try the same bytes for ever
/// (`ReadPhysicalRecord` returns without having taken them). Files of this store are never recycled, but one flipped
/// bit turns each of the usual types into such a one.
pub(super) fn would_hang(path: &Path) -> io::Result<bool> {
    let mut file = fs::File::open(path)?;
    let mut block = Vec::with_capacity(BLOCK_BYTES);
    loop {
        block.clear();
        file.by_ref().take(BLOCK_BYTES as u64).read_to_end(&mut block)?;
        if block.is_empty() {
            return Ok(false);
        }
        if hangs_in(&block) {
            return Ok(true);
        }
    }
}

/// The same for one block: a fragment never reaches into the next.
fn hangs_in(block: &[u8]) -> bool {
    // That reader goes on while fragments are whole. By their lengths alone it is led to the same places and perhaps to
    // more, at a fraction of the cost: a start after a crash reads all that is not in tables yet.
    meets_recycled(block, length) && meets_recycled(block, |block, at| Some(fragment(block, at)?.1))
}

/// Whether a walk along the fragments of `block`, each as long as `bytes` says, meets one of a recycled file.
fn meets_recycled(block: &[u8], bytes: impl Fn(&[u8], usize) -> Option<usize>) -> bool {
    let mut at = 0;
    while let Some(kind) = block.get(at + HEADER_BYTES - 1) {
        if RECYCLED.contains(kind) {
            return true;
        }
        match bytes(block, at) {
            Some(bytes) => at += bytes,
            None => return false,
        }
    }
    false
}

/// Cuts the newest log where its last record is torn, and keeps what it was beside it.
pub(super) fn cut_torn_end(store: &Path) -> io::Result<()> {
    let Some(newest) = logs(store)?.pop() else { return Ok(()) };
    let log = fs::read(&newest)?;
    let Some(broken) = first_broken(&log) else { return Ok(()) };
    fs::write(newest.with_extension("log-torn"), &log)?;
    let file = fs::OpenOptions::new().write(true).open(&newest)?;
    file.set_len(u64::try_from(broken).expect("a length"))?;
    file.sync_all()
}

/// RocksDB's logs, oldest first.
pub(super) fn logs(store: &Path) -> io::Result<Vec<PathBuf>> {
    let mut logs = Vec::new();
    for entry in fs::read_dir(store)? {
        let path = entry?.path();
        if path.extension().is_some_and(|ending| ending == "log") {
            logs.push(path);
        }
    }
    // Names are numbers of the same width.
    logs.sort();
    Ok(logs)
}

/// Where the first fragment begins that is not what was written; `None` in a log that is whole or ends in zeros.
fn first_broken(log: &[u8]) -> Option<usize> {
    let mut at = 0;
    while at < log.len() {
        let left_in_block = BLOCK_BYTES - at % BLOCK_BYTES;
        if left_in_block < HEADER_BYTES {
            at += left_in_block;
            continue;
        }
        match fragment(log, at) {
            Some((_, bytes)) => at += bytes,
            None if log[at..].iter().all(|byte| *byte == 0) => return None,
            None => return Some(at),
        }
    }
    None
}

/// Whether a whole fragment that begins a record lies anywhere behind `broken`.
fn a_record_begins_after(log: &[u8], broken: usize) -> bool {
    (broken + 1..log.len()).any(|at| {
        matches!(log.get(at + HEADER_BYTES - 1), Some(&(FULL | FIRST)))
            && fragment(log, at).is_some_and(|(kind, _)| matches!(kind, FULL | FIRST))
    })
}

/// Type and length, header included, of the whole fragment at `at`.
fn fragment(log: &[u8], at: usize) -> Option<(u8, usize)> {
    let bytes = length(log, at)?;
    let [c0, c1, c2, c3, _, _, kind] = *log[at..].first_chunk::<HEADER_BYTES>()?;
    let crc = crc32c(kind, &log[at + HEADER_BYTES..at + bytes]);
    // Stored masked, as a checksum of bytes that hold checksums is a weak one.
    let masked = crc.rotate_right(15).wrapping_add(0xA282_EAD8);
    (u32::from_le_bytes([c0, c1, c2, c3]) == masked).then_some((kind, bytes))
}

/// Length, header included, that the header at `at` gives its fragment; `None` where none could be so.
fn length(log: &[u8], at: usize) -> Option<usize> {
    let [_, _, _, _, l0, l1, kind] = *log.get(at..)?.first_chunk::<HEADER_BYTES>()?;
    let bytes = HEADER_BYTES + usize::from(u16::from_le_bytes([l0, l1]));
    let fits = bytes <= BLOCK_BYTES - at % BLOCK_BYTES && bytes <= log.len() - at;
    (kind != 0 && fits).then_some(bytes)
}

/// CRC-32C (Castagnoli) of the type and what follows it.
fn crc32c(kind: u8, payload: &[u8]) -> u32 {
    let step = |crc: u32, byte: u8| TABLE[usize::from(crc.to_le_bytes()[0] ^ byte)] ^ (crc >> 8);
    !payload.iter().fold(step(!0, kind), |crc, byte| step(crc, *byte))
}

static TABLE: [u32; 256] = table();

const fn table() -> [u32; 256] {
    let mut table = [0; 256];
    let mut at = 0;
    let mut start = 0_u32;
    while at < 256 {
        let mut crc = start;
        let mut bit = 0;
        while bit < 8 {
            crc = if crc & 1 == 1 { (crc >> 1) ^ 0x82F6_3B78 } else { crc >> 1 };
            bit += 1;
        }
        table[at] = crc;
        at += 1;
        start += 1;
    }
    table
}

#[cfg(test)]
mod tests {
    use super::{
        BLOCK_BYTES, HEADER_BYTES, a_record_begins_after, crc32c, first_broken, fragment, hangs_in, meets_recycled,
    };

    /// A log of records with these payloads, written as the format says.
    fn log(payloads: &[Vec<u8>]) -> Vec<u8> {
        let mut log: Vec<u8> = Vec::new();
        for payload in payloads {
            let mut rest = &payload[..];
            let mut is_first = true;
            loop {
                let left = BLOCK_BYTES - log.len() % BLOCK_BYTES;
                if left < HEADER_BYTES {
                    log.resize(log.len() + left, 0);
                    continue;
                }
                let (part, after) = rest.split_at(rest.len().min(left - HEADER_BYTES));
                let kind = match (is_first, after.is_empty()) {
                    (true, true) => 1,
                    (true, false) => 2,
                    (false, false) => 3,
                    (false, true) => 4,
                };
                let masked = crc32c(kind, part).rotate_right(15).wrapping_add(0xA282_EAD8);
                log.extend_from_slice(&masked.to_le_bytes());
                log.extend_from_slice(&u16::try_from(part.len()).expect("a block").to_le_bytes());
                log.push(kind);
                log.extend_from_slice(part);
                (rest, is_first) = (after, false);
                if rest.is_empty() {
                    break;
                }
            }
        }
        log
    }

    #[test]
    fn the_checksum_is_castagnolis() {
        // The check value of the catalogue of CRCs: "123456789".
        assert_eq!(crc32c(b'1', b"23456789"), 0xE306_9283);
    }

    #[test]
    fn a_broken_last_record_is_a_torn_end_and_any_other_is_not() {
        let payloads: Vec<Vec<u8>> = [10, 40_000, 3, 100_000, 70].map(|length| vec![7; length]).into();
        let whole = log(&payloads);
        assert_eq!(first_broken(&whole), None);
        let mut start = 0;
        for records in 1..=payloads.len() {
            let end = log(&payloads[..records]).len();
            for at in (start..end).step_by(97).chain([end - 1]) {
                let mut broken = whole.clone();
                broken[at] ^= 0x20;
                let torn = first_broken(&broken).is_some_and(|at| !a_record_begins_after(&broken, at));
                assert_eq!(torn, records == payloads.len(), "byte {at} of record {records}");
            }
            start = end;
        }
    }

    fn would_hang(log: &[u8]) -> bool {
        log.chunks(BLOCK_BYTES).any(hangs_in)
    }

    #[test]
    fn lengths_alone_miss_no_type_that_a_walk_along_whole_fragments_meets() {
        let whole = log(&[3, 700, 0, 12, 250].map(|length| vec![7; length]));
        let mut met = 0;
        for at in 0..whole.len() {
            for bit in 0..8 {
                let mut flipped = whole.clone();
                flipped[at] ^= 1 << bit;
                let meets = meets_recycled(&flipped, |block, at| Some(fragment(block, at)?.1));
                assert_eq!(hangs_in(&flipped), meets, "bit {bit} of byte {at}");
                met += u32::from(meets);
            }
        }
        assert!(met > 0);
    }

    #[test]
    fn a_type_that_rocksdb_never_comes_back_from_is_seen() {
        let payloads: Vec<Vec<u8>> = [10, 40_000, 3].map(|length| vec![7; length]).into();
        let whole = log(&payloads);
        assert!(!would_hang(&whole) && !would_hang(&whole[..whole.len() - 1]) && !would_hang(b""));
        for header in [0, 17, BLOCK_BYTES] {
            let mut flipped = whole.clone();
            flipped[header + HEADER_BYTES - 1] |= 4;
            assert_eq!(would_hang(&flipped), whole[header + HEADER_BYTES - 1] != 4, "the fragment at {header}");
            flipped[header + HEADER_BYTES - 1] = 131;
            assert!(would_hang(&flipped));
        }
    }

    #[test]
    fn zeros_at_the_end_are_no_damage() {
        let mut log = log(&[vec![7; 100]]);
        log.resize(log.len() + 50_000, 0);
        assert_eq!(first_broken(&log), None);
    }
}
