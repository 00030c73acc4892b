//! Paths as people name them from where they stand.

use std::path::{Component, Path, PathBuf};

/// `path` without `.` and, as far as the text alone can tell, without `..`.
pub fn tidied(path: &Path) -> PathBuf {
    let mut tidy = PathBuf::new();
    for component in path.components() {
        match component {
            Component::CurDir => {}
            Component::ParentDir if matches!(tidy.components().next_back(), Some(Component::Normal(_))) => {
                tidy.pop();
            }
            Component::ParentDir if tidy.has_root() => {}
            other => tidy.push(other),
        }
    }
    tidy
}

/// `path` as seen from `folder`, both absolute: with `..` where it lies beside or above.
pub fn relative(path: &Path, folder: &Path) -> PathBuf {
    let (path, folder) = (tidied(path), tidied(folder));
    let shared = path.components().zip(folder.components()).take_while(|(left, right)| left == right).count();
    if shared == 0 {
        return path; // on another drive
    }
    let up = folder.components().skip(shared).map(|_| Component::ParentDir);
    let seen: PathBuf = up.chain(path.components().skip(shared)).collect();
    if seen.as_os_str().is_empty() { PathBuf::from(".") } else { seen }
}

/// A path for people and answers: with `/`, and with a mark in place of what is not Unicode.
pub fn shown(path: &Path) -> String {
    let text = path.to_string_lossy();
    if cfg!(windows) { text.replace('\\', "/") } else { text.into_owned() }
}
