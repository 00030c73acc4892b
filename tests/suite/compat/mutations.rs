//! Copies of every vector, changed in ways that must not matter, still get the answers the reference gave.

use super::vectors::{THREW, UNSOUND, vectors};
use super::{Line, answer, schema};
use serde_json::{Value, json};
use sluicegate::compat::Scratch;

/// One way to change a pair.
struct Mutation {
    name: &'static str,
    /// Which sides are changed.
    sides: Sides,
    change: fn(&mut Value, Place),
    /// What becomes of a message, given the kind of the finding.
    message: fn(&str, &str) -> String,
}

#[derive(Clone, Copy, PartialEq)]
enum Sides {
    Both,
    Reader,
    Writer,
    /// The root of a reader that has neither namespaces nor aliases.
    PlainReaderRoot,
}

/// What a changed value is.
#[derive(Clone, Copy, PartialEq)]
enum Place {
    Schema,
    Field,
}

const MUTATIONS: &[Mutation] = &[
    Mutation { name: "documentation, attributes added", sides: Sides::Both, change: annotate, message: same },
    Mutation { name: "members reversed", sides: Sides::Both, change: reverse_members, message: same },
    Mutation { name: "names written as objects", sides: Sides::Both, change: wrap, message: same },
    Mutation { name: "writer fields reversed", sides: Sides::Writer, change: reverse_fields, message: same },
    Mutation { name: "writer fields added", sides: Sides::Writer, change: add_field, message: same },
    Mutation { name: "writer defaults, aliases added", sides: Sides::Writer, change: add_aliases, message: same },
    Mutation { name: "reader fields with default added", sides: Sides::Reader, change: add_field, message: same },
    Mutation { name: "reader moved", sides: Sides::PlainReaderRoot, change: add_namespace, message: same },
    Mutation { name: "fields renamed", sides: Sides::Both, change: rename_fields, message: renamed_field },
    Mutation { name: "symbols renamed", sides: Sides::Both, change: rename_symbols, message: renamed_symbols },
    Mutation { name: "types renamed", sides: Sides::Both, change: rename_types, message: renamed_type },
];

#[test]
fn changes_that_must_not_matter_do_not() {
    let mut scratch = Scratch::default();
    let mut wrong = Vec::new();
    for mutation in MUTATIONS {
        let mut changed = 0;
        for vector in vectors().iter().filter(|vector| vector.name != UNSOUND) {
            let changes_writer = matches!(mutation.sides, Sides::Writer | Sides::Both);
            let reader = mutated(&vector.reader, mutation, mutation.sides != Sides::Writer);
            let writer = mutated(&vector.writer, mutation, changes_writer);
            changed += usize::from(reader.1 || writer.1);
            let (can_read, found) = answer(&schema(&reader.0), &schema(&writer.0), &mut scratch);
            let mut expected = vector.expected.clone();
            for (kind, _, message) in &mut expected {
                *message = (mutation.message)(kind, message);
            }
            let is_same = found.len() == expected.len() && found.iter().zip(&expected).all(|(l, r)| agree(l, r));
            if !is_same || can_read != expected.is_empty() {
                wrong.push(format!("{}: {}\n {}\n {}\n {found:?}", mutation.name, vector.name, reader.0, writer.0));
            }
        }
        // Symbols and plain readers are the rarest.
        assert!(changed >= 15, "{} changes {changed} vectors only", mutation.name);
    }
    assert!(wrong.is_empty(), "{} copies disagree:\n{}", wrong.len(), wrong.join("\n"));
}

/// An exception quotes the writer's text, which a mutation may change.
fn agree(found: &Line, expected: &Line) -> bool {
    let words = |line: &Line| match line.2.split_once(" matches multiple fields") {
        Some((beginning, _)) if beginning.starts_with(THREW) => beginning.to_owned(),
        _ => line.2.clone(),
    };
    (&found.0, &found.1, words(found)) == (&expected.0, &expected.1, words(expected))
}

/// The changed text, with other whitespace as well, and whether anything but whitespace changed.
fn mutated(text: &str, mutation: &Mutation, is_changed: bool) -> (String, bool) {
    let before: Value = serde_json::from_str(text).expect("the vectors hold plain JSON");
    let mut tree = before.clone();
    if mutation.sides == Sides::PlainReaderRoot {
        let is_plain = is_changed && !text.contains("namespace") && !text.contains("aliases") && !text.contains('.');
        if is_plain && is_named(&tree) {
            (mutation.change)(&mut tree, Place::Schema);
        }
    } else if is_changed {
        walk(&mut tree, mutation.change);
    }
    // `Value` compares objects without regard to order, so the texts are compared.
    let [text, before] = [tree, before].map(|tree| format!("{tree:#}"));
    let is_changed = text != before;
    (text, is_changed)
}

/// Applies `change` to every type and field below, then to `tree` itself.
fn walk(tree: &mut Value, change: fn(&mut Value, Place)) {
    match tree {
        Value::Array(branches) => branches.iter_mut().for_each(|branch| walk(branch, change)),
        Value::Object(members) => {
            for part in ["items", "values"] {
                if let Some(part) = members.get_mut(part) {
                    walk(part, change);
                }
            }
            for field in members.get_mut("fields").and_then(Value::as_array_mut).into_iter().flatten() {
                walk(&mut field["type"], change);
                change(field, Place::Field);
            }
        }
        _ => {}
    }
    change(tree, Place::Schema);
}

fn is_named(tree: &Value) -> bool {
    tree.get("name").is_some()
}

fn annotate(tree: &mut Value, place: Place) {
    let (is_named, Value::Object(members)) = (is_named(tree), tree) else { return };
    if is_named {
        members.insert("doc".to_owned(), json!("100% new: \"quoted\" \u{1f600}"));
    }
    if place == Place::Field {
        members.insert("order".to_owned(), json!("ignore"));
    }
    members.insert("x-note".to_owned(), json!({"a": [1, null]}));
}

fn reverse_members(tree: &mut Value, _: Place) {
    if let Value::Object(members) = tree {
        *members = std::mem::take(members).into_iter().rev().collect();
    }
}

fn wrap(tree: &mut Value, _: Place) {
    if tree.is_string() {
        *tree = json!({"type": tree, "x-note": 1});
    }
}

fn reverse_fields(tree: &mut Value, _: Place) {
    if let Some(Value::Array(fields)) = tree.get_mut("fields") {
        fields.reverse();
    }
}

fn add_field(tree: &mut Value, _: Place) {
    if let Some(Value::Array(fields)) = tree.get_mut("fields") {
        fields.push(json!({"name": "zz_added", "type": "int", "default": 0}));
    }
}

fn add_aliases(tree: &mut Value, place: Place) {
    if is_named(tree) {
        tree["aliases"] = json!(["zz_alias"]);
    }
    if place == Place::Field {
        tree["default"] = json!(null);
    }
}

fn add_namespace(tree: &mut Value, _: Place) {
    tree["namespace"] = json!("moved.here");
}

fn same(_: &str, message: &str) -> String {
    message.to_owned()
}

fn prefix_all(list: &mut Value, prefixed: fn(&str) -> String) {
    for item in list.as_array_mut().into_iter().flatten() {
        prefix(item, prefixed);
    }
}

fn prefix(value: &mut Value, prefixed: fn(&str) -> String) {
    if let Some(text) = value.as_str() {
        *value = prefixed(text).into();
    }
}

fn field_name(name: &str) -> String {
    format!("f_{name}")
}

fn rename_fields(tree: &mut Value, place: Place) {
    if place == Place::Field {
        prefix(&mut tree["name"], field_name);
        if let Some(aliases) = tree.get_mut("aliases") {
            prefix_all(aliases, field_name);
        }
    }
}

fn renamed_field(kind: &str, message: &str) -> String {
    match kind {
        "READER_FIELD_MISSING_DEFAULT_VALUE" => field_name(message),
        "CHECK_THREW" => message.replacen("record field ", "record field f_", 1),
        _ => message.to_owned(),
    }
}

fn symbol(name: &str) -> String {
    format!("s_{name}")
}

fn rename_symbols(tree: &mut Value, place: Place) {
    if place == Place::Schema && tree.get("symbols").is_some() {
        prefix_all(&mut tree["symbols"], symbol);
        if let Some(default) = tree.get_mut("default") {
            prefix(default, symbol);
        }
    }
}

fn renamed_symbols(kind: &str, message: &str) -> String {
    match kind {
        "MISSING_ENUM_SYMBOLS" => format!("[s_{}]", message[1..message.len() - 1].replace(", ", ", s_")),
        _ => message.to_owned(),
    }
}

fn type_name(name: &str) -> String {
    match name.rsplit_once('.') {
        Some((namespace, simple)) => format!("{namespace}.T_{simple}"),
        None => format!("T_{name}"),
    }
}

fn rename_types(tree: &mut Value, place: Place) {
    const PRIMITIVES: [&str; 8] = ["null", "boolean", "int", "long", "float", "double", "bytes", "string"];
    if place == Place::Field {
        return;
    }
    if is_named(tree) {
        prefix(&mut tree["name"], type_name);
        if let Some(aliases) = tree.get_mut("aliases") {
            prefix_all(aliases, type_name);
        }
    } else if tree.as_str().is_some_and(|word| !PRIMITIVES.contains(&word)) {
        prefix(tree, type_name);
    }
}

fn renamed_type(kind: &str, message: &str) -> String {
    match kind.strip_prefix("NAME_MISMATCH") {
        Some(_) => format!("expected: {}", type_name(message.trim_start_matches("expected: "))),
        None => message.to_owned(),
    }
}
