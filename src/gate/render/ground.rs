//! Where do paths of a report start, and where do those start that a continuous integration knows?

use std::path::{Component, Path, PathBuf};

/// The folder of the user, and the one that holds the whole checkout.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ground {
    /// The folder in which the user stands; relative paths of the report start here.
    pub current_folder: PathBuf,
    /// The root of the checkout, where one is known: `GITHUB_WORKSPACE`, `CI_PROJECT_DIR`, or that of the repository.
    pub root: Option<PathBuf>,
}

impl Ground {
    /// `file` from the root of the checkout, with slashes. One outside of it stays as it is.
    pub(super) fn seen_from_root(&self, file: &str) -> String {
        let Some(root) = &self.root else { return file.to_owned() };
        let whole = without_dots(&self.current_folder.join(file));
        match whole.strip_prefix(without_dots(root)) {
            Ok(inside) => {
                let names: Vec<_> = inside.components().map(|part| part.as_os_str().to_string_lossy()).collect();
                names.join("/")
            }
            Err(_) => file.to_owned(),
        }
    }
}

fn without_dots(path: &Path) -> PathBuf {
    let mut out = PathBuf::new();
    for part in path.components() {
        match part {
            Component::CurDir => {}
            Component::ParentDir => {
                out.pop();
            }
            Component::Prefix(_) | Component::RootDir | Component::Normal(_) => out.push(part),
        }
    }
    out
}
