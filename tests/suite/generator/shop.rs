//! Schemas as teams write them: small, valid, with defaults, aliases, decimals and enums enough for each kind of change
//! to find a place. ([`super::grow`] is for the corners of the language instead.)

use super::grow::Growing;
use super::json::Json;
use super::rng::Rng;
use super::tree::{Attributes, Enum, Field, Fixed, FullName, Named, Record, Type};

const SPACES: &[&str] = &["n", "n", "n.o", "m"];
const TYPE_STEMS: &[&str] = &["Order", "Money", "State", "Hash", "Line"];
const FIELD_STEMS: &[&str] = &["id", "at", "total", "note", "code", "city"];
const SYMBOLS: &[&str] = &["OPEN", "PAID", "SENT", "DONE", "LOST"];
/// Base type, logical type.
pub(super) const LOGICAL: &[(&str, &str)] = &[
    ("long", "timestamp-millis"),
    ("long", "timestamp-micros"),
    ("long", "local-timestamp-millis"),
    ("int", "date"),
    ("int", "time-millis"),
    ("string", "uuid"),
];
pub(super) const NUMERIC: &[&str] = &["int", "long", "float", "double"];
const PLAIN: &[&str] = &["string", "bytes", "boolean", "int", "long", "float", "double"];

/// Grows parts of one schema.
pub(super) struct Shop<'a> {
    pub(super) rng: &'a mut Rng,
    /// Definitions that can be used by name, and that defaults are looked up in.
    pub(super) known: Vec<Type>,
    /// How many names were given, so that none is given twice.
    pub(super) given: usize,
}

impl Shop<'_> {
    /// A whole schema: an event in four of five cases, else several events, else something smaller.
    pub(super) fn schema(&mut self) -> Type {
        match self.rng.below(20) {
            0 | 1 => Type::Union((0..self.rng.between(2, 3)).map(|_| self.record("", 1)).collect()),
            2 => self.ty("", 1),
            _ => self.record("", 0),
        }
    }

    pub(super) fn record(&mut self, space: &str, depth: usize) -> Type {
        let named = self.named(space);
        let own = named.name.space.clone();
        let fields = (0..self.rng.between(1, if depth == 0 { 5 } else { 3 })).map(|_| self.field(&own, depth + 1));
        let record = Type::Record(Box::new(Record { named, is_error: false, fields: fields.collect() }));
        self.known.push(record.clone());
        record
    }

    pub(super) fn field(&mut self, space: &str, depth: usize) -> Field {
        let ty = self.ty(space, depth);
        let default = if self.rng.chance(45) { self.default(&ty) } else { None };
        let order = self.rng.chance(5).then(|| Json::text(self.rng.word(&["descending", "ignore", "ascending"])));
        let name = self.field_name();
        Field {
            name,
            ty,
            default,
            aliases: self.aliases(FIELD_STEMS),
            doc: self.doc(),
            order,
            attributes: self.attributes(),
        }
    }

    /// Mostly a name of its own; now and then one that stands in other records as well.
    pub(super) fn field_name(&mut self) -> String {
        self.given += 1;
        format!("{}{}", self.rng.word(FIELD_STEMS), self.given)
    }

    pub(super) fn ty(&mut self, space: &str, depth: usize) -> Type {
        if depth > 3 {
            return self.plain();
        }
        match self.rng.weighted(&[26, 9, 17, 9, 4, 4, 9, 10, 5, 6]) {
            0 => self.plain(),
            1 => self.decimal(space),
            2 => self.optional(space, depth),
            3 => self.union(space, depth),
            4 => Type::Array(Box::new(self.ty(space, depth + 1)), Vec::new()),
            5 => Type::Map(Box::new(self.ty(space, depth + 1)), Vec::new()),
            6 => self.record(space, depth),
            7 => self.enumeration(space),
            8 => self.fixed(space),
            _ => self.known_name().unwrap_or_else(|| self.plain()),
        }
    }

    pub(super) fn plain(&mut self) -> Type {
        if self.rng.chance(25) {
            let (word, logical) = *self.rng.pick(LOGICAL);
            return Type::Primitive(word, vec![("logicalType".to_owned(), Json::text(logical))]);
        }
        Type::Primitive(self.rng.word(PLAIN), if self.rng.chance(4) { self.attributes() } else { Vec::new() })
    }

    fn decimal(&mut self, space: &str) -> Type {
        let (precision, scale) = (self.rng.between(4, 9), self.rng.between(0, 3));
        let attributes = decimal(precision, scale);
        if self.rng.chance(70) {
            return Type::Primitive("bytes", attributes);
        }
        let Type::Fixed(mut fixed) = self.fixed(space) else { return Type::Primitive("bytes", attributes) };
        (fixed.size, fixed.named.attributes) = (8, attributes);
        let ty = Type::Fixed(fixed);
        self.known.pop();
        self.known.push(ty.clone());
        ty
    }

    fn optional(&mut self, space: &str, depth: usize) -> Type {
        let inner = self.branch(space, depth + 1);
        let mut branches = vec![Type::primitive("null"), inner];
        if self.rng.chance(15) {
            branches.swap(0, 1);
        }
        Type::Union(branches)
    }

    fn union(&mut self, space: &str, depth: usize) -> Type {
        let mut branches = Vec::new();
        if self.rng.chance(40) {
            branches.push(Type::primitive("null"));
        }
        for _ in 0..self.rng.between(1, 3) {
            let branch = self.branch(space, depth + 1);
            if branches.iter().all(|other: &Type| other.branch_key() != branch.branch_key()) {
                branches.push(branch);
            }
        }
        Type::Union(branches)
    }

    /// A type that is no union.
    pub(super) fn branch(&mut self, space: &str, depth: usize) -> Type {
        match self.ty(space, depth) {
            Type::Union(_) => self.plain(),
            ty => ty,
        }
    }

    fn enumeration(&mut self, space: &str) -> Type {
        let named = self.named(space);
        let mut symbols: Vec<String> = SYMBOLS.iter().map(|symbol| (*symbol).to_owned()).collect();
        self.rng.shuffle(&mut symbols);
        symbols.truncate(self.rng.between(1, 4));
        let default = self.rng.chance(40).then(|| Json::text(self.rng.pick::<String>(&symbols)));
        let ty = Type::Enum(Box::new(Enum { named, symbols, default }));
        self.known.push(ty.clone());
        ty
    }

    fn fixed(&mut self, space: &str) -> Type {
        let ty = Type::Fixed(Box::new(Fixed { named: self.named(space), size: *self.rng.pick(&[4, 8, 16]) }));
        self.known.push(ty.clone());
        ty
    }

    fn known_name(&mut self) -> Option<Type> {
        let known = if self.known.is_empty() { None } else { self.rng.pick(&self.known).named() };
        known.map(|named| Type::Name(named.name.clone()))
    }

    fn named(&mut self, enclosing: &str) -> Named {
        self.given += 1;
        let space = if enclosing.is_empty() || self.rng.chance(20) { self.rng.word(SPACES) } else { enclosing };
        let simple = format!("{}{}", self.rng.word(TYPE_STEMS), self.given);
        let name = FullName { space: space.to_owned(), simple };
        Named { name, aliases: self.aliases(TYPE_STEMS), doc: self.doc(), attributes: self.attributes() }
    }

    fn aliases(&mut self, stems: &[&'static str]) -> Vec<String> {
        let mut aliases: Vec<String> = Vec::new();
        while self.rng.chance(12) && aliases.len() < 2 {
            aliases.push(format!("{}_of_old{}", self.rng.word(stems), aliases.len()));
        }
        aliases
    }

    pub(super) fn doc(&mut self) -> Option<Json> {
        self.rng.chance(15).then(|| Json::text(self.rng.word(&["What it is.", "What it was."])))
    }

    pub(super) fn attributes(&mut self) -> Attributes {
        let mut attributes = Vec::new();
        if self.rng.chance(7) {
            attributes.push(("owner".to_owned(), Json::text(self.rng.word(&["orders", "web"]))));
        }
        if self.rng.chance(10) {
            attributes.push((TAGS.to_owned(), self.tags()));
        }
        attributes
    }

    pub(super) fn tags(&mut self) -> Json {
        let tags = self.rng.word(&["PII", "PCI", "PII PCI"]);
        Json::Array(tags.split(' ').map(Json::text).collect())
    }

    /// A legal default, where one is known.
    pub(super) fn default(&mut self, ty: &Type) -> Option<Json> {
        // Only a name needs to be looked up.
        let known = if has_name(ty) { self.known.clone() } else { Vec::new() };
        Growing::new(self.rng, 4, known).valid_default(ty, 0)
    }
}

fn has_name(ty: &Type) -> bool {
    matches!(ty, Type::Name(_)) || ty.children().into_iter().any(has_name)
}

/// The property that holds tags.
pub(super) const TAGS: &str = "confluent:tags";

/// Attributes of a decimal; a scale of 0 is left out.
pub(super) fn decimal(precision: usize, scale: usize) -> Attributes {
    let mut attributes = vec![
        ("logicalType".to_owned(), Json::text("decimal")),
        ("precision".to_owned(), Json::Raw(precision.to_string())),
    ];
    if scale > 0 {
        attributes.push(("scale".to_owned(), Json::Raw(scale.to_string())));
    }
    attributes
}
