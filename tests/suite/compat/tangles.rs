//! Random pairs of records that contain each other, many under one simple name: where the reference's memo keeps what
//! it should not, and where assumptions have to be taken back.

use serde_json::{Value, json};

/// Makes pairs from a seed.
pub(crate) struct Tangles {
    state: u64,
}

/// Records by number; the root is 0. Even ones are called A, odd ones B, each in a namespace of its own.
type Tangle = Vec<Vec<Field>>;

#[derive(Clone)]
struct Field {
    name: &'static str,
    of: Type,
    has_default: bool,
    alias: Option<&'static str>,
}

#[derive(Clone)]
enum Type {
    Leaf(&'static str),
    Record(usize),
    Array(usize),
    Union(Vec<usize>),
}

const NAMES: [&str; 3] = ["f", "g", "h"];

impl Tangles {
    pub(crate) fn new(seed: u64) -> Self {
        let mut tangles = Self { state: seed ^ (seed << 32) };
        tangles.below(2);
        tangles
    }

    /// A reader and a writer: one tangle in two versions that differ in a few places.
    pub(crate) fn pair(&mut self) -> (String, String) {
        let count = 3 + self.below(4);
        let reader: Tangle = (0..count).map(|_| self.record(count)).collect();
        let mut writer = reader.clone();
        for _ in 0..1 + self.below(4) {
            let at = self.below(count);
            self.edit(&mut writer[at], count);
        }
        (print(&reader, "r"), print(&writer, "w"))
    }

    fn below(&mut self, end: usize) -> usize {
        self.state = self.state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.state >> 33) as usize % end
    }

    fn record(&mut self, count: usize) -> Vec<Field> {
        let mut fields = Vec::new();
        for name in NAMES {
            let of = match self.below(12) {
                0..4 => Type::Leaf("int"),
                4..6 => Type::Record(self.below(count)),
                6..8 => Type::Array(self.below(count)),
                _ => self.union(count),
            };
            let alias = (self.below(80) == 0).then(|| NAMES[self.below(3)]);
            fields.push(Field { name, of, has_default: self.below(6) == 0, alias });
        }
        fields
    }

    fn union(&mut self, count: usize) -> Type {
        let mut branches: Vec<usize> = Vec::new();
        for _ in 0..2 + self.below(2) {
            let branch = self.below(count);
            if !branches.contains(&branch) {
                branches.push(branch);
            }
        }
        Type::Union(branches)
    }

    /// Changes one field: another leaf, a union for its first branch, another target, or no field at all.
    fn edit(&mut self, record: &mut Vec<Field>, count: usize) {
        if record.is_empty() {
            return;
        }
        let at = self.below(record.len());
        let of = match &record[at].of {
            Type::Leaf(_) => Type::Leaf(["string", "string", "long"][self.below(3)]),
            Type::Union(branches) => Type::Record(branches[self.below(branches.len())]),
            Type::Record(_) if self.below(2) == 0 => self.union(count),
            Type::Record(target) => Type::Record((target + 2) % count),
            Type::Array(target) => Type::Array((target + 2) % count),
        };
        record[at].of = of;
        if self.below(12) == 0 {
            record.remove(at);
        }
    }
}

fn print(tangle: &Tangle, side: &str) -> String {
    record(tangle, 0, side, &mut vec![false; tangle.len()]).to_string()
}

/// The definition of a record at its first use, its name at later ones.
fn record(tangle: &Tangle, at: usize, side: &str, defined: &mut [bool]) -> Value {
    let name = format!("{side}{at}.{}", ["A", "B"][at % 2]);
    if std::mem::replace(&mut defined[at], true) {
        return json!(name);
    }
    let mut fields = Vec::new();
    for field in &tangle[at] {
        let of = match &field.of {
            Type::Leaf(word) => json!(word),
            Type::Record(at) => record(tangle, *at, side, defined),
            Type::Array(at) => json!({"type": "array", "items": record(tangle, *at, side, defined)}),
            Type::Union(branches) => branches.iter().map(|at| record(tangle, *at, side, defined)).collect(),
        };
        let mut printed = json!({"name": field.name, "type": of});
        if field.has_default {
            printed["default"] = json!(null);
        }
        if let Some(alias) = field.alias {
            printed["aliases"] = json!([alias]);
        }
        fields.push(printed);
    }
    json!({"type": "record", "name": name, "fields": fields})
}
