//! Why a git base cannot be had, in one line that names the command which mends it.

use super::BaseError;
use gix::Repository;
use std::path::Path;

/// What git calls the remote of a clone.
const ORIGIN: &str = "origin";

const GITHUB: &str = "in GitHub Actions set `fetch-depth: 0` on actions/checkout";

pub(super) fn no_repository(here: &Path, error: &gix::Error) -> BaseError {
    if error.is_permission_denied() {
        return BaseError::Unavailable(format!(
            "the git repository at {} belongs to another user; `git config --global --add safe.directory {}` lets you \
             read it",
            here.display(),
            here.display()
        ));
    }
    if has_git_folder(here) {
        return BaseError::Unavailable(format!("the git repository at {} cannot be opened: {error}", here.display()));
    }
    BaseError::Unavailable(format!(
        "{} is not in a git repository; run the check inside of one, or compare with a folder: --against FOLDER",
        here.display()
    ))
}

fn has_git_folder(here: &Path) -> bool {
    here.ancestors().any(|folder| folder.join(".git").exists())
}

pub(super) fn no_base_outside_git() -> BaseError {
    BaseError::Unavailable(
        "nothing to compare with: this is no git repository, so give --against FOLDER, or write `against = \"FOLDER\"` \
         under [check] in sluicegate.toml"
            .to_owned(),
    )
}

pub(super) fn no_default_base(repository: &Repository) -> BaseError {
    let write = "write `against = \"git:origin/main...\"` under [check] in sluicegate.toml";
    let remotes = remotes(repository);
    let reason = match remotes.first() {
        None => {
            let write = "write `against = \"git:main...\"` under [check] in sluicegate.toml";
            format!("this repository has no remote; {write}, with the branch that changes are merged into")
        }
        Some(remote) if !remotes.iter().any(|name| name == ORIGIN) => {
            let write = format!("write `against = \"git:{remote}/main...\"` under [check] in sluicegate.toml");
            format!("no remote of this repository is called `origin`; {write}, with its default branch")
        }
        Some(_) => format!(
            "the default branch of `origin` is not in this clone; `{}` brings it ({GITHUB}), or {write}",
            fetch(repository, ORIGIN, "main")
        ),
    };
    BaseError::Unavailable(format!("nothing to compare with: {reason}"))
}

pub(super) fn unknown_revision(repository: &Repository, reference: &str) -> BaseError {
    if repository.head_id().is_err() && repository.references().is_ok_and(|all| has_none(all.all())) {
        return no_head();
    }
    let remotes = remotes(repository);
    let is_remote = |name: &str| remotes.iter().any(|remote| remote == name);
    let at_remote = format!("refs/remotes/origin/{reference}");
    let way_out = if let Ok(Some(_)) = repository.try_find_reference(at_remote.as_str()) {
        format!("the branch of the remote is `git:origin/{reference}`")
    } else if let Some((remote, branch)) =
        reference.split_once('/').filter(|(remote, branch)| is_remote(remote) && is_plain(branch))
    {
        format!("`{}` brings it; {GITHUB}", fetch(repository, remote, branch))
    } else if is_shallow(repository) {
        format!("the clone is shallow, and `git fetch --unshallow --tags` brings the rest; {GITHUB}")
    } else if let Some(remote) = remotes.iter().find(|name| *name == ORIGIN).or(remotes.first()) {
        format!("`git fetch --tags {remote}` brings tags, `git branch --all` lists branches; {GITHUB}")
    } else {
        "`git branch --all` lists branches, `git tag` lists tags".to_owned()
    };
    BaseError::Unavailable(format!("git:{reference}: there is no such revision in this clone; {way_out}"))
}

/// The command that brings a branch of a remote, and of a shallow clone the history that a merge base needs.
fn fetch(repository: &Repository, remote: &str, branch: &str) -> String {
    let whole = if is_shallow(repository) { "--unshallow " } else { "" };
    format!("git fetch {whole}{remote} {branch}:refs/remotes/{remote}/{branch}")
}

fn remotes(repository: &Repository) -> Vec<String> {
    repository.remote_names().iter().map(ToString::to_string).collect()
}

/// Whether there is no branch and no tag at all.
fn has_none<T, E>(all: Result<impl Iterator<Item = T>, E>) -> bool {
    all.is_ok_and(|mut all| all.next().is_none())
}

fn is_plain(branch: &str) -> bool {
    !branch.contains(['~', '^', ':', '@', ' '])
}

pub(super) fn no_merge_base(repository: &Repository, reference: &str) -> BaseError {
    BaseError::Unavailable(match is_shallow(repository) {
        true => format!(
            "git:{reference}...: the clone is shallow and does not reach back to the merge base of HEAD and \
             {reference}; `git fetch --unshallow` brings the rest, {GITHUB}"
        ),
        false => format!(
            "git:{reference}...: HEAD and {reference} have no common ancestor; compare with the tree itself: \
             --against git:{reference}"
        ),
    })
}

fn is_shallow(repository: &Repository) -> bool {
    repository.is_shallow().unwrap_or(false)
}

pub(super) fn no_head() -> BaseError {
    BaseError::Unavailable("HEAD has no commit yet, so there is nothing to compare with; commit first".to_owned())
}

/// What `reference` names is no tree, or its tree is missing.
pub(super) fn no_tree(reference: &str, error: &gix::Error) -> BaseError {
    if error.is_not_found() {
        return BaseError::Unavailable(format!("git:{reference} cannot be read: {}", missing_content(error)));
    }
    BaseError::Unavailable(format!("git:{reference} names neither a commit nor a tree; name a branch, tag or commit"))
}

pub(super) fn no_commit(reference: &str) -> BaseError {
    BaseError::Unavailable(format!("git:{reference}... needs a commit; name a branch, tag or commit"))
}

/// An object without which the base cannot even be listed.
pub(super) fn missing_object(error: &gix::Error) -> BaseError {
    BaseError::Unavailable(format!("the base cannot be read: {}", missing_content(error)))
}

/// The content of a file is missing or damaged.
pub(super) fn missing_content(error: &gix::Error) -> String {
    if error.is_not_found() {
        return "contents are missing in this clone: where it is a partial one, `git fetch --refetch --no-filter origin` \
                brings all of them, and otherwise `git fsck` says what is damaged"
            .to_owned();
    }
    format!("{error}; `git fsck` says what is damaged")
}
