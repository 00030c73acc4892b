//! What careless and hostile users do: files that move, numbers that go, paths from elsewhere, half-written texts.

use super::repository::Repository;
use super::session::{Ended, Session};

/// A record with a key and these fields.
fn record(name: &str, fields: &str) -> String {
    format!(r#"{{"type":"record","name":"{name}","fields":[{{"name":"id","type":"string"}}{fields}]}}"#)
}

const MORE: &str = r#",{"name":"n","type":"int"}"#;

fn in_repository() -> (Repository, Session) {
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
