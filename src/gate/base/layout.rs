//! How the files the user sees and the paths of a base correspond.

use std::cell::RefCell;
use std::collections::HashMap;
use std::path::{Component, Path, PathBuf};

/// A base of files as seen from where the user stands.
#[derive(Debug)]
pub(super) struct Layout {
    /// The folder at hand whose files have the same paths in the base; canonical.
    root: PathBuf,
    /// Where the user stands; canonical.
    here: PathBuf,
    /// The folder in which the base itself lies, as the user named it; none where its files have no name of their own.
    base_folder: Option<PathBuf>,
    /// Folders of files, resolved once each: `None` for one that does not lie below `root`.
    folders: RefCell<HashMap<PathBuf, Option<String>>>,
}

impl Layout {
    /// A base that is an earlier state of `root`.
    pub(super) fn earlier(root: &Path, here: &Path) -> Self {
        Self { root: resolved(root), here: resolved(here), base_folder: None, folders: RefCell::default() }
    }

    /// A base in a folder of its own, laid out like `here`.
    pub(super) fn beside(base_folder: &Path, here: &Path) -> Self {
        Self { base_folder: Some(base_folder.to_owned()), ..Self::earlier(here, here) }
    }

    /// The path at which `file`, named as the user does, lies in the base. `None` outside of it.
    pub(super) fn path_of(&self, file: &str) -> Option<String> {
        let file = Path::new(file);
        let name = file.file_name()?.to_str()?;
        let folder = file.parent().unwrap_or(Path::new(""));
        let known = self.folders.borrow().get(folder).cloned();
        let folder_path = known.unwrap_or_else(|| {
            // The folder is resolved, the file is not: a link is a file of its own in a base.
            let found = resolved(&self.here.join(folder)).strip_prefix(&self.root).ok().and_then(slashed);
            self.folders.borrow_mut().insert(folder.to_owned(), found.clone());
            found
        })?;
        Some(if folder_path.is_empty() { name.to_owned() } else { format!("{folder_path}/{name}") })
    }

    /// Whether the file at `path` is still there, in its old place or beside `candidate`, named as the user does. What
    /// lies in a folder of its own has no place at hand that it could be missed in.
    pub(super) fn is_at_hand(&self, path: &str, candidate: &str) -> bool {
        if self.base_folder.is_some() {
            return true;
        }
        let name = Path::new(path).file_name().unwrap_or_default();
        let beside = self.here.join(candidate).with_file_name(name);
        self.root.join(path).symlink_metadata().is_ok() || beside.symlink_metadata().is_ok()
    }

    /// What the user would call the file at `path`.
    pub(super) fn shown(&self, path: &str) -> String {
        if let Some(folder) = &self.base_folder {
            return folder.join(path).display().to_string();
        }
        let Ok(below) = self.here.strip_prefix(&self.root) else { return path.to_owned() };
        let mut file = Path::new(path).components().peekable();
        let mut steps = below.components().peekable();
        while steps.peek().is_some() && steps.peek() == file.peek() {
            steps.next();
            file.next();
        }
        let up = steps.map(|_| Component::ParentDir);
        up.chain(file).collect::<PathBuf>().display().to_string()
    }
}

/// A path with its links followed; without `.` and `..` where it does not exist.
fn resolved(path: &Path) -> PathBuf {
    path.canonicalize().unwrap_or_else(|_| {
        let mut plain = PathBuf::new();
        for part in path.components() {
            match part {
                Component::CurDir => {}
                Component::ParentDir => drop(plain.pop()),
                part => plain.push(part),
            }
        }
        plain
    })
}

/// A relative path with `/` between its parts.
fn slashed(path: &Path) -> Option<String> {
    let parts: Option<Vec<&str>> = path.components().map(|part| part.as_os_str().to_str()).collect();
    Some(parts?.join("/"))
}
