//! The base `git:REF` and `git:REF...`: which commit it is, found without running git.

use super::file_base::FileBase;
use super::git_errors;
use super::git_tree::GitTree;
use super::layout::Layout;
use super::{BaseError, BaseSpec, Surveyor};
use gix::{ObjectId, Repository};
use std::path::Path;

/// What stands for the default branch of a remote, in this order.
const DEFAULT_BRANCHES: [&str; 3] =
    ["refs/remotes/origin/HEAD", "refs/remotes/origin/main", "refs/remotes/origin/master"];

/// The tree of `reference`, or with `is_merge_base` that of its merge base with HEAD.
pub(super) fn open(
    reference: &str,
    is_merge_base: bool,
    here: &Path,
    surveyor: Box<dyn Surveyor>,
) -> Result<FileBase<GitTree>, BaseError> {
    let repository = repository(here)?;
    let Ok(named) = repository.rev_parse_single(reference) else {
        return Err(git_errors::unknown_revision(&repository, reference));
    };
    let named = named.detach();
    let (commit, note) = match is_merge_base {
        true => merge_base(&repository, reference, named)?,
        false => (named, None),
    };
    let object = repository.find_object(commit).map_err(|error| git_errors::missing_object(&error))?;
    let tree = object.peel_to_tree().map_err(|error| git_errors::no_tree(reference, &error))?.id;
    let layout = Layout::earlier(repository.workdir().unwrap_or(here), here);
    let spec = match is_merge_base {
        true => BaseSpec::GitMergeBase(reference.to_owned()),
        false => BaseSpec::GitTree(reference.to_owned()),
    };
    let mut base = FileBase::new(spec.shown(), GitTree::read(repository, tree)?, layout, surveyor);
    base.note = note;
    Ok(base)
}

/// What to compare with where nobody says: the merge base with the default branch of the remote.
pub(super) fn default_base(here: &Path) -> Result<BaseSpec, BaseError> {
    let repository = gix_open(here).map_err(|_| git_errors::no_base_outside_git())?;
    for name in DEFAULT_BRANCHES {
        let Ok(Some(found)) = repository.try_find_reference(name) else { continue };
        let target = found.target().try_name().map(|name| name.as_bstr().to_string());
        let full = target.unwrap_or_else(|| name.to_owned());
        // The symbolic name stays behind when the branch it names is not fetched.
        if repository.rev_parse_single(full.as_str()).is_ok() {
            return Ok(BaseSpec::GitMergeBase(full.trim_start_matches("refs/remotes/").to_owned()));
        }
    }
    Err(git_errors::no_default_base(&repository))
}

fn repository(here: &Path) -> Result<Repository, BaseError> {
    let mut repository = gix_open(here).map_err(|error| git_errors::no_repository(here, &error))?;
    repository.object_cache_size_if_unset(4 * 1024 * 1024);
    Ok(repository)
}

/// Opens the repository around `here` with its own configuration alone: nothing in it is executed, so that a checkout
/// of another user, as in containers, can be read.
fn gix_open(here: &Path) -> Result<Repository, gix::Error> {
    gix::discover_opts(here, Default::default(), gix::open::Options::isolated())
}

/// The merge base with HEAD, and a note where that is HEAD itself.
fn merge_base(
    repository: &Repository,
    reference: &str,
    named: ObjectId,
) -> Result<(ObjectId, Option<String>), BaseError> {
    let commit_of = |id: ObjectId| -> Result<ObjectId, BaseError> {
        let object = repository.find_object(id).map_err(|error| git_errors::missing_object(&error))?;
        Ok(object.peel_to_commit().map_err(|_| git_errors::no_commit(reference))?.id)
    };
    let head = repository.head_id().map_err(|_| git_errors::no_head())?.detach();
    let (theirs, head) = (commit_of(named)?, commit_of(head)?);
    let found = repository.merge_base(theirs, head).map_err(|error| git_errors::missing_object(&error))?;
    let Some(base) = found else { return Err(git_errors::no_merge_base(repository, reference)) };
    let note = (base == head).then(|| {
        format!(
            "git:{reference}... is HEAD itself, so only what is not committed was compared; to judge the last commit \
             of the branch itself, use --against git:HEAD~1"
        )
    });
    Ok((base.detach(), note))
}
