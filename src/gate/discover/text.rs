//! From a schema file at hand to its text, or to the sentence that says why there is none.

use crate::gate::config::told;
use std::fs::File;
use std::io::Read;
use std::path::Path;
use std::sync::Arc;

/// Largest schema file that is read.
pub(super) const FILE_BYTES_MAX: u64 = 16 << 20;

/// Reads a schema file: UTF-8, a byte order mark in front is passed over, line ends stay as they are.
///
/// # Errors
/// A sentence without the file's name.
pub(in crate::gate) fn read(path: &Path) -> Result<Arc<str>, String> {
    // Asked before it is opened: a named pipe would keep us waiting for whoever writes to it.
    let kind = std::fs::metadata(path).map_err(|error| match path.is_symlink() {
        true => "is a link to a file that does not exist".to_owned(),
        false => told(&error),
    })?;
    if kind.is_dir() {
        return Err("is a folder, not a file".to_owned());
    }
    if !kind.is_file() {
        return Err("is no regular file".to_owned());
    }
    let mut bytes = Vec::with_capacity(usize::try_from(kind.len().min(FILE_BYTES_MAX)).unwrap_or(0) + 1);
    let file = File::open(path).map_err(|error| told(&error))?;
    file.take(FILE_BYTES_MAX + 1).read_to_end(&mut bytes).map_err(|error| told(&error))?;
    if bytes.len() as u64 > FILE_BYTES_MAX {
        return Err(format!("is larger than {} MiB, the most that is read of a schema file", FILE_BYTES_MAX >> 20));
    }
    decoded(bytes)
}

fn decoded(mut bytes: Vec<u8>) -> Result<Arc<str>, String> {
    if bytes.starts_with(b"\xff\xfe") || bytes.starts_with(b"\xfe\xff") {
        return Err("is UTF-16; save it as UTF-8".to_owned());
    }
    if bytes.starts_with(b"version https://git-lfs.github.com/spec/") {
        return Err("is a pointer of Git LFS; `git lfs pull` brings the file".to_owned());
    }
    if bytes.starts_with(b"\xef\xbb\xbf") {
        bytes.drain(..3);
    }
    match String::from_utf8(bytes) {
        Ok(text) => Ok(text.into()),
        Err(error) => {
            let at = error.utf8_error().valid_up_to();
            let line = error.as_bytes()[..at].iter().filter(|byte| **byte == b'\n').count() + 1;
            Err(format!("is not UTF-8 at line {line}; save it as UTF-8"))
        }
    }
}
