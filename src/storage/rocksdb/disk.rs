//! How much room is left on the disk.

use std::io;
use std::path::Path;

/// Bytes that may still be written where `path` lies.
pub(super) fn free_bytes(path: &Path) -> io::Result<u64> {
    let system = rustix::fs::statvfs(path)?;
    Ok(system.f_bavail.saturating_mul(system.f_frsize))
}
