//! Damages a schema text: members that are missing, doubled or of the wrong kind, bad names, broken JSON.

use super::json::{self, Json, Style};
use super::rng::Rng;

const NAMES: &[&str] = &[
    "", "1a", "a-b", "a.b.c", "é", "Ré", ".R", "a..b", "R.", ".", "..", "int", "n.int", "null", "record", "n.record",
    "𝒳", "a b", "R", "S", "n.R", "x$y", "_", "\u{a0}", "٣", "a٣", "ª", "null.R", "1n.R", "a-b.R", "Ⅷ", "ǅ", "a\u{301}",
    "中",
];
const VALUES: &[&str] = &[
    "null",
    "true",
    "0",
    "1.5",
    "\"\"",
    "\"x\"",
    "[]",
    "{}",
    "[null]",
    "[\"a\"]",
    "[1]",
    "{\"type\":\"int\"}",
    "\"int\"",
    "[\"null\",\"int\"]",
    "{\"type\":{\"type\":\"int\"}}",
    "{\"type\":[\"null\"]}",
    "\"record\"",
    "\"union\"",
    "\"Unknown\"",
    "\"n.Unknown\"",
    "[[]]",
    "[\"int\",[\"string\"]]",
    "[\"int\",\"int\"]",
    "{\"type\":\"enum\"}",
    "{\"type\":1}",
    "{\"type\":\"R\"}",
    "{\"name\":\"R\"}",
    "[\"a\",\"a\"]",
    "[\"a\",1]",
    "\"E\"",
    "\"S\"",
    "{\"type\":\"fixed\",\"name\":\"Q\"}",
];
const SIZES: &[&str] = &[
    "4.0",
    "\"4\"",
    "-1",
    "0",
    "2147483639",
    "2147483640",
    "2147483647",
    "2147483648",
    "-2147483648",
    "1e2",
    "99999999999",
    "-0",
    "null",
    "[]",
    "-2",
    "123456789012345678901234567890",
];
const MEMBERS: &[&str] = &[
    "type",
    "name",
    "namespace",
    "fields",
    "symbols",
    "size",
    "items",
    "values",
    "default",
    "order",
    "aliases",
    "doc",
    "logicalType",
    "precision",
    "scale",
];

/// Changes one place in the tree.
pub(super) fn damage_tree(root: &mut Json, rng: &mut Rng) {
    let at = rng.below(count(root));
    let Some(place) = nth_mut(root, at) else { return };
    match place {
        Json::Object(members) if !members.is_empty() && !rng.chance(8) => damage_object(members, rng),
        Json::Array(items) if !items.is_empty() && !rng.chance(8) => {
            let item = rng.below(items.len());
            match rng.below(5) {
                0 => drop(items.remove(item)),
                1 => items.push(items[item].clone()),
                2 => items[item] = json::any(rng, 1),
                3 => items[item] = Json::raw(rng.word(VALUES)),
                _ => rng.shuffle(items),
            }
        }
        Json::Text(text) if rng.chance(60) => *text = rng.word(NAMES).to_owned(),
        _ => *place = if rng.chance(50) { Json::raw(rng.word(VALUES)) } else { json::any(rng, 2) },
    }
}

fn damage_object(members: &mut Vec<(String, Json)>, rng: &mut Rng) {
    let at = rng.below(members.len());
    match rng.below(10) {
        0 | 1 => drop(members.remove(at)),
        2 => members[at].1 = Json::raw(rng.word(VALUES)),
        3 => members[at].1 = json::any(rng, 2),
        4 => {
            let doubled =
                (members[at].0.clone(), if rng.chance(50) { json::any(rng, 1) } else { members[at].1.clone() });
            members.insert(rng.below(members.len() + 1), doubled);
        }
        5 => members[at].0 = rng.word(MEMBERS).to_owned(),
        6 => {
            let key = rng.word(MEMBERS).to_owned();
            members.push((key, if rng.chance(50) { Json::raw(rng.word(VALUES)) } else { json::any(rng, 1) }));
        }
        7 => members[at].0 = json::attribute_key(rng),
        _ => damage_member(members, rng),
    }
}

/// Something odd for a member that means something.
fn damage_member(members: &mut [(String, Json)], rng: &mut Rng) {
    let at = rng.below(members.len());
    let (key, value) = &mut members[at];
    *value = match &**key {
        "name" | "namespace" => Json::text(rng.word(NAMES)),
        "size" | "precision" | "scale" => Json::raw(rng.word(SIZES)),
        "order" => {
            Json::raw(rng.word(&["\"ASCENDING\"", "\"up\"", "1", "null", "\"Ignore\"", "\"\"", "[]", "\"ıgnore\""]))
        }
        "aliases" => match rng.below(3) {
            0 => Json::raw(rng.word(&["\"a\"", "{}", "null", "[1]", "[\"a\",null]", "[[\"a\"]]", "[]"])),
            _ => Json::Array((0..rng.between(1, 3)).map(|_| Json::text(rng.word(NAMES))).collect()),
        },
        "symbols" => Json::Array((0..rng.below(4)).map(|_| Json::text(rng.word(NAMES))).collect()),
        "default" => json::any(rng, 3),
        _ => Json::raw(rng.word(VALUES)),
    };
}

fn count(value: &Json) -> usize {
    1 + match value {
        Json::Array(items) => items.iter().map(count).sum(),
        Json::Object(members) => members.iter().map(|(_, value)| count(value)).sum(),
        Json::Raw(_) | Json::Text(_) => 0_usize,
    }
}

fn nth_mut(value: &mut Json, at: usize) -> Option<&mut Json> {
    if at == 0 {
        return Some(value);
    }
    let children: Vec<&mut Json> = match value {
        Json::Array(items) => items.iter_mut().collect(),
        Json::Object(members) => members.iter_mut().map(|(_, value)| value).collect(),
        Json::Raw(_) | Json::Text(_) => Vec::new(),
    };
    let mut left = at - 1;
    for child in children {
        let size = count(child);
        if left < size {
            return nth_mut(child, left);
        }
        left -= size;
    }
    None
}

const INSERTS: &[&str] = &[
    "{",
    "}",
    "[",
    "]",
    ",",
    ":",
    "\"",
    "'",
    "\\",
    "/",
    "#",
    " ",
    "\n",
    "\u{0}",
    "\u{1}",
    "\u{a0}",
    "\u{feff}",
    "0",
    "-",
    ".",
    "e",
    "x",
    "é",
    "NaN",
    "nul",
    "//",
    "/*",
    "*/",
    "// c\n",
    "/* c */",
    "\\u0041",
    "\\x",
    "\\u12",
    "\\ud800",
    ",]",
    ",}",
    "1 2",
    "+1",
    "01",
    "1.",
    ".5",
    "1e",
    "1e+",
    "-",
    "-x",
    "Infinity",
    "-Infinity",
    "tru",
    "true",
    "\u{b}",
    "\u{7f}",
    ";",
];
const TAILS: &[&str] = &[
    " ", "\n", "x", "}", "]", "{}", "\"a\"", "// c", "/* c */", ",", "\u{0}", "1", " \t", "null", "'", "\u{feff}",
    " int",
];

/// Breaks, or nearly breaks, the JSON of a text.
pub(super) fn damage_text(text: &mut String, rng: &mut Rng) {
    let places: Vec<usize> = text.char_indices().map(|(at, _)| at).collect();
    if places.is_empty() {
        return;
    }
    let at = *rng.pick(&places);
    match rng.below(8) {
        0 | 1 => text.insert_str(at, rng.word(INSERTS)),
        2 | 3 => drop(text.remove(at)),
        4 => text.truncate(at),
        5 => text.push_str(rng.word(TAILS)),
        6 => text.insert_str(0, rng.word(&["\u{feff}", " ", "// c\n", "/* c */", "x", "'", "[", "{", "\u{0}", ","])),
        _ => *text = text.replacen('"', "'", rng.below(5)),
    }
}

/// Texts that no schema leads to.
pub(super) fn stray(rng: &mut Rng) -> String {
    match rng.below(6) {
        0 => {
            (*rng.pick(&["", " ", "\n", "\"\"", "null", "[]", "{}", "1", "int", "\"int\"x", "\u{feff}\"int\"", "/**/"]))
                .to_owned()
        }
        1 => Style::any(rng).print(&json::any(rng, 4), rng),
        2 => rng.word(VALUES).to_owned(),
        3 => nested(rng),
        4 => rng.word(INSERTS).repeat(rng.between(1, 4)),
        _ => Style::any(rng).print(&Json::text(rng.word(NAMES)), rng),
    }
}

/// Brackets around the limit of 1000, and numbers around theirs.
fn nested(rng: &mut Rng) -> String {
    let deep = *rng.pick(&[1, 5, 300, 498, 499, 500, 501, 998, 999, 1000, 1001, 1500]);
    match rng.below(4) {
        0 => format!("{}{}", "[".repeat(deep), "]".repeat(deep)),
        1 => format!("{}\"int\"{}", "{\"type\":\"array\",\"items\":".repeat(deep), "}".repeat(deep)),
        2 => format!("{{\"type\":\"int\",\"a\":{}{}}}", "[".repeat(deep), "]".repeat(deep)),
        _ => format!("{{\"type\":\"int\",\"a\":{}}}", "1".repeat(deep)),
    }
}
