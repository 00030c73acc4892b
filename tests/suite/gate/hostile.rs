//! What careless and hostile users do: files that move, numbers that go, paths from elsewhere, half-written texts.

use super::repository::Repository;
use super::session::{Ended, Session};

/// A record with a key and these fields.
pub(super) fn record(name: &str, fields: &str) -> String {
    format!(r#"{{"type":"record","name":"{name}","fields":[{{"name":"id","type":"string"}}{fields}]}}"#)
}

pub(super) const MORE: &str = r#",{"name":"n","type":"int"}"#;

pub(super) fn in_repository() -> (Repository, Session) {
    let repository = Repository::new();
    let session = Session::in_folder(&repository.folder);
    (repository, session)
}

/// The one subject of a check, as `subject status decision`.
fn told(ended: &Ended) -> Vec<String> {
    let word = |subject: &serde_json::Value, key: &str| subject[key].as_str().unwrap_or("null").to_owned();
    let document = ended.document();
    let subjects = document["subjects"].as_array().unwrap();
    let line = |s: &serde_json::Value| format!("{} {} {}", word(s, "subject"), word(s, "status"), word(s, "decision"));
    subjects.iter().map(line).collect()
}

const JSON: [&str; 5] = ["check", "--against", "git:HEAD", "--format", "json"];

fn check(session: &Session, more: &[&str]) -> Ended {
    session.run(&[&JSON[..], more].concat())
}

fn remove(repository: &Repository, file: &str) {
    std::fs::remove_file(repository.folder.join(file)).unwrap();
}

#[test]
fn a_file_beside_the_folder_that_a_path_names_is_not_called_removed() {
    let (repository, mut session) = in_repository();
    repository.write("s/a.avsc", record("A", "")).write("s/deep/b.avsc", record("B", ""));
    repository.write("sluicegate.toml", "version = 1\n[check]\nschemas = [\"s/**/*.avsc\"]\n").commit("both");
    session.folder = repository.folder.join("s/deep");
    for path in [".", "./", "../deep"] {
        let ended = check(&session, &[path]);
        assert_eq!(told(&ended), ["b unchanged accepted"], "{path}");
        assert_eq!(ended.code, 0);
    }
    remove(&repository, "s/deep/b.avsc");
    assert_eq!(told(&check(&session, &["."])), ["b removed rejected"], "what is gone from the folder itself is");
}

#[test]
fn taking_the_highest_number_away_does_not_bring_back_an_older_version_unseen() {
    let (repository, session) = in_repository();
    repository.write("o_v1.avsc", record("O", "")).write("o_v2.avsc", record("O", MORE)).commit("two");
    remove(&repository, "o_v2.avsc");
    let ended = check(&session, &[]);
    assert_eq!(told(&ended), ["o changed rejected"]);
    assert_eq!(ended.document()["subjects"][0]["answer"]["changes"][0]["id"], "field-removed");
}

#[test]
fn a_mapped_file_that_lost_its_number_is_compared_with_the_highest_one() {
    let (repository, session) = in_repository();
    repository.write("o_v1.avsc", record("O", "")).write("o_v2.avsc", record("O", MORE)).commit("two");
    repository.git(&["mv", "o_v2.avsc", "renamed.avsc"]);
    repository.git(&["rm", "--quiet", "o_v1.avsc"]);
    repository.write("sluicegate.toml", "version = 1\n[[subject]]\nname = \"o\"\nfile = \"renamed.avsc\"\n");
    assert_eq!(told(&check(&session, &[])), ["o unchanged accepted"]);
}

#[test]
fn a_lower_number_that_is_named_is_compared_with_its_own_past() {
    let (repository, session) = in_repository();
    repository.write("o_v1.avsc", record("O", "")).write("o_v2.avsc", record("O", MORE)).commit("two");
    assert_eq!(told(&check(&session, &["o_v1.avsc"])), ["o unchanged accepted"]);
    let old = Repository::folder();
    old.write("o_v1.avsc", record("O", "")).write("o_v2.avsc", record("O", MORE));
    let here = Repository::folder();
    here.write("new/o_v1.avsc", record("O", "")).write("new/o_v2.avsc", record("O", MORE));
    let against = old.folder.to_str().unwrap();
    let session = Session::in_folder(&here.folder);
    let ended = session.run(&["check", "--format", "json", "--against", against, "new/o_v1.avsc"]);
    assert_eq!(told(&ended), ["o unchanged accepted"], "wherever the folder at hand lies");
}

#[test]
fn a_baseline_that_was_just_written_lists_nothing_that_is_gone() {
    let (repository, session) = in_repository();
    repository
        .write("gone.avsc", record("G", ""))
        .write("low.avsc", record("L", ""))
        .write("bad.avsc", record("B", ""));
    repository.write("sluicegate.toml", "version = 1\n[[subject]]\nname = \"low\"\nschema-version = \"1.0.0\"\n");
    repository.commit("before");
    remove(&repository, "gone.avsc");
    repository.write("low.avsc", record("L", r#",{"name":"n","type":["null","int"],"default":null}"#));
    repository.write("bad.avsc", "{");
    assert_eq!(check(&session, &[]).code, 100);
    let written = check(&session, &["--write-baseline", "known.toml"]);
    assert_eq!(written.code, 0, "{}", written.out);
    let read = check(&session, &["--baseline", "known.toml"]);
    for ended in [written, read] {
        assert_eq!(ended.document()["warnings"], serde_json::json!([]));
    }
    repository.git(&["checkout", "--quiet", "gone.avsc", "bad.avsc", "low.avsc"]);
    let warnings =
        check(&session, &["--baseline", "known.toml"]).document()["warnings"][0].as_str().unwrap().to_owned();
    assert!(warnings.starts_with("known.toml: 4 findings are not there any more"), "{warnings}");
}

/// A registry answers a text that it has with its id, and makes no check: nobody's branch turns red for the past.
#[test]
fn an_unchanged_schema_passes_although_its_level_would_refuse_it_against_an_older_version() {
    let (repository, session) = in_repository();
    repository.write("o_v1.avsc", record("O", "")).write("o_v2.avsc", record("O", MORE)).commit("two");
    let ended = check(&session, &["--level", "BACKWARD_TRANSITIVE"]);
    let subject = &ended.document()["subjects"][0];
    assert_eq!((ended.code, &subject["status"], &subject["decision"]), (0, &"unchanged".into(), &"accepted".into()));
    let documented = record("O", MORE).replacen("\"name\"", "\"doc\": \"An order.\", \"name\"", 1);
    repository.write("o_v2.avsc", documented);
    assert_eq!(check(&session, &["--level", "BACKWARD"]).code, 0);
    let changed = check(&session, &["--level", "BACKWARD_TRANSITIVE"]);
    assert_eq!((changed.code, &changed.document()["subjects"][0]["reason"]), (100, &"incompatible".into()));
}

#[test]
fn what_is_no_json_is_told_without_the_entrails_of_a_parser() {
    let (repository, session) = in_repository();
    let texts = [
        "{\"type\":\"record\"",
        "x",
        "",
        "  \n",
        "{\"a\": tru}",
        "[1,",
        "\"unclosed",
        "{\"type\":\"record\",\"name\":\"A\",}",
    ];
    for (number, text) in texts.iter().enumerate() {
        repository.write(&format!("old{number}.avsc"), text).write(&format!("new{number}.avsc"), record("N", ""));
    }
    repository.commit("before");
    for (number, text) in texts.iter().enumerate() {
        repository.write(&format!("old{number}.avsc"), record("N", "")).write(&format!("new{number}.avsc"), text);
    }
    for format in ["text", "json", "github", "markdown"] {
        let ended = session.run(&["check", "--against", "git:HEAD", "--format", format]);
        assert_eq!(ended.code, 100);
        for entrail in ["com.fasterxml", "REDACTED", "<null>", "INCLUDE_SOURCE"] {
            assert!(!ended.out.contains(entrail), "{entrail} in\n{}", ended.out);
        }
    }
    let text = session.run(&["check", "--against", "git:HEAD"]).out;
    for part in ["new1.avsc:1:1: Unrecognized token 'x'", "the file is empty"] {
        assert!(text.contains(part), "{part} in\n{text}");
    }
    for files in [["old0.avsc", "new0.avsc"], ["new0.avsc", "old0.avsc"]] {
        let ended = session.run(&["diff", files[0], files[1]]);
        assert_eq!((ended.code, ended.err.lines().count()), (101, 1), "{}", ended.err);
        assert!(ended.err.starts_with("new0.avsc:1:") && !ended.err.contains("at the base"), "{}", ended.err);
    }
}

#[test]
fn a_key_of_another_table_is_told_where_it_belongs() {
    let (repository, session) = in_repository();
    for (text, told) in [
        (
            "schema-version = \"2.0.0\"\n",
            ":2: unknown key `schema-version`: did you mean `schema-version` under [[subject]]?",
        ),
        ("level = \"FULL\"\n", ":2: unknown key `level`: did you mean `level` under [check]?"),
        ("[check]\nprofile = \"seed\"\n", ":3: unknown key `profile`: did you mean `profile` under [policy]?"),
        ("[[subject]]\nname = \"a\"\nrules = {}\n", ":4: unknown key `rules`: did you mean `rules` under [policy]?"),
        ("[check]\nlevell = \"FULL\"\n", ":3: unknown key `levell`: did you mean `level`?"),
    ] {
        repository.write("sluicegate.toml", format!("version = 1\n{text}"));
        let ended = session.run(&["config"]);
        assert_eq!(ended.code, 101);
        assert!(ended.err.ends_with(told), "{}", ended.err);
    }
}

#[cfg(unix)]
#[test]
fn a_configuration_that_is_a_link_to_nowhere_is_not_passed_over() {
    let (repository, session) = in_repository();
    std::os::unix::fs::symlink("nowhere.toml", repository.folder.join("sluicegate.toml")).unwrap();
    let ended = session.run(&["config"]);
    assert_eq!((ended.code, ended.err.as_str()), (101, "sluicegate.toml: there is no such file"));
}

#[test]
fn the_way_to_declare_a_version_is_told_as_it_is_written_there() {
    let (repository, session) = in_repository();
    repository.write("a.avsc", record("A", "")).commit("before");
    repository.write("a.avsc", record("A", MORE));
    let advice = || check(&session, &[]).document()["subjects"][0]["advice"].as_str().unwrap().to_owned();
    let manifest = "spec:\n  schema_version: \"1.4.0\"\n";
    repository.write("product.yaml", manifest);
    for (configuration, way) in [
        (None, "declare major version 2 (in sluicegate.toml: [[subject]] with name = \"a\" and major = 2)"),
        (Some(""), "declare major version 2 (in sluicegate.toml: [[subject]] with name = \"a\" and major = 2)"),
        (Some("[[subject]]\nname = \"a\"\n"), "declare major version 2 (major = 2 in the entry at sluicegate.toml:2)"),
        (Some("[[subject]]\nname = \"a\"\nmajor = 1\n"), "declare major version 2 (major = 2 at sluicegate.toml:4)"),
        (
            Some("[[subject]]\nname = \"a\"\nschema-version = \"1.2.3\"\n"),
            "declare major version 2 (schema-version = \"2.0.0\" at sluicegate.toml:4)",
        ),
        (
            Some("[[subject]]\nname = \"a\"\nmanifest = \"product.yaml\"\n"),
            "declare major version 2 (schema_version: \"2.0.0\" at product.yaml:2)",
        ),
    ] {
        if let Some(text) = configuration {
            repository.write("sluicegate.toml", format!("version = 1\n{text}"));
        }
        assert!(advice().contains(way), "{configuration:?}: {}", advice());
    }
    repository.write("product.yaml", manifest.replace("1.4.0", "2.0.0"));
    assert_eq!(check(&session, &[]).code, 0);
}

#[test]
fn an_exemption_of_a_subject_that_is_not_there_is_warned_of() {
    let (repository, session) = in_repository();
    repository.write("a.avsc", record("A", "")).write("b.avsc", record("B", "")).commit("before");
    repository.write(
        "sluicegate-exemptions.toml",
        "[[exemption]]\nfingerprint = \"1234567812345678\"\nsubject = \"mistyped\"\nchange = \"field-removed\"\npath = \"x\"\n\
         reason = \"r\"\napproved-by = \"w\"\nexpires = \"2030-02-20\"\n",
    );
    let warnings = |more: &[&str]| check(&session, more).document()["warnings"].as_array().unwrap().len();
    assert_eq!(warnings(&[]), 1);
    assert_eq!(warnings(&["a.avsc"]), 0, "where only some subjects are judged it may be of another");
}

#[test]
fn waiving_twice_says_that_it_is_exempted_already() {
    let (repository, session) = in_repository();
    repository.write("a.avsc", record("A", MORE)).commit("before");
    repository.write("a.avsc", record("A", ""));
    let fingerprint = check(&session, &[]).document()["subjects"][0]["answer"]["changes"][0]["fingerprint"].clone();
    let waive = || {
        let rest = ["--reason", "r", "--approved-by", "w", "--expires", "2030-01-01", "--against", "git:HEAD"];
        session.run(&[&["waive", fingerprint.as_str().unwrap()], &rest[..]].concat())
    };
    assert_eq!(waive().code, 0);
    let again = waive();
    assert_eq!(again.code, 101);
    assert!(again.err.contains("is exempted already, until 2030-01-01"), "{}", again.err);
}

#[test]
fn explaining_and_waiving_write_no_baseline() {
    let (repository, session) = in_repository();
    repository.write("a.avsc", record("A", MORE)).commit("before");
    repository.write("a.avsc", record("A", ""));
    let fingerprint = check(&session, &[]).document()["subjects"][0]["answer"]["changes"][0]["fingerprint"].clone();
    let explain = ["explain", fingerprint.as_str().unwrap(), "--against", "git:HEAD", "--write-baseline", "known.toml"];
    assert_eq!(session.run(&explain).code, 0);
    assert!(!repository.folder.join("known.toml").exists());
}

#[test]
fn a_clone_that_cannot_have_the_revision_is_told_no_command_that_fails() {
    let (repository, session) = in_repository();
    repository.write("a.avsc", record("A", ""));
    let ended = session.run(&["check", "--against", "git:HEAD"]);
    assert_eq!(ended.code, 101);
    assert!(ended.err.contains("no commit yet"), "{}", ended.err);
    repository.commit("first");
    for revision in ["git:mian", "git:origin/main", "git:HEAD~1"] {
        let ended = session.run(&["check", "--against", revision]);
        assert_eq!(ended.code, 101);
        assert!(!ended.err.contains("git fetch") && !ended.err.contains("fetch-depth"), "{}", ended.err);
    }
}

#[test]
fn references_that_the_configuration_learns_of_now_are_found_at_the_base() {
    let (repository, session) = in_repository();
    let order = record("Order", r#",{"name":"total","type":"Money"}"#);
    repository.write("s/order.avsc", &order).write("shared/money.avsc", record("Money", "")).commit("before the gate");
    repository.write(
        "sluicegate.toml",
        "version = 1\n[check]\nschemas = [\"s/*.avsc\"]\n[[subject]]\nname = \"order\"\nfile = \"s/order.avsc\"\n\
         references = [\"shared/money.avsc\"]\n",
    );
    let ended = check(&session, &[]);
    assert_eq!(told(&ended), ["order unchanged accepted"], "{}", ended.out);
}

#[test]
fn a_single_file_as_base_refers_to_its_neighbours() {
    let old = Repository::folder();
    let order = record("Order", r#",{"name":"total","type":"Money"}"#);
    old.write("order.avsc", &order).write("money.avsc", record("Money", ""));
    let here = Repository::folder();
    here.write("order.avsc", &order).write("money.avsc", record("Money", ""));
    let session = Session::in_folder(&here.folder);
    let base = old.folder.join("order.avsc");
    let ended = session.run(&["check", "--format", "json", "--against", base.to_str().unwrap(), "order.avsc"]);
    assert_eq!(told(&ended), ["order unchanged accepted"], "{}", ended.out);
}

#[test]
fn credentials_and_addresses_that_cannot_be_sent_are_told_as_such() {
    let (repository, mut session) = in_repository();
    repository.write("a.avsc", record("A", ""));
    for address in ["http://", "http://[::1", "http:///path"] {
        let ended = session.run(&["check", "--against", address]);
        assert_eq!(ended.code, 101);
        assert!(ended.err.contains("no address of a registry"), "{address}: {}", ended.err);
    }
    session.variables.insert("SLUICEGATE_TOKEN", "s3cret\nsecond line".to_owned());
    let ended = session.run(&["check", "--against", "http://127.0.0.1:1"]);
    assert_eq!(ended.code, 101);
    assert!(ended.err.contains("SLUICEGATE_TOKEN") && !ended.err.contains("s3cret"), "{}", ended.err);
}

#[test]
fn a_renamed_file_is_told_how_to_keep_its_subject() {
    let (repository, session) = in_repository();
    repository.write("a.avsc", record("A", "")).commit("before");
    repository.git(&["mv", "a.avsc", "z.avsc"]);
    let document = check(&session, &[]).document();
    let advice = document["subjects"][0]["advice"].as_str().unwrap();
    assert_eq!(
        advice,
        "Put a.avsc back; or where it was renamed, map the new file under [[subject]] with name = \"a\"; or set \
         removed-file = \"allowed\" under [check] in sluicegate.toml."
    );
    repository.write("sluicegate.toml", "version = 1\n[[subject]]\nname = \"a\"\nfile = \"z.avsc\"\n");
    assert_eq!(told(&check(&session, &[])), ["a unchanged accepted"]);
}

#[test]
fn a_declared_version_that_goes_down_hides_nothing() {
    let (repository, session) = in_repository();
    let entry = |declared: &str| format!("version = 1\n[[subject]]\nname = \"a\"\n{declared}\n");
    repository.write("a.avsc", record("A", MORE));
    for (before, after) in [
        ("major = 2", "major = 1"),
        ("major = 1", "major = 0"),
        ("schema-version = \"2.0.0\"", "schema-version = \"1.9.9\""),
        ("schema-version = \"2.0.0\"", "major = 1"),
    ] {
        repository.write("a.avsc", record("A", MORE)).write("sluicegate.toml", entry(before)).commit(before);
        repository.write("a.avsc", record("A", "")).write("sluicegate.toml", entry(after));
        let ended = check(&session, &[]);
        let subject = &ended.document()["subjects"][0];
        assert_eq!((ended.code, subject["answer"]["class"].as_str()), (100, Some("forbidden")), "{after}");
        repository.write("a.avsc", record("A", MORE));
        let ended = check(&session, &[]);
        let subject = &ended.document()["subjects"][0];
        assert_eq!((ended.code, subject["reason"].as_str()), (100, Some("declared-version-too-low")), "{after}");
    }
}

#[test]
fn a_file_that_is_there_and_not_looked_at_is_not_asked_back() {
    let (repository, session) = in_repository();
    repository.write("a.avsc", record("A", "")).write("b.avsc", record("B", "")).commit("both");
    repository.write(".gitignore", "a.avsc\n");
    let document = check(&session, &[]).document();
    let advice = document["subjects"][0]["advice"].as_str().unwrap();
    assert!(advice.starts_with("Let the check see a.avsc again"), "{advice}");
}

#[test]
fn the_advice_of_fail_on_names_the_flag_that_lets_it_pass() {
    let (repository, session) = in_repository();
    repository.write("a.avsc", record("A", "")).commit("before");
    let doc = |name: &str| record(name, "").replace("\"string\"", "\"string\",\"doc\":\"d\"");
    for (text, flag, milder) in [
        (record("A", r#",{"name":"n","type":["null","int"],"default":null}"#), "minor", Some("major")),
        (record("A", r#",{"name":"n","type":["null","int"],"default":null}"#), "any", Some("major")),
        (doc("A"), "any", Some("minor")),
        (record("A", MORE), "major", None),
    ] {
        repository.write("a.avsc", text);
        let more = if milder.is_none() { &["--declare-major", "2"][..] } else { &[] };
        let ended = check(&session, &[&["--fail-on", flag], more].concat());
        let document = ended.document();
        assert_eq!((ended.code, document["subjects"][0]["reason"].as_str()), (100, Some("fail-on")), "{flag}");
        let advice = document["subjects"][0]["advice"].as_str().unwrap();
        let way = milder.map_or("or leave --fail-on out.".to_owned(), |milder| format!("or use --fail-on {milder}."));
        assert!(advice.ends_with(&way), "{advice}");
        let milder = milder.map_or(vec![], |milder| vec!["--fail-on", milder]);
        assert_eq!(check(&session, &[&milder, more].concat()).code, 0, "{advice}");
    }
}

#[test]
fn advice_on_what_the_level_refuses_names_what_is_forbidden_beside_it() {
    let (repository, session) = in_repository();
    repository.write("a.avsc", record("A", MORE)).commit("before");
    repository.write("a.avsc", record("A", r#",{"name":"m","type":"int"}"#).replace("\"string\"", "\"long\""));
    let document = check(&session, &[]).document();
    let advice = document["subjects"][0]["advice"].as_str().unwrap();
    let changes = document["subjects"][0]["answer"]["changes"].as_array().unwrap();
    for change in changes.iter().filter(|change| change["class"] != "allowed") {
        assert!(advice.contains(change["id"].as_str().unwrap()), "{} is not in {advice}", change["id"]);
    }
    let reported = check(&session, &["--enforcement", "report"]).document();
    let advice = reported["subjects"][0]["advice"].as_str().unwrap();
    assert!(!advice.contains("forbidden"), "nothing is forbidden where it is only reported: {advice}");
}

#[test]
fn a_record_that_is_renamed_where_subjects_are_named_after_records_is_one_finding() {
    let (repository, session) = in_repository();
    repository.write("a.avsc", record("A", "")).write("b.avsc", record("B", "")).commit("before");
    repository.write("a.avsc", record("Renamed", ""));
    let ended = check(&session, &["--naming", "record-name"]);
    assert_eq!(told(&ended), ["B unchanged accepted", "Renamed changed rejected"]);
    repository.write("a.avsc", record("B2", "")).write("b.avsc", record("A", ""));
    let ended = check(&session, &["--naming", "record-name"]);
    assert_eq!(told(&ended), ["A unchanged accepted", "B removed rejected", "B2 changed rejected"]);
}

#[test]
fn no_failure_writes_what_a_file_or_an_argument_holds_as_it_is() {
    let (repository, session) = in_repository();
    repository.write("a.avsc", record("A", ""));
    repository.write("b.avsc", "{\"type\":\"x\\u001b[2J\\r\\n::error::hi\",\"name\":\"A\"}");
    repository.commit("both");
    repository.write("bad.toml", "version = 1\n[check]\nlevel = \"\\u001b[31m\\n::error::X\"\n");
    for arguments in [
        &["diff", "a.avsc", "b.avsc"][..],
        &["config", "--config", "bad.toml"],
        &["check", "--against", "git:\u{1b}[31m\n::error::x"],
        &["check", "--against", "git:HEAD", "\u{1b}[31m\n::error::x"],
        &["explain", "no-rule\n::error::x"],
    ] {
        let ended = session.run(arguments);
        assert!(ended.code == 101 || ended.code == 2, "{arguments:?}: {}", ended.out);
        assert!(!ended.err.contains(char::is_control), "{arguments:?}: {:?}", ended.err);
    }
    let hostile = ["--help\u{1b}[31m\n::error::x"];
    let ended = std::process::Command::new(env!("CARGO_BIN_EXE_sluicegate")).args(hostile).output().unwrap();
    let err = String::from_utf8(ended.stderr).unwrap();
    assert_eq!((ended.status.code(), err.lines().count()), (Some(2), 1), "{err:?}");
    assert!(!err.trim_end().contains(char::is_control), "{err:?}");
}

#[test]
fn wrong_usage_is_one_sentence_that_ends_with_the_help_of_its_command() {
    for (arguments, told) in [
        (&["check", "--level", "FOO"][..], "; see sluicegate check --help\n"),
        (&["explain"], "arguments were not provided: <ID|FINGERPRINT>; see sluicegate explain --help\n"),
        (&["chekc"], "a similar subcommand exists: 'check'; see sluicegate --help\n"),
    ] {
        let ended = std::process::Command::new(env!("CARGO_BIN_EXE_sluicegate")).args(arguments).output().unwrap();
        let err = String::from_utf8(ended.stderr).unwrap();
        assert!(err.ends_with(told) && !err.contains("For more information"), "{err}");
    }
}

#[test]
fn a_damaged_repository_is_not_only_called_a_partial_clone() {
    let (repository, session) = in_repository();
    repository.write("a.avsc", record("A", "")).commit("before");
    let tree = repository.git(&["rev-parse", "HEAD^{tree}"]);
    let (folder, name) = tree.split_at(2);
    remove(&repository, &format!(".git/objects/{folder}/{name}"));
    let ended = session.run(&["check", "--against", "git:HEAD"]);
    assert_eq!(ended.code, 101, "{}", ended.out);
    assert!(ended.err.contains("git fsck"), "{}", ended.err);
}
