//! Makes an edited schema whole again: names find their definitions, definitions stand once, unions hold no twins.

use super::rng::Rng;
use super::tree::{FullName, Type};

/// Puts `root` in order. `catalogue` holds definitions of names that an edit may have left without one.
pub(super) fn settle(root: &mut Type, catalogue: &[Type], rng: &mut Rng) {
    let defined = root.definitions().iter().filter_map(|it| it.named()).map(|named| named.name.clone()).collect();
    let mut settling = Settling { catalogue, defined, seen: Vec::new(), open: Vec::new(), rng };
    settling.visit(root, 0);
}

/// Takes a definition out of `root`, where its name stays; `None` where no definition stands below the root.
pub(super) fn cut_out(root: &mut Type, rng: &mut Rng) -> Option<Type> {
    let places: Vec<usize> =
        (1..root.count()).filter(|&at| root.nth_mut(at).is_some_and(|ty| ty.named().is_some())).collect();
    if places.is_empty() {
        return None;
    }
    let ty = root.nth_mut(*rng.pick(&places))?;
    let name = ty.named()?.name.clone();
    Some(std::mem::replace(ty, Type::Name(name)))
}

struct Settling<'a> {
    catalogue: &'a [Type],
    /// Names defined anywhere in the text.
    defined: Vec<FullName>,
    /// Definitions met so far, complete ones.
    seen: Vec<Type>,
    open: Vec<FullName>,
    rng: &'a mut Rng,
}

impl Settling<'_> {
    fn visit(&mut self, ty: &mut Type, depth: usize) {
        if let Type::Name(name) = ty {
            let name = name.clone();
            self.visit_name(ty, &name, depth);
            return;
        }
        if let Some(name) = ty.named().map(|named| named.name.clone()) {
            let seen = self.seen.iter().any(|it| it.named().is_some_and(|named| named.name == name));
            let repeated = self.seen.contains(ty) && self.rng.chance(50);
            if self.open.contains(&name) || (seen && !repeated && !self.rng.chance(3)) {
                *ty = Type::Name(name);
                return;
            }
            self.open.push(name);
            self.visit_children(ty, depth);
            self.open.pop();
            self.seen.push(ty.clone());
        } else {
            self.visit_children(ty, depth);
        }
    }

    fn visit_children(&mut self, ty: &mut Type, depth: usize) {
        for child in ty.children_mut() {
            self.visit(child, depth + 1);
        }
        if let Type::Union(branches) = ty {
            let mut keys: Vec<String> = Vec::new();
            branches.retain(|branch| {
                let key = branch.branch_key();
                let keep = !keys.contains(&key) && !matches!(branch, Type::Union(_));
                keys.push(key);
                keep
            });
        }
        if let Type::Record(record) = ty {
            let mut names: Vec<String> = Vec::new();
            record.fields.retain(|field| {
                let keep = !names.contains(&field.name);
                names.push(field.name.clone());
                keep
            });
        }
    }

    fn visit_name(&mut self, ty: &mut Type, name: &FullName, depth: usize) {
        // A name of the null namespace that is defined further on is out of reach inside a namespace.
        let is_reachable = !name.space.is_empty()
            || self.open.last().is_none_or(|around| around.space.is_empty())
            || self.open.contains(name)
            || self.seen.iter().any(|it| it.named().is_some_and(|named| named.name == *name));
        if self.defined.contains(name) && (is_reachable || self.rng.chance(5)) {
            return;
        }
        let known = self.catalogue.iter().find(|it| it.named().is_some_and(|named| named.name == *name));
        match known {
            Some(definition) if depth < 12 && !self.defined.contains(name) => {
                *ty = definition.clone();
                self.defined.push(name.clone());
                self.visit(ty, depth);
            }
            _ if self.rng.chance(1) => {}
            _ => *ty = Type::primitive("long"),
        }
    }
}
