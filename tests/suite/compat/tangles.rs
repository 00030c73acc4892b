//! Random pairs of records that contain each other, many under one simple name: where the reference's memo keeps what
//! it should not, and where assumptions have to be taken back.

use serde_json::{Value, json};

/// Makes pairs from a seed.
pub(crate) struct Tangles {
    state: u64,
}

impl Tangles {
    pub(crate) fn new(seed: u64) -> Self {
        Self { state: seed.wrapping_mul(2).wrapping_add(1) }
    }

    /// A reader and a writer.
    pub(crate) fn pair(&mut self) -> (String, String) {
        (self.schema("r"), self.schema("w"))
    }

    fn below(&mut self, end: usize) -> usize {
        self.state = self.state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.state >> 33) as usize % end
    }

    /// Records of a few simple names in several namespaces, each defined at its first use.
    fn schema(&mut self, side: &str) -> String {
        let count = 3 + self.below(5);
        let names: Vec<String> = (0..count).map(|at| format!("{side}{at}.{}", ["A", "B", "C"][at % 3])).collect();
        let mut defined = vec![false; count];
        let root = self.record(0, &names, &mut defined);
        root.to_string()
    }

    fn record(&mut self, at: usize, names: &[String], defined: &mut [bool]) -> Value {
        if std::mem::replace(&mut defined[at], true) {
            return json!(names[at]);
        }
        let mut fields = Vec::new();
        for name in ["f", "g", "h"].into_iter().take(1 + self.below(3)) {
            let of = self.field_type(names, defined);
            let mut field = json!({"name": name, "type": of});
            if self.below(6) == 0 {
                field["default"] = json!(null);
            }
            if self.below(24) == 0 {
                let alias = ["f", "g", "h"][self.below(3)];
                field["aliases"] = json!([alias]);
            }
            fields.push(field);
        }
        json!({"type": "record", "name": names[at], "fields": fields})
    }

    fn field_type(&mut self, names: &[String], defined: &mut [bool]) -> Value {
        match self.below(8) {
            0 => json!("int"),
            1 => Value::from(["int", "string", "long"][self.below(3)]),
            2 | 3 => {
                let items = self.any_record(names, defined);
                json!({"type": "array", "items": items})
            }
            4 => self.any_record(names, defined),
            _ => {
                let mut branches = Vec::new();
                let mut used = Vec::new();
                for _ in 0..2 + self.below(2) {
                    let at = self.below(names.len());
                    if !used.contains(&at) {
                        used.push(at);
                        branches.push(self.record(at, names, defined));
                    }
                }
                json!(branches)
            }
        }
    }

    fn any_record(&mut self, names: &[String], defined: &mut [bool]) -> Value {
        let at = self.below(names.len());
        self.record(at, names, defined)
    }
}
