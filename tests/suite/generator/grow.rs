//! Grows a schema at random: valid for the most part, in the corners on purpose.

use super::json::{self, Json};
use super::rng::Rng;
use super::tree::{Attributes, Enum, Field, Fixed, FullName, Named, PRIMITIVES, Record, Type};

/// Names are few, so that two schemas grown apart meet often.
const TYPE_NAMES: &[&str] = &["R", "S", "T", "E", "F", "G", "A", "B", "Node", "_x", "U2"];
const SPACES: &[&str] = &["n", "m", "n.o", "a.b.c"];
const FIELD_NAMES: &[&str] = &["a", "b", "c", "d", "e", "f", "g", "h", "next", "A"];
const SYMBOLS: &[&str] = &["A", "B", "C", "D", "E", "a", "_", "Z9"];

/// One schema while it grows.
pub(super) struct Growing<'a> {
    pub(super) rng: &'a mut Rng,
    /// How many more types may be added.
    budget: usize,
    /// Complete definitions, usable by name.
    known: Vec<Type>,
    /// Records whose fields are being grown.
    open: Vec<FullName>,
}

/// A whole schema of about `budget` types, and every definition that was grown for it, those left out included.
pub(super) fn schema(rng: &mut Rng, budget: usize) -> (Type, Vec<Type>) {
    let mut growing = Growing::new(rng, budget, Vec::new());
    let root = match growing.rng.below(20) {
        0..=13 => growing.record("", 0),
        14 | 15 => growing.union("", 0),
        _ => growing.ty("", 0),
    };
    (root, growing.known)
}

impl<'a> Growing<'a> {
    /// Grows something to be put where the definitions `known` can be named.
    pub(super) fn new(rng: &'a mut Rng, budget: usize, known: Vec<Type>) -> Self {
        Self { rng, budget, known, open: Vec::new() }
    }

    pub(super) fn ty(&mut self, space: &str, depth: usize) -> Type {
        self.budget = self.budget.saturating_sub(1);
        let small = self.budget == 0 || depth > 5;
        match self.rng.weighted(if small { &[70, 25, 5, 0, 0, 0, 0, 0, 0] } else { &[33, 13, 4, 8, 6, 15, 12, 10, 7] })
        {
            1 => self.name_of_known(),
            2 => self.name_of_open(),
            3 => Type::Array(Box::new(self.ty(space, depth + 1)), self.attributes()),
            4 => Type::Map(Box::new(self.ty(space, depth + 1)), self.attributes()),
            5 => self.union(space, depth),
            6 => self.record(space, depth),
            7 => self.enumeration(space),
            8 => self.fixed(space),
            _ => self.primitive(),
        }
    }

    fn primitive(&mut self) -> Type {
        let word = self.rng.word(PRIMITIVES);
        if !self.rng.chance(12) {
            return Type::primitive(word);
        }
        Type::Primitive(word, if self.rng.chance(70) { self.logical(word) } else { self.attributes() })
    }

    fn name_of_known(&mut self) -> Type {
        if self.known.is_empty() {
            return self.primitive();
        }
        let known = self.rng.pick(&self.known).named().expect("only definitions are known");
        Type::Name(known.name.clone())
    }

    fn name_of_open(&mut self) -> Type {
        if self.open.is_empty() {
            return self.primitive();
        }
        let name = Type::Name(self.rng.pick(&self.open).clone());
        if self.rng.chance(60) { Type::Union(vec![Type::primitive("null"), name]) } else { name }
    }

    pub(super) fn union(&mut self, space: &str, depth: usize) -> Type {
        let mut branches: Vec<Type> = Vec::new();
        if self.rng.chance(60) {
            branches.push(Type::primitive("null"));
        }
        for _ in 0..*self.rng.pick(&[0, 1, 1, 1, 2, 2, 3, 4]) {
            let branch = self.ty(space, depth + 1);
            let clashes = branches.iter().any(|other| other.branch_key() == branch.branch_key());
            if !clashes && !matches!(branch, Type::Union(_)) {
                branches.push(branch);
            }
        }
        if self.rng.chance(25) {
            self.rng.shuffle(&mut branches);
        }
        Type::Union(branches)
    }

    pub(super) fn record(&mut self, space: &str, depth: usize) -> Type {
        let named = self.header(space);
        self.open.push(named.name.clone());
        let count = *self.rng.pick(&[0, 1, 1, 2, 2, 3, 3, 4, 5]);
        let mut fields: Vec<Field> = Vec::new();
        for _ in 0..count {
            let field = self.field(&named.name.space, depth + 1);
            if fields.iter().all(|other| other.name != field.name) {
                fields.push(field);
            }
        }
        self.open.pop();
        let record = Type::Record(Box::new(Record { named, is_error: self.rng.chance(4), fields }));
        self.known.push(record.clone());
        record
    }

    pub(super) fn field(&mut self, space: &str, depth: usize) -> Field {
        let ty = self.ty(space, depth);
        let default = if self.rng.chance(40) { self.default(&ty) } else { None };
        Field {
            name: self.rng.word(FIELD_NAMES).to_owned(),
            ty,
            default,
            aliases: self.field_aliases(),
            doc: self.doc(),
            order: self.rng.chance(5).then(|| {
                Json::text(self.rng.word(&["ascending", "descending", "ignore", "Ignore", "DESCENDING", "aScending"]))
            }),
            attributes: self.attributes(),
        }
    }

    fn field_aliases(&mut self) -> Vec<String> {
        let mut aliases = Vec::new();
        while self.rng.chance(if aliases.is_empty() { 7 } else { 25 }) {
            aliases.push(self.rng.word(FIELD_NAMES).to_owned());
        }
        aliases
    }

    pub(super) fn enumeration(&mut self, space: &str) -> Type {
        let named = self.header(space);
        let mut symbols: Vec<String> = Vec::new();
        for _ in 0..self.rng.between(0, 5) {
            let symbol = self.rng.word(SYMBOLS).to_owned();
            if !symbols.contains(&symbol) {
                symbols.push(symbol);
            }
        }
        let default = match self.rng.below(100) {
            0..=24 if !symbols.is_empty() => Some(Json::text(self.rng.pick::<String>(&symbols))),
            25 => Some(json::any(self.rng, 1)),
            _ => None,
        };
        let grown = Type::Enum(Box::new(Enum { named, symbols, default }));
        self.known.push(grown.clone());
        grown
    }

    pub(super) fn fixed(&mut self, space: &str) -> Type {
        let mut named = self.header(space);
        if self.rng.chance(15) {
            named.attributes = self.logical("fixed");
        }
        let size = *self.rng.pick(&[0, 1, 2, 4, 4, 8, 12, 16]);
        let grown = Type::Fixed(Box::new(Fixed { named, size }));
        self.known.push(grown.clone());
        grown
    }

    fn header(&mut self, enclosing: &str) -> Named {
        let space = match self.rng.below(100) {
            0..=59 => enclosing.to_owned(),
            60..=74 => String::new(),
            _ => self.rng.word(SPACES).to_owned(),
        };
        let mut name = FullName { space, simple: self.rng.word(TYPE_NAMES).to_owned() };
        if self.rng.chance(2) {
            name.simple = self.rng.word(&["int", "record", "array", "string", "null", "map"]).to_owned();
        }
        // A number for names in use, so that a definition is not repeated by accident.
        let stem = name.simple.clone();
        let mut number = 0;
        while self.is_taken(&name) {
            number += 1;
            name.simple = format!("{stem}{number}");
        }
        let aliases = self.type_aliases();
        Named { name, aliases, doc: self.doc(), attributes: self.attributes() }
    }

    fn is_taken(&self, name: &FullName) -> bool {
        self.open.contains(name) || self.known.iter().any(|known| known.named().is_some_and(|it| it.name == *name))
    }

    fn type_aliases(&mut self) -> Vec<String> {
        let mut aliases = Vec::new();
        while self.rng.chance(if aliases.is_empty() { 12 } else { 25 }) {
            let simple = self.rng.word(TYPE_NAMES);
            aliases.push(match self.rng.below(6) {
                0 | 1 => simple.to_owned(),
                2 => format!(".{simple}"),
                _ => format!("{}.{simple}", self.rng.pick(SPACES)),
            });
        }
        aliases
    }

    fn doc(&mut self) -> Option<Json> {
        match self.rng.below(60) {
            0..=2 => Some(json::any_string(self.rng)),
            3 => Some(json::any(self.rng, 1)),
            _ => None,
        }
    }

    fn attributes(&mut self) -> Attributes {
        let mut attributes: Attributes = Vec::new();
        while self.rng.chance(if attributes.is_empty() { 6 } else { 40 }) {
            let key = json::attribute_key(self.rng);
            // A second `size`, `items` and the like would overwrite the one the type needs.
            let is_free = !["items", "values", "size", "symbols", "default", "order"].contains(&&*key);
            if is_free && attributes.iter().all(|(other, _)| *other != key) {
                let value = json::any(self.rng, 2);
                attributes.push((key, value));
            }
        }
        attributes
    }

    /// A logical type, as a rule one that fits.
    fn logical(&mut self, word: &str) -> Attributes {
        let fitting: &[&str] = match word {
            "int" => &["date", "time-millis"],
            "long" => &["time-micros", "timestamp-millis", "local-timestamp-nanos", "timestamp-micros"],
            "string" => &["uuid"],
            "bytes" => &["decimal", "decimal", "big-decimal"],
            "fixed" => &["decimal", "decimal", "duration", "uuid"],
            _ => &["date", "decimal", "unknown", "map", "variant"],
        };
        let all = ["date", "decimal", "uuid", "duration", "timestamp-millis", "big-decimal", "none", ""];
        let name = if self.rng.chance(80) { self.rng.word(fitting) } else { self.rng.word(&all) };
        let mut attributes = vec![("logicalType".to_owned(), Json::text(name))];
        if name == "decimal" || self.rng.chance(5) {
            let precision = *self.rng.pick(&["1", "4", "9", "18", "38", "40", "0", "-1", "4.0", "\"4\"", "2147483648"]);
            attributes.push(("precision".to_owned(), Json::raw(precision)));
            if self.rng.chance(60) {
                attributes
                    .push(("scale".to_owned(), Json::raw(self.rng.word(&["0", "2", "1", "9", "50", "-1", "2.0"]))));
            }
            if self.rng.chance(20) {
                self.rng.shuffle(&mut attributes);
            }
        }
        attributes
    }

    /// A default for a field of type `ty`: nine times in ten a valid one, `None` where none is known.
    pub(super) fn default(&mut self, ty: &Type) -> Option<Json> {
        if self.rng.chance(7) { Some(json::any(self.rng, 2)) } else { self.valid_default(ty, 0) }
    }

    pub(super) fn valid_default(&mut self, ty: &Type, depth: usize) -> Option<Json> {
        if depth > 6 {
            return None;
        }
        Some(match ty {
            Type::Primitive(word, _) => self.primitive_default(word),
            Type::Array(items, _) => {
                let count = if self.rng.chance(60) { 0 } else { self.rng.between(1, 3) };
                Json::Array((0..count).map(|_| self.valid_default(items, depth + 1)).collect::<Option<_>>()?)
            }
            Type::Map(values, _) => {
                let mut members = Vec::new();
                for key in 0..if self.rng.chance(60) { 0 } else { self.rng.between(1, 3) } {
                    members.push((format!("k{}", 9 - key), self.valid_default(values, depth + 1)?));
                }
                Json::Object(members)
            }
            Type::Union(branches) if branches.is_empty() => return None,
            Type::Union(branches) => {
                let at = if self.rng.chance(70) { 0 } else { self.rng.below(branches.len()) };
                self.valid_default(&branches[at], depth + 1)?
            }
            Type::Record(record) => self.record_default(record, depth)?,
            Type::Enum(it) if it.symbols.is_empty() => return None,
            Type::Enum(it) => Json::text(self.rng.pick::<String>(&it.symbols)),
            Type::Fixed(it) => Json::Text("\u{0}ÿA~".chars().cycle().take(it.size as usize).collect()),
            Type::Name(name) => {
                let known = self.known.iter().find(|known| known.named().is_some_and(|it| it.name == *name))?.clone();
                self.valid_default(&known, depth + 1)?
            }
        })
    }

    fn record_default(&mut self, record: &Record, depth: usize) -> Option<Json> {
        let mut members = Vec::new();
        for field in &record.fields {
            if field.default.is_none() || self.rng.chance(40) {
                members.push((field.name.clone(), self.valid_default(&field.ty, depth + 1)?));
            }
        }
        if self.rng.chance(3) {
            members.push(("unknown".to_owned(), json::any(self.rng, 1)));
        }
        Some(Json::Object(members))
    }

    fn primitive_default(&mut self, word: &str) -> Json {
        match word {
            "null" => Json::raw("null"),
            "boolean" => Json::raw(self.rng.word(&["true", "false"])),
            "int" => Json::raw(self.rng.word(&["0", "1", "-1", "2147483647", "-2147483648"])),
            "long" => Json::raw(self.rng.word(&["0", "7", "9223372036854775807", "2147483648", "-1"])),
            "float" | "double" if self.rng.chance(12) => Json::text(self.rng.word(&[
                "1.5",
                "NaN",
                "-Infinity",
                "1f",
                " 1 ",
                "0x1p3",
                "x",
                "",
                "1e400",
                "1d",
                "+3",
                ".5",
                "5.",
                "1_0",
            ])),
            "float" | "double" => json::any_number(self.rng),
            "bytes" => Json::text(self.rng.word(&["", "ÿ", "\u{0}a", "é", "Ā"])),
            _ => json::any_string(self.rng),
        }
    }
}
