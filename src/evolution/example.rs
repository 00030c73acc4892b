//! What differs between the two schemas of a case, as a few lines that a person reads at a glance.

use serde_json::{Map, Value};

/// A case, for a page.
pub(super) struct Example {
    /// What changed, without a full stop.
    pub(super) title: String,
    /// Why the answer is what it is; a sentence.
    pub(super) why: String,
    /// The two schemas without what they share: `-` before the lines of the old, `+` before those of the new.
    pub(super) difference: String,
}

/// Width that a line of a schema may take before it is broken up.
const LINE_MAX: usize = 72;

/// Stands for what is the same on both sides, or too long to matter. No schema of a case spells anything so.
const ELLIPSIS: &str = "…";

/// Reads the text of a case; `None` where it is none with an old and a new schema.
pub(super) fn example(case: &str) -> Option<Example> {
    let case: Value = serde_json::from_str(case).ok()?;
    let text = |key: &str| case.get(key)?.as_str().map(str::to_owned);
    let (old, new) = reduced(case.get("old")?, case.get("new")?);
    Some(Example {
        title: text("title")?,
        why: text("why")?,
        difference: shown(&difference(&print(&old), &print(&new))),
    })
}

/// Both schemas without what is of no interest to whoever wants to see how they differ.
fn reduced(old: &Value, new: &Value) -> (Value, Value) {
    match (old, new) {
        (Value::Object(left), Value::Object(right)) if left.get("type") == right.get("type") || is_field(left) => {
            let is_idle = |key: &str| ["doc", "namespace"].contains(&key) && left.get(key) == right.get(key);
            let (mut old, mut new) = (left.clone(), right.clone());
            old.retain(|key, _| !is_idle(key));
            new.retain(|key, _| !is_idle(key));
            for (key, value) in &mut old {
                if let Some(other) = new.get_mut(key) {
                    (*value, *other) = reduced(value, other);
                }
            }
            (long_last(old), long_last(new))
        }
        (Value::Array(left), Value::Array(right)) if left.iter().chain(right).all(|item| name(item).is_some()) => {
            let is_common = |item: &Value| left.contains(item) && right.contains(item);
            let order = |items: &[Value]| items.iter().filter(|item| is_common(item)).cloned().collect::<Vec<_>>();
            let is_shuffled = order(left) != order(right);
            let of = |own: &[Value], others: &[Value], is_old: bool| {
                let mut items: Vec<Value> = Vec::new();
                for item in own {
                    let other = others.iter().find(|other| name(other) == name(item));
                    let item = match other {
                        Some(_) if is_common(item) && is_shuffled => stub(item),
                        Some(_) if is_common(item) => ELLIPSIS.into(),
                        Some(other) if is_old => reduced(item, other).0,
                        Some(other) => reduced(other, item).1,
                        None => shortened(item),
                    };
                    if items.last() != Some(&item) {
                        items.push(item);
                    }
                }
                Value::Array(items)
            };
            (of(left, right, true), of(right, left, false))
        }
        _ => (shortened(old), shortened(new)),
    }
}

/// What may take several lines stands last, so that the line before it has all the rest.
fn long_last(mut object: Map<String, Value>) -> Value {
    for key in ["type", "symbols", "fields"] {
        if let Some(value) = object.get(key).filter(|value| value.is_object() || value.is_array() && key != "type") {
            let value = value.clone();
            object.shift_remove(key);
            object.insert(key.to_owned(), value);
        }
    }
    object.into()
}

/// Whether an object is a field, whose `type` may differ between two versions of the same one.
fn is_field(object: &Map<String, Value>) -> bool {
    !object.contains_key("fields") && !object.contains_key("symbols") && object.contains_key("name")
}

fn name(item: &Value) -> Option<&str> {
    item.get("name")?.as_str()
}

/// The name alone, where only the place in a list matters.
fn stub(item: &Value) -> Value {
    let mut stub = Map::new();
    stub.insert("name".to_owned(), name(item).into());
    stub.insert(ELLIPSIS.to_owned(), Value::Null);
    stub.into()
}

/// Without documentation, and without most fields of long records.
fn shortened(value: &Value) -> Value {
    match value {
        Value::Object(members) => {
            let members = members.iter().filter(|(key, _)| !["doc", "namespace"].contains(&key.as_str()));
            long_last(members.map(|(key, member)| (key.clone(), shortened(member))).collect())
        }
        Value::Array(items) if items.len() > 4 && items.iter().all(|item| name(item).is_some()) => {
            vec![shortened(&items[0]), ELLIPSIS.into()].into()
        }
        Value::Array(items) => items.iter().map(shortened).collect(),
        other => other.clone(),
    }
}

/// The lines of a schema, as a person would break them.
fn print(schema: &Value) -> Vec<String> {
    let mut lines = Vec::new();
    print_into(&mut lines, 0, "", schema, "");
    lines
}

/// One line between `open` and `close` where it fits, else one per item or member. An object goes on as long as only its
/// last member is long.
fn print_into(lines: &mut Vec<String>, depth: usize, open: &str, value: &Value, close: &str) {
    let indent = "  ".repeat(depth);
    let line = format!("{indent}{open}{}{close}", compact(value));
    let last = match value {
        Value::Object(members) => members.iter().next_back(),
        _ => None,
    };
    match value {
        _ if line.chars().count() <= LINE_MAX && !is_abridged(value) => lines.push(line),
        Value::Object(members) if last.is_some_and(|(_, last)| last.is_object() || last.is_array()) => {
            let before: Vec<String> = members.iter().take(members.len() - 1).map(member).collect();
            let (key, last) = last.expect("it is an object or a list");
            let gap = if before.is_empty() { "" } else { ", " };
            let open = format!("{open}{{{}{gap}{}: ", before.join(", "), Value::from(key.as_str()));
            print_into(lines, depth, &open, last, &format!("}}{close}"));
        }
        Value::Object(members) => {
            lines.push(format!("{indent}{open}{{"));
            for (at, (key, value)) in members.iter().enumerate() {
                let comma = if at + 1 < members.len() { "," } else { "" };
                print_into(lines, depth + 1, &format!("{}: ", Value::from(key.as_str())), value, comma);
            }
            lines.push(format!("{indent}}}{close}"));
        }
        Value::Array(items) => {
            lines.push(format!("{indent}{open}["));
            for (at, item) in items.iter().enumerate() {
                let is_bare = at + 1 == items.len() || item == ELLIPSIS;
                print_into(lines, depth + 1, "", item, if is_bare { "" } else { "," });
            }
            lines.push(format!("{indent}]{close}"));
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => lines.push(line),
    }
}

/// Whether something is left out of a list in it. Such a list is always broken up, so that both sides look alike.
fn is_abridged(value: &Value) -> bool {
    match value {
        Value::Array(items) => items.iter().any(|item| item == ELLIPSIS || is_abridged(item)),
        Value::Object(members) => members.values().any(is_abridged),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => false,
    }
}

/// As a person writes JSON on one line: a space after each comma and colon.
fn compact(value: &Value) -> String {
    match value {
        Value::Object(members) => format!("{{{}}}", members.iter().map(member).collect::<Vec<_>>().join(", ")),
        Value::Array(items) => format!("[{}]", items.iter().map(compact).collect::<Vec<_>>().join(", ")),
        Value::String(text) if text == ELLIPSIS => ELLIPSIS.to_owned(),
        other => other.to_string(),
    }
}

fn member((key, value): (&String, &Value)) -> String {
    if key == ELLIPSIS { ELLIPSIS.to_owned() } else { format!("{}: {}", Value::from(key.as_str()), compact(value)) }
}

/// A line and where it stands.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Line<'a> {
    Both(&'a str),
    Old(&'a str),
    New(&'a str),
}

/// The longest common subsequence, spelled out. Cases are a screen long, so its square is nothing.
fn difference<'a>(old: &'a [String], new: &'a [String]) -> Vec<Line<'a>> {
    let mut common = vec![vec![0_usize; new.len() + 1]; old.len() + 1];
    for i in (0..old.len()).rev() {
        for j in (0..new.len()).rev() {
            common[i][j] = if is_same(&old[i], &new[j]) {
                common[i + 1][j + 1] + 1
            } else {
                common[i + 1][j].max(common[i][j + 1])
            };
        }
    }
    let (mut i, mut j) = (0, 0);
    let mut lines = Vec::new();
    while i < old.len() || j < new.len() {
        if i < old.len() && j < new.len() && is_same(&old[i], &new[j]) {
            lines.push(Line::Both(&new[j]));
            (i, j) = (i + 1, j + 1);
        } else if j == new.len() || (i < old.len() && common[i + 1][j] >= common[i][j + 1]) {
            lines.push(Line::Old(&old[i]));
            i += 1;
        } else {
            lines.push(Line::New(&new[j]));
            j += 1;
        }
    }
    lines
}

/// Whether two lines differ in more than the comma at their end, which depends on what follows.
fn is_same(old: &str, new: &str) -> bool {
    old.trim_end_matches(',') == new.trim_end_matches(',')
}

fn shown(lines: &[Line<'_>]) -> String {
    let mut out = String::new();
    let is_said = |mark: &str| mark.trim() == ELLIPSIS && lines.contains(&Line::Both(mark));
    for line in lines {
        let (mark, text) = match line {
            Line::Old(text) | Line::New(text) if is_said(text) => continue,
            Line::Both(text) => (' ', text),
            Line::Old(text) => ('-', text),
            Line::New(text) => ('+', text),
        };
        out.push(mark);
        out.push(' ');
        out.push_str(text);
        out.push('\n');
    }
    out
}
