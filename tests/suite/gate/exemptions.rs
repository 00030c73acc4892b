//! The exemption file: reading it strictly, and adding to it without touching what is there.

use super::repository::Repository;
use jiff::civil::date;
use sluicegate::gate::config::{add_exemption, read_exemptions};
use sluicegate::policy::Exemption;
use std::fs;

fn exemption(fingerprint: &str) -> Exemption {
    Exemption {
        fingerprint: fingerprint.to_owned(),
        subject: "orders.order_events".to_owned(),
        change: "field-removed".to_owned(),
        path: "lines[].price".to_owned(),
        reason: "nobody reads it: \"checked\"\nwith C:\\tools \u{7}".to_owned(),
        approved_by: "data governance board".to_owned(),
        expires: date(2030, 6, 30),
    }
}

const ONE: &str = r#"# Decisions of the board.

[[exemption]]
fingerprint = "0123456789ABCDEF"   # of the check of May
subject = "a"
change = "field-removed"
path = "x"
reason = "r"
approved-by = "b"
expires = 2030-06-30
"#;

#[test]
fn what_is_added_is_read_again_and_what_was_there_stays() {
    let folder = Repository::folder();
    let file = folder.folder.join("e.toml");
    assert_eq!(read_exemptions(&file, "e.toml"), Ok(Vec::new()));
    add_exemption(&file, "e.toml", &exemption("00000000000000aa")).unwrap();
    let made = fs::read_to_string(&file).unwrap();
    add_exemption(&file, "e.toml", &exemption("00000000000000bb")).unwrap();
    let longer = fs::read_to_string(&file).unwrap();
    assert!(longer.starts_with(&made), "{longer}");
    let read: Vec<Exemption> =
        read_exemptions(&file, "e.toml").unwrap().into_iter().map(|written| written.exemption).collect();
    assert_eq!(read, [exemption("00000000000000aa"), exemption("00000000000000bb")]);
    assert_eq!(fs::read_dir(&folder.folder).unwrap().count(), 1, "nothing is left beside it");
}

#[test]
fn comments_dates_line_ends_and_a_missing_last_line_end_are_kept() {
    let folder = Repository::folder();
    let file = folder.folder.join("e.toml");
    for text in [ONE.to_owned(), ONE.replace('\n', "\r\n"), ONE.trim_end().to_owned()] {
        fs::write(&file, &text).unwrap();
        add_exemption(&file, "e.toml", &exemption("00000000000000aa")).unwrap();
        let longer = fs::read_to_string(&file).unwrap();
        assert!(longer.starts_with(&text), "{longer}");
        let crlf = text.contains('\r');
        assert!(
            longer.lines().count() > 10
                && longer.matches("\r\n").count() == if crlf { longer.lines().count() } else { 0 }
        );
        let read = read_exemptions(&file, "e.toml").unwrap();
        assert_eq!(read.len(), 2);
        assert_eq!(read[0].exemption.fingerprint, "0123456789abcdef");
        assert_eq!(read[0].exemption.expires, date(2030, 6, 30));
        assert_eq!((read[0].place.line, read[1].exemption.clone()), (3, exemption("00000000000000aa")));
    }
}

#[test]
fn a_finding_is_exempted_once() {
    let folder = Repository::folder();
    let file = folder.write("e.toml", ONE).folder.join("e.toml");
    let message = add_exemption(&file, "e.toml", &exemption("0123456789abcdef")).unwrap_err().message;
    assert!(message.starts_with("e.toml:3: 0123456789abcdef is exempted here already, until 2030-06-30"), "{message}");
    assert_eq!(fs::read_to_string(&file).unwrap(), ONE);
    folder.write("e.toml", format!("{ONE}{ONE}"));
    let message = read_exemptions(&file, "e.toml").unwrap_err().message;
    assert_eq!(message, "e.toml:13: 0123456789abcdef is exempted at line 3 already");
}

#[test]
fn a_file_that_cannot_be_added_to_stays_as_it_is() {
    let folder = Repository::folder();
    let file = folder.folder.join("e.toml");
    for (text, hint) in
        [("exemption = []", "[[exemption]]"), ("[[exemption]]\nx = 1", "unknown key"), ("[[", "e.toml:1: ")]
    {
        fs::write(&file, text).unwrap();
        let message = add_exemption(&file, "e.toml", &exemption("00000000000000aa")).unwrap_err().message;
        assert!(message.contains(hint), "{message}");
        assert_eq!(fs::read_to_string(&file).unwrap(), text);
    }
    let inside = file.join("e.toml");
    assert!(add_exemption(&inside, "e.toml/e.toml", &exemption("00000000000000aa")).is_err());
}

#[test]
fn a_mistake_names_its_line() {
    let folder = Repository::folder();
    let file = folder.folder.join("e.toml");
    for (from, to, place, hint) in [
        ("approved-by", "approved_by", "e.toml:9", "did you mean `approved-by`?"),
        ("reason = \"r\"\n", "", "e.toml:3", "this exemption has no `reason`"),
        ("\"field-removed\"", "\"field-remove\"", "e.toml:6", "did you mean `field-removed`?"),
        ("0123456789ABCDEF", "0123456789", "e.toml:4", "16 hex digits"),
        ("2030-06-30", "2030-02-30", "e.toml:10", ""),
        ("2030-06-30", "\"30.6.2030\"", "e.toml:10", "YYYY-MM-DD"),
        ("2030-06-30", "2030-06-30T10:00:00Z", "e.toml:10", "YYYY-MM-DD"),
        ("2030-06-30", "20300630", "e.toml:10", "not a whole number"),
        ("[[exemption]]", "[[exemptions]]", "e.toml:3", "did you mean `exemption`?"),
    ] {
        fs::write(&file, ONE.replace(from, to)).unwrap();
        let message = read_exemptions(&file, "e.toml").unwrap_err().message;
        assert!(message.starts_with(&format!("{place}: ")) && message.contains(hint), "{message}");
    }
}
