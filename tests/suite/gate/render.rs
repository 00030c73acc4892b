//! What people, scripts and GitHub see of a report; each expected output was read before it was kept.

use super::reports::{hostile, mixed, removed, report, subject, widened};
use crate::snapshot;
use serde_json::Value;
use sluicegate::gate::render::ground::Ground;
use sluicegate::gate::render::{Colour, Format, Screen, github, json, markdown, native_format, text};
use sluicegate::gate::report::{Decision, Report, Status};
use std::path::PathBuf;

const PLAIN: Screen = Screen { is_coloured: false, columns: 80 };

fn as_text(report: &Report, screen: Screen) -> String {
    let mut out = Vec::new();
    text::write(&mut out, report, screen).unwrap();
    String::from_utf8(out).unwrap()
}

fn as_github(report: &Report) -> String {
    let mut out = Vec::new();
    github::write(&mut out, report, &ground()).unwrap();
    String::from_utf8(out).unwrap()
}

/// A user who stands in a folder of the checkout.
pub(super) fn ground() -> Ground {
    Ground {
        current_folder: PathBuf::from("/home/runner/shop/products/orders"),
        root: Some(PathBuf::from("/home/runner/shop")),
    }
}

/// The escape sequence for `[1m` and its kin, visible.
fn visible(text: &str) -> String {
    text.replace('\u{1b}', "^[")
}

#[test]
fn text_has_the_refused_subjects_last_and_says_what_to_do() {
    snapshot::agrees("gate/mixed.txt", &as_text(&mixed(), PLAIN));
}

#[test]
fn text_is_coloured_where_colours_are_welcome() {
    let coloured = as_text(&report(vec![widened(), removed()]), Screen { is_coloured: true, columns: 80 });
    snapshot::agrees("gate/coloured.txt", &visible(&coloured));
}

#[test]
fn colours_change_nothing_but_the_colour() {
    let plain = as_text(&mixed(), PLAIN);
    let mut coloured = as_text(&mixed(), Screen { is_coloured: true, ..PLAIN });
    while let Some(start) = coloured.find('\u{1b}') {
        let end = start + coloured[start..].find('m').unwrap();
        coloured.replace_range(start..=end, "");
    }
    assert_eq!(plain, coloured);
}

#[test]
fn text_wraps_at_the_width_of_the_screen() {
    for columns in [40, 60, 80, 120] {
        for line in as_text(&mixed(), Screen { is_coloured: false, columns }).lines() {
            let is_one_word = line.trim().split(' ').count() <= 2;
            assert!(line.chars().count() <= columns || is_one_word, "{columns} columns: {line}");
        }
    }
}

#[test]
fn where_nothing_needs_to_be_done_text_says_so_in_three_lines() {
    let quiet = report(vec![subject("orders.order_events", Status::Unchanged, Decision::Accepted)]);
    snapshot::agrees("gate/quiet.txt", &as_text(&quiet, PLAIN));
    snapshot::agrees("gate/empty.txt", &as_text(&report(Vec::new()), PLAIN));
}

#[test]
fn what_a_schema_says_cannot_act_on_the_terminal() {
    let text = as_text(&hostile(), PLAIN);
    snapshot::agrees("gate/hostile.txt", &text);
    assert!(!text.chars().any(|character| character.is_control() && character != '\n'), "{text:?}");
    assert!(!text.lines().any(|line| line.trim_start().starts_with("::")), "{text}");
    assert!(!text.contains("##["), "{text}");
}

#[test]
fn json_is_one_document_with_the_keys_that_scripts_rely_on() {
    let mut out = Vec::new();
    json::write(&mut out, &mixed()).unwrap();
    let out = String::from_utf8(out).unwrap();
    snapshot::agrees("gate/mixed.json", &out);
    let document: Value = serde_json::from_str(&out).unwrap();
    assert_eq!(keys(&document), ["format", "base", "result", "exit", "subjects", "summary", "warnings"]);
    let subjects = document["subjects"].as_array().unwrap();
    assert_eq!(keys(&subjects[1]), ["subject", "file", "status", "decision", "reason", "answer", "advice"]);
    assert_eq!(keys(&subjects[0])[5], "error");
}

#[test]
fn ndjson_is_the_same_one_subject_a_line_with_the_summary_last() {
    let mut out = Vec::new();
    json::write_lines(&mut out, &mixed()).unwrap();
    let lines: Vec<Value> =
        String::from_utf8(out).unwrap().lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let mut whole = Vec::new();
    json::write(&mut whole, &mixed()).unwrap();
    let mut document: Value = serde_json::from_slice(&whole).unwrap();
    assert_eq!(document["subjects"], Value::Array(lines[..lines.len() - 1].to_vec()));
    document.as_object_mut().unwrap().shift_remove("subjects");
    assert_eq!(Some(&document), lines.last());
}

#[test]
fn json_says_what_a_schema_says_without_acting_on_a_log() {
    let mut out = Vec::new();
    json::write_lines(&mut out, &hostile()).unwrap();
    let out = String::from_utf8(out).unwrap();
    assert!(!out.contains("##[") && !out.contains("##vso"), "{out}");
    let first: Value = serde_json::from_str(out.lines().next().unwrap()).unwrap();
    assert_eq!(first["subject"], hostile().subjects[0].subject.as_str());
}

fn keys(object: &Value) -> Vec<&str> {
    object.as_object().unwrap().keys().map(String::as_str).collect()
}

#[test]
fn github_annotates_lines_and_escapes_what_it_quotes() {
    snapshot::agrees("gate/mixed.github", &as_github(&mixed()));
    let hostile = as_github(&hostile());
    snapshot::agrees("gate/hostile.github", &hostile);
    assert_eq!(hostile.lines().count(), 2, "one command per annotation: {hostile}");
}

#[test]
fn github_sees_nine_annotations_and_a_pointer_to_the_rest() {
    let many = report((0..30).map(|_| removed()).chain([widened()]).collect());
    let commands = as_github(&many);
    assert_eq!(commands.lines().count(), 10);
    assert!(commands.lines().all(|line| line.starts_with("::error ")), "what refuses comes first: {commands}");
    assert_eq!(
        commands.lines().last(),
        Some("::error title=sluicegate::22 more: the summary of this run has the full table")
    );
}

#[test]
fn the_table_holds_every_change_and_nothing_escapes_its_cell() {
    snapshot::agrees("gate/mixed.md", &markdown::table(&mixed(), usize::MAX));
    let table = markdown::table(&hostile(), usize::MAX);
    snapshot::agrees("gate/hostile.md", &table);
    for row in table.lines().filter(|line| line.starts_with('|')) {
        assert_eq!(row.matches('|').count(), 6, "{row}");
    }
}

#[test]
fn the_table_ends_with_a_count_where_it_would_grow_too_large() {
    let mut large = removed();
    let answer = large.answer.as_mut().unwrap();
    answer.changes = (0..10_000).map(|_| answer.changes[0].clone()).collect();
    let large = report(vec![large]);
    let table = markdown::table(&large, 1024 * 1024);
    assert!(table.len() <= 1024 * 1024);
    assert!(
        table.trim_end().ends_with("left out for lack of room: the log has them all."),
        "{}",
        &table[table.len() - 200..]
    );
    assert_eq!(markdown::table(&large, 100), "", "not even the head has room");
    assert_eq!(as_text(&large, PLAIN).matches("field currency_code was removed from OrderEvent").count(), 10_000);
}

#[test]
fn the_step_summary_is_appended_to() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("summary");
    std::fs::write(&file, "before\n").unwrap();
    github::append_summary(&file, &mixed()).unwrap();
    let text = std::fs::read_to_string(&file).unwrap();
    assert!(text.starts_with("before\n### Schema check"), "{text}");
}

#[test]
fn a_known_continuous_integration_gets_its_own_form() {
    let on = |name: &str| (name == "GITHUB_ACTIONS").then(|| "true".to_owned());
    assert_eq!(native_format(on), Some(Format::Github));
    assert_eq!(native_format(|_| None), None);
}

#[test]
fn the_command_line_beats_the_environment_and_no_color_beats_the_terminal() {
    let set = |names: &'static [(&str, &str)]| {
        move |name: &str| names.iter().find(|(known, _)| *known == name).map(|(_, value)| (*value).to_owned())
    };
    let colourless = set(&[("NO_COLOR", "1"), ("CLICOLOR_FORCE", "1")]);
    assert!(Colour::Always.applies(false, colourless));
    assert!(!Colour::Auto.applies(true, colourless));
    assert!(!Colour::Never.applies(true, set(&[("CLICOLOR_FORCE", "1")])));
    assert!(Colour::Auto.applies(false, set(&[("CLICOLOR_FORCE", "1")])));
    assert!(!Colour::Auto.applies(true, set(&[("CLICOLOR", "0")])));
    assert!(!Colour::Auto.applies(true, set(&[("TERM", "dumb")])));
    assert!(Colour::Auto.applies(true, set(&[("NO_COLOR", ""), ("TERM", "xterm")])));
    assert!(!Colour::Auto.applies(false, set(&[])));
}
