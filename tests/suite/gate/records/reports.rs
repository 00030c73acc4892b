//! What is said about records, in every form that a check has.

use super::super::forms::{assert_is_sarif, without_version};
use super::super::session::Session;
use super::{ORDER, shop};
use crate::snapshot;
use serde_json::Value;

/// Records that fit, records that do not, a line that cannot be read, a reader that cannot read.
fn mixed(session: &Session, arguments: &[&str]) -> super::super::session::Ended {
    let common = ["records", "--schema", "order.avsc", "--reader", "reader.avsc", "--reader", "order.avsc"];
    session.run(&[&common[..], &["--max-misfits", "2"], arguments, &["orders.jsonl", "cut.avro"]].concat())
}

fn laid_out() -> (super::Repository, Session) {
    let (folder, session) = shop();
    folder.write(
        "orders.jsonl",
        "{\"id\": 1, \"item\": \"tea\", \"note\": null}\n{\"id\": \"x\", \"item\": 7}\n\
         {\"id\": 3, \"item\": \"<a> | `b` ##[error]\", \"note\": {\"int\": 1}}\n{}\n",
    );
    folder.write("cut.avro", "Obj\u{1}\u{2}");
    folder.write("reader.avsc", ORDER.replace("\"name\": \"item\"", "\"name\": \"article\""));
    (folder, session)
}

#[test]
fn every_form_says_what_somebody_has_read_and_found_right() {
    let (_folder, session) = laid_out();
    for (format, file) in [
        ("text", "text.txt"),
        ("json", "document.json"),
        ("ndjson", "lines.ndjson"),
        ("sarif", "report.sarif"),
        ("junit", "report.xml"),
        ("github", "annotations.txt"),
        ("gitlab", "code-quality.json"),
        ("markdown", "comment.md"),
    ] {
        let ended = mixed(&session, &["--format", format]);
        assert_eq!((ended.code, ended.err.as_str()), (100, ""), "{format}");
        snapshot::agrees(&format!("gate/records/{file}"), &without_version(&ended.out));
    }
}

#[test]
fn forms_for_machines_are_what_their_owners_ask_for() {
    let (_folder, session) = laid_out();
    let sarif = mixed(&session, &["--format", "sarif"]).out;
    let document = assert_is_sarif(&sarif);
    assert_eq!(document["runs"][0]["results"].as_array().unwrap().len(), 4);
    let junit = mixed(&session, &["--format", "junit"]).out;
    let document = roxmltree::Document::parse(&junit).unwrap();
    let suites = document.root_element();
    let count = |name: &str| suites.descendants().filter(|node| node.has_tag_name(name)).count().to_string();
    for (attribute, element) in [("tests", "testcase"), ("failures", "failure"), ("errors", "error")] {
        assert_eq!(suites.attribute(attribute), Some(count(element).as_str()), "{junit}");
    }
    let gitlab: Value = serde_json::from_str(&mixed(&session, &["--format", "gitlab"]).out).unwrap();
    let fingerprints: std::collections::BTreeSet<&str> =
        gitlab.as_array().unwrap().iter().map(|row| row["fingerprint"].as_str().unwrap()).collect();
    assert_eq!(fingerprints.len(), gitlab.as_array().unwrap().len());
    for line in mixed(&session, &["--format", "ndjson"]).out.lines() {
        assert!(serde_json::from_str::<Value>(line).unwrap()["kind"].is_string(), "{line}");
    }
}

#[test]
fn forms_go_to_files_and_on_github_annotations_come_by_themselves() {
    let (folder, mut session) = laid_out();
    let ended = mixed(&session, &["--format", "text", "--format", "junit=report.xml"]);
    assert!(ended.out.starts_with("Checked against order.avsc"), "{}", ended.out);
    assert!(std::fs::read_to_string(folder.folder.join("report.xml")).unwrap().contains("<testsuites"));
    session.variables.insert("GITHUB_ACTIONS", "true".to_owned());
    session.variables.insert("GITHUB_STEP_SUMMARY", folder.folder.join("summary.md").display().to_string());
    let ended = mixed(&session, &["--format", "json"]);
    assert_eq!(ended.document()["exit"], 100);
    assert!(ended.err.contains("::error file=orders.jsonl,line=2,"), "{}", ended.err);
    assert!(std::fs::read_to_string(folder.folder.join("summary.md")).unwrap().contains("record-misfit"));
}

#[cfg(feature = "rocksdb")]
#[test]
fn the_program_says_the_same_and_a_closed_pipe_ends_it_quietly() {
    use std::io::{Read as _, Write as _};
    use std::process::Stdio;
    let (folder, _session) = laid_out();
    let mut command = crate::program::command(&["records", "--schema", "order.avsc", "--max-misfits", "100000", "-"]);
    let mut child = command
        .current_dir(&folder.folder)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    let mut stdin = child.stdin.take().unwrap();
    for _ in 0..20_000 {
        stdin.write_all(b"{}\n").unwrap();
    }
    drop(stdin);
    let mut said = String::new();
    child.stderr.take().unwrap().read_to_string(&mut said).unwrap();
    assert_eq!((child.wait().unwrap().code(), said.as_str()), (Some(100), ""), "the answer stands");
}

/// Three hundred megabytes go through a program that may not take as much memory.
#[cfg(feature = "rocksdb")]
#[test]
fn what_streams_through_is_not_kept() {
    use std::io::{Read as _, Write as _};
    use std::process::{Command, Stdio};
    let (folder, _session) = shop();
    let datum = [&[2, 0x80, 0x10][..], &[b'x'; 1_024], &[0]].concat(); // id 1, an item of 1,024 letters, no note
    let message = super::message(1, &datum);
    let framed = [&u32::try_from(message.len()).unwrap().to_be_bytes()[..], &message].concat().repeat(1_000);
    let mut child = Command::new("bash")
        .args(["-c", "ulimit -v 256000 && exec \"$0\" \"$@\"", env!("CARGO_BIN_EXE_sluicegate")])
        .args(["records", "--schema", "order.avsc", "--input", "wire-lengths", "--format", "json", "-"])
        .env_remove("SLUICEGATE_REGISTRY_URL")
        .env_remove("SCHEMA_REGISTRY_URL")
        .current_dir(&folder.folder)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut stdin = child.stdin.take().unwrap();
    for _ in 0..300 {
        stdin.write_all(&framed).unwrap();
    }
    drop(stdin);
    let mut said = String::new();
    child.stdout.take().unwrap().read_to_string(&mut said).unwrap();
    assert_eq!(child.wait().unwrap().code(), Some(0), "{said}");
    let document: Value = serde_json::from_str(&said).unwrap();
    assert_eq!(super::summary(&document), (300_000, 0, 0));
}
