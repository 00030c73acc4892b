//! From the bytes of a schema file at a base to its text.

use std::sync::Arc;

/// Largest schema file that is read.
pub(super) const FILE_BYTES_MAX: u64 = 64 * 1024 * 1024;

/// Decodes a file that was accepted before; a byte order mark in front is passed over.
///
/// # Errors
/// One sentence, without the file's name.
pub(super) fn decode(bytes: Vec<u8>) -> Result<Arc<str>, String> {
    if bytes.starts_with(b"\xff\xfe") || bytes.starts_with(b"\xfe\xff") {
        return Err("it is UTF-16; schemas are UTF-8".to_owned());
    }
    if bytes.starts_with(b"version https://git-lfs.github.com/spec/") {
        return Err("it is a pointer of Git LFS, not the file itself".to_owned());
    }
    let text = String::from_utf8(bytes)
        .map_err(|error| format!("it is not UTF-8 at byte {}", error.utf8_error().valid_up_to()))?;
    Ok(text.strip_prefix('\u{feff}').unwrap_or(&text).into())
}

/// That a file is larger than [`FILE_BYTES_MAX`].
pub(super) fn too_large(bytes: u64) -> String {
    format!("it has {bytes} bytes, and at most {FILE_BYTES_MAX} are read")
}
