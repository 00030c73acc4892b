//! What was there before, in git: revisions, merge bases, and clones that lack some of it.

use super::repository::{ByStem, Repository, base, base_by, before, candidate, complaint, git, texts};
use sluicegate::gate::base::{BaseError, Inquiry, open};
use sluicegate::gate::estate::Declared;

/// `main` with one file, and a branch on which it changed; `main` has gone on since.
fn branched() -> Repository {
    let repository = Repository::new();
    repository.write("schemas/order.avsc", "\"int\"").commit("one");
    repository.git(&["branch", "work"]);
    repository.write("schemas/order.avsc", "\"string\"").commit("main goes on");
    repository.git(&["switch", "--quiet", "work"]);
    repository.write("schemas/order.avsc", "\"long\"").commit("changed");
    repository
}

#[test]
fn a_revision_is_its_tree_and_three_dots_are_the_merge_base() {
    let repository = branched();
    let at = |spec: &str| texts(&before(spec, &repository.folder, "schemas/order.avsc").unwrap())[0].to_owned();
    assert_eq!(at("git:main"), "\"string\"");
    assert_eq!(at("git:main..."), "\"int\"");
    assert_eq!(at("git:HEAD"), "\"long\"");
    assert_eq!(at("git:HEAD~1"), "\"int\"");
    assert_eq!(base("git:main...", &repository.folder).unwrap().name(), "git:main...");
    repository.git(&["tag", "--annotate", "v1", "--message", "tagged", "main"]);
    assert_eq!(at("git:v1"), "\"string\"");
    assert_eq!(at("git:v1..."), "\"int\"");
}

#[test]
fn files_are_found_from_a_folder_below_the_root() {
    let repository = branched();
    repository.write("tools/x", "");
    let file = |here: &str, name: &str| {
        let found = before("git:main", &repository.folder.join(here), name).unwrap();
        found.versions.into_iter().map(|version| version.file.unwrap()).collect::<Vec<_>>()
    };
    assert_eq!(file("schemas", "order.avsc"), ["order.avsc"]);
    assert_eq!(file("tools", "../schemas/order.avsc"), ["../schemas/order.avsc"]);
    let absolute = repository.folder.join("schemas/order.avsc");
    assert_eq!(file("tools", absolute.to_str().unwrap()), ["../schemas/order.avsc"]);
}

#[test]
fn linked_work_trees_and_submodules_are_repositories_too() {
    let repository = branched();
    let linked = Repository::folder();
    repository.git(&["worktree", "add", "--quiet", linked.folder.join("tree").to_str().unwrap(), "main"]);
    let found = before("git:work", &linked.folder.join("tree"), "schemas/order.avsc").unwrap();
    assert_eq!(texts(&found), ["\"long\""]);

    let outer = Repository::new();
    outer.commit("nothing yet");
    outer.git(&["submodule", "--quiet", "add", &format!("file://{}", repository.folder.display()), "inner"]);
    let found = before("git:HEAD", &outer.folder.join("inner"), "schemas/order.avsc").unwrap();
    assert_eq!(texts(&found), ["\"long\""]);
    outer.commit("with a submodule");
    assert_eq!(base("git:HEAD", &outer.folder).unwrap().subjects().unwrap(), []);
}

#[test]
fn a_bare_repository_is_searched_by_subject() {
    let bare = branched().clone_with(&["--bare"]);
    let found = before("git:main", &bare.folder, "order.avsc").unwrap();
    assert_eq!(texts(&found), ["\"string\""]);
}

#[test]
fn numbered_files_of_a_stem_are_versions_of_one_subject() {
    let repository = Repository::new();
    for (number, text) in [(1, "\"int\""), (2, "\"long\""), (10, "\"float\"")] {
        repository.write(&format!("order_v{number}.avsc"), text);
    }
    repository.write("plain.avsc", "\"bytes\"").commit("some");
    let at = |file: &str| {
        let found = before("git:HEAD", &repository.folder, file).unwrap();
        found.versions.iter().map(|version| version.version).collect::<Vec<_>>()
    };
    assert_eq!(at("order_v11.avsc"), [10, 2, 1], "a new number is compared with the next lower ones");
    assert_eq!(at("order_v10.avsc"), [10, 2, 1], "a number that is there is compared with itself");
    assert_eq!(at("order_v9.avsc"), [2, 1]);
    assert_eq!(at("plain_v2.avsc"), [1], "a file without a number counts as 1");
    assert_eq!(at("other_v2.avsc"), [0; 0]);

    let renumbered = Repository::new();
    renumbered.write("order_v2.avsc", "\"int\"").commit("only the second");
    let found = before("git:HEAD", &renumbered.folder, "order.avsc").unwrap();
    assert_eq!(texts(&found), ["\"int\""], "taking the number away makes no new subject");
}

#[test]
fn two_files_of_one_subject_and_number_leave_it_undecided_unless_one_is_the_candidate_itself() {
    let repository = Repository::new();
    repository.write("a/order.avsc", "\"int\"").write("b/order_v1.avsc", "\"long\"").commit("twice");
    let found = before("git:HEAD", &repository.folder, "a/order.avsc").unwrap();
    assert_eq!(texts(&found), ["\"int\""]);
    let Err(BaseError::Undecided(problem)) = before("git:HEAD", &repository.folder, "order_v2.avsc") else {
        panic!("which of the two it was cannot be told")
    };
    assert!(problem.message.contains("a/order.avsc") && problem.message.contains("b/order_v1.avsc"), "{problem:?}");
}

#[test]
fn a_subject_that_got_another_name_is_followed_by_its_file() {
    let repository = Repository::new();
    repository.write("order.avsc", "\"int\"").write("other.avsc", "\"long\"").commit("named after files");
    let mut renamed = candidate("order.avsc");
    renamed.subject = "shop.order".to_owned();
    let base_at_head = base("git:HEAD", &repository.folder).unwrap();
    assert_eq!(texts(&base_at_head.before("shop.order", Some(&renamed)).unwrap()), ["\"int\""]);

    // The subject itself is at the base, in another file: that is what it was.
    let surveyor = ByStem { renamed: vec![("other.avsc", "shop.order")], ..ByStem::default() };
    let base_at_head = base_by("git:HEAD", &repository.folder, surveyor).unwrap();
    assert_eq!(texts(&base_at_head.before("shop.order", Some(&renamed)).unwrap()), ["\"long\""]);
}

#[test]
fn what_was_declared_and_what_is_gone_is_told() {
    let repository = Repository::new();
    repository.write("order.avsc", "\"int\"").write("gone/item_v2.avsc", "\"int\"").write("gone/item.avsc", "\"long\"");
    repository.commit("one");
    let declared = Declared { major: Some(2), version: None };
    let surveyor = ByStem { declared: vec![("order.avsc", declared)], ..ByStem::default() };
    let base = base_by("git:HEAD", &repository.folder, surveyor).unwrap();
    let subjects = base.subjects().unwrap();
    let listed: Vec<_> =
        subjects.iter().map(|standing| (standing.subject.as_str(), standing.files.join(" "))).collect();
    assert_eq!(listed, [("item", "gone/item_v2.avsc gone/item.avsc".to_owned()), ("order", "order.avsc".to_owned())]);
    assert_eq!(base.before("order", None).unwrap().versions[0].declared, declared);
    assert_eq!(texts(&base.before("item", None).unwrap()), ["\"int\"", "\"long\""]);
}

#[test]
fn links_marks_and_odd_names_in_a_tree_are_read_or_refused_for_their_subject_alone() {
    use std::os::unix::ffi::OsStrExt as _;
    let repository = Repository::new();
    repository.write("real/order.avsc", "\u{feff}\"int\"\r\n").write("utf16.avsc", b"\xff\xfe\"\0");
    repository.write("half.avsc", b"\"\xc3").write("lfs.avsc", "version https://git-lfs.github.com/spec/v1\noid x");
    let link = |target: &str, name: &str| std::os::unix::fs::symlink(target, repository.folder.join(name)).unwrap();
    link("real/order.avsc", "link.avsc");
    link("real", "folder");
    link("folder/../real/./order.avsc", "winding.avsc");
    link("round.avsc", "round.avsc");
    link("/etc/hostname", "outside.avsc");
    link("../../x.avsc", "above.avsc");
    link("nowhere.avsc", "broken.avsc");
    std::fs::write(repository.folder.join(std::ffi::OsStr::from_bytes(b"odd\xff.avsc")), "\"int\"").unwrap();
    repository.commit("all sorts");

    let at = |file: &str| before("git:HEAD", &repository.folder, file);
    for file in ["real/order.avsc", "link.avsc", "winding.avsc", "folder/order.avsc"] {
        assert_eq!(texts(&at(file).unwrap()), ["\"int\"\r\n"], "{file}");
    }
    assert_eq!(at("broken.avsc").unwrap().versions, [], "a link to nothing is no version");
    for (file, reason) in [
        ("utf16.avsc", "it is UTF-16"),
        ("half.avsc", "it is not UTF-8 at byte 1"),
        ("lfs.avsc", "Git LFS"),
        ("round.avsc", "leads in a circle"),
        ("outside.avsc", "outside of the repository"),
        ("above.avsc", "outside of the repository"),
    ] {
        let Err(BaseError::Undecided(problem)) = at(file) else { panic!("{file} cannot be read") };
        assert!(problem.message.contains(reason) && problem.message.contains(file), "{problem:?}");
    }
    let subjects = base("git:HEAD", &repository.folder).unwrap().subjects().unwrap();
    assert!(subjects.iter().any(|standing| standing.subject == "odd\u{fffd}"));
}

#[test]
fn references_are_resolved_among_the_files_of_the_revision() {
    let repository = Repository::new();
    let order = r#"{"type": "record", "name": "a.Order", "fields": [{"name": "price", "type": "Money"}]}"#;
    repository.write("order.avsc", order).write("money.avsc", r#"{"type": "fixed", "name": "a.Money", "size": 8}"#);
    repository.commit("one");
    repository.write("money.avsc", r#"{"type": "fixed", "name": "a.Money", "size": 16}"#);
    let found = before("git:HEAD", &repository.folder, "order.avsc").unwrap();
    let references = &found.versions[0].text.references;
    assert_eq!((references[0].name.as_str(), references.len()), ("a.Money", 1));
    assert!(references[0].text.contains("8"), "as it was then");

    std::fs::remove_file(repository.folder.join("money.avsc")).unwrap();
    repository.commit("without");
    let Err(BaseError::Undecided(problem)) = before("git:HEAD", &repository.folder, "order.avsc") else {
        panic!("nothing defines it")
    };
    assert!(problem.message.contains("`a.Money`"), "{problem:?}");
    assert_eq!(problem.at.unwrap().file, "order.avsc");
}

#[test]
fn without_a_base_it_is_the_default_branch_of_the_remote() {
    let origin = branched();
    origin.git(&["switch", "--quiet", "main"]);
    let clone = origin.clone_with(&["--branch", "work"]);
    let default = |clone: &Repository| open(None, &clone.folder, Box::new(ByStem::default()), Inquiry::default());
    assert_eq!(default(&clone).unwrap().name(), "git:origin/main...");
    clone.git(&["remote", "set-head", "origin", "--delete"]);
    assert_eq!(default(&clone).unwrap().name(), "git:origin/main...");
    clone.git(&["update-ref", "-d", "refs/remotes/origin/main"]);
    let message = complaint(default(&clone));
    assert!(
        message.contains("against = \"git:origin/main...\"") && message.contains("git fetch origin main"),
        "{message}"
    );
    let message = complaint(default(&origin));
    assert!(message.contains("no remote") && message.contains("sluicegate.toml"), "{message}");
    let message = complaint(default(&Repository::folder()));
    assert!(message.contains("no git repository") && message.contains("--against FOLDER"), "{message}");
}

#[test]
fn on_the_default_branch_itself_the_base_says_that_it_sees_nothing() {
    let clone = branched().clone_with(&[]);
    let note = |spec: &str| base(spec, &clone.folder).unwrap().note();
    assert!(note("git:origin/work...").unwrap().contains("--against git:HEAD~1"));
    assert_eq!(note("git:origin/main..."), None);
    assert_eq!(note("git:HEAD"), None);
}

#[test]
fn a_revision_that_is_not_there_names_the_command_that_brings_it() {
    let repository = branched();
    let clone = repository.clone_with(&["--branch", "main"]);
    for (spec, hint) in [
        ("git:origin/gone...", "git fetch origin gone:refs/remotes/origin/gone"),
        ("git:origin/gone", "fetch-depth: 0"),
        ("git:v9", "git fetch --tags origin"),
        ("git:team/topic", "git fetch --tags origin"),
        ("git:HEAD~7", "git fetch --tags origin"),
    ] {
        let message = complaint(base(spec, &clone.folder));
        assert!(message.contains(hint) && message.contains(spec.trim_end_matches('.')), "{spec}: {message}");
    }
    let message = complaint(base("git:work", &clone.folder));
    assert!(message.contains("git:origin/work"), "{message}");
}

#[test]
fn a_shallow_clone_names_the_command_that_brings_the_rest_and_it_does() {
    let origin = branched();
    let clone = origin.clone_with(&["--depth", "1", "--no-single-branch"]);
    let message = complaint(base("git:origin/main...", &clone.folder));
    assert!(message.contains("`git fetch --unshallow`") && message.contains("fetch-depth: 0"), "{message}");
    assert!(complaint(base("git:HEAD~1", &clone.folder)).contains("git fetch --unshallow"));
    clone.git(&["fetch", "--quiet", "--unshallow"]);
    let found = before("git:origin/main...", &clone.folder, "schemas/order.avsc").unwrap();
    assert_eq!(texts(&found), ["\"int\""]);

    let single = origin.clone_with(&["--depth", "1"]);
    let message = complaint(base("git:origin/main...", &single.folder));
    let command = message.split('`').nth(1).unwrap();
    let arguments: Vec<&str> = command.split(' ').skip(1).collect();
    single.git(&arguments);
    let found = before("git:origin/main...", &single.folder, "schemas/order.avsc").unwrap();
    assert_eq!(texts(&found), ["\"int\""], "{command}");
}

#[test]
fn a_partial_clone_names_the_command_that_brings_the_contents_and_it_does() {
    let origin = branched();
    origin.git(&["config", "uploadpack.allowFilter", "true"]);
    let clone = origin.clone_with(&["--filter=blob:none"]);
    let Err(BaseError::Undecided(problem)) = before("git:origin/main", &clone.folder, "schemas/order.avsc") else {
        panic!("its content is not in the clone")
    };
    let command = problem.message.split('`').nth(1).unwrap();
    let arguments: Vec<&str> = command.split(' ').skip(1).collect();
    clone.git(&arguments);
    let found = before("git:origin/main", &clone.folder, "schemas/order.avsc").unwrap();
    assert_eq!(texts(&found), ["\"string\""], "{command}");
}

#[test]
fn histories_without_a_common_ancestor_and_repositories_without_a_commit_say_so() {
    let repository = branched();
    repository.git(&["switch", "--quiet", "--orphan", "alone"]);
    repository.commit("alone");
    let message = complaint(base("git:main...", &repository.folder));
    assert!(message.contains("no common ancestor") && message.contains("--against git:main"), "{message}");
    let empty = Repository::new();
    assert!(complaint(base("git:HEAD...", &empty.folder)).contains("no commit yet"));
    let blob = repository.git(&["rev-parse", "main:schemas/order.avsc"]);
    assert!(complaint(base(&format!("git:{blob}"), &repository.folder)).contains("neither a commit nor a tree"));
    assert!(complaint(base(&format!("git:{blob}..."), &repository.folder)).contains("needs a commit"));
}

#[test]
fn outside_of_a_repository_and_in_a_damaged_one_the_base_says_so() {
    let folder = Repository::folder();
    let message = complaint(base("git:main", &folder.folder));
    assert!(message.contains("is not in a git repository"), "{message}");

    let repository = branched();
    let tree = repository.git(&["rev-parse", "main^{tree}"]);
    let object = repository.folder.join(".git/objects").join(&tree[..2]).join(&tree[2..]);
    std::fs::remove_file(object).unwrap();
    assert!(!git(&repository.folder, &["fsck"]).status.success());
    assert!(complaint(base("git:main", &repository.folder)).contains("git:main"));
    std::fs::write(repository.folder.join(".git/HEAD"), "rubbish").unwrap();
    std::fs::write(repository.folder.join(".git/config"), "[core\nrubbish").unwrap();
    assert!(complaint(base("git:main", &repository.folder)).contains("git"));
}

#[test]
fn a_thousand_files_are_read_from_one_walk_over_the_tree() {
    let repository = Repository::new();
    for number in 0..1_000 {
        let text = format!(r#"{{"type": "record", "name": "R{number}", "fields": [{{"name": "a", "type": "int"}}]}}"#);
        repository.write(&format!("schemas/team{}/s{number}.avsc", number % 20), text);
    }
    repository.commit("many");
    let began = std::time::Instant::now();
    let base = base("git:HEAD", &repository.folder).unwrap();
    for number in 0..1_000 {
        let candidate = candidate(&format!("schemas/team{}/s{number}.avsc", number % 20));
        assert_eq!(base.before(&candidate.subject, Some(&candidate)).unwrap().versions.len(), 1);
    }
    let took = began.elapsed();
    println!("1,000 files at a commit: {took:?}");
    assert!(took.as_secs() < 5, "{took:?}: far from what one walk takes");
}
