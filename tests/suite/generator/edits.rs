//! Small typed edits of a schema, such as teams make between two versions, and some that none would.

use super::grow::Growing;
use super::json::{self, Json};
use super::rng::Rng;
use super::tree::{Field, FullName, PRIMITIVES, Record, Type};

/// One schema being edited; definitions of both versions can be named.
pub(super) struct Editor<'a> {
    pub(super) rng: &'a mut Rng,
    pub(super) known: Vec<Type>,
}

/// Edits of any type, with their weights; see [`Editor::edit_any`].
const ANY_WEIGHTS: &[usize] = &[10, 8, 6, 5, 3, 3];

impl Editor<'_> {
    /// Edits one place of `root`.
    pub(super) fn edit(&mut self, root: &mut Type) {
        let at = self.rng.below(root.count());
        if self.rng.chance(4) {
            self.hoist(root);
            return;
        }
        let Some(ty) = root.nth_mut(at) else { return };
        let kept = self.rng.chance(75);
        match ty {
            Type::Record(record) if kept => self.edit_record(record),
            Type::Enum(it) if kept => match self.rng.below(5) {
                0 => it.symbols.push(format!("N{}", self.rng.below(3))),
                1 | 2 if !it.symbols.is_empty() => {
                    let gone = self.rng.below(it.symbols.len());
                    it.symbols.remove(gone);
                    it.default = None;
                }
                3 => self.rng.shuffle(&mut it.symbols),
                _ => it.default = it.symbols.first().map(|symbol| Json::text(symbol)).filter(|_| it.default.is_none()),
            },
            Type::Fixed(it) if kept => it.size = *self.rng.pick(&[1, 2, 4, 8, 16]),
            Type::Union(branches) if kept => self.edit_union(branches),
            Type::Array(..) | Type::Map(..) | Type::Primitive(..) | Type::Name(_) if kept => self.edit_plain(ty),
            _ => self.edit_any(ty),
        }
    }

    fn edit_record(&mut self, record: &mut Record) {
        let space = record.named.name.space.clone();
        if record.fields.is_empty() || self.rng.chance(28) {
            self.add_field(record, &space);
            return;
        }
        let at = self.rng.below(record.fields.len());
        match self.rng.weighted(&[10, 8, 6, 5, 6, 5, 2, 3, 4]) {
            0 => drop(record.fields.remove(at)),
            1 => self.rename_field(record, at),
            2 => self.rng.shuffle(&mut record.fields),
            3 => record.fields[at].default = None,
            4 => record.fields[at].default = self.grow(|growing| growing.default(&record.fields[at].ty)),
            5 => self.refurbish(&mut record.fields[at]),
            6 => {
                let other = self.rng.pick(&record.fields).name.clone();
                record.fields[at].aliases.push(other);
            }
            7 => {
                // The definition goes where its first use was, or the other way round.
                let other = self.rng.below(record.fields.len());
                let moved = record.fields[other].ty.clone();
                record.fields[at].ty = moved;
                record.fields[at].default = None;
            }
            _ => {
                let field = &mut record.fields[at];
                field.ty = self.grow(|growing| growing.ty(&space, 3));
                field.default = self.grow(|growing| growing.default(&field.ty)).filter(|_| field.default.is_some());
            }
        }
    }

    fn add_field(&mut self, record: &mut Record, space: &str) {
        let mut field = self.grow(|growing| growing.field(space, 3));
        if field.default.is_none() && self.rng.chance(60) {
            field.default = self.grow(|growing| growing.default(&field.ty));
        }
        let at = self.rng.below(record.fields.len() + 1);
        record.fields.insert(at, field);
    }

    fn rename_field(&mut self, record: &mut Record, at: usize) {
        let field = &mut record.fields[at];
        let old = std::mem::replace(&mut field.name, self.rng.word(&["a", "b", "r", "s", "renamed"]).to_owned());
        if self.rng.chance(75) {
            field.aliases.push(old);
        }
    }

    /// What no check looks at.
    fn refurbish(&mut self, field: &mut Field) {
        match self.rng.below(4) {
            0 => field.doc = Some(json::any_string(self.rng)),
            1 => field.order = Some(Json::text(self.rng.word(&["ascending", "descending", "ignore"]))),
            2 => field.attributes.push((format!("x{}", self.rng.below(9)), json::any(self.rng, 2))),
            _ => field.attributes.clear(),
        }
    }

    fn edit_union(&mut self, branches: &mut Vec<Type>) {
        match self.rng.below(6) {
            0 | 1 => {
                let branch = self.grow(|growing| growing.ty("", 3));
                let at = self.rng.below(branches.len() + 1);
                branches.insert(at, branch);
            }
            2 if !branches.is_empty() => {
                let gone = self.rng.below(branches.len());
                branches.remove(gone);
            }
            3 if !branches.is_empty() => {
                let at = self.rng.below(branches.len());
                self.edit_plain(&mut branches[at]);
            }
            _ => self.rng.shuffle(branches),
        }
    }

    /// A number becomes a wider one, bytes become text, an array a map, a name its neighbour.
    fn edit_plain(&mut self, ty: &mut Type) {
        let wider: &[&'static str] = match ty {
            Type::Primitive("int", _) => &["long", "float", "double", "long", "string"],
            Type::Primitive("long", _) => &["float", "double", "int"],
            Type::Primitive("float", _) => &["double", "double", "long"],
            Type::Primitive("string", _) => &["bytes", "bytes", "int"],
            Type::Primitive("bytes", _) => &["string"],
            Type::Primitive(..) => &["int", "string"],
            Type::Array(inner, attributes) if self.rng.chance(25) => {
                *ty = Type::Map(inner.clone(), std::mem::take(attributes));
                return;
            }
            Type::Map(inner, attributes) if self.rng.chance(25) => {
                *ty = Type::Array(inner.clone(), std::mem::take(attributes));
                return;
            }
            Type::Array(inner, _) | Type::Map(inner, _) => {
                self.edit_plain(inner);
                return;
            }
            _ => {
                self.edit_any(ty);
                return;
            }
        };
        *ty = Type::primitive(self.rng.word(wider));
    }

    fn edit_any(&mut self, ty: &mut Type) {
        match self.rng.weighted(ANY_WEIGHTS) {
            0 if ty.named().is_some() => self.rename_type(ty),
            1 if !matches!(ty, Type::Union(_)) => {
                let mut branches = vec![Type::primitive("null"), ty.clone()];
                if self.rng.chance(30) {
                    self.rng.shuffle(&mut branches);
                }
                *ty = Type::Union(branches);
            }
            2 => {
                if let Type::Union(branches) = ty
                    && !branches.is_empty()
                {
                    *ty = self.rng.pick(branches).clone();
                }
            }
            3 if !self.known.is_empty() => {
                let known = self.rng.pick(&self.known).clone();
                *ty = match known.named() {
                    Some(named) if self.rng.chance(60) => Type::Name(named.name.clone()),
                    _ => known,
                };
            }
            4 => *ty = self.grow(|growing| growing.ty("", 4)),
            5 => *ty = Type::primitive(self.rng.word(PRIMITIVES)),
            _ => {
                if let Some(named) = ty.named_mut() {
                    named.attributes.push(("x".to_owned(), json::any(self.rng, 1)));
                }
            }
        }
    }

    fn rename_type(&mut self, ty: &mut Type) {
        let Some(named) = ty.named_mut() else { return };
        let old = named.name.clone();
        match self.rng.below(3) {
            0 => named.name.space = self.rng.word(&["", "n", "m", "new.home"]).to_owned(),
            1 => named.name.simple = format!("{}2", old.simple),
            _ => named.name.simple = self.rng.word(&["R", "S", "New", "Other"]).to_owned(),
        }
        let FullName { space, simple } = &old;
        if self.rng.chance(70) {
            let full = if space.is_empty() { format!(".{simple}") } else { format!("{space}.{simple}") };
            let is_short = named.name.space == *space && self.rng.chance(70);
            named.aliases.push(if is_short { simple.clone() } else { full });
        }
    }

    /// Lets a definition and a later use of its name change places: a forward reference.
    pub(super) fn hoist(&mut self, root: &mut Type) {
        let size = root.count();
        let uses: Vec<(usize, FullName)> = (0..size)
            .filter_map(|at| match root.nth_mut(at) {
                Some(Type::Name(name)) => Some((at, name.clone())),
                _ => None,
            })
            .collect();
        if uses.is_empty() {
            return;
        }
        let (use_at, name) = self.rng.pick(&uses).clone();
        let definition_at =
            (0..size).find(|&at| root.nth_mut(at).and_then(|it| it.named()).is_some_and(|named| named.name == name));
        let Some(definition_at) = definition_at else { return };
        let Some(definition) = root.nth_mut(definition_at) else { return };
        // Not from inside itself.
        if use_at < definition_at || use_at >= definition_at + definition.count() {
            let definition = definition.clone();
            // The later place first: positions behind a replaced type shift.
            let mut swaps = [(use_at, definition), (definition_at, Type::Name(name))];
            swaps.sort_by_key(|(at, _)| std::cmp::Reverse(*at));
            for (at, ty) in swaps {
                if let Some(place) = root.nth_mut(at) {
                    *place = ty;
                }
            }
        }
    }

    fn grow<T>(&mut self, grow: impl FnOnce(&mut Growing<'_>) -> T) -> T {
        grow(&mut Growing::new(self.rng, 4, self.known.clone()))
    }
}
