//! Positions as keys, and the one entry that speaks for the whole store.

use crate::registry::journal::Position;

/// Key in the store family: the identity that `FORMAT` repeats.
pub(super) const STORE_ID: &[u8] = b"id";
/// Key in the store family: the last position given out, whether or not a fact is still there.
pub(super) const LAST_POSITION: &[u8] = b"position";

/// A position as a key: big-endian, so that the order of bytes is the order of facts.
pub(super) fn position_key(position: Position) -> [u8; 8] {
    position.0.to_be_bytes()
}

/// The position in a key or value; `None` where it is none.
pub(super) fn read_position(bytes: &[u8]) -> Option<Position> {
    Some(Position(u64::from_be_bytes(bytes.try_into().ok()?)))
}
