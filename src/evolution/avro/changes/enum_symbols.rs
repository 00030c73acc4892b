//! The symbols of an enum: gained, lost, or in another order.

use crate::evolution::Place;
use crate::evolution::avro::changes::{NEIGHBOURS_MAX, case};
use crate::evolution::avro::found::{Found, Spot, Words};
use crate::evolution::{Bump, ChangeClass, ChangeKind, ClassOf};
use crate::schema::avro::model::{EnumId, Enumeration};

pub(in crate::evolution) static REORDERED: ChangeKind = ChangeKind {
    id: "enum-symbols-reordered",
    summary: "surviving symbols stand in another order",
    class: ClassOf::Always(ChangeClass::Allowed),
    bump: Bump::Patch,
    backward: "yes",
    forward: "yes",
    why: "Readers resolve symbols by name with the writer's schema at hand, so every value survives. Code that stores the position of a symbol instead of its name, or compares by it, is not protected by Avro.",
    fix: "add new symbols at the end and leave the others where they are",
    example: Some(case!("enum_symbols/symbols_in_another_order")),
};

pub(in crate::evolution) static ADDED: ChangeKind = ChangeKind {
    id: "enum-symbol-added",
    summary: "an enum gained a symbol",
    class: ClassOf::Always(ChangeClass::Allowed),
    bump: Bump::Minor,
    backward: "yes",
    forward: "if the old enum has a default",
    why: "New readers know all the old symbols. Consumers that still read with the old schema fail on the first record with the new symbol, unless their enum has a default to fall back to; code that lists all the cases meets one it does not know.",
    fix: "nothing needs fixing; upgrade consumers before producers, and give the enum a default so that it matters less next time",
    example: Some(case!("enum_symbols/symbol_added")),
};

pub(in crate::evolution) static REMOVED: ChangeKind = ChangeKind {
    id: "enum-symbol-removed",
    summary: "an enum lost a symbol",
    class: ClassOf::Always(ChangeClass::MajorBumpRequired),
    bump: Bump::Major,
    backward: "if the new enum has a default",
    forward: "yes",
    why: "Stored records hold the symbol. Without a default on the enum a new reader fails on the first of them; with one it silently shows the default instead, and a count by that column tells another story than yesterday.",
    fix: "keep the symbol and stop writing it",
    example: Some(case!("enum_symbols/symbol_removed")),
};

/// Two matched enums.
pub(in crate::evolution::avro) fn changes(found: &mut Found<'_>, spot: Spot, old_id: EnumId, new_id: EnumId) {
    let (old, new) = (found.schemas.old.enumeration(old_id), found.schemas.new.enumeration(new_id));
    if old.symbols() == new.symbols() {
        return;
    }
    let name = new.name().simple();
    for (symbol, at) in missing(old, new) {
        let message = format!("symbol {symbol} was removed from {name}");
        let remedy = format!("keep the symbol {symbol} in {name}");
        let spot = spot.pointing_at(Place::Symbol(old_id, at), gap(old, at, (new_id, new)));
        found.push(&REMOVED, spot, Words { detail: Some(symbol.to_string()), message, remedy });
    }
    for (symbol, at) in missing(new, old) {
        let message = format!("symbol {symbol} was added to {name}");
        let spot = spot.pointing_at(Place::Type(old.node()), Place::Symbol(new_id, at));
        found.push(&ADDED, spot, Words { detail: Some(symbol.to_string()), message, ..Words::default() });
    }
    let survivors = old.symbols().iter().filter(|symbol| new.contains(symbol));
    if !survivors.eq(new.symbols().iter().filter(|symbol| old.contains(symbol))) {
        let message = format!("the symbols of {name} stand in another order");
        found.push(&REORDERED, spot, Words { message, ..Words::default() });
    }
}

/// Where a removed symbol is missed: at the next of its old neighbours that is still there, else at the one before it,
/// else at the enum.
fn gap(old: &Enumeration, at: u32, (new_id, new): (EnumId, &Enumeration)) -> Place {
    let (before, after) = old.symbols().split_at(at as usize);
    let behind = after.iter().skip(1).take(NEIGHBOURS_MAX).find_map(|symbol| new.position_of(symbol));
    let neighbour =
        behind.or_else(|| before.iter().rev().take(NEIGHBOURS_MAX).find_map(|symbol| new.position_of(symbol)));
    neighbour
        .and_then(|neighbour| u32::try_from(neighbour).ok())
        .map_or(Place::Type(new.node()), |neighbour| Place::Symbol(new_id, neighbour))
}

/// Symbols of one enum that the other has not, with their positions.
fn missing<'a>(from: &'a Enumeration, other: &'a Enumeration) -> impl Iterator<Item = (&'a str, u32)> {
    from.symbols().iter().map(|symbol| &**symbol).zip(0_u32..).filter(|(symbol, _)| !other.contains(symbol))
}
