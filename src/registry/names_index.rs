//! The ordered lists of names that listings read, of subjects and of associations: replaced per round, in pieces, so
//! that a round costs little however many names there are.

use crate::schema::names::SubjectName;
use std::sync::Arc;

/// A piece is split when it grows beyond this.
const PIECE_NAMES_MAX: usize = 512;

/// Names in order. Cloning shares every piece.
#[derive(Clone, Debug)]
pub(super) struct NameIndex<T = SubjectName> {
    /// None is empty.
    pieces: Vec<Arc<Vec<T>>>,
}

/// The names of subjects that have versions.
#[derive(Clone, Debug, Default)]
pub(super) struct Names {
    pub(super) all: NameIndex,
    /// Those all of whose versions are soft-deleted. Usually few: a listing of what is live need ask no subject.
    pub(super) dormant: NameIndex,
}

impl<T> Default for NameIndex<T> {
    fn default() -> Self {
        Self { pieces: Vec::new() }
    }
}

impl<T: Ord + Clone> NameIndex<T> {
    /// Every name from the first that is not below `start`, in order.
    pub(super) fn from<'a>(&'a self, start: &T) -> impl Iterator<Item = &'a T> {
        let first = self.pieces.partition_point(|piece| piece.last().is_some_and(|last| last < start));
        let skipped = self.pieces.get(first).map_or(0, |piece| piece.partition_point(|name| name < start));
        self.pieces[first..].iter().flat_map(|piece| piece.iter()).skip(skipped)
    }

    /// Every name, in order.
    pub(super) fn iter(&self) -> impl Iterator<Item = &T> {
        self.pieces.iter().flat_map(|piece| piece.iter())
    }

    pub(super) fn contains(&self, name: &T) -> bool {
        self.pieces.get(self.piece_of(name)).is_some_and(|piece| piece.binary_search(name).is_ok())
    }

    /// Puts `name` where it belongs, or takes it away.
    pub(super) fn set(&mut self, name: T, is_there: bool) {
        if is_there { self.insert(name) } else { self.remove(&name) }
    }

    pub(super) fn len(&self) -> usize {
        self.pieces.iter().map(|piece| piece.len()).sum()
    }

    pub(super) fn insert(&mut self, name: T) {
        let at = self.piece_of(&name);
        let Some(piece) = self.pieces.get_mut(at) else {
            self.pieces.push(Arc::new(vec![name]));
            return;
        };
        let piece = Arc::make_mut(piece);
        if let Err(place) = piece.binary_search(&name) {
            piece.insert(place, name);
        }
        if piece.len() > PIECE_NAMES_MAX {
            // Names often arrive in order; a piece that grew at its end leaves a full one behind.
            let keep = if at + 1 == self.pieces.len() { PIECE_NAMES_MAX } else { PIECE_NAMES_MAX / 2 };
            let piece = Arc::make_mut(&mut self.pieces[at]);
            let mut rest = piece.split_off(keep);
            rest.shrink_to_fit();
            self.pieces.insert(at + 1, Arc::new(rest));
        }
    }

    pub(super) fn remove(&mut self, name: &T) {
        let at = self.piece_of(name);
        let Some(piece) = self.pieces.get_mut(at) else { return };
        let piece = Arc::make_mut(piece);
        if let Ok(place) = piece.binary_search(name) {
            piece.remove(place);
        }
        if piece.is_empty() {
            self.pieces.remove(at);
        }
    }

    /// The piece a name belongs to: the last that does not begin after it.
    fn piece_of(&self, name: &T) -> usize {
        let after = self.pieces.partition_point(|piece| piece.first().is_some_and(|first| first <= name));
        after.saturating_sub(1)
    }
}

impl<T> FromIterator<T> for NameIndex<T> {
    /// Takes names in order, each once.
    fn from_iter<I: IntoIterator<Item = T>>(names: I) -> Self {
        let mut names = names.into_iter().peekable();
        let mut pieces = Vec::new();
        while names.peek().is_some() {
            pieces.push(Arc::new(names.by_ref().take(PIECE_NAMES_MAX).collect()));
        }
        Self { pieces }
    }
}

#[cfg(test)]
mod tests {
    use super::NameIndex;
    use crate::schema::names::SubjectName;
    use std::collections::BTreeSet;

    #[test]
    fn names_come_and_go_in_order_whatever_the_order_of_arrival() {
        let mut index = NameIndex::default();
        let mut model = BTreeSet::new();
        let mut random = 7_u64;
        for step in 0..20_000_u32 {
            random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            let name = SubjectName::read(&format!("s{}", (random >> 33) % 3_000));
            if step % 3 == 2 {
                index.remove(&name);
                model.remove(&name);
            } else {
                index.insert(name.clone());
                model.insert(name);
            }
        }
        assert!(index.iter().eq(model.iter()));
        let at_once: NameIndex = model.iter().cloned().collect();
        assert!(at_once.iter().eq(model.iter()));
        assert_eq!(index.len(), model.len());
        let names = (0..3_100).map(|number| SubjectName::read(&format!("s{number}")));
        assert!(names.into_iter().all(|name| index.contains(&name) == model.contains(&name)));
        assert!(!NameIndex::default().contains(&SubjectName::read("s")));
        let start = SubjectName::read("s17");
        assert!(index.from(&start).eq(model.range(start.clone()..)));
    }
}
