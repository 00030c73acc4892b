//! The files of a commit.

use super::text::{FILE_BYTES_MAX, decode, too_large};
use super::{BaseError, Files, git_errors};
use gix::objs::tree::EntryKind;
use gix::{ObjectId, Repository};
use std::collections::{HashMap, VecDeque};
use std::sync::Arc;

/// Most symbolic links on the way to one file, as in Linux.
const LINKS_MAX: usize = 40;

/// A tree of a repository, its schema files listed in one walk.
pub(super) struct GitTree {
    repository: Repository,
    root: ObjectId,
    paths: Vec<String>,
    /// The plain files among `paths`.
    contents: HashMap<String, ObjectId>,
}

impl GitTree {
    /// Lists the schema files of the tree `root`.
    pub(super) fn read(repository: Repository, root: ObjectId) -> Result<Self, BaseError> {
        let mut tree = Self { repository, root, paths: Vec::new(), contents: HashMap::new() };
        let mut open = vec![(root, String::new())];
        while let Some((id, folder)) = open.pop() {
            let listed = tree.repository.find_tree(id).map_err(|error| git_errors::missing_object(&error))?;
            for entry in listed.iter() {
                let entry = entry.map_err(|error| git_errors::missing_object(&error))?;
                let name = entry.filename().to_string(); // what is no UTF-8 is shown with marks and found by nobody
                let path = if folder.is_empty() { name } else { format!("{folder}/{name}") };
                match entry.kind() {
                    EntryKind::Tree => open.push((entry.object_id(), path)),
                    EntryKind::Blob | EntryKind::BlobExecutable if path.ends_with(".avsc") => {
                        tree.contents.insert(path.clone(), entry.object_id());
                        tree.paths.push(path);
                    }
                    EntryKind::Link if path.ends_with(".avsc") => tree.paths.push(path),
                    EntryKind::Blob | EntryKind::BlobExecutable | EntryKind::Link | EntryKind::Commit => {}
                }
            }
        }
        tree.paths.sort_unstable();
        Ok(tree)
    }

    /// Follows `path` from the root, links included, to the file it names.
    fn find(&self, path: &str) -> Result<Option<ObjectId>, String> {
        let mut parts: VecDeque<String> = path.split('/').map(str::to_owned).collect();
        let (mut folders, mut links) = (vec![self.root], 0);
        while let Some(part) = parts.pop_front() {
            match part.as_str() {
                "" | "." => continue,
                ".." => {
                    folders.pop();
                    if folders.is_empty() {
                        return Err("it is a symbolic link to the outside of the repository".to_owned());
                    }
                    continue;
                }
                _ => {}
            }
            let folder = *folders.last().expect("the root stays");
            let listed = self.repository.find_tree(folder).map_err(|error| git_errors::missing_content(&error))?;
            let Some(entry) = listed.find_entry(part.as_str()) else { return Ok(None) };
            match entry.kind() {
                EntryKind::Tree => folders.push(entry.object_id()),
                EntryKind::Blob | EntryKind::BlobExecutable => {
                    return Ok(parts.iter().all(String::is_empty).then(|| entry.object_id()));
                }
                EntryKind::Link => {
                    links += 1;
                    if links > LINKS_MAX {
                        return Err("it is a symbolic link that leads in a circle".to_owned());
                    }
                    let target = String::from_utf8(self.content(entry.object_id())?)
                        .map_err(|_| "it is a symbolic link to a name that is not UTF-8".to_owned())?;
                    if target.starts_with('/') {
                        return Err("it is a symbolic link to the outside of the repository".to_owned());
                    }
                    for part in target.split('/').rev() {
                        parts.push_front(part.to_owned());
                    }
                }
                EntryKind::Commit => {
                    return Err(
                        "it lies in a submodule, whose files another repository keeps; run the check inside of \
                                it, and name the folders to check here: PATH, or `schemas` under [check]"
                            .to_owned(),
                    );
                }
            }
        }
        Ok(None)
    }

    fn content(&self, id: ObjectId) -> Result<Vec<u8>, String> {
        let missing = |error: gix::Error| git_errors::missing_content(&error);
        let bytes = self.repository.find_header(id).map_err(missing)?.size();
        if bytes > FILE_BYTES_MAX {
            return Err(too_large(bytes));
        }
        Ok(std::mem::take(&mut self.repository.find_blob(id).map_err(missing)?.data))
    }
}

impl Files for GitTree {
    fn schema_paths(&self) -> &[String] {
        &self.paths
    }

    fn read(&self, path: &str) -> Result<Option<Arc<str>>, String> {
        let id = match self.contents.get(path) {
            Some(id) => Some(*id),
            None => self.find(path)?,
        };
        id.map(|id| decode(self.content(id)?)).transpose()
    }
}
