//! References among files.

use sluicegate::gate::references::{Definitions, REFERENCES_MAX, SchemaFile, needs_references};

fn file(name: &str, text: &str) -> SchemaFile {
    SchemaFile { file: name.to_owned(), text: text.into(), references: Vec::new() }
}

/// A record of this name with a field per type.
fn record(name: &str, types: &[&str]) -> String {
    let fields = types.iter().enumerate().map(|(at, of)| format!("  {{\"name\": \"f{at}\", \"type\": \"{of}\"}}"));
    let fields = fields.collect::<Vec<_>>().join(",\n");
    format!("{{\"type\": \"record\", \"name\": \"{name}\", \"fields\": [\n{fields}]}}")
}

fn names(definitions: &Definitions, of: &SchemaFile) -> Vec<String> {
    definitions.references_of(of).unwrap().into_iter().map(|reference| reference.name).collect()
}

#[test]
fn a_file_gets_what_it_needs_in_order_of_dependency_whichever_way_the_files_stand() {
    let order = file("order.avsc", &record("a.Order", &["Line", "b.Address", "Money"]));
    let line = file("line.avsc", &record("a.Line", &["Money"]));
    let money = file("money.avsc", r#"{"type": "fixed", "name": "a.Money", "size": 8}"#);
    let address = file("address.avsc", &record("b.Address", &["a.Money"]));
    let mut files = vec![order.clone(), line, money, address];
    for _ in 0..2 {
        assert_eq!(names(&Definitions::new(files.clone()), &order), ["a.Money", "a.Line", "b.Address"]);
        files.reverse();
    }
    assert!(needs_references(&order.text) && !needs_references("\"int\"") && !needs_references("{"));
}

#[test]
fn a_name_without_a_namespace_is_found_from_within_one() {
    let order = file("order.avsc", &record("a.Order", &["Money"]));
    let bare = file("money.avsc", r#"{"type": "fixed", "name": "Money", "size": 8}"#);
    assert_eq!(names(&Definitions::new(vec![order.clone(), bare.clone()]), &order), ["Money"]);
    let nearer = file("nearer.avsc", r#"{"type": "fixed", "name": "a.Money", "size": 8}"#);
    assert_eq!(names(&Definitions::new(vec![order.clone(), bare, nearer]), &order), ["a.Money"]);
}

#[test]
fn a_nested_definition_serves_but_a_file_of_its_own_comes_first() {
    let order = file("order.avsc", &record("a.Order", &["a.Money"]));
    let nesting = r#"{"type": "record", "name": "a.Bill", "fields": [
        {"name": "sum", "type": {"type": "fixed", "name": "Money", "size": 8}}]}"#;
    let bill = file("bill.avsc", nesting);
    let definitions = Definitions::new(vec![bill.clone(), order.clone()]);
    assert_eq!(definitions.references_of(&order).unwrap()[0].text, bill.text);
    let money = file("money.avsc", r#"{"type": "fixed", "name": "a.Money", "size": 16}"#);
    let definitions = Definitions::new(vec![bill, order.clone(), money.clone()]);
    assert_eq!(definitions.references_of(&order).unwrap()[0].text, money.text);
}

#[test]
fn a_name_that_nobody_defines_is_told_with_its_place_and_the_nearest_definition() {
    let order = file("order.avsc", &record("a.Order", &["int", "Money"]));
    let other = file("money.avsc", r#"{"type": "fixed", "name": "b.Money", "size": 8}"#);
    let problem = Definitions::new(vec![order.clone(), other]).references_of(&order).unwrap_err();
    assert!(problem.message.contains("`a.Money`") && problem.message.contains("money.avsc defines `b.Money`"));
    let at = problem.at.unwrap();
    assert_eq!((at.file.as_str(), at.line, at.column), ("order.avsc", 3, 26));

    // Where it is a referenced file that lacks something, that is the place.
    let line = file("line.avsc", &record("a.Line", &["Nothing"]));
    let start = file("start.avsc", &record("a.Start", &["Line"]));
    let problem = Definitions::new(vec![line]).references_of(&start).unwrap_err();
    assert_eq!(problem.at.unwrap().file, "line.avsc");
}

#[test]
fn files_that_define_a_name_differently_are_both_named_unless_one_is_configured() {
    let mut order = file("order.avsc", &record("a.Order", &["Money"]));
    let one = file("one.avsc", r#"{"type": "fixed", "name": "a.Money", "size": 8}"#);
    let two = file("two.avsc", r#"{"type": "fixed", "name": "a.Money", "size": 16}"#);
    let same = file("same.avsc", r#"{ "type": "fixed", "name": "a.Money", "size": 8 }"#);
    let definitions = Definitions::new(vec![one.clone(), same, two.clone(), order.clone()]);
    let problem = definitions.references_of(&order).unwrap_err();
    assert!(
        problem.message.contains("one.avsc and two.avsc") && problem.message.contains("`references`"),
        "{problem:?}"
    );
    order.references = vec!["two.avsc".to_owned()];
    assert_eq!(definitions.references_of(&order).unwrap()[0].text, two.text);
    order.references = vec!["three.avsc".to_owned()];
    assert!(definitions.references_of(&order).unwrap_err().message.contains("lists three.avsc"));
}

#[test]
fn a_circle_of_references_is_told_with_all_its_files() {
    let a = file("a.avsc", &record("A", &["B"]));
    let b = file("b.avsc", &record("B", &["C"]));
    let c = file("c.avsc", &record("C", &["A"]));
    let d = file("d.avsc", &record("D", &["B"]));
    let definitions = Definitions::new(vec![a.clone(), b, c, d.clone()]);
    let problem = definitions.references_of(&a).unwrap_err();
    assert!(problem.message.contains("a.avsc -> b.avsc -> c.avsc -> a.avsc"), "{problem:?}");
    assert_eq!(problem.at.unwrap().file, "c.avsc");
    let problem = definitions.references_of(&d).unwrap_err();
    assert!(problem.message.contains("b.avsc -> c.avsc -> a.avsc -> b.avsc"), "{problem:?}");
}

#[test]
fn a_long_chain_is_followed_to_its_limit_and_no_further() {
    let chain = |length: usize| -> Vec<SchemaFile> {
        let next = |at: usize| if at + 1 < length { format!("R{}", at + 1) } else { "int".to_owned() };
        (0..length).map(|at| file(&format!("r{at}.avsc"), &record(&format!("R{at}"), &[&next(at)]))).collect()
    };
    let files = chain(REFERENCES_MAX + 1);
    let found = names(&Definitions::new(files.clone()), &files[0]);
    assert_eq!((found.len(), found[0].as_str()), (REFERENCES_MAX, format!("R{REFERENCES_MAX}").as_str()));
    let files = chain(REFERENCES_MAX + 2);
    let problem = Definitions::new(files.clone()).references_of(&files[0]).unwrap_err();
    assert!(problem.message.contains("more than 1000 schemas"), "{problem:?}");
}

#[test]
fn ten_thousand_files_are_read_once() {
    let mut files = vec![file("money.avsc", r#"{"type": "fixed", "name": "a.Money", "size": 8}"#)];
    files.extend((0..10_000).map(|at| file(&format!("f{at}.avsc"), &record(&format!("a.R{at}"), &["Money", "int"]))));
    let began = std::time::Instant::now();
    let definitions = Definitions::new(files.clone());
    for file in &files[1..] {
        assert_eq!(definitions.references_of(file).unwrap().len(), 1);
    }
    let took = began.elapsed();
    println!("references among 10,000 files: {took:?}");
    assert!(took.as_secs() < 5, "{took:?}: more than linear");
}
