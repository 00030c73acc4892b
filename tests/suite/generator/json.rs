//! JSON trees that can hold what a parser of ours would refuse, and their text in many styles.

use super::rng::Rng;

/// A JSON value, or something that looks like one.
#[derive(Clone, PartialEq)]
pub(super) enum Json {
    /// Printed as it is: numbers, words, nonsense.
    Raw(String),
    Text(String),
    Array(Vec<Json>),
    /// Keys may repeat.
    Object(Vec<(String, Json)>),
}

impl Json {
    pub(super) fn raw(text: &str) -> Self {
        Self::Raw(text.to_owned())
    }

    pub(super) fn text(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

/// Numbers at the edges of what Jackson keeps, of what types take and of how Java prints doubles.
pub(super) const NUMBERS: &[&str] = &[
    "0",
    "1",
    "-1",
    "4",
    "-0",
    "0.0",
    "-0.0",
    "1.0",
    "1e0",
    "1.10",
    "1E2",
    "100",
    "2147483647",
    "2147483648",
    "-2147483648",
    "-2147483649",
    "9223372036854775807",
    "9223372036854775808",
    "-9223372036854775808",
    "-9223372036854775809",
    "18446744073709551616",
    "123456789012345678901234567890",
    "0.1",
    "0.001",
    "0.00099",
    "1e-3",
    "1e-7",
    "9999999.999",
    "1e7",
    "12345678.9",
    "1E8",
    "1e22",
    "1e23",
    "123456789",
    "5e-324",
    "1.7976931348623157e308",
    "1.7976931348623159e308",
    "1e400",
    "-1e400",
    "1e-400",
    "3.4028235e38",
    "3.5e38",
    "1.00000000000000000001",
    "123456789012345680000.0",
    "4.35",
    "0.3",
    "1.1e-5",
    "3.1415926535897932384626",
];

const STRINGS: &[&str] = &[
    "",
    "x",
    "A",
    "B",
    "a b",
    "\"",
    "\\",
    "/",
    "\u{7f}",
    "\u{1f}",
    "\n\t\r",
    "\u{8}\u{c}",
    "é",
    "\u{2028}",
    "😀",
    "</script>",
    "1",
    "1.5",
    "NaN",
    "Infinity",
    "-Infinity",
    " 1 ",
    "1f",
    "0x1p3",
    "null",
    "%s",
    "ÿ",
    "Ā",
    "it's",
    "{}",
    "//",
    "/* */",
];

pub(super) fn any_string(rng: &mut Rng) -> Json {
    Json::text(rng.word(STRINGS))
}

pub(super) fn any_number(rng: &mut Rng) -> Json {
    match rng.below(10) {
        0 => Json::Raw(random_double(rng)),
        1 => Json::Raw((rng.next().cast_signed() >> rng.below(64)).to_string()),
        _ => Json::raw(rng.word(NUMBERS)),
    }
}

fn random_double(rng: &mut Rng) -> String {
    let wide = f64::from_bits(rng.next());
    let plain = (rng.below(2_000_000_000) as f64 - 1e9) / 10_f64.powi(i32::try_from(rng.below(12)).expect("small"));
    match rng.below(3) {
        0 if wide.is_finite() => format!("{wide:e}"),
        1 => format!("{:.*e}", rng.below(18), plain),
        _ => format!("{plain:?}"),
    }
}

/// Any JSON value, nested at most `depth` deep.
pub(super) fn any(rng: &mut Rng, depth: usize) -> Json {
    match rng.below(if depth == 0 { 8 } else { 11 }) {
        0 => Json::raw("null"),
        1 => Json::raw("true"),
        2 => Json::raw("false"),
        3..=5 => any_number(rng),
        6 | 7 => any_string(rng),
        8 => Json::Array((0..rng.below(4)).map(|_| any(rng, depth - 1)).collect()),
        _ => Json::Object((0..rng.below(4)).map(|_| (attribute_key(rng), any(rng, depth - 1))).collect()),
    }
}

const KEYS: &[&str] = &[
    "p",
    "q",
    "z",
    "a",
    "Doc",
    "avro.java.string",
    "confluent:tags",
    "default",
    "logicalType",
    "precision",
    "scale",
    "order",
    "items",
    "values",
    "size",
    "symbols",
    "x y",
    "é",
    "tag",
    "java-class",
    "",
];

pub(super) fn attribute_key(rng: &mut Rng) -> String {
    rng.word(KEYS).to_owned()
}

/// How a tree becomes text.
pub(super) struct Style {
    spaced: bool,
    comments: bool,
    escapes: bool,
    /// Whether members stand in random order.
    pub(super) shuffled: bool,
}

impl Style {
    pub(super) fn any(rng: &mut Rng) -> Self {
        Self { spaced: rng.chance(15), comments: rng.chance(3), escapes: rng.chance(8), shuffled: rng.chance(15) }
    }

    pub(super) fn print(&self, value: &Json, rng: &mut Rng) -> String {
        let mut text = String::new();
        self.value(value, rng, &mut text);
        text
    }

    fn value(&self, value: &Json, rng: &mut Rng, out: &mut String) {
        self.gap(rng, out);
        match value {
            Json::Raw(raw) => out.push_str(raw),
            Json::Text(text) => self.string(text, rng, out),
            Json::Array(items) => {
                out.push('[');
                for (at, item) in items.iter().enumerate() {
                    if at > 0 {
                        out.push(',');
                    }
                    self.value(item, rng, out);
                }
                self.gap(rng, out);
                out.push(']');
            }
            Json::Object(members) => self.object(members, rng, out),
        }
    }

    fn object(&self, members: &[(String, Json)], rng: &mut Rng, out: &mut String) {
        let mut order: Vec<_> = members.iter().collect();
        if self.shuffled {
            rng.shuffle(&mut order);
        }
        out.push('{');
        for (at, (key, value)) in order.into_iter().enumerate() {
            if at > 0 {
                out.push(',');
            }
            self.gap(rng, out);
            self.string(key, rng, out);
            self.gap(rng, out);
            out.push(':');
            self.value(value, rng, out);
        }
        self.gap(rng, out);
        out.push('}');
    }

    fn gap(&self, rng: &mut Rng, out: &mut String) {
        if self.spaced && rng.chance(40) {
            out.push_str(rng.word(&[" ", "\n", "\t", "\r\n", "  "]));
        }
        if self.comments && rng.chance(10) {
            out.push_str(rng.word(&["/* c */", "// c\n", "/**/", "/* \" */", "// }\r\n"]));
        }
    }

    fn string(&self, text: &str, rng: &mut Rng, out: &mut String) {
        out.push('"');
        for c in text.chars() {
            match c {
                '"' => out.push_str("\\\""),
                '\\' => out.push_str("\\\\"),
                '/' if self.escapes => out.push_str("\\/"),
                '\n' if self.escapes => out.push_str("\\n"),
                c if u32::from(c) < 0x20 || (self.escapes && rng.chance(30)) => {
                    let mut units = [0; 2];
                    for unit in c.encode_utf16(&mut units) {
                        out.push_str(&if rng.chance(50) { format!("\\u{unit:04x}") } else { format!("\\u{unit:04X}") });
                    }
                }
                c => out.push(c),
            }
        }
        out.push('"');
    }
}
