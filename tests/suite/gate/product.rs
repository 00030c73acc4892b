//! The data product of `examples/order-events`, as its developers use the gate.

use super::forms::without_version;
use super::repository::{Repository, git};
use super::session::{Ended, Session};
use crate::snapshot::agrees;
use std::path::Path;
use std::process::Command;

/// The example, laid out by its own script, on `branch`.
pub(super) fn product(branch: &str) -> (Repository, Session) {
    let mut repository = Repository::folder();
    let target = repository.folder.join("orders");
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/order-events/lay-out-history.sh");
    let mut lay_out = Command::new(script);
    lay_out.arg(&target).env("GIT_CONFIG_GLOBAL", "/dev/null").env("GIT_CONFIG_NOSYSTEM", "1");
    for name in ["GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE"] {
        lay_out.env_remove(name);
    }
    let output = lay_out.output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    repository.folder = target;
    repository.git(&["switch", "--quiet", branch]);
    let session = Session::in_folder(&repository.folder);
    (repository, session)
}

/// Replaces a text that stands once in a file.
pub(super) fn edit(repository: &Repository, file: &str, from: &str, to: &str) {
    let text = std::fs::read_to_string(repository.folder.join(file)).unwrap();
    assert_eq!(text.matches(from).count(), 1, "{from} in {file}");
    repository.write(file, text.replace(from, to));
}

fn only_change(ended: &Ended) -> serde_json::Value {
    let document = ended.document();
    let changes = document["subjects"][0]["answer"]["changes"].as_array().unwrap();
    assert_eq!(changes.len(), 1, "{}", ended.out);
    changes[0].clone()
}

#[test]
fn each_branch_of_the_example_shows_its_class() {
    for (branch, code, class, reason) in [
        ("none", 0, "none", None),
        ("allowed", 0, "allowed", Some("allowed")),
        ("major", 100, "major-bump-required", Some("incompatible")),
        ("forbidden", 100, "forbidden", Some("forbidden-change")),
    ] {
        let (_repository, session) = product(branch);
        let ended = session.run(&["check", "--format", "json"]);
        let subject = &ended.document()["subjects"][0];
        assert_eq!((ended.code, subject["answer"]["class"].as_str()), (code, Some(class)), "{branch}: {}", ended.out);
        assert_eq!(subject["reason"].as_str(), reason, "{branch}");
    }
}

#[test]
fn a_removed_field_is_told_with_place_reason_reader_and_fix() {
    let (repository, session) = product("forbidden");
    let text = session.run(&["check"]);
    assert_eq!(text.code, 100);
    let said = text.out.split_whitespace().collect::<Vec<_>>().join(" ");
    for part in [
        "forbidden: field-removed currency_code schemas/order_events.avsc:45:5",
        "the field currency_code was removed from OrderEvent",
        "put the field currency_code back as {\"name\": \"currency_code\", \"type\": \"string\", \"default\": \"USD\"}",
        "Consumers that still read with the old schema",
    ] {
        assert!(said.contains(part), "{part:?} is not in\n{}", text.out);
    }
    repository.git(&["checkout", "--quiet", "main", "--", "schemas/order_events.avsc"]);
    let restored = session.run(&["check"]);
    assert_eq!(restored.code, 0, "{}", restored.out);
}

#[test]
fn declaring_the_next_major_version_in_the_configuration_lets_a_major_change_pass() {
    let (repository, session) = product("major");
    assert_eq!(session.run(&["check"]).code, 100);
    edit(&repository, "sluicegate.toml", "schema-version = \"2.0.0\"", "schema-version = \"2.1.0\"");
    assert_eq!(session.run(&["check"]).code, 100, "a minor version is not enough");
    edit(&repository, "sluicegate.toml", "schema-version = \"2.1.0\"", "schema-version = \"3.0.0\"");
    let ended = session.run(&["check"]);
    assert_eq!(ended.code, 0, "{}", ended.out);
    assert!(ended.out.contains("declares 3.0.0"), "{}", ended.out);
}

#[test]
fn the_manifest_can_declare_version_and_level() {
    let (repository, session) = product("major");
    edit(&repository, "sluicegate.toml", "schema-version = \"2.0.0\"", "manifest = \"data-product.yaml\"");
    assert_eq!(session.run(&["check"]).code, 100);
    edit(&repository, "data-product.yaml", "schema_version: \"2.0.0\"", "schema_version: \"3.0.0\"");
    assert_eq!(session.run(&["check"]).code, 0);

    let (repository, session) = product("allowed");
    edit(&repository, "sluicegate.toml", "schema-version = \"2.1.0\"", "manifest = \"data-product.yaml\"");
    edit(&repository, "data-product.yaml", "backward_compatible", "full_compatible_transitive");
    let level = &session.run(&["check", "--format", "json"]).document()["subjects"][0]["answer"]["level"]["name"];
    assert_eq!(level, "FULL_TRANSITIVE");
}

#[test]
fn an_addition_needs_a_minor_version_where_versions_are_declared() {
    let (repository, session) = product("allowed");
    edit(&repository, "sluicegate.toml", "schema-version = \"2.1.0\"", "schema-version = \"2.0.1\"");
    let ended = session.run(&["check", "--format", "json"]);
    let subject = &ended.document()["subjects"][0];
    assert_eq!((ended.code, subject["reason"].as_str()), (100, Some("declared-version-too-low")));
    assert!(subject["advice"].as_str().unwrap().contains("2.1.0"), "{subject}");
}

#[test]
fn an_exemption_is_written_found_and_expires() {
    let (repository, mut session) = product("forbidden");
    let change = only_change(&session.run(&["check", "--format", "json"]));
    let fingerprint = change["fingerprint"].as_str().unwrap();
    let explained = session.run(&["explain", fingerprint]);
    assert!(explained.code == 0 && explained.out.contains("currency_code"), "{explained:?}");

    let by = ["--approved-by", "board@example.com", "--reason", "agreed with finance", "--expires"];
    let waive = |day: &'static str| [&["waive", fingerprint][..], &by, &[day]].concat();
    assert_eq!(session.run(&waive("2026-11-25")).code, 2, "a day that is over");
    let waived = session.run(&waive("2026-12-24"));
    assert_eq!(waived.code, 0, "{waived:?}");
    assert_eq!(session.run(&waive("2026-12-24")).code, 101, "it is there already");

    // It asks for a major version all the same.
    assert_eq!(session.run(&["check", "--format", "json"]).document()["subjects"][0]["reason"], "major-bump-required");
    edit(&repository, "sluicegate.toml", "schema-version = \"2.0.0\"", "schema-version = \"3.0.0\"");
    let accepted = session.run(&["check", "--format", "json"]);
    assert_eq!(accepted.code, 0, "{}", accepted.out);
    let exemption = &accepted.document()["subjects"][0]["answer"]["exemptions"][0];
    assert_eq!(
        (&exemption["fingerprint"], &exemption["approved_by"]),
        (&fingerprint.into(), &"board@example.com".into())
    );

    session.today = jiff::civil::date(2026, 12, 25);
    let expired = session.run(&["check"]);
    assert_eq!(expired.code, 100);
    assert!(expired.out.contains("2026-12-24"), "{}", expired.out);

    // Once the change is undone the exemption is idle.
    repository.git(&["checkout", "--quiet", "main", "--", "schemas/order_events.avsc", "sluicegate.toml"]);
    let idle = session.run(&["check"]);
    assert!(idle.code == 0 && idle.out.contains("matches no change"), "{}", idle.out);
}

#[test]
fn a_removed_file_is_refused_as_configured() {
    let (repository, session) = product("main");
    std::fs::remove_file(repository.folder.join("schemas/order_events.avsc")).unwrap();
    let missing = session.run(&["check"]);
    assert_eq!(missing.code, 101, "the configuration still names it: {}", missing.out);
    let entry = "[[subject]]\nname = \"orders.order_events\"\nfile = \"schemas/order_events.avsc\"\n";
    let toml = std::fs::read_to_string(repository.folder.join("sluicegate.toml")).unwrap();
    let without = toml.split("[[subject]]").next().unwrap().to_owned();
    assert!(toml.contains(entry));
    repository.write("sluicegate.toml", &without);
    let removed = session.run(&["check", "--format", "json"]);
    let subject = &removed.document()["subjects"][0];
    assert_eq!(
        (removed.code, &subject["status"], &subject["reason"]),
        (100, &"removed".into(), &"forbidden-change".into())
    );
    let allowed = without.replace("[check]", "[check]\nremoved-file = \"allowed\"");
    repository.write("sluicegate.toml", allowed);
    assert_eq!(session.run(&["check"]).code, 0);
}

#[test]
fn a_baseline_lets_an_old_estate_pass_and_nothing_new() {
    let (repository, session) = product("forbidden");
    let written = session.run(&["check", "--write-baseline", "baseline.toml"]);
    assert_eq!(written.code, 0, "{}", written.out);
    assert_eq!(session.run(&["check", "--baseline", "baseline.toml"]).code, 0);
    edit(&repository, "schemas/order_events.avsc", "\"name\": \"channel\"", "\"name\": \"route\"");
    assert_eq!(session.run(&["check", "--baseline", "baseline.toml"]).code, 100);
}

#[test]
fn on_github_annotations_and_a_summary_come_by_themselves() {
    let (repository, mut session) = product("major");
    let summary = repository.folder.join(".git/summary.md");
    session.variables.insert("GITHUB_ACTIONS", "true".to_owned());
    session.variables.insert("GITHUB_STEP_SUMMARY", summary.display().to_string());
    session.variables.insert("GITHUB_WORKSPACE", repository.folder.display().to_string());
    let ended = session.run(&["check"]);
    let annotation = ended.out.lines().find(|line| line.starts_with("::error ")).unwrap();
    assert!(annotation.contains("file=schemas/order_events.avsc,line=20,"), "{annotation}");
    assert!(std::fs::read_to_string(summary).unwrap().contains("enum-symbol-removed"));
    // A program that reads standard output gets its document and nothing else.
    let document = session.run(&["check", "--format", "json"]);
    assert_eq!(document.document()["exit"], 100);
    assert!(document.err.contains("::error "), "{}", document.err);
}

#[test]
fn paths_in_reports_start_at_the_root_of_the_checkout_wherever_the_user_stands() {
    let (repository, mut session) = product("forbidden");
    session.folder = repository.folder.join("schemas");
    let path = |session: &Session| {
        let ended = session.run(&["check", "--format", "gitlab"]);
        let list: serde_json::Value = serde_json::from_str(&ended.out).unwrap();
        list[0]["location"]["path"].as_str().unwrap().to_owned()
    };
    assert_eq!(path(&session), "schemas/order_events.avsc");
    let above = repository.folder.parent().unwrap().display().to_string();
    session.variables.insert("CI_PROJECT_DIR", above);
    assert_eq!(path(&session), "orders/schemas/order_events.avsc");
    session.variables.insert("CI_PROJECT_DIR", "/elsewhere".to_owned());
    assert_eq!(path(&session), "schemas/order_events.avsc", "a folder that the user does not stand in");
}

#[test]
fn a_new_subject_passes_and_is_said_to_be_new() {
    let (repository, session) = product("main");
    repository.write("schemas/returns.avsc", r#"{"type": "record", "name": "Return", "fields": []}"#);
    let ended = session.run(&["check", "--format", "json"]);
    let document = ended.document();
    let subject = document["subjects"].as_array().unwrap().iter().find(|s| s["subject"] == "returns").unwrap();
    assert_eq!((ended.code, &subject["status"], &subject["decision"]), (0, &"new".into(), &"accepted".into()));
    repository.write("schemas/returns.avsc", "{\"type\": \"record\",\n \"name\": \"Return\"}");
    let invalid = session.run(&["check", "--format", "json"]);
    let subject = &invalid.document()["subjects"][1];
    assert_eq!((invalid.code, &subject["reason"]), (100, &"invalid-schema".into()), "{subject}");
}

#[test]
fn the_history_of_the_example_is_committed_whole() {
    let (repository, _session) = product("main");
    let branches = repository.git(&["branch", "--format=%(refname:short)"]);
    assert_eq!(branches.lines().collect::<Vec<_>>(), ["allowed", "forbidden", "main", "major", "none"]);
    assert!(git(&repository.folder, &["status", "--porcelain"]).stdout.is_empty());
}

/// What each command prints for each branch, as somebody has read it.
#[test]
fn what_the_commands_print_has_been_read_by_somebody() {
    for branch in ["none", "allowed", "major", "forbidden"] {
        let (repository, mut session) = product(branch);
        for format in ["text", "json", "ndjson", "sarif", "junit", "markdown", "github", "gitlab"] {
            let ended = session.run(&["check", "--format", format]);
            agrees(&format!("gate/product/{branch}.{format}"), &without_version(&ended.out));
        }
        repository.write("before.avsc", repository.git(&["show", "main:schemas/order_events.avsc"]));
        let diff = session.run(&["diff", "before.avsc", "schemas/order_events.avsc"]);
        assert_eq!(diff.code, 0);
        agrees(&format!("gate/product/{branch}.diff"), &diff.out);
        session.variables.insert("CLICOLOR_FORCE", "1".to_owned());
        agrees(&format!("gate/product/{branch}.coloured"), &session.run(&["check"]).out);
    }
    let (_repository, session) = product("main");
    agrees("gate/product/resolved.toml", &session.run(&["config", "--resolved"]).out);
}
