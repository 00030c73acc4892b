//! A stack whose first few entries need no allocation.

/// Entries that are kept in place.
pub(super) const IN_PLACE: usize = 16;

/// A stack of small values.
pub(super) struct Stack<T> {
    in_place: [T; IN_PLACE],
    length: usize,
    /// The entries beyond.
    beyond: Vec<T>,
}

impl<T: Copy + Default> Stack<T> {
    pub(super) fn new() -> Self {
        Self { in_place: [T::default(); IN_PLACE], length: 0, beyond: Vec::new() }
    }

    #[inline]
    pub(super) fn push(&mut self, value: T) {
        match self.in_place.get_mut(self.length) {
            Some(place) => {
                *place = value;
                self.length += 1;
            }
            None => self.beyond.push(value),
        }
    }

    #[inline]
    pub(super) fn pop(&mut self) -> Option<T> {
        if let Some(value) = self.beyond.pop() {
            return Some(value);
        }
        self.length = self.length.checked_sub(1)?;
        Some(self.in_place[self.length])
    }

    /// From the bottom to the top.
    pub(super) fn iter(&self) -> impl Iterator<Item = &T> {
        self.in_place[..self.length].iter().chain(&self.beyond)
    }
}

#[cfg(test)]
mod tests {
    use super::{IN_PLACE, Stack};

    #[test]
    fn what_was_pushed_last_comes_first_wherever_it_is_kept() {
        let mut stack = Stack::new();
        let count = IN_PLACE * 2;
        (0..count).for_each(|value| stack.push(value));
        assert!(stack.iter().copied().eq(0..count));
        for value in (0..count).rev() {
            assert_eq!(stack.pop(), Some(value));
        }
        assert_eq!(stack.pop(), None);
    }
}
