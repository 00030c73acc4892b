//! Inputs of lines: what is a line, what is recognised, where a misfit is said to stand, and what bounds there are.

use super::{checked, shop, summary};

#[test]
fn every_line_that_does_not_fit_is_named_with_path_and_reason() {
    let lines = "{\"id\": 1, \"item\": \"tea\", \"note\": null}\n\
                 {\"id\": \"2\", \"item\": \"tea\", \"note\": null}\n\
                 {\"id\": 3, \"note\": {\"string\": \"x\"}}\n";
    let (code, document) = checked("orders.jsonl", lines, &[]);
    assert_eq!((code, summary(&document)), (100, (3, 2, 0)), "{document:#}");
    let misfits = document["misfits"].as_array().unwrap();
    let place =
        |at: usize| (misfits[at]["record"].as_u64(), misfits[at]["line"].as_u64(), misfits[at]["offset"].as_u64());
    assert_eq!((place(0), place(1)), ((Some(2), Some(2), Some(39)), (Some(3), Some(3), Some(80))));
    assert_eq!(misfits[0]["misfits"][0]["path"], "id");
    assert_eq!(misfits[1]["misfits"][0]["path"], "item");
    assert!(!misfits[1]["misfits"][0]["reason"].as_str().unwrap().is_empty());
    assert_eq!(document["inputs"][0]["form"], "json");
}

#[test]
fn line_ends_blank_lines_and_a_byte_order_mark_are_no_part_of_a_record() {
    let line = "{\"id\": 1, \"item\": \"tea\", \"note\": null}";
    for text in [
        format!("{line}\n{line}\n"),
        format!("{line}\n{line}"),
        format!("{line}\r\n{line}\r\n"),
        format!("\u{feff}{line}\r\n\r\n  \n{line}"),
        format!("\n\n{line}\n\t\n{line}\n\n"),
    ] {
        let (code, document) = checked("orders.jsonl", &text, &[]);
        assert_eq!((code, summary(&document)), (0, (2, 0, 0)), "{text:?}: {document:#}");
    }
    let (_, document) = checked("orders.jsonl", format!("\n\r\n{{}}\n{line}\n"), &[]);
    let misfit = &document["misfits"][0];
    assert_eq!((misfit["record"].as_u64(), misfit["line"].as_u64()), (Some(1), Some(3)));
}

#[test]
fn plain_json_is_taken_where_it_is_asked_for() {
    let lines = "{\"id\": 1, \"item\": \"tea\", \"note\": \"hot\"}\n{\"id\": 2, \"item\": \"tea\"}\n";
    assert_eq!(checked("orders.jsonl", lines, &[]).0, 100, "a union without a tag, and a field that is missing");
    let (code, document) = checked("orders.jsonl", lines, &["--input", "plain-json"]);
    assert_eq!((code, summary(&document)), (0, (2, 0, 0)), "{document:#}");
}

#[test]
fn nothing_at_all_is_no_misfit_and_said() {
    for text in ["", "\n", "\u{feff}\n\n"] {
        let (code, document) = checked("orders.jsonl", text, &[]);
        assert_eq!((code, summary(&document)), (0, (0, 0, 0)), "{text:?}");
    }
    let (folder, session) = shop();
    folder.write("orders.jsonl", "");
    let ended = session.run(&["records", "--schema", "order.avsc", "orders.jsonl"]);
    assert!(ended.out.contains("orders.jsonl is empty") && ended.out.contains("no record to check"), "{}", ended.out);
}

#[test]
fn a_line_that_is_not_json_or_not_utf8_is_a_misfit() {
    for line in [
        &b"{\"id\": 1, \"item\": \"tea\", \"note\": null"[..],
        b"id=1",
        b"{\"id\": 1, \"item\": \"\xff\", \"note\": null}",
    ] {
        let (code, document) = checked("orders.jsonl", line, &[]);
        assert_eq!((code, summary(&document)), (100, (1, 1, 0)), "{}", line.escape_ascii());
    }
}

#[test]
fn json_over_several_lines_is_answered_with_what_to_do() {
    let (code, document) = checked("orders.json", "{\n  \"id\": 1\n}\n", &[]);
    assert_eq!(code, 100);
    assert!(document["warnings"][0].as_str().unwrap().contains("jq -c '.'"), "{document:#}");
    let (code, document) = checked("orders.json", "[{\"id\": 1}, {}]", &[]);
    assert_eq!((code, document["warnings"].to_string().contains("jq -c '.[]'")), (100, true), "{document:#}");
}

#[test]
fn a_line_beyond_every_bound_is_passed_over_and_the_next_one_checked() {
    let line = "{\"id\": 1, \"item\": \"tea\", \"note\": null}";
    let long = format!("{{\"id\": 1, \"item\": \"{}\", \"note\": null}}", "x".repeat(17 << 20));
    let (code, document) = checked("orders.jsonl", format!("{long}\n{line}\n{{}}\n"), &[]);
    assert_eq!((code, summary(&document)), (100, (2, 1, 1)), "a misfit beats what could not be read");
    assert_eq!(document["damages"][0]["line"], 1);
    assert_eq!(document["misfits"][0]["line"], 3);
    let (code, document) = checked("orders.jsonl", format!("{line}\n{long}"), &[]);
    assert_eq!((code, summary(&document)), (101, (1, 0, 1)));
}

#[test]
fn no_more_misfits_are_kept_than_are_asked_for() {
    let lines = "{}\n".repeat(1_000);
    for (more, shown) in [(&[][..], 20), (&["--max-misfits", "0"], 0), (&["--max-misfits", "3"], 3)] {
        let (code, document) = checked("orders.jsonl", &lines, more);
        assert_eq!((code, summary(&document)), (100, (1_000, 1_000, 0)));
        assert_eq!(document["misfits"].as_array().unwrap().len(), shown);
        assert_eq!(document["summary"]["misfits_shown"], shown);
    }
}

#[test]
fn standard_input_and_several_files_are_read_in_order() {
    let (folder, mut session) = shop();
    folder.write("a.jsonl", "{\"id\": 1, \"item\": \"tea\", \"note\": null}\n");
    folder.write("b.jsonl", "{}\n");
    session.input = b"{\"id\": 2}\n{\"id\": 1, \"item\": \"tea\", \"note\": null}\n".to_vec();
    let ended = session.run(&["records", "--schema", "order.avsc", "--format", "json", "a.jsonl", "-", "b.jsonl"]);
    let document = ended.document();
    let inputs: Vec<&str> =
        document["inputs"].as_array().unwrap().iter().map(|it| it["input"].as_str().unwrap()).collect();
    assert_eq!(inputs, ["a.jsonl", "standard input", "b.jsonl"]);
    assert_eq!((ended.code, summary(&document)), (100, (4, 2, 0)));
    assert_eq!(session.run(&["records", "--schema", "order.avsc", "-", "-"]).code, 2);
}

#[test]
fn what_cannot_be_opened_or_is_something_else_is_said_with_what_to_do() {
    let (folder, session) = shop();
    folder.write("folder/x", "");
    for (input, told) in [("missing.jsonl", "no such file"), ("folder", "is a folder")] {
        let ended = session.run(&["records", "--schema", "order.avsc", input]);
        assert_eq!(ended.code, 101);
        assert!(ended.err.contains(input) && ended.err.contains(told), "{}", ended.err);
    }
    for (head, told) in [(&b"\x1f\x8b\x08\0"[..], "gunzip -c"), (b"PAR1", "Parquet"), (b"\xff\xfe{\0", "UTF-8")] {
        let (code, document) = checked("data", head, &[]);
        assert_eq!((code, summary(&document)), (101, (0, 0, 1)));
        assert!(document["damages"][0]["reason"].as_str().unwrap().contains(told), "{document:#}");
    }
}

#[test]
fn a_command_line_that_makes_no_sense_is_wrong_usage() {
    let (folder, session) = shop();
    folder.write("a", "");
    for arguments in [
        &["a"][..],
        &["--schema", "order.avsc"],
        &["--schema", "order.avsc", "--subject", "x", "a"],
        &["--schema", "order.avsc", "--in-use", "all", "a"],
        &["--schema", "order.avsc", "--input", "csv", "a"],
        &["--schema", "order.avsc", "--max-misfits", "-1", "a"],
        &["--subject", "x", "a"],
        &["--subject", "x", "--registry", "localhost:8081", "a"],
    ] {
        let ended = session.run(&[&["records"], arguments].concat());
        assert_eq!(ended.code, 2, "{arguments:?}: {ended:?}");
    }
    folder.write("broken.avsc", "{\"type\": \"record\"}");
    let ended = session.run(&["records", "--schema", "broken.avsc", "a"]);
    assert!(ended.code == 101 && ended.err.starts_with("broken.avsc:1:"), "{ended:?}");
}

#[test]
fn what_a_schema_refers_to_is_found_beside_it_and_in_what_the_configuration_covers() {
    let (folder, session) = shop();
    folder.write(
        "lines/line.avsc",
        r#"{"type": "record", "name": "shop.Line", "fields": [{"name": "order", "type": "shop.Order"}]}"#,
    );
    folder.write("lines.jsonl", "{\"order\": {\"id\": 1, \"item\": \"tea\", \"note\": null}}\n{\"order\": {}}\n");
    let ended = session.run(&["records", "--schema", "lines/line.avsc", "--format", "json", "lines.jsonl"]);
    assert_eq!((ended.code, summary(&ended.document())), (100, (2, 1, 0)), "{ended:?}");
    folder.write("lines/order.avsc", super::ORDER);
    assert_eq!(session.run(&["records", "--schema", "lines/line.avsc", "lines.jsonl"]).code, 100);
}
