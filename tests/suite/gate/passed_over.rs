//! What the gate passes over, and what it must not.

use super::hostile::{MORE, in_repository, record};

#[test]
fn a_broken_configuration_at_the_base_is_told_with_a_way_to_mend_it() {
    let (repository, session) = in_repository();
    repository.write("a.avsc", record("A", "")).write("sluicegate.toml", "version = 1\n").commit("right");
    repository.write("sluicegate.toml", "version = 1\nschemas = [").commit("broken");
    repository.write("sluicegate.toml", "version = 1\n");
    let ended = session.run(&["check", "--against", "git:HEAD"]);
    assert_eq!(ended.code, 101);
    assert!(
        ended.err.contains("sluicegate.toml at the base:2") && ended.err.contains("--against BASE"),
        "{}",
        ended.err
    );
    assert_eq!(session.run(&["check", "--against", "git:HEAD~1"]).code, 0);
}

#[test]
fn an_export_without_a_record_is_no_base() {
    let (repository, session) = in_repository();
    repository.write("a.avsc", record("A", "")).write("empty.jsonl", "\n");
    let ended = session.run(&["check", "a.avsc", "--against", "export:empty.jsonl"]);
    assert!(ended.code == 101 && ended.err.contains("holds no record"), "{ended:?}");
}

#[test]
fn repositories_inside_a_folder_are_judged_where_they_are_kept() {
    let (repository, session) = in_repository();
    repository.write("a.avsc", record("A", "")).commit("ours");
    repository.write("vendor/other/.git", "gitdir: elsewhere\n").write("vendor/other/b.avsc", "no schema");
    let ended = session.run(&["check", "--against", "git:HEAD", "--format", "json"]);
    let document = ended.document();
    let subjects = document["subjects"].as_array().unwrap();
    assert_eq!((ended.code, subjects.len()), (0, 1), "{}", ended.out);
}

#[test]
fn config_sees_that_a_mapped_file_is_missing() {
    let (repository, session) = in_repository();
    repository.write("sluicegate.toml", "version = 1\n[[subject]]\nname = \"a\"\nfile = \"a.avsc\"\n");
    let ended = session.run(&["config"]);
    assert!(ended.code == 101 && ended.err.contains("a.avsc"), "{ended:?}");
}

#[test]
fn a_rule_is_explained_once_however_many_subjects_break_it() {
    let (repository, session) = in_repository();
    for name in ["a", "b", "c"] {
        repository.write(&format!("{name}.avsc"), record("R", MORE));
    }
    repository.commit("three");
    for name in ["a", "b", "c"] {
        repository.write(&format!("{name}.avsc"), record("R", ""));
    }
    let ended = session.run(&["check", "--against", "git:HEAD"]);
    assert_eq!(ended.out.matches("field-removed\n").count(), 4, "once for each and once in the hint: {}", ended.out);
    assert_eq!(ended.out.matches("SQL views").count(), 1, "{}", ended.out);
}

/// The text of `order.avsc` stays what it was, and so does what a registry would store of it: a name.
#[test]
fn a_schema_changes_with_the_types_it_refers_to() {
    let (repository, session) = in_repository();
    let money = |cents: &str| {
        format!(r#"{{"type":"record","name":"Money","namespace":"a","fields":[{{"name":"cents","type":"{cents}"}}]}}"#)
    };
    let order = r#"{"type":"record","name":"Order","namespace":"a","fields":[{"name":"price","type":"Money"}]}"#;
    repository.write("money.avsc", money("int")).write("order.avsc", order).commit("both");
    assert_eq!(session.run(&["check", "--against", "git:HEAD", "--level", "FULL"]).code, 0);
    repository.write("money.avsc", money("long"));
    let ended = session.run(&["check", "--against", "git:HEAD", "--level", "FULL", "--format", "json"]);
    assert_eq!(ended.code, 100, "{}", ended.out);
    for subject in ended.document()["subjects"].as_array().unwrap() {
        let told = (&subject["status"], &subject["reason"], &subject["answer"]["level"]["compatible"]);
        assert_eq!(told, (&"changed".into(), &"incompatible".into(), &false.into()), "{subject}");
    }
}
