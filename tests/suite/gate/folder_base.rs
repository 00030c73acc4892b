//! What was there before, in a folder or a file.

use super::repository::{Repository, base, before, candidate, complaint, texts};
use super::session::Session;

#[test]
fn a_folder_is_laid_out_like_the_current_one_or_searched_by_subject() {
    let place = Repository::folder();
    place.write("old/schemas/order.avsc", "\"int\"").write("old/moved/item.avsc", "\"long\"");
    place.write("old/other/order_v2.avsc", "\"bytes\"").write("new/schemas/x", "");
    let here = place.folder.join("new");
    let found = before("../old", &here, "schemas/order.avsc").unwrap();
    assert_eq!(texts(&found), ["\"int\""]);
    assert_eq!(found.versions[0].file.as_deref(), Some("../old/schemas/order.avsc"));
    assert_eq!(texts(&before("../old", &here, "schemas/item.avsc").unwrap()), ["\"long\""]);
    assert_eq!(texts(&before("../old", &here, "schemas/order_v3.avsc").unwrap()), ["\"bytes\"", "\"int\""]);
    assert_eq!(before("../old", &here, "schemas/new.avsc").unwrap().versions, []);
    let subjects = base("../old", &here).unwrap().subjects().unwrap();
    assert_eq!(subjects.iter().map(|standing| standing.subject.as_str()).collect::<Vec<_>>(), ["item", "order"]);
}

#[test]
fn files_that_the_check_is_not_about_are_compared_with_where_nothing_better_is_found_and_not_missed() {
    let place = Repository::folder();
    place.write("old/beside/order.avsc", "\"int\"").write("old/beside/item.avsc", "\"int\"");
    place.write("old/schemas/item_v2.avsc", "\"long\"");
    assert_eq!(texts(&before("old", &place.folder, "order.avsc").unwrap()), ["\"int\""]);
    assert_eq!(texts(&before("old", &place.folder, "item_v3.avsc").unwrap()), ["\"long\""]);
    let subjects = base("old", &place.folder).unwrap().subjects().unwrap();
    assert_eq!(subjects.iter().map(|standing| standing.subject.as_str()).collect::<Vec<_>>(), ["item"]);
}

#[test]
fn a_file_is_the_base_of_the_one_candidate_whatever_its_name() {
    let place = Repository::folder();
    place.write("before.avsc", "\"int\"");
    let found = before("before.avsc", &place.folder, "order_v3.avsc").unwrap();
    assert_eq!(texts(&found), ["\"int\""]);
}

#[test]
fn a_file_is_the_base_of_its_subject_among_several() {
    let place = Repository::folder();
    place.write("old/order_v2.avsc", "\"int\"");
    let base = base("old/order_v2.avsc", &place.folder).unwrap();
    let candidates = [candidate("order_v3.avsc"), candidate("item.avsc")];
    base.prepare(&candidates).unwrap();
    assert_eq!(texts(&base.before("order", Some(&candidates[0])).unwrap()), ["\"int\""]);
    assert_eq!(base.before("item", Some(&candidates[1])).unwrap().versions, []);
    assert_eq!(base.subjects().unwrap(), [], "what one file lacks has not been removed");
    let message = complaint(base.prepare(&[candidate("item.avsc"), candidate("bill.avsc")]));
    assert!(message.contains("old/order_v2.avsc") && message.contains("2 schema files"), "{message}");
}

#[test]
fn a_folder_or_file_that_is_not_there_is_named() {
    let place = Repository::folder();
    place.write("half.avsc", b"\"\xc3");
    let message = complaint(base("nowhere", &place.folder));
    assert!(message.contains("nowhere is not there"), "{message}");
    let message = complaint(base("half.avsc", &place.folder));
    assert!(message.contains("half.avsc") && message.contains("not UTF-8"), "{message}");
}

#[test]
fn links_in_a_folder_lead_nowhere_twice() {
    let place = Repository::folder();
    place.write("old/order.avsc", "\"int\"");
    std::os::unix::fs::symlink(".", place.folder.join("old/self")).unwrap();
    std::os::unix::fs::symlink("order.avsc", place.folder.join("old/link.avsc")).unwrap();
    std::os::unix::fs::symlink("round.avsc", place.folder.join("old/round.avsc")).unwrap();
    let subjects = base("old", &place.folder).unwrap().subjects().unwrap();
    assert_eq!(subjects.iter().map(|standing| standing.files.len()).collect::<Vec<_>>(), [1, 1, 1]);
    assert_eq!(texts(&before("old", &place.folder, "link.avsc").unwrap()), ["\"int\""]);
    assert!(before("old", &place.folder, "round.avsc").is_err());
}

#[test]
fn a_file_of_a_folder_says_itself_where_it_is() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::create_dir_all(folder.path().join("before")).unwrap();
    for (name, schema) in [("before/a.avsc", r#""int""#), ("a.avsc", r#""string""#)] {
        std::fs::write(folder.path().join(name), schema).unwrap();
    }
    let session = super::session::Session::in_folder(folder.path());
    for base in ["before", "before/a.avsc"] {
        let ended = session.run(&["check", "a.avsc", "--against", base]);
        assert!(ended.out.contains("\n  compared with before/a.avsc\n"), "{}{}", ended.out, ended.err);
        assert!(!ended.out.contains(" at before"), "{}", ended.out);
    }
}

#[test]
fn a_schema_is_unchanged_in_whatever_order_its_attributes_stand() {
    let place = Repository::folder();
    let written = [
        r#"{"type":"fixed","name":"F","size":4,"logicalType":"decimal","precision":4,"owner":"us","doc":"d"}"#,
        r#"{"owner":"us","precision":4,"size":4,"name":"F","logicalType":"decimal","type":"fixed","doc":"d"}"#,
    ];
    place.write("old/order.avsc", written[0]).write("order.avsc", written[1]);
    let check = ["check", "--against", "old", "--format", "json", "order.avsc"];
    let report = Session::in_folder(&place.folder).run(&check).document();
    assert_eq!(report["subjects"][0]["status"], "unchanged", "{report}");
    place.write("order.avsc", written[1].replace("\"us\"", "\"them\""));
    let report = Session::in_folder(&place.folder).run(&check).document();
    assert_eq!(report["subjects"][0]["status"], "changed", "{report}");
}
