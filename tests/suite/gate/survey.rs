//! The files of a base with their subjects and declared versions, as the configurations now and then say.

use super::config::resolve;
use super::repository::{Repository, complaint};
use sluicegate::gate::args::CheckArgs;
use sluicegate::gate::base::{Base, BaseError, BaseSpec, Inquiry, open};
use sluicegate::gate::config::Naming;
use sluicegate::gate::discover::{Survey, discover};
use std::path::Path;

const RECORD: &str = r#"{"type": "record", "name": "com.example.Order", "fields": []}"#;

fn base(here: &Path, spec: &str, args: &CheckArgs) -> Result<Box<dyn Base>, BaseError> {
    let configuration = resolve(here, args).unwrap();
    let spec = BaseSpec::read(spec).unwrap();
    open(Some(&spec), here, Box::new(Survey::new(&configuration, Some(&spec))), Inquiry::of(&configuration))
}

/// Subject and first file of everything at the base.
fn standing(here: &Path, spec: &str) -> Vec<(String, String)> {
    let subjects = base(here, spec, &CheckArgs::default()).unwrap().subjects().unwrap();
    subjects.into_iter().map(|standing| (standing.subject, standing.files[0].clone())).collect()
}

fn pair(subject: &str, file: &str) -> (String, String) {
    (subject.to_owned(), file.to_owned())
}

/// What the base knows of every candidate at hand: subject, and declared version and file of the newest version.
fn known(here: &Path, spec: &str, args: &CheckArgs) -> Vec<(String, Option<(String, String)>)> {
    let configuration = resolve(here, args).unwrap();
    let candidates: Vec<_> = discover(&configuration).unwrap().found.into_iter().map(|found| found.candidate).collect();
    let base = base(here, spec, args).unwrap();
    base.prepare(&candidates).unwrap();
    let newest = |candidate| {
        let versions = base.before("", Some(candidate)).unwrap().versions;
        versions.first().map(|version| {
            let declared = version.declared.version.map_or_else(String::new, |version| version.to_string());
            (declared, version.file.clone().unwrap())
        })
    };
    candidates.iter().map(|candidate| (candidate.subject.clone(), newest(candidate))).collect()
}

fn entry(name: &str, file: &str, version: &str) -> String {
    format!("version = 1\n[[subject]]\nname = \"{name}\"\nfile = \"{file}\"\n{version}\n")
}

#[test]
fn what_was_declared_comes_from_the_configuration_at_the_base() {
    let repository = Repository::new();
    repository
        .write("s/order.avsc", RECORD)
        .write("sluicegate.toml", entry("orders", "s/order.avsc", "schema-version = \"1.2.0\""));
    repository.commit("one");
    let manifest = entry("orders", "s/order.avsc", "manifest = \"m/product.yaml\"");
    repository
        .write("sluicegate.toml", manifest)
        .write("m/product.yaml", "spec: {schema_version: 1.3.0}")
        .commit("two");
    repository.write("m/product.yaml", "spec: {schema_version: 2.0.0}");
    for (spec, declared) in [("git:HEAD~1", "1.2.0"), ("git:HEAD", "1.3.0")] {
        for (folder, file) in [("", "s/order.avsc"), ("s", "order.avsc"), ("m", "../s/order.avsc")] {
            let here = repository.folder.join(folder);
            let args = CheckArgs { paths: vec![file.into()], ..CheckArgs::default() };
            let expected = [("orders".to_owned(), Some(pair(declared, file)))];
            assert_eq!(known(&here, spec, &args), expected, "{spec} from `{folder}`");
        }
    }
}

#[test]
fn a_new_entry_does_not_make_an_old_subject_a_new_one() {
    let repository = Repository::new();
    repository.write("s/order.avsc", RECORD).commit("without a configuration");
    repository.write("sluicegate.toml", entry("orders.order", "s/order.avsc", ""));
    assert_eq!(standing(&repository.folder, "git:HEAD"), [pair("orders.order", "s/order.avsc")]);
    repository.commit("mapped");
    repository.write("sluicegate.toml", entry("sales.order", "s/order.avsc", ""));
    assert_eq!(standing(&repository.folder, "git:HEAD"), [pair("sales.order", "s/order.avsc")]);
    repository.write("sluicegate.toml", "version = 1\n");
    assert_eq!(standing(&repository.folder, "git:HEAD"), [pair("order", "s/order.avsc")]);
}

#[test]
fn a_file_that_moved_is_found_by_the_subject_it_was_mapped_to() {
    let repository = Repository::new();
    repository.write("old/order.avsc", RECORD).write("sluicegate.toml", entry("orders", "old/order.avsc", ""));
    repository.commit("one");
    repository.git(&["mv", "old", "new"]);
    repository.git(&["mv", "new/order.avsc", "new/event.avsc"]);
    repository.write("sluicegate.toml", entry("orders", "new/event.avsc", ""));
    assert_eq!(standing(&repository.folder, "git:HEAD"), [pair("orders", "old/order.avsc")]);
}

#[test]
fn files_are_of_the_past_what_the_patterns_of_the_past_covered() {
    let repository = Repository::new();
    let patterns = |patterns: &str| format!("version = 1\n[check]\nschemas = [{patterns}]");
    repository.write("s/a.avsc", RECORD).write("t/b.avsc", RECORD).write("test/fixture.avsc", RECORD);
    repository.write("sluicegate.toml", patterns("\"s/*.avsc\", \"t/*.avsc\"")).commit("one");
    repository.write("sluicegate.toml", patterns("\"s/*.avsc\""));
    assert_eq!(standing(&repository.folder, "git:HEAD"), [pair("a", "s/a.avsc"), pair("b", "t/b.avsc")]);
    // Without patterns it is what lies below the current folder.
    repository.write("sluicegate.toml", "version = 1\n").commit("two");
    assert_eq!(standing(&repository.folder.join("t"), "git:HEAD"), [pair("b", "b.avsc")]);
    let named = CheckArgs { paths: vec!["../s".into()], ..CheckArgs::default() };
    let subjects = base(&repository.folder.join("t"), "git:HEAD", &named).unwrap().subjects().unwrap();
    assert_eq!(subjects.len(), 2, "what the command line names, too: {subjects:?}");
}

#[test]
fn a_configuration_of_the_past_may_have_unknown_keys_but_must_be_readable() {
    let repository = Repository::new();
    repository.write("a.avsc", RECORD).write("sluicegate.toml", "version = 1\nchek = 3\n").commit("misspelt");
    repository.write("sluicegate.toml", "version = 1\n");
    assert_eq!(standing(&repository.folder, "git:HEAD"), [pair("a", "a.avsc")]);
    repository.write("sluicegate.toml", "version = 1\n[check]\nlevel = 3\n").commit("wrong");
    repository.write("sluicegate.toml", "version = 1\n");
    let opened = base(&repository.folder, "git:HEAD", &CheckArgs::default());
    let message = complaint(opened.and_then(|base| base.subjects()));
    assert!(message.contains("sluicegate.toml at the base:3: `level` is a string"), "{message}");
}

#[test]
fn subjects_named_after_records_are_found_by_the_record_then() {
    let repository = Repository::new();
    let naming = "version = 1\n[check]\nnaming = \"record-name\"\n";
    repository.write("x.avsc", RECORD).write("plain.avsc", "\"int\"").write("sluicegate.toml", naming).commit("one");
    repository.git(&["mv", "x.avsc", "y.avsc"]);
    let expected = [pair("com.example.Order", "x.avsc"), pair("plain", "plain.avsc")];
    assert_eq!(standing(&repository.folder, "git:HEAD"), expected);
    // A rule of naming that is new here does not hold for files that are gone, a flag does.
    repository.write("sluicegate.toml", "version = 1\n").commit("two");
    repository.write("sluicegate.toml", naming);
    repository.git(&["rm", "--quiet", "y.avsc"]);
    assert_eq!(standing(&repository.folder, "git:HEAD")[1], pair("y", "y.avsc"));
    let flag = CheckArgs { naming: Some(Naming::RecordName), ..CheckArgs::default() };
    let subjects = base(&repository.folder, "git:HEAD", &flag).unwrap().subjects().unwrap();
    assert_eq!(subjects[0].subject, "com.example.Order");
}

#[test]
fn a_folder_as_base_is_laid_out_like_the_current_one() {
    let (now, then) = (Repository::folder(), Repository::folder());
    now.write("s/order_v2.avsc", RECORD).write("sluicegate.toml", entry("orders", "s/order_v2.avsc", ""));
    then.write("s/order_v1.avsc", RECORD)
        .write("sluicegate.toml", entry("orders", "s/order_v1.avsc", "schema-version = \"1.0.0\""));
    let spec = then.folder.to_str().unwrap();
    let file = then.folder.join("s/order_v1.avsc");
    let configuration = resolve(&now.folder, &CheckArgs::default()).unwrap();
    let candidate = discover(&configuration).unwrap().found.remove(0).candidate;
    let opened = base(&now.folder, spec, &CheckArgs::default()).unwrap();
    opened.prepare(std::slice::from_ref(&candidate)).unwrap();
    let before = opened.before("orders", Some(&candidate)).unwrap();
    assert_eq!(before.versions.len(), 1);
    assert_eq!(before.versions[0].file.as_deref(), file.to_str());
    assert_eq!(before.versions[0].declared.version.unwrap().to_string(), "1.0.0");
}

#[test]
fn a_subject_on_the_command_line_is_that_of_the_file_then_too() {
    let repository = Repository::new();
    repository.write("order.avsc", RECORD).commit("one");
    let args = CheckArgs { paths: vec!["order.avsc".into()], subject: Some("s".to_owned()), ..CheckArgs::default() };
    let subjects = base(&repository.folder, "git:HEAD", &args).unwrap().subjects().unwrap();
    assert_eq!(subjects[0].subject, "s");
}
